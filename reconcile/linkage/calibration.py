"""From evidence to a probability that holds: how often pairs like this are wrong, learnt without labels.

Evidence adds up as if fields erred independently, which they do not: a bad record is bad in many fields. But
one-to-one tells of many pairs that they are wrong: a row that surely has its partner has no other one. How
strong such pairs get, scaled to the rows without partner, is how many of the doubtful pairs are wrong (the
decoys of Elias and Gygi 2007).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.linkage.assign import one_to_one
from reconcile.linkage.blocking import Candidates
from reconcile.linkage.features import Features
from reconcile.linkage.people import People, in_common
from reconcile.linkage.values import Codes

Bits = npt.NDArray[np.float64]
#: Evidence in bits from which a pair is sure, for this; pairs between that and the lowest are doubtful.
SURE, LOWEST, WIDTH = 12.0, -7.0, 3.0
#: So many decoys at least, and so many sure pairs, else evidence is taken as it is.
FEW_DECOYS, FEW_SURE = 20, 500
#: The line of evidence as it is weighs like so many doubtful pairs.
PRIOR_PAIRS = 20.0
STEEPEST, FLATTEST = 1.5, 0.2


@dataclass(frozen=True)
class Scored:
    """Candidates and their evidence; ``near`` have LOWEST bits or more, ``taken`` are one-to-one of those."""

    candidates: Candidates
    bits: Bits
    near: npt.NDArray[np.int64]
    taken: npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Doubtful:
    """Evidence of the doubtful pairs, and of decoys; ``scale`` is what a decoy counts."""

    open: Bits
    decoys: Bits
    scale: float


def calibrated_line(
    features: Features, scored: Scored, rank: Codes, people: People | None
) -> tuple[float, float]:
    """Return slope and shift: log2 of the odds that a pair is right is slope * bits + shift."""
    found = _doubtful(features, scored, rank, people)
    if found is None:
        return 1.0, 0.0
    edges = np.arange(LOWEST, SURE + WIDTH, WIDTH)
    doubtful = np.histogram(found.open, edges)[0].astype(np.float64)
    wrong = np.histogram(found.decoys, edges)[0] * found.scale
    middle = (edges[:-1] + edges[1:]) / 2
    wrong = np.clip(wrong, 0.5, np.maximum(doubtful - 0.5, 0.5))
    odds = np.log2(np.maximum(doubtful - wrong, 0.5) / wrong)
    # a logit is known as well as the right and the wrong of its bin are many
    weight = np.where(doubtful > 1, wrong * np.maximum(doubtful - wrong, 0.5) / np.maximum(doubtful, 1), 0)
    x, y = np.append(middle, [LOWEST, SURE]), np.append(odds, [LOWEST, SURE])
    weight = np.append(weight, [PRIOR_PAIRS / 4, PRIOR_PAIRS / 4])
    slope, shift = np.polyfit(x, y, 1, w=np.sqrt(weight))
    slope = float(np.clip(slope, FLATTEST, STEEPEST))
    shift = float(np.average(y - slope * x, weights=weight))
    return round(slope, 6), round(shift, 6)


def _doubtful(features: Features, scored: Scored, rank: Codes, people: People | None) -> _Doubtful | None:
    candidates, bits, near, taken = scored.candidates, scored.bits, scored.near, scored.taken
    left, right = candidates.left[near], candidates.right[near]
    sure, unsure = taken[bits[taken] >= SURE], taken[bits[taken] < SURE]
    partner = np.full(features.n, -1, dtype=np.int64)
    partner[candidates.left[sure]] = candidates.right[sure]
    partner[candidates.right[sure]] = candidates.left[sure]
    wrong = near[(partner[left] >= 0) & (partner[right] >= 0) & (partner[left] != right)]
    if people is not None and len(wrong):
        a, b = candidates.left[wrong], candidates.right[wrong]
        kin = in_common(people, partner[a], b).kin | in_common(people, partner[b], a).kin
        wrong = wrong[~kin]
    decoys = wrong[one_to_one(candidates.left[wrong], candidates.right[wrong], bits[wrong], rank)]
    decoys = decoys[bits[decoys] < SURE]
    if len(sure) < FEW_SURE or len(decoys) < FEW_DECOYS:
        return None
    return _Doubtful(bits[unsure], bits[decoys], _scale(features, len(sure), len(unsure), len(decoys)))


def _scale(features: Features, sure: int, doubtful: int, decoys: int) -> float:
    """Return what one decoy counts: rows that have no partner for each row that has, on both sides.

    How many have none depends on how many doubtful pairs are right, and that on this: a few rounds settle it.
    """
    wrong = 0.0
    for _ in range(50):
        right = max(doubtful - wrong, 0.0)
        alone = [max(size - sure - right, 0.0) for size in (features.n_left, features.n_right)]
        wrong = min(decoys * alone[0] * alone[1] / sure**2, float(doubtful))
    return wrong / decoys
