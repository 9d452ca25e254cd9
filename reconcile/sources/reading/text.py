"""Bytes of delimited text to lines, nothing dropped."""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|\r|\n")
_LINE_END_BYTES = re.compile(rb"\r\n|\r|\n")
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True)
class Decoded:
    """Text, its encoding, and how many lines of it were read as Windows-1252 (``recoded``)."""

    text: str
    encoding: str
    recoded: int = 0


def decode(content: bytes) -> Decoded:
    """Return the text: by byte order mark, strict UTF-8, UTF-16 by NULs, else Windows-1252.

    The last is decided line by line, so that one odd line does not spoil the others (hazards.md H9). No
    statistical detector: it takes such files for Baltic or Central European ones (H10).
    """
    if content.startswith(codecs.BOM_UTF8):
        content = content[len(codecs.BOM_UTF8) :]
    elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Decoded(content.decode("utf-16", errors="replace"), "utf-16")
    elif wide := _utf16_by_nuls(content[:4096]):
        return Decoded(content.decode(wide, errors="replace"), wide)
    try:
        return Decoded(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        lines = [_decode_line(line) for line in _LINE_END_BYTES.split(content)]
        return Decoded("\n".join(line for line, _ in lines), "utf-8/cp1252", sum(odd for _, odd in lines))


def _utf16_by_nuls(sample: bytes) -> str:
    for name, nuls in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if len(nuls) > 1 and nuls.count(0) > 0.3 * len(nuls) and sample.count(0) < 0.6 * len(sample):
            return name
    return ""


def _decode_line(line: bytes) -> tuple[str, bool]:
    try:
        return line.decode("utf-8"), False
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace"), True


def split_lines(text: str) -> list[str]:
    """Return the physical lines of CRLF, LF or CR text; a line end at the very end begins no further line."""
    lines = _LINE_END.split(text) if "\r" in text else text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def count_replaced(text: str, lines: Iterable[str]) -> int:
    """Return how many lines hold U+FFFD, which stands for bytes that could not be read."""
    return sum(_REPLACEMENT in line for line in lines) if _REPLACEMENT in text else 0


def is_prose(lines: Iterable[str]) -> bool:
    """Return whether no line has any delimiter: a note to the reader, no table."""
    return not any(delimiter in line for line in lines for delimiter in ",;\t|")
