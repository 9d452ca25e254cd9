"""Makes village polygons valid, and counts what is not right between them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.crs import areas_m2

Geometries = npt.NDArray[Any]

#: Two villages that share less than this touch each other; they do not overlap.
OVERLAP_M2 = 1.0

_POLYGON = 3  # GEOS type number


@dataclass(frozen=True)
class Repair:
    """What making one polygon valid did to it."""

    kode_desa: str
    reason: str
    area_change_m2: float
    empty: bool


@dataclass(frozen=True)
class BoundaryReport:
    """What was delivered, what was mended, what does not fit the register.

    ``features`` polygons came, ``keyed`` of them stand for ``villages`` villages. ``overlaps`` counts pairs
    of villages that share more than 1 m2, ``gaps`` the holes inside the union of all. The tuples hold
    village keys; ``without_listing`` holds codes (or names, in a names-only schema) as written.
    """

    label: str
    file: str
    sha256: str
    features: int
    keyed: int
    villages: int
    repairs: tuple[Repair, ...]
    empty: tuple[str, ...]
    overlaps: int
    gaps: int
    duplicate_codes: tuple[str, ...]
    without_polygon: tuple[str, ...]
    without_listing: tuple[str, ...]

    @property
    def repaired(self) -> int:
        """Return how many polygons had to be mended."""
        return len(self.repairs)

    @property
    def area_change_m2(self) -> float:
        """Return the sum of absolute area changes of all repairs, square metres (EPSG:6933)."""
        return round(sum(abs(repair.area_change_m2) for repair in self.repairs), 1)


def as_multipolygons(geometry: Geometries) -> Geometries:
    """Return each geometry's polygons as one MultiPolygon, perhaps empty; missing stays missing.

    Lines and points inside a collection are left out.
    """
    parts, owner = shapely.get_parts(geometry, return_index=True)
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


def count_overlaps(geometry: Geometries) -> int:
    """Return how many pairs of valid EPSG:4326 polygons share more than 1 m2."""
    first, second = shapely.STRtree(geometry).query(geometry, predicate="intersects")
    once = first < second
    shared = shapely.intersection(geometry[first[once]], geometry[second[once]])
    # borders shared without overlap come back as lines and points: no area
    return int((areas_m2(as_multipolygons(shared)) > OVERLAP_M2).sum())


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


def count_gaps(united: Any) -> int:
    """Return the number of holes inside the union of all villages."""
    return int(shapely.get_num_interior_rings(shapely.get_parts(united)).sum())
