"""Edge module: workbooks of text cells with a frozen, filtered heading; the same tables, the same bytes."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from flows.csvfile import neutral
from reconcile.reports.blocks import Blocks, blocks_of
from reconcile.reports.sheets import as_text, workbook_parts

#: Stands in the file instead of the clock.
_DATED = (2026, 1, 2, 0, 0, 0)
#: Rows from which a part of the file may need ZIP64.
_LARGE = 250_000
#: The findings of a province are written in a third of the time, and are a quarter larger.
_FASTEST = 1


def write_xlsx(path: Path, sheets: Mapping[str, pd.DataFrame | Blocks]) -> None:
    """Write a sheet per table, every cell text, formulas neutralised as in the CSV files."""
    # Excel is at ease with plain ZIP; a part of more than 4 GB has no choice
    large = any(len(table) > _LARGE for table in sheets.values())
    texts = {name: blocks_of(table).through(_texts) for name, table in sheets.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in workbook_parts(texts):
            entry = zipfile.ZipInfo(name, _DATED)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            # open() takes the level from here, not from the archive
            entry._compresslevel = _FASTEST  # type: ignore[attr-defined]  # noqa: SLF001
            with book.open(entry, "w", force_zip64=large) as part:
                for piece in content:
                    part.write(piece)


def _texts(block: pd.DataFrame) -> pd.DataFrame:
    return as_text(neutral(block))
