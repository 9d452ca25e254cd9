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
from pandas.api.extensions import ExtensionArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from reconcile.discrepancies.context import Context
from reconcile.discrepancies.evidence import PLACE
from reconcile.frames import in_order, places_in
from reconcile.text.names import clean_names
from reconcile.vocab import FamilyPart, Relationship, ValueOrigin

Rows = npt.NDArray[np.int64]

#: What is told of a person, in force.
TOLD = ("nik", "nama", "tanggal_lahir", "jenis_kelamin", "hubungan")
#: What criteria ask of the rows of a person.
ASKED = ("tanggal_lahir", "jenis_kelamin", "hubungan", "status_kawin", "pekerjaan", "pendidikan")
#: Columns of few words: as categories they cost the least.
_FEW = ("registry", *ASKED[1:], *PLACE[:2])
#: Values of the head that a visit may have corrected.
_CORRECTED = ("nik", "nama", "tanggal_lahir")


@dataclass(frozen=True)
class People:
    """The people.

    ``rows``: registry, ASKED and ``person`` of every row, the rows of a person together and the newest
    first. ``written``: where each of them stands in ``source``, the record_id and TOLD as the files have
    them. ``family``: the row of the reconciled table that each person is counted in. ``told``: TOLD of each
    person, in force. ``lost``: rows of persons without a family, who are in no programme.
    """

    rows: pd.DataFrame
    written: Rows
    source: pd.DataFrame
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
    rows = np.arange(len(reconciled))
    which = np.flatnonzero(reconciled["relasi"].isin(parts))
    main = places_in(reconciled["id_keluarga_utama"].iloc[which], reconciled["id_rekon"])
    rows[which] = np.where(main >= 0, main, which)
    return rows


def gather_people(context: Context, days: Mapping[str, pd.Timestamp]) -> People:
    """Return the people of ``context``; ``days`` are the days that the data of each file stand for."""
    source, lost = _all_rows(context)
    household = places_in(source["record_id"], context.row_of.index)
    if household.min(initial=0) < 0:
        message = "a person's household is not in the reconciled table"
        raise KeyError(message)
    place = context.row_of.to_numpy()[household]
    order = _newest_first(source, days)
    cluster = _main(context.reconciled, tuple(FamilyPart))[place[order]]
    person = _persons(source[["nik", "nama", "tanggal_lahir"]], order, cluster)
    together = np.argsort(person, kind="stable")
    written, person = order[together], person[together]
    family = own_families(context.reconciled)[place[written[first_of_each(person)]]]
    told = pd.DataFrame({name: _first_told(source[name], written, person) for name in TOLD})
    told = _with_visits(told, family, context.reconciled)
    rows = pd.DataFrame({name: source[name].array.take(written) for name in ("registry", *ASKED)})
    return People(rows.assign(person=person), written, source[["record_id", *TOLD]], family, told, lost)


def _all_rows(context: Context) -> tuple[pd.DataFrame, int]:
    columns = ["record_id", "nik", "nama", "tanggal_lahir", *_FEW, PLACE[2]]
    members = context.members[columns]
    held = members[members["record_id"].notna()] if members["record_id"].hasnans else members
    told = [name for name in columns if name in context.households]
    families = context.households[[*told, "jumlah_baris_anggota"]]
    lonely = families[families["jumlah_baris_anggota"] == 0]
    lonely = lonely.reindex(columns=columns).assign(hubungan=Relationship.HEAD.value)
    rows = pd.concat([held, lonely.astype(members.dtypes)], ignore_index=True)
    return rows.astype(dict.fromkeys(_FEW, "category")), len(members) - len(held)


def _newest_first(rows: pd.DataFrame, days: Mapping[str, pd.Timestamp]) -> Rows:
    """Return the order of the rows: by the day of their file, BPS before P3KE, then as they stand there."""
    files = rows["source_file"].cat
    day = pd.Series(files.categories.map(days)).astype("datetime64[s]").astype("int64").to_numpy()
    # categories are sorted: their codes order as the words do, and bps comes before p3ke
    keys = {name: rows[name].cat.codes for name in ("registry", *PLACE[:2])}
    keys = {"age": pd.Series(-day[files.codes]), **keys, **{n: rows[n] for n in (PLACE[2], "record_id")}}
    return in_order(pd.DataFrame(keys), list(keys))


def _persons(rows: pd.DataFrame, order: Rows, cluster: Rows) -> Rows:
    """Return the person of each of ``rows`` in ``order``, numbered by the first row.

    ``cluster`` is the family of each of these, with the parts that split off or were merged.
    """
    nik, born = (pd.factorize(rows[name])[0][order] for name in ("nik", "tanggal_lahir"))
    # a row without NIK is somebody by itself
    one = pd.factorize(_both(cluster, np.where(nik >= 0, nik, len(order) + np.arange(len(order)))))[0]
    first = np.flatnonzero(~pd.Series(one).duplicated())
    nik, of_day = nik[first], _both(cluster, born)[first]
    # names cost the most: only of those who could be one person
    again = np.flatnonzero(_shared(nik) | _shared(of_day))
    key = pd.factorize(clean_names(rows["nama"].iloc[order[first[again]]]))[0]
    edges = []
    for same in (_both(of_day[again], key), _both(nik[again], key)):
        known = np.flatnonzero(same >= 0)
        number = pd.factorize(same[known])[0]
        leader = known[~pd.Series(number).duplicated()]
        edges.append(np.stack([again[known], again[leader[number]]]))
    united = np.concatenate(edges, axis=1)
    graph = coo_array((np.ones(united.shape[1]), (united[0], united[1])), shape=(len(first), len(first)))
    labels = connected_components(graph, directed=False)[1] if len(first) else np.empty(0, dtype=np.int64)
    return np.asarray(pd.factorize(labels[one])[0], dtype=np.int64)


def _both(one: Rows, other: Rows) -> Rows:
    """Return a number for each pair of numbers; -1 where one of them is missing.

    A million families on 40,000 days of birth under a million names are 4e16: far from too many.
    """
    return np.where((one >= 0) & (other >= 0), one * (int(other.max(initial=0)) + 1) + other, -1)


def _shared(number: Rows) -> npt.NDArray[np.bool_]:
    """Return which numbers, of those that are not missing, stand more than once."""
    return np.asarray((number >= 0) & pd.Series(number).duplicated(keep=False).to_numpy(), dtype=np.bool_)


def first_of_each(numbers: Rows) -> Rows:
    """Return where each of the ascending ``numbers``, from 0, stands first."""
    return np.flatnonzero(np.diff(numbers, prepend=-1))


def _first_told(column: pd.Series, written: Rows, person: Rows) -> ExtensionArray:
    """Return the first known value of each person, in the order of the rows."""
    known = np.flatnonzero(column.notna().to_numpy()[written])
    numbers = person[known]
    first = first_of_each(numbers)
    places = np.full(int(person[-1]) + 1 if len(person) else 0, -1, dtype=np.int64)
    places[numbers[first]] = written[known[first]]
    told: ExtensionArray = column.array.take(places, allow_fill=True)
    return told


def _with_visits(told: pd.DataFrame, family: Rows, reconciled: pd.DataFrame) -> pd.DataFrame:
    """Return what is told, the head's values as a visit corrected them."""
    head = (told["hubungan"] == Relationship.HEAD).to_numpy()
    # two heads of one family: only the one of the newest row, who stands first
    heads = np.flatnonzero(head)
    heads = heads[~pd.Series(family[heads]).duplicated()]
    for name in _CORRECTED:
        visited = (reconciled[f"asal_{name}"] == ValueOrigin.RETURNS).to_numpy(dtype=np.bool_)
        which = heads[visited[family[heads]]]
        told.loc[which, name] = reconciled[name].array.take(family[which])
    return told
