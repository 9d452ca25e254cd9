"""A table made a block of rows at a time, while it is written: a province has millions of findings."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Blocks:
    """Rows of a table with the columns ``names``; ``make`` returns those at some of ``places``.

    Places ascend, so that the order of the rows is that of the table.
    """

    names: Sequence[str]
    places: Places
    make: Callable[[Places], pd.DataFrame]

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.places)

    def only(self, which: Places | slice) -> "Blocks":
        """Return the rows at ``which`` of these, counted from 0."""
        return Blocks(self.names, self.places[which], self.make)

    def through(self, change: Callable[[pd.DataFrame], pd.DataFrame]) -> "Blocks":
        """Return the same rows, each block as ``change`` makes it; it keeps rows and columns."""
        return Blocks(self.names, self.places, lambda places: change(self.make(places)))

    def columns(self, names: Sequence[str]) -> "Blocks":
        """Return the same rows with these columns only."""
        return Blocks(names, self.places, lambda places: self.make(places)[list(names)])

    def cut(self, size: int) -> Iterator[pd.DataFrame]:
        """Return the rows in tables of ``size``; one without rows where there is none."""
        for start in range(0, max(1, len(self)), size):
            yield self.make(self.places[start : start + size])

    def whole(self) -> pd.DataFrame:
        """Return all rows as one table."""
        return self.make(self.places)


def blocks_of(table: pd.DataFrame | Blocks) -> Blocks:
    """Return a table that is there already as one that is made when it is asked for."""
    if isinstance(table, Blocks):
        return table
    return Blocks([str(name) for name in table], np.arange(len(table)), lambda places: rows_at(table, places))


def rows_at(table: pd.DataFrame, places: Places) -> pd.DataFrame:
    """Return the rows of ``table`` at ascending ``places``, without a copy where they stand together."""
    if len(places) and places[-1] - places[0] + 1 == len(places):
        return table.iloc[places[0] : places[-1] + 1]
    return table.iloc[places]
