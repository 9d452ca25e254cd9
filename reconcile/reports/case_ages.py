"""Cases by what became of them, how old they are, and who must act, per kabupaten."""

from datetime import date
from enum import StrEnum

import pandas as pd

from reconcile.discrepancies.rules import RULES
from reconcile.language import text
from reconcile.tables import Column, Table
from reconcile.vocab import CaseChange, CaseStatus, Language


class CaseState(StrEnum):
    """What became of a case since the last run."""

    NEW = "baru"
    STANDING = "tetap"
    REPEATED = "berulang"
    CLOSED = "selesai"
    CLOSED_BEFORE = "selesai_sebelumnya"


#: Upper end in days of each class of age but the last.
AGES = (30, 90, 180, 365)

CASE_AGES = Table(
    "case_ages",
    (
        Column("kode", "text", "dotted Kemendagri code; missing: cases without village"),
        Column("nama", "text", "official name of the kabupaten"),
        Column("penanggung_jawab", "text", "who must act", required=True),
        Column("tingkat_temuan", "text", "vocab.Severity", required=True),
        Column("keadaan_kasus", "text", "case_ages.CaseState", required=True),
        Column("umur", "text", "class of age in days", required=True),
        Column("jumlah_kasus", "whole", "cases", required=True),
        Column("umur_tertua", "whole", "days of the oldest of them", required=True),
    ),
)


def case_ages(
    cases: pd.DataFrame,
    before: pd.DataFrame | None,
    villages: pd.DataFrame,
    *,
    day: date,
    language: Language,
) -> pd.DataFrame:
    """Return CASE_AGES of CASES: all there ever were; ``before`` is CASES of the last run.

    A case is as old as the days since the run that first had it; a closed one stopped growing older with the
    last run that had it.
    """
    state = _states(cases, before)
    closed = state.isin([CaseState.CLOSED, CaseState.CLOSED_BEFORE])
    first, last = (
        pd.to_datetime(cases[name], format="%Y-%m-%d") for name in ("pertama_muncul", "terakhir_muncul")
    )
    days = (last.where(closed, pd.Timestamp(day)) - first).dt.days.clip(lower=0)
    owners = {rule.code: text(f"rule_{rule.code}_who", language) for rule in RULES}
    unknown = text("case_no_owner", language)
    table = pd.DataFrame(
        {
            "kode": cases["kode_desa"].str.slice(0, 5).fillna(""),
            "penanggung_jawab": cases["kode"].map(owners).fillna(unknown),
            "tingkat_temuan": cases["tingkat"],
            "keadaan_kasus": state,
            "umur": pd.cut(days, [-1, *AGES, float("inf")], labels=_classes()).astype("str"),
            "days": days,
        }
    )
    keys = [name for name in table if name != "days"]
    counts = table.groupby(keys)["days"].agg(jumlah_kasus="size", umur_tertua="max").reset_index()
    return _named(counts, villages, language)


def _classes() -> list[str]:
    starts = (0, *(end + 1 for end in AGES))
    ends = (*(f"-{end}" for end in AGES), "+")
    return [f"{start}{end}" for start, end in zip(starts, ends, strict=True)]


def _states(cases: pd.DataFrame, before: pd.DataFrame | None) -> pd.Series:
    """Return CaseState of each case; one that people closed is closed although it is still found."""
    change = cases["perubahan"]
    state = pd.Series(CaseState.STANDING.value, index=cases.index, dtype="str")
    state = state.mask(change == CaseChange.NEW, CaseState.NEW.value)
    state = state.mask(change == CaseChange.REPEATED, CaseState.REPEATED.value)
    over = (change == CaseChange.SETTLED) | (cases["status"] == CaseStatus.CLOSED)
    state = state.mask(over, CaseState.CLOSED.value)
    if before is None:
        return state
    done = before["perubahan"].eq(CaseChange.SETTLED) | before["status"].eq(CaseStatus.CLOSED)
    return state.mask(over & cases["kasus"].isin(before.loc[done, "kasus"]), CaseState.CLOSED_BEFORE.value)


def _named(counts: pd.DataFrame, villages: pd.DataFrame, language: Language) -> pd.DataFrame:
    names = villages.drop_duplicates("kode_kab").set_index("kode_kab")["nama_kab"]
    severities = ["K", "T", "S", "R", "I"]
    order = {
        "state": counts["keadaan_kasus"].map({one.value: place for place, one in enumerate(CaseState)}),
        "grave": counts["tingkat_temuan"].map({one: place for place, one in enumerate(severities)}),
        "old": counts["umur"].map({one: place for place, one in enumerate(_classes())}),
    }
    nowhere = text("ledger_nowhere", language)
    table = counts.assign(
        **order,
        nama=counts["kode"].map(names).astype("str").mask(counts["kode"] == "", nowhere),
        kode=counts["kode"].where(counts["kode"] != ""),
    )
    table = table.sort_values(["kode", "state", "grave", "penanggung_jawab", "old"], ignore_index=True)
    return CASE_AGES.build(table[CASE_AGES.names])
