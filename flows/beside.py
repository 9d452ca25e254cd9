"""Edge module: what lies beside the runs of an output folder: kept series, reports, lists of visits.

Each has its own note of hashes, and the audit log tells of that note.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from flows.audit import Event, Log
from flows.publish import MANIFEST, sha256
from flows.published import Set, told_files
from flows.report import REPORTS
from flows.series import KEPT, SERIES_FILE
from flows.worklists import WORKLISTS
from reconcile.errors import Fault
from reconcile.series.note import Note


@dataclass(frozen=True)
class Beside:
    """Every fault; the lists that somebody wrote in, which is what they are for; how much was looked at."""

    faults: tuple[Fault, ...] = ()
    filled: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


def look_beside(published: Set) -> Beside:
    """Return what is to be said of everything beside the runs in the output folder of ``published``."""
    root, log = published.folder.parents[1], published.log
    if log is None:
        return Beside()
    reports, lists = _folders(root / REPORTS), _folders(root / WORKLISTS)
    notes = sorted(path for path in (root / KEPT).glob("*/*.json") if not path.name.startswith("."))
    faults = [fault for folder in reports for fault in _of_report(root, folder, log)]
    filled: list[str] = []
    for folder in lists:
        told = _told(folder)
        if told is None or _unknown(folder, log, Event.WORKLISTS, told):
            faults.append(Fault.of("E_VERIFY_NOTE", file=_named(root, folder / MANIFEST)))
        else:
            filled += [name for name, code in _apart(root, folder, told["berkas"]) if code]
    for path in notes:
        faults += _of_series(root, path, log)
    counts = {"reports": len(reports), "lists": len(lists), "series": len(notes)}
    return Beside(tuple(faults), tuple(filled), counts)


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.glob("*") if path.is_dir() and not path.name.startswith("."))


def _told(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a folder, None where it cannot be read."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return told if isinstance(told["berkas"], dict) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _unknown(folder: Path, log: Log, event: Event, told: Mapping[str, Any]) -> bool:
    """Return whether the log tells of no such manifest for the run and period that it names.

    Not only of the last: the log is written first, so that a killed command leaves the one before in place.
    """
    mine = [str(told.get(key)) for key in ("jalan", "periode")]
    known = {
        (entry.content.get("manifes") or {}).get("sha256")
        for entry in log.entries
        if entry.event == event and [str(entry.content.get(key)) for key in ("jalan", "periode")] == mine
    }
    return sha256(folder / MANIFEST) not in known


def _apart(root: Path, folder: Path, files: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return each file of a folder with the code of what is wrong with it, empty where it is as written."""
    for name, one in sorted(files.items()):
        path = folder / name
        wanted = one.get("sha256") if isinstance(one, dict) else one
        code = "E_VERIFY_CHANGED" if path.is_file() and sha256(path) != wanted else ""
        yield _named(root, path), code if path.is_file() else "E_VERIFY_MISSING"


def _of_report(root: Path, folder: Path, log: Log) -> Iterator[Fault]:
    told = _told(folder)
    if told is None or _unknown(folder, log, Event.REPORT, told):
        yield Fault.of("E_VERIFY_NOTE", file=_named(root, folder / MANIFEST))
        return
    yield from (Fault.of(code, file=name) for name, code in _apart(root, folder, told["berkas"]) if code)


def _of_series(root: Path, path: Path, log: Log) -> Iterator[Fault]:
    """Return what is wrong with a kept series: its note is held against the log, the table against both."""
    table = path.with_suffix(".parquet")
    try:
        note = Note.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        yield Fault.of("E_VERIFY_NOTE", file=_named(root, path))
        return
    released = told_files(log, path.stem).get(SERIES_FILE)
    if note.jalan != path.stem or (released and released.sha256 != note.seri):
        yield Fault.of("E_VERIFY_NOTE", file=_named(root, path))
    if not table.is_file():
        yield Fault.of("E_VERIFY_MISSING", file=_named(root, table))
    elif sha256(table) != (released.sha256 if released else note.seri):
        yield Fault.of("E_VERIFY_CHANGED", file=_named(root, table))


def _named(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
