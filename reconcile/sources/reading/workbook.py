"""XLSX, XLSB, XLS and ODS through calamine; runs in the reading process."""

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import repeat

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from reconcile.sources.raw import Merge
from reconcile.sources.reading.cells import Row, StoredSheet, heading_merges
from reconcile.sources.reading.limits import RefusedError
from reconcile.sources.reading.sheetxml import Marks, scan
from reconcile.vocab import FileKind


def read_workbook(content: bytes, kind: FileKind) -> list[StoredSheet]:
    """Return the worksheets, hidden ones too, in their order; their rows are read when asked for.

    RefusedError ``E_WORKBOOK`` when it is damaged, ``E_ENCRYPTED`` when it is locked.
    """
    with ThreadPoolExecutor(1) as pool:
        # calamine drops cells without value: formulas that were never computed, errors
        marks = pool.submit(scan, content) if kind is FileKind.XLSX else None
        try:
            book = CalamineWorkbook.from_filelike(BytesIO(content))
            sheets = [
                (meta, book.get_sheet_by_index(place))
                for place, meta in enumerate(book.sheets_metadata)
                if meta.typ == SheetTypeEnum.WorkSheet
            ]
        except PasswordError:
            raise RefusedError("E_ENCRYPTED") from None
        except (CalamineError, OSError, ValueError):
            raise RefusedError("E_WORKBOOK") from None
        found = marks.result() if marks else {}
    return [_table(meta, sheet, found.get(meta.name, Marks())) for meta, sheet in sheets]


def _table(meta: SheetMetadata, sheet: CalamineSheet, marks: Marks) -> StoredSheet:
    bottom, right = sheet.end or (-1, -1)
    height = max([bottom, *marks.texts]) + 1
    width = max([right, *(column for row in marks.texts.values() for column in row)]) + 1
    merges = [Merge(*top_left, *bottom_right) for top_left, bottom_right in sheet.merged_cell_ranges or []]
    return StoredSheet(
        meta.name,
        width,
        _rows(sheet, width, height, marks.texts, merges),
        meta.visible != SheetVisibleEnum.Visible,
        # "hide everything to the right" is no news about the data
        tuple(row for row in marks.hidden_rows if row <= height),
        tuple(column for column in marks.hidden_columns if column <= width),
        heading_merges(merges),
        tuple(merges),
    )


def _rows(
    sheet: CalamineSheet, width: int, height: int, texts: dict[int, dict[int, str]], merges: list[Merge]
) -> Iterator[Row]:
    rows = _padded(sheet, width, height)
    if texts:
        rows = _marked(rows, texts)
    tall = [merge for merge in merges if merge.bottom > merge.top]
    return filled(rows, tall) if tall else rows


def _padded(sheet: CalamineSheet, width: int, height: int) -> Iterator[Row]:
    """Return the rows from the sheet's first on, each ``width`` cells wide, ``height`` of them at least."""
    if sheet.start is None:
        yield from ([""] * width for _ in range(height))
        return
    left = [""] * sheet.start[1]
    count = 0
    for count, row in enumerate(sheet.iter_rows(), start=1):  # noqa: B007  # the number of rows, afterwards
        missing = width - len(left) - len(row)
        yield [*left, *row, *repeat("", missing)] if left or missing else row
    yield from ([""] * width for _ in range(height - count))


def _marked(rows: Iterator[Row], texts: dict[int, dict[int, str]]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        for column, text in texts.get(number, {}).items():
            row[column] = text
        yield row


def filled(rows: Iterator[Row], merges: list[Merge]) -> Iterator[Row]:
    """Return the rows with what stands at the top of a merged range in every row of it.

    Only down its first column: a range over several columns does not say that a value belongs to each.
    """
    starting: dict[int, list[Merge]] = defaultdict(list)
    for merge in merges:
        starting[merge.top].append(merge)
    going: dict[int, tuple[int, object]] = {}
    for number, row in enumerate(rows):
        if going:
            going = {column: (last, cell) for column, (last, cell) in going.items() if last >= number}
            for column, (_, cell) in going.items():
                row[column] = cell
        for merge in starting.get(number, ()):
            if merge.left < len(row):
                going[merge.left] = (merge.bottom, row[merge.left])
        yield row
