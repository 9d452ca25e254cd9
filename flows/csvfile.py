"""Edge module: CSV that opens right in Excel on an Indonesian Windows, and never runs as a formula."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv

#: What a spreadsheet takes for the begin of a formula, plain and full-width.
_FORMULA = r"^[\s]*[=+\-@＝＋－＠]|^[\t\r]"


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write UTF-8 with byte order mark, semicolons, every text quoted, lines ended by LF.

    Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers are left alone, for
    southern latitudes begin with a minus. Missing values are empty fields.
    """
    safe = frame.apply(_neutral)
    table = pa.Table.from_pandas(safe, preserve_index=False)
    options = pyarrow.csv.WriteOptions(delimiter=";", quoting_style="needed")
    with path.open("wb") as file:
        file.write(b"\xef\xbb\xbf")
        pyarrow.csv.write_csv(table, file, options)


def _neutral(column: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(column):
        return pd.Series(column.dt.strftime("%Y-%m-%d").astype("str"))
    if not pd.api.types.is_string_dtype(column):
        return column
    risky = column.str.contains(_FORMULA, regex=True, na=False)
    return pd.Series(column.mask(risky, "'" + column))
