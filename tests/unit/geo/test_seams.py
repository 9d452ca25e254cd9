"""Overlaps and gaps: counted, the narrow ones closed, the others left; no border moved too far."""

from typing import Any

import numpy as np
import pytest
import shapely

from geo.coverage import village_coverage
from geo.crs import degrees
from geo.seams import close_seams, find_seams, left_seams

BOX = shapely.box(117, 0, 117.1, 0.1)
M = degrees(1.0)


def polygons(*geometries: Any) -> np.ndarray:
    return np.array([shapely.MultiPolygon(shapely.get_parts([g]).tolist()) for g in geometries], dtype=object)


@pytest.mark.parametrize(
    ("second", "pairs"),
    [
        (shapely.box(117.1, 0, 117.2, 0.1), 0),  # a shared border
        (shapely.box(117.1, 0.1, 117.2, 0.2), 0),  # a shared corner
        (shapely.box(117.1 - 1e-11, 0, 117.2, 0.1), 0),  # 0.01 m2
        (shapely.box(117.0999, 0, 117.2, 0.1), 1),
        (shapely.box(117.02, 0.02, 117.05, 0.05), 1),  # one inside the other
    ],
)
def test_overlaps_are_counted_above_one_square_metre(second: Any, pairs: int) -> None:
    assert find_seams(polygons(BOX, second)).count().overlaps == pairs


def test_gaps_are_holes_of_the_union_that_coverage_is_valid_does_not_see() -> None:
    ring = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    assert shapely.coverage_is_valid(polygons(ring))
    count = find_seams(polygons(ring)).count()
    assert (count.gaps, count.overlaps) == (1, 0)
    assert count.gap_m2 == pytest.approx(12309e6, rel=1e-3)
    assert find_seams(polygons(shapely.box(0, 0, 3, 3))).count().gaps == 0


def beside(metres: float) -> np.ndarray:
    """Return two villages whose common border is off by ``metres``: above 0 an overlap, below it a gap."""
    east = shapely.box(117.1 - metres * M, 0.02, 117.2, 0.08)
    return polygons(BOX, east.union(shapely.box(117.1, 0, 117.2, 0.1)))


def gapped(metres: float) -> np.ndarray:
    """Return two villages with a hole between them, ``metres`` wide."""
    hole = shapely.box(117.1 - metres * M, 0.02, 117.1, 0.08)
    return polygons(BOX.difference(hole), shapely.box(117.1, 0, 117.2, 0.1))


@pytest.mark.parametrize("make", [beside, gapped])
@pytest.mark.parametrize(
    ("width", "tolerance", "closed"),
    [(10, 20, True), (18, 20, True), (25, 20, False), (10, 0, False), (60, 80, True)],
)
def test_only_seams_within_the_tolerance_are_closed(
    make: Any, width: float, tolerance: float, closed: bool
) -> None:
    given = make(width)
    seams = find_seams(given)
    assert seams.count().overlaps + seams.count().gaps == 1
    done = close_seams(given, seams, tolerance_m=tolerance)
    after = find_seams(done.polygons)
    assert (after.count().overlaps + after.count().gaps == 0) == closed
    assert shapely.coverage_is_valid(done.polygons) or not closed
    assert done.moved_m.max() <= tolerance
    if closed:
        assert done.moved_m.max() == pytest.approx(width, abs=tolerance / 8 + 1)
    if not closed:
        (left,) = left_seams(after, done.polygons, np.array(["a", "b"]))
        assert (left.overlap, left.villages) == (make is beside, ("a", "b"))
        assert left.width_m == pytest.approx(width, abs=0.3)


def test_a_gap_along_several_villages_is_shared_out() -> None:
    # one village to the west of a gap 10 m wide and 44 km long, four to its east: none may get all of it
    west = shapely.box(117, 0, 117.1, 0.4)
    east = [shapely.box(117.1 + 10 * M, y, 117.2, y + 0.1) for y in (0, 0.1, 0.2, 0.3)]
    lids = [shapely.box(117, -0.1, 117.2, 0), shapely.box(117, 0.4, 117.2, 0.5)]
    given = polygons(west.difference(shapely.box(117.09, 0.15, 117.1, 0.25)), *east, *lids)
    given = np.append(given, polygons(shapely.box(117.09, 0.15, 117.1, 0.25)))
    done = close_seams(given, find_seams(given), tolerance_m=20)
    assert find_seams(done.polygons).count().gaps == 0
    assert done.moved_m.max() <= 20
    assert len(done.given_back) == 0
    grown = shapely.area(done.polygons) - shapely.area(given)
    assert (grown > -1e-12).all()


def test_a_border_that_would_move_too_far_is_given_back() -> None:
    # a tongue 10 m wide reaches 2 km into the neighbour: whoever gets it, a border moves by 2 km
    tongue = shapely.box(117.1 - 2000 * M, 0.05, 117.1, 0.05 + 10 * M)
    given = polygons(BOX, shapely.box(117.1, 0, 117.2, 0.1).union(tongue))
    done = close_seams(given, find_seams(given), tolerance_m=20)
    assert len(done.given_back)
    assert done.moved_m.max() <= 20
    for number in done.given_back:
        assert done.polygons[number].equals(given[number])


def test_a_clean_coverage_is_left_as_it_is() -> None:
    clean = polygons(*village_coverage(np.repeat([0, 1], 6), seed=3))
    seams = find_seams(clean)
    done = close_seams(clean, seams, tolerance_m=20)
    assert done.polygons is clean
    assert done.moved_m.max() == 0


def test_closing_does_not_depend_on_the_order_of_the_file() -> None:
    given = np.append(beside(10), polygons(shapely.box(117, 0.1, 117.2, 0.2)))
    one = close_seams(given, find_seams(given), tolerance_m=20).polygons
    other = close_seams(given[[0, 1, 2]], find_seams(given), tolerance_m=20).polygons
    assert [g.wkb for g in one] == [g.wkb for g in other]


def test_nothing_is_closed_without_polygons() -> None:
    none = np.array([], dtype=object)
    assert len(close_seams(none, find_seams(none), tolerance_m=20).polygons) == 0


def test_polygons_that_cannot_be_cleaned_stay_as_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise shapely.errors.GEOSException("TopologyException")

    monkeypatch.setattr(shapely, "coverage_clean", refuse)
    given = beside(10)
    done = close_seams(given, find_seams(given), tolerance_m=20)
    assert done.polygons is given
    assert done.given_back.tolist() == [0, 1]
