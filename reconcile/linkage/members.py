"""Household evidence: which members two rows have in common, and whether one's head is the other's member.

Every person of one row is held against every person of the other, all pairs of rows at once. Two persons are
one where name and birth year agree (a year may be off by one, or unknown) or the NIK does; alike where only
part of that agrees, as after a misspelling.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.linkage.features import Features, every_two
from reconcile.linkage.values import Category, Codes, Dates, Names

Counts = npt.NDArray[np.int16]
#: Pairs of rows that are worked on at once: bounds the memory.
CHUNK = 200_000
#: Bits for a birth year in common, beside the rarity of the name.
YEAR_BITS = 4.0


@dataclass(frozen=True)
class Shared:
    """What two rows share, per pair of rows.

    ``same`` members in common and how much their names say in ``bits``, ``alike`` more
    that may be, size of the ``smaller`` list of members, heads that are members of the other row: ``crossed``
    surely, ``maybe_crossed`` by a likeness, and ``head_bits``, how much the rarest of their names says.
    """

    same: Counts
    alike: Counts
    bits: npt.NDArray[np.float32]
    smaller: Counts
    crossed: Counts
    maybe_crossed: Counts
    head_bits: npt.NDArray[np.float32]


@dataclass(frozen=True)
class _People:
    """The persons of all rows, in the order of Persons, as what they are compared by."""

    start: Codes
    name: Codes
    first: Codes
    opening: Codes
    year: Codes
    nik: Codes
    rarity: npt.NDArray[np.float32]


def shared_members(features: Features, names: tuple[str, ...], a: Codes, b: Codes) -> Shared:
    """Return what the rows ``a[i]`` and ``b[i]`` share; ``names`` are name, birth date and NIK."""
    people = _people(features, names)
    size = np.diff(people.start)
    smaller = (np.minimum(size[a], size[b]) - 1).astype(np.int16)
    starts = range(0, max(len(a), 1), CHUNK)
    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(lambda i: _of_chunk(people, size, a[i : i + CHUNK], b[i : i + CHUNK]), starts))
    same, alike, bits, crossed, maybe, head_bits = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Shared(same, alike, bits, smaller, crossed, maybe, head_bits)


def _people(features: Features, names: tuple[str, ...]) -> _People:
    name, date, nik = (features.by_name[one] for one in names)
    if not (isinstance(name, Names) and isinstance(date, Dates) and isinstance(nik, Category)):
        raise TypeError("members are compared by a name, a date and an identifier")
    person = features.persons.person
    known = name.code[person]
    nik_code = nik.code if len(nik.code) == len(name.code) else np.full(len(name.code), -1, dtype=np.int32)
    return _People(
        features.persons.start.astype(np.int32),
        known,
        features.key(names[0], "first")[person],
        features.key(names[0], "start3")[person],
        date.year[person],
        nik_code[person],
        features.rarity(names[0]),
    )


def _of_chunk(
    people: _People, size: npt.NDArray[np.int64], a: Codes, b: Codes
) -> tuple[Counts, Counts, npt.NDArray[np.float32], Counts, Counts, npt.NDArray[np.float32]]:
    pair, i, j = every_two(size[a], size[b])
    x, y = people.start[a][pair] + i, people.start[b][pair] + j
    same, alike = _agreement(people, x, y)
    # from here on only those that agree: a few in a hundred
    kept = np.flatnonzero(same | alike)
    pair, i, j = pair[kept], i[kept], j[kept]
    x, y, same = x[kept], y[kept], same[kept]
    member = (i > 0) & (j > 0)
    count = len(a)
    sure = np.flatnonzero(same & member)
    worth = np.minimum(people.rarity[x[sure]], people.rarity[y[sure]]) + YEAR_BITS
    (left, of_left), (right, of_right) = (_each_once(pair[sure], side[sure], worth) for side in (i, j))
    bits = np.minimum(*(np.bincount(p, w, minlength=count) for p, w in ((left, of_left), (right, of_right))))
    likely = np.flatnonzero(member & ~same)
    none = np.zeros(len(likely), dtype=np.float32)
    more = np.minimum(*(_counted(_each_once(pair[likely], side[likely], none)[0], count) for side in (i, j)))
    head = np.flatnonzero(same & ((i == 0) ^ (j == 0)))
    head_bits = np.zeros(count, dtype=np.float32)
    np.maximum.at(head_bits, pair[head], np.minimum(people.rarity[x[head]], people.rarity[y[head]]))
    return (
        np.minimum(_counted(left, count), _counted(right, count)),
        more,
        bits.astype(np.float32),
        _crossed(pair, i, j, same, count),
        _crossed(pair, i, j, np.ones(len(same), dtype=np.bool_), count),
        head_bits,
    )


def _agreement(people: _People, x: Codes, y: Codes) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    name, year = people.name[x], people.year[x]
    other_year = people.year[y]
    named = (name == people.name[y]) & (name >= 0)
    no_year = (year < 0) | (other_year < 0)
    nik = people.nik[x]
    same = (named & (no_year | (np.abs(year - other_year) <= 1))) | ((nik == people.nik[y]) & (nik >= 0))
    alike = named & ~same
    # how names begin is looked up only where the year agrees and the name does not: few of all
    born = np.flatnonzero((year == other_year) & (year >= 0) & ~named & (name >= 0))
    p, q = x[born], y[born]
    alike[born] = ((people.first[p] == people.first[q]) | (people.opening[p] == people.opening[q])) & ~same[
        born
    ]
    return same, alike


def _each_once(
    pair: Codes, place: Codes, worth: npt.NDArray[np.float32]
) -> tuple[Codes, npt.NDArray[np.float32]]:
    """Return the pair of each distinct (pair, place), and the most that it is worth."""
    key = pair.astype(np.int64) << 16 | place
    order = np.lexsort((-worth, key))
    first = order[np.append(True, np.diff(key[order]) != 0)] if len(order) else order
    return (key[first] >> 16).astype(np.int32), worth[first]


def _counted(pair: Codes, count: int) -> Counts:
    return np.bincount(pair, minlength=count).astype(np.int16)


def _crossed(pair: Codes, i: Codes, j: Codes, agree: npt.NDArray[np.bool_], count: int) -> Counts:
    """Return how many of the two heads are a member of the other row: 0, 1 or 2."""
    crossed = np.zeros(count, dtype=np.int16)
    for of_head, of_member in ((i, j), (j, i)):
        found = np.zeros(count, dtype=np.int16)
        found[pair[agree & (of_head == 0) & (of_member > 0)]] = 1
        crossed += found
    return crossed
