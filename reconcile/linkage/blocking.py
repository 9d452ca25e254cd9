"""Which pairs are compared at all: several passes, each with its reason; a pair needs only one of them.

Kecamatan alone is never a block: kecamatan are split, and village codes with them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reconcile.linkage.keys import Ints, Keys


@dataclass(frozen=True)
class Pass:
    """One blocking pass. ``keys`` returns household row and key per entry; ``cap`` bounds one block's pairs.

    A block with more than ``cap`` pairs is left to the other passes, and counted.
    """

    name: str
    keys: Callable[[Keys], tuple[Ints, Ints]]
    cap: int


@dataclass(frozen=True)
class PassYield:
    """What a pass brought: pairs, those no earlier pass had, pairs of blocks that were too large."""

    name: str
    pairs: int
    new_pairs: int
    capped_pairs: int


def _head(*columns: str) -> Callable[[Keys], tuple[Ints, Ints]]:
    """Return the keys of households in which every one of ``columns`` is known."""

    def keys(all_keys: Keys) -> tuple[Ints, Ints]:
        values = all_keys.households[list(columns)].to_numpy()
        known = np.flatnonzero((values >= 0).all(axis=1))
        return known, _one_number(values[known])

    return keys


def _person(column: str, *household: str) -> Callable[[Keys], tuple[Ints, Ints]]:
    """Return the keys of persons, heads among them, with the household's own ``household`` columns.

    A household stands once under a key, whoever of it has that key: caps count pairs of households.
    """

    def keys(all_keys: Keys) -> tuple[Ints, Ints]:
        persons = all_keys.persons
        rows = persons["household"].to_numpy()
        area = all_keys.households[list(household)].to_numpy()[rows]
        values = np.column_stack([persons[column].to_numpy(), area])
        known = np.flatnonzero((values >= 0).all(axis=1))
        entries = pd.DataFrame({"row": rows[known], "key": _one_number(values[known])}).drop_duplicates()
        return entries["row"].to_numpy(), entries["key"].to_numpy()

    return keys


PASSES = (
    Pass("nik_kepala", _head("nik"), cap=200),
    Pass("nik_anggota", _person("nik"), cap=200),
    Pass("nama_desa", _head("name", "village"), cap=400),
    Pass("lahir_desa", _head("birth", "village"), cap=400),
    Pass("awalan_tahun_desa", _head("prefix", "year", "village"), cap=400),
    Pass("nama_lahir", _head("name", "birth"), cap=100),
    Pass("orang_desa", _person("name_year", "village"), cap=100),
    Pass("orang_kabupaten", _person("name_year", "regency"), cap=25),
)


def candidate_pairs(
    keys: Keys, passes: tuple[Pass, ...] = PASSES
) -> tuple[pd.DataFrame, tuple[PassYield, ...]]:
    """Return distinct pairs (``left``, ``right``: row numbers; ``passes``: bit set) and the yields."""
    width = len(keys.households) + 1
    found: list[Ints] = []
    counts = []
    for one in passes:
        rows, key = one.keys(keys)
        pairs, capped = _join(rows, key, keys.n_left, one.cap)
        found.append(np.unique(pairs[:, 0] * width + pairs[:, 1]))
        counts.append(capped)
    every = np.unique(np.concatenate(found))
    bits = np.zeros(len(every), dtype=np.int64)
    yields = []
    for place, (one, pairs, capped) in enumerate(zip(passes, found, counts, strict=True)):
        at = np.searchsorted(every, pairs)
        new = int((bits[at] == 0).sum())
        bits[at] |= 1 << place
        yields.append(PassYield(one.name, len(pairs), new, capped))
    table = pd.DataFrame({"left": every // width, "right": every % width, "passes": bits})
    return table, tuple(yields)


def pass_names(bits: pd.Series, passes: tuple[Pass, ...] = PASSES) -> pd.Series:
    """Return the names of the passes in each bit set, joined by commas."""
    distinct = {
        b: ",".join(p.name for place, p in enumerate(passes) if b >> place & 1) for b in bits.unique()
    }
    return bits.map(distinct).astype("str")


def _one_number(values: Ints) -> Ints:
    """Return one int64 per row of known codes: equal rows give equal numbers, others do not."""
    number = values[:, 0]
    for column in values.T[1:]:
        number = pd.factorize(number)[0].astype(np.int64) * (int(column.max(initial=0)) + 1) + column
    return number


def _join(rows: Ints, key: Ints, n_left: int, cap: int) -> tuple[Ints, int]:
    """Return every (left row, right row) with one key, and how many pairs too large blocks left out."""
    codes = pd.factorize(key)[0]
    left = rows < n_left
    n_keys = int(codes.max(initial=-1)) + 1
    on_left = np.bincount(codes[left], minlength=n_keys)
    on_right = np.bincount(codes[~left], minlength=n_keys)
    product = on_left * on_right
    fits = product <= cap
    sides = []
    for side in (left, ~left):
        member = np.flatnonzero(side & fits[codes] & (product[codes] > 0))
        sides.append(pd.DataFrame({"key": codes[member], "row": rows[member]}))
    pairs = sides[0].merge(sides[1], on="key")[["row_x", "row_y"]].to_numpy(dtype=np.int64)
    return pairs, int(product[~fits].sum())
