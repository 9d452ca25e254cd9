import numpy as np
import pytest
import shapely

from geo.coverage import EXTENT, points_inside, village_coverage

#: Villages per kecamatan: even, uneven, a single village, a single kecamatan.
SIZES = [(8, 8, 8), (3, 12, 1, 6), (1, 1, 1), (9,), (8, 8, 8, 8, 6, 6, 6, 6, 6)]


def groups(sizes: tuple[int, ...]) -> np.ndarray:
    return np.repeat(np.arange(len(sizes)), sizes)


@pytest.mark.parametrize("seed", [1, 64, 2025])
@pytest.mark.parametrize("sizes", SIZES)
def test_villages_cover_the_land_without_gap_or_overlap(sizes: tuple[int, ...], seed: int) -> None:
    villages = village_coverage(groups(sizes), seed=seed)
    land = shapely.union_all(villages)
    assert len(villages) == sum(sizes)
    assert shapely.is_valid(villages).all()
    assert shapely.coverage_is_valid(villages, gap_width=0.001)
    assert land.geom_type == "Polygon"
    assert not land.interiors
    assert shapely.area(villages).sum() == pytest.approx(land.area)


def test_villages_of_a_kecamatan_lie_together() -> None:
    rows = groups((8, 8, 8, 8, 6, 6))
    villages = np.array(village_coverage(rows, seed=5), dtype=object)
    together = [shapely.union_all(villages[rows == group]).geom_type for group in range(6)]
    assert together == ["Polygon"] * 6


def test_the_land_lies_at_the_equator_in_the_east_of_the_province() -> None:
    west, south, east, north = shapely.union_all(village_coverage(groups((8, 8)), seed=2)).bounds
    assert south < 0 < north
    assert EXTENT[0] - 0.05 < west < east < EXTENT[2] + 0.05


def test_borders_are_crooked() -> None:
    villages = village_coverage(groups((8, 8, 8)), seed=3)
    fullness = shapely.area(villages) / shapely.area(shapely.convex_hull(villages))
    assert (shapely.get_num_coordinates(villages) > 30).all()
    assert fullness.mean() < 0.97


def test_the_same_seed_gives_the_same_land() -> None:
    first, again, other = (village_coverage(groups((5, 5)), seed=seed) for seed in (1, 1, 2))
    assert shapely.to_wkb(first).tolist() == shapely.to_wkb(again).tolist()
    assert shapely.to_wkb(first).tolist() != shapely.to_wkb(other).tolist()


SHAPES = {
    "square": shapely.box(116.5, -0.1, 116.6, 0.1),
    # most of the bounds lie outside
    "corner": shapely.Polygon([(0, 0), (1, 0), (1, 0.05), (0.05, 0.05), (0.05, 1), (0, 1)]),
    "two parts": shapely.union(shapely.box(0, 0, 0.1, 0.1), shapely.box(0.9, 0.9, 1, 1)),
    # so thin that the draws may all miss: the representative point stands in
    "sliver": shapely.Polygon([(0, 0), (1, 1), (1, 1.0001)]),
}


@pytest.mark.parametrize("name", SHAPES)
def test_points_fall_inside_their_village(name: str) -> None:
    shape = SHAPES[name]
    points = points_inside(
        np.array([shape], dtype=object), np.zeros(200, dtype=int), np.random.default_rng(1)
    )
    # rounding to a tenth of a metre may carry a point over a border
    assert shapely.dwithin(shape, shapely.points(points), 1e-6).all()
    assert (np.round(points, 6) == points).all()


def test_each_row_gets_a_point_of_its_own_village() -> None:
    villages = np.array(village_coverage(groups((4, 4)), seed=1), dtype=object)
    rows = np.array([3, 0, 7, 3, 3])
    points = points_inside(villages, rows, np.random.default_rng(9))
    assert shapely.dwithin(villages[rows], shapely.points(points), 1e-6).all()
    assert len(np.unique(points, axis=0)) == 5
