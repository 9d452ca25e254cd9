"""The tables of a run that a report reads, and figures taken from them with their source.

How a source is written, so that anybody can reckon it again from the files of the run:

    indikator:n_cocok:tingkat=kabupaten;kode=64.02      the sum of a column over the rows that match
    pemeriksaan:#:keadaan=TIDAK DIUJI                   how many rows match
    A + B - C                                           of such atoms
    A / B                                               a share, percent

A value that is empty after the sign of equality stands for a missing one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from reconcile.report.model import Figure

ROWS = "#"


@dataclass(frozen=True, eq=False)
class Book:
    """Tables by the name that sources call them."""

    tables: Mapping[str, pd.DataFrame]
    kept: dict[str, pd.DataFrame] = field(default_factory=dict)

    def __contains__(self, table: str) -> bool:
        """Return whether the run has the table."""
        return table in self.tables

    def rows(self, table: str, **where: str | None) -> pd.DataFrame:
        """Return the rows of ``table`` whose columns have the values of ``where``; None: a missing value."""
        name = _atom(table, "", where)
        if name not in self.kept:
            found = self.tables[table]
            for column, value in where.items():
                found = found[_matches(found[column], value)]
            self.kept[name] = found
        return self.kept[name]

    def total(self, table: str, column: str, **where: str | None) -> Figure:
        """Return the sum of a column over matching rows; nothing where no row has a value."""
        values = self.rows(table, **where)[column]
        total = float(values.sum()) if values.notna().any() else None
        return Figure(_atom(table, column, where), total)

    def count(self, table: str, **where: str | None) -> Figure:
        """Return how many rows match."""
        return Figure(_atom(table, ROWS, where), float(len(self.rows(table, **where))))

    def word(self, table: str, column: str, **where: str | None) -> str:
        """Return the text that the first matching row has in ``column``; empty where there is none."""
        values = self.rows(table, **where)[column].dropna()
        return str(values.iloc[0]) if len(values) else ""


def _matches(column: pd.Series, value: str | None) -> "pd.Series[bool]":
    if value is None:
        return column.isna()
    return column == (float(value) if pd.api.types.is_numeric_dtype(column) else value)


def _atom(table: str, column: str, where: Mapping[str, Any]) -> str:
    keys = ";".join(f"{name}={'' if value is None else value}" for name, value in where.items())
    return f"{table}:{column}:{keys}"


def together(add: list[Figure], less: list[Figure] | None = None) -> Figure:
    """Return the sum of ``add`` less that of ``less``; nothing where one of them is missing."""
    less = less or []
    source = " + ".join(one.source for one in add) + "".join(f" - {one.source}" for one in less)
    values = [one.value for one in (*add, *less)]
    if any(value is None for value in values):
        return Figure(source)
    total = sum(value for value in values[: len(add)] if value is not None)
    return Figure(source, total - sum(value for value in values[len(add) :] if value is not None))


def share(part: Figure, whole: Figure, *, digits: int = 1) -> Figure:
    """Return ``part`` of ``whole`` in percent; hidden with either; none where there is no whole."""
    source = f"{part.source} / {whole.source}"
    if part.hidden or whole.hidden:
        return Figure(source, digits=digits, hidden=True)
    if part.value is None or not whole.value:
        return Figure(source, digits=digits)
    return Figure(source, 100 * part.value / whole.value, digits)
