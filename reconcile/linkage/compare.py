"""Every comparison of a linkage over all pairs: which level each pair has in each."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from reconcile.linkage import kinds
from reconcile.linkage.features import Features
from reconcile.linkage.kinds import Flags, Levels, ranked
from reconcile.linkage.members import Shared, shared_members
from reconcile.linkage.spec import ComparisonSpec, LinkageSpec
from reconcile.linkage.values import MISSING, Category, Codes, Dates, Names, Number

#: The levels of each kind of comparison, strongest first; those of an area are its parts.
LEVELS: Mapping[str, tuple[str, ...]] = {
    "identifier": ("same", "one_edit", "two_edits", "serial", "same_start", "other"),
    "name": (
        "written", "sound", "words_rare", "words", "close", "similar", "weak_rare", "weak", "other",
    ),
    "date": ("same", "default", "swapped", "parts", "year", "near", "other"),
    "category": ("same", "other"),
    "number": ("same", "near", "other"),
    "text": ("same", "words", "close", "similar", "other"),
    "pair": ("both", "one", "other"),
    "head": ("both", "one_rare", "one", "likely", "another", "same"),
    "members": (
        "all_strong", "strong", "all_good", "good", "all_fair", "fair", "little", "alike", "none",
    ),
}  # fmt: skip
#: Bits from which members in common are strong, good, fair evidence: some three, two, one of them.
MEMBER_BITS = (45, 28, 14)
#: Bits from which the name of a head that the other row has as a member is a rare one.
RARE_BITS = 11


def level_names(one: ComparisonSpec) -> tuple[str, ...]:
    """Return the levels of a comparison, strongest first."""
    return ("same", *one.parts, "other") if one.kind == "area" else LEVELS[one.kind]


def compare(features: Features, spec: LinkageSpec, a: Codes, b: Codes) -> dict[str, Levels]:
    """Return per comparison of ``spec`` the level of each pair of rows (``a[i]``, ``b[i]``).

    A level is its place in ``level_names``, MISSING where one side does not know.
    """
    plain = {c.features: c for c in spec.comparisons if c.kind not in ("head", "members")}
    household = next((c for c in spec.comparisons if c.kind in ("head", "members")), None)
    with ThreadPoolExecutor(2) as pool:
        of_members = pool.submit(shared_members, features, household.features, a, b) if household else None
        made = pool.map(lambda one: _levels(features, one, a, b), plain.values())
        of_feature = dict(zip(plain, made, strict=True))
        shared = of_members.result() if of_members else None
    levels: dict[str, Levels] = {}
    for one in spec.comparisons:
        level = of_feature.get(one.features)
        if one.kind == "head" and shared is not None:
            level = _head([of_feature[(name,)] for name in one.features], shared)
        if one.kind == "members" and shared is not None:
            level = _members(shared)
        assert level is not None  # noqa: S101
        levels[one.name] = level
    return levels


def counting(spec: LinkageSpec, levels: Mapping[str, Levels]) -> dict[str, Levels]:
    """Return ``levels``, MISSING also where what a comparison depends on says that it does not count."""
    names = {one.name: level_names(one) for one in spec.comparisons}
    counted: dict[str, Levels] = {}
    for one in spec.comparisons:
        counted[one.name] = _where_it_counts(one, levels[one.name], counted, names)
    return counted


def _levels(features: Features, one: ComparisonSpec, a: Codes, b: Codes) -> Levels:
    found = [features.by_name[name] for name in one.features]
    level: Levels
    match one.kind, found:
        case "identifier", [Category() as feature]:
            level = kinds.identifier(feature, a, b)
        case "name", [Names() as feature]:
            level = kinds.name(feature, a, b)
        case "date", [Dates() as feature]:
            level = kinds.date(feature, a, b)
        case "category", [Category() as feature]:
            level = kinds.category(feature, a, b)
        case "text", [Category() as feature]:
            level = kinds.text(feature, a, b)
        case "number", [Number() as feature]:
            level = kinds.number(feature, a, b)
        case "area", [Category()]:
            level = kinds.area([features.key(one.features[0], part) for part in ("", *one.parts)], a, b)
        case "pair", [(Category() | Number()) as first, (Category() | Number()) as second]:
            within = features.by_name[one.within].code if one.within else None
            level = kinds.pair((first.code, second.code), within, a, b)
        case _:
            raise TypeError(f"{one.name}: a comparison of kind {one.kind} cannot use {one.features}")
    return level


def _head(own: Sequence[Levels], shared: Shared) -> Levels:
    """Return both, one_rare, one, likely, another, same.

    That is: how many heads are a member of the other row, ``one_rare`` by a rare name, ``likely`` by a
    likeness.
    ``own`` are the levels of name, birth date and NIK of the heads. Where all three disagree the heads are
    two persons; that their list of three disagreements is one fact is what this comparison is for.
    """
    name, date, nik = own
    weak = LEVELS["name"].index("weak_rare")
    named_apart = (name >= weak) | (name == MISSING)
    known = (name != MISSING) | (date != MISSING) | (nik != MISSING)
    no_date = (date == MISSING) | (date >= LEVELS["date"].index("year"))
    no_nik = (nik == MISSING) | (nik >= LEVELS["identifier"].index("serial"))
    another = named_apart & no_date & no_nik
    crossed_once = (shared.crossed == 1) & named_apart & (nik != 0)
    return ranked(
        [
            (shared.crossed == 2) & named_apart & (nik != 0),
            crossed_once & (shared.head_bits >= RARE_BITS),
            crossed_once,
            (shared.maybe_crossed > 0) & another,
            another,
        ],
        known,
    )


def _members(shared: Shared) -> Levels:
    """Return how strongly the members in common speak, and whether they are all of the smaller family's.

    Where a head is among the other's members, and nobody else is in common, the lists do not disagree.
    """
    every = shared.same + shared.alike >= shared.smaller
    conditions: list[Flags] = []
    for bits in MEMBER_BITS:
        conditions += [(shared.bits >= bits) & every, shared.bits >= bits]
    conditions += [shared.bits > 0, shared.alike > 0]
    nothing_left = (shared.crossed > 0) & (shared.same == 0)
    return ranked(conditions, (shared.smaller > 0) & ~nothing_left)


def _where_it_counts(
    one: ComparisonSpec, level: Levels, earlier: Mapping[str, Levels], names: Mapping[str, tuple[str, ...]]
) -> Levels:
    counts = np.ones(len(level), dtype=np.bool_)
    for conditions, wanted in ((one.unless, False), (one.when, True)):
        for other, chosen in conditions.items():
            places = [names[other].index(name) for name in chosen]
            counts &= np.isin(earlier[other], places) == wanted
    return np.where(counts, level, np.int8(MISSING))
