"""The proof that no hidden cell can be narrowed: lowest and highest value of every one, in both directions.

It knows nothing of how cells were chosen. Rule (sliding protection level k): the lowest and the highest value
that a reader must allow for a hidden or sensitive count lie at least k apart. Source: Hundepool et al.,
Statistical Disclosure Control (2012), chapter 4; Fischetti and Salazar-Gonzalez, Management Science (2001).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reconcile.suppression.reader import Block, extremes, read
from reconcile.suppression.system import SLACK, Mask, System, Values


@dataclass(frozen=True)
class Proof:
    """How many counts there are, how many are hidden, the narrowest range, and the names of those below k.

    ``tightest`` is missing where nothing is hidden, or nothing ties what is. ``guarded``: sensitive counts
    that are printed nowhere and were proven as well.
    """

    cells: int
    hidden: int
    guarded: int
    tightest: int | None
    narrow: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Return whether nothing can be narrowed."""
        return not self.narrow


def prove(system: System, hidden: Mask) -> Proof:
    """Return the proof for a publication that keeps ``hidden`` back."""
    reader = read(system, hidden)
    targets = system.targets(hidden)
    width = np.full(len(targets), np.inf)
    width[reader.told] = 0.0
    _measure(reader.blocks, targets & ~reader.told, width)
    # a sensitive cell that shows is no secret any more
    width[system.sensitive & system.published & ~hidden] = 0.0
    told = width[targets]
    narrow = np.flatnonzero(targets & (width < system.k - SLACK))
    counts = ~system.percent
    return Proof(
        cells=int((system.published & counts).sum()),
        hidden=int((hidden & counts).sum()),
        guarded=int((system.sensitive & ~system.published).sum()),
        tightest=int(told.min()) if np.isfinite(told).any() else None,
        narrow=tuple(system.names[cell] for cell in narrow.tolist()),
    )


def _measure(blocks: Sequence[Block], targets: Mask, width: Values) -> None:
    """Set ``width`` of all targets in blocks: one cell of every block at a time."""
    goals = [np.flatnonzero(targets[block.cells]) for block in blocks]
    for turn in range(max((len(one) for one in goals), default=0)):
        busy = [(block, int(own[turn])) for block, own in zip(blocks, goals, strict=True) if turn < len(own)]
        own = [block for block, _ in busy]
        places = [goal for _, goal in busy]
        ends = [extremes(own, places, sign) for sign in (1.0, -1.0)]
        for block, place, low, high in zip(own, places, *ends, strict=True):
            width[block.cells[place]] = high[place] - low[place]
