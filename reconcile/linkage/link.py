"""Linking two tables: features, candidate pairs, comparison, parameters, evidence, one-to-one."""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from reconcile.executor import LOCAL, Executor
from reconcile.linkage.assign import one_to_one
from reconcile.linkage.blocking import Candidates, PassYield, candidate_pairs
from reconcile.linkage.calibration import LOWEST, Scored, calibrated_line
from reconcile.linkage.compare import counting
from reconcile.linkage.features import Features, Side, build_features
from reconcile.linkage.parameters import Parameters
from reconcile.linkage.parts import compare_parts
from reconcile.linkage.patterns import Patterns, patterns
from reconcile.linkage.people import people_of
from reconcile.linkage.sampling import content_order
from reconcile.linkage.score import evidence, probability
from reconcile.linkage.spec import LinkageSpec
from reconcile.linkage.training import learn


def _no_pairs() -> npt.NDArray[np.int64]:
    return np.empty((0, 2), dtype=np.int64)


@dataclass(frozen=True)
class Ruling:
    """Pairs of rows, (n, 2) each, that people judged: ``same`` is taken, ``other`` is never taken.

    ``contested``: reviewers disagree; the matching weighs them as all others, and nobody accepts them.
    """

    same: npt.NDArray[np.int64] = field(default_factory=_no_pairs)
    other: npt.NDArray[np.int64] = field(default_factory=_no_pairs)
    contested: npt.NDArray[np.int64] = field(default_factory=_no_pairs)


NO_RULING = Ruling()


@dataclass(frozen=True)
class Links:
    """All that was found out: per candidate pair its pattern, bits and probability; ``chosen`` one-to-one."""

    features: Features
    candidates: Candidates
    passes: tuple[PassYield, ...]
    patterns: Patterns
    parameters: Parameters
    bits: npt.NDArray[np.float64]
    probability: npt.NDArray[np.float64]
    chosen: npt.NDArray[np.int64]
    rank: npt.NDArray[np.int32]


def link(
    spec: LinkageSpec,
    left: Side,
    right: Side,
    ids: npt.NDArray[np.object_],
    *,
    parameters: Parameters | None = None,
    ruling: Ruling = NO_RULING,
    executor: Executor = LOCAL,
) -> Links:
    """Return the links of two tables; ``ids`` of both, the left one's first, break ties and are unique.

    Parameters are learnt from the tables themselves where none are given; ``ruling`` outranks them. What is
    cut in partitions ``executor`` works on; who does it changes nothing.
    """
    features = build_features(spec, left, right)
    rank = content_order(features, ids)
    return link_features(spec, features, rank, parameters=parameters, ruling=ruling, executor=executor)


def link_features(
    spec: LinkageSpec,
    features: Features,
    rank: npt.NDArray[np.int32],
    *,
    parameters: Parameters | None = None,
    ruling: Ruling = NO_RULING,
    executor: Executor = LOCAL,
) -> Links:
    """Return the links of two tables whose features are built; ``rank`` is their content_order."""
    candidates, yields = candidate_pairs(features, spec, ruling.same, executor)
    compared = compare_parts(features, spec, candidates.left, candidates.right, executor)
    levels = counting(spec, compared)
    found = patterns(levels, [len(one.m) for one in spec.comparisons])
    learnt = parameters or learn(features, spec, candidates, found, rank, executor)
    bits = evidence(features, spec, candidates, found, learnt)
    people = people_of(features)
    settled, open_pairs = _settled(candidates, ruling, features)
    # pairs with less evidence (odds under 1 : 128) take no part in the assignment
    near = np.flatnonzero((bits >= LOWEST) & open_pairs)
    a, b = candidates.left[near], candidates.right[near]
    taken = near[one_to_one(a, b, bits[near], rank)]
    if parameters is None:
        slope, shift = calibrated_line(features, Scored(candidates, bits, near, taken), rank, people)
        learnt = replace(learnt, slope=slope, shift=shift)
    share = np.zeros(len(bits))
    share[near] = probability(bits[near], a, b, people, learnt)
    share[settled] = 1.0
    chosen = np.sort(np.concatenate([taken, settled]))
    return Links(features, candidates, yields, found, learnt, bits, share, chosen, rank)


def _settled(
    candidates: Candidates, ruling: Ruling, features: Features
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return the candidates that are decided to be taken, and which of the others are still open."""
    numbers = candidates.left.astype(np.int64) * features.n + candidates.right
    same, other = (pairs[:, 0] * features.n + pairs[:, 1] for pairs in (ruling.same, ruling.other))
    taken = np.zeros(features.n, dtype=np.bool_)
    taken[ruling.same.ravel()] = True
    still_open = ~taken[candidates.left] & ~taken[candidates.right] & ~np.isin(numbers, other)
    return np.flatnonzero(np.isin(numbers, same)), still_open
