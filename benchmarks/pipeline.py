"""Accuracy against the sample's truth, seconds per step and peak memory of the whole flow.

    python -m benchmarks.pipeline                     # the committed sample
    python -m benchmarks.pipeline --families 100000   # generated, on the villages of PADAN_REAL_DATA
    python -m benchmarks.pipeline --p3ke 430000 --bps 1065000   # the province as it is

Each size is run by `padan run` in a process of its own, as a user would, with the programmes of config.yaml;
the figures are of one run. Generated deliveries are left in ``--keep FOLDER`` where it is given, and those
that lie there are taken again.
"""

import argparse
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.watch import Watched, watch
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
    parser.add_argument("--p3ke", type=int)
    parser.add_argument("--bps", type=int)
    parser.add_argument("--memory", help="handed on to padan run")
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    if (given.p3ke is None) != (given.bps is None) or (given.bps and given.p3ke > given.bps):
        parser.error("--p3ke and --bps go together, and BPS has the more families")
    sizes = [Size(given.bps, given.p3ke)] if given.bps else [Size(one, None) for one in given.families]
    options = ["--memory", given.memory] if given.memory else []
    print("| families a side | precision | recall | F1 | one-to-one F1 | flow s | peak memory GB |")
    print("|---|---|---|---|---|---|---|")
    steps = []
    for size in sizes or [Size(None, None)]:
        with tempfile.TemporaryDirectory() as folder:
            row, seen = measured(given.keep or Path(folder), size, options)
        print(row, flush=True)
        steps.append(f"{size.said}\n\n{seen.table()}")
    print("\n" + "\n\n".join(steps))


@dataclass(frozen=True)
class Size:
    """Families of BPS, and of P3KE where it has fewer; None is the committed sample."""

    families: int | None
    p3ke: int | None

    @property
    def said(self) -> str:
        """Return the size in words."""
        if self.families is None:
            return "sample"
        return f"{self.families:,}" if self.p3ke is None else f"{self.p3ke:,} P3KE, {self.families:,} BPS"


def measured(folder: Path, size: Size, options: list[str]) -> tuple[str, Watched]:
    """Return the row of one size, the committed sample or on the real villages, and what was seen of it."""
    if size.families is None:
        shutil.copy(ROOT / "config.yaml", folder)
        shutil.copytree(ROOT / "data/raw/contoh", folder / "data/raw/contoh")
        truth, output = folder / "data/raw/contoh/kebenaran", folder / "data/processed"
    else:
        regions = Path(os.environ["PADAN_REAL_DATA"]) / "wilayah"
        truth, output = folder / "raw/kebenaran", folder / OUTPUT
        if not truth.is_dir():
            generate(folder, size.families, regions, p3ke=size.p3ke, programs=ROOT / "config.yaml")
        shutil.rmtree(output, ignore_errors=True)
    command = [sys.executable, "-c", "from flows.cli import main; main()", "run", *options]
    seen = watch(command, folder)
    if seen.code > 1:
        raise SystemExit("\n".join(seen.told))
    every, plain = scores(output / (output / POINTER).read_text().strip(), truth)
    figures = (every.precision, every.recall, every.f1, plain.f1)
    shown = " | ".join(f"{x:.4f}" for x in figures)
    return f"| {size.said} | {shown} | {seen.seconds:.0f} | {seen.peak_gb:.1f} |", seen


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
