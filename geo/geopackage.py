"""Edge module: writes one GeoPackage that opens right in QGIS, and looks at it again before it is let go."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely

from geo.columns import attributes, kind
from geo.crs import STORAGE_CRS
from geo.extras import add_extras, inspect, one_change
from geo.layers import POINT_LAYERS
from geo.project import StoredProject, stored_project
from geo.repair import Geometries, as_multipolygons
from geo.soundness import unfinished
from geo.styles import Style
from reconcile.errors import Fault, PublishError
from reconcile.language import text
from reconcile.vocab import Language

#: The default, 1.4, makes QGIS 3.22 warn of every table.
VERSION = "1.2"

#: Columns of these names are the GeoPackage's own.
_RESERVED = frozenset({"fid", "geom"})

#: GEOS type numbers, and the dimensions of what has no heights.
_MISSING, _POINT, _FLAT = -1, 0, 2


def write_geopackage(
    path: Path,
    tables: Mapping[str, pd.DataFrame],
    *,
    styles: Mapping[str, Sequence[Style]],
    reference_date: date,
    language: Language,
    project: StoredProject | None = None,
    points: Collection[str] = POINT_LAYERS,
) -> None:
    """Write ``tables`` to a new GeoPackage at ``path``, with styles, descriptions and a QGIS project.

    ``project`` is another one than that of the results; ``points`` are layers of points though they be empty.

    A GeoDataFrame (EPSG:4326; polygons or points, may be null) becomes a layer, another frame an attribute
    table, in the mapping's order; titles and abstracts are ``layer_<name>`` of the catalogue. A datetime
    without a zone is a date, one with a zone a moment, stored in UTC. The same input gives the same bytes:
    every time that the file tells of itself is midnight UTC of ``reference_date``. PublishError where the
    path is taken (pyogrio deletes what it cannot open), where a table cannot be stored as it is, or where the
    file, opened again, is not what was to be written.
    """
    if path.exists():
        raise PublishError([Fault.of("GEO_TARGET_EXISTS", file=path.name)])
    _check(path, tables)
    stamp = f"{reference_date.isoformat()}T00:00:00.000Z"
    with _fixed_clock(stamp):
        for number, (name, table) in enumerate(tables.items()):
            geometry = _kind(table, point=name in points)
            _write(path, name, table, language, geometry, first=number == 0)
    stored = project or stored_project(
        path.name, tables, styles, reference_date=reference_date, language=language
    )
    add_extras(path, tables, styles, stored, stamp=stamp, language=language)
    one_change(path)
    _verify(path, tables)


@contextmanager
def _fixed_clock(stamp: str) -> Iterator[None]:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _check(path: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Refuse what would be stored otherwise than it is, without a word: another CRS, columns that clash."""
    faults = []
    for name, table in tables.items():
        if isinstance(table, gpd.GeoDataFrame) and table.crs != STORAGE_CRS:
            found = table.crs.to_string() if table.crs else "-"
            faults.append(Fault.of("GEO_PACKAGE_CRS", file=path.name, layer=name, found=found))
        if unfit := _unfit(table):
            columns = ", ".join(unfit)
            faults.append(Fault.of("GEO_PACKAGE_COLUMNS", file=path.name, layer=name, columns=columns))
    if faults:
        raise PublishError(faults)


def _unfit(table: pd.DataFrame) -> list[str]:
    """Return the columns whose name is taken or whose values are of no one kind."""
    names = attributes(table)
    seen = Counter(name.lower() for name in names)
    clash = {name for name in names if seen[name.lower()] > 1 or name.lower() in _RESERVED}
    mixed = {name for name in names if name not in clash and table[name].dtype == object}
    return sorted(clash | mixed)


def _kind(table: pd.DataFrame, *, point: bool) -> str | None:
    """Return the one geometry type of a layer, None of a table; it is the same when a month has no rows."""
    if not isinstance(table, gpd.GeoDataFrame):
        return None
    kinds = set(np.unique(shapely.get_type_id(table.geometry.to_numpy())).tolist()) - {_MISSING}
    return "Point" if kinds == {_POINT} or (not kinds and point) else "MultiPolygon"


def _write(
    path: Path, name: str, table: pd.DataFrame, language: Language, geometry_type: str | None, *, first: bool
) -> None:
    ready: Any = table.astype({column: _stored(table[column]) for column in attributes(table)})
    if geometry_type:
        # one part with a height would make the whole layer one with heights
        flat = _flat(ready.geometry.to_numpy())
        drawn = as_multipolygons(flat) if geometry_type == "MultiPolygon" else flat
        ready = ready.set_geometry(drawn, crs=ready.crs)
    geometry: dict[str, Any] = {"GEOMETRY_NAME": "geom"} if geometry_type else {}
    pyogrio.write_dataframe(
        ready,
        path,
        layer=name,
        driver="GPKG",
        geometry_type=geometry_type,
        # columns go by name; without Arrow they go by place
        use_arrow=True,
        append=not first,
        dataset_options={"VERSION": VERSION} if first else {},
        layer_options={
            **geometry,
            "FID": "fid",
            "IDENTIFIER": text(f"layer_{name}", language),
            "DESCRIPTION": text(f"layer_{name}_about", language),
            # GDAL 3.6 of QGIS 3.22 warns of times without them
            "DATETIME_PRECISION": "MILLISECOND",
        },
    )


def _flat(geometry: Geometries) -> Geometries:
    """Return the geometries without heights; an empty one does not tell whether it has them."""
    high = (shapely.get_coordinate_dimension(geometry) > _FLAT) | shapely.is_empty(geometry)
    return shapely.force_2d(geometry) if high.any() else geometry


def _stored(column: pd.Series) -> Any:
    """Return the type that a column is stored by: dates as dates of the Arrow kind, moments in UTC."""
    if kind(column) == "date":
        return pd.ArrowDtype(pa.date32())
    if kind(column) == "moment":
        return pd.DatetimeTZDtype("ms", "UTC")
    return column.dtype


def _verify(path: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Open the file read-only and raise with everything that is not as it was to be."""
    faults = []
    if not inspect(path):
        faults.append(Fault.of("GEO_PACKAGE_DAMAGED", file=path.name))
    for name, table in tables.items():
        info = pyogrio.read_info(path, layer=name, force_feature_count=True)
        wrote, found = len(table), info["features"]
        if found != wrote:
            faults.append(Fault.of("GEO_PACKAGE_COUNT", file=path.name, layer=name, wrote=wrote, found=found))
        if isinstance(table, gpd.GeoDataFrame) and info["crs"] != STORAGE_CRS:
            faults.append(Fault.of("GEO_PACKAGE_CRS", file=path.name, layer=name, found=info["crs"]))
    if any(path.with_name(path.name + suffix).exists() for suffix in ("-wal", "-shm", "-journal")):
        faults.append(Fault.of("GEO_PACKAGE_SIDE_FILES", file=path.name))
    if not faults:
        lacking = unfinished(path, tables)
        faults += [Fault.of("GEO_PACKAGE_UNFINISHED", file=path.name, layer=name) for name in lacking]
    if faults:
        raise PublishError(faults)
