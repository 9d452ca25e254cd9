"""Entries of a sheet sorted into records, blank rows, rows that are no data, and those set aside."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from reconcile.sources.blocks import blank_rows, clean_cells, read_clean
from reconcile.sources.continuation import join_lines, split_fields
from reconcile.sources.headers import Layout
from reconcile.sources.idle import LOOKED_AT, Columns, is_idle, is_total, likely_idle
from reconcile.vocab import Reason

_BLOCK = 20_000

#: Records still as text, or already as cells.
Entries = Sequence[str] | Sequence[list[str]]


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


@dataclass
class Sorter:
    """Sorts entries, given in their order; ``columns`` are those kept of the records.

    ``kept`` and ``rows`` hold, per block, the columns ``needed`` and the physical rows from 1.
    """

    layout: Layout
    footer: tuple[str, ...]
    columns: tuple[int, ...]
    kept: list[Columns] = field(default_factory=list)
    rows: list[npt.NDArray[np.int64]] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    blank: int = 0
    non_data: int = 0
    continued: int = 0

    @cached_property
    def needed(self) -> list[int]:
        """Return the columns that are kept and those that tell an idle row."""
        return sorted({*range(min(LOOKED_AT, len(self.layout.headings))), *self.columns})

    def clean(self, block: bytes) -> Columns | None:
        """Return the columns ``needed`` of ``block`` where each of its lines is a good record, else None."""
        return self._undoubted(
            read_clean(block, self.layout.delimiter, len(self.layout.headings), self.needed)
        )

    def clean_cells(self, table: pa.Table) -> Columns | None:
        """Return the columns ``needed`` of rows of a sheet where each is a good record, else None."""
        return self._undoubted(clean_cells(table, len(self.layout.headings), self.needed))

    def _undoubted(self, columns: Columns | None) -> Columns | None:
        """Return ``columns`` where no row of them can be blank, hollow or idle, else None."""
        if columns is None or not len(columns[0]):
            return None
        ours = [columns[self.needed.index(place)] for place in self.columns]
        if len(blank_rows(ours)) or likely_idle(columns, self.layout.headings, self.footer).any():
            return None
        return columns

    def keep(self, columns: Columns, rows: npt.NDArray[np.int64]) -> None:
        """Keep good records: their columns ``needed`` and their physical rows."""
        self.kept.append(columns)
        self.rows.append(rows)

    def take_lines(self, lines: list[str], start: int) -> None:
        """Sort lines of text; ``start`` is the first one's physical row from 0."""
        entries, places = join_lines(lines, self.layout)
        self.continued += len(lines) - len(entries)
        self.take(entries, places + start + 1)

    def take(self, entries: Entries, rows: npt.NDArray[np.int64]) -> None:
        """Sort entries; ``rows`` are their first physical rows from 1."""
        for start in range(0, len(entries), _BLOCK):
            block = slice(start, start + _BLOCK)
            self._take(entries[block], rows[block])

    def _take(self, entries: Entries, rows: npt.NDArray[np.int64]) -> None:
        split = self._cells(entries)
        good = np.fromiter(map(self._plain, split), dtype=bool, count=len(split))
        for place in np.flatnonzero(~good).tolist():
            good[place] = self._odd(entries[place], split, place, int(rows[place]))
        self._select([row for row, taken in zip(split, good, strict=True) if taken and row], rows[good])

    def _cells(self, entries: Entries) -> list[list[str] | None]:
        texts = [entry for entry in entries if isinstance(entry, str)]
        if texts:
            return split_fields(texts, self.layout.delimiter)
        return [entry for entry in entries if not isinstance(entry, str)]

    def _plain(self, row: list[str] | None) -> bool:
        if row is None or len(row) != len(self.layout.headings):
            return False
        joined = "".join(row)
        return "\0" not in joined and bool(joined.strip())

    def _odd(self, entry: str | list[str], split: list[list[str] | None], place: int, first: int) -> bool:
        """Give an entry that is not plain its fate; True where it is good after all."""
        width = len(self.layout.headings)
        row = split[place]
        fate = self._fate(row, width)
        if fate is _Fate.GOOD and row is not None:
            split[place] = (row + [""] * width)[:width]
            return True
        self.blank += fate is _Fate.BLANK
        self.non_data += fate is _Fate.NON_DATA
        if isinstance(fate, Reason):
            self.aside.append(Aside(first, fate, entry if isinstance(entry, str) else "\t".join(entry)))
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

    def _select(self, full: list[list[str]], rows: npt.NDArray[np.int64]) -> None:
        """Keep of ``full`` rows those that are data and hold something in one of our columns."""
        if not full:
            return
        cells = {place: pa.array([row[place] for row in full], pa.large_string()) for place in self.needed}
        taken = np.ones(len(full), dtype=bool)
        for place in np.flatnonzero(likely_idle(list(cells.values()), self.layout.headings, self.footer)):
            taken[place] = not is_idle(full[place], self.layout.headings, self.footer)
        self.non_data += int((~taken).sum())
        for place in blank_rows([cells[column] for column in self.columns]).to_pylist():
            if taken[place]:
                self.aside.append(Aside(int(rows[place]), Reason.NO_VALUE, "\t".join(full[place])))
                taken[place] = False
        self.keep([column.filter(pa.array(taken)) for column in cells.values()], rows[taken])

    def gathered(self) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
        """Return the good records' ``columns`` as text, named by their places, and their physical rows."""
        pieces = {place: [block[at] for block in self.kept] for at, place in enumerate(self.needed)}
        columns = {place: _series(pieces[place]) for place in self.columns}
        rows = np.concatenate(self.rows) if self.rows else np.empty(0, dtype=np.int64)
        return pd.DataFrame(columns, index=pd.RangeIndex(len(rows))), rows


def _series(pieces: list[pa.ChunkedArray | pa.Array]) -> pd.Series:
    chunks = [chunk for piece in pieces for chunk in getattr(piece, "chunks", [piece])]
    return pd.Series(pd.array(pa.chunked_array(chunks, pa.large_string()), dtype="str"))
