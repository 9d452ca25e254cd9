"""Rules on field visits and decrees (codes P)."""

import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.discrepancies.evidence import PLACE, of_no_household
from reconcile.discrepancies.listed import decrees_of
from reconcile.discrepancies.rule import Basis, Rule
from reconcile.identifiers import dotted_village_code
from reconcile.tables import RETURNS
from reconcile.vocab import Content, Registry, Severity, VisitResult


def no_minutes(context: Context) -> pd.DataFrame:
    """A result of a visit came back without signed minutes."""
    returns = _returned(context)
    return _of_returns(context, returns[returns["no_ba"].isna()], "no_minutes")


def conflicting_results(context: Context) -> pd.DataFrame:
    """Two visits of one family report different results."""
    returns = _returned(context)
    results = returns.groupby("id_rekon")["hasil"].transform("nunique")
    return _of_returns(context, returns[results > 1], "conflict")


def village_is_late(context: Context) -> pd.DataFrame:
    """A village has not returned results that were due."""
    returns = _visits(context)
    due = pd.Timestamp(context.reference_date)
    late = returns[returns["hasil"].isna() & (returns["jatuh_tempo"] < due).fillna(value=False)]
    late = late.dropna(subset=["kode_wilayah"])
    counts = late.groupby("kode_wilayah", as_index=False).agg(
        count=("id_rekon", "size"), source_file=("source_file", "min")
    )
    said = context.say_each("late", count=counts["count"].astype("Int64"))
    village = dotted_village_code(counts["kode_wilayah"])
    return of_no_household(counts["kode_wilayah"], said, place=counts, kode_desa=village)


def unexplained_refusal(context: Context) -> pd.DataFrame:
    """A visit says "not eligible" and gives no reason."""
    returns = _returned(context)
    refused = returns[(returns["hasil"] == VisitResult.NOT_ELIGIBLE) & returns["alasan"].isna()]
    return _of_returns(context, refused, "no_reason")


def no_valid_decree(context: Context) -> pd.DataFrame:
    """A kabupaten with P3KE families has no decree that is valid on the reference day."""
    day = pd.Timestamp(context.reference_date)
    decrees = decrees_of(context)
    begun = decrees["tanggal"].isna() | (decrees["tanggal"] <= day)
    valid = decrees[begun & ~(decrees["berlaku_sampai"] < day)]
    listed = context.households.loc[context.households["registry"] == Registry.P3KE, "kode_desa"]
    regencies = pd.Series(sorted(set(listed.dropna().str.slice(0, 5))), dtype="str")
    without = regencies[~regencies.isin(valid["kode_kab"])]
    expired = without.isin(decrees["kode_kab"])
    said = pd.Series(context.say("no_decree"), index=without.index, dtype="str")
    return of_no_household(without, said.mask(expired, context.say("old_decree")), kode_kab=without)


def _visits(context: Context) -> pd.DataFrame:
    return context.references.get(Content.RETURNS, RETURNS.empty())


def _returned(context: Context) -> pd.DataFrame:
    return _visits(context).dropna(subset=["id_rekon", "hasil"])


def _of_returns(context: Context, returns: pd.DataFrame, words: str) -> pd.DataFrame:
    """Return one finding per household of ``returns``; of a household that is no more, one without it."""
    once = returns.sort_values(["id_rekon", *PLACE]).drop_duplicates("id_rekon")
    said = pd.Series(context.say(words), index=once.index, dtype="str")
    village = dotted_village_code(once["kode_wilayah"])
    found = of_no_household(once["id_rekon"], said, place=once, kode_desa=village)
    rows = pd.Series(context.reconciled.index, index=context.reconciled["id_rekon"])
    return found.assign(row=once["id_rekon"].map(rows).astype("Int64"))


RULES = (
    Rule("P01", Severity.HIGH, no_minutes, (Basis.RETURNS,), needs=(Content.RETURNS,)),
    Rule("P02", Severity.HIGH, conflicting_results, (Basis.RETURNS,), needs=(Content.RETURNS,)),
    Rule("P03", Severity.MEDIUM, village_is_late, (Basis.RETURNS,), needs=(Content.RETURNS,)),
    Rule("P04", Severity.HIGH, unexplained_refusal, (Basis.RETURNS,), needs=(Content.RETURNS,)),
    Rule("P05", Severity.HIGH, no_valid_decree, (Basis.LISTS,), needs=(Content.DECREES,)),
)
