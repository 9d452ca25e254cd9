"""Edge module: workbooks of text cells with a frozen, filtered heading; the same tables, the same bytes."""

import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import pandas as pd

from flows.csvfile import neutral
from reconcile.reports.blocks import Blocks, blocks_of
from reconcile.reports.sheets import Piece, as_text, workbook_parts

#: Stands in the file instead of the clock.
_DATED = (2026, 1, 2, 0, 0, 0)
#: Rows from which a part of the file may need ZIP64.
_LARGE = 250_000
#: The findings of a province are written in a third of the time, and are a quarter larger.
_FASTEST = 1


def write_xlsx(path: Path, sheets: Mapping[str, pd.DataFrame | Blocks]) -> None:
    """Write a sheet per table, every cell text, formulas neutralised as in the CSV files."""
    write_books({path: None}, sheets)


def write_books(paths: Mapping[Path, int | None], sheets: Mapping[str, pd.DataFrame | Blocks]) -> None:
    """Write workbooks of the same tables, as ``write_xlsx`` does, at a time.

    ``paths`` say how many columns of each table a workbook has, from the left, None for all; they ascend.
    """
    # Excel is at ease with plain ZIP; a part of more than 4 GB has no choice
    large = any(len(table) > _LARGE for table in sheets.values())
    texts = {name: blocks_of(table).through(_texts) for name, table in sheets.items()}
    with ExitStack() as open_books, ThreadPoolExecutor(len(paths)) as pool:
        books = [open_books.enter_context(zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)) for path in paths]
        for name, content in workbook_parts(texts, list(paths.values())):
            with ExitStack() as open_parts:
                parts = [
                    open_parts.enter_context(book.open(_entry(name), "w", force_zip64=large))
                    for book in books
                ]
                for pieces in content:
                    # compression leaves the other processor free
                    list(pool.map(_put, parts, pieces))


def _put(part: IO[bytes], piece: Piece) -> None:
    part.write(piece)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATED)
    entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
    # open() takes the level from here, not from the archive
    entry._compresslevel = _FASTEST  # type: ignore[attr-defined]  # noqa: SLF001
    return entry


def _texts(block: pd.DataFrame) -> pd.DataFrame:
    return as_text(neutral(block))
