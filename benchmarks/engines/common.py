"""What every engine of ``benchmarks.linkage`` shares: reading the two files, one-to-one, and the answer.

An engine runs in a process and often a Python of its own, so this module imports numpy and pyarrow only.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: The two files of each kind of data set, as patterns in its folder.
FILES = {
    "febrl4": ("dataset4a.csv", "dataset4b.csv"),
    "h50k": ("h50k_link_A.parquet", "h50k_link_B.parquet"),
    "gen_id": ("*_A.parquet", "*_B.parquet"),
}


@dataclass(frozen=True)
class Job:
    """What the harness asks of an engine: the kind of data, its folder, and where the answer goes."""

    kind: str
    folder: Path
    out: Path


@dataclass(frozen=True)
class Links:
    """All scored pairs of two files; ``left`` and ``right`` are row numbers, ``accepted`` is one-to-one."""

    left: Ints
    right: Ints
    score: Floats
    accepted: Flags
    probability: Floats | None = None


@dataclass
class Stopwatch:
    """Seconds per stage; what is lapped as ``cleaned`` or before does not count as matching."""

    stages: dict[str, float] = field(default_factory=dict)
    _begun: float = field(default_factory=time.perf_counter)
    _cleaned: float = 0.0

    def lap(self, stage: str) -> None:
        """End a stage."""
        done = self.total
        self.stages[stage] = done - sum(self.stages.values())

    def cleaned(self, stage: str = "clean") -> None:
        """End the last stage before matching begins."""
        self.lap(stage)
        self._cleaned = self.total

    @property
    def total(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._begun

    @property
    def matching(self) -> float:
        """Seconds since reading and cleaning ended."""
        return self.total - self._cleaned


def run_engine(name: str, link: Callable[[Job, Stopwatch], tuple[pa.Table, pa.Table, Links]]) -> None:
    """Run ``link`` on what the command line names, write its pairs, print one line of JSON.

    The clock starts when the engine's libraries are loaded and stops when the links are decided; writing the
    answer is the benchmark's own work.
    """
    job, watch = parsed_job(), Stopwatch()
    left, right, links = link(job, watch)
    seconds = {"seconds_total": watch.total, "seconds_matching": watch.matching}
    peak = peak_rss_mib()
    write_answer(job.out, left["id"], right["id"], links)
    stages = {stage: round(value, 3) for stage, value in watch.stages.items()}
    line = {"engine": name, **seconds, "stages": stages, "candidates": len(links.score), "peak_rss_mib": peak}
    print(json.dumps(line))


def parsed_job() -> Job:
    """Return the job that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=sorted(FILES))
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    return Job(**vars(parser.parse_args()))


def peak_rss_mib() -> float:
    """Return the peak memory of this process in MiB.

    Linux hands a child the peak of its parent in ``ru_maxrss``; ``VmHWM`` counts the program alone.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    unit = 2**20 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def read_pair(job: Job) -> tuple[pa.Table, pa.Table]:
    """Return both files as text, trimmed, an empty cell as null, the column of ids named ``id``."""
    left, right = (_read(next(job.folder.glob(pattern))) for pattern in FILES[job.kind])
    return left, right


def _read(path: Path) -> pa.Table:
    if path.suffix == ".parquet":
        table = pq.read_table(path)
    else:
        names = [name.strip() for name in path.open().readline().split(",")]
        as_text = pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
        table = pacsv.read_csv(path, pacsv.ReadOptions(column_names=names, skip_rows=1), None, as_text)
    columns = {("id" if place == 0 else name): table[name] for place, name in enumerate(table.column_names)}
    return pa.table({name: _tidy(column) for name, column in columns.items()})


def _tidy(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    trimmed = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)


def on_distinct(column: pa.ChunkedArray, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Return ``change`` of a text column, worked out once per distinct value."""
    coded = column.combine_chunks().dictionary_encode()
    return change(coded.dictionary).take(coded.indices)


def one_to_one(left: Ints, right: Ints, score: Floats) -> Flags:
    """Return which pairs stay when each pair that is the best of both its sides is taken, again and again.

    The same as going down the list by score; equal scores are settled by left, then right, row number.
    """
    order = np.lexsort((right, left, -score))
    keep = np.zeros(len(score), bool)
    while len(order):
        first_left, first_right = _first(left[order]), _first(right[order])
        mutual = order[first_left & first_right]
        keep[mutual] = True
        free = ~np.isin(left[order], left[mutual]) & ~np.isin(right[order], right[mutual])
        order = order[free]
    return keep


def _first(codes: Ints) -> Flags:
    # whether a pair is the first of its record, the pairs lying best first
    place = np.full(codes.max() + 1, -1)
    place[codes[::-1]] = np.arange(len(codes))[::-1]
    return place[codes] == np.arange(len(codes))


def write_answer(out: Path, left_ids: pa.ChunkedArray, right_ids: pa.ChunkedArray, links: Links) -> None:
    """Write the pairs as ``left``, ``right`` (id text), ``score``, ``accepted`` and maybe ``probability``."""
    columns = {"left": left_ids.take(pa.array(links.left)), "right": right_ids.take(pa.array(links.right))}
    columns |= {"score": links.score, "accepted": links.accepted}
    if links.probability is not None:
        columns["probability"] = links.probability
    pq.write_table(pa.table(columns), out)
