"""What becomes of each line that comes back: none is lost, each says why it counts or not."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from visit_world import OTHER, VILLAGE, returns, tasks

from reconcile.language import entries
from reconcile.resurvey.answers import judge_answers, latest_answers
from reconcile.tables import ANSWERS, RETURNS, TASKS

NOBODY: dict[str, Any] = {"hasil": "belum_ditemui"}
EMPTY: dict[str, Any] = {"hasil": None, "tanggal": None}
LATER = pd.Timestamp("2026-04-20")
A: dict[str, Any] = {"id_tugas": "TG-A"}

#: name, lines, (status, reason) of each
CASES: list[tuple[str, list[dict[str, Any]], list[tuple[str, str]]]] = [
    ("an answer", [A], [("diterapkan", "")]),
    ("a line that nobody filled in", [A | EMPTY], [("belum_dijawab", "")]),
    ("a family of neither list", [{"nama_perbaikan": "SITI"}], [("usulan", "W_ANSWER_PROPOSAL")]),
    ("answers without key", [{"jumlah_anggota": 3}], [("ditahan", "E_ANSWER_KEY")]),
    ("a changed key", [{"id_tugas": "TG-X"}], [("ditahan", "E_ANSWER_UNKNOWN")]),
    ("the list of its village", [A | {"kode_desa": VILLAGE}], [("diterapkan", "")]),
    ("the list of another village", [A | {"kode_desa": OTHER}], [("ditahan", "E_ANSWER_VILLAGE")]),
    ("corrections without result", [A | {"hasil": None}], [("ditahan", "E_ANSWER_RESULT")]),
    ("no date", [A | {"tanggal": None}], [("ditahan", "E_ANSWER_DATE")]),
    ("twin of another line", [A | {"hasil": "ganda", "ganda_dengan": "TG-B"}], [("diterapkan", "")]),
    ("twin of itself", [A | {"hasil": "ganda", "ganda_dengan": "TG-A"}], [("ditahan", "E_ANSWER_TWIN")]),
    (
        "twin of itself in small letters",
        [A | {"hasil": "ganda", "ganda_dengan": "tg-a"}],
        [("ditahan", "E_ANSWER_TWIN")],
    ),
    ("an id in small letters", [A | {"id_tugas": "tg-a"}], [("diterapkan", "")]),
    (
        "moved within, to a code of another kabupaten",
        [A | {"hasil": "pindah_dalam", "desa_tujuan": "64.07.01.2001"}],
        [("ditahan", "E_ANSWER_MOVED")],
    ),
    (
        "moved within, to a code or a name",
        [
            A | {"hasil": "pindah_dalam", "desa_tujuan": "6402012001"},
            {"id_tugas": "TG-B", "hasil": "pindah_dalam", "desa_tujuan": "LOA"},
        ],
        [("diterapkan", ""), ("diterapkan", "")],
    ),
    ("twin of nobody", [A | {"hasil": "ganda"}], [("ditahan", "E_ANSWER_TWIN")]),
    ("before the newest data", [A | {"tanggal": pd.Timestamp("2025-12-30")}], [("usang", "W_ANSWER_OLD")]),
    ("the same twice", [A, A], [("diterapkan", ""), ("digantikan", "W_ANSWER_SAME")]),
    (
        "two results of one day",
        [A, A | {"hasil": "meninggal"}],
        [("ditahan", "E_ANSWER_CONFLICT"), ("ditahan", "E_ANSWER_CONFLICT")],
    ),
    (
        "only the note differs",
        [A | {"catatan": "dua kali"}, A],
        [("diterapkan", ""), ("digantikan", "W_ANSWER_SAME")],
    ),
    (
        "the later visit counts",
        [A | {"tanggal": LATER, "hasil": "meninggal"}, A],
        [("diterapkan", ""), ("digantikan", "W_ANSWER_LATER")],
    ),
    (
        "a decision after a conflict",
        [A, A | {"hasil": "meninggal"}, A | {"tanggal": LATER}],
        [("digantikan", "W_ANSWER_LATER"), ("digantikan", "W_ANSWER_LATER"), ("diterapkan", "")],
    ),
    (
        "nobody met, after somebody was",
        [A, A | NOBODY | {"tanggal": LATER}],
        [("diterapkan", ""), ("digantikan", "W_ANSWER_LATER")],
    ),
    ("nobody met", [A | NOBODY], [("diterapkan", "")]),
    ("two families", [A, {"id_tugas": "TG-B"}], [("diterapkan", ""), ("diterapkan", "")]),
    ("not asked", [{"id_tugas": "TG-W"}], [("diterapkan", "W_ANSWER_UNASKED")]),
]


def judged(*lines: dict[str, Any]) -> pd.DataFrame:
    asked = pd.concat([tasks("A", "B", "C"), tasks("W", status_tugas="menunggu")], ignore_index=True)
    return judge_answers(returns(*lines), asked, pd.Series({"A": pd.Timestamp("2026-01-01")}))


@pytest.mark.parametrize(("lines", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_every_line_has_its_fate(lines: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    answers = judged(*lines)
    told = list(zip(answers["status_jawaban"], answers["sebab"].fillna(""), strict=True))
    assert told == expected
    assert answers.columns.tolist() == ANSWERS.names


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_order_of_lines_does_not_count(order: int) -> None:
    lines = [line for _, given, _ in CASES for line in given]
    rows = returns(*lines)
    first = judge_answers(rows, tasks(), pd.Series(dtype="datetime64[s]"))
    mixed = rows.sample(frac=1, random_state=order)
    pd.testing.assert_frame_equal(first, judge_answers(mixed, tasks(), pd.Series(dtype="datetime64[s]")))


def test_what_the_form_does_not_ask_is_left_out() -> None:
    """A phone keeps what was answered before the result was changed."""
    line = {"nik_perbaikan": "6403054107800001", "masih_miskin": "tidak", "alasan_tidak_layak": "mampu"}
    dead, met = judged(A | {"hasil": "meninggal"} | line), judged(A | line)
    assert dead[list(line)].isna().all(axis=None)
    assert met[list(line)].notna().all(axis=None)
    still = judged(A | line | {"masih_miskin": "ya"})
    assert still["alasan_tidak_layak"].isna().all()


def test_nothing_came_back() -> None:
    assert judge_answers(RETURNS.empty(), TASKS.empty(), pd.Series(dtype="datetime64[s]")).empty


def test_every_reason_has_its_words() -> None:
    codes = {code for _, _, expected in CASES for _, code in expected if code}
    assert all({"id", "en", "fix_id", "fix_en"} <= set(entries()[code]) for code in codes)


def test_of_two_tasks_of_a_family_the_later_visit_counts() -> None:
    asked = pd.concat([tasks("A"), tasks("A", id_tugas="TG-A2", periode="2026-TW2")], ignore_index=True)
    lines = returns(A, {"id_tugas": "TG-A2", "tanggal": LATER, "hasil": "pindah_keluar"})
    told = latest_answers(judge_answers(lines, asked, pd.Series(dtype="datetime64[s]")))
    assert told[["id_rekon", "id_tugas"]].to_numpy().tolist() == [["A", "TG-A2"]]
