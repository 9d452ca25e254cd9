"""Rules on who receives aid (codes B)."""

import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.discrepancies.evidence import PLACE, SIDES, evidence, of_no_household, per_family
from reconcile.discrepancies.listed import people_on
from reconcile.discrepancies.rule import Basis, Rule
from reconcile.frames import among
from reconcile.vocab import Content, Severity

#: Programmes that the registries themselves tell of.
AIDS = ("pkh", "sembako", "blt")


def different_aid(context: Context) -> pd.DataFrame:
    """One registry says that the family receives PKH or Sembako, the other that it does not."""
    pairs = context.matched
    parts = []
    for aid in ("pkh", "sembako"):
        said = pairs[[f"terima_{aid}_{side}" for side in SIDES]].dropna()
        said = said[said.iloc[:, 0] != said.iloc[:, 1]]
        words = {True: context.say("received", aid=aid), False: context.say("not_received", aid=aid)}
        sides = {side: said[f"terima_{aid}_{side}"].map(words) for side in SIDES}
        parts.append(evidence(said.index, **sides, about=aid))
    return pd.concat(parts, ignore_index=True)


def on_no_list(context: Context) -> pd.DataFrame:
    """A recipient of aid stands in neither registry."""
    paid = context.listed(Content.RECIPIENTS)
    strange = paid[~paid.index.isin(people_on(context, Content.RECIPIENTS)["entry"])]
    about = _person(strange) + "|" + strange["program"].fillna("") + "|" + strange["periode"].fillna("")
    strange = strange.assign(about=about).sort_values(["about", *PLACE]).drop_duplicates("about")
    return of_no_household(strange["about"], _payment(context, strange), place=strange)


def no_aid(context: Context) -> pd.DataFrame:
    """A target family receives no aid: every known flag says no, and no list of recipients has it."""
    table = context.reconciled
    decile = table[["desil_p3ke", "desil_bps"]].min(axis="columns")
    target = (decile <= context.tolerances.target_decile).fillna(value=False)
    flags = table[[f"terima_{aid}_{side}" for aid in AIDS for side in SIDES]]
    none = flags.notna().any(axis="columns") & ~flags.fillna(value=False).any(axis="columns")
    paid = people_on(context, Content.RECIPIENTS)["record_id"]
    for side in SIDES:
        none &= ~among(table[f"record_id_{side}"], paid)
    rows = table.index[target & none]
    said = context.say("no_aid")
    held = {side: table.loc[rows, f"record_id_{side}"].notna() for side in SIDES}
    words = {side: pd.Series(said, index=rows, dtype="str").where(held[side], "") for side in SIDES}
    return evidence(rows, **words)


def double_aid(context: Context) -> pd.DataFrame:
    """A family receives two programmes that exclude each other (config ``disallowed``)."""
    table, parts = context.reconciled, []
    for one, other in context.tolerances.disallowed:
        flagged = {f"terima_{aid}_{side}" for aid in (one, other) for side in SIDES}
        if flagged <= set(table):
            for side in SIDES:
                both = table[f"terima_{one}_{side}"] & table[f"terima_{other}_{side}"]
                rows = table.index[both.fillna(value=False)]
                said = context.say("both_aids", one=one, other=other)
                parts.append(evidence(rows, about=f"{one}|{other}").assign(**{"side": side, side: said}))
    return pd.concat([*parts, _paid_both(context)], ignore_index=True)


def _paid_both(context: Context) -> pd.DataFrame:
    paid = people_on(context, Content.RECIPIENTS)
    paid = paid.assign(aid=paid["program"].str.casefold().str.strip())
    parts = [paid.head(0).assign(one="", other="")]
    for one, other in context.tolerances.disallowed:
        first, second = (paid[paid["aid"] == aid] for aid in (one, other))
        both = first[among(first["record_id"], second["record_id"])]
        parts.append(both.drop_duplicates("record_id").assign(one=one, other=other))
    both = pd.concat(parts, ignore_index=True)
    said = context.say_each("both_aids", one=both["one"], other=both["other"])
    return per_family(context, both, said, about=both["one"] + "|" + both["other"] + "|daftar")


def paid_after_exit(context: Context) -> pd.DataFrame:
    """Somebody who left the list was paid after that day."""
    paid, left = context.listed(Content.RECIPIENTS), context.listed(Content.EXITS)
    left = left.dropna(subset=["nik", "tanggal"]).sort_values("tanggal").drop_duplicates("nik")
    since = left.set_index("nik")["tanggal"].reindex(paid["nik"]).set_axis(paid.index)
    after = paid[(paid["tanggal"] > since).fillna(value=False)]
    about = _person(after) + "|" + after["program"].fillna("") + "|" + after["periode"].fillna("")
    after = after.assign(about=about).sort_values(["about", *PLACE]).drop_duplicates("about")
    return of_no_household(after["about"], _payment(context, after), place=after)


def paid_twice(context: Context) -> pd.DataFrame:
    """One NIK or family card stands twice in one programme and period."""
    paid, parts = context.listed(Content.RECIPIENTS), []
    for identity in ("nik", "no_kk"):
        by = [identity, "program", "periode"]
        once = paid.dropna(subset=[identity, "program"]).fillna({"periode": ""})
        count = once.groupby(by)["source_row"].transform("size")
        about = once[identity] + "|" + once["program"] + "|" + once["periode"]
        twice = once[count > 1].assign(count=count[count > 1], about=about[count > 1])
        parts.append(twice.sort_values(["about", *PLACE]).drop_duplicates("about"))
    twice = pd.concat(parts).drop_duplicates([*PLACE]).reset_index(drop=True)
    said = context.say_each("paid_twice", program=twice["program"], count=twice["count"].astype("Int64"))
    return of_no_household(twice["about"].astype("str"), said, place=twice)


def _person(rows: pd.DataFrame) -> pd.Series:
    """Return who a row of a list is about, for case ids only."""
    born = rows["tanggal_lahir"].dt.strftime("%Y-%m-%d").astype("str")
    name = rows["nama"].fillna("").str.upper() + "|" + born.fillna("")
    return rows["nik"].fillna(name).astype("str")


def _payment(context: Context, rows: pd.DataFrame) -> pd.Series:
    amount = rows["jumlah_rp"].fillna(0).round().astype("Int64").map("{:,}".format).astype("str")
    amount = amount.str.replace(",", ".")
    return context.say_each(
        "payment",
        program=rows["program"].fillna("-"),
        period=rows["periode"].fillna("-"),
        amount=amount,
    )


RULES = (
    Rule("B01", Severity.CRITICAL, on_no_list, (Basis.LISTS,), needs=(Content.RECIPIENTS,)),
    Rule(
        "B02",
        Severity.HIGH,
        no_aid,
        (Basis.EXTRACTS, Basis.LISTS),
        also=(Content.RECIPIENTS,),
        fields=("terima_pkh", "terima_sembako", "terima_blt"),
    ),
    Rule(
        "B03",
        Severity.HIGH,
        double_aid,
        (Basis.EXTRACTS, Basis.LISTS),
        also=(Content.RECIPIENTS,),
        fields=("terima_pkh", "terima_sembako", "terima_blt"),
    ),
    Rule("B04", Severity.MEDIUM, different_aid, fields=("terima_pkh", "terima_sembako")),
    Rule(
        "B05",
        Severity.CRITICAL,
        paid_after_exit,
        (Basis.LISTS,),
        needs=(Content.RECIPIENTS, Content.EXITS),
    ),
    Rule("B06", Severity.CRITICAL, paid_twice, (Basis.LISTS,), needs=(Content.RECIPIENTS,)),
)
