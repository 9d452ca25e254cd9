"""Map layers: indicators on polygons of three levels, households and families to visit as points."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.columns import reasons
from geo.crs import STORAGE_CRS, areas_m2
from geo.repair import Geometries, unite
from geo.themes import THEMES, share_classes
from geo.villages import VillageMap
from reconcile.errors import ConservationError, Fault
from reconcile.frames import in_order, places_in, taken
from reconcile.indicators import COUNT_NAMES, OFFICIAL, SHARES
from reconcile.regions import Register
from reconcile.resurvey.corrections import IN_FORCE
from reconcile.tables import TASKS
from reconcile.vocab import Language, Position, TaskStatus


@dataclass(frozen=True)
class Level:
    """One level of areas: its layer, the register's column of its code, its names, its further figures."""

    layer: str
    code: str
    names: tuple[str, ...]
    figures: tuple[str, ...] = ()


LEVELS = (
    Level("desa", "kode_desa", ("nama", "nama_kec", "nama_kab")),
    Level("kecamatan", "kode_kec", ("nama", "nama_kab")),
    # official figures are published per kabupaten
    Level("kabupaten", "kode_kab", ("nama",), tuple(column.name for column in OFFICIAL)),
)

HOUSEHOLD_LAYER = "keluarga"
RESURVEY_LAYER = "survei_ulang"
UNPLACED_TABLE = "tidak_terpetakan"
POINT_LAYERS = (HOUSEHOLD_LAYER, RESURVEY_LAYER)

_SIDES = ("p3ke", "bps")
_PLACE = ("kode_desa", "nama_desa", "nama_kec", "nama_kab")

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
    "kepastian",
    "kesepakatan",
    "letak_titik",
    "jarak_m",
    "sebab_lokasi",
    "source_file",
    "source_sheet",
    "source_row",
)

#: What a visit found, and the values in force with where each comes from.
VISITED = (
    "hasil_kunjungan",
    "tanggal_kunjungan",
    "masih_miskin",
    *(name for value in IN_FORCE for name in (value, f"asal_{value}")),
    "asal_lokasi",
)

#: The columns that a household point may carry, in their order: an allow-list (class TERBATAS).
HOUSEHOLD_COLUMNS = (
    "id_rekon",
    "status_padan",
    "skor",
    "alasan",
    "id_tinjau",
    *_PLACE,
    "cara_lokasi",
    "posisi",
    *VISITED,
    *(f"{column}_{side}" for column in _OF_BOTH for side in _SIDES),
)

#: The same for a family to visit: why, where it lives, and whom to ask for.
RESURVEY_COLUMNS = (
    *(name for name in TASKS.names if name not in _PLACE),
    "status_padan",
    *_PLACE,
    "cara_lokasi",
    "posisi",
    *(f"{c}_{side}" for c in ("nama", "nik", "alamat", "rt", "rw", "jumlah_anggota") for side in _SIDES),
)


_POINT = frozenset({"id_rekon", "posisi", "titik_bujur", "titik_lintang"})
#: Columns of RECONCILED that the layers of households are made from; the table is three times as wide.
_DRAWN = _POINT | set(HOUSEHOLD_COLUMNS)
_ASKED_FOR = _POINT | (set(RESURVEY_COLUMNS) - set(TASKS.names)) | {"kode_desa"}


@dataclass(frozen=True)
class Editions:
    """How old everything is that a layer was made from; written on every area."""

    p3ke: str
    bps: str
    codes: str
    boundaries: str
    reference_date: date


def build_layers(
    indicators: pd.DataFrame,
    unplaced: pd.DataFrame,
    villages: VillageMap,
    register: Register,
    editions: Editions,
) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers desa, kecamatan, kabupaten (EPSG:4326), each sorted by ``kode``.

    ``indicators`` is INDICATORS, ``unplaced`` UNPLACED. Every area of the register appears, without polygon
    where there is none. Added: area_km2 (EPSG:6933), the class of every share (geo/themes.py), the editions.
    ConservationError where the areas of a level and the unplaced families are not all families.
    """
    layers = {level.layer: _layer(level, indicators, villages, register, editions) for level in LEVELS}
    _conserve(indicators, unplaced, layers)
    return layers


def unplaced_table(unplaced: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return UNPLACED with its reasons in words behind their codes."""
    table = unplaced.copy()
    table.insert(1, "keterangan", reasons(table["sebab"], language))
    return table


def household_layer(reconciled: pd.DataFrame, register: Register) -> gpd.GeoDataFrame:
    """Return RECONCILED as points (EPSG:4326) sorted by id_rekon, null where the household has none.

    Columns: HOUSEHOLD_COLUMNS, and ``kelas_titik`` for the style: status_padan and posisi.
    """
    needed = [name for name in reconciled if name in _DRAWN]
    order = in_order(reconciled, ["id_rekon"])
    rows = _named(reconciled[needed].iloc[order].reset_index(drop=True), register)
    table = rows[list(HOUSEHOLD_COLUMNS)].assign(kelas_titik=_drawn_as(rows, "status_padan"))
    return _as_points(table, rows)


def resurvey_layer(visits: pd.DataFrame, reconciled: pd.DataFrame, register: Register) -> gpd.GeoDataFrame:
    """Return the families that TASKS asks to visit as points, as ``household_layer`` does.

    Columns: RESURVEY_COLUMNS, and ``kelas_survei`` for the style: tingkat_temuan and posisi.
    """
    asked = np.flatnonzero(visits["status_tugas"] == TaskStatus.ASKED)
    order = asked[in_order(visits[["id_rekon"]].iloc[asked], ["id_rekon"])]
    tasks = visits.drop(columns="kode_desa").iloc[order].reset_index(drop=True)
    needed = [name for name in reconciled if name in _ASKED_FOR and name != "id_rekon"]
    place = places_in(tasks["id_rekon"], reconciled["id_rekon"])
    # wide tables, so that each row is taken once
    households = taken(reconciled[needed], place)
    rows = _named(pd.concat([tasks, households], axis="columns"), register)
    table = rows[list(RESURVEY_COLUMNS)].assign(kelas_survei=_drawn_as(rows, "tingkat_temuan"))
    return _as_points(table, rows)


def _layer(
    level: Level, indicators: pd.DataFrame, villages: VillageMap, register: Register, editions: Editions
) -> gpd.GeoDataFrame:
    here = indicators[(indicators["tingkat"] == level.layer) & indicators["kode"].notna()]
    columns = ["kode", "kode_bps", *level.names, *COUNT_NAMES, *SHARES, *level.figures]
    table = here[columns].sort_values("kode", ignore_index=True)
    polygons = _polygons(level, villages, register)
    geometry = np.array([*(polygons.get(code) for code in table["kode"]), None], dtype=object)[:-1]
    area = pd.Series(np.round(areas_m2(geometry) / 1e6, 3), dtype="Float64")
    table["area_km2"] = area.where(area > 0)
    table["ada_poligon"] = table["area_km2"].notna()
    for theme in THEMES:
        table[theme.class_column] = share_classes(table[theme.share])
    return gpd.GeoDataFrame(_dated(table, editions), geometry=geometry, crs=STORAGE_CRS)


def _dated(table: pd.DataFrame, editions: Editions) -> pd.DataFrame:
    said = {
        "edisi_p3ke": editions.p3ke,
        "edisi_bps": editions.bps,
        "edisi_kode": editions.codes,
        "edisi_batas": editions.boundaries,
    }
    written = {name: pd.Series(value, index=table.index, dtype="str") for name, value in said.items()}
    day = pd.Series(pd.Timestamp(editions.reference_date), index=table.index, dtype="datetime64[s]")
    return table.assign(**written, tanggal_acuan=day)


def _polygons(level: Level, villages: VillageMap, register: Register) -> dict[str, Any]:
    """Return the polygon of each area that has one, as the union of its villages."""
    if level.code == "kode_desa":
        return dict(zip(villages.keys, villages.polygons, strict=True))
    parents = register.villages.set_index("kode_desa")[level.code]
    parent = villages.keys.map(parents)
    polygons: Geometries = villages.polygons
    return {code: unite(polygons[(parent == code).to_numpy()]) for code in sorted(set(parent.dropna()))}


def _conserve(indicators: pd.DataFrame, unplaced: pd.DataFrame, layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Refuse layers whose areas and the unplaced families do not add up to every level's whole."""
    faults = []
    for level, rows in indicators.groupby("tingkat"):
        drawn = layers[str(level)][COUNT_NAMES].sum() + unplaced[COUNT_NAMES].sum()
        wrong = drawn[drawn != rows[COUNT_NAMES].sum()].index
        faults += [Fault.of("E_COUNTS", equation=f"{level}: {column}") for column in wrong]
    if faults:
        raise ConservationError(faults)


def _named(rows: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Return ``rows`` with the official names of their village, missing where they have none."""
    names = register.villages[list(_PLACE)]
    return rows.merge(names, on="kode_desa", how="left", validate="many_to_one")


def _drawn_as(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return the class that a point is drawn by: a value and the kind of point; one class has no point."""
    drawn = rows["posisi"] != Position.NONE.value
    return (rows[column] + " " + rows["posisi"]).where(drawn, Position.NONE.value)


def _as_points(table: pd.DataFrame, rows: pd.DataFrame) -> gpd.GeoDataFrame:
    x, y = (rows[c].to_numpy(float, na_value=np.nan) for c in ("titik_bujur", "titik_lintang"))
    points = np.full(len(rows), None, dtype=object)
    there = np.isfinite(x) & np.isfinite(y)
    points[there] = shapely.points(x[there], y[there])
    return gpd.GeoDataFrame(table, geometry=points, crs=STORAGE_CRS)
