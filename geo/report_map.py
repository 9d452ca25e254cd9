"""The villages as a small drawing for a page: simplified as a coverage, in whole numbers, as SVG paths.

All borders are simplified together (Visvalingam-Whyatt over a coverage), so that neighbours still touch;
kecamatan and kabupaten are unions of what is left. Every vertex is then put on one grid: a vertex that two
areas share lands on the same point for both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.crs import METRIC_CRS
from geo.repair import Geometries, unite

#: How much of a village code is the code of each level, largest level first.
WIDTHS: Mapping[str, int] = {"kabupaten": 5, "kecamatan": 8, "desa": 13}
#: The longer side of the drawing in its own units: a twelve-thousandth of the province cannot be seen.
SIZE = 12_000
#: Metres that borders may be simplified to, finest first; the first that leaves few enough vertices is taken.
TOLERANCES_M = (20.0, 50.0, 100.0, 200.0, 400.0, 800.0)
MOST_VERTICES = 100_000
#: White around the drawing, in its units.
_MARGIN = 120

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Shape:
    """An area as a path of SVG, and a point inside it."""

    code: str
    path: str
    x: int
    y: int


@dataclass(frozen=True)
class Drawing:
    """Width and height in units, the shapes of every level, the metres that borders were simplified to."""

    width: int
    height: int
    levels: Mapping[str, Sequence[Shape]]
    tolerance_m: float
    metres_per_unit: float


def draw(villages: gpd.GeoDataFrame, most: int = MOST_VERTICES) -> Drawing | None:
    """Return the drawing of ``villages`` (kode, geometry in any CRS); None where none has a polygon.

    ``most`` vertices at most, where the coarsest tolerance allows it. A village without polygon has no shape.
    Areas are sorted by code. The result does not depend on the order of the rows.
    """
    there = villages[~(villages.geometry.isna() | villages.geometry.is_empty)].sort_values("kode")
    if there.empty:
        return None
    polygons: Geometries = there.geometry.to_crs(METRIC_CRS).to_numpy()
    simple, tolerance = _simplified(polygons, most)
    west, south, east, north = shapely.total_bounds(simple)
    unit = max(east - west, north - south) / (SIZE - 2 * _MARGIN)
    shift = np.array([west - _MARGIN * unit, north + _MARGIN * unit])
    codes = there["kode"].to_numpy(dtype=object)
    levels = {
        level: _shapes(*_united(codes, simple, width), shift=shift, unit=unit)
        for level, width in WIDTHS.items()
    }
    width, height = (int(np.ceil(side / unit)) + 2 * _MARGIN for side in (east - west, north - south))
    return Drawing(width, height, levels, tolerance, float(unit))


def _simplified(polygons: Geometries, most: int) -> tuple[Geometries, float]:
    for tolerance in TOLERANCES_M:
        simple = shapely.coverage_simplify(polygons, tolerance)
        if shapely.get_num_coordinates(simple).sum() <= most:
            break
    return simple, tolerance


def _united(codes: npt.NDArray[np.object_], polygons: Geometries, width: int) -> tuple[list[str], Geometries]:
    """Return the areas of a level, each the union of its villages."""
    parents = pd.Series(codes).str.slice(0, width).to_numpy()
    if len(set(parents)) == len(codes):
        return list(parents), polygons
    areas = sorted(set(parents))
    united = np.empty(len(areas), dtype=object)
    united[:] = [unite(polygons[parents == area]) for area in areas]
    return areas, united


def _shapes(
    codes: Sequence[str], areas: Geometries, *, shift: npt.NDArray[np.float64], unit: float
) -> list[Shape]:
    """Return areas as paths: coordinates grow right and down from the upper left corner."""

    def placed(points: npt.NDArray[np.float64]) -> Whole:
        return np.rint((points - shift) / unit * [1, -1]).astype(np.int64)

    polygons, area_of = shapely.get_parts(areas, return_index=True)
    rings, polygon_of = shapely.get_rings(polygons, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    cut = np.flatnonzero(np.diff(ring)) + 1
    parts: list[list[str]] = [[] for _ in codes]
    for area, coordinates in zip(area_of[polygon_of], np.split(placed(points), cut), strict=True):
        parts[area].append(_ring(coordinates))
    spots = placed(shapely.get_coordinates(shapely.point_on_surface(areas)))
    written = ("".join(own) or _dot(*spot) for own, spot in zip(parts, spots.tolist(), strict=True))
    pairs = zip(codes, written, spots.tolist(), strict=True)
    return [Shape(code, path, x, y) for code, path, (x, y) in pairs]


def _ring(points: Whole) -> str:
    """Return a ring as a path with relative coordinates; nothing where the grid leaves no area of it."""
    steps = np.diff(points[:-1], axis=0)
    steps = steps[(steps != 0).any(axis=1)]
    if len(steps) < 2:
        return ""
    x, y = points[0].tolist()
    moves = " ".join(map(str, steps.ravel().tolist())).replace(" -", "-")
    return f"M{x} {y}l{moves}z"


def _dot(x: int, y: int) -> str:
    """Return the smallest square: an area that is too small for the grid is still there."""
    return f"M{x} {y}h1v1h-1z"
