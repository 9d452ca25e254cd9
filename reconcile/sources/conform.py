"""A raw file becomes a table of our fields: every value read by its parser, every row accounted for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from reconcile.errors import ConfigError, ConservationError, Fault, InputError
from reconcile.sources.headers import Known, Layout
from reconcile.sources.headings import Plan, UnusedSheet, plan_sheets
from reconcile.sources.parsing.base import Context
from reconcile.sources.raw import RawFile, RawSheet, unmarked
from reconcile.sources.records import Records, split_records
from reconcile.sources.spec import PEOPLE, FieldSpec, SourceSpec
from reconcile.sources.values import field_origins, read_values, side_by_side
from reconcile.tables import ACCOUNTS, DTYPES, FAMILY, QUARANTINE, VALUE_FLAGS, Column
from reconcile.vocab import CodeSystem

#: What stands under ``registry`` in the provenance of reference lists, which are no registry's.
REFERENCE = "acuan"


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
    raw: RawFile,
    spec: SourceSpec,
    *,
    reference_date: date,
    code_system: CodeSystem | None = None,
    plan: Plan | None = None,
) -> Conformed:
    """Return ``raw`` as ``spec`` declares it; ``code_system`` overrides the declaration's.

    ``plan`` is what ``plan_sheets`` said of the two, where a caller has asked already.
    InputError with every fault of ``check_headings``; ConfigError ``E_CODE_SYSTEM`` where people's codes
    have none; ConservationError ``E_CONSERVATION`` where lines do not add up. Values never raise.
    """
    system = code_system or spec.code_system
    if spec.content in PEOPLE and system is None:
        raise ConfigError([Fault.of("E_CODE_SYSTEM", file=raw.label, source=spec.name)])
    plan = plan or plan_sheets(raw, spec)
    if plan.faults:
        raise InputError(plan.faults)
    context = Context(reference_date)
    sheets = [_conform_sheet(raw, spec, sheet, layout, context) for sheet, layout in plan.used]
    table = pd.concat([s.table for s in sheets], ignore_index=True)
    if spec.content in PEOPLE:
        table["code_system"] = _constant(str(system), table.index)
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
    origins = field_origins(layout, Known(spec))
    used = sorted({place for origin in origins.values() for place in origin.places})
    records = split_records(sheet, layout, tuple(word.casefold() for word in spec.footer), used)
    quarantine = _quarantine(raw, spec, sheet, records)
    account = _account(raw, spec, sheet, records)
    cells, rows = records.cells, records.rows
    table = _provenance(raw, spec, sheet, rows)
    flags = [VALUE_FLAGS.empty()]
    flagged: dict[object, pd.Series] = {}
    written = {name: _written(cells, origin.field, origin.places) for name, origin in origins.items()}
    parsed = side_by_side({n: read_values(written[n], o.field, context) for n, o in origins.items()})
    kinds = _kinds(spec)
    read = {name: parsed[name].data.astype(DTYPES[kinds[name].kind]) for name in origins}
    table = pd.concat([table, pd.DataFrame(read, index=table.index)], axis="columns")
    for name, origin in origins.items():
        # a cell that two fields are read from is flagged once, for the field declared first
        cell = origin.places, origin.field.columns
        bad = parsed[name].codes.notna() & ~flagged.get(cell, False)
        if bad.any():
            flagged[cell] = bad | flagged.get(cell, False)
            flags.append(_flags(table[bad], name, written[name][bad], parsed[name].codes[bad]))
    return _Sheet(table, pd.concat(flags, ignore_index=True), quarantine, account)


def _kinds(spec: SourceSpec) -> Mapping[str, Column]:
    return {column.name: column for column in (*FAMILY, *spec.table.columns)}


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


def _provenance(raw: RawFile, spec: SourceSpec, sheet: RawSheet, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    constants = _origin(raw, spec, sheet)
    index = pd.RangeIndex(len(rows))
    columns = {name: _constant(value, index) for name, value in constants.items()}
    return pd.DataFrame({**columns, "source_row": pd.Series(rows, index=index, dtype="Int64")})


def _constant(text: str, index: pd.Index) -> pd.Series:
    """Return a column of ``text``, made by Arrow: pandas would make a Python object for each row."""
    values = pa.repeat(pa.scalar(text, pa.large_string()), len(index))
    return pd.Series(pd.array(values, dtype="str"), index=index)


def _origin(raw: RawFile, spec: SourceSpec, sheet: RawSheet) -> dict[str, str]:
    return {
        "registry": str(spec.registry or REFERENCE),
        "source": spec.name,
        "source_file": raw.label,
        "source_sha256": raw.sha256,
        "source_sheet": sheet.name,
    }


def _flags(table: pd.DataFrame, name: str, written: pd.Series, codes: pd.Series) -> pd.DataFrame:
    origin = table[["registry", "source", "source_file", "source_sha256", "source_sheet", "source_row"]]
    return VALUE_FLAGS.build(origin.assign(column=name, code=codes, original=unmarked(written)))


def _quarantine(raw: RawFile, spec: SourceSpec, sheet: RawSheet, records: Records) -> pd.DataFrame:
    aside = pd.DataFrame(
        {
            "source_row": [aside.row for aside in records.aside],
            "code": [aside.reason.value for aside in records.aside],
            "raw": [aside.raw for aside in records.aside],
        }
    )
    return QUARANTINE.build(aside.assign(**_origin(raw, spec, sheet)))


def _account(raw: RawFile, spec: SourceSpec, sheet: RawSheet, records: Records) -> pd.DataFrame:
    """Return where every physical line went; ConservationError where one went nowhere or twice."""
    fates = {**records.lost, "accepted": len(records.rows), "quarantined": len(records.aside)}
    if fates["physical"] != sum(count for fate, count in fates.items() if fate != "physical"):
        counts = {fate: str(count) for fate, count in fates.items()}
        raise ConservationError(
            [Fault("E_CONSERVATION", raw.label, sheet.name, details=tuple(sorted(counts.items())))]
        )
    return ACCOUNTS.build(pd.DataFrame([{**_origin(raw, spec, sheet), **fates}]))
