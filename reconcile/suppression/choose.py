"""Which further cells are hidden so that no sensitive one, and none that is hidden, can be reckoned.

Every round finds the cells that a reader could narrow to less than k values, and hides one more cell near
each. Which one: of the rows next to it those with few hidden cells, then the cheapest, a part before a total,
the smallest that is large enough. At last the cells that protect nothing are shown again. The same system
gives the same choice; nothing is drawn by lot.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import csc_array, csr_array

from reconcile.suppression.reader import Block, extremes, read
from reconcile.suppression.system import SLACK, Mask, System, Values

#: A cell is tried to be shown again only where so few cells bear on it.
_MOST_TIED = 400


class Ranges:
    """The lowest and highest value that each count was seen to have among points that a reader must allow.

    While more is hidden, every point stays allowed, so that ranges only grow.
    """

    def __init__(self, system: System) -> None:
        self.low, self.high, self.k = system.values.copy(), system.values.copy(), system.k

    def see(self, block: Block, point: Values) -> None:
        """Take note of one more point of a block."""
        self.low[block.cells] = np.minimum(self.low[block.cells], point)
        self.high[block.cells] = np.maximum(self.high[block.cells], point)

    @property
    def wide(self) -> Mask:
        """Return which counts may lie k apart."""
        mask: Mask = self.high - self.low >= self.k - SLACK
        return mask


def choose(system: System, start: Mask | None = None) -> Mask:
    """Return which cells of ``system`` must not be shown; those of ``start`` are hidden already.

    Where all that could be hidden is hidden, the choice ends: reconcile.suppression.prove tells whether it
    is enough.
    """
    first = system.small if start is None else system.small | start
    hidden, ranges, lattice = first.copy(), Ranges(system), _Lattice(system)
    settled = np.zeros(len(hidden), dtype=np.bool_)
    while (cells := narrow(system, hidden, ranges) & ~settled).any():
        urgent = cells & system.sensitive
        told = cells & ~system.sensitive & read(system, hidden).told
        if not urgent.any() and told.any():
            # who can reckon it anyhow learns nothing where it shows; it need not be hidden for its own sake
            hidden &= ~told
            settled |= told
            continue
        for cell in np.flatnonzero(urgent if urgent.any() else cells).tolist():
            chosen = lattice.cheapest(cell, hidden | settled, ranges)
            if chosen is None:
                settled[cell] = True
            else:
                hidden[chosen] = True
    return _shown_again(system, hidden, first)


def narrow(system: System, hidden: Mask, ranges: Ranges) -> Mask:
    """Return the targets that a reader can narrow to less than k values; ``ranges`` learns from it."""
    reader = read(system, hidden)
    targets = system.targets(hidden)
    found: Mask = targets & reader.told
    open_cells = targets & ~reader.told & ~reader.free
    found |= _narrow_in(reader.blocks, open_cells, ranges)
    return found


def _narrow_in(blocks: Sequence[Block], targets: Mask, ranges: Ranges, *, every: bool = True) -> Mask:
    """Return which ``targets`` of ``blocks`` are too narrow: a cell of every block at a time is tried.

    Without ``every`` the first such cell of a block is enough.
    """
    found = np.zeros(len(targets), dtype=np.bool_)
    tried = found.copy()
    while True:
        left = targets & ~ranges.wide & ~tried
        busy = [(block, np.flatnonzero(left[block.cells])) for block in blocks]
        busy = [(block, places) for block, places in busy if len(places)]
        if not busy:
            return found
        own = [(block, int(places[0])) for block, places in busy]
        tried[[block.cells[goal] for block, goal in own]] = True
        # the true value is among those allowed, so that the highest alone may do
        for sign in (-1.0, 1.0):
            own = [(block, goal) for block, goal in own if not ranges.wide[block.cells[goal]]]
            if own:
                points = extremes([block for block, _ in own], [goal for _, goal in own], sign)
                for (block, _), point in zip(own, points, strict=True):
                    ranges.see(block, point)
        closed = [block.cells[goal] for block, goal in own if not ranges.wide[block.cells[goal]]]
        found[closed] = True
        if not every:
            blocks = [block for block, _ in busy if not found[block.cells].any()]


class _Lattice:
    """Which rows a cell stands in, which cells a row holds."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.rows: csr_array = system.matrix
        self.columns: csc_array = csc_array(system.matrix)
        signs = (system.matrix < 0).tocoo()
        equal = system.low == system.high
        self.totals = np.zeros(len(system.names), dtype=np.bool_)
        self.totals[signs.coords[1][equal[signs.coords[0]]]] = True

    def rows_of(self, cells: Iterable[int]) -> set[int]:
        """Return the rows that hold one of ``cells``."""
        ends = self.columns.indptr
        return {int(row) for cell in cells for row in self.columns.indices[ends[cell] : ends[cell + 1]]}

    def cells_of(self, row: int) -> list[int]:
        """Return the cells of a row, and the percentage that tells it."""
        ends = self.rows.indptr
        cells = self.rows.indices[ends[row] : ends[row + 1]].tolist()
        teller = int(self.system.told_by[row])
        return cells if teller < 0 else [*cells, teller]

    def cheapest(self, cell: int, hidden: Mask, ranges: Ranges) -> int | None:
        """Return the cell to hide for ``cell``: one that shows, as few rows away as there is one."""
        seen: set[int] = set()
        reached, fresh = {cell}, {cell}
        while fresh:
            rows = self.rows_of(fresh) - seen
            seen |= rows
            shown = {row: self._shown(row, hidden) for row in rows}
            if any(shown.values()):
                return self._pick(cell, shown, hidden, ranges)
            fresh = {place for row in rows for place in self.cells_of(row)} - reached
            reached |= fresh
        return None

    def _shown(self, row: int, hidden: Mask) -> list[int]:
        published = self.system.published
        return [place for place in self.cells_of(row) if published[place] and not hidden[place]]

    def _pick(self, cell: int, shown: dict[int, list[int]], hidden: Mask, ranges: Ranges) -> int:
        unknown = self.system.unknown(hidden)
        count = {row: int(unknown[self.cells_of(row)].sum()) for row, places in shown.items() if places}
        least = min(count.values())
        candidates = {place for row, n in count.items() if n == least for place in shown[row]}
        values, dear = self.system.values, self.system.dear
        need = self.system.k - (ranges.high[cell] - ranges.low[cell])
        return min(
            candidates,
            key=lambda n: (dear[n], bool(self.totals[n]), values[n] == 0, values[n] < need, values[n], n),
        )


def _shown_again(system: System, hidden: Mask, first: Mask) -> Mask:
    """Return ``hidden`` without the cells that protect nothing, dear and large ones tried first.

    One cell of every block is tried at a time. Percentages stay hidden.
    """
    hidden = hidden.copy()
    pending = hidden & ~first & ~system.percent
    order = np.lexsort((np.arange(len(hidden)), -system.values, -system.dear))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    while True:
        blocks = [block for block in read(system, hidden).blocks if len(block.cells) <= _MOST_TIED]
        pending &= ~_pinned(system, hidden)
        tried = [
            int(own[np.argmin(rank[own])])
            for own in (block.cells[pending[block.cells]] for block in blocks)
            if len(own)
        ]
        if not tried:
            return hidden
        hidden[tried], pending[tried] = False, False
        needed = _needed(system, hidden, blocks, tried)
        hidden[needed] = True


def _pinned(system: System, hidden: Mask) -> Mask:
    """Return the cells that leave a target alone in a row, were they shown: they need not be tried."""
    unknown, targets = system.unknown(hidden), system.targets(hidden)
    rows = np.flatnonzero(system.active(hidden) & (system.low == system.high))
    pattern = csr_array(system.matrix[rows])
    pattern.data = np.ones_like(pattern.data)
    pairs = pattern[np.flatnonzero((pattern @ unknown.astype(np.float64)) == 2)]
    held = pairs @ targets.astype(np.float64)
    # of a row with two unknown cells, each tells the other
    pinned = (csr_array(pairs.T) @ held) - (csr_array(pairs.T) @ np.ones(pairs.shape[0])) * targets > 0
    mask: Mask = pinned & unknown
    return mask


def _needed(system: System, hidden: Mask, blocks: Sequence[Block], tried: Sequence[int]) -> list[int]:
    """Return which of the cells ``tried``, now shown, leave a target of their block too narrow."""
    group = np.full(len(hidden), -1, dtype=np.int64)
    for n, block in enumerate(blocks):
        group[block.cells] = n
    mine = {int(group[cell]): cell for cell in tried}
    touched = np.isin(group, list(mine))
    reader, targets = read(system, hidden), system.targets(hidden) & touched
    bad = targets & reader.told
    settled = np.isin(group, group[bad])
    left = [block for block in reader.blocks if touched[block.cells[0]] and not settled[block.cells[0]]]
    bad |= _narrow_in(left, targets & ~reader.told, Ranges(system), every=False)
    return [mine[one] for one in sorted({int(n) for n in group[bad]})]
