"""The drawing of villages for a page: neighbours touch, whole numbers, every village there."""

import re

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.coverage import village_coverage
from geo.report_map import SIZE, Drawing, draw

CODES = [f"64.{kab:02d}.{kec:02d}.{2001 + n}" for kab in (1, 2) for kec in (1, 2) for n in range(10)]


def villages() -> gpd.GeoDataFrame:
    groups = np.repeat(np.arange(4), 10)
    return gpd.GeoDataFrame({"kode": CODES}, geometry=village_coverage(groups, seed=3), crs="EPSG:4326")


def polygon(path: str) -> shapely.MultiPolygon:
    """Return what a path draws."""
    rings = []
    for x, y, moves in re.findall(r"M(\d+) (\d+)l([-\d ]+)z", path):
        steps = np.array([int(n) for n in re.findall(r"-?\d+", moves)]).reshape(-1, 2)
        start = np.array([int(x), int(y)])
        rings.append(np.vstack([start, start + steps.cumsum(axis=0)]))
    shells = [shapely.Polygon(ring) for ring in rings]
    return shapely.union_all(shells)


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    found = draw(villages())
    assert found is not None
    return found


def test_every_area_of_every_level_is_drawn(drawing: Drawing) -> None:
    assert {level: len(shapes) for level, shapes in drawing.levels.items()} == {
        "kabupaten": 2,
        "kecamatan": 4,
        "desa": 40,
    }
    assert [shape.code for shape in drawing.levels["desa"]] == CODES
    assert max(drawing.width, drawing.height) == SIZE


def test_neighbours_still_touch(drawing: Drawing) -> None:
    polygons = np.array([polygon(shape.path) for shape in drawing.levels["desa"]])
    assert shapely.coverage_is_valid(polygons)
    whole = shapely.union_all(polygons)
    assert whole.geom_type == "Polygon"
    assert shapely.area(polygons).sum() == pytest.approx(whole.area, rel=1e-9)


def test_larger_areas_are_made_of_the_same_borders(drawing: Drawing) -> None:
    polygons = {shape.code: polygon(shape.path) for shapes in drawing.levels.values() for shape in shapes}
    own = shapely.union_all([area for code, area in polygons.items() if code.startswith("64.01.01.")])
    assert shapely.equals(own, polygons["64.01.01"])


def test_the_drawing_is_no_farther_off_than_its_tolerance(drawing: Drawing) -> None:
    real = villages().to_crs(32650).geometry
    drawn = sum(polygon(shape.path).area for shape in drawing.levels["desa"]) * drawing.metres_per_unit**2
    assert drawn == pytest.approx(real.area.sum(), rel=0.01)


def test_fewer_vertices_where_fewer_are_wanted(drawing: Drawing) -> None:
    small = draw(villages(), most=600)
    assert small is not None
    assert small.tolerance_m > drawing.tolerance_m
    assert sum(len(s.path) for s in small.levels["desa"]) < sum(len(s.path) for s in drawing.levels["desa"])


def test_the_order_of_rows_changes_nothing(drawing: Drawing) -> None:
    assert draw(villages().sample(frac=1, random_state=1)) == drawing


def test_a_village_too_small_to_draw_is_still_there_and_one_without_polygon_is_not() -> None:
    frame = villages()
    tiny = shapely.box(116.9999999, 0, 117, 0.0000001)
    codes, shapes = [*CODES, "64.09.01.2001", "64.09.01.2002"], [*frame.geometry, tiny, None]
    found = draw(gpd.GeoDataFrame({"kode": codes}, geometry=shapes, crs="EPSG:4326"))
    assert found is not None
    assert found.levels["desa"][-1].code == "64.09.01.2001"
    assert found.levels["desa"][-1].path.endswith("h1v1h-1z")


def test_without_any_polygon_there_is_no_drawing() -> None:
    frame = gpd.GeoDataFrame({"kode": ["64.01.01.2001"]}, geometry=[None], crs="EPSG:4326")
    assert draw(frame) is None
