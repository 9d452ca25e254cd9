"""Every rule, in one place. A new rule: a function here, a line in RULES, its sentences in the catalogue.

A rule returns evidence: ``row`` (of the reconciled table), ``p3ke`` and ``bps`` (what each side says, never
an identity), and ``about`` where one household can have several findings of a rule. Its docstring says what
the finding is. Codes never change meaning; a retired one is not used again.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.discrepancies.evidence import (
    SIDES,
    evidence,
    flagged_values,
    how_many,
    name_similarity,
    people,
    per_record,
    per_side,
    repeated,
    with_status,
)
from reconcile.identifiers import nik_birth_dates
from reconcile.text.names import clean_names, phonetic_names
from reconcile.text.places import place_keys
from reconcile.vocab import (
    CodeStatus,
    MatchStatus,
    Placement,
    PointReading,
    Position,
    Reason,
    Relationship,
    Severity,
)

ALIKE = 0.85
#: P3KE is published as the poorest 40 percent.
HIGHEST_DECILE = {"p3ke": 4, "bps": 10}


@dataclass(frozen=True)
class Rule:
    """One rule: its code, how grave it is, and the function that finds it."""

    code: str
    severity: Severity
    find: Callable[[Context], pd.DataFrame]


def missing_nik(context: Context) -> pd.DataFrame:
    """The head of the family has no NIK, and none was written either."""
    flagged = context.flagged
    written = set(flagged.loc[flagged["head"] & (flagged["column"] == "nik"), "record_id"])

    def find(table: pd.DataFrame, side: str) -> pd.Series:
        empty = table[f"nik_{side}"].isna() & ~table[f"record_id_{side}"].isin(written)
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
    pairs = context.matched[~context.head_changed].dropna(subset=["nik_p3ke", "nik_bps"])
    pairs = pairs[pairs["nik_p3ke"] != pairs["nik_bps"]]
    apart = sum(
        (pairs["nik_p3ke"].str.get(place) != pairs["nik_bps"].str.get(place)).astype("int64")
        for place in range(16)
    )
    said = context.say_each("digits", count=pd.Series(apart, index=pairs.index, dtype="Int64"))
    return evidence(pairs.index, p3ke=said, bps=said)


def spelling_of_name(context: Context) -> pd.DataFrame:
    """The same head is written differently in the two registries."""
    pairs = context.same_head
    names = [pairs[f"nama_{side}"].str.upper() for side in SIDES]
    pairs, names = pairs[names[0] != names[1]], [name[names[0] != names[1]] for name in names]
    score = name_similarity(*names)
    percent = pd.Series(score, index=pairs.index).mul(100).round().astype("int64")
    said = context.say_each("alike", percent=percent)
    return evidence(said.index, p3ke=said, bps=said)


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


def family_twice(context: Context) -> pd.DataFrame:
    """One registry lists a family twice: same name of head, and same NIK or same birth date and village."""
    twice = context.households.dropna(subset=["kelompok_ganda"])
    count = how_many(twice, ["registry", "kelompok_ganda"])
    return per_record(context, twice, context.say_each("families", count=count))


def nik_of_several(context: Context) -> pd.DataFrame:
    """One NIK stands on several people of one registry whose names and birth dates are not alike."""
    everyone = repeated(people(context), "nik")
    everyone = everyone.assign(sound=phonetic_names(clean_names(everyone["nama"])))
    everyone = everyone.sort_values(["registry", "nik", "sound", "tanggal_lahir"])
    owner = [everyone["registry"], everyone["nik"]]
    first = everyone[["sound", "tanggal_lahir"]].groupby(owner).transform("first")
    other_name = name_similarity(everyone["sound"], first["sound"]) < ALIKE
    strange = (everyone["tanggal_lahir"] != first["tanggal_lahir"]) & other_name
    several = everyone[strange.groupby(owner).transform("any")]
    count = how_many(several, ["registry", "nik"])
    return per_record(context, several, context.say_each("people", count=count))


def member_of_two(context: Context) -> pd.DataFrame:
    """A member with one valid NIK stands in two families of one registry that are not one family twice."""
    twice = context.households.dropna(subset=["kelompok_ganda"])["record_id"]
    persons = context.members.dropna(subset=["nik", "record_id"])
    persons = persons[(persons["hubungan"] != Relationship.HEAD) & ~persons["record_id"].isin(twice)]
    both = repeated(persons.drop_duplicates(["registry", "nik", "record_id"]), "nik")
    count = how_many(both, ["registry", "nik"])
    return per_record(context, both, context.say_each("families", count=count))


def only_in_p3ke(context: Context) -> pd.DataFrame:
    """No family of the BPS list comes near enough."""
    return with_status(context, MatchStatus.ONLY_P3KE, p3ke="listed", bps="not_listed")


def only_in_bps(context: Context) -> pd.DataFrame:
    """No family of the P3KE list comes near enough."""
    return with_status(context, MatchStatus.ONLY_BPS, p3ke="not_listed", bps="listed")


def doubtful_pair(context: Context) -> pd.DataFrame:
    """Two families may be one; the score lies between the two thresholds."""
    table = context.reconciled
    pairs = table[(table["status_padan"] == MatchStatus.REVIEW) & table["record_id_p3ke"].notna()]
    said = context.say_each("score", score=pairs["skor"].astype("float64").map("{:.3f}".format))
    return evidence(pairs.index, p3ke=said, bps=said)


def unknown_code(context: Context) -> pd.DataFrame:
    """The village code stands in no edition of the list."""
    return per_side(
        context, lambda t, s: t[f"kode_wilayah_{s}"].where(t[f"status_kode_{s}"] == CodeStatus.UNKNOWN)
    )


def code_against_name(context: Context) -> pd.DataFrame:
    """The village name beside a valid code is another village's, or like no name of the code's village."""

    def find(table: pd.DataFrame, side: str) -> pd.Series:
        code, named, written = (
            table[f"{column}_{side}"] for column in ("desa_kode", "desa_nama", "nama_desa")
        )
        other = code.notna() & written.notna() & (named != code)
        unlike = other & (
            named.notna()
            | ~_name_of(context, code[other], written[other]).reindex(table.index, fill_value=False)
        )
        named = named.fillna(context.say("unknown"))
        return context.say_each("code_and_name", code=code.where(unlike), named=named)

    return per_side(context, find)


def outdated_code(context: Context) -> pd.DataFrame:
    """The village code was valid in an older edition."""
    return per_side(
        context, lambda t, s: t[f"kode_wilayah_{s}"].where(t[f"status_kode_{s}"] == CodeStatus.OUTDATED)
    )


def different_village(context: Context) -> pd.DataFrame:
    """A matched family is in different villages."""
    pairs = context.matched.dropna(subset=["kode_desa_p3ke", "kode_desa_bps"])
    pairs = pairs[pairs["kode_desa_p3ke"] != pairs["kode_desa_bps"]]
    return evidence(pairs.index, p3ke=pairs["kode_desa_p3ke"], bps=pairs["kode_desa_bps"])


def point_outside(context: Context) -> pd.DataFrame:
    """The measured point lies farther from the stated village than the tolerance."""

    def find(table: pd.DataFrame, side: str) -> pd.Series:
        metres = table[f"jarak_m_{side}"]
        far = (metres > context.tolerances.metres).fillna(value=False)
        return (metres.round().astype("Int64").astype("str") + " m").where(far)

    return per_side(context, find)


def invalid_point(context: Context) -> pd.DataFrame:
    """A coordinate was given but cannot be read, is swapped, incomplete, or outside the province."""
    flagged = context.flagged
    swapped = flagged.loc[flagged["code"] == Reason.SAID_SWAPPED, "record_id"]

    def find(table: pd.DataFrame, side: str) -> pd.Series:
        halves = table[[f"lintang_{side}", f"bujur_{side}"]].notna()
        reading = table[f"baca_titik_{side}"]
        turned = reading.isin([one.value for one in PointReading if one.turned])
        unusable = halves.any(axis="columns") & ((table[f"posisi_{side}"] != Position.MEASURED) | turned)
        said = pd.Series(context.say("outside"), index=table.index, dtype="str")
        said = said.mask(~halves.all(axis="columns"), context.say("incomplete"))
        said = said.mask(turned, context.say("sign"))
        read_swapped = reading == PointReading.SWAPPED
        said = said.mask(read_swapped | table[f"record_id_{side}"].isin(swapped), context.say("swapped"))
        return said.where(unusable)

    codes = (Reason.COORDINATE, Reason.CELL_ERROR, Reason.FORMULA_NO_VALUE)
    unread = pd.concat([flagged_values(context, column, *codes) for column in ("lintang", "bujur")])
    every = pd.concat([unread.sort_values("about"), per_side(context, find)], ignore_index=True)
    return every.assign(about="").drop_duplicates(["row", "side"])


def not_placed(context: Context) -> pd.DataFrame:
    """Neither coordinate nor code nor names lead to a village."""
    table = context.reconciled
    lost = table.index[table["cara_lokasi"] == Placement.NONE]
    return evidence(lost)


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


def different_decile(context: Context) -> pd.DataFrame:
    """The decile differs by the tolerance or more."""
    pairs = context.matched
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


RULES = (
    Rule("I01", Severity.HIGH, missing_nik),
    Rule("I02", Severity.HIGH, invalid_nik),
    Rule("I03", Severity.HIGH, placeholder_nik),
    Rule("I04", Severity.HIGH, damaged_nik),
    Rule("I05", Severity.MEDIUM, nik_against_birth),
    Rule("I06", Severity.HIGH, different_nik),
    Rule("I10", Severity.LOW, spelling_of_name),
    Rule("I11", Severity.MEDIUM, different_person_data),
    Rule("G01", Severity.HIGH, family_twice),
    Rule("G02", Severity.CRITICAL, nik_of_several),
    Rule("G03", Severity.HIGH, member_of_two),
    Rule("K01", Severity.HIGH, only_in_p3ke),
    Rule("K02", Severity.HIGH, only_in_bps),
    Rule("K03", Severity.MEDIUM, doubtful_pair),
    Rule("W01", Severity.HIGH, unknown_code),
    Rule("W02", Severity.HIGH, code_against_name),
    Rule("W04", Severity.INFO, outdated_code),
    Rule("W05", Severity.HIGH, different_village),
    Rule("W06", Severity.HIGH, point_outside),
    Rule("W07", Severity.MEDIUM, invalid_point),
    Rule("W08", Severity.MEDIUM, not_placed),
    Rule("E04", Severity.LOW, different_size),
    Rule("E05", Severity.MEDIUM, different_head),
    Rule("E06", Severity.HIGH, no_adult),
    Rule("E07", Severity.MEDIUM, heads_not_one),
    Rule("D01", Severity.HIGH, different_decile),
    Rule("D02", Severity.MEDIUM, decile_out_of_range),
    Rule("B04", Severity.MEDIUM, different_aid),
)


def _name_of(context: Context, code: pd.Series, written: pd.Series) -> pd.Series:
    """Return whether each written village name is alike one of the names of the village of ``code``."""
    names = context.register.names.drop_duplicates(["kode_desa", "desa"])[["kode_desa", "desa"]]
    asked = pd.DataFrame({"kode_desa": code, "key": place_keys(written, "desa")}).reset_index()
    asked = asked.merge(names, on="kode_desa")
    alike = pd.Series(name_similarity(asked["key"], asked["desa"]) >= ALIKE, asked["index"])
    return alike.groupby(level=0).any()
