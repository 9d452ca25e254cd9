"""What a level is worth, learnt from the data without labels (Fellegi and Sunter 1969; EM: Winkler 1988).

``m`` is how often a level is seen among pairs that are one family, ``u`` among pairs that are not. m comes
from EM over the patterns of the candidate pairs. u comes from pairs taken at random, from exact counts where
a level is the equality of a value, and for levels too rare for either from candidates that are no matches.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from reconcile.linkage.blocking import Candidates
from reconcile.linkage.compare import compare
from reconcile.linkage.features import Features
from reconcile.linkage.patterns import Patterns, patterns
from reconcile.linkage.sampling import random_pairs
from reconcile.linkage.spec import ComparisonSpec, LinkageSpec
from reconcile.linkage.values import Category, Codes, Dates, Names

Shares = npt.NDArray[np.float64]

#: Pairs of the sample that a level must have for its share to be taken from there.
SEEN = 3
#: The declared m counts as so many pairs beside those that are learnt from.
PRIOR_PAIRS = 10.0
ROUNDS, SETTLED = 200, 1e-7


@dataclass(frozen=True)
class Parameters:
    """``m`` and ``u`` per comparison, a share per level; ``odds`` that two rows at random are one family."""

    odds: float
    m: Mapping[str, tuple[float, ...]]
    u: Mapping[str, tuple[float, ...]]

    def to_json(self) -> str:
        """Return the parameters as text that ``from_json`` reads."""
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str, spec: LinkageSpec) -> "Parameters":
        """Return parameters that ``to_json`` wrote; ValueError where they are not those of ``spec``."""
        values = json.loads(text)
        read = cls(float(values["odds"]), *({k: tuple(v) for k, v in values[name].items()} for name in "mu"))
        wanted = {one.name: len(one.m) for one in spec.comparisons}
        if any({k: len(v) for k, v in shares.items()} != wanted for shares in (read.m, read.u)):
            raise ValueError("parameters of another linkage")
        return read

    def bits(self, name: str) -> Shares:
        """Return the evidence of each level of a comparison in bits, log2(m / u)."""
        bits: Shares = np.log2(np.array(self.m[name]) / np.array(self.u[name]))
        return bits


@dataclass(frozen=True)
class _Mixture:
    """The result of EM: shares of levels among matches and others, and the match share of each pattern."""

    m: list[Shares]
    u: list[Shares]
    share: float
    match: Shares


def learn(
    features: Features, spec: LinkageSpec, candidates: Candidates, found: Patterns, order: Codes
) -> Parameters:
    """Return the parameters; ``order`` ranks the rows by content, so that row order changes nothing."""
    mixture = _em(found, spec)
    every = max(float(features.n_left) * features.n_right, 1.0)
    sample = _levels_by_chance(features, spec, candidates, found, mixture, order)
    m, u = {}, {}
    for place, one in enumerate(spec.comparisons):
        m[one.name] = _rounded(mixture.m[place])
        if one.when:
            u[one.name] = _rounded(mixture.u[place])
            continue
        levels = sample.levels[:, place]
        counted = np.bincount(levels, weights=sample.count, minlength=len(one.m) + 1)
        comparable = max(counted[1:].sum() / max(counted.sum(), 1), 1e-6)
        others = (1 - mixture.match) * found.count
        mass = (
            np.bincount(found.levels[:, place], weights=others, minlength=len(one.m) + 1)[1:]
            / every
            / comparable
        )
        seen, total = counted[1:], max(counted[1:].sum(), 1.0)
        share = np.where(seen >= SEEN, seen / total, np.minimum(np.maximum(mass, seen / total), SEEN / total))
        for level, chance in _chance_equal(features, one).items():
            share[level] = max(chance, mass[level])
        if one.kind == "head":
            # that heads are one person is what their own levels say, and their u is that of all pairs
            share[-1] = 1.0
        u[one.name] = _rounded(np.clip(share, 0.5 / every, 1.0))
    expected = max(float((mixture.match * found.count).sum()), 0.5)
    return Parameters(round(expected / every, 15), m, u)


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
    count = found.count.astype(np.float64)
    share, match = 0.3, np.zeros(len(count))
    for _ in range(ROUNDS):
        odds = _logs(found, m) - _logs(found, u) + np.log(share / (1 - share))
        match = 1 / (1 + np.exp(-np.clip(odds, -500, 500)))
        weight = match * count
        for place, prior in enumerate(declared):
            levels = found.levels[:, place]
            ones = np.bincount(levels, weights=weight, minlength=len(prior) + 1)[1:] + PRIOR_PAIRS * prior
            others = np.bincount(levels, weights=count - weight, minlength=len(prior) + 1)[1:] + 0.5
            m[place], u[place] = ones / ones.sum(), others / others.sum()
        before, share = share, float(np.clip((weight.sum() + 0.5) / (count.sum() + 1), 1e-6, 1 - 1e-6))
        if abs(share - before) < SETTLED:
            break
    return _Mixture(m, u, share, match)


def _logs(found: Patterns, shares: list[Shares]) -> Shares:
    total = np.zeros(len(found.count))
    for place, one in enumerate(shares):
        total += np.append(0.0, np.log(np.maximum(one, 1e-12)))[found.levels[:, place]]
    return total


def _levels_by_chance(
    features: Features,
    spec: LinkageSpec,
    candidates: Candidates,
    found: Patterns,
    mixture: _Mixture,
    order: Codes,
) -> Patterns:
    """Return the patterns of pairs taken at random, without those that look like one family.

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
    return patterns(compare(features, spec, one, two), [len(c.m) for c in spec.comparisons])


def _chance_equal(features: Features, one: ComparisonSpec) -> dict[int, float]:
    """Return for each level that is the equality of a value how often two random rows have it, exactly."""
    feature = features.by_name[one.features[0]]
    match one.kind, feature:
        case "identifier" | "text", Category():
            return {0: _chance(features, feature.code)}
        case "name", Names():
            written = _chance(features, feature.spelling)
            return {0: written, 1: max(_chance(features, feature.code) - written, 0.0)}
        case "date", Dates():
            return {}
        case "area", Category():
            return {}
    return {}


def _chance(features: Features, code: Codes) -> float:
    """Return the share of pairs of known rows with one code, less one pair per value: the family itself."""
    sides = [code[: features.n_left], code[features.n_left : features.n]]
    known = [side[side >= 0] for side in sides]
    if not len(known[0]) or not len(known[1]):
        return 0.0
    size = max(int(side.max()) for side in known) + 1
    left, right = (np.bincount(side, minlength=size).astype(np.float64) for side in known)
    return float((left * right - np.minimum(left, right)).sum() / (len(known[0]) * len(known[1])))
