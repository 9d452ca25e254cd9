"""Which number of which kabupaten moved how far between two runs."""

import pandas as pd

from reconcile.indicators import COUNT_NAMES
from reconcile.series.compare import compare
from reconcile.tables import Column, Table
from reconcile.vocab import CodeStatus

#: What is looked at, in the order that decides between equals; and the two lists, told beside each move.
MOVED = ("n_keluarga", "n_cocok", "n_hanya_p3ke", "n_hanya_bps", "n_desil1_keduanya")
LISTS = ("n_p3ke", "n_bps")

#: A row per kabupaten and count, on today's areas.
MOVES = Table(
    "moves",
    (
        Column("kode", "text", "kabupaten", required=True),
        Column("nama", "text", "its name", required=True),
        Column("indikator", "text", "count of families", required=True),
        Column("nilai_awal", "number", "value of the first run", required=True),
        Column("nilai_akhir", "number", "value of the second run", required=True),
        Column("besar", "number", "how far it moved, up or down", required=True),
    ),
)


def moves(first: pd.DataFrame, second: pd.DataFrame, unlike: frozenset[str]) -> pd.DataFrame:
    """Return MOVES of two AT_LEVEL tables of kabupaten, the farthest first.

    ``unlike`` are kabupaten that a recode gave or took villages: their former value is one that no report
    showed, so they are left out.
    """
    both = compare(first, second, (*MOVED, *LISTS))
    both = both[(both["status"] == CodeStatus.CURRENT) & both["kode"].notna()]
    both = both[~both["kode"].isin(unlike)].dropna(subset=["nama", "nilai_awal", "nilai_akhir"])
    order = both["indikator"].map({name: n for n, name in enumerate((*MOVED, *LISTS))})
    table = both.assign(besar=both["selisih"].abs(), order=order)
    table = table.sort_values(["besar", "order", "kode"], ascending=[False, True, True])
    return MOVES.build(table[MOVES.names])


def former_counts(first: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of an AT_LEVEL table of kabupaten as a table has them: a row per area."""
    counts = first[first["indikator"].isin(COUNT_NAMES)]
    keys = counts.assign(kode=counts["kode"].fillna(""))
    wide = keys.pivot_table(index="kode", columns="indikator", values="nilai", aggfunc="sum")
    wide = wide.reindex(columns=list(COUNT_NAMES)).astype("float64").fillna(0.0).reset_index()
    names = first.dropna(subset=["kode"]).drop_duplicates("kode").set_index("kode")["nama"]
    wide = wide.assign(tingkat="kabupaten", nama=wide["kode"].map(names).fillna(wide["kode"]))
    return wide.assign(kode=wide["kode"].where(wide["kode"] != ""))
