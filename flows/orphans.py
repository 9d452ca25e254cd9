"""Edge module: ends what a killed run left running: the server that Prefect had started for that run alone.

It would stay for ever, and keep open a database that nobody uses. Only where processes can be looked at
(Linux); on Windows it ends when its user logs off.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROCESSES = Path("/proc")
#: Stands in the environment of a server that was started for one run.
_MARK = "PREFECT__SERVER_EPHEMERAL=1"


def end_orphans(home: Path) -> int:
    """End the servers of ``home`` whose run is gone, and return how many; call it under the run lock."""
    ended = 0
    for process in _servers(home):
        with suppress(OSError):
            os.kill(int(process.name), signal.SIGTERM)
            ended += 1
    return ended


def _servers(home: Path) -> Iterator[Path]:
    for process in _PROCESSES.glob("[1-9]*") if _PROCESSES.is_dir() else ():
        # of another user, or gone meanwhile
        with suppress(OSError, ValueError, IndexError):
            told = os.fsdecode((process / "environ").read_bytes()).split("\0")
            if _MARK in told and f"PREFECT_HOME={home}" in told and _is_orphan(process):
                yield process


def _is_orphan(process: Path) -> bool:
    """Return whether another program than the one that started it has become its parent."""
    parent = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1]
    try:
        return (_PROCESSES / parent / "exe").readlink() != (process / "exe").readlink()
    except FileNotFoundError:
        return True
    except PermissionError:
        # the first process of the machine is of another user
        return True
