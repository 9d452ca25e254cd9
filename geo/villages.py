"""Brings village polygons to one village key each."""

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.boundaries import BoundaryFile
from geo.crs import STORAGE_CRS
from geo.repair import BoundaryReport, Geometries, count_gaps, count_overlaps, repair, unite
from geo.schemas import NAME_FIELDS
from reconcile.errors import Fault, InputError
from reconcile.regions import Register, resolve_codes, resolve_names

#: Positions in the villages of a map; -1 stands for none.
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class VillageMap:
    """One valid MultiPolygon (EPSG:4326) per village key, sorted by it, and how it came about.

    ``villages``: kode_desa, geometry; only villages that have a polygon.
    """

    label: str
    villages: gpd.GeoDataFrame
    report: BoundaryReport

    @property
    def keys(self) -> pd.Series:
        """Return the village keys in the order of the polygons."""
        return pd.Series(self.villages["kode_desa"])

    @property
    def polygons(self) -> Geometries:
        """Return the polygons in the order of the keys."""
        polygons: Geometries = self.villages.geometry.to_numpy()
        return polygons

    def apart(self) -> "VillageMap":
        """Return the same map with geometries of its own.

        Threads must not share them: prepared polygons shared by two have aborted the process
        (libgeos/geos#825).
        """
        own = shapely.from_wkb(shapely.to_wkb(self.polygons))
        return replace(self, villages=self.villages.set_geometry(own, crs=STORAGE_CRS))

    def positions(self, codes: pd.Series) -> Positions:
        """Return per village key the position of its polygon, -1 where it has none."""
        place: Positions = pd.Index(self.keys).get_indexer(pd.Index(codes)).astype(np.int64)
        return place


def key_villages(boundary: BoundaryFile, register: Register) -> VillageMap:
    """Return the polygons of ``boundary`` under the village keys of ``register``.

    By code in the schema's own code system, and only by name where the schema has no codes: a code that
    resolves to nothing is listed in the report, never guessed. Several polygons of one village are united.
    InputError when no polygon at all finds its village: the file is of another schema or province.
    """
    features = boundary.features
    key = _keys(boundary, register)
    known = key.notna()
    if not known.any():
        system = boundary.code_system or "-"
        raise InputError([Fault.of("GEO_NOTHING_KEYED", file=boundary.file, system=system)])
    written = _written(features)
    label = key.where(known, written)
    mended, repairs = repair(label, features.geometry.to_numpy())
    villages = _one_each(key[known], mended[known.to_numpy()])
    polygons = villages.geometry.to_numpy()
    usable = set(villages["kode_desa"])
    listed = set(register.villages["kode_desa"])
    report = BoundaryReport(
        label=boundary.label,
        file=boundary.file,
        sha256=boundary.sha256,
        features=len(features),
        keyed=int(known.sum()),
        villages=len(villages),
        repairs=repairs,
        empty=tuple(sorted(set(key[known]) - usable)),
        overlaps=count_overlaps(polygons),
        gaps=count_gaps(unite(polygons)),
        duplicate_codes=tuple(sorted(set(key[known & key.duplicated()]))),
        without_polygon=tuple(sorted(listed - usable)),
        without_listing=tuple(sorted(written[~known])),
    )
    return VillageMap(boundary.label, villages, report)


def _keys(boundary: BoundaryFile, register: Register) -> pd.Series:
    features = boundary.features
    if boundary.code_system is None:
        return resolve_names(pd.DataFrame(features[list(NAME_FIELDS)]), register)
    return resolve_codes(features["kode_tertulis"], boundary.code_system, register)["desa_kode"]


def _written(features: gpd.GeoDataFrame) -> Any:
    """Return what the report calls a polygon that has no key: its code, else its names."""
    names = pd.DataFrame(features[list(NAME_FIELDS)]).fillna("-").agg(" / ".join, axis="columns")
    return features["kode_tertulis"].fillna(names).astype("str")


def _one_each(key: pd.Series, geometry: Geometries) -> gpd.GeoDataFrame:
    """Return one row per key that has a polygon left, sorted; only villages in several pieces cost a step."""
    some = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    pieces = pd.Series(shapely.normalize(geometry[some]), index=pd.Index(key[some].array, dtype="str"))
    several = pieces.index.duplicated(keep=False)
    single: dict[Any, Any] = pieces[~several].to_dict()
    for code in sorted(set(pieces.index[several])):
        single[code] = unite(pieces[[code]].to_numpy())
    codes = sorted(single)
    table = {"kode_desa": pd.Series(codes, dtype="str")}
    return gpd.GeoDataFrame(table, geometry=[single[code] for code in codes], crs=STORAGE_CRS)
