"""Which polygons cover which points: a million points in a thousand polygons in half a second."""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]


def covering(x: Real, y: Real, polygons: npt.NDArray[Any]) -> tuple[Whole, Whole]:
    """Return (point, polygon) positions of every pair in which the polygon covers the point, border included.

    Sorted by point, then polygon. Points are sorted by ``x`` once; each polygon looks only at those in its
    bounds, and is asked for all of them in one call. A tree over the points takes three times as long
    (benchmarks/places.py). The polygons are prepared here and must belong to the calling thread alone:
    prepared ones shared by two have aborted the process (libgeos/geos#825). Points must be finite.
    """
    shapely.prepare(polygons)
    by_x = np.argsort(x, kind="stable")
    xs, ys = x[by_x], y[by_x]
    west, south, east, north = shapely.bounds(polygons).T
    first, last = np.searchsorted(xs, west, "left"), np.searchsorted(xs, east, "right")
    points, sizes = [np.empty(0, dtype=np.int64)], np.zeros(len(polygons), dtype=np.int64)
    for number, polygon in enumerate(polygons):
        band = ys[first[number] : last[number]]
        near = np.flatnonzero((band >= south[number]) & (band <= north[number])) + first[number]
        inside = near[shapely.intersects_xy(polygon, xs[near], ys[near])]
        points.append(by_x[inside])
        sizes[number] = len(inside)
    point, polygon_of = np.concatenate(points), np.repeat(np.arange(len(polygons)), sizes)
    order = np.lexsort((polygon_of, point))
    return point[order], polygon_of[order]


def inner_counts(
    x: Real, y: Real, polygons: npt.NDArray[Any], pairs: tuple[Whole, Whole], count: int
) -> Whole:
    """Return per point in how many polygons of its ``pairs`` it lies inside and not on the border."""
    point, polygon = pairs
    within = shapely.contains_xy(polygons[polygon], x[point], y[point])
    return np.bincount(point[within], minlength=count)
