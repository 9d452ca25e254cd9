"""The list of a village: each family that is asked for, with what both registries say of it side by side."""

import pandas as pd

from reconcile.tables import WORKLIST
from reconcile.vocab import TaskStatus, VisitReason

_AREA = ["kode_desa", "nama_desa", "kode_kec", "nama_kec", "kode_kab", "nama_kab"]
_SIDED = [name for name in WORKLIST.names if name.endswith(("_p3ke", "_bps"))]
_CODES = ["desa_kode_p3ke", "desa_kode_bps", "desa_nama_p3ke", "desa_nama_bps"]


def worklist(tasks: pd.DataFrame, reconciled: pd.DataFrame, villages: pd.DataFrame) -> pd.DataFrame:
    """Return WORKLIST of the open TASKS, ordered by village and rank; RECONCILED and VILLAGES give the rest.

    A family that is not placed stands under the kabupaten that a code or name of its lists tells, its
    village empty; nobody is left out. A doubtful pair stands on one line, each side from its own row.
    """
    asked = tasks[tasks["status_tugas"] == TaskStatus.ASKED]
    told = [name for name in WORKLIST.names if name in reconciled and name not in asked]
    rows = asked.merge(
        reconciled[["id_rekon", "id_tinjau", *told, *_CODES]],
        on="id_rekon",
        how="left",
        validate="many_to_one",
    )
    rows = _with_partner(rows, reconciled)
    rows = rows.merge(villages[_AREA], on="kode_desa", how="left", validate="many_to_one")
    regencies = villages.drop_duplicates("kode_kab").set_index("kode_kab")["nama_kab"]
    rows["kode_kab"] = rows["kode_kab"].fillna(_regency(rows))
    rows["nama_kab"] = rows["nama_kab"].fillna(rows["kode_kab"].map(regencies)).astype("str")
    table = WORKLIST.build(rows[WORKLIST.names])
    return table.sort_values(["kode_kab", "kode_desa", "urutan", "id_tugas"], ignore_index=True)


def _with_partner(rows: pd.DataFrame, reconciled: pd.DataFrame) -> pd.DataFrame:
    """Return the rows; what the other list tells of a doubtful pair comes from the row of the partner."""
    doubtful = rows["alasan_kode"].str.contains(VisitReason.DOUBTFUL.value, regex=False)
    partner = reconciled.set_index("id_rekon")[_SIDED].reindex(rows["id_tinjau"].where(doubtful))
    told = partner.set_axis(rows.index)
    return rows.assign(**{name: rows[name].fillna(told[name]) for name in _SIDED})


def _regency(rows: pd.DataFrame) -> pd.Series:
    """Return the kabupaten that the lists of an unplaced family name, where any of them does."""
    village = rows[_CODES[0]]
    for name in _CODES[1:]:
        village = village.fillna(rows[name])
    return village.str.slice(0, 5).astype("str")
