"""Both registries as numbers: one row per household, one per person, ready to be joined and compared."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.text.names import clean_names, phonetic_names

Ints = npt.NDArray[np.int64]
#: Persons of a household that are compared; larger families are compared by their first ones in key order.
MAX_PERSONS = 12


@dataclass(frozen=True)
class Keys:
    """Both sides stacked, P3KE first: ``n_left`` rows, then BPS. Missing is -1 in every array of codes.

    ``households`` has the columns of the arrays below by name; ``names`` are the cleaned names of the heads
    as text; ``persons`` has one row per person with ``household`` (row number), ``nik`` and ``name_year``;
    ``members`` is a matrix (households, MAX_PERSONS) of name_year codes without the head.
    """

    n_left: int
    households: pd.DataFrame
    names: pd.DataFrame
    persons: pd.DataFrame
    members: Ints


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
                household=people["record_id"].map(place), head=False
            ),
        ],
        ignore_index=True,
    ).dropna(subset=["household"])
    cleaned = clean_names(everyone["nama"])
    phonetic = phonetic_names(cleaned)
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
    return Keys(
        n_left=len(left),
        households=_household_codes(stacked, persons.iloc[heads], phonetic.iloc[heads], year.iloc[heads]),
        names=pd.DataFrame(
            {"clean": cleaned.iloc[heads], "phonetic": phonetic.iloc[heads], "nik": stacked["nik"]}
        ),
        persons=persons,
        members=_member_matrix(persons, len(stacked)),
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


def _member_matrix(persons: pd.DataFrame, households: int) -> Ints:
    head_of = persons.loc[persons["head"]].set_index("household")["name_year"]
    rest = persons[~persons["head"] & (persons["name_year"] >= 0)]
    rest = rest[rest["name_year"].to_numpy() != head_of.loc[rest["household"]].to_numpy()]
    rest = rest.sort_values(["household", "name_year"], kind="stable").drop_duplicates(
        ["household", "name_year"]
    )
    column = rest.groupby("household").cumcount()
    rest, column = rest[column < MAX_PERSONS], column[column < MAX_PERSONS]
    matrix = np.full((households, MAX_PERSONS), -1, dtype=np.int64)
    matrix[rest["household"].to_numpy(), column.to_numpy()] = rest["name_year"].to_numpy()
    return matrix
