"""Rules on who somebody is: NIK, family card, name, birth date, sex (codes I)."""

import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.discrepancies.evidence import (
    SIDES,
    evidence,
    flagged_values,
    per_side,
)
from reconcile.discrepancies.rule import Rule
from reconcile.frames import among
from reconcile.identifiers import nik_birth_dates
from reconcile.text.similarity import name_similarity
from reconcile.vocab import Reason, Severity


def missing_nik(context: Context) -> pd.DataFrame:
    """The head of the family has no NIK, and none was written either."""
    flagged = context.flagged
    written = flagged.loc[flagged["head"] & (flagged["column"] == "nik"), "record_id"]

    def find(table: pd.DataFrame, side: str) -> pd.Series:
        empty = table[f"nik_{side}"].isna() & ~among(table[f"record_id_{side}"], written)
        return pd.Series(context.say("empty"), index=table.index, dtype="str").where(empty)

    return per_side(context, find)


def invalid_nik(context: Context) -> pd.DataFrame:
    """A NIK is not 16 digits, is masked, or encodes no date; another region never makes it invalid."""
    return flagged_values(context, "nik", Reason.NIK_LENGTH, Reason.NIK_DATE, Reason.NIK_MASKED)


def placeholder_nik(context: Context) -> pd.DataFrame:
    """A filler stands where a NIK belongs."""
    return flagged_values(context, "nik", Reason.NIK_PLACEHOLDER)


def damaged_nik(context: Context) -> pd.DataFrame:
    """A spreadsheet has turned the NIK into a number and lost its last digits."""
    codes = (Reason.NIK_SCIENTIFIC, Reason.NIK_ROUNDED, Reason.ID_PRECISION)
    return flagged_values(context, "nik", *codes, Reason.CELL_ERROR, Reason.FORMULA_NO_VALUE)


def nik_against_birth(context: Context) -> pd.DataFrame:
    """Birth date or sex of the head differ from what the NIK encodes (day plus 40 for women)."""

    def find(table: pd.DataFrame, side: str) -> pd.Series:
        coded = nik_birth_dates(table[f"nik_{side}"])
        birth, sex = table[f"tanggal_lahir_{side}"], table[f"jenis_kelamin_{side}"]
        parts = {"hari": birth.dt.day, "bulan": birth.dt.month, "tahun2": birth.dt.year % 100}
        other_date = pd.Series(data=False, index=table.index)
        for part, value in parts.items():
            other_date |= (coded[part] != value).fillna(value=False)
        other_date &= birth.notna()
        other_sex = (coded["jenis_kelamin"] != sex) & sex.notna() & coded["jenis_kelamin"].notna()
        said = pd.Series(context.say("birth"), index=table.index, dtype="str").where(other_date)
        said = said.mask(other_sex, context.say("sex"))
        return said.mask(other_sex & other_date, context.say("birth_and_sex"))

    return per_side(context, find)


def different_nik(context: Context) -> pd.DataFrame:
    """A matched family has a valid NIK of its head in both registries, and they differ."""
    pairs = context.matched.loc[~context.head_changed, ["nik_p3ke", "nik_bps"]].dropna()
    pairs = pairs[pairs["nik_p3ke"] != pairs["nik_bps"]]
    apart = sum(
        (pairs["nik_p3ke"].str.get(place) != pairs["nik_bps"].str.get(place)).astype("int64")
        for place in range(16)
    )
    said = context.say_each("digits", count=pd.Series(apart, index=pairs.index, dtype="Int64"))
    return evidence(pairs.index, p3ke=said, bps=said, values=pairs["nik_p3ke"] + "|" + pairs["nik_bps"])


def spelling_of_name(context: Context) -> pd.DataFrame:
    """The same head is written differently in the two registries."""
    pairs = context.same_head
    names = [pairs[f"nama_{side}"].str.upper() for side in SIDES]
    pairs, names = pairs[names[0] != names[1]], [name[names[0] != names[1]] for name in names]
    score = name_similarity(*names)
    percent = pd.Series(score, index=pairs.index).mul(100).round().astype("int64")
    said = context.say_each("alike", percent=percent)
    return evidence(said.index, p3ke=said, bps=said, values=names[0] + "|" + names[1])


def different_person_data(context: Context) -> pd.DataFrame:
    """Birth date or sex of the same head differ between the registries."""
    pairs = context.same_head
    days = (pairs["tanggal_lahir_p3ke"] - pairs["tanggal_lahir_bps"]).dt.days.abs().astype("Int64")
    sexes = pairs[["jenis_kelamin_p3ke", "jenis_kelamin_bps"]]
    other_sex = sexes.notna().all(axis="columns") & (
        sexes["jenis_kelamin_p3ke"] != sexes["jenis_kelamin_bps"]
    )
    said = context.say_each("days", days=days.where(days > 0))
    said = said.mask(other_sex, said.fillna("") + " " + context.say("other_sex")).str.strip().dropna()
    return evidence(said.index, p3ke=said, bps=said)


def not_in_civil_registry(context: Context) -> pd.DataFrame:
    """The source itself says that the NIK of the head was not found by the civil registry."""

    def find(table: pd.DataFrame, side: str) -> pd.Series:
        unknown = (table[f"padan_dukcapil_{side}"] == "tidak").fillna(value=False)
        return pd.Series(context.say("not_dukcapil"), index=table.index, dtype="str").where(unknown)

    return per_side(context, find)


def family_card(context: Context) -> pd.DataFrame:
    """The number of the family card is missing where its source gives it, unusable, or differs in a pair."""
    codes = (Reason.KK, Reason.KK_SCIENTIFIC, Reason.KK_PLACEHOLDER, Reason.KK_ROUNDED, Reason.KK_MASKED)
    unusable = flagged_values(context, "no_kk", *codes)

    def find(table: pd.DataFrame, side: str) -> pd.Series:
        card = table[f"no_kk_{side}"]
        given = card.notna().groupby(table[f"source_{side}"]).transform("any")
        flagged = table.index.isin(unusable.loc[unusable["side"] == side, "row"])
        empty = card.isna() & given & ~flagged
        return pd.Series(context.say("empty"), index=table.index, dtype="str").where(empty)

    pairs = context.matched[["no_kk_p3ke", "no_kk_bps"]].dropna()
    pairs = pairs[pairs["no_kk_p3ke"] != pairs["no_kk_bps"]]
    said = context.say("other_card")
    differ = evidence(
        pairs.index, p3ke=said, bps=said, about="beda", values=pairs["no_kk_p3ke"] + "|" + pairs["no_kk_bps"]
    )
    return pd.concat([unusable, per_side(context, find), differ], ignore_index=True)


def missing_name(context: Context) -> pd.DataFrame:
    """The head of the family has no name."""

    def find(table: pd.DataFrame, side: str) -> pd.Series:
        empty = table[f"nama_{side}"].isna()
        return pd.Series(context.say("empty"), index=table.index, dtype="str").where(empty)

    return per_side(context, find)


RULES = (
    Rule("I01", Severity.HIGH, missing_nik),
    Rule("I02", Severity.HIGH, invalid_nik),
    Rule("I03", Severity.HIGH, placeholder_nik),
    Rule("I04", Severity.HIGH, damaged_nik),
    Rule("I05", Severity.MEDIUM, nik_against_birth, fields=("nik",)),
    Rule("I06", Severity.HIGH, different_nik, fields=("nik",), field=True),
    Rule("I07", Severity.HIGH, not_in_civil_registry, fields=("padan_dukcapil",)),
    Rule("I08", Severity.MEDIUM, family_card, fields=("no_kk",)),
    Rule("I09", Severity.HIGH, missing_name),
    Rule("I10", Severity.LOW, spelling_of_name),
    Rule("I11", Severity.MEDIUM, different_person_data, fields=("tanggal_lahir", "jenis_kelamin")),
)
