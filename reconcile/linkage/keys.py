"""Both registries as numbers: one row per household, one per person, ready to be joined and compared."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.text.names import clean_names, phonetic_names
from reconcile.vocab import Relationship

Ints = npt.NDArray[np.int64]
#: Persons of a household that are compared; larger families are compared by their first ones in key order.
MAX_PERSONS = 12


@dataclass(frozen=True)
class Keys:
    """Both sides stacked, P3KE first: ``n_left`` rows, then BPS. Missing is -1 in every array of codes.

    ``households`` has a row per household: codes of the head (``nik``, ``head`` his name_year, ``name`` and
    ``prefix`` of the phonetic name, ``birth``, ``year``, ``month``, ``day``, ``sex``) and of the place
    (``village``, ``district``, ``regency``, ``rt``, ``rw``). ``names`` has the head's ``phonetic`` name and
    ``nik`` as text. ``persons`` has the heads, in the order of the households, then every member row, that
    of the head among them: ``household`` (row number), ``head``, ``nik``, ``name_year``. ``member_names``
    and ``member_niks`` are matrices (households, MAX_PERSONS) of name_year and NIK codes of the members
    without the head, the same person in the same place.
    """

    n_left: int
    households: pd.DataFrame
    names: pd.DataFrame
    persons: pd.DataFrame
    member_names: Ints
    member_niks: Ints

    @property
    def sizes(self) -> Ints:
        """Return how many members besides the head each household is compared by."""
        known: Ints = ((self.member_names >= 0) | (self.member_niks >= 0)).sum(axis=1)
        return known


def build_keys(
    left: pd.DataFrame, right: pd.DataFrame, left_members: pd.DataFrame, right_members: pd.DataFrame
) -> Keys:
    """Return the keys of two PLACED tables and their MEMBERS."""
    stacked = pd.concat([left, right], ignore_index=True)
    people = pd.concat([left_members, right_members], ignore_index=True).dropna(subset=["record_id"])
    place = pd.Series(np.arange(len(stacked)), index=stacked["record_id"].array)
    everyone = pd.concat(
        [
            stacked[["nik", "nama", "tanggal_lahir"]].assign(household=np.arange(len(stacked)), head=True),
            people[["nik", "nama", "tanggal_lahir"]].assign(
                household=people["record_id"].map(place), head=people["hubungan"] == Relationship.HEAD
            ),
        ],
        ignore_index=True,
    ).dropna(subset=["household"])
    phonetic = phonetic_names(clean_names(everyone["nama"]))
    year = everyone["tanggal_lahir"].dt.year
    persons = pd.DataFrame(
        {
            "household": everyone["household"].astype("int64"),
            "head": everyone["head"],
            "nik": _codes(everyone["nik"]),
            "name_year": _pair_codes(_codes(phonetic), year.fillna(-1).astype("int64")),
        }
    )
    heads = slice(0, len(stacked))
    member_names, member_niks = _member_slots(
        persons, persons.iloc[heads].set_index("household"), len(stacked)
    )
    return Keys(
        n_left=len(left),
        households=_household_codes(stacked, persons.iloc[heads], phonetic.iloc[heads], year.iloc[heads]),
        names=pd.DataFrame({"phonetic": phonetic.iloc[heads], "nik": stacked["nik"]}),
        persons=persons,
        member_names=member_names,
        member_niks=member_niks,
    )


def _household_codes(
    stacked: pd.DataFrame, heads: pd.DataFrame, phonetic: pd.Series, year: pd.Series
) -> pd.DataFrame:
    birth = stacked["tanggal_lahir"]
    village = stacked["kode_desa"]
    return pd.DataFrame(
        {
            "nik": heads["nik"].array,
            "head": heads["name_year"].array,
            "name": _codes(phonetic).array,
            "prefix": _codes(phonetic.str.slice(0, 3)).array,
            "birth": _day_numbers(birth),
            "year": year.fillna(-1).astype("int64").array,
            "month": birth.dt.month.fillna(-1).astype("int64").array,
            "day": birth.dt.day.fillna(-1).astype("int64").array,
            "sex": _codes(stacked["jenis_kelamin"]).array,
            "village": _codes(village).array,
            "district": _codes(village.str.slice(0, 8)).array,
            "regency": _codes(village.str.slice(0, 5)).array,
            "rt": stacked["rt"].fillna(-1).astype("int64").array,
            "rw": stacked["rw"].fillna(-1).astype("int64").array,
        }
    )


def _day_numbers(dates: pd.Series) -> Ints:
    """Return whole days since 1 January 1700, -1 for missing: never negative for anyone alive."""
    days = (dates.to_numpy() - np.datetime64("1700-01-01")).astype("timedelta64[D]").astype(np.int64)
    return np.where(dates.notna(), days, -1)


def _codes(values: pd.Series) -> pd.Series:
    return pd.Series(pd.factorize(values, sort=True)[0], index=values.index, dtype="int64")


def _pair_codes(first: pd.Series, second: pd.Series) -> pd.Series:
    code = first * 10_000 + second
    return code.where((first >= 0) & (second >= 0), -1)


def _member_slots(persons: pd.DataFrame, heads: pd.DataFrame, households: int) -> tuple[Ints, Ints]:
    """Return name_year and NIK of the members besides the head: a row per household, a column per member.

    The head stands among the member rows too: by his relationship, or by his own name and year or NIK.
    """
    own = heads.loc[persons["household"]]
    is_head = persons["head"].to_numpy(copy=True)
    for column in ("name_year", "nik"):
        is_head |= (persons[column] >= 0).to_numpy() & (persons[column].to_numpy() == own[column].to_numpy())
    rest = persons[~is_head & ((persons["name_year"] >= 0) | (persons["nik"] >= 0))]
    rest = rest.sort_values(["household", "name_year", "nik"], kind="stable")
    rest = rest.drop_duplicates(["household", "name_year", "nik"])
    slot = rest.groupby("household").cumcount()
    rest, slot = rest[slot < MAX_PERSONS], slot[slot < MAX_PERSONS]
    matrices = []
    for column in ("name_year", "nik"):
        matrix = np.full((households, MAX_PERSONS), -1, dtype=np.int64)
        matrix[rest["household"].to_numpy(), slot.to_numpy()] = rest[column].to_numpy()
        matrices.append(matrix)
    return matrices[0], matrices[1]
