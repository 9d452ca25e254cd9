"""Made-up families of one kabupaten to visit, in three villages, one of them without polygon, for phones."""

from __future__ import annotations

import html
import io
import sqlite3
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from reconcile.tables import VILLAGES, WORKLIST

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

RUN, PERIOD = "2026-03-31-0a1b2c3d4e", "2026-TW1"
A, B, E = "64.02.05.2001", "64.02.05.2002", "64.02.06.1001"
AREAS = {A: "Alang Jaya", B: "Bakung", E: "Enau"}

#: village, kind of point, longitude, latitude, name (P3KE), name (BPS), address (P3KE), RT of both
FAMILIES = (
    (A, "terukur", 117.05, -0.45, "SITI AMINAH", "SITI AMINAH", "JL. MAWAR NO. 5 (SITI AMINAH)", 2, 2),
    (A, "wakil_desa", 117.04, -0.44, "BUDI", "BUDI SANTOSO", "=RUMAH BUDI, 6402050101800001", 2, 3),
    (B, "wakil_desa", 117.15, -0.45, "NUR AINI BINTI H. ALI", None, 'GG. "HIJAU", RAYA', None, None),
    (E, "tanpa_titik", None, None, None, "O'NEIL YUSUF", None, 1, None),
    (None, "tanpa_titik", None, None, None, None, "DEKAT MASJID", None, None),
)


def rows() -> pd.DataFrame:
    """Return WORKLIST of FAMILIES; every NIK and KK number is another one."""
    names = ["kode_desa", "posisi", "titik_bujur", "titik_lintang", "nama_p3ke", "nama_bps", "alamat_p3ke"]
    table = pd.DataFrame(FAMILIES, columns=[*names, "rt_p3ke", "rt_bps"])
    numbers = pd.Series(range(1, len(table) + 1))
    for place, column in enumerate(("nik_p3ke", "nik_bps", "no_kk_p3ke", "no_kk_bps")):
        table[column] = "64020501018" + (numbers + place * 100).astype("str").str.zfill(5)
    return WORKLIST.build(
        table.assign(
            id_tugas="TG-" + pd.Series(list("BCDFG")) + "HJKLMNP",
            urutan=[1, 2, 1, 1, 1],
            alasan_dicek="Keluarga ini tercatat di daftar P3KE. Pastikan keberadaannya.",
            alasan_kode="hanya_satu_daftar",
            jatuh_tempo="2026-05-15",
            nama_desa=table["kode_desa"].map(AREAS),
            kode_kec=table["kode_desa"].str.slice(0, 8),
            nama_kec=table["kode_desa"].str.slice(0, 8).map({"64.02.05": "Hilir", "64.02.06": "Hulu"}),
            kode_kab="64.02",
            nama_kab="Kutai Kartanegara",
            rw_p3ke=table["rt_p3ke"].map({2: 1}),
            desil_p3ke=1,
        )
    )


def villages() -> pd.DataFrame:
    """Return VILLAGES: those of FAMILIES and one of another kabupaten."""
    table = pd.DataFrame({"kode_desa": [*AREAS, "64.07.01.2001"], "nama_desa": [*AREAS.values(), "Damar"]})
    code = table["kode_desa"]
    kec, kab = code.str.slice(0, 8), code.str.slice(0, 5)
    return VILLAGES.build(
        table.assign(
            kode_kec=kec,
            nama_kec=kec.map({"64.02.05": "Hilir", "64.02.06": "Hulu"}).fillna("Barat"),
            kode_kab=kab,
            nama_kab=kab.map({"64.02": "Kutai Kartanegara", "64.07": "Kutai Barat"}),
        )
    )


def polygons() -> gpd.GeoDataFrame:
    """Return the layer desa of a run as far as phones need it; Enau has no polygon."""
    table = villages()
    squares = [
        shapely.box(117.0, -0.5, 117.1, -0.4),
        shapely.box(117.1, -0.5, 117.2, -0.4),
        None,
        shapely.box(117.1, -0.4, 117.2, -0.3),
    ]
    return gpd.GeoDataFrame(
        {
            "kode": table["kode_desa"],
            "nama": table["nama_desa"],
            "nama_kec": table["nama_kec"],
            "nama_kab": table["nama_kab"],
            "n_keluarga": 7,
            "tanggal_acuan": pd.Timestamp("2026-03-31").as_unit("s"),
        },
        geometry=squares,
        crs="EPSG:4326",
    )


def identities() -> list[str]:
    """Return every NIK, number of a family card and full name of the rows, as they are searched for."""
    table = rows()
    numbers = table[["nik_p3ke", "nik_bps", "no_kk_p3ke", "no_kk_bps"]].melt()["value"].dropna()
    names = table[["nama_p3ke", "nama_bps"]].melt()["value"].dropna()
    return sorted({*numbers, *(name.casefold() for name in names)})


def told_by(path: Path) -> str:
    """Return everything that stands in a file, whatever it is packed in, in small letters."""
    parts = [path.read_bytes().decode("utf-8", "replace")]
    if path.suffix == ".xlsx":
        parts += unpacked(path)
    if path.suffix == ".gpkg":
        with closing(sqlite3.connect(path)) as database:
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                parts += [str(row) for row in database.execute(f'SELECT * FROM "{name}"')]  # noqa: S608 - its own names
            (project,) = database.execute("SELECT content FROM qgis_projects").fetchone()
        parts += unpacked(io.BytesIO(bytes.fromhex(project)))
    return "\n".join(parts).casefold()


def unpacked(archive: Path | io.BytesIO) -> list[str]:
    with zipfile.ZipFile(archive) as opened:
        return [html.unescape(opened.read(name).decode()) for name in opened.namelist()]


def found_in(paths: Iterable[Path]) -> list[tuple[str, str]]:
    """Return each identity with the file that it stands in: none may."""
    told = {path.name: told_by(path) for path in paths}
    return [(name, one) for name, text in told.items() for one in identities() if one in text]
