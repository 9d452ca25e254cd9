"""What was found in a file: how it was read, its headings, where its rows went, what is wrong most often."""

from dataclasses import dataclass

import pandas as pd

from reconcile.sources.conform import Conformed
from reconcile.sources.expectations import fill_rates
from reconcile.sources.headers import Known, Layout, fold_heading
from reconcile.sources.headings import Plan, plan_sheets
from reconcile.sources.raw import CellSheet, RawFile, RawSheet
from reconcile.sources.values import field_origins

#: Places that are named for each reason: enough to find the pattern in the file.
PLACES = 5


@dataclass(frozen=True)
class Trouble:
    """One reason of one field: how often it stands, and the first rows."""

    code: str
    column: str
    count: int
    rows: tuple[int, ...]


@dataclass(frozen=True)
class SheetProfile:
    """One sheet: its heading line (row from 1), its columns by use, its rows by fate.

    ``mapped`` is heading -> field; ``ignored`` are headings that are known and not used. ``fates`` has the
    counts of table ACCOUNTS. ``hidden`` counts hidden rows and columns, which are read like all others.
    """

    name: str
    header_row: int
    delimiter: str
    mapped: dict[str, str]
    ignored: tuple[str, ...]
    fates: dict[str, int]
    hidden_sheet: bool
    hidden: int


@dataclass(frozen=True)
class FileProfile:
    """One file: how it was read, its sheets, how full each field is (0 to 1), its troubles, worst first.

    ``recoded`` and ``replaced`` count lines whose bytes are no UTF-8, as in raw.RawFile.
    """

    label: str
    source: str
    kind: str
    encoding: str
    recoded: int
    replaced: int
    sheets: tuple[SheetProfile, ...]
    unused: tuple[tuple[str, int, str], ...]
    fill: dict[str, float]
    troubles: tuple[Trouble, ...]


def profile(raw: RawFile, done: Conformed, plan: Plan | None = None) -> FileProfile:
    """Return the profile of a file that was conformed; no value of it stands in there.

    ``plan`` as for ``conform``.
    """
    plan = plan or plan_sheets(raw, done.spec)
    return FileProfile(
        label=raw.label,
        source=done.spec.name,
        kind=raw.kind.value,
        encoding=raw.encoding,
        recoded=raw.recoded,
        replaced=raw.replaced,
        sheets=tuple(_sheet(sheet, layout, done) for sheet, layout in plan.used),
        unused=tuple((unused.name, unused.rows, unused.why) for unused in done.unused_sheets),
        fill=fill_rates(done),
        troubles=_troubles(done),
    )


def _sheet(sheet: RawSheet, layout: Layout, done: Conformed) -> SheetProfile:
    known = Known(done.spec)
    headings = [" ".join(heading.split()) for heading in layout.headings]
    mapped = {
        headings[place]: name
        for name, origin in field_origins(layout, known).items()
        for place in origin.places
    }
    account = done.accounts[done.accounts["source_sheet"] == sheet.name].iloc[0]
    fates = [c for c in done.accounts.columns if done.accounts[c].dtype == "Int64"]
    cells = isinstance(sheet, CellSheet)
    return SheetProfile(
        name=sheet.name,
        header_row=layout.start + 1,
        delimiter="" if cells else layout.delimiter,
        mapped=mapped,
        ignored=tuple(h for h in headings if h and h not in mapped and known.knows(fold_heading(h))),
        fates={fate: int(account[fate]) for fate in fates},
        hidden_sheet=isinstance(sheet, CellSheet) and sheet.hidden,
        hidden=len(sheet.hidden_rows) + len(sheet.hidden_columns) if isinstance(sheet, CellSheet) else 0,
    )


def _troubles(done: Conformed) -> tuple[Trouble, ...]:
    aside = done.quarantine.assign(column="")[["code", "column", "source_row"]]
    every = pd.concat([aside, done.value_flags[["code", "column", "source_row"]]])
    found = [
        Trouble(str(code), str(column), len(rows), tuple(int(r) for r in sorted(rows["source_row"])[:PLACES]))
        for (code, column), rows in every.groupby(["code", "column"])
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, one.code, one.column)))
