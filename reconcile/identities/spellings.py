"""Text written otherwise: UTF-16, entities, full-width digits, base64; each brought back to plain bytes."""

import base64
import html
import re
import unicodedata
from collections.abc import Iterator

import numpy as np

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
#: So much is looked at to tell text from other things; so large a share of odd bytes text does not have.
_START, _ODD = 4096, 0.3
#: Characters of HTML, XML and JSON that stand for others; what they stand for may be such a one again.
_ESCAPED = re.compile(rb"&#?\w{1,8};|\\u[0-9a-fA-F]{4}")
#: Where a long line of an e-mail goes on in the next (quoted-printable).
_GOES_ON = re.compile(rb"=\r?\n")
_ASCII = bytes(range(128))
#: Twelve digits in base64, from a group of four letters on.
_CODED_DIGITS = re.compile(rb"(?:[MNO][DTjz][AEIMQUYcgk][w-z0-5]){4}")
_GROUP = 4
_LETTERS = re.compile(rb"[A-Za-z0-9+/]+")
_HEX = re.compile(rb"[0-9a-fA-F]+")
_IN_BASE64 = np.zeros(256, dtype=np.bool_)
_IN_BASE64[list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")] = True
_WEB = bytes.maketrans(b"-_", b"+/")
#: A number has so many letters in base64, padding left out; of so many codes more than digits is looked at.
_LEAST_CODE, _MOST_CODES = 22, 100_000


def as_utf8(content: bytes) -> bytes:
    """Return text as UTF-8, whichever of UTF-8, UTF-16 and UTF-32 it is; anything else unchanged."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace").encode("utf-8", "replace")
    start = content[:_START]
    for encoding, zero in (("utf-16-le", 1), ("utf-16-be", 0)):
        if start[zero::2].count(0) > _ODD * len(start) and not start[1 - zero :: 2].count(0):
            return content.decode(encoding, "replace").encode("utf-8", "replace")
    return content


def is_text(content: bytes) -> bool:
    """Return whether ``content`` is text in UTF-8 or a code page: no control characters at its start."""
    start = content[:_START]
    # 7 to 13 are line ends and tabs, 27 begins colours of a terminal, 28 to 31 part fields
    if any(bytes([one]) in start for one in (*range(7), *range(14, 27))):
        return False
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        # a letter cut in the middle; or a code page, which has few such letters
        return error.start > len(start) - 4 or sum(one >= 0x80 for one in start) < _ODD * len(start)
    return True


def unescaped(content: bytes) -> bytes | None:
    """Return text with escapes, lines that go on and foreign digits resolved; None where it has none."""
    done = _GOES_ON.sub(b"", content)
    for _ in range(2):
        if b"&" in done or b"\\u" in done:
            done = _ESCAPED.sub(_plain, done)
    for digit in _foreign_digits(done):
        done = done.replace(digit.encode(), str(unicodedata.digit(digit)).encode())
    return done if done != content else None


def _plain(found: re.Match[bytes]) -> bytes:
    written = found[0]
    if written.startswith(b"\\u"):
        return chr(int(written.removeprefix(b"\\u"), base=16)).encode("utf-8", "replace")
    return html.unescape(written.decode("utf-8", "replace")).encode("utf-8", "replace")


def _foreign_digits(content: bytes) -> list[str]:
    """Return the digits of other scripts, full-width ones among them, that stand in ``content``."""
    # a sign of UTF-8 that is no ASCII has no ASCII byte in it
    others = set(content.translate(None, _ASCII).decode("utf-8", "ignore"))
    return sorted(one for one in others if unicodedata.digit(one, None) is not None)


def decoded(content: bytes) -> Iterator[bytes]:
    """Return what stands in ``content`` in base64: digits wherever they are, and long codes as a whole."""
    short = []
    for number, code in enumerate(letter_codes(content)):
        digits = _CODED_DIGITS.search(code)
        # a code that begins with something else is read from where its groups of four begin
        aligned = code[digits.start() % _GROUP :] if digits else code
        if len(code) >= _START:
            yield _from_base64(aligned)
        elif digits or (number < _MOST_CODES and not _HEX.fullmatch(code)):
            short.append(_from_base64(aligned))
    if short:
        yield b"\n".join(short)


def letter_codes(content: bytes) -> list[bytes]:
    """Return every distinct run of letters of base64 that is long enough for a number, in order of place."""
    data = np.frombuffer(content, dtype=np.uint8)
    ends = np.append(np.flatnonzero(~_IN_BASE64[data]), len(data))
    lengths = np.diff(ends, prepend=-1) - 1
    long = np.flatnonzero(lengths >= _LEAST_CODE)
    spans = zip((ends[long] - lengths[long]).tolist(), ends[long].tolist(), strict=True)
    return list(dict.fromkeys(content[start:end] for start, end in spans))


def _from_base64(code: bytes) -> bytes:
    found = _LETTERS.match(code.translate(_WEB))
    letters = found[0] if found else b""
    whole = letters[: len(letters) - (len(letters) % _GROUP == 1)]
    return base64.b64decode(whole + b"=" * (-len(whole) % _GROUP))
