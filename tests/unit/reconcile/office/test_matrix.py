"""Lines of programmes are checked one by one and quarter by quarter; what nobody filled in is never zero."""

from typing import Any

import office_world as world
import pandas as pd
import pytest

from reconcile.office.matrix import Checked, plan_matrix
from reconcile.tables import VALUE_FLAGS
from reconcile.vocab import Language

TWO = {"triwulan": "2", "realisasi": 60.0, "realisasi_anggaran": 500.0}


def checked(*lines: dict[str, Any], quarter: int = 2, cumulative: bool = True, **given: Any) -> Checked:
    found = given.get("found", world.NONE)
    rows = world.plans(*lines) if lines else world.plans({}).iloc[:0]
    return plan_matrix(
        rows, found, world.KNOWN, year=2026, quarter=quarter, cumulative=cumulative,
        language=Language.INDONESIAN,
    )  # fmt: skip


def counted(done: Checked, name: str) -> float:
    return float(done.table.loc[done.table["dihitung"] == "ya", name].sum())


FAULTS = [
    ({"program": "Bedah rumah"}, "E_PLAN_PROGRAM", "program", "tidak"),
    ({"opd": "Dinas Antah"}, "E_PLAN_OFFICE", "opd", "tidak"),
    ({"wilayah": "64.74 Bontang"}, "E_PLAN_AREA", "wilayah", "tidak"),
    ({"triwulan": None}, "E_PLAN_QUARTER", "triwulan", "tidak"),
    ({"tahun": 2025}, "E_PLAN_YEAR", "tahun", "tidak"),
    ({"program": "Jalan desa", "opd": "Dinas PU"}, "E_PLAN_STRATEGY", "strategi", "tidak"),
    ({"strategi": "pendapatan"}, "E_PLAN_STRATEGY_OTHER", "strategi", "ya"),
    ({"realisasi": -1.0}, "E_PLAN_NEGATIVE", "realisasi", "tidak"),
    ({"target": None, "anggaran": 0.0, "realisasi_anggaran": 0.0}, "E_PLAN_BASE", "target", "tidak"),
    ({"realisasi": 101.0}, "E_PLAN_OVER", "realisasi", "ya"),
    ({"realisasi_anggaran": 1001.0}, "E_PLAN_OVER", "realisasi_anggaran", "ya"),
    ({"target": 0.0, "realisasi": 0.0}, "E_PLAN_MONEY", "target", "ya"),
    ({"target": 100.5}, "E_PLAN_WHOLE", "target", "tidak"),
    ({"triwulan": "2"}, "E_PLAN_MISSING", "triwulan", "ya"),
]


@pytest.mark.parametrize(("change", "code", "column", "used"), FAULTS, ids=[f[1] for f in FAULTS])
def test_a_fault_is_said_with_its_place(change: dict[str, Any], code: str, column: str, used: str) -> None:
    done = checked(change)
    issue = done.issues.iloc[0]
    place = ["source_file", "source_sheet", "source_row", "kode_masalah", "kolom_isian", "dipakai"]
    assert len(done.issues) == 1
    assert issue[place].tolist() == ["dinsos.xlsx", "LEMBAR", 5, code, column, used]
    assert counted(done, "anggaran") == (1000.0 if used == "ya" else 0.0)


def test_a_good_line_has_no_issue_and_names_are_read_as_people_write_them() -> None:
    done = checked({}, {"wilayah": "Balikpapan", "program": " pkh ", "opd": "dinas  sosial"}, quarter=1)
    assert done.issues.empty
    assert counted(done, "target") == 200


def test_of_cumulative_quarters_the_last_counts_and_else_their_sum() -> None:
    assert counted(checked({}, TWO), "realisasi") == 60
    assert counted(checked({}, TWO, cumulative=False), "realisasi") == 100
    # a quarter that has not begun is no part of the report
    assert counted(checked({}, TWO, quarter=1), "realisasi") == 40


def test_a_sum_that_goes_down_is_said_only_where_it_counts_from_january_on() -> None:
    falls = {**TWO, "realisasi": 30.0}
    issues = checked({}, falls).issues
    assert issues[["source_row", "kode_masalah", "kolom_isian"]].to_numpy().tolist() == [
        [6, "E_PLAN_FALLS", "realisasi"]
    ]
    assert checked({}, falls, cumulative=False).issues.empty


def test_unlike_answers_for_one_line_are_both_held_back_and_the_same_answer_counts_once() -> None:
    done = checked({}, {"realisasi": 41.0, "source_file": "dinsos_2.xlsx"})
    assert done.issues["kode_masalah"].tolist() == ["E_PLAN_TWICE"] * 2
    assert counted(done, "target") == 0
    assert counted(checked({}, {"source_file": "dinsos_2.xlsx"}), "target") == 100


def test_what_nobody_filled_in_is_not_zero() -> None:
    blank = dict.fromkeys(("target", "realisasi", "anggaran", "realisasi_anggaran"))
    done = checked({"triwulan": "1"}, {**blank, "wilayah": "64.71"}, {"realisasi": None, "triwulan": "2"})
    table = done.table[done.table["program"] == "pkh"].set_index(["kode", "triwulan"])
    assert table["keadaan_isian"].to_dict() == {
        ("64.02", 1): "terisi", ("64.02", 2): "sebagian", ("64.02", 3): "belum_diisi",
        ("64.02", 4): "belum_diisi", **{("64.71", n): "belum_diisi" for n in (1, 2, 3, 4)},
    }  # fmt: skip
    assert table.loc[("64.71", 1), ["target", "realisasi"]].isna().all()
    # what was reached is not told, so its target is not what it is compared with
    assert pd.isna(table.loc[("64.02", 2), "target_dibanding"])
    assert done.issues.empty


def test_a_number_that_cannot_be_read_holds_its_line_back() -> None:
    flag = {
        "registry": "acuan", "source": "plans", "source_file": "dinsos.xlsx", "source_sha256": "0" * 64,
        "source_sheet": "LEMBAR", "source_row": 5, "column": "realisasi", "code": "E_NUMBER",
        "original": "banyak",
    }  # fmt: skip
    found = VALUE_FLAGS.build(pd.DataFrame([flag])), world.NONE[1]
    done = checked({"realisasi": None}, found=found)
    assert done.issues[["source_row", "kolom_isian", "kode_masalah", "dipakai"]].to_numpy().tolist() == [
        [5, "realisasi", "E_NUMBER", "tidak"]
    ]
    assert "banyak" not in done.issues.to_csv()
    line = done.table[(done.table["program"] == "pkh") & (done.table["kode"] == "64.02")]
    assert line["keadaan_isian"].tolist()[0] == "ditahan"
