"""How other readers read the damaged files: each returns every cell and the NIK column, or raises."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyogrio

from reconcile.errors import InputError
from reconcile.sources.headers import Known, find_header
from reconcile.sources.headings import heading_faults, map_columns
from reconcile.sources.readers import read_file
from reconcile.sources.records import split_records
from tests.damaged_csv import FOOTER, HEADINGS, SPEC

NIK = HEADINGS[1]


@dataclass(frozen=True)
class Answer:
    """What a reader gave: the text of all cells, the cells under the NIK, and what it set aside."""

    cells: str
    niks: frozenset[str]
    aside: str = ""


def _answer(table: pd.DataFrame) -> Answer:
    texts = table.astype("str")
    cells = "\n".join(texts.to_numpy(object).astype("U").ravel())
    found = [name for name in texts.columns if str(name).strip('\ufeff" ') == NIK]
    return Answer(cells, frozenset(texts[found[0]]) if found else frozenset())


def _pandas_default(path: Path) -> Answer:
    return _answer(pd.read_csv(path))


def _pandas_text(path: Path) -> Answer:
    return _answer(pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig", index_col=False))


def _pandas_skip(path: Path) -> Answer:
    return _answer(pd.read_csv(path, dtype=str, keep_default_na=False, on_bad_lines="skip", index_col=False))


def _polars_text(path: Path) -> Answer:
    return _answer(_of_polars(pl.read_csv(path, infer_schema=False)))


def _polars_lenient(path: Path) -> Answer:
    return _answer(
        _of_polars(pl.read_csv(path, infer_schema=False, ignore_errors=True, truncate_ragged_lines=True))
    )


def _of_polars(table: pl.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({name: table[name].fill_null("").to_list() for name in table.columns}, dtype=object)


def _duckdb_text(path: Path) -> Answer:
    return _answer(duckdb.read_csv(str(path), all_varchar=True).df())


def _duckdb_ignore(path: Path) -> Answer:
    return _answer(duckdb.read_csv(str(path), all_varchar=True, ignore_errors=True).df())


def _pyogrio(path: Path) -> Answer:
    return _answer(pyogrio.read_dataframe(path, read_geometry=False))


def _padan(path: Path) -> Answer:
    (sheet,) = read_file(path, label="x").sheets
    known = Known(SPEC)
    layout = find_header(sheet, known)
    if layout is None or heading_faults("x", sheet, layout, known):
        raise InputError([])
    records = split_records(sheet, layout, FOOTER)
    place = map_columns(layout, known)["nik"][0]
    cells = "\n".join(records.cells.to_numpy().ravel())
    return Answer(cells, frozenset(records.cells[place]), "\n".join(aside.raw for aside in records.aside))


READERS: dict[str, Callable[[Path], Answer]] = {
    "pandas default": _pandas_default,
    "pandas text": _pandas_text,
    "pandas skip": _pandas_skip,
    "polars text": _polars_text,
    "polars lenient": _polars_lenient,
    "duckdb text": _duckdb_text,
    "duckdb ignore_errors": _duckdb_ignore,
    "pyogrio": _pyogrio,
    "padan": _padan,
}
