"""The sheets of returned quarantine workbooks become corrections, every fault of them at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd

from reconcile.errors import Fault, InputError
from reconcile.language import entries
from reconcile.sources.corrections import PLACE, Corrections
from reconcile.vocab import Decision, Language

PREFIX = "karantina_"
_VALUES = ("source_file", *PLACE, "column", "correction", "decision")
_ROWS = ("source_file", *PLACE, "decision")
#: Columns that say something to a person and nothing to the program.
_TOLD = frozenset({"code", "sentence", "remedy", "raw", "original", "source"})


@dataclass(frozen=True)
class _Returned:
    """One sheet: where it came from, and its table, text throughout."""

    file: str
    sheet: str
    table: pd.DataFrame

    @property
    def about_values(self) -> bool:
        return "correction" in self.table

    def fault(self, code: str, rows: pd.Series) -> list[Fault]:
        """Return a fault for each marked line, by its row in the workbook; never what stands there."""
        return [Fault.of(code, file=self.file, sheet=self.sheet, row=row + 2) for row in rows[rows].index]


@cache
def _keys() -> dict[str, str]:
    """Return what a heading or decision reads in either language -> its key."""
    return {
        entry[language].casefold(): key.removeprefix(PREFIX)
        for key, entry in entries().items()
        if key.startswith(PREFIX)
        for language in Language
    }


def corrections_of(sheets: Iterable[tuple[str, str, Sequence[list[str]]]]) -> Corrections:
    """Return the decided lines of sheets, each given as file, name and rows of text, heading first.

    InputError with all of: ``E_CORRECTION_FILE``, a sheet without the columns that a line is found by;
    ``E_CORRECTION_KEY``, a line whose place was changed; ``E_CORRECTION_DECISION``, an unknown decision;
    ``E_CORRECTION_EMPTY``, a row to take in with nothing filled in; ``E_CORRECTION_TWICE``, two answers for
    one place.
    """
    faults: list[Fault] = []
    pages: list[_Returned] = []
    for file, name, rows in sheets:
        page = _Returned(file, name, _table(rows))
        missing = not set(_VALUES if page.about_values else _ROWS) <= set(page.table)
        faults += [Fault.of("E_CORRECTION_FILE", file=file, sheet=name)] if missing else []
        pages += [] if missing else [page]
    decided = [_decided(page, faults) for page in pages]
    values = _joined([p for p in decided if p.about_values], list(_VALUES), faults)
    lines = _joined([p for p in decided if not p.about_values], list(_ROWS), faults)
    if faults:
        raise InputError(faults)
    undecided = sum(int((page.table["decision"] == "").sum()) for page in pages)
    return Corrections(values.drop(columns="decision"), lines, undecided)


def _table(rows: Sequence[list[str]]) -> pd.DataFrame:
    headings = [_keys().get(cell.strip().casefold(), cell.strip()) for cell in rows[0]] if len(rows) else []
    columns = {
        heading: pd.Series([_cell(row, place) for row in rows[1:]], dtype="str")
        for place, heading in enumerate(headings)
        if heading and heading not in _TOLD
    }
    return pd.DataFrame(columns)


def _cell(row: list[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _decided(page: _Returned, faults: list[Fault]) -> _Returned:
    """Return the lines with a decision and a place; what is wrong with others goes to ``faults``."""
    table = page.table
    chosen = table["decision"].str.casefold().map(_keys()).astype("str")
    known = [Decision.TAKE.value] if page.about_values else [decision.value for decision in Decision]
    marked = table["decision"] != ""
    numbered = table["source_row"].str.fullmatch("[0-9]{1,9}")
    broken = ~(numbered & table["source_sha256"].str.fullmatch("[0-9a-z]{64}"))
    faults += page.fault("E_CORRECTION_DECISION", marked & ~chosen.isin(known))
    faults += page.fault("E_CORRECTION_KEY", marked & broken)
    if not page.about_values:
        fields = [name for name in table if name not in _ROWS]
        hollow = (table[fields] == "").all(axis=1)
        faults += page.fault("E_CORRECTION_EMPTY", (chosen == Decision.TAKE.value) & hollow)
    good = marked & ~broken & chosen.isin(known)
    kept = table[good].assign(decision=chosen[good], source_row=table["source_row"][good].astype("Int64"))
    return _Returned(page.file, page.sheet, kept)


def _joined(pages: list[_Returned], least: list[str], faults: list[Fault]) -> pd.DataFrame:
    """Return all pages as one table, the same answer twice once; two answers for one place are a fault."""
    kinds = {name: "Int64" if name == "source_row" else "str" for name in least}
    empty = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
    tables = [page.table.assign(book=page.file, page=page.sheet, line=page.table.index) for page in pages]
    if not tables:
        return empty
    joined = pd.concat([empty, *tables], ignore_index=True)
    texts = [str(name) for name in joined if name not in {"source_row", "book", "page", "line"}]
    joined = joined.assign(**joined[texts].fillna(""))
    told = joined.drop_duplicates([*texts, "source_row"])
    place = [name for name in (*PLACE, "column") if name in least]
    again = told[told.duplicated(place)]
    faults += [
        Fault.of("E_CORRECTION_TWICE", file=file, sheet=sheet, row=row + 2)
        for file, sheet, row in again[["book", "page", "line"]].itertuples(index=False)
    ]
    return told.drop(columns=["book", "page", "line"]).sort_values(place, ignore_index=True)
