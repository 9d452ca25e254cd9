"""One row per real household: totals, doubtful pairs, places, ids."""

from typing import Any

import factory
import pandas as pd
import pytest
from finding_world import KEY, pairs_of

from reconcile.merge import merge_households
from reconcile.tables import PLACED, RECONCILED, RELATIONS

Pair = tuple[str, str, str, float, str]
Part = tuple[str, str, str, int]
ULU, ILIR = "64.02.06.1001", "64.02.06.2002"


def merged(p3ke: pd.DataFrame, bps: pd.DataFrame, *pairs: Pair, parts: tuple[Part, ...] = ()) -> pd.DataFrame:
    return merge_households(p3ke, bps, pairs_of(*pairs), relations_of(*parts), key=KEY)


def relations_of(*parts: Part) -> pd.DataFrame:
    """Return RELATIONS of (P3KE record, BPS record, relation, persons in common)."""
    columns = ["record_p3ke", "record_bps", "relasi", "anggota_sama"]
    return RELATIONS.build(pd.DataFrame(list(parts), columns=columns)) if parts else RELATIONS.empty()


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
    assert row[["skor", "bobot", "jalur", "alasan"]].tolist() == [0.75, 20.0, "nik_kepala", "nik_same"]


def test_who_is_known_on_one_side_has_nothing_on_the_other() -> None:
    row = merged(factory.placed("p3ke", {}), factory.placed("bps")).iloc[0]
    assert row[[c for c in RECONCILED.names if c.endswith("_bps")]].isna().all()
    assert row[["skor", "bobot", "jalur", "alasan", "id_tinjau", "relasi", "id_keluarga_utama"]].isna().all()


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


def part(left: int, right: int, kind: str = "pecahan") -> Part:
    return (f"p3ke:{left}", f"bps:{right}", kind, 2)


PARTS: list[
    tuple[str, tuple[int, int], tuple[Pair, ...], tuple[Part, ...], dict[str, int], dict[str, str]]
] = [
    # what is tried, P3KE and BPS households, pairs, relations, count per status, relation per record
    (
        "one family here, two there",
        (1, 2),
        (pair(1, 1),),
        (part(1, 2),),
        {"cocok": 1, "bagian": 1},
        {"bps:2": "pecahan"},
    ),
    (
        "two here, one there",
        (2, 1),
        (pair(1, 1),),
        (part(2, 1, "gabungan"),),
        {"cocok": 1, "bagian": 1},
        {"p3ke:2": "gabungan"},
    ),
    (
        "written twice on both sides",
        (2, 2),
        (pair(1, 1),),
        (part(1, 2, "ganda"), part(2, 1, "ganda")),
        {"cocok": 1, "bagian": 2},
        {"bps:2": "ganda", "p3ke:2": "ganda"},
    ),
    (
        "three parts of one family",
        (1, 4),
        (pair(1, 1),),
        (part(1, 2), part(1, 3), part(1, 4, "ganda")),
        {"cocok": 1, "bagian": 3},
        {"bps:2": "pecahan", "bps:3": "pecahan", "bps:4": "ganda"},
    ),
    (
        "a part beside a doubtful pair and rows alone",
        (3, 4),
        (pair(1, 1), pair(2, 2, "tinjau")),
        (part(1, 3),),
        {"cocok": 1, "tinjau": 2, "bagian": 1, "hanya_p3ke": 1, "hanya_bps": 1},
        {"bps:3": "pecahan"},
    ),
    (
        "a family that has a partner of its own is no part",
        (2, 2),
        (pair(1, 1), pair(2, 2)),
        (part(1, 2), part(2, 1, "gabungan")),
        {"cocok": 2},
        {},
    ),
    (
        "a relation to a family that is not matched is none",
        (1, 1),
        (),
        (part(1, 1),),
        {"hanya_p3ke": 1, "hanya_bps": 1},
        {},
    ),
]


@pytest.mark.parametrize(
    ("tried", "sizes", "pairs", "parts", "counts", "kinds"), PARTS, ids=[case[0] for case in PARTS]
)
def test_a_part_stays_a_row_and_names_its_family(
    tried: str,
    sizes: tuple[int, int],
    pairs: tuple[Pair, ...],
    parts: tuple[Part, ...],
    counts: dict[str, int],
    kinds: dict[str, str],
) -> None:
    p3ke, bps = (
        factory.placed(side, *[{}] * size) for side, size in zip(("p3ke", "bps"), sizes, strict=True)
    )
    rows = merged(p3ke, bps, *pairs, parts=parts)
    assert rows["status_padan"].value_counts().to_dict() == counts
    for side, table in (("p3ke", p3ke), ("bps", bps)):
        assert sorted(rows[f"record_id_{side}"].dropna()) == sorted(table["record_id"])
    record = rows["record_id_p3ke"].fillna(rows["record_id_bps"])
    is_part = rows["status_padan"] == "bagian"
    assert dict(zip(record[is_part], rows.loc[is_part, "relasi"], strict=True)) == kinds
    whole = rows.loc[rows["status_padan"] == "cocok", "id_rekon"].tolist()
    assert rows.loc[is_part, "id_keluarga_utama"].tolist() == whole * len(kinds)
    assert rows.loc[~is_part, ["relasi", "id_keluarga_utama"]].isna().all(axis=None)
    assert rows.loc[is_part, ["skor", "id_tinjau"]].isna().all(axis=None)


def test_a_part_keeps_its_values_and_its_place() -> None:
    rows = merged(
        factory.placed("p3ke", {}),
        factory.placed("bps", {}, {"nama": "DODI", "kode_desa": ILIR}),
        pair(1, 1),
        parts=(part(1, 2),),
    )
    one = rows[rows["status_padan"] == "bagian"].iloc[0]
    assert (one["nama_bps"], one["kode_desa"], one["record_id_bps"]) == ("DODI", ILIR, "bps:2")
    assert one[[c for c in RECONCILED.names if c.endswith("_p3ke")]].isna().all()


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
    pairs, parts = (pair(1, 1), pair(4, 2), pair(2, 3, "tinjau")), (part(1, 4), part(3, 2, "gabungan"))
    rows = merged(p3ke, bps, *pairs, parts=parts)
    mixed = merged(
        p3ke.sample(frac=1, random_state=1),
        bps.sample(frac=1, random_state=2),
        *reversed(pairs),
        parts=parts[::-1],
    )
    pd.testing.assert_frame_equal(rows, mixed)
    fewer = merged(p3ke.iloc[:4], bps, *pairs)
    assert set(fewer["id_rekon"]) < set(rows["id_rekon"])


def test_ids_are_unique_keyed_and_tell_nothing() -> None:
    p3ke, bps = factory.placed("p3ke", *[{}] * 5), factory.placed("bps", *[{}] * 4)
    rows = merged(p3ke, bps, pair(1, 1))
    assert rows["id_rekon"].is_unique
    assert rows["id_rekon"].str.fullmatch(r"[B-Z]{5}-[B-Z]{5}-[B-Z]{5}").all()
    other = merge_households(p3ke, bps, pairs_of(pair(1, 1)), relations_of(), key=KEY[::-1])
    assert not set(other["id_rekon"]) & set(rows["id_rekon"])
