"""Edge module: looks whether a GeoPackage is all that GDAL was to write.

When a disk fails while a file is closed, GDAL says nothing: extent, spatial index, counts or version are not
there, and the file opens all the same.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd

#: What the file says it is: "GPKG", of version 1.2.
_APPLICATION, _VERSION = 0x47504B47, 10200
#: Triggers of a table: two keep the count of its rows, six more its spatial index.
_TRIGGERS, _INDEX_TRIGGERS = 2, 6

_CONTENTS = "SELECT min_x IS NULL FROM gpkg_contents WHERE table_name = ?"
_COUNT = "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?"
_TRIGGER = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
_INDEX = "SELECT count(*) FROM gpkg_extensions WHERE table_name = ? AND extension_name = 'gpkg_rtree_index'"


def unfinished(path: Path, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return the names of the ``tables`` of which something is not in the file; its own name for the head."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        lacking = [
            name for name, table in tables.items() if _found(connection, name, table) != _wanted(table)
        ]
        if (_head(connection, "application_id"), _head(connection, "user_version")) != (
            _APPLICATION,
            _VERSION,
        ):
            lacking.insert(0, path.name)
    return lacking


def _wanted(table: pd.DataFrame) -> list[int]:
    """Return rows and triggers of a table; and of a layer whether it is without extent, index and places."""
    if not isinstance(table, gpd.GeoDataFrame):
        return [len(table), _TRIGGERS, 1]
    places = int((table.geometry.notna() & ~table.geometry.is_empty).sum())
    return [len(table), _TRIGGERS + _INDEX_TRIGGERS, int(not places), 1, places]


def _found(connection: sqlite3.Connection, name: str, table: pd.DataFrame) -> list[int | None]:
    found = [_one(connection, asked, name) for asked in (_COUNT, _TRIGGER, _CONTENTS)]
    if not isinstance(table, gpd.GeoDataFrame):
        return found
    index = f"rtree_{name}_geom_rowid"
    there = _one(connection, "SELECT count(*) FROM sqlite_master WHERE name = ?", index)
    # the name is that of one of our layers
    places = connection.execute(f'SELECT count(*) FROM "{index}"').fetchone()[0] if there else None  # noqa: S608
    return [*found, _one(connection, _INDEX, name), places]


def _one(connection: sqlite3.Connection, asked: str, name: str) -> int | None:
    row = connection.execute(asked, (name,)).fetchone()
    return None if row is None else row[0]


def _head(connection: sqlite3.Connection, name: str) -> int:
    value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value
