"""Small cells of a province: seconds to choose and to prove, and attacks on several hundred made-up tables.

    python -m benchmarks.suppression [--villages 1038] [--worlds 400]

Six counts per village in 105 kecamatan and ten kabupaten, each with its rests, nothing hidden beforehand. The
benchmark fails where the proof does not hold, where it takes more than a minute, or where an attack recovers
a cell. The attacks are those of tests/suppression_world.py: a solver that is told everything shown, and all
tables that there are.
"""

import argparse
import time

import numpy as np

from reconcile.suppression.choose import choose
from reconcile.suppression.prove import prove
from reconcile.suppression.system import Sheet, System
from tests.suppression_world import K, attack, worlds

LIMIT_SECONDS = 60.0
_WHOLES = (
    ("n", "cocok", False),
    ("n", "desil1", True),
    ("diminta", "dijawab", False),
    ("desil1", "tanpa_bantuan", True),
)


def province(villages: int, seed: int) -> System:
    """Return six counts of ``villages`` and of the areas above them, tied by sums and rests."""
    rng = np.random.default_rng(seed)
    most = max(villages // 10, 10)
    kec = np.arange(villages) * most // villages
    kab = np.arange(most) * 10 // most
    size = rng.lognormal(np.log(60), 1.3, villages).astype(np.int64)
    counts = {"n": size, **{name: rng.binomial(size, 0.3) for name in ("cocok", "desil1", "diminta")}}
    counts["dijawab"] = rng.binomial(counts["diminta"], 0.6)
    counts["tanpa_bantuan"] = rng.binomial(counts["desil1"], 0.2)
    sheet = Sheet(K)
    cells = {name: _tree(sheet, name, values, kec, kab) for name, values in counts.items()}
    for whole, part, attribute in _WHOLES:
        for a, b in zip(cells[whole], cells[part], strict=True):
            sheet.rest(f"{sheet.names[a]} - {sheet.names[b]}", a, b, attribute=attribute)
    return sheet.system()


def _tree(sheet: Sheet, name: str, values: np.ndarray, kec: np.ndarray, kab: np.ndarray) -> list[int]:
    above = np.bincount(kec, weights=values)
    top = np.bincount(kab, weights=above)
    levels = [
        [sheet.count(f"{name} {level}{n}", float(value), dear=dear) for n, value in enumerate(own)]
        for level, own, dear in (("desa", values, 0.0), ("kec", above, 0.3), ("kab", top, 0.6))
    ]
    whole = sheet.count(f"{name} provinsi", float(values.sum()), dear=2.0)
    for inner, outer, labels in ((levels[0], levels[1], kec), (levels[1], levels[2], kab)):
        for n, place in enumerate(outer):
            sheet.total(place, [inner[m] for m in np.flatnonzero(labels == n)])
    sheet.total(whole, levels[2])
    return [*levels[0], *levels[1], *levels[2], whole]


def attacked(count: int) -> tuple[int, int, int]:
    """Return how many worlds were attacked, how many cells, and how many of these were recovered."""
    tables = cells = recovered = 0
    for villages, high in ((2, 9), (8, 40)):
        for table in worlds(count // 2, villages, high=high):
            system = table.sheet.system()
            hidden = choose(system)
            targets = np.flatnonzero(system.targets(hidden))
            left = table.possible(system, hidden) if villages == 2 else np.empty((0, 0))
            widths = left.max(axis=0) - left.min(axis=0) if len(left) else None
            for cell in targets.tolist():
                low, high_end = attack(system, hidden, cell)
                width = high_end - low if widths is None else min(high_end - low, widths[cell])
                recovered += width < K - 1e-6
            tables, cells = tables + bool(len(targets)), cells + len(targets)
    return tables, cells, recovered


def main() -> None:
    """Print seconds, cells, and what the attacks came to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--villages", type=int, default=1_038)
    parser.add_argument("--worlds", type=int, default=400)
    given = parser.parse_args()
    system = province(given.villages, 2)
    start = time.perf_counter()
    hidden = choose(system)
    chosen = time.perf_counter()
    proof = prove(system, hidden)
    done = time.perf_counter()
    print(
        f"{given.villages:,} villages, {proof.cells:,} counts, {len(system.low):,} ties, "
        f"{int(system.small.sum()):,} small, {proof.hidden:,} hidden, narrowest range {proof.tightest}"
    )
    print(f"choice {chosen - start:.1f} s, proof {done - chosen:.1f} s")
    tables, cells, recovered = attacked(given.worlds)
    print(f"{tables:,} tables attacked, {cells:,} cells, {recovered} recovered")
    if not proof.holds or recovered or done - start > LIMIT_SECONDS:
        raise SystemExit("a cell can be reckoned, or it took more than a minute")


if __name__ == "__main__":
    main()
