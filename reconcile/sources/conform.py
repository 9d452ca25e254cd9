"""A raw file becomes a table of our fields: every value read by its parser, every row accounted for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.errors import ConfigError, ConservationError, Fault, InputError
from reconcile.sources.headers import Known, Layout
from reconcile.sources.headings import UnusedSheet, map_columns, plan_sheets
from reconcile.sources.parsers import PARSERS
from reconcile.sources.parsing.base import SPACES, Context, Parsed
from reconcile.sources.parsing.choices import translate
from reconcile.sources.raw import RawFile, RawSheet
from reconcile.sources.records import Records, split_records
from reconcile.sources.spec import FieldSpec, SourceSpec
from reconcile.tables import ACCOUNTS, DTYPES, FAMILY, QUARANTINE, VALUE_FLAGS, Column
from reconcile.vocab import CodeSystem, Content, Reason

#: What stands under ``registry`` in the provenance of reference lists, which are no registry's.
REFERENCE = "acuan"

_PEOPLE = frozenset({Content.FAMILIES, Content.MEMBERS})


@dataclass(frozen=True)
class Conformed:
    """One file in our terms.

    ``table`` has the provenance columns, ``code_system`` for people, and the declared fields in the types of
    their table; reference lists are their whole declared table. ``value_flags``, ``quarantine`` and
    ``accounts`` are the tables of those names.
    """

    spec: SourceSpec
    table: pd.DataFrame
    value_flags: pd.DataFrame
    quarantine: pd.DataFrame
    accounts: pd.DataFrame
    unused_sheets: tuple[UnusedSheet, ...]


def conform(
    raw: RawFile, spec: SourceSpec, *, code_system: CodeSystem | None = None, reference_date: date
) -> Conformed:
    """Return ``raw`` as ``spec`` declares it; ``code_system`` overrides the declaration's.

    InputError with every fault of ``check_headings``; ConfigError ``E_CODE_SYSTEM`` where people's codes
    have none; ConservationError ``E_CONSERVATION`` where lines do not add up. Values never raise.
    """
    system = code_system or spec.code_system
    if spec.content in _PEOPLE and system is None:
        raise ConfigError([Fault.of("E_CODE_SYSTEM", file=raw.label, source=spec.name)])
    plan = plan_sheets(raw, spec)
    if plan.faults:
        raise InputError(plan.faults)
    context = Context(reference_date)
    sheets = [_conform_sheet(raw, spec, sheet, layout, context) for sheet, layout in plan.used]
    table = pd.concat([s.table for s in sheets], ignore_index=True)
    if spec.content in _PEOPLE:
        table["code_system"] = pd.Series(str(system), index=table.index, dtype="str")
    else:
        table = spec.table.build(table)
    return Conformed(
        spec,
        table,
        VALUE_FLAGS.build(pd.concat([s.flags for s in sheets], ignore_index=True)),
        QUARANTINE.build(pd.concat([s.quarantine for s in sheets], ignore_index=True)),
        ACCOUNTS.build(pd.concat([s.account for s in sheets], ignore_index=True)),
        plan.unused,
    )


@dataclass(frozen=True)
class _Sheet:
    table: pd.DataFrame
    flags: pd.DataFrame
    quarantine: pd.DataFrame
    account: pd.DataFrame


def _conform_sheet(
    raw: RawFile, spec: SourceSpec, sheet: RawSheet, layout: Layout, context: Context
) -> _Sheet:
    records = split_records(sheet, layout, tuple(word.casefold() for word in spec.footer))
    columns = map_columns(layout, Known(spec))
    empty = _without_value(records, columns)
    quarantine = _quarantine(raw, spec, sheet, records, empty)
    account = _account(raw, spec, sheet, records, accepted=int((~empty).sum()), quarantined=len(quarantine))
    cells, rows = records.cells[~empty].reset_index(drop=True), records.rows[~empty]
    table = _provenance(raw, spec, sheet, rows)
    flags, flagged = [VALUE_FLAGS.empty()], set()
    for name, places in columns.items():
        field = spec.all_fields[name]
        written = _written(cells, field, places)
        parsed = read_values(written, field, context)
        table[name] = parsed.data.astype(DTYPES[_kinds(spec)[name].kind])
        # a cell that two fields are read from is flagged once, for the field declared first
        if places not in flagged and parsed.codes.notna().any():
            flagged.add(places)
            flags.append(_flags(table, name, written, parsed))
    return _Sheet(table, pd.concat(flags, ignore_index=True), quarantine, account)


def _kinds(spec: SourceSpec) -> Mapping[str, Column]:
    return {column.name: column for column in (*FAMILY, *spec.table.columns)}


def read_values(written: pd.Series, field: FieldSpec, context: Context) -> Parsed:
    """Return a column of text read as ``field`` declares: its own code table first, then its parser."""
    if field.table:
        written = translate(written, field.table)
        context = Context(context.reference_date, field.table)
    return PARSERS[field.parse].parse(written, context)


def _written(cells: pd.DataFrame, field: FieldSpec, places: tuple[int, ...]) -> pd.Series:
    """Return the text of a field; parts of a code are filled up to their widths and joined.

    A code with a blank part is blank; an overlong part stays as it is and makes a code nobody knows.
    """
    if not field.parts:
        return cells[places[0]]
    pieces = [
        cells[place].str.strip(" '").str.replace(r"^([0-9]+)\.0$", r"\1", regex=True) for place in places
    ]
    blank = np.logical_or.reduce([(piece == "").to_numpy(bool) for piece in pieces])
    joined = pd.Series("", index=cells.index, dtype="str")
    for piece, part in zip(pieces, field.parts, strict=True):
        joined += piece.str.zfill(part.width)
    return joined.where(~blank, "")


def _without_value(records: Records, columns: Mapping[str, tuple[int, ...]]) -> npt.NDArray[np.bool_]:
    """Return True for rows in which none of our fields holds anything: notes and signatures, not people."""
    used = sorted({place for places in columns.values() for place in places})
    empty = np.ones(len(records.cells), dtype=bool)
    for place in used:
        if not empty.any():
            break
        left = records.cells[place][empty]
        empty[empty] = left.str.fullmatch(f"[{SPACES}]*").to_numpy(bool)
    return empty


def _provenance(raw: RawFile, spec: SourceSpec, sheet: RawSheet, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    constants = _origin(raw, spec, sheet)
    index = pd.RangeIndex(len(rows))
    columns = {name: pd.Series(value, index=index, dtype="str") for name, value in constants.items()}
    return pd.DataFrame({**columns, "source_row": pd.Series(rows, index=index, dtype="Int64")})


def _origin(raw: RawFile, spec: SourceSpec, sheet: RawSheet) -> dict[str, str]:
    return {
        "registry": str(spec.registry or REFERENCE),
        "source": spec.name,
        "source_file": raw.label,
        "source_sha256": raw.sha256,
        "source_sheet": sheet.name,
    }


def _flags(table: pd.DataFrame, name: str, written: pd.Series, parsed: Parsed) -> pd.DataFrame:
    bad = parsed.codes.notna()
    origin = table.loc[
        bad, ["registry", "source", "source_file", "source_sha256", "source_sheet", "source_row"]
    ]
    return VALUE_FLAGS.build(origin.assign(column=name, code=parsed.codes[bad], original=written[bad]))


def _quarantine(
    raw: RawFile, spec: SourceSpec, sheet: RawSheet, records: Records, empty: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    hollow = ["\t".join(row) for row in records.cells[empty].to_numpy()]
    aside = pd.DataFrame(
        {
            "source_row": [*(a.row for a in records.aside), *records.rows[empty]],
            "code": [*(a.reason.value for a in records.aside), *(Reason.NO_VALUE.value for _ in hollow)],
            "raw": [*(a.raw for a in records.aside), *hollow],
        }
    )
    return QUARANTINE.build(aside.assign(**_origin(raw, spec, sheet)).sort_values("source_row"))


def _account(
    raw: RawFile, spec: SourceSpec, sheet: RawSheet, records: Records, *, accepted: int, quarantined: int
) -> pd.DataFrame:
    """Return where every physical line went; ConservationError where one went nowhere or twice."""
    fates = {**records.lost, "accepted": accepted, "quarantined": quarantined}
    if fates["physical"] != sum(count for fate, count in fates.items() if fate != "physical"):
        counts = {fate: str(count) for fate, count in fates.items()}
        raise ConservationError(
            [Fault("E_CONSERVATION", raw.label, sheet.name, details=tuple(sorted(counts.items())))]
        )
    return ACCOUNTS.build(pd.DataFrame([{**_origin(raw, spec, sheet), **fates}]))
