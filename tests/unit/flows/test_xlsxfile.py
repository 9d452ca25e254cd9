"""Workbooks of text cells, read back by a library that did not write them."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from flows.xlsxfile import write_xlsx
from reconcile.reports import sheets


def frame(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values) for name, values in columns.items()})


def cells(path: Path, sheet: str) -> list[list[object]]:
    book = openpyxl.load_workbook(path)
    return [[cell.value for cell in row] for row in book[sheet].iter_rows()]


TEXTS = [
    ("plain", "SITI AMINAH"),
    ("sixteen digits", "6402061708850001"),
    ("like a date", "1-2"),
    ("markup", 'A < B & "C" > D'),
    ("blanks around", "  x  "),
    ("two lines", "satu\ndua"),
    ("not Latin", "ꦱꦶꦠꦶ é"),
    ("an escape of Excel", "nilai _x0041_ asli"),
]


@pytest.mark.parametrize("value", [t[1] for t in TEXTS], ids=[t[0] for t in TEXTS])
def test_text_comes_back_as_it_was(tmp_path: Path, value: str) -> None:
    write_xlsx(tmp_path / "a.xlsx", {"A": frame(isi=[value])})
    read = openpyxl.load_workbook(tmp_path / "a.xlsx")["A"]["A2"]
    assert read.data_type == "s"
    # openpyxl leaves Excel's own escape of an underscore in
    assert str(read.value).replace("_x005F_", "_") == value


def test_every_cell_is_text_whatever_its_kind(tmp_path: Path) -> None:
    kinds = pd.DataFrame(
        {
            "teks": pd.Series(["a", None], dtype="str"),
            "bulat": pd.Series([-3, None], dtype="Int64"),
            "lintang": pd.Series([-0.5, None], dtype="Float64"),
            "tanggal": pd.to_datetime(pd.Series(["1985-08-17", None])),
            "ya": pd.Series([True, None], dtype="boolean"),
        }
    )
    write_xlsx(tmp_path / "a.xlsx", {"A": kinds})
    assert cells(tmp_path / "a.xlsx", "A") == [
        list(kinds.columns),
        ["a", "-3", "-0.5", "1985-08-17", "true"],
        [None] * 5,
    ]
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["A"]
    assert {cell.number_format for row in sheet.iter_rows() for cell in row} == {"@"}


def test_heading_is_frozen_and_filtered_on_every_sheet(tmp_path: Path) -> None:
    tables = {"I Identitas": frame(a=["1", "2"], b=["x", "y"]), "B Bantuan": frame(a=["1"])[:0]}
    write_xlsx(tmp_path / "a.xlsx", tables)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == list(tables)
    assert [sheet.freeze_panes for sheet in book] == ["A2", "A2"]
    assert [sheet.auto_filter.ref for sheet in book] == ["A1:B3", "A1:A1"]
    assert cells(tmp_path / "a.xlsx", "B Bantuan") == [["a"]]


def test_the_same_tables_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_xlsx(tmp_path / name, {"A": frame(isi=["x", "y"])})
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_signs_that_xml_cannot_hold_do_not_spoil_the_file(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", {"A": frame(isi=["a\x00b\x1fc\uffff"])})
    assert cells(tmp_path / "a.xlsx", "A")[1] == ["a\ufffdb\ufffdc\ufffd"]


def test_a_long_text_is_cut_to_what_a_cell_holds(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", {"A": frame(isi=["x" * 40_000])})
    assert len(str(cells(tmp_path / "a.xlsx", "A")[1][0])) <= 32_767


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    write_xlsx(tmp_path / "a.xlsx", {"K Kecocokan": frame(isi=list("abcde"))})
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["K Kecocokan", "K Kecocokan 2", "K Kecocokan 3"]
    assert [sheet["A2"].value for sheet in book] == ["a", "c", "e"]
