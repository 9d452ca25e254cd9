"""Drafts of sources: what is known is mapped, what is like it is only proposed, and no value gets in."""

from datetime import date

import pandas as pd
import pytest
import yaml

from reconcile.errors import ConfigError, InputError
from reconcile.language import describe
from reconcile.sources.conform import conform
from reconcile.sources.drafting import draft_source, propose_parser
from reconcile.sources.headings import check_headings
from reconcile.sources.raw import CellSheet, RawFile, TextSheet
from reconcile.sources.spec import parse_source
from reconcile.vocab import Language

NIK = "6400001708850001"
HEAD = "No;ID Keluarga;Nama Ketua Keluarga;NIK;Kode Desa;Alamat;Tgl Lahir KK;Penerima PKH;Catatan Petugas"
ROWS = [
    f"{n};10000000{n};SITI AMINAH;640000170885000{n};6402052003;GG MELATI {n};1{n}/08/1985;Ya;"
    for n in range(1, 6)
]


def text_file(*lines: str) -> RawFile:
    return RawFile("kiriman.csv", "f" * 64, 1, "csv", "utf-8", (TextSheet(list(lines)),))


def book(**sheets: list[list[str]]) -> RawFile:
    return RawFile("k.xlsx", "f" * 64, 1, "xlsx", "", tuple(CellSheet(n, rows) for n, rows in sheets.items()))


def test_known_headings_are_mapped_and_others_are_only_proposed() -> None:
    draft = draft_source(text_file("DAFTAR KELUARGA", HEAD, *ROWS), name="baru")
    declared = yaml.safe_load(draft)
    assert set(declared["fields"]) == {"family_key", "nik", "kode_wilayah", "alamat", "terima_pkh"}
    assert declared["fields"]["nik"] == {"headings": ["NIK"], "parse": "nik"}
    assert declared["ignore"] == ["No"]
    comments = [line for line in draft.splitlines() if line.startswith("  #")]
    proposals = [line for line in comments if line.startswith("  # ISI:")]
    assert proposals == [
        '  # ISI: {headings: ["Nama Ketua Keluarga"], parse: text}',
        '  # ISI: {headings: ["Tgl Lahir KK"], parse: date}',
        '  # ISI: {headings: ["Catatan Petugas"], parse: text}',
    ]
    assert any("(tanggal_lahir)" in line for line in comments)
    assert "looks like: families" in draft
    assert "heading on row 2" in draft


def test_no_value_of_the_file_stands_in_it() -> None:
    draft = draft_source(text_file(HEAD, *ROWS), name="baru")
    cells = {cell for row in ROWS for cell in row.split(";") if len(cell) > 4}
    assert not [cell for cell in cells if cell in draft]


def test_it_is_refused_until_a_person_has_filled_it_and_works_then() -> None:
    draft = draft_source(text_file(HEAD, *ROWS), name="baru")
    with pytest.raises(ConfigError) as caught:
        parse_source("baru", yaml.safe_load(draft))
    keys = {dict(fault.details)["key"] for fault in caught.value.faults}
    assert keys == {"title.id", "title.en", "registry", "key_space", "content", "code_system"}
    assert {fault.code for fault in caught.value.faults} == {"E_SOURCE_UNFILLED"}
    assert all(describe(fault, language) for fault in caught.value.faults for language in Language)
    for key, value in {"registry": "p3ke", "content": "families", "code_system": "kemendagri"}.items():
        draft = draft.replace(f"{key}: ISI", f"{key}: {value}")
    draft = draft.replace("{id: ISI, en: ISI}", "{id: Baru, en: New}").replace(
        "key_space: ISI", "key_space: baru"
    )
    finished = draft.replace('  # ISI: {headings: ["Nama Ketua', '  nama: {headings: ["Nama Ketua')
    finished = finished.replace("ignore:", 'ignore:\n  - "Catatan Petugas"\n  - "Tgl Lahir KK"')
    spec = parse_source("baru", yaml.safe_load(finished))
    raw = text_file(HEAD, *ROWS)
    assert check_headings(raw, spec) == ()
    result = conform(raw, spec, reference_date=date(2024, 6, 30))
    assert result.table["nama"].tolist() == ["SITI AMINAH"] * 5
    unfinished = parse_source("baru", yaml.safe_load(draft))
    assert [fault.code for fault in check_headings(raw, unfinished)] == ["E_HEADING_UNKNOWN"] * 3


def test_members_have_their_family_apart() -> None:
    head = ["ID Keluarga P3KE", "Nama", "NIK", "Hubungan dengan Kepala Keluarga", "Alamat", "Kode Kemdagri"]
    draft = draft_source(book(Petunjuk=[["Isi"]], Individu=[["JUDUL"], head]), name="baru")
    declared = yaml.safe_load(draft)
    assert set(declared["fields"]) == {"family_key", "nama", "nik", "hubungan"}
    assert set(declared["family_fields"]) == {"alamat", "kode_wilayah"}
    assert "looks like: members" in draft
    assert "sheet Individu" in draft


def test_reference_lists_have_no_registry_and_choices_are_for_a_person() -> None:
    draft = draft_source(text_file("kode_wilayah,tahun,indikator,persen", "6403,2023,miskin,6.1"), name="a")
    declared = yaml.safe_load(draft)
    assert "registry" not in declared
    assert declared["fields"]["indikator"]["values"] == "ISI"
    assert "looks like: figures" in draft


def test_a_second_column_for_a_field_is_a_comment() -> None:
    draft = draft_source(text_file("NIK;NIK Kepala Keluarga;Kepala Keluarga;Kode Kemdagri"), name="a")
    assert yaml.safe_load(draft)["fields"]["nik"] == {"headings": ["NIK"], "parse": "nik"}
    assert '# a second column for it: nik: {headings: ["NIK Kepala Keluarga"]' in draft


@pytest.mark.parametrize(
    "lines",
    [
        ["a;b;c", "1;2;3"],
        [f"SITI AMINAH;{NIK};GG MELATI", f"BUDI;{NIK};GG MAWAR"],  # no heading at all: nothing may leak
        [""],
    ],
)
def test_a_file_without_known_headings_is_refused(lines: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        draft_source(text_file(*lines), name="a")
    assert [fault.code for fault in caught.value.faults] == ["E_DRAFT_NO_HEADING"]
    assert "SITI" not in str(caught.value)


def test_digits_of_a_heading_do_not_get_in() -> None:
    draft = draft_source(text_file("NIK;Kepala Keluarga;Kode Kemdagri;Petugas 081234567890"), name="a")
    assert "081234567890" not in draft
    assert '"Petugas …"' in draft


@pytest.mark.parametrize(
    ("cells", "parser"),
    [
        ([NIK, "6400005708900002", ""], "nik"),
        (["17/08/1985", "1990-04-03", "-"], "date"),
        (["L", "P"], "sex"),
        (["Ya", "Tidak"], "yes_no"),
        (["Istri", "Anak"], "relationship"),
        (["6402052003", "64.02.05.2003"], "code"),
        (["Desil 1", "2"], "decile"),
        (["RT 012", "RT 3"], "rt_rw"),
        (["2023", "2024"], "whole"),
        (["0°30' LS", "-0,51"], "latitude"),
        (["1.250,5", "12,25"], "number"),
        (["GG MELATI", "JL A"], "text"),
        ([NIK, "x"], "text"),
        (["", "-"], "text"),
        ([], "text"),
    ],
)
def test_the_narrowest_parser_is_proposed(cells: list[str], parser: str) -> None:
    assert propose_parser(pd.Series(cells, dtype="str")) == parser


def test_the_same_file_gives_the_same_draft() -> None:
    raw = text_file(HEAD, *ROWS)
    assert draft_source(raw, name="baru") == draft_source(raw, name="baru")
