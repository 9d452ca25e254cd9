"""Made-up families on the square villages of tests/unit/geo/conftest.py, and the layers that they give."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from geo.columns import data_dictionary
from geo.layers import (
    Editions,
    build_layers,
    household_layer,
    resurvey_layer,
    unplaced_table,
)
from reconcile.indicators import area_indicators, unplaced_families
from reconcile.tables import FIGURES, FINDINGS, RECONCILED, TASKS
from reconcile.vocab import Language

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.villages import VillageMap
    from reconcile.regions import Register

A, B, C, D, E = "64.02.05.2001", "64.02.05.2002", "64.02.06.1001", "64.07.01.2001", "64.07.01.2002"
DAY = date(2026, 3, 31)
EDITIONS = Editions("2022", "2026", "2025", "uji, 2025", DAY)
LANGUAGE = Language.INDONESIAN
NOWHERE = "titik_kosong, kode_tidak_dikenal"

#: village, families, status, kind of point, longitude, latitude
GROUPS = (
    (A, 5, "cocok", "terukur", 117.05, -0.45),
    (A, 5, "hanya_p3ke", "wakil_desa", 117.04, -0.44),
    (D, 5, "cocok", "wakil_desa", 117.15, -0.35),
    # E has no polygon
    (E, 2, "hanya_bps", "tanpa_titik", None, None),
    (None, 3, "hanya_bps", "tanpa_titik", None, None),
)


def reconciled() -> pd.DataFrame:
    rows = [group for group in GROUPS for _ in range(group[1])]
    names = ["kode_desa", "_", "status_padan", "posisi", "titik_bujur", "titik_lintang"]
    table = pd.DataFrame(rows, columns=names).drop(columns="_")
    ids = [f"R{number:02d}" for number in range(len(table))]
    p3ke, bps = table["status_padan"] != "hanya_bps", table["status_padan"] != "hanya_p3ke"
    record = pd.Series(ids, dtype="str")
    table = table.assign(
        id_rekon=ids,
        cara_lokasi=table["kode_desa"].notna().map({True: "kode", False: "tidak_terpetakan"}),
        record_id_p3ke=record.where(p3ke),
        record_id_bps=record.where(bps),
        desil_p3ke=pd.Series(1, index=table.index, dtype="Int64").where(p3ke),
        desil_bps=pd.Series(2, index=table.index, dtype="Int64").where(bps),
        jumlah_anggota_bps=pd.Series(4, index=table.index, dtype="Int64").where(bps),
        nama_bps=pd.Series("SITI", index=table.index, dtype="str").where(bps),
        sebab_lokasi_bps=pd.Series(NOWHERE, index=table.index, dtype="str").where(table["kode_desa"].isna()),
    )
    return RECONCILED.build(table)


def findings() -> pd.DataFrame:
    """Return a critical and a high finding of R00, a low one of R01, a high one of each of the unplaced."""
    rows = [("R00", "K", "G02"), ("R00", "T", "K01"), ("R01", "R", "I10")]
    rows += [(f"R{number:02d}", "T", "W08") for number in range(17, 20)]
    table = pd.DataFrame(rows, columns=["id_rekon", "tingkat", "kode"])
    return FINDINGS.build(table.assign(kasus=[f"KS-{n}" for n in range(len(table))], sidik="-"))


def tasks() -> pd.DataFrame:
    """Return a visit asked of R00 and of each of the unplaced, one answered of R01."""
    ids = ["R00", "R01", "R17", "R18", "R19"]
    table = pd.DataFrame({"id_rekon": ids}, dtype="str")
    village = table["id_rekon"].map(reconciled().set_index("id_rekon")["kode_desa"])
    return TASKS.build(
        table.assign(
            id_tugas="TG-" + table["id_rekon"],
            periode="2026-TW1",
            kode_desa=village.astype("str"),
            urutan=1,
            status_tugas=["diminta", "dijawab", "diminta", "diminta", "diminta"],
            alasan_kode="temuan_lapangan",
            alasan_dicek="Pastikan.",
            alasan_urutan="Urutan 1.",
            tingkat_temuan=["K", "T", "T", "T", "T"],
            diminta="2026-03-31",
        )
    )


def figures() -> pd.DataFrame:
    origin = {"registry": "bps", "source": "f", "source_file": "f", "source_sha256": "0", "source_sheet": ""}
    row = {"kode_wilayah": "6403", "tahun": 2024, "indikator": "miskin", "persen": 6.7, "source_row": 1}
    return FIGURES.build(pd.DataFrame([{**origin, **row}]))


def area_layers(villages: VillageMap, register: Register) -> dict[str, gpd.GeoDataFrame]:
    indicators = area_indicators(reconciled(), findings(), tasks(), register.villages, figures())
    return build_layers(
        indicators, unplaced_families(reconciled(), findings(), tasks()), villages, register, EDITIONS
    )


def point_layers(register: Register) -> dict[str, gpd.GeoDataFrame]:
    return {
        "keluarga": household_layer(reconciled(), register),
        "survei_ulang": resurvey_layer(tasks(), reconciled(), register),
    }


def tables(villages: VillageMap, register: Register) -> dict[str, pd.DataFrame]:
    """Return everything that the restricted GeoPackage holds."""
    held: dict[str, pd.DataFrame] = {
        **area_layers(villages, register),
        **point_layers(register),
        "tidak_terpetakan": unplaced_table(unplaced_families(reconciled(), findings(), tasks()), LANGUAGE),
        "asal_data": pd.DataFrame({"berkas": ["a.csv"]}, dtype="str"),
    }
    return {**held, "kamus_data": data_dictionary(held, LANGUAGE)}
