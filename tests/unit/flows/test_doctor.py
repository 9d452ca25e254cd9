"""`padan doctor`: a machine that is fit, and each thing that may be wrong with one."""

import json
import os
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from flows import doctor_machine, doctor_office
from flows.config import load_config
from flows.doctor import doctor, look_over
from flows.doctor_line import Verdict
from flows.key import FILE
from flows.lock import held
from flows.memory import plan_memory
from flows.place import FRESH
from flows.publish import MANIFEST, POINTER, RUNS
from flows.sample import write_sample
from flows.staging import FOLDER as STAGING
from reconcile.language import describe, entries
from reconcile.vocab import Language

ROOT = Path(__file__).parents[3]
OUTPUT = "data/processed"


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contoh") / "contoh"
    write_sample(families=40, seed=3, out=folder)
    return folder


@pytest.fixture
def project(tmp_path: Path, delivered: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the project folder of an office where all is well."""
    for name in ("PREFECT_HOME", "PREFECT_API_URL", "PADAN_KUNCI", "PREFECT_SERVER_ANALYTICS_ENABLED"):
        monkeypatch.delenv(name, raising=False)
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        config["schedule"] = {"port": free.getsockname()[1]}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    (tmp_path / "data/raw").mkdir(parents=True)
    (tmp_path / "data/raw/contoh").symlink_to(delivered)
    home = tmp_path / OUTPUT / ".prefect"
    home.mkdir(parents=True, mode=0o700)
    with sqlite3.connect(home / "prefect.db") as database:
        database.execute("create table flow_run (id)")
    database.close()
    key = tmp_path / OUTPUT / FILE
    key.touch(mode=0o600)
    key.write_text("ab" * 32)
    return tmp_path


def verdicts(project: Path) -> dict[str, Verdict]:
    """Return the state of every line of the office; what the machine itself is like is another test."""
    machine = {"zone", "paper", "speed", "libraries"}
    lines = {line.topic: line.verdict for line in look_over(project / "config.yaml")}
    return {topic: verdict for topic, verdict in lines.items() if topic not in machine}


def codes(project: Path) -> set[str]:
    return {fault.code for line in look_over(project / "config.yaml") for fault in line.faults}


def test_a_fit_office_is_fine_and_nothing_is_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(project.rglob("*"))
    assert {topic for topic, verdict in verdicts(project).items() if verdict is not Verdict.FINE} == set()
    assert sorted(project.rglob("*")) == before
    assert doctor(project / "config.yaml", Language.INDONESIAN) in {0, 1}
    said = capsys.readouterr().out
    assert "SALAH" not in said
    assert "0 salah." in said
    assert "ab" * 32 not in said


def published(project: Path, key: str) -> None:
    folder = project / OUTPUT / RUNS / "r1"
    folder.mkdir(parents=True)
    (folder / MANIFEST).write_text(json.dumps({"key": key, "outputs": {}}), encoding="utf-8")
    (project / OUTPUT / POINTER).write_text(f"{RUNS}/r1\n")


def edit(project: Path, **values: object) -> None:
    path = project / "config.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **values}), encoding="utf-8")


def later(project: Path) -> None:
    path = project / "baru.csv"
    path.write_text("a;b\n")
    os.utime(path, (4e9, 4e9))
    config = yaml.safe_load((project / "config.yaml").read_text())
    edit(project, decisions=[{"source": "pair_decisions", "path": "baru.csv", "vintage": "2026"}])
    assert config


SPOILED: list[tuple[str, Callable[[Path], object]]] = [
    ("E_DOCTOR_CLOCK", later),
    ("W_DOCTOR_DATE", lambda p: edit(p, reference_date="2999-01-01")),
    ("E_CONFIG_UNKNOWN_KEY", lambda p: edit(p, keluaran="x")),
    ("W_DOCTOR_NO_KEY", lambda p: (p / OUTPUT / FILE).unlink()),
    ("E_DOCTOR_KEY_GONE", lambda p: (published(p, "x"), (p / OUTPUT / FILE).unlink())),
    ("E_DOCTOR_KEY", lambda p: (p / OUTPUT / FILE).write_text("abcd")),
    ("E_DOCTOR_KEY_MODE", lambda p: (p / OUTPUT / FILE).chmod(0o644)),
    ("E_DOCTOR_KEY_TOLD", lambda p: (p / "rahasia.yaml").write_text("kunci: " + "ab" * 32)),
    ("E_DOCTOR_KEY_OTHER", lambda p: published(p, "0123456789abcdef")),
    ("W_DOCTOR_HOME_MODE", lambda p: (p / OUTPUT / ".prefect").chmod(0o755)),
    ("E_DOCTOR_DATABASE", lambda p: (p / OUTPUT / ".prefect/prefect.db").write_bytes(b"rusak" * 1000)),
    ("W_DOCTOR_LEFT", lambda p: (p / OUTPUT / f"{FRESH}r1").mkdir()),
    ("W_DOCTOR_LEFT", lambda p: (p / OUTPUT / STAGING).mkdir()),
    ("E_DOCTOR_OPEN", lambda p: (p / OUTPUT).chmod(0o777)),
]


@pytest.mark.parametrize(("code", "spoil"), SPOILED, ids=[s[0] for s in SPOILED])
def test_what_is_wrong_is_said(project: Path, code: str, spoil: Callable[[Path], object]) -> None:
    spoil(project)
    assert code in codes(project)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def test_a_run_that_goes_on_is_named(project: Path, stack: ExitStack) -> None:
    (project / OUTPUT / f"{FRESH}r1").mkdir()
    stack.enter_context(held(project / OUTPUT))
    found = codes(project)
    assert "W_DOCTOR_RUNNING" in found
    assert "W_DOCTOR_LEFT" not in found


def test_a_locked_database_and_a_taken_port_are_told(project: Path, stack: ExitStack) -> None:
    writer = sqlite3.connect(project / OUTPUT / ".prefect/prefect.db", isolation_level=None)
    stack.callback(writer.close)
    writer.execute("begin exclusive")
    other = stack.enter_context(socket.socket())
    other.bind(("127.0.0.1", load_config(project / "config.yaml").schedule.port))
    other.listen()
    assert {"W_DOCTOR_LOCKED", "W_DOCTOR_PORT"} <= codes(project)


def test_what_is_set_in_the_environment_counts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "true")
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect.kantor.example/api")
    monkeypatch.setenv("PADAN_KUNCI", "xyz")
    found = codes(project)
    assert {"E_DOCTOR_ANALYTICS", "W_DOCTOR_SERVER", "E_DOCTOR_KEY"} <= found
    assert not [one for one in found if "kantor.example" in one]


def test_a_disk_memory_and_share_that_do_not_do(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_office, "_free_memory", lambda: 1 << 20)
    monkeypatch.setattr(doctor_office, "_on_share", lambda _: True)
    monkeypatch.setattr(doctor_office, "_SLOW_MIB", 1e9)
    monkeypatch.setattr(doctor_office, "_LEAST_ROOM", 1 << 60)
    wanted = {"E_DOCTOR_MEMORY", "W_DOCTOR_SHARE", "E_DOCTOR_HOME_SHARE", "W_DOCTOR_SLOW", "E_DOCTOR_ROOM"}
    assert wanted <= codes(project)


def test_less_memory_is_enough_step_by_step(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(project / "config.yaml")
    between = plan_memory(config, None, Language.ENGLISH).beside - 1
    monkeypatch.setattr(doctor_office, "_free_memory", lambda: between)
    line = doctor_office.memory(config)
    assert [fault.code for fault in line.faults] == ["W_DOCTOR_MEMORY"]
    assert "padan run --memory 0." in describe(line.faults[0], Language.ENGLISH)


def test_libraries_are_held_against_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "numpy==0.1 \\\n  --hash=sha256:x\ntidak-ada==1 \\\nhanya-windows==1 ; os_name == 'nt' \\\n"
    )
    faults = doctor_machine.libraries(tmp_path).faults
    assert [fault.code for fault in faults] == ["E_DOCTOR_LIBRARY", "W_DOCTOR_VERSIONS"]
    assert dict(faults[0].details)["names"] == "tidak-ada"
    assert dict(faults[1].details)["names"].startswith("numpy ")
    monkeypatch.setattr(doctor_machine, "LOCK", "tidak-ada.lock")
    assert doctor_machine.libraries(tmp_path).faults[0].code == "W_DOCTOR_NO_LOCK"


def test_a_check_that_fails_ends_no_other(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_office, "is_held", lambda _: 1 / 0)
    assert "W_DOCTOR_FAILED" in codes(project)


def test_the_exit_code_is_the_worst(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / OUTPUT / FILE).write_text("abcd")
    assert doctor(project / "config.yaml", Language.ENGLISH) == 3
    assert "WRONG" in capsys.readouterr().out


def test_every_line_has_its_words() -> None:
    topics = {key.removesuffix("_fine") for key in entries() if key.endswith("_fine")}
    assert {key for key in topics if key.startswith("doctor_")} <= set(entries())
