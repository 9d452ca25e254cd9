"""Edge module: partitions of linking and placing worked on by a Dask cluster, through prefect-dask.

Where workers reach Prefect's server a part is a task of Prefect with a record of its own; where that is on
the loopback of one machine and the cluster is not, or lives as long as the run only, parts have no record.
A worker is told a kind of work and paths, nothing else: tables lie as Parquet in a folder that driver and
workers share (flows/handover.py), and neither scheduler nor Prefect's records nor any log sees a value. When
a worker dies, another one does again what it was at; a part gives the same answer wherever and however often
it is worked on. A cluster that is out of reach is an error, never a reason to go on without.
"""

import logging
import platform
import socket
import time
from asyncio import CancelledError
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.settings import PREFECT_API_URL

from flows.config import PipelineConfig
from flows.disk import plainly
from flows.fingerprint import digest, program
from flows.handover import drop_tables, get_tables, handover_folder, put_tables, sweep
from flows.redaction import install
from geo.locate import PLACE
from reconcile.errors import ClusterError, Fault, PadanError, StepError
from reconcile.executor import Executor, Local, Tables, Work
from reconcile.linkage.blocking import JOIN
from reconcile.linkage.parts import COMPARE

#: All kinds of work that a cluster does.
WORKS = {work.name: work for work in (COMPARE, JOIN, PLACE)}
#: Libraries of which another version may give another answer.
LIBRARIES = ("numpy", "pandas", "pyarrow", "rapidfuzz", "shapely", "pyproj")
#: Seconds to find the scheduler, to find a worker, and to wait for a new one after the last has gone.
REACH_SECONDS, WORKER_SECONDS, LOST_SECONDS = 10.0, 60.0, 120.0
_LOOK_SECONDS = 5.0
#: Parts that are handed over before the first answer is waited for, per thread of the cluster.
AHEAD = 2
#: Loggers that print tracebacks when a cluster is lost.
LOUD = ("distributed", "tornado")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ANSWER = ".jawaban"


@contextmanager
def executor(config: PipelineConfig) -> Iterator[Executor]:
    """Give who works on partitions as ``config`` says; ClusterError where the cluster cannot."""
    chosen = config.cluster
    sweep(config.output_root, config.output_root)
    if chosen.address is None:
        yield Local(chosen.partitions)
        return
    root = config.output_root if chosen.folder is None else config.folder / chosen.folder
    with (
        plainly(root, writes=False),
        handover_folder(root, config.output_root) as folder,
        _started(chosen.address) as runner,
    ):
        yield Dask(runner, folder, chosen.address, chosen.partitions, _recorded(chosen.address))


@dataclass(frozen=True)
class Dask:
    """Works on the cluster at ``address`` through ``runner``, a started DaskTaskRunner.

    ``recorded``: parts are tasks of Prefect, whose server the workers reach.
    """

    runner: Any
    folder: Path
    address: str
    partitions: int | None = None
    recorded: bool = False

    def map(self, work: Work, parts: Iterable[Tables], shared: Tables) -> Iterator[Tables]:
        """Return the answer for each part, in their order; few parts lie in the folder at a time."""
        base = self.folder / next(name for name in map(str, count()) if not (self.folder / name).exists())
        put_tables(base / "bersama", shared)
        ahead = AHEAD * max(len(self._workers()), 1) + 1
        waiting: deque[tuple[Path, Any]] = deque()
        for number, part in enumerate(parts):
            place = base / f"{number:06d}"
            put_tables(place, part)
            told = {"work": work.name, "number": number, "folder": str(base), "made_by": made_by()}
            if self.recorded:
                waiting.append((place, self.runner.submit(piece, told)))
            else:
                waiting.append((place, self.runner.client.submit(piece.fn, **told, pure=False)))
            if len(waiting) >= ahead:
                yield self._answer(*waiting.popleft())
        while waiting:
            yield self._answer(*waiting.popleft())
        drop_tables(base)

    def _answer(self, place: Path, future: Any) -> Tables:
        """Return the answer for the part at ``place``; both are gone from the folder then."""
        alone_since = None
        while True:
            try:
                future.result(timeout=_LOOK_SECONDS)
                break
            except TimeoutError:
                alone_since = None if self._workers() else alone_since or time.monotonic()
                if alone_since is not None and time.monotonic() - alone_since > LOST_SECONDS:
                    raise self._lost() from None
            except PadanError:
                raise
            except (Exception, CancelledError):  # noqa: BLE001 - of the cluster itself: its text may name paths
                raise self._lost() from None
        answer = get_tables(place.with_name(place.name + _ANSWER))
        drop_tables(place)
        drop_tables(place.with_name(place.name + _ANSWER))
        return answer

    def _workers(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self.runner.client.scheduler_info(n_workers=-1)["workers"]
        except (OSError, RuntimeError):
            return {}
        return found

    def _lost(self) -> ClusterError:
        return ClusterError([Fault.of("E_CLUSTER_LOST", address=self.address)])


@task(
    name="bagian",
    task_run_name="{work} {number}",
    cache_policy=NO_CACHE,
    persist_result=False,
    log_prints=False,
)
def piece(work: str, number: int, folder: str, made_by: str) -> None:
    """Work on part ``number`` of ``folder`` and put the answer beside it; only coded errors leave."""
    install()
    try:
        worked(work, number, Path(folder), made_by)
    except PadanError:
        raise
    except FileNotFoundError:
        raise ClusterError([Fault.of("E_CLUSTER_FOLDER")]) from None
    except Exception as error:  # noqa: BLE001 - its text must not reach Prefect's database
        raise StepError([Fault.of("E_STEP", step=work, kind=type(error).__name__, place="")]) from None


def worked(work: str, number: int, folder: Path, made_by_driver: str) -> None:
    """Read part ``number`` of ``folder``, work on it, write the answer; ClusterError for another program."""
    if made_by() != made_by_driver:
        raise ClusterError([Fault.of("E_CLUSTER_VERSION")])
    place = folder / f"{number:06d}"
    answer = WORKS[work].done(get_tables(place), _opened(work, str(folder)))
    put_tables(place.with_name(place.name + _ANSWER), answer)


@lru_cache(maxsize=2)
def _opened(work: str, folder: str) -> Any:
    """Return what all parts in a folder share, opened once per worker; the folder is never used again."""
    return WORKS[work].opened(get_tables(Path(folder) / "bersama"))


@lru_cache(maxsize=1)
def made_by() -> str:
    """Return the hash of the program and of all that its answers depend on: the same on every worker."""
    return digest([program(), platform.python_version(), *(f"{name} {version(name)}" for name in LIBRARIES)])


@contextmanager
def _started(address: str) -> Iterator[Any]:
    """Give a task runner that is connected to the cluster at ``address`` and has at least one worker."""
    try:
        from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415 - only those who have a cluster install it
    except ImportError:
        raise ClusterError([Fault.of("E_CLUSTER_EXTRA")]) from None
    _reach(address)
    _silence()
    with DaskTaskRunner(address=address, client_kwargs={"timeout": REACH_SECONDS}) as runner:
        try:
            runner.client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except TimeoutError:
            raise ClusterError([Fault.of("E_CLUSTER_NO_WORKERS", address=address)]) from None
        except OSError:
            raise ClusterError([Fault.of("E_CLUSTER_UNREACHABLE", address=address)]) from None
        yield runner


def _recorded(address: str) -> bool:
    """Return whether workers of the cluster at ``address`` reach the server that keeps Prefect's records."""
    server = urlsplit(PREFECT_API_URL.value() or "").hostname
    return server is not None and (server not in LOOPBACK or urlsplit(address).hostname in LOOPBACK)


def _silence() -> None:
    """Keep dask's own lines and tracebacks from the user, who is told what to do by ours."""
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] in LOUD]
    for name in (*LOUD, *names):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _reach(address: str) -> None:
    place = urlsplit(address)
    try:
        socket.create_connection((str(place.hostname), int(place.port or 0)), REACH_SECONDS).close()
    except OSError:
        raise ClusterError([Fault.of("E_CLUSTER_UNREACHABLE", address=address)]) from None
