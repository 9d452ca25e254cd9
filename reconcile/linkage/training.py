"""What a level is worth, learnt from the data without labels (Fellegi and Sunter 1969; EM: Winkler 1988).

``m`` is how often a level is seen among pairs that are one family, ``u`` among pairs that are not. m comes
from EM over the patterns of the candidate pairs. u comes from pairs taken at random, from exact counts where
a level is the equality of a value, and for levels too rare for either from candidates that are no matches.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.executor import LOCAL, Executor
from reconcile.linkage.blocking import Candidates
from reconcile.linkage.features import Features
from reconcile.linkage.parameters import Parameters
from reconcile.linkage.parts import compare_parts
from reconcile.linkage.patterns import Patterns, patterns
from reconcile.linkage.sampling import random_pairs
from reconcile.linkage.score import evidence, probability
from reconcile.linkage.spec import ComparisonSpec, LinkageSpec
from reconcile.linkage.values import Category, Codes, Names

Shares = npt.NDArray[np.float64]

#: Pairs of the sample that a level must have for its share to be taken from there.
SEEN = 3
#: The declared m counts as so many pairs beside those that are learnt from.
PRIOR_PAIRS = 10.0
ROUNDS, SETTLED = 200, 1e-7
#: Rounds in which the pairs of a row compete, and the bits from which a pair takes part in them.
ONE_TO_ONE_ROUNDS, WORTH_LEARNING = 3, -12.0


@dataclass(frozen=True)
class _Mixture:
    """The result of EM: shares of levels among matches and others, and the match share of each pattern."""

    m: list[Shares]
    u: list[Shares]
    match: Shares


def learn(
    features: Features,
    spec: LinkageSpec,
    candidates: Candidates,
    found: Patterns,
    order: Codes,
    executor: Executor = LOCAL,
) -> Parameters:
    """Return the parameters; ``order`` ranks the rows by content, so that row order changes nothing.

    EM knows nothing of rows: where many pairs of a row look alike it may take them all. So what it finds is
    learnt from again, each pair weighing as much as it does beside the other pairs of its rows.
    """
    mixture = _em(found, spec)
    one, two = _by_chance(features, candidates, found, mixture, order)
    levels = compare_parts(features, spec, one, two, executor, scattered=True)
    sample = patterns(levels, [len(c.m) for c in spec.comparisons])
    for _ in range(ONE_TO_ONE_ROUNDS):
        parameters = _parameters(features, spec, found, sample, mixture)
        bits = evidence(features, spec, candidates, found, parameters)
        near = np.flatnonzero(bits >= WORTH_LEARNING)
        share = probability(bits[near], candidates.left[near], candidates.right[near], None, parameters)
        matches = np.bincount(found.of_pair[near], share, minlength=len(found.count))
        mixture = _mixture(found, spec, np.minimum(matches / found.count, 1.0))
    return _parameters(features, spec, found, sample, mixture)


def _parameters(
    features: Features, spec: LinkageSpec, found: Patterns, sample: Patterns, mixture: _Mixture
) -> Parameters:
    every = max(float(features.n_left) * features.n_right, 1.0)
    others = (1 - mixture.match) * found.count
    m, u = {}, {}
    for place, one in enumerate(spec.comparisons):
        size = len(one.m) + 1
        mass = np.bincount(found.levels[:, place], weights=others, minlength=size)[1:] / every
        counted = np.bincount(sample.levels[:, place], weights=sample.count, minlength=size)
        if one.when:
            chance = mixture.u[place]
        elif counted[1:].sum() < SEEN:
            # nobody can be compared in it here: it says nothing, whatever its level in another list
            chance = mixture.m[place]
        else:
            chance = _chance(features, one, counted.astype(float), mass)
        m[one.name], u[one.name] = _rounded(mixture.m[place]), _rounded(np.clip(chance, 0.5 / every, 1.0))
    expected = max(float((mixture.match * found.count).sum()), 0.5)
    return Parameters(round(expected / every, 15), m, u)


def _chance(features: Features, one: ComparisonSpec, counted: Shares, mass: Shares) -> Shares:
    """Return u of each level: from the sample where it was seen often enough, else from the candidates.

    ``counted`` are the pairs of the sample by level, those that cannot be compared first; ``mass`` the
    candidates that are no match, as a share of all pairs. Nearly all pairs of a rare level are candidates.
    """
    comparable = max(counted[1:].sum() / max(counted.sum(), 1), 1e-6)
    seen, total = counted[1:], max(counted[1:].sum(), 1.0)
    rare = np.minimum(np.maximum(mass / comparable, seen / total), SEEN / total)
    share = np.where(seen >= SEEN, seen / total, rare)
    for level, chance in _chance_equal(features, one).items():
        share[level] = max(chance, mass[level] / comparable)
    # what is left is the weakest level's: that nobody was seen with it makes it no evidence
    share[-1] = max(share[-1], 1 - share[:-1].sum())
    if one.kind == "head":
        # that heads are one person is what their own levels say, and their u is that of all pairs
        share[-1] = 1.0
    return np.asarray(share, dtype=np.float64)


def _rounded(shares: Shares) -> tuple[float, ...]:
    """Return shares rounded to 9 significant digits: the last bits of a processor never decide a tie."""
    return tuple(float(f"{value:.9g}") for value in shares)


def _em(found: Patterns, spec: LinkageSpec) -> _Mixture:
    """Return the mixture of two classes, levels independent within a class, that fits the patterns best."""
    declared = [np.array(one.m) / sum(one.m) for one in spec.comparisons]
    m = list(declared)
    u = [
        np.linspace(1, 2 * len(shares), len(shares)) / (len(shares) * (len(shares) + 0.5))
        for shares in declared
    ]
    if not len(found.count):
        return _mixture(found, spec, np.empty(0))
    share = 0.3
    for _ in range(ROUNDS):
        odds = _logs(found, m) - _logs(found, u) + np.log(share / (1 - share))
        fitted = _mixture(found, spec, 1 / (1 + np.exp(-np.clip(odds, -500, 500))))
        m, u, before = fitted.m, fitted.u, share
        share = float(np.clip(np.average(fitted.match, weights=found.count), 1e-6, 1 - 1e-6))
        if abs(share - before) < SETTLED:
            break
    return fitted


def _mixture(found: Patterns, spec: LinkageSpec, match: Shares) -> _Mixture:
    """Return the shares of levels when a share ``match`` of each pattern's pairs are matches."""
    count = found.count.astype(np.float64)
    m, u = [], []
    for place, one in enumerate(spec.comparisons):
        levels, size = found.levels[:, place], len(one.m) + 1
        prior = PRIOR_PAIRS * np.array(one.m) / sum(one.m)
        ones = np.bincount(levels, weights=match * count, minlength=size)[1:] + prior
        others = np.bincount(levels, weights=(1 - match) * count, minlength=size)[1:] + 0.5
        m.append(ones / ones.sum())
        u.append(others / others.sum())
    return _Mixture(m, u, match)


def _logs(found: Patterns, shares: list[Shares]) -> Shares:
    total = np.zeros(len(found.count))
    for place, one in enumerate(shares):
        total += np.append(0.0, np.log(np.maximum(one, 1e-12)))[found.levels[:, place]]
    return total


def _by_chance(
    features: Features, candidates: Candidates, found: Patterns, mixture: _Mixture, order: Codes
) -> tuple[Codes, Codes]:
    """Return the rows of pairs taken at random, without those that look like one family.

    Every comparison counts here: u is the chance of a level among all pairs that are no match.
    """
    one, two = random_pairs(features, order)
    width = max(features.n_right, 1)
    number = candidates.left.astype(np.int64) * width + candidates.right
    wanted = one.astype(np.int64) * width + two
    if len(number):
        at = np.minimum(np.searchsorted(number, wanted), len(number) - 1)
        same = (number[at] == wanted) & (mixture.match[found.of_pair[at]] > 0.5)
        one, two = one[~same], two[~same]
    return one, two


def _chance_equal(features: Features, one: ComparisonSpec) -> dict[int, float]:
    """Return for each level that is the equality of a value how often two random rows have it, exactly."""
    feature = features.by_name[one.features[0]]
    match one.kind, feature:
        case "identifier" | "text", Category():
            return {0: _equal(features, feature.code)}
        case "name", Names():
            written = _equal(features, feature.spelling)
            return {0: written, 1: max(_equal(features, feature.code) - written, 0.0)}
    return {}


def _equal(features: Features, code: Codes) -> float:
    """Return the share of pairs of known rows with one code, less one pair per value: the family itself."""
    sides = [code[: features.n_left], code[features.n_left : features.n]]
    known = [side[side >= 0] for side in sides]
    if not len(known[0]) or not len(known[1]):
        return 0.0
    size = max(int(side.max()) for side in known) + 1
    left, right = (np.bincount(side, minlength=size).astype(np.float64) for side in known)
    return float((left * right - np.minimum(left, right)).sum() / (len(known[0]) * len(known[1])))
