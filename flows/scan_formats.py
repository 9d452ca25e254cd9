"""Edge module: the rows and texts of databases, Parquet, workbooks, PDF and images, for `padan scan`.

Rows come as lines of fields with FIELD between, whatever the format; every reader reads from memory.
"""

import io
import logging
import re
import sqlite3
import struct
import zlib
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc
import pyarrow.parquet as pq
import pypdf
import python_calamine

from reconcile.identities.look import FIELD
from reconcile.sources.reading.cells import cell_text

#: One table or sheet, its rows as text, and the values in it that are no text.
Rows = tuple[str, bytes, list[bytes]]

_BATCH = 50_000
_FIELD = FIELD.decode()
_PAGE_HEAD, _LOG_HEAD = 24, 32
#: Where a database says that it is read with its log: two bytes, 1 for none.
_MODE = slice(18, 20)
_GEOMETRY = b"GP"
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME")


class SheetsError(Exception):
    """A workbook cannot be opened: a password, or no workbook at all."""


def database_rows(content: bytes, wal: bytes = b"") -> Iterator[Rows]:
    """Return every table of a SQLite database or GeoPackage, as of the last writing in ``wal``."""
    image = bytearray(_with_log(content, wal))
    image[_MODE] = b"\1\1"
    with sqlite3.connect(":memory:") as database:
        database.deserialize(bytes(image))
        database.text_factory = bytes
        names = database.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')")
        for name in ("sqlite_master", *(raw.decode() for raw, kind in names.fetchall() if kind == b"table")):
            yield from _table(database, name)


def _with_log(content: bytes, wal: bytes) -> bytes:
    """Return a database with the pages of its log in place, up to the last that was committed."""
    if len(wal) < _LOG_HEAD:
        return content
    size, salts = struct.unpack(">I", wal[8:12])[0], wal[16:24]
    pages = bytearray(content)
    waiting: dict[int, bytes] = {}
    for start in range(_LOG_HEAD, len(wal) - size - _PAGE_HEAD + 1, size + _PAGE_HEAD):
        number, total = struct.unpack(">II", wal[start : start + 8])
        if wal[start + 8 : start + 16] != salts:
            break
        waiting[number] = wal[start + _PAGE_HEAD : start + _PAGE_HEAD + size]
        if not total:
            continue
        pages = pages[: total * size].ljust(total * size, b"\0")
        for page, data in waiting.items():
            pages[(page - 1) * size : page * size] = data[: max(len(pages) - (page - 1) * size, 0)]
        waiting = {}
    return bytes(pages)


def _table(database: sqlite3.Connection, name: str) -> Iterator[Rows]:
    quoted = '"{}"'.format(name.replace('"', '""'))
    columns = [raw[1].decode() for raw in database.execute(f"PRAGMA table_info({quoted})")]
    if name == "sqlite_master":
        columns = ["type", "name", "sql"]
    fields = "||char(31)||".join(_as_text('"{}"'.format(one.replace('"', '""'))) for one in columns)
    head = (_FIELD.join(columns) + "\n").encode()
    query = f"SELECT {fields} FROM {quoted}"  # noqa: S608 - names of the database itself, quoted
    found = database.execute(query)
    while rows := found.fetchmany(_BATCH):
        yield name, head + b"\n".join(row[0] for row in rows), []
    for one in columns:
        column = '"{}"'.format(one.replace('"', '""'))
        query = f"SELECT {column} FROM {quoted} WHERE typeof({column}) = 'blob'"  # noqa: S608 - as above
        blobs = [row[0] for row in database.execute(query) if not row[0].startswith(_GEOMETRY)]
        small = b"\n".join(blob for blob in blobs if len(blob) < _BATCH)
        if blobs:
            yield name, b"", [small, *(blob for blob in blobs if len(blob) >= _BATCH), *_files(blobs)]


def _files(blobs: list[bytes]) -> list[bytes]:
    return [one for one in blobs if one[:4] in {b"PK\3\4", b"\x1f\x8b\x08\0"} and len(one) < _BATCH]


def _as_text(column: str) -> str:
    """Return SQL for a value on one line: large floats with all their digits, nothing for bytes."""
    whole = f"CAST(CAST({column} AS INTEGER) AS TEXT)"
    number = f"CASE WHEN abs({column}) BETWEEN 1e15 AND 1e16 THEN {whole} ELSE CAST({column} AS TEXT) END"
    line = f"replace(replace(CAST({column} AS TEXT), char(10), ' '), char(13), ' ')"
    empty = "WHEN 'null' THEN '' WHEN 'blob' THEN ''"
    return f"CASE typeof({column}) {empty} WHEN 'real' THEN {number} ELSE {line} END"


def arrow_rows(content: bytes) -> Iterator[Rows]:
    """Return the rows of Parquet or Arrow, and what its footer says: notes, least and greatest values."""
    if content.startswith(b"PAR1"):
        file = pq.ParquetFile(pa.BufferReader(content))
        yield "catatan", _footer(file.metadata), []
        schema, batches = file.schema_arrow, file.iter_batches(batch_size=_BATCH)
    else:
        reader = pa.ipc.open_file(pa.BufferReader(content))
        schema, batches = reader.schema, (reader.get_batch(n) for n in range(reader.num_record_batches))
    notes = {**(schema.metadata or {}), **{k: v for f in schema for k, v in (f.metadata or {}).items()}}
    told = [schema.to_string(show_schema_metadata=False).encode(), *notes.keys(), *notes.values()]
    yield "skema", b"\n".join(told), []
    for batch in batches:
        texts, blobs = [], []
        for column in batch.columns:
            text = _column_text(column)
            if text is None:
                blobs.append(b"\n".join(one for one in column.to_pylist() if one))
            else:
                texts.append(text)
        yield "nilai", _lines(texts), blobs


def _footer(metadata: pq.FileMetaData) -> bytes:
    told: list[object] = [*(metadata.metadata or {}).items(), metadata.created_by]
    for group in range(metadata.num_row_groups):
        for place in range(metadata.num_columns):
            column = metadata.row_group(group).column(place)
            if column.is_stats_set and column.statistics.has_min_max:
                told += [column.statistics.min, column.statistics.max]
    return "\n".join(str(one) for one in told).encode("utf-8", "replace")


def _column_text(column: pa.Array) -> pa.Array | None:
    """Return a column as text, None for bytes."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return None
    if pa.types.is_nested(kind):
        return pa.array([None if one is None else str(one) for one in column.to_pylist()], pa.large_string())
    if pa.types.is_floating(kind):
        return _numbers(column)
    return column.cast(pa.large_string())


def _numbers(column: pa.Array) -> pa.Array:
    """Return floats as text, large ones with all their digits."""
    size = pc.abs(column)
    large = pc.fill_null(pc.and_(pc.less(size, 1e16), pc.greater_equal(size, 1e15)), fill_value=False)
    shown = column.cast(pa.large_string())
    if not pc.any(large).as_py():
        return shown
    whole = pc.floor(column.filter(large)).cast(pa.int64()).cast(pa.large_string())
    return pc.replace_with_mask(shown, large, whole)


def _lines(columns: list[pa.Array]) -> bytes:
    """Return rows as lines, fields with FIELD between; no line break is left in a value."""
    if not columns:
        return b""
    clean = [pc.replace_substring_regex(one, r"[\r\n]", " ") for one in columns]
    between, nothing = (pa.scalar(one, pa.large_string()) for one in (_FIELD, ""))
    joined = pc.binary_join_element_wise(*clean, between, null_handling="replace")
    ended = pc.binary_join_element_wise(joined, pa.scalar("\n", pa.large_string()), nothing)
    return bytes(ended.buffers()[2] or b"")


def workbook_rows(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Return the cells of every sheet of XLSX, XLSB, XLS or ODS, hidden ones too.

    Raises SheetsError where it cannot be opened.
    """
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (python_calamine.CalamineError, python_calamine.PasswordError):
        raise SheetsError from None
    for meta in book.sheets_metadata:
        if meta.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        rows = book.get_sheet_by_name(meta.name).to_python()
        lines = (_FIELD.join([_cell(cell) for cell in row]) for row in rows)
        yield meta.name, "\n".join(lines).encode("utf-8", "replace")


def _cell(cell: object) -> str:
    """Return a cell on one line; a number with decimals tells of nobody and is left out."""
    if isinstance(cell, str):
        return cell.replace("\n", " ")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else ""
    return cell_text(cell)


def pdf_texts(content: bytes) -> tuple[list[tuple[str, bytes]] | None, list[tuple[str, bytes]]]:
    """Return the text of every page, with fields and notes, and the files that are attached.

    None for the text where a password is needed.
    """
    # it says on every odd object what it found there
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        return None, []
    texts = [(f"hal. {n}", page.extract_text()) for n, page in enumerate(reader.pages, start=1)]
    texts += [(f"hal. {n}", _notes(page)) for n, page in enumerate(reader.pages, start=1)]
    told = [*(reader.metadata or {}).values(), *(reader.get_fields() or {}).values()]
    texts.append(("keterangan", "\n".join(str(one) for one in told)))
    attached = [(name, file) for name, files in reader.attachments.items() for file in files]
    return [(where, text.encode("utf-8", "replace")) for where, text in texts if text], attached


def _notes(page: pypdf.PageObject) -> str:
    """Return what the notes and links of a page say."""
    found = (one.get_object() for one in page.get("/Annots") or ())
    return "\n".join(str(one.get(key)) for one in found for key in ("/Contents", "/A", "/T") if key in one)


def streams(content: bytes) -> Iterator[bytes]:
    """Return every compressed part of a PDF, whether a page shows it or not."""
    for found in _STREAM.finditer(content):
        try:
            yield zlib.decompressobj().decompress(found[1])
        except zlib.error:
            continue


def image_texts(content: bytes) -> Iterator[bytes]:
    """Return the texts that a PNG carries beside its pixels; other images are looked at as bytes only."""
    place = 8  # behind the mark
    while content.startswith(b"\x89PNG") and place + 8 <= len(content):
        size, kind = struct.unpack(">I4s", content[place : place + 8])
        chunk = content[place + 8 : place + 8 + size]
        place += size + 12
        if kind not in _TEXT_CHUNKS:
            continue
        yield chunk.replace(b"\0", b" ")
        packed = chunk.find(b"\x78")
        while packed >= 0:
            try:
                yield zlib.decompress(chunk[packed:])
                break
            except zlib.error:
                packed = chunk.find(b"\x78", packed + 1)
