"""Which polygons cover which points, against one call per pair."""

import numpy as np
import pytest
import shapely

from geo.covering import covering, inner_counts

SQUARES = np.array([shapely.box(x, y, x + 1, y + 1) for y in (0, 1) for x in (0, 1)], dtype=object)

#: point, squares that cover it, of these the ones that it lies inside
PLACES = [
    ((0.5, 0.5), [0], 1),
    ((1.0, 0.5), [0, 1], 0),
    ((1.0, 1.0), [0, 1, 2, 3], 0),
    # the outer rim and a corner of it belong to the village
    ((0.0, 0.5), [0], 0),
    ((2.0, 2.0), [3], 0),
    ((2.0001, 1.0), [], 0),
    ((-5.0, 7.0), [], 0),
]


@pytest.mark.parametrize(("place", "covered", "inside"), PLACES)
def test_borders_count_for_every_side(place: tuple[float, float], covered: list[int], inside: int) -> None:
    x, y = np.array([place[0]]), np.array([place[1]])
    pairs = covering(x, y, SQUARES.copy())
    assert pairs[1].tolist() == covered
    assert inner_counts(x, y, SQUARES.copy(), pairs, 1).tolist() == [inside]


def test_all_pairs_and_their_order() -> None:
    random = np.random.default_rng(5)
    x, y = random.uniform(-1, 4, 500).round(1), random.uniform(-1, 4, 500).round(1)
    rough = [shapely.Point(a, b).buffer(r, quad_segs=3) for a, b, r in random.uniform(0.3, 3, (40, 3))]
    polygons = np.array([*SQUARES, *rough], dtype=object)
    point, polygon = covering(x, y, polygons)
    places = shapely.points(x, y)
    wanted = [(i, j) for i in range(len(x)) for j in range(len(polygons)) if polygons[j].covers(places[i])]
    assert list(zip(point.tolist(), polygon.tolist(), strict=True)) == wanted


def test_without_points_or_polygons() -> None:
    none = np.array([], dtype=float)
    assert [len(part) for part in covering(none, none, SQUARES.copy())] == [0, 0]
    assert [len(part) for part in covering(np.array([1.0]), np.array([1.0]), SQUARES[:0])] == [0, 0]
