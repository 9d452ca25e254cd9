"""Edge module: CSV that opens right in Excel on an Indonesian Windows, and never runs as a formula."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from reconcile.disclosure import Cleared
from reconcile.frames import day_texts, end_to_end
from reconcile.reports.blocks import Places, blocks_of
from reconcile.text.formulas import shielded, unshielded

#: Rows that are made ready at a time.
_BLOCK = 20_000
#: Bytes that are looked through at a time.
_WINDOW = 1 << 24


def write_csv(path: Path, table: Cleared) -> None:
    """Write a table that ``reconcile.disclosure.allowed`` let through.

    UTF-8 with byte order mark, semicolons, every text quoted, lines ended by LF. Text that a spreadsheet
    would run as a formula gets an apostrophe in front; numbers are left alone, for southern latitudes begin
    with a minus. Missing values are empty fields.
    """
    options = pyarrow.csv.WriteOptions(delimiter=";", quoting_style="needed")
    blocks = (
        pa.Table.from_pandas(neutral(block), preserve_index=False) for block in blocks_of(table).cut(_BLOCK)
    )
    first = next(blocks)
    with path.open("wb") as file:
        file.write(b"\xef\xbb\xbf")
        with pyarrow.csv.CSVWriter(file, first.schema, write_options=options) as lines:
            for block in chain([first], blocks):
                lines.write_table(block)


@dataclass(frozen=True, eq=False)
class Lines:
    """The lines of a file that ``write_csv`` wrote, as bytes; it must stay as it is meanwhile."""

    heading: pa.Buffer
    rows: pa.LargeBinaryArray

    @classmethod
    def of(cls, path: Path) -> "Lines":
        """Return the lines of the file at ``path``, which are read only when they are asked for."""
        content = pa.memory_map(str(path)).read_buffer()
        ends = _ends(np.frombuffer(content, dtype=np.uint8))
        rows = pa.LargeBinaryArray.from_buffers(
            pa.large_binary(), len(ends) - 1, [None, pa.py_buffer(ends), content]
        )
        return cls(content[: int(ends[0])], rows)

    def write(self, path: Path, places: Places) -> None:
        """Write the rows at ``places`` as a file of their own, as ``write_csv`` would."""
        with path.open("wb") as file:
            file.write(self.heading)
            for start in range(0, len(places), _BLOCK):
                picked = self.rows.take(pa.array(places[start : start + _BLOCK]))
                file.write(end_to_end(picked))


def _ends(content: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Return where each line ends; one that goes on within quotes has an odd number of them before."""
    ends, quotes = [], 0
    for start in range(0, len(content), _WINDOW):
        window = content[start : start + _WINDOW]
        breaks, marks = (np.flatnonzero(window == ord(sign)) for sign in '\n"')
        within = (quotes + np.searchsorted(marks, breaks)) % 2
        ends.append(start + 1 + breaks[within == 0])
        quotes += len(marks)
    return np.concatenate(ends)


def read_csv(path: Path, columns: Iterable[str], *, numbers: Iterable[str] = ()) -> pd.DataFrame:
    """Return ``columns`` of what ``write_csv`` wrote: text, and the float64 ``numbers`` among them.

    Empty fields are missing, and an apostrophe in front of a formula is taken away again. OSError where there
    is no such file, ValueError or KeyError where it lacks a column or is no such table.
    """
    names = list(columns)
    types = {name: pa.float64() if name in set(numbers) else pa.string() for name in names}
    table = pyarrow.csv.read_csv(
        path,
        parse_options=pyarrow.csv.ParseOptions(delimiter=";", newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=names, column_types=types, strings_can_be_null=True, null_values=[""]
        ),
    )
    frame: pd.DataFrame = table.to_pandas()
    return frame.apply(_as_written)


def _as_written(column: pd.Series) -> pd.Series:
    if not pd.api.types.is_string_dtype(column):
        return column
    return unshielded(column)


def neutral(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame``, an apostrophe in front of every text that a spreadsheet would run; dates as text."""
    return pd.DataFrame({name: _neutral(frame[name]) for name in frame}, index=frame.index)


def _neutral(column: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(column):
        return day_texts(column)
    if not pd.api.types.is_string_dtype(column):
        return column
    return shielded(column)
