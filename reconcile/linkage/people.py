"""Who is surely in two rows: the same persons, told by NIK or by name and whole birth date."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.linkage.features import Features, every_two
from reconcile.linkage.values import Category, Codes, Dates, Names

#: A name that more persons than this have is common.
COMMON = 50

Rows = npt.NDArray[np.integer]


@dataclass(frozen=True)
class People:
    """The persons of all rows, in the order of features.Persons, as what tells a person for sure."""

    start: npt.NDArray[np.int64]
    nik: Codes
    issued: Codes
    name: Codes
    opening: Codes
    birth: Codes
    vague: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Common:
    """Per pair of rows: ``count`` of persons in both; ``kin``: the head of the second or most of it are."""

    count: npt.NDArray[np.int64]
    kin: npt.NDArray[np.bool_]


def people_of(features: Features) -> People | None:
    """Return the persons of all rows; None where a linkage has no persons with NIK, name and birth date."""
    of = {name: feature for name, feature in features.by_name.items() if features.of_persons(name)}
    name = next((k for k, f in of.items() if isinstance(f, Names)), None)
    birth = next((f for f in of.values() if isinstance(f, Dates)), None)
    nik = next((k for k, f in of.items() if isinstance(f, Category)), None)
    if name is None or birth is None or nik is None:
        return None
    person = features.persons.person
    code, numbers = of[name].code[person], of[nik].code[person]
    common = np.bincount(code[code >= 0], minlength=1) > COMMON
    vague = birth.filled_in[person] & common[code]
    issued, opening = features.key(nik, "start6")[person], features.key(name, "start3")[person]
    return People(features.persons.start, numbers, issued, code, opening, birth.code[person], vague)


def in_common(people: People, a: Rows, b: Rows) -> Common:
    """Return the persons that rows ``a[i]`` and ``b[i]`` share.

    Two are one person where the NIK and the start of the name or the birth date agree, or name and birth
    date. A NIK alone may be borrowed; name and date alone may be another's, where two NIKs of other places
    speak against it, or where the name is common and the date one that is filled in for many.
    """
    size = np.diff(people.start)
    pair, i, j = every_two(size[a], size[b])
    x, y = people.start[a][pair] + i, people.start[b][pair] + j
    numbered = (people.nik[x] == people.nik[y]) & (people.nik[x] >= 0)
    born = (people.birth[x] == people.birth[y]) & (people.birth[x] >= 0)
    named = (people.name[x] == people.name[y]) & (people.name[x] >= 0)
    # a misspelling seldom changes how a name begins
    begun = (people.opening[x] == people.opening[y]) & (people.opening[x] >= 0)
    against = (people.nik[x] >= 0) & (people.nik[y] >= 0) & (people.issued[x] != people.issued[y])
    same = (named & born & ~against & ~people.vague[x]) | (numbered & (begun | born))
    once = np.unique(np.column_stack([pair[same], y[same]]), axis=0)[:, 0]
    head = np.zeros(len(a), dtype=np.bool_)
    head[pair[same & (j == 0)]] = True
    count = np.bincount(once, minlength=len(a))
    return Common(count, head | (2 * count > size[b]))
