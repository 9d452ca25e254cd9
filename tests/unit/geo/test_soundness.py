"""A GeoPackage that GDAL did not finish is told from a whole one, whatever part of it is not there."""

import sqlite3
from contextlib import closing
from pathlib import Path

import gpkg_world
import pytest

from geo.soundness import unfinished
from reconcile.errors import PublishError

LOST = {
    "extent": ("UPDATE gpkg_contents SET min_x = NULL WHERE table_name = 'desa'", ["desa"]),
    "contents": ("DELETE FROM gpkg_contents WHERE table_name = 'asal_data'", ["asal_data"]),
    "count": ("UPDATE gpkg_ogr_contents SET feature_count = 0 WHERE table_name = 'keluarga'", ["keluarga"]),
    "extension": ("DELETE FROM gpkg_extensions WHERE table_name = 'desa'", ["desa"]),
    "index": ("DELETE FROM rtree_desa_geom", ["desa"]),
    "no index": ("DROP TABLE rtree_keluarga_geom", ["keluarga"]),
    "trigger": ("DROP TRIGGER rtree_desa_geom_update3", ["desa"]),
    "trigger of a table": ("DROP TRIGGER trigger_insert_feature_count_asal_data", ["asal_data"]),
    "version": ("PRAGMA user_version = 0", ["a.gpkg"]),
    "application": ("PRAGMA application_id = 0", ["a.gpkg"]),
}


def test_what_was_written_to_its_end_lacks_nothing(tmp_path: Path) -> None:
    tables = gpkg_world.tables()
    empty = {**tables, "desa": tables["desa"].iloc[:0], "keluarga": tables["keluarga"].iloc[1:]}
    for name, given in {"a.gpkg": tables, "b.gpkg": empty}.items():
        assert unfinished(gpkg_world.write(tmp_path / name, given), given) == []


@pytest.mark.parametrize(("statement", "lacking"), LOST.values(), ids=LOST)
def test_what_is_not_there_is_named(tmp_path: Path, statement: str, lacking: list[str]) -> None:
    path = gpkg_world.write(tmp_path / "a.gpkg")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)
    assert unfinished(path, gpkg_world.tables()) == lacking


def test_such_a_file_is_not_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.geopackage.unfinished", lambda *_: ["desa"])
    with pytest.raises(PublishError, match="GEO_PACKAGE_UNFINISHED"):
        gpkg_world.write(tmp_path / "a.gpkg")
