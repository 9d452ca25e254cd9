"""What a reader hands on: a file as text, nothing typed, every physical line and row still there."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import pyarrow as pa

from reconcile.vocab import FileKind, SkipReason

if TYPE_CHECKING:  # the reading process uses this module, and does without pandas
    import pandas as pd

#: Most physical lines that one quoted field may span; beyond that a quote was never closed.
MOST_LINES = 3

#: Stands in front of a whole number of 15 digits or more that a workbook stores as a number: Excel keeps
#: only 15 digits, so it may be rounded (hazards.md H4). Every parser strips it; the NIK parser says so.
NUMERIC_MARK = "\ue000"

#: Stands in front of a formula (``=...``) that the workbook stores without its value (H32): never a value.
FORMULA_MARK = "\ue001"

_MARKS = f"[{NUMERIC_MARK}{FORMULA_MARK}]"

_BLOCK = 5_000


@dataclass(frozen=True)
class TextSheet:
    """Delimited text as decoded physical lines, without their line ends; the delimiter is not yet known."""

    lines: Sequence[str]
    name: str = ""

    def __len__(self) -> int:
        """Return the number of physical lines."""
        return len(self.lines)


@dataclass(frozen=True)
class CellRows(Sequence[list[str]]):
    """The rows of ``table``, one text column per column of the sheet; slices become lists when asked for."""

    table: pa.Table

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.table.num_rows)

    @overload
    def __getitem__(self, place: int) -> list[str]: ...
    @overload
    def __getitem__(self, place: slice) -> list[list[str]]: ...
    def __getitem__(self, place: int | slice) -> list[str] | list[list[str]]:
        """Return one row, or the rows of a slice."""
        if isinstance(place, slice):
            start, stop, step = place.indices(len(self))
            return _lists(self.table.slice(start, max(0, stop - start)))[::step]
        row = range(len(self))[place]
        return self[row : row + 1][0]

    def __iter__(self) -> Iterator[list[str]]:
        """Go over the rows, a block at a time."""
        for start in range(0, len(self), _BLOCK):
            yield from self[start : start + _BLOCK]


def _lists(table: pa.Table) -> list[list[str]]:
    return [list(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]


@dataclass(frozen=True)
class Merge:
    """A merged range, rows and columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class CellSheet:
    """One sheet of a workbook, rows from the sheet's first row on, every cell as text.

    Cells merged over several rows are filled downwards already; ``merges`` are the ranges over several
    columns near the top, for headings, ``merged`` are all. ``hidden_rows`` and ``hidden_columns`` count from
    1; hidden ones are read like all others.
    """

    name: str
    rows: Sequence[list[str]]
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    merges: tuple[Merge, ...] = ()
    merged: tuple[Merge, ...] = ()

    def __len__(self) -> int:
        """Return the number of rows, blank ones too."""
        return len(self.rows)


RawSheet = TextSheet | CellSheet


@dataclass(frozen=True)
class RawFile:
    """One delivered file: its path as configured, its SHA-256 and bytes, how it was read, its sheets.

    ``recoded`` lines were read as Windows-1252 because they are no UTF-8, ``replaced`` lines hold U+FFFD for
    bytes that are neither. ``unclosed``: the program that wrote it had not closed it, so that its last
    changes may not be in it.
    """

    label: str
    sha256: str
    size: int
    kind: FileKind
    encoding: str
    sheets: tuple[RawSheet, ...]
    recoded: int = 0
    replaced: int = 0
    unclosed: bool = False


@dataclass(frozen=True)
class Skipped:
    """A member of an archive that is no table."""

    name: str
    reason: SkipReason


@dataclass(frozen=True)
class Container:
    """What lay at one configured path: a file, or an archive with a file per member that is a table.

    ``sha256`` and ``size`` are those of the whole; a member has its own and the label ``archive!member``.
    """

    label: str
    sha256: str
    size: int
    files: tuple[RawFile, ...]
    skipped: tuple[Skipped, ...] = ()


def unmarked(column: "pd.Series") -> "pd.Series":
    """Return a text column as people may read it: without NUMERIC_MARK and FORMULA_MARK, wherever they stand.

    Whole rows are text with marks inside.
    """
    if not may_hold(column, NUMERIC_MARK, FORMULA_MARK):
        return column
    return column.str.replace(_MARKS, "", regex=True)


def may_hold(column: "pd.Series", *signs: str) -> bool:
    """Return whether one of ``signs`` may stand in a text column: where it is False, none does."""
    letters = all_letters(pa.array(column.array, pa.large_string(), from_pandas=True))
    return any(sign.encode() in letters for sign in signs)


def all_letters(column: pa.ChunkedArray | pa.Array) -> bytes:
    """Return the bytes of all texts of a large_string column one after the other, perhaps of others too.

    Searching them once is over long before one text after the other is searched.
    """
    buffers = [chunk.buffers()[2] for chunk in getattr(column, "chunks", [column])]
    return b"\n".join(buffer.to_pybytes() for buffer in buffers if buffer)


def split_line(text: str, delimiter: str) -> list[str] | None:
    """Return the fields of one record, or None where its quotes are not well formed."""
    try:
        rows = list(csv.reader((text,), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if rows else []
