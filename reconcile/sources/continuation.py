"""The careful way through delimited text: lines joined to records, records split into fields."""

import csv
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from reconcile.sources.headers import Layout
from reconcile.sources.raw import MOST_LINES, split_line


def join_lines(lines: list[str], layout: Layout) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Return the records in ``lines``, those of several lines joined, and where each begins."""
    lines = list(lines)
    first = np.ones(len(lines), dtype=bool)
    for place in [i for i, line in enumerate(lines) if line.count('"') & 1]:
        if first[place] and (span := _span(lines, place, layout)) > 1:
            lines[place] = "\n".join(lines[place : place + span])
            first[place + 1 : place + span] = False
    kept = np.flatnonzero(first)
    return [lines[i] for i in kept], kept


def _span(lines: list[str], place: int, layout: Layout) -> int:
    """Return how many lines the record at ``place``, which holds an odd quote, goes on for."""
    width = len(layout.headings)
    if _fits(lines[place], layout.delimiter, width):
        return 1
    for span in range(2, MOST_LINES + 1):
        # a line that has all the delimiters of a record is a record, whatever quote stands open above it
        if place + span > len(lines) or lines[place + span - 1].count(layout.delimiter) >= width - 1:
            return 1
        if _fits("\n".join(lines[place : place + span]), layout.delimiter, width):
            return span
    return 1


def _fits(text: str, delimiter: str, width: int) -> bool:
    cells = split_line(text, delimiter)
    return cells is not None and len(cells) >= width and not any(cells[width:])


def split_fields(texts: Sequence[str], delimiter: str) -> list[list[str] | None]:
    """Return the fields of each record; None where quotes are not well formed."""
    try:
        rows: list[list[str] | None] = list(csv.reader(texts, delimiter=delimiter, strict=True))
    except csv.Error:
        rows = []
    # each row takes at least one text: as many rows as texts means that none took a second
    return rows if len(rows) == len(texts) else [split_line(text, delimiter) for text in texts]
