"""What is not right between village polygons: overlaps and gaps, measured, and the narrow ones closed.

A seam is closed where it is nowhere wider than the tolerance: an overlap goes to the village that it borders
longest, a gap likewise, and a gap that runs along several villages is shared out so that none reaches farther
than the tolerance. What is wider stays as it was delivered and is reported. Borders are measured afterwards;
a village of which one moved farther than the tolerance gets its delivered polygon back.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.crs import areas_m2, degrees
from geo.repair import Geometries, as_multipolygons, unite

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]

#: Two villages that share less than this touch each other; they do not overlap.
OVERLAP_M2 = 1.0

#: Default of ``boundaries.tolerance_m``: seams of the one source that has them are at most 15 m wide.
TOLERANCE_M = 20.0

#: Borders are measured at points so far apart, as shares of the tolerance, the finer only where the coarser
#: does not settle it: between two points the distance is uncertain by half a step, which counts as moved.
_STEPS = (1 / 4, 1 / 32)

#: Of so many points in a row the middle one is measured first.
_NEIGHBOURS = 5

#: A gap is filled by a village that reaches all of it and so much more, as a share of the tolerance.
_SPARE = 1 / 8

#: Where lines cross, their crossing is rounded: a border this near (1 mm) is the same border.
_SAME = 1e-8

#: A seam counts as large in the summary from one hectare on.
_HECTARE = 10_000.0


@dataclass(frozen=True)
class Seam:
    """One overlap or gap that was left: between which villages, how large, how wide at its widest."""

    overlap: bool
    villages: tuple[str, ...]
    area_m2: float
    width_m: float


@dataclass(frozen=True)
class SeamCount:
    """Overlaps and gaps of one set of polygons: pairs of villages, holes, area, those over a hectare."""

    overlaps: int
    overlap_m2: float
    overlaps_over_1ha: int
    gaps: int
    gap_m2: float
    gaps_over_1ha: int


@dataclass(frozen=True, eq=False)
class Seams:
    """The seams of one set of polygons.

    ``overlaps``: one MultiPolygon per pair of polygons ``first``, ``second`` (positions) that share more than
    1 m2. ``gaps``: one Polygon per hole inside the union of all.
    """

    first: Whole
    second: Whole
    overlaps: Geometries
    gaps: Geometries

    def count(self) -> SeamCount:
        """Return the numbers of the report."""
        shared, open_ = areas_m2(self.overlaps), areas_m2(self.gaps)
        return SeamCount(
            overlaps=len(shared),
            overlap_m2=round(float(shared.sum()), 1),
            overlaps_over_1ha=int((shared > _HECTARE).sum()),
            gaps=len(open_),
            gap_m2=round(float(open_.sum()), 1),
            gaps_over_1ha=int((open_ > _HECTARE).sum()),
        )


@dataclass(frozen=True, eq=False)
class Closed:
    """Polygons after closing, how far the border of any moved at most (metres), which were given back."""

    polygons: Geometries
    moved_m: Real
    given_back: Whole


def find_seams(polygons: Geometries) -> Seams:
    """Return the overlaps and gaps between valid EPSG:4326 polygons."""
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    # most neighbours share their border and nothing else, which is told sooner than it is cut out
    meet = ~shapely.touches(polygons[first], polygons[second])
    first, second = first[meet], second[meet]
    shared = as_multipolygons(shapely.intersection(polygons[first], polygons[second]))
    real = areas_m2(shared) > OVERLAP_M2
    order = np.lexsort((second[real], first[real]))
    return Seams(first[real][order], second[real][order], shared[real][order], _holes(unite(polygons)))


def close_seams(polygons: Geometries, seams: Seams, *, tolerance_m: float) -> Closed:
    """Return ``polygons`` with the seams that are nowhere wider than ``tolerance_m`` closed."""
    tolerance = degrees(tolerance_m)
    if tolerance_m <= 0 or not (len(seams.overlaps) or len(seams.gaps)):
        return Closed(polygons, np.zeros(len(polygons)), np.array([], dtype=np.int64))
    filled = _filled(polygons, seams.gaps[_narrow(seams.gaps, tolerance)], tolerance)
    # gaps are filled already: this settles the overlaps and gives both sides of a border the same vertices
    clean = shapely.coverage_clean  # type: ignore[attr-defined]  # new in 2.2, the stubs are older
    try:
        cleaned = as_multipolygons(clean(filled, gap_width=_SAME, snapping_distance=_SAME))
    except shapely.errors.GEOSException:
        # lines that cross too finely for it: all stays as delivered, and is reported as left
        return Closed(polygons, np.zeros(len(polygons)), np.arange(len(polygons)))
    cleaned = _with_wide_overlaps(cleaned, seams, tolerance)
    moved = _moved_m(polygons, cleaned, tolerance_m)
    far = np.flatnonzero((moved > tolerance_m) | shapely.is_empty(cleaned) | ~shapely.is_valid(cleaned))
    cleaned[far], moved[far] = polygons[far], 0.0
    return Closed(shapely.normalize(cleaned), moved, far)


def left_seams(seams: Seams, polygons: Geometries, keys: npt.NDArray[Any]) -> tuple[Seam, ...]:
    """Return each seam as a line of the report, the largest first."""
    gap, village, _ = _touching(seams.gaps, polygons)
    pairs = zip(keys[seams.first], keys[seams.second], strict=True)
    around = [tuple(sorted(keys[village[gap == number]])) for number in range(len(seams.gaps))]
    found = [
        Seam(overlap, villages, area, width)
        for overlap, names, geometries in (
            (True, [tuple(sorted(pair)) for pair in pairs], seams.overlaps),
            (False, around, seams.gaps),
        )
        for villages, area, width in zip(
            names, np.round(areas_m2(geometries), 1).tolist(), _widths_m(geometries).tolist(), strict=True
        )
    ]
    return tuple(sorted(found, key=lambda s: (-s.area_m2, s.villages)))


def _holes(united: Any) -> Geometries:
    """Return the holes inside the union of all villages as polygons."""
    parts = shapely.get_parts(united)
    rings, owner = shapely.get_rings(parts, return_index=True)
    outer = np.ones(len(rings), dtype=bool)
    outer[1:] = owner[1:] != owner[:-1]
    return np.asarray(shapely.normalize(shapely.polygons(rings[~outer])), dtype=object)


def _narrow(geometry: Geometries, tolerance: float) -> Truth:
    """Return which are nowhere wider than ``tolerance``: nothing is left when half of it is taken off."""
    narrow: Truth = shapely.is_empty(shapely.buffer(geometry, -tolerance / 2))
    return narrow


def _widths_m(geometry: Geometries) -> Real:
    """Return the width of each at its widest, metres to one decimal."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    widest = np.zeros(len(geometry))
    radius = shapely.length(shapely.maximum_inscribed_circle(parts, tolerance=degrees(0.05)))
    np.maximum.at(widest, owner, 2 * radius / degrees(1.0))
    return np.round(widest, 1)


def _touching(gaps: Geometries, polygons: Geometries) -> tuple[Whole, Whole, Real]:
    """Return gap, polygon and length of border (degrees) of each pair that meets in more than a corner."""
    near = shapely.buffer(polygons, _SAME, quad_segs=1)
    gap, polygon = shapely.STRtree(near).query(gaps, predicate="intersects")
    border = shapely.length(shapely.intersection(shapely.boundary(gaps[gap]), near[polygon]))
    sides = border > 10 * _SAME
    return gap[sides], polygon[sides], border[sides]


def _filled(polygons: Geometries, gaps: Geometries, tolerance: float) -> Geometries:
    """Return the polygons with the gaps added, each to one village where that reaches all of it."""
    gap, village, border = _touching(gaps, polygons)
    whole = shapely.covers(shapely.buffer(polygons, tolerance * (1 - _SPARE))[village], gaps[gap])
    # by gap: villages that reach all of it first, of these the one with the longest border, then the lowest
    order = np.lexsort((village, -np.round(border, 9), ~whole, gap))
    gap, village, whole = gap[order], village[order], whole[order]
    first = np.ones(len(gap), dtype=bool)
    first[1:] = gap[1:] != gap[:-1]
    pieces, owners = [gaps[gap[first & whole]]], [village[first & whole]]
    # no point of a gap is farther from a village than half its width
    near = shapely.buffer(polygons, tolerance * (1 + _SPARE) / 2)
    for number in gap[first & ~whole]:
        around = village[gap == number]
        pieces.append(_shares(gaps[number], near[around]))
        owners.append(around)
    return _added(polygons, np.concatenate(pieces), np.concatenate(owners))


def _shares(gap: Any, reached: Geometries) -> Geometries:
    """Return the part of one gap that goes to each village in turn; all of it is shared out."""
    shares = np.full(len(reached), shapely.MultiPolygon(), dtype=object)
    for number, reach in enumerate(reached):
        shares[number] = shapely.intersection(gap, reach)
        gap = shapely.difference(gap, reach)
    return as_multipolygons(shares)


def _added(polygons: Geometries, pieces: Geometries, owners: Whole) -> Geometries:
    """Return the polygons united with their pieces."""
    filled = polygons.copy()
    if not len(owners):
        return filled
    order = np.argsort(owners, kind="stable")
    groups, start = np.unique(owners[order], return_index=True)
    for owner, own in zip(groups, np.split(pieces[order], start[1:]), strict=True):
        filled[owner] = shapely.union_all([polygons[owner], *own])
    return as_multipolygons(filled)


def _with_wide_overlaps(cleaned: Geometries, seams: Seams, tolerance: float) -> Geometries:
    """Return the cleaned polygons with the overlaps that are too wide to be settled in both again."""
    wide = ~_narrow(seams.overlaps, tolerance)
    both = np.concatenate([seams.first[wide], seams.second[wide]])
    return _added(cleaned, np.concatenate([seams.overlaps[wide]] * 2), both)


def _moved_m(before: Geometries, after: Geometries, tolerance_m: float) -> Real:
    """Return how far the border of each polygon moved at most, metres: no point of either is farther off."""
    before, after = shapely.normalize(before), shapely.normalize(after)
    changed = np.flatnonzero(~shapely.equals_exact(before, after))
    moved = np.zeros(len(before))
    for step in (share * tolerance_m for share in _STEPS):
        moved[changed] = _apart_m(before[changed], after[changed], step, tolerance_m)
        changed = changed[moved[changed] > tolerance_m]
    return np.round(moved, 1)


def _apart_m(before: Geometries, after: Geometries, step_m: float, tolerance_m: float) -> Real:
    """Return the Hausdorff distance of the borders of each pair of normal polygons from above, metres.

    Only the greatest of all, and what is above the tolerance, is as near as ``step_m`` tells.
    """
    count = len(before)
    borders = shapely.boundary(np.concatenate([after, before]))
    own = _without_shared(borders, count)
    lines = shapely.segmentize(shapely.difference(own, np.roll(own, count)), degrees(step_m))
    places, owner = shapely.get_coordinates(lines, return_index=True)
    apart = np.zeros(2 * count)
    metres = _distances_m(places, owner, np.roll(borders, count), step_m, tolerance_m)
    np.maximum.at(apart, owner, metres + step_m / 2)
    return np.asarray(apart.reshape(2, count).max(axis=0))


def _without_shared(borders: Geometries, count: int) -> Geometries:
    """Return each border without the segments, most of all, that the one ``count`` places away has too."""
    lines, owner = shapely.get_parts(borders, return_index=True)
    places, line = shapely.get_coordinates(lines, return_index=True)
    inside = line[1:] == line[:-1]
    segments, owner = np.stack([places[:-1], places[1:]], axis=1)[inside], owner[line[1:][inside]]
    told = pd.DataFrame(segments.reshape(-1, 4)).assign(pair=owner % count)
    alone = ~told.duplicated(keep=False).to_numpy()
    left = np.full(len(borders), shapely.MultiLineString(), dtype=object)
    shapely.multilinestrings(shapely.linestrings(segments[alone]), indices=owner[alone], out=left)
    return left


def _distances_m(places: Real, owner: Whole, lines: Geometries, step_m: float, tolerance_m: float) -> Real:
    """Return how far each place is from the line of its owner at most, metres.

    It is no farther than the middle one of its neighbours and the way there. Where that cannot make a border
    the one that moved farthest, or too far, it is not measured itself.
    """

    def measured(asked: Truth) -> Real:
        found: Real = shapely.distance(shapely.points(places[asked]), lines[owner[asked]]) / degrees(1.0)
        return found

    every = np.arange(len(places))
    middle = np.minimum(every // _NEIGHBOURS * _NEIGHBOURS + _NEIGHBOURS // 2, len(places) - 1)
    middle = np.where(owner[middle] == owner, middle, every)
    metres: Real = np.zeros(len(places))
    first = middle == every
    metres[first] = measured(first)
    settled = min(metres.max(initial=0.0), tolerance_m) - step_m / 2
    metres = metres[middle] + np.hypot(*(places - places[middle]).T) / degrees(1.0)
    second = ~first & (metres > settled)
    metres[second] = measured(second)
    return metres
