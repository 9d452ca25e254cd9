"""Cases over time: what is new, standing, changed, settled or repeated, and how far each has come.

A case is a finding with its id, which is made of rule and source identities alone. Nothing of a case is ever
deleted: one that is no longer found is settled, one that returns is repeated, one whose rule could not be
tested this time stays as it was. Steps of people follow one order (STEPS); a changed case begins it anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reconcile.errors import Fault, InputError
from reconcile.frames import among
from reconcile.tables import CASES, FINDINGS
from reconcile.vocab import CaseChange, CaseStatus

#: What may follow what; to stay is always allowed.
STEPS: Mapping[CaseStatus, tuple[CaseStatus, ...]] = {
    CaseStatus.NEW: (CaseStatus.SENT,),
    CaseStatus.SENT: (CaseStatus.RETURNED,),
    CaseStatus.RETURNED: (CaseStatus.CONFIRMED, CaseStatus.DENIED, CaseStatus.CORRECTED),
    CaseStatus.CONFIRMED: (CaseStatus.CORRECTED, CaseStatus.CLOSED),
    CaseStatus.DENIED: (CaseStatus.CLOSED,),
    CaseStatus.CORRECTED: (CaseStatus.CLOSED,),
    CaseStatus.CLOSED: (),
}
_FOLLOWS = frozenset(f"{before}>{after}" for before, those in STEPS.items() for after in those)
#: Source of the steps that answers from the field take (resurvey/outcomes.py).
VISITS = "visit_returns"
#: Steps of one day are taken in this order.
_RANK = {status.value: place for place, status in enumerate(CaseStatus)}
_FROM_FINDING = ["kode", "tingkat", "id_rekon", "kode_desa", "sidik"]
_OF_STEPS = ["status", "langkah_terakhir", "oleh", "no_bukti"]
_KEPT = [*_OF_STEPS, "pertama_muncul", "terakhir_muncul", "jumlah_muncul"]


@dataclass(frozen=True)
class Followed:
    """The findings of a run as cases: FINDINGS with their history, and CASES with all there ever were."""

    findings: pd.DataFrame
    cases: pd.DataFrame


def follow_cases(
    findings: pd.DataFrame,
    before: pd.DataFrame | None,
    steps: pd.DataFrame,
    *,
    untested: frozenset[str],
    day: str,
) -> Followed:
    """Return the findings of this run held against ``before`` (CASES of the last one, None at the first).

    ``steps`` is CASE_STEPS, ``untested`` the rules whose silence settles nothing, ``day`` the reference date.
    Raises InputError when a step names an unknown case or leaves the order of STEPS.
    """
    old = (CASES.empty() if before is None else before).set_index("kasus")
    now = findings.set_index("kasus")[_FROM_FINDING]
    known = old.reindex(now.index)
    cases = now.assign(**{name: known[name] for name in _KEPT})
    cases["perubahan"] = _changes(now, known)
    anew = cases["perubahan"].isin([CaseChange.NEW, CaseChange.CHANGED, CaseChange.REPEATED])
    cases["status"] = cases["status"].mask(anew, CaseStatus.NEW.value)
    again = known["terakhir_muncul"] == day
    cases["jumlah_muncul"] = cases["jumlah_muncul"].fillna(0) + (~again).astype("Int64")
    cases["pertama_muncul"] = cases["pertama_muncul"].fillna(day)
    cases["terakhir_muncul"] = day
    absent = old[~among(old.index.to_series(), now.index)]
    silent = absent["kode"].isin(untested)
    absent = absent.assign(perubahan=absent["perubahan"].mask(silent, CaseChange.UNTESTED.value))
    settled = ~silent
    absent = absent.assign(perubahan=absent["perubahan"].mask(settled, CaseChange.SETTLED.value))
    table = pd.concat([cases, absent]).rename_axis("kasus").reset_index()
    table = _with_steps(CASES.build(table[CASES.names]), steps)
    table = table.sort_values(["kode", "kasus"], ignore_index=True)
    told = ["status", "perubahan", "pertama_muncul", "terakhir_muncul", "jumlah_muncul"]
    history = table.set_index("kasus")[told].reindex(findings["kasus"]).set_axis(findings.index)
    return Followed(FINDINGS.build(findings.assign(**{n: history[n] for n in told})), table)


def _changes(now: pd.DataFrame, known: pd.DataFrame) -> pd.Series:
    """Return CaseChange of each finding of this run."""
    changes = pd.Series(CaseChange.STANDING.value, index=now.index, dtype="str")
    changes = changes.mask(known["sidik"] != now["sidik"], CaseChange.CHANGED.value)
    changes = changes.mask(known["perubahan"] == CaseChange.SETTLED, CaseChange.REPEATED.value)
    return changes.mask(known["kode"].isna(), CaseChange.NEW.value)


def _with_steps(cases: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Return CASES after the steps that are later than the last one taken in; a file may keep old ones.

    The first steps of all cases are taken at once, then the second ones, and so on.
    """
    faults = [_fault("E_CASE_ROW", row) for _, row in steps[_incomplete(steps)].iterrows()]
    steps = steps[~_incomplete(steps)]
    unknown = steps[~among(steps["kasus"], cases["kasus"])]
    faults += [_fault("E_CASE_UNKNOWN", row, case=str(row["kasus"])) for _, row in unknown.iterrows()]
    table = cases.set_index("kasus")
    turns = _turns(steps[among(steps["kasus"], table.index)], table["langkah_terakhir"])
    stopped: set[str] = set()
    for _, turn in turns.groupby("turn"):
        now = turn[~turn["kasus"].isin(stopped)].set_index("kasus", drop=False)
        before = table["status"].reindex(now.index)
        follows = pd.Series((before + ">" + now["status"]).isin(_FOLLOWS).to_numpy(), index=now.index)
        same = before == now["status"]
        # a visit that says nothing new of its case, or comes too late for it, moves nothing
        visit = now["source"] == VISITS
        wrong = now[~follows & ~same & ~visit]
        for case, row in wrong.iterrows():
            told = {"case": str(case), "before": str(before[str(case)]), "after": str(row["status"])}
            faults.append(_fault("E_CASE_STEP", row, **told))
        stopped |= set(wrong.index)
        taken = now[follows | (same & ~visit)]
        table.loc[taken.index, _OF_STEPS] = taken[["status", "mark", "oleh", "no_bukti"]].to_numpy()
    if faults:
        raise InputError(faults)
    return table.reset_index()


def _turns(steps: pd.DataFrame, last: pd.Series) -> pd.DataFrame:
    """Return the steps that were not taken in yet, in their order, with the ``turn`` of each in its case."""
    rank, day = steps["status"].map(_RANK), steps["tanggal"].dt.strftime("%Y-%m-%d")
    steps = steps.assign(mark=day + " " + rank.astype("str") + " " + steps["status"])
    fresh = steps[~(steps["mark"] <= last.reindex(steps["kasus"]).fillna("").to_numpy())]
    order = ["kasus", "mark", "source_file", "source_sheet", "source_row"]
    fresh = fresh.sort_values(order).drop_duplicates(["kasus", "mark"])
    return fresh.assign(turn=fresh.groupby("kasus").cumcount())


def _incomplete(steps: pd.DataFrame) -> "pd.Series[bool]":
    missing: pd.Series[bool] = steps[["kasus", "status", "tanggal"]].isna().any(axis="columns")
    return missing


def _fault(code: str, row: "pd.Series[Any]", **details: str) -> Fault:
    file, sheet = str(row["source_file"]), str(row["source_sheet"])
    return Fault.of(code, file=file, sheet=sheet, row=int(row["source_row"]), **details)
