"""What a careful reader can reckon from the shown cells: told cells, and the range of all others.

The reader adds and subtracts first; what is left falls into blocks that do not touch one another. The lowest
and highest value of a cell are found by linear programming (HiGHS), of many blocks in one go. Counts are
whole: where the best point of a block is not, it is sought again among whole numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from reconcile.suppression.system import SLACK, Mask, Places, System, Values

#: How far the solver's whole numbers may lie from whole ones.
_WHOLE = 1e-5
#: Seconds after which the search for whole numbers gives up; the cell then counts as not proven.
_MOST_SECONDS = 20.0


@dataclass(frozen=True, eq=False)
class Block:
    """Unknown cells that bear on one another, and the rows between them, without what is known."""

    cells: Places
    matrix: csr_array
    low: Values
    high: Values
    truth: Values
    most: float

    def whole(self, point: Values) -> Values | None:
        """Return ``point`` as the whole numbers that it is, where they obey every row."""
        near = np.round(point)
        if np.abs(point - near).max() > _WHOLE:
            return None
        sums = self.matrix @ near
        fits = (sums >= self.low - _WHOLE).all() and (sums <= self.high + _WHOLE).all()
        return near if fits and near.min() >= 0 else None

    def best(self, goal: Values) -> Values:
        """Return the whole numbers that make ``goal`` least; the true ones where none are found in time."""
        found = milp(
            goal,
            integrality=np.ones(len(goal)),
            bounds=Bounds(0, self.most),
            constraints=LinearConstraint(self.matrix, self.low, self.high),
            options={"time_limit": _MOST_SECONDS},
        )
        point = None if found.x is None else self.whole(found.x)
        return self.truth if point is None else point


@dataclass(frozen=True, eq=False)
class Reader:
    """``told``: unknown counts that follow by adding and subtracting, or from a sum of nought.

    ``free``: those in no row at all.
    """

    told: Mask
    free: Mask
    blocks: Sequence[Block]


def read(system: System, hidden: Mask) -> Reader:
    """Return what is left open to a reader from whom ``hidden`` is kept."""
    unknown, active = system.unknown(hidden), system.active(hidden)
    told = _told(system, unknown, active)
    left = np.flatnonzero(unknown & ~told)
    place = np.full(len(unknown), -1, dtype=np.int64)
    place[left] = np.arange(len(left))
    known = np.where(unknown & ~told, 0.0, system.values)
    rows = np.flatnonzero(active)
    matrix = system.matrix[rows]
    lows, highs = (edge[rows] - matrix @ known for edge in (system.low, system.high))
    inner = csr_array(matrix[:, left])
    used = np.diff(inner.indptr) > 0
    inner, lows, highs = inner[np.flatnonzero(used)], lows[used], highs[used]
    free = np.zeros(len(unknown), dtype=np.bool_)
    free[left[np.bincount(inner.indices, minlength=len(left)) == 0]] = True
    return Reader(told, free, _blocks(inner, lows, highs, left, system.values, system.most))


def _told(system: System, unknown: Mask, active: Mask) -> Mask:
    """Return the unknown counts of which a row leaves nothing else open, one after another.

    So does a row whose unknown counts make up nought together: each of them is nought.
    """
    rows = np.flatnonzero(active & (system.low == system.high))
    signed = csr_array(system.matrix[rows])
    pattern, size = signed.copy(), abs(signed)
    pattern.data = np.ones_like(pattern.data)
    back = csr_array(pattern.T)
    left = unknown.copy()
    while True:
        open_cells = left.astype(np.float64)
        nought = (size @ (open_cells * np.abs(system.values))) <= SLACK
        nought &= np.abs(signed @ open_cells) == size @ open_cells
        single = ((pattern @ open_cells) == 1) | nought
        known = left & ((back @ single.astype(np.float64)) > 0)
        if not known.any():
            mask: Mask = unknown & ~left
            return mask
        left &= ~known


def _blocks(
    inner: csr_array, lows: Values, highs: Values, cells: Places, values: Values, most: float
) -> list[Block]:
    """Return the parts of ``inner`` (rows by ``cells``) that no row ties together."""
    height, width = inner.shape
    if not height:
        return []
    entries = inner.tocoo()
    edges = (np.ones(len(entries.data)), (entries.coords[0], height + entries.coords[1]))
    graph = csr_array(edges, shape=(height + width, height + width))
    count, labels = connected_components(graph, directed=False)
    rows, columns = (np.argsort(part, kind="stable") for part in (labels[:height], labels[height:]))
    row_ends, column_ends = (
        np.searchsorted(part, np.arange(count + 1))
        for part in (labels[:height][rows], labels[height:][columns])
    )
    turned, place = inner[rows], np.empty(width, dtype=np.int64)
    place[columns] = np.arange(width) - column_ends[labels[height:][columns]]
    found = []
    for n in range(count):
        own, (first, last) = columns[column_ends[n] : column_ends[n + 1]], row_ends[n : n + 2]
        if first == last:
            continue
        entry, until = turned.indptr[first], turned.indptr[last]
        matrix = csr_array(
            (
                turned.data[entry:until],
                place[turned.indices[entry:until]],
                turned.indptr[first : last + 1] - entry,
            ),
            shape=(int(last - first), len(own)),
        )
        lines, places = rows[first:last], cells[own]
        found.append(Block(places, matrix, lows[lines], highs[lines], values[places], most))
    return found


def extremes(blocks: Sequence[Block], goals: Sequence[int], sign: float) -> list[Values]:
    """Return per block the whole numbers that make ``sign`` times a cell of it least.

    ``goals``: the place of that cell in each block.
    """
    aims = []
    for block, goal in zip(blocks, goals, strict=True):
        aim = np.zeros(len(block.cells))
        aim[goal] = sign
        aims.append(aim)
    matrix = _side_by_side([block.matrix for block in blocks])
    low, high = (np.concatenate([getattr(b, edge) for b in blocks]) for edge in ("low", "high"))
    equal = high - low <= SLACK
    above, below = np.flatnonzero(~equal & np.isfinite(high)), np.flatnonzero(~equal & np.isfinite(low))
    limits = csr_array(_stacked(matrix, above, below))
    found = linprog(
        np.concatenate(aims),
        A_ub=limits if limits.shape[0] else None,
        b_ub=np.concatenate([high[above], -low[below]]) if limits.shape[0] else None,
        A_eq=matrix[np.flatnonzero(equal)] if equal.any() else None,
        b_eq=low[equal] if equal.any() else None,
        bounds=(0, blocks[0].most),
        method="highs",
    )
    points, start = [], 0
    for block, aim in zip(blocks, aims, strict=True):
        size = len(block.cells)
        point = None if found.x is None else block.whole(found.x[start : start + size])
        points.append(block.best(aim) if point is None else point)
        start += size
    return points


def _side_by_side(parts: Sequence[csr_array]) -> csr_array:
    """Return the matrix that has ``parts`` along its diagonal."""
    widths, sizes = [part.shape[1] for part in parts], [len(part.data) for part in parts]
    shift = np.repeat(np.cumsum([0, *widths[:-1]]), sizes)
    ends = [part.indptr[1:] + start for part, start in zip(parts, np.cumsum([0, *sizes[:-1]]), strict=True)]
    return csr_array(
        (
            np.concatenate([part.data for part in parts]),
            np.concatenate([part.indices for part in parts]) + shift,
            np.concatenate([[0], *ends]),
        ),
        shape=(sum(part.shape[0] for part in parts), sum(widths)),
    )


def _stacked(matrix: csr_array, above: Places, below: Places) -> csr_array:
    both = matrix[np.concatenate([above, below])]
    signs = np.concatenate([np.ones(len(above)), -np.ones(len(below))])
    return csr_array(both.multiply(signs[:, None]))
