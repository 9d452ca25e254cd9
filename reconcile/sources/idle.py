"""Full rows that are no data: totals, a repeated heading, a row of column numbers."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.sources.headers import SIXTEEN_DIGITS, fold_heading
from reconcile.sources.raw import all_letters

#: Columns in which the first word of a total row is looked for.
LOOKED_AT = 10

#: Text columns of the same rows.
Columns = Sequence[pa.ChunkedArray | pa.Array]


def is_total(cells: Sequence[str], footer: Sequence[str]) -> bool:
    """Return whether the first written cell begins with a word of ``footer``, with no NIK behind it."""
    first = next((cell.strip().casefold() for cell in cells if cell.strip()), "")
    named = any(first == word or first.startswith((f"{word} ", f"{word}:")) for word in footer)
    return named and not any(SIXTEEN_DIGITS.search(cell) for cell in cells)


def likely_idle(begins: Columns, headings: Sequence[str], footer: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return True for every row that ``is_idle`` may answer True for, and few others.

    ``begins`` are the first columns of the rows, ``LOOKED_AT`` of them where there are as many.
    """
    likely = np.zeros(len(begins[0]), dtype=bool)
    if footer:
        words = "|".join(re.escape(word) for word in footer)
        # most columns have none of the words anywhere, which is soon seen
        for column in (one for one in begins[:LOOKED_AT] if _may_say(one, footer)):
            likely |= _truth(pc.match_substring_regex(column, rf"^[ \t\"']*(?:{words})", ignore_case=True))
    bare = [pc.utf8_trim(column, characters="() ") for column in begins[:2]]
    for opening in (headings[:2], ("1", "2")):
        same = [
            _truth(pc.equal(column, text.strip("() "))) for column, text in zip(bare, opening, strict=False)
        ]
        likely |= np.logical_and.reduce(same)
    return likely


def _may_say(column: pa.ChunkedArray | pa.Array, words: Sequence[str]) -> bool:
    """Return whether a word may stand in a column, in whatever letters: where it is False, none does."""
    letters = all_letters(column).lower()
    return not letters.isascii() or any(word.encode() in letters for word in words)


def _truth(answer: pa.ChunkedArray | pa.Array) -> npt.NDArray[np.bool_]:
    return np.asarray(answer.to_numpy(zero_copy_only=False), dtype=bool)


def is_idle(row: Sequence[str], headings: Sequence[str], footer: Sequence[str]) -> bool:
    """Return whether a full row is a total, the heading again, or the numbers of the columns."""
    return is_total(row, footer) or _counts_up(row) or _folded(row) == _folded(headings)


def _folded(cells: Sequence[str]) -> list[str]:
    return [fold_heading(cell) for cell in cells]


def _counts_up(row: Sequence[str]) -> bool:
    return len(row) > 2 and [cell.strip("() ") for cell in row] == [str(n) for n in range(1, len(row) + 1)]
