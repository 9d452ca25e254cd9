"""Rules on deciles and on who should be a target (codes D and T)."""

import pandas as pd

from reconcile.discrepancies.assets import contradictions, signs
from reconcile.discrepancies.context import Context
from reconcile.discrepancies.evidence import SIDES, evidence, of_no_household, per_side
from reconcile.discrepancies.listed import decrees_of, no_longer_poor
from reconcile.discrepancies.rule import LAST_RUN, Basis, Rule
from reconcile.vocab import Content, MatchStatus, Registry, Severity

#: P3KE is published as the poorest 40 percent.
HIGHEST_DECILE = {"p3ke": 4, "bps": 10}


def different_decile(context: Context) -> pd.DataFrame:
    """The decile differs by the tolerance or more; what is none of 1 to 10 is no decile, but D02."""
    pairs = context.matched
    deciles = pairs[[f"desil_{side}" for side in SIDES]]
    pairs = pairs[((deciles >= 1) & (deciles <= 10)).fillna(value=False).all(axis="columns")]
    apart = (pairs["desil_p3ke"] - pairs["desil_bps"]).abs() >= context.tolerances.deciles
    apart = apart.fillna(value=False)
    return evidence(pairs.index[apart], **{s: pairs.loc[apart, f"desil_{s}"].astype("str") for s in SIDES})


def decile_out_of_range(context: Context) -> pd.DataFrame:
    """The decile is missing where its source gives deciles, or outside 1 to 10 (P3KE: 1 to 4)."""

    def find(table: pd.DataFrame, side: str) -> pd.Series:
        decile = table[f"desil_{side}"]
        given = decile.notna().groupby(table[f"source_{side}"]).transform("any")
        wrong = ~decile.between(1, HIGHEST_DECILE[side]).fillna(value=False)
        return decile.astype("str").fillna(context.say("empty")).where(wrong & given)

    return per_side(context, find)


def assets_against_decile(context: Context) -> pd.DataFrame:
    """House and savings in one list contradict that a list has the family among the target deciles."""
    # the signs of one list count together, those of two do not: they were seen on different days
    table = context.reconciled
    decile = table[["desil_p3ke", "desil_bps"]].min(axis="columns")
    table = table[(decile <= context.tolerances.target_decile).fillna(value=False)]
    against = {side: contradictions(table, side) for side in SIDES}
    counts = pd.DataFrame({side: of_side.sum(axis="columns") for side, of_side in against.items()})
    rows = table.index[(counts >= context.tolerances.contradictions).any(axis="columns")]
    said = {side: _of_house(context, table.loc[rows], against[side].loc[rows], side) for side in SIDES}
    return evidence(rows, **said)


def _of_house(context: Context, table: pd.DataFrame, against: pd.DataFrame, side: str) -> pd.Series:
    """Return decile and signs of one list in words; empty where it does not have the family."""
    decile = table[f"desil_{side}"].astype("str").fillna("-")
    which = pd.Series("", index=table.index, dtype="str")
    for name in signs():
        found = against[name].fillna(value=False)
        which = which.mask(found, which + ", " + context.say(f"sign_{name}"))
    which = which.str.removeprefix(", ").mask(which == "", "-")
    count, whole = against.sum(axis="columns"), against.notna().sum(axis="columns")
    said = context.say_each("signs", decile=decile, count=count, whole=whole, which=which)
    said = said.mask(whole == 0, context.say_each("no_sign", decile=decile))
    return said.where(table[f"record_id_{side}"].notna(), "")


def decile_jump(context: Context) -> pd.DataFrame:
    """The decile of a record has changed by the tolerance or more since the last run."""
    table, before = context.reconciled, context.before
    parts = []
    for side in SIDES:
        known = before.dropna(subset=[f"record_id_{side}", f"desil_{side}"])
        known = known.sort_values("terakhir_muncul").drop_duplicates(f"record_id_{side}", keep="last")
        old = table[f"record_id_{side}"].map(known.set_index(f"record_id_{side}")[f"desil_{side}"])
        old = old.astype("Int64")
        jumped = ((table[f"desil_{side}"] - old).abs() >= context.tolerances.decile_jump).fillna(value=False)
        now = table.loc[jumped, f"desil_{side}"].astype("str")
        was = context.say_each("decile_before", decile=old[jumped])
        parts.append(evidence(now.index).assign(**{"side": side, side: now.array, "acuan": was.array}))
    return pd.concat(parts, ignore_index=True)


def extreme_poor_differs(context: Context) -> pd.DataFrame:
    """One registry has the family among the target deciles of extreme poverty, the other has not."""
    pairs = context.matched[["desil_p3ke", "desil_bps"]].dropna()
    target = {side: pairs[f"desil_{side}"] <= context.tolerances.target_decile for side in SIDES}
    apart = target["p3ke"] != target["bps"]
    words = {True: context.say("target"), False: context.say("not_target")}
    return evidence(pairs.index[apart], **{side: target[side][apart].map(words) for side in SIDES})


def stale_record(context: Context) -> pd.DataFrame:
    """The record was last brought up to date longer ago than the tolerance."""

    def find(table: pd.DataFrame, side: str) -> pd.Series:
        age = context.reference_date.year - table[f"tahun_mutakhir_{side}"]
        return context.say_each("age", years=age.where((age > context.tolerances.years).fillna(value=False)))

    return per_side(context, find)


def wrongly_included(context: Context) -> pd.DataFrame:
    """P3KE lists the family as a target, the BPS list says that it is not poor, or a visit says so."""
    pairs = context.matched[["desil_bps"]].dropna()
    rich = pairs[pairs["desil_bps"] >= context.tolerances.not_poor_decile]
    found = evidence(rich.index, p3ke=context.say("listed"), bps=rich["desil_bps"].astype("str"))
    return pd.concat([found, no_longer_poor(context)], ignore_index=True)


def wrongly_excluded(context: Context) -> pd.DataFrame:
    """The BPS list has the family among the target deciles, P3KE does not list it at all."""
    table = context.reconciled
    poor = (table["desil_bps"] <= context.tolerances.target_decile).fillna(value=False)
    left_out = table.loc[poor & (table["status_padan"] == MatchStatus.ONLY_BPS), ["desil_bps"]]
    said = context.say("not_listed")
    return evidence(left_out.index, p3ke=said, bps=left_out["desil_bps"].astype("str"))


def annex_differs(context: Context) -> pd.DataFrame:
    """The annex of the decree has another number of families than the P3KE list of the kabupaten."""
    decrees = decrees_of(context).dropna(subset=["kode_kab", "jumlah_keluarga"])
    families = context.households[["registry", "kode_desa"]]
    listed = families.loc[families["registry"] == Registry.P3KE, "kode_desa"]
    counts = listed.str.slice(0, 5).value_counts()
    ours = decrees["kode_kab"].map(counts).fillna(0).astype("Int64")
    wrong = decrees[ours != decrees["jumlah_keluarga"]]
    said = context.say_each("annex", annex=wrong["jumlah_keluarga"], listed=ours[wrong.index])
    return of_no_household(
        wrong["kode_kab"] + "|" + wrong["nomor"].fillna(""), said, place=wrong, kode_kab=wrong["kode_kab"]
    )


RULES = (
    Rule("D01", Severity.HIGH, different_decile, fields=("desil",), field=True, version=2),
    Rule("D02", Severity.MEDIUM, decile_out_of_range, fields=("desil",)),
    Rule("D03", Severity.MEDIUM, assets_against_decile, fields=tuple(signs()), field=True),
    Rule(
        "D04", Severity.HIGH, decile_jump, (Basis.HISTORY,), needs=(LAST_RUN,), fields=("desil",), field=True
    ),
    Rule("D05", Severity.HIGH, extreme_poor_differs, fields=("desil",), field=True),
    Rule("D06", Severity.MEDIUM, stale_record, fields=("tahun_mutakhir",)),
    Rule(
        "T01",
        Severity.HIGH,
        wrongly_included,
        (Basis.EXTRACTS, Basis.RETURNS),
        also=(Content.RETURNS,),
        fields=("desil",),
        field=True,
    ),
    Rule("T02", Severity.HIGH, wrongly_excluded, fields=("desil",), field=True),
    Rule("T03", Severity.HIGH, annex_differs, (Basis.LISTS,), needs=(Content.DECREES,)),
)
