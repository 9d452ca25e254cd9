"""Rules on who belongs to a family and whether it is still there (codes E)."""

import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.discrepancies.evidence import SIDES, evidence, per_record, per_side
from reconcile.discrepancies.listed import on_list, visited
from reconcile.discrepancies.rule import Basis, Rule
from reconcile.frames import among
from reconcile.vocab import Content, Severity, VisitResult


def different_size(context: Context) -> pd.DataFrame:
    """The number of members differs by the tolerance or more."""
    pairs = context.matched
    sizes = {
        side: pairs[f"jumlah_anggota_{side}"].fillna(pairs[f"jumlah_baris_anggota_{side}"]) for side in SIDES
    }
    apart = (
        ((sizes["p3ke"] - sizes["bps"]).abs() >= context.tolerances.members)
        & (sizes["p3ke"] > 0)
        & (sizes["bps"] > 0)
    )
    apart = apart.fillna(value=False)
    return evidence(pairs.index[apart], **{side: sizes[side][apart].astype("str") for side in SIDES})


def different_head(context: Context) -> pd.DataFrame:
    """The head in one registry is a member in the other."""
    said = context.say("other_head")
    return evidence(context.matched.index[context.head_changed], p3ke=said, bps=said)


def no_adult(context: Context) -> pd.DataFrame:
    """No member is 17 or older at the reference date."""

    def find(table: pd.DataFrame, side: str) -> pd.Series:
        none = (~table[f"punya_dewasa_{side}"]).fillna(value=False)
        return pd.Series(context.say("no_adult"), index=table.index, dtype="str").where(none)

    return per_side(context, find)


def heads_not_one(context: Context) -> pd.DataFrame:
    """The members name no head, or several."""

    def find(table: pd.DataFrame, side: str) -> pd.Series:
        heads = table[f"jumlah_kepala_{side}"]
        wrong = ((heads != 1) & (table[f"jumlah_baris_anggota_{side}"] > 0)).fillna(value=False)
        return context.say_each("heads", count=heads.where(wrong))

    return per_side(context, find)


def deceased(context: Context) -> pd.DataFrame:
    """A person of the family stands in a list of deaths, or a visit reported a death."""
    return _listed_or_visited(context, Content.DEATHS, VisitResult.DEAD)


def moved(context: Context) -> pd.DataFrame:
    """A person of the family stands in a list of those who moved away, or a visit reported it."""
    return _listed_or_visited(context, Content.MOVES, VisitResult.MOVED_OUT)


def not_found(context: Context) -> pd.DataFrame:
    """A visit did not find the family."""
    return visited(context, VisitResult.UNKNOWN)


#: How the sources write that somebody is a civil servant, soldier, policeman or official (formats.md 1.4).
_SERVANT = r"\b(?:PNS|ASN|TNI|POLRI|PPPK|PEJABAT NEGARA|PEGAWAI NEGERI(?: SIPIL)?)\b"


def public_servant(context: Context) -> pd.DataFrame:
    """A person's occupation is public servant, or the person stands in the list of civil servants."""
    members = context.members[["registry", "record_id", "pekerjaan"]].dropna()
    # a few texts stand for everybody
    written = pd.Series(members["pekerjaan"].unique(), dtype="str")
    work = written.str.upper()
    serving = written[work.str.contains(_SERVANT, regex=True) & ~work.str.contains("PENSIUN")]
    servants = members[among(members["pekerjaan"], serving)]
    said = pd.Series(context.say("servant"), index=servants.index, dtype="str")
    by_work = per_record(context, servants, said, about="pekerjaan")
    return pd.concat([by_work, on_list(context, Content.SERVANTS)], ignore_index=True)


def other_exclusion(context: Context) -> pd.DataFrame:
    """A person of the family stands in a list of those who meet a criterion of exclusion."""
    return on_list(context, Content.EXCLUSIONS)


def _listed_or_visited(context: Context, content: Content, result: VisitResult) -> pd.DataFrame:
    return pd.concat([on_list(context, content), visited(context, result)], ignore_index=True)


RULES = (
    Rule(
        "E01",
        Severity.CRITICAL,
        deceased,
        (Basis.LISTS, Basis.RETURNS),
        either=(Content.DEATHS, Content.RETURNS),
        field=True,
    ),
    Rule(
        "E02",
        Severity.HIGH,
        moved,
        (Basis.LISTS, Basis.RETURNS),
        either=(Content.MOVES, Content.RETURNS),
        field=True,
    ),
    Rule("E03", Severity.HIGH, not_found, (Basis.RETURNS,), needs=(Content.RETURNS,)),
    Rule("E04", Severity.LOW, different_size),
    Rule("E05", Severity.MEDIUM, different_head, field=True),
    Rule("E06", Severity.HIGH, no_adult, field=True),
    Rule("E07", Severity.MEDIUM, heads_not_one),
    Rule(
        "E08",
        Severity.CRITICAL,
        public_servant,
        (Basis.EXTRACTS, Basis.LISTS),
        also=(Content.SERVANTS,),
        fields=("pekerjaan",),
    ),
    Rule("E09", Severity.HIGH, other_exclusion, (Basis.LISTS,), needs=(Content.EXCLUSIONS,), field=True),
)
