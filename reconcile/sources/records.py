"""From physical lines to records: every line below and above the heading gets exactly one fate."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from reconcile.sources.headers import SIXTEEN_DIGITS, Layout, fold_heading
from reconcile.sources.raw import MOST_LINES, CellSheet, RawSheet, TextSheet, split_line
from reconcile.vocab import Reason

_BLOCK = 20_000
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=.?\"?\s*", re.IGNORECASE)


#: Records still as text, or already as cells.
_Entries = Sequence[str] | Sequence[list[str]]


class _Fate(Enum):
    GOOD = 0
    BLANK = 1
    NON_DATA = 2


@dataclass(frozen=True)
class Aside:
    """A record that cannot be trusted as a row: its first physical row from 1, why, and its text."""

    row: int
    reason: Reason
    raw: str


@dataclass(frozen=True)
class Records:
    """The records of one sheet: ``cells`` all text, one column per heading, ``rows`` where each begins.

    ``lost`` counts, by the names of tables.ACCOUNTS, the physical lines that are no record.
    """

    cells: pd.DataFrame
    rows: npt.NDArray[np.int64]
    aside: tuple[Aside, ...]
    lost: dict[str, int]


def split_records(sheet: RawSheet, layout: Layout, footer: Sequence[str] = ()) -> Records:
    """Return the records below the heading; ``footer`` holds first words of total rows, lower case.

    A quoted field spans at most three lines, else its first line is taken alone: one stray quote sets one
    row aside and swallows none (hazards.md H24). Surplus fields are accepted when empty (H14).
    """
    above, lost = _above(sheet, layout)
    entries, firsts, continued = _entries(sheet, layout)
    sorter = _Sorter(layout, tuple(footer))
    for start in range(0, len(entries), _BLOCK):
        block = slice(start, start + _BLOCK)
        sorter.take(entries[block], firsts[block])
    lost |= {"physical": len(sheet), "header": layout.span, "continuation": continued}
    lost |= {"blank": lost["blank"] + sorter.blank, "non_data": lost["non_data"] + sorter.non_data}
    cells, rows = sorter.gathered()
    idle = _idle_rows(cells, layout, sorter.footer)
    lost["non_data"] += int(idle.sum())
    return Records(cells[~idle].reset_index(drop=True), rows[~idle], (*above, *sorter.aside), lost)


def _above(sheet: RawSheet, layout: Layout) -> tuple[list[Aside], dict[str, int]]:
    """Return what stands above the heading; a line with a NIK in it is no title and is set aside."""
    aside: list[Aside] = []
    lost = {"preamble": 0, "blank": 0, "non_data": 0}
    for row in range(layout.start):
        text = sheet.lines[row] if isinstance(sheet, TextSheet) else "\t".join(sheet.rows[row])
        if SIXTEEN_DIGITS.search(text):
            aside.append(Aside(row + 1, Reason.FIELD_COUNT, text))
        elif not text.strip(layout.delimiter + ' \t"'):
            lost["blank"] += 1
        else:
            lost["non_data" if _SEPARATOR_LINE.fullmatch(text) else "preamble"] += 1
    return aside, lost


def _entries(sheet: RawSheet, layout: Layout) -> tuple[_Entries, npt.NDArray[np.int64], int]:
    """Return the records below the heading as text or cells, their first rows from 1, and lines joined on."""
    if isinstance(sheet, CellSheet):
        return sheet.rows[layout.end :], np.arange(layout.end + 1, len(sheet) + 1), 0
    lines = list(sheet.lines[layout.end :])
    first = np.ones(len(lines), dtype=bool)
    for place in [i for i, line in enumerate(lines) if line.count('"') & 1]:
        if first[place] and (span := _span(lines, place, layout)) > 1:
            lines[place] = "\n".join(lines[place : place + span])
            first[place + 1 : place + span] = False
    kept = np.flatnonzero(first)
    return [lines[i] for i in kept], kept + layout.end + 1, int((~first).sum())


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


def _split_block(texts: Sequence[str], delimiter: str) -> list[list[str] | None]:
    """Return the fields of each record; None where quotes are not well formed."""
    try:
        rows: list[list[str] | None] = list(csv.reader(texts, delimiter=delimiter, strict=True))
    except csv.Error:
        rows = []
    # each row takes at least one text: as many rows as texts means that none took a second
    return rows if len(rows) == len(texts) else [split_line(text, delimiter) for text in texts]


@dataclass
class _Sorter:
    """Sorts blocks of entries into good rows, kept as Arrow columns, and everything else."""

    layout: Layout
    footer: tuple[str, ...]
    columns: list[list[pa.Array]] = field(default_factory=list)
    rows: list[npt.NDArray[np.int64]] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    blank: int = 0
    non_data: int = 0

    def take(self, entries: _Entries, firsts: npt.NDArray[np.int64]) -> None:
        """Sort one block; ``firsts`` are the first physical rows of its entries."""
        rows = self._cells(entries)
        good = np.fromiter(map(self._plain, entries, rows), dtype=bool, count=len(rows))
        for place in np.flatnonzero(~good):
            good[place] = self._odd(entries, rows, int(place), int(firsts[place]))
        taken = rows if good.all() else [rows[i] for i in np.flatnonzero(good)]
        if taken:
            columns = zip(*(row for row in taken if row is not None), strict=True)
            self.columns.append([pa.array(column, pa.large_string()) for column in columns])
            self.rows.append(firsts[good])

    def _cells(self, entries: _Entries) -> list[list[str] | None]:
        texts = [entry for entry in entries if isinstance(entry, str)]
        if texts:
            return _split_block(texts, self.layout.delimiter)
        return [entry for entry in entries if not isinstance(entry, str)]

    def _plain(self, entry: str | list[str], row: list[str] | None) -> bool:
        if row is None or len(row) != len(self.layout.headings):
            return False
        joined = entry if isinstance(entry, str) else "".join(row)
        return "\0" not in joined and bool("".join(row).strip())

    def _odd(self, entries: _Entries, rows: list[list[str] | None], place: int, first: int) -> bool:
        """Give an entry that is not plain its fate; True where it is good after all."""
        width = len(self.layout.headings)
        row = rows[place]
        fate = self._fate(row, width)
        if fate is _Fate.GOOD and row is not None:
            rows[place] = (row + [""] * width)[:width]
            return True
        self.blank += fate is _Fate.BLANK
        self.non_data += fate is _Fate.NON_DATA
        if isinstance(fate, Reason):
            entry = entries[place]
            raw = entry if isinstance(entry, str) else "\t".join(entry)
            self.aside.append(Aside(first, fate, raw))
        return False

    def _fate(self, row: list[str] | None, width: int) -> _Fate | Reason:
        if row is None:
            return Reason.QUOTE
        if not "".join(row).strip():
            return _Fate.BLANK
        if any("\0" in cell for cell in row):
            return Reason.NUL
        if is_total(row, self.footer):
            return _Fate.NON_DATA
        # rows of a sheet are only as long as the sheet's last used column; text rows say their own length
        short = len(row) < width and bool(self.layout.delimiter)
        return Reason.FIELD_COUNT if short or any(c.strip() for c in row[width:]) else _Fate.GOOD

    def gathered(self) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
        """Return the good rows of all blocks as text columns, and their first physical rows."""
        width = len(self.layout.headings)
        pieces = [[block[place] for block in self.columns] for place in range(width)]
        columns = {
            place: pd.Series(pd.array(pa.chunked_array(piece, pa.large_string()), dtype="str"))
            for place, piece in enumerate(pieces)
        }
        rows = np.concatenate(self.rows) if self.rows else np.empty(0, dtype=np.int64)
        return pd.DataFrame(columns), rows


def is_total(cells: Sequence[str], footer: Sequence[str]) -> bool:
    """Return whether the first written cell begins with a word of ``footer``, with no NIK behind it."""
    first = next((cell.strip().casefold() for cell in cells if cell.strip()), "")
    named = any(first == word or first.startswith((f"{word} ", f"{word}:")) for word in footer)
    return named and not any(SIXTEEN_DIGITS.search(cell) for cell in cells)


def _idle_rows(cells: pd.DataFrame, layout: Layout, footer: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return True for full rows that are no data: totals, a repeated heading, a row of column numbers."""
    likely = np.zeros(len(cells), dtype=bool)
    if footer and len(cells):
        words = "|".join(re.escape(word) for word in footer)
        for place in cells.columns[:4]:
            likely |= cells[place].str.contains(rf"^[ \t\"']*(?:{words})", case=False).to_numpy(bool)
    begins = cells[cells.columns[:2]].apply(lambda column: column.str.strip("() "))
    for opening in (layout.headings[:2], ("1", "2")):
        same = [(begins[place] == text.strip("() ")).to_numpy(bool) for place, text in enumerate(opening)]
        likely |= np.logical_and.reduce(same)
    headings = [fold_heading(heading) for heading in layout.headings]
    idle = np.zeros(len(cells), dtype=bool)
    for found in np.flatnonzero(likely):
        row = [str(cell) for cell in cells.iloc[found]]
        idle[found] = _counts_up(row) or [fold_heading(c) for c in row] == headings or is_total(row, footer)
    return idle


def _counts_up(row: list[str]) -> bool:
    return len(row) > 2 and [cell.strip("() ") for cell in row] == [str(n) for n in range(1, len(row) + 1)]
