"""Evidence of each pair in bits, and the probability that it is one family."""

import numpy as np
import numpy.typing as npt

from reconcile.linkage.blocking import Candidates
from reconcile.linkage.compare import LEVELS
from reconcile.linkage.features import Features, every_two
from reconcile.linkage.parameters import Parameters
from reconcile.linkage.patterns import Patterns
from reconcile.linkage.people import People, in_common
from reconcile.linkage.spec import ComparisonSpec, LinkageSpec
from reconcile.linkage.values import Category, Codes, Names

Bits = npt.NDArray[np.float64]
#: A name that is rarer or more common than the average counts so many bits more or less at most.
RARITY_LIMIT = 8.0


def evidence(
    features: Features, spec: LinkageSpec, candidates: Candidates, found: Patterns, parameters: Parameters
) -> Bits:
    """Return log2 of the odds that each pair is one family: its prior odds and the bits of its levels."""
    of_pattern = np.full(len(found.count), np.log2(parameters.odds))
    for place, one in enumerate(spec.comparisons):
        of_pattern += np.append(0.0, parameters.bits(one.name))[found.levels[:, place]]
    bits = of_pattern[found.of_pair]
    for place, one in enumerate(spec.comparisons):
        if not one.rare and one.kind != "identifier":
            continue
        level = found.levels[:, place][found.of_pair] - 1
        bits += _rarity(features, one, candidates.left, level, parameters)
    # rounded, so that the last bits of a processor's own log2 never decide a tie or a byte
    return bits.round(6)


def _rarity(
    features: Features, one: ComparisonSpec, rows: Codes, level: npt.NDArray[np.int8], parameters: Parameters
) -> Bits:
    """Return bits to add where an agreement is on a rare value, to take off where it is on a common one.

    u is the chance of an average value; that of one value is its share among the rows. Of an identifier only
    repetition counts: one that stands in many families says little.
    """
    feature = features.by_name[one.features[0]]
    add = np.zeros(len(rows))
    if isinstance(feature, Names) and one.rare:
        count, total = _counts(features, feature.code)
        average = float(((count / total) ** 2).sum())
        equal = np.flatnonzero((level >= 0) & (level <= LEVELS["name"].index("sound")))
        share = np.maximum(count[feature.code[rows[equal]]] - 1, 1) / total
        add[equal] = np.clip(np.log2(average / share), -RARITY_LIMIT, RARITY_LIMIT)
    if isinstance(feature, Category) and one.kind == "identifier":
        count, total = _counts(features, feature.code)
        equal = np.flatnonzero(level == 0)
        share = np.maximum(count[feature.code[rows[equal]]] - 2, 0) / total
        usual = parameters.u[one.name][0]
        add[equal] = np.log2(usual / np.maximum(share, usual))
    return add


def _counts(features: Features, code: Codes) -> tuple[npt.NDArray[np.int64], int]:
    known = code[: features.n][code[: features.n] >= 0]
    return np.bincount(known, minlength=1), max(len(known), 1)


def probability(bits: Bits, left: Codes, right: Codes, people: People | None, parameters: Parameters) -> Bits:
    """Return the probability of each pair, given that a row is one family with one row at most.

    The odds of all pairs of a row compete: two candidates that are equally good have half each at most. Rows
    of one table that share their head or most people are one family written twice or split: they do not
    compete.
    """
    odds = np.exp2(np.clip(bits, -60, 60))
    rivals = _rival_odds(odds, left, right, people) + _rival_odds(odds, right, left, people)
    beside = bits - np.log2(1 + rivals)
    share: Bits = 1 / (1 + np.exp2(-np.clip(parameters.slope * beside + parameters.shift, -60, 60)))
    return share.round(9)


def _rival_odds(odds: Bits, row: Codes, other: Codes, people: People | None) -> Bits:
    """Return for each pair the odds of the other pairs of the same ``row`` that are no kin of ``other``."""
    order = np.argsort(row, kind="stable")
    start = np.flatnonzero(np.append(True, np.diff(row[order]) != 0)) if len(row) else np.empty(0, np.int64)
    size = np.diff(np.append(start, len(row)))
    group, i, j = every_two(size, size)
    apart = i != j
    first = start[group[apart]]
    one, two = order[first + i[apart]], order[first + j[apart]]
    competes = np.ones(len(one), dtype=np.bool_)
    if people is not None:
        competes = ~in_common(people, other[one], other[two]).kin
    total: Bits = np.bincount(one[competes], odds[two[competes]], minlength=len(row)).astype(np.float64)
    return total
