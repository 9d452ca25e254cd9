"""Edge module: reads village polygons from GeoPackage, Shapefile (ZIP too), GeoJSON and FlatGeobuf."""

import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely

from geo.crs import PROVINCE_BOX, STORAGE_CRS, same_crs
from geo.repair import as_multipolygons
from geo.schemas import NAME_FIELDS, BoundarySchema, Layout, fitting, schemas
from reconcile.errors import Fault, InputError
from reconcile.vocab import CodeSystem

#: A Shapefile is several files; a change in any of these changes what is read.
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")

#: What may lie in a ZIP archive and be read from inside it.
_INSIDE = (".shp", ".gpkg", ".geojson", ".json", ".fgb")

_POLYGONAL = {"Polygon", "MultiPolygon", "Unknown", "GeometryCollection"}

#: Digits of a village code of either system.
_CODE_DIGITS = 10


@dataclass(frozen=True, eq=False)
class BoundaryFile:
    """Village polygons as delivered, in EPSG:4326, not yet keyed or repaired.

    ``features``: kode_tertulis (text, prefix taken off, missing where the schema has no code),
    nama_kabupaten, nama_kecamatan, nama_desa (text as written), geometry (MultiPolygon, no Z or M, may be
    missing), in the order of the file. ``code_system`` is None for a names-only schema. ``crs`` is the file's
    own. ``turned``: it held latitude before longitude. ``flattened`` features had a height or a measure.
    """

    label: str
    file: str
    sha256: str
    layer: str
    schema: str
    code_system: CodeSystem | None
    features: gpd.GeoDataFrame
    crs: str = STORAGE_CRS
    turned: bool = False
    flattened: int = 0

    @property
    def outside(self) -> npt.NDArray[np.bool_]:
        """Return for each feature with a geometry whether its middle lies outside the box of the province."""
        geometry = self.features.geometry.to_numpy()
        outside: npt.NDArray[np.bool_] = ~_inside(geometry) & ~shapely.is_missing(geometry)
        return outside


def read_boundaries(
    path: Path, *, label: str, layer: str | None, schema: str, crs: str | None = None
) -> BoundaryFile:
    """Read one layer of village polygons as ``schema`` (geo/schemas.yaml) declares it.

    ``layer`` may be None where the file has only one; of a ZIP with several files it names the one. ``crs``
    is for a file that declares none. ``label`` names the file in every output. A file with latitude first is
    turned round, which the answer says: longitudes and latitudes of the province do not overlap.
    InputError, with every fault that can be told at that point: unknown schema, no file, not readable, no
    such layer, no CRS or another than ``crs``, no feature, no polygons, columns of another schema, features
    in both axis orders, nothing in the box of the province.
    """
    declared = _declared(schema, path.name)
    source, asked = _source(path, layer)
    name = _layer_name(source, asked, path.name)
    info = pyogrio.read_info(source, layer=name)
    layout = _layout(info, declared, schema, crs, path.name)
    raw = _read(source, name, layout, path.name)
    raw = raw if raw.crs else raw.set_crs(crs)
    _check_kinds(raw, path.name)
    geometry, turned = _in_degrees(raw, path.name)
    flattened = shapely.has_z(raw.geometry.to_numpy()) | shapely.has_m(raw.geometry.to_numpy())
    flat = as_multipolygons(shapely.force_2d(geometry))
    return BoundaryFile(
        label=label,
        file=path.name,
        sha256=_digest(path),
        layer=name,
        schema=schema,
        code_system=layout.code.system if layout.code else None,
        features=gpd.GeoDataFrame(_attributes(raw, layout), geometry=flat, crs=STORAGE_CRS),
        crs=raw.crs.to_string(),
        turned=turned,
        flattened=int(flattened.sum()),
    )


def _declared(schema: str, file: str) -> BoundarySchema:
    if schema not in schemas():
        raise InputError(
            [Fault.of("GEO_SCHEMA_UNKNOWN", file=file, schema=schema, known=", ".join(schemas()))]
        )
    return schemas()[schema]


def _source(path: Path, layer: str | None) -> tuple[str, str | None]:
    """Return what GDAL reads, the file or a member of the archive, and which layer is asked of it."""
    if not path.is_file():
        raise InputError([Fault.of("GEO_FILE_MISSING", file=path.name)])
    if path.suffix.casefold() != ".zip":
        return str(path), layer
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(one.filename for one in archive.infolist() if not one.flag_bits & 1)
    except (zipfile.BadZipFile, OSError):
        raise InputError([Fault.of("GEO_FILE_UNREADABLE", file=path.name)]) from None
    maps = {
        Path(name).stem: name
        for name in names
        if Path(name).suffix.casefold() in _INSIDE and not name.startswith("__MACOSX")
    }
    if not maps:
        raise InputError([Fault.of("GEO_FILE_UNREADABLE", file=path.name)])
    listed = ", ".join(maps)
    if layer is None and len(maps) > 1:
        raise InputError([Fault.of("GEO_LAYER_AMBIGUOUS", file=path.name, layers=listed)])
    if layer is not None and layer not in maps:
        raise InputError([Fault.of("GEO_LAYER_MISSING", file=path.name, layer=layer, layers=listed)])
    return f"/vsizip/{path.resolve()}/{maps[layer or listed]}", None


def _layer_name(source: str, layer: str | None, file: str) -> str:
    try:
        names = [str(name) for name in pyogrio.list_layers(source)[:, 0]]
    except pyogrio.errors.DataSourceError:
        raise InputError([Fault.of("GEO_FILE_UNREADABLE", file=file)]) from None
    listed = ", ".join(names)
    if layer is None and len(names) != 1:
        raise InputError([Fault.of("GEO_LAYER_AMBIGUOUS", file=file, layers=listed)])
    if layer is not None and layer not in names:
        raise InputError([Fault.of("GEO_LAYER_MISSING", file=file, layer=layer, layers=listed)])
    return layer or names[0]


def _layout(
    info: dict[str, Any], declared: BoundarySchema, schema: str, crs: str | None, file: str
) -> Layout:
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
    if not info["crs"] and crs is None:
        faults.append(Fault.of("GEO_CRS_MISSING", file=file))
    if info["crs"] and crs is not None and not same_crs(info["crs"], crs):
        faults.append(Fault.of("GEO_CRS_OTHER", file=file, found=info["crs"][:20], declared=crs))
    if info["features"] == 0:
        faults.append(Fault.of("GEO_LAYER_EMPTY", file=file))
    kind = str(info["geometry_type"])
    if not _POLYGONAL & set(kind.split()):
        faults.append(Fault.of("GEO_NOT_POLYGONS", file=file, found=kind))
    if faults or layout is None:
        raise InputError(faults)
    return layout


def _read(source: str, layer: str, layout: Layout, file: str) -> gpd.GeoDataFrame:
    """Return the layer; a geometry that is none at all, such as a ring of two points, comes back missing."""
    try:
        return pyogrio.read_dataframe(
            source, layer=layer, columns=layout.columns, use_arrow=True, on_invalid="ignore"
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError, shapely.errors.GEOSException):
        raise InputError([Fault.of("GEO_FILE_UNREADABLE", file=file)]) from None


def _attributes(raw: gpd.GeoDataFrame, layout: Layout) -> dict[str, Any]:
    empty = pd.Series(pd.NA, index=raw.index, dtype="str")
    table = {"kode_tertulis": _codes(raw, layout) if layout.code else empty}
    for field in NAME_FIELDS:
        column = layout.name_columns.get(field)
        table[field] = empty if column is None else _stripped(raw[column])
    return table


def _codes(raw: gpd.GeoDataFrame, layout: Layout) -> Any:
    """Return codes as text, put together where the schema has them in parts."""
    parts = [_as_text(raw[column]) for column in layout.code_columns]
    code = layout.code
    if code is None or len(parts) == 1:
        prefix = code.strip_prefix if code else ""
        return parts[0].str.replace(f"^{prefix}", "", case=False, regex=True) if prefix else parts[0]
    together = parts[0].str.zfill(code.parts[0].width)
    for part, declared in zip(parts[1:], code.parts[1:], strict=True):
        together = together + part.str.zfill(declared.width)
    return together.where(parts[-1].str.len() != _CODE_DIGITS, parts[-1])


def _as_text(written: pd.Series) -> pd.Series:
    """Return codes as text; some tools store them as numbers."""
    if pd.api.types.is_numeric_dtype(written):
        written = written.astype("Int64")
    return _stripped(written)


def _stripped(written: pd.Series) -> pd.Series:
    plain = written.astype("str").str.strip()
    return plain.mask(plain == "")


def _check_kinds(raw: gpd.GeoDataFrame, file: str) -> None:
    kinds = set(raw.geometry.geom_type.dropna()) - {"Polygon", "MultiPolygon", "GeometryCollection"}
    if kinds or raw.geometry.isna().all():
        found = ", ".join(sorted(kinds)) or "-"
        raise InputError([Fault.of("GEO_NOT_POLYGONS", file=file, found=found)])


def _in_degrees(raw: gpd.GeoDataFrame, file: str) -> tuple[Any, bool]:
    """Return the geometries in EPSG:4326, longitude first, and whether they had to be turned round."""
    straight = raw.geometry.to_crs(STORAGE_CRS).to_numpy()
    here = _inside(straight)
    if here.all():
        return straight, False
    swapped = shapely.transform(raw.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    turned = gpd.GeoSeries(swapped, crs=raw.crs).to_crs(STORAGE_CRS).to_numpy()
    there = _inside(turned) & ~here
    if here.any() and there.any():
        raise InputError([Fault.of("GEO_AXES_MIXED", file=file, count=int(there.sum()))])
    if not here.any() and not there.any():
        raise InputError([Fault.of("GEO_OUTSIDE_PROVINCE", file=file)])
    return (turned, True) if there.any() else (straight, False)


def _inside(geometry: Any) -> npt.NDArray[np.bool_]:
    """Return whether the middle of each lies in the box of the province."""
    west, south, east, north = shapely.bounds(geometry).T
    return PROVINCE_BOX.holds((west + east) / 2, (south + north) / 2)


def _digest(path: Path) -> str:
    """Return the SHA-256 of the file; of a Shapefile, of its parts one behind the other."""
    parts = [path.with_suffix(suffix) for suffix in _SHAPEFILE_PARTS] if path.suffix == ".shp" else [path]
    digest = sha256()
    for part in parts:
        if part.is_file():
            digest.update(part.read_bytes())
    return digest.hexdigest()
