"""Two runs side by side on today's areas: what was, what is, and the difference."""

from collections.abc import Collection

import pandas as pd

from reconcile.series.areas import is_share
from reconcile.tables import Column, Table

#: What is compared where nothing else is asked for.
MAIN = ("n_keluarga", "n_cocok", "n_hanya_p3ke", "n_hanya_bps", "n_temuan_mendesak", "persen_cocok")

COMPARISON = Table(
    "comparison",
    (
        Column("tingkat", "text", "level", required=True),
        Column("kode", "text", "today's code; missing: families without village, or the whole province"),
        Column("nama", "text", "its name"),
        Column("status", "text", "vocab.CodeStatus of the code", required=True),
        Column("indikator", "text", "indicator", required=True),
        Column("satuan_nilai", "text", "unit", required=True),
        Column("nilai_awal", "number", "value of the first run; missing: it has none"),
        Column("nilai_akhir", "number", "value of the second run; missing: it has none"),
        Column("selisih", "number", "second less first; of percentages in percent points"),
        Column("persen_ubah", "number", "change in percent of the first; percentages have none"),
        Column("ganti_penghitung", "yesno", "whether somebody else computed it", required=True),
    ),
)
_KEY = ["tingkat", "kode", "status", "indikator", "satuan_nilai"]


def compare(
    first: pd.DataFrame, second: pd.DataFrame, indicators: Collection[str] | None = None
) -> pd.DataFrame:
    """Return COMPARISON of two AT_LEVEL tables of one run each, on the areas of one edition.

    A count that an area has in one run only is 0 in the other where that run counts it at all: an area
    without families is an area of none. Shares and figures stay missing.
    """
    sides = [_asked(side, indicators) for side in (first, second)]
    both = sides[0].merge(sides[1], on=_KEY, how="outer", suffixes=("_1", "_2"), sort=True)
    was, now = both["nilai_1"], both["nilai_2"]
    counted = ~both["indikator"].map({n: is_share(n) for n in both["indikator"].unique()}).astype(bool)
    lists = counted & both["indikator"].str.startswith("n_")
    was = was.mask(lists & both["indikator"].isin(sides[0]["indikator"]), was.fillna(0))
    now = now.mask(lists & both["indikator"].isin(sides[1]["indikator"]), now.fillna(0))
    change = (now - was).round(2)
    share = (change / was.where(was != 0) * 100).round(2).where(counted)
    other = (both["penghitung_1"] != both["penghitung_2"]) & was.notna() & now.notna()
    other &= both["penghitung_1"].notna() & both["penghitung_2"].notna()
    table = both.assign(
        nama=both["nama_2"].fillna(both["nama_1"]),
        nilai_awal=was,
        nilai_akhir=now,
        selisih=change,
        persen_ubah=share,
        ganti_penghitung=other.fillna(value=False),
    )
    return COMPARISON.build(table[COMPARISON.names].sort_values(_KEY, ignore_index=True))


def _asked(side: pd.DataFrame, indicators: Collection[str] | None) -> pd.DataFrame:
    rows = side if indicators is None else side[side["indikator"].isin(list(indicators))]
    return rows[[*_KEY, "nama", "nilai", "penghitung"]]
