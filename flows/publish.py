"""Edge module: puts a finished set of files in place, whole or not at all.

Files are written into a staging folder, flushed to disk and hashed; the folder is renamed into ``runs/``, and
one small pointer file is replaced last. Whenever a run is killed, the pointer names a complete set.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path

from filelock import FileLock, Timeout

from flows.audit import Fingerprint, append, publication
from reconcile.errors import Fault, PublishError

RUNS = "runs"
POINTER = "TERBARU"
MANIFEST = "manifest.json"
_STAGING = ".sedang-ditulis-"
_ASIDE = ".lama-"


@contextmanager
def run_lock(output_root: Path) -> Iterator[None]:
    """Hold the one lock of ``output_root``; PublishError at once where another run holds it."""
    output_root.mkdir(parents=True, exist_ok=True)
    # one lock per folder in this process, so that the flow may take again what its caller holds
    lock = FileLock(output_root / ".kunci-jalan", timeout=0, thread_local=False, is_singleton=True)
    try:
        lock.acquire()
    except Timeout:
        raise PublishError([Fault.of("E_RUNNING", file=str(output_root.name))]) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def staging_folder(output_root: Path, run: str) -> Iterator[Path]:
    """Give an empty folder to write into; it is gone afterwards unless it was published."""
    for leftover in output_root.glob(f"{_STAGING}*"):
        shutil.rmtree(leftover)
    folder = output_root / f"{_STAGING}{run}"
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def publish(
    staging: Path,
    output_root: Path,
    run: str,
    manifest: dict[str, object],
    keep: Callable[[Path], object] = lambda _: None,
) -> Path:
    """Move ``staging`` to ``runs/<run>`` with its manifest and point to it; return the published folder.

    A run with the same inputs, configuration and program has the same name: when the published set is the
    same to the byte it stays, else the new one gets the next free number behind its name. The audit log
    of ``output_root`` tells of each publication. ``keep`` is given the folder before the pointer moves.
    """
    prints = {
        p.relative_to(staging).as_posix(): Fingerprint.of(p)
        for p in sorted(staging.rglob("*"))
        if p.is_file()
    }
    whole = {**manifest, "outputs": {name: one.sha256 for name, one in prints.items()}}
    written = json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (staging / MANIFEST).write_text(written, encoding="utf-8", newline="\n")
    for path in (*staging.rglob("*"), staging):
        flush(path)
    target = _target(output_root / RUNS, run, written)
    if not target.exists():
        target.parent.mkdir(exist_ok=True)
        staging.rename(target)
        flush(target.parent)
    keep(target)
    # before the pointer, so that no set is pointed to that the log does not know
    append(output_root, publication(target.name, whole, prints, Fingerprint.of(target / MANIFEST)))
    _point(output_root, target)
    return target


def newest_run(output_root: Path) -> Path | None:
    """Return the folder that the pointer names, or None before the first run."""
    pointer = output_root / POINTER
    return output_root / pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else None


def _target(runs: Path, run: str, manifest: str) -> Path:
    number, target = 1, runs / run
    while target.exists() and (target / MANIFEST).read_text(encoding="utf-8") != manifest:
        number += 1
        target = runs / f"{run}-{number}"
    return target


def _point(output_root: Path, target: Path) -> None:
    pointer = output_root / POINTER
    fresh = pointer.with_suffix(".baru")
    fresh.write_text(target.relative_to(output_root).as_posix() + "\n", encoding="utf-8", newline="\n")
    flush(fresh)
    fresh.replace(pointer)
    flush(output_root)


def replace_folder(staging: Path, target: Path) -> None:
    """Move ``staging`` to ``target``; what lay there is gone only when the new set stands."""
    aside = target.with_name(f"{_ASIDE}{target.name}")
    if target.exists():
        target.rename(aside)
    staging.rename(target)
    flush(target.parent)
    shutil.rmtree(aside, ignore_errors=True)


def recover_folder(target: Path) -> None:
    """Mend what a call that was killed between the two moves of ``replace_folder`` left behind."""
    aside = target.with_name(f"{_ASIDE}{target.name}")
    if aside.exists() and not target.exists():
        aside.rename(target)
    shutil.rmtree(aside, ignore_errors=True)


def flush(path: Path) -> None:
    """Force a file to disk; and a folder's entries, where the system lets a folder be opened."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
