"""Edge module: writes one GeoPackage that opens right in QGIS, and looks at it again before it is let go."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio

from geo.crs import STORAGE_CRS
from geo.layers import HOUSEHOLD_LAYER
from geo.repair import as_multipolygons
from geo.styles import Style
from reconcile.errors import Fault, PublishError
from reconcile.language import text
from reconcile.vocab import Language

#: The default, 1.4, makes QGIS 3.22 warn of every table.
VERSION = "1.2"

PROVENANCE_TABLE = "asal_data"

_STYLE_TABLE = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)
"""

# catalog and schema are empty text, not NULL: that is what QGIS looks for
_STYLE_ROW = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,
  styleQML, styleSLD, useAsDefault, description, owner, update_time)
  VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', ?)
"""

_STYLE_CONTENTS = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)
  VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)
"""


def write_geopackage(
    path: Path,
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    styles: Mapping[str, Style],
    provenance: pd.DataFrame | None,
    reference_date: date,
    language: Language,
) -> None:
    """Write ``layers`` (EPSG:4326; MultiPolygon or Point, may be null) to a new GeoPackage at ``path``.

    Layer names and their titles and abstracts (``layer_<name>`` of the catalogue) follow the mapping's
    order; ``provenance`` becomes the table asal_data. The same input gives the same bytes: every time in
    the file is midnight UTC of ``reference_date``. PublishError where the path is taken (pyogrio deletes
    what it cannot open), or where the file, opened again, is not what was to be written.
    """
    if path.exists():
        raise PublishError([Fault.of("GEO_TARGET_EXISTS", file=path.name)])
    stamp = f"{reference_date.isoformat()}T00:00:00.000Z"
    with _fixed_clock(stamp):
        for number, (name, layer) in enumerate(layers.items()):
            _write(path, name, layer, language, geometry_type=_kind(name, layer), append=number > 0)
        if provenance is not None:
            _write(path, PROVENANCE_TABLE, provenance, language, geometry_type=None, append=True)
    _store_styles(path, {name: styles[name] for name in layers if name in styles}, stamp)
    counts = {name: len(layer) for name, layer in layers.items()}
    _verify(
        path, counts if provenance is None else {**counts, PROVENANCE_TABLE: len(provenance)}, list(layers)
    )


@contextmanager
def _fixed_clock(stamp: str) -> Iterator[None]:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _kind(name: str, layer: gpd.GeoDataFrame) -> str:
    """Return the one geometry type of the layer; it is the same when a month has no rows."""
    kinds = set(layer.geometry.geom_type.dropna())
    points = kinds == {"Point"} or (not kinds and name == HOUSEHOLD_LAYER)
    return "Point" if points else "MultiPolygon"


def _write(
    path: Path, name: str, table: pd.DataFrame, language: Language, *, geometry_type: str | None, append: bool
) -> None:
    days = list(table.select_dtypes("datetime").columns)
    # as dates of the Arrow kind: a time of day would be invented otherwise
    ready: Any = table.astype(dict.fromkeys(days, pd.ArrowDtype(pa.date32())))
    if geometry_type == "MultiPolygon":
        ready = ready.set_geometry(as_multipolygons(ready.geometry.to_numpy()), crs=ready.crs)
    geometry: dict[str, Any] = {"GEOMETRY_NAME": "geom"} if geometry_type else {}
    pyogrio.write_dataframe(
        ready,
        path,
        layer=name,
        driver="GPKG",
        geometry_type=geometry_type,
        use_arrow=True,
        append=append,
        dataset_options={} if append else {"VERSION": VERSION},
        layer_options={
            **geometry,
            "FID": "fid",
            "IDENTIFIER": text(f"layer_{name}", language),
            "DESCRIPTION": text(f"layer_{name}_about", language),
        },
    )


def _store_styles(path: Path, styles: Mapping[str, Style], stamp: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(_STYLE_TABLE)
        connection.execute(_STYLE_CONTENTS, (stamp,))
        connection.executemany(
            _STYLE_ROW,
            [(layer, style.name, style.qml, style.description, stamp) for layer, style in styles.items()],
        )


def _verify(path: Path, counts: Mapping[str, int], spatial: list[str]) -> None:
    """Open the file read-only and raise with everything that is not as it was to be."""
    faults = []
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        delete = connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    if not sound or not delete:
        faults.append(Fault.of("GEO_PACKAGE_DAMAGED", file=path.name))
    for name, count in counts.items():
        info = pyogrio.read_info(path, layer=name, force_feature_count=True)
        if info["features"] != count:
            faults.append(
                Fault.of("GEO_PACKAGE_COUNT", file=path.name, layer=name, wrote=count, found=info["features"])
            )
        if name in spatial and info["crs"] != STORAGE_CRS:
            faults.append(Fault.of("GEO_PACKAGE_CRS", file=path.name, layer=name, found=info["crs"]))
    if any(path.with_name(path.name + suffix).exists() for suffix in ("-wal", "-shm", "-journal")):
        faults.append(Fault.of("GEO_PACKAGE_SIDE_FILES", file=path.name))
    if faults:
        raise PublishError(faults)
