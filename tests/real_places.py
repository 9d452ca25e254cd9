"""The register of the real villages and every name in their lists, for tests on PADAN_REAL_DATA."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import factory
import pandas as pd
import pyogrio

from reconcile.regions import Register, build_register

FOLDER = Path(os.environ.get("PADAN_REAL_DATA", ""), "wilayah")

_COLUMNS = [
    "level",
    "kode_bps",
    "nama_bps",
    "kode_kemendagri_2025",
    "kode_dagri_bridging",
    "nama_kemendagri",
]
NAMES = ["nama_kabupaten", "nama_kecamatan", "nama_desa"]


@cache
def crosswalk() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "crosswalk_64.csv", dtype="str")


@cache
def register() -> Register:
    rows = tuple(crosswalk()[_COLUMNS].itertuples(index=False, name=None))
    return build_register(factory.bridging(rows), factory.recodes().iloc[:0])


@cache
def names_of_2020() -> pd.DataFrame:
    """Return the 1,024 names of the BPS polygons of 2020, and ``kode_desa``, which their codes tell."""
    written = pyogrio.read_dataframe(FOLDER / "desa_bps2020.gpkg", read_geometry=False)
    villages = crosswalk()[crosswalk()["level"] == "desa"].set_index("kode_bps")["kode_kemendagri_2025"]
    names = written[["regency", "district", "village"]].set_axis(NAMES, axis="columns").astype("str")
    return names.assign(kode_desa=written["village_code"].str.removeprefix("id").map(villages))


@cache
def every_spelling() -> pd.DataFrame:
    """Return every name that any list gives to a village, in its kecamatan, with ``kode_desa``."""
    official = register().villages[["nama_kab", "nama_kec", "nama_desa", "kode_desa"]]
    official = official.set_axis([*NAMES, "kode_desa"], axis="columns")
    bps = crosswalk().dropna(subset=["kode_kemendagri_2025"]).set_index("kode_kemendagri_2025")["nama_bps"]
    by_bps = official.assign(nama_desa=official["kode_desa"].map(bps))
    return pd.concat([official, by_bps, names_of_2020()]).dropna().drop_duplicates(ignore_index=True)
