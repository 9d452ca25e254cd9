"""GeoPackages: every layer as text, rows by fid; nothing in them is run, and a damaged one is refused."""

import sqlite3
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from reconcile.errors import InputError
from reconcile.sources.raw import RawFile
from reconcile.sources.readers import open_delivery, read_file
from reconcile.vocab import FileKind

TABLE = pd.DataFrame(
    {
        "id": ["TG-1", "TG-2", None],
        "nik": ["0000000000000001", None, "64"],
        "ada": pd.array([True, False, None], dtype="boolean"),
        "jumlah": pd.array([9471010101900003, None, 3], dtype="Int64"),
        "ukuran": [1.5, None, 1e-7],
        "tanggal": pd.to_datetime(["2026-04-15", None, "2026-01-02"]),
    }
)
POINTS = [shapely.Point(117.1, -0.5), None, shapely.Point(116, 1, 30)]


def written(path: Path, *, crs: str = "EPSG:4326", geometry: list[object] | None = None) -> Path:
    table = gpd.GeoDataFrame(TABLE, geometry=POINTS if geometry is None else geometry, crs=crs)
    table.to_file(path, layer="kunjungan", driver="GPKG")
    return path


def rows(raw: RawFile, name: str = "kunjungan") -> list[list[str]]:
    return [list(row) for row in next(sheet for sheet in raw.sheets if sheet.name == name).rows]


def test_a_layer_is_a_sheet_of_text(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gpkg").rename(tmp_path / "a.dat")
    raw = read_file(path, label="a.dat")
    assert (raw.kind, raw.unclosed) == (FileKind.GPKG, False)
    assert rows(raw) == [
        ["fid", "geom_longitude", "geom_latitude", "id", "nik", "ada", "jumlah", "ukuran", "tanggal"],
        [
            "1",
            "117.1",
            "-0.5",
            "TG-1",
            "0000000000000001",
            "TRUE",
            "9471010101900003",
            "1.5",
            "2026-04-15T00:00:00",
        ],
        ["2", "", "", "TG-2", "", "FALSE", "", "", ""],
        ["3", "116", "1", "", "64", "", "3", "0.0000001", "2026-01-02T00:00:00"],
    ]


def test_metres_are_not_called_degrees(tmp_path: Path) -> None:
    raw = read_file(written(tmp_path / "a.gpkg", crs="EPSG:32750"), label="a.gpkg")
    assert rows(raw)[0][1:3] == ["geom_x", "geom_y"]


@pytest.mark.parametrize(
    "geometry",
    [
        [shapely.box(0, 0, 1, 1)] * 3,
        [shapely.LineString([(0, 0), (1, 1)])] * 3,
        [shapely.Point(), None, shapely.MultiPoint([(1, 1)])],
    ],
    ids=["polygons", "lines", "empty and many points"],
)
def test_of_what_is_no_point_nothing_is_read(geometry: list[object], tmp_path: Path) -> None:
    raw = read_file(written(tmp_path / "a.gpkg", geometry=geometry), label="a.gpkg")
    assert [row[1:3] for row in rows(raw)[1:]] == [["", ""]] * 3


def test_rows_stand_in_the_order_of_fid(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gpkg")
    with sqlite3.connect(path) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE kunjungan SET fid = 90 WHERE fid = 1")
    database.close()
    assert [row[0] for row in rows(read_file(path, label="a.gpkg"))[1:]] == ["2", "3", "90"]


def test_a_table_without_geometry_is_read_and_a_view_is_not(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gpkg")
    with sqlite3.connect(path) as database:
        database.execute('CREATE TABLE "kata ""a""" (fid INTEGER PRIMARY KEY, nama TEXT, isi BLOB)')
        database.execute('INSERT INTO "kata ""a""" VALUES (1, ?, ?)', ["x", b"\1"])
        endless = "WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n) SELECT a FROM n"
        database.execute(f"CREATE VIEW tanpa_akhir AS {endless}")
        told = "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, 'attributes', ?)"
        database.executemany(told, [['kata "a"', "a"], ["tanpa_akhir", "b"]])
    database.close()
    raw = read_file(path, label="a.gpkg")
    assert [sheet.name for sheet in raw.sheets] == ['kata "a"', "kunjungan"]
    assert rows(raw, 'kata "a"') == [["fid", "nama", "isi"], ["1", "x", ""]]


def test_one_that_was_not_closed_says_so(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gpkg")
    content = bytearray(path.read_bytes())
    content[18:20] = b"\2\2"
    path.write_bytes(content)
    raw = read_file(path, label="a.gpkg")
    assert raw.unclosed
    assert len(rows(raw)) == 4
    assert path.read_bytes() == content


@pytest.mark.parametrize("cut", [100, 5_000, 60_000])
def test_a_damaged_one_is_refused(cut: int, tmp_path: Path) -> None:
    path = written(tmp_path / "a.gpkg")
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(InputError, match="E_WORKBOOK"):
        read_file(path, label="a.gpkg")


def test_another_database_is_no_table_of_ours(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        database.execute("CREATE TABLE a (b)")
    database.close()
    with pytest.raises(InputError, match="E_TYPE"):
        read_file(tmp_path / "a.gpkg", label="a.gpkg")


def test_in_an_archive(tmp_path: Path) -> None:
    import zipfile

    path = written(tmp_path / "a.gpkg")
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "kiriman/a.gpkg")
    container = open_delivery(tmp_path / "a.zip", label="a.zip")
    assert [(file.label, file.kind) for file in container.files] == [("a.zip!kiriman/a.gpkg", FileKind.GPKG)]
