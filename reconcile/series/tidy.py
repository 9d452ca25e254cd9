"""The indicators of one run as a tidy table: a row per area, indicator and reference date.

Counts stand per village and once for the families that have no village: a kecamatan or a kabupaten of any
edition is a sum of villages, so that a series outlives the areas it was published for. Shares are not kept,
they are made of the counts; official figures stand per kabupaten, as they are published.
"""

import pandas as pd

from reconcile.indicators import COUNT_NAMES, SHARES
from reconcile.tables import Column, Table

#: Who computed what is counted from the lists.
COUNTED_BY = "padan"
FAMILIES, PEOPLE, PERCENT, FINDINGS = "keluarga", "jiwa", "persen", "temuan"

SERIES = Table(
    "series",
    (
        Column("tanggal_acuan", "date", "reference date of the run", required=True),
        Column("jalan", "text", "run", required=True),
        Column("tingkat", "text", "desa; kabupaten for official figures", required=True),
        Column("kode", "text", "dotted Kemendagri code of then; missing: families without village"),
        Column("indikator", "text", "indicator: column of INDICATORS, or an official figure", required=True),
        Column("nilai", "number", "value", required=True),
        Column("satuan_nilai", "text", "keluarga, jiwa, persen or temuan", required=True),
        Column("penghitung", "text", "who computed it", required=True),
        Column("tahun", "whole", "year of an official figure"),
        Column("edisi", "text", "vintages of what it was made from", required=True),
    ),
)

#: The same for dashboards: every level, with shares and names.
TIDY = Table(
    "tidy",
    (
        *SERIES.columns[:4],
        Column("nama", "text", "official name of the area"),
        *SERIES.columns[4:],
    ),
)
_ORDER = ["tingkat", "kode", "indikator"]
_OFFICIAL = ("miskin", "miskin_ekstrem")
_AREA = ["tingkat", "kode", "nama"]


def unit_of(indicator: str) -> str:
    """Return what an indicator counts: families, people, findings, or percent."""
    if indicator.startswith("persen"):
        return PERCENT
    if indicator.startswith(("n_jiwa", "jiwa")):
        return PEOPLE
    return FINDINGS if indicator.startswith("n_temuan") else FAMILIES


def run_series(indicators: pd.DataFrame, *, day: str, run: str, vintages: str) -> pd.DataFrame:
    """Return SERIES of a run's INDICATORS; the counts of villages and the unplaced are all families."""
    villages = indicators[indicators["tingkat"] == "desa"]
    table = pd.concat([_long(villages, COUNT_NAMES), _figures(indicators)], ignore_index=True)
    return SERIES.build(_named(table, day=day, run=run, vintages=vintages)[SERIES.names])


def tidy(indicators: pd.DataFrame, *, day: str, run: str, vintages: str) -> pd.DataFrame:
    """Return TIDY of a run's INDICATORS: every level with its shares, and the official figures.

    The rows of one level add up to the whole; rows of several levels must not be added.
    """
    table = pd.concat([_long(indicators, [*COUNT_NAMES, *SHARES]), _figures(indicators)], ignore_index=True)
    return TIDY.build(_named(table, day=day, run=run, vintages=vintages))


def _named(table: pd.DataFrame, *, day: str, run: str, vintages: str) -> pd.DataFrame:
    units = {name: unit_of(name) for name in table["indikator"].unique()}
    table = table.assign(
        tanggal_acuan=pd.Timestamp(day),
        jalan=run,
        satuan_nilai=table["indikator"].map(units),
        edisi=vintages,
    )
    return table.sort_values(_ORDER, ignore_index=True)


def _long(areas: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return one row per area and indicator that has a value."""
    values = areas[[*_AREA, *names]].astype(dict.fromkeys(names, "Float64"))
    long = values.melt(id_vars=_AREA, value_vars=names, var_name="indikator", value_name="nilai")
    return long.dropna(subset=["nilai"]).assign(penghitung=COUNTED_BY)


def _figures(indicators: pd.DataFrame) -> pd.DataFrame:
    """Return the official figures of the kabupaten, people as people and not as thousands."""
    areas = indicators[(indicators["tingkat"] == "kabupaten") & indicators["kode"].notna()]
    parts = []
    for name in _OFFICIAL:
        about = areas[_AREA].assign(penghitung=areas[f"penghitung_{name}"], tahun=areas[f"tahun_{name}"])
        people = (areas[f"ribu_jiwa_{name}"] * 1000).round()
        parts.append(about.assign(indikator=f"persen_{name}", nilai=areas[f"persen_{name}"]))
        parts.append(about.assign(indikator=f"jiwa_{name}", nilai=people))
    table = pd.concat(parts, ignore_index=True).dropna(subset=["nilai"])
    # a figure of which the source does not say who computed it stays one
    return table.fillna({"penghitung": "-"})
