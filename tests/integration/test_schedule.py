"""`padan serve` on a loopback server of its own: fires, publishes, mends what a power cut left, ends.

One server for all tests of this file, in their order: the last one ends it.
"""

import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml
from command import padan
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings
from prefect.states import Failed, Running, Scheduled

from flows.config import PipelineConfig, load_config
from flows.notify import put_automation
from flows.prefect_settings import answering, password
from flows.publish import newest_run
from flows.sample import write_sample
from flows.schedule import FLOWS, PAGE, TO_LOOK_AT, check_deliveries, periodic_report
from flows.schedule_settings import ScheduleKind
from flows.serving import deployments, settle_past
from flows.states import BAD_DATA, UNCHANGED
from reconcile.vocab import Language

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 240
SECONDS = 10


@dataclass
class Served:
    """A project whose schedule is served by the process; ``lines`` are what it said so far."""

    folder: Path
    process: "subprocess.Popen[str]"
    lines: list[str]

    @property
    def home(self) -> Path:
        return self.folder / "data/processed/.prefect"

    def said(self, words: str) -> str:
        """Return the first line with ``words``, waiting for it."""
        return self._seen(lambda: tuple(self.lines), words)

    def noted(self, name: str, words: str) -> str:
        """Return the first line with ``words`` of a file, which is written a moment after they are said."""
        path = self.folder / name
        return self._seen(lambda: path.read_text("utf-8").splitlines() if path.exists() else (), words)

    def _seen(self, lines: Callable[[], Iterable[str]], words: str) -> str:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for line in lines():
                if words in line:
                    return line
            assert self.process.poll() is None, self.lines
            time.sleep(0.1)
        raise AssertionError(f"{words!r} was not said: {self.lines}")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def scheduled(folder: Path, port: int, *declared: dict[str, object]) -> Path:
    values = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    values["schedule"] = {"port": port, "deployments": list(declared), "notify": {"file": "gagal.txt"}}
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("kantor")
    write_sample(families=60, seed=5, out=folder / "data/raw/contoh")
    every = {"interval_seconds": SECONDS}
    scheduled(folder, free_port(), {"name": "rekon", "kind": "reconcile", **every})
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "PADAN_"))}
    process = subprocess.Popen(
        [sys.executable, "-c", "from flows.cli import main; main()", "serve"],
        cwd=folder,
        env={**environment, "PADAN_KUNCI": "ab" * 32, "PREFECT_RUNNER_POLL_FREQUENCY": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    lines: list[str] = []
    assert process.stdout is not None
    reading = threading.Thread(target=lines.extend, args=(process.stdout,), daemon=True)
    reading.start()
    yield Served(folder, process, lines)
    if process.poll() is None:
        process.terminate()
    process.wait(60)
    reading.join()
    process.stdout.close()


@pytest.fixture
def client(served: Served) -> Iterator[SyncPrefectClient]:
    served.said("Jadwal rekon")
    port = answering(served.home)
    api = {
        PREFECT_API_URL: f"http://127.0.0.1:{port}/api",
        PREFECT_API_AUTH_STRING: password(served.home),
    }
    with temporary_settings(api), get_client(sync_client=True) as connected:
        yield connected


@pytest.fixture
def office(tmp_path: Path) -> PipelineConfig:
    """Return the configuration of another office on the same server, which nobody serves."""
    shutil.copytree(ROOT / "data/raw/contoh", tmp_path / "data/raw/contoh")
    declared = {"name": "bulanan", "kind": "reconcile", "cron": "0 5 1 * *"}
    return load_config(scheduled(tmp_path, free_port(), declared))


def path_of(config: PipelineConfig) -> Path:
    return config.folder / "config.yaml"


def settled(client: SyncPrefectClient, config: PipelineConfig) -> list[str]:
    said: list[str] = []
    settle_past(client, config, path_of(config), Language.INDONESIAN, said.append)
    return said


def state_of(client: SyncPrefectClient, run: FlowRun) -> str:
    state = client.read_flow_run(run.id).state
    assert state is not None
    return state.name


def test_a_served_deployment_fires_by_itself_and_publishes(served: Served, client: SyncPrefectClient) -> None:
    served.said("rekon: selesai (Completed).")
    run = newest_run(served.folder / "data/processed")
    assert run is not None
    assert (run / "manifest.json").is_file()
    fired = client.read_flow_runs()
    assert {frozenset(one.parameters) for one in fired} == {frozenset({"config_path"})}
    assert all(one.auto_scheduled for one in fired)
    assert client.read_deployments()[0].global_concurrency_limit is None


def test_the_next_run_finds_nothing_new(served: Served, client: SyncPrefectClient) -> None:
    served.said("rekon: selesai (TanpaPerubahan).")
    assert len(list((served.folder / "data/processed/runs").iterdir())) == 1
    # the tests that follow need no run, and the processor for themselves
    client.pause_deployment(client.read_deployment_by_name("padan/rekon").id)


def test_a_second_one_ends_at_once_and_says_who_serves(served: Served) -> None:
    served.said("Jadwal rekon")
    done = padan(served.folder, "serve")
    assert done.returncode == 3
    assert f"proses {served.process.pid} " in done.stderr


def test_runs_that_a_power_cut_left_running_are_crashed(
    client: SyncPrefectClient, office: PipelineConfig
) -> None:
    flow = FLOWS[ScheduleKind.RECONCILE]
    given = {"config_path": str(path_of(office))}
    dead = client.create_flow_run(flow, parameters=given, state=Running())
    other = client.create_flow_run(flow, parameters={"config_path": str(ROOT / "x.yaml")}, state=Running())
    # a living process holds the run lock: nothing is said of any run
    with Held(office.output_root):
        assert "jalan lama tidak diperiksa" in settled(client, office)[0]
    assert state_of(client, dead) == "Running"
    assert f"Jalan {dead.name} terputus" in settled(client, office)[0]
    assert (state_of(client, dead), state_of(client, other)) == ("Crashed", "Running")


class Held:
    """Another process that holds the run lock of a folder."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        code = "import sys\nfrom pathlib import Path\nfrom flows.lock import held\n"
        code += "with held(Path(sys.argv[1])): print(), input()"
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-c", code, root], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> None:
        assert self.process.stdout is not None
        self.process.stdout.readline()

    def __exit__(self, *_: object) -> None:
        self.process.communicate(b"\n")


def test_missed_runs_are_made_up_for_once(client: SyncPrefectClient, office: PipelineConfig) -> None:
    (declared,) = deployments(office, path_of(office))
    key = declared.apply()
    now = datetime.now(UTC)
    runs = [
        client.create_flow_run_from_deployment(
            key, state=Scheduled(scheduled_time=now + timedelta(days=days))
        )
        for days in (-60, -30, -1, 20)
    ]
    assert "bulanan: 2 kali terlewat" in settled(client, office)[0]
    assert [state_of(client, run) for run in runs] == ["Terlewat", "Terlewat", "Scheduled", "Scheduled"]
    # one that is no longer declared is gone, with all that it missed; that of the served office stays
    gone = office.model_copy(update={"schedule": office.schedule.model_copy(update={"deployments": ()})})
    assert len(settled(client, gone)) == 1
    assert [one.name for one in client.read_deployments()] == ["rekon"]


def test_the_nightly_check_takes_deliveries_and_says_how_it_went(
    client: SyncPrefectClient, office: PipelineConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    def ended() -> str:
        return str(check_deliveries(str(path_of(office)), return_state=True).name)

    write_sample(families=60, seed=5, out=office.folder / "data/raw/contoh")
    coming = office.folder / "data/raw/masuk"
    coming.mkdir()
    (coming / "catatan.txt").write_text("x", encoding="utf-8")
    assert ended() == TO_LOOK_AT
    (coming / "catatan.txt").unlink()
    assert ended() == UNCHANGED
    (office.folder / "data/raw/contoh/wilayah/recode.csv").write_text("bukan;ini\n", encoding="utf-8")
    assert ended() == BAD_DATA
    assert (office.output_root / PAGE).is_file()
    state = periodic_report(str(path_of(office)), return_state=True)
    assert "E_REPORT_RUN" in str(state.message)
    assert capsys.readouterr() == ("", "")


def test_a_failed_run_is_told_where_an_address_is_set(client: SyncPrefectClient) -> None:
    told: queue.Queue[str] = queue.Queue()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.put(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Hook) as chat:
        threading.Thread(target=chat.serve_forever, daemon=True).start()
        names = [flow.name for flow in FLOWS.values()]
        put_automation(client, f"http://127.0.0.1:{chat.server_port}/", names, Language.INDONESIAN)
        run = client.create_flow_run(FLOWS[ScheduleKind.CHECK], state=Running())
        client.set_flow_run_state(run.id, Failed(message="E_X"), force=True)
        said = told.get(timeout=PATIENCE_SECONDS)
        chat.shutdown()
    assert f"(jalan {run.name}) berakhir Failed" in said
    put_automation(client, None, names, Language.INDONESIAN)
    assert client.read_automations() == []


def test_a_run_that_fails_is_told_in_a_line_and_in_the_file(
    served: Served, client: SyncPrefectClient
) -> None:
    client.resume_deployment(client.read_deployment_by_name("padan/rekon").id)
    (served.folder / "data/raw/contoh/wilayah/recode.csv").write_text("bukan;ini\n", encoding="utf-8")
    line = served.said("GAGAL")
    assert "rekon: GAGAL (MutuDataGagal; E_HEADER" in line
    assert served.noted("gagal.txt", "GAGAL") == line.strip()


def test_told_to_stop_it_ends_cleanly_with_its_server(served: Served) -> None:
    served.said("Jadwal rekon")
    port = answering(served.home)
    assert port is not None
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(60) == 0
    assert "Jadwal berhenti dilayani" in served.lines[-1]
    assert not [line for line in served.lines if "Traceback" in line]
    assert answering(served.home) is None
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
