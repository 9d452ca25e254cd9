"""Invented village polygons: a coverage without gaps or overlaps, with crooked borders; points inside."""

import numpy as np
import numpy.typing as npt
import shapely

Degrees = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Extent = tuple[float, float, float, float]

#: West, south, east, north of the invented land, on both sides of the equator (EPSG:4326).
EXTENT: Extent = (116.5, -0.35, 117.2, 0.35)
_STEP = 0.004
_DIGITS = 6
#: Waves that bend every border: length in degrees and height as a share of it. The slopes of all
#: together stay below one, so that no border can cross another.
_WAVES = ((0.31, 0.03), (0.11, 0.035), (0.043, 0.04), (0.019, 0.035))


def village_coverage(groups: Rows, *, seed: int, extent: Extent = EXTENT) -> list[shapely.Polygon]:
    """Return one polygon per village in EPSG:4326, villages of one group side by side.

    ``groups`` gives the group (kecamatan) of each village, numbered from 0 and sorted. Cells around seed
    points are cut along shared lines, the lines are bent once, and polygons are built from them: neighbours
    share every vertex, which ``shapely.coverage_is_valid`` holds.
    """
    rng = np.random.default_rng([seed, 71])
    seeds = shapely.MultiPoint(_seeds(groups, rng, extent))
    frame = shapely.box(*extent)
    cells = shapely.voronoi_polygons(seeds, extend_to=frame, only_edges=True)
    lines = shapely.node(shapely.union(shapely.intersection(cells, frame), frame.exterior))
    dense = shapely.segmentize(lines, _STEP)
    waves = rng.uniform(0, 2 * np.pi, (len(_WAVES), 4))
    bent = shapely.transform(dense, lambda xy: _bend(xy, waves))
    polygons = shapely.get_parts(shapely.polygonize(shapely.get_parts(bent)))
    moved = shapely.get_parts(shapely.transform(seeds, lambda xy: _bend(xy, waves)))
    inside = shapely.STRtree(polygons).query(moved, predicate="within")
    ordered = np.argsort(inside[0], kind="stable")
    return list(shapely.normalize(polygons[inside[1][ordered]]))


def points_inside(polygons: npt.NDArray[np.object_], rows: Rows, rng: np.random.Generator) -> Degrees:
    """Return a random point (longitude, latitude) inside polygon ``rows[i]`` for each i, shape (n, 2).

    Points are drawn in the bounds and drawn again until they fall inside; after the last round the rest
    takes the polygon's representative point.
    """
    shapely.prepare(polygons)
    west, south, east, north = shapely.bounds(polygons).T
    places = shapely.get_coordinates(shapely.point_on_surface(polygons))[rows]
    open_rows = np.arange(len(rows))
    for _ in range(40):
        area = rows[open_rows]
        x = rng.uniform(west[area], east[area])
        y = rng.uniform(south[area], north[area])
        hit = shapely.contains_xy(polygons[area], x, y)
        places[open_rows[hit]] = np.column_stack([x, y])[hit]
        open_rows = open_rows[~hit]
        if not len(open_rows):
            break
    return np.round(places, _DIGITS)


def _seeds(groups: Rows, rng: np.random.Generator, extent: Extent) -> Degrees:
    """Return a seed point per village: groups in the fields of a grid, villages scattered over the field."""
    west, south, east, north = extent
    fields = int(groups.max()) + 1
    down = min(fields, 3)
    across = -(-fields // down)
    width, height = (east - west) / across, (north - south) / down
    order = np.arange(len(groups)) - np.searchsorted(groups, groups)
    size = np.bincount(groups)[groups]
    columns = np.ceil(np.sqrt(size)).astype(np.int64)
    lanes = -(-size // columns)
    # fields are filled from the east: the first kabupaten lies at the coast
    left = east - (groups // down + 1) * width
    bottom = south + groups % down * height
    jitter = rng.uniform(-0.32, 0.32, (len(groups), 2))
    x = left + (order % columns + 0.5 + jitter[:, 0]) / columns * width
    y = bottom + (order // columns + 0.5 + jitter[:, 1]) / lanes * height
    return np.column_stack([x, y])


def _bend(xy: Degrees, waves: Degrees) -> Degrees:
    """Return coordinates moved along smooth waves, rounded so that they are written as they are."""
    moved = xy.copy()
    for (length, height), (a, b, c, d) in zip(_WAVES, waves, strict=True):
        turn = 2 * np.pi / length
        moved[:, 0] += height * length * np.sin(turn * xy[:, 1] + a) * np.cos(turn * xy[:, 0] * 0.7 + b)
        moved[:, 1] += height * length * np.sin(turn * xy[:, 0] + c) * np.cos(turn * xy[:, 1] * 0.7 + d)
    return np.round(moved, _DIGITS)
