"""Edge module: complete deliveries move from the incoming folder to where config.yaml says they belong.

Nothing is ever overwritten or deleted: what lies there already stays, and the newcomer gets a number behind
its name. Every delivery taken is in a register (INTERNAL) that is only written at its end. A call that is
killed leaves each file at one place or the other, and the next call finishes what was begun.
"""

import csv
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from fnmatch import fnmatch
from io import StringIO
from pathlib import Path

import click
import pandas as pd
from filelock import FileLock, Timeout

from flows.config import PipelineConfig, load_config
from flows.place import flush
from flows.publish import sha256
from flows.schedule_settings import IncomingSettings
from reconcile.errors import Fault, PublishError
from reconcile.language import text
from reconcile.text.formulas import shielded, unshielded
from reconcile.vocab import Language

REGISTER = "kiriman.csv"
#: Says, beside a delivery, that its sender has finished it.
DONE_MARK = ".selesai"
#: Where a delivery goes whose content was taken before.
KNOWN_FOLDER = "sudah-diterima"
_COPYING = ".sedang-disalin-"
_LOCK = ".kunci-masuk"
_COLUMNS = ("waktu", "keadaan", "berkas", "sha256", "bytes", "tujuan")


class Fate(StrEnum):
    """What became of a file of the incoming folder; the first three stand in the register."""

    BEGUN = "mulai"
    TAKEN = "diambil"
    KNOWN = "sudah_pernah"
    UNFINISHED = "belum_lengkap"
    UNKNOWN = "tidak_dikenal"
    EMPTY = "kosong"
    UNREADABLE = "tidak_terbaca"


#: What a person should look at.
_ODD = frozenset({Fate.UNKNOWN, Fate.EMPTY, Fate.UNREADABLE})


@dataclass(frozen=True)
class Received:
    """One file: what became of it, where it lies now, and how its name had to change."""

    name: str
    fate: Fate
    place: str = ""
    renamed: bool = False
    unread: bool = False

    @property
    def odd(self) -> bool:
        """Return whether a person should look at it."""
        return self.fate in _ODD or self.renamed or self.unread


@dataclass(frozen=True)
class _Line:
    state: str
    name: str
    digest: str
    place: str


def take_incoming(config_path: Path, language: Language) -> int:
    """Take what is complete, say what became of each file; return 0, or 1 where a person should look.

    PublishError where another call is at it, or register or folder cannot be written.
    """
    config = load_config(config_path)
    received = take(config, now=time.time())
    for line in said(received, config, language):
        click.echo(line)
    return 1 if any(one.odd for one in received) else 0


def said(received: list[Received], config: PipelineConfig, language: Language) -> list[str]:
    """Return what a person reads of it, a line per file."""
    if not received:
        return [text("incoming_nothing", language, folder=config.schedule.incoming.folder)]
    lines = []
    for one in received:
        lines.append(text(f"incoming_{one.fate}", language, name=one.name, place=one.place))
        if one.renamed:
            lines.append(text("incoming_renamed", language, name=one.name, place=one.place))
        if one.unread:
            lines.append(text("incoming_unread", language, place=one.place))
    return lines


def take(config: PipelineConfig, *, now: float) -> list[Received]:
    """Move every complete delivery to its place and return what became of each file, by name.

    ``now`` is the time in seconds that ages are counted to.
    """
    settings = config.schedule.incoming
    folder = config.folder / settings.folder
    if not folder.is_dir():
        return []
    try:
        with alone(config.output_root):
            register = config.output_root / REGISTER
            _finish(register, config)
            known = {line.digest for line in _lines(register) if line.state == Fate.TAKEN}
            return [_one(path, config, known, now) for path in _deliveries(folder)]
    except OSError as error:
        kind = type(error).__name__
        raise PublishError([Fault.of("E_INCOMING", file=settings.folder, kind=kind)]) from None


@contextmanager
def alone(output_root: Path) -> Iterator[None]:
    """Hold the lock of the incoming folder; PublishError where another call has it."""
    output_root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(output_root / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise PublishError([Fault.of("E_INCOMING_BUSY", file=output_root.name)]) from None
    try:
        yield
    finally:
        lock.release()


def _deliveries(folder: Path) -> list[Path]:
    """Return the plain files of the folder, without marks and hidden ones; links lead elsewhere."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file()
        and not path.is_symlink()
        and not path.name.startswith((".", "~$"))
        and not path.name.endswith(DONE_MARK)
    )


def _one(path: Path, config: PipelineConfig, known: set[str], now: float) -> Received:
    """Take one file; what is taken is added to ``known``."""
    settings = config.schedule.incoming
    into = _belongs(path.name, settings)
    if into is None:
        return Received(path.name, Fate.UNKNOWN)
    try:
        before = path.stat()
        if not _complete(path, before, settings, now):
            return Received(path.name, Fate.UNFINISHED)
        if not before.st_size:
            return Received(path.name, Fate.EMPTY)
        digest = sha256(path)
        after = path.stat()
    except OSError:
        return Received(path.name, Fate.UNREADABLE)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return Received(path.name, Fate.UNFINISHED)
    fate, wanted = Fate.TAKEN, config.folder / into
    if digest in known:
        fate, wanted = Fate.KNOWN, path.parent / KNOWN_FOLDER
    moved = _moved(path, wanted, fate, digest, config)
    if moved.fate is Fate.TAKEN:
        known.add(digest)
    return moved


def _belongs(name: str, settings: IncomingSettings) -> str | None:
    fitting = (rule.into for rule in settings.rules if fnmatch(name.casefold(), rule.pattern.casefold()))
    return next(fitting, None)


def _complete(path: Path, found: os.stat_result, settings: IncomingSettings, now: float) -> bool:
    """Return whether the sender says so, or nothing changed for long enough.

    A program that copies may set the time of the original; when the file itself last changed (on Windows:
    when it was made here) cannot be set.
    """
    if _mark(path).exists():
        return True
    changed = max(found.st_mtime, found.st_ctime)
    return now - changed >= settings.stable_seconds


def _mark(path: Path) -> Path:
    return path.with_name(f"{path.name}{DONE_MARK}")


def _moved(path: Path, wanted: Path, fate: Fate, digest: str, config: PipelineConfig) -> Received:
    wanted.mkdir(parents=True, exist_ok=True)
    register, size = config.output_root / REGISTER, path.stat().st_size
    target = _free(wanted, path.name)
    label = _label(target, config)
    # what was begun is written first, so that a call that is killed leaves nothing unexplained
    _write(register, Fate.BEGUN, path.name, digest, size, label)
    try:
        _move(path, target, digest)
    except PermissionError:
        # on Windows, a file that somebody still holds open
        return Received(path.name, Fate.UNFINISHED)
    _write(register, fate, path.name, digest, size, label)
    _mark(path).unlink(missing_ok=True)
    unread = fate is Fate.TAKEN and not _is_input(target, config)
    return Received(path.name, fate, label, renamed=target.name != path.name, unread=unread)


def _label(path: Path, config: PipelineConfig) -> str:
    """Return where a file lies, from the project folder on where it lies in it."""
    return (path.relative_to(config.folder) if path.is_relative_to(config.folder) else path).as_posix()


def _free(folder: Path, name: str) -> Path:
    """Return where ``name`` may lie: the next free number behind it where there is one already."""
    number, target = 1, folder / name
    while target.exists() or target.is_symlink():
        number += 1
        target = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return target


def _move(path: Path, target: Path, digest: str) -> None:
    """Move a file, or copy it whole where the target is another disk; FileExistsError, never overwritten."""
    if path.stat().st_dev != target.parent.stat().st_dev:
        _copy(path, target, digest)
        return
    _rename(path, target)
    flush(target.parent)
    flush(path.parent)


def _copy(path: Path, target: Path, digest: str) -> None:
    beside = target.with_name(f"{_COPYING}{target.name}")
    shutil.copyfile(path, beside)
    flush(beside)
    if sha256(beside) != digest:
        raise OSError
    _rename(beside, target)
    flush(target.parent)
    path.unlink()
    flush(path.parent)


def _rename(path: Path, target: Path) -> None:
    if os.name == "nt":
        # refuses where the target is there
        path.rename(target)
        return
    try:
        os.link(path, target)
    except FileExistsError:
        raise
    except OSError:
        # a disk without hard links; the name was free a moment ago, and one call at a time is at work
        path.rename(target)
    else:
        path.unlink()


def _finish(register: Path, config: PipelineConfig) -> None:
    """Write down what an earlier call had moved when it was killed, and take its half copies away."""
    begun: dict[str, _Line] = {}
    for line in _lines(register):
        begun.pop(line.place, None)
        if line.state == Fate.BEGUN:
            begun[line.place] = line
    folder = config.folder / config.schedule.incoming.folder
    for line in begun.values():
        target, source = config.folder / line.place, folder / line.name
        target.with_name(f"{_COPYING}{target.name}").unlink(missing_ok=True)
        if not target.is_file() or sha256(target) != line.digest:
            continue
        fate = Fate.KNOWN if target.parent == folder / KNOWN_FOLDER else Fate.TAKEN
        _write(register, fate, line.name, line.digest, target.stat().st_size, line.place)
        if source.is_file() and source.samefile(target):
            # killed between the second name and the end of the first
            source.unlink()
            _mark(source).unlink(missing_ok=True)


def _is_input(target: Path, config: PipelineConfig) -> bool:
    """Return whether some input of config.yaml reads the file."""
    patterns = [*(entry.path for entry in config.all_inputs()), config.corrections, config.objections]
    return any(target in config.files(pattern) for pattern in patterns)


def _lines(register: Path) -> list[_Line]:
    """Return the lines of the register; half a line, of a call that was cut short, is passed over."""
    if not register.exists():
        return []
    content = register.read_text(encoding="utf-8-sig")
    rows = csv.reader(StringIO(content[: content.rfind("\n") + 1]), delimiter=";")
    return [
        _Line(row[1], *unshielded(pd.Series([row[2], row[3], row[5]])))
        for row in rows
        if len(row) == len(_COLUMNS) and row[0] != _COLUMNS[0]
    ]


def _write(register: Path, state: Fate, name: str, digest: str, size: int, place: str) -> None:
    """Put a line at the end of the register and force it to disk."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    before = register.read_bytes()[-1:] if register.exists() else None
    if before is None:
        out.write("\ufeff")
        writer.writerow(_COLUMNS)
    elif before != b"\n":
        out.write("\n")
    when = datetime.now(UTC).isoformat(timespec="seconds")
    name, place = shielded(pd.Series([name, place]))
    writer.writerow((when, state.value, name, digest, size, place))
    descriptor = os.open(register, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    with os.fdopen(descriptor, "ab") as file:
        file.write(out.getvalue().encode())
        file.flush()
        os.fsync(file.fileno())
