"""Places households in villages: by measured coordinate, written code, written names.

Points are put into polygons kabupaten by kabupaten, by whoever is given as executor: of a household only its
point and its stated village go there. Every household is placed on its own, so that the cut changes nothing.
"""

from dataclasses import dataclass, replace
from threading import local
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely
from pyproj import Transformer

from geo.covering import Real, Whole, covering, inner_counts
from geo.crs import METRIC_CRS, PROVINCE_BOX, STORAGE_CRS
from geo.evidence import Truth, agreement, certainty, how, reasons
from geo.schemas import NAME_FIELDS
from geo.villages import VillageMap
from reconcile.executor import LOCAL, Executor, Places, Tables, Work, cut
from reconcile.regions import Register, match_names
from reconcile.tables import PLACED
from reconcile.vocab import PointFall, PointReading, Position

_NOWHERE = -1

#: Digits and dots of a village key that name its kabupaten.
_KABUPATEN = 5

#: Households of a part at most.
MOST_ROWS = 200_000


@dataclass(frozen=True, eq=False)
class _Ground:
    """The villages that points may fall in: keys, polygons (EPSG:4326 and metric), metres of ``snap_m``."""

    keys: pd.Series
    polygons: npt.NDArray[Any]
    metric: npt.NDArray[Any]
    snap_m: float
    to_metres: Transformer

    def points(self, longitude: Real, latitude: Real) -> npt.NDArray[Any]:
        """Return points in the metric CRS."""
        return np.asarray(shapely.points(*self.to_metres.transform(longitude, latitude)))


class _Grounds(local):
    """The ground of each thread: GEOS and PROJ objects must not be shared by two (libgeos/geos#825)."""

    def __init__(self, shared: Tables) -> None:
        villages = shared["villages"]
        geometry = gpd.GeoSeries(shapely.from_wkb(villages["polygon"].to_numpy()), crs=STORAGE_CRS)
        self.ground = _Ground(
            pd.Series(villages["kode_desa"].to_pandas(), dtype="str"),
            geometry.to_numpy(),
            geometry.to_crs(METRIC_CRS).to_numpy(),
            shared["settings"]["snap_m"][0].as_py(),
            Transformer.from_crs(STORAGE_CRS, METRIC_CRS, always_xy=True),
        )


@dataclass(frozen=True, eq=False)
class _Points:
    """Usable coordinates: the row of each in the households, where it is, how it was read."""

    row: Whole
    longitude: Real
    latitude: Real
    reading: npt.NDArray[Any]

    def metric(self, which: Whole, ground: _Ground) -> npt.NDArray[Any]:
        """Return the points at the positions ``which`` in the metric CRS."""
        return ground.points(self.longitude[which], self.latitude[which])

    def at(self, which: Any) -> "_Points":
        """Return only the points at ``which``."""
        return _Points(self.row[which], self.longitude[which], self.latitude[which], self.reading[which])


@dataclass(frozen=True, eq=False)
class _Fallen:
    """Per point: its polygon or -1, PointFall, metres to that polygon (or NaN), metres to the stated one."""

    place: Whole
    fall: npt.NDArray[Any]
    metres: Real
    stated_m: Real

    def with_those(self, which: Whole, other: "_Fallen") -> "_Fallen":
        """Return a copy in which the points at ``which`` fell as ``other`` says."""
        parts = {}
        for name in ("place", "fall", "metres", "stated_m"):
            parts[name] = getattr(self, name).copy()
            parts[name][which] = getattr(other, name)
        return _Fallen(**parts)


def locate(
    households: pd.DataFrame, villages: VillageMap, register: Register, executor: Executor = LOCAL
) -> pd.DataFrame:
    """Return ``households`` (table CODED) as PLACED, in their order.

    A coordinate inside the box of the province is read as it is given. One outside is read with its axes
    swapped or the sign of one turned where that lies in a village; so is one inside the box that lies in no
    village but, with the sign of its latitude turned, in the kabupaten that its code or names state. The
    values as given stay in ``lintang`` and ``bujur``.

    A point falls in the polygon that covers it; where several do (overlap, border), in that of the stated
    village if that is among them, else in the lowest village key; where none does, in the nearest within
    ``villages.snap_m``, by the same preference; else in none. The household is counted in the village of its
    code, else of its coordinate, else of its names. A coordinate never overrules a code that resolves;
    ``jarak_m`` tells how far off the stated village it is: metres in EPSG:32650, one decimal, 0 inside.
    """
    names = _named(households, register)
    given = {
        "bujur": households["bujur"].to_numpy(float, na_value=np.nan),
        "lintang": households["lintang"].to_numpy(float, na_value=np.nan),
        "stated": villages.positions(households["desa_kode"].fillna(names["desa_nama"])),
        "coded": households["desa_kode"].notna().to_numpy(bool),
    }
    found = _found(given, villages, executor)
    placed = households.assign(
        **names,
        baca_titik=found["baca_titik"],
        desa_titik=villages.keys.array.take(found["desa_titik"], allow_fill=True),
        letak_titik=pd.array(found["letak_titik"], dtype="str"),
        jarak_titik_m=pd.array(found["jarak_titik_m"], dtype="Float64"),
        jarak_m=pd.array(found["jarak_m"], dtype="Float64"),
        posisi=found["posisi"],
        titik_bujur=pd.array(found["titik_bujur"], dtype="Float64"),
        titik_lintang=pd.array(found["titik_lintang"], dtype="Float64"),
    )
    placed["kode_desa"] = placed["desa_kode"].fillna(placed["desa_titik"]).fillna(placed["desa_nama"])
    placed["cara_lokasi"] = how(placed)
    placed["kesepakatan"] = agreement(placed)
    placed["kepastian"] = certainty(placed)
    placed["sebab_lokasi"] = reasons(placed)
    return PLACED.build(placed)


def _found(
    given: dict[str, npt.NDArray[Any]], villages: VillageMap, executor: Executor
) -> dict[str, npt.NDArray[Any]]:
    """Return what ``_placed`` finds of all households, in their order."""
    keys = villages.keys
    shared = {
        "villages": pa.table(
            {"kode_desa": pa.array(keys.to_list(), pa.string()), "polygon": shapely.to_wkb(villages.polygons)}
        ),
        "settings": pa.table({"snap_m": [float(villages.snap_m)]}),
    }
    stated = given["stated"]
    # of no stated village is a part as well
    kabupaten = np.append(pd.factorize(keys.str.slice(0, _KABUPATEN), sort=True)[0] + 1, 0)[stated]
    places = cut(kabupaten % (executor.partitions or len(keys) + 1), MOST_ROWS)
    whole: dict[str, npt.NDArray[Any]] = {}
    empty = _placed(_part(given, np.empty(0, dtype=np.int64)), _Grounds(shared))["found"]
    for name, column in zip(empty.column_names, empty.columns, strict=True):
        kind = object if pa.types.is_string(column.type) else column.to_numpy().dtype
        whole[name] = np.empty(len(stated), dtype=kind)
    answers = executor.map(PLACE, (_part(given, at) for at in places), shared)
    for at, answer in zip(places, answers, strict=True):
        for name, column in whole.items():
            column[at] = answer["found"][name].to_numpy()
    return whole


def _part(given: dict[str, npt.NDArray[Any]], at: Places) -> Tables:
    return {"households": pa.table({name: column[at] for name, column in given.items()})}


def _placed(part: Tables, grounds: _Grounds) -> Tables:
    """Return per household of a part how its point was read, where it fell, and the drawn point."""
    given = {name: part["households"][name].to_numpy() for name in part["households"].column_names}
    ground, stated = grounds.ground, given["stated"]
    reading, points = _read(given["bujur"], given["lintang"])
    fallen = _fall(points, stated[points.row], ground)
    points, fallen = _turned_latitudes(points, fallen, stated, ground)
    # a turned reading is believed only where it leads to a village
    held = (points.reading == PointReading.AS_GIVEN.value) | (fallen.place != _NOWHERE)
    reading[points.row[~held]] = PointReading.OUTSIDE.value
    reading[points.row[held]] = points.reading[held]
    points = points.at(held)
    fallen = _Fallen(fallen.place[held], fallen.fall[held], fallen.metres[held], fallen.stated_m[held])
    spread = _spread(fallen, points, len(stated))
    seen = np.where(spread["desa_titik"] >= 0, spread["desa_titik"], stated)
    drawn = _drawn(np.where(given["coded"], stated, seen), points, ground)
    strings = {"baca_titik": reading, "letak_titik": spread.pop("letak_titik"), "posisi": drawn.pop("posisi")}
    columns = {name: pa.array(values, pa.string()) for name, values in strings.items()}
    return {"found": pa.table({**columns, **spread, **drawn})}


PLACE = Work("place", _Grounds, _placed)


def _read(x: Real, y: Real) -> tuple[npt.NDArray[Any], _Points]:
    """Return the PointReading of every row, and the points to be looked at, each in its likeliest reading."""
    holds = PROVINCE_BOX.holds
    cases: dict[PointReading, tuple[Truth, Real, Real]] = {
        PointReading.AS_GIVEN: (holds(x, y), x, y),
        PointReading.SWAPPED: (holds(y, x), y, x),
        PointReading.LONGITUDE_TURNED: (holds(-x, y), -x, y),
        PointReading.LATITUDE_TURNED: (holds(x, -y), x, -y),
        PointReading.HALF: (np.isnan(x) != np.isnan(y), x, y),
        PointReading.MISSING: (np.isnan(x), x, y),
        PointReading.ZERO: ((x == 0) & (y == 0), x, y),
    }
    conditions = [condition for condition, _, _ in cases.values()]
    reading = np.select(conditions, [r.value for r in cases], PointReading.OUTSIDE.value).astype(object)
    longitude = np.select(conditions, [one for _, one, _ in cases.values()], np.nan)
    latitude = np.select(conditions, [one for _, _, one in cases.values()], np.nan)
    row = np.flatnonzero(PROVINCE_BOX.holds(longitude, latitude))
    return reading, _Points(row, longitude[row], latitude[row], reading[row])


def _fall(points: _Points, stated: Whole, ground: _Ground) -> _Fallen:
    """Return where each point falls; ``stated`` is the position of the stated village, or -1."""
    count = len(points.row)
    if not count or not len(ground.keys):
        nowhere = np.full(count, PointFall.NOWHERE.value, dtype=object)
        return _Fallen(np.full(count, _NOWHERE), nowhere, *(np.full(count, np.nan) for _ in range(2)))
    pairs = point, polygon = covering(points.longitude, points.latitude, ground.polygons)
    covers = np.bincount(point, minlength=count)
    among = np.zeros(count, dtype=bool)
    among[point[polygon == stated[point]]] = True
    place = np.full(count, _NOWHERE)
    # sorted by polygon within each point: the first is the lowest key
    first = np.unique(point, return_index=True)
    place[first[0]] = polygon[first[1]]
    place[among] = stated[among]
    stated_m = np.where(among, 0.0, np.nan)
    off = np.flatnonzero((stated >= 0) & ~among)
    stated_m[off] = np.round(shapely.distance(points.metric(off, ground), ground.metric[stated[off]]), 1)
    metres = np.where(covers > 0, 0.0, np.nan)
    astray = np.flatnonzero(covers == 0)
    place[astray], metres[astray] = _nearest(points.metric(astray, ground), ground.metric, ground.snap_m)
    own = (covers == 0) & (stated_m <= ground.snap_m)
    place[own], metres[own] = stated[own], stated_m[own]
    fall = _falls(covers, place, points, ground, pairs)
    return _Fallen(place, fall, metres, stated_m)


def _falls(
    covers: Whole, place: Whole, points: _Points, ground: _Ground, pairs: tuple[Whole, Whole]
) -> npt.NDArray[Any]:
    """Return the PointFall of each point."""
    tied = covers[pairs[0]] > 1
    ties = pairs[0][tied], pairs[1][tied]
    inner = inner_counts(points.longitude, points.latitude, ground.polygons, ties, len(covers))
    cases = {
        PointFall.OVERLAP: (covers > 1) & (inner > 1),
        PointFall.BORDER: covers > 1,
        PointFall.INSIDE: covers == 1,
        PointFall.SNAPPED: place != _NOWHERE,
    }
    chosen = np.select(list(cases.values()), [c.value for c in cases], PointFall.NOWHERE.value)
    return chosen.astype(object)


def _nearest(points: npt.NDArray[Any], metric: npt.NDArray[Any], snap_m: float) -> tuple[Whole, Real]:
    """Return per point the nearest polygon within ``snap_m`` and the metres to it, or -1 and NaN.

    Of equally near ones, to a tenth of a metre, the lowest.
    """
    polygon, point = shapely.STRtree(points).query(metric, predicate="dwithin", distance=snap_m)
    metres = np.round(np.asarray(shapely.distance(points[point], metric[polygon])), 1)
    order = np.lexsort((polygon, metres, point))
    point, first = np.unique(point[order], return_index=True)
    found, far = np.full(len(points), _NOWHERE), np.full(len(points), np.nan)
    found[point], far[point] = polygon[order][first], metres[order][first]
    return found, far


def _turned_latitudes(
    points: _Points, fallen: _Fallen, stated: Whole, ground: _Ground
) -> tuple[_Points, _Fallen]:
    """Return the points with the latitudes turned of those that then lie in the kabupaten that is stated.

    The province lies on both sides of the equator, so that a place of the sea or of a neighbouring province
    may lie in it when turned: what is stated has to speak for it.
    """
    own = stated[points.row]
    lost = np.flatnonzero(
        (fallen.place == _NOWHERE) & (own >= 0) & (points.reading == PointReading.AS_GIVEN.value)
    )
    some = points.at(lost)
    turned = replace(
        some,
        latitude=-some.latitude,
        reading=np.full(len(lost), PointReading.LATITUDE_TURNED.value, dtype=object),
    )
    there = _fall(turned, own[lost], ground)
    kabupaten = ground.keys.str.slice(0, _KABUPATEN).to_numpy()
    hit = there.place != _NOWHERE
    hit[hit] = kabupaten[there.place[hit]] == kabupaten[own[lost][hit]]
    latitude, reading = points.latitude.copy(), points.reading.copy()
    latitude[lost[hit]], reading[lost[hit]] = turned.latitude[hit], turned.reading[hit]
    part = _Fallen(there.place[hit], there.fall[hit], there.metres[hit], there.stated_m[hit])
    return replace(points, latitude=latitude, reading=reading), fallen.with_those(lost[hit], part)


def _named(households: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Return the village that the written names stand for and how, asking once per distinct triple."""
    names = households[list(NAME_FIELDS)]
    group = names.groupby(list(NAME_FIELDS), dropna=False, sort=False).ngroup().to_numpy()
    distinct = names.loc[~pd.Series(group, index=names.index).duplicated()].reset_index(drop=True)
    found = match_names(distinct, register)
    return found.take(group).set_axis(households.index)


def _spread(fallen: _Fallen, points: _Points, count: int) -> dict[str, npt.NDArray[Any]]:
    """Return the columns that tell where the points fell, over all ``count`` households."""
    place = np.full(count, _NOWHERE)
    fall = np.full(count, None, dtype=object)
    metres, stated_m = np.full(count, np.nan), np.full(count, np.nan)
    place[points.row], fall[points.row] = fallen.place, fallen.fall
    metres[points.row], stated_m[points.row] = fallen.metres, fallen.stated_m
    return {"desa_titik": place, "letak_titik": fall, "jarak_titik_m": metres, "jarak_m": stated_m}


def _drawn(place: Whole, points: _Points, ground: _Ground) -> dict[str, npt.NDArray[Any]]:
    """Return the drawn point: the measured one, else a fixed one inside the village ``place``, else none."""
    used, back = np.unique(place, return_inverse=True)
    # position -1 is the last one, which is nothing
    every = np.array([*ground.polygons, None], dtype=object)
    inner = shapely.point_on_surface(every[used])[back]
    x, y = shapely.get_x(inner), shapely.get_y(inner)
    x[points.row], y[points.row] = points.longitude, points.latitude
    kind = np.where(place >= 0, Position.VILLAGE.value, Position.NONE.value).astype(object)
    kind[points.row] = Position.MEASURED.value
    return {"posisi": kind, "titik_bujur": x, "titik_lintang": y}
