"""The sample of a time before a kecamatan was split: its villages bear their old codes in every list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyogrio

if TYPE_CHECKING:
    from pathlib import Path

#: The kecamatan that was split off, and the one that it was a part of.
NEW, OLD = "64.02.19", "64.02.08"
PLACES = ("wilayah/bridging.csv", "wilayah/recode.csv", "batas/desa.gpkg")


def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", encoding="utf-8-sig", keep_default_na=False)


def before_the_split(sample: Path) -> dict[str, bytes]:
    """Bring the place files of a sample to the time before; return them as they were, by their names."""
    kept = {name: (sample / name).read_bytes() for name in PLACES}
    recode = table(sample / "wilayah/recode.csv")
    old = dict(zip(recode["kode_baru_2022"], recode["kode_lama_2020"], strict=True))
    bridging = table(sample / "wilayah/bridging.csv")
    for name in ("kode_kemendagri_2025", "kode_dagri_bridging"):
        bridging[name] = bridging[name].replace(old)
    bridging = bridging[bridging["kode_kemendagri_2025"] != NEW]
    bridging.to_csv(sample / "wilayah/bridging.csv", index=False)
    recode.iloc[:0].to_csv(sample / "wilayah/recode.csv", index=False)
    villages = pyogrio.read_dataframe(sample / "batas/desa.gpkg")
    villages["kode"] = villages["kode"].replace(old)
    pyogrio.write_dataframe(villages, sample / "batas/desa.gpkg")
    return kept
