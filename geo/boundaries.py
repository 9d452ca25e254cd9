"""Edge module: reads village polygons from GeoPackage, Shapefile and GeoJSON."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from geo.crs import PROVINCE_BOX, STORAGE_CRS
from geo.repair import as_multipolygons
from geo.schemas import NAME_FIELDS, BoundarySchema, Layout, fitting, schemas
from reconcile.errors import Fault, InputError
from reconcile.vocab import CodeSystem

#: A Shapefile is several files; a change in any of these changes what is read.
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")

_POLYGONAL = {"Polygon", "MultiPolygon", "Unknown", "GeometryCollection"}


@dataclass(frozen=True, eq=False)
class BoundaryFile:
    """Village polygons as delivered, in EPSG:4326, not yet keyed or repaired.

    ``features``: kode_tertulis (text, prefix taken off, missing where the schema has no code),
    nama_kabupaten, nama_kecamatan, nama_desa (text as written), geometry (MultiPolygon, no Z, may be
    missing), in the order of the file. ``code_system`` is None for a names-only schema.
    """

    label: str
    file: str
    sha256: str
    layer: str
    schema: str
    code_system: CodeSystem | None
    features: gpd.GeoDataFrame


def read_boundaries(path: Path, *, label: str, layer: str | None, schema: str) -> BoundaryFile:
    """Read one layer of village polygons as ``schema`` (geo/schemas.yaml) declares it.

    ``layer`` may be None where the file has only one. ``label`` names the file in every output.
    InputError, with every fault that can be told at that point: unknown schema, no file, not readable, no
    such layer, no CRS, no feature, no polygons, columns of another schema, [lat, lng] order, nothing in
    the box of the province.
    """
    declared = _declared(schema, path.name)
    name = _layer_name(path, layer)
    info = pyogrio.read_info(path, layer=name)
    layout = _layout(info, declared, schema, path.name)
    features = _features(path, name, layout)
    return BoundaryFile(
        label=label,
        file=path.name,
        sha256=_digest(path),
        layer=name,
        schema=schema,
        code_system=layout.code.system if layout.code else None,
        features=features,
    )


def _declared(schema: str, file: str) -> BoundarySchema:
    if schema not in schemas():
        raise InputError(
            [Fault.of("GEO_SCHEMA_UNKNOWN", file=file, schema=schema, known=", ".join(schemas()))]
        )
    return schemas()[schema]


def _layer_name(path: Path, layer: str | None) -> str:
    if not path.is_file():
        raise InputError([Fault.of("GEO_FILE_MISSING", file=path.name)])
    try:
        names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except pyogrio.errors.DataSourceError:
        raise InputError([Fault.of("GEO_FILE_UNREADABLE", file=path.name)]) from None
    listed = ", ".join(names)
    if layer is None and len(names) != 1:
        raise InputError([Fault.of("GEO_LAYER_AMBIGUOUS", file=path.name, layers=listed)])
    if layer is not None and layer not in names:
        raise InputError([Fault.of("GEO_LAYER_MISSING", file=path.name, layer=layer, layers=listed)])
    return layer or names[0]


def _layout(info: dict[str, Any], declared: BoundarySchema, schema: str, file: str) -> Layout:
    """Return how the file is read; gathers everything that its description already tells."""
    columns = [str(column) for column in info["fields"]]
    layout = declared.layout(columns)
    faults = []
    if layout is None:
        fits = ", ".join(fitting(columns)) or "-"
        wanted, found = declared.wanted(), ", ".join(columns)
        faults.append(
            Fault.of("GEO_COLUMNS_MISSING", file=file, schema=schema, wanted=wanted, found=found, fits=fits)
        )
    if not info["crs"]:
        faults.append(Fault.of("GEO_CRS_MISSING", file=file))
    if info["features"] == 0:
        faults.append(Fault.of("GEO_LAYER_EMPTY", file=file))
    kind = str(info["geometry_type"]).removesuffix(" Z")
    if kind not in _POLYGONAL:
        faults.append(Fault.of("GEO_NOT_POLYGONS", file=file, found=kind))
    if faults or layout is None:
        raise InputError(faults)
    return layout


def _features(path: Path, layer: str, layout: Layout) -> gpd.GeoDataFrame:
    raw = pyogrio.read_dataframe(path, layer=layer, columns=layout.columns, use_arrow=True).to_crs(
        STORAGE_CRS
    )
    _check_kinds(raw, path.name)
    _check_place(raw, path.name)
    empty = pd.Series(pd.NA, index=raw.index, dtype="str")
    table = {"kode_tertulis": _codes(raw, layout) if layout.code else empty}
    for field in NAME_FIELDS:
        column = layout.name_columns.get(field)
        table[field] = empty if column is None else raw[column].astype("str").str.strip()
    geometry = as_multipolygons(shapely.force_2d(raw.geometry.to_numpy()))
    return gpd.GeoDataFrame(table, geometry=geometry, crs=STORAGE_CRS)


def _codes(raw: gpd.GeoDataFrame, layout: Layout) -> Any:
    """Return codes as text; some tools store them as numbers."""
    written = raw[layout.code_column]
    if pd.api.types.is_numeric_dtype(written):
        written = written.astype("Int64")
    prefix = layout.code.strip_prefix if layout.code else ""
    return written.astype("str").str.strip().str.removeprefix(prefix)


def _check_kinds(raw: gpd.GeoDataFrame, file: str) -> None:
    kinds = set(raw.geometry.geom_type.dropna()) - {"Polygon", "MultiPolygon", "GeometryCollection"}
    if kinds or raw.geometry.isna().all():
        found = ", ".join(sorted(kinds)) or "-"
        raise InputError([Fault.of("GEO_NOT_POLYGONS", file=file, found=found)])


def _check_place(raw: gpd.GeoDataFrame, file: str) -> None:
    """Refuse [lat, lng] order and polygons of another part of the world, by the middle of each feature."""
    bounds = raw.geometry.bounds
    x, y = (bounds.minx + bounds.maxx) / 2, (bounds.miny + bounds.maxy) / 2
    if PROVINCE_BOX.holds(x, y).any():
        return
    code = "GEO_AXES_SWAPPED" if PROVINCE_BOX.holds(y, x).any() else "GEO_OUTSIDE_PROVINCE"
    raise InputError([Fault.of(code, file=file)])


def _digest(path: Path) -> str:
    """Return the SHA-256 of the file; of a Shapefile, of its parts one behind the other."""
    parts = [path.with_suffix(suffix) for suffix in _SHAPEFILE_PARTS] if path.suffix == ".shp" else [path]
    digest = sha256()
    for part in parts:
        if part.is_file():
            digest.update(part.read_bytes())
    return digest.hexdigest()
