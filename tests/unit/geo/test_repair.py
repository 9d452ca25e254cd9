import numpy as np
import pandas as pd
import pytest
import shapely

from geo.crs import PROVINCE_BOX, areas_m2
from geo.repair import as_multipolygons, repair, unite

SQUARE = "POLYGON ((117 0, 117.1 0, 117.1 0.1, 117 0.1, 117 0))"
BOWTIE = "POLYGON ((117 0, 117.1 0.1, 117.1 0, 117 0.1, 117 0))"
SPIKE = "POLYGON ((117 0, 117.1 0, 117.3 0, 117.1 0, 117.1 0.1, 117 0.1, 117 0))"
FLAT = "POLYGON ((117 0, 117.1 0, 117.2 0, 117 0))"
MIXED = f"GEOMETRYCOLLECTION ({SQUARE}, POINT (117 0), LINESTRING (117 0, 118 0))"
NESTED = f"GEOMETRYCOLLECTION (MULTIPOLYGON ({SQUARE[8:]}), LINESTRING (117 0, 118 0))"


def geometries(*wkt: str | None) -> np.ndarray:
    return shapely.from_wkt(np.array(wkt, dtype=object))


@pytest.mark.parametrize(
    ("wkt", "area", "reason"),
    [
        (SQUARE, 0.01, None),
        (BOWTIE, 0.005, "Self-intersection"),
        # the default method would leave a line here
        (SPIKE, 0.01, "Self-intersection"),
        (FLAT, 0.0, "Too few points in geometry component"),
    ],
)
def test_repair_stays_polygonal_and_says_what_it_did(wkt: str, area: float, reason: str | None) -> None:
    (mended,), repairs = repair(pd.Series(["64.07.01.2001"]), as_multipolygons(geometries(wkt)))
    assert mended.geom_type == "MultiPolygon"
    assert mended.is_valid
    assert mended.area == pytest.approx(area)
    if reason is None:
        assert repairs == ()
        return
    (one,) = repairs
    assert one.kode_desa == "64.07.01.2001"
    assert one.empty == (area == 0)
    # the place of a fault is a coordinate; it stays out of the report
    assert "[" not in one.reason


def test_area_change_is_in_square_metres() -> None:
    _, (one,) = repair(pd.Series(["a"]), geometries(BOWTIE))
    half = areas_m2(geometries(SQUARE))[0] / 2
    assert one.area_change_m2 == pytest.approx(half, rel=1e-3)


def test_repair_leaves_missing_and_valid_ones_alone() -> None:
    given = geometries(None, SQUARE, BOWTIE)
    mended, repairs = repair(pd.Series(["a", "b", "c"]), given)
    assert mended[0] is None
    assert mended[1] is given[1]
    assert [r.kode_desa for r in repairs] == ["c"]


@pytest.mark.parametrize(
    ("wkt", "parts"),
    [
        (SQUARE, 1),
        (MIXED, 1),
        (NESTED, 1),
        ("POINT (117 0)", 0),
        ("POLYGON EMPTY", 0),
        ("MULTIPOLYGON EMPTY", 0),
    ],
)
def test_only_polygons_are_kept(wkt: str, parts: int) -> None:
    (multi,) = as_multipolygons(geometries(wkt))
    assert multi.geom_type == "MultiPolygon"
    assert len(multi.geoms) == parts


def test_missing_stays_missing() -> None:
    assert as_multipolygons(geometries(None, SQUARE))[0] is None


def test_unite_is_right_whether_or_not_borders_match() -> None:
    box = shapely.box
    clean = np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)])
    dirty = np.array([box(0, 0, 1.2, 1), box(0.9, 0, 2, 1), None], dtype=object)
    assert unite(clean).equals(box(0, 0, 2, 1))
    assert unite(dirty).equals(box(0, 0, 2, 1))
    assert unite(clean[::-1]).wkb == unite(clean).wkb
    assert unite(np.array([], dtype=object)).is_empty


@pytest.mark.parametrize(
    ("longitude", "latitude", "inside"),
    [
        (117.0, 0.0, True),
        (113.0, 3.5, True),
        (0.0, 0.0, False),
        (-0.5, 117.0, False),
        (112.99, 0.0, False),
        (117.0, -3.01, False),
        (float("nan"), 0.0, False),
        (float("inf"), 0.0, False),
    ],
)
def test_the_box_of_the_province(longitude: float, latitude: float, inside: bool) -> None:
    assert PROVINCE_BOX.holds([longitude], [latitude]).tolist() == [inside]


def test_areas_agree_with_the_ellipsoid() -> None:
    # 0.1 by 0.1 degree at the equator: 11 131.95 m by 11 057.43 m
    assert areas_m2(geometries(SQUARE, None)) == pytest.approx([123.09e6, 0], rel=1e-4)
