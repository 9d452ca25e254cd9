"""Measured ways in which writing a GeoPackage loses or spoils data without a word, and what is done here."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from gpkg_world import SQUARE, tables, write

from reconcile.errors import PublishError

#: Holds the only lock that keeps everybody out, until its input is closed.
HOLDER = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


def test_a_file_that_another_process_holds_is_never_destroyed(tmp_path: Path) -> None:
    """pyogrio deletes what it cannot open for update, writes a new file, and reports success."""
    path = write(tmp_path / "padan.gpkg")
    before = path.read_bytes()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(PublishError, match="GEO_TARGET_EXISTS"):
            write(path)
        holder.communicate()
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"somebody's edits"])
def test_a_taken_path_is_never_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "padan.gpkg"
    path.write_bytes(content)
    with pytest.raises(PublishError, match="GEO_TARGET_EXISTS"):
        write(path)
    assert path.read_bytes() == content


def test_columns_go_by_name_where_two_layers_have_them_in_another_order(tmp_path: Path) -> None:
    given = tables()
    columns = list(given["desa"].columns)
    given["kecamatan"] = given["desa"][columns[::-1]]
    path = write(tmp_path / "padan.gpkg", given)
    one, other = (pyogrio.read_dataframe(path, layer=name) for name in ("desa", "kecamatan"))
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other[one.columns]))


def test_pyogrio_appends_by_position_without_arrow(tmp_path: Path) -> None:
    """The danger itself: should this fail one day, the writer may be simpler."""
    path = tmp_path / "a.gpkg"
    frame = pd.DataFrame({"kode": ["64.02"], "nama": ["Kukar"]})
    pyogrio.write_dataframe(frame, path, layer="t", driver="GPKG", use_arrow=False)
    pyogrio.write_dataframe(
        frame[["nama", "kode"]], path, layer="t", driver="GPKG", append=True, use_arrow=False
    )
    assert pyogrio.read_dataframe(path, layer="t")["kode"].tolist() == ["64.02", "Kukar"]


def other_crs(given: dict[str, Any]) -> None:
    given["keluarga"] = given["keluarga"].to_crs("EPSG:32650")


def no_crs(given: dict[str, Any]) -> None:
    given["keluarga"] = given["keluarga"].set_crs(None, allow_override=True)


def twice(given: dict[str, Any]) -> None:
    given["desa"] = given["desa"].rename(columns={"kelas_cocok": "kode"})


def only_case(given: dict[str, Any]) -> None:
    given["desa"] = given["desa"].rename(columns={"n_keluarga": "KODE"})


def row_id(given: dict[str, Any]) -> None:
    given["desa"] = given["desa"].assign(fid=[1, 1])


def taken(given: dict[str, Any]) -> None:
    given["desa"] = given["desa"].assign(geom=["a", "b"])


def mixed(given: dict[str, Any]) -> None:
    given["asal_data"] = given["asal_data"].assign(jenis=pd.Series([True, "ya"], dtype=object))


def lists(given: dict[str, Any]) -> None:
    given["asal_data"] = given["asal_data"].assign(jenis=pd.Series([[1], [2]], dtype=object))


SPOILED = [
    (other_crs, "GEO_PACKAGE_CRS"),
    (no_crs, "GEO_PACKAGE_CRS"),
    (twice, "GEO_PACKAGE_COLUMNS"),
    (only_case, "GEO_PACKAGE_COLUMNS"),
    (row_id, "GEO_PACKAGE_COLUMNS"),
    (taken, "GEO_PACKAGE_COLUMNS"),
    (mixed, "GEO_PACKAGE_COLUMNS"),
    (lists, "GEO_PACKAGE_COLUMNS"),
]


@pytest.mark.parametrize(("spoil", "code"), SPOILED, ids=[spoil.__name__ for spoil, _ in SPOILED])
def test_what_would_be_stored_otherwise_is_refused(
    tmp_path: Path, spoil: Callable[[dict[str, Any]], None], code: str
) -> None:
    given = tables()
    path = tmp_path / "padan.gpkg"
    spoil(given)
    with pytest.raises(PublishError, match=code):
        write(path, given)
    assert not path.exists()


def test_a_geometry_with_height_or_of_one_part_makes_the_same_layer(tmp_path: Path) -> None:
    """One month would be Polygon, the next MultiPolygon, and one Z part makes the layer Z."""
    given = tables()
    high = shapely.force_3d(SQUARE, 12.0)
    frame = given["desa"]
    given["desa"] = gpd.GeoDataFrame(
        frame.drop(columns="geometry"), geometry=[high, shapely.MultiPolygon([SQUARE])], crs=frame.crs
    )
    path = write(tmp_path / "padan.gpkg", given)
    with closing(sqlite3.connect(path)) as connection:
        told = connection.execute(
            "SELECT geometry_type_name, z FROM gpkg_geometry_columns WHERE table_name = 'desa'"
        ).fetchall()
    assert told == [("MULTIPOLYGON", 0)]
    assert not pyogrio.read_dataframe(path, layer="desa").has_z.any()


def test_a_reader_of_the_last_file_keeps_it_while_the_next_is_published(tmp_path: Path) -> None:
    """Every run is a folder of its own: QGIS may have the last one open, half read."""
    for name in ("satu", "dua"):
        (tmp_path / name).mkdir()
    first = write(tmp_path / "satu/padan.gpkg")
    with closing(sqlite3.connect(f"{first.as_uri()}?mode=ro", uri=True)) as reader:
        rows = reader.execute("SELECT kode FROM desa ORDER BY kode")
        before = [rows.fetchone()]
        write(tmp_path / "dua/padan.gpkg")
        assert [*before, *rows.fetchall()] == [("64.02.05.2001",), ("64.02.05.2002",)]
    assert not list(tmp_path.rglob("*-wal"))
