"""Edge module: files and folders put in place so that a reader meets the old one or the new one, whole.

Until it is flushed to disk, what is written lies beside its place under a name of ``FRESH``.
"""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

#: Begins the name of what is being written; when no run goes on, of what a killed one left.
FRESH = ".sedang-ditulis-"
#: Begins the name of a folder that waits for its successor to stand.
ASIDE = ".lama-"
#: On Windows a file cannot be replaced while another program, or a virus scanner, looks at it.
PAUSE_SECONDS = 0.1
_TRIES = 20

T = TypeVar("T")


def flush(path: Path) -> None:
    """Force a file to disk; and a folder's entries, where the system lets a folder be opened."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def patiently(move: Callable[[], T]) -> T:
    """Return what ``move`` returns; where it is not permitted, try again for two seconds before giving up."""
    for _ in range(_TRIES - 1):
        try:
            return move()
        except PermissionError:
            time.sleep(PAUSE_SECONDS)
    return move()


def fresh_file(path: Path, write: Callable[[Path], object], mode: int) -> Path:
    """Write a file beside ``path``, with ``mode`` from its first byte on, flush it, return where it lies."""
    fresh = path.with_name(f"{FRESH}{path.name}")
    fresh.unlink(missing_ok=True)
    try:
        fresh.touch(mode=mode)
        write(fresh)
        fresh.chmod(mode)
        flush(fresh)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return fresh


def put_file(fresh: Path, path: Path) -> None:
    """Move what ``fresh_file`` wrote into the place of ``path``."""
    patiently(lambda: fresh.replace(path))
    flush(path.parent)


def put_new(fresh: Path, path: Path) -> None:
    """Move what ``fresh_file`` wrote to ``path``; what another process put there in the meantime stays."""
    try:
        # unlike a rename, it never replaces anything
        os.link(fresh, path)
    except FileExistsError:
        pass
    except OSError:
        # no links on this disk; on Windows a rename replaces nothing either
        if not path.exists():
            fresh.rename(path)
    fresh.unlink(missing_ok=True)
    flush(path.parent)


def replace_folder(staging: Path, target: Path) -> None:
    """Move ``staging`` to ``target``; what lay there is gone only when the new set stands."""
    aside = target.with_name(f"{ASIDE}{target.name}")
    if target.exists():
        patiently(lambda: target.rename(aside))
    patiently(lambda: staging.rename(target))
    flush(target.parent)
    shutil.rmtree(aside, ignore_errors=True)


def recover_folder(target: Path) -> None:
    """Mend what a call that was killed between the two moves of ``replace_folder`` left behind."""
    aside = target.with_name(f"{ASIDE}{target.name}")
    if aside.exists() and not target.exists():
        aside.rename(target)
    shutil.rmtree(aside, ignore_errors=True)


def removed(path: Path) -> bool:
    """Remove a file or a folder with all below it; return whether it is gone."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            return False
    return not path.exists()
