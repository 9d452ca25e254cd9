"""Places households in villages: by measured coordinate, written code, written names."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer

from geo.crs import METRIC_CRS, PROVINCE_BOX, STORAGE_CRS
from geo.schemas import NAME_FIELDS
from geo.villages import VillageMap
from reconcile.regions import Register, resolve_names
from reconcile.tables import PLACED
from reconcile.vocab import Placement, Position

#: Gaps between polygons of one coverage are narrower than this; a point in one belongs to its neighbour.
SNAP_M = 20.0

_NOWHERE = -1

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Points:
    """Usable coordinates: the row of each in the households, and where it is."""

    row: Whole
    longitude: Real
    latitude: Real

    def metric(self, which: Whole) -> npt.NDArray[Any]:
        """Return the points at the positions ``which`` in the metric CRS."""
        return _points(*_to_metres().transform(self.longitude[which], self.latitude[which]))


def locate(households: pd.DataFrame, villages: VillageMap, register: Register) -> pd.DataFrame:
    """Return ``households`` (table CODED) as PLACED, in their order.

    A coordinate is usable inside the box of the province; a swapped one or (0, 0) is not, and is not
    corrected. It falls in the polygon that covers it; where several do (overlap, border), in that of the
    written code if that is among them, else in the lowest village key; where none does, in the nearest
    within 20 m, by the same preference. The household is counted in the village of its code, else of its
    coordinate, else of its names. A coordinate never overrules a code that resolves; ``jarak_m`` tells how
    far off it is: metres in EPSG:32650, one decimal, 0 inside.
    """
    villages = villages.apart()
    points = _usable(households)
    own = villages.positions(households["desa_kode"])
    titik, metres = _fall(points, own[points.row], villages)
    place = np.full(len(households), _NOWHERE)
    place[points.row] = titik
    distance = np.full(len(households), np.nan)
    distance[points.row] = metres
    placed = households.assign(
        desa_titik=_taken(villages.keys, place),
        desa_nama=_named(households, register),
        jarak_m=pd.Series(distance, index=households.index).astype("Float64"),
    )
    placed["kode_desa"] = placed["desa_kode"].fillna(placed["desa_titik"]).fillna(placed["desa_nama"])
    placed["cara_lokasi"] = _how(placed)
    return PLACED.build(placed.assign(**_drawn(placed["kode_desa"], points, villages)))


def _usable(households: pd.DataFrame) -> _Points:
    longitude, latitude = (households[c].to_numpy(float, na_value=np.nan) for c in ("bujur", "lintang"))
    row = np.flatnonzero(PROVINCE_BOX.holds(longitude, latitude))
    return _Points(row, longitude[row], latitude[row])


def _fall(points: _Points, own: Whole, villages: VillageMap) -> tuple[Whole, Real]:
    """Return per point the position of its polygon (or -1) and the metres to polygon ``own`` (or NaN).

    One tree over the points, asked once per polygon, by this thread alone.
    """
    if not len(points.row) or not len(villages.keys):
        return np.full(len(points.row), _NOWHERE), np.full(len(points.row), np.nan)
    tree = shapely.STRtree(_points(points.longitude, points.latitude))
    polygon, point = tree.query(villages.polygons, predicate="covers")
    inside = np.zeros(len(own), dtype=bool)
    inside[point[polygon == own[point]]] = True
    lowest = _lowest(polygon, point, len(own))
    metric = villages.villages.geometry.to_crs(METRIC_CRS).to_numpy()
    metres = np.where(inside, 0.0, np.nan)
    outside = np.flatnonzero((own >= 0) & ~inside)
    metres[outside] = np.round(shapely.distance(points.metric(outside), metric[own[outside]]), 1)
    astray = np.flatnonzero(lowest == _NOWHERE)
    lowest[astray] = _nearest(points.metric(astray), metric)
    theirs = inside | ((metres <= SNAP_M) & ~_covered(point, len(own)))
    return np.where(theirs, own, lowest), metres


def _lowest(polygon: Whole, point: Whole, count: int) -> Whole:
    """Return per point the lowest of its polygons; they are sorted by village key."""
    first = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(first, point, polygon)
    return np.where(first == np.iinfo(np.int64).max, _NOWHERE, first)


def _covered(point: Whole, count: int) -> Truth:
    covered = np.zeros(count, dtype=bool)
    covered[point] = True
    return covered


def _nearest(points: npt.NDArray[Any], metric: npt.NDArray[Any]) -> Whole:
    """Return per point the nearest polygon within 20 m, of equally near ones the lowest, or -1."""
    polygon, point = shapely.STRtree(points).query(metric, predicate="dwithin", distance=SNAP_M)
    metres = np.round(np.asarray(shapely.distance(points[point], metric[polygon])), 1)
    order = np.lexsort((polygon, metres, point))
    point, first = np.unique(point[order], return_index=True)
    found = np.full(len(points), _NOWHERE)
    found[point] = polygon[order][first]
    return found


@cache
def _to_metres() -> Transformer:
    return Transformer.from_crs(STORAGE_CRS, METRIC_CRS, always_xy=True)


def _points(x: Real, y: Real) -> npt.NDArray[Any]:
    return np.asarray(shapely.points(x, y))


def _named(households: pd.DataFrame, register: Register) -> pd.Series:
    """Return the village key that the written names stand for, asking once per distinct triple."""
    names = households[list(NAME_FIELDS)]
    group = names.groupby(list(NAME_FIELDS), dropna=False, sort=False).ngroup().to_numpy()
    distinct = names.loc[~pd.Series(group, index=names.index).duplicated()].reset_index(drop=True)
    found = resolve_names(distinct, register)
    return pd.Series(found.array.take(group), index=households.index, dtype="str")


def _how(placed: pd.DataFrame) -> pd.Series:
    coded = placed["desa_kode"].notna()
    choices = {
        Placement.COORDINATE_AND_CODE: coded & (placed["desa_kode"] == placed["desa_titik"]),
        Placement.CODE: coded,
        Placement.COORDINATE: placed["desa_titik"].notna(),
        Placement.NAME: placed["desa_nama"].notna(),
    }
    values = [method.value for method in choices]
    chosen = np.select([np.asarray(c, dtype=bool) for c in choices.values()], values, Placement.NONE.value)
    return pd.Series(chosen, index=placed.index, dtype="str")


def _drawn(kode_desa: pd.Series, points: _Points, villages: VillageMap) -> dict[str, Any]:
    """Return the drawn point: the measured one, else a fixed one inside the village, else none."""
    count = len(kode_desa)
    place = villages.positions(kode_desa)
    inner = shapely.point_on_surface(villages.polygons)
    x, y = (np.append(axis(inner), np.nan)[place] for axis in (shapely.get_x, shapely.get_y))
    x[points.row], y[points.row] = points.longitude, points.latitude
    measured = _covered(points.row, count)
    kind = np.where(place >= 0, Position.VILLAGE.value, Position.NONE.value)
    return {
        "posisi": np.where(measured, Position.MEASURED.value, kind),
        "titik_bujur": pd.array(x, dtype="Float64"),
        "titik_lintang": pd.array(y, dtype="Float64"),
    }


def _taken(keys: pd.Series, place: Whole) -> Any:
    """Return the keys at ``place``; missing where that is -1."""
    return keys.array.take(place, allow_fill=True)
