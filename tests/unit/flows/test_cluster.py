"""A cluster gives what one process gives, survives a worker that dies, and fails plainly where it cannot."""

import logging
import os
import signal
import socket
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from linkage_world import make_lists

from flows import cluster
from flows.cluster import Dask, piece
from flows.handover import FOLDER, get_tables, handover_folder, put_tables
from reconcile.errors import ClusterError, StepError
from reconcile.executor import ClusterSettings, Executor, Tables, Work

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

FAMILIES = 2000


@dataclass(frozen=True)
class Config:
    """As much of PipelineConfig as an executor looks at."""

    folder: Path
    cluster: ClusterSettings

    @property
    def output_root(self) -> Path:
        return self.folder


@contextmanager
def asked(folder: Path, **given: Any) -> Iterator[Executor]:
    settings = ClusterSettings(kind="dask", **given)
    with cluster.executor(Config(folder, settings)) as executor:  # type: ignore[arg-type]
        yield executor


@dataclass
class Killing:
    """Kills a worker that is at work, once, when some parts of the comparisons were handed over."""

    inner: Dask
    after: int = 3
    killed: int = 0

    @property
    def partitions(self) -> int | None:
        return self.inner.partitions

    def map(self, work: Work, parts: Iterable[Tables], shared: Tables) -> Iterator[Tables]:
        return self.inner.map(work, self._counted(parts) if work.name == "compare" else parts, shared)

    def _counted(self, parts: Iterable[Tables]) -> Iterator[Tables]:
        for number, part in enumerate(parts):
            client = self.inner.runner.client
            busy = next((address for address, keys in client.processing().items() if keys), None)
            if number >= self.after and busy is not None and not self.killed:
                self.killed = client.run(os.getpid, workers=[busy])[busy]
                os.kill(self.killed, signal.SIGKILL)
            yield part


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        protocol="tcp://",
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
    ) as running:
        yield running.scheduler_address


@pytest.mark.filterwarnings("ignore")  # of distributed, when a connection to the dead worker is closed
def test_two_processes_over_tcp_give_what_one_gives_though_a_worker_is_killed(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # small parts, so that there are some to be at
    monkeypatch.setattr("reconcile.linkage.parts.MOST_PAIRS", 10_000)
    lists = make_lists(FAMILIES)
    expected = lists.linked()
    with asked(tmp_path, address=address, partitions=3) as executor:
        assert isinstance(executor, Dask)
        killing = Killing(executor)
        found = lists.linked(executor=killing)
        assert [stat.S_IMODE(p.stat().st_mode) for p in tmp_path.glob(f"{FOLDER}*")] == [0o700]
    assert killing.killed
    assert found.pairs.equals(expected.pairs)
    assert found.relations.equals(expected.relations)
    assert (found.passes, found.parameters) == (expected.passes, expected.parameters)
    assert not list(tmp_path.iterdir())


def test_a_worker_with_another_program_or_without_the_folder_is_told_plainly(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with asked(tmp_path, address=address) as executor:
        assert isinstance(executor, Dask)
        monkeypatch.setattr(cluster, "made_by", lambda: "another")
        with pytest.raises(ClusterError, match="E_CLUSTER_VERSION"):
            list(executor.map(cluster.COMPARE, [{}], {}))


def test_no_scheduler_and_no_worker_are_faults_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "WORKER_SECONDS", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        unused = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with (
        pytest.raises(ClusterError, match="E_CLUSTER_UNREACHABLE") as refused,
        asked(tmp_path, address=unused),
    ):
        pass
    assert refused.value.exit_code == 3
    with (
        distributed.LocalCluster(
            n_workers=0, dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL
        ) as idle,
        pytest.raises(ClusterError, match="E_CLUSTER_NO_WORKERS"),
        asked(tmp_path, address=idle.scheduler_address),
    ):
        pass


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "prefect_dask.task_runners", None)
    with (
        pytest.raises(ClusterError, match="E_CLUSTER_EXTRA"),
        asked(tmp_path, address="tcp://127.0.0.1:8786"),
    ):
        pass


def test_a_part_lets_no_text_of_an_error_out(tmp_path: Path) -> None:
    value = "6472012345670001"
    put_tables(tmp_path / "bersama", {"spec": pa.table({"spec": [value]})})
    put_tables(tmp_path / "000000", {"pairs": pa.table({"a": [value]})})
    with pytest.raises(StepError) as failed:
        piece.fn("compare", 0, str(tmp_path), cluster.made_by())
    assert failed.value.__suppress_context__
    assert value not in str(failed.value)
    with pytest.raises(ClusterError, match="E_CLUSTER_FOLDER"):
        piece.fn("compare", 0, str(tmp_path / "elsewhere"), cluster.made_by())


def test_tables_come_back_as_they_were_for_nobody_else_and_leave_nothing(tmp_path: Path) -> None:
    with handover_folder(tmp_path, tmp_path) as killed:
        killed.rename(tmp_path / "aside")
    (tmp_path / "aside").rename(killed)
    other = tmp_path / f"{FOLDER}of-another-output"
    other.mkdir()
    table = pa.table({"a": np.arange(3), "b": pa.array(["x", None, "x"]).dictionary_encode()})
    with handover_folder(tmp_path, tmp_path) as folder:
        assert sorted(tmp_path.iterdir()) == sorted([folder, other])
        put_tables(folder / "1", {"t": table})
        put_tables(folder / "1", {"t": table})
        assert get_tables(folder / "1")["t"].equals(table)
        modes = {stat.S_IMODE(p.stat().st_mode) for p in folder.rglob("*") if p.is_file()}
        assert modes == {0o600}
        assert [p.name for p in folder.iterdir()] == ["1"]
    assert list(tmp_path.iterdir()) == [other]


@pytest.mark.parametrize(
    ("server", "scheduler", "recorded"),
    [
        ("", "tcp://127.0.0.1:8786", False),
        ("http://127.0.0.1:4200/api", "tcp://127.0.0.1:8786", True),
        ("http://127.0.0.1:4200/api", "tcp://10.0.0.5:8786", False),
        ("http://10.0.0.2:4200/api", "tcp://10.0.0.5:8786", True),
    ],
)
def test_parts_have_records_where_workers_reach_the_server_that_keeps_them(
    server: str, scheduler: str, recorded: bool
) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: server} if server else {}, restore_defaults={PREFECT_API_URL}):
        assert cluster._recorded(scheduler) is recorded
