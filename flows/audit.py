"""Edge module: the audit log of an output folder, a line of JSON per event, with the hash of the one before.

It is only ever written at its end. What was changed or taken out later breaks the chain at that line; what
was cut off at the end is told by a small file beside it, and by the fingerprint that `padan verify` prints.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from hashlib import sha256 as sha256_of
from operator import itemgetter
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from flows.account import account, command
from flows.disk import plainly
from flows.place import fresh_file, put_file
from reconcile.errors import Fault, PublishError
from reconcile.sources.spec import load_source
from reconcile.vocab import Content

LOG = "jejak-audit.jsonl"
#: Number and SHA-256 of the last line of the log.
HEAD = "jejak-audit.ujung"
#: Stands in the first line where the others have the hash of the line before.
NOTHING_BEFORE = "0" * 64
_LOCK = ".kunci-jejak"
_MODE = 0o640
_PATIENCE_SECONDS = 30
#: A file is also hashed in blocks of so many bytes, so that a change can be placed.
BLOCK = 1 << 16
_DIGITS = 8
#: Files in which people say what they decided: of pairs, of cases, in the field.
_DECIDED = frozenset({Content.DECISIONS, Content.CASE_STEPS, Content.RETURNS, Content.OBJECTIONS})


class Event(StrEnum):
    """What a line of the log tells."""

    RUN = "jalan"
    INPUTS = "masukan"
    DECISIONS = "keputusan"
    OUTPUTS = "hasil"
    RELEASE = "rilis"
    EVIDENCE = "bukti"
    WORKLISTS = "daftar_kunjungan"
    ANSWERS = "jawaban"
    REPORT = "laporan"
    REMOVAL = "penghapusan"
    PURGE = "pembersihan"
    PURGED = "pembersihan_selesai"
    RELEASE_ASKED = "permintaan_rilis"
    RELEASE_APPROVED = "persetujuan_rilis"
    BUNDLE = "bundel"
    KEY = "kunci"


@dataclass(frozen=True)
class Fingerprint:
    """A file: its SHA-256, bytes, line ends, and the first digits of the hash of each BLOCK."""

    sha256: str
    size: int
    lines: int
    blocks: str

    @classmethod
    def of(cls, path: Path) -> "Fingerprint":
        """Return the fingerprint of the file at ``path``."""
        whole, size, lines, blocks = sha256_of(), 0, 0, []
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                whole.update(block)
                size, lines = size + len(block), lines + block.count(b"\n")
                blocks.append(sha256_of(block).hexdigest()[:_DIGITS])
        return cls(whole.hexdigest(), size, lines, "".join(blocks))

    def first_difference(self, other: "Fingerprint") -> int:
        """Return the number of the first block, counted from 0, in which two files differ."""
        pairs = zip(self.parts, other.parts, strict=False)
        return next(
            (n for n, (one, two) in enumerate(pairs) if one != two),
            min(len(self.blocks), len(other.blocks)) // _DIGITS,
        )

    @property
    def parts(self) -> list[str]:
        """Return the digits of each block."""
        return [self.blocks[n : n + _DIGITS] for n in range(0, len(self.blocks), _DIGITS)]


@dataclass(frozen=True)
class Entry:
    """One line of the log: its number, when, what, and the details; ``digest`` is the SHA-256 of the line.

    ``account`` is the login name of who was at work, ``command`` what was called; lines of an older padan
    lack both.
    """

    number: int
    time: str
    event: str
    content: Mapping[str, Any]
    digest: str
    account: str = ""
    command: str = ""


@dataclass(frozen=True)
class Log:
    """The log as it stands: its whole lines, every fault of the chain, how many writings were cut short."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    interrupted: int


def append(root: Path, events: Sequence[tuple[Event, Mapping[str, Any]]]) -> None:
    """Write ``events`` at the end of the log of ``root`` and force them to disk.

    Where an earlier writing was cut short, its half line stays, and the next line says so. PublishError where
    the disk does not take it.
    """
    with plainly(root):
        root.mkdir(parents=True, exist_ok=True)
        _append(root, events)


def _append(root: Path, events: Sequence[tuple[Event, Mapping[str, Any]]]) -> None:
    with _alone(root):
        before = (root / LOG).read_bytes() if (root / LOG).exists() else b""
        torn = bool(before) and not before.endswith(b"\n")
        whole = before[: before.rfind(b"\n") + 1]
        last = _last(whole)
        number, digest = (last.number, last.digest) if last else (0, NOTHING_BEFORE)
        # of a log that was cut off or taken away the chain goes on from where it ended, and the gap shows
        number, digest = max((number, digest), _head(root) or (0, NOTHING_BEFORE), key=itemgetter(0))
        lines: list[bytes] = []
        for event, content in events:
            number += 1
            line = _line(number, event, content, digest, after_torn=torn and not lines)
            digest = sha256_of(line).hexdigest()
            lines.append(line)
        _write(root / LOG, (b"\n" if torn else b"") + b"\n".join(lines) + b"\n")
        head = json.dumps({"n": number, "sidik": digest}) + "\n"
        put_file(fresh_file(root / HEAD, partial(_text, head), _MODE), root / HEAD)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    lock = FileLock(root / _LOCK, timeout=_PATIENCE_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        raise PublishError([Fault.of("E_AUDIT_BUSY", file=LOG)]) from None
    try:
        yield
    finally:
        lock.release()


def _line(number: int, event: Event, content: Mapping[str, Any], before: str, *, after_torn: bool) -> bytes:
    told = {
        "n": number,
        "waktu": datetime.now(UTC).isoformat(timespec="seconds"),
        "peristiwa": event.value,
        "akun": account(),
        "perintah": command(),
        "isi": content,
        "sebelum": before,
        **({"terputus": True} if after_torn else {}),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _last(whole: bytes) -> Entry | None:
    """Return the last line that is one of the log."""
    parsed = (_parsed(line) for line in reversed(whole.split(b"\n")) if line)
    return next((entry for entry, _ in filter(None, parsed)), None)


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _MODE), "ab") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _text(content: str, path: Path) -> None:
    path.write_text(content, encoding="utf-8", newline="\n")


def read_log(root: Path) -> Log | None:
    """Return the log of ``root`` with every fault of its chain; None where there is no log."""
    if not (root / LOG).exists():
        return None
    lines = (root / LOG).read_bytes().split(b"\n")
    entries: list[Entry] = []
    faults: list[Fault] = []
    torn = 1 if lines[-1] else 0
    digest, number, unread = NOTHING_BEFORE, 0, 0
    for place, line in enumerate(lines[:-1], start=1):
        read = _parsed(line)
        if read is None:
            unread = place
            continue
        entry, told = read
        cut_short = bool(told.get("terputus"))
        torn += bool(unread and cut_short)
        faults += _link_faults(entry, told, number, digest, 0 if cut_short else unread)
        entries.append(entry)
        digest, number, unread = entry.digest, entry.number, 0
    if unread:
        faults.append(Fault.of("E_AUDIT_BROKEN", file=LOG, row=unread))
    return Log(tuple(entries), (*faults, *_end_faults(root, entries)), torn)


def _parsed(line: bytes) -> tuple[Entry, Mapping[str, Any]] | None:
    try:
        told = json.loads(line)
        entry = Entry(
            int(told["n"]),
            told["waktu"],
            told["peristiwa"],
            told["isi"],
            sha256_of(line).hexdigest(),
            str(told.get("akun", "")),
            str(told.get("perintah", "")),
        )
    except (ValueError, KeyError, TypeError):
        return None
    return entry, told


def _link_faults(
    entry: Entry, told: Mapping[str, Any], number: int, digest: str, unread: int
) -> Iterable[Fault]:
    """Return what is wrong between a line and the one before, whose number and hash are given."""
    if unread:
        yield Fault.of("E_AUDIT_BROKEN", file=LOG, row=unread)
    elif entry.number > number + 1:
        yield Fault.of("E_AUDIT_REMOVED", file=LOG, first=number + 1, last=entry.number - 1)
    elif entry.number <= number:
        yield Fault.of("E_AUDIT_ADDED", file=LOG, number=entry.number)
    elif told.get("sebelum") != digest:
        yield Fault.of("E_AUDIT_CHANGED", file=LOG, number=max(number, 1))


def _end_faults(root: Path, entries: Sequence[Entry]) -> Iterable[Fault]:
    """Return what the file beside the log says of its end."""
    head = _head(root)
    if head is None:
        yield Fault.of("E_AUDIT_HEAD", file=HEAD)
        return
    number, digest = head
    last = entries[-1].number if entries else 0
    if last < number:
        yield Fault.of("E_AUDIT_REMOVED", file=LOG, first=last + 1, last=number)
    elif digest not in {entry.digest for entry in entries if entry.number == number}:
        yield Fault.of("E_AUDIT_CHANGED", file=LOG, number=number)


def publication(
    run: str, manifest: Mapping[str, Any], outputs: Mapping[str, Fingerprint], own: Fingerprint
) -> list[tuple[Event, dict[str, Any]]]:
    """Return the events of one publication: run, inputs, decisions of people, outputs, release.

    ``manifest`` is the run's, ``own`` the fingerprint of its file. Names of files, hashes and counts only.
    """
    inputs = manifest.get("inputs", [])
    decided = [one for one in inputs if load_source(one["source"]).content in _DECIDED]
    counts = manifest.get("counts", {})
    told = {"versi": manifest.get("padan"), "tanggal_acuan": manifest.get("reference_date")}
    told |= {"jumlah": {name: counts.get(name) for name in ("households", "reconciled")}}
    people = {
        "berkas": [_told(one) for one in decided],
        "perbaikan": manifest.get("corrections", {}).get("books", []),
    }
    return [
        (Event.RUN, {"jalan": run, **told}),
        (Event.INPUTS, {"jalan": run, "berkas": [_told(one) for one in inputs], "baris": _rows(manifest)}),
        (Event.DECISIONS, {"jalan": run, **people}),
        (Event.OUTPUTS, {"jalan": run, "berkas": {name: vars(one) for name, one in outputs.items()}}),
        (Event.RELEASE, {"jalan": run, "manifes": vars(own)}),
    ]


def _rows(manifest: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return file -> how many of its rows were accepted and set aside, over all its sheets."""
    counted: dict[str, dict[str, int]] = {}
    for sheet in manifest.get("rows", []):
        of_file = counted.setdefault(sheet["file"], {"diterima": 0, "disisihkan": 0})
        of_file["diterima"] += sheet.get("accepted", 0)
        of_file["disisihkan"] += sheet.get("quarantined", 0)
    return counted


def _told(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one[name] for name in ("file", "sha256", "bytes", "source", "vintage")}


def _head(root: Path) -> tuple[int, str] | None:
    """Return number and hash of the last line, as the file beside the log has them."""
    try:
        head = json.loads((root / HEAD).read_text(encoding="utf-8"))
        return int(head["n"]), str(head["sidik"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
