"""Official figures of the sample: estimates of who is poor, which never add up to a list of families."""

import numpy as np
import pandas as pd

from reconcile.sample.columns import generator

_STAGE = 9
YEARS = (2021, 2022, 2023, 2024)
HEADINGS = ["kode_wilayah", "nama_wilayah", "tahun", "indikator", "persen", "ribu_jiwa", "penghitung"]
#: From 2023 on the Satgas Data P3KE computed extreme poverty, before it was BPS (``formats.md`` 3.1).
TASK_FORCE_SINCE = 2023


def invented_figures(villages: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return invented figures of each kabupaten: percent and thousand people, general and extreme poverty."""
    rng = generator(seed, _STAGE)
    areas = villages.drop_duplicates("kode_kab")[["kode_bps", "nama_kab_bps", "bobot"]]
    rows = []
    for code, name, weight in areas.itertuples(index=False):
        people = weight * rng.uniform(90, 110)
        for indicator, level in (("miskin", 8.0), ("miskin_ekstrem", 1.4)):
            share = level * rng.uniform(0.8, 1.2) * np.array([1.0, 0.97, 0.9, 0.84])
            rows += [
                (code[:4], name, year, indicator, p, p * people / 100, _office(indicator, year))
                for year, p in zip(YEARS, share, strict=True)
            ]
    return _as_text(pd.DataFrame(rows, columns=HEADINGS))


def reference_figures(poverty: pd.DataFrame) -> pd.DataFrame:
    """Return the published figures of ``poverty_64.csv`` (all text) since the sample's first year."""
    recent = poverty[poverty["tahun"].astype("int64") >= YEARS[0]]
    return pd.DataFrame(
        {
            "kode_wilayah": recent["kode_bps"],
            "nama_wilayah": recent["nama"],
            "tahun": recent["tahun"],
            "indikator": "miskin",
            "persen": recent["p0_persen"],
            "ribu_jiwa": recent["miskin_ribu"],
            "penghitung": "BPS",
        }
    ).reset_index(drop=True)


def _office(indicator: str, year: int) -> str:
    task_force = indicator == "miskin_ekstrem" and year >= TASK_FORCE_SINCE
    return "Satgas Data P3KE" if task_force else "BPS"


def _as_text(figures: pd.DataFrame) -> pd.DataFrame:
    rounded = {name: figures[name].map("{:.2f}".format) for name in ("persen", "ribu_jiwa")}
    return figures.assign(**rounded).astype("str")
