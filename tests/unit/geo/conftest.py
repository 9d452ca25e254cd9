"""Four square villages, one listed without polygon, and their register. All synthetic."""

from collections.abc import Callable, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.boundaries import BoundaryFile
from geo.villages import VillageMap, key_villages
from reconcile.regions import Register, build_register
from reconcile.tables import BRIDGING, CODED, RECODES
from reconcile.vocab import CodeSystem

SOURCE = {"registry": "bps", "source": "s", "source_file": "f", "source_sha256": "h", "source_sheet": ""}

#: tingkat, kode_kemendagri, kode_bps, nama
AREAS = (
    ("kab", "64.02", "6403", "Kutai Kartanegara"),
    ("kab", "64.07", "6402", "Kutai Barat"),
    ("kec", "64.02.05", "6403050", "Hilir Contoh"),
    ("kec", "64.02.06", "6403060", "Hulu Contoh"),
    ("kec", "64.07.01", "6402010", "Barat Contoh"),
    ("desa", "64.02.05.2001", "6403050001", "Alang Jaya"),
    ("desa", "64.02.05.2002", "6403050002", "Bakung"),
    ("desa", "64.02.06.1001", "6403060003", "Cempaka"),
    ("desa", "64.07.01.2001", "6402010001", "Damar"),
    ("desa", "64.07.01.2002", "6402010002", "Enau"),
)

#: Two rows of squares of 0.1 degree: A B below, C D above; E has no polygon.
SQUARES = {
    "64.02.05.2001": shapely.box(117.0, -0.5, 117.1, -0.4),
    "64.02.05.2002": shapely.box(117.1, -0.5, 117.2, -0.4),
    "64.02.06.1001": shapely.box(117.0, -0.4, 117.1, -0.3),
    "64.07.01.2001": shapely.box(117.1, -0.4, 117.2, -0.3),
}


@pytest.fixture(scope="session")
def register() -> Register:
    rows = pd.DataFrame(AREAS, columns=["tingkat", "kode_kemendagri", "kode_bps", "nama_kemendagri"])
    bridging = BRIDGING.build(rows.assign(**SOURCE, source_row=1, nama_bps=rows["nama_kemendagri"]))
    recodes = {"kode_lama": "64.02.05.2009", "nama_lama": "Cempaka", "kode_baru": "64.02.06.1001"}
    recode = pd.DataFrame([{**SOURCE, "registry": "bps", "source_row": 1, **recodes, "nama_baru": "Cempaka"}])
    return build_register(bridging, RECODES.build(recode))


@pytest.fixture(scope="session")
def boundary() -> Callable[..., BoundaryFile]:
    """Return a maker of boundary files: (code, polygon) pairs, or (names, polygon) without a system."""

    def make(pairs: Any, system: CodeSystem | None = CodeSystem.KEMENDAGRI) -> BoundaryFile:
        keys, polygons = zip(*pairs, strict=True)
        names = pd.DataFrame(list(keys) if system is None else [(None, None, None)] * len(keys))
        names.columns = ["nama_kabupaten", "nama_kecamatan", "nama_desa"]
        codes = pd.Series(None if system is None else keys, index=names.index, dtype="str")
        table = names.astype("str").assign(kode_tertulis=codes)
        features = gpd.GeoDataFrame(table, geometry=list(polygons), crs="EPSG:4326")
        return BoundaryFile("uji", "uji.gpkg", "0" * 64, "desa", "uji", system, features)

    return make


@pytest.fixture(scope="session")
def villages(boundary: Callable[..., BoundaryFile], register: Register) -> VillageMap:
    return key_villages(boundary(SQUARES.items()), register)


@pytest.fixture(scope="session")
def coded() -> Callable[[list[Mapping[str, Any]]], pd.DataFrame]:
    """Return a maker of CODED tables from a few values per household."""

    def make(rows: list[Mapping[str, Any]]) -> pd.DataFrame:
        filled = [
            {
                **SOURCE,
                "source_row": number,
                "record_id": f"r{number}",
                "code_system": "kemendagri",
                "jumlah_baris_anggota": 1,
                "jumlah_kepala": 1,
                "status_kode": "berlaku" if row.get("desa_kode") else "kosong",
                **row,
            }
            for number, row in enumerate(rows, start=1)
        ]
        return CODED.build(pd.DataFrame(filled))

    return make
