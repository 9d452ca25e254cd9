"""Edge module: opens a delivered file and reads it as what its content is, whatever its name ends with."""

from hashlib import sha256
from pathlib import Path

from reconcile.errors import Fault, InputError
from reconcile.sources.lines import Lines
from reconcile.sources.raw import Container, RawFile, Skipped, TextSheet
from reconcile.sources.reading.cells import unpack
from reconcile.sources.reading.client import warm
from reconcile.sources.reading.frames import Message
from reconcile.sources.reading.kinds import foreign, shape
from reconcile.sources.reading.limits import Limits, RefusedError
from reconcile.sources.reading.text import count_replaced, decode, split_lines
from reconcile.vocab import FileKind, SkipReason

__all__ = ["Limits", "open_delivery", "read_file", "split_lines"]

_DEFAULT = Limits()


def open_delivery(
    path: Path, *, label: str, password: str | None = None, limits: Limits = _DEFAULT
) -> Container:
    """Return what lies at ``path``: one file, or every member of a ZIP; ``label`` is its path as configured.

    Text is decoded here; workbooks, archives and pages are read in a process of their own, which may crash
    or hang without harm. ``password`` opens workbooks and archives that have one.

    InputError with the faults of all members: ``E_FILE_MISSING``, ``E_FILE_UNREADABLE``, ``E_EMPTY_FILE``,
    ``E_TYPE``, ``E_ENCRYPTED``, ``E_PASSWORD``, ``E_TOO_LARGE``, ``E_ZIP_UNSAFE``, ``E_WORKBOOK``,
    ``E_READER_CRASH``. Never a library's own message: those carry cell values.
    """
    content = _bytes(path, label, limits)
    digest = sha256(content).hexdigest()
    try:
        answer = _read(content, label, digest, password, limits)
    except RefusedError as refused:
        raise InputError([_fault(refused, label)]) from None
    if isinstance(answer, RawFile):
        return Container(label, digest, len(content), (answer,))
    files, skipped = _members(answer, label, password, limits)
    return Container(label, digest, len(content), files, skipped)


def read_file(path: Path, *, label: str, password: str | None = None, limits: Limits = _DEFAULT) -> RawFile:
    """Return the one table file at ``path``; errors as of ``open_delivery``, ``E_TYPE`` for an archive."""
    container = open_delivery(path, label=label, password=password, limits=limits)
    if [file.label for file in container.files] != [label]:
        raise InputError([Fault.of("E_TYPE", file=label, kind="ZIP")])
    return container.files[0]


def _fault(refused: RefusedError, label: str) -> Fault:
    return Fault(refused.code, label, details=tuple(sorted(refused.details.items())))


def _bytes(path: Path, label: str, limits: Limits) -> bytes:
    try:
        if path.stat().st_size > limits.size:
            raise InputError([Fault.of("E_TOO_LARGE", file=label, most=f"{limits.size / 2**30:g} GB")])
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError([Fault.of("E_FILE_MISSING", file=label)]) from None
    except OSError:
        raise InputError([Fault.of("E_FILE_UNREADABLE", file=label)]) from None
    if not content:
        raise InputError([Fault.of("E_EMPTY_FILE", file=label)])
    return content


def _read(content: bytes, label: str, digest: str, password: str | None, limits: Limits) -> RawFile | Message:
    """Return a table file, or the message about an archive's members."""
    if kind := foreign(content):
        raise RefusedError("E_TYPE", kind=kind)
    if shape(content) == "text":
        return _text(content, label, digest)
    answer = warm(limits.memory).ask(content, limits, password)
    if "members" in answer.header:
        return answer
    sheets = tuple(
        unpack(told, blob) for told, blob in zip(answer.header["sheets"], answer.blobs, strict=True)
    )
    kind, left_open = FileKind(answer.header["kind"]), bool(answer.header["unclosed"])
    return RawFile(label, digest, len(content), kind, "", sheets, unclosed=left_open)


def _text(content: bytes, label: str, digest: str) -> RawFile:
    decoded = decode(content)
    lines = Lines(decoded.text)
    if not any(line.strip() for line in lines):
        raise RefusedError("E_EMPTY_FILE")
    return RawFile(
        label,
        digest,
        len(content),
        FileKind.CSV,
        decoded.encoding,
        (TextSheet(lines),),
        decoded.recoded,
        count_replaced(decoded.text, lines),
    )


def _members(
    answer: Message, label: str, password: str | None, limits: Limits
) -> tuple[tuple[RawFile, ...], tuple[Skipped, ...]]:
    files, skipped, faults = [], [], []
    for told, content in zip(answer.header["members"], answer.blobs, strict=True):
        if told["reason"]:
            skipped.append(Skipped(told["name"], SkipReason(told["reason"])))
            continue
        member = f"{label}!{told['name']}"
        try:
            read = _read(content, member, sha256(content).hexdigest(), password, limits)
        except RefusedError as refused:
            faults.append(_fault(refused, member))
            continue
        if isinstance(read, RawFile):
            files.append(read)
        else:
            faults.append(Fault.of("E_ZIP_UNSAFE", file=member, why="ZIP"))
    if not files and not faults:
        faults.append(Fault.of("E_TYPE", file=label, kind="ZIP"))
    if faults:
        raise InputError(faults)
    return tuple(files), tuple(skipped)
