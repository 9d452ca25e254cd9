"""Edge module: the one lock of an output folder, and the note that says who holds it.

The lock is one of the operating system: whatever becomes of its holder, with the process it is gone. It holds
between processes of one machine, on a disk of that machine; a network share may not pass it on to others. The
note beside it is only read where the lock is held, and never decides anything.
"""

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from flows.account import account, command
from flows.place import FRESH
from reconcile.errors import Fault, PublishError

LOCK = ".kunci-jalan"
NOTE = ".kunci-jalan-pemegang.json"
_MODE = 0o640
#: So long is waited for the note of a holder that has just begun.
_PATIENCE_SECONDS, _PAUSE_SECONDS = 1.0, 0.05


@dataclass(frozen=True)
class Holder:
    """Who holds the lock: process, machine, login name, since when (local time), and the command."""

    pid: int
    host: str
    user: str
    since: str
    command: str


@contextmanager
def held(root: Path) -> Iterator[bool]:
    """Hold the lock of ``root``; give whether it was taken now, False where this process had it already.

    Raises PublishError at once: E_RUNNING_BY with who it is where another process holds it (E_RUNNING where
    that cannot be known), E_LOCK where no lock can be had there.
    """
    lock = _lock(root)
    taken = not lock.is_locked
    try:
        lock.acquire()
    except Timeout:
        raise PublishError([_refusal(root)]) from None
    except (OSError, NotImplementedError) as error:
        raise PublishError([Fault.of("E_LOCK", file=root.name, kind=type(error).__name__)]) from None
    try:
        if taken:
            _sign(root)
        yield taken
    finally:
        if taken:
            with suppress(OSError):
                (root / NOTE).unlink(missing_ok=True)
        lock.release()


def is_held(root: Path) -> bool:
    """Return whether any process, this one included, holds the lock of ``root``; writes nothing there."""
    if not (root / LOCK).exists():
        return False
    lock = _lock(root)
    if lock.is_locked:
        return True
    try:
        lock.acquire()
    except (Timeout, OSError, NotImplementedError):
        return True
    lock.release()
    return False


def holder(root: Path) -> Holder | None:
    """Return who holds the lock as the note says; None where it is absent, torn or of a dead process."""
    try:
        told = json.loads((root / NOTE).read_text(encoding="utf-8"))
        noted = Holder(**told)
        return noted if _alive(noted) else None
    except (OSError, ValueError, TypeError):
        return None


def _lock(root: Path) -> FileLock:
    # one lock per folder in this process, so that the flow may take again what its caller holds
    return FileLock(
        (root / LOCK).absolute(), timeout=0, thread_local=False, is_singleton=True, fallback_to_soft=False
    )


def _sign(root: Path) -> None:
    """Write the note; without it the lock holds as well."""
    noted = Holder(
        os.getpid(),
        socket.gethostname(),
        account(),
        datetime.now().astimezone().isoformat(sep=" ", timespec="seconds"),
        command(),
    )
    written = json.dumps(asdict(noted), ensure_ascii=False)
    fresh = root / f"{FRESH}{NOTE}"
    with suppress(OSError):
        # it need not outlive the process, so that nothing is flushed
        fresh.write_text(written, encoding="utf-8")
        fresh.chmod(_MODE)
        fresh.replace(root / NOTE)


def _refusal(root: Path) -> Fault:
    until = time.monotonic() + _PATIENCE_SECONDS
    while (noted := holder(root)) is None and time.monotonic() < until:
        time.sleep(_PAUSE_SECONDS)
    if noted is None:
        return Fault.of("E_RUNNING", file=root.name)
    return Fault.of("E_RUNNING_BY", file=root.name, **asdict(noted))


def _alive(noted: Holder) -> bool:
    """Return whether the process of a note may live; of another machine, and on Windows, it always may."""
    if os.name == "nt" or noted.host != socket.gethostname():
        return True
    try:
        os.kill(noted.pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
