"""The store of answers: every line with an answer that ever came back, as text, each once, none erased.

A line is known by where it came from: SHA-256 of the file, sheet, row. What was read stands in the form that
reads back the same; what was not trusted stands as it was written, so that it is not trusted again next time
and nobody's words are lost. A line that an office mended moves to the history, with the line that took its
place; from there it never comes back, however often its file is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from reconcile.resurvey.form import load_form
from reconcile.sources.parsing.base import SPACES
from reconcile.sources.raw import FORMULA_MARK, NUMERIC_MARK, unmarked
from reconcile.tables import PROVENANCE, RETURNS
from reconcile.vocab import Reason

#: What a line is known by.
KEY = ["asal_sha256", "asal_lembar", "asal_baris"]
#: The columns of the store: a line as answered, and where it came from.
STORED = [name for name in RETURNS.names if name not in {column.name for column in PROVENANCE}]
#: In the history: the line that took the place of this one.
REPLACED_BY = {name: name.replace("asal_", "diganti_") for name in KEY}
HISTORY = [*STORED, *REPLACED_BY.values()]
#: Reasons that only a mark in the text can tell again.
_MARKED = {Reason.ID_PRECISION.value: NUMERIC_MARK, Reason.FORMULA_NO_VALUE.value: FORMULA_MARK}
_ORIGIN = dict(
    zip(["asal_berkas", *KEY], ["source_file", "source_sha256", "source_sheet", "source_row"], strict=True)
)
_MENDED = {name: f"memperbaiki_{name}" for name in KEY}


@dataclass(frozen=True, eq=False)
class Store:
    """``lines`` (STORED) and ``history`` (HISTORY), text throughout, both sorted by KEY."""

    lines: pd.DataFrame
    history: pd.DataFrame

    @classmethod
    def empty(cls) -> "Store":
        """Return the store before anything came back."""
        return cls(_texts(pd.DataFrame(), STORED), _texts(pd.DataFrame(), HISTORY))

    @classmethod
    def of(cls, lines: pd.DataFrame, history: pd.DataFrame) -> "Store":
        """Return the store of two tables of text, in any order, each row once.

        A line that stands in both is in force: the power failed before what takes its place was written.
        ValueError where two lines that differ come from one place.
        """
        lines, history = (_texts(table, names) for table, names in ((lines, STORED), (history, HISTORY)))
        lines, history = lines.drop_duplicates(), history[~_key(history).isin(_key(lines))].drop_duplicates()
        if _key(lines).duplicated().any():
            raise ValueError("two lines that differ come from one place")
        return cls(_sorted(lines), _sorted(history))


@dataclass(frozen=True, eq=False)
class Taken:
    """The store after ``take``, and how many lines were new, mended, and withdrawn by emptying them."""

    store: Store
    added: int
    mended: int
    withdrawn: int


def questions() -> list[str]:
    """Return the columns that carry an answer."""
    return list(load_form().questions)


def no_lines() -> pd.DataFrame:
    """Return what ``lines_of`` gives of a file without lines."""
    return pd.DataFrame(columns=[*STORED, *_MENDED.values()], dtype="str")


def lines_of(returns: pd.DataFrame, flags: pd.DataFrame) -> pd.DataFrame:
    """Return RETURNS as lines of the store, and what each mends: STORED and ``memperbaiki_*``, all text.

    ``flags`` (VALUE_FLAGS of the same files) tell what was written where a value was not trusted. A line that
    bears the place of another one (``asal_*``) came back mended; its own place is where it stands now.
    """
    told = pd.DataFrame({name: _written(returns[name]) for name in STORED}, index=returns.index)
    told = _with_untrusted(told, returns, flags)
    for name, column in _MENDED.items():
        told[column] = told[name]
    for name, column in _ORIGIN.items():
        told[name] = _written(returns[column]).fillna("")
    return told


def _written(column: pd.Series) -> pd.Series:
    """Return a column as text that its parser reads back to the same values."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return pd.Series(column.dt.strftime("%Y-%m-%d").astype("str"))
    if pd.api.types.is_float_dtype(column):
        return column.map(lambda value: format(Decimal(repr(float(value))), "f"), na_action="ignore").astype(
            "str"
        )
    return column.astype("str")


def _with_untrusted(told: pd.DataFrame, returns: pd.DataFrame, flags: pd.DataFrame) -> pd.DataFrame:
    places = pd.MultiIndex.from_frame(returns[list(_ORIGIN.values())[1:]].astype("str"))
    for column, said in flags[flags["column"].isin(STORED)].groupby("column"):
        at = pd.MultiIndex.from_frame(said[list(_ORIGIN.values())[1:]].astype("str"))
        # white space of all kinds as one blank: a note of many lines is no record of a CSV file
        plain = said["original"].str.replace(f"[{SPACES}]+", " ", regex=True).str.strip(" ")
        original = pd.Series((said["code"].map(_MARKED).fillna("") + plain).to_numpy(), index=at, dtype="str")
        original = original[~original.index.duplicated()]
        found = pd.Series(original.reindex(places).to_numpy(), index=told.index, dtype="str")
        told[str(column)] = told[str(column)].fillna(found)
    return told


def answered(lines: pd.DataFrame) -> "pd.Series[bool]":
    """Return whether each line has an answer to any question, readable or not."""
    return pd.Series(lines[questions()].notna().any(axis="columns"), dtype="bool")


def take(store: Store, lines: pd.DataFrame) -> Taken:
    """Return ``store`` with ``lines`` (of ``lines_of``) in it; those that it knows already change nothing.

    A mended line takes the place of the one it mends, unless it says the same; emptied, it withdraws it.
    """
    known = pd.concat([_key(store.lines), _key(store.history)])
    fresh = lines.sort_values([*KEY, "asal_berkas"])
    fresh = fresh[~_key(fresh).duplicated() & ~_key(fresh).isin(known)]
    again = fresh[_MENDED["asal_sha256"]].notna()
    originals = pd.concat([store.lines, store.history, fresh[~again]], ignore_index=True)
    untouched = again & _says_the_same(fresh, originals)
    new = fresh[answered(fresh) & ~untouched]
    mends = fresh[again & ~untouched]
    whole = pd.concat([store.lines, new], ignore_index=True)
    by = mends.set_axis(_key(mends, _MENDED)).loc[lambda rows: ~rows.index.duplicated(keep="last")]
    out = _key(whole).isin(by.index)
    places = by[KEY].reindex(_key(whole[out])).set_axis(whole.index[out]).rename(columns=REPLACED_BY)
    history = pd.concat([store.history, whole[out].join(places)], ignore_index=True)
    mended = answered(mends)
    return Taken(Store.of(whole[~out], history), len(new), int(mended.sum()), int((~mended).sum()))


def _says_the_same(lines: pd.DataFrame, originals: pd.DataFrame) -> "pd.Series[bool]":
    """Return whether each line says what the line says that it was made from."""
    before = originals.set_axis(_key(originals)).loc[lambda rows: ~rows.index.duplicated()]
    said = ["id_tugas", *questions()]
    old = before[said].reindex(_key(lines, _MENDED)).set_axis(lines.index)
    same = {name: unmarked(lines[name]).fillna("") == unmarked(old[name]).fillna("") for name in said}
    return pd.DataFrame(same, index=lines.index).all(axis="columns")


def _key(lines: pd.DataFrame, names: Mapping[str, str] | None = None) -> pd.Series:
    """Return what each line is known by, or with ``names`` for KEY what the line is that it mends."""
    parts = [lines[names[name] if names else name].astype("str").fillna("") for name in KEY]
    return parts[0] + "|" + parts[1] + "|" + parts[2]


def _texts(lines: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    table = lines.reindex(columns=names).astype("str")
    # a CSV file has no sheets: its name of one is empty, and read back it is missing
    filled = {name: table[name].fillna("") for name in names if name in KEY or name in REPLACED_BY.values()}
    return table.assign(**filled).reset_index(drop=True)


def _sorted(lines: pd.DataFrame) -> pd.DataFrame:
    keys = ["asal_sha256", "asal_lembar", "_row"]
    ordered = lines.assign(_row=lines["asal_baris"].str.zfill(9)).sort_values(keys)
    return ordered.drop(columns="_row").reset_index(drop=True)
