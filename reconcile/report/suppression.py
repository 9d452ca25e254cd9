"""Small cells of published tables: which are hidden, and which more, so that none can be reckoned.

A count of 1 to k - 1 is sensitive and hidden (primary). What is left must not give it away (complementary): a
reader knows every shown cell, every total, and that no count is below zero. For each sensitive cell the
lowest and highest value that all of this allows are found as a linear programme; where they lie less than
k apart, more is hidden. Zero is shown: it says that nobody is meant. Method: Hundepool et al., Statistical
Disclosure Control (2012), chapter 4; protection level k.

This is the first choice, table by table, so that each section knows what it may say. The report as a whole is
closed and proven by reconcile.report.protect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linprog

Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

#: Rounding of the solver; counts are whole.
_SLACK = 1e-6
_UNBOUNDED = 3


@dataclass(frozen=True)
class Relation:
    """A cell that is the sum of others, by their places."""

    total: int
    parts: tuple[int, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """Return the places of all its cells."""
        return (self.total, *self.parts)


def sensitive(values: Values, k: int) -> Mask:
    """Return which counts are too small to be shown; a missing one (NaN) is none."""
    mask: Mask = np.logical_and(values > 0, values < k)
    return mask


def hidden_cells(values: Values, relations: Sequence[Relation], k: int, dear: Mask | None = None) -> Mask:
    """Return which of ``values`` (counts) must not be shown.

    A relation that does not hold in ``values`` tells a reader nothing and is left out. Cells that no relation
    names are hidden by their size only. The more ``dear`` a cell, the later it is hidden, and the sooner
    shown again where the others protect what is sensitive.
    """
    known = [r for r in relations if abs(values[r.total] - values[list(r.parts)].sum()) < _SLACK]
    cost: Values = np.zeros(len(values)) if dear is None else dear.astype(np.float64)
    hidden = sensitive(values, k)
    table = _Table.of(values, known, hidden.copy(), k)
    while (cell := table.unprotected(hidden)) is not None:
        chosen = _cheapest(values, hidden, [r for r in known if cell in r.places], cost)
        if chosen is None:
            chosen = _cheapest(values, hidden, known, cost)
        if chosen is None:
            break
        hidden[chosen] = True
    return _shown_again(values, hidden, table, cost)


def _cheapest(values: Values, hidden: Mask, relations: Sequence[Relation], cost: Values) -> int | None:
    """Return a cell of ``relations`` that still shows: no dear one, of a relation with few hidden cells."""
    bare = sorted(relations, key=lambda r: int(hidden[list(r.places)].sum()))
    least = [r for r in bare if hidden[list(r.places)].sum() == hidden[list(bare[0].places)].sum()]
    for some in (least, relations):
        totals = {r.total for r in some}
        shown = [n for r in some for n in r.places if not hidden[n]]
        found = min(shown, key=lambda n: (cost[n], n in totals, values[n] == 0, values[n], n), default=None)
        if found is not None:
            return found
    return None


def _shown_again(values: Values, hidden: Mask, table: "_Table", cost: Values) -> Mask:
    """Return ``hidden`` without the cells that protect nothing, dear and large ones tried first."""
    further = [int(n) for n in np.flatnonzero(hidden & ~table.small)]
    for cell in sorted(further, key=lambda n: (-cost[n], -values[n], n)):
        without = hidden.copy()
        without[cell] = False
        if table.protects(without, near=cell):
            hidden = without
    return hidden


@dataclass(frozen=True, eq=False)
class _Table:
    """The relations as a matrix (rows: relations, columns: cells) that gives 0, and what is sensitive."""

    values: Values
    matrix: Values
    small: Mask
    k: int
    #: Sensitive cells that were found protected: they stay so while more is hidden.
    safe: set[int]

    @classmethod
    def of(cls, values: Values, relations: Sequence[Relation], small: Mask, k: int) -> "_Table":
        matrix = np.zeros((len(relations), len(values)))
        for row, relation in enumerate(relations):
            np.add.at(matrix[row], list(relation.parts), 1.0)
            matrix[row, relation.total] -= 1.0
        return cls(values, matrix, small, k, set())

    def unprotected(self, hidden: Mask) -> int | None:
        """Return the first sensitive cell that can be reckoned to less than ``k``, if there is any."""
        if (told := self._told(hidden)) is not None:
            return told
        for cell in np.flatnonzero(self.small).tolist():
            if cell in self.safe or not self.matrix[:, cell].any():
                continue
            if not self._wide(cell, hidden):
                return int(cell)
            self.safe.add(cell)
        return None

    def protects(self, hidden: Mask, near: int) -> bool:
        """Return whether every sensitive cell that ``near`` is tied to is protected."""
        if self._told(hidden) is not None:
            return False
        _, tied = self._tied(near, hidden | (np.arange(len(hidden)) == near))
        cells = [n for n in tied if self.small[n]]
        return all(self._wide(n, hidden) for n in cells)

    def _told(self, hidden: Mask) -> int | None:
        """Return a sensitive cell that follows by adding and subtracting alone: quick, most often enough."""
        open_cells, involved = hidden.copy(), self.matrix != 0
        while True:
            left = involved & open_cells
            single = left.sum(axis=1) == 1
            known = left[single].any(axis=0)
            if not known.any():
                return None
            if (known & self.small).any():
                return int(np.flatnonzero(known & self.small)[0])
            open_cells &= ~known

    def _tied(self, cell: int, hidden: Mask) -> tuple[list[int], list[int]]:
        """Return relations and hidden cells that bear on ``cell``, through one another."""
        rows: set[int] = set()
        cells, fresh = {cell}, [cell]
        while fresh:
            new = set(np.flatnonzero(self.matrix[:, fresh].any(axis=1)).tolist()) - rows
            rows |= new
            named = np.flatnonzero(self.matrix[sorted(new)].any(axis=0) & hidden).tolist() if new else []
            fresh = sorted(set(named) - cells)
            cells |= set(fresh)
        return sorted(rows), sorted(cells)

    def _wide(self, cell: int, hidden: Mask) -> bool:
        """Return whether lowest and highest value that a hidden cell may have lie ``k`` apart."""
        rows, cells = self._tied(cell, hidden)
        known = self.values.copy()
        known[cells] = 0.0
        right = -self.matrix[rows] @ known
        matrix, goal = self.matrix[np.ix_(rows, cells)], np.zeros(len(cells))
        goal[cells.index(cell)] = 1.0
        high = linprog(-goal, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs")
        # the true value is one that the cell may have, so the highest alone may do
        if high.status == _UNBOUNDED or -high.fun - self.values[cell] >= self.k - _SLACK:
            return True
        low = linprog(goal, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs")
        return bool(-high.fun - low.fun >= self.k - _SLACK)


def hidden_areas(
    counts: pd.DataFrame, parents: Mapping[str, str], k: int, start: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return the areas of a tree whose counts must not be shown, so that no sum of a parent gives them away.

    ``counts``: a row per area (index: its code) and a column per count that is published or follows from what
    is. ``parents``: code -> code of the area that it is a part of, larger areas first. ``start`` are hidden
    already. What lies in an area of sensitive counts is hidden too. Of the children of a shown area either
    none is hidden, or at least two; what is hidden in them together is 0 or at least ``k`` of every count. Of
    an area that is hidden for another's sake so much is hidden as keeps its own counts open by ``k``.
    """
    tree = _Tree(counts, parents, k)
    for code in counts.index:
        if code in tree.small or code in start:
            tree.hide(code)
    for parent in tree.children:
        if parent not in tree.hidden:
            tree.cover(parent)
    return frozenset(tree.hidden)


class _Tree:
    """Areas with their counts, and which are hidden so far."""

    def __init__(self, counts: pd.DataFrame, parents: Mapping[str, str], k: int) -> None:
        table = counts.to_numpy(float)
        tiny = np.asarray(sensitive(table, k).any(axis=1), dtype=np.bool_)
        self.k, self.hidden = k, set[str]()
        self.counts: dict[str, Values] = dict(zip(counts.index, table, strict=True))
        self.small = {str(code) for code, one in zip(counts.index, tiny, strict=True) if one}
        self.children: dict[str, list[str]] = {}
        for code in counts.index:
            if code in parents:
                self.children.setdefault(parents[code], []).append(code)

    def hide(self, code: str) -> None:
        """Hide an area: with all that lies in it where it is sensitive, else with as much as it takes."""
        if code in self.hidden:
            return
        self.hidden.add(code)
        if code in self.small:
            for child in self.children.get(code, ()):
                self.hide(child)
        elif code in self.children:
            self.cover(code)

    def cover(self, parent: str) -> None:
        """Hide children of ``parent``, the smallest first, until those that are hidden protect each other."""
        children = self.children[parent]
        while not self._covered(parent):
            shown = [code for code in children if code not in self.hidden]
            if not shown:
                return
            sums = {code: float(self.counts[code].sum()) for code in shown}
            self.hide(min(shown, key=lambda code: (sums[code] == 0, sums[code], code)))

    def _covered(self, parent: str) -> bool:
        hidden = [code for code in self.children[parent] if code in self.hidden]
        open_counts = np.sum([self._open(code) for code in hidden], axis=0) if hidden else np.zeros(1)
        if parent in self.hidden:
            return bool(((open_counts >= self.k) | (self.counts[parent] == 0)).all())
        return not hidden or (len(hidden) > 1 and not sensitive(open_counts, self.k).any())

    def _open(self, code: str) -> Values:
        """Return how much of the counts of a hidden area cannot be seen in its children."""
        if code in self.small or code not in self.children:
            return self.counts[code]
        hidden = [child for child in self.children[code] if child in self.hidden]
        nothing = np.zeros_like(self.counts[code])
        return np.sum([self._open(child) for child in hidden], axis=0) if hidden else nothing
