"""Edge module: `padan server`: Prefect's server for this machine alone, its database in the output folder."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import click
import uvicorn
from filelock import FileLock, Timeout

from flows.config import PipelineConfig, load_config
from flows.prefect_settings import (
    ADDRESS,
    HOST,
    PASSWORD,
    SERVER_LOCK,
    answering,
    password,
    prefect_home,
    settle,
    use_server,
)
from reconcile.errors import ConfigError, Fault, PublishError
from reconcile.language import text
from reconcile.vocab import Language

#: Where else Prefect could be told to listen; any of them but the loopback is refused.
_HOSTS = ("PREFECT_SERVER_API_HOST", "PREFECT_API_HOST")
#: Whoever asks whether the server runs holds its lock for a moment.
_PATIENCE_SECONDS = 1


def run_server(config_path: Path, language: Language) -> int:
    """Serve Prefect's interface and scheduler on 127.0.0.1 until told to stop; return 0.

    ConfigError where the environment asks for another address, PublishError where a server of this folder
    runs already or the port is taken.
    """
    config = load_config(config_path)
    _only_this_machine()
    home = prefect_home(config.output_root)
    with _alone(home), _listening(config) as listening:
        # its database and pages are for the owner of this program alone
        os.umask(0o077)
        _settle_server(config, home)
        (home / ADDRESS).write_text(json.dumps({"port": config.schedule.port}), encoding="utf-8")
        port = config.schedule.port
        click.echo(text("server_up", language, port=port, file=config.label(home / PASSWORD)))
        _serve(listening)
    click.echo(text("server_down", language))
    return 0


def _only_this_machine() -> None:
    for name in _HOSTS:
        if os.environ.get(name, HOST) not in {HOST, "localhost"}:
            raise ConfigError([Fault.of("E_SERVER_HOST", file=name)])


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(home / SERVER_LOCK, timeout=_PATIENCE_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        raise PublishError([Fault.of("E_SERVER_RUNS", port=answering(home) or "?")]) from None
    except OSError as error:
        raise PublishError([Fault.of("E_LOCK", file=home.name, kind=type(error).__name__)]) from None
    try:
        yield
    finally:
        (home / ADDRESS).unlink(missing_ok=True)
        lock.release()


@contextmanager
def _listening(config: PipelineConfig) -> Iterator[socket.socket]:
    """Give the socket, bound to the loopback and nothing else."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        if os.name == "posix":
            # on Windows it would let two programs listen at once
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, config.schedule.port))
        except OSError:
            raise PublishError([Fault.of("E_SERVER_PORT", port=config.schedule.port)]) from None
        yield listening


def _settle_server(config: PipelineConfig, home: Path) -> None:
    settle(config.output_root)
    port = config.schedule.port
    own = {f"http://{name}:{port}" for name in (HOST, "localhost")}
    # a page of another site, opened on this machine, may not speak to it
    os.environ["PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS"] = ",".join(sorted(own))
    os.environ["PREFECT_SERVER_API_AUTH_STRING"] = password(home)
    os.environ["PREFECT_SERVER_UI_API_URL"] = f"http://{HOST}:{port}/api"
    os.environ["PREFECT_SERVER_UI_STATIC_DIRECTORY"] = str(home / "ui")
    use_server(home, port)


def _serve(listening: socket.socket) -> None:
    from prefect.server.api.server import create_app  # noqa: PLC0415 - prefect reads its settings on import

    from flows.notify import Mail  # noqa: PLC0415 - as above

    # a server can only use the kinds of blocks that it has seen
    Mail.get_block_type_slug()
    # uvicorn stops by itself, and then hands the signal on to this
    signal.signal(signal.SIGTERM, _stop)
    server = uvicorn.Server(uvicorn.Config(create_app(final=True), log_level="critical"))
    with suppress(KeyboardInterrupt, _Stopped):
        server.run(sockets=[listening])


class _Stopped(Exception):  # noqa: N818 - no error: the server was told to stop
    """The system asked the server to stop."""


def _stop(*_: object) -> NoReturn:
    raise _Stopped
