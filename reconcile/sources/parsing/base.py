"""What every parser answers, and the steps that several of them share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from reconcile.resources import read_yaml
from reconcile.vocab import Reason

#: An Excel error cell or its text in a delimited file: never a value.
CELL_ERROR = r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)"

#: White space for a character class, spelled out: for ``\\s`` pandas leaves Arrow and takes ten times as
#: long, and Arrow's own knows only some of it. For the same reason patterns here say [0-9].
SPACES = "\t\n\v\f\r \u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff"


@dataclass(frozen=True)
class Parsed:
    """One parsed column.

    ``data`` is of the declared type, missing where nothing stood or where it cannot be trusted; ``codes``
    is text on the same index: a ``vocab.Reason`` for each untrusted value, missing elsewhere.
    """

    data: pd.Series
    codes: pd.Series


@dataclass(frozen=True)
class Context:
    """What a parser knows besides the text: the day that ages count from, and the source's own code table."""

    reference_date: date
    table: Mapping[str, str] = field(default_factory=dict)


Parse = Callable[[pd.Series, Context], Parsed]


@cache
def words(name: str) -> Mapping[str, str]:
    """Return the word list ``name`` of words.yaml as folded spelling -> our value."""
    listed: Mapping[str, list[str]] = read_yaml("reconcile.sources.parsing", "words.yaml")[name]
    return {spelling: value for value, spellings in listed.items() for spelling in spellings}


def squeeze(raw: pd.Series) -> pd.Series:
    """Return the text trimmed, every run of white space (no-break spaces too) as one space."""
    return raw.str.replace(f"[{SPACES}]+", " ", regex=True).str.strip()


def blank(text: pd.Series, kind: str = "missing") -> pd.Series:
    """Return True where squeezed ``text`` is empty or a word for "nothing" of the list ``kind``."""
    return (text.isna() | text.str.lower().isin(list(words(kind)))).astype(bool)


def no_codes(index: pd.Index) -> pd.Series:
    """Return a column of reason codes without any."""
    return pd.Series(np.nan, index=index, dtype="str")


def coded(index: pd.Index, checks: list[tuple[pd.Series, Reason]]) -> pd.Series:
    """Return the code of the first check that is True for each row; missing where none is."""
    conditions = [check.fillna(value=False).to_numpy(bool) for check, _ in checks]
    places = np.select(conditions, range(len(checks)), -1)
    names = pd.Series([code.value for _, code in checks], dtype="str")
    return names.reindex(places).set_axis(index)


def by_distinct(raw: pd.Series, parse: Callable[[str], Any], dtype: Any, reason: Reason) -> Parsed:
    """Return ``parse`` of each distinct text: a value, ``None`` for missing, or ``reason`` for untrusted."""
    places, distinct = pd.factorize(raw)
    answers = [parse(text) for text in distinct]
    good = pd.Series([None if a is reason else a for a in answers], dtype=dtype)
    codes = pd.Series([reason.value if a is reason else None for a in answers], dtype="str")
    return Parsed(good.reindex(places).set_axis(raw.index), codes.reindex(places).set_axis(raw.index))
