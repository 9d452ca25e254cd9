"""A form as a workbook: what is locked, what is offered, what is warned of, and that it comes back whole."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from office import needs_office, resaved
from openpyxl.worksheet.worksheet import Worksheet

from flows.formbook import write_forms
from reconcile.reports.forms import Cell, FormBook, FormColumn, FormSheet, Line, PaperSheet, Style
from reconcile.sources.raw import CellSheet
from reconcile.sources.readers import read_file
from reconcile.vocab import Language

NIK = "6402061708850001"
RESULTS = ("Ditemukan", "Pindah ke luar", "Meninggal")
COLUMNS = (
    FormColumn("kunci", "Kunci", 12, group="Daftar"),
    FormColumn("nik", "NIK (P3KE)", 18, group="Daftar"),
    FormColumn("hasil", "Hasil", 20, open=True, choices=RESULTS, required=True, hint="Pilih satu."),
    FormColumn("nik_baru", "NIK yang benar", 18, open=True, kind="digits16"),
    FormColumn("tujuan", "Tujuan", 20, open=True, asked_if={"hasil": ("Pindah ke luar",)}, required=True),
)
ROWS = pd.DataFrame({"kunci": ["TG-A", "TG-B", "=1+1"], "nik": [NIK, "", "0000000000000012"]}, dtype="str")
LIST = FormSheet("DAFTAR", ("Judul", "Catatan"), COLUMNS, ROWS, blank=2, fixed=1, printed=2, footer="&LKaki")
PAPER = PaperSheet(
    "CETAK",
    (20.0, 20.0),
    (
        Line((Cell("Judul", 2, Style.TITLE),)),
        Line((Cell("a", 1, Style.BOX), Cell("", 1, Style.COUNT, "=1+1"))),
    ),
    repeated=1,
    breaks=(1,),
    landscape=True,
)
BOOK = FormBook((LIST, PAPER), {"jalan": "R1", "sidik": "ab"})
HEADING = 4


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("isian") / "a.xlsx"
    write_forms(target, BOOK, language=Language.INDONESIAN)
    return target


@pytest.fixture(scope="module")
def listing(path: Path) -> Worksheet:
    return openpyxl.load_workbook(path)["DAFTAR"]


def test_titles_groups_and_heading_stand_above_the_rows(listing: Worksheet) -> None:
    assert [listing.cell(row, 1).value for row in range(1, HEADING + 1)] == [
        "Judul",
        "Catatan",
        "Daftar",
        "Kunci",
    ]
    assert [cell.value for cell in listing[HEADING]] == [column.title for column in COLUMNS]
    assert listing.freeze_panes == f"B{HEADING + 1}"


def test_every_cell_is_text_and_nothing_runs(listing: Worksheet) -> None:
    rows = list(listing.iter_rows(HEADING + 1, HEADING + 3, 1, 2))
    assert [[cell.value for cell in row] for row in rows] == [
        ["TG-A", NIK],
        ["TG-B", None],
        ["'=1+1", "0000000000000012"],
    ]
    assert {cell.data_type for row in rows for cell in row if cell.value} == {"s"}
    assert {cell.number_format for row in rows for cell in row} == {"@"}


def test_only_the_answers_can_be_changed_without_a_password(listing: Worksheet) -> None:
    assert listing.protection.sheet
    assert listing.protection.password is None
    assert not listing.protection.autoFilter
    assert not listing.protection.formatColumns
    assert listing.cell(HEADING + 1, 1).protection.locked
    opened = listing.column_dimensions["C"]
    assert (opened.protection.locked, opened.number_format) == (False, "@")


def test_drop_downs_come_from_a_hidden_sheet_and_a_wrong_nik_is_only_warned_of(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    rules = {str(rule.sqref): rule for rule in book["DAFTAR"].data_validations.dataValidation}
    choice, digits = rules[f"C{HEADING + 1}:C{HEADING + 5}"], rules[f"D{HEADING + 1}:D{HEADING + 5}"]
    assert (choice.type, choice.formula1, choice.prompt) == ("list", "REF!$A$1:$A$3", "Pilih satu.")
    assert tuple(cell.value for cell in book["REF"]["A"]) == RESULTS
    assert (digits.type, digits.errorStyle) == ("custom", "warning")
    assert "LEN(D5)=16" in digits.formula1
    assert [book[name].sheet_state for name in ("REF", "META")] == ["hidden", "hidden"]
    assert [[cell.value for cell in row] for row in book["META"].iter_rows()] == [
        ["jalan", "R1"],
        ["sidik", "ab"],
    ]


def test_what_is_not_asked_is_greyed_and_what_is_wanted_is_shown(listing: Worksheet) -> None:
    said = {
        rule.formula[0]
        for cells in listing.conditional_formatting
        for rule in cells.rules
        if str(cells.sqref).startswith("E")
    }
    assert said == {
        'AND($C5<>"",NOT(OR($C5="Pindah ke luar")))',
        'AND(OR($C5="Pindah ke luar"),$E5="")',
    }


def test_paper_repeats_its_heading_and_begins_pages_where_it_says(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    listing, paper = book["DAFTAR"], book["CETAK"]
    assert listing.print_title_rows == f"${HEADING}:${HEADING}"
    assert listing.print_area == f"'DAFTAR'!$A$1:$B${HEADING + 5}"
    assert (listing.page_setup.paperSize, listing.page_setup.orientation) == (9, "landscape")
    assert listing.oddFooter.left.text == "Kaki"
    assert [one.id for one in paper.row_breaks.brk] == [1]
    assert paper["B2"].value == "=1+1"
    assert not paper["B2"].protection.locked


@pytest.mark.parametrize("language", Language)
def test_the_same_form_gives_the_same_bytes(tmp_path: Path, language: Language) -> None:
    hashes = set()
    for name in ("a.xlsx", "b.xlsx"):
        write_forms(tmp_path / name, BOOK, language=language)
        hashes.add(sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(hashes) == 1


def test_a_sheet_without_rows_can_still_be_filled_in(tmp_path: Path) -> None:
    empty = replace(LIST, rows=ROWS.iloc[:0], blank=0)
    write_forms(tmp_path / "a.xlsx", FormBook((empty,), {}), language=Language.ENGLISH)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["DAFTAR"]
    assert sheet.auto_filter.ref == "A4:E5"


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
@needs_office
def test_libreoffice_keeps_keys_and_sixteen_digits(path: Path, tmp_path: Path, kind: str) -> None:
    raw = read_file(resaved(path, tmp_path, kind=kind), label="kembali")
    sheet = next(one for one in raw.sheets if one.name == "DAFTAR")
    assert isinstance(sheet, CellSheet)
    rows = [row[:2] for row in sheet.rows[HEADING : HEADING + 3]]
    assert rows == [["TG-A", NIK], ["TG-B", ""], ["'=1+1", "0000000000000012"]]
