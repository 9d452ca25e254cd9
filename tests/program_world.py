"""A few families with their people on both lists, and programmes held against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import factory
import pandas as pd
from finding_world import KEY, REGISTER, _table, pairs_of

from reconcile.discrepancies.context import Context, Tolerances
from reconcile.merge import merge_households
from reconcile.programs.coverage import coverage, listing
from reconcile.programs.eligible import Assessment, assess
from reconcile.programs.people import gather_people
from reconcile.programs.served import Recipients
from reconcile.programs.settings import Program
from reconcile.programs.tables import PEOPLE
from reconcile.programs.targeting import PERSONS, target_programs
from reconcile.programs.values import Columns
from reconcile.programs.written import Names
from reconcile.resurvey.corrections import by_record, with_answers
from reconcile.tables import (
    ANSWERS,
    HISTORY,
    LISTED,
    MEMBERS,
    PLACED,
    RELATIONS,
    VALUE_FLAGS,
)
from reconcile.vocab import Content

Row = dict[str, Any]
#: P3KE of 2022, BPS of 2026.
DAYS = {
    "p3ke.csv": pd.Timestamp("2022-01-01"),
    "p3ke_anggota.csv": pd.Timestamp("2022-01-01"),
    "bps.csv": pd.Timestamp("2026-01-01"),
    "bps_anggota.csv": pd.Timestamp("2026-01-01"),
}
#: No visit was made.
NO_ANSWERS = by_record(ANSWERS.empty(), HISTORY.empty())
NO_PLACES = PLACED.empty().set_index("record_id")
#: Nothing of the household of factory is taken for granted: a case says all that it is about.
BLANK = {"nik": None, "no_kk": None, "desil": None, "jumlah_anggota": None, "tanggal_lahir": None}
ANY = {
    "name": "contoh",
    "title": {"id": "Contoh", "en": "Example"},
    "office": "Dinas Sosial",
    "unit": "keluarga",
    "criteria": ["desil <= 4"],
}


@dataclass(frozen=True)
class Family:
    """One family: its row on either list (None: not on it) and its people there.

    ``status``: cocok or tinjau. ``part`` is the vocab.FamilyPart of its row in the family before it.
    ``visit`` are columns of the reconciled table that a visit gave.
    """

    p3ke: Row | None = None
    bps: Row | None = None
    p3ke_members: tuple[Row, ...] = ()
    bps_members: tuple[Row, ...] = ()
    status: str = "cocok"
    part: str | None = None
    visit: Row = field(default_factory=dict)


def program(**given: Any) -> Program:
    """Return a programme of families with what the test changes."""
    return Program.model_validate({**ANY, **given})


def person(**given: Any) -> Program:
    """Return a programme of persons with what the test changes."""
    return program(**{"unit": "orang", **given})


def world(*families: Family, paid: tuple[Row, ...] | None = None, turned: bool = False) -> Context:
    """Return what programmes see of ``families``, p3ke:1 the first; ``paid`` is the list of recipients.

    ``turned``: every file has its rows in the opposite order.
    """
    numbered = list(enumerate(families, start=1))
    placed = {side: _placed(side, numbered, turned=turned) for side in ("p3ke", "bps")}
    people = [_people(side, numbered, turned=turned) for side in ("p3ke", "bps")]
    both = [n for n, one in numbered if one.p3ke is not None and one.bps is not None]
    status = dict(numbered)
    pairs = pairs_of(*((f"p3ke:{n}", f"bps:{n}", status[n].status, 0.95, "nik_same") for n in both))
    merged = merge_households(placed["p3ke"], placed["bps"], pairs, _relations(numbered), key=KEY)
    reconciled = with_answers(merged, NO_ANSWERS, NO_PLACES, DAYS)
    return Context(
        reconciled=_visited(reconciled, numbered),
        households=PLACED.build(pd.concat(placed.values(), ignore_index=True)),
        members=MEMBERS.build(pd.concat(people, ignore_index=True)),
        flags=VALUE_FLAGS.empty(),
        register=REGISTER,
        tolerances=Tolerances(),
        references={} if paid is None else {Content.RECIPIENTS: _table(LISTED, list(paid))},
    )


def _placed(side: str, numbered: list[tuple[int, Family]], *, turned: bool) -> pd.DataFrame:
    rows = []
    for n, one in numbered:
        row: Row | None = getattr(one, side)
        if row is not None:
            count = len(getattr(one, f"{side}_members"))
            fixed = {"record_id": f"{side}:{n}", "source_row": n, "jumlah_baris_anggota": count}
            rows.append({**BLANK, **fixed, **row})
    return factory.placed(side, *(rows[::-1] if turned else rows))


def _people(side: str, numbered: list[tuple[int, Family]], *, turned: bool) -> pd.DataFrame:
    rows = [
        {"record_id": f"{side}:{n}", "source_row": 100 * n + place, "tanggal_lahir": None, **row}
        for n, one in numbered
        for place, row in enumerate(getattr(one, f"{side}_members"))
    ]
    return factory.members(side, *(rows[::-1] if turned else rows))


def _relations(numbered: list[tuple[int, Family]]) -> pd.DataFrame:
    rows = []
    for n, one in numbered:
        if one.part is not None:
            here, there = (f"p3ke:{n}", f"bps:{n - 1}") if one.p3ke else (f"p3ke:{n - 1}", f"bps:{n}")
            rows.append((here, there, one.part, 1))
    return RELATIONS.build(pd.DataFrame(rows, columns=RELATIONS.names))


def _visited(reconciled: pd.DataFrame, numbered: list[tuple[int, Family]]) -> pd.DataFrame:
    for n, one in numbered:
        own = reconciled["record_id_p3ke"].eq(f"p3ke:{n}") | reconciled["record_id_bps"].eq(f"bps:{n}")
        for name, value in one.visit.items():
            reconciled.loc[own, name] = value
    return reconciled


def columns_of(context: Context) -> Columns:
    """Return the columns of criteria of a world."""
    return Columns.of(context, gather_people(context, DAYS), DAYS)


def judged(declared: Program, context: Context) -> Assessment:
    """Return the programme held against a world."""
    columns = columns_of(context)
    return assess(declared, columns, Recipients(columns), key=KEY)


def outcomes(declared: Program, context: Context) -> dict[str, str]:
    """Return the outcome of each family by its record (of P3KE, else BPS), or of each person by its name."""
    columns = columns_of(context)
    found = assess(declared, columns, Recipients(columns), key=KEY)
    if declared.unit == "orang":
        names = columns.people.told["nama"].iloc[found.units]
    else:
        table = context.reconciled.iloc[found.units]
        names = table["record_id_p3ke"].fillna(table["record_id_bps"])
    return dict(zip(names, found.outcome, strict=True))


def told(
    programs: Sequence[Program], context: Context, *, key: bytes = KEY
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the tables of ``programs``, and all their names as they are written."""
    tables = target_programs(programs, context, DAYS, key=key)
    names = Names(
        named=tables[PEOPLE.name],
        persons=tables[PERSONS],
        reconciled=context.reconciled,
        recipients=context.listed(Content.RECIPIENTS),
        villages=context.register.villages,
    )
    parts = [names.of(one, context.language).whole() for one in programs]
    return tables, pd.concat(parts, ignore_index=True)


def totals(declared: Program, context: Context) -> Row:
    """Return the row of the list of programmes."""
    columns = columns_of(context)
    found = assess(declared, columns, Recipients(columns), key=KEY)
    row: Row = listing([found], columns).to_dict("records")[0]
    return row


def covered(declared: Program, context: Context) -> pd.DataFrame:
    """Return the coverage per area."""
    columns = columns_of(context)
    return coverage(assess(declared, columns, Recipients(columns), key=KEY), columns)
