"""GeoPackages, as QField and QGIS send them back; runs in the reading process.

The file is opened out of memory, nothing of it is run (no view, trigger, function or virtual table), and
nothing is repaired: a damaged one is refused.
"""

import sqlite3
import struct
from contextlib import closing
from dataclasses import dataclass
from math import isnan
from typing import Any

from reconcile.sources.reading.cells import Row, StoredSheet
from reconcile.sources.reading.limits import RefusedError

#: Bytes of the header that say how the file is written; 2 is write-ahead logging, 1 is none.
_WRITING, _AHEAD = slice(18, 20), b"\x02\x02"
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})
_LAYERS = """
SELECT c.table_name, g.column_name, s.organization || ':' || s.organization_coordsys_id
FROM gpkg_contents c JOIN sqlite_master m ON m.name = c.table_name AND m.type = 'table'
LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
WHERE c.data_type IN ('features', 'attributes') AND upper(m.sql) NOT LIKE 'CREATE VIRTUAL%'
ORDER BY c.table_name
"""
#: Bytes of the box around a geometry, by its code in the header (OGC 12-128r19, 2.1.3).
_BOX = (0, 32, 48, 48, 64)
_POINT = 1


@dataclass(frozen=True)
class _Layer:
    """One table: its name, its columns with their declared types, the place of its geometry, if any."""

    name: str
    columns: tuple[tuple[str, str], ...]
    geometry: int | None
    degrees: bool


def unclosed(content: bytes) -> bool:
    """Return whether the program that wrote the file had not closed it.

    Its last changes may then stand in the file ``-wal`` beside it, and are not in this one.
    """
    return content[_WRITING] == _AHEAD


def read_geopackage(content: bytes) -> list[StoredSheet]:
    """Return every layer and table without geometry, by name, as a sheet whose first row is the columns.

    Row n is the feature with the (n - 1)-th smallest ``fid``. A point becomes two columns in place of its
    geometry, ``geom_longitude`` and ``geom_latitude`` where the layer is in EPSG:4326, ``geom_x`` and
    ``geom_y`` else; of other geometries nothing is read. RefusedError ``E_WORKBOOK`` where it is damaged.
    """
    if unclosed(content):
        content = content[: _WRITING.start] + b"\x01\x01" + content[_WRITING.stop :]
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(content)
            database.text_factory = lambda text: text.decode("utf-8", "replace")
            layers = _layers(database)
            database.set_authorizer(_only_reading)
            return [_sheet(database, layer) for layer in layers]
    except (sqlite3.Error, struct.error, ValueError, IndexError, OverflowError):
        raise RefusedError("E_WORKBOOK") from None


def _only_reading(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _layers(database: sqlite3.Connection) -> list[_Layer]:
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    found = []
    for name, geometry, system in database.execute(_LAYERS).fetchall():
        told = database.execute(f"PRAGMA table_info({_quoted(name)})").fetchall()
        columns = tuple((str(column[1]), str(column[2]).upper()) for column in told)
        place = next((n for n, (column, _) in enumerate(columns) if column == geometry), None)
        found.append(_Layer(name, columns, place, str(system).upper() == "EPSG:4326"))
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _sheet(database: sqlite3.Connection, layer: _Layer) -> StoredSheet:
    chosen = ", ".join(_quoted(column) for column, _ in layer.columns)
    query = f"SELECT {chosen} FROM {_quoted(layer.name)} ORDER BY rowid"  # noqa: S608  # quoted names only
    rows = [_row(row, layer) for row in database.execute(query)]
    headings = [column for column, _ in layer.columns]
    if layer.geometry is not None:
        x, y = ("longitude", "latitude") if layer.degrees else ("x", "y")
        name = headings[layer.geometry]
        headings[layer.geometry : layer.geometry + 1] = [f"{name}_{x}", f"{name}_{y}"]
    return StoredSheet(layer.name, len(headings), [headings, *rows])


def _row(row: tuple[Any, ...], layer: _Layer) -> Row:
    cells: Row = []
    for place, (value, (_, kind)) in enumerate(zip(row, layer.columns, strict=True)):
        cells += _point(value) if place == layer.geometry else [_cell(value, kind)]
    return cells


def _cell(value: Any, kind: str) -> Any:
    """Return a value as a cell; a whole number is exact here, however long, and so it is text."""
    if value is None or isinstance(value, bytes):
        return ""
    if kind == "BOOLEAN":
        return bool(value)
    return str(value) if isinstance(value, int) else value


def _point(geometry: Any) -> list[Any]:
    """Return both coordinates, empty ones where there is no point."""
    if not isinstance(geometry, bytes) or geometry[:2] != b"GP":
        return ["", ""]
    start = 8 + _BOX[geometry[3] >> 1 & 7]
    order = "<" if geometry[start] else ">"
    (kind,) = struct.unpack_from(f"{order}I", geometry, start + 1)
    # thousands say that there are heights, as do the highest bits in an older way
    if (kind & 0xFFFF) % 1000 != _POINT:
        return ["", ""]
    x, y = struct.unpack_from(f"{order}2d", geometry, start + 5)
    return ["", ""] if isnan(x) or isnan(y) else [x, y]
