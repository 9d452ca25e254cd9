"""Measured dangers of geometry libraries: each shown as it is, and what is done about it here."""

import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from geo.covering import covering
from geo.crs import PROVINCE_BOX, areas_m2
from geo.repair import as_multipolygons, repair
from geo.seams import find_seams

SHAPES = {
    "spike": "POLYGON ((117 0, 117.1 0, 117.3 0, 117.1 0, 117.1 0.1, 117 0.1, 117 0))",
    "bowtie": "POLYGON ((117 0, 117.1 0.1, 117.1 0, 117 0.1, 117 0))",
    "flat": "POLYGON ((117 0, 117.1 0, 117.2 0, 117 0))",
    "hole outside": "POLYGON ((117 0, 117.1 0, 117.1 0.1, 117 0), (118 0, 118.1 0, 118.1 0.1, 118 0))",
    "nested shells": "MULTIPOLYGON (((117 0, 118 0, 118 1, 117 1, 117 0)), "
    "((117.2 0.2, 117.4 0.2, 117.4 0.4, 117.2 0.2)))",
    "touching itself": "POLYGON ((117 0, 117.2 0, 117.1 0.1, 117.2 0.2, 117 0.2, 117.1 0.1, 117 0))",
    "overlapping parts": "MULTIPOLYGON (((117 0, 117.2 0, 117.2 0.2, 117 0.2, 117 0)), "
    "((117.1 0.1, 117.3 0.1, 117.3 0.3, 117.1 0.3, 117.1 0.1)))",
}


@pytest.mark.parametrize("name", SHAPES)
def test_repair_stays_polygonal_where_the_default_method_does_not(name: str) -> None:
    given = shapely.from_wkt(np.array([SHAPES[name]], dtype=object))
    (mended,), (told,) = repair(pd.Series(["a"]), given)
    assert mended.geom_type == "MultiPolygon"
    assert mended.is_valid
    assert told.empty == mended.is_empty == (name == "flat")
    if name == "spike":
        assert shapely.make_valid(given[0]).geom_type == "GeometryCollection"


def test_half_a_bowtie_is_lost_to_buffer_zero_and_kept_here() -> None:
    bowtie = shapely.from_wkt(SHAPES["bowtie"])
    (mended,), _ = repair(pd.Series(["a"]), as_multipolygons(np.array([bowtie], dtype=object)))
    assert mended.area == pytest.approx(2 * bowtie.buffer(0).area)


def test_a_shared_vertex_is_in_no_village_for_within_and_in_both_here() -> None:
    left, right = shapely.box(117, 0, 117.1, 0.1), shapely.box(117.1, 0, 117.2, 0.1)
    point = shapely.Point(117.1, 0.05)
    assert not point.within(left)
    assert not point.within(right)
    polygons = np.array([left, right], dtype=object)
    assert covering(np.array([117.1]), np.array([0.05]), polygons)[1].tolist() == [0, 1]


def test_coverage_is_valid_sees_a_moved_vertex_and_no_gap() -> None:
    left = shapely.from_wkt("POLYGON ((117 0, 117.1 0, 117.1 0.05, 117.1 0.1, 117 0.1, 117 0))")
    right, moved = (
        shapely.Polygon([(117.1, 0), (117.2, 0), (117.2, 0.1), (117.1, 0.1), (x, 0.05)])
        for x in (117.1, 117.1 - 1e-9)
    )
    assert shapely.coverage_is_valid([left, right])
    assert not shapely.coverage_is_valid([left, moved])
    hole = shapely.box(117.05, 0.02, 117.08, 0.05)
    gapped = np.array([left.difference(hole), right], dtype=object)
    assert shapely.coverage_is_valid(gapped)
    assert find_seams(gapped).count().gaps == 1


def test_areas_are_those_of_the_ellipsoid_in_every_corner() -> None:
    geod = Geod(ellps="WGS84")
    for x, y in ((113.8, -2.5), (113.8, 2.6), (119.0, -2.5), (119.0, 2.6), (116.5, 0.0)):
        square = shapely.segmentize(shapely.box(x, y, x + 0.1, y + 0.1), 0.001)
        exact = abs(geod.geometry_area_perimeter(square)[0])
        assert areas_m2(np.array([square], dtype=object))[0] == pytest.approx(exact, rel=1e-5)


@pytest.mark.parametrize(("crs", "metres"), [("EPSG:4755", 0.01), ("EPSG:9470", 0.5)])
def test_national_datums_move_a_border_by_less_than_a_metre(crs: str, metres: float) -> None:
    here = gpd.GeoSeries([shapely.Point(117.1, -0.5)], crs="EPSG:4326")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        there = here.set_crs(crs, allow_override=True).to_crs("EPSG:4326")
    assert here[0].distance(there[0]) * 111_319 < metres


def test_a_swapped_coordinate_is_certain_for_the_boxes_do_not_meet() -> None:
    box = PROVINCE_BOX
    assert box.south < box.north < box.west < box.east
    assert not box.holds([0.0], [0.0]).any()


def test_centroids_leave_their_village_and_points_on_the_surface_do_not() -> None:
    crescent = shapely.Point(117, 0).buffer(0.1).difference(shapely.Point(117.02, 0).buffer(0.1))
    assert not crescent.contains(crescent.centroid)
    assert crescent.contains(shapely.point_on_surface(crescent))
