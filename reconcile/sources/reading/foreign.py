"""Which foreign reader a content goes to; runs in the reading process."""

from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from reconcile.sources.reading.archive import OTHER_OFFICE, read_archive
from reconcile.sources.reading.cells import StoredSheet, pack
from reconcile.sources.reading.frames import Message
from reconcile.sources.reading.geopackage import read_geopackage, unclosed
from reconcile.sources.reading.kinds import shape
from reconcile.sources.reading.limits import Limits, RefusedError
from reconcile.sources.reading.locked import unlock
from reconcile.sources.reading.markup import read_markup
from reconcile.sources.reading.workbook import read_workbook
from reconcile.vocab import FileKind

_WORKBOOK_PARTS = {"xl/workbook.xml": FileKind.XLSX, "xl/workbook.bin": FileKind.XLSB}
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def read_foreign(content: bytes, password: str | None, limits: Limits) -> Message:
    """Return the sheets of a workbook or the members of an archive; RefusedError where there are none.

    A header with ``kind`` speaks of ``sheets``, one blob of Arrow stream each; one without, of ``members``,
    one blob of bytes each.
    """
    match shape(content):
        case "ole":
            return _ole(content, password, limits)
        case "markup":
            kind, tables = read_markup(content)
            return _sheets(kind, tables)
        case "geopackage":
            return _sheets(FileKind.GPKG, read_geopackage(content), unfinished=unclosed(content))
        case _:
            return _package(content, password, limits)


def _ole(content: bytes, password: str | None, limits: Limits) -> Message:
    plain = unlock(content, password)
    if shape(plain) == "package":
        return _package(plain, password, limits)
    # an OLE file names its streams in UTF-16; a workbook of Excel 5 to 2003 has one of these
    if not any(name.encode("utf-16-le") in plain for name in ("Workbook", "Book")):
        raise RefusedError("E_TYPE", kind="OLE")
    return _sheets(FileKind.XLS, read_workbook(plain, FileKind.XLS))


def _package(content: bytes, password: str | None, limits: Limits) -> Message:
    kind, unpacked = _package_kind(content)
    if kind is None:
        members = read_archive(content, password, limits)
        return Message({"members": [member.told() for member in members]}, [m.content for m in members])
    if unpacked > limits.unpacked:
        raise RefusedError("E_TOO_LARGE", most=_gigabytes(limits.unpacked))
    return _sheets(kind, read_workbook(content, kind))


def _package_kind(content: bytes) -> tuple[FileKind | None, int]:
    """Return which workbook a ZIP is, if it is one, and the bytes that it says it unpacks to."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = {member.filename: member for member in archive.infolist()}
            kinds = [kind for part, kind in _WORKBOOK_PARTS.items() if part in members]
            if not kinds and "mimetype" in members and "content.xml" in members:
                kinds = [FileKind.ODS] if archive.read("mimetype").strip() == _ODS else []
    except (BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        raise RefusedError("E_WORKBOOK") from None
    if any(part in members for part in OTHER_OFFICE):
        raise RefusedError("E_TYPE", kind="Word/PowerPoint")
    if kinds and any(member.flag_bits & 1 for member in members.values()):
        raise RefusedError("E_ENCRYPTED")
    return (kinds[0] if kinds else None), sum(member.file_size for member in members.values())


def _gigabytes(size: int) -> str:
    return f"{size / 2**30:g} GB"


def _sheets(kind: FileKind, tables: list[StoredSheet], *, unfinished: bool = False) -> Message:
    packed: list[tuple[dict[str, Any], Any]] = [pack(table) for table in tables]
    if not any(told["height"] for told, _ in packed):
        raise RefusedError("E_EMPTY_FILE")
    header = {"kind": kind, "unclosed": unfinished, "sheets": [told for told, _ in packed]}
    return Message(header, [blob for _, blob in packed])
