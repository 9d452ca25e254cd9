"""What a reader hands on: a file as text, nothing typed, every physical line and row still there."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

#: Most physical lines that one quoted field may span; beyond that a quote was never closed.
MOST_LINES = 3


@dataclass(frozen=True)
class TextSheet:
    """Delimited text as decoded physical lines, without their line ends; the delimiter is not yet known."""

    lines: Sequence[str]
    name: str = ""

    def __len__(self) -> int:
        """Return the number of physical lines."""
        return len(self.lines)


@dataclass(frozen=True)
class CellSheet:
    """One sheet of a workbook, rows from the sheet's first row on, every cell as text."""

    name: str
    rows: Sequence[list[str]]

    def __len__(self) -> int:
        """Return the number of rows, blank ones too."""
        return len(self.rows)


RawSheet = TextSheet | CellSheet


@dataclass(frozen=True)
class RawFile:
    """One delivered file: its path as configured, its SHA-256 and bytes, how it was read, its sheets."""

    label: str
    sha256: str
    size: int
    kind: Literal["text", "xlsx"]
    encoding: str
    sheets: tuple[RawSheet, ...]


def split_line(text: str, delimiter: str) -> list[str] | None:
    """Return the fields of one record, or None where its quotes are not well formed."""
    try:
        rows = list(csv.reader((text,), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if rows else []
