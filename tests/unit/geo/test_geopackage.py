import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio
import pytest
from gpkg_world import SQUARE, tables, write

from geo.geopackage import _verify
from reconcile.errors import PublishError


@pytest.fixture(scope="module")
def query(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], list[Any]]]:
    """Return a reader of the raw file."""
    path = write(tmp_path_factory.mktemp("gpkg") / "padan.gpkg")
    with closing(sqlite3.connect(path)) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


#: what the file itself says, without GDAL
FACTS = [
    ("PRAGMA user_version", [(10200,)]),
    ("PRAGMA journal_mode", [("delete",)]),
    ("PRAGMA integrity_check", [("ok",)]),
    (
        "SELECT table_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns ORDER BY 1",
        [("desa", "MULTIPOLYGON", 4326, 0, 0), ("keluarga", "POINT", 4326, 0, 0)],
    ),
    (
        "SELECT table_name, data_type, identifier FROM gpkg_contents ORDER BY 1",
        [
            ("asal_data", "attributes", "Asal data"),
            ("desa", "features", "Desa/kelurahan"),
            ("keluarga", "features", "Keluarga (TERBATAS)"),
            ("layer_styles", "attributes", "layer_styles"),
        ],
    ),
    (
        "SELECT description FROM gpkg_contents WHERE table_name = 'desa'",
        [("Hasil pemadanan per desa/kelurahan",)],
    ),
    ("SELECT DISTINCT last_change FROM gpkg_contents", [("2026-03-31T00:00:00.000Z",)]),
    (
        "SELECT DISTINCT f_table_catalog, f_table_schema, f_table_name, f_geometry_column FROM layer_styles",
        [("", "", "desa", "geom"), ("", "", "keluarga", "geom")],
    ),
    # one default per layer, and others to choose from
    (
        "SELECT f_table_name, sum(useAsDefault), count(*) FROM layer_styles GROUP BY 1",
        [("desa", 1, 3), ("keluarga", 1, 2)],
    ),
    ("SELECT max(length(styleName)) <= 30 FROM layer_styles", [(1,)]),
    ("SELECT DISTINCT update_time FROM layer_styles", [("2026-03-31T00:00:00.000Z",)]),
    # null stays null, text stays text, a date has no time of day
    ("SELECT n_keluarga, typeof(n_keluarga) FROM desa", [(7, "integer"), (None, "null")]),
    ("SELECT ada_poligon, typeof(ada_poligon) FROM desa", [(1, "integer"), (None, "null")]),
    ("SELECT nik_bps, typeof(nik_bps) FROM keluarga", [("0000000000000001", "text"), (None, "null")]),
    ("SELECT tanggal_lahir_bps FROM keluarga", [("1980-01-02",), (None,)]),
    # a moment stands in UTC with milliseconds: GDAL 3.6 warns of any other form
    ("SELECT edisi FROM asal_data", [("2026-03-30T23:30:00.000Z",), (None,)]),
    (
        "SELECT name, type FROM pragma_table_info('desa') WHERE name LIKE 'n_%' OR name LIKE 'ada_%'",
        [("n_keluarga", "INTEGER"), ("ada_poligon", "BOOLEAN")],
    ),
    ("SELECT type FROM pragma_table_info('keluarga') WHERE name = 'tanggal_lahir_bps'", [("DATE",)]),
    ("SELECT count(*) FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'", [(2,)]),
    # a row that stands twice is against the standard
    ("SELECT count(*) FROM gpkg_extensions WHERE extension_name = 'gpkg_schema'", [(2,)]),
    (
        "SELECT title, constraint_name FROM gpkg_data_columns WHERE table_name = 'desa' ORDER BY column_name",
        [
            ("Ada poligon", None),
            ("Kelas kecocokan", "desa_kelas_cocok"),
            ("Kode Kemendagri", None),
            ("Jumlah keluarga", None),
            ("Keluarga yang cocok (%)", None),
        ],
    ),
    (
        "SELECT description FROM gpkg_data_column_constraints WHERE value = 'tidak_ada_data'",
        [("tidak ada data",)],
    ),
    ("SELECT name FROM qgis_projects", [("padan",)]),
    ("SELECT berkas FROM asal_data", [("a.csv",), ("b.csv",)]),
]


@pytest.mark.parametrize(("sql", "expected"), FACTS)
def test_what_the_file_says(sql: str, expected: list[Any], query: Callable[[str], list[Any]]) -> None:
    assert query(sql) == expected


def test_null_integers_come_back_integers(tmp_path: Path) -> None:
    _, arrow = pyogrio.read_arrow(write(tmp_path / "a.gpkg"), layer="desa")
    assert str(arrow.schema.field("n_keluarga").type) == "int64"
    assert arrow.column("n_keluarga").to_pylist() == [7, None]
    assert str(arrow.schema.field("ada_poligon").type) == "bool"


def test_same_bytes_every_time_and_no_side_files(tmp_path: Path) -> None:
    # the name stands in the project
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    paths = [write(tmp_path / folder / "padan.gpkg") for folder in ("a", "b")]
    assert len({hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}) == 1
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["padan.gpkg"] * 2


def test_how_often_its_cache_ran_full_does_not_stand_in_the_file(tmp_path: Path) -> None:
    head = write(tmp_path / "a.gpkg").read_bytes()[:100]
    assert head[24:28] == head[92:96] == (1).to_bytes(4, "big")
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_clock_is_given_back(tmp_path: Path) -> None:
    write(tmp_path / "a.gpkg")
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_geometry_comes_back(tmp_path: Path) -> None:
    back = pyogrio.read_dataframe(write(tmp_path / "a.gpkg"), layer="desa")
    assert back.geometry[0].equals(SQUARE)
    assert back.geometry[1] is None
    assert back.crs == "EPSG:4326"


@pytest.mark.parametrize("layer", ["desa", "keluarga"])
def test_an_empty_layer_keeps_its_geometry_type(tmp_path: Path, layer: str) -> None:
    empty = {name: frame.head(0) for name, frame in tables().items()}
    info = pyogrio.read_info(write(tmp_path / "a.gpkg", empty), layer=layer)
    assert info["features"] == 0
    assert info["geometry_type"] == {"desa": "MultiPolygon", "keluarga": "Point"}[layer]


def test_what_is_not_as_it_was_to_be_is_told_together(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg")
    more = tables()
    more["desa"] = pd.concat([more["desa"], more["desa"]])
    more["asal_data"] = more["asal_data"].head(1)
    with pytest.raises(PublishError) as caught:
        _verify(path, more)
    assert [dict(fault.details)["layer"] for fault in caught.value.faults] == ["desa", "asal_data"]


def test_a_side_file_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg")
    (tmp_path / "a.gpkg-wal").write_bytes(b"")
    with pytest.raises(PublishError, match="GEO_PACKAGE_SIDE_FILES"):
        _verify(path, tables())
