"""Whom to visit, why, and in which order: one task per family and period, kept until it is answered.

A reason is a finding that only a visit settles, or a state of the family that no office can mend from its
desk. Families that no list takes for poor are left out: P3KE holds deciles 1 to 4, and a BPS family above
them lacks nothing there.
"""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.discrepancies.rules import RULES
from reconcile.discrepancies.rules.welfare import HIGHEST_DECILE
from reconcile.frames import among, looked_up
from reconcile.identifiers import pseudonyms
from reconcile.language import entries, text
from reconcile.resurvey.answers import OPEN_RESULTS, of_tasks
from reconcile.resurvey.settings import ResurveySettings
from reconcile.tables import TASKS
from reconcile.vocab import (
    AnswerStatus,
    CaseStatus,
    Language,
    MatchStatus,
    Severity,
    TaskStatus,
    VisitReason,
)
from reconcile.wording import text_each

#: Findings of these rules are settled by a visit alone.
FIELD_RULES = frozenset(rule.code for rule in RULES if rule.field)
_OPEN_CASES = (CaseStatus.NEW.value, CaseStatus.SENT.value)
_SEVERITY = {severity.value: place for place, severity in enumerate(Severity)}
#: How grave a reason is that is no finding.
_GRAVITY = {
    VisitReason.DOUBTFUL: Severity.MEDIUM,
    VisitReason.ONE_LIST: Severity.HIGH,
    VisitReason.IDENTITY: Severity.HIGH,
    VisitReason.PLACE: Severity.MEDIUM,
    VisitReason.UNSEEN: Severity.LOW,
}
#: Columns of the reconciled table that tell whether a desk can settle a family.
_DESK = [
    "id_rekon",
    "status_padan",
    "id_tinjau",
    "record_id_p3ke",
    "nik",
    "nama",
    "kode_desa",
    "desil_bps",
    "tahun_mutakhir_p3ke",
    "tahun_mutakhir_bps",
]
_CALLS = ["id_rekon", "reason", "tingkat", "kode", "kasus", "said"]


def visit_tasks(  # noqa: PLR0913 - what a task depends on
    reconciled: pd.DataFrame,
    findings: pd.DataFrame,
    answers: pd.DataFrame,
    before: pd.DataFrame,
    settings: ResurveySettings,
    *,
    day: date,
    language: Language,
    key: bytes,
    unsure: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """Return TASKS after this run: RECONCILED and FINDINGS say who is to be visited.

    ``before`` is TASKS of the last run, ``answers`` ANSWERS, ``unsure`` the P3KE records of pairs
    that no reviewer could tell. The order of rows does not count.
    """
    period = settings.period_of(day)
    called = _called(reconciled, findings, answers, settings, day=day, language=language, unsure=unsure)
    rows = _per_family(called).assign(periode=period)
    rows["id_tugas"] = "TG-" + pseudonyms(rows["id_rekon"] + "|" + period, key=key, purpose="tugas")
    rows["kode_desa"] = _villages(rows, reconciled, before)
    rows = _ranked(rows, language)
    tasks = _with_past(rows, before, answers)
    tasks = _answered(tasks, answers)
    tasks = _asked(tasks, settings, day)
    return TASKS.build(tasks.sort_values(["periode", "kode_desa", "urutan", "id_tugas"]))


def _villages(rows: pd.DataFrame, reconciled: pd.DataFrame, before: pd.DataFrame) -> pd.Series:
    """Return the village of each task: the one that it was asked in, else that of its family."""
    own = looked_up(rows["id_rekon"], reconciled["id_rekon"], reconciled["kode_desa"])
    asked = before[before["diminta"].notna()].set_index("id_tugas")["kode_desa"]
    return own.mask(among(rows["id_tugas"], asked.index), rows["id_tugas"].map(asked).astype("str"))


def _called(
    reconciled: pd.DataFrame,
    findings: pd.DataFrame,
    answers: pd.DataFrame,
    settings: ResurveySettings,
    *,
    day: date,
    language: Language,
    unsure: frozenset[str],
) -> pd.DataFrame:
    """Return a row per family and reason: ``id_rekon``, VisitReason, severity, rule, case, what is said."""
    found = findings[
        findings["kode"].isin(FIELD_RULES)
        & findings["tingkat"].isin([one.value for one in settings.severities])
        & findings["status"].isin(_OPEN_CASES)
        & findings["id_rekon"].notna()
    ]
    said = {code: _why(code, language) for code in FIELD_RULES}
    calls = [
        found[["id_rekon", "tingkat", "kode", "kasus"]].assign(
            reason=VisitReason.FINDING.value, said=found["kode"].map(said)
        )
    ]
    visited = answers[answers["status_jawaban"] == AnswerStatus.APPLIED]
    # what a visit has said holds as long as any other news of a family does
    limit = pd.Timestamp(day) - pd.DateOffset(months=settings.months_unseen)
    visited = visited[~visited["hasil"].isin(OPEN_RESULTS) & (visited["tanggal"] >= limit)]
    desks = reconciled[_DESK]
    desks = desks[_in_scope(desks) & ~among(desks["id_rekon"], visited["id_rekon"])]
    for reason, mask in _states(desks, settings, day, unsure).items():
        rows = desks.loc[mask, ["id_rekon"]]
        # the case of the same matter comes back with the answer
        calls.append(
            rows.assign(
                reason=reason.value, tingkat=_GRAVITY[reason].value, said=_said(desks[mask], reason, language)
            )
        )
    table = pd.concat(calls, ignore_index=True).reindex(columns=_CALLS)
    table = table.merge(_same_matter(findings), on=["id_rekon", "reason"], how="left", suffixes=("", "_own"))
    table["kasus"] = table["kasus"].fillna(table.pop("kasus_own"))
    table["kode"] = table["kode"].fillna(table.pop("kode_own"))
    weight = {reason.value: place for place, reason in enumerate(settings.reasons)}
    return table[table["reason"].isin(list(weight))].assign(weight=table["reason"].map(weight))


#: Rules that say of a family what a reason does.
_MATTER = {
    "K01": VisitReason.ONE_LIST,
    "K02": VisitReason.ONE_LIST,
    "K03": VisitReason.DOUBTFUL,
    "I01": VisitReason.IDENTITY,
    "I02": VisitReason.IDENTITY,
    "I03": VisitReason.IDENTITY,
    "I04": VisitReason.IDENTITY,
    "I09": VisitReason.IDENTITY,
    "W08": VisitReason.PLACE,
    "D06": VisitReason.UNSEEN,
}


def _same_matter(findings: pd.DataFrame) -> pd.DataFrame:
    """Return ``id_rekon``, ``reason`` and the open cases (one row each) that say what the reason says."""
    own = findings[findings["kode"].isin(list(_MATTER)) & findings["status"].isin(_OPEN_CASES)]
    matter = own["kode"].map({code: reason.value for code, reason in _MATTER.items()})
    return own[["id_rekon", "kode", "kasus"]].assign(reason=matter).dropna(subset=["id_rekon"])


def _why(code: str, language: Language) -> str:
    """Return what a village reads of a finding; a rule without words of its own says its title."""
    key = f"visit_why_{code}"
    return text(key if key in entries() else f"rule_{code}", language)


def _in_scope(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Return whether a list takes the family for poor, or none says how it fares."""
    richer = (rows["desil_bps"] > HIGHEST_DECILE["p3ke"]).fillna(value=False)
    listed: pd.Series[bool] = rows["record_id_p3ke"].notna() | ~richer
    return listed


def _states(
    rows: pd.DataFrame, settings: ResurveySettings, day: date, unsure: frozenset[str]
) -> dict[VisitReason, "pd.Series[bool]"]:
    """Return for each reason that is no finding whether it holds of each row."""
    one_list = rows["status_padan"].isin([MatchStatus.ONLY_P3KE, MatchStatus.ONLY_BPS])
    doubtful = (rows["status_padan"] == MatchStatus.REVIEW) & rows["record_id_p3ke"].notna()
    partner = looked_up(rows["id_tinjau"], rows["id_rekon"], rows["nik"])
    limit = pd.Timestamp(day) - pd.DateOffset(months=settings.months_unseen)
    year = rows[["tahun_mutakhir_p3ke", "tahun_mutakhir_bps"]].max(axis="columns").astype("Int64")
    # only the year is told: the family may have been seen on its last day
    unseen = (year < limit.year).fillna(value=False)
    return {
        # where both lists have a NIK a desk settles it, unless a reviewer could not
        VisitReason.DOUBTFUL: doubtful
        & (rows["nik"].isna() | partner.isna() | rows["record_id_p3ke"].isin(unsure)),
        VisitReason.ONE_LIST: one_list,
        VisitReason.IDENTITY: rows["nik"].isna() | rows["nama"].isna(),
        VisitReason.PLACE: rows["kode_desa"].isna(),
        VisitReason.UNSEEN: unseen,
    }


def _said(rows: pd.DataFrame, reason: VisitReason, language: Language) -> pd.Series:
    said = pd.Series(text(f"visit_{reason.value}", language), index=rows.index, dtype="str")
    if reason is VisitReason.ONE_LIST:
        only_bps = rows["status_padan"] == MatchStatus.ONLY_BPS
        return said.mask(only_bps, text(f"visit_{reason.value}_bps", language))
    if reason is VisitReason.IDENTITY:
        return said.mask(rows["nama"].isna(), text(f"visit_{reason.value}_nama", language))
    return said


def _per_family(called: pd.DataFrame) -> pd.DataFrame:
    """Return one row per family: its weightiest reason first in every list."""
    rank = called["tingkat"].map(_SEVERITY)
    ordered = called.assign(rank=rank).sort_values(
        ["id_rekon", "weight", "rank", "kode", "kasus"], ignore_index=True
    )
    first = ordered.drop_duplicates("id_rekon")
    table = first[["id_rekon", "reason", "weight"]].reset_index(drop=True)
    gravest = ordered.groupby("id_rekon", sort=True)["rank"].min()
    return table.assign(
        tingkat_temuan=gravest.map({place: name for name, place in _SEVERITY.items()}).to_numpy(),
        alasan_kode=_joined(ordered, "reason", ", "),
        alasan_dicek=_joined(ordered, "said", " "),
        aturan=_joined(ordered, "kode", ", "),
        kasus=_joined(ordered, "kasus", ", "),
        n_kasus=ordered.groupby("id_rekon", sort=True)["kasus"].nunique().to_numpy(),
        n_alasan=ordered.groupby("id_rekon", sort=True)["said"].nunique().to_numpy(),
    )


def _joined(ordered: pd.DataFrame, column: str, between: str) -> pd.Series:
    """Return the distinct texts of ``column`` per family, in the order of the rows; missing where none is."""
    once = ordered[["id_rekon", column]].drop_duplicates(ignore_index=True)
    starts = np.flatnonzero(~once["id_rekon"].duplicated().to_numpy())
    # a missing text takes its place in its family's list, and is left out of what is joined
    told = once[column].notna().to_numpy()
    counts = np.append(0, np.cumsum(told))
    offsets = pa.array(np.append(counts[starts], counts[-1]), type=pa.int32())
    lists = pa.ListArray.from_arrays(
        offsets, pa.array(once.loc[told, column].to_numpy(dtype=object), type=pa.string())
    )
    joined = pd.Series(pc.binary_join(lists, between).to_pandas(), dtype="str")
    return joined.where(joined != "")


def _ranked(rows: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the rows with their rank in the village and why it is that one."""
    grave = rows["tingkat_temuan"].map(_SEVERITY)
    ordered = rows.assign(grave=grave, most=-rows["n_alasan"], cases=-rows["n_kasus"])
    ordered = ordered.sort_values(
        ["kode_desa", "weight", "grave", "most", "cases", "id_tugas"], ignore_index=True
    )
    village = ordered["kode_desa"].fillna("")
    rank = ordered.groupby(village).cumcount() + 1
    total = village.map(village.value_counts())
    words = {reason.value: text(f"reason_{reason.value}", language) for reason in VisitReason}
    severities = {one.value: text(f"severity_{one.value}", language) for one in Severity}
    why = text_each(
        "visit_rank",
        language,
        rank=rank,
        total=total,
        reason=ordered["reason"].map(words),
        severity=ordered["tingkat_temuan"].map(severities),
        count=ordered["n_alasan"],
    )
    return ordered.assign(urutan=rank, alasan_urutan=why)


_OF_PAST = ["diminta", "jatuh_tempo"]


def _with_past(rows: pd.DataFrame, before: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Return the tasks of this run and all that were asked before, each once.

    What was only waiting and is no longer called for was never anybody's, and goes. Whether a task is
    answered is told by the answers alone: one whose answer was withdrawn or is held is open again.
    """
    old = before.set_index("id_tugas")
    known = old.reindex(rows["id_tugas"]).reset_index(drop=True)
    table = rows.reset_index(drop=True)
    table = table.assign(**{name: known[name] for name in _OF_PAST})
    waiting = pd.Series(TaskStatus.WAITING.value, index=table.index, dtype="str")
    table["status_tugas"] = waiting.mask(known["diminta"].notna(), TaskStatus.ASKED.value)
    held = before["diminta"].notna() | among(before["id_tugas"], answers["id_tugas"])
    past = before[held & ~among(before["id_tugas"], table["id_tugas"])]
    past = past.drop(columns=["dijawab", "hasil"]).assign(status_tugas=TaskStatus.DROPPED.value)
    return pd.concat([part.reindex(columns=TASKS.names) for part in (table, past)], ignore_index=True)


def _answered(tasks: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Return the tasks with the visit that answered each."""
    told = of_tasks(answers, tasks["id_tugas"])
    result, visit = told["hasil"], told["tanggal"]
    final = result.notna() & ~result.isin(OPEN_RESULTS)
    return tasks.assign(
        hasil=tasks["hasil"].mask(result.notna(), result),
        dijawab=tasks["dijawab"].mask(final, visit.dt.strftime("%Y-%m-%d")),
        status_tugas=tasks["status_tugas"].mask(final, TaskStatus.ANSWERED.value),
    )


def _asked(tasks: pd.DataFrame, settings: ResurveySettings, day: date) -> pd.DataFrame:
    """Return the tasks with those asked that the budget of their village still allows, first ranks first."""
    waiting = tasks["status_tugas"] == TaskStatus.WAITING
    take = waiting
    if settings.budget_per_village is not None:
        village = tasks["kode_desa"].fillna("")
        now = tasks["periode"] == settings.period_of(day)
        spent = (now & tasks["diminta"].notna()).groupby(village).sum()
        place = tasks[waiting].sort_values(["urutan", "id_tugas"]).groupby(village[waiting]).cumcount()
        left = settings.budget_per_village - village.map(spent)
        take = waiting & (place.reindex(tasks.index, fill_value=0) < left)
    return tasks.assign(
        status_tugas=tasks["status_tugas"].mask(take, TaskStatus.ASKED.value),
        diminta=tasks["diminta"].mask(take, day.isoformat()),
        jatuh_tempo=tasks["jatuh_tempo"].mask(take, settings.due(day).isoformat()),
    )
