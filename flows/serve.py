"""Edge module: `padan serve`: runs what config.yaml schedules, by Prefect's scheduler, until told to stop."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from filelock import FileLock, Timeout

from flows.account import account
from flows.config import PipelineConfig, load_config
from flows.prefect_settings import SERVER_LOCK, answering, lock_is_held, prefect_home, settle, use_server
from reconcile.errors import ConfigError, Fault, PublishError
from reconcile.language import text
from reconcile.vocab import Language

_LOCK = ".kunci-layanan"
#: Who serves, for the one who comes second.
_NOTE = "layanan.json"
_START_SECONDS = 180
_END_SECONDS = 30


def serve(config_path: Path, language: Language) -> int:
    """Serve the deployments of the configuration until told to stop; return 0.

    `padan server` is started where none answers, and ended at the end. ConfigError where nothing is
    scheduled, PublishError where another serves already, or the server cannot be started or is gone.
    """
    config = load_config(config_path)
    if not config.schedule.deployments:
        raise ConfigError([Fault.of("E_SERVE_NOTHING", file=config_path.name)])
    signal.signal(signal.SIGTERM, _stop)
    home = prefect_home(config.output_root)
    with _alone(home):
        settle(config.output_root)
        with suppress(KeyboardInterrupt), _server(config, config_path.resolve(), home, language) as alive:
            # prefect reads its settings on import
            from flows.serving import serve_deployments  # noqa: PLC0415 - as above

            serve_deployments(config, config_path.resolve(), language, _say, alive)
            if not alive():
                raise PublishError([Fault.of("E_SERVER_GONE", port=config.schedule.port)])
    _say(text("serve_down", language))
    return 0


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    lock = FileLock(home / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise PublishError([_refusal(home / _NOTE)]) from None
    except OSError as error:
        raise PublishError([Fault.of("E_LOCK", file=home.name, kind=type(error).__name__)]) from None
    since = datetime.now().astimezone().strftime("%d-%m-%Y %H:%M")
    note = {"pid": os.getpid(), "user": account(), "since": since}
    (home / _NOTE).write_text(json.dumps(note), encoding="utf-8")
    try:
        yield
    finally:
        (home / _NOTE).unlink(missing_ok=True)
        lock.release()


def _refusal(note: Path) -> Fault:
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        told = {}
    known = {name: told.get(name, "?") for name in ("pid", "user", "since")}
    return Fault.of("E_SERVE_RUNS", **known)


@contextmanager
def _server(
    config: PipelineConfig, config_path: Path, home: Path, language: Language
) -> Iterator[Callable[[], bool]]:
    """Give a function that tells whether the server lives; start one where none is set or answers."""
    if "PREFECT_API_URL" not in os.environ and lock_is_held(home / SERVER_LOCK):
        # it starts at this moment, as when the machine has just been switched on
        _wait(home, config.schedule.port, lambda: lock_is_held(home / SERVER_LOCK))
        settle(config.output_root)
    if "PREFECT_API_URL" in os.environ:
        _say(text("serve_server_there", language))
        yield lambda: True
        return
    _say(text("serve_server_start", language))
    command = ["server", "--config", str(config_path), "--language", language.value]
    child = subprocess.Popen(  # noqa: S603 - this very program
        [sys.executable, "-c", "from flows.cli import main; main()", *command],
        stdin=subprocess.DEVNULL,
        # a group of its own: Ctrl-C is for the serving, which needs the server until it has ended
        start_new_session=os.name == "posix",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    try:
        _wait(home, config.schedule.port, lambda: child.poll() is None)
        use_server(home, config.schedule.port)
        yield lambda: child.poll() is None
    finally:
        _end(child)


def _wait(home: Path, port: int, starting: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while answering(home) is None:
        if not starting() or time.monotonic() > deadline:
            raise PublishError([Fault.of("E_SERVER_START", port=port)])
        time.sleep(0.2)


def _end(child: "subprocess.Popen[Any]") -> None:
    child.terminate()
    try:
        child.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
