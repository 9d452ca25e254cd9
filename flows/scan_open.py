"""Edge module: opens whatever lies in a folder, by its content and not its name, for `padan scan`.

What cannot be opened is told as such; of it, as of every file of a binary kind, the bare bytes are looked at.
"""

import bz2
import gzip
import io
import lzma
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from flows.scan_formats import (
    Rows,
    SheetsError,
    arrow_rows,
    database_rows,
    image_texts,
    pdf_texts,
    streams,
    workbook_rows,
)
from reconcile.identities.look import Part, Shape
from reconcile.identities.spellings import as_utf8, decoded, is_text

#: Files in files are opened so deep; no file is larger, nor what is in one.
_DEEPEST, _LARGEST, _INSIDE = 6, 4 << 30, 2 << 30
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DATABASE, _PDF, _AGE = b"SQLite format 3\0", b"%PDF-", b"age-encryption.org/"
_ARROW = (b"PAR1", b"ARROW1")
#: Files beside a database while it is open.
_SIDE_FILES = ("-wal", "-shm", "-journal")
#: How they begin: what was written last, or what was there before.
_LOGS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF")


class _TooLargeError(Exception):
    """What is inside of a compressed file is larger than may be opened."""


def _zstandard(file: io.BytesIO) -> pa.CompressedInputStream:
    return pa.CompressedInputStream(file, "zstd")


_PACKED: dict[bytes, Callable[[io.BytesIO], Any]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
    b"\x28\xb5\x2f\xfd": _zstandard,
}
_ZLIB = (b"\x78\x01", b"\x78\x9c", b"\x78\xda", b"\x78\x5e")
#: A file that stands in another as hexadecimal digits, as QGIS keeps its project.
_HEX_FILE = re.compile(rb"(?:504[bB]0304|1[fF]8[bB]08)[0-9a-fA-F]{40,}")
_WORKBOOK, _SPREADSHEET = ("xl/workbook.xml", "xl/workbook.bin"), b"opendocument.spreadsheet"
#: Members of a workbook whose cells are read as rows besides.
_CELLS = ("xl/worksheets/sheet", "xl/sharedStrings", "content.xml")
#: The one reason that is a remark: an image is opened, and what its pixels show only a person can see.
PIXELS = "pixels"


@dataclass(frozen=True)
class Unread:
    """A part that was not understood: where, and why (a key of the catalogue behind ``scan_why_``)."""

    place: str
    why: str


Opened = Iterator[Part | Unread]


def open_file(path: Path) -> Opened:
    """Return every part of the file at ``path``; a database with what its log adds."""
    try:
        found = path.stat()
        # a pipe would never end
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
            yield Unread("", "too_large" if stat.S_ISREG(found.st_mode) else "not_readable")
            return
        # the log first: what goes from it into the database in between is then read there
        wal = _bytes_if_there(path.with_name(f"{path.name}-wal"))
        content = path.read_bytes()
    except OSError as error:
        database = _database_beside(path)
        if isinstance(error, FileNotFoundError) and database is not None:
            # its last user closed it since the files were listed: what stood here stands there now
            yield from open_file(database)
        else:
            yield Unread("", "not_readable")
        return
    # the index of a database's log holds page numbers only, and has no mark
    if path.name.endswith("-shm") and _database_beside(path):
        yield Part("", content, Shape.BINARY)
        return
    yield from _opened("", content, 0, wal)


def _bytes_if_there(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _database_beside(path: Path) -> Path | None:
    """Return the database that ``path`` belongs to by its name, where there is one."""
    for suffix in _SIDE_FILES:
        database = path.with_name(path.name.removesuffix(suffix))
        if database != path and database.is_file():
            return database
    return None


def _opened(place: str, content: bytes, depth: int, wal: bytes = b"") -> Opened:
    """Return the parts of ``content``; an error of any reader is told as not understood."""
    if not content:
        return
    if depth > _DEEPEST:
        yield Unread(place, "too_deep")
        return
    try:
        yield from _by_kind(place, content, depth, wal)
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except _TooLargeError:
        yield Unread(place, "too_large")
    except BaseException:  # noqa: BLE001 - a reader's error may hold a value; some are no Exception
        yield Unread(place, "damaged")
        yield Part(place, content, Shape.BINARY)


def _by_kind(place: str, content: bytes, depth: int, wal: bytes) -> Opened:
    inside = _packed(content)
    if inside is not None:
        yield from _opened(_within(place, "isi"), inside, depth + 1)
    elif content.startswith(_DATABASE):
        yield from _database(place, content, depth, wal)
    elif content[257:262] == b"ustar":
        yield from _tape(place, content, depth)
    else:
        opener = next((one for marks, one in _KINDS if content.startswith(marks)), _plain)
        yield from opener(place, content, depth)


def _database(place: str, content: bytes, depth: int, wal: bytes) -> Opened:
    yield Part(place, content, Shape.BINARY)
    if wal:
        yield Part(_within(place, "-wal"), wal, Shape.BINARY)
    yield from _tables(place, database_rows(content, wal), depth)


def _arrow(place: str, content: bytes, depth: int) -> Opened:
    yield Part(place, content, Shape.BINARY)
    yield from _tables(place, arrow_rows(content), depth)


def _tables(place: str, tables: Iterable[Rows], depth: int) -> Opened:
    for table, rows, blobs in tables:
        where = _within(place, table)
        yield from _texts(where, rows, Shape.ROWS, depth)
        for blob in blobs:
            yield from _maybe_file(where, blob, depth)


def _image(place: str, content: bytes, depth: int) -> Opened:
    yield Part(place, content, Shape.BINARY)
    for text in image_texts(content):
        yield from _texts(place, text, Shape.DELIMITED, depth)
    yield Unread(place, PIXELS)


def _ole(place: str, content: bytes, depth: int) -> Opened:
    yield Part(place, content, Shape.BINARY)
    yield from _sheets(place, content, depth)


def _bytes(place: str, content: bytes, _: int) -> Opened:
    yield Part(place, content, Shape.BINARY)


def _encrypted(place: str, _: bytes, __: int) -> Opened:
    yield Unread(place, "encrypted")


def _plain(place: str, content: bytes, depth: int) -> Opened:
    text = as_utf8(content)
    if not is_text(text):
        yield Part(place, content, Shape.BINARY)
        yield Unread(place, "unknown")
        return
    start = text[:200].lstrip()
    shape = Shape.DELIMITED
    if start.startswith((b"{", b"[")):
        shape = Shape.JSON
    elif start.startswith(b"<"):
        shape = Shape.MARKUP
    yield from _texts(place, text, shape, depth)


def _texts(place: str, text: bytes, shape: Shape, depth: int) -> Opened:
    """Return a text, and what stands in it in base64 or as hexadecimal digits."""
    yield Part(place, text, shape)
    for code in decoded(text):
        yield from _maybe_file(_within(place, "base64"), code, depth, coded=True)
    for found in _HEX_FILE.finditer(text):
        digits = found[0][: len(found[0]) // 2 * 2]
        yield from _opened(_within(place, "hex"), bytes.fromhex(digits.decode("ascii")), depth + 1)


def _maybe_file(place: str, content: bytes, depth: int, *, coded: bool = False) -> Opened:
    """Return the parts of what may be a file of a known kind, else its bare bytes."""
    known = (_ZIP, _DATABASE, _PDF, _OLE, *_ARROW, *_PACKED, *_ZLIB)
    if content.startswith(known):
        yield from _opened(place, content, depth + 1)
    elif content:
        yield Part(place, content, Shape.BINARY, coded)


def _packed(content: bytes) -> bytes | None:
    """Return what is inside of a compressed file; None where it is none."""
    unpack = next((done for mark, done in _PACKED.items() if content.startswith(mark)), None)
    if unpack is not None:
        with unpack(io.BytesIO(content)) as stream:
            return _whole(stream)
    if content.startswith(_ZLIB):
        try:
            return zlib.decompress(content)
        except zlib.error:
            return None
    return None


def _whole(stream: Any) -> bytes:
    """Return all of a stream; an archive may say that it is small and swell."""
    content = bytes(stream.read(_INSIDE + 1))
    if len(content) > _INSIDE:
        raise _TooLargeError
    return content


def _archive(place: str, content: bytes, depth: int) -> Opened:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        names = [one.filename for one in members]
        told = [*(name.encode() for name in names), archive.comment, *(one.comment for one in members)]
        yield Part(_within(place, "nama"), b"\n".join(told), Shape.DELIMITED)
        is_book = bool(set(_WORKBOOK) & set(names)) or _SPREADSHEET in content[:200]
        for one in members:
            where = _within(place, one.filename)
            if one.flag_bits & 1:
                yield Unread(where, "encrypted")
            elif one.file_size > _INSIDE:
                yield Unread(where, "too_large")
            elif one.filename.startswith(_CELLS) and is_book:
                yield from _texts(where, _member(archive, one), Shape.CELLS, depth)
            elif not one.is_dir():
                yield from _opened(where, _member(archive, one), depth + 1)
    if is_book:
        yield from _sheets(place, content, depth)


def _member(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    with archive.open(one) as stream:
        return _whole(stream)


def _sheets(place: str, content: bytes, depth: int) -> Opened:
    try:
        for sheet, rows in workbook_rows(content):
            yield from _texts(_within(place, sheet), rows, Shape.ROWS, depth)
    except SheetsError:
        yield Unread(place, "encrypted")


def _tape(place: str, content: bytes, depth: int) -> Opened:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        yield Part(_within(place, "nama"), "\n".join(archive.getnames()).encode(), Shape.DELIMITED)
        for one in archive.getmembers():
            file = archive.extractfile(one) if one.isfile() else None
            if file is not None:
                yield from _opened(_within(place, one.name), file.read(), depth + 1)


def _pdf(place: str, content: bytes, depth: int) -> Opened:
    yield Part(place, content, Shape.BINARY)
    for stream in streams(content):
        yield Part(place, stream, Shape.BINARY)
    texts, attached = pdf_texts(content)
    if texts is None:
        yield Unread(place, "encrypted")
        return
    for where, text in texts:
        yield from _texts(_within(place, where), text, Shape.DELIMITED, depth)
    for name, file in attached:
        yield Part(_within(place, "nama"), name.encode(), Shape.DELIMITED)
        yield from _opened(_within(place, name), file, depth + 1)


def _within(place: str, inner: str) -> str:
    return f"{place} > {inner}" if place else inner


_KINDS: tuple[tuple[tuple[bytes, ...], Callable[[str, bytes, int], Opened]], ...] = (
    ((_ZIP, b"PK\x05\x06"), _archive),
    (_ARROW, _arrow),
    ((_PDF,), _pdf),
    (_IMAGES, _image),
    ((_OLE,), _ole),
    ((_AGE,), _encrypted),
    (_LOGS, _bytes),
)
