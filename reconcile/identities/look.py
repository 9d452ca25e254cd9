"""Every identity in one opened part of a file, counted by its form; never what it is."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from reconcile.identities.digits import numbers_in_binary, numbers_in_text
from reconcile.identities.forms import Form
from reconcile.identities.hashed import hashes_in
from reconcile.identities.known import Known
from reconcile.identities.records import Fields, people_in
from reconcile.identities.spellings import unescaped

#: Parts a field of a row from the next, in what is made for the look only.
FIELD = b"\x1f"
#: Rows are looked at so many bytes at a time.
_BATCH = 1 << 24
_BREAKS = re.compile(
    rb"</?(?:tr|p|li|h\d|div|br|dt|row|table:table-row|w:tr|w:p|text:p|rect|section)\b[^>]*>|[{}]"
)
#: A cell of a table, and what breaks lines in it: paragraphs of a cell stand in the row of the cell.
_CELL = re.compile(rb"<(td|th|w:tc|table:table-cell|a:tc)\b[^>]*>.*?</\1>", re.DOTALL)
_LINES = re.compile(rb"</?(?:p|li|h\d|div|br|w:p|text:p)\b[^>]*>")
_TAG = re.compile(rb"<[^<>]*>")


class Shape(StrEnum):
    """What a part is, which says where its rows end; CELLS are markup whose rows are a part of their own."""

    ROWS = "rows"
    DELIMITED = "delimited"
    JSON = "json"
    MARKUP = "markup"
    CELLS = "cells"
    BINARY = "binary"


@dataclass(frozen=True)
class Part:
    """A part of a file that was opened: where in it, its bytes (text is UTF-8), whether it was coded."""

    place: str
    content: bytes
    shape: Shape
    coded: bool = False


def identities_in(part: Part, known: Known) -> Counter[Form]:
    """Return how many identities of ``known`` stand in ``part``, by form."""
    found = numbers_in_text(part.content, known)
    if part.shape is Shape.BINARY:
        found += numbers_in_binary(part.content, known)
    else:
        found += _otherwise(part, found.total(), known) + hashes_in(part.content, known)
        for fields in _rows(part) if part.shape is not Shape.CELLS else ():
            found += people_in(fields, known)
    return Counter({Form.CODED: found.total()}) if part.coded and found else found


def _otherwise(part: Part, seen: int, known: Known) -> Counter[Form]:
    """Return the numbers that only show once escapes are resolved, or tags inside a number are taken out."""
    plain, most = unescaped(part.content), seen
    if plain is not None:
        most = max(most, numbers_in_text(plain, known).total())
    if part.shape in {Shape.MARKUP, Shape.CELLS}:
        most = max(most, numbers_in_text(_TAG.sub(b"", plain or part.content), known).total())
    return +Counter({Form.CODED: most - seen})


def _rows(part: Part) -> Iterator[Fields]:
    content = unescaped(part.content) or part.content
    if part.shape is Shape.MARKUP:
        joined = _CELL.sub(lambda cell: _LINES.sub(FIELD, cell[0]), content.replace(b"\n", b" "))
        shown = _TAG.sub(FIELD, _BREAKS.sub(b"\n", joined))
        # what stands in an attribute is a row with the others of its element
        content, separators = shown + b"\n" + content.replace(b">", b"\n"), r"[\x1f;|<=\"']"
    elif part.shape is Shape.JSON:
        content = content.replace(b"\n", b" ").replace(b"}", b"\n")
        separators = r'[:,\[\]"]'
    else:
        separators = r"\x1f" if part.shape is Shape.ROWS else r"[;,\t|\x1f]"
    start = 0
    while start < len(content):
        end = content.find(b"\n", start + _BATCH) + 1 or len(content)
        yield Fields.of_lines(content[start:end], separators)
        start = end
