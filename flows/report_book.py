"""Edge module: every table of the report as a workbook, numbers as numbers, small cells kept back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from flows.report_page import ThemeView
from reconcile.language import text
from reconcile.report.desk import Issue
from reconcile.report.model import Figure, Grid, Head, Section, Value, plain, spoken
from reconcile.vocab import Language

#: Stands in the workbook instead of the clock.
_CREATED = datetime(2026, 1, 2)  # noqa: DTZ001  # xlsxwriter takes no zone
_OPTIONS = {
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "in_memory": True,
}
_FONT = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {**_FONT, "bold": True, "font_size": 12},
    "note": {**_FONT, "italic": True},
    "head": {**_FONT, "bold": True, "bg_color": "#D9E2EC", "text_wrap": True, "bottom": 1},
    "words": {**_FONT},
    "kept": {**_FONT, "align": "right"},
}
#: Number format by digits; Excel writes separators as the reader's computer does.
_NUMBERS = {0: "#,##0", 1: "#,##0.0", 2: "#,##0.00"}
#: Where the heading of a table stands, below title and unit.
_TOP = 3
#: Three lines of a heading, in points.
_HEAD_HEIGHT, _A4 = 42, 9
#: A sheet's name holds 31 characters.
_MOST_NAME = 31


def write_book(path: Path, issue: Issue, sections: Sequence[Section], themes: Iterable[ThemeView]) -> None:
    """Write a sheet per table of the report and per theme of the map; the same report, the same bytes."""
    grids = [block for section in sections for block in section.blocks if isinstance(block, Grid)]
    grids += [map_grid(view, issue.language) for view in themes]
    with xlsxwriter.Workbook(path, _OPTIONS) as book:
        book.set_properties({"created": _CREATED, "title": text("report_title", issue.language)})
        formats = {name: book.add_format(look) for name, look in _FORMATS.items()}
        formats |= {
            f"number{digits}": book.add_format({**_FONT, "num_format": look})
            for digits, look in _NUMBERS.items()
        }
        _contents(book, formats, issue, grids)
        for grid in grids:
            _sheet(book, formats, issue, grid)


def map_grid(view: ThemeView, language: Language) -> Grid:
    """Return a theme of the map as a table of every area."""
    names = ("level", "code", "name", "in", "part", "whole", "share")
    kinds = ("words",) * 4 + ("number",) * 3
    heads = [
        Head(text(f"report_sheet_{name}", language), kind) for name, kind in zip(names, kinds, strict=True)
    ]
    rows = [_area(row, language) for row in view.themed.rows.itertuples()]
    return Grid(f"peta_{view.key}", text("report_sheet_map", language, theme=view.title), heads, rows)


def _area(row: Any, language: Language) -> Sequence[Value]:
    within = row.nama_kec if row.tingkat == "desa" else row.nama_kab
    inside = "" if row.tingkat == "kabupaten" or pd.isna(within) else str(within)
    kept = row.kelas == "rahasia"
    source = f"peta:{row.kode}"
    part, whole = (
        Figure(source, hidden=True) if kept else Figure(source, float(value))
        for value in (row.part, row.whole)
    )
    shared = None if kept or not row.whole else 100 * float(row.part) / float(row.whole)
    level = text(f"report_map_{row.tingkat}", language)
    return [level, str(row.kode), str(row.nama), inside, part, whole, Figure(source, shared, 1, hidden=kept)]


def _contents(book: Any, formats: dict[str, Any], issue: Issue, grids: Sequence[Grid]) -> None:
    sheet = book.add_worksheet(text("report_sheet_contents", issue.language))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    sheet.write_string(0, 0, text("report_title", issue.language), formats["title"])
    said = [
        text("report_period", issue.language, period=issue.period),
        text("report_class", issue.language),
        text("report_sheet_source", issue.language, run=issue.run, day=issue.day),
        text("report_note_k", issue.language, k=issue.k),
    ]
    for row, line in enumerate(said, start=1):
        sheet.write_string(row, 0, line, formats["note"])
    for row, grid in enumerate(grids, start=len(said) + 2):
        sheet.write_url(row, 0, f"internal:'{grid.key[:_MOST_NAME]}'!A1", string=grid.key[:_MOST_NAME])
        sheet.write_string(row, 1, grid.title, formats["words"])


def _sheet(book: Any, formats: dict[str, Any], issue: Issue, grid: Grid) -> None:
    sheet = book.add_worksheet(grid.key[:_MOST_NAME])
    sheet.write_string(0, 0, grid.title, formats["title"])
    sheet.write_string(
        1, 0, text("report_sheet_source", issue.language, run=issue.run, day=issue.day), formats["note"]
    )
    for column, head in enumerate(grid.heads):
        sheet.write_string(_TOP, column, head.title, formats["head"])
        sheet.set_column(column, column, 30 if head.kind == "words" else 14)
    for row, line in enumerate(grid.rows, start=_TOP + 1):
        for column, value in enumerate(line):
            _cell(sheet, row, column, value, formats, issue.language)
    sheet.set_row(_TOP, _HEAD_HEIGHT)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_TOP)
    last = _TOP + len(grid.rows)
    sheet.freeze_panes(_TOP + 1, 1)
    sheet.autofilter(_TOP, 0, last, len(grid.heads) - 1)
    notes = [spoken(note, issue.language) for note in grid.notes]
    for row, note in enumerate([*notes, text("report_note_k", issue.language, k=issue.k)], start=last + 2):
        sheet.write_string(row, 0, note, formats["note"])


def _cell(
    sheet: Any, row: int, column: int, value: Value, formats: dict[str, Any], language: Language
) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value, formats["words"])
    elif value.value is None:
        sheet.write_string(row, column, plain(value, language), formats["kept"])
    else:
        sheet.write_number(row, column, value.value, formats[f"number{value.digits}"])
