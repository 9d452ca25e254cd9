"""The real village polygons of Kalimantan Timur, in four schemas, against the real code list."""

import os
from pathlib import Path

import pandas as pd
import pytest

from geo.boundaries import read_boundaries
from geo.villages import key_villages
from reconcile.regions import Register, build_register
from reconcile.tables import BRIDGING, RECODES

DATA = os.environ.get("PADAN_REAL_DATA", "")

pytestmark = pytest.mark.skipif(not DATA, reason="PADAN_REAL_DATA is not set")

SOURCE = {"registry": "bps", "source": "s", "source_sha256": "h", "source_sheet": "", "source_row": 1}

#: file, schema, features, keyed at least, without polygon at most
FILES = [
    ("desa_kemendagri2025", "kemendagri", 1038, 1038, 0),
    ("desa_skema_big", "big", 1038, 1038, 0),
    # Anggana's eight villages and six made after 2020 are not in it
    ("desa_bps2020", "bps", 1024, 1024, 14),
    # names of 2020 against names of 2025; issue 4 asks for 985
    ("desa_skema_gadm", "names", 1024, 960, 78),
]


@pytest.fixture(scope="module")
def register() -> Register:
    names = {
        "level": "tingkat",
        "kode_kemendagri_2025": "kode_kemendagri",
        "kode_dagri_bridging": "kode_kemendagri_lama",
    }
    rows = pd.read_csv(Path(DATA, "wilayah", "crosswalk_64.csv"), dtype="str").rename(columns=names)
    known = rows[[column for column in rows.columns if column in BRIDGING.names]]
    return build_register(
        BRIDGING.build(known.assign(**SOURCE, source_file="crosswalk_64.csv")), RECODES.empty()
    )


@pytest.mark.parametrize(("name", "schema", "features", "keyed", "lost"), FILES)
def test_real_polygons_find_their_villages(
    name: str, schema: str, features: int, keyed: int, lost: int, register: Register
) -> None:
    path = Path(DATA, "wilayah", f"{name}.gpkg")
    villages = key_villages(read_boundaries(path, label=name, layer=None, schema=schema), register)
    report = villages.report
    assert report.features == features
    assert report.keyed >= keyed
    assert len(report.without_polygon) <= lost
    assert len(report.without_polygon) + report.villages == len(register.villages) == 1038
    assert len(report.without_listing) == features - report.keyed
    assert report.repaired == 1
    assert report.area_change_m2 < 1
    assert villages.villages.geometry.is_valid.all()
