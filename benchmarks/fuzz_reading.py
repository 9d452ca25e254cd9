"""Long fuzz of the text reader: ``python -m benchmarks.fuzz_reading --files 1000000``.

Each file is made from its number, so that a failing one can be made again. Prints one line per 10,000 files
and ends with exit code 1 when any intact NIK was lost, counts did not add up, the fast and the careful way
differed, a traceback came up, or one file took over ten seconds.
"""

import argparse
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd

from reconcile.sources.headers import Known, Layout
from reconcile.sources.parsing.base import Context
from reconcile.sources.values import field_origins, read_values
from tests.damaged_csv import HEADINGS, SPEC, Verdict, damaged_file, judge

_SLOW_SECONDS = 10.0
_TOGETHER = 500  # files whose values are parsed together


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--files", type=int, default=10_000)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--minutes", type=float, default=1e9, help="stop after this time")
    chosen = arguments.parse_args()
    counts = Counter[str]()
    end = time.monotonic() + 60 * chosen.minutes
    with tempfile.TemporaryDirectory() as folder:
        for start in range(chosen.first, chosen.first + chosen.files, _TOGETHER):
            counts += fuzz(range(start, min(start + _TOGETHER, chosen.first + chosen.files)), Path(folder))
            if counts["files"] % 10_000 == 0:
                _report(counts)
            if time.monotonic() > end:
                break
    _report(counts)
    return 1 if any(counts[bad] for bad in ("lost", "unbalanced", "different", "traceback", "slow")) else 0


def _report(counts: Counter[str]) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{dict(sorted(counts.items()))} peak {peak:.2f} GB", flush=True)


def fuzz(numbers: range, folder: Path) -> Counter[str]:
    """Return how often each thing happened to the files ``numbers``."""
    counts = Counter[str](files=0)
    tables = []
    for number in numbers:
        begun = time.monotonic()
        try:
            verdict = judge(damaged_file(number), folder / "x.csv")
        except Exception:  # noqa: BLE001  # any exception is what a fuzz looks for
            print(f"file {number}: {traceback.format_exc()}", file=sys.stderr)
            counts["traceback"] += 1
            continue
        counts += _counted(number, verdict, time.monotonic() - begun)
        tables.append(verdict.cells)
    parse_cells(tables)
    return counts


def _counted(number: int, verdict: Verdict, seconds: float) -> Counter[str]:
    bad = {
        "lost": bool(verdict.lost),
        "unbalanced": not verdict.adds_up,
        "different": not verdict.same_both_ways,
        "slow": seconds > _SLOW_SECONDS,
    }
    for name in [name for name, is_so in bad.items() if is_so]:
        print(f"file {number}: {name}", file=sys.stderr)
    rows = len(verdict.cells)
    return Counter[str](files=1, refused=bool(verdict.refused), accepted=rows, **bad)


def parse_cells(tables: list[pd.DataFrame]) -> None:
    """Read the accepted cells of many files, of those with all columns, by the parsers of their fields."""
    whole = [table for table in tables if table.shape[1] == len(HEADINGS)]
    cells = pd.concat(whole, ignore_index=True)
    origins = field_origins(Layout("", 0, 1, HEADINGS), Known(SPEC))
    for origin in origins.values():
        read_values(cells[origin.places[0]], origin.field, Context(date(2024, 1, 1)))


if __name__ == "__main__":
    sys.exit(main())
