"""One file that came back from the field: which sheets answer, what is odd about it, its lines.

What is odd is named and never stops the good lines; only a sheet that cannot be matched to tasks is left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import chain

import pandas as pd

from reconcile.errors import Fault
from reconcile.identifiers import dotted_village_code
from reconcile.resurvey.store import answered, lines_of, no_lines, questions
from reconcile.resurvey.village_book import LIST_SHEET, NEW_SHEET, locked_columns, locked_digest, locked_keys
from reconcile.sources.conform import conform
from reconcile.sources.headers import SIXTEEN_DIGITS, Known, Layout, fold_heading
from reconcile.sources.headings import Plan, UnusedSheet, map_columns, plan_sheets
from reconcile.sources.raw import CellSheet, Merge, RawFile, RawSheet, unmarked
from reconcile.sources.records import split_records
from reconcile.sources.spec import SourceSpec
from reconcile.tables import ACCOUNTS, QUARANTINE, VALUE_FLAGS
from reconcile.vocab import FieldForm, FileKind, Language, Reason

_META = "META"
#: A date and a hash: more digits than a NIK has.
_RUN_NAME = r"\d{4}-\d{2}-\d{2}-[0-9a-f]{10}"
#: Columns that ODK and Kobo add to what was asked.
_SYSTEM = frozenset({"uuid", "key", "instanceid", "meta/instanceid", "meta-instanceid", "submission time"})
#: A sheet with this fault is not read: nobody could tell whose answers they are.
_FATAL = frozenset({"E_HEADING_TWICE"})


@dataclass(frozen=True, eq=False)
class Returned:
    """One file: ``lines`` as ``store.lines_of`` gives them, one per line of a list, answered or not.

    ``flags`` (VALUE_FLAGS), ``aside`` (QUARANTINE) and ``accounts`` (ACCOUNTS) are those of the reader:
    in the accounts every physical row of the sheets that were read has one fate. ``faults`` are what is odd.
    """

    label: str
    form: FieldForm | None
    lines: pd.DataFrame
    flags: pd.DataFrame
    aside: pd.DataFrame
    accounts: pd.DataFrame
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class _Page:
    """One sheet that answers: its heading, and its columns by field."""

    sheet: RawSheet
    layout: Layout
    columns: Mapping[str, tuple[int, ...]]

    @property
    def is_new(self) -> bool:
        """Return whether it is for families of no list, which have no task."""
        return _named(self.sheet, NEW_SHEET)


def _named(sheet: RawSheet, name: str) -> bool:
    return fold_heading(sheet.name).startswith(fold_heading(name))


def read_return(raw: RawFile, spec: SourceSpec, *, day: date, run: str) -> Returned:
    """Return what ``raw`` answers; ``day`` is the reference date, ``run`` the run whose lists are out.

    Faults: ``E_RETURN_NONE`` no answers at all, ``E_RETURN_KEY`` a sheet without task ids,
    ``E_HEADING_TWICE``, ``E_HEADER_NOT_FOUND`` a sheet with people and no heading. Of what was read all the
    same: ``W_RETURN_COLUMN``, ``W_RETURN_HEADING``, ``W_RETURN_MERGED``, ``W_RETURN_LISTS``,
    ``W_RETURN_ROWS``, ``W_RETURN_LOCKED``, ``W_RETURN_RUN``, ``W_RETURN_UNCLOSED``.
    """
    known = Known(spec)
    plan = plan_sheets(raw, spec)
    pages = [_Page(sheet, layout, map_columns(layout, known)) for sheet, layout in plan.used]
    pages = [page for page in pages if set(page.columns) & set(questions())]
    faults = _heading_faults(raw, plan, pages)
    read = [page for page in pages if _can_be_read(page, plan)]
    if not read:
        none = [] if faults else [Fault.of("E_RETURN_NONE", file=raw.label)]
        return _unread(raw.label, [*faults, *none])
    meta = _meta(raw)
    faults += [*_merged(raw, read), *_lists(raw, read), *_against_meta(raw, read, meta, run)]
    if raw.unclosed:
        faults.append(Fault.of("W_RETURN_UNCLOSED", file=raw.label))
    used = tuple((_unmerged(page), page.layout) for page in read)
    done = conform(raw, spec, reference_date=day, plan=Plan(used, _unused(plan, read), ()))
    starts = pd.Series({page.sheet.name: page.layout.start for page in read})
    aside, accounts = _without_idle(done.quarantine, done.accounts, starts)
    form = _form(raw, read)
    table = done.table.assign(
        formulir=done.table["formulir"].fillna(form.value),
        jalan=_filled(done.table["jalan"], meta.get("jalan")),
        kode_desa=_filled(_village(done.table["kode_desa"]), meta.get("kode_desa")),
    )
    lines = lines_of(table, done.value_flags)
    return Returned(raw.label, form, lines, done.value_flags, aside, accounts, tuple(faults))


def unreadable(label: str, faults: tuple[Fault, ...]) -> Returned:
    """Return a file that could not be opened; a password cannot be given here, so that is said otherwise."""
    told = [
        Fault.of("E_RETURN_PASSWORD", file=fault.file) if fault.code == "E_ENCRYPTED" else fault
        for fault in faults
    ]
    return _unread(label, told)


def _unread(label: str, faults: list[Fault]) -> Returned:
    empty = (no_lines(), VALUE_FLAGS.empty(), QUARANTINE.empty(), ACCOUNTS.empty())
    return Returned(label, None, *empty, tuple(faults))


def count_answered(returned: Returned) -> int:
    """Return how many lines of the file have an answer."""
    return int(answered(returned.lines).sum()) if len(returned.lines) else 0


def _can_be_read(page: _Page, plan: Plan) -> bool:
    fatal = any(fault.code in _FATAL and fault.sheet == page.sheet.name for fault in plan.faults)
    return not fatal and (page.is_new or "id_tugas" in page.columns)


def _heading_faults(raw: RawFile, plan: Plan, pages: list[_Page]) -> list[Fault]:
    """Return the faults of headings as they matter for answers: few of them keep a sheet from being read."""
    fresh = {page.sheet.name: page.is_new for page in pages}
    faults = [_without_key(raw, page) for page in pages if not page.is_new and "id_tugas" not in page.columns]
    for fault in plan.faults:
        told = dict(fault.details)
        if fault.code in _FATAL or (fault.code == "E_HEADER_NOT_FOUND" and pages):
            faults.append(fault)
        elif fault.sheet not in fresh or told.get("field") == "id_tugas":
            continue
        elif fault.code == "E_HEADING_UNKNOWN":
            faults.append(_as(fault, "W_RETURN_HEADING", told["heading"]))
        elif fault.code == "E_HEADING_MISSING" and not fresh[fault.sheet]:
            faults.append(_as(fault, "W_RETURN_COLUMN", told["headings"]))
    return faults


def _without_key(raw: RawFile, page: _Page) -> Fault:
    asked = sorted({place for name in questions() for place in page.columns.get(name, ())})
    lines = len(split_records(page.sheet, page.layout, wanted=asked).rows)
    place = {"file": raw.label, "sheet": page.sheet.name}
    return Fault.of("E_RETURN_KEY", **place, row=page.layout.start + 1, lines=lines)


def _as(fault: Fault, code: str, heading: str) -> Fault:
    """Return a fault of the reader under the code that it has here."""
    return replace(fault, code=code, details=(("heading", heading),))


def _unused(plan: Plan, read: list[_Page]) -> tuple[UnusedSheet, ...]:
    names = {page.sheet.name for page in read}
    others = (UnusedSheet(s.name, len(s), "sheet_no_data") for s, _ in plan.used if s.name not in names)
    return (*plan.unused, *others)


def _merged(raw: RawFile, read: list[_Page]) -> Iterator[Fault]:
    for page in read:
        if tall := _tall(page):
            rows = ", ".join(f"{merge.top + 1}-{merge.bottom + 1}" for merge in tall)
            yield Fault.of("W_RETURN_MERGED", file=raw.label, sheet=page.sheet.name, rows=rows)


def _tall(page: _Page) -> list[Merge]:
    merges = page.sheet.merged if isinstance(page.sheet, CellSheet) else ()
    return sorted({m for m in merges if m.bottom > m.top >= page.layout.end}, key=lambda m: (m.top, m.left))


def _unmerged(page: _Page) -> RawSheet:
    """Return the sheet with a merged cell in its top row only: it answers for one family, not for several."""
    tall = _tall(page)
    if not tall or not isinstance(page.sheet, CellSheet):
        return page.sheet
    rows = [list(row) for row in page.sheet.rows]
    for merge in tall:
        for row in rows[merge.top + 1 : merge.bottom + 1]:
            row[merge.left] = ""
    return replace(page.sheet, rows=rows)


def _lists(raw: RawFile, read: list[_Page]) -> Iterator[Fault]:
    lists = [page.sheet.name for page in read if not page.is_new]
    if len(lists) > 1 and raw.kind is not FileKind.GPKG:
        yield Fault.of("W_RETURN_LISTS", file=raw.label, sheets=", ".join(lists))


def _meta(raw: RawFile) -> dict[str, str]:
    """Return what the sheet META of a village workbook tells, by key."""
    sheets = (sheet for sheet in raw.sheets if isinstance(sheet, CellSheet) and _named(sheet, _META))
    rows = chain.from_iterable(sheet.rows for sheet in sheets)
    return {row[0].strip(): row[1].strip() for row in rows if len(row) > 1 and row[1].strip()}


def _against_meta(raw: RawFile, read: list[_Page], meta: Mapping[str, str], run: str) -> Iterator[Fault]:
    """Return how a village workbook differs from what went out: another run, lines gone, cells changed."""
    if meta.get("jalan", run) != run:
        yield Fault.of("W_RETURN_RUN", file=raw.label, run=meta["jalan"], newest=run)
    lists = [page for page in read if not page.is_new]
    if "jumlah_baris" not in meta or len(lists) != 1:
        return
    locked = _locked(lists[0])
    missing = (
        int(meta["jumlah_baris"]) - locked["id_tugas"].nunique() if meta["jumlah_baris"].isdigit() else 0
    )
    at = partial(Fault.of, file=raw.label, sheet=lists[0].sheet.name)
    if missing > 0:
        yield at("W_RETURN_ROWS", missing=missing, sent=meta["jumlah_baris"])
    elif set(locked_keys()) <= set(locked) and locked_digest(locked) != meta.get("sidik"):
        yield at("W_RETURN_LOCKED")


def _locked(page: _Page) -> pd.DataFrame:
    """Return the locked columns of a list by their keys, those that are still there, as they came back."""
    titles = {fold_heading(c.title): c.key for language in Language for c in locked_columns(language)}
    keys = [titles.get(fold_heading(heading), "") for heading in page.layout.headings]
    cells = split_records(page.sheet, page.layout).cells
    told = {key: unmarked(cells[place]) for place, key in enumerate(keys) if key}
    told["id_tugas"] = cells[page.columns["id_tugas"][0]].str.strip()
    table = pd.DataFrame(told)
    return table[table["id_tugas"] != ""]


def _form(raw: RawFile, read: list[_Page]) -> FieldForm:
    """Return which form a file is that does not say so itself."""
    if raw.kind is FileKind.GPKG:
        return FieldForm.QFIELD
    if any(_named(page.sheet, name) for page in read for name in (LIST_SHEET, NEW_SHEET)):
        return FieldForm.WORKBOOK
    headings = {fold_heading(heading) for page in read for heading in page.layout.headings}
    return FieldForm.PHONE if headings & _SYSTEM else FieldForm.WORKBOOK


def _village(code: pd.Series) -> pd.Series:
    """Return village codes with their dots, others as they are: they are no village of any list."""
    return dotted_village_code(code).fillna(code)


def _filled(column: pd.Series, value: str | None) -> pd.Series:
    return column if value is None else column.fillna(value)


def _without_idle(
    aside: pd.DataFrame, accounts: pd.DataFrame, starts: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return quarantine and accounts with rows that answer nothing as what they are: no data.

    Titles above the heading (``starts``: its row, from 0, by sheet) with the name of a run in them, numbered
    lines that nobody filled in, notes, signatures. A row with a number of a person stays aside.
    """
    above = aside["source_row"] <= aside["source_sheet"].map(starts).to_numpy()
    person = aside["raw"].str.replace(_RUN_NAME, "", regex=True).str.contains(SIXTEEN_DIGITS)
    idle = ((aside["code"] == Reason.NO_VALUE.value) | above) & ~person
    count = aside[idle].groupby("source_sheet").size().reindex(accounts["source_sheet"]).fillna(0)
    moved = count.astype("int64").set_axis(accounts.index)
    settled = accounts.assign(
        non_data=accounts["non_data"] + moved, quarantined=accounts["quarantined"] - moved
    )
    return aside[~idle].reset_index(drop=True), ACCOUNTS.build(settled)
