"""Edge module: the workbook in which an office corrects what could not be read, and reading it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from reconcile.errors import Fault, InputError
from reconcile.language import entries, text
from reconcile.sources.corrections import Corrections, correctable
from reconcile.sources.raw import unmarked
from reconcile.sources.readers import read_file
from reconcile.sources.returns import corrections_of
from reconcile.sources.spec import load_source
from reconcile.vocab import Decision, Language, Reason

#: Stands in the workbook instead of the clock.
_CREATED = datetime(2026, 1, 2)  # noqa: DTZ001  # xlsxwriter takes no zone
#: Rows of one sheet; what is over goes on the next one. A spreadsheet ends at 1,048,576.
_MOST_ROWS = 1_000_000
#: A cell holds 32,767 characters.
_MOST_TEXT = 32_000
_OPTIONS = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
_MAY = {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True}


@dataclass(frozen=True)
class _Page:
    """One kind of sheet: its catalogue key, its rows, the columns to fill in, the decisions to offer."""

    key: str
    table: pd.DataFrame
    open: tuple[str, ...]
    decisions: tuple[Decision, ...]


def write_quarantine(
    path: Path, quarantine: pd.DataFrame, value_flags: pd.DataFrame, *, language: Language
) -> Path:
    """Write what is not settled of QUARANTINE and VALUE_FLAGS as a workbook for an office to fill in.

    Sheet ``Baris`` has a column for each field of the rows' sources, ``Nilai`` one for the correction, both a
    decision to choose; errors stand before doubts. Only these cells can be changed. Every cell is text, and
    the same tables give the same bytes. RESTRICTED: it holds what people wrote.
    """
    pages = (_rows_page(_standing(quarantine), language), _values_page(_standing(value_flags), language))
    with xlsxwriter.Workbook(path, _OPTIONS) as book:
        book.set_properties({"created": _CREATED})
        for page in pages:
            for number, start in enumerate(range(0, max(1, len(page.table)), _MOST_ROWS), start=1):
                _write_page(book, page, page.table.iloc[start : start + _MOST_ROWS], number, language)
    return path


def _standing(table: pd.DataFrame) -> pd.DataFrame:
    """Return what nobody has settled: errors first, then by place; only the text of what was written."""
    open_ = table[~table["diselesaikan"].fillna(value=False).astype(bool)]
    doubt = open_["code"].isin([reason.value for reason in Reason if reason.keeps_value])
    order = ["doubt", "source_file", "source_sheet", "source_row", *(["column"] if "column" in open_ else [])]
    return open_.assign(doubt=doubt).sort_values(order, kind="stable", ignore_index=True)


def _rows_page(aside: pd.DataFrame, language: Language) -> _Page:
    sources = sorted(aside["source"].unique())
    fields = tuple(dict.fromkeys(name for source in sources for name in correctable(load_source(source))))
    table = _common(aside, language).assign(raw=_cells(aside["raw"]))
    table[list(fields)] = ""
    return _Page("rows", _closed(table, aside), (*fields, "decision"), tuple(Decision))


def _values_page(flags: pd.DataFrame, language: Language) -> _Page:
    table = _common(flags, language).assign(
        column=flags["column"], original=_cells(flags["original"]), correction=""
    )
    return _Page("values", _closed(table, flags), ("correction", "decision"), (Decision.TAKE,))


def _common(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "source_file": table["source_file"],
            "source_sheet": table["source_sheet"],
            "source_row": table["source_row"].astype("str"),
            "code": table["code"],
            "sentence": table["code"].map(lambda code: entries()[code][language]),
            "remedy": table["code"].map(lambda code: entries()[code][f"fix_{language}"]),
        }
    )


def _closed(table: pd.DataFrame, origin: pd.DataFrame) -> pd.DataFrame:
    return table.assign(decision="", source=origin["source"], source_sha256=origin["source_sha256"])


def _cells(written: pd.Series) -> pd.Series:
    return unmarked(written).str.slice(0, _MOST_TEXT)


def label(key: str, language: Language) -> str:
    """Return the heading of a column; our fields keep their own names."""
    named = f"karantina_{key}"
    return text(named, language) if named in entries() else key


def _write_page(book: Any, page: _Page, table: pd.DataFrame, number: int, language: Language) -> None:
    name = text(f"karantina_sheet_{page.key}", language)
    sheet = book.add_worksheet(name if number == 1 else f"{name} {number}")
    fixed, free = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "locked": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "num_format": "@"})
    for place, column in enumerate(map(str, table)):
        hidden = {"hidden": column in {"source", "source_sha256"}}
        sheet.set_column(place, place, 18, free if column in page.open else fixed, hidden)
        sheet.write_string(0, place, label(column, language), bold)
        if column not in page.open:
            sheet.write_column(1, place, table[column].fillna("").tolist())
    last, place = max(1, len(table)), list(table).index("decision")
    words = [text(f"karantina_{decision.value}", language) for decision in page.decisions]
    sheet.data_validation(1, place, last, place, {"validate": "list", "source": words})
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(table.columns) - 1)
    sheet.protect("", _MAY)


def read_corrections(paths: Sequence[Path]) -> Corrections:
    """Return what the workbooks at ``paths`` decide, in either language; what is undecided is only counted.

    InputError with every fault of all: those of ``read_file``, and of ``corrections_of``.
    """
    sheets: list[tuple[str, str, Sequence[list[str]]]] = []
    faults: list[Fault] = []
    for path in sorted(paths):
        try:
            raw = read_file(path, label=path.name)
        except InputError as error:
            faults += error.faults
            continue
        sheets += [(path.name, sheet.name, getattr(sheet, "rows", ())) for sheet in raw.sheets]
    if faults:
        raise InputError(faults)
    return corrections_of(sheets)
