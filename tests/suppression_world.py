"""Made-up tables of a tree of areas, and two attacks on what is shown of them.

Both attacks are written apart from the code that chooses and proves: they see the shown cells and the sums
only. One is a solver that is told everything, the other tries every table that there is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog

from reconcile.suppression.system import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconcile.suppression.system import System

K = 5
#: Tables of one world that are not too many to try.
MOST_TABLES = 60_000


@dataclass
class Table:
    """Counts of a tree of areas by columns, made of ``base`` cells: each cell is a sum of them."""

    base: np.ndarray
    sheet: Sheet = field(default_factory=lambda: Sheet(K))
    made_of: list[np.ndarray] = field(default_factory=list)
    shares: list[tuple[int, int, int, int]] = field(default_factory=list)

    def cell(self, parts: np.ndarray, *, published: bool = True, dear: float = 0.0) -> int:
        self.made_of.append(parts)
        value = float(parts @ self.base)
        return self.sheet.count(f"c{len(self.made_of)}", value, published=published, dear=dear)

    def rest(self, whole: int, part: int, *, attribute: bool) -> int:
        self.made_of.append(self.made_of[whole] - self.made_of[part])
        return self.sheet.rest(f"c{len(self.made_of)}", whole, part, attribute=attribute)

    def share(self, part: int, whole: int) -> None:
        self.made_of.append(np.zeros(len(self.base)))
        self.shares.append((self.sheet.share("p", part, whole, 1), part, whole, 1))

    def possible(self, system: System, hidden: np.ndarray) -> np.ndarray:
        """Return every table that shows the same, of two villages: their own cells first, then all."""
        pairs = np.array(list(product(range(int(system.most) + 1), repeat=2)))
        nothing = np.zeros_like(pairs)
        own = []
        for n, columns in enumerate(([pairs, nothing], [nothing, pairs])):
            cells = [
                i
                for i, parts in enumerate(self.made_of)
                if parts.any() and not np.delete(parts, [2 * n, 2 * n + 1]).any()
            ]
            own.append(pairs[self.fits(system, hidden, np.hstack(columns), cells)])
        if len(own[0]) * len(own[1]) > MOST_TABLES:
            return np.empty((0, len(self.made_of)))
        tables = np.hstack([np.repeat(own[0], len(own[1]), axis=0), np.tile(own[1], (len(own[0]), 1))])
        every = list(range(len(self.made_of)))
        return (tables @ np.array(self.made_of).T)[self.fits(system, hidden, tables, every)]

    def fits(self, system: System, hidden: np.ndarray, tables: np.ndarray, own: list[int]) -> np.ndarray:
        """Return which rows of ``tables`` (values of base cells) show the same in the cells ``own``."""
        cells = tables @ np.array(self.made_of).T
        shown = [i for i in own if system.published[i] and not hidden[i] and not system.percent[i]]
        fits = (cells[:, shown] == system.values[shown]).all(axis=1) & (cells >= 0).all(axis=1)
        fits &= (cells[:, own] <= system.most).all(axis=1)
        for place, part, whole, digits in self.shares:
            if not hidden[place] and system.values[whole] and {part, whole} <= set(own):
                with np.errstate(all="ignore"):
                    printed = np.abs(100 * cells[:, part] / cells[:, whole] - system.values[place])
                fits &= (printed <= 0.5 * 10.0**-digits + 1e-6) | (cells[:, whole] == 0)
        return fits


def tree(rng: np.random.Generator, villages: int, *, high: int, shares: bool, attribute: bool) -> Table:
    """Return villages in two kecamatan: families, the poor of them, totals, percentages."""
    base = rng.integers(0, high, 2 * villages)
    table, one = Table(base), np.eye(2 * villages)
    half = villages // 2 if villages > 1 else 1
    groups = [range(villages), range(half), range(half, villages), *([n] for n in range(villages))]
    poor = [table.cell(sum(one[2 * n] for n in own), dear=3.0 - min(g, 2)) for g, own in enumerate(groups)]
    whole = [
        table.cell(sum(one[2 * n] + one[2 * n + 1] for n in own), dear=3.0 - min(g, 2))
        for g, own in enumerate(groups)
    ]
    for cells in (poor, whole):
        table.sheet.total(cells[0], cells[1:3])
        table.sheet.total(cells[1], cells[3 : 3 + half])
        table.sheet.total(cells[2], cells[3 + half :])
    for part, total in zip(poor, whole, strict=True):
        table.rest(total, part, attribute=attribute)
        if shares:
            table.share(part, total)
    return table


def worlds(count: int, villages: int, *, high: int) -> Iterator[Table]:
    for seed in range(count):
        rng = np.random.default_rng(seed)
        yield tree(rng, villages, high=high, shares=bool(seed % 2), attribute=bool(seed % 3))


def attack(system: System, hidden: np.ndarray, cell: int) -> tuple[float, float]:
    """Return the range of a cell by one programme over the whole system."""
    shown = system.published & ~hidden
    bounds = [
        (v, v) if s and not p else (0, 10_000)
        for v, s, p in zip(system.values, shown, system.percent, strict=True)
    ]
    rows = np.flatnonzero((system.told_by < 0) | ~hidden[system.told_by])
    matrix = system.matrix[rows].toarray()
    upper, lower = np.isfinite(system.high[rows]), np.isfinite(system.low[rows])
    limits = np.vstack([matrix[upper], -matrix[lower]])
    edges = np.concatenate([system.high[rows][upper], -system.low[rows][lower]])
    goal = np.zeros(len(system.names))
    goal[cell] = 1.0
    ends = [linprog(sign * goal, A_ub=limits, b_ub=edges, bounds=bounds, method="highs") for sign in (1, -1)]
    return float(ends[0].fun), float(-ends[1].fun)
