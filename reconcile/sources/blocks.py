"""The fast way through delimited text: a block of lines that proves clean is split by Arrow.

A block is clean when nothing in it needs a judgement: then Arrow's answer is the careful one's, record by
record, and each of its lines is a whole record that no quote above or below it can reach. Whatever is not
proved goes the careful way; so a proof may fail for a good block, and must never hold for a bad one.
"""

import csv
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from reconcile.sources.parsing.base import SPACES
from reconcile.sources.raw import split_line

_BOM = "\ufeff".encode()
_QUOTE, _LINE_END = b'"\n'
_DELIMITERS = frozenset(",;\t|")
_CHUNK = 2**21  # two threads split one block

#: What ``str.strip`` takes for space, and what the parsers do.
BLANK = f"^[{SPACES}\x1c-\x1f\x85\u1680\u2028\u2029]*$"


def read_clean(
    block: bytes, delimiter: str, width: int, columns: Sequence[int]
) -> list[pa.ChunkedArray] | None:
    """Return ``columns``, by their places, of the records in ``block``, or None where it is not clean.

    Every line must have the same fields, at least ``width``, those beyond it empty. Columns are
    large_string, nothing missing; row n is line n.
    """
    lines = _clean_lines(block, delimiter)
    first = split_line(block[: block.index(b"\n")].decode(), delimiter) if lines else None
    if not first or len(first) < width:
        return None
    surplus = range(width, len(first))
    table = _split(block, delimiter, len(first), sorted({*columns, *surplus}))
    if table is None or table.num_rows != lines or any(_written(table[str(p)]) for p in surplus):
        return None
    return [table[str(place)] for place in columns]


def _clean_lines(block: bytes, delimiter: str) -> int:
    """Return the number of lines, or 0 where bytes or quotes of one of them need a judgement."""
    # a "sep=" line may name any sign; a byte order mark at the start, which is text here, Arrow drops
    if b"\0" in block or block.startswith(_BOM) or delimiter not in _DELIMITERS:
        return 0
    letters = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(letters == _LINE_END)
    lengths = np.diff(ends, prepend=-1)
    # of a line with nothing in it Arrow makes a row with nothing in it
    if lengths.min() == 1 or lengths.max() > csv.field_size_limit():
        return 0
    simple = b'"' not in block or _simple_quotes(letters, ends, ord(delimiter))
    return len(ends) if simple else 0


def _simple_quotes(letters: np.ndarray, ends: np.ndarray, delimiter: int) -> bool:
    """Return whether quotes stand in pairs around whole fields and no line ends inside a pair."""
    quotes = np.flatnonzero(letters == _QUOTE)
    if len(quotes) % 2 or (np.searchsorted(quotes, ends) % 2).any():
        return False
    before, behind = letters[quotes[0::2] - 1], letters[quotes[1::2] + 1]
    edges = (before == delimiter) | (before == _LINE_END), (behind == delimiter) | (behind == _LINE_END)
    # the very first letter has the last one, a line end, before it
    return bool(edges[0].all() and edges[1].all())


def _split(block: bytes, delimiter: str, width: int, columns: Sequence[int]) -> pa.Table | None:
    names = [str(place) for place in range(width)]
    try:
        return pacsv.read_csv(
            pa.BufferReader(block),
            pacsv.ReadOptions(column_names=names, block_size=_CHUNK),
            pacsv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False),
            pacsv.ConvertOptions(
                include_columns=[names[place] for place in columns],
                column_types=dict.fromkeys(names, pa.large_string()),
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid:
        return None


def _written(column: pa.ChunkedArray) -> bool:
    return bool(pc.any(pc.not_equal(column, "")).as_py())


def clean_cells(table: pa.Table, width: int, columns: Sequence[int]) -> list[pa.ChunkedArray] | None:
    """Return ``columns`` of some rows of a sheet, large_string, or None where one needs a judgement.

    The sheet must be as wide as its headings, hold nothing beside them, and no NUL.
    """
    if table.num_columns < width or any(_written(column) for column in table.columns[width:]):
        return None
    if any(pc.any(pc.match_substring(column, "\0")).as_py() for column in table.columns):
        return None
    return [table.column(place).cast(pa.large_string()) for place in columns]


def blank_rows(columns: Sequence[pa.ChunkedArray]) -> pa.Array:
    """Return the places of rows in which no column holds anything but space."""
    rows = pa.array(np.arange(len(columns[0])))
    for column in columns:
        if not len(rows):
            break
        left = column if len(rows) == len(column) else column.take(rows)
        rows = rows.filter(pc.match_substring_regex(left, BLANK))
    return rows
