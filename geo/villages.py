"""Brings village polygons to one village key each, mends them, and gives an account of it."""

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.boundaries import BoundaryFile
from geo.crs import STORAGE_CRS
from geo.repair import Geometries, repair, unite
from geo.report import BoundaryReport, area_changes
from geo.schemas import NAME_FIELDS
from geo.seams import TOLERANCE_M, close_seams, find_seams, left_seams
from reconcile.errors import Fault, InputError
from reconcile.regions import Register, contradicted_system, match_listed_names, resolve_codes
from reconcile.text.places import place_keys

#: Default of ``boundaries.snap_m``: a point so near to a village, in a gap or off its shore, belongs to it.
SNAP_M = 20.0

#: So many of the seams that are left are named one by one, the largest; all are counted.
MOST_LEFT = 50

#: Positions in the villages of a map; -1 stands for none.
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class VillageMap:
    """One valid MultiPolygon (EPSG:4326) per village key, sorted by it, and how it came about.

    ``villages``: kode_desa, geometry; only villages that have a polygon. ``snap_m``: how far (metres) a
    point may lie from every village and still belong to the nearest.
    """

    label: str
    villages: gpd.GeoDataFrame
    report: BoundaryReport
    snap_m: float = SNAP_M

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


def key_villages(
    boundary: BoundaryFile, register: Register, *, tolerance_m: float = TOLERANCE_M, snap_m: float = SNAP_M
) -> VillageMap:
    """Return the polygons of ``boundary`` under the village keys of ``register``, mended.

    By code in the schema's own code system, and only by name where the schema has no codes: a code that
    resolves to nothing is listed in the report, never guessed. Several polygons of one village are united.
    Overlaps and gaps nowhere wider than ``tolerance_m`` are closed, and no border moves farther than that.
    InputError when no polygon finds its village (the file is of another schema or province), when codes and
    names speak for the other code system, or when one code bears two names.
    """
    key = _keys(boundary, register)
    _refuse(boundary, key, register)
    known = key.notna()
    label = key.fillna(_written(boundary.features[~known]))
    mended, repairs = repair(label, boundary.features.geometry.to_numpy())
    single = _one_each(key[known], mended[known.to_numpy()])
    polygons = single.geometry.to_numpy()
    seams = find_seams(polygons)
    closed = close_seams(polygons, seams, tolerance_m=tolerance_m)
    after = find_seams(closed.polygons) if closed.moved_m.any() else seams
    villages = single.set_geometry(closed.polygons, crs=STORAGE_CRS)
    keys = pd.Series(villages["kode_desa"])
    report = BoundaryReport(
        **_delivered(boundary, key),
        **_against_list(boundary, key, keys, register),
        villages=len(villages),
        repairs=repairs,
        tolerance_m=tolerance_m,
        before=seams.count(),
        after=after.count(),
        left=left_seams(after, closed.polygons, keys.to_numpy())[:MOST_LEFT],
        moved_m=float(closed.moved_m.max(initial=0.0)),
        given_back=tuple(keys.iloc[closed.given_back]),
        areas=area_changes(boundary.features[known], key[known], villages, register),
    )
    return VillageMap(boundary.label, villages, report, snap_m)


def _delivered(boundary: BoundaryFile, key: pd.Series) -> dict[str, Any]:
    """Return what the report says of the file as it came."""
    return {
        "label": boundary.label,
        "file": boundary.file,
        "sha256": boundary.sha256,
        "schema": boundary.schema,
        "layer": boundary.layer,
        "crs": boundary.crs,
        "features": len(boundary.features),
        "keyed": int(key.notna().sum()),
        "turned": boundary.turned,
        "flattened": boundary.flattened,
        "outside": tuple(sorted(_written(boundary.features[boundary.outside]))),
    }


def _against_list(
    boundary: BoundaryFile, key: pd.Series, keys: pd.Series, register: Register
) -> dict[str, Any]:
    """Return what the report says of villages and features that are doubled, empty or missing."""
    known = key.notna()
    usable, listed = set(keys), set(register.villages["kode_desa"])
    return {
        "empty": tuple(sorted(set(key[known]) - usable)),
        "merged": tuple(sorted(set(key[known & key.duplicated()]))),
        "without_polygon": tuple(sorted(listed - usable)),
        "without_listing": tuple(sorted(_written(boundary.features[~known]))),
    }


def _keys(boundary: BoundaryFile, register: Register) -> pd.Series:
    features = boundary.features
    if boundary.code_system is None:
        return match_listed_names(pd.DataFrame(features[list(NAME_FIELDS)]), register)["desa_nama"]
    return resolve_codes(features["kode_tertulis"], boundary.code_system, register)["desa_kode"]


def _refuse(boundary: BoundaryFile, key: pd.Series, register: Register) -> None:
    """Raise InputError where the codes cannot be what the schema says, or name one village twice."""
    faults: list[Fault] = []
    if boundary.code_system is not None:
        rows = pd.DataFrame(boundary.features[["kode_tertulis", "nama_desa"]])
        rows = rows.rename(columns={"kode_tertulis": "kode_wilayah"})
        faults += contradicted_system(rows, boundary.code_system, register, file=boundary.file)
    if not faults and key.isna().all():
        system = boundary.code_system or "-"
        faults.append(Fault.of("GEO_NOTHING_KEYED", file=boundary.file, system=system))
    names = place_keys(boundary.features["nama_desa"], "desa").groupby(key).nunique()
    faults += [
        Fault.of("GEO_CODE_TWICE", file=boundary.file, area=str(code)) for code in names.index[names > 1]
    ]
    if faults:
        raise InputError(faults)


def _written(features: gpd.GeoDataFrame) -> Any:
    """Return what the report calls a polygon that has no key: its code, else its names."""
    names = pd.DataFrame(features[list(NAME_FIELDS)]).fillna("-")
    first, *others = NAME_FIELDS
    return features["kode_tertulis"].fillna(names[first].str.cat(names[others], sep=" / ")).astype("str")


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
