"""Cells of any stored type to columns of text, and those to bytes that another process can map."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from reconcile.sources.raw import NUMERIC_MARK, CellRows, CellSheet, Merge
from reconcile.sources.reading.limits import RefusedError

#: The stored cells of one row: text, numbers, dates, truth values.
Row = list[Any]

#: As many cells are turned to text together as the processor's cache holds.
_BLOCK_CELLS = 60_000
#: A province's members are a fiftieth of this; a stray cell in the last row and column is far above it.
_MOST_CELLS = 200_000_000
#: Headings stand in the first thirty rows; merged ranges over several columns matter there only.
_TOP_ROWS = 40
#: Excel keeps 15 digits of a number; whole numbers from here on may be rounded.
_LONG = 10**14


@dataclass
class StoredSheet:
    """One sheet on its way: rows of one width, of stored cells; the rest as in raw.CellSheet."""

    name: str
    width: int
    rows: Iterable[Row]
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    merges: tuple[Merge, ...] = ()
    merged: tuple[Merge, ...] = ()


def heading_merges(merges: Iterable[Merge]) -> tuple[Merge, ...]:
    """Return of all merged ranges those that may stand in a heading: over several columns, near the top."""
    return tuple(merge for merge in merges if merge.right > merge.left and merge.top < _TOP_ROWS)


def cell_text(cell: object) -> str:
    """Return a stored cell as text: whole numbers without ``.0``, no exponent, dates as ISO.

    A number of 15 digits or more gets NUMERIC_MARK in front.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number_text(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ").removesuffix(" 00:00:00")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _number_text(number: float) -> str:
    text = repr(number)
    if "e" in text:
        text = format(Decimal(text), "f")
    text = text.removesuffix(".0")
    whole = "." not in text
    return NUMERIC_MARK + text if whole and (number >= _LONG or number <= -_LONG) else text


def pack(table: StoredSheet) -> tuple[dict[str, Any], Any]:
    """Return what to tell of ``table``, and its rows as an Arrow stream with a text column per column.

    RefusedError ``E_TOO_LARGE`` where a sheet has more cells than any delivery.
    """
    schema = pa.schema([(str(place), pa.large_string()) for place in range(table.width)])
    sink = pa.BufferOutputStream()
    height = 0
    with pa.ipc.new_stream(sink, schema) as stream:
        for block in _blocks(table.rows, table.width):
            height += len(block)
            refuse_size(height, table.width)
            columns = [text_column(column) for column in zip(*block, strict=True)]
            if columns:
                stream.write_batch(pa.record_batch(columns, schema=schema))
    told = {
        "name": table.name,
        "height": height,
        "hidden": table.hidden,
        "hidden_rows": table.hidden_rows,
        "hidden_columns": table.hidden_columns,
        "merges": [[m.top, m.left, m.bottom, m.right] for m in table.merges],
        "merged": [[m.top, m.left, m.bottom, m.right] for m in table.merged],
    }
    return told, sink.getvalue()


def refuse_size(height: int, width: int) -> None:
    """Raise RefusedError ``E_TOO_LARGE`` where a sheet has more cells than any delivery."""
    if height * width > _MOST_CELLS:
        raise RefusedError("E_TOO_LARGE", most=f"{_MOST_CELLS:,} sel / cells")


def _blocks(rows: Iterable[Row], width: int) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while block := list(islice(remaining, max(1, _BLOCK_CELLS // max(1, width)))):
        yield block


def text_column(cells: Sequence[Any]) -> pa.Array:
    """Return stored cells as an Arrow column of text."""
    try:
        joined = "".join(cells)
    except TypeError:
        if set(map(type, cells)) == {float} and (column := _short_numbers(np.array(cells))) is not None:
            return column
        cells = [cell if type(cell) is str else cell_text(cell) for cell in cells]
        joined = "".join(cells)
    # buffers of our own making: pa.array takes four times as long, and imports pandas to look for a Series
    if joined.isascii():
        return _from_lengths(joined.encode("ascii"), map(len, cells), len(cells))
    encoded = [cell.encode("utf-8", "replace") for cell in cells]
    return _from_lengths(b"".join(encoded), map(len, encoded), len(cells))


def _from_lengths(joined: bytes, lengths: Iterable[int], count: int) -> pa.Array:
    offsets = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.fromiter(lengths, np.int64, count), out=offsets[1:])
    return pa.Array.from_buffers(
        pa.large_string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(joined)]
    )


def _short_numbers(numbers: npt.NDArray[np.float64]) -> pa.Array | None:
    """Return whole numbers below the length at which they may be rounded as text; None where one is not."""
    if not (np.abs(numbers) < _LONG).all() or (numbers % 1).any():
        return None
    whole = pa.py_buffer(numbers.astype(np.int64))
    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, whole]).cast(pa.large_string())


def unpack(told: dict[str, Any], blob: bytes) -> CellSheet:
    """Return the sheet that ``pack`` told of."""
    with pa.ipc.open_stream(pa.py_buffer(blob)) as stream:
        table = stream.read_all()
    return CellSheet(
        told["name"],
        CellRows(table) if table.num_columns else [[] for _ in range(told["height"])],
        told["hidden"],
        tuple(told["hidden_rows"]),
        tuple(told["hidden_columns"]),
        tuple(Merge(*merge) for merge in told["merges"]),
        tuple(Merge(*merge) for merge in told["merged"]),
    )
