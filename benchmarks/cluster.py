"""Linking on a cluster: the same result as on one machine, a dead worker, and what parts cost.

    python -m benchmarks.cluster same --families 100000
    python -m benchmarks.cluster parts --families 300000 --kabupaten 514

``same`` links made-up lists here and on two dask workers over TCP, one of which is killed in the end, and
compares SHA-256 of all that comes out. ``parts`` spreads the lists over a nation of kabupaten, hands every
part over as Parquet as for a cluster, works on one after another in another process, and says what they cost.
"""

import argparse
import logging
import os
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from flows.fingerprint import digest
from flows.handover import drop_tables, get_tables, handover_folder, put_tables
from reconcile.executor import LOCAL, ClusterSettings, Executor, Local, Tables, Work
from reconcile.linkage.households import Linkage

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))


@dataclass(frozen=True)
class Config:
    """As much of PipelineConfig as an executor looks at."""

    folder: Path
    cluster: ClusterSettings

    @property
    def output_root(self) -> Path:
        """Return the folder itself."""
        return self.folder


@dataclass
class Killing:
    """Kills the worker that is busy when so many parts of the comparisons were handed over."""

    inner: Any
    after: int = 1
    killed: int = 0

    @property
    def partitions(self) -> int | None:
        """Return those of the cluster."""
        partitions: int | None = self.inner.partitions
        return partitions

    def map(self, work: Work, parts: Iterable[Tables], shared: Tables) -> Iterator[Tables]:
        """Return the answers of the cluster."""
        return self.inner.map(work, self._counted(parts) if work.name == "compare" else parts, shared)

    def _counted(self, parts: Iterable[Tables]) -> Iterator[Tables]:
        for number, part in enumerate(parts):
            if number >= self.after and not self.killed:
                client = self.inner.runner.client
                busy = next((address for address, keys in client.processing().items() if keys), None)
                if busy is not None:
                    self.killed = client.run(os.getpid, workers=[busy])[busy]
                    os.kill(self.killed, signal.SIGKILL)
            yield part


@dataclass
class Cost:
    """What the parts of one kind of work cost: bytes in and out on disk, CPU s, peak memory of a worker."""

    handed: list[int] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    peak: int = 0


@dataclass
class Weighing:
    """Hands each part over as files to one other process, and notes what it costs."""

    folder: Path
    pool: ProcessPoolExecutor
    partitions: int | None = None
    costs: dict[str, Cost] = field(default_factory=lambda: defaultdict(Cost))

    def map(self, work: Work, parts: Iterable[Tables], shared: Tables) -> Iterator[Tables]:
        """Return the answers, in order."""
        base = self.folder / f"{work.name}{sum(len(one.handed) for one in self.costs.values())}"
        put_tables(base / "bersama", shared)
        for number, part in enumerate(parts):
            place = base / f"{number:06d}"
            across = work.name == "join" and len(part["passes"]) == 1
            cost = self.costs[f"{work.name}{' across' if across else ''}"]
            cost.handed.append(put_tables(place, part))
            seconds, peak = self.pool.submit(_weighed, work.name, number, base).result()
            answer = place.with_name(f"{place.name}.jawaban")
            cost.answered.append(sum(path.stat().st_size for path in answer.iterdir()))
            cost.seconds.append(seconds)
            cost.peak = max(cost.peak, peak)
            yield get_tables(answer)
            drop_tables(place)
            drop_tables(answer)
        drop_tables(base)


def _weighed(work: str, number: int, base: Path) -> tuple[float, int]:
    """Work on a part as a worker of the cluster does; return CPU seconds and peak memory of the process."""
    from flows import cluster  # noqa: PLC0415 - prefect reads its settings on import

    made_by = cluster.made_by()
    start = time.process_time()
    cluster.worked(work, number, base, made_by)
    return time.process_time() - start, _peak()


def main() -> int:
    """Run what is asked for; 1 where a result is not the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["same", "parts"])
    parser.add_argument("--families", type=int, default=100_000)
    parser.add_argument("--kabupaten", type=int, default=514)
    parser.add_argument("--partitions", type=int)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
        os.environ.setdefault("PREFECT_HOME", folder)
        os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        os.environ.setdefault("DO_NOT_TRACK", "1")
        return same(given, Path(folder)) if given.what == "same" else parts(given, Path(folder))


def lists(families: int) -> Any:
    """Return the made-up lists of both registries."""
    from linkage_world import make_lists  # noqa: PLC0415 - tests/ is on the path by now

    return make_lists(families)


def told(linkage: Linkage) -> str:
    """Return the SHA-256 of all that a linkage says."""
    frames = [linkage.pairs, linkage.relations, linkage.decided]
    rest = (linkage.passes, linkage.parameters, linkage.quality, linkage.candidates)
    return digest([*(frame.to_csv() + repr(frame.dtypes.to_dict()) for frame in frames), repr(rest)])


def same(given: argparse.Namespace, folder: Path) -> int:
    """Print the hash and the seconds of linking here, on two workers, and with one of them killed."""
    import distributed  # noqa: PLC0415 - of an extra that only those who have a cluster install

    people = lists(given.families)
    hashes = [timed("local", people, LOCAL), timed("local, one partition", people, Local(1))]
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            protocol="tcp://",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        ) as running,
        on_cluster(folder, running.scheduler_address, given.partitions) as executor,
    ):
        print(f"dask at {running.scheduler_address}, parts recorded by Prefect: {executor.recorded}")
        hashes.append(timed("dask, workers starting", people, executor))
        hashes.append(timed("dask", people, executor))
        killing = Killing(executor)
        hashes.append(timed("dask, a worker killed", people, killing))
        print(f"killed: {bool(killing.killed)}; left in the folder: {len(list(folder.glob('.bagian-*/*')))}")
    print("identical" if len(set(hashes)) == 1 and killing.killed else "NOT identical, or nobody was killed")
    return int(len(set(hashes)) != 1 or not killing.killed)


@contextmanager
def on_cluster(folder: Path, address: str, partitions: int | None) -> Iterator[Any]:
    """Give the executor that a config.yaml with this address makes."""
    from flows import cluster  # noqa: PLC0415 - prefect reads its settings on import

    settings = ClusterSettings(kind="dask", address=address, partitions=partitions)
    with cluster.executor(Config(folder, settings)) as executor:  # type: ignore[arg-type]
        yield executor


def timed(name: str, people: Any, executor: Executor) -> str:
    """Print seconds and hash of the linking by ``executor``; return the hash."""
    start = time.perf_counter()
    found = told(people.linked(executor=executor))
    print(f"{name:24} {time.perf_counter() - start:7.1f} s  {found[:16]}", flush=True)
    return found


def parts(given: argparse.Namespace, folder: Path) -> int:
    """Print what the parts of a nation cost."""
    people = spread(lists(given.families), given.kabupaten)
    rows = len(people.p3ke) + len(people.bps)
    before = _resident()
    with (
        handover_folder(folder, folder) as place,
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
    ):
        weighing = Weighing(place, pool, given.partitions)
        start, begun = time.process_time(), time.perf_counter()
        linkage = people.linked(executor=weighing)
        whole, wall = time.process_time() - start, time.perf_counter() - begun
    peak = _peak()
    print(f"{rows:,} families of both lists in {given.kabupaten} kabupaten")
    print(f"{linkage.candidates:,} candidates; driver: {whole:.0f} CPU s of {wall:.0f} s")
    print(
        f"driver: peak {peak / 1e9:.2f} GB, {(peak - before) / rows:.0f} bytes per family more than its lists"
    )
    print(
        "| work | parts | CPU s of a part: median | most | all | MB out | most | MB back | worker peak GB |"
    )
    print(f"|{'---|' * 9}")
    for name, cost in weighing.costs.items():
        seconds = f"{median(cost.seconds):.3f} | {max(cost.seconds):.3f} | {sum(cost.seconds):.1f}"
        sizes = (
            f"{sum(cost.handed) / 1e6:.1f} | {max(cost.handed) / 1e6:.2f} | {sum(cost.answered) / 1e6:.1f}"
        )
        print(f"| {name} | {len(cost.handed)} | {seconds} | {sizes} | {cost.peak / 1e9:.2f} |")
    alone = told(linkage) == told(people.linked())
    print("identical to local" if alone else "NOT identical to local")
    return int(not alone)


def _resident() -> int:
    """Return the bytes of memory in use."""
    return _status("VmRSS")


def _peak() -> int:
    """Return the most bytes of memory that this process used; not that of the one that it came from."""
    return _status("VmHWM")


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def spread(people: Any, kabupaten: int) -> Any:
    """Return the lists with their families spread over so many kabupaten; who had moved has moved."""
    pairs = pd.DataFrame(sorted(people.truth), columns=["p3ke", "bps"])
    codes = np.array([f"{11 + k // 40}.{1 + k % 40:02d}" for k in range(kabupaten)], dtype=object)
    changed = {}
    for side in ("p3ke", "bps"):
        table = getattr(people, side)
        family = table["record_id"].map(pd.Series(pairs.index, index=pairs[side]).groupby(level=0).min())
        family = family.fillna(pd.Series(np.arange(len(table)), index=table.index)).to_numpy(np.int64)
        # families of one village stay in one, and two that lived in different kabupaten still do
        before = table["kode_desa"].str.slice(0, 5).fillna("").rank(method="dense").to_numpy(np.int64)
        code = pd.Series(codes[(family // 10 + before) % kabupaten], index=table.index)
        village = (code + table["kode_desa"].str.slice(5)).where(table["kode_desa"].notna()).astype("str")
        changed[side] = table.assign(kode_desa=village, desa_kode=village)
    return replace(people, **changed)


if __name__ == "__main__":
    raise SystemExit(main())
