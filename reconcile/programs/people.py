"""Every person of the reconciled families once, from the member rows of both registries.

Rows are one person when they share NIK, or name and birth date, within one family (with the parts that
split off or were merged), or NIK and name in two families. The same NIK under another name in another
family is not: that is a wrong NIK, and a finding. What is told of a person is told by its newest row that
tells it, BPS where two are as new. Families without member rows have their head.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from reconcile.discrepancies.context import Context
from reconcile.discrepancies.evidence import PLACE
from reconcile.frames import in_order
from reconcile.text.names import clean_names
from reconcile.vocab import FamilyPart, Relationship, ValueOrigin

Rows = npt.NDArray[np.int64]

TOLD = (
    "nik",
    "nama",
    "tanggal_lahir",
    "jenis_kelamin",
    "hubungan",
    "status_kawin",
    "pekerjaan",
    "pendidikan",
)
#: Values of the head that a visit may have corrected.
_CORRECTED = ("nik", "nama", "tanggal_lahir")


@dataclass(frozen=True)
class People:
    """The people.

    ``rows``: record_id, registry, TOLD, PLACE and ``person`` of every row, the rows of a person together
    and the newest first. ``family``: the row of the reconciled table that each person is counted in.
    ``told``: TOLD of each person, in force. ``lost``: rows of persons without a family, who are in no
    programme.
    """

    rows: pd.DataFrame
    family: Rows
    told: pd.DataFrame
    lost: int

    @property
    def person(self) -> Rows:
        """Return the person of each of ``rows``."""
        return self.rows["person"].to_numpy(dtype=np.int64)


def own_families(reconciled: pd.DataFrame) -> Rows:
    """Return for each row of the reconciled table the row that it is counted in.

    Itself; but that of the main family for a copy, and for a row that was merged into another: they are no
    family of their own any more. One that split off is.
    """
    return _main(reconciled, (FamilyPart.COPY, FamilyPart.MERGED))


def _main(reconciled: pd.DataFrame, parts: tuple[FamilyPart, ...]) -> Rows:
    rows = pd.Series(np.arange(len(reconciled)), index=reconciled["id_rekon"])
    main = reconciled["id_keluarga_utama"].where(reconciled["relasi"].isin(parts)).map(rows)
    return main.fillna(pd.Series(np.arange(len(reconciled)), index=reconciled.index)).to_numpy(dtype=np.int64)


def gather_people(context: Context, days: Mapping[str, pd.Timestamp]) -> People:
    """Return the people of ``context``; ``days`` are the days that the data of each file stand for."""
    rows, lost = _all_rows(context)
    place = rows["record_id"].map(context.row_of).to_numpy(dtype=np.int64)
    cluster = _main(context.reconciled, tuple(FamilyPart))[place]
    rows["age"] = -rows["source_file"].map(days).astype("datetime64[s]").astype("int64").astype("float64")
    rows = rows.assign(place=place, cluster=cluster)
    # registry: bps comes before p3ke
    order = in_order(rows, ["age", "registry", *PLACE, "record_id"])
    person = _persons(rows[["cluster", "nik", "nama", "tanggal_lahir"]].iloc[order].reset_index(drop=True))
    together = np.argsort(person, kind="stable")
    rows = rows.iloc[order[together]].reset_index(drop=True).assign(person=person[together])
    first = ~rows["person"].duplicated()
    family = own_families(context.reconciled)[rows.loc[first, "place"].to_numpy(dtype=np.int64)]
    told = pd.DataFrame({name: _first_told(rows[name], rows["person"]) for name in TOLD})
    told = _with_visits(told, family, context.reconciled)
    return People(rows[["record_id", "registry", *TOLD, *PLACE, "person"]], family, told, lost)


def _all_rows(context: Context) -> tuple[pd.DataFrame, int]:
    lonely = context.households[context.households["jumlah_baris_anggota"] == 0]
    columns = ["record_id", "registry", *TOLD, *PLACE]
    lonely = lonely.assign(hubungan=Relationship.HEAD.value)
    held = context.members.dropna(subset=["record_id"])
    rows = pd.concat([held[columns], lonely.reindex(columns=columns)], ignore_index=True)
    return rows, len(context.members) - len(held)


def _persons(rows: pd.DataFrame) -> Rows:
    """Return the person of each of ``rows``, numbered by the first row."""
    nik, none = rows["nik"], rows["nik"].isna()
    one = pd.factorize(
        rows["cluster"].astype("str") + "|" + nik.where(~none, "-" + rows.index.astype("str"))
    )[0]
    first = rows.assign(one=one).drop_duplicates("one")
    again = first["tanggal_lahir"].notna() & first.duplicated(["cluster", "tanggal_lahir"], keep=False)
    again |= first["nik"].notna() & first["nik"].duplicated(keep=False)
    # names cost the most: only of those who could be one person
    asked = first[again]
    asked = asked.assign(key=clean_names(asked["nama"])).dropna(subset=["key"])
    edges = []
    for keys in (["cluster", "key", "tanggal_lahir"], ["nik", "key"]):
        told = asked.dropna(subset=keys)
        number = told.groupby(keys, sort=False).ngroup()
        leader = told["one"].groupby(number).transform("first")
        edges.append(pd.DataFrame({"one": told["one"], "other": leader}))
    united = pd.concat(edges)
    count = int(one.max()) + 1 if len(one) else 0
    graph = coo_array((np.ones(len(united)), (united["one"], united["other"])), shape=(count, count))
    labels = connected_components(graph, directed=False)[1] if count else np.empty(0, dtype=np.int64)
    return np.asarray(pd.factorize(labels[one])[0], dtype=np.int64)


def _first_told(column: pd.Series, person: pd.Series) -> pd.Series:
    """Return the first known value of each person, in the order of the rows."""
    known = column.notna().to_numpy()
    numbers, places = np.unique(person.to_numpy()[known], return_index=True)
    return pd.Series(
        column[known].iloc[places].array, index=numbers, name=column.name, dtype=column.dtype
    ).reindex(range(int(person.iloc[-1]) + 1 if len(person) else 0))


def _with_visits(told: pd.DataFrame, family: Rows, reconciled: pd.DataFrame) -> pd.DataFrame:
    """Return what is told, the head's values as a visit corrected them."""
    head = told["hubungan"] == Relationship.HEAD
    # two heads of one family: only the one of the newest row, who stands first
    head &= ~pd.Series(np.where(head, family, -1 - np.arange(len(family)))).duplicated()
    for name in _CORRECTED:
        own = reconciled[[name, f"asal_{name}"]].iloc[family].reset_index(drop=True)
        told[name] = told[name].mask(head & (own[f"asal_{name}"] == ValueOrigin.RETURNS), own[name])
    return told
