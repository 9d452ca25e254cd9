"""What answers say of the registries' rows: used for matching, shown beside them, never over them."""

from __future__ import annotations

from typing import Any

import factory
import pandas as pd
import pytest
from visit_world import OTHER, VILLAGE, returns, tasks

from reconcile.merge import merge_households
from reconcile.resurvey.answers import judge_answers
from reconcile.resurvey.corrections import (
    answered_places,
    by_record,
    corrected_rows,
    current_ids,
    field_decisions,
    newest_rows,
    twin_records,
    with_answers,
    without_twins,
)
from reconcile.tables import DECISIONS, HISTORY, PAIRS, PLACED, RECONCILED, RELATIONS, RETURNS, VILLAGES
from reconcile.vocab import Registry

KEY = bytes(32)
NEVER = pd.Series(dtype="datetime64[s]")
NIK, WRONG = "6403054107800001", "6403054107800009"


def history(**ids: tuple[str | None, str | None]) -> pd.DataFrame:
    """Return HISTORY of ids with the records that each stood for, all of the last run."""
    rows = [
        {"id_rekon": name, "record_id_p3ke": p3ke, "record_id_bps": bps} for name, (p3ke, bps) in ids.items()
    ]
    table = pd.DataFrame(rows, columns=["id_rekon", "record_id_p3ke", "record_id_bps"])
    told = {"peristiwa": "tetap", "pertama_muncul": "2026-03-31", "terakhir_muncul": "2026-03-31"}
    return HISTORY.build(table.assign(**told))


def answers(*lines: dict[str, Any]) -> pd.DataFrame:
    return judge_answers(returns(*lines), tasks(), NEVER)


def nowhere() -> pd.DataFrame:
    return PLACED.empty().set_index("record_id")


def placed(registry: str, **given: Any) -> pd.DataFrame:
    return factory.placed(registry, {"record_id": f"{registry}:1", **given})


def merged(left: pd.DataFrame | None = None, right: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return RECONCILED of one matched household."""
    pair = {"record_p3ke": "p3ke:1", "record_bps": "bps:1", "skor": 1.0, "bobot": 9.0}
    pairs = PAIRS.build(pd.DataFrame([{**pair, "status_padan": "cocok", "jalur": "-", "alasan": "-"}]))
    sides = (placed("p3ke") if left is None else left, placed("bps") if right is None else right)
    return merge_households(*sides, pairs, RELATIONS.empty(), key=KEY)


def test_a_corrected_value_is_used_for_matching() -> None:
    rows = placed("p3ke", nik=WRONG, nama="SITI")
    told = by_record(answers({"id_tugas": "TG-A", "nik_perbaikan": NIK}), history(A=("p3ke:1", None)))
    corrected = corrected_rows(rows, told["p3ke"], nowhere())
    assert corrected.loc[0, ["nik", "nama"]].tolist() == [NIK, "SITI"]
    assert corrected.dtypes.equals(rows.dtypes)
    assert told["bps"].empty


@pytest.mark.parametrize(
    "result", ["meninggal", "menolak", "tidak_dikenal", "belum_ditemui", "pindah_keluar"]
)
def test_nobody_was_met_nothing_is_corrected(result: str) -> None:
    rows = placed("p3ke", nik=WRONG)
    line = {"id_tugas": "TG-A", "hasil": result, "nik_perbaikan": NIK}
    told = by_record(answers(line), history(A=("p3ke:1", None)))
    pd.testing.assert_frame_equal(corrected_rows(rows, told["p3ke"], nowhere()), rows)


def test_without_answers_nothing_changes() -> None:
    rows = placed("p3ke", nik=WRONG)
    told = by_record(judge_answers(RETURNS.empty(), tasks(), NEVER), HISTORY.empty())
    pd.testing.assert_frame_equal(corrected_rows(rows, told["p3ke"], nowhere()), rows)


#: name, P3KE value and day, BPS value and day, answer, value in force and where it comes from
IN_FORCE = [
    ("the visit", WRONG, "2022", WRONG, "2026", NIK, NIK, "returns"),
    ("the newer list", WRONG, "2022", NIK, "2026", None, NIK, "bps"),
    ("the newer list, the other way", WRONG, "2026", NIK, "2022", None, WRONG, "p3ke"),
    ("BPS of two as new", WRONG, "2026", NIK, "2026", None, NIK, "bps"),
    ("the only one that tells", WRONG, "2022", None, "2026", None, WRONG, "p3ke"),
    ("nobody tells", None, "2022", None, "2026", None, None, None),
]


@pytest.mark.parametrize(
    ("p3ke", "p3ke_day", "bps", "bps_day", "answer", "value", "origin"),
    [case[1:] for case in IN_FORCE],
    ids=[case[0] for case in IN_FORCE],
)
def test_the_value_in_force_says_where_it_comes_from(
    p3ke: str | None,
    p3ke_day: str,
    bps: str | None,
    bps_day: str,
    answer: str | None,
    value: str | None,
    origin: str | None,
) -> None:
    left, right = placed("p3ke", nik=p3ke), placed("bps", nik=bps)
    rows = merged(left, right)
    line = {"id_tugas": "TG-A", "nik_perbaikan": answer}
    told = by_record(answers(line), history(A=("p3ke:1", "bps:1")))
    files = {
        left.loc[0, "source_file"]: pd.Timestamp(p3ke_day),
        right.loc[0, "source_file"]: pd.Timestamp(bps_day),
    }
    shown = RECONCILED.build(with_answers(rows, told, nowhere(), files))
    assert [None if pd.isna(one) else one for one in shown.loc[0, ["nik", "asal_nik"]]] == [value, origin]
    # what the registries say stays as it is
    for side, was in (("p3ke", p3ke), ("bps", bps)):
        assert shown.loc[0, f"nik_{side}"] == was or (was is None and pd.isna(shown.loc[0, f"nik_{side}"]))
    assert shown.loc[0, ["hasil_kunjungan", "berkas_kunjungan"]].tolist() == ["ditemukan", "desa.xlsx"]


def test_the_newest_row_of_an_id_is_known() -> None:
    sides = {
        Registry.P3KE: placed("p3ke", source_file="a.csv"),
        Registry.BPS: placed("bps", source_file="b.csv"),
    }
    days = {"a.csv": pd.Timestamp("2022-01-01"), "b.csv": pd.Timestamp("2026-06-01")}
    newest = newest_rows(history(A=("p3ke:1", "bps:1"), B=("p3ke:9", None)), sides, days)
    assert newest.to_dict() == {"A": pd.Timestamp("2026-06-01")}


#: What the two lists have, the line that is held to be the other's twin (of TG-A by TG-B).
TWINS = [
    # name, records of the ids, answers, pair
    ("both answered", {"A": ("p3ke:1", None), "B": (None, "bps:1")}, ["TG-A"], ["p3ke:1", "bps:1"]),
    ("one of them not visited yet", {"A": ("p3ke:1", None), "B": (None, "bps:1")}, [], ["p3ke:1", "bps:1"]),
    ("the other way about", {"A": (None, "bps:1"), "B": ("p3ke:1", None)}, [], ["p3ke:1", "bps:1"]),
    # after the run that made them one household, the id that is left has both records
    ("one household since", {"A": ("p3ke:1", "bps:1"), "B": (None, "bps:1")}, [], ["p3ke:1", "bps:1"]),
    ("two lines of one list", {"A": (None, "bps:3"), "B": (None, "bps:1")}, [], []),
    ("twin of a matched family", {"A": ("p3ke:1", "bps:3"), "B": (None, "bps:1")}, [], []),
    ("a record that is no longer listed", {"A": ("p3ke:1", None), "B": (None, "bps:8")}, [], []),
]


@pytest.mark.parametrize(
    ("ids", "met", "pair"), [case[1:] for case in TWINS], ids=[case[0] for case in TWINS]
)
def test_a_family_on_two_lists_is_one(
    ids: dict[str, tuple[str | None, str | None]], met: list[str], pair: list[str]
) -> None:
    line = {"id_tugas": "TG-B", "hasil": "ganda", "ganda_dengan": "TG-A"}
    told, held = answers(line, *({"id_tugas": task} for task in met)), history(**ids)
    rows = {
        Registry.P3KE: placed("p3ke"),
        Registry.BPS: factory.placed("bps", *({"record_id": f"bps:{n}"} for n in (1, 2, 3))),
    }
    twins = twin_records(told, tasks(), held)
    found = field_decisions(twins, DECISIONS.empty(), rows)
    assert found[["record_p3ke", "record_bps"]].to_numpy().ravel().tolist() == pair
    assert set(found["keputusan"]) <= {"sama"}
    # what reviewers say of the record goes before
    assert field_decisions(twins, found, rows).empty or not pair


def test_a_household_of_both_lines_is_no_duplicate() -> None:
    """The line was one too many; the family, found on its other line, keeps what was found."""
    held = history(A=("p3ke:1", None), B=(None, "bps:1"))
    line = {
        "id_tugas": "TG-B",
        "hasil": "ganda",
        "ganda_dengan": "TG-A",
        "tanggal": pd.Timestamp("2026-04-11"),
    }
    told = answers(line, {"id_tugas": "TG-A", "nama_perbaikan": "SITI AMINAH"})
    rows = {Registry.P3KE: placed("p3ke"), Registry.BPS: placed("bps")}
    twins = twin_records(told, tasks(), held)
    decisions = field_decisions(twins, DECISIONS.empty(), rows)
    one = by_record(without_twins(told, twins, decisions), held)
    shown = with_answers(merged(), one, nowhere(), {})
    assert shown.loc[0, ["hasil_kunjungan", "nama"]].tolist() == ["ditemukan", "SITI AMINAH"]
    # nobody said that they are one: the line stays a duplicate
    two = by_record(without_twins(told, twins, DECISIONS.empty()), held)
    assert two["bps"].loc["bps:1", "hasil"] == "ganda"


@pytest.mark.parametrize(("point", "village"), [(None, VILLAGE), (OTHER, OTHER)])
def test_a_point_in_no_village_moves_nobody(point: str | None, village: str) -> None:
    told = by_record(
        answers({"id_tugas": "TG-A", "lintang": 48.85, "bujur": 2.35}), history(A=("p3ke:1", "bps:1"))
    )
    located = placed("p3ke", record_id="TG-A", kode_desa=OTHER, desa_titik=point).set_index("record_id")
    rows = merged().assign(kode_desa=VILLAGE)
    shown = with_answers(rows, told, located, {})
    assert shown.loc[0, "kode_desa"] == village
    assert pd.notna(shown.loc[0, "asal_lokasi"]) == (point is not None)


def test_an_answer_follows_its_records_to_another_id() -> None:
    before = history(A=("p3ke:1", None), B=(None, "bps:1"))
    after = pd.concat(
        [history(A=("p3ke:1", "bps:1")), history(B=(None, "bps:1")).assign(peristiwa="digantikan")],
        ignore_index=True,
    )
    told = answers({"id_tugas": "TG-B"})
    assert set(before["id_rekon"]) == {"A", "B"}
    assert current_ids(told, after).tolist() == ["A"]
    assert current_ids(answers({"id_tugas": "TG-C"}), after).isna().all()


#: name, answer, village written for it (code, name)
PLACES = [
    ("a measured point", {"lintang": -0.45, "bujur": 117.05}, (VILLAGE, None)),
    ("moved to a code", {"hasil": "pindah_dalam", "desa_tujuan": "6402052002"}, (OTHER, None)),
    ("moved to a name", {"hasil": "pindah_dalam", "desa_tujuan": "Loa Ulu"}, (None, "Loa Ulu")),
]


@pytest.mark.parametrize(("line", "village"), [case[1:] for case in PLACES], ids=[case[0] for case in PLACES])
def test_an_answer_tells_a_place(line: dict[str, Any], village: tuple[str | None, str | None]) -> None:
    areas = VILLAGES.build(
        pd.DataFrame(
            [[VILLAGE, "LOA", "64.02.05", "Loa Kulu", "64.02", "Kutai Kartanegara"]],
            columns=["kode_desa", "nama_desa", "kode_kec", "nama_kec", "kode_kab", "nama_kab"],
        )
    )
    rows = answered_places(answers({"id_tugas": "TG-A", **line}), tasks(), areas)
    assert rows["record_id"].tolist() == ["TG-A"]
    found = [None if pd.isna(one) else one for one in rows.loc[0, ["kode_wilayah", "nama_desa"]]]
    assert found == list(village)


def test_an_answer_without_place_is_none() -> None:
    areas = VILLAGES.empty()
    assert answered_places(answers({"id_tugas": "TG-A"}), tasks(), areas).empty
