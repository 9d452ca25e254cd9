"""Text columns by Arrow, where pandas makes a Python object of each value: the same answers, sooner."""

from collections.abc import Sequence
from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


class Stacked:
    """Tables one below the other, of which those columns are put together that are asked for.

    Both registries as one table would be in memory twice; who looks at them needs a few columns.
    """

    def __init__(self, *tables: pd.DataFrame) -> None:
        self._tables = tables

    @overload
    def __getitem__(self, names: str) -> pd.Series: ...
    @overload
    def __getitem__(self, names: list[str]) -> pd.DataFrame: ...
    def __getitem__(self, names: str | list[str]) -> pd.Series | pd.DataFrame:
        """Return a column, or some, numbered through from 0."""
        return pd.concat([table[names] for table in self._tables], ignore_index=True)

    def whole(self) -> pd.DataFrame:
        """Return all columns, numbered through from 0."""
        return pd.concat(self._tables, ignore_index=True)

    def __contains__(self, name: object) -> bool:
        """Return whether there is such a column."""
        return all(name in table for table in self._tables)


def among(column: pd.Series, values: pd.Series | pd.Index) -> "pd.Series[bool]":
    """Return ``column.isin(values)`` of text columns."""
    known = pc.is_in(_texts(column), value_set=_texts(values))
    return pd.Series(known.to_numpy(zero_copy_only=False), index=column.index)


def places_in(column: pd.Series, known: pd.Series | pd.Index) -> npt.NDArray[np.int64]:
    """Return where each value of ``column`` stands first in ``known``; -1 if missing or not there."""
    found = pc.index_in(_texts(column), value_set=_texts(known), skip_nulls=True)
    return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)


def looked_up(column: pd.Series, known: pd.Series | pd.Index, told: pd.Series) -> pd.Series:
    """Return ``column.map(told.set_axis(known))`` of a text column; ``known`` are distinct."""
    values = told.array.take(places_in(column, known), allow_fill=True)
    return pd.Series(values, index=column.index)


def taken(table: pd.DataFrame, places: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return the rows of ``table`` at ``places``, as of ``places_in``: nothing at -1."""
    return table.reset_index(drop=True).reindex(places).reset_index(drop=True)


def day_texts(column: pd.Series) -> pd.Series:
    """Return ``column.dt.strftime("%Y-%m-%d")`` of days, as text."""
    written = pc.cast(pc.cast(pa.array(column, from_pandas=True), pa.date32()), pa.large_string())
    return pd.Series(pd.array(written, dtype="str"), index=column.index, name=column.name)


def end_to_end(texts: pa.Array) -> memoryview:
    """Return large texts, none of them missing, one behind the other: as Arrow holds them anyway."""
    first, last = bounds(texts)
    return memoryview(texts.buffers()[2][first:last] if last > first else b"")


def bounds(texts: pa.Array) -> tuple[int, int]:
    """Return where the first text begins and the last one ends among the bytes that Arrow holds them in."""
    if not len(texts):
        return 0, 0
    ends = np.frombuffer(texts.buffers()[1], dtype=np.int64)
    return int(ends[texts.offset]), int(ends[texts.offset + len(texts)])


def in_order(frame: pd.DataFrame, by: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the places of the rows as ``frame.sort_values(by, kind="stable")`` has them, missing last."""
    if not len(frame):
        return np.empty(0, dtype=np.int64)
    table = pa.table({name: pa.array(frame[name], from_pandas=True) for name in by})
    keys = [(name, "ascending", "at_end") for name in by]
    return np.asarray(pc.sort_indices(table, sort_keys=keys), dtype=np.int64)


def _texts(values: pd.Series | pd.Index) -> pa.Array:
    texts = pa.array(values.array, pa.large_string(), from_pandas=True)
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
