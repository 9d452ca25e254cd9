"""What fields say of each other, fields without a column of their own, headings that stand several times."""

from datetime import date

import pandas as pd
import pytest

from reconcile.sources.conform import Conformed, conform
from reconcile.sources.expectations import fill_rates, unmet_expectations
from reconcile.sources.headings import check_headings
from reconcile.sources.raw import FORMULA_MARK, NUMERIC_MARK, RawFile, TextSheet, unmarked
from reconcile.sources.spec import load_source

DAY = date(2024, 6, 30)
NIK = "6400001708850001"  # man, 17 August 1985
MAY = "6400000304900001"  # man, 3 April 1990


def read(source: str, *lines: str) -> Conformed:
    raw = RawFile("x.csv", "f" * 64, 1, "csv", "utf-8", (TextSheet(list(lines)),))
    return conform(raw, load_source(source), reference_date=DAY)


def plain(column: pd.Series) -> list[object]:
    return [None if pd.isna(value) else value for value in column]


SWAPS = [
    ("as it should be", "-0,5", "117,1", []),
    ("swapped", "117,1", "-0,5", ["W_SWAPPED", "W_SWAPPED"]),
    ("north of the equator, swapped", "117,1", "1,5", ["W_SWAPPED", "W_SWAPPED"]),
    ("somewhere else either way", "51,5", "0,1", []),
    ("one of them is missing", "117,1", "", []),
    ("swapped and in minutes", "117°6' BT", "0°30' LS", ["W_SWAPPED", "W_SWAPPED"]),
    ("in minutes", "0°30' LS", "117°6' BT", ["W_DMS", "W_DMS"]),
]


@pytest.mark.parametrize(
    ("latitude", "longitude", "codes"), [case[1:] for case in SWAPS], ids=[case[0] for case in SWAPS]
)
def test_a_swapped_pair_is_said_and_stays_as_written(latitude: str, longitude: str, codes: list[str]) -> None:
    row = f"6400000101150001|A|6403050012|{latitude}|{longitude}"
    result = read("dtsen_families_v3", "no_kk|nama_kk|kode_desa|lintang|bujur", row)
    assert result.value_flags["code"].tolist() == codes
    if codes == ["W_SWAPPED", "W_SWAPPED"]:
        assert result.table["lintang"][0] > 100
        assert abs(result.table["bujur"][0]) < 3


@pytest.mark.parametrize(
    ("nik", "code"),
    [
        (MAY, None),  # the NIK says 3 April as well
        (NIK, "W_DATE_AMBIGUOUS"),
        ("6400000403900001", "W_DATE_AMBIGUOUS"),  # the NIK says 4 March: for the rules, not for us to turn
        ("", "W_DATE_AMBIGUOUS"),
    ],
)
def test_a_nik_confirms_the_order_of_day_and_month(nik: str, code: str | None) -> None:
    head = "nomor_kartu_keluarga|nik|nama|tanggal_lahir|status_hubungan_keluarga"
    result = read("dtsen_members_v3", head, f"6400000101150001|{nik}|A|03/04/1990|anak")
    assert result.table["tanggal_lahir"][0] == pd.Timestamp("1990-04-03")
    assert result.value_flags["code"].tolist() == ([code] if code else [])


P3KE = "ID Keluarga P3KE|Kode Kemdagri|Kepala Keluarga|NIK"
STAND_INS = [
    ("RT and RW of the address", f"{P3KE}|Alamat", "JL A RT 03 / RW 02", {"rt": 3, "rw": 2}),
    ("an address without them", f"{P3KE}|Alamat", "KP. BARU", {"rt": None, "rw": None}),
    ("a column of its own wins", f"{P3KE}|Alamat|RT", "JL A RT 03 / RW 02|7", {"rt": 7, "rw": 2}),
    ("even where it is blank", f"{P3KE}|Alamat|RT", "JL A RT 03|", {"rt": None}),
    ("decile out of the percentile", f"{P3KE}|Persentil", "15", {"desil": 2}),
    ("the decile wins", f"{P3KE}|Persentil|Desil", "15|1", {"desil": 1}),
    ("both in one cell", f"{P3KE}|Koordinat", "-0.5, 117.1", {"lintang": -0.5, "bujur": 117.1}),
]


@pytest.mark.parametrize(
    ("head", "cells", "expected"), [case[1:] for case in STAND_INS], ids=[case[0] for case in STAND_INS]
)
def test_fields_without_a_column_of_their_own(head: str, cells: str, expected: dict[str, object]) -> None:
    result = read("p3ke_families_2023", head, f"111|6402052003|A|{NIK}|{cells}")
    assert {name: plain(result.table[name])[0] for name in expected} == expected
    assert result.value_flags.empty


def test_without_either_column_there_is_no_field() -> None:
    result = read("p3ke_families_2023", P3KE, f"111|6402052003|A|{NIK}")
    assert not {"rt", "rw", "desil"} & set(result.table)


def test_a_village_out_of_the_sls() -> None:
    result = read("bps_sls_families", "idsubsls|nama_krt|nmsls", "6403050012000100|A|RT 004 RW 002")
    assert plain(result.table.loc[0, ["kode_wilayah", "rt", "rw"]]) == ["6403050012", 4, 2]


def test_headings_that_stand_again_count_once_where_declared() -> None:
    head = "no kartu keluarga|401|402|403|405|406|409|401|402|403|410"
    row = f"6400000101150001|1|BUDI|{NIK}|1|31276|1|1|LAIN|9|2"
    result = read("regsosek_template_members", head, row)
    assert plain(result.table.loc[0, ["nama", "nik", "jenis_kelamin", "hubungan"]]) == [
        "BUDI",
        NIK,
        "L",
        "kepala",
    ]
    assert result.table["tanggal_lahir"][0] == pd.Timestamp("1985-08-17")
    raw = RawFile("x.csv", "f" * 64, 1, "csv", "utf-8", (TextSheet([f"{head}|405", row]),))
    spec = load_source("regsosek_template_members")
    assert [fault.code for fault in check_headings(raw, spec)] == ["E_HEADING_TWICE"]


def test_a_mark_of_the_reader_stands_in_no_value_and_no_flag() -> None:
    marked = f"{NUMERIC_MARK}{NIK}"
    result = read("p3ke_families_2022", f"{P3KE}|Alamat", f"{marked}|{marked}|{marked}|{marked}|{marked}")
    assert result.table["family_key"].tolist() == [NIK]
    assert result.table[["nama", "alamat"]].to_numpy().tolist() == [[NIK, NIK]]
    flags = result.value_flags
    assert flags[["column", "code", "original"]].to_numpy().tolist() == [["nik", "W_NIK_NUMERIC", NIK]]


def test_flags_of_one_cell_are_counted_row_by_row() -> None:
    lines = ["0|6403|A", "12|6403|B", "|6403|C"]
    result = read("dtsen_families_v3", "no_kk|kode_desa|nama_kk", *lines)
    # "0" is wrong for the card and as a key, and said once; "12" is a key, but no card
    assert result.value_flags[["source_row", "code"]].to_numpy().tolist() == [
        [2, "E_KK_PLACEHOLDER"],
        [3, "E_KK"],
    ]
    assert plain(result.table["family_key"]) == [None, "12", None]


def test_fill_rates_and_what_is_emptier_than_expected() -> None:
    result = read(
        "p3ke_families_2022", f"{P3KE}|Tanggal Lahir", f"1|6402052003|A|{NIK}|17/08/1985", "2|6402052003|B||"
    )
    rates = fill_rates(result)
    assert (rates["nik"], rates["nama"], rates["tanggal_lahir"]) == (0.5, 1.0, 0.5)
    (fault,) = unmet_expectations(result)
    assert (fault.code, fault.file, fault.column) == ("W_FILL", "x.csv", "desil")
    assert dict(fault.details) == {"rate": "0.0%", "least": "90.0%"}
    emptier = read(
        "p3ke_families_2022", P3KE, f"1|6402052003|A|{NIK}", *[f"{n}|6402052003|A|" for n in range(2, 5)]
    )
    assert [f.column for f in unmet_expectations(emptier)] == ["nik", "desil", "tanggal_lahir"]


def test_a_delivery_without_rows_disappoints_nobody() -> None:
    result = read("p3ke_families_2022", P3KE)
    assert (fill_rates(result), unmet_expectations(result)) == ({}, ())


MARKED = [
    ("plain", "plain"),
    (f"{NUMERIC_MARK}{NIK}", NIK),
    (f"{FORMULA_MARK}=A1", "=A1"),
    # a whole row set aside
    (f"x\t{NUMERIC_MARK}1\t{FORMULA_MARK}=B2\t{NUMERIC_MARK}2", "x\t1\t=B2\t2"),
    ("", ""),
    (None, None),
]


def test_marks_go_wherever_they_stand() -> None:
    told = unmarked(pd.Series([marked for marked, _ in MARKED], dtype="str", index=range(10, 16)))
    assert [None if pd.isna(text) else text for text in told] == [plain for _, plain in MARKED]
    assert told.index.tolist() == list(range(10, 16))
