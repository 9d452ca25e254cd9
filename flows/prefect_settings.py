"""Prefect on one machine, nothing sent to anybody: settled before prefect is imported for the first time.

Where `padan server` runs for an output folder, its records are used; else Prefect starts a server of its own
for the one run. An office with a Prefect server of its own names it with PREFECT_API_URL.
"""

import json
import os
import secrets
import stat
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from filelock import FileLock, Timeout

from reconcile.errors import Fault, PublishError

HOST = "127.0.0.1"
#: Held by the process that serves; where nobody holds it, what the address says is old.
SERVER_LOCK = ".kunci-server"
ADDRESS = "server.json"
#: Name and password of the server's interface. Whoever may use it may run programs as its owner.
PASSWORD = "sandi-layar"  # noqa: S105 - the name of its file
_PATIENCE_SECONDS = 5

#: Settings that hold whatever the environment says.
ALWAYS = {
    # nothing is sent to anybody
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # results are files that the run publishes, never pickles
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    # what is printed may be of a person
    "PREFECT_LOGGING_LOG_PRINTS": "false",
}
#: Settings that hold unless the office has set its own in the environment.
DEFAULTS = {
    # without PREFECT_API_URL a temporary server on the loopback keeps the records in PREFECT_HOME
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    # our own lines tell what a user needs; Prefect would print tracebacks
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    # slots that were taken when the power failed would stay taken in memory for ever
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    # records of ended runs go after 90 days
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}


def settle(output_root: Path) -> None:
    """Set Prefect's environment; its home is a private folder below ``output_root``."""
    os.environ.update(ALWAYS)
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    home = prefect_home(output_root)
    os.environ.setdefault("PREFECT_HOME", str(home))
    if "PREFECT_API_URL" not in os.environ and (port := answering(home)) is not None:
        use_server(home, port)


def prefect_home(output_root: Path) -> Path:
    """Return Prefect's home; where the office has set none, a private folder that is made on first use.

    PublishError E_LOCK where it cannot be made.
    """
    if "PREFECT_HOME" in os.environ:
        return Path(os.environ["PREFECT_HOME"])
    home = output_root.absolute() / ".prefect"
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if stat.S_IMODE(home.stat().st_mode) & 0o077:
            home.chmod(0o700)
    except OSError as error:
        raise PublishError([Fault.of("E_LOCK", file=output_root.name, kind=type(error).__name__)]) from None
    return home


def use_server(home: Path, port: int) -> None:
    """Make Prefect use the server of ``home`` on ``port`` of this machine, past any proxy."""
    os.environ["PREFECT_API_URL"] = f"http://{HOST}:{port}/api"
    os.environ["PREFECT_API_AUTH_STRING"] = password(home)
    others = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    hosts = ",".join(dict.fromkeys([*filter(None, others.split(",")), HOST, "localhost"]))
    # of the two, some programs read the one, some the other
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = hosts


def password(home: Path) -> str:
    """Return name and password of the server's interface, made on first use (mode 0600)."""
    path = home / PASSWORD
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        written = f"padan:{secrets.token_urlsafe(24)}"
        file.write(f"{written}\n")
    return written


def answering(home: Path) -> int | None:
    """Return the port of the server of ``home``, or None where none of ours answers."""
    try:
        port = int(json.loads((home / ADDRESS).read_text(encoding="utf-8"))["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return port if lock_is_held(home / SERVER_LOCK) and _healthy(port) else None


def lock_is_held(path: Path) -> bool:
    """Return whether a living process holds the lock file."""
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False


def _healthy(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=_PATIENCE_SECONDS)
    try:
        connection.request("GET", "/api/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
