"""The lines of the audit log as rows of the record of processing: one per file or hand-over, no values."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flows.audit import Entry, Event
from flows.redaction import masked
from flows.scan_classes import declared_class
from reconcile.disclosure import Disclosure
from reconcile.language import entries, text
from reconcile.vocab import Language

_RESTRICTED = Disclosure.RESTRICTED.value
#: What is handed on, or made to be.
GIVEN = frozenset(
    {Event.BUNDLE, Event.WORKLISTS, Event.RELEASE_ASKED, Event.RELEASE_APPROVED, Event.EVIDENCE}
)


@dataclass(frozen=True)
class Row:
    """One row of the record; the names of its fields are those of its columns."""

    jejak: int
    waktu: str
    akun: str
    perintah: str
    kegiatan: str
    jalan: str = ""
    kelas: str = ""
    penerima: str = ""
    berkas: str = ""
    sha256: str = ""
    baris: str = ""
    rincian: str = ""


def rows_of(entry: Entry, language: Language) -> list[Row]:
    """Return what a line of the log tells, one row at least."""
    key = f"record_event_{entry.event}"
    known = key in entries()
    done = text(key, language) if known else entry.event
    bare = Row(
        entry.number,
        entry.time,
        entry.account,
        entry.command,
        done,
        str(entry.content.get("jalan", "")),
        rincian="" if entry.event in _ROWS else _plain(entry.content),
    )
    try:
        told = list(_ROWS[entry.event](bare, entry.content, language)) if entry.event in _ROWS else []
    except (KeyError, TypeError, AttributeError):
        # of another padan, or touched by somebody
        told = [replace(bare, rincian=_plain(entry.content))]
    return told or [bare]


def _plain(content: Mapping[str, Any]) -> str:
    """Return what a line of a kind that is not known here tells, as it stands."""
    told = {name: value for name, value in content.items() if isinstance(value, str | int)}
    return masked(", ".join(f"{name}: {value}" for name, value in told.items()))


def _run(row: Row, content: Mapping[str, Any], language: Language) -> Iterator[Row]:
    counts = content.get("jumlah") or {}
    said = {
        name: ", ".join(f"{_word(key, language)} {n}" for key, n in (counts.get(name) or {}).items()) or "-"
        for name in ("households", "reconciled")
    }
    day, version = content.get("tanggal_acuan"), content.get("versi")
    yield replace(row, rincian=text("record_say_run", language, day=day, version=version, **said))


def _word(key: str, language: Language) -> str:
    return text(key, language) if key in entries() else key


def _inputs(row: Row, content: Mapping[str, Any], language: Language) -> Iterator[Row]:
    counted = content.get("baris") or {}
    for one in content["berkas"]:
        of_file = counted.get(one["file"], {})
        said = {name: one[name] for name in ("source", "vintage", "bytes")}
        yield replace(
            row,
            berkas=one["file"],
            sha256=one["sha256"],
            baris=str(of_file.get("diterima", "")),
            rincian=text("record_say_input", language, **said, aside=of_file.get("disisihkan", "-")),
        )


def _decisions(row: Row, content: Mapping[str, Any], _language: Language) -> Iterator[Row]:
    files = [*content["berkas"], *content.get("perbaikan", [])]
    for one in files:
        yield replace(row, berkas=one["file"], sha256=one["sha256"])


def _outputs(row: Row, content: Mapping[str, Any], _language: Language) -> Iterator[Row]:
    for name, one in content["berkas"].items():
        yield replace(row, kelas=declared_class(name).value, berkas=name, sha256=one["sha256"])


def _published(row: Row, content: Mapping[str, Any], _language: Language) -> Iterator[Row]:
    yield replace(row, sha256=content["manifes"]["sha256"])


def _evidence(row: Row, content: Mapping[str, Any], _language: Language) -> Iterator[Row]:
    yield replace(row, kelas=_RESTRICTED, sha256=content["sha256"], rincian=content["kasus"])


def _worklists(row: Row, content: Mapping[str, Any], language: Language) -> Iterator[Row]:
    regencies = ", ".join(code or "-" for code in content["kabupaten"])
    said = {"regencies": regencies, "forms": ", ".join(content["bentuk"])}
    yield replace(
        row,
        kelas=_RESTRICTED,
        penerima=said["regencies"],
        sha256=content["manifes"]["sha256"],
        rincian=text("record_say_lists", language, n=content["berkas"], **said),
    )


def _answers(row: Row, content: Mapping[str, Any], _language: Language) -> Iterator[Row]:
    yield replace(
        row,
        kelas=_RESTRICTED,
        berkas=content["berkas"],
        sha256=content["sha256"],
        baris=str(content["baris_baru"]),
    )


def _report(row: Row, content: Mapping[str, Any], language: Language) -> Iterator[Row]:
    said = text("record_say_files", language, n=len(content["berkas"]))
    yield replace(row, kelas=Disclosure.PUBLIC.value, sha256=content["manifes"]["sha256"], rincian=said)


def _release(row: Row, content: Mapping[str, Any], language: Language) -> Iterator[Row]:
    said = text("record_say_person", language, name=content["oleh"])
    yield replace(row, kelas=content["kelas"], sha256=content["sidik"], rincian=said)


def _bundle(row: Row, content: Mapping[str, Any], language: Language) -> Iterator[Row]:
    said = {"purpose": content["keperluan"], "basis": content["dasar"], "expires": content["berlaku_sampai"]}
    counts = {kind: n for kind, n in content["baris"].items() if n}
    yield replace(
        row,
        kelas=", ".join(counts),
        penerima=f"{content['penerima']} ({content['wilayah']})",
        sha256=content["sha256"].get("arsip", content["sha256"]["manifes"]),
        baris=str(sum(counts.values())),
        rincian=text("record_say_bundle", language, n=content["berkas"], **said),
    )


def _purge(row: Row, content: Mapping[str, Any], language: Language) -> Iterator[Row]:
    size = sum(one["bytes"] for one in content["berkas"])
    said = {"n": len(content["berkas"]), "bytes": size, "day": content["sebelum"]}
    yield replace(
        row,
        kelas=content["kelas"],
        berkas=content["tempat"],
        rincian=text("record_say_purge", language, **said),
    )


def _purged(row: Row, content: Mapping[str, Any], language: Language) -> Iterator[Row]:
    yield replace(row, rincian=text("record_say_left", language, n=len(content["tersisa"])))


_ROWS: dict[str, Callable[[Row, Mapping[str, Any], Language], Iterator[Row]]] = {
    Event.RUN: _run,
    Event.INPUTS: _inputs,
    Event.DECISIONS: _decisions,
    Event.OUTPUTS: _outputs,
    Event.RELEASE: _published,
    Event.EVIDENCE: _evidence,
    Event.WORKLISTS: _worklists,
    Event.ANSWERS: _answers,
    Event.REPORT: _report,
    Event.RELEASE_ASKED: _release,
    Event.RELEASE_APPROVED: _release,
    Event.BUNDLE: _bundle,
    Event.PURGE: _purge,
    Event.PURGED: _purged,
}
