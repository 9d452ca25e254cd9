"""Rules on field visits and decrees (codes P)."""

import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.discrepancies.evidence import PLACE, of_no_household
from reconcile.discrepancies.listed import answers_of, decrees_of
from reconcile.discrepancies.rule import LAST_RUN, Basis, Rule
from reconcile.resurvey.answers import ANSWERING
from reconcile.vocab import Content, Registry, Severity, TaskStatus


def no_minutes(context: Context) -> pd.DataFrame:
    """A result of a visit came back without signed minutes."""
    returns = _returned(context)
    return _of_returns(context, returns[returns["no_ba"].isna()], "no_minutes")


def conflicting_results(context: Context) -> pd.DataFrame:
    """Two answers of one day for one family say different things."""
    returns = answers_of(context)
    return _of_returns(context, returns[returns["sebab"] == "E_ANSWER_CONFLICT"], "conflict")


def village_is_late(context: Context) -> pd.DataFrame:
    """A village has not returned results that were due."""
    tasks, told = context.tasks, answers_of(context)
    late = tasks[
        (tasks["status_tugas"] == TaskStatus.ASKED)
        & (tasks["jatuh_tempo"] < context.reference_date.isoformat())
        & ~tasks["id_tugas"].isin(told.loc[told["status_jawaban"].isin(ANSWERING), "id_tugas"])
    ]
    counts = late.groupby("kode_desa", as_index=False).agg(count=("id_tugas", "size"))
    said = context.say_each("late", count=counts["count"].astype("Int64"))
    return of_no_household(counts["kode_desa"], said, kode_desa=counts["kode_desa"])


def unexplained_refusal(context: Context) -> pd.DataFrame:
    """A visit says that the family is no longer poor, and gives no reason."""
    returns = _returned(context)
    refused = returns[(returns["masih_miskin"] == "tidak") & returns["alasan_tidak_layak"].isna()]
    return _of_returns(context, refused, "no_reason")


def no_valid_decree(context: Context) -> pd.DataFrame:
    """A kabupaten with P3KE families has no decree that is valid on the reference day."""
    day = pd.Timestamp(context.reference_date)
    decrees = decrees_of(context)
    begun = decrees["tanggal"].isna() | (decrees["tanggal"] <= day)
    valid = decrees[begun & ~(decrees["berlaku_sampai"] < day)]
    families = context.households[["registry", "kode_desa"]]
    listed = families.loc[families["registry"] == Registry.P3KE, "kode_desa"]
    regencies = pd.Series(sorted(set(listed.dropna().str.slice(0, 5))), dtype="str")
    without = regencies[~regencies.isin(valid["kode_kab"])]
    expired = without.isin(decrees["kode_kab"])
    said = pd.Series(context.say("no_decree"), index=without.index, dtype="str")
    return of_no_household(without, said.mask(expired, context.say("old_decree")), kode_kab=without)


def _returned(context: Context) -> pd.DataFrame:
    told = answers_of(context)
    return told[told["status_jawaban"].isin(ANSWERING)].dropna(subset=["id_rekon"])


def _of_returns(context: Context, returns: pd.DataFrame, words: str) -> pd.DataFrame:
    """Return one finding per household of ``returns``; of a household that is no more, one without it."""
    once = returns.sort_values(["id_rekon", *PLACE]).drop_duplicates("id_rekon")
    said = pd.Series(context.say(words), index=once.index, dtype="str")
    found = of_no_household(once["id_rekon"], said, place=once, kode_desa=once["kode_desa"])
    rows = pd.Series(context.reconciled.index, index=context.reconciled["id_rekon"])
    return found.assign(row=once["id_rekon"].map(rows).astype("Int64"))


RULES = (
    Rule("P01", Severity.HIGH, no_minutes, (Basis.RETURNS,), needs=(Content.RETURNS,)),
    Rule("P02", Severity.HIGH, conflicting_results, (Basis.RETURNS,), needs=(Content.RETURNS,)),
    Rule("P03", Severity.MEDIUM, village_is_late, (Basis.RETURNS,), needs=(LAST_RUN,)),
    Rule("P04", Severity.HIGH, unexplained_refusal, (Basis.RETURNS,), needs=(Content.RETURNS,)),
    Rule("P05", Severity.HIGH, no_valid_decree, (Basis.LISTS,), needs=(Content.DECREES,)),
)
