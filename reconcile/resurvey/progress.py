"""How far the re-survey has come, per desa, kecamatan, kabupaten and for the province."""

from datetime import date

import pandas as pd

from reconcile.resurvey.answers import MET_RESULTS, of_tasks
from reconcile.resurvey.corrections import CORRECTED
from reconcile.tables import PROGRESS
from reconcile.vocab import TaskStatus, VisitResult

#: Level -> column of the register with its code, and with its name.
LEVELS = {
    "desa": ("kode_desa", "nama_desa"),
    "kecamatan": ("kode_kec", "nama_kec"),
    "kabupaten": ("kode_kab", "nama_kab"),
}
WHOLE = "provinsi"
_GONE = [
    one.value for one in (VisitResult.DEAD, VisitResult.MOVED_OUT, VisitResult.DUPLICATE, VisitResult.UNKNOWN)
]


def survey_progress(
    tasks: pd.DataFrame, answers: pd.DataFrame, villages: pd.DataFrame, *, period: str, day: date
) -> pd.DataFrame:
    """Return PROGRESS of the tasks of ``period`` on ``day``.

    Every area of VILLAGES stands in it, one row per level without code holds the families that are not
    placed, and so the counts of each level add up to those of the province.
    """
    now = tasks[tasks["periode"] == period].reset_index(drop=True)
    counts = _counts(now, answers, day)
    areas = villages.set_index("kode_desa")
    parts = []
    for level, (code, name) in LEVELS.items():
        key = now["kode_desa"] if level == "desa" else now["kode_desa"].map(areas[code])
        known = villages.drop_duplicates(code).sort_values(code)[[code, name]]
        sums = counts.groupby(key.fillna("")).sum()
        table = known.rename(columns={code: "kode", name: "nama"})
        table = pd.concat([table, pd.DataFrame({"kode": [pd.NA], "nama": [pd.NA]}, dtype="str")])
        # a village that is no longer in the register keeps its row
        strange = sums.index.difference([*known[code], ""])
        table = pd.concat([table, pd.DataFrame({"kode": strange}, dtype="str")], ignore_index=True)
        there = sums.reindex(table["kode"].fillna("")).fillna(0).reset_index(drop=True)
        parts.append(table.join(there).assign(tingkat=level))
    parts.append(counts.sum().to_frame().T.assign(tingkat=WHOLE))
    rows = pd.concat(parts, ignore_index=True).assign(periode=period)
    asked = rows["n_diminta"].where(rows["n_diminta"] > 0).astype("Float64")
    rows["persen_dijawab"] = (100 * rows["n_dijawab"].astype("Float64") / asked).round(1)
    return PROGRESS.build(rows)


def _counts(tasks: pd.DataFrame, answers: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return 0 or 1 of each task in each count of PROGRESS."""
    told = of_tasks(answers, tasks["id_tugas"])
    status, result = tasks["status_tugas"], tasks["hasil"]
    answered = status == TaskStatus.ANSWERED
    met = answered & result.isin(MET_RESULTS)
    corrections = [name for name in CORRECTED.values() if name != "jumlah_anggota"]
    changed = told[corrections].notna().any(axis="columns") | (result == VisitResult.MOVED_WITHIN)
    asked = (tasks["diminta"].notna() | answered) & (status != TaskStatus.DROPPED)
    late = (status == TaskStatus.ASKED) & (tasks["jatuh_tempo"] < day.isoformat())
    table = {
        "n_tugas": tasks["id_tugas"].notna(),
        "n_menunggu": status == TaskStatus.WAITING,
        "n_gugur": status == TaskStatus.DROPPED,
        "n_diminta": asked,
        "n_dijawab": asked & answered,
        "n_sesuai": met & ~changed,
        "n_berubah": met & changed,
        "n_tidak_ada": answered & result.isin(_GONE),
        "n_menolak": answered & (result == VisitResult.REFUSED),
        "n_terlambat": late,
        "n_tidak_layak": met & (told["masih_miskin"] == "tidak"),
    }
    return pd.DataFrame(table).astype("int64")
