"""Edge module: `padan verify` holds a published set against what the audit log and its manifest say of it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from flows.audit import BLOCK, LOG, Event, Fingerprint, Log, read_log
from flows.config import load_config
from flows.publish import MANIFEST, POINTER, RUNS, newest_run
from flows.reference import some
from reconcile.errors import Fault, InputError
from reconcile.language import describe, text
from reconcile.vocab import Language


@dataclass(frozen=True)
class Set:
    """A published set: its folder, what each file should be, and the log of its output folder.

    Of a file that only the manifest tells of, nothing but the SHA-256 is known.
    """

    folder: Path
    log: Log | None
    files: Mapping[str, Fingerprint]
    faults: tuple[Fault, ...]


def verify(config_path: Path, language: Language, *, run: str | None, head: str | None) -> int:
    """Hash a published set again and say what is not as it was published; return 0, or 1 where something is.

    ``run`` is the name of a run, a folder (a copy of a run, anywhere), or None for the last one. ``head`` is
    a fingerprint of the log that was noted down earlier. Needs no network, and writes nothing. InputError
    where there is no such run, or nothing to hold it against.
    """
    published = _published(_folder(config_path, run))
    faults = [*published.faults, *_file_faults(published)]
    known = {one.digest for one in published.log.entries} if published.log else set()
    if head is not None and head not in known:
        faults.append(Fault.of("E_AUDIT_NOT_THERE", file=LOG))
    lines = [describe(fault, language) for fault in faults]
    lines += _notes(published, language)
    said = "verify_fine" if not faults else "verify_apart"
    lines.append(text(said, language, run=published.folder.name, files=len(published.files), n=len(faults)))
    Console(highlight=False).print("\n".join(lines), markup=False, soft_wrap=True)
    return 1 if faults else 0


def _folder(config_path: Path, run: str | None) -> Path:
    if run is not None and (Path(run) / MANIFEST).is_file():
        return Path(run).resolve()
    root = load_config(config_path).output_root
    if run is None:
        newest = newest_run(root)
        if newest is None or not newest.is_dir():
            raise InputError([Fault.of("E_VERIFY_NO_RUN", file=root.name)])
        return newest
    runs = sorted(path.name for path in (root / RUNS).glob("*") if path.is_dir())
    if run not in runs:
        raise InputError([Fault.of("E_VERIFY_RUN_NAME", name=run, runs=some(runs[::-1]) or "-")])
    return root / RUNS / run


def _published(folder: Path) -> Set:
    """Return what should lie in ``folder``: by the log of its output folder, else by its manifest."""
    root = folder.parents[1]
    log = read_log(root) if folder.parent.name == RUNS else None
    faults = list(log.faults) if log else []
    if log is None and folder.parent.name == RUNS and (root / POINTER).exists():
        faults.append(Fault.of("E_AUDIT_NO_LOG", file=LOG))
    told = _told(log, folder.name) if log else {}
    if log and not told:
        faults.append(Fault.of("E_AUDIT_NOT_RELEASED", file=folder.name))
    return Set(folder, log, told or _by_manifest(folder), tuple(faults))


def _told(log: Log, run: str) -> dict[str, Fingerprint]:
    """Return the files of a run as its last publication tells them, the manifest among them."""
    files: dict[str, Fingerprint] = {}
    for entry in log.entries:
        if entry.content.get("jalan") != run:
            continue
        if entry.event == Event.OUTPUTS:
            files = {name: Fingerprint(**one) for name, one in entry.content["berkas"].items()}
        elif entry.event == Event.RELEASE:
            files[MANIFEST] = Fingerprint(**entry.content["manifes"])
    return files


def _by_manifest(folder: Path) -> dict[str, Fingerprint]:
    try:
        outputs: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["outputs"]
        return {name: Fingerprint(str(digest), -1, -1, "") for name, digest in outputs.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError([Fault.of("E_VERIFY_MANIFEST", file=f"{folder.name}/{MANIFEST}")]) from None


def _file_faults(published: Set) -> Iterator[Fault]:
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


def _notes(published: Set, language: Language) -> list[str]:
    """Return what a person should know besides: files that were added, and where the log ends."""
    there = {p.relative_to(published.folder).as_posix() for p in published.folder.rglob("*") if p.is_file()}
    added = sorted(there - set(published.files) - {MANIFEST})
    lines = [text("verify_added", language, n=len(added), files=some(added))] if added else []
    log = published.log
    if log is None:
        return [*lines, text("verify_without_log", language)]
    if log.interrupted:
        lines.append(text("verify_interrupted", language, n=log.interrupted))
    if log.entries:
        last = log.entries[-1]
        lines.append(text("verify_head", language, n=last.number, time=last.time, digest=last.digest))
    return lines
