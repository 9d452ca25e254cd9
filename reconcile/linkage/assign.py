"""One-to-one: every row is in one pair at most, chosen so that all the evidence together is greatest."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from reconcile.linkage.values import Codes

Places = npt.NDArray[np.int64]
#: A component of at most so many cells is solved exactly; a larger one by iterated mutual best.
EXACT_CELLS = 40_000
TIE = 1e-7


def one_to_one(left: Codes, right: Codes, bits: npt.NDArray[np.float64], rank: Codes) -> Places:
    """Return the pairs chosen, sorted; ``rank`` settles equals, whatever the order of rows and tables.

    Each connected component of the graph is a problem of its own; nearly all have one pair. The others are
    solved exactly (Jonker and Volgenant); one too large for that takes the pairs that are each other's best,
    again and again, which differs from the exact answer only among near ties.
    """
    if not len(left):
        return np.empty(0, dtype=np.int64)
    # what a pair adds to the likelihood of the whole: log2(1 + odds), so doubtful pairs count too
    worth = np.logaddexp2(0, bits)
    rows = int(max(left.max(), right.max())) + 1
    graph = coo_array((np.ones(len(left), dtype=np.bool_), (left, right)), shape=(rows, rows))
    component = connected_components(graph, directed=False)[1][left]
    pairs = np.bincount(component)
    chosen = [np.flatnonzero(pairs[component] == 1)]
    crowded = np.flatnonzero(pairs[component] > 1)
    crowded = crowded[np.lexsort((rank[right[crowded]], rank[left[crowded]], component[crowded]))]
    # far less than evidence is told apart by: equals are settled by rank, whichever table stands first
    if len(crowded):
        worth[crowded] -= TIE * _local_ranks(component, crowded, left, right, rank)
    large = []
    for places in np.split(crowded, np.flatnonzero(np.diff(component[crowded])) + 1):
        if len(places) <= EXACT_CELLS and _cells(left[places], right[places]) <= EXACT_CELLS:
            chosen.append(_exact(places, rank[left[places]], rank[right[places]], worth[places]))
        else:
            large.append(places)
    if large:
        chosen.append(_mutual_best(np.concatenate(large), left, right, worth))
    return np.sort(np.concatenate(chosen))


def _local_ranks(
    component: npt.NDArray[np.int32], pairs: Places, left: Codes, right: Codes, rank: Codes
) -> npt.NDArray[np.float64]:
    """Return a number from 0 to 1 per pair, lower for rows of lower rank within the component of the pair."""
    row = np.concatenate([left[pairs], right[pairs]])
    of = np.concatenate([component[pairs], component[pairs]])
    order = np.lexsort((rank[row], of))
    first = np.append(True, np.diff(of[order]) != 0)
    place = np.cumsum(np.append(True, np.diff(row[order]) != 0))
    base = place[np.flatnonzero(first)][np.cumsum(first) - 1]
    local = np.empty(len(row), dtype=np.float64)
    local[order] = place - base + 1
    size = np.zeros(int(component.max(initial=0)) + 1)
    np.maximum.at(size, of, local)
    return local[: len(pairs)] * local[len(pairs) :] / size[component[pairs]] ** 2


def _cells(left: Codes, right: Codes) -> int:
    return len(np.unique(left)) * len(np.unique(right))


def _exact(places: Places, left: Codes, right: Codes, worth: npt.NDArray[np.float64]) -> Places:
    if len(places) == 0:
        return places
    rows, row = np.unique(left, return_inverse=True)
    columns, column = np.unique(right, return_inverse=True)
    matrix = np.zeros((len(rows), len(columns)))
    matrix[row, column] = worth
    place = np.full(matrix.shape, -1, dtype=np.int64)
    place[row, column] = places
    taken = place[linear_sum_assignment(matrix, maximize=True)]
    kept: Places = taken[taken >= 0]
    return kept


def _mutual_best(places: Places, left: Codes, right: Codes, worth: npt.NDArray[np.float64]) -> Places:
    rows = places[np.argsort(-worth[places], kind="stable")]
    chosen = [np.empty(0, dtype=np.int64)]
    size = int(max(left.max(), right.max())) + 1
    while len(rows):
        place = np.arange(len(rows))
        best = []
        for side in (left, right):
            first = np.empty(size, dtype=np.int64)
            first[side[rows[::-1]]] = place[::-1]
            best.append(first[side[rows]] == place)
        mutual = rows[best[0] & best[1]]
        chosen.append(mutual)
        taken = np.zeros(size, dtype=np.bool_)
        taken[left[mutual]] = taken[right[mutual]] = True
        rows = rows[~taken[left[rows]] & ~taken[right[rows]]]
    every: Places = np.concatenate(chosen)
    return every
