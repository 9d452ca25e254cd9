"""Edge module: `padan release`: files leave a result when they were scanned clean and named people said so.

PUBLIK needs two people: one asks, which scans the files and writes their hashes into the audit log; another
approves, and what is released are the same bytes. INTERNAL, for the office itself, needs the first only.
"""

import getpass
import json
import shutil
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256 as sha256_of
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console

from flows.audit import Entry, Event, Log, append, read_log
from flows.config import PipelineConfig, load_config
from flows.place import flush, recover_folder, replace_folder
from flows.publish import MANIFEST, run_lock, sha256, staging_folder
from flows.published import published_set
from flows.reference import some
from flows.report import REPORTS
from flows.scan import File, Scan, identities_of, run_folder, scan_files, tell_scan
from flows.scan_classes import declared_class
from reconcile.disclosure import MODES, Disclosure
from reconcile.errors import Fault, InputError, PublishError
from reconcile.language import text
from reconcile.vocab import Language

RELEASES = "rilis"
RELEASE = "rilis.json"
_SHOWN_DIGITS = 12


@dataclass(frozen=True)
class _Lot:
    """The files of one class of a run, by their name in the release, with the SHA-256 of each."""

    run: str
    kind: Disclosure
    files: Mapping[str, Path]
    hashes: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Return one SHA-256 for names and bytes of all."""
        lines = (f"{digest} {name}\n" for name, digest in sorted(self.hashes.items()))
        return sha256_of("".join(lines).encode()).hexdigest()


def release(
    config_path: Path,
    language: Language,
    *,
    run: str | None,
    kind: str,
    asked_by: str | None,
    approved_by: str | None,
) -> int:
    """Ask for a release, or approve and make it, and say so; return 0, or the code of a scan that failed.

    InputError for a name that is missing or the same, where nothing was asked for, or there is nothing to
    release; PublishError where a file is no longer what was scanned or the audit log is not whole.
    """
    config = load_config(config_path)
    if not _words(asked_by or approved_by or "") or bool(asked_by) == bool(approved_by):
        raise InputError([Fault.of("E_RELEASE_WHO")])
    lot = _lot(config, run_folder(config, run), Disclosure(kind))
    out = Console(highlight=False, soft_wrap=True)
    if approved_by:
        out.print(_approve(config, lot, approved_by, language), markup=False)
        return 0
    seen = scan_files([File(path, name) for name, path in lot.files.items()], identities_of(config))
    tell_scan(seen, language)
    if not seen.passed:
        out.print(text("release_refused", language), markup=False)
        return seen.code
    out.print(_ask(config, lot, seen, str(asked_by), language), markup=False)
    return 0


def _account() -> str:
    """Return the account that the command runs under; empty where the system has no name for it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _same_person(one: str, other: str) -> bool:
    """Return whether two names are spellings of one, whatever case, signs, accents, and order of words."""
    first, second = _words(one), _words(other)
    return "".join(first) == "".join(second) or sorted(first) == sorted(second)


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = (one for one in plain if not unicodedata.combining(one) and unicodedata.category(one) != "Cf")
    return "".join(one if one.isalnum() else " " for one in kept).split()


def _lot(config: PipelineConfig, folder: Path, kind: Disclosure) -> _Lot:
    declared = list(_public(config, folder.name) if kind is Disclosure.PUBLIC else _internal(folder))
    if not declared:
        raise InputError([Fault.of("E_RELEASE_NOTHING", file=folder.name, kind=kind.value)])
    files = {name: path for name, path, _ in declared}
    hashes = {name: sha256(path) for name, path in files.items() if path.is_file()}
    apart = [name for name, _, digest in declared if digest and hashes.get(name) != digest]
    if apart:
        gone = Fault.of("E_RELEASE_NOT_PUBLISHED", file=folder.name, n=len(apart), files=some(apart))
        raise PublishError([gone])
    return _Lot(folder.name, kind, files, hashes)


def _public(config: PipelineConfig, run: str) -> Iterator[tuple[str, Path, str]]:
    """Return the files of every report of a run, as its manifest tells them; its own hash stands nowhere."""
    for told in sorted((config.output_root / REPORTS).glob(f"*_{run}/{MANIFEST}")):
        hashes: dict[str, str] = json.loads(told.read_text(encoding="utf-8"))["berkas"]
        for name, digest in sorted({**hashes, MANIFEST: ""}.items()):
            yield f"{told.parent.name}/{name}", told.parent / name, digest


def _internal(folder: Path) -> Iterator[tuple[str, Path, str]]:
    """Return the files of a run, as they were published, that are not declared TERBATAS."""
    for name, printed in sorted(published_set(folder).files.items()):
        if declared_class(name) is Disclosure.INTERNAL:
            yield name, folder / name, printed.sha256


def _ask(config: PipelineConfig, lot: _Lot, seen: Scan, name: str, language: Language) -> str:
    """Record who asked for what, after a scan; INTERNAL is released at once."""
    _unchanged(lot, {one: sha256(path) for one, path in lot.files.items()})
    told = {
        "jalan": lot.run,
        "kelas": lot.kind.value,
        "oleh": name.strip(),
        "akun": _account(),
        "berkas": dict(lot.hashes),
        "sidik": lot.digest,
        "pindai": {"identitas": seen.identities, "berkas": seen.files, "bita": seen.size, "ditemukan": 0},
    }
    append(config.output_root, [(Event.RELEASE_ASKED, told)])
    if lot.kind is Disclosure.PUBLIC:
        said = {"run": lot.run, "kind": lot.kind.value, "digest": lot.digest[:_SHOWN_DIGITS]}
        return text("release_asked", language, n=len(lot.files), **said)
    asked, _ = _standing(_log(config), lot)
    return _put(config, lot, asked, None, language)


def _approve(config: PipelineConfig, lot: _Lot, name: str, language: Language) -> str:
    """Record who approved, once, and release what was scanned."""
    asked, approved = _standing(_log(config), lot)
    if _same_person(asked.content["oleh"], name):
        raise InputError([Fault.of("E_RELEASE_SAME_PERSON", file=lot.run)])
    _unchanged(lot, asked.content["berkas"])
    if approved is None:
        told = {"jalan": lot.run, "kelas": lot.kind.value, "oleh": name.strip(), "akun": _account()}
        told |= {"permintaan": asked.digest, "sidik": lot.digest}
        append(config.output_root, [(Event.RELEASE_APPROVED, told)])
        _, approved = _standing(_log(config), lot)
    return _put(config, lot, asked, approved, language)


def _log(config: PipelineConfig) -> Log:
    log = read_log(config.output_root)
    if log is None or log.faults:
        raise PublishError([Fault.of("E_RELEASE_LOG"), *(log.faults if log else ())])
    return log


def _standing(log: Log, lot: _Lot) -> tuple[Entry, Entry | None]:
    """Return the last request for a class of a run, and who approved that very request."""
    told = [
        one
        for one in log.entries
        if (one.content.get("jalan"), one.content.get("kelas")) == (lot.run, lot.kind.value)
    ]
    asked = [one for one in told if one.event == Event.RELEASE_ASKED]
    if not asked:
        raise InputError([Fault.of("E_RELEASE_NOT_ASKED", file=lot.run, kind=lot.kind.value)])
    approved = (
        one
        for one in told
        if one.event == Event.RELEASE_APPROVED and one.content["permintaan"] == asked[-1].digest
    )
    return asked[-1], next(approved, None)


def _unchanged(lot: _Lot, scanned: Mapping[str, str]) -> None:
    """Refuse where a file is gone, new, or has another byte than when it was scanned."""
    apart = sorted(one for one in {*lot.hashes, *scanned} if lot.hashes.get(one) != scanned.get(one))
    if apart:
        raise PublishError([Fault.of("E_RELEASE_CHANGED", file=lot.run, n=len(apart), files=some(apart))])


def _put(config: PipelineConfig, lot: _Lot, asked: Entry, approved: Entry | None, language: Language) -> str:
    """Copy the files to their release, whole or not at all; say where."""
    target = config.output_root / RELEASES / f"{lot.run}_{lot.kind.value}"
    told = {
        "padan": version("padan"),
        "jalan": lot.run,
        "kelas": lot.kind.value,
        "berkas": dict(lot.hashes),
        "sidik": lot.digest,
        "pindai": asked.content["pindai"],
        "diminta": _signed(asked),
        "disetujui": _signed(approved) if approved else None,
    }
    written = json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    said = {"n": len(lot.files), "kind": lot.kind.value, "folder": config.label(target)}
    with run_lock(config.output_root):
        recover_folder(target)
        if _stands(target, written, lot):
            return text("release_same", language, **said)
        with staging_folder(target.parent, target.name) as staging:
            for name, path in lot.files.items():
                copy = staging / name
                copy.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
                shutil.copyfile(path, copy)
            _unchanged(lot, {name: sha256(staging / name) for name in lot.files})
            (staging / RELEASE).write_text(written, encoding="utf-8", newline="\n")
            for place in (*staging.rglob("*"), staging):
                place.chmod(0o750 if place.is_dir() else MODES[lot.kind])
                flush(place)
            replace_folder(staging, target)
    return text("release_done", language, **said)


def _signed(entry: Entry) -> dict[str, Any]:
    """Return who and when, with the line of the audit log that says so."""
    return {"oleh": entry.content["oleh"], "waktu": entry.time, "jejak": entry.number, "sidik": entry.digest}


def _stands(target: Path, written: str, lot: _Lot) -> bool:
    told = target / RELEASE
    return (
        told.is_file()
        and told.read_text(encoding="utf-8") == written
        and all((target / one).is_file() and sha256(target / one) == h for one, h in lot.hashes.items())
    )
