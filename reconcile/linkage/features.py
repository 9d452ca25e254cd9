"""Both tables as numbers: the features that a linkage declares, of rows and of their persons.

Rows are numbered through both tables, the left one first, and persons of households follow behind them: a
feature that persons have as well (name, birth date, NIK) has one dictionary for heads and members.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.linkage.spec import FeatureSpec, LinkageSpec
from reconcile.linkage.values import Category, Codes, Dates, Feature, Names, category, dates, names, number

#: A name is never rarer than so many bits.
RAREST_BITS = 16.0


@dataclass(frozen=True)
class Side:
    """One table: ``rows``, and the ``persons`` of its rows, each with ``row``, the position of its row.

    Both have the columns that a LinkageSpec names; a column that is absent is missing everywhere.
    """

    rows: pd.DataFrame
    persons: pd.DataFrame | None = None


@dataclass(frozen=True)
class Persons:
    """Persons by household: those of row ``r`` are ``person[start[r]:start[r + 1]]``, the head first."""

    person: Codes
    start: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Features:
    """All features of both tables. Rows: ``n_left`` of the left table, then the right one, ``n`` in all.

    A feature of persons has a value per person: the heads, which are the rows, then every other member.
    ``household`` has the row of each person.
    """

    n_left: int
    n: int
    household: Codes
    persons: Persons
    by_name: Mapping[str, Feature]
    with_persons: frozenset[str]
    made: dict[tuple[str, str], Codes] = field(default_factory=dict)
    rarities: dict[str, npt.NDArray[np.float32]] = field(default_factory=dict)

    def key(self, feature: str, part: str) -> Codes:
        """Return the codes of a feature or a part of it, made once; several passes use each."""
        if (feature, part) not in self.made:
            self.made[feature, part] = self.by_name[feature].key(part)
        return self.made[feature, part]

    def rarity(self, feature: str) -> npt.NDArray[np.float32]:
        """Return how rare the name ``feature`` of each person is, in bits, in the order of Persons.

        Made once of all persons; the features of some rows bring theirs.
        """
        if feature not in self.rarities:
            code = self.by_name[feature].code
            known, size = code[self.persons.person], int(code.max(initial=-1)) + 1
            count = np.bincount(known[known >= 0], minlength=size)
            bits = np.minimum(np.log2(max(len(known), 1) / np.maximum(count, 1)), RAREST_BITS)
            self.rarities[feature] = np.append(bits, 0).astype(np.float32)[known]
        return self.rarities[feature]

    def of_persons(self, feature: str) -> bool:
        """Return whether ``feature`` has a value per person, not per row alone."""
        return feature in self.with_persons

    @property
    def n_right(self) -> int:
        """Return how many rows the right table has."""
        return self.n - self.n_left


def build_features(spec: LinkageSpec, left: Side, right: Side) -> Features:
    """Return the features that ``spec`` declares of both tables and their persons."""
    n_left, n = len(left.rows), len(left.rows) + len(right.rows)
    people = [side.persons for side in (left, right)]
    rows = [
        (people_of["row"].to_numpy(dtype=np.int32) + first)
        for people_of, first in zip(people, (0, n_left), strict=True)
        if people_of is not None
    ]
    household = np.concatenate([np.arange(n, dtype=np.int32), *rows]).astype(np.int32)
    frames = [left.rows, right.rows]
    members = [frame for frame in people if frame is not None]
    # those of persons have most rows: begun first, they do not stand alone at the end
    order = sorted(spec.features.items(), key=lambda entry: not entry[1].persons)
    with ThreadPoolExecutor(2) as pool:
        made = pool.map(
            lambda one: _feature(one, [*frames, *(members if one.persons else [])]), dict(order).values()
        )
        by_name = dict(zip(dict(order), made, strict=True))
    by_name = {name: by_name[name] for name in spec.features}
    persons = _by_household(household, n, [by_name[k] for k, one in spec.features.items() if one.persons])
    with_persons = frozenset(name for name, one in spec.features.items() if one.persons)
    return Features(n_left, n, household, persons, by_name, with_persons)


def _feature(spec: FeatureSpec, frames: list[pd.DataFrame]) -> Feature:
    if spec.kind == "number":
        return number(_column(frames, spec.columns[0]))
    if spec.kind == "date":
        year = None if spec.year is None else _column(frames, spec.year)
        return dates(_column(frames, spec.columns[0]), year)
    texts = [_text(frames, column) for column in spec.columns]
    # "skip" would lose the rows of which every column is missing
    filled = [pc.fill_null(one, "") for one in texts]
    joined = (
        texts[0] if len(texts) == 1 else pc.utf8_trim_whitespace(pc.binary_join_element_wise(*filled, " "))
    )
    return names(joined) if spec.kind == "name" else category(joined)


def _column(frames: list[pd.DataFrame], name: str) -> pd.Series:
    found = [f[name] if name in f else pd.Series(pd.NA, index=f.index, dtype="Int64") for f in frames]
    if any(pd.api.types.is_datetime64_any_dtype(one) for one in found):
        found = [one if name in f else pd.to_datetime(one) for one, f in zip(found, frames, strict=True)]
    return pd.concat(found, ignore_index=True)


def _text(frames: list[pd.DataFrame], name: str) -> pa.StringArray:
    chunks = [
        pa.array(frame[name], pa.string(), from_pandas=True)
        if name in frame
        else pa.nulls(len(frame), pa.string())
        for frame in frames
    ]
    flat = [part for one in chunks for part in (one.chunks if isinstance(one, pa.ChunkedArray) else [one])]
    return pa.concat_arrays(flat) if flat else pa.array([], pa.string())


def _by_household(household: Codes, n: int, features: list[Feature]) -> Persons:
    """Return the persons of each row, the head first and not again where he stands among the members too."""
    again = np.zeros(len(household), dtype=np.bool_)
    own = household[n:]
    name = next((f for f in features if isinstance(f, Names)), None)
    date = next((f for f in features if isinstance(f, Dates)), None)
    if name is not None and date is not None:
        again[n:] |= (
            (name.code[n:] == name.code[own]) & (name.code[n:] >= 0) & (date.year[n:] == date.year[own])
        )
    for number_of in (f for f in features if isinstance(f, Category)):
        again[n:] |= (number_of.code[n:] == number_of.code[own]) & (number_of.code[n:] >= 0)
    kept = np.flatnonzero(~again).astype(np.int32)
    order = kept[np.argsort(household[kept], kind="stable")]
    counts = np.bincount(household[kept], minlength=n)
    return Persons(order, np.concatenate([[0], np.cumsum(counts)]))


def every_two(size_a: npt.NDArray[np.int64], size_b: npt.NDArray[np.int64]) -> tuple[Codes, Codes, Codes]:
    """Return every two entries of each pair of groups: number of the pair, place in the one and the other."""
    product = size_a * size_b
    pair = np.repeat(np.arange(len(product), dtype=np.int32), product)
    within = np.arange(len(pair), dtype=np.int32) - np.repeat(
        (np.cumsum(product) - product).astype(np.int32), product
    )
    width = np.repeat(size_b.astype(np.int32), product)
    i = within // width
    return pair, i, within - i * width


def ranges(start: npt.NDArray[np.int64], end: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return all whole numbers from ``start[i]`` up to ``end[i]``, range after range."""
    size = end - start
    shift = np.repeat(start - (np.cumsum(size) - size), size)
    return np.asarray(np.arange(len(shift)) + shift, dtype=np.int64)
