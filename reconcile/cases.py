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
    run: str,
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
    absent = old[~old.index.isin(now.index)]
    silent = absent["kode"].isin(untested)
    absent = absent.assign(perubahan=absent["perubahan"].mask(silent, CaseChange.UNTESTED.value))
    settled = ~silent
    absent = absent.assign(perubahan=absent["perubahan"].mask(settled, CaseChange.SETTLED.value))
    table = pd.concat([cases, absent]).rename_axis("kasus").reset_index()
    table = _with_steps(CASES.build(table[CASES.names]), steps)
    table = table.sort_values(["kode", "kasus"], ignore_index=True)
    told = ["status", "perubahan", "pertama_muncul", "terakhir_muncul", "jumlah_muncul"]
    history = table.set_index("kasus")[told].reindex(findings["kasus"]).set_axis(findings.index)
    return Followed(FINDINGS.build(findings.assign(**{n: history[n] for n in told}, jalan=run)), table)


def _changes(now: pd.DataFrame, known: pd.DataFrame) -> pd.Series:
    """Return CaseChange of each finding of this run."""
    changes = pd.Series(CaseChange.STANDING.value, index=now.index, dtype="str")
    changes = changes.mask(known["sidik"] != now["sidik"], CaseChange.CHANGED.value)
    changes = changes.mask(known["perubahan"] == CaseChange.SETTLED, CaseChange.REPEATED.value)
    return changes.mask(known["kode"].isna(), CaseChange.NEW.value)


def _with_steps(cases: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Return CASES after the steps that are later than the last one taken in; a file may keep old ones."""
    faults = [_fault("E_CASE_ROW", row) for _, row in steps[_incomplete(steps)].iterrows()]
    steps = steps[~_incomplete(steps)]
    unknown = steps[~steps["kasus"].isin(cases["kasus"])]
    faults += [_fault("E_CASE_UNKNOWN", row, case=str(row["kasus"])) for _, row in unknown.iterrows()]
    steps = steps.assign(rank=steps["status"].map(_RANK), day=steps["tanggal"].dt.strftime("%Y-%m-%d"))
    steps = steps.sort_values(["kasus", "day", "rank", "source_file", "source_sheet", "source_row"])
    table = cases.set_index("kasus")
    own = {case: rows for case, rows in steps.groupby("kasus", sort=True) if case in table.index}
    changed = {}
    for case, rows in own.items():
        changed[case], found = _after(str(table["status"][case]), table["langkah_terakhir"][case], rows)
        faults += found
    if faults:
        raise InputError(faults)
    taken = pd.DataFrame.from_dict(changed, orient="index", columns=_OF_STEPS).dropna(subset="status")
    for name in _OF_STEPS:
        new = taken[name].reindex(table.index)
        table[name] = table[name].mask(table.index.isin(taken.index), new)
    return table.reset_index()


def _after(state: str, last_step: object, steps: pd.DataFrame) -> tuple[list[object], list[Fault]]:
    """Return _OF_STEPS of one case after its steps; one at or before its last was taken in already."""
    faults: list[Fault] = []
    last = last_step if isinstance(last_step, str) else ""
    taken: list[object] = [None] * len(_OF_STEPS)
    for _, row in steps.iterrows():
        mark = f"{row['day']} {row['rank']} {row['status']}"
        if mark <= last:
            continue
        if row["status"] != state and row["status"] not in STEPS[CaseStatus(state)]:
            faults.append(
                _fault("E_CASE_STEP", row, case=str(row["kasus"]), before=state, after=str(row["status"]))
            )
            break
        state, last = str(row["status"]), mark
        taken = [state, mark, row["oleh"], row["no_bukti"]]
    return taken, faults


def _incomplete(steps: pd.DataFrame) -> "pd.Series[bool]":
    missing: pd.Series[bool] = steps[["kasus", "status", "tanggal"]].isna().any(axis="columns")
    return missing


def _fault(code: str, row: "pd.Series[Any]", **details: str) -> Fault:
    file, sheet = str(row["source_file"]), str(row["source_sheet"])
    return Fault.of(code, file=file, sheet=sheet, row=int(row["source_row"]), **details)
