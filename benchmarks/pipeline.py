"""Accuracy against the sample's truth, seconds per step and peak memory of the whole flow.

    python -m benchmarks.pipeline                     # the committed sample
    python -m benchmarks.pipeline --families 100000   # generated, on the villages of PADAN_REAL_DATA

Each size is run by `padan run` in a process of its own, as a user would; the figures are of one run.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flows.csvfile import read_csv
from flows.evaluate import HOUSEHOLDS
from flows.publish import POINTER
from flows.truthfile import read_truth
from reconcile.linkage.evaluate import KEYS, NEEDED, Accuracy, accuracy, judge
from reconcile.vocab import MatchStatus
from tests.province import OUTPUT, generate

ROOT = Path(__file__).parents[1]
#: One-to-one matching cannot find the second row of a doubled family, or the new half of a split.
BEYOND_ONE_TO_ONE = ("ganda", "pecahan")


def main() -> None:
    """Print one table row per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, nargs="*", default=[])
    given = parser.parse_args()
    print("| families a side | precision | recall | F1 | one-to-one F1 | flow s | peak memory GB |")
    print("|---|---|---|---|---|---|---|")
    for families in given.families or [None]:
        with tempfile.TemporaryDirectory() as folder:
            print(measured(Path(folder), families), flush=True)


def measured(folder: Path, families: int | None) -> str:
    """Return the row of one size: the committed sample, or ``families`` on the real villages."""
    if families is None:
        shutil.copy(ROOT / "config.yaml", folder)
        shutil.copytree(ROOT / "data/raw/contoh", folder / "data/raw/contoh")
        truth, output = folder / "data/raw/contoh/kebenaran", folder / "data/processed"
    else:
        regions = Path(os.environ["PADAN_REAL_DATA"]) / "wilayah"
        truth, output = generate(folder, families, regions), folder / OUTPUT
    start = time.perf_counter()
    run = [sys.executable, "-c", "from flows.cli import main; main()", "run"]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode > 1:
        raise SystemExit(done.stderr)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    print("\n".join(f"    {line}" for line in done.stderr.splitlines()), file=sys.stderr)
    every, plain = scores(output / (output / POINTER).read_text().strip(), truth)
    size = f"{families:,}" if families else "sample"
    figures = (every.precision, every.recall, every.f1, plain.f1)
    return f"| {size} | {' | '.join(f'{x:.4f}' for x in figures)} | {seconds:.0f} | {peak:.1f} |"


def scores(run: Path, truth: Path) -> tuple[Accuracy, Accuracy]:
    """Return the accuracy over all true pairs, as `padan evaluate` has it, and over one-to-one pairs only."""
    households = read_csv(run / HOUSEHOLDS, NEEDED, numbers=["skor"])
    true = read_truth(truth / "pasangan.csv").pairs
    judged = judge(households, true)
    pairs = judged.pairs
    beyond = pairs["benar"] & pairs["jenis"].isin(BEYOND_ONE_TO_ONE)
    direct = pairs["status_padan"] == MatchStatus.MATCHED
    plain = accuracy(pairs.loc[direct & ~beyond, KEYS], pairs.loc[pairs["benar"] & ~beyond, KEYS])
    return judged.accuracy(), plain


if __name__ == "__main__":
    main()
