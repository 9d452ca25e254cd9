"""Makes village polygons valid, each by itself, and unites them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.crs import areas_m2

Geometries = npt.NDArray[Any]

_POLYGON = 3  # GEOS type number


@dataclass(frozen=True)
class Repair:
    """What making one polygon valid did to it."""

    kode_desa: str
    reason: str
    area_change_m2: float
    empty: bool


def as_multipolygons(geometry: Geometries) -> Geometries:
    """Return each geometry's polygons as one MultiPolygon, perhaps empty; missing stays missing.

    Lines and points inside a collection are left out.
    """
    parts, owner = shapely.get_parts(geometry, return_index=True)
    if (shapely.get_type_id(parts) > _POLYGON).any():
        # a collection holds a MultiPolygon
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    kept = shapely.get_type_id(parts) == _POLYGON
    kept &= ~shapely.is_empty(parts)
    result = np.full(len(geometry), shapely.MultiPolygon(), dtype=object)
    result[shapely.is_missing(geometry)] = None
    if kept.any():
        shapely.multipolygons(parts[kept], indices=owner[kept], out=result)
    return result


def repair(keys: pd.Series, geometry: Geometries) -> tuple[Geometries, tuple[Repair, ...]]:
    """Return the MultiPolygons ``geometry`` as valid ones, and what was done to each that was not.

    GEOS' structure method, which stays polygonal: the default one turns a spike into a line. A polygon of
    which nothing is left comes back empty and is reported so. ``keys`` are village keys beside ``geometry``.
    """
    broken = np.flatnonzero(~shapely.is_valid(geometry) & ~shapely.is_missing(geometry))
    before = geometry[broken]
    after = as_multipolygons(shapely.make_valid(before, method="structure", keep_collapsed=False))
    mended = geometry.copy()
    mended[broken] = after
    reasons = [str(reason).split("[")[0] for reason in shapely.is_valid_reason(before)]
    change = np.round(areas_m2(after) - areas_m2(before), 1) + 0.0  # no -0.0
    rows = zip(keys.iloc[broken], reasons, change.tolist(), shapely.is_empty(after).tolist(), strict=True)
    return mended, tuple(sorted((Repair(*row) for row in rows), key=lambda r: (r.kode_desa, r.reason)))


def unite(geometry: Geometries) -> Any:
    """Return the union as MultiPolygon: the exact coverage union where borders match, else the general one.

    ``coverage_union_all`` is wrong without notice on polygons that overlap; so it is asked first.
    """
    present = geometry[~shapely.is_missing(geometry)]
    united = (
        shapely.coverage_union_all(present)
        if shapely.coverage_is_valid(present)
        else shapely.union_all(present)
    )
    return shapely.normalize(as_multipolygons(np.array([united], dtype=object)))[0]
