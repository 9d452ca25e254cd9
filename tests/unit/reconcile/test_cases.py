"""Cases over runs: what is said of each against the last run, and which steps people may take."""

from __future__ import annotations

from typing import Any

import factory
import pandas as pd
import pytest

from reconcile.cases import STEPS, Followed, follow_cases
from reconcile.errors import InputError
from reconcile.language import describe
from reconcile.tables import CASE_STEPS, CASES, FINDINGS
from reconcile.vocab import CaseStatus, Language

NOTHING: frozenset[str] = frozenset()
ONE, TWO = "KS-BBBBB-BBBBB-BBBBB", "KS-CCCCC-CCCCC-CCCCC"


def findings(**states: str) -> pd.DataFrame:
    """Return a finding per case, with what it says; case names are letters."""
    rows = [
        {
            "kasus": f"KS-{name * 5}-{name * 5}-{name * 5}",
            "kode": "D01",
            "tingkat": "T",
            "sidik": said,
        }
        for name, said in states.items()
    ]
    return FINDINGS.build(pd.DataFrame(rows)) if rows else FINDINGS.empty()


def steps(*rows: tuple[str | None, str | None, str | None]) -> pd.DataFrame:
    if not rows:
        return CASE_STEPS.empty()
    table = pd.DataFrame(rows, columns=["kasus", "status", "tanggal"])
    table = table.assign(**factory.ORIGIN, registry="acuan", source="case_steps", oleh="tim", no_bukti="BA-1")
    table["source_row"] = range(2, len(table) + 2)
    return CASE_STEPS.build(table.assign(tanggal=pd.to_datetime(table["tanggal"], format="%Y-%m-%d")))


def follow(
    found: pd.DataFrame,
    before: Followed | None = None,
    taken: pd.DataFrame | None = None,
    *,
    untested: frozenset[str] = NOTHING,
    day: str = "2026-03-31",
) -> Followed:
    told = steps() if taken is None else taken
    cases = None if before is None else before.cases
    return follow_cases(found, cases, told, untested=untested, day=day)


def change_of(followed: Followed, case: str = ONE) -> str:
    return str(followed.cases.set_index("kasus").loc[case, "perubahan"])


def status_of(followed: Followed, case: str = ONE) -> str:
    return str(followed.cases.set_index("kasus").loc[case, "status"])


#: What was found in each run, and what is said of the case after the last.
OVER_TIME: list[tuple[str, list[dict[str, str]], str, int]] = [
    ("first seen", [{"B": "1"}], "baru", 1),
    ("seen again", [{"B": "1"}, {"B": "1"}], "tetap", 2),
    ("says something else", [{"B": "1"}, {"B": "2"}], "berubah", 2),
    ("gone", [{"B": "1"}, {}], "selesai", 1),
    ("gone, and gone still", [{"B": "1"}, {}, {}], "selesai", 1),
    ("back", [{"B": "1"}, {}, {"B": "1"}], "berulang", 2),
    ("back, saying something else", [{"B": "1"}, {}, {"B": "2"}], "berulang", 2),
    ("back, and there still", [{"B": "1"}, {}, {"B": "1"}, {"B": "1"}], "tetap", 3),
]


@pytest.mark.parametrize(("tried", "runs", "change", "count"), OVER_TIME, ids=[o[0] for o in OVER_TIME])
def test_a_case_over_runs(tried: str, runs: list[dict[str, str]], change: str, count: int) -> None:
    followed: Followed | None = None
    for month, states in enumerate(runs, start=1):
        followed = follow(findings(**states), followed, day=f"2026-{month:02}-28")
    assert followed is not None
    case = followed.cases.set_index("kasus").loc[ONE]
    assert (case["perubahan"], case["jumlah_muncul"]) == (change, count), tried
    assert case["pertama_muncul"] == "2026-01-28"


def test_findings_carry_the_history_of_their_case() -> None:
    first = follow(findings(B="1"), day="2026-01-31")
    second = follow(findings(B="1", C="1"), first, day="2026-02-28").findings.set_index("kasus")
    told = ["perubahan", "status", "pertama_muncul", "terakhir_muncul", "jumlah_muncul"]
    assert second.loc[ONE, told].tolist() == ["tetap", "baru", "2026-01-31", "2026-02-28", 2]
    assert second.loc[TWO, told].tolist() == ["baru", "baru", "2026-02-28", "2026-02-28", 1]


def test_a_rule_that_was_not_tested_settles_nothing() -> None:
    first = follow(findings(B="1"), day="2026-01-31")
    silent = follow(findings(), first, untested=frozenset({"D01"}), day="2026-02-28")
    assert change_of(silent) == "tidak_diuji"
    assert change_of(follow(findings(B="1"), silent, day="2026-03-31")) == "tetap"
    assert change_of(follow(findings(), silent, day="2026-03-31")) == "selesai"


WALK = [
    (ONE, "dikirim", "2026-01-02"),
    (ONE, "kembali", "2026-01-09"),
    (ONE, "dibantah", "2026-01-09"),
    (ONE, "ditutup", "2026-01-20"),
]


def test_the_steps_are_taken_in_their_order_whatever_the_order_of_rows() -> None:
    assert status_of(follow(findings(B="1"), taken=steps(*WALK[::-1]))) == "ditutup"


@pytest.mark.parametrize("taken", range(len(WALK) + 1))
def test_the_same_values_keep_what_a_reviewer_said(taken: int) -> None:
    first = follow(findings(B="1"), taken=steps(*WALK[:taken]))
    assert status_of(first) == ("baru", *(status for _, status, _ in WALK))[taken]
    # the file of steps may stay where it is, or go
    for told in (steps(), steps(*WALK[:taken])):
        assert status_of(follow(findings(B="1"), first, told)) == status_of(first)


def test_changed_values_open_the_case_again_and_old_steps_stay_taken() -> None:
    closed = follow(findings(B="1"), taken=steps(*WALK))
    again = follow(findings(B="2"), closed, steps(*WALK))
    assert (change_of(again), status_of(again)) == ("berubah", "baru")
    sent = follow(findings(B="2"), again, steps(*WALK, (ONE, "dikirim", "2026-02-01")))
    assert status_of(sent) == "dikirim"


def test_a_case_that_returns_is_open_again() -> None:
    closed = follow(findings(B="1"), taken=steps(*WALK))
    gone = follow(findings(), closed)
    assert status_of(gone) == "ditutup"
    assert status_of(follow(findings(B="1"), gone)) == "baru"


REFUSED = [
    ("a step left out", [(ONE, "kembali", "2026-01-02")], ["E_CASE_STEP"]),
    ("backwards", [*WALK[:2], (ONE, "dikirim", "2026-02-01")], ["E_CASE_STEP"]),
    ("out of closed", [*WALK, (ONE, "dikirim", "2026-02-01")], ["E_CASE_STEP"]),
    ("no such case", [(TWO, "dikirim", "2026-01-02")], ["E_CASE_UNKNOWN"]),
    ("no day", [(ONE, "dikirim", None)], ["E_CASE_ROW"]),
    (
        "every fault at once",
        [(ONE, None, "2026-01-02"), (TWO, "dikirim", "2026-01-02")],
        ["E_CASE_ROW", "E_CASE_UNKNOWN"],
    ),
]


@pytest.mark.parametrize(("tried", "rows", "codes"), REFUSED, ids=[r[0] for r in REFUSED])
def test_steps_that_mean_nothing_are_refused(tried: str, rows: list[Any], codes: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        follow(findings(B="1"), taken=steps(*rows))
    assert [fault.code for fault in caught.value.faults] == codes, tried
    for fault in caught.value.faults:
        assert (fault.file, fault.row > 1) == ("a.csv", True)
        assert all(describe(fault, language) for language in Language)


def test_every_status_can_be_reached_and_closed_is_the_end() -> None:
    assert {after for next_ones in STEPS.values() for after in next_ones} == set(CaseStatus) - {
        CaseStatus.NEW
    }
    assert STEPS[CaseStatus.CLOSED] == ()


def test_nothing_of_nothing() -> None:
    followed = follow(findings())
    pd.testing.assert_frame_equal(followed.findings, FINDINGS.empty())
    pd.testing.assert_frame_equal(followed.cases, CASES.empty())
