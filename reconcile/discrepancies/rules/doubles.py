"""Rules on what stands twice, or is one thing here and two there (codes G)."""

import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.discrepancies.evidence import (
    evidence,
    how_many,
    people,
    per_record,
    repeated,
)
from reconcile.discrepancies.rule import Rule
from reconcile.frames import looked_up
from reconcile.text.names import clean_names, phonetic_words
from reconcile.text.similarity import one_person
from reconcile.vocab import FamilyPart, Relationship, Severity


def family_twice(context: Context) -> pd.DataFrame:
    """One registry lists a family twice: same name of head, and same NIK or same birth date and village."""
    twice = context.households[["registry", "record_id", "kelompok_ganda"]].dropna(subset=["kelompok_ganda"])
    count = how_many(twice, ["registry", "kelompok_ganda"])
    return per_record(context, twice, context.say_each("families", count=count))


def nik_of_several(context: Context) -> pd.DataFrame:
    """One NIK stands on several people of one registry whose names are not alike, but for a family twice."""
    bearers = repeated(people(context), "nik")
    words = phonetic_words(clean_names(bearers["nama"]))
    bearers = bearers.assign(words=words, family=_families_of(context, bearers))
    bearers = bearers.sort_values(["registry", "nik", "words", "tanggal_lahir", "record_id"])
    owner = [bearers["registry"], bearers["nik"]]
    first = bearers[["words", "tanggal_lahir", "record_id", "family"]].groupby(owner).transform("first")
    copy = (bearers["family"] == first["family"]) & (bearers["record_id"] != first["record_id"])
    strange = ~one_person(bearers, first) & ~copy
    several = bearers[strange.groupby(owner).transform("any")]
    count = how_many(several, ["registry", "nik"])
    return per_record(context, several, context.say_each("people", count=count))


def member_of_two(context: Context) -> pd.DataFrame:
    """A member with one valid NIK stands in two families of one registry that are not one family twice."""
    persons = context.members[["registry", "record_id", "nik", "hubungan"]]
    persons = persons[persons["hubungan"] != Relationship.HEAD].dropna(subset=["nik", "record_id"])
    persons = repeated(persons, "nik")
    persons = persons.assign(family=_families_of(context, persons))
    persons = persons.drop_duplicates(["registry", "nik", "record_id"])
    count = persons.groupby(["registry", "nik"])["family"].transform("nunique")
    both = persons[count > 1]
    return per_record(context, both, context.say_each("families", count=count[both.index].astype("Int64")))


def _families_of(context: Context, persons: pd.DataFrame) -> pd.Series:
    """Return the family of each person: the same for all rows of a family that is listed twice."""
    table = context.households[["record_id", "kelompok_ganda"]]
    group = looked_up(persons["record_id"], table["record_id"], table["kelompok_ganda"])
    return group.fillna(persons["record_id"])


def person_with_two_niks(context: Context) -> pd.DataFrame:
    """One name and birth date stand in one village of one registry under several valid NIKs."""
    by = ["registry", "nama", "tanggal_lahir", "kode_desa"]
    # one of whom no other is born on that day there is alone under any name
    persons = people(context).dropna(subset=by)
    persons = persons[persons.duplicated(["registry", "tanggal_lahir", "kode_desa"], keep=False)]
    persons = persons.assign(nama=persons["nama"].str.upper())
    others = persons.groupby(by)["nik"].transform("nunique")
    several = persons[others > 1].assign(others=others[others > 1])
    about = several["nama"] + "|" + several["tanggal_lahir"].dt.strftime("%Y-%m-%d").astype("str")
    said = context.say_each("niks", count=several["others"].astype("Int64"))
    return per_record(context, several, said, about=about)


def family_in_two_villages(context: Context) -> pd.DataFrame:
    """One registry lists a family twice, in different villages."""
    families = context.households[["registry", "record_id", "kelompok_ganda", "kode_desa"]]
    twice = families.dropna(subset=["kelompok_ganda", "kode_desa"])
    others = twice.groupby(["registry", "kelompok_ganda"])["kode_desa"].transform("nunique")
    apart = twice[others > 1]
    by = ["registry", "kelompok_ganda"]
    codes = apart.drop_duplicates([*by, "kode_desa"]).sort_values("kode_desa")
    villages = codes.groupby(by)["kode_desa"].agg(", ".join)
    said = villages.reindex(pd.MultiIndex.from_frame(apart[by])).set_axis(apart.index)
    return per_record(context, apart, said.astype("str"))


def split_or_merged(context: Context) -> pd.DataFrame:
    """A row has no partner of its own: its people stand in a family that is matched already."""
    table = context.reconciled
    words = {part.value: context.say(f"part_{part.value}") for part in (FamilyPart.SPLIT, FamilyPart.MERGED)}
    parts = table[table["relasi"].isin(list(words))]
    said = parts["relasi"].map(words)
    side = parts["record_id_p3ke"].notna()
    found = evidence(parts.index, p3ke=said.where(side, ""), bps=said.where(~side, ""))
    return found.assign(acuan=context.say("in_family") + " " + parts["id_keluarga_utama"].array)


RULES = (
    Rule("G01", Severity.HIGH, family_twice, version=2),
    Rule("G02", Severity.CRITICAL, nik_of_several, fields=("nik",), version=2),
    Rule("G03", Severity.HIGH, member_of_two, fields=("nik",), field=True, version=2),
    Rule("G04", Severity.MEDIUM, person_with_two_niks, fields=("nik",)),
    Rule("G05", Severity.HIGH, family_in_two_villages, field=True, version=2),
    Rule("G06", Severity.MEDIUM, split_or_merged),
)
