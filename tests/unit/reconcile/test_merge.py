"""One row per real household: totals, doubtful pairs, places, ids."""

from typing import Any

import factory
import pandas as pd
import pytest
from finding_world import KEY, pairs_of

from reconcile.merge import merge_households
from reconcile.tables import PLACED, RECONCILED

Pair = tuple[str, str, str, float, str]
ULU, ILIR = "64.02.06.1001", "64.02.06.2002"


def merged(p3ke: pd.DataFrame, bps: pd.DataFrame, *pairs: Pair) -> pd.DataFrame:
    return merge_households(p3ke, bps, pairs_of(*pairs), key=KEY)


def pair(left: int, right: int, status: str = "cocok") -> Pair:
    return (f"p3ke:{left}", f"bps:{right}", status, 0.75, "nik_same")


TOTALS = [
    # P3KE, BPS, pairs, count per status
    (3, 2, (), {"hanya_p3ke": 3, "hanya_bps": 2}),
    (3, 2, (pair(1, 2),), {"cocok": 1, "hanya_p3ke": 2, "hanya_bps": 1}),
    (2, 2, (pair(1, 2), pair(2, 1)), {"cocok": 2}),
    (3, 2, (pair(1, 1, "tinjau"),), {"tinjau": 2, "hanya_p3ke": 2, "hanya_bps": 1}),
    (3, 3, (pair(1, 1), pair(3, 2, "tinjau")), {"cocok": 1, "tinjau": 2, "hanya_p3ke": 1, "hanya_bps": 1}),
    (2, 0, (), {"hanya_p3ke": 2}),
    (0, 2, (), {"hanya_bps": 2}),
    (0, 0, (), {}),
]


@pytest.mark.parametrize(("left", "right", "pairs", "counts"), TOTALS)
def test_no_household_is_lost_or_told_twice(
    left: int, right: int, pairs: tuple[Pair, ...], counts: dict[str, int]
) -> None:
    p3ke, bps = factory.placed("p3ke", *[{}] * left), factory.placed("bps", *[{}] * right)
    rows = merged(p3ke, bps, *pairs)
    assert rows["status_padan"].value_counts().to_dict() == counts
    assert len(rows) == left + right - counts.get("cocok", 0)
    for side, table in (("p3ke", p3ke), ("bps", bps)):
        assert sorted(rows[f"record_id_{side}"].dropna()) == sorted(table["record_id"])
    assert list(rows.columns) == RECONCILED.names


def test_the_values_of_both_stand_side_by_side() -> None:
    p3ke = factory.placed("p3ke", {"nama": "SITI", "desil": 1, "no_kk": None})
    bps = factory.placed("bps", {"nama": "SITTI", "desil": 4, "terima_pkh": True})
    row = merged(p3ke, bps, pair(1, 1)).iloc[0]
    for side, table in (("p3ke", p3ke), ("bps", bps)):
        for column in PLACED.names:
            if column != "registry":
                told, given = row[f"{column}_{side}"], table.loc[0, column]
                assert pd.isna(told) if pd.isna(given) else told == given, column
    assert row[["skor", "jalur", "alasan"]].tolist() == [0.75, "nik_kepala", "nik_same"]


def test_who_is_known_on_one_side_has_nothing_on_the_other() -> None:
    row = merged(factory.placed("p3ke", {}), factory.placed("bps")).iloc[0]
    assert row[[c for c in RECONCILED.names if c.endswith("_bps")]].isna().all()
    assert row[["skor", "jalur", "alasan", "id_tinjau"]].isna().all()


def test_a_doubtful_pair_stays_two_rows_that_name_each_other() -> None:
    rows = merged(
        factory.placed("p3ke", {}, {}, {}),
        factory.placed("bps", {}, {}, {}),
        pair(1, 1),
        pair(2, 3, "tinjau"),
    )
    doubtful = rows[rows["status_padan"] == "tinjau"]
    one = doubtful[doubtful["record_id_p3ke"] == "p3ke:2"].iloc[0]
    two = doubtful[doubtful["record_id_bps"] == "bps:3"].iloc[0]
    assert (one["id_tinjau"], two["id_tinjau"]) == (two["id_rekon"], one["id_rekon"])
    assert doubtful["skor"].tolist() == [0.75, 0.75]
    assert doubtful["alasan"].tolist() == ["nik_same"] * 2
    assert rows.loc[rows["status_padan"] != "tinjau", "id_tinjau"].isna().all()


PLACES: list[tuple[str, dict[str, Any], dict[str, Any], tuple[Any, ...]]] = [
    # what is tried, P3KE, BPS; then village, how, kind of point and its longitude
    ("equally sure: BPS", {"kode_desa": ILIR}, {}, (ULU, "kode", "wakil_desa", 2.0)),
    ("P3KE surer", {"kode_desa": ILIR}, {"cara_lokasi": "nama"}, (ILIR, "kode", "wakil_desa", 1.0)),
    ("BPS surer", {"kode_desa": ILIR, "cara_lokasi": "nama"}, {}, (ULU, "kode", "wakil_desa", 2.0)),
    ("a code is surer than a coordinate", {}, {"cara_lokasi": "koordinat"}, (ULU, "kode", "wakil_desa", 1.0)),
    (
        "coordinate and code outrank a code",
        {"cara_lokasi": "koordinat_dan_kode", "posisi": "terukur", "kode_desa": ILIR},
        {},
        (ILIR, "koordinat_dan_kode", "terukur", 1.0),
    ),
    (
        "a measured point outranks one that stands for the village",
        {"posisi": "terukur"},
        {},
        (ULU, "kode", "terukur", 1.0),
    ),
    (
        "so it does when the other is surer of the village",
        {},
        {"cara_lokasi": "nama", "posisi": "terukur"},
        (ULU, "kode", "terukur", 2.0),
    ),
    (
        "both measured: the point of the village that is counted",
        {"cara_lokasi": "koordinat_dan_kode", "posisi": "terukur", "kode_desa": ILIR},
        {"cara_lokasi": "koordinat", "posisi": "terukur"},
        (ILIR, "koordinat_dan_kode", "terukur", 1.0),
    ),
    (
        "both measured and equally sure: BPS",
        {"posisi": "terukur"},
        {"posisi": "terukur"},
        (ULU, "kode", "terukur", 2.0),
    ),
    (
        "one not placed at all",
        {},
        {"kode_desa": None, "cara_lokasi": "tidak_terpetakan", "posisi": "tanpa_titik", "titik_bujur": None},
        (ULU, "kode", "wakil_desa", 1.0),
    ),
    (
        "neither placed",
        {"kode_desa": None, "cara_lokasi": "tidak_terpetakan", "posisi": "tanpa_titik", "titik_bujur": None},
        {"kode_desa": None, "cara_lokasi": "tidak_terpetakan", "posisi": "tanpa_titik", "titik_bujur": None},
        (None, "tidak_terpetakan", "tanpa_titik", None),
    ),
]


@pytest.mark.parametrize(("tried", "left", "right", "place"), PLACES, ids=[p[0] for p in PLACES])
def test_the_surer_place_counts(
    tried: str, left: dict[str, Any], right: dict[str, Any], place: tuple[Any, ...]
) -> None:
    p3ke, bps = (
        factory.placed(side, {"titik_bujur": x, **row})
        for side, x, row in (("p3ke", 1.0, left), ("bps", 2.0, right))
    )
    row = merged(p3ke, bps, pair(1, 1)).iloc[0]
    found = row[["kode_desa", "cara_lokasi", "posisi", "titik_bujur"]]
    assert tuple(None if pd.isna(value) else value for value in found) == place


def test_a_household_of_one_registry_keeps_its_own_place() -> None:
    lost = {"kode_desa": None, "cara_lokasi": "tidak_terpetakan", "posisi": "tanpa_titik"}
    rows = merged(factory.placed("p3ke", {"kode_desa": ILIR}, lost), factory.placed("bps", {})).set_index(
        "record_id_p3ke"
    )
    assert rows.loc["p3ke:1", ["kode_desa", "cara_lokasi", "posisi"]].tolist() == [ILIR, "kode", "wakil_desa"]
    assert rows.loc["p3ke:2", "cara_lokasi"] == "tidak_terpetakan"


def test_ids_depend_neither_on_row_order_nor_on_other_households() -> None:
    p3ke, bps = factory.placed("p3ke", *[{}] * 5), factory.placed("bps", *[{}] * 4)
    pairs = (pair(1, 1), pair(4, 2), pair(2, 3, "tinjau"))
    rows = merged(p3ke, bps, *pairs)
    mixed = merged(p3ke.sample(frac=1, random_state=1), bps.sample(frac=1, random_state=2), *reversed(pairs))
    pd.testing.assert_frame_equal(rows, mixed)
    fewer = merged(p3ke.iloc[:4], bps, *pairs)
    assert set(fewer["id_rekon"]) < set(rows["id_rekon"])


def test_ids_are_unique_keyed_and_tell_nothing() -> None:
    p3ke, bps = factory.placed("p3ke", *[{}] * 5), factory.placed("bps", *[{}] * 4)
    rows = merged(p3ke, bps, pair(1, 1))
    assert rows["id_rekon"].is_unique
    assert rows["id_rekon"].str.fullmatch(r"[B-Z]{5}-[B-Z]{5}-[B-Z]{5}").all()
    other = merge_households(p3ke, bps, pairs_of(pair(1, 1)), key=KEY[::-1])
    assert not set(other["id_rekon"]) & set(rows["id_rekon"])
