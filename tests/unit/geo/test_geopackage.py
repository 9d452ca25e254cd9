import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from geo.geopackage import _verify, write_geopackage
from geo.styles import layer_styles
from reconcile.errors import PublishError
from reconcile.vocab import Language

SQUARE = shapely.box(117.0, -0.5, 117.1, -0.4)
DAY = date(2026, 11, 1)


def layers() -> dict[str, gpd.GeoDataFrame]:
    desa = pd.DataFrame(
        {"kode": ["64.02.05.2001", "64.02.05.2002"], "kelas_cocok": ["0-20", "tidak_ada_data"]}
    )
    desa["n_keluarga"] = pd.array([7, None], dtype="Int64")
    desa["persen_cocok"] = pd.array([12.5, None], dtype="Float64")
    keluarga = pd.DataFrame({"id_rekon": ["R1", "R2"], "nik_bps": ["0000000000000001", None]}, dtype="str")
    keluarga["kelas_titik"] = ["cocok terukur", "tanpa_titik"]
    keluarga["tanggal_lahir_bps"] = pd.Series(["1980-01-02", None], dtype="datetime64[s]")
    keluarga["terima_pkh_bps"] = pd.array([True, None], dtype="boolean")
    return {
        "desa": gpd.GeoDataFrame(desa, geometry=[SQUARE, None], crs="EPSG:4326"),
        "keluarga": gpd.GeoDataFrame(keluarga, geometry=[shapely.Point(117, 0), None], crs="EPSG:4326"),
    }


def write(path: Path, given: dict[str, gpd.GeoDataFrame] | None = None, **options: Any) -> Path:
    made = layers() if given is None else given
    columns = {name: list(layer.columns.drop("geometry")) for name, layer in made.items()}
    styles = layer_styles(columns, Language.INDONESIAN)
    standing = {"provenance": pd.DataFrame({"berkas": ["a.csv"]}), "reference_date": DAY}
    write_geopackage(path, made, styles=styles, **{**standing, "language": Language.INDONESIAN, **options})
    return path


@pytest.fixture
def query(tmp_path: Path) -> Iterator[Callable[[str], list[Any]]]:
    """Return a reader of the raw file."""
    with closing(sqlite3.connect(write(tmp_path / "padan.gpkg"))) as connection:
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
    ("SELECT DISTINCT last_change FROM gpkg_contents", [("2026-11-01T00:00:00.000Z",)]),
    (
        "SELECT f_table_catalog, f_table_schema, f_table_name, f_geometry_column FROM layer_styles",
        [("", "", "desa", "geom"), ("", "", "keluarga", "geom")],
    ),
    ("SELECT useAsDefault FROM layer_styles", [(1,), (1,)]),
    ("SELECT DISTINCT update_time FROM layer_styles", [("2026-11-01T00:00:00.000Z",)]),
    # null stays null, text stays text, a date has no time of day
    ("SELECT n_keluarga, typeof(n_keluarga) FROM desa", [(7, "integer"), (None, "null")]),
    ("SELECT nik_bps, typeof(nik_bps) FROM keluarga", [("0000000000000001", "text"), (None, "null")]),
    ("SELECT tanggal_lahir_bps FROM keluarga", [("1980-01-02",), (None,)]),
    ("SELECT terima_pkh_bps FROM keluarga", [(1,), (None,)]),
    (
        "SELECT name, type FROM pragma_table_info('keluarga') WHERE name LIKE 't%'",
        [("tanggal_lahir_bps", "DATE"), ("terima_pkh_bps", "BOOLEAN")],
    ),
    ("SELECT count(*) FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'", [(2,)]),
    ("SELECT berkas FROM asal_data", [("a.csv",)]),
]


@pytest.mark.parametrize(("sql", "expected"), FACTS)
def test_what_the_file_says(sql: str, expected: list[Any], query: Callable[[str], list[Any]]) -> None:
    assert query(sql) == expected


def test_same_bytes_every_time_and_no_side_files(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.gpkg"), write(tmp_path / "b.gpkg")
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (first, second)}
    assert len(digests) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.gpkg", "b.gpkg"]


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
    empty = {name: frame.head(0) for name, frame in layers().items()}
    info = pyogrio.read_info(write(tmp_path / "a.gpkg", empty), layer=layer)
    assert info["features"] == 0
    assert info["geometry_type"] == {"desa": "MultiPolygon", "keluarga": "Point"}[layer]


def test_without_provenance(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", provenance=None)
    assert "asal_data" not in pyogrio.list_layers(path)[:, 0]


@pytest.mark.parametrize("content", [b"", b"somebody's edits"])
def test_a_taken_path_is_never_touched(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "padan.gpkg"
    path.write_bytes(content)
    with pytest.raises(PublishError, match="GEO_TARGET_EXISTS"):
        write(path)
    assert path.read_bytes() == content


def test_what_is_not_as_it_was_to_be_is_told_together(tmp_path: Path) -> None:
    wrong = layers()
    wrong["keluarga"] = wrong["keluarga"].to_crs("EPSG:32650")
    with pytest.raises(PublishError) as caught:
        write(tmp_path / "a.gpkg", wrong)
    assert [fault.code for fault in caught.value.faults] == ["GEO_PACKAGE_CRS"]
    with pytest.raises(PublishError) as caught:
        _verify(tmp_path / "a.gpkg", {"desa": 3, "keluarga": 2}, ["desa", "keluarga"])
    assert [fault.code for fault in caught.value.faults] == ["GEO_PACKAGE_COUNT", "GEO_PACKAGE_CRS"]


def test_a_side_file_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg")
    (tmp_path / "a.gpkg-wal").write_bytes(b"")
    with pytest.raises(PublishError, match="GEO_PACKAGE_SIDE_FILES"):
        _verify(path, {"desa": 2}, ["desa"])
