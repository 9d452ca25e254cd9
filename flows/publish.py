"""Edge module: puts a finished set of files in place, whole or not at all.

Files are written into a staging folder, flushed to disk and hashed; the folder is renamed into ``runs/``, and
one small pointer file is replaced last. Whenever a run is killed, the pointer names a complete set.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import file_digest
from pathlib import Path

from flows.audit import Fingerprint, append, publication
from flows.disk import plainly, require_room
from flows.lock import held
from flows.log import tell
from flows.orphans import end_orphans
from flows.place import FRESH, flush, fresh_file, patiently, put_file, removed
from flows.retention import RetentionSettings, remove_old, sweep
from reconcile.errors import Fault, PublishError

RUNS = "runs"
POINTER = "TERBARU"
MANIFEST = "manifest.json"
#: Variables by which libraries in C find the place of temporary files.
_TEMPORARY = ("TMPDIR", "TMP", "TEMP", "SQLITE_TMPDIR", "CPL_TMPDIR")
_MODE = 0o644


@contextmanager
def run_lock(output_root: Path) -> Iterator[None]:
    """Hold the one lock of ``output_root``, and begin with no leftovers of killed runs.

    Raises PublishError at once where another run holds it, where the folder cannot be written, or where its
    disk is full; and instead of any error that the disk is to blame for while the block runs.
    """
    try:
        output_root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PublishError([Fault.of("E_LOCK", file=output_root.name, kind=type(error).__name__)]) from None
    with held(output_root) as taken:
        if not taken:
            yield
            return
        with plainly(output_root):
            require_room(output_root)
            sweep(output_root / RUNS)
            end_orphans(Path(os.environ.get("PREFECT_HOME", output_root.absolute() / ".prefect")))
        with plainly(output_root, writes=False):
            yield


@contextmanager
def staging_folder(output_root: Path, run: str) -> Iterator[Path]:
    """Give an empty folder to write into; it is gone afterwards unless it was published.

    Temporary files of libraries lie beside it meanwhile: they hold what the outputs hold. PublishError where
    the disk does not take what is written.
    """
    folder = output_root / f"{FRESH}{run}"
    aside = output_root / f"{FRESH}sementara-{run}"
    with plainly(output_root):
        for leftover in output_root.glob(f"{FRESH}*/"):
            removed(leftover)
        for one in (folder, aside):
            one.mkdir(mode=0o700, parents=True)
    try:
        with plainly(folder), _temporary_files(aside):
            yield folder
    finally:
        removed(aside)
        removed(folder)


@contextmanager
def _temporary_files(folder: Path) -> Iterator[None]:
    """Let temporary files of this process, and of those that it starts, lie in ``folder``."""
    before, variables = tempfile.tempdir, {name: os.environ.get(name) for name in _TEMPORARY}
    tempfile.tempdir = str(folder.absolute())
    os.environ.update(dict.fromkeys(_TEMPORARY, tempfile.tempdir))
    try:
        yield
    finally:
        tempfile.tempdir = before
        for name, value in variables.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


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
    *,
    retention: RetentionSettings | None = None,
) -> Path:
    """Move ``staging`` to ``runs/<run>`` with its manifest and point to it; return the published folder.

    A run with the same inputs, configuration and program has the same name: when the published set is the
    same to the byte it stays, else the new one gets the next free number behind its name. The audit log
    of ``output_root`` tells of each publication. ``keep`` is given the folder before the pointer moves. When
    it has moved, the runs go that ``retention`` keeps no longer.
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
    target = _target(output_root / RUNS, run, written, prints)
    if not target.exists():
        target.parent.mkdir(exist_ok=True)
        flush(output_root)
        patiently(lambda: staging.rename(target))
        flush(target.parent)
    keep(target)
    # before the pointer, so that no set is pointed to that the log does not know
    append(output_root, publication(target.name, whole, prints, Fingerprint.of(target / MANIFEST)))
    _point(output_root, target)
    if retention is not None:
        history = whole.get("history")
        # to make the newest again takes the run that it was held against
        past = history.get("run") if isinstance(history, dict) else None
        _retain(output_root / RUNS, {target.name, str(past)}, retention)
    return target


def newest_run(output_root: Path) -> Path | None:
    """Return the folder that the pointer names, there or gone; None before the first run."""
    pointer = output_root / POINTER
    if not pointer.is_file():
        return None
    # torn by a broken disk, it names a run that is not there, which every reader must expect
    return output_root / pointer.read_text(encoding="utf-8", errors="replace").strip()


def run_folder(output_root: Path, run: str | None) -> Path | None:
    """Return the folder of the published run of that name, the newest where none is named; None: none is."""
    named = [path for path in published_runs(output_root) if path.name == run]
    folder = newest_run(output_root) if run is None else next(iter(named), None)
    return folder if folder is not None and (folder / MANIFEST).is_file() else None


def published_runs(output_root: Path) -> list[Path]:
    """Return the folders of all published runs, the newest name first."""
    return sorted((path.parent for path in (output_root / RUNS).glob(f"*/{MANIFEST}")), reverse=True)


def _target(runs: Path, run: str, manifest: str, prints: dict[str, Fingerprint]) -> Path:
    """Return where the set belongs: where the same one stands whole, else where nothing stands."""
    number, target = 1, runs / run
    while target.exists() and not _is_same(target, manifest, prints):
        number += 1
        target = runs / f"{run}-{number}"
    return target


def _is_same(target: Path, manifest: str, prints: dict[str, Fingerprint]) -> bool:
    try:
        return (target / MANIFEST).read_text(encoding="utf-8") == manifest and all(
            sha256(target / name) == one.sha256 for name, one in prints.items()
        )
    except (OSError, ValueError):
        return False


def _point(output_root: Path, target: Path) -> None:
    pointer, told = output_root / POINTER, target.relative_to(output_root).as_posix() + "\n"
    write = partial(Path.write_text, data=told, encoding="utf-8", newline="\n")
    try:
        put_file(fresh_file(pointer, write, _MODE), pointer)
    except PermissionError:
        raise PublishError([Fault.of("E_POINTER", file=POINTER, run=target.name)]) from None


def _retain(runs: Path, needed: set[str], retention: RetentionSettings) -> None:
    """Remove old runs; the new one is published, and what goes wrong now is told and no more."""
    try:
        done = remove_old(runs, needed, retention)
    except (OSError, PublishError, ValueError, KeyError):
        # the last two of a log that somebody wrote into
        tell("retention_failed")
        return
    if done.gone:
        tell("retention_gone", n=len(done.gone), runs=", ".join(done.gone))
    if done.postponed:
        tell("retention_postponed", n=len(done.postponed), runs=", ".join(done.postponed))
