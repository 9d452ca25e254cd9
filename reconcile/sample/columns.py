"""Whole columns at a time: picking, joining and formatting text for the sample's files."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int64]

#: An index of no word.
NONE = -1


def generator(seed: int, *stage: int) -> np.random.Generator:
    """Return the random numbers of one stage: the same for the same seed, whatever other stages draw."""
    return np.random.default_rng([seed, *stage])


def chance(rng: np.random.Generator, rate: float, size: int) -> Flags:
    """Return ``size`` flags, each set with probability ``rate``."""
    return np.asarray(rng.random(size) < rate, dtype=np.bool_)


def skewed(rng: np.random.Generator, choices: int, size: int) -> Ints:
    """Return ``size`` indices below ``choices``; earlier ones are more common, as names are (Zipf)."""
    bounds = np.cumsum(1 / (np.arange(choices) + 3.0) ** 0.9)
    drawn = np.searchsorted(bounds, rng.random(size) * bounds[-1])
    return np.asarray(np.minimum(drawn, choices - 1), dtype=np.int64)


def ints(values: pd.Series) -> Ints:
    """Return a column of whole numbers as an array."""
    return values.to_numpy(dtype=np.int64)


def flags(values: pd.Series) -> Flags:
    """Return a column of yes and no as an array."""
    return values.to_numpy(dtype=np.bool_)


def words(values: Sequence[str]) -> pa.Array:
    """Return words that ``pick`` can choose from."""
    return pa.array(list(values), type=pa.string())


def pick(choices: pa.Array, index: Ints) -> pa.Array:
    """Return the words at ``index``; a negative index gives a missing word."""
    return choices.take(pa.array(index, mask=index < 0))


def same(value: str, size: int) -> pa.Array:
    """Return ``size`` times the same text."""
    return pa.repeat(pa.scalar(value, pa.string()), size)


def joined(*parts: Any, separator: str = "") -> pa.Array:
    """Return the parts of each row put together; missing parts are left out with their separator."""
    return pc.binary_join_element_wise(*parts, separator, null_handling="skip")


def either(mask: Flags, yes: Any, no: Any) -> pa.Array:
    """Return ``yes`` where ``mask`` is set, else ``no``; either may be one text for all rows."""
    return pc.if_else(pa.array(mask), yes, no)


def blanked(mask: Flags, values: pa.Array) -> pa.Array:
    """Return ``values``, missing where ``mask`` is set."""
    return pc.if_else(pa.array(mask), pa.scalar(None, pa.string()), values)


def number(values: Ints, width: int = 0) -> pa.Array:
    """Return whole numbers as text, with leading zeros up to ``width`` digits."""
    text = pc.cast(pa.array(values), pa.string())
    return pc.utf8_lpad(text, width, padding="0") if width else text


def degrees(values: npt.NDArray[np.float64]) -> pa.Array:
    """Return degrees as text with at most six decimals; not-a-number is missing."""
    rounded = pa.array(np.round(values, 6) + 0.0, mask=np.isnan(values))
    return pc.cast(rounded, pa.string())


def calendar(days: Days) -> tuple[Ints, Ints, Ints]:
    """Return year, month and day of days since 1970-01-01."""
    date = days.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    year = date.astype("datetime64[Y]").astype(np.int64) + 1970
    return year, month.astype(np.int64) % 12 + 1, (date - month).astype(np.int64) + 1


def to_days(year: Ints, month: Ints, day: Ints) -> Days:
    """Return days since 1970-01-01; a day behind the month's end runs into the next month."""
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]").astype("datetime64[D]")
    return first.astype(np.int64) + day - 1


def day_number(iso: str) -> int:
    """Return the days since 1970-01-01 of a date such as ``2022-07-01``."""
    return int(np.datetime64(iso).astype(np.int64))


def dates(days: Days, pattern: str) -> pa.Array:
    """Return dates as text by a strftime ``pattern`` of numbers only."""
    distinct, where = np.unique(days, return_inverse=True)
    text = pd.to_datetime(distinct, unit="D").strftime(pattern)
    return pick(words(text.tolist()), where.astype(np.int64).reshape(-1))


def overwritten(table: pa.Table, mask: Flags, values: Mapping[str, str]) -> pa.Table:
    """Return ``table`` with one text per heading of ``values`` in the rows that ``mask`` marks."""
    for heading, value in values.items():
        column = either(mask, value, table[heading].combine_chunks())
        table = table.set_column(table.schema.get_field_index(heading), heading, column)
    return table


def arrange(
    headings: Sequence[str],
    computed: Mapping[str, Any],
    answers: Mapping[str, Sequence[str]],
    rng: np.random.Generator,
    rows: int,
) -> pa.Table:
    """Return the columns ``headings`` in order: computed, or drawn from ``answers``.

    A heading that is neither is a KeyError: every column of a file has a reason to be filled.
    """
    columns = {
        heading: computed[heading]
        if heading in computed
        else pick(words(answers[heading]), skewed(rng, len(answers[heading]), rows))
        for heading in headings
    }
    return pa.table(columns)
