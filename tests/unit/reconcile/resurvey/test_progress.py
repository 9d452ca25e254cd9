"""How far the re-survey has come: every task is counted once, and levels add up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from visit_world import DAY, OTHER, VILLAGE, returns, tasks

from reconcile.resurvey.answers import judge_answers
from reconcile.resurvey.progress import survey_progress
from reconcile.tables import PROGRESS, VILLAGES

NEVER = pd.Series(dtype="datetime64[s]")
COUNTS = [column.name for column in PROGRESS.columns if column.kind == "whole"]
AREAS = VILLAGES.build(
    pd.DataFrame(
        [
            [VILLAGE, "LOA", "64.02.05", "Loa Kulu", "64.02", "Kutai Kartanegara"],
            [OTHER, "ULU", "64.02.05", "Loa Kulu", "64.02", "Kutai Kartanegara"],
            ["64.07.01.2001", "HULU", "64.07.01", "Bongan", "64.07", "Kutai Barat"],
        ],
        columns=["kode_desa", "nama_desa", "kode_kec", "nama_kec", "kode_kab", "nama_kab"],
    )
)

#: name, task, answer, counts that are one
CASES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("asked", {}, {}, "n_diminta"),
    ("waiting", {"status_tugas": "menunggu", "diminta": None}, {}, "n_menunggu"),
    ("dropped", {"status_tugas": "gugur"}, {}, "n_gugur"),
    ("overdue", {"jatuh_tempo": "2026-04-01"}, {}, "n_diminta n_terlambat"),
    ("due today", {"jatuh_tempo": "2026-04-30"}, {}, "n_diminta"),
    ("found as listed", {}, {"hasil": "ditemukan"}, "n_diminta n_dijawab n_sesuai"),
    (
        "found, members counted",
        {},
        {"hasil": "ditemukan", "jumlah_anggota": 4},
        "n_diminta n_dijawab n_sesuai",
    ),
    ("corrected", {}, {"hasil": "ditemukan", "nama_perbaikan": "S"}, "n_diminta n_dijawab n_berubah"),
    ("moved within", {}, {"hasil": "pindah_dalam"}, "n_diminta n_dijawab n_berubah"),
    ("moved out", {}, {"hasil": "pindah_keluar"}, "n_diminta n_dijawab n_tidak_ada"),
    ("refused", {}, {"hasil": "menolak"}, "n_diminta n_dijawab n_menolak"),
    (
        "no longer poor",
        {},
        {"hasil": "ditemukan", "masih_miskin": "tidak"},
        "n_diminta n_dijawab n_sesuai n_tidak_layak",
    ),
]


@pytest.mark.parametrize(("task", "answer", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_counts(task: dict[str, Any], answer: dict[str, Any], expected: str) -> None:
    given = tasks("A", **task)
    lines = returns({"id_tugas": "TG-A", **answer}) if answer else returns()
    answers = judge_answers(lines, given, NEVER)
    if answer:
        given = given.assign(status_tugas="dijawab", hasil=answer["hasil"], dijawab="2026-04-10")
    table = survey_progress(given, answers, AREAS, period="2026-TW1", day=date(2026, 4, 30))
    for level, code in (
        ("desa", VILLAGE),
        ("kecamatan", "64.02.05"),
        ("kabupaten", "64.02"),
        ("provinsi", None),
    ):
        rows = table[(table["tingkat"] == level) & ((table["kode"] == code) | (code is None))]
        assert set(rows[COUNTS].columns[(rows[COUNTS] == 1).any()]) == {"n_tugas", *expected.split()}
        assert rows[COUNTS].to_numpy().sum() == 1 + len(expected.split())


def test_of_two_answers_the_later_visit_is_counted() -> None:
    """The earlier one, older than the data, was corrected by what is listed since."""
    old = {
        "id_tugas": "TG-A",
        "tanggal": pd.Timestamp("2025-12-30"),
        "nama_perbaikan": "S",
        "asal_sha256": "9",
    }
    newest = pd.Series({"A": pd.Timestamp("2026-01-01")})
    answers = judge_answers(returns({"id_tugas": "TG-A"}, old), tasks("A"), newest)
    given = tasks("A", status_tugas="dijawab", hasil="ditemukan")
    counted = survey_progress(given, answers, AREAS, period="2026-TW1", day=date(2026, 4, 30))
    assert counted.loc[counted["tingkat"] == "provinsi", ["n_sesuai", "n_berubah"]].to_numpy().tolist() == [
        [1, 0]
    ]


def test_every_level_adds_up_to_the_province() -> None:
    given = pd.concat(
        [
            tasks("A", "B"),
            tasks("C", kode_desa=OTHER),
            tasks("D", kode_desa=None),
            tasks("E", kode_desa="64.99.01.2001"),
        ],
        ignore_index=True,
    )
    answers = judge_answers(returns({"id_tugas": "TG-A"}), given, NEVER)
    table = survey_progress(given, answers, AREAS, period="2026-TW1", day=date(2026, 4, 30))
    sums = table.groupby("tingkat")[COUNTS].sum()
    assert (sums == sums.loc["provinsi"]).all(axis=None)
    assert sums.loc["provinsi", "n_tugas"] == 5
    # a village that nobody is asked of stands in it
    assert "64.07.01.2001" in set(table["kode"])
    assert table.columns.tolist() == PROGRESS.names


def test_another_period_does_not_count() -> None:
    given = tasks("A")
    table = survey_progress(
        given, judge_answers(returns(), given, NEVER), AREAS, period="2026-TW2", day=date(2026, 4, 30)
    )
    assert table[COUNTS].to_numpy().sum() == 0
    assert table["persen_dijawab"].isna().all()
    assert DAY < "2026-04-30"
