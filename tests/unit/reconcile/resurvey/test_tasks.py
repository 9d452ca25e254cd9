"""Whom to visit, why, and in which order; what was asked stays until it is answered."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
import visit_world
from visit_world import OTHER, VILLAGE, returns

from reconcile.resurvey.answers import judge_answers
from reconcile.resurvey.settings import ResurveySettings
from reconcile.resurvey.tasks import FIELD_RULES, visit_tasks
from reconcile.tables import ANSWERS, FINDINGS, RECONCILED, TASKS
from reconcile.vocab import Language

KEY = bytes(32)
DAY = date(2026, 3, 31)
NEXT = date(2026, 4, 30)


def households(**given: dict[str, Any]) -> pd.DataFrame:
    """Return RECONCILED of matched families with everything known, but for what ``given`` changes of each."""
    complete: dict[str, Any] = {
        "status_padan": "cocok",
        "kode_desa": VILLAGE,
        "cara_lokasi": "kode",
        "posisi": "wakil_desa",
        "record_id_p3ke": "p3ke:1",
        "record_id_bps": "bps:1",
        "nama": "SITI",
        "nik": "6403054107800001",
        "tahun_mutakhir_p3ke": 2026,
    }
    rows = [{**complete, "id_rekon": name, **changed} for name, changed in given.items()]
    return RECONCILED.build(pd.DataFrame(rows))


def findings(*rows: tuple[str, str, str], status: str = "baru") -> pd.DataFrame:
    """Return FINDINGS of household, severity and rule, case KS-0, KS-1 and so on."""
    table = pd.DataFrame(rows, columns=["id_rekon", "tingkat", "kode"])
    ids = [f"KS-{number}" for number in range(len(table))]
    return FINDINGS.build(table.assign(kasus=ids, status=status, sidik="-"))


def visits(
    rows: pd.DataFrame,
    found: pd.DataFrame | None = None,
    *,
    answers: pd.DataFrame | None = None,
    before: pd.DataFrame | None = None,
    day: date = DAY,
    unsure: frozenset[str] = frozenset(),
    **settings: Any,
) -> pd.DataFrame:
    return visit_tasks(
        rows,
        FINDINGS.empty() if found is None else found,
        ANSWERS.empty() if answers is None else answers,
        TASKS.empty() if before is None else before,
        ResurveySettings(**settings),
        day=day,
        language=Language.INDONESIAN,
        key=KEY,
        unsure=unsure,
    )


ONLY_P3KE = {"status_padan": "hanya_p3ke", "record_id_bps": None}
ONLY_BPS = {"status_padan": "hanya_bps", "record_id_p3ke": None}

#: name, household, findings of it, reasons
REASONS: list[tuple[str, dict[str, Any], list[tuple[str, str]], str]] = [
    ("nothing is wrong", {}, [], ""),
    ("a grave finding of the field", {}, [("T", "D05")], "temuan_lapangan"),
    ("a grave finding of a desk", {}, [("K", "G02")], ""),
    ("a light finding of the field", {}, [("S", "E05")], ""),
    ("only in P3KE", ONLY_P3KE, [], "hanya_satu_daftar"),
    ("only in BPS, poor", ONLY_BPS | {"desil_bps": 4}, [], "hanya_satu_daftar"),
    ("only in BPS, decile unknown", ONLY_BPS, [], "hanya_satu_daftar"),
    ("only in BPS, not poor", ONLY_BPS | {"desil_bps": 5, "nik": None}, [], ""),
    ("no NIK", {"nik": None}, [], "identitas_kosong"),
    ("no name", {"nama": None}, [], "identitas_kosong"),
    ("no village", {"kode_desa": None}, [], "tempat_kosong"),
    ("not seen for long", {"tahun_mutakhir_p3ke": 2023}, [], "lama_tidak_dikunjungi"),
    ("seen two years ago at the latest", {"tahun_mutakhir_p3ke": 2024}, [], ""),
    ("nobody says when it was seen", {"tahun_mutakhir_p3ke": None}, [], ""),
    (
        "several",
        ONLY_P3KE | {"nik": None},
        [("T", "T01")],
        "temuan_lapangan, hanya_satu_daftar, identitas_kosong",
    ),
]


@pytest.mark.parametrize(
    ("household", "found", "reasons"), [case[1:] for case in REASONS], ids=[case[0] for case in REASONS]
)
def test_reasons(household: dict[str, Any], found: list[tuple[str, str]], reasons: str) -> None:
    tasks = visits(households(A=household), findings(*[("A", *one) for one in found]))
    assert ", ".join(tasks["alasan_kode"]) == reasons
    assert tasks["alasan_dicek"].str.len().gt(20).all()
    assert tasks.columns.tolist() == TASKS.names


def test_a_doubtful_pair_is_visited_where_a_desk_cannot_settle_it() -> None:
    one = {"status_padan": "tinjau", "record_id_bps": None, "id_tinjau": "B"}
    two = {"status_padan": "tinjau", "record_id_p3ke": None, "id_tinjau": "A", "desil_bps": 2}
    assert visits(households(A=one, B=two)).empty
    assert visits(households(A=one, B=two), unsure=frozenset({"p3ke:9"})).empty
    told = visits(households(A=one, B=two), unsure=frozenset({"p3ke:1"}))
    assert told["alasan_kode"].tolist() == ["pasangan_meragukan"]
    tasks = visits(households(A=one, B=two | {"nik": None}), reasons=["pasangan_meragukan"])
    assert tasks[["id_rekon", "alasan_kode"]].to_numpy().tolist() == [["A", "pasangan_meragukan"]]


def test_the_order_of_the_office_decides() -> None:
    rows = households(A=ONLY_P3KE, B={"nik": None})
    assert visits(rows)["id_rekon"].tolist() == ["A", "B"]
    turned = visits(rows, reasons=["identitas_kosong", "hanya_satu_daftar"])
    assert turned["id_rekon"].tolist() == ["B", "A"]
    assert visits(rows, reasons=["identitas_kosong"])["id_rekon"].tolist() == ["B"]


def test_the_graver_finding_goes_first_and_says_why() -> None:
    rows = households(A={}, B={})
    tasks = visits(rows, findings(("A", "T", "D05"), ("B", "K", "E01")))
    assert tasks[["id_rekon", "urutan", "tingkat_temuan"]].to_numpy().tolist() == [
        ["B", 1, "K"],
        ["A", 2, "T"],
    ]
    assert tasks.loc[0, "alasan_urutan"].startswith("Urutan 1 dari 2 di desanya")
    assert tasks[["aturan", "kasus"]].to_numpy().tolist() == [["E01", "KS-1"], ["D05", "KS-0"]]


def test_the_case_of_the_same_matter_comes_back_with_the_answer() -> None:
    tasks = visits(households(A=ONLY_P3KE), findings(("A", "T", "K01"), ("A", "S", "I10")))
    assert tasks[["aturan", "kasus"]].to_numpy().tolist() == [["K01", "KS-0"]]


@pytest.mark.parametrize("status", ["kembali", "dikonfirmasi", "dibantah", "diperbaiki", "ditutup"])
def test_a_case_that_came_back_sends_nobody(status: str) -> None:
    assert visits(households(A={}), findings(("A", "T", "D05"), status=status)).empty


def test_a_village_reads_no_label_of_poverty() -> None:
    rows = households(**{code: {} for code in sorted(FIELD_RULES)})
    tasks = visits(rows, findings(*[(code, "T", code) for code in sorted(FIELD_RULES)]))
    assert len(tasks) == len(FIELD_RULES)
    assert not tasks["alasan_dicek"].str.contains("miskin", case=False).any()
    assert tasks["alasan_dicek"].str.split().str.len().max() <= 25


def test_a_budget_takes_the_first_ranks_and_keeps_the_rest() -> None:
    rows = households(A=ONLY_P3KE, B={"nik": None}, C={"kode_desa": "64.02.05.2002", "nik": None})
    tasks = visits(rows, budget_per_village=1).set_index("id_rekon")
    assert tasks["status_tugas"].to_dict() == {"A": "diminta", "B": "menunggu", "C": "diminta"}
    assert tasks.loc["A", ["diminta", "jatuh_tempo"]].tolist() == ["2026-03-31", "2026-05-15"]
    assert tasks.loc["B", ["diminta", "jatuh_tempo"]].isna().all()


def test_what_was_asked_stays_asked_and_fills_the_budget() -> None:
    first = visits(households(B={"nik": None}), budget_per_village=1)
    again = visits(
        households(A=ONLY_P3KE, B={"nik": None}), before=first, day=date(2026, 3, 31), budget_per_village=1
    ).set_index("id_rekon")
    assert again["status_tugas"].to_dict() == {"A": "menunggu", "B": "diminta"}
    assert again["urutan"].to_dict() == {"A": 1, "B": 2}


def test_what_is_no_longer_called_for_is_kept() -> None:
    first = visits(households(A={"nik": None}, B={"nik": None}), budget_per_village=1)
    asked = first.loc[first["status_tugas"] == "diminta", "id_rekon"].item()
    later = visits(households(A={}, B={}), before=first)
    assert later[["id_rekon", "status_tugas"]].to_numpy().tolist() == [[asked, "gugur"]]


def answered(tasks: pd.DataFrame, **line: Any) -> pd.DataFrame:
    told = returns({"id_tugas": tasks.loc[0, "id_tugas"], **line})
    return judge_answers(told, tasks, pd.Series(dtype="datetime64[s]"))


def test_an_answer_closes_the_task() -> None:
    rows = households(A={"nik": None})
    first = visits(rows)
    later = visits(rows, before=first, answers=answered(first))
    assert later[["status_tugas", "dijawab", "hasil"]].to_numpy().tolist() == [
        ["dijawab", "2026-04-10", "ditemukan"]
    ]
    # in the next round too: the visit has said what there is to say
    third = visits(rows, before=later, answers=answered(first), day=date(2026, 7, 1))
    assert third["id_tugas"].tolist() == first["id_tugas"].tolist()


def test_an_answer_that_was_withdrawn_opens_the_task_again() -> None:
    rows = households(A={"nik": None})
    first = visits(rows)
    later = visits(rows, before=first, answers=answered(first))
    withdrawn = visits(rows, before=later)
    pd.testing.assert_frame_equal(withdrawn, first)


def test_the_rank_is_that_in_the_village_that_was_asked() -> None:
    first = visits(households(A={"nik": None}, B={"nik": None}))
    moved = households(A={"nik": None}, B={"nik": None})
    moved.loc[moved["id_rekon"] == "B", "kode_desa"] = OTHER
    again = visits(moved, before=first)
    pd.testing.assert_frame_equal(
        again[["id_rekon", "kode_desa", "urutan"]], first[["id_rekon", "kode_desa", "urutan"]]
    )


def test_what_a_visit_said_grows_old() -> None:
    rows = households(A={"nik": None})
    first = visits(rows)
    told = answered(first)
    again = visits(rows, before=visits(rows, before=first, answers=told), answers=told, day=date(2028, 6, 1))
    assert again["status_tugas"].tolist() == ["dijawab", "diminta"]
    still = visits(rows, before=first, answers=told, day=date(2028, 3, 1))
    assert still["status_tugas"].tolist() == ["dijawab"]


def test_nobody_met_leaves_the_task_open() -> None:
    rows = households(A={"nik": None})
    first = visits(rows)
    later = visits(rows, before=first, answers=answered(first, hasil="belum_ditemui"))
    assert later[["status_tugas", "hasil"]].to_numpy().tolist() == [["diminta", "belum_ditemui"]]


def test_a_new_round_asks_anew_what_nobody_answered() -> None:
    rows = households(A={"nik": None})
    first = visits(rows)
    later = visits(rows, before=first, day=NEXT)
    assert later[["periode", "status_tugas"]].to_numpy().tolist() == [
        ["2026-TW1", "gugur"],
        ["2026-TW2", "diminta"],
    ]
    late = visits(rows, before=later, answers=answered(first), day=NEXT)
    assert late["status_tugas"].tolist() == ["dijawab", "gugur"]


@pytest.mark.parametrize("order", [1, 2])
def test_the_order_of_rows_does_not_count(order: int) -> None:
    rows = households(**{name: ONLY_P3KE if name in "AC" else {"nik": None} for name in "ABCDEF"})
    found = findings(*[(name, "T", code) for name in "ABC" for code in ("D05", "T01", "K01")])
    first = visits(rows, found, budget_per_village=3)
    mixed = visits(
        rows.sample(frac=1, random_state=order),
        found.sample(frac=1, random_state=order),
        before=visit_world.tasks().head(0),
        budget_per_village=3,
    )
    pd.testing.assert_frame_equal(first, mixed)


def test_ids_are_no_numbers_and_differ_by_round() -> None:
    rows = households(A={"nik": None})
    one, two = visits(rows), visits(rows, period="kedua")
    assert one["id_tugas"].str.fullmatch(r"TG-[A-Z-]+").all()
    assert one.loc[0, "id_tugas"] != two.loc[0, "id_tugas"]
