"""The lines of the lists: who stands on them, where, with what of each registry."""

import pandas as pd
import resurvey_world as world

from reconcile.resurvey.worklist import worklist
from reconcile.tables import WORKLIST

LONELY, DOUBTFUL = "RK-0001", "RK-0003"


def doubtful_pair() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return TASKS and RECONCILED of a family of P3KE whose partner in BPS is doubtful."""
    rows = world.reconciled()
    pair = rows["id_rekon"].isin([LONELY, DOUBTFUL])
    other = rows["id_rekon"] == DOUBTFUL
    rows["status_padan"] = rows["status_padan"].mask(pair, "tinjau")
    rows["id_tinjau"] = rows["id_rekon"].map({LONELY: DOUBTFUL, DOUBTFUL: LONELY}).astype("str")
    for name in ("nama", "nik"):
        rows[f"{name}_bps"] = rows[f"{name}_bps"].mask(other, rows[f"{name}_p3ke"])
        rows[f"{name}_p3ke"] = rows[f"{name}_p3ke"].mask(other)
    asked = world.tasks()
    reason = asked["alasan_kode"].mask(asked["id_rekon"] == LONELY, "pasangan_meragukan, identitas_kosong")
    return asked.assign(alasan_kode=reason), rows


def line_of(table: pd.DataFrame, tasks: pd.DataFrame, family: str) -> pd.Series:
    task = tasks.loc[tasks["id_rekon"] == family, "id_tugas"].iloc[0]
    return table[table["id_tugas"] == task].iloc[0]


def test_every_family_that_is_asked_stands_on_a_list_once() -> None:
    lines = world.lines()
    assert list(lines.columns) == WORKLIST.names
    assert sorted(lines["id_tugas"]) == sorted(world.tasks()["id_tugas"])


def test_nobody_else_does() -> None:
    tasks = world.tasks()
    waiting = tasks.assign(status_tugas=tasks["status_tugas"].mask(tasks["urutan"] > 1, "menunggu"))
    lines = worklist(waiting, world.reconciled(), world.villages())
    assert set(lines["id_tugas"]) == set(tasks.loc[tasks["urutan"] == 1, "id_tugas"])


def test_a_family_that_is_not_placed_stands_under_the_kabupaten_that_its_lists_name() -> None:
    lines = world.lines().set_index("nama_p3ke")
    assert lines.loc[world.LOST, ["kode_kab", "nama_kab"]].tolist() == ["64.02", "Kutai Kartanegara"]
    assert lines.loc[[world.LOST, world.NOWHERE], "kode_desa"].isna().all()
    assert pd.isna(lines.loc[world.NOWHERE, "kode_kab"])


def test_a_doubtful_pair_stands_on_one_line_with_both_lists() -> None:
    tasks, rows = doubtful_pair()
    line = line_of(worklist(tasks, rows, world.villages()), tasks, LONELY)
    assert (line["nama_p3ke"], line["nama_bps"]) == ("BUDI SANTOSO", "LINA")
    assert (line["nik_p3ke"], line["nik_bps"]) == ("6402000101800001", "6402000101800003")


def test_a_partner_is_shown_only_where_the_doubt_is_why_somebody_comes() -> None:
    tasks, rows = doubtful_pair()
    line = line_of(worklist(tasks, rows, world.villages()), tasks, DOUBTFUL)
    assert pd.isna(line["nama_p3ke"])


def test_the_order_of_the_rows_does_not_count() -> None:
    tasks, rows = doubtful_pair()
    one = worklist(tasks, rows, world.villages())
    other = worklist(tasks.iloc[::-1], rows.iloc[::-1], world.villages().iloc[::-1])
    pd.testing.assert_frame_equal(one, other)
