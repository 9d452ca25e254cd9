"""Stored cells to text, and their way from one process to the other."""

from datetime import date, datetime, time
from typing import Any

import pytest

from reconcile.sources.raw import NUMERIC_MARK as M
from reconcile.sources.raw import CellRows, Merge
from reconcile.sources.reading.cells import StoredSheet, cell_text, pack, text_column, unpack
from reconcile.sources.reading.workbook import filled


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (3.0, "3"),
        (-3.0, "-3"),
        (99_999_999_999_999.0, "99999999999999"),
        (100_000_000_000_000.0, M + "100000000000000"),  # from 15 digits on it may be rounded
        (6400001708850001.0, M + "6400001708850001"),
        (6400001708850001, M + "6400001708850001"),
        (-6400001708850001.0, M + "-6400001708850001"),
        (1e22, M + "10000000000000000000000"),
        (-0.5021, "-0.5021"),
        (117.15360000000001, "117.15360000000001"),
        (1e-05, "0.00001"),
        (True, "TRUE"),
        (False, "FALSE"),
        (datetime(1985, 8, 17), "1985-08-17"),  # noqa: DTZ001  # workbooks have no time zone
        (datetime(1985, 8, 17, 7, 30), "1985-08-17 07:30:00"),  # noqa: DTZ001  # as above
        (date(1985, 8, 17), "1985-08-17"),
        (time(7, 30), "07:30:00"),
        ("", ""),
        ("1.0", "1.0"),
    ],
)
def test_cell_text(cell: object, text: str) -> None:
    assert cell_text(cell) == text


@pytest.mark.parametrize(
    "cells",
    [
        ["a", "", "b"],
        ["é", "", "日本"],
        [1.0, 2.0, -3.0],
        [1.0, 2.5],
        [1.0, "", "x"],
        [6400001708850001.0, 1.0],
        [True, 1.0, date(1985, 8, 17)],
        [float("inf"), 1.0],
        [],
    ],
)
def test_a_column_gives_what_its_cells_give(cells: list[Any]) -> None:
    assert text_column(cells).to_pylist() == [cell_text(cell) for cell in cells]


def test_packed_and_unpacked_is_the_same() -> None:
    rows = [["nik", f"nama {n}", float(n)] for n in range(12_001)]
    table = StoredSheet("Satu", 3, iter(rows), hidden=True, hidden_rows=(2,), merges=(Merge(0, 0, 0, 1),))
    told, blob = pack(table)
    sheet = unpack(told, bytes(blob))
    assert (sheet.name, len(sheet), sheet.hidden) == ("Satu", 12_001, True)
    assert (sheet.hidden_rows, sheet.hidden_columns, sheet.merges) == ((2,), (), (Merge(0, 0, 0, 1),))
    expected = [[a, b, str(int(n))] for a, b, n in rows]
    assert isinstance(sheet.rows, CellRows)
    assert list(sheet.rows) == sheet.rows[:] == expected
    assert sheet.rows[-1] == expected[-1]
    assert sheet.rows[5_001] == expected[5_001]
    assert sheet.rows[1:9:3] == expected[1:9:3]
    assert sheet.rows[20_000:] == []
    with pytest.raises(IndexError):
        sheet.rows[12_001]


def test_a_blank_sheet_has_no_rows() -> None:
    told, blob = pack(StoredSheet("Kosong", 0, iter([])))
    assert list(unpack(told, bytes(blob)).rows) == []


@pytest.mark.parametrize(
    ("rows", "merges", "expected"),
    [
        ([["a"], [""], ["b"]], [Merge(0, 0, 1, 0)], [["a"], ["a"], ["b"]]),
        ([["a", "x"], ["", "y"]], [Merge(0, 0, 5, 0)], [["a", "x"], ["a", "y"]]),  # beyond the last row
        ([["a", ""], ["", ""]], [Merge(0, 0, 1, 1)], [["a", ""], ["a", ""]]),  # down, not across
        ([["a"], [""], ["b"], [""]], [Merge(2, 0, 3, 0), Merge(0, 0, 1, 0)], [["a"], ["a"], ["b"], ["b"]]),
        ([["a"], [""]], [Merge(0, 7, 1, 7)], [["a"], [""]]),  # a range where no column is
    ],
)
def test_merged_cells_fill_downwards(
    rows: list[list[str]], merges: list[Merge], expected: list[list[str]]
) -> None:
    assert list(filled(iter(rows), merges)) == expected
