"""What every parser answers, and the steps that several of them share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, wraps
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from reconcile.resources import read_yaml
from reconcile.sources.raw import FORMULA_MARK, may_hold, unmarked
from reconcile.vocab import Reason

#: An Excel error cell or its text in a delimited file: never a value.
CELL_ERROR = r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)"

#: White space for a character class, spelled out: for ``\\s`` pandas leaves Arrow and takes ten times as
#: long, and Arrow's own knows only some of it. For the same reason patterns here say [0-9].
SPACES = "\t\n\v\f\r \u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff"

# most text is even already, and to see that takes a third of the time of replacing
_UNEVEN = f"[{SPACES.replace(' ', '')}]|  "


@dataclass(frozen=True)
class Parsed:
    """One parsed column.

    ``data`` is of the declared type, missing where nothing stood or where it cannot be trusted; ``codes``
    is text on the same index: a ``vocab.Reason`` for each untrusted value, missing elsewhere. A code that
    ``keeps_value`` leaves the value in ``data`` and only says that it is doubtful.
    """

    data: pd.Series
    codes: pd.Series


@dataclass(frozen=True)
class Context:
    """What a parser knows besides the text.

    ``reference_date`` is the day that ages count from, ``table`` the source's own code table, ``style`` how
    it writes numbers (``id`` 1.250,5; ``en`` 1,250.5; ``plain`` never with thousands; empty: not declared),
    ``epoch`` the year that its spreadsheet counts days from, 1900 or 1904.
    """

    reference_date: date
    table: Mapping[str, str] = field(default_factory=dict)
    style: str = ""
    epoch: int = 1900


#: Sees a whole column at once; what it decides of the column (order of day and month, rounding) it decides
#: over the distinct values, so that one value written a thousand times weighs as much as another.
Parse = Callable[[pd.Series, Context], Parsed]


@cache
def words(name: str) -> Mapping[str, str]:
    """Return the word list ``name`` of words.yaml as folded spelling -> our value."""
    listed: Mapping[str, list[str]] = read_yaml("reconcile.sources.parsing", "words.yaml")[name]
    return {spelling: value for value, spellings in listed.items() for spelling in spellings}


def squeeze(raw: pd.Series) -> pd.Series:
    """Return the text trimmed, every run of white space (no-break spaces too) as one space."""
    uneven = raw.str.contains(_UNEVEN).fillna(value=False).astype(bool)
    if uneven.any():
        raw = raw.where(~uneven, raw[uneven].str.replace(f"[{SPACES}]+", " ", regex=True))
    return raw.str.strip()


def guarded(parse: Parse, *, keep_mark: bool = False) -> Parse:
    """Return ``parse`` for columns out of workbooks.

    A formula without its value is ``E_FORMULA_NO_VALUE``, an error of the spreadsheet ``E_CELL_ERROR``,
    whatever the column (hazards.md H32, H44); the mark of numeric cells goes unless ``keep_mark``.
    """

    @wraps(parse)
    def run(raw: pd.Series, context: Context) -> Parsed:
        if not may_hold(raw, FORMULA_MARK, "#"):
            return parse(raw if keep_mark else unmarked(raw), context)
        formula = raw.str.startswith(FORMULA_MARK).fillna(value=False).astype(bool)
        broken = raw.str.startswith("#").fillna(value=False).astype(bool)
        broken[broken] = raw[broken].str.fullmatch(CELL_ERROR).astype(bool)
        parsed = parse((raw if keep_mark else unmarked(raw)).mask(formula | broken, ""), context)
        said = coded(raw.index, [(formula, Reason.FORMULA_NO_VALUE), (broken, Reason.CELL_ERROR)])
        return Parsed(parsed.data, said.where(said.notna(), parsed.codes))

    return run


def kept(codes: pd.Series) -> pd.Series:
    """Return True where ``codes`` has none, or one that leaves the value in."""
    return codes.isna() | codes.isin([reason.value for reason in Reason if reason.keeps_value])


def blank(text: pd.Series, kind: str = "missing") -> pd.Series:
    """Return True where squeezed ``text`` is empty or a word for "nothing" of the list ``kind``."""
    return (text.isna() | text.str.lower().isin(list(words(kind)))).astype(bool)


def no_codes(index: pd.Index) -> pd.Series:
    """Return a column of reason codes without any."""
    none = pd.array(pa.nulls(len(index), pa.large_string()), dtype="str")
    return pd.Series(none, index=index)


def nothing(index: pd.Index, dtype: Any) -> Parsed:
    """Return what any parser gives of a column in which nothing is written, without asking it."""
    return Parsed(pd.Series(pd.NA, index=index, dtype="Int64").astype(dtype), no_codes(index))


def coded(index: pd.Index, checks: list[tuple[pd.Series, Reason]]) -> pd.Series:
    """Return the code of the first check that is True for each row; missing where none is."""
    conditions = [check.fillna(value=False).to_numpy(bool) for check, _ in checks]
    places = np.select(conditions, range(len(checks)), -1)
    names = pd.Series([code.value for _, code in checks], dtype="str")
    return names.reindex(places).set_axis(index)


def by_distinct(raw: pd.Series, parse: Callable[[str], Any], dtype: Any) -> Parsed:
    """Return ``parse`` of each distinct text: a value, ``None`` for missing, or a Reason for untrusted."""
    places, distinct = pd.factorize(raw)
    answers = [parse(text) for text in distinct]
    good = pd.Series([None if isinstance(a, Reason) else a for a in answers], dtype=dtype)
    codes = pd.Series([a.value if isinstance(a, Reason) else None for a in answers], dtype="str")
    return Parsed(good.reindex(places).set_axis(raw.index), codes.reindex(places).set_axis(raw.index))
