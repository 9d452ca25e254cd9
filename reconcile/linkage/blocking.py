"""Which pairs are compared at all: several passes, each with its reason; a pair needs only one of them.

Passes with a key as narrow as a kabupaten are made kabupaten by kabupaten. The others reach across: of those,
key and row of every entry are shuffled by key, so that all that may meet come together. Blocks, and so the
pairs and what is capped, are the same however the work is cut.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from reconcile.executor import LOCAL, Executor, Tables, Work, cut
from reconcile.linkage.features import Features, ranges
from reconcile.linkage.parts import areas
from reconcile.linkage.spec import LinkageSpec, PassSpec
from reconcile.linkage.values import Codes

Hashes = npt.NDArray[np.uint64]
#: Persons of a household within which a key is looked for again.
NEAR = 8
#: Entries that are shuffled into one part at most, but for keys that more have.
MOST_ENTRIES = 2_000_000
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


@dataclass(frozen=True)
class _Sides:
    """What a part is joined with: the size of both tables, and the ``cap`` of each pass."""

    n_left: int
    n_right: int
    caps: Codes


def candidate_pairs(
    features: Features, spec: LinkageSpec, decided: npt.NDArray[np.int64], executor: Executor = LOCAL
) -> tuple[Candidates, tuple[PassYield, ...]]:
    """Return the pairs that any pass of ``spec`` brings together, and what each pass brought.

    ``decided`` (n, 2) are pairs of rows that are candidates whatever the passes say.
    """
    parts = sorted({entry for one in spec.passes for entry in one.parts})
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda entry: features.key(*entry), parts))
    caps = pa.table({"cap": pa.array([one.cap for one in spec.passes], pa.int32())})
    sizes = pa.table({"left": [features.n_left], "right": [features.n_right]})
    found: list[PairNumbers] = []
    capped: Counter[int] = Counter()
    answers = executor.map(
        JOIN, join_parts(features, spec, executor.partitions), {"caps": caps, "sizes": sizes}
    )
    for answer in answers:
        found.append(answer["pairs"]["pair"].to_numpy())
        capped.update(dict(zip(*answer["capped"].to_pydict().values(), strict=True)))
    # decided pairs come last: they are no pass
    wanted = decided[:, 0] * features.n_right + decided[:, 1] - features.n_left
    every, bits = _union([*found, (wanted << 5) | len(spec.passes)])
    first = np.bincount(_lowest_bit(bits), minlength=len(spec.passes) + 1)
    yields = []
    for place, one in enumerate(spec.passes):
        numbered = any(spec.features[name].kind == "identifier" for name, _ in one.parts)
        pairs = int(np.count_nonzero(bits & np.uint32(1 << place)))
        new = int(first[place])
        yields.append(PassYield(one.name, one.why.id, numbered, one.cap, pairs, new, capped[place]))
    bits &= np.uint32((1 << len(spec.passes)) - 1)
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
    """Return the distinct pairs of all lists, sorted, and which passes, at most 32, have each.

    A list has pair number << 5 | pass.
    """
    marked = np.concatenate(lists)
    marked.sort()
    pairs = marked >> 5
    starts = np.flatnonzero(np.append(True, pairs[1:] != pairs[:-1])) if len(pairs) else np.empty(0, np.int64)
    bits = np.left_shift(np.uint32(1), (marked & 31).astype(np.uint32))
    return pairs[starts], (np.bitwise_or.reduceat(bits, starts) if len(pairs) else bits)


def _lowest_bit(bits: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    lowest = bits & (~bits + np.uint32(1))
    return np.log2(np.maximum(lowest, 1)).astype(np.int64)


def join_parts(features: Features, spec: LinkageSpec, partitions: int | None) -> Iterator[Tables]:
    """Return the entries that may meet, part by part: each partition, then each pass that reaches across."""
    within = [place for place, one in enumerate(spec.passes) if spec.within_partition(one)]
    across = [place for place in range(len(spec.passes)) if place not in within]
    for rows in cut(areas(features, spec, partitions), features.n) if within else []:
        yield _part((place, *_entries(features, spec.passes[place], rows)) for place in within)
    for place in across:
        hashed, row = _entries(features, spec.passes[place], None)
        count = max(len(hashed) // MOST_ENTRIES + 1, partitions or 1)
        if count == 1:
            yield _part([(place, hashed, row)])
            continue
        # the high bits: low ones decide about nothing yet, but are as good as these
        bucket = ((hashed >> np.uint64(32)) % np.uint64(count)).astype(np.int32)
        for at in cut(bucket, len(hashed)):
            yield _part([(place, hashed[at], row[at])])


def _part(entries: Iterable[tuple[int, Hashes, npt.NDArray[np.integer]]]) -> Tables:
    places, keys, rows = zip(*entries, strict=True)
    sizes = pa.table({"pass": pa.array(places, pa.int8()), "entries": [len(key) for key in keys]})
    return {"passes": sizes, "entries": pa.table({"key": np.concatenate(keys), "row": np.concatenate(rows)})}


def _entries(
    features: Features, one: PassSpec, rows: npt.NDArray[np.int64] | None
) -> tuple[Hashes, npt.NDArray[np.integer]]:
    """Return key and row of all that a pass may bring together, of ``rows`` (sorted) or all of them."""
    if one.persons:
        persons = features.persons
        person = persons.person
        if rows is not None:
            person = person[ranges(persons.start[rows], persons.start[rows + 1])]
    else:
        person = np.arange(features.n, dtype=np.int32) if rows is None else rows.astype(np.int32)
    row = features.household[person]
    columns = [
        features.key(name, part)[person if features.of_persons(name) else row] for name, part in one.parts
    ]
    known = np.flatnonzero(np.logical_and.reduce([column >= 0 for column in columns]))
    return _once_a_row(mixed([column[known] for column in columns]), row[known])


def _opened(shared: Tables) -> _Sides:
    sizes = shared["sizes"].to_pylist()[0]
    return _Sides(sizes["left"], sizes["right"], shared["caps"]["cap"].to_numpy())


def _joined(part: Tables, sides: _Sides) -> Tables:
    """Return pair number << 5 | pass of the pairs of a part, and how many of each pass were capped."""
    key, row = (part["entries"][name].to_numpy() for name in ("key", "row"))
    end = np.cumsum(part["passes"]["entries"].to_numpy())
    found, capped = [np.empty(0, dtype=np.int64)], []
    for place, first, last in zip(
        part["passes"]["pass"].to_pylist(), end - np.diff(end, prepend=0), end, strict=True
    ):
        pairs, over = _join(row[first:last], key[first:last], sides, int(sides.caps[place]))
        found.append((pairs << 5) | place)
        capped.append(over)
    passes = {"pass": part["passes"]["pass"], "capped": pa.array(capped, pa.int64())}
    return {"pairs": pa.table({"pair": np.concatenate(found)}), "capped": pa.table(passes)}


JOIN = Work("join", _opened, _joined, at_once=2)


def _once_a_row(key: Hashes, rows: Codes) -> tuple[Hashes, Codes]:
    """Return the entries without a key that a row near before has already: caps count pairs of rows.

    The persons of a household stand together; of one with more than NEAR a key may count twice, no more.
    """
    again = np.zeros(len(key), dtype=np.bool_)
    for step in range(1, min(NEAR, len(key))):
        again[step:] |= (key[step:] == key[:-step]) & (rows[step:] == rows[:-step])
    return (key[~again], rows[~again]) if again.any() else (key, rows)


def _join(rows: Codes, key: Hashes, sides: _Sides, cap: int) -> tuple[PairNumbers, int]:
    left = rows < sides.n_left
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
    return np.repeat(row_a.astype(np.int64) * sides.n_right, count) + (row_b[at] - sides.n_left), capped


def _sorted(key: Hashes, rows: Codes) -> tuple[Hashes, Codes]:
    order = np.argsort(key)
    return key[order], rows[order]
