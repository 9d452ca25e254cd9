"""Edge module: files are removed as planned, and the audit log tells of each before and after.

What is to go is written into the log first, with the hash of every file; then it is removed; then the log
says so. A call that is killed in between is finished by the next. ``catatan/penghapusan.csv`` says the same
for people to read, and is made of the log anew each time, so that it can be neither behind nor ahead of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from flows.audit import Entry, Event, Log, append, read_log
from flows.config import PipelineConfig
from flows.csvfile import write_csv
from flows.place import flush, fresh_file, put_file
from flows.publish import RUNS, sha256
from flows.purge_plan import Kind, Limits, Unit, within
from flows.redaction import HIDDEN, without_numbers
from reconcile.disclosure import MODES, REMOVALS, Disclosure, allowed

#: Kinds whose folder stays when it is empty: people put files in there.
_SENT = frozenset({Kind.LANDING, Kind.DELIVERY, Kind.RETURNED, Kind.CORRECTION})
_OUTPUT, _PROJECT = "hasil", "proyek"


@dataclass(frozen=True)
class Outcome:
    """How many files and bytes are gone, and the names of those that could not be removed."""

    files: int = 0
    size: int = 0
    left: tuple[str, ...] = ()

    def and_then(self, other: "Outcome") -> "Outcome":
        """Return both together."""
        return Outcome(self.files + other.files, self.size + other.size, (*self.left, *other.left))


def unfinished(log: Log | None) -> list[Entry]:
    """Return the lines of removals that were begun and never ended."""
    entries = log.entries if log else ()
    ended = {one.content["mulai"] for one in entries if one.event == Event.PURGED}
    return [one for one in entries if one.event == Event.PURGE and one.digest not in ended]


def remove(config: PipelineConfig, units: Iterable[Unit], limits: Limits) -> Outcome:
    """Remove ``units``, each of which the log tells of first; the caller holds the lock of the output folder.

    PublishError where the log cannot be written: then nothing is removed that it does not tell of.
    """
    root = config.output_root
    begun = [(Event.PURGE, _told(unit, config, limits)) for unit in units]
    if begun:
        append(root, begun)
    return end_begun(config)


def end_begun(config: PipelineConfig) -> Outcome:
    """Remove what the log says is to go and was not said to be gone; errors as of ``remove``."""
    root, done = config.output_root, Outcome()
    for entry in unfinished(read_log(root)):
        gone = _finish(entry, config)
        left = [{"nama": name} for name in gone.left]
        append(root, [(Event.PURGED, {"mulai": entry.digest, "tersisa": left})])
        done = done.and_then(gone)
    write_removals(config)
    return done


def _told(unit: Unit, config: PipelineConfig, limits: Limits) -> dict[str, Any]:
    """Return what the log says of a unit that is to go."""
    root = config.output_root
    inside = unit.folder.is_relative_to(root)
    files = [
        {"nama": _name(path, unit.folder), "sha256": sha256(path), "bytes": path.stat().st_size}
        for path in unit.files
    ]
    return {
        "jenis": unit.kind.value,
        "kelas": unit.disclosure.value,
        "hari": unit.day.isoformat(),
        "sebelum": limits[unit.disclosure].isoformat(),
        "dari": _OUTPUT if inside else _PROJECT,
        "tempat": unit.folder.relative_to(root if inside else config.folder).as_posix(),
        **({"jalan": unit.run} if unit.run else {}),
        "berkas": files,
    }


def _name(path: Path, folder: Path) -> str:
    return without_numbers(path.relative_to(folder).as_posix())


def _finish(entry: Entry, config: PipelineConfig) -> Outcome:
    """Remove the files that a line of the log tells of; what has other bytes by now stays."""
    base = config.output_root if entry.content["dari"] == _OUTPUT else config.folder
    folder = base / entry.content["tempat"]
    files, size, left, touched = 0, 0, [], {folder}
    for told in entry.content["berkas"]:
        path = _found(folder, told["nama"], told["sha256"])
        if path is None:
            files, size = files + 1, size + int(told["bytes"])
            continue
        try:
            if not within(path, base) or sha256(path) != told["sha256"]:
                left.append(told["nama"])
                continue
            path.unlink()
        except OSError:
            # open in another program, or not ours to remove
            left.append(told["nama"])
            continue
        touched |= {one for one in path.parents if one.is_relative_to(folder)}
        files, size = files + 1, size + int(told["bytes"])
    _prune(touched, keep=folder if Kind(entry.content["jenis"]) in _SENT else None, base=base)
    return Outcome(files, size, tuple(left))


def _found(folder: Path, name: str, digest: str) -> Path | None:
    """Return the file of that name, the hidden part of which its hash makes known; None: it is gone."""
    if HIDDEN not in name:
        path = folder / name
        return path if path.is_file() or path.is_symlink() else None
    fitting = (path for path in sorted(folder.rglob("*")) if path.is_file() and _name(path, folder) == name)
    return next((path for path in fitting if not path.is_symlink() and sha256(path) == digest), None)


def _prune(folders: Iterable[Path], *, keep: Path | None, base: Path) -> None:
    """Remove folders that are empty now, the innermost first, and force the removals to disk."""
    for folder in sorted(folders, key=lambda one: len(one.parts), reverse=True):
        with suppress(OSError):
            if folder not in {keep, base}:
                # refuses one in which something is left
                folder.rmdir()
                flush(folder.parent)
        with suppress(OSError):
            flush(folder)


def write_removals(config: PipelineConfig) -> Path | None:
    """Write the record of all removals from the log, and return where; None where nothing was removed."""
    log = read_log(config.output_root)
    rows = list(removals(log, config)) if log else []
    if not rows:
        return None
    path = config.output_root / REMOVALS.path
    path.parent.mkdir(exist_ok=True, mode=0o750)
    table = pd.DataFrame(rows, columns=REMOVALS.table.names)
    write = partial(write_csv, table=allowed(REMOVALS, table))
    put_file(fresh_file(path, write, MODES[Disclosure.INTERNAL]), path)
    return path


def removals(log: Log, config: PipelineConfig) -> Iterator[Mapping[str, Any]]:
    """Return a row for each file that was removed, of runs that `retention` removed one for the run."""
    ended = {one.content["mulai"]: one for one in log.entries if one.event == Event.PURGED}
    for entry in log.entries:
        if entry.event == Event.REMOVAL:
            named = f"{config.label(config.output_root / RUNS)}/{entry.content['jalan']}"
            row = dict.fromkeys(REMOVALS.table.names, "")
            yield {**row, **_when(entry), "berkas": named, "jenis": "retensi", "keadaan": "dihapus"}
        elif entry.event == Event.PURGE:
            yield from _rows(entry, ended.get(entry.digest), config)


def _rows(entry: Entry, ended: Entry | None, config: PipelineConfig) -> Iterator[Mapping[str, Any]]:
    left = {one["nama"] for one in ended.content["tersisa"]} if ended else set()
    told = entry.content
    base = config.output_root if told["dari"] == _OUTPUT else config.folder
    place = config.label(base / told["tempat"])
    for file in told["berkas"]:
        state = ("tersisa" if file["nama"] in left else "dihapus") if ended else "belum_selesai"
        yield {
            **_when(ended or entry),
            "berkas": f"{place}/{file['nama']}",
            "kelas": told["kelas"],
            "jenis": told["jenis"],
            "hari": told["hari"],
            "sebelum": told["sebelum"],
            "bytes": str(file["bytes"]),
            "sha256": file["sha256"],
            "keadaan": state,
        }


def _when(entry: Entry) -> dict[str, Any]:
    return {"waktu": entry.time, "akun": entry.account, "jejak": entry.number}
