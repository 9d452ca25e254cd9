"""What an office filled in beside quarantined rows and untrusted values, taken in at the next run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from reconcile.errors import Fault
from reconcile.sources.conform import Conformed
from reconcile.sources.parsing.base import Context, Parsed
from reconcile.sources.raw import unmarked
from reconcile.sources.spec import FieldSpec, SourceSpec
from reconcile.sources.values import read_values, side_by_side
from reconcile.tables import ACCOUNTS, DTYPES, PROVENANCE, QUARANTINE, VALUE_FLAGS
from reconcile.vocab import Decision

#: What a correction is found by: the file's content, not its name.
PLACE = ["source_sha256", "source_sheet", "source_row"]
_ORIGIN = [column.name for column in PROVENANCE]


@dataclass(frozen=True)
class Corrections:
    """Returned corrections, one row each, text throughout but ``source_row`` (Int64).

    ``cells``: ``source_file``, PLACE, ``column``, ``correction`` (empty: nothing is there, or what was kept
    is right). ``rows``: ``source_file``, PLACE, ``decision`` (vocab.Decision) and one column per field.
    ``open`` counts the lines that nobody has decided yet.
    """

    cells: pd.DataFrame
    rows: pd.DataFrame
    open: int = 0

    def of(self, sha256: str) -> "Corrections":
        """Return the corrections of one file."""
        values, rows = (t[t["source_sha256"] == sha256] for t in (self.cells, self.rows))
        return Corrections(values, rows)


def correctable(spec: SourceSpec) -> dict[str, tuple[str, ...]]:
    """Return field -> the fields that are read from the same headings, it first, for each that is asked for.

    An office fills a cell once: fields with the same headings are one question.
    """
    asked: dict[tuple[tuple[str, ...], ...], tuple[str, ...]] = {}
    for name, field in spec.all_fields.items():
        asked[field.columns] = (*asked.get(field.columns, ()), name)
    return {names[0]: names for names in asked.values()}


def unmatched_corrections(corrections: Corrections, conformed: Sequence[Conformed]) -> tuple[Fault, ...]:
    """Return every correction whose place no file has, by file, sheet, row and column.

    ``conformed`` are all files, with their corrections taken in: a corrected row may have flags of its own.
    ``E_CORRECTION_UNMATCHED`` for a place, ``E_CORRECTION_STALE`` once for a file that is not there any more.
    """
    files = {sha for one in conformed for sha in one.accounts["source_sha256"]}
    flags = pd.concat([VALUE_FLAGS.empty(), *(one.value_flags for one in conformed)])
    aside = pd.concat([QUARANTINE.empty(), *(one.quarantine for one in conformed)])
    lost = [
        _without(corrections.cells, flags, [*PLACE, "column"]),
        _without(corrections.rows, aside, PLACE).assign(column=""),
    ]
    places = pd.concat(lost)[["source_file", *PLACE, "column"]].drop_duplicates()
    stale = ~places["source_sha256"].isin(files)
    gone = places[stale].groupby("source_file").size()
    return (
        *(Fault.of("E_CORRECTION_STALE", file=str(file), count=count) for file, count in gone.items()),
        *(
            Fault.of("E_CORRECTION_UNMATCHED", file=file, sheet=sheet, row=row, column=column)
            for file, _, sheet, row, column in places[~stale].itertuples(index=False)
        ),
    )


def _without(corrections: pd.DataFrame, table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    known = pd.MultiIndex.from_frame(table[by].astype("str"))
    return corrections[~pd.MultiIndex.from_frame(corrections[by].astype("str")).isin(known)]


def apply_corrections(conformed: Conformed, corrections: Corrections, *, reference_date: date) -> Conformed:
    """Return ``conformed`` with the corrections of its own file taken in, those of other files left alone.

    A corrected value is read by its field's parser; where that does not trust it, a new flag says so. The old
    flag or quarantined row stays, with ``diselesaikan`` True. In the accounts a corrected row goes from
    quarantined to accepted, one that is no data to non_data: the equation holds as before.
    """
    own = corrections.of(str(conformed.accounts["source_sha256"].iloc[0]) if len(conformed.accounts) else "")
    context = Context(reference_date)
    # rows first: what a corrected row says wrongly may have been corrected by now as well
    if len(own.rows):
        conformed = _with_rows(conformed, own.rows, context)
    return _with_values(conformed, own.cells, context) if len(own.cells) else conformed


def _with_values(conformed: Conformed, corrections: pd.DataFrame, context: Context) -> Conformed:
    flags = conformed.value_flags
    by = [*PLACE, "column"]
    given = corrections.set_index(by)["correction"]
    told = pd.Series(given.reindex(pd.MultiIndex.from_frame(flags[by])).to_numpy(), flags.index, dtype="str")
    settled = pd.MultiIndex.from_frame(flags[by]).isin(given.index)
    flags = flags.assign(diselesaikan=flags["diselesaikan"].mask(settled, other=True))
    table, anew = conformed.table.copy(), []
    rows = pd.MultiIndex.from_frame(table[PLACE])
    filled = flags.assign(correction=told)[told.notna() & (told != "")]
    for column, asked in filled.groupby("column", sort=True):
        places = rows.get_indexer(pd.MultiIndex.from_frame(asked[PLACE]))
        for name in _same_cell(conformed, str(column)):
            field = conformed.spec.all_fields[name]
            parsed = read_values(asked["correction"].set_axis(table.index[places]), field, context)
            table.loc[parsed.data.index, name] = parsed.data.astype(table[name].dtype)
            anew.append(_flags(table, name, asked["correction"].set_axis(parsed.data.index), parsed))
    flags = pd.concat([flags, *anew], ignore_index=True)
    return replace(conformed, table=table, value_flags=VALUE_FLAGS.build(_ordered(flags, ["column"])))


def _same_cell(conformed: Conformed, column: str) -> tuple[str, ...]:
    """Return ``column`` and the fields of the table that the file reads from the same heading."""
    names = correctable(conformed.spec)
    together = next((group for group in names.values() if column in group), (column,))
    return tuple(name for name in together if name in conformed.table)


def _flags(table: pd.DataFrame, name: str, written: pd.Series, parsed: Parsed) -> pd.DataFrame:
    said = parsed.codes.dropna().index
    origin = table.loc[said, _ORIGIN]
    return VALUE_FLAGS.build(
        origin.assign(column=name, code=parsed.codes[said], original=unmarked(written[said]))
    )


def _with_rows(conformed: Conformed, corrections: pd.DataFrame, context: Context) -> Conformed:
    aside = conformed.quarantine
    given = corrections.set_index(PLACE)
    places = pd.MultiIndex.from_frame(aside[PLACE])
    settled = places.isin(given.index)
    filled = given.reindex(places[settled]).reset_index(drop=True)
    origin = aside.loc[settled, _ORIGIN].reset_index(drop=True)
    taken = filled["decision"] == Decision.TAKE.value
    table, flags = _rows(conformed, origin[taken], filled[taken], context)
    accounts = _moved(conformed.accounts, origin, taken)
    return replace(
        conformed,
        table=_ordered(pd.concat([conformed.table, table], ignore_index=True), []),
        value_flags=VALUE_FLAGS.build(
            _ordered(pd.concat([conformed.value_flags, flags], ignore_index=True), ["column"])
        ),
        quarantine=aside.assign(diselesaikan=aside["diselesaikan"].mask(settled, other=True)),
        accounts=ACCOUNTS.build(accounts),
    )


def _rows(
    conformed: Conformed, origin: pd.DataFrame, filled: pd.DataFrame, context: Context
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the corrected rows in the shape of the file's table, and what is said of their values."""
    written = _written(conformed.spec, filled)
    parsed = side_by_side(
        {name: read_values(text, field, context) for name, (field, text) in written.items()}
    )
    data = {
        name: one.data for name, one in parsed.items() if one.data.notna().any() or name in conformed.table
    }
    table = origin.assign(**data)
    flags = [_flags(table, name, written[name][1], one) for name, one in parsed.items()]
    if "code_system" in conformed.table:
        known = conformed.table["code_system"].dropna()
        table["code_system"] = known.iloc[0] if len(known) else str(conformed.spec.code_system)
    return _typed(conformed, table), pd.concat([VALUE_FLAGS.empty(), *flags], ignore_index=True)


def _written(spec: SourceSpec, filled: pd.DataFrame) -> dict[str, tuple[FieldSpec, pd.Series]]:
    """Return field -> its declaration and what was filled in, one answer for all fields of one cell."""
    blank = pd.Series("", index=filled.index, dtype="str")
    return {
        name: (spec.all_fields[name], filled[asked].fillna("") if asked in filled else blank)
        for asked, names in correctable(spec).items()
        for name in names
    }


def _typed(conformed: Conformed, rows: pd.DataFrame) -> pd.DataFrame:
    kinds = {column.name: DTYPES[column.kind] for column in conformed.spec.table.columns}
    like = {name: dtype for name, dtype in conformed.table.dtypes.items() if name in rows}
    return rows.astype({**{n: k for n, k in kinds.items() if n in rows}, **like})


def _moved(accounts: pd.DataFrame, origin: pd.DataFrame, taken: pd.Series) -> pd.DataFrame:
    """Return the accounts with corrected rows as accepted and those that are no data as non_data."""
    moves = pd.DataFrame({"accepted": taken, "non_data": ~taken}).astype("int64")
    by_sheet = moves.groupby(origin["source_sheet"].to_numpy()).sum()
    moved = by_sheet.reindex(accounts["source_sheet"]).fillna(0).astype("int64").set_axis(accounts.index)
    return accounts.assign(
        accepted=accounts["accepted"] + moved["accepted"],
        non_data=accounts["non_data"] + moved["non_data"],
        quarantined=accounts["quarantined"] - moved.sum(axis=1),
    )


def _ordered(table: pd.DataFrame, further: list[str]) -> pd.DataFrame:
    return table.sort_values(["source_sheet", "source_row", *further], kind="stable", ignore_index=True)
