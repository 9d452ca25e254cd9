"""Edge module: CSV that opens right in Excel on an Indonesian Windows, and never runs as a formula."""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from reconcile.disclosure import Cleared
from reconcile.frames import day_texts
from reconcile.reports.blocks import blocks_of
from reconcile.text.formulas import shielded, unshielded

#: Rows that are made ready at a time.
_BLOCK = 100_000


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
