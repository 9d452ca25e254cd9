"""A file in our terms: headings, sheets, values, flags, provenance."""

import os
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from reconcile.errors import ConfigError, InputError
from reconcile.language import describe, entries
from reconcile.sources.conform import REFERENCE, conform
from reconcile.sources.headings import check_headings, column_name
from reconcile.sources.raw import CellSheet, RawFile, TextSheet
from reconcile.sources.readers import read_file, split_lines
from reconcile.sources.spec import load_source
from reconcile.tables import BRIDGING, FIGURES, PROVENANCE, RECODES, Table
from reconcile.vocab import CodeSystem, Language

DAY = date(2024, 1, 1)
NIK = "6400001708850001"
MEMBER_HEAD = ["kd_kk", "402", "403", "405", "406", "409"]
FAMILY_HEAD = ["kode_provinsi", "kode_kabupaten", "kode_kecamatan", "kode_desa", "kd_kk", "lintang", "bujur"]


def text_file(*lines: str) -> RawFile:
    return RawFile("x.csv", "f" * 64, 1, "text", "utf-8", (TextSheet(split_lines("\n".join(lines))),))


def book(**sheets: list[list[str]]) -> RawFile:
    return RawFile("x.xlsx", "f" * 64, 1, "xlsx", "", tuple(CellSheet(n, rows) for n, rows in sheets.items()))


HEADING_FAULTS = [
    ("dtsen_members_v3", "nomor_kartu_keluarga|nik|nama|tanggal_lahir|status_hubungan_keluarga", []),
    ("dtsen_members_v3", "NO KK|NIK|Nama|Tanggal Lahir|Status Hubungan Keluarga|kode_desa_ktp", []),
    (
        "dtsen_members_v3",
        "nomor_kartu_keluarga|nik|nama|tgl_lahirr|status_hubungan_keluarga",
        [("E_HEADING_UNKNOWN", "D"), ("E_HEADING_MISSING", "")],
    ),
    (
        "dtsen_members_v3",
        "nomor_kartu_keluarga|nik|nomor_induk_kependudukan|nama|tanggal_lahir|status_hubungan_keluarga",
        [("E_HEADING_TWICE", "")],
    ),
    (
        "dtsen_members_v3",
        "nomor_kartu_keluarga|nik||nama|nama|zodiak|tanggal_lahir",
        [
            ("E_HEADING_BLANK", "C"),
            ("E_HEADING_UNKNOWN", "F"),
            ("E_HEADING_TWICE", ""),
            ("E_HEADING_MISSING", ""),
        ],
    ),
    ("regsosek_families_2022", "kode_provinsi|kode_kabupaten|kode_desa|kd_kk", [("E_HEADING_MISSING", "")]),
    ("regsosek_members_2022", "kd_kk|402|403|409|kode_provinsi", [("E_HEADING_MISSING", "")] * 3),
    ("dtsen_members_v3", "a|b|c", [("E_HEADER_NOT_FOUND", "")]),
    ("recodes", "kode_lama|kode_baru|dasar", []),
]


@pytest.mark.parametrize(("source", "heading", "expected"), HEADING_FAULTS)
def test_heading_faults_all_at_once(source: str, heading: str, expected: list[tuple[str, str]]) -> None:
    raw = text_file(heading, heading.replace("a", "x"))
    faults = check_headings(raw, load_source(source))
    assert [(fault.code, fault.column) for fault in faults] == expected
    for language in Language:
        assert all(describe(fault, language).startswith("x.csv") for fault in faults)


def test_unknown_heading_names_near_ones_and_hides_digits() -> None:
    raw = text_file(
        "nomor_kartu_keluarga|nik|nama|tgl lahir 123456789|tanggal_lahir|status_hubungan_keluarga"
    )
    (fault,) = check_headings(raw, load_source("dtsen_members_v3"))
    details = dict(fault.details)
    assert details["heading"] == "tgl lahir …"
    assert "tanggal_lahir" in details["near"]


def test_conform_raises_the_same_faults_at_once() -> None:
    raw, spec = text_file("nik|nama|tanggal_lahir|x|y"), load_source("dtsen_members_v3")
    with pytest.raises(InputError) as caught:
        conform(raw, spec, reference_date=DAY)
    assert caught.value.faults == check_headings(raw, spec)
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize(
    ("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")]
)
def test_column_name(column: int, name: str) -> None:
    assert column_name(column) == name


SHEETS = [
    # declared sheets only; others are listed as not declared
    (
        {"Anggota": [MEMBER_HEAD, ["1", "A", NIK, "1", "", "1"]], "Keluarga": [["x"]]},
        ["sheet_not_declared"],
        1,
    ),
    ({"anggota kec 1": [MEMBER_HEAD, ["1"]], "ANGGOTA 2": [["JUDUL"], MEMBER_HEAD, ["2"], ["3"]]}, [], 3),
]


@pytest.mark.parametrize(("sheets", "unused", "rows"), SHEETS)
def test_sheets(sheets: dict[str, list[list[str]]], unused: list[str], rows: int) -> None:
    result = conform(book(**sheets), load_source("regsosek_members_2022"), reference_date=DAY)
    assert [sheet.why for sheet in result.unused_sheets] == unused
    assert len(result.table) == rows
    assert len(result.accounts) == len(sheets) - len(unused)


@pytest.mark.parametrize(
    ("sheets", "code"),
    [
        ({"Lain": [MEMBER_HEAD]}, "E_SHEET_MISSING"),
        ({"Anggota": [["JUDUL"]], "Anggota 2": [MEMBER_HEAD]}, "E_HEADER_NOT_FOUND"),
    ],
)
def test_sheets_that_were_declared_are_never_passed_over(
    sheets: dict[str, list[list[str]]], code: str | None
) -> None:
    assert [f.code for f in check_headings(book(**sheets), load_source("regsosek_members_2022"))] == [code]


def test_of_undeclared_sheets_only_those_without_people_are_passed_over() -> None:
    spec = load_source("dtsen_members_v3")
    head = ["nomor_kartu_keluarga", "nik", "nama", "tanggal_lahir", "status_hubungan_keluarga"]
    raw = book(A=[head], Keterangan=[["Catatan"]], Kosong=[])
    assert [s.why for s in conform(raw, spec, reference_date=DAY).unused_sheets] == [
        "sheet_without_heading",
        "sheet_blank",
    ]
    assert all(s.why in entries() for s in conform(raw, spec, reference_date=DAY).unused_sheets)
    hidden = book(A=[head], B=[["rusak"], [f"'{NIK}"]])
    assert [(f.code, f.sheet) for f in check_headings(hidden, spec)] == [("E_HEADER_NOT_FOUND", "B")]


def test_blank_first_column_of_a_sheet_is_no_fault_until_something_stands_in_it() -> None:
    spec = load_source("recodes")
    rows = [["", "kode_lama", "kode_baru"], ["", "64.02.08.2001", "64.02.19.2001"]]
    assert check_headings(book(S=rows), spec) == ()
    rows[1][0] = "1"
    assert [(f.code, f.column) for f in check_headings(book(S=rows), spec)] == [("E_HEADING_BLANK", "A")]


PARTS = [
    (["64", "03", "050", "012"], "6403050012", None),
    (["64", "3", "50", "12"], "6403050012", None),  # numbers lost their zeros; the widths are declared
    (["64.0", "3.0", "50.0", "12.0"], "6403050012", None),
    (["64", "03", "", "012"], None, None),
    (["64", "03", "050", "LOA"], None, "E_CODE"),
]


@pytest.mark.parametrize(("parts", "code", "flag"), PARTS)
def test_code_in_parts(parts: list[str], code: str | None, flag: str | None) -> None:
    raw = book(Keluarga=[FAMILY_HEAD, [*parts, "1", "-0,5", "117,15"]])
    result = conform(raw, load_source("regsosek_families_2022"), reference_date=DAY)
    assert [None if pd.isna(v) else v for v in result.table["kode_wilayah"]] == [code]
    assert list(result.value_flags["code"]) == ([flag] if flag else [])


def test_values_flags_and_provenance() -> None:
    raw = text_file(
        "DATA KELUARGA",
        "No;ID Keluarga P3KE;Kode Kemdagri;Kepala Keluarga;NIK;Padan Dukcapil;Tanggal Lahir;"
        "Jenis Kelamin;Penerima PKH",
        f"1;111;6402052003;BUDI;'{NIK};PADAN;17/08/1985 0:00:00;LAKI-LAKI;YA",
        "2;112;6402052003;NA;6.4E+15;KOSONG;12/25/1990;X;KOSONG",
    )
    spec = load_source("p3ke_families_2022")
    result = conform(raw, spec, code_system=CodeSystem.BPS, reference_date=DAY)
    table = result.table
    assert list(table["nik"].isna()) == [False, True]
    assert list(table["nama"]) == ["BUDI", "NA"]
    assert list(table["padan_dukcapil"]) == ["ya", "kosong"]
    assert str(table["tanggal_lahir"].dtype) == "datetime64[s]"
    assert table["terima_pkh"].tolist() == [True, pd.NA]
    assert set(table["code_system"]) == {"bps"}
    assert list(table["source_row"]) == [3, 4]
    flags = result.value_flags
    assert sorted(zip(flags["column"], flags["code"], flags["original"], strict=True)) == [
        ("jenis_kelamin", "E_VALUE", "X"),
        ("nik", "E_NIK_SCI", "6.4E+15"),
        ("tanggal_lahir", "E_DATE", "12/25/1990"),
    ]
    assert set(flags["source_row"]) == {4}
    assert table.columns[: len(PROVENANCE)].tolist() == [column.name for column in PROVENANCE]


def test_a_cell_of_two_fields_is_flagged_once() -> None:
    raw = text_file("no_kk|nama_kk|kode_desa|alamat", "0|A|6403050012|X")
    result = conform(raw, load_source("dtsen_families_v3"), reference_date=DAY)
    assert list(result.value_flags["column"]) == ["no_kk"]
    assert result.table[["no_kk", "family_key"]].isna().all(axis=None)


def test_people_need_a_code_system() -> None:
    spec = load_source("p3ke_families_2022").model_copy(update={"code_system": None})
    with pytest.raises(ConfigError) as caught:
        conform(text_file("x"), spec, reference_date=DAY)
    assert [fault.code for fault in caught.value.faults] == ["E_CODE_SYSTEM"]


LISTS = [
    (
        "official_figures",
        FIGURES,
        "kode_wilayah,nama_wilayah,tahun,indikator,persen,ribu_jiwa,penghitung",
        '6403,KUTAI KARTANEGARA,2023,Miskin Ekstrem,"1,45","11,479",Satgas Data P3KE',
        {"kode_wilayah": "6403", "tahun": 2023, "indikator": "miskin_ekstrem", "persen": 1.45},
    ),
    (
        "bridging",
        BRIDGING,
        "tingkat,kode_bps,nama_bps,kode_dagri,nama_dagri",
        "desa,6403050012,A,64.02.05.2003,B",
        {"tingkat": "desa", "kode_bps": "6403050012", "kode_kemendagri_lama": "64.02.05.2003"},
    ),
    (
        "recodes",
        RECODES,
        "kode_lama_2020,nama_lama,kode_baru_2022,nama_baru",
        "64.02.08.2001,A,64.02.19.2001,B",
        {"kode_lama": "64.02.08.2001", "kode_baru": "64.02.19.2001", "nama_baru": "B"},
    ),
]


@pytest.mark.parametrize(("source", "table", "heading", "row", "values"), LISTS)
def test_reference_lists_come_out_as_their_table(
    source: str, table: Table, heading: str, row: str, values: dict[str, object]
) -> None:
    result = conform(text_file(heading, row), load_source(source), reference_date=DAY)
    assert result.table.columns.tolist() == table.names
    assert {name: result.table.loc[0, name] for name in values} == values
    assert set(result.table["registry"]) == {REFERENCE}
    assert result.value_flags.empty


REAL = os.environ.get("PADAN_REAL_DATA", "")


@pytest.mark.skipif(not REAL, reason="PADAN_REAL_DATA is not set")
@pytest.mark.parametrize(
    ("source", "name", "rows"),
    [
        ("bridging", "crosswalk_64.csv", 1153),
        ("recodes", "kemendagri_2020_to_2022_recode_64.csv", 20),
        ("official_figures", "poverty_64.csv", 242),
    ],
)
def test_real_reference_lists(source: str, name: str, rows: int) -> None:
    raw = read_file(Path(REAL) / "wilayah" / name, label=name)
    result = conform(raw, load_source(source), reference_date=DAY)
    assert (len(result.table), len(result.quarantine), len(result.value_flags)) == (rows, 0, 0)


MEMBERS = (
    "nomor_kartu_keluarga|nik|nama|tanggal_lahir|status_hubungan_keluarga",
    f"6400001708850009|{NIK}|ANI|1985-08-17|1",
)


@pytest.mark.parametrize("column", ["kode_desa_ktp"])
def test_a_column_that_nobody_listed_changes_nothing_of_what_is_read(column: str) -> None:
    """It is refused, or known and ignored: then table, flags and quarantine are the same to the value."""
    spec = load_source("dtsen_members_v3")
    head, row = MEMBERS
    plain = conform(text_file(head, row), spec, reference_date=DAY)
    wider = conform(text_file(f"{head}|{column}", f"{row}|RAHASIA"), spec, reference_date=DAY)
    for name in ("table", "value_flags", "quarantine"):
        pd.testing.assert_frame_equal(getattr(wider, name), getattr(plain, name))
    with pytest.raises(InputError):
        conform(text_file(f"{head}|zodiak", f"{row}|RAHASIA"), spec, reference_date=DAY)
