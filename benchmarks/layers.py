"""Seconds to make and write the layers of the whole province, and its printed maps.

    PADAN_REAL_DATA=... python -m benchmarks.layers [--families 400000] [--out FOLDER]

Made-up families over the 1,038 real villages, as many as registries may hold of the poorer part of it.
Counted from the reconciled table to two finished GeoPackages; the benchmark fails above a minute. With
``--out`` the files stay, to be opened in QGIS.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.places import register_of, villages_of
from geo.columns import data_dictionary
from geo.geopackage import write_geopackage
from geo.layers import (
    UNPLACED_TABLE,
    Editions,
    build_layers,
    household_layer,
    resurvey_layer,
    unplaced_table,
)
from geo.maps import Areas, Sheet, draw
from geo.styles import layer_styles
from geo.themes import THEMES
from geo.villages import VillageMap
from reconcile.indicators import area_indicators, unplaced_families
from reconcile.resurvey.settings import ResurveySettings
from reconcile.resurvey.tasks import visit_tasks
from reconcile.tables import ANSWERS, FIGURES, FINDINGS, RECONCILED, TASKS
from reconcile.vocab import Language, MatchStatus

LIMIT_SECONDS = 60.0
DAY = date(2026, 3, 31)
LANGUAGE = Language.INDONESIAN


def families(count: int, villages: VillageMap) -> pd.DataFrame:
    """Return RECONCILED of ``count`` families: most placed, half of them measured, a few without village."""
    random = np.random.default_rng(64)
    place = random.integers(0, len(villages.keys), count)
    inner = shapely.point_on_surface(villages.polygons)[place]
    status = random.choice([s.value for s in MatchStatus], count, p=[0.6, 0.02, 0.02, 0.18, 0.18])
    measured, lost = random.random(count) < 0.5, random.random(count) < 0.001
    table = pd.DataFrame(
        {
            "id_rekon": [f"R{number:07d}" for number in range(count)],
            "status_padan": status,
            "kode_desa": villages.keys.to_numpy()[place],
            "cara_lokasi": "kode",
            "posisi": np.where(measured, "terukur", "wakil_desa"),
            "titik_bujur": shapely.get_x(inner),
            "titik_lintang": shapely.get_y(inner),
            "alasan": "NIK kepala sama; nama kepala sangat mirip; desa sama",
        }
    )
    nowhere = {"kode_desa": None, "posisi": "tanpa_titik", "titik_bujur": np.nan, "titik_lintang": np.nan}
    table.loc[lost, list(nowhere)] = list(nowhere.values())
    for side, other in (("p3ke", MatchStatus.ONLY_BPS), ("bps", MatchStatus.ONLY_P3KE)):
        held = status != other
        for column, value in (
            ("record_id", table["id_rekon"]),
            ("nama", "NAMA KEPALA"),
            ("alamat", "JL. CONTOH"),
        ):
            table[f"{column}_{side}"] = pd.Series(value, index=table.index).where(held)
        table[f"desil_{side}"] = random.integers(1, 5, count)
        table[f"jumlah_anggota_{side}"] = random.integers(1, 8, count)
        table[f"sebab_lokasi_{side}"] = pd.Series("kode_kosong", index=table.index).where(held & lost)
    return RECONCILED.build(table)


def findings(reconciled: pd.DataFrame) -> pd.DataFrame:
    """Return FINDINGS: one of each that is in one registry only, and one of every tenth family."""
    alone = reconciled["id_rekon"][reconciled["status_padan"].str.startswith("hanya")]
    ids = pd.concat([alone, reconciled["id_rekon"].iloc[::10]], ignore_index=True)
    kinds = np.resize(["T", "T", "S", "R"], len(ids))
    return FINDINGS.build(
        pd.DataFrame({"kasus": ids, "id_rekon": ids, "kode": "K01", "tingkat": kinds, "sidik": "-"})
    )


@contextmanager
def timed(what: str, spent: dict[str, float]) -> Iterator[None]:
    start = time.perf_counter()
    yield
    spent[what] = time.perf_counter() - start
    print(f"{what:<42} {spent[what]:6.1f} s", flush=True)


def visits_of(rows: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return TASKS of RECONCILED and FINDINGS, with the settings of a fresh office."""
    return visit_tasks(
        rows,
        found.assign(status="baru"),
        ANSWERS.empty(),
        TASKS.empty(),
        ResurveySettings(),
        day=DAY,
        language=Language.INDONESIAN,
        key=bytes(32),
    )


def main() -> None:
    """Print seconds per step and the sizes of the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=400_000)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    folder = Path(os.environ["PADAN_REAL_DATA"]) / "wilayah"
    register = register_of(folder)
    villages = villages_of(folder, register, 20.0)
    rows = families(given.families, villages)
    found = findings(rows)
    print(f"{len(rows):,} families, {len(found):,} findings, {len(villages.keys):,} polygons")
    spent: dict[str, float] = {}
    with timed("whom to visit", spent):
        visits = visits_of(rows, found)
    with timed("indicators", spent):
        indicators = area_indicators(rows, found, visits, register.villages, FIGURES.empty())
        unplaced = unplaced_families(rows, found, visits)
    with timed("layers of areas", spent):
        areas = build_layers(
            indicators, unplaced, villages, register, Editions("2022", "2026", "2025", "2025", DAY)
        )
    with timed("layers of families", spent):
        points = {
            "keluarga": household_layer(rows, register),
            "survei_ulang": resurvey_layer(visits, rows, register),
        }
    with tempfile.TemporaryDirectory() as folder_name:
        out = given.out or Path(folder_name)
        out.mkdir(exist_ok=True)
        for name, layers in (("padan", areas), ("keluarga", {**areas, **points})):
            with timed(f"{name}.gpkg", spent):
                write(out / f"{name}.gpkg", layers, unplaced)
            print(f"{'':<42} {(out / f'{name}.gpkg').stat().st_size / 1e6:6.1f} MB")
        total = sum(spent.values())
        print(f"{'together':<42} {total:6.1f} s")
        with timed("maps: province and ten kabupaten, A4", {}):
            maps(out, Areas.of(areas, int(unplaced["n_keluarga"].sum())))
    if total > LIMIT_SECONDS:
        raise SystemExit("slower than a minute")


def write(path: Path, layers: dict[str, gpd.GeoDataFrame], unplaced: pd.DataFrame) -> None:
    tables: dict[str, pd.DataFrame] = {**layers, UNPLACED_TABLE: unplaced_table(unplaced, LANGUAGE)}
    tables["kamus_data"] = data_dictionary(tables, LANGUAGE)
    styles = layer_styles(layers, LANGUAGE)
    write_geopackage(path, tables, styles=styles, reference_date=DAY, language=LANGUAGE)


def maps(out: Path, areas: Areas) -> None:
    for code in ("", *areas.kabupaten["kode"]):
        for kind, content in draw(areas, Sheet(code, THEMES[0], "a4", LANGUAGE)).items():
            (out / f"{code or 'provinsi'}.{kind}").write_bytes(content)


if __name__ == "__main__":
    main()
