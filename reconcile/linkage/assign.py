"""One-to-one: every household is in one pair at most."""

import numpy as np

from reconcile.linkage.keys import Ints


def one_to_one(left: Ints, right: Ints, score: np.ndarray, order: Ints) -> Ints:
    """Return the rows of the pairs that are each other's best, found again and again among those left.

    ``order`` ranks the pairs among equal scores by something that does not depend on row order. Iterated
    mutual best is the stable matching of the graph; it takes three or four rounds whatever the size.
    """
    rows = np.lexsort((order, -score))
    chosen: list[Ints] = []
    while len(rows):
        rank = np.arange(len(rows))
        best_left = _first(left[rows], rank)
        best_right = _first(right[rows], rank)
        mutual = (best_left == rank) & (best_right == rank)
        chosen.append(rows[mutual])
        free = ~np.isin(left[rows], left[rows[mutual]]) & ~np.isin(right[rows], right[rows[mutual]])
        rows = rows[free]
    return np.sort(np.concatenate(chosen)) if chosen else np.empty(0, dtype=np.int64)


def _first(values: Ints, rank: Ints) -> Ints:
    """Return for each entry the rank at which its value first stands."""
    first = np.full(int(values.max()) + 1, len(rank), dtype=np.int64)
    first[values[::-1]] = rank[::-1]
    return first[values]
