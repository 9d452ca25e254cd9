"""Edge module: writes the sample's files so that the same tables give the same bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyogrio
import shapely
import xlsxwriter

#: Stands in every workbook and GeoPackage instead of the clock.
CREATED = datetime(2026, 1, 2, tzinfo=UTC)
#: Text with 64-bit offsets: the rows of one file may be more than 2 GiB together.
_LONG = pa.large_string()
_COMMA, _END, _NOTHING = (pa.scalar(text, _LONG) for text in (",", "\r\n", ""))
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, the lines above the heading, and the row (from 1) that the heading stands on."""

    name: str
    table: pa.Table
    preamble: Sequence[str] = ()
    heading_row: int = 1


def write_csv(path: Path, table: pa.Table) -> Path:
    """Write the dialect of P3KE 2023: comma, CRLF, UTF-8 with BOM, quotes only where needed."""
    heading = pa.table({name: pa.array([name]) for name in table.column_names})
    return _write(path, BOM + _lines(heading) + _lines(table))


def write_piped(path: Path, table: pa.Table) -> Path:
    """Write the dialect of DTSEN V3: pipe, every value in double quotes, LF, UTF-8."""
    sink = pa.BufferOutputStream()
    pv.write_csv(table, sink, pv.WriteOptions(delimiter="|", quoting_style="all_valid"))
    return _write(path, sink.getvalue())


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> Path:
    """Write an XLSX workbook whose every cell is text: no NIK can lose a digit here."""
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": CREATED.replace(tzinfo=None)})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for row, line in enumerate(sheet.preamble):
                page.write_string(row, 0, line)
            for column, name in enumerate(sheet.table.column_names):
                values = [name, *sheet.table.column(name).to_pylist()]
                page.write_column(sheet.heading_row - 1, column, values)
    return path


def write_villages(path: Path, villages: Mapping[str, object]) -> Path:
    """Write village polygons (``kode``, ``nama``, ``geometry``; EPSG:4326) as a GeoPackage.

    Version 1.2 and a set date: both would else change with the library and the clock.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    frame = gpd.GeoDataFrame(dict(villages), geometry="geometry", crs="EPSG:4326")
    frame["geometry"] = [shapely.multipolygons([polygon]) for polygon in frame.geometry]
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": CREATED.strftime("%Y-%m-%dT%H:%M:%SZ")})
    try:
        pyogrio.write_dataframe(frame, path, layer="desa", driver="GPKG", dataset_options={"VERSION": "1.2"})
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return path


def write_note(path: Path, lines: Sequence[str]) -> Path:
    """Write a plain text file, UTF-8."""
    return _write(path, ("\n".join(lines) + "\n").encode())


def _lines(table: pa.Table) -> bytes:
    """Return the rows as one run of bytes: a text column keeps its values back to back."""
    cells = [_quoted(column) for column in table.columns]
    *before, last = (pc.fill_null(cell, "").cast(_LONG) for cell in cells)
    rows = pc.binary_join_element_wise(*before, pc.binary_join_element_wise(last, _END, _NOTHING), _COMMA)
    return b"".join(memoryview(part.buffers()[2]) for part in rows.chunks if len(part))


def _quoted(column: pa.ChunkedArray) -> pa.ChunkedArray:
    special = pc.match_substring_regex(column, '[",\r\n]')
    if not pc.any(special).as_py():
        return column
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(special, pc.binary_join_element_wise('"', doubled, '"', ""), column)


def _write(path: Path, content: bytes | pa.Buffer) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
