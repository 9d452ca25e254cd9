"""Edge module: what a GeoPackage holds beside its layers: styles, a project, titles and words of columns.

Written by SQLite itself, after GDAL has closed the file: in one process the two ignore each other's locks.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pandas as pd

from geo.columns import about, alias, attributes, words
from geo.project import StoredProject
from geo.styles import Style
from reconcile.vocab import Language

_TABLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME);
CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB);
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
  min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
"""

_CONTENTS = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)
  VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)
"""

# a row that is there twice, with NULL as its column, is against the standard; NULLs are never equal
_EXTENSION = """
INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope)
  SELECT :table, NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write'
  WHERE NOT EXISTS (
    SELECT 1 FROM gpkg_extensions WHERE table_name = :table AND extension_name = 'gpkg_schema')
"""

# catalog and schema are empty text, not NULL: that is what QGIS looks for
_STYLE = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,
  styleQML, styleSLD, useAsDefault, description, owner, update_time)
  VALUES ('', '', ?, 'geom', ?, ?, '', ?, ?, '', ?)
"""

_COLUMN = "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, ?)"
_WORD = "INSERT INTO gpkg_data_column_constraints VALUES (?, 'enum', ?, NULL, NULL, NULL, NULL, ?)"


#: Where the header of an SQLite file counts its changes, and says of which count its other words are.
_COUNTS = (24, 92)


def one_change(path: Path) -> None:
    """Have the closed file at ``path`` say that it was changed once.

    SQLite counts each time that it wrote the first page, which is more often where its cache ran full in the
    midst of a change: of a province the same content was two apart.
    """
    with path.open("r+b") as file:
        for place in _COUNTS:
            file.seek(place)
            file.write((1).to_bytes(4, "big"))


def add_extras(
    path: Path,
    tables: Mapping[str, pd.DataFrame],
    styles: Mapping[str, Sequence[Style]],
    project: StoredProject,
    *,
    stamp: str,
    language: Language,
) -> None:
    """Add to the GeoPackage at ``path`` the styles of its layers, a project, and what its columns mean.

    Titles and words of columns stand in the styles too; here they are for GDAL 3.7 and later, and for other
    programs. ``stamp`` is the time of every row.
    """
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(_TABLES)
        connection.execute(_CONTENTS, (stamp,))
        for table in ("gpkg_data_columns", "gpkg_data_column_constraints"):
            connection.execute(_EXTENSION, {"table": table})
        connection.executemany(_STYLE, _style_rows(styles, stamp))
        connection.executemany(_COLUMN, _column_rows(tables, language))
        connection.executemany(_WORD, sorted(_word_rows(tables, language)))
        connection.execute(
            "INSERT INTO qgis_projects VALUES (?, ?, ?)", (project.name, project.metadata, project.content)
        )


def inspect(path: Path) -> bool:
    """Return whether the database is sound and in the journal mode that needs no side files."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return bool(sound and connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete")


def _style_rows(styles: Mapping[str, Sequence[Style]], stamp: str) -> Iterator[tuple[object, ...]]:
    for layer, looks in styles.items():
        for place, style in enumerate(looks):
            yield layer, style.name, style.qml, int(place == 0), style.description, stamp


def _column_rows(tables: Mapping[str, pd.DataFrame], language: Language) -> Iterator[tuple[str | None, ...]]:
    for table, frame in tables.items():
        for column in attributes(frame):
            said = f"{table}_{column}" if words(column, language) else None
            yield table, column, column, alias(column, language), about(column, language), said


def _word_rows(tables: Mapping[str, pd.DataFrame], language: Language) -> set[tuple[str, str, str]]:
    return {
        (f"{table}_{column}", value, word)
        for table, frame in tables.items()
        for column in attributes(frame)
        for value, word in words(column, language).items()
    }
