"""The truth of the sample: invented families and persons, before any registry wrote about them.

``families`` (the row number is the family's number): ``sisi`` (a ``Side``), ``desa`` (row of
``Places.villages`` where P3KE met it), ``desa_bps`` (where BPS met it, after a move), ``budaya``, ``rt``,
``rw``, ``jalan``, ``nomor``, ``desil``, ``desil_bps``, ``pkh``, ``sembako``, ``kk``.

``persons`` (sorted by family, the head first): ``keluarga``, ``hubungan`` (a ``Kin``), ``pria``, ``lahir``
(days since 1970-01-01), ``kata1`` ``kata2`` ``kata3`` (words of the name, ``NONE`` where absent), ``nik``.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pandas as pd

from reconcile.sample.columns import (
    NONE,
    Days,
    Ints,
    calendar,
    chance,
    day_number,
    flags,
    generator,
    ints,
    skewed,
    to_days,
)
from reconcile.sample.lexicon import Lexicon, Tradition

_FAMILIES, _PERSONS, _NAMES, _NUMBERS = 2, 3, 4, 5

SHARE_IN_BOTH = 0.75
MOVED = 0.04
MOVED_WITHIN_KECAMATAN = 0.6
ISSUED_ELSEWHERE = 0.12
#: Born later than this, a child is known to BPS only.
LAST_BIRTH = day_number("2025-12-31")


class Side(IntEnum):
    """Which registries know a family."""

    BOTH = 0
    P3KE = 1
    BPS = 2


class Kin(IntEnum):
    """Relationship to the head, in the order of a family card."""

    HEAD = 0
    SPOUSE = 1
    CHILD = 2
    OTHER = 3


@dataclass(frozen=True)
class Population:
    """All invented families and persons."""

    families: pd.DataFrame
    persons: pd.DataFrame


def populate(*, count: int, seed: int, villages: pd.DataFrame, lexicon: Lexicon) -> Population:
    """Return a population of which each registry knows ``count`` families, three quarters of them both."""
    families = _families(count, seed, villages, lexicon)
    persons = _named(_persons(seed, families), families, seed, lexicon)
    rng = generator(seed, _NUMBERS)
    regions = _issuing_regions(rng, families, persons, villages, lexicon)
    return Population(
        families.assign(kk=_family_cards(rng, families, villages)),
        persons.assign(nik=_niks(persons, regions)),
    )


def _families(count: int, seed: int, villages: pd.DataFrame, lexicon: Lexicon) -> pd.DataFrame:
    rng = generator(seed, _FAMILIES)
    both = round(count * SHARE_IN_BOTH)
    sides = np.repeat(np.array(list(Side), dtype=np.int64), [both, count - both, count - both])
    total = len(sides)
    weight = villages["bobot"].to_numpy(dtype=np.float64) * rng.lognormal(0.0, 0.6, len(villages))
    home = np.sort(rng.choice(len(villages), total, p=weight / weight.sum())).astype(np.int64)
    share = np.array([t.bobot for t in lexicon.lists.budaya.values()], dtype=np.float64)
    desil = rng.choice(4, total, p=[0.4, 0.3, 0.2, 0.1]) + 1
    near = np.clip(desil + np.where(rng.random(total) < 0.7, 0, rng.integers(-1, 6, total)), 1, 10)
    return pd.DataFrame(
        {
            "sisi": rng.permutation(sides),
            "desa": home,
            "desa_bps": _moved(rng, home, villages),
            "budaya": rng.choice(len(share), total, p=share / share.sum()),
            "rt": skewed(rng, 14, total) + 1,
            "rw": skewed(rng, 6, total) + 1,
            "jalan": skewed(rng, len(lexicon.lists.jalan) + len(lexicon.lists.dusun), total),
            "nomor": rng.integers(1, 90, total),
            "desil": desil,
            "desil_bps": near,
            "pkh": chance(rng, 0.35, total),
            "sembako": chance(rng, 0.55, total),
        }
    )


def _moved(rng: np.random.Generator, home: Ints, villages: pd.DataFrame) -> Ints:
    """Return the later village of each family: mostly the same, else mostly within the kecamatan."""
    kec = ints(villages["kec"])
    first = np.searchsorted(kec, kec[home])
    size = np.searchsorted(kec, kec[home], side="right") - first
    near = first + (home - first + 1 + rng.integers(0, 1000, len(home)) % np.maximum(size - 1, 1)) % size
    far = rng.integers(0, len(villages), len(home))
    target = np.where(chance(rng, MOVED_WITHIN_KECAMATAN, len(home)), near, far)
    return np.where(chance(rng, MOVED, len(home)), target, home)


def _persons(seed: int, families: pd.DataFrame) -> pd.DataFrame:
    """Return heads, spouses, children and others with sexes and birth dates that fit one another."""
    rng = generator(seed, _PERSONS)
    head = _heads(rng, len(families))
    spouse = _spouses(rng, head)
    children = _children(rng, head, spouse)
    other = _others(rng, head)
    people = pd.concat([head, spouse, children, other], ignore_index=True)
    people["lahir"] = _heaped(rng, ints(people["lahir"]))
    return people.sort_values(["keluarga", "hubungan", "lahir"], kind="stable", ignore_index=True)


def _heads(rng: np.random.Generator, total: int) -> pd.DataFrame:
    year = np.clip(rng.normal(1975, 12, total), 1938, 1998).astype(np.int64)
    return pd.DataFrame(
        {
            "keluarga": np.arange(total),
            "hubungan": int(Kin.HEAD),
            "pria": chance(rng, 0.83, total),
            "lahir": to_days(year, np.ones_like(year), rng.integers(1, 366, total)),
        }
    )


def _spouses(rng: np.random.Generator, head: pd.DataFrame) -> pd.DataFrame:
    married = rng.random(len(head)) < np.where(head["pria"], 0.85, 0.06)
    spouse = head[married].assign(hubungan=int(Kin.SPOUSE), pria=~head["pria"][married])
    younger = rng.integers(-700, 1800, len(spouse))
    return spouse.assign(lahir=spouse["lahir"] + np.where(spouse["pria"], -younger, younger))


def _children(rng: np.random.Generator, head: pd.DataFrame, spouse: pd.DataFrame) -> pd.DataFrame:
    """Return children: the first 19 to 29 years after the younger parent, then every two to four years."""
    parent = ints(head["lahir"]).copy()
    parent[ints(spouse["keluarga"])] = np.maximum(parent[ints(spouse["keluarga"])], ints(spouse["lahir"]))
    counts = rng.choice(6, len(head), p=[0.17, 0.24, 0.29, 0.18, 0.08, 0.04])
    family = np.repeat(np.arange(len(head)), counts)
    order = np.arange(len(family)) - np.repeat(np.cumsum(counts) - counts, counts)
    first = parent + rng.integers(19 * 365, 29 * 365, len(head))
    # three years apart, give or take one, so that no sibling follows within nine months
    born = first[family] + order * 1095 + rng.integers(-365, 365, len(family))
    left_home = (born < day_number("1999-01-01")) & chance(rng, 0.8, len(family))
    children = pd.DataFrame(
        {
            "keluarga": family,
            "hubungan": int(Kin.CHILD),
            "pria": chance(rng, 0.51, len(family)),
            "lahir": born,
        }
    )
    return children[(born <= LAST_BIRTH) & ~left_home]


def _others(rng: np.random.Generator, head: pd.DataFrame) -> pd.DataFrame:
    """Return one parent of the head in every ninth family whose head is not old."""
    young = ints(head["lahir"]) > -365 * 5
    with_parent = chance(rng, 0.11, len(head)) & young
    other = head[with_parent].assign(hubungan=int(Kin.OTHER), pria=chance(rng, 0.3, int(with_parent.sum())))
    return other.assign(lahir=other["lahir"] - rng.integers(20 * 365, 34 * 365, len(other)))


def _heaped(rng: np.random.Generator, born: Days) -> Days:
    """Return birth dates of which some lie on 1 January, 31 December and 1 July, as registers have them."""
    year, _, _ = calendar(born)
    draw = rng.random(len(born))
    for low, high, month, day in ((0, 0.04, 1, 1), (0.04, 0.06, 12, 31), (0.06, 0.08, 7, 1)):
        fixed = to_days(year, np.full_like(year, month), np.full_like(year, day))
        born = np.where((draw >= low) & (draw < high), fixed, born)
    return born


def _named(persons: pd.DataFrame, families: pd.DataFrame, seed: int, lexicon: Lexicon) -> pd.DataFrame:
    """Return the persons with a name after the tradition of their family; some children bear the head's."""
    rng = generator(seed, _NAMES)
    tradition = ints(families["budaya"])[ints(persons["keluarga"])]
    name = np.full((len(persons), 3), NONE, dtype=np.int64)
    for number, custom in enumerate(lexicon.lists.budaya.values()):
        for male in (True, False):
            rows = np.flatnonzero((tradition == number) & (flags(persons["pria"]) == male))
            name[rows] = _names(rng, custom, lexicon, len(rows), male=male)
    is_head = ints(persons["hubungan"]) == Kin.HEAD
    fathers = name[is_head, 2][ints(persons["keluarga"])]
    inherits = (ints(persons["hubungan"]) == Kin.CHILD) & (fathers >= 0) & chance(rng, 0.3, len(persons))
    name[:, 2] = np.where(inherits, fathers, name[:, 2])
    return persons.assign(kata1=name[:, 0], kata2=name[:, 1], kata3=name[:, 2])


def _names(rng: np.random.Generator, custom: Tradition, lexicon: Lexicon, size: int, *, male: bool) -> Ints:
    parts = custom.pria if male else custom.wanita
    rare = lexicon.lists.tambahan["pria" if male else "wanita"].names()
    opening, given, closing = (
        lexicon.index(group)[skewed(rng, len(group), size)]
        for group in (parts.awal, (*parts.depan, *rare), parts.belakang)
    )
    opening = np.where(chance(rng, custom.awalan, size), opening, NONE)
    closing = np.where(chance(rng, custom.tunggal, size), NONE, closing)
    return np.column_stack([opening, given, closing])


def _issuing_regions(
    rng: np.random.Generator,
    families: pd.DataFrame,
    persons: pd.DataFrame,
    villages: pd.DataFrame,
    lexicon: Lexicon,
) -> Ints:
    """Return six digits per person: the kecamatan that issued the NIK, under the code valid then.

    Before a split that was the old code. Some were issued in another province.
    """
    former = villages["kode_lama"].where(villages["kode_lama"] != "", villages["kode"])
    digits = ints(former.str.replace(".", "", regex=False).str.slice(0, 6).astype("int64"))
    home = digits[ints(families["desa"])[ints(persons["keluarga"])]]
    size = len(persons)
    provinces = np.array(lexicon.lists.asal, dtype=np.int64)[skewed(rng, len(lexicon.lists.asal), size)]
    elsewhere = provinces * 10_000 + rng.integers(1, 20, size) * 100 + rng.integers(1, 25, size)
    return np.where(chance(rng, ISSUED_ELSEWHERE, size), elsewhere, home)


def _niks(persons: pd.DataFrame, regions: Ints) -> Ints:
    """Return NIKs: region, day (plus 40 for women), month, year, and a serial from 0001 within those."""
    year, month, day = calendar(ints(persons["lahir"]))
    day = np.where(flags(persons["pria"]), day, day + 40)
    return _serial(((regions * 100 + day) * 100 + month) * 100 + year % 100)


def _family_cards(rng: np.random.Generator, families: pd.DataFrame, villages: pd.DataFrame) -> Ints:
    """Return KK numbers: region, date of issue, serial."""
    digits = ints(villages["kode"].str.replace(".", "", regex=False).str.slice(0, 6).astype("int64"))
    size = len(families)
    year, month, day = calendar(rng.integers(14_000, 19_700, size))
    return _serial(((digits[ints(families["desa_bps"])] * 100 + day) * 100 + month) * 100 + year % 100)


def _serial(prefix: Ints) -> Ints:
    """Return ``prefix`` followed by four digits that make it unique, counted from 0001."""
    order = np.argsort(prefix, kind="stable")
    ranked = prefix[order]
    start = np.searchsorted(ranked, ranked)
    serial = np.empty_like(prefix)
    serial[order] = np.arange(len(prefix)) - start + 1
    return prefix * 10_000 + serial
