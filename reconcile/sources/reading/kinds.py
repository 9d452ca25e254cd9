"""What a content is, by its first bytes: text for us, something for the reading process, or nothing."""

import re
from typing import Literal

from reconcile.sources.reading.text import decode

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
#: A GeoPackage is an SQLite database that says so at this place; other databases are none of ours.
SQLITE = b"SQLite format 3"
_GEOPACKAGE, _GEOPACKAGES = slice(68, 72), (b"GPKG", b"GP10", b"GP11")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = {
    b"%PDF": "PDF",
    SQLITE: "SQLite",
    b"\x1f\x8b": "GZIP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7Z",
    b"\x00\x01\x00\x00Standard": "Access",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"{\\rtf": "RTF",
    b"MIME-Version:": "MHTML",
}
_MARKUP = re.compile(
    r"\s*<(?:!--|(?:!doctype|\?xml|\?mso|html|head|body|meta|style|table|div|center|font|(?:\w+:)?workbook)\b)",
    re.IGNORECASE,
)

Shape = Literal["text", "package", "ole", "markup", "geopackage"]


def shape(content: bytes) -> Shape:
    """Return which family of readers ``content`` belongs to; what is not recognised is taken for text."""
    if content.startswith((ZIP, EMPTY_ZIP)):
        return "package"
    if content.startswith(OLE):
        return "ole"
    if content.startswith(SQLITE) and content[_GEOPACKAGE] in _GEOPACKAGES:
        return "geopackage"
    return "markup" if _MARKUP.match(decode(content[:4096]).text) else "text"


def foreign(content: bytes) -> str:
    """Return the name of a format that holds no table for us, or nothing."""
    if shape(content) == "geopackage":
        return ""
    named = next((name for magic, name in _FOREIGN.items() if content.startswith(magic)), "")
    return named or ("?" if shape(content) == "text" and _is_binary(content[:4096]) else "")


def _is_binary(sample: bytes) -> bool:
    """Return whether a tenth of the signs are control codes: a few NULs are damage, so many are no text."""
    text = decode(sample).text
    return sum(sign < " " and sign not in "\t\n\r\f\v\x1a" for sign in text) * 10 > len(text)
