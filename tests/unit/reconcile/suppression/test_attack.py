"""Attacks on suppressed tables that were made up: by a solver that knows everything shown, and by trying all.

benchmarks/suppression.py attacks several hundred of them.
"""

import numpy as np
from suppression_world import K, attack, worlds

from reconcile.suppression.choose import choose
from reconcile.suppression.prove import prove


def test_trying_every_table_recovers_nothing() -> None:
    attacked = 0
    for table in worlds(40, 2, high=9):
        system = table.sheet.system()
        hidden = choose(system)
        assert hidden[system.small].all()
        left = table.possible(system, hidden)
        if hidden.any() and len(left):
            width = left.max(axis=0) - left.min(axis=0)
            assert (width[system.targets(hidden)] >= K).all()
            attacked += 1
    assert attacked >= 5


def test_a_solver_that_knows_all_that_is_shown_recovers_nothing() -> None:
    secondary = 0
    for table in worlds(9, 8, high=40):
        system = table.sheet.system()
        hidden = choose(system)
        secondary += int((hidden & ~system.small).sum())
        for cell in np.flatnonzero(system.targets(hidden)).tolist():
            low, high = attack(system, hidden, cell)
            assert high - low >= K - 1e-6
    assert secondary


def test_without_complement_both_attacks_recover_small_cells() -> None:
    """The attacks can succeed: hiding small cells alone is not enough."""
    recovered = 0
    for table in worlds(16, 2, high=12):
        system = table.sheet.system()
        small = np.flatnonzero(system.small)
        if len(small):
            ends = [attack(system, system.small, cell) for cell in small.tolist()]
            found = any(high - low < K - 1e-6 for low, high in ends)
            recovered += found
            assert not found or not prove(system, system.small).holds
    assert recovered > 5
