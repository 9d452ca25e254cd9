"""Recommendations are followed by number; what lacks is said, and no long number gets through."""

from datetime import date
from typing import Any

import office_world as world
import pytest

from reconcile.office.audits import follow_ups
from reconcile.office.matrix import Checked
from reconcile.vocab import Language

DAY = date(2026, 3, 31)


def checked(*lines: dict[str, Any]) -> Checked:
    return follow_ups(world.audits(*lines), world.NONE, world.KNOWN, day=DAY, language=Language.INDONESIAN)


FAULTS = [
    ({"nomor": "Ibu Siti"}, "E_AUDIT_NUMBER", "nomor", "tidak"),
    ({"nomor": "Siti.Aminah"}, "E_AUDIT_NUMBER", "nomor", "tidak"),
    ({"nomor": "6402065705800001"}, "E_AUDIT_NUMBER", "nomor", "tidak"),
    ({"auditor": None}, "E_AUDIT_AUDITOR", "auditor", "tidak"),
    ({"opd": "Dinas Antah"}, "E_PLAN_OFFICE", "opd", "tidak"),
    ({"jatuh_tempo": None}, "E_AUDIT_DUE", "jatuh_tempo", "ya"),
    ({"status_tl": "sesuai"}, "E_AUDIT_EVIDENCE", "no_bukti", "ya"),
    ({"pokok": "penerima 6402065705800001"}, "E_AUDIT_IDENTITY", "pokok", "ya"),
]


@pytest.mark.parametrize(("change", "code", "column", "used"), FAULTS, ids=[f[1] for f in FAULTS])
def test_a_fault_is_said_with_its_place(change: dict[str, Any], code: str, column: str, used: str) -> None:
    done = checked(change)
    said = ["source_row", "kode_masalah", "kolom_isian", "dipakai"]
    assert done.issues[said].to_numpy().tolist() == [[5, code, column, used]]
    assert len(done.table) == (used == "ya")
    assert "6402065705800001" not in done.table.to_csv()


STATES = [
    ({}, "terlambat", 31),
    ({"jatuh_tempo": "2026-03-31"}, "berjalan", None),
    ({"jatuh_tempo": "2026-04-30", "status_tl": None}, "belum_diisi", None),
    ({"status_tl": None}, "terlambat", 31),
    ({"status_tl": "sesuai", "no_bukti": "SK-1"}, "selesai", None),
    ({"status_tl": "tidak_dapat"}, "selesai", None),
]


@pytest.mark.parametrize(("change", "state", "days"), STATES)
def test_where_a_recommendation_stands(change: dict[str, Any], state: str, days: int | None) -> None:
    row = checked(change).table.iloc[0]
    assert row["keadaan_tl"] == state
    assert (None if row.isna()["hari_lewat"] else row["hari_lewat"]) == days


def test_one_recommendation_told_twice_unlike_is_held_back() -> None:
    done = checked({}, {"status_tl": "sesuai", "no_bukti": "SK-1"}, {"auditor": "bpkp"})
    assert done.issues["kode_masalah"].tolist() == ["E_AUDIT_TWICE"] * 2
    assert done.table["auditor"].tolist() == ["bpkp"]
    assert len(checked({}, {}).table) == 1
