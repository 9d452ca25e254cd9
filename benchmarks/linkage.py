"""Matching against others, on the same files in one run; every engine in a process of its own.

    python -m benchmarks.linkage --datasets febrl4 h50k gen100000 --runs 5 \
        --generator gen_id.py --cache CACHE --splink-python PYTHON --recordlinkage-python PYTHON

``febrl4`` and ``h50k`` lie in PADAN_REAL_DATA, ``genN`` are N households a side from the script given as
``--generator``, kept in ``--cache``. Engines see shuffled copies without truth, under ids that say nothing.
An engine is a module of `benchmarks.engines`, its command line and answer those of `common.run_engine`.
Runs alternate between the engines; seconds and memory are medians, accuracy is that of one-to-one links.
"""

import argparse
import json
import math
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.engines.common import FILES, one_to_one

ROOT = Path(__file__).parents[1]
OURS = "padan"
#: Which engines there are, on which kinds of data, and the Python that each needs.
ENGINES = {
    OURS: (("febrl4", "h50k", "gen_id"), "own"),
    "splink_person": (("febrl4", "h50k"), "splink"),
    "recordlinkage_ecm": (("febrl4", "h50k"), "recordlinkage"),
    "splink_household": (("gen_id",), "splink"),
    "splink_household_strong": (("gen_id",), "splink"),
}
BANDS = ((0.9, 0.95), (0.95, 0.99), (0.99, 1.01))


@dataclass(frozen=True)
class DataSet:
    """Two blind files in ``folder`` and their true pairs of ids."""

    name: str
    kind: str
    folder: Path
    truth: pd.Series


@dataclass(frozen=True)
class Run:
    """One run of one engine: its own account and what was measured from outside."""

    account: dict[str, Any]
    process: float
    cpu: float
    answer: pd.DataFrame


def main() -> int:
    """Run all engines on all data sets and print the tables; 1 when an engine failed."""
    given = parsed()
    failed, growth = False, defaultdict(dict)
    for name in given.datasets:
        with tempfile.TemporaryDirectory() as folder:
            data = prepared(name, Path(folder), given)
            runs = alternating(data, given)
        failed |= any(not done for done in runs.values())
        scored = {engine: figures(done, data.truth) for engine, done in runs.items() if done}
        print_tables(data, scored, given.runs)
        if data.kind == "gen_id":
            for engine, found in scored.items():
                growth[engine][int(name.removeprefix("gen"))] = found["matching s"]
    print_growth(growth)
    return int(failed)


def parsed() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--datasets", nargs="+", default=["febrl4", "h50k"], metavar="NAME")
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=list(ENGINES))
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument(
        "--generator", type=Path, help="script: N PREFIX -> PREFIX_A.parquet, PREFIX_B.parquet"
    )
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "padan-linkage")
    parser.add_argument("--splink-python", default=sys.executable)
    parser.add_argument("--recordlinkage-python", default=sys.executable)
    return parser.parse_args()


def prepared(name: str, folder: Path, given: argparse.Namespace) -> DataSet:
    """Write blind copies of a data set into ``folder`` and return it with its truth."""
    size = re.fullmatch(r"gen(\d+)", name)
    if size:
        kind, sources = "gen_id", generated(int(size[1]), given)
    elif name in FILES:
        kind = name
        sources = [Path(os.environ["PADAN_REAL_DATA"]) / "linkage" / file for file in FILES[name]]
    else:
        raise SystemExit(f"no data set {name}: febrl4, h50k or genN")
    keys = [blind(kind, source, folder, side) for source, side in zip(sources, "AB", strict=True)]
    both = keys[0].to_frame("left").join(keys[1].rename("right"), how="inner")
    return DataSet(name, kind, folder, both.set_index("left")["right"])


def generated(size: int, given: argparse.Namespace) -> list[Path]:
    """Return the generator's two files of ``size``, made on first use."""
    files = [given.cache / f"s{size}_{side}.parquet" for side in "AB"]
    if not all(file.exists() for file in files):
        if given.generator is None:
            raise SystemExit(f"gen{size} is not in {given.cache}: give --generator")
        given.cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=given.cache) as fresh:
            command = [sys.executable, given.generator, str(size), str(Path(fresh) / f"s{size}")]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            for file in files:
                (Path(fresh) / file.name).rename(file)
    return files


def blind(kind: str, source: Path, folder: Path, side: str) -> pd.Series:
    """Write a copy of ``source`` without truth, in another order; return the new ids by the true key."""
    table = pd.read_parquet(source) if source.suffix == ".parquet" else _read_csv(source)
    table = table.sample(frac=1, random_state=ord(side))
    first, key = table.columns[0], {"h50k": "cluster", "gen_id": "hid"}.get(kind)
    true = table.pop(key) if key else table[first].str.extract(r"rec-(\d+)-")[0]
    table[first] = [f"{side}{number:08d}" for number in range(len(table))]
    if source.suffix == ".parquet":
        table.to_parquet(folder / source.name, index=False)
    else:
        table.to_csv(folder / source.name, index=False)
    return pd.Series(table[first].to_numpy(), true.to_numpy())


def _read_csv(source: Path) -> pd.DataFrame:
    table = pd.read_csv(source, dtype="str", skipinitialspace=True, keep_default_na=False)
    return table.rename(columns=str.strip)


def alternating(data: DataSet, given: argparse.Namespace) -> dict[str, list[Run]]:
    """Return the runs of each engine; one that failed has none, and its last words go to stderr."""
    engines = [engine for engine in given.engines if data.kind in ENGINES[engine][0]]
    runs: dict[str, list[Run]] = {engine: [] for engine in engines}
    broken = set[str]()
    for _ in range(given.runs):
        for engine in engines:
            if engine not in broken and (done := run_once(engine, data, given)):
                runs[engine].append(done)
            else:
                broken.add(engine)
    return {engine: [] if engine in broken else done for engine, done in runs.items()}


def run_once(engine: str, data: DataSet, given: argparse.Namespace) -> Run | None:
    """Run one engine on one data set in a process of its own."""
    pythons = {"own": sys.executable, "splink": given.splink_python}
    python = (pythons | {"recordlinkage": given.recordlinkage_python})[ENGINES[engine][1]]
    out = data.folder / "answer" / f"{engine}.parquet"
    out.parent.mkdir(exist_ok=True)
    command = [python, "-m", f"benchmarks.engines.{engine}", data.kind, str(data.folder), str(out)]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    process, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        print(f"{engine} failed on {data.name}:\n{done.stderr[-2000:]}", file=sys.stderr, flush=True)
        return None
    account = json.loads(done.stdout.splitlines()[-1])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(account, process, cpu, checked(engine, pd.read_parquet(out)))


def checked(engine: str, answer: pd.DataFrame) -> pd.DataFrame:
    """Return the answer; raise if its pairs are not distinct or its links not one-to-one."""
    links = answer[answer["accepted"]]
    if answer.duplicated(["left", "right"]).any():
        raise ValueError(f"{engine} gave a pair twice")
    if links["left"].duplicated().any() or links["right"].duplicated().any():
        raise ValueError(f"{engine} gave links that are not one-to-one")
    return answer


def figures(runs: list[Run], truth: pd.Series) -> dict[str, Any]:
    """Return accuracy of the last run, medians of the others, and the spread of F1 over the runs."""
    every = [accuracy(run.answer, truth) for run in runs]

    def middle(value: Callable[[Run], float]) -> float:
        return median(value(run) for run in runs)

    stages = {stage: middle(lambda run, stage=stage: run.account["stages"][stage])
              for stage in runs[-1].account["stages"]}  # fmt: skip
    spread = max(one["F1"] for one in every) - min(one["F1"] for one in every)
    return every[-1] | {
        "whole s": middle(lambda run: run.account["seconds_total"]),
        "matching s": middle(lambda run: run.account["seconds_matching"]),
        "process s": middle(lambda run: run.process),
        "CPU s": middle(lambda run: run.cpu),
        "MiB": middle(lambda run: run.account["peak_rss_mib"]),
        "candidates": runs[-1].account["candidates"],
        "stages": stages,
        "spread": spread,
    }


def accuracy(answer: pd.DataFrame, truth: pd.Series) -> dict[str, Any]:
    """Return precision, recall, F1 and errors of the links, best F1, candidate recall, and calibration."""
    true = answer["left"].map(truth).eq(answer["right"]).to_numpy()
    accepted = answer["accepted"].to_numpy()
    right, links, total = int(true[accepted].sum()), int(accepted.sum()), len(truth)
    return {
        "precision": right / max(links, 1),
        "recall": right / total,
        "F1": 2 * right / max(links + total, 1),
        "errors": links + total - 2 * right,
        "best F1": best_f1(answer, true, total),
        "candidate recall": int(true.sum()) / total,
        "calibration": calibration(answer, true),
    }


def best_f1(answer: pd.DataFrame, true: np.ndarray, total: int) -> float:
    """Return the F1 at the best threshold of the score, over one-to-one links of all candidates."""
    codes = [pd.factorize(answer[side], sort=True)[0] for side in ("left", "right")]
    keep = one_to_one(codes[0], codes[1], answer["score"].to_numpy())
    score, hit = answer["score"].to_numpy()[keep], true[keep]
    order = np.argsort(-score, kind="stable")
    f1 = 2 * np.cumsum(hit[order]) / (np.arange(1, len(order) + 1) + total)
    last = np.append(np.diff(score[order]) != 0, True)  # equal scores stand or fall together
    return float(f1[last].max(initial=0.0))


def calibration(answer: pd.DataFrame, true: np.ndarray) -> list[str]:
    """Return of the scored pairs in each band how many there are, their mean probability and true share."""
    if "probability" not in answer:
        return ["-"] * len(BANDS)
    probability = answer["probability"].to_numpy()
    found = []
    for low, high in BANDS:
        band = (probability >= low) & (probability < high)
        shares = f"{probability[band].mean():.3f} / {true[band].mean():.3f}" if band.any() else "-"
        found.append(f"{shares} of {int(band.sum()):,}")
    return found


def print_tables(data: DataSet, scored: dict[str, dict[str, Any]], runs: int) -> None:
    """Print accuracy, cost, stages and calibration of one data set."""
    print(f"\n## {data.name}: {len(data.truth):,} true pairs, {runs} runs, {os.cpu_count()} cores\n")
    shares = ("precision", "recall", "F1", "best F1", "candidate recall")
    costs = ("whole s", "matching s", "process s", "CPU s")
    formats = dict.fromkeys(shares, ".4f") | dict.fromkeys(costs, ".2f") | {"MiB": ",.0f"}
    _figures([*shares, "errors"], ["errors"], scored, formats)
    _figures([*costs, "MiB", "candidates"], ["whole s", "matching s"], scored, formats)
    bands = [f"{low}-{min(high, 1)}: given / true" for low, high in BANDS]
    _table(["engine", *bands], ([engine, *one["calibration"]] for engine, one in scored.items()))
    for engine, one in scored.items():
        print(f"{engine}: " + ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in one["stages"].items()))
        if one["spread"] > 0:
            print(f"{engine}: F1 differs by {one['spread']:.6f} between runs")


def _figures(
    names: list[str], ratios: list[str], scored: dict[str, dict[str, Any]], formats: dict[str, str]
) -> None:
    ours, rows = scored.get(OURS, {}), []
    for engine, one in scored.items():
        values = [format(one[name], formats.get(name, ",")) for name in names]
        shares = [f"{one[name] / ours[name]:.2f}" if ours.get(name) else "-" for name in ratios]
        rows.append([engine, *values, *shares])
    _table(["engine", *names, *(f"{name} : ours" for name in ratios)], rows)


def print_growth(growth: dict[str, dict[int, float]]) -> None:
    """Print how matching grows with the size, as a multiple of n log n; nothing for a single size."""
    sizes = sorted({size for found in growth.values() for size in found})
    if len(sizes) < 2:
        return
    first, *_, last = sizes
    expected, rows = last * math.log(last) / (first * math.log(first)), []
    print("\n## Growth of matching seconds\n")
    for engine, found in growth.items():
        whole = first in found and last in found
        share = f"{found[last] / found[first] / expected:.2f}" if whole else "-"
        rows.append([engine, *(f"{found[size]:.2f}" if size in found else "-" for size in sizes), share])
    _table(["engine", *(f"{size:,}" for size in sizes), "growth : n log n"], rows)


def _table(heads: list[str], rows: Iterable[list[str]]) -> None:
    lines = [heads, ["---"] * len(heads), *rows]
    print("\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
