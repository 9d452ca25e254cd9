"""Map layers: indicators on polygons of three levels, households as points."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import STORAGE_CRS, areas_m2
from geo.repair import Geometries, unite
from geo.villages import VillageMap
from reconcile.regions import Register
from reconcile.vocab import MatchClass, Placement, Position


@dataclass(frozen=True)
class Level:
    """One level of areas: its layer, and where the register keeps its code and names."""

    layer: str
    code: str
    columns: tuple[tuple[str, str], ...]


#: Columns of a layer, and the register's columns that they come from.
LEVELS = (
    Level(
        "desa",
        "kode_desa",
        (
            ("kode_bps", "kode_desa_bps"),
            ("nama", "nama_desa"),
            ("nama_kec", "nama_kec"),
            ("nama_kab", "nama_kab"),
        ),
    ),
    Level(
        "kecamatan",
        "kode_kec",
        (("kode_bps", "kode_kec_bps"), ("nama", "nama_kec"), ("nama_kab", "nama_kab")),
    ),
    Level("kabupaten", "kode_kab", (("kode_bps", "kode_kab_bps"), ("nama", "nama_kab"))),
)

HOUSEHOLD_LAYER = "keluarga"

_AREA_COLUMNS = ("tingkat", "kode", "kode_bps", "nama", "nama_kec", "nama_kab")

#: The indicator that the default style shows; a layer has it in any case.
_CLASSED = "persen_cocok"

#: First break of each class after the lowest, percent; a class holds its lower break, the last also 100.
_BREAKS = (20.0, 40.0, 60.0, 80.0)

_OF_BOTH = (
    "nama",
    "nik",
    "tanggal_lahir",
    "jenis_kelamin",
    "no_kk",
    "alamat",
    "desil",
    "jumlah_anggota",
    "kode_wilayah",
    "status_kode",
    "jarak_m",
    "source_file",
    "source_sheet",
    "source_row",
)

#: The columns that a household point may carry, in their order: an allow-list (class TERBATAS).
HOUSEHOLD_COLUMNS = (
    "id_rekon",
    "status_padan",
    "skor",
    "alasan",
    "id_tinjau",
    "kode_desa",
    "cara_lokasi",
    "posisi",
    *(f"{column}_{side}" for column in _OF_BOTH for side in ("p3ke", "bps")),
)


def build_layers(
    indicators: pd.DataFrame, villages: VillageMap, register: Register
) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers desa, kecamatan, kabupaten (EPSG:4326), each sorted by ``kode``.

    ``indicators``: tingkat (desa, kecamatan, kabupaten), kode, kode_bps, nama, nama_kec, nama_kab, and any
    further columns, which are passed through; a column without any value at a level is left out of its
    layer. Every area of the register and every row of ``indicators`` appears, without polygon where there
    is none, so that totals on the map equal totals in the table; households that have no village stand in
    a row without code. Added: luas_km2 (EPSG:6933) and kelas_cocok (vocab.MatchClass of persen_cocok).
    """
    return {level.layer: _layer(level, indicators, villages, register) for level in LEVELS}


def household_layer(reconciled: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return RECONCILED as points (EPSG:4326) sorted by id_rekon, null where the household has none.

    Columns: HOUSEHOLD_COLUMNS, and ``kelas_titik`` for the style: status_padan and posisi.
    """
    rows = reconciled.sort_values("id_rekon", ignore_index=True)
    table = rows[list(HOUSEHOLD_COLUMNS)].copy()
    drawn = rows["posisi"] != Position.NONE.value
    both = rows["status_padan"] + " " + rows["posisi"]
    table["kelas_titik"] = both.where(drawn, Position.NONE.value)
    x, y = (rows[c].to_numpy(float, na_value=np.nan) for c in ("titik_bujur", "titik_lintang"))
    points = np.full(len(rows), None, dtype=object)
    there = np.isfinite(x) & np.isfinite(y)
    points[there] = shapely.points(x[there], y[there])
    return gpd.GeoDataFrame(table, geometry=points, crs=STORAGE_CRS)


def match_classes(percent: pd.Series) -> pd.Series:
    """Return the vocab.MatchClass of each share (percent, 0 to 100); a missing one is NO_DATA."""
    labels = np.array([c.value for c in MatchClass], dtype=object)
    values = percent.to_numpy(float, na_value=np.nan)
    place = np.where(np.isnan(values), len(_BREAKS) + 1, np.digitize(values, _BREAKS))
    return pd.Series(labels[place], index=percent.index, dtype="str")


def _layer(
    level: Level, indicators: pd.DataFrame, villages: VillageMap, register: Register
) -> gpd.GeoDataFrame:
    table = _table(level, indicators, register)
    polygons = _polygons(level, villages, register)
    geometry = np.array([*(polygons.get(code) for code in table["kode"]), None], dtype=object)[:-1]
    area = pd.Series(np.round(areas_m2(geometry) / 1e6, 3), dtype="Float64")
    table["luas_km2"] = area.where(area > 0)
    table["kelas_cocok"] = match_classes(table[_CLASSED])
    return gpd.GeoDataFrame(table, geometry=geometry, crs=STORAGE_CRS)


def _table(level: Level, indicators: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Return one row per area of the register or of ``indicators``; unplaced households have no code."""
    names = {new: register.villages[old] for new, old in level.columns}
    areas = pd.DataFrame({"kode": register.villages[level.code], **names}).drop_duplicates("kode")
    here = indicators[indicators["tingkat"] == level.layer]
    measures = [
        column
        for column in indicators.columns
        if column not in _AREA_COLUMNS and (column == _CLASSED or here[column].notna().any())
    ]
    kept = here[["kode", *names, *measures]]
    table = kept.merge(areas, on="kode", how="outer", suffixes=("", "_register"))
    for column in names:
        table[column] = table[column].fillna(table[f"{column}_register"])
    table["nama"] = table["nama"].mask(table["kode"].isna(), Placement.NONE.value)
    return table[["kode", *names, *measures]].sort_values("kode", ignore_index=True)


def _polygons(level: Level, villages: VillageMap, register: Register) -> dict[str, Any]:
    """Return the polygon of each area that has one, as the union of its villages."""
    if level.code == "kode_desa":
        return dict(zip(villages.keys, villages.polygons, strict=True))
    parents = register.villages.set_index("kode_desa")[level.code]
    parent = villages.keys.map(parents)
    polygons: Geometries = villages.polygons
    return {code: unite(polygons[(parent == code).to_numpy()]) for code in sorted(set(parent.dropna()))}
