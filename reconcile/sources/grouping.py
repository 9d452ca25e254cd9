"""Families that stand twice in one registry, and the account of rows that became families and members."""

from dataclasses import dataclass

import pandas as pd

from reconcile.errors import ConservationError, Fault
from reconcile.text.names import clean_names, phonetic_names, phonetic_words
from reconcile.text.similarity import one_person
from reconcile.vocab import Registry


@dataclass(frozen=True)
class Grouped:
    """Where the accepted rows of one registry went, and what is odd about its families.

    ``accepted`` rows are ``households`` + ``members`` - ``told_by_members``: no row is dropped, and the last
    are households that no family row told, only their members. ``twice`` households share a
    ``kelompok_ganda`` with another, ``same_key`` a family key. ``without_members``, ``without_head`` (of
    those with members) and ``many_heads`` count households, ``homeless`` members without a household.
    """

    accepted: int
    households: int
    members: int
    told_by_members: int
    twice: int
    same_key: int
    without_members: int
    without_head: int
    many_heads: int
    homeless: int


def grouped(registry: Registry, families: pd.DataFrame, members: pd.DataFrame, *, accepted: int) -> Grouped:
    """Return the account of households (``told``: by members only) and members.

    ConservationError ``E_GROUPED`` where ``accepted`` rows are not theirs.
    """
    rows, heads = families["jumlah_baris_anggota"], families["jumlah_kepala"]
    account = Grouped(
        accepted=accepted,
        households=len(families),
        members=len(members),
        told_by_members=int(families["told"].sum()),
        twice=int(families["kelompok_ganda"].notna().sum()),
        same_key=int(families.dropna(subset="family_key")["bond"].duplicated(keep=False).sum()),
        without_members=int((rows == 0).sum()),
        without_head=int(((rows > 0) & (heads == 0)).sum()),
        many_heads=int((heads > 1).sum()),
        homeless=int(members["record_id"].isna().sum()),
    )
    if accepted != account.households + account.members - account.told_by_members:
        raise ConservationError([Fault.of("E_GROUPED", registry=registry.value, **vars(account))])
    return account


def groups_of_one_family(families: pd.DataFrame) -> pd.Series:
    """Return a text that rows of one registry share which are one family, missing for all others.

    One family are rows with the same NIK and a head's name that is alike; or with the same birth date, the
    same village as written, and a name that sounds the same in whatever order of its words; and whatever
    these join. With one NIK a shorter or misspelled name will do, and less likeness where the birth date is
    the same too; without it nothing but the sound does. The text is the smallest ``record_id`` among them.
    Source: P3KE's own ``KELUARGA DUPLIKAT (NIK & NAMA)`` (formats.md 1.4).
    """
    village = families["kode_wilayah"].fillna(
        families["nama_kecamatan"].str.casefold() + "|" + families["nama_desa"].str.casefold()
    )
    day = families["tanggal_lahir"]
    born = day.astype("str").where(day.notna()) + "|" + village
    names = _names_asked(families, born)
    words = _ordered(phonetic_words(names)).reindex(families.index)
    sound = phonetic_names(names).astype("str").reindex(families.index)
    keys = (_named_alike(families["nik"], words, day), born + "|" + sound, born + "|" + words)
    shared = [key.where(key.duplicated(keep=False)) for key in keys]
    rows = shared[0].notna() | shared[1].notna() | shared[2].notna()
    return _joined(families["record_id"][rows], [key[rows] for key in shared]).reindex(families.index)


def _names_asked(families: pd.DataFrame, born: pd.Series) -> pd.Series:
    """Return the names of those only that share a NIK, or birth date and village, with another."""
    asked = families["nik"].dropna().duplicated(keep=False).reindex(families.index, fill_value=False)
    asked |= born.dropna().duplicated(keep=False).reindex(families.index, fill_value=False)
    return clean_names(families["nama"][asked])


def _ordered(names: pd.Series) -> pd.Series:
    """Return the words of each name in alphabetical order."""
    ordered = {name: " ".join(sorted(name.split())) for name in names.dropna().unique()}
    return names.map(ordered).astype("str")


def _named_alike(nik: pd.Series, words: pd.Series, day: pd.Series) -> pd.Series:
    """Return a text that rows share which have one NIK and names alike, each with the next by its words.

    Next to next, not each with each: a NIK that stands on thousands of rows costs no more than its rows.
    """
    rows = pd.DataFrame({"nik": nik, "words": words, "tanggal_lahir": day}).dropna(subset=["nik", "words"])
    rows = rows[rows["nik"].duplicated(keep=False)].sort_values(["nik", "words", "tanggal_lahir"])
    before = rows.shift()
    parted = (rows["nik"] != before["nik"]) | ~one_person(rows, before)
    return (rows["nik"] + "|" + parted.cumsum().astype("str")).reindex(nik.index)


def _joined(records: pd.Series, keys: list[pd.Series]) -> pd.Series:
    """Return the smallest record of each set that the keys join, over as many steps as it takes."""
    smallest = records
    while True:
        before = smallest
        for key in keys:
            smallest = smallest.where(key.isna(), smallest.groupby(key).transform("min"))
        if smallest.equals(before):
            return smallest.astype("str")
