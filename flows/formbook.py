"""Edge module: a workbook that people fill in: locked keys, drop-downs, hints, and paper that can be printed.

Every cell of a table is text, so that a NIK keeps its sixteen digits and nothing runs as a formula. Sheets
are protected without a password: against a slip, not against a will. The same declaration, the same bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from flows.csvfile import neutral
from reconcile.language import text
from reconcile.reports.forms import Cell, FormBook, FormColumn, FormSheet, PaperSheet, Style
from reconcile.vocab import Language

REF, META = "REF", "META"
#: Stands in the workbook instead of the clock.
_CREATED = datetime(2026, 1, 2)  # noqa: DTZ001  # xlsxwriter takes no zone
_OPTIONS = {
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "in_memory": True,
}
_MAY = {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True}
_A4 = 9
_LINE_HEIGHT = 13
_FONT = {"font_name": "Calibri", "font_size": 10, "valign": "top", "text_wrap": True}
_GREY, _BORDER = "#E4E4E4", {"border": 1, "border_color": "#7F7F7F"}
#: A message of a cell holds 255 characters, its title 32.
_MOST_HINT, _MOST_TITLE = 255, 32

_TABLE: Mapping[str, Mapping[str, Any]] = {
    "title": {**_FONT, "bold": True, "font_size": 12, "text_wrap": False},
    "note": {**_FONT, "text_wrap": False},
    "group": {**_FONT, **_BORDER, "bold": True, "align": "left", "bg_color": _GREY},
    "head": {**_FONT, **_BORDER, "bold": True, "bg_color": _GREY},
    "open_head": {**_FONT, **_BORDER, "bold": True},
    "locked": {**_FONT, **_BORDER, "num_format": "@", "bg_color": "#F4F4F4"},
    "marked": {**_FONT, **_BORDER, "num_format": "@", "bg_color": "#F4F4F4", "bold": True, "underline": 1},
    "open": {**_FONT, "num_format": "@", "locked": False},
    "unasked": {"bg_color": "#BFBFBF"},
    "wanted": {"bg_color": "#FFE699"},
}
_SMALL = {**_FONT, "font_size": 7.5, "valign": "vcenter"}
_SIDES = {"left": 1, "right": 1}
_PAPER: Mapping[Style, Mapping[str, Any]] = {
    Style.PLAIN: _FONT,
    Style.STRONG: {**_FONT, "bold": True},
    Style.TITLE: {**_FONT, "bold": True, "font_size": 13},
    Style.CENTRED: {**_FONT, "bold": True, "font_size": 13, "align": "center"},
    Style.ROW: {**_FONT, **_BORDER},
    Style.SMALL: {**_FONT, "font_size": 8, "bold": True, "valign": "vcenter"},
    Style.HEAD: {**_SMALL, "border": 1, "bold": True},
    Style.STRIP: {**_SMALL, "bold": True, "bg_color": _GREY, **_SIDES, "top": 2, "bottom": 1},
    Style.BOX: {**_SMALL, "border": 4, **_SIDES, "num_format": "@"},
    Style.MARKED: {**_SMALL, "border": 4, **_SIDES, "num_format": "@", "bold": True, "underline": 1},
    Style.ANSWER: {**_SMALL, **_SIDES, "text_wrap": False, "shrink": True},
    Style.LAST: {**_SMALL, **_SIDES, "text_wrap": False, "shrink": True, "bottom": 1},
    Style.COUNT: {**_FONT, **_BORDER, "locked": False, "align": "left"},
}


@dataclass(frozen=True)
class _Pen:
    """The workbook that is being written, its formats, and where each list of choices stands."""

    book: Any
    table: Mapping[str, Any]
    paper: Mapping[Style, Any]
    lists: Mapping[tuple[str, ...], str]
    language: Language


def write_forms(path: Path, form: FormBook, *, language: Language) -> None:
    """Write ``form`` as XLSX at ``path``; what a cell says to a wrong answer is in ``language``."""
    with xlsxwriter.Workbook(path, _OPTIONS) as book:
        book.set_properties({"created": _CREATED})
        tables = [sheet for sheet in form.sheets if isinstance(sheet, FormSheet)]
        pen = _Pen(
            book,
            {name: book.add_format(look) for name, look in _TABLE.items()},
            {style: book.add_format(look) for style, look in _PAPER.items()},
            dict(_places(tables)),
            language,
        )
        for sheet in form.sheets:
            if isinstance(sheet, FormSheet):
                _write_table(pen, sheet)
            else:
                _write_paper(pen, sheet)
        _write_hidden(pen, REF, [list(choices) for choices in pen.lists])
        _write_hidden(pen, META, [list(form.meta), list(form.meta.values())])


def _places(tables: list[FormSheet]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Return where on the sheet REF each list of choices stands."""
    offered = dict.fromkeys(column.choices for sheet in tables for column in sheet.columns if column.choices)
    for place, choices in enumerate(offered):
        letter = xl_col_to_name(place)
        yield choices, f"={REF}!${letter}$1:${letter}${len(choices)}"


def _write_hidden(pen: _Pen, name: str, columns: list[list[str]]) -> None:
    sheet = pen.book.add_worksheet(name)
    for place, cells in enumerate(columns):
        sheet.write_column(0, place, cells, pen.table["locked"])
    sheet.protect("", _MAY)
    sheet.hide()


def _write_table(pen: _Pen, form: FormSheet) -> None:
    sheet = pen.book.add_worksheet(form.name)
    for row, title in enumerate(form.titles):
        sheet.write_string(row, 0, title, pen.table["note" if row else "title"])
    _write_groups(pen, sheet, form)
    rows = neutral(form.rows).fillna("")
    first, last = form.heading + 1, form.heading + form.lines
    for place, column in enumerate(form.columns):
        sheet.set_column(place, place, column.width, pen.table["open"] if column.open else None)
        sheet.write_string(
            form.heading, place, column.title, pen.table["open_head" if column.open else "head"]
        )
        if column.open:
            _help(pen, sheet, column, place, first, last)
        if column.key in rows:
            _write_cells(pen, sheet, form, place, rows[column.key].tolist())
    _highlight(pen, sheet, form)
    for number, height in enumerate(_heights(form, rows)):
        sheet.set_row(first + number, height)
    sheet.set_row(form.heading, 42)
    sheet.freeze_panes(first, form.fixed)
    # printed as well: empty lines are to be written on
    sheet.hide_gridlines(0)
    sheet.autofilter(form.heading, 0, last, len(form.columns) - 1)
    sheet.protect("", _MAY)
    _page(sheet, landscape=True, footer=form.footer)
    sheet.repeat_rows(form.heading)
    sheet.print_area(0, 0, last, (form.printed or len(form.columns)) - 1)
    sheet.fit_to_pages(1, 0)


def _heights(form: FormSheet, rows: pd.DataFrame) -> list[float]:
    """Return the height of each row, that its longest text is seen whole; not every program finds it."""
    most = pd.Series(1, index=rows.index)
    for column in form.columns:
        if column.key in rows:
            most = most.clip(lower=(rows[column.key].str.len() / column.width / 1.05).apply(ceil))
    return [_LINE_HEIGHT * float(lines) + 2 for lines in most]


def _write_groups(pen: _Pen, sheet: Any, form: FormSheet) -> None:
    """Write the name of each group over its columns."""
    place = 0
    for group, columns in groupby(form.columns, key=lambda column: column.group):
        width = len(list(columns))
        if group and width > 1:
            sheet.merge_range(
                form.heading - 1, place, form.heading - 1, place + width - 1, group, pen.table["group"]
            )
        elif group:
            sheet.write_string(form.heading - 1, place, group, pen.table["group"])
        place += width


def _write_cells(pen: _Pen, sheet: Any, form: FormSheet, place: int, cells: list[str]) -> None:
    key, first = form.columns[place].key, form.heading + 1
    marked = form.marked[key].tolist() if form.marked is not None and key in form.marked else ()
    plain, strong = pen.table["open" if form.columns[place].open else "locked"], pen.table["marked"]
    for number, cell in enumerate(cells):
        look = strong if marked and marked[number] else plain
        if cell:
            sheet.write_string(first + number, place, cell, look)
        else:
            sheet.write_blank(first + number, place, None, look)


def _help(pen: _Pen, sheet: Any, column: FormColumn, place: int, first: int, last: int) -> None:
    """Offer the choices of an open column, say what it wants, and warn of what looks wrong."""
    rule: dict[str, Any] = {"validate": "any"}
    if column.choices:
        rule = {"validate": "list", "source": pen.lists[column.choices], "error_type": "stop"}
    elif check := _check(column, f"{xl_col_to_name(place)}{first + 1}"):
        rule = {"validate": "custom", "value": check, "error_type": "warning"}
    if rule["validate"] != "any":
        kind = "choice" if column.choices else column.kind
        rule["error_title"] = text("form_wrong", pen.language)[:_MOST_TITLE]
        rule["error_message"] = text(f"form_wrong_{kind}", pen.language)[:_MOST_HINT]
    if column.hint:
        rule["input_title"] = column.title[:_MOST_TITLE]
        rule["input_message"] = column.hint[:_MOST_HINT]
    if len(rule) > 1:
        sheet.data_validation(first, place, last, place, rule)


def _check(column: FormColumn, cell: str) -> str:
    """Return the formula that is true of a plausible answer; cells hold text, whatever was typed."""
    checks = {
        "digits16": f"=AND(LEN({cell})=16,ISNUMBER(VALUE({cell})))",
        "whole": f"=ISNUMBER(VALUE({cell}))",
        # decimal comma or point, as the computer has it
        "decimal": f'=ISNUMBER(VALUE(SUBSTITUTE(SUBSTITUTE({cell},".",""),",","")))',
        # a year stands at one end, 2026-04-15 or 15 April 2026
        "date": f"=AND(LEN({cell})>=8,OR(ISNUMBER(VALUE(LEFT({cell},4))),ISNUMBER(VALUE(RIGHT({cell},4)))))",
    }
    return checks.get(column.kind, "")


def _highlight(pen: _Pen, sheet: Any, form: FormSheet) -> None:
    """Grey out what is not asked after the answers of the line, and show what is still wanted."""
    first, last = form.heading + 1, form.heading + form.lines
    cells = {c.key: f"${xl_col_to_name(place)}{first + 1}" for place, c in enumerate(form.columns)}
    opened = [cells[column.key] for column in form.columns if column.open]
    place = 0
    # neighbours that are asked after the same answers have one rule: each costs time and bytes
    for asked_if, columns in groupby(form.columns, key=lambda column: column.asked_if):
        neighbours = list(columns)
        asked = {cells[other]: asked_if[other] for other in asked_if if other in cells}
        after = [_one_of(cell, answers) for cell, answers in asked.items()]
        rules = [
            (place, len(neighbours), "unasked", f'=AND({c}<>"",NOT({one}))')
            for c, one in zip(asked, after, strict=True)
        ]
        for number, column in enumerate(neighbours, start=place):
            if column.required:
                wanted = ",".join(after or [f"COUNTA({opened[0]}:{opened[-1]})>0"])
                rules.append((number, 1, "wanted", f'=AND({wanted},{cells[column.key]}="")'))
        for left, width, look, formula in rules:
            rule = {"type": "formula", "criteria": formula, "format": pen.table[look]}
            sheet.conditional_format(first, left, last, left + width - 1, rule)
        place += len(neighbours)


def _one_of(cell: str, answers: Sequence[str]) -> str:
    """Return the formula that is true where ``cell`` holds one of the answers."""
    said = ",".join(f'{cell}="{answer}"' for answer in answers)
    return f"OR({said})"


def _write_paper(pen: _Pen, paper: PaperSheet) -> None:
    sheet = pen.book.add_worksheet(paper.name)
    for place, width in enumerate(paper.widths):
        sheet.set_column(place, place, width)
    for row, line in enumerate(paper.lines):
        sheet.set_row(row, line.height)
        place = 0
        for cell in line.cells:
            _write_cell(pen, sheet, row, place, cell)
            place += cell.span
    sheet.hide_gridlines(2)
    sheet.protect("", _MAY)
    _page(sheet, landscape=paper.landscape, footer=paper.footer)
    if paper.repeated:
        sheet.repeat_rows(0, paper.repeated - 1)
        sheet.freeze_panes(paper.repeated, 0)
    # a spreadsheet heeds breaks only where it does not fit the sheet to the page
    if paper.breaks:
        sheet.set_h_pagebreaks(list(paper.breaks))
    else:
        sheet.fit_to_pages(1, 0)


def _write_cell(pen: _Pen, sheet: Any, row: int, place: int, cell: Cell) -> None:
    look = pen.paper[cell.style]
    if cell.span > 1:
        sheet.merge_range(row, place, row, place + cell.span - 1, "", look)
    if cell.formula:
        sheet.write_formula(row, place, cell.formula, look, "")
    elif cell.text:
        sheet.write_string(row, place, cell.text, look)
    elif cell.style is not Style.PLAIN:
        sheet.write_blank(row, place, None, look)


def _page(sheet: Any, *, landscape: bool, footer: str) -> None:
    sheet.set_paper(_A4)
    sheet.center_horizontally()
    sheet.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.45)
    if landscape:
        sheet.set_landscape()
    sheet.set_footer(footer, {"margin": 0.2})
