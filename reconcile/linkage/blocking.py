"""Which pairs are compared at all: several passes, each with its reason; a pair needs only one of them."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.linkage.features import Features
from reconcile.linkage.spec import LinkageSpec, PassSpec
from reconcile.linkage.values import Codes

Hashes = npt.NDArray[np.uint64]
#: Persons of a household within which a key is looked for again.
NEAR = 8
PairNumbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class PassYield:
    """What a pass brought and why it is made: pairs, and ``new_pairs`` that no earlier pass had.

    ``capped_pairs`` are of blocks of more than ``cap`` pairs, left to the other passes.
    """

    name: str
    why: str
    by_identifier: bool
    cap: int
    pairs: int
    new_pairs: int
    capped_pairs: int


@dataclass(frozen=True)
class Candidates:
    """Distinct pairs in a fixed order: ``left`` and ``right`` row, and ``passes``, a bit set per pair."""

    left: Codes
    right: Codes
    passes: npt.NDArray[np.uint32]

    def __len__(self) -> int:
        """Return how many pairs there are."""
        return len(self.left)


def candidate_pairs(
    features: Features, spec: LinkageSpec, decided: npt.NDArray[np.int64]
) -> tuple[Candidates, tuple[PassYield, ...]]:
    """Return the pairs that any pass of ``spec`` brings together, and what each pass brought.

    ``decided`` (n, 2) are pairs of rows that are candidates whatever the passes say.
    """
    parts = sorted({entry for one in spec.passes for entry in one.parts})
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda entry: features.key(*entry), parts))
        found = list(pool.map(lambda one: _pairs_of(features, one), spec.passes))
    wanted = decided[:, 0] * features.n_right + decided[:, 1] - features.n_left
    every, bits = _union([*(pairs for pairs, _ in found), wanted])
    first = np.bincount(_lowest_bit(bits), minlength=len(found) + 1)
    yields = []
    for place, (one, (_, capped)) in enumerate(zip(spec.passes, found, strict=True)):
        numbered = any(spec.features[name].kind == "identifier" for name, _ in one.parts)
        pairs = int(np.count_nonzero(bits & np.uint32(1 << place)))
        yields.append(PassYield(one.name, one.why.id, numbered, one.cap, pairs, int(first[place]), capped))
    # decided pairs came last: they are no pass
    bits &= np.uint32((1 << len(found)) - 1)
    width = max(features.n_right, 1)
    left = (every // width).astype(np.int32)
    right = (every % width + features.n_left).astype(np.int32)
    return Candidates(left, right, bits), tuple(yields)


def pass_names(bits: npt.NDArray[np.uint32], passes: Sequence[PassSpec]) -> npt.NDArray[np.object_]:
    """Return the names of the passes in each bit set, joined by commas."""
    distinct, back = np.unique(bits, return_inverse=True)
    named = [",".join(p.name for place, p in enumerate(passes) if int(b) >> place & 1) for b in distinct]
    return np.array(named, dtype=object)[back]


def mixed(codes: Sequence[npt.NDArray[np.int32] | Hashes]) -> Hashes:
    """Return one 64-bit number per row: equal rows give equal numbers, others hardly ever do.

    Two that meet by chance cost a comparison, no more: splitmix64's finalizer spreads well.
    """
    hashed = np.zeros(len(codes[0]), dtype=np.uint64)
    for code in codes:
        hashed ^= code.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        hashed *= np.uint64(0xBF58476D1CE4E5B9)
        hashed ^= hashed >> np.uint64(29)
    return hashed


def _union(lists: Sequence[PairNumbers]) -> tuple[PairNumbers, npt.NDArray[np.uint32]]:
    """Return the distinct pairs of all lists, sorted, and in which of the lists, at most 32, each stands."""
    marked = np.concatenate([(pairs << 5) | place for place, pairs in enumerate(lists)])
    marked.sort()
    pairs = marked >> 5
    starts = np.flatnonzero(np.append(True, pairs[1:] != pairs[:-1])) if len(pairs) else np.empty(0, np.int64)
    bits = np.left_shift(np.uint32(1), (marked & 31).astype(np.uint32))
    return pairs[starts], (np.bitwise_or.reduceat(bits, starts) if len(pairs) else bits)


def _lowest_bit(bits: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    lowest = bits & (~bits + np.uint32(1))
    return np.log2(np.maximum(lowest, 1)).astype(np.int64)


def _pairs_of(features: Features, one: PassSpec) -> tuple[PairNumbers, int]:
    """Return the pairs of a pass as left row * n_right + right position, and the capped count."""
    person = features.persons.person if one.persons else np.arange(features.n, dtype=np.int32)
    row = features.household[person]
    columns = [
        features.key(name, part)[person if features.of_persons(name) else row] for name, part in one.parts
    ]
    known = np.flatnonzero(np.logical_and.reduce([column >= 0 for column in columns]))
    hashed, rows = _once_a_row(mixed([column[known] for column in columns]), row[known])
    return _join(rows, hashed, features, one.cap)


def _once_a_row(key: Hashes, rows: Codes) -> tuple[Hashes, Codes]:
    """Return the entries without a key that a row near before has already: caps count pairs of rows.

    The persons of a household stand together; of one with more than NEAR a key may count twice, no more.
    """
    again = np.zeros(len(key), dtype=np.bool_)
    for step in range(1, min(NEAR, len(key))):
        again[step:] |= (key[step:] == key[:-step]) & (rows[step:] == rows[:-step])
    return (key[~again], rows[~again]) if again.any() else (key, rows)


def _join(rows: Codes, key: Hashes, features: Features, cap: int) -> tuple[PairNumbers, int]:
    left = rows < features.n_left
    key_a, row_a = _sorted(key[left], rows[left])
    key_b, row_b = _sorted(key[~left], rows[~left])
    first = np.searchsorted(key_b, key_a, side="left")
    count = np.searchsorted(key_b, key_a, side="right") - first
    met = count > 0
    key_a, row_a, first, count = key_a[met], row_a[met], first[met], count[met]
    block = np.diff(np.append(np.flatnonzero(np.append(True, key_a[1:] != key_a[:-1])), len(key_a)))
    over = count * np.repeat(block, block) > cap if len(key_a) else np.zeros(0, dtype=np.bool_)
    capped = int(count[over].sum())
    row_a, first, count = row_a[~over], first[~over], count[~over]
    start = np.cumsum(count) - count
    at = np.arange(int(count.sum())) + np.repeat(first - start, count)
    return np.repeat(row_a.astype(np.int64) * features.n_right, count) + (row_b[at] - features.n_left), capped


def _sorted(key: Hashes, rows: Codes) -> tuple[Hashes, Codes]:
    order = np.argsort(key)
    return key[order], rows[order]
