"""What a profile says of a file, and that it holds no value of it."""

from datetime import date

import pytest

from reconcile.sources.conform import conform
from reconcile.sources.headings import plan_sheets
from reconcile.sources.profile import FileProfile, Trouble, profile
from reconcile.sources.raw import CellSheet, RawFile, TextSheet
from reconcile.sources.spec import load_source
from reconcile.vocab import FileKind

DAY = date(2024, 6, 30)
SPEC = load_source("dtsen_members_v3")
NIK, KK = "6400001708850001", "6400000101150001"
HEAD = ["nomor_kartu_keluarga", "nik", "nama", "tanggal_lahir", "status_hubungan_keluarga", "kode_desa_ktp"]
ROWS = [
    [KK, NIK, "BUDI REKAAN", "1985-08-17", "Kepala Keluarga", "9"],
    [KK, "6.4E+15", "SITI REKAAN", "1990-08-17", "Istri", "9"],
    [KK, "6.4E+15", "TONO REKAAN", "2015-01-01", "Anak", "9"],
]
LINES = ["Rekapitulasi", "|".join(HEAD), *("|".join(row) for row in ROWS), "", "terpotong"]
FILE = RawFile("m.csv", "f" * 64, 1, FileKind.CSV, "utf-8", (TextSheet(LINES),), recoded=2, replaced=1)


@pytest.fixture(scope="module")
def found() -> FileProfile:
    return profile(FILE, conform(FILE, SPEC, reference_date=DAY))


def test_how_the_file_was_read(found: FileProfile) -> None:
    told = (found.label, found.source, found.encoding, found.recoded, found.replaced)
    assert told == ("m.csv", "dtsen_members_v3", "utf-8", 2, 1)


def test_where_the_heading_stands_and_what_its_columns_are(found: FileProfile) -> None:
    (sheet,) = found.sheets
    assert (sheet.header_row, sheet.delimiter) == (2, "|")
    assert sheet.mapped.keys() == set(HEAD) - {"kode_desa_ktp"}
    assert (sheet.mapped["nama"], sheet.mapped["nik"]) == ("nama", "nik")
    assert sheet.ignored == ("kode_desa_ktp",)


def test_where_the_rows_went(found: FileProfile) -> None:
    (sheet,) = found.sheets
    fates = {fate: count for fate, count in sheet.fates.items() if count}
    assert fates.pop("physical") == len(LINES) == sum(fates.values())
    assert (fates["accepted"], fates["quarantined"], fates["blank"]) == (3, 1, 1)


def test_troubles_name_their_rows_the_most_frequent_first(found: FileProfile) -> None:
    assert found.troubles[0] == Trouble("E_NIK_SCI", "nik", 2, (4, 5))
    assert ("", (7,)) in [(one.column, one.rows) for one in found.troubles]
    assert found.fill["nik"] == pytest.approx(1 / 3)


def test_no_value_stands_in_it(found: FileProfile) -> None:
    said = repr(found)
    assert [
        value for row in [*ROWS, ["terpotong"]] for value in row if len(value) > 5 and value in said
    ] == []


def test_sheets_that_are_hidden_or_not_read_are_named() -> None:
    data = CellSheet("Data", [HEAD, *ROWS], hidden=True, hidden_rows=(2,), hidden_columns=(1, 3))
    raw = RawFile("m.xlsx", "f" * 64, 1, FileKind.XLSX, "", (data, CellSheet("Catatan", [["a"], ["b"]])))
    found = profile(raw, conform(raw, SPEC, reference_date=DAY))
    (sheet,) = found.sheets
    assert (sheet.name, sheet.delimiter, sheet.hidden_sheet, sheet.hidden) == ("Data", "", True, 3)
    assert found.unused == (("Catatan", 2, "sheet_without_heading"),)


def test_a_plan_made_before_gives_the_same(found: FileProfile) -> None:
    plan = plan_sheets(FILE, SPEC)
    assert profile(FILE, conform(FILE, SPEC, reference_date=DAY, plan=plan), plan=plan) == found
