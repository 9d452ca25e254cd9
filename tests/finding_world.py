"""Small worlds for rules: the first household of either registry is the pair, others may stand around it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import factory
import numpy as np
import pandas as pd

from reconcile.discrepancies.context import Context, Tolerances
from reconcile.discrepancies.rules import RULES
from reconcile.merge import merge_households
from reconcile.sources.grouping import groups_of_one_family
from reconcile.tables import MEMBERS, PAIRS, PLACED, RELATIONS, VALUE_FLAGS

if TYPE_CHECKING:
    from collections.abc import Sequence

KEY = bytes(range(32))
REGISTER = factory.register()
RULE = {rule.code: rule for rule in RULES}
SIDES = ("p3ke", "bps")
OTHER_SIDE = {"p3ke": "bps", "bps": "p3ke"}

Row = dict[str, Any]
Said = tuple[str, str]


@dataclass(frozen=True)
class Case:
    """One case of a rule. ``said`` is the evidence (P3KE, BPS) of each finding; none of it: a miss.

    ``p3ke`` and ``bps`` change factory.HOUSEHOLD. ``members``: registry, number of the household, changes.
    ``flags``: registry, row, column, code; the row is ``k1`` for the first household, ``a1`` for the first
    member row. ``status`` is that of the first households of either side, None when they are no pair.
    """

    code: str
    tried: str
    said: tuple[Said, ...] = ()
    p3ke: tuple[Row, ...] = ({},)
    bps: tuple[Row, ...] = ({},)
    members: tuple[tuple[str, int, Row], ...] = ()
    flags: tuple[tuple[str, str, str, str], ...] = ()
    status: str | None = "cocok"
    reasons: str = "nik_same nama_same"
    tolerances: Row = field(default_factory=dict)

    def mirrored(self) -> Case:
        """Return the case with the registries changed over, evidence included."""
        return replace(
            self,
            said=tuple((bps, p3ke) for p3ke, bps in self.said),
            p3ke=self.bps,
            bps=self.p3ke,
            members=tuple((OTHER_SIDE[side], number, row) for side, number, row in self.members),
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
    return Context(
        reconciled=merge_households(p3ke, bps, pairs, RELATIONS.empty(), key=KEY),
        households=PLACED.build(pd.concat([p3ke, bps], ignore_index=True)),
        members=MEMBERS.build(pd.concat(people, ignore_index=True)),
        flags=VALUE_FLAGS.build(flags),
        register=REGISTER,
        tolerances=Tolerances(**cases[0].tolerances),
    )


def _grouped(placed: pd.DataFrame) -> pd.DataFrame:
    """Return the households with the groups of families listed twice, case by case."""
    cases = placed["record_id"].str.split(".").str[0]
    parts = [
        groups_of_one_family(part.assign(kode_wilayah=part["kode_desa"])) for _, part in placed.groupby(cases)
    ]
    return placed.assign(kelompok_ganda=pd.concat(parts)) if parts else placed


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
    return [
        replace(
            whole,
            tolerances=Tolerances(**case.tolerances),
            **{
                name: getattr(whole, name)[(number == str(n)).to_numpy(dtype=np.bool_)].reset_index(drop=True)
                for name, number in numbers.items()
            },
        )
        for n, case in enumerate(cases)
    ]


def evidence(code: str, context: Context) -> list[Said]:
    """Return what the rule ``code`` says of either side, sorted."""
    found = RULE[code].find(context)
    return sorted(found[["p3ke", "bps"]].fillna("").astype(object).itertuples(index=False, name=None))


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
