"""Made-up families to visit: three villages of two kabupaten, one not placed, one of no kabupaten.

Each table is made once; callers must not change it.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from flows.csvfile import write_csv
from flows.publish import MANIFEST, POINTER, RUNS
from reconcile.identifiers import pseudonyms
from reconcile.resurvey.worklist import worklist
from reconcile.tables import RECONCILED, TASKS, VILLAGES

if TYPE_CHECKING:
    from pathlib import Path

KEY = b"k" * 32
RUN, PERIOD = "2026-03-31-0123456789", "2026-TW1"
ASKED, DUE = "2026-03-31", "2026-05-15"
A, B, C = "64.02.05.2001", "64.02.05.2002", "64.07.01.2001"
#: What the families of each place are called; the last two of all are not placed.
PLACES = {A: ("SITI AMINAH", "BUDI SANTOSO", "RAHMAT"), B: ("LINA",), C: ("YOSEF DAUD", "MARIA")}
LOST, NOWHERE = "HALIMAH", "TANPA ALAMAT"

_VILLAGES = [
    (A, "Muara Kaman Ulu", "64.02.05", "Muara Kaman", "64.02", "Kutai Kartanegara"),
    (B, "Muara Kaman Ilir", "64.02.05", "Muara Kaman", "64.02", "Kutai Kartanegara"),
    (C, "Long Bagun", "64.07.01", "Long Apari", "64.07", "Kutai Barat"),
]


@cache
def villages() -> pd.DataFrame:
    names = ["kode_desa", "nama_desa", "kode_kec", "nama_kec", "kode_kab", "nama_kab"]
    return VILLAGES.build(pd.DataFrame(_VILLAGES, columns=names))


@cache
def reconciled() -> pd.DataFrame:
    """Return RECONCILED: odd families are in P3KE only, and the names of the two lists differ in the last."""
    placed = [(village, name) for village, names in PLACES.items() for name in names]
    table = pd.DataFrame([*placed, (None, LOST), (None, NOWHERE)], columns=["kode_desa", "nama"])
    number = pd.Series(range(len(table)), dtype="Int64")
    both = number % 2 == 0
    digits = number.astype("str").str.zfill(4)
    point = table["kode_desa"].notna() & both
    table = table.assign(
        id_rekon="RK-" + digits,
        status_padan=both.map({True: "cocok", False: "hanya_p3ke"}),
        cara_lokasi=table["kode_desa"].notna().map({True: "kode", False: "tidak_terpetakan"}),
        posisi=point.map({True: "terukur", False: "tanpa_titik"}),
        titik_bujur=pd.Series(116.6, index=table.index).where(point),
        titik_lintang=pd.Series(-0.1, index=table.index).where(point),
        nama_p3ke=table["nama"],
        nama_bps=(table["nama"] + " BINTI ALI").where(both),
        nik_p3ke="640200010180" + digits,
        nik_bps=("640200010180" + digits).where(both),
        no_kk_bps=("640201010110" + digits).where(both),
        tanggal_lahir_p3ke=pd.Timestamp("1980-01-01"),
        tanggal_lahir_bps=pd.Series(pd.Timestamp("1980-01-10"), index=table.index).where(both),
        alamat_p3ke="JL POROS KM " + number.astype("str"),
        alamat_bps=pd.Series("JALAN POROS", index=table.index).where(both),
        rt_p3ke=number + 1,
        rw_p3ke=1,
        rt_bps=(number + 1).where(both),
        jumlah_anggota_p3ke=4,
        jumlah_anggota_bps=pd.Series(5, index=table.index, dtype="Int64").where(both),
        desil_p3ke=1,
        # a list of the kabupaten names where the family that is not placed belongs
        desa_kode_p3ke=table["kode_desa"].mask(table["nama"] == LOST, A),
    )
    return RECONCILED.build(table.drop(columns="nama"))


@cache
def tasks() -> pd.DataFrame:
    """Return TASKS: every family is asked, ranked in the order of PLACES."""
    families = reconciled()[["id_rekon", "kode_desa"]]
    rank = families.groupby("kode_desa", dropna=False).cumcount() + 1
    ids = pseudonyms(families["id_rekon"] + "|" + PERIOD, key=KEY, purpose="tugas")
    return TASKS.build(
        families.assign(
            id_tugas="TG-" + ids,
            periode=PERIOD,
            urutan=rank,
            status_tugas="diminta",
            alasan_kode="hanya_satu_daftar",
            alasan_dicek="Keluarga ini tercatat di daftar P3KE, tetapi tidak ditemukan di data BPS.",
            alasan_urutan="Urutan " + rank.astype("str"),
            tingkat_temuan="T",
            diminta=ASKED,
            jatuh_tempo=DUE,
        )
    )


@cache
def lines() -> pd.DataFrame:
    """Return WORKLIST of all of them."""
    return worklist(tasks(), reconciled(), villages())


def many_lines(*, villages: int, families: int) -> pd.DataFrame:
    """Return WORKLIST of many made-up villages, all alike but for their codes and ids."""
    base = lines().iloc[[0]]
    table = base.loc[base.index.repeat(villages * families)].reset_index(drop=True)
    number = pd.Series(table.index)
    village = number // families
    code = "64.02." + (village // 50 + 1).astype("str").str.zfill(2)
    return table.assign(
        id_tugas="TG-" + pseudonyms(number.astype("str"), key=KEY, purpose="tugas"),
        urutan=(number % families + 1).astype("Int64"),
        kode_desa=code + ".2" + (village % 50).astype("str").str.zfill(3),
        nama_desa="Desa " + village.astype("str"),
        kode_kec=code,
    )


def published(root: Path) -> Path:
    """Write below ``root`` what `padan worklists` reads of a published run, and point to it."""
    run = root / RUNS / RUN
    for name, table in (("verval/tugas.csv", tasks()), ("rekonsiliasi/keluarga.csv", reconciled())):
        (run / name).parent.mkdir(parents=True)
        write_csv(run / name, table)
    (run / "layers").mkdir()
    polygons().to_file(run / "layers/padan.gpkg", layer="desa", engine="pyogrio")
    inputs = [
        {"source": "p3ke_families_2023", "vintage": "2023"},
        {"source": "dtsen_families_v3", "vintage": "2026-02"},
        {"source": "bridging", "vintage": "2025"},
    ]
    manifest = {"reference_date": ASKED, "inputs": inputs}
    (run / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    (root / POINTER).write_text(f"{RUNS}/{RUN}\n", encoding="utf-8")
    return run


def polygons() -> gpd.GeoDataFrame:
    """Return the layer ``desa`` of the run, each village a square."""
    named = villages().rename(columns={"kode_desa": "kode", "nama_desa": "nama", "kode_desa_bps": "kode_bps"})
    squares = [
        shapely.box(116.5 + 0.1 * place, -0.2, 116.6 + 0.1 * place, -0.1) for place in range(len(named))
    ]
    table = named[["kode", "kode_bps", "nama", "nama_kec", "nama_kab"]].assign(tanggal_acuan=ASKED)
    return gpd.GeoDataFrame(table, geometry=squares, crs="EPSG:4326")
