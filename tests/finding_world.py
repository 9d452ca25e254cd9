"""Small worlds for rules: the first household of either registry is the pair, others may stand around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import factory
import numpy as np
import pandas as pd
import visit_world

from reconcile.discrepancies.context import Context, Tolerances
from reconcile.discrepancies.rules import RULES
from reconcile.merge import merge_households
from reconcile.sources.grouping import groups_of_one_family
from reconcile.sources.spec import TABLES
from reconcile.tables import (
    ANSWERS,
    FIGURES,
    FILES,
    HISTORY,
    MEMBERS,
    PAIRS,
    PLACED,
    QUARANTINE,
    RELATIONS,
    TASKS,
    VALUE_FLAGS,
    Table,
)
from reconcile.vocab import Content

if TYPE_CHECKING:
    from collections.abc import Sequence

KEY = bytes(range(32))
REGISTER = factory.register()
RULE = {rule.code: rule for rule in RULES}
SIDES = ("p3ke", "bps")
OTHER_SIDE = {"p3ke": "bps", "bps": "p3ke"}

MIRRORED_PART = {"pecahan": "gabungan", "gabungan": "pecahan", "ganda": "ganda"}

Row = dict[str, Any]
Said = tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One case of a rule. ``said`` is the evidence (P3KE, BPS) of each finding; none of it: a miss.

    ``p3ke`` and ``bps`` change factory.HOUSEHOLD. ``members``: registry, number of the household, changes.
    ``flags``: registry, row, column, code; the row is ``k1`` for the first household, ``a1`` for the first
    member row. ``status`` is that of the first households of either side, None when they are no pair.
    ``relations``: P3KE household, BPS household, vocab.FamilyPart. ``lists``: what each reference list holds.
    What came back from visits stands in it as ANSWERS, what was asked in ``tasks``.
    ``before`` is HISTORY, with ``p3ke:1`` for the first household. Evidence that is about no household or
    that a list gives stands third: (P3KE, BPS, list).
    """

    code: str
    tried: str
    said: tuple[Said, ...] = ()
    p3ke: tuple[Row, ...] = ({},)
    bps: tuple[Row, ...] = ({},)
    members: tuple[tuple[str, int, Row], ...] = ()
    flags: tuple[tuple[str, str, str, str], ...] = ()
    status: str | None = "cocok"
    reasons: str = "nik_same"
    tolerances: Row = field(default_factory=dict)
    relations: tuple[tuple[int, int, str], ...] = ()
    lists: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    before: tuple[Row, ...] | None = None
    quarantine: tuple[Row, ...] = ()
    files: tuple[Row, ...] = ()
    figures: tuple[Row, ...] = ()
    tasks: tuple[Row, ...] = ()

    def mirrored(self) -> Case:
        """Return the case with the registries changed over, evidence included."""
        return replace(
            self,
            said=tuple((bps, p3ke, *rest) for p3ke, bps, *rest in self.said),
            p3ke=self.bps,
            bps=self.p3ke,
            members=tuple((OTHER_SIDE[side], number, row) for side, number, row in self.members),
            relations=tuple((bps, p3ke, MIRRORED_PART[part]) for p3ke, bps, part in self.relations),
            before=None if self.before is None else tuple(_mirrored_row(row) for row in self.before),
            flags=tuple((OTHER_SIDE[side], row, column, code) for side, row, column, code in self.flags),
        )


def pairs_of(*pairs: tuple[str, str, str, float, str]) -> pd.DataFrame:
    """Return PAIRS of (P3KE record, BPS record, status, score, reasons)."""
    if not pairs:
        return PAIRS.empty()
    columns = ["record_p3ke", "record_bps", "status_padan", "skor", "alasan"]
    return PAIRS.build(pd.DataFrame(list(pairs), columns=columns).assign(jalur="nik_kepala", bobot=20.0))


def context_of(*cases: Case) -> Context:
    """Return what the rules see of all ``cases`` together; the tolerances are those of the first."""
    told = list(enumerate(cases))
    p3ke, bps = (
        _grouped(factory.placed(side, *(row for n, c in told for row in _households(n, c, side))))
        for side in SIDES
    )
    people = [
        factory.members(side, *(row for n, c in told for row in _members(n, c, side))) for side in SIDES
    ]
    flags = pd.DataFrame([row for n, c in told for row in _flags(n, c)], columns=VALUE_FLAGS.names)
    pairs = pairs_of(*(pair for n, c in told for pair in _pair(n, c)))
    reconciled = merge_households(p3ke, bps, pairs, _relations(told), key=KEY)
    return Context(
        reconciled=reconciled,
        households=PLACED.build(pd.concat([p3ke, bps], ignore_index=True)),
        members=MEMBERS.build(pd.concat(people, ignore_index=True)),
        flags=VALUE_FLAGS.build(flags),
        register=REGISTER,
        **(_of_lists(*told[0], reconciled) if told else {}),
        tolerances=Tolerances(**cases[0].tolerances if cases else {}),
    )


def _of_lists(n: int, case: Case, reconciled: pd.DataFrame) -> Row:
    """Return what belongs to no household: lists, history, files; ``@`` is the first household's id."""
    first = next(iter(reconciled["id_rekon"]), "")
    lists = {
        Content(name): [{k: first if v == "@" else v for k, v in row.items()} for row in rows]
        for name, rows in case.lists.items()
    }
    before = None if case.before is None else _table(HISTORY, [_past(n, row) for row in case.before])
    return {
        "references": {name: _table(_listed_as(name), rows) for name, rows in lists.items()},
        "tasks": TASKS.empty()
        if not case.tasks
        else visit_world.tasks(*"A" * len(case.tasks)).assign(
            **pd.DataFrame(list(case.tasks)).to_dict("series")
        ),
        "history": before,
        "quarantine": _table(QUARANTINE, list(case.quarantine)),
        "files": _table(FILES, [{**FILE, **row} for row in case.files]),
        "figures": _table(FIGURES, list(case.figures)),
    }


def _listed_as(content: Content) -> Table:
    """Return the table of a list; what came back from visits is judged before the rules see it."""
    return ANSWERS if content is Content.RETURNS else TABLES[content]


#: A file without fault.
FILE = {
    "source_file": "a.csv",
    "source_sha256": "0" * 64,
    "fisik": 11,
    "dikenali": 11,
    "diterima": 10,
}


def _table(table: Table, rows: list[Row]) -> pd.DataFrame:
    if not rows:
        return table.empty()
    origin = {**factory.ORIGIN, "registry": "acuan", "source": "acuan_contoh"}
    known = {name: value for name, value in origin.items() if name in table.names}
    frame = pd.DataFrame([{**known, "source_row": n, **row} for n, row in enumerate(rows, start=2)])
    for column in table.columns:
        if column.kind == "date" and column.name in frame:
            frame[column.name] = pd.to_datetime(frame[column.name], format="%Y-%m-%d")
    return table.build(frame[[name for name in frame if name in table.names]])


def _past(n: int, row: Row) -> Row:
    records = {name: f"{n}.{row[name]}" for name in row if name.startswith("record_id")}
    seen = {"pertama_muncul": "2025-12-31", "terakhir_muncul": "2025-12-31", "peristiwa": "tetap"}
    return {"id_rekon": "LAMA", **seen, **row, **records}


def _mirrored_row(row: Row) -> Row:
    turned = {name: OTHER_SIDE.get(name.rpartition("_")[2]) for name in row}
    return {
        f"{name.rpartition('_')[0]}_{side}" if side else name: str(row[name]).replace(
            name.rpartition("_")[2], side
        )
        if side and name.startswith("record")
        else row[name]
        for name, side in turned.items()
    }


def _relations(told: list[tuple[int, Case]]) -> pd.DataFrame:
    rows = [
        (f"{n}.p3ke:{p3ke}", f"{n}.bps:{bps}", part, 1)
        for n, case in told
        for p3ke, bps, part in case.relations
    ]
    return RELATIONS.build(pd.DataFrame(rows, columns=RELATIONS.names))


def _grouped(placed: pd.DataFrame) -> pd.DataFrame:
    """Return the households with the groups of families listed twice, case by case; one alone has none."""
    cases = placed["record_id"].str.split(".").str[0]
    several = placed[cases.duplicated(keep=False)]
    parts = [
        groups_of_one_family(part.assign(kode_wilayah=part["kode_desa"]))
        for _, part in several.groupby(cases.loc[several.index])
    ]
    return placed.assign(kelompok_ganda=pd.concat(parts).reindex(placed.index)) if parts else placed


def contexts_of(cases: Sequence[Case]) -> list[Context]:
    """Return a context per case. They are built at once and taken apart: a table costs more than its rows."""
    whole = context_of(*cases)
    record = whole.reconciled["record_id_p3ke"].fillna(whole.reconciled["record_id_bps"])
    numbers = {
        "reconciled": record.str.split(".").str[0],
        "households": whole.households["record_id"].str.split(".").str[0],
        "members": whole.members["source_file"].str.split(".").str[0],
        "flags": whole.flags["source_file"].str.split(".").str[0],
    }
    return [_alone(whole, numbers, n, case) for n, case in enumerate(cases)]


def _alone(whole: Context, numbers: dict[str, pd.Series], n: int, case: Case) -> Context:
    """Return the context of one case out of that of all."""
    own = {name: _part(getattr(whole, name), number == str(n)) for name, number in numbers.items()}
    lists = _of_lists(n, case, own["reconciled"])
    return replace(whole, **own, **lists, tolerances=Tolerances(**case.tolerances))


def _part(table: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
    places = np.flatnonzero(rows.to_numpy(dtype=np.bool_))
    # most cases have no member and no flag
    return table.take(places).reset_index(drop=True) if len(places) else table.iloc[:0]


def evidence(code: str, context: Context) -> list[Said]:
    """Return what the rule ``code`` says of either side, and of a list where it says something, sorted."""
    found = RULE[code].find(context)
    if "acuan" not in found:
        found = found.assign(acuan="")
    said = found[["p3ke", "bps", "acuan"]].astype(object).fillna("").itertuples(index=False, name=None)
    said = [(p3ke, bps, re.sub(r"[B-Z]{5}(-[B-Z]{5}){2}", "…", acuan)) for p3ke, bps, acuan in said]
    return sorted((p3ke, bps, acuan) if acuan else (p3ke, bps) for p3ke, bps, acuan in said)


def _households(n: int, case: Case, side: str) -> list[Row]:
    rows: tuple[Row, ...] = getattr(case, side)
    return [
        {
            "record_id": f"{n}.{side}:{number}",
            "source_file": f"{n}.{side}.csv",
            "source_row": number,
            "source": f"{side}_{n}",
            **row,
        }
        for number, row in enumerate(rows, start=1)
    ]


def _members(n: int, case: Case, side: str) -> list[Row]:
    rows = [(number, row) for s, number, row in case.members if s == side]
    return [
        {
            "record_id": f"{n}.{side}:{number}",
            "source_file": f"{n}.{side}_anggota.csv",
            "source_row": place,
            **row,
        }
        for place, (number, row) in enumerate(rows, start=1)
    ]


def _flags(n: int, case: Case) -> list[Row]:
    return [
        {
            **factory.ORIGIN,
            "registry": side,
            "source": f"{side}_{n}",
            "source_file": f"{n}.{side}{'' if row.startswith('k') else '_anggota'}.csv",
            "source_row": int(row[1:]),
            "column": column,
            "code": code,
            "original": "6402XXXXXXXX0001",
        }
        for side, row, column, code in case.flags
    ]


def _pair(n: int, case: Case) -> list[tuple[str, str, str, float, str]]:
    if not (case.status and case.p3ke and case.bps):
        return []
    return [(f"{n}.p3ke:1", f"{n}.bps:1", case.status, 0.5, case.reasons)]
