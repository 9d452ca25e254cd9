"""Edge module: a published set as the audit log or its manifest tells of it, and what is not so."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.audit import BLOCK, LOG, Event, Fingerprint, Log, read_log
from flows.publish import MANIFEST, POINTER, RUNS
from reconcile.errors import Fault, InputError


@dataclass(frozen=True)
class Set:
    """A published set: its folder, what each file should be, and the log of its output folder.

    Of a file that only the manifest tells of, nothing but the SHA-256 is known.
    """

    folder: Path
    log: Log | None
    files: Mapping[str, Fingerprint]
    faults: tuple[Fault, ...]


def published_set(folder: Path) -> Set:
    """Return what should lie in ``folder``: by the log of its output folder, else by its manifest.

    InputError where neither says it.
    """
    root = folder.parents[1]
    log = read_log(root) if folder.parent.name == RUNS else None
    faults = list(log.faults) if log else []
    if log is None and folder.parent.name == RUNS and (root / POINTER).exists():
        faults.append(Fault.of("E_AUDIT_NO_LOG", file=LOG))
    told = told_files(log, folder.name) if log else {}
    if log and not told:
        faults.append(Fault.of("E_AUDIT_NOT_RELEASED", file=folder.name))
    return Set(folder, log, told or _by_manifest(folder), tuple(faults))


def told_files(log: Log, run: str) -> dict[str, Fingerprint]:
    """Return the files of a run as its last publication tells them, the manifest among them."""
    files: dict[str, Fingerprint] = {}
    for entry in log.entries:
        if entry.content.get("jalan") != run:
            continue
        if entry.event == Event.OUTPUTS:
            files = {name: Fingerprint(**one) for name, one in entry.content["berkas"].items()}
        elif entry.event == Event.RELEASE:
            files[MANIFEST] = Fingerprint(**entry.content["manifes"])
        elif entry.event == Event.PURGE:
            # gone on purpose, as the log tells
            for one in entry.content["berkas"]:
                files.pop(one["nama"], None)
    return files


def _by_manifest(folder: Path) -> dict[str, Fingerprint]:
    try:
        outputs: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["outputs"]
        return {name: Fingerprint(str(digest), -1, -1, "") for name, digest in outputs.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError([Fault.of("E_VERIFY_MANIFEST", file=f"{folder.name}/{MANIFEST}")]) from None


def manifest_of(folder: Path | None) -> dict[str, Any]:
    """Return the manifest of a published set, empty where there is none that can be read."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8")) if folder else {}
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def file_faults(published: Set) -> Iterator[Fault]:
    """Return a fault for each file of the set that is gone or no longer what was published."""
    for name, wanted in sorted(published.files.items()):
        path = published.folder / name
        if not path.is_file():
            yield Fault.of("E_VERIFY_MISSING", file=name)
            continue
        found = Fingerprint.of(path)
        if found.sha256 != wanted.sha256:
            yield _changed(name, path, wanted, found)


def _changed(name: str, path: Path, wanted: Fingerprint, found: Fingerprint) -> Fault:
    """Return where a file begins to differ, by the blocks of the log, and how many lines it lost or won."""
    if not wanted.blocks:
        return Fault.of("E_VERIFY_CHANGED", file=name)
    block = wanted.first_difference(found)
    place: dict[str, Any] = {
        "first": block * BLOCK + 1,
        "last": min((block + 1) * BLOCK, max(wanted.size, found.size)),
        "line": path.read_bytes()[: block * BLOCK].count(b"\n") + 1,
        "size": found.size - wanted.size,
    }
    lost = wanted.lines - found.lines
    if lost:
        code = "E_VERIFY_LINES_GONE" if lost > 0 else "E_VERIFY_LINES_MORE"
        return Fault.of(code, file=name, n=abs(lost), **place)
    return Fault.of("E_VERIFY_CHANGED_AT", file=name, **place)
