"""What the matching is worth, estimated from its own probabilities; no truth is needed."""

from dataclasses import dataclass

import numpy as np

from reconcile.linkage.link import Links


@dataclass(frozen=True)
class Quality:
    """Expected ``precision`` of the accepted pairs, and expected ``recall`` of them: found of all that are.

    ``blocking`` is the share of true pairs that the passes brought together, by capture and recapture.
    """

    precision: float
    recall: float
    blocking: float


def expected_quality(links: Links, match: float) -> Quality:
    """Return the expected quality of the pairs with a probability of ``match`` or more.

    Precision is the mean probability of what is accepted. Recall sets that against the sum of the
    probabilities of all pairs, and the pairs that no pass found: passes by identifiers and passes by
    everything else each find a part of the true pairs, so what both find says how many neither does
    (Chapman 1951).
    """
    chance = links.probability[links.chosen]
    accepted = chance[chance >= match]
    sure = links.chosen[chance >= match]
    by_number = np.uint32(0)
    for place, one in enumerate(links.passes):
        by_number |= np.uint32(1 << place) if one.by_identifier else np.uint32(0)
    bits = links.candidates.passes[sure]
    first, second = (bits & by_number) > 0, (bits & ~by_number) > 0
    both = int((first & second).sum())
    whole = (int(first.sum()) + 1) * (int(second.sum()) + 1) / (both + 1) - 1
    blocking = min(1.0, len(sure) / whole) if whole > 0 else 1.0
    # only the pairs chosen one-to-one: those beside them are rivals, or rows of a family written twice
    all_true = float(chance.sum())
    precision = float(accepted.mean()) if len(accepted) else 1.0
    recall = float(accepted.sum()) / all_true * blocking if all_true > 0 else 1.0
    return Quality(round(precision, 4), round(recall, 4), round(blocking, 4))
