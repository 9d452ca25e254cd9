"""What a result is worth against a truth: counts by hand on small worlds."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from reconcile.linkage.evaluate import (
    KEYS,
    NEEDED,
    TRUTH,
    Accuracy,
    accuracy,
    by_kind,
    calibration,
    count,
    curve,
    judge,
    result_pairs,
    threshold,
)
from reconcile.linkage.mistakes import CAUSES, mistakes
from reconcile.vocab import Registry

Row = dict[str, Any]


def row(number: str, status: str, p3ke: str = "", bps: str = "", **more: Any) -> Row:
    """Return a row of a result; records are named after their keys, and every head has a NIK."""
    told: Row = {"id_rekon": number, "status_padan": status, "skor": np.nan}
    for side, key in (("p3ke", p3ke), ("bps", bps)):
        if key:
            told |= {f"record_id_{side}": f"{side}:{key}", f"family_key_{side}": key, f"nik_{side}": "6"}
    return {**told, **more}


def result(*rows: Row) -> pd.DataFrame:
    table = pd.DataFrame(list(rows)).reindex(columns=list(NEEDED))
    text = [name for name in NEEDED if name != "skor"]
    return table.astype({**dict.fromkeys(text, "str"), "skor": "float64"})


def truth(*pairs: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(pairs), columns=TRUTH, dtype="str")


#: a-A right, b-B wrong (b-C is true), C in doubt with b2, d is a part of e-E, f-F is missed by both.
WORLD = result(
    row("1", "cocok", "a", "A", skor=0.99, alasan="NIK sama"),
    row("2", "cocok", "b", "B", skor=0.93, alasan="nama mirip"),
    row("3", "tinjau", bps="C", skor=0.4, id_tinjau="4"),
    row("4", "tinjau", "b2", skor=0.4, id_tinjau="3"),
    row("5", "cocok", "e", "E", skor=1.0),
    row("6", "bagian", "d", relasi="ganda", id_keluarga_utama="5"),
    row("7", "hanya_p3ke", "f", nik_p3ke=None),
    row("8", "hanya_bps", bps="F"),
)
TRUE = truth(
    ("a", "A", "sama"),
    ("b", "C", "pindah"),
    ("e", "E", "sama"),
    ("d", "E", "ganda"),
    ("f", "F", "sama"),
    ("q", "A", "sama"),
)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row("1", "cocok", "a", "A", skor=0.9)], ("a", "A", "cocok", 0.9)),
        (
            [row("1", "cocok", "a", "A", skor=0.9), row("2", "bagian", "b", id_keluarga_utama="1")],
            ("b", "A", "bagian", 0.9),
        ),
        (
            [row("1", "cocok", "a", "A", skor=0.9), row("2", "bagian", bps="B", id_keluarga_utama="1")],
            ("a", "B", "bagian", 0.9),
        ),
        (
            [
                row("1", "tinjau", "a", skor=0.3, id_tinjau="2"),
                row("2", "tinjau", bps="A", skor=0.3, id_tinjau="1"),
            ],
            ("a", "A", "tinjau", 0.3),
        ),
    ],
    ids=["matched", "part of P3KE", "part of BPS", "doubtful, once"],
)
def test_pairs_of_a_result(rows: list[Row], expected: tuple[str, str, str, float]) -> None:
    pairs = result_pairs(result(*rows))
    assert tuple(pairs[[*KEYS, "status_padan", "skor"]].iloc[-1]) == expected
    assert len(pairs) == len(rows) - (expected[2] == "tinjau")


def test_a_part_without_key_is_not_given_that_of_the_family() -> None:
    whole = row("1", "cocok", "a", "A", skor=0.9)
    part = row("2", "bagian", record_id_p3ke="p3ke:7", id_keluarga_utama="1")
    judged = judge(result(whole, part), truth(("a", "A", "sama")))
    assert (judged.keyless, len(judged.pairs)) == (1, 1)


def test_counts_of_a_world() -> None:
    judged = judge(WORLD, TRUE)
    assert judged.accuracy() == Accuracy(right=3, found=4, true=6)
    assert judged.unknown == {Registry.P3KE: 1, Registry.BPS: 0}
    assert judged.keyless == 0
    kinds = by_kind(judged).set_index("jenis")
    counts = kinds[["tepat", "ditemukan", "sebenarnya"]]
    assert counts.apply(tuple, axis="columns").to_dict() == {
        "semua": (3, 4, 6),
        "sama": (2, 2, 4),
        "ganda": (1, 1, 1),
        # the wrong pair b-B stands where its family b belongs
        "pindah": (0, 1, 1),
        "tanpa_nik_satu_sisi": (0, 0, 1),
    }
    assert list(kinds.index)[:2] == ["semua", "sama"]
    of_truth = kinds[kinds["dasar"] == "kebenaran"]
    assert of_truth[counts.columns].sum().tolist() == counts.loc["semua"].tolist()
    assert np.isnan(kinds.loc["tanpa_nik_satu_sisi", "presisi"])
    assert kinds.loc["semua", "recall"] == 0.5


def test_causes_of_a_world_worst_first() -> None:
    extra = result(
        row("9", "cocok", "x", "X", skor=0.97),
        row("a1", "tinjau", "g", skor=0.3, id_tinjau="a2"),
        row("a2", "tinjau", bps="G", skor=0.3, id_tinjau="a1"),
    )
    world = pd.concat([WORLD, extra], ignore_index=True)
    true = pd.concat([TRUE, truth(("g", "G", "sama"))], ignore_index=True)
    listed = mistakes(judge(world, true), world)
    said = listed[["sebab", *KEYS, "kunci_bps_lain"]].fillna("").apply(tuple, axis="columns").tolist()
    assert said == [
        ("salah_tanpa_pasangan", "x", "X", ""),
        ("salah_tertukar", "b", "B", "C"),
        ("terlewat_lain", "b", "C", "B"),
        ("terlewat_sendiri", "f", "F", ""),
        ("terlewat_tinjau", "g", "G", ""),
        ("terlewat_kunci", "q", "A", ""),
    ]
    assert set(listed["sebab"]) == set(CAUSES)
    assert listed["record_id_p3ke"].tolist()[:2] == ["p3ke:x", "p3ke:b"]
    assert listed["alasan"].iloc[1] == "nama mirip"
    assert listed["kunci_p3ke_lain"].iloc[-1] == "a"


def test_the_curve_takes_doubtful_pairs_in_and_the_figures_do_not() -> None:
    world = result(
        row("1", "tinjau", "a", skor=0.45, id_tinjau="2"),
        row("2", "tinjau", bps="A", skor=0.45, id_tinjau="1"),
        row("3", "cocok", "b", "B", skor=0.95),
        row("4", "cocok", "c", "C", skor=1.0),
    )
    judged = judge(world, truth(("a", "A", "sama"), ("c", "C", "sama"), ("d", "D", "sama")))
    assert judged.accuracy() == Accuracy(1, 2, 3)
    points = curve(judged).set_index("ambang")
    assert points.index[0] == 0.45
    counts = points[["tepat", "ditemukan", "sebenarnya"]].apply(tuple, axis="columns")
    assert counts[[0.45, 0.46, 0.95, 0.96, 1.0]].tolist() == [
        (2, 3, 3),
        (1, 2, 3),
        (1, 2, 3),
        (1, 1, 3),
        (1, 1, 3),
    ]
    assert points["presisi"].iloc[-1] == 1.0


def test_calibration_counts_pairs_with_a_score_of_their_own() -> None:
    score = [0.2, 0.49, 0.5, 0.9, 0.95, 0.99, 1.0]
    rows = [row(str(n), "cocok", f"p{n}", f"b{n}", skor=s) for n, s in enumerate(score)]
    part = row("x", "bagian", "p9", id_keluarga_utama="6")
    true = truth(*((f"p{n}", f"b{n}", "sama") for n in (1, 5, 6)))
    bands = calibration(judge(result(*rows, part), true))
    assert bands[["dari", "sampai", "pasangan", "benar"]].apply(tuple, axis="columns").tolist() == [
        (0.2, 0.5, 2, 1),
        (0.5, 0.9, 1, 0),
        (0.9, 0.95, 1, 0),
        (0.95, 0.99, 1, 0),
        (0.99, 1.0, 2, 2),
    ]
    assert bands["bagian_benar"].iloc[0] == 0.5
    # Wilson's interval of 1 of 2, as tables give it
    assert bands.loc[0, ["bawah_95", "atas_95"]].tolist() == pytest.approx([0.0945, 0.9055], abs=1e-4)
    low = calibration(
        judge(result(row("1", "tinjau", "a", skor=0.1, id_tinjau="2"), row("2", "tinjau", bps="A")), true)
    )
    assert low[["dari", "pasangan"]].iloc[0].tolist() == [0.0, 1]


@pytest.mark.parametrize(
    ("match", "expected"),
    [(0.9, 0.9), (0.93, 0.93), (0.95, 0.93), (0.3, 0.93)],
    ids=["as configured", "at the lowest", "raised since", "lowered since"],
)
def test_the_threshold_of_a_run_is_the_configured_one_if_it_fits(match: float, expected: float) -> None:
    assert threshold(judge(WORLD, TRUE), match) == expected


def test_row_order_changes_nothing() -> None:
    one = judge(WORLD, TRUE)
    other = judge(WORLD.iloc[::-1].reset_index(drop=True), TRUE.iloc[::-1].reset_index(drop=True))
    for table in (by_kind, curve, calibration):
        pd.testing.assert_frame_equal(table(one), table(other))
    pd.testing.assert_frame_equal(mistakes(one, WORLD), mistakes(other, WORLD.iloc[::-1]))


def test_nothing_found() -> None:
    judged = judge(
        result(row("1", "hanya_p3ke", "a"), row("2", "hanya_bps", bps="A")), truth(("a", "A", "sama"))
    )
    assert judged.accuracy() == Accuracy(0, 0, 1)
    assert curve(judged)["ditemukan"].tolist() == [0]
    assert calibration(judged)["pasangan"].sum() == 0
    assert count(judged.pairs).precision == 0.0


def test_both_counts_of_accuracy_agree() -> None:
    judged = judge(WORLD, TRUE)
    accepted = result_pairs(WORLD).query("status_padan != 'tinjau'")
    assert accuracy(accepted[KEYS], TRUE[KEYS]) == judged.accuracy()
