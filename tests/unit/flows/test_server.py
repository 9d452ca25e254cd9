"""`padan server` and Prefect's settings: this machine alone, a private home, one server per output folder."""

import json
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from flows import server
from flows.prefect_settings import (
    ADDRESS,
    ALWAYS,
    SERVER_LOCK,
    answering,
    password,
    prefect_home,
    settle,
    use_server,
)
from reconcile.errors import ConfigError, PublishError
from reconcile.vocab import Language

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give an environment without Prefect's settings, and take away what a test set."""
    before = dict(os.environ)
    for name in before:
        if name.startswith("PREFECT_") or name.lower() == "no_proxy":
            monkeypatch.delenv(name)
    yield
    for name in set(os.environ) - set(before):
        del os.environ[name]


@pytest.fixture
def port() -> Iterator[int]:
    """Give a port that another program listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def project(folder: Path, port: int) -> Path:
    written = (ROOT / "config.yaml").read_text(encoding="utf-8").replace("port: 4200", f"port: {port}")
    (folder / "config.yaml").write_text(written, encoding="utf-8")
    for path in (ROOT / "data/raw/contoh").rglob("*.*"):
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    return folder / "config.yaml"


def test_home_and_password_are_private(tmp_path: Path) -> None:
    settle(tmp_path / "hasil")
    home = tmp_path / "hasil/.prefect"
    assert os.environ["PREFECT_HOME"] == str(home)
    assert home.stat().st_mode & 0o777 == 0o700
    first = password(home)
    assert first.startswith("padan:")
    assert len(first) > 30
    assert password(home) == first
    assert (home / "sandi-layar").stat().st_mode & 0o777 == 0o600


def test_a_home_that_others_may_read_is_closed_and_nothing_is_sent_whatever_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "hasil/.prefect"
    home.mkdir(parents=True)
    home.chmod(0o755)
    for name in ALWAYS:
        monkeypatch.setenv(name, "true")
    settle(tmp_path / "hasil")
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert {name: os.environ[name] for name in ALWAYS} == ALWAYS


def test_what_the_office_has_set_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect.kantor:4200/api")
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "lain"))
    settle(tmp_path / "hasil")
    assert os.environ["PREFECT_API_URL"] == "http://prefect.kantor:4200/api"
    assert prefect_home(tmp_path / "hasil") == tmp_path / "lain"
    assert not (tmp_path / "hasil").exists()


def test_an_output_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "hasil").write_text("no folder", encoding="utf-8")
    with pytest.raises(PublishError, match="E_LOCK"):
        prefect_home(tmp_path / "hasil")
    # a folder lies where the lock belongs
    (tmp_path / SERVER_LOCK).mkdir()
    with pytest.raises(PublishError, match="E_LOCK"), server._alone(tmp_path):
        pass


def test_an_old_address_is_no_server(tmp_path: Path, port: int) -> None:
    (tmp_path / ADDRESS).write_text(json.dumps({"port": port}), encoding="utf-8")
    # somebody listens there, but it is nobody of ours
    assert answering(tmp_path) is None
    with FileLock(tmp_path / SERVER_LOCK):
        (tmp_path / ADDRESS).write_text("{", encoding="utf-8")
        assert answering(tmp_path) is None


def test_the_server_is_reached_past_a_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "kantor.local")
    monkeypatch.delenv("no_proxy", raising=False)
    use_server(tmp_path, 4999)
    assert os.environ["PREFECT_API_URL"] == "http://127.0.0.1:4999/api"
    use_server(tmp_path, 4999)
    assert os.environ["NO_PROXY"] == os.environ["no_proxy"] == "kantor.local,127.0.0.1,localhost"


def test_the_server_listens_nowhere_else(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_SERVER_API_HOST", "0.0.0.0")  # noqa: S104 - what is refused
    with pytest.raises(ConfigError) as refused:
        server.run_server(project(tmp_path, port), Language.INDONESIAN)
    assert refused.value.faults[0].code == "E_SERVER_HOST"


def test_a_taken_port_and_a_second_server_are_refused(tmp_path: Path, port: int) -> None:
    path = project(tmp_path, port)
    with pytest.raises(PublishError) as refused:
        server.run_server(path, Language.INDONESIAN)
    assert refused.value.faults[0].code == "E_SERVER_PORT"
    home = tmp_path / "data/processed/.prefect"
    with FileLock(home / SERVER_LOCK), pytest.raises(PublishError) as refused:
        server.run_server(path, Language.INDONESIAN)
    assert refused.value.faults[0].code == "E_SERVER_RUNS"
