"""What an answer does to the cases of its family."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from visit_world import DAY, returns, tasks

from reconcile.cases import follow_cases
from reconcile.resurvey.answers import judge_answers
from reconcile.resurvey.outcomes import OUTCOMES, steps_of_visits
from reconcile.tables import CASE_STEPS, CASES, FINDINGS

NEVER = pd.Series(dtype="datetime64[s]")

#: name, rule of the case, answer, status that the case has come to
CASES_OF_RULES: list[tuple[str, str, dict[str, Any], str]] = [
    ("a NIK was filled in", "I01", {"nik_perbaikan": "6403054107800001"}, "diperbaiki"),
    ("no NIK was filled in", "I01", {}, "kembali"),
    ("a card number was filled in", "I08", {"no_kk_perbaikan": "6403054107800001"}, "diperbaiki"),
    ("a name was filled in", "I10", {"nama_perbaikan": "SITI"}, "diperbaiki"),
    (
        "a birth date was filled in",
        "I11",
        {"tanggal_lahir_perbaikan": pd.Timestamp("1980-07-01")},
        "diperbaiki",
    ),
    ("the point was measured", "W06", {"lintang": -0.4}, "diperbaiki"),
    ("moved within", "W05", {"hasil": "pindah_dalam"}, "diperbaiki"),
    ("the members were counted", "E04", {"jumlah_anggota": 4}, "diperbaiki"),
    ("another head", "E05", {"kepala_berganti": "ya"}, "dikonfirmasi"),
    ("the same head", "E05", {"kepala_berganti": "tidak"}, "dibantah"),
    ("said to be dead, and was", "E01", {"hasil": "meninggal"}, "dikonfirmasi"),
    ("said to be dead, and was met", "E01", {}, "dibantah"),
    ("said to have moved, and had", "E02", {"hasil": "pindah_keluar"}, "dikonfirmasi"),
    ("nobody knows the family", "E03", {"hasil": "tidak_dikenal"}, "dikonfirmasi"),
    ("deciles differ, the visit saw", "D01", {"masih_miskin": "ya"}, "diperbaiki"),
    ("wrongly included, and so it is", "T01", {"masih_miskin": "tidak"}, "dikonfirmasi"),
    ("wrongly included, and it is not", "T01", {"masih_miskin": "ya"}, "dibantah"),
    ("wrongly included, all dead", "T01", {"hasil": "meninggal"}, "dikonfirmasi"),
    ("wrongly excluded, and so it is", "T02", {"masih_miskin": "ya"}, "dikonfirmasi"),
    ("wrongly excluded, moved out", "T02", {"hasil": "pindah_keluar"}, "dibantah"),
    ("on one list, and lives there", "K01", {}, "dikonfirmasi"),
    ("on one list, and is another line", "K02", {"hasil": "ganda", "ganda_dengan": "TG-B"}, "diperbaiki"),
    ("listed twice, and is", "G05", {"hasil": "ganda", "ganda_dengan": "TG-B"}, "dikonfirmasi"),
    ("refused", "T01", {"hasil": "menolak"}, "kembali"),
    ("nobody met", "T01", {"hasil": "belum_ditemui"}, "dikirim"),
    ("not answered", "T01", {"hasil": None, "tanggal": None}, "dikirim"),
]


def cases(rule: str) -> pd.DataFrame:
    told = {"kasus": "KS-A", "kode": rule, "tingkat": "T", "id_rekon": "A", "status": "baru", "sidik": "-"}
    seen = {"perubahan": "baru", "pertama_muncul": DAY, "terakhir_muncul": DAY, "jumlah_muncul": 1}
    return CASES.build(pd.DataFrame([{**told, **seen}]))


def finding(rule: str) -> pd.DataFrame:
    row = {"kasus": "KS-A", "kode": rule, "tingkat": "T", "id_rekon": "A", "sidik": "-"}
    return FINDINGS.build(pd.DataFrame([row]))


def followed(rule: str, line: dict[str, Any], *steps: dict[str, Any]) -> pd.DataFrame:
    """Return CASES of the next run after the answer, and after the steps that people took."""
    asked = pd.concat([tasks("A", kasus="KS-A"), tasks("B")], ignore_index=True)
    answers = judge_answers(returns({"id_tugas": "TG-A", **line}), asked, NEVER)
    visits = steps_of_visits(asked, answers, cases(rule))
    place = {
        "registry": "",
        "source": "case_steps",
        "source_file": "l.csv",
        "source_sha256": "",
        "source_sheet": "",
    }
    own = [{**place, "source_row": n, "kasus": "KS-A", **step} for n, step in enumerate(steps, start=2)]
    taken = CASE_STEPS.build(pd.DataFrame(own, columns=CASE_STEPS.names))
    given = pd.concat([visits, taken], ignore_index=True)
    told = follow_cases(finding(rule), cases(rule), given, untested=frozenset(), day="2026-04-30")
    return told.cases


@pytest.mark.parametrize(
    ("rule", "line", "status"),
    [case[1:] for case in CASES_OF_RULES],
    ids=[case[0] for case in CASES_OF_RULES],
)
def test_the_case_has_come_so_far(rule: str, line: dict[str, Any], status: str) -> None:
    assert followed(rule, line)["status"].tolist() == [status]


def test_every_outcome_is_tested() -> None:
    tested = {(rule, status) for _, rule, _, status in CASES_OF_RULES}
    for outcome in OUTCOMES:
        assert any((rule, outcome.status.value) in tested for rule in outcome.rules), outcome


def test_a_person_goes_before_a_visit() -> None:
    """A case that was settled at a desk is not moved by an answer; later steps of people still count."""
    day = pd.Timestamp("2026-04-01")
    steps = [{"status": status, "tanggal": day} for status in ("kembali", "dibantah", "ditutup")]
    assert followed("T01", {"masih_miskin": "tidak"}, *steps)["status"].tolist() == ["ditutup"]
    closed = {"status": "ditutup", "tanggal": pd.Timestamp("2026-04-25"), "no_bukti": "BA 7"}
    told = followed("T01", {"masih_miskin": "tidak"}, closed)
    assert told[["status", "no_bukti"]].to_numpy().tolist() == [["ditutup", "BA 7"]]


def test_what_only_waits_was_sent_to_nobody() -> None:
    asked = tasks("A", kasus="KS-A", status_tugas="menunggu", diminta=None)
    answers = judge_answers(returns(), asked, NEVER)
    assert steps_of_visits(asked, answers, cases("T01")).empty
