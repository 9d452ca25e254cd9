"""Edge module: the rows of one area out of the files of a published run, a block at a time."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyogrio

from reconcile.bundle.plan import Cut
from reconcile.errors import Fault, InputError
from reconcile.tables import Table
from reconcile.text.formulas import unshielded

_TYPES = {"whole": pa.float64(), "number": pa.float64(), "yesno": pa.bool_()}
_PROVINCE_LENGTH = 2


def read_rows(run: Path, cut: Cut, area: str, rows: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return the columns of ``cut`` for the rows of ``area`` that have one of the values of each of ``rows``.

    ``area`` is a Kemendagri code; of the province, rows without any area count too. InputError where the file
    of the run cannot be read.
    """
    table = cut.output.table
    asked = list(dict.fromkeys((*table.names, *cut.areas, *rows)))
    try:
        blocks = [pa.Table.from_batches(_kept(run / cut.output.path, table, asked, cut.areas, area, rows))]
        frame: pd.DataFrame = pa.concat_tables(blocks).to_pandas()
        texts = {name: unshielded(frame[name]) for name in table.names if _is_text(frame[name])}
        return table.build(frame.assign(**texts)[table.names])
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        raise InputError([Fault.of("E_BUNDLE_FILES", file=f"{run.name}/{cut.output.path}")]) from None


def _kept(
    path: Path,
    table: Table,
    asked: list[str],
    areas: Sequence[str],
    area: str,
    rows: Mapping[str, Sequence[str]],
) -> Iterator[pa.RecordBatch]:
    kinds = {column.name: _TYPES.get(column.kind, pa.string()) for column in table.columns}
    # what is asked besides is compared as it is written
    types = {name: kinds.get(name, pa.string()) for name in asked} | dict.fromkeys(rows, pa.string())
    options = pyarrow.csv.ConvertOptions(
        include_columns=asked, column_types=types, strings_can_be_null=True, null_values=[""]
    )
    parsed = pyarrow.csv.ParseOptions(delimiter=";", newlines_in_values=True)
    with pyarrow.csv.open_csv(path, parse_options=parsed, convert_options=options) as reader:
        yield pa.RecordBatch.from_pylist([], schema=reader.schema)
        for batch in reader:
            kept = pa.array([True] * len(batch))
            for name in areas:
                kept = pc.and_(kept, _inside(batch.column(name), area))
            for name, values in rows.items():
                kept = pc.and_(kept, pc.is_in(batch.column(name), pa.array(list(values), pa.string())))
            yield batch.filter(kept)


def _inside(codes: pa.Array, area: str) -> pa.Array:
    inside = pc.or_(pc.equal(codes, area), pc.starts_with(codes, f"{area}."))
    return pc.fill_null(inside, len(area) == _PROVINCE_LENGTH)


def _is_text(column: pd.Series) -> bool:
    return bool(pd.api.types.is_string_dtype(column))


def read_layer(path: Path, layer: str, column: str, area: str) -> gpd.GeoDataFrame:
    """Return the part of a layer whose code in ``column`` lies in ``area``.

    InputError where the file of the run cannot be read.
    """
    where = f"{column} = '{area}' OR {column} LIKE '{area}.%'"
    try:
        stored = pyogrio.read_info(path, layer=layer)
        rows = pyogrio.read_dataframe(path, layer=layer, where=where, use_arrow=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError):
        raise InputError([Fault.of("E_BUNDLE_FILES", file=path.name)]) from None
    kinds = dict(zip(stored["fields"], stored["dtypes"], strict=True))
    return gpd.GeoDataFrame(rows.assign(**{name: _as_stored(rows[name], kinds[name]) for name in kinds}))


def _as_stored(column: pd.Series, kind: str) -> pd.Series:
    """Return a column in the kind that the file declares: a gap in it would make it another."""
    if kind.startswith("int"):
        return column.astype("Int64")
    if kind == "bool":
        return column.astype("boolean")
    if kind.startswith("datetime64"):
        return pd.to_datetime(column).astype("datetime64[s]")
    return column
