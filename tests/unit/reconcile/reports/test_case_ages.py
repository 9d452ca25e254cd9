"""Cases by state, age and owner: all of them, whatever became of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import factory
import pandas as pd
import pytest

from reconcile.reports.case_ages import CaseState, case_ages
from reconcile.tables import CASES
from reconcile.vocab import CaseChange, Language

DAY = date(2026, 3, 31)
CASE = {
    "kasus": "KS-1", "kode": "I01", "tingkat": "T", "status": "baru", "perubahan": "tetap", "sidik": "x",
    "pertama_muncul": "2026-03-31", "terakhir_muncul": "2026-03-31", "jumlah_muncul": 1,
    "kode_desa": "64.02.06.1001",
}  # fmt: skip


def cases(*rows: dict[str, Any]) -> pd.DataFrame:
    return CASES.build(pd.DataFrame([{**CASE, "kasus": f"KS-{n}", **row} for n, row in enumerate(rows)]))


def run(now: pd.DataFrame, before: pd.DataFrame | None = None) -> pd.DataFrame:
    villages = factory.register().villages
    return case_ages(now, before, villages, day=DAY, language=Language.INDONESIAN)


STATES = [
    ("baru", "baru", CaseState.NEW),
    ("tetap", "dikirim", CaseState.STANDING),
    ("berubah", "baru", CaseState.STANDING),
    ("tidak_diuji", "baru", CaseState.STANDING),
    ("berulang", "baru", CaseState.REPEATED),
    ("selesai", "baru", CaseState.CLOSED),
    ("tetap", "ditutup", CaseState.CLOSED),
]


@pytest.mark.parametrize(("change", "status", "wanted"), STATES)
def test_each_change_is_one_state(change: str, status: str, wanted: CaseState) -> None:
    assert run(cases({"perubahan": change, "status": status}))["keadaan_kasus"].tolist() == [wanted]


def test_every_change_is_tried() -> None:
    assert {change for change, *_ in STATES} == set(CaseChange)


def test_what_was_closed_before_is_not_closed_again() -> None:
    now = cases({"perubahan": "selesai"}, {"perubahan": "selesai"})
    before = cases({"perubahan": "selesai"}, {"perubahan": "tetap"})
    found = run(now, before).set_index("keadaan_kasus")["jumlah_kasus"]
    assert found.to_dict() == {"selesai": 1, "selesai_sebelumnya": 1}


AGES = [
    ("2026-03-31", "0-30", 0), ("2026-03-01", "0-30", 30), ("2026-02-28", "31-90", 31),
    ("2025-12-31", "31-90", 90), ("2025-10-02", "91-180", 180), ("2025-03-31", "181-365", 365),
    ("2025-03-30", "366+", 366), ("2026-04-01", "0-30", 0),
]  # fmt: skip


@pytest.mark.parametrize(("first", "wanted", "days"), AGES)
def test_a_case_is_as_old_as_its_first_run(first: str, wanted: str, days: int) -> None:
    row = run(cases({"pertama_muncul": first})).iloc[0]
    assert (row["umur"], row["umur_tertua"]) == (wanted, days)


def test_a_closed_case_grows_no_older() -> None:
    row = run(
        cases({"perubahan": "selesai", "pertama_muncul": "2020-01-01", "terakhir_muncul": "2020-01-11"})
    ).iloc[0]
    assert (row["umur"], row["umur_tertua"]) == ("0-30", 10)


def test_all_cases_are_counted_with_owner_and_place() -> None:
    table = run(cases({}, {}, {"kode_desa": None}, {"kode": "X99"}, {"tingkat": "K"}))
    assert table["jumlah_kasus"].sum() == 5
    assert set(table["nama"]) == {"Kabupaten Kutai Kartanegara", "Tanpa desa"}
    assert "Belum ditetapkan" in set(table["penanggung_jawab"])
    # the gravest stand first
    assert table["tingkat_temuan"].iloc[0] == "K"
    assert run(CASES.empty()).empty
