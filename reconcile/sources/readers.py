"""Edge module: turns the bytes of a delivered file into text, deciding by content, never by extension."""

import codecs
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook

from reconcile.errors import Fault, InputError
from reconcile.sources.raw import CellSheet, RawFile, TextSheet

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = {
    b"%PDF": "PDF",
    b"SQLite format 3": "SQLite",
    b"\x1f\x8b": "GZIP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7Z",
}
_MOST_UNPACKED = 4 * 2**30
_LINE_END = re.compile(r"\r\n|\r|\n")
_LINE_END_BYTES = re.compile(rb"\r\n|\r|\n")


def read_file(path: Path, *, label: str) -> RawFile:
    """Return the file at ``path`` as text sheets; ``label`` is its path as configured, used in provenance.

    InputError: ``E_FILE_MISSING``, ``E_FILE_UNREADABLE``, ``E_EMPTY_FILE``, ``E_TYPE``, ``E_ENCRYPTED``,
    ``E_TOO_BIG``, ``E_WORKBOOK``. Never a library's own message: those carry cell values.
    """
    content = _bytes(path, label)
    digest = sha256(content).hexdigest()
    if content.startswith(_ZIP):
        return RawFile(label, digest, len(content), "xlsx", "", _workbook(content, label))
    _refuse_foreign(content, label)
    text, encoding = decode(content)
    lines = split_lines(text)
    if not any(line.strip() for line in lines):
        raise InputError([Fault.of("E_EMPTY_FILE", file=label)])
    return RawFile(label, digest, len(content), "text", encoding, (TextSheet(lines),))


def _bytes(path: Path, label: str) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError([Fault.of("E_FILE_MISSING", file=label)]) from None
    except OSError:
        raise InputError([Fault.of("E_FILE_UNREADABLE", file=label)]) from None
    if not content:
        raise InputError([Fault.of("E_EMPTY_FILE", file=label)])
    return content


def _refuse_foreign(content: bytes, label: str) -> None:
    if content.startswith(_OLE):
        # a workbook with a password is an OLE file around it, with this stream
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise InputError([_type_fault(label, "XLS") if not locked else Fault.of("E_ENCRYPTED", file=label)])
    kind = next((name for magic, name in _FOREIGN.items() if content.startswith(magic)), "")
    head = content[:1000].lstrip(codecs.BOM_UTF8 + b" \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        kind = "HTML/XML"
    if kind:
        raise InputError([_type_fault(label, kind)])


def _type_fault(label: str, kind: str) -> Fault:
    return Fault.of("E_TYPE", file=label, kind=kind)


def decode(content: bytes) -> tuple[str, str]:
    """Return the text and its encoding: by byte order mark, strict UTF-8, UTF-16 by NULs, else Windows-1252.

    The last is decided line by line, so that one odd line does not spoil the others (hazards.md H9). No
    statistical detector: it takes such files for Baltic or Central European ones (H10).
    """
    if content.startswith(codecs.BOM_UTF8):
        content = content[len(codecs.BOM_UTF8) :]
    elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace"), "utf-16"
    elif wide := _utf16_by_nuls(content[:4096]):
        return content.decode(wide, errors="replace"), wide
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return "\n".join(_decode_line(line) for line in _LINE_END_BYTES.split(content)), "utf-8/cp1252"


def _utf16_by_nuls(sample: bytes) -> str:
    for name, nuls in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if len(nuls) > 1 and nuls.count(0) > 0.3 * len(nuls) and sample.count(0) < 0.6 * len(sample):
            return name
    return ""


def _decode_line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def split_lines(text: str) -> list[str]:
    """Return the physical lines of CRLF, LF or CR text; a line end at the very end begins no further line."""
    lines = _LINE_END.split(text) if "\r" in text else text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def _workbook(content: bytes, label: str) -> tuple[CellSheet, ...]:
    _refuse_archive(content, label)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = [(n, book.get_sheet_by_name(n).to_python(skip_empty_area=False)) for n in book.sheet_names]
    except (CalamineError, OSError, ValueError):
        raise InputError([Fault.of("E_WORKBOOK", file=label)]) from None
    if not any(rows for _, rows in sheets):
        raise InputError([Fault.of("E_EMPTY_FILE", file=label)])
    return tuple(CellSheet(name, [_texts(row) for row in rows]) for name, rows in sheets)


def _refuse_archive(content: bytes, label: str) -> None:
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
    except BadZipFile:
        raise InputError([Fault.of("E_WORKBOOK", file=label)]) from None
    if any(member.flag_bits & 1 for member in members):
        raise InputError([Fault.of("E_ENCRYPTED", file=label)])
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= {member.filename for member in members}:
        raise InputError([_type_fault(label, "ZIP")])
    if sum(member.file_size for member in members) > _MOST_UNPACKED:
        raise InputError([Fault.of("E_TOO_BIG", file=label)])


def _texts(row: Iterable[Any]) -> list[str]:
    return [cell if type(cell) is str else cell_text(cell) for cell in row]


def cell_text(cell: object) -> str:
    """Return a stored cell as text: whole numbers without ``.0``, no exponent, dates as ISO."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ").removesuffix(" 00:00:00")
    return cell.isoformat() if isinstance(cell, date) else str(cell)
