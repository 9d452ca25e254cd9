"""The real village polygons of Kalimantan Timur, in four schemas, against the real code list."""

import os

import numpy as np
import pytest
import real_places
import shapely

from geo.boundaries import read_boundaries
from geo.villages import VillageMap, key_villages

pytestmark = pytest.mark.skipif(not os.environ.get("PADAN_REAL_DATA"), reason="PADAN_REAL_DATA is not set")

#: file, schema, features, keyed at least, without polygon at most, overlaps and gaps as delivered
FILES = [
    ("desa_kemendagri2025", "kemendagri", 1038, 1038, 0, (1133, 4155)),
    # the same geometry again: not closed, to save its seconds
    ("desa_skema_big", "big", 1038, 1038, 0, (1133, 4155)),
    # Anggana's eight villages and six made after 2020 are not in it
    ("desa_bps2020", "hdx", 1024, 1024, 14, (0, 0)),
    # names of 2020 against names of 2025; the gaps are villages whose name is left open
    ("desa_skema_gadm", "names", 1024, 1018, 20, (0, 3)),
]


def keyed(name: str, schema: str, tolerance_m: float) -> VillageMap:
    path = real_places.FOLDER / f"{name}.gpkg"
    boundary = read_boundaries(path, label=name, layer=None, schema=schema)
    return key_villages(boundary, real_places.register(), tolerance_m=tolerance_m)


@pytest.mark.parametrize(("name", "schema", "features", "least", "lost", "seams"), FILES)
def test_real_polygons_find_their_villages(
    name: str, schema: str, features: int, least: int, lost: int, seams: tuple[int, int]
) -> None:
    villages = keyed(name, schema, 0.0 if schema == "big" else 20.0)
    report = villages.report
    assert report.features == features
    assert report.keyed >= least
    assert len(report.without_polygon) <= lost
    assert len(report.without_polygon) + report.villages == 1038
    assert len(report.without_listing) == features - report.keyed
    assert report.repaired == 1
    assert report.area_change_m2 < 1
    assert (report.before.overlaps, report.before.gaps) == seams
    assert villages.villages.geometry.is_valid.all()
    if schema == "kemendagri":
        assert (report.after.overlaps, report.after.gaps) == (0, 0)
        assert shapely.coverage_is_valid(villages.polygons)
        assert 0 < report.moved_m <= 20
        assert report.given_back == ()
        # what is lost in overlaps and won in gaps, of 126,984 km2
        assert abs(sum(area.change_m2 for area in report.areas)) < 100_000
    if schema == "names":
        wanted = real_places.names_of_2020()["kode_desa"]
        assert set(villages.keys) <= set(wanted)


def test_points_of_one_source_fall_where_its_codes_say() -> None:
    villages = keyed("desa_bps2020", "hdx", 20.0)
    inner = shapely.point_on_surface(villages.polygons)
    tree = shapely.STRtree(villages.polygons)
    point, polygon = tree.query(inner, predicate="within")
    assert np.array_equal(point, polygon)
