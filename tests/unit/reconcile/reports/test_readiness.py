"""The readiness score: what was handed in, what is missing, and what was not tested."""

from __future__ import annotations

from datetime import date
from typing import Any

import factory
import pandas as pd
import pytest
from pydantic import ValidationError

from reconcile.reports.readiness import Handed, handed_in, readiness
from reconcile.reports.settings import ReadinessWeights
from reconcile.tables import DECREES, REPORTS, TASKS, Table
from reconcile.vocab import Content, Language

DAY = date(2026, 8, 15)
HERE = "64.02.06.1001"
TASK = {column.name: 1 if column.kind == "whole" else "x" for column in TASKS.columns if column.required}


def tasks(*rows: dict[str, Any]) -> pd.DataFrame:
    base = {
        **TASK,
        "periode": "2026-TW3",
        "kode_desa": HERE,
        "diminta": "2026-07-01",
        "status_tugas": "diminta",
    }
    told = [{**base, "id_tugas": f"T{n}", **row} for n, row in enumerate(rows)]
    return TASKS.build(pd.DataFrame(told)) if told else TASKS.empty()


def listed(table: Table, *rows: dict[str, Any]) -> pd.DataFrame:
    origin = {c.name: 1 if c.kind == "whole" else "x" for c in table.columns if c.required}
    return table.build(pd.DataFrame([{**origin, **row} for row in rows])) if rows else table.empty()


def run(handed: Handed, asked: pd.DataFrame | None = None, day: date = DAY, **weights: float) -> Any:
    table = readiness(
        tasks() if asked is None else asked,
        handed,
        factory.register().villages,
        ReadinessWeights(**weights),
        period="2026-TW3",
        day=day,
        language=Language.INDONESIAN,
    )
    return table.set_index("kode").loc["64.02"]


NOTHING = Handed(None, None)
VALID = {"kode_wilayah": "6403", "tanggal": pd.Timestamp("2026-01-02")}


def test_lists_that_are_absent_are_not_tested_and_never_zero() -> None:
    row = run(NOTHING)
    assert (row["skor_dari"], pd.isna(row["persen_skor"]), pd.isna(row["kurang"])) == (0, True, True)
    assert {row["status_sk"], row["laporan_tw1"], row["laporan_tw2"]} == {"TIDAK DIUJI"}
    assert "Verval: tidak ada keluarga" in row["belum_diuji"]
    assert handed_in({}) == NOTHING
    assert handed_in({Content.DECREES: DECREES.empty()}).decrees is not None


DECREE = [
    ("valid", VALID, "ADA", 35),
    ("by its dotted Kemendagri code", {**VALID, "kode_wilayah": "64.02"}, "ADA", 35),
    ("until a day", {**VALID, "berlaku_sampai": pd.Timestamp(DAY)}, "ADA", 35),
    ("run out", {**VALID, "berlaku_sampai": pd.Timestamp("2026-08-14")}, "TIDAK BERLAKU LAGI", 0),
    ("not begun", {**VALID, "tanggal": pd.Timestamp("2026-08-16")}, "TIDAK BERLAKU LAGI", 0),
    ("of another kabupaten", {**VALID, "kode_wilayah": "6402"}, "BELUM ADA", 0),
]


@pytest.mark.parametrize(("what", "decree", "said", "points"), DECREE, ids=[d[0] for d in DECREE])
def test_a_decree_counts_while_it_is_valid(what: str, decree: dict[str, Any], said: str, points: int) -> None:
    row = run(Handed(listed(DECREES, decree), None))
    assert (row["status_sk"], row["skor"], row["skor_dari"]) == (said, points, 35)
    assert pd.isna(row["kurang"]) == (points > 0)


REPORTED = [
    ("both", date(2026, 8, 15), ("2026-TW1", "2026-tw 2"), ("ADA", "ADA"), 30, 30),
    ("one is missing", date(2026, 8, 15), ("2026-TW1",), ("ADA", "BELUM ADA"), 15, 30),
    ("the quarter is not over", date(2026, 6, 30), ("2026-TW1",), ("ADA", "BELUM WAKTUNYA"), 15, 15),
    ("of another year", date(2026, 8, 15), ("2025-TW1",), ("BELUM ADA", "BELUM ADA"), 0, 30),
    ("before anything is due", date(2026, 3, 31), (), ("BELUM WAKTUNYA", "BELUM WAKTUNYA"), 0, 0),
]


@pytest.mark.parametrize(
    ("what", "day", "periods", "said", "points", "of"), REPORTED, ids=[r[0] for r in REPORTED]
)
def test_reports_count_by_quarter(
    what: str, day: date, periods: Any, said: Any, points: int, of: int
) -> None:
    reports = listed(REPORTS, *({"kode_wilayah": "64.02", "periode": one} for one in periods))
    row = run(Handed(None, reports), day=day)
    assert ((row["laporan_tw1"], row["laporan_tw2"]), row["skor"], row["skor_dari"]) == (said, points, of)


def test_visits_earn_their_share_and_what_is_missing_is_named() -> None:
    done = {"status_tugas": "dijawab"}
    asked = tasks(
        done, {}, {}, {"kode_desa": "64.02.06.2002"}, {"status_tugas": "gugur"}, {"periode": "2026-TW2"}
    )
    row = run(Handed(listed(DECREES), None), asked)
    assert (row["desa_diminta"], row["desa_kembali"], row["persen_desa_kembali"]) == (2, 1, 50)
    assert (row["keluarga_diminta"], row["keluarga_dikunjungi"], row["persen_dikunjungi"]) == (4, 1, 25)
    assert (row["skor"], row["skor_dari"], row["persen_skor"]) == (8.8, 70, 12.6)
    for words in ("SK keluarga sasaran: BELUM ADA", "1 dari 2 desa", "3 dari 4 keluarga"):
        assert words in row["kurang"]


def test_weights_are_a_hundred_and_stand_in_the_table() -> None:
    assert "SK 40, verval 30" in run(NOTHING, sk=40, verval=30)["bobot"]
    with pytest.raises(ValidationError):
        ReadinessWeights(sk=50)
