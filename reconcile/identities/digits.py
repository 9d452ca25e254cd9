"""NIK and KK numbers in bytes: whole, with separators, backwards, without the last digit, stored as numbers.

Every pass is over whole arrays, a few megabytes at a time.
"""

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from reconcile.identities.forms import Form
from reconcile.identities.known import DIGITS, Known, Numbers, among

Bytes = npt.NDArray[np.uint8]

_CHUNK = 1 << 22
#: So many bytes may part two digits: a no-break space of UTF-8, a space between zero bytes of UTF-16.
_GAP = 3
_LONGEST = DIGITS * (_GAP + 1)
_DIGIT, _SEPARATOR = 1, 2
_SEPARATORS = b"\0\t ./-_,:'+|%" + bytes([0xC2, 0xE2, *range(0x80, 0xC0)])
_KINDS = np.zeros(256, dtype=np.uint8)
_KINDS[list(b"0123456789")] = _DIGIT
_KINDS[list(_SEPARATORS)] = _SEPARATOR
#: A number as a spreadsheet shows it: 6.4720101019E+15.
_SCIENTIFIC = re.compile(rb"(\d)[.,](\d{9,15})[eE]\+?15(?!\d)")
_POWERS = (b"E+15", b"e+15", b"E15", b"e15")
#: With so many digits it is read as a number that lost its last.
_SHOWN = 15
#: First bytes of a number of 16 digits as a 64-bit integer, and as a float.
_WHOLE_HIGH, _FLOAT_HIGH = 0x00, 0x43
_WHOLE_NEXT, _FLOAT_NEXT = (0x03, 0x23), (0x0C, 0x41)


def numbers_in_text(content: bytes, known: Known) -> Counter[Form]:
    """Return how often a known number stands in ``content`` in digits, by form."""
    data, found = np.frombuffer(content, dtype=np.uint8), Counter[Form]()
    for start in range(0, len(data), _CHUNK):
        found += _in_chunk(data[start : start + _CHUNK + _LONGEST], known)
    return found + _scientific(content, known)


def _in_chunk(data: Bytes, known: Known) -> Counter[Form]:
    """Return the numbers that begin in the first _CHUNK bytes of ``data``."""
    kinds = _KINDS[data]
    places = np.flatnonzero(kinds == _DIGIT)
    if len(places) < DIGITS - 1:
        return Counter()
    joined = _joined(places, kinds)
    ends = np.append(np.flatnonzero(~joined), len(places) - 1) + 1
    lengths = np.diff(ends, prepend=0)
    long = lengths >= DIGITS - 1
    if not long.any():
        return Counter()
    kept = np.repeat(long, lengths)
    places, lengths = places[kept], lengths[long]
    values = (data[places] - 48).astype(np.int64)
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(values))
    mine = places < _CHUNK
    found = _windows(values, places, left, mine, known)
    if (lengths >= 2 * DIGITS).any():
        found[Form.CODED] += _hexadecimal(values, left, mine, known)
    # a whole number of 15 digits is one that lost its last
    short = np.flatnonzero((left == DIGITS - 1) & mine & (np.repeat(lengths, lengths) == DIGITS - 1))
    if len(short):
        padded = np.append(values, np.zeros(DIGITS, dtype=np.int64))
        found[Form.LOST] += int(among(_at(padded, 1)[short] // 10, known.cut).sum())
    return +found


def _joined(places: Numbers, kinds: Bytes) -> npt.NDArray[np.bool_]:
    """Return of each digit whether the next one belongs to it: beside it, or behind separators only."""
    steps = np.diff(places)
    joined = steps == 1
    near = np.flatnonzero((steps > 1) & (steps <= _GAP + 1))
    fine = np.ones(len(near), dtype=np.bool_)
    for one in range(1, _GAP + 1):
        within = steps[near] > one
        fine &= ~within | (kinds[np.minimum(places[near] + one, len(kinds) - 1)] == _SEPARATOR)
    joined[near] = fine
    return np.asarray(joined)


def _windows(
    values: Numbers, places: Numbers, left: Numbers, mine: npt.NDArray[np.bool_], known: Known
) -> Counter[Form]:
    found = Counter[Form]()
    if len(values) < DIGITS:
        return found
    numbers = _at(values, 1)
    size = len(numbers)
    starts = np.flatnonzero((left[:size] >= DIGITS) & mine[:size])
    numbers = numbers[starts]
    head = numbers // 10**10
    likely = known.heads[head]
    here, chosen = starts[likely], numbers[likely]
    known_here = among(chosen, known.numbers)
    tight = places[here + DIGITS - 1] - places[here] == DIGITS - 1
    found[Form.PLAIN] = int((known_here & tight).sum())
    found[Form.SEPARATED] = int((known_here & ~tight).sum())
    found[Form.LOST] = int((~known_here & (chosen % 10 == 0) & among(chosen // 10, known.cut)).sum())
    back = known.mirrored_heads[head]
    # a number that is known both ways is counted once, as it stands
    mirrored = numbers[back]
    found[Form.REVERSED] = int((among(mirrored, known.mirrored) & ~among(mirrored, known.numbers)).sum())
    return found


def _hexadecimal(values: Numbers, left: Numbers, mine: npt.NDArray[np.bool_], known: Known) -> int:
    """Return how many numbers are written as the codes of their digits, 36 34 37 ... or %36%34%37."""
    threes = values == 3
    for step in (2, 4, 8, 16):
        threes = threes[:-step] & threes[step:] if len(threes) > step else threes[:0]
    starts = np.flatnonzero(threes)
    starts = starts[(left[starts] >= 2 * DIGITS) & mine[starts]]
    return int(among(_at(values[1:], 2)[starts], known.numbers).sum()) if len(starts) else 0


def _at(values: Numbers, step: int) -> Numbers:
    """Return the number that 16 digits make from each place on, of every ``step``-th digit."""
    numbers, size = values, 1
    while size < DIGITS:
        ahead = size * step
        numbers = numbers[:-ahead] * 10**size + numbers[ahead:]
        size *= 2
    return np.asarray(numbers, dtype=np.int64)


def _scientific(content: bytes, known: Known) -> Counter[Form]:
    if not any(sign in content for sign in _POWERS):
        return Counter()
    texts = [a + b for a, b in _SCIENTIFIC.findall(content) if len(b) < _SHOWN - 1]
    shown = np.array([text[:DIGITS].ljust(DIGITS, b"0") for text in texts], dtype="S16").astype(np.int64)
    return +Counter({Form.LOST: int((among(shown, known.numbers) | among(shown // 10, known.cut)).sum())})


def numbers_in_binary(content: bytes, known: Known) -> Counter[Form]:
    """Return how often a known number is stored in ``content`` as a 64-bit integer or float, at any byte."""
    data, found = np.frombuffer(content, dtype=np.uint8), 0
    for start in range(0, len(data), _CHUNK):
        for numbers in _stored(data[start : start + _CHUNK + 7]):
            lost = (numbers % 10 == 0) & among(numbers // 10, known.cut)
            found += int((among(numbers, known.numbers) | lost).sum())
    return +Counter({Form.STORED: found})


def _stored(data: Bytes) -> Iterator[Numbers]:
    """Return whatever could be a number of 16 digits, by the kinds of storing it, either byte first."""
    if len(data) < 8:  # bytes of a number
        return
    words = np.lib.stride_tricks.sliding_window_view(data, 8)
    for high, (least, most), kind in (
        (_WHOLE_HIGH, _WHOLE_NEXT, "i8"),
        (_FLOAT_HIGH, _FLOAT_NEXT, "f8"),
    ):
        tops = data == high
        seconds = (data >= least) & (data <= most)
        for first, second, order in ((0, 1, ">"), (7, 6, "<")):
            fits = tops[first : first + len(words)] & seconds[second : second + len(words)]
            numbers = words[np.flatnonzero(fits)].copy().view(f"{order}{kind}").reshape(-1)
            yield numbers.astype(np.int64) if kind == "i8" else _whole(numbers)


def _whole(numbers: npt.NDArray[np.float64]) -> Numbers:
    sound = numbers[np.isfinite(numbers) & (np.abs(numbers) < 10.0**DIGITS)]
    return np.asarray(sound[sound == np.floor(sound)], dtype=np.int64)
