"""What calamine does not tell of an XLSX: formulas without value, error cells, hidden rows and columns.

Found in the sheets' XML by search, block by block; parsing it would take longer than reading the workbook.
"""

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from posixpath import join, normpath
from typing import IO
from xml.etree.ElementTree import Element, ParseError, fromstring
from zipfile import BadZipFile, ZipFile

from reconcile.sources.raw import FORMULA_MARK
from reconcile.sources.reading.limits import RefusedError

_BLOCK = 4 * 2**20
_CELL_END = rb"</(?:\w+:)?c>"
_ERROR = re.compile(
    rb"<(?:\w+:)?c\b([^>]*\bt=[\"']e[\"'][^>]*)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<", re.DOTALL
)
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)(?<!/)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>([^<]*)</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*" + _CELL_END
)
_COMPUTED_TEXT = re.compile(rb"\bt=[\"']str[\"']")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*\bhidden=[\"'](?:1|true)[\"'][^>]*)>")
_HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*\bhidden=[\"'](?:1|true)[\"'][^>]*)>")
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_ROW_NUMBER = re.compile(rb"\br=[\"']([0-9]{1,7})[\"']")
_SPAN = re.compile(rb"\b(min|max)=[\"']([0-9]{1,5})[\"']")
_MOST_COLUMNS = 16_384


@dataclass(frozen=True)
class Marks:
    """Of one sheet: row -> column -> text, both from 0, and hidden rows and columns from 1."""

    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()


def scan(content: bytes) -> dict[str, Marks]:
    """Return the marks of every sheet by its name; RefusedError ``E_WORKBOOK`` where a part is damaged.

    Reading every sheet to its end also checks its checksum, which calamine does not.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            return {name: _marks(archive.open(part)) for name, part in _sheet_parts(archive).items()}
    except (BadZipFile, zlib.error, ParseError, KeyError, OSError, EOFError, ValueError, RuntimeError):
        raise RefusedError("E_WORKBOOK") from None


def _sheet_parts(archive: ZipFile) -> dict[str, str]:
    targets = {
        relation.get("Id", ""): normpath(join("/xl", relation.get("Target", ""))).lstrip("/")
        for relation in _xml(archive, "xl/_rels/workbook.xml.rels")
        if relation.get("Type", "").endswith("/worksheet")
    }
    stored = {name.casefold(): name for name in archive.namelist()}
    sheets = (element for element in _xml(archive, "xl/workbook.xml").iter() if _tag(element) == "sheet")
    parts = ((sheet.get("name", ""), targets.get(_relation(sheet))) for sheet in sheets)
    return {name: stored[part.casefold()] for name, part in parts if part}


def _xml(archive: ZipFile, part: str) -> Element:
    text = archive.read(part)
    if b"<!" in text.replace(b"<!--", b""):  # entities can be made to swell; no workbook needs any
        raise ValueError
    return fromstring(text)  # noqa: S314  # in the reading process, and without declarations


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _relation(sheet: Element) -> str:
    return next((value for key, value in sheet.items() if key.endswith("}id")), "")


def _marks(stream: IO[bytes]) -> Marks:
    texts: dict[int, dict[int, str]] = defaultdict(dict)
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    with stream:
        for block in _blocks(stream):
            for row, column, text in _unread(block):
                texts[row][column] = text
            if b"hidden=" in block:
                hidden_rows |= {int(n[1]) for m in _HIDDEN_ROW.findall(block) if (n := _ROW_NUMBER.search(m))}
                hidden_columns |= {n for match in _HIDDEN_COLUMN.findall(block) for n in _span(match)}
    return Marks(dict(texts), tuple(sorted(hidden_rows)), tuple(sorted(hidden_columns)))


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Return the XML in pieces that each end before a cell begins, so that none is cut in two."""
    held = b""
    while chunk := stream.read(_BLOCK):
        held += chunk
        end = held.rfind(b"<", 0, max(held.rfind(b"<c "), held.rfind(b":c ")) + 1)
        if end > 0:
            yield held[:end]
            held = held[end:]
    yield held


def _unread(block: bytes) -> Iterator[tuple[int, int, str]]:
    # looking for one rare byte first is many times faster than for a word that begins like all others
    if b"#" in block:
        for attributes, error in _ERROR.findall(block):
            yield *_place(attributes), unescape(error.decode())
    if b"f" in block and (b"<f" in block or b":f" in block):
        for attributes, formula in _FORMULA.findall(block):
            # a formula whose result is an empty text has its value: nothing
            if not _COMPUTED_TEXT.search(attributes):
                yield *_place(attributes), f"{FORMULA_MARK}={unescape(formula.decode())}"


def _place(attributes: bytes) -> tuple[int, int]:
    """Return row and column from 0; ValueError for a cell that does not say where it stands."""
    found = _REFERENCE.search(attributes)
    if found is None:
        raise ValueError
    column = 0
    for letter in found[1]:
        column = column * 26 + letter - 64
    if column > _MOST_COLUMNS:
        raise ValueError
    return int(found[2]) - 1, column - 1


def _span(attributes: bytes) -> range:
    ends = {key: int(number) for key, number in _SPAN.findall(attributes)}
    return range(ends.get(b"min", 1), min(ends.get(b"max", 0), _MOST_COLUMNS) + 1)
