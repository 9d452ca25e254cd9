"""Which pairs are looked at: each pass finds its case, and what a pass leaves to the others is counted."""

from typing import Any

import factory
import numpy as np
import pytest
from linkage_world import Told, sides

from reconcile.linkage.blocking import Candidates, PassYield, candidate_pairs, mixed, pass_names
from reconcile.linkage.features import build_features
from reconcile.linkage.spec import household_spec

Row = dict[str, Any]
SPEC = household_spec()
NONE = np.empty((0, 2), dtype=np.int64)

HEAD = {name: factory.HOUSEHOLD[name] for name in ("nama", "nik", "tanggal_lahir")}
#: A family that has nothing in common with factory.HOUSEHOLD.
STRANGER: Row = {
    "nama": "RUSDIANA",
    "nik": "7371120101660003",
    "tanggal_lahir": "1966-11-22",
    "kode_desa": "64.07.01.2001",
    "rt": 8,
    "rw": 7,
}
RINA = {"nama": "RINA WATI", "nik": "6402064403110002", "tanggal_lahir": "2011-03-04"}
DESA = {"kode_desa": "64.02.06.1001"}
KEC = {"kode_desa": "64.02.06.2002"}
KAB = {"kode_desa": "64.02.19.2001"}
NO_NIK = {"nik": None}

CASES: list[tuple[str, Row, Row, tuple[Row, ...], tuple[Row, ...], str]] = [
    # what they have in common; changes of either; members of either; the passes that find it
    ("nothing", {}, {}, (), (), ""),
    ("NIK of the heads", {}, {"nik": HEAD["nik"]}, (), (), "nik_kepala,nik_anggota"),
    ("family card", {"no_kk": "6402061705100001"}, {"no_kk": "6402061705100001"}, (), (), "kk"),
    (
        "NIK of a child",
        {},
        {},
        (RINA,),
        ({**RINA, "nama": "RINAWATI X", "tanggal_lahir": None},),
        "nik_anggota",
    ),
    ("head there is a member here", {}, {**STRANGER, **RINA}, ({**RINA, "nama": None},), (), "nik_anggota"),
    ("birth date in the village", {}, {**DESA, "tanggal_lahir": "1980-05-17"}, (), (), "lahir_desa"),
    ("birth date, other village", {}, {**KEC, "tanggal_lahir": "1980-05-17"}, (), (), ""),
    ("sound in the village", {}, {**DESA, "nama": "HJ. SITTI AMINAH"}, (), (), "nama_desa,nama_orang_desa"),
    (
        "name and birth date anywhere",
        {},
        {"nama": "SITI AMINAH", "tanggal_lahir": "1980-05-17"},
        (),
        (),
        "nama_lahir,orang_lahir,orang_langka",
    ),
    (
        "start of the name and year in the village",
        {},
        {**DESA, "nama": "SITIMAH", "tanggal_lahir": "1980-09-28"},
        (),
        (),
        "awalan_tahun_desa",
    ),
    ("start of the name, other year", {}, {**DESA, "nama": "SITIMAH"}, (), (), ""),
    (
        "birth date and two letters in the kecamatan",
        {},
        {**KEC, "nama": "SIKAMINAH", "tanggal_lahir": "1980-05-17"},
        (),
        (),
        "lahir_awalan_kec",
    ),
    (
        "birth date and two letters in the kabupaten",
        {},
        {**KAB, "nama": "SIKAMINAH", "tanggal_lahir": "1980-05-17"},
        (),
        (),
        "",
    ),
    (
        "name and year in the kecamatan",
        {},
        {**KEC, "nama": "SITI AMINAH", "tanggal_lahir": "1980-01-01"},
        (),
        (),
        "nama_tahun_kec,orang_kec,orang_langka,kata_langka_kab",
    ),
    (
        "RT, RW and two letters, no date and no NIK",
        {**NO_NIK, "tanggal_lahir": None},
        {**DESA, "nama": "SIKAMINAH", "rt": 1, "rw": 2},
        (),
        (),
        "rt_rw_awalan",
    ),
    ("RT and two letters, other RW", {}, {**DESA, "nama": "SIKAMINAH", "rt": 1}, (), (), ""),
    (
        "a child in the village",
        {},
        DESA,
        (RINA,),
        ({**RINA, "nik": None, "tanggal_lahir": "2011-01-01"},),
        "orang_desa,nama_orang_desa,orang_kec,orang_langka",
    ),
    (
        "the name of a child in the village",
        {},
        DESA,
        (RINA,),
        ({"nama": "RINAWATI", "tanggal_lahir": None},),
        "nama_orang_desa",
    ),
    (
        "a child in the kecamatan",
        {},
        KEC,
        (RINA,),
        ({**RINA, "nik": None, "tanggal_lahir": "2011-01-01"},),
        "orang_kec,orang_langka",
    ),
    ("a child anywhere", {}, {}, (RINA,), ({**RINA, "nik": None},), "orang_lahir,orang_langka"),
    (
        "a child of a rare name anywhere",
        {},
        {},
        (RINA,),
        ({**RINA, "nik": None, "tanggal_lahir": "2011-12-31"},),
        "orang_langka",
    ),
    (
        "NIK wrong in front, in the kabupaten",
        {},
        {**KAB, "nik": "6472995705800001"},
        (),
        (),
        "nik_akhir_kab",
    ),
    ("NIK wrong in front, elsewhere", {}, {"nik": "6472995705800001"}, (), (), ""),
    (
        "NIK wrong behind, with two letters",
        {},
        {"nama": "SIKAMINAH", "nik": "6402065705800099"},
        (),
        (),
        "nik_awal_nama",
    ),
    ("NIK wrong behind, other name", {}, {"nik": "6402065705800099"}, (), (), ""),
]


def candidates(
    left: list[Told], right: list[Told], decided: np.ndarray = NONE
) -> tuple[Candidates, dict[str, PassYield]]:
    features = build_features(SPEC, *sides(left, right))
    pairs, yields = candidate_pairs(features, SPEC, decided)
    return pairs, {one.name: one for one in yields}


@pytest.mark.parametrize(
    ("tried", "left", "right", "of_left", "of_right", "passes"), CASES, ids=[case[0] for case in CASES]
)
def test_a_case_is_found_by_its_passes(
    tried: str, left: Row, right: Row, of_left: tuple[Row, ...], of_right: tuple[Row, ...], passes: str
) -> None:
    pairs, _ = candidates([(left, of_left)], [({**STRANGER, **right}, of_right)])
    assert pass_names(pairs.passes, SPEC.passes).tolist() == ([passes] if passes else [])


def test_every_pass_has_a_case_of_its_own() -> None:
    tried = {name for case in CASES for name in case[-1].split(",") if name}
    assert tried == {one.name for one in SPEC.passes}


def test_the_rarest_word_of_a_name_is_enough_in_the_kabupaten() -> None:
    # what is rare depends on who else there is
    others: list[Told] = [
        ({"nama": "SITI", **NO_NIK, "tanggal_lahir": None, "kode_desa": None, "rt": None}, ())
    ] * 5
    left: Told = ({"nama": "SITI BUNGAI"}, ())
    right: Told = ({**STRANGER, **KAB, "nama": "BUNGAI", "tanggal_lahir": "1980-09-28"}, ())
    pairs, _ = candidates([left, *others], [right])
    assert pass_names(pairs.passes, SPEC.passes).tolist() == ["kata_langka_kab"]
    elsewhere: Told = ({**right[0], "kode_desa": STRANGER["kode_desa"]}, ())
    assert len(candidates([left, *others], [elsewhere])[0]) == 0


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_case_is_found_whichever_side_is_first(case: Any) -> None:
    _, left, right, of_left, of_right, passes = case
    pairs, _ = candidates([({**STRANGER, **right}, of_right)], [(left, of_left)])
    assert pass_names(pairs.passes, SPEC.passes).tolist() == ([passes] if passes else [])


MISSING_PARTS: list[tuple[str, Row]] = [
    ("no NIK", {"nik": None}),
    ("no family card", {"no_kk": None}),
    ("no name", {"nama": None}),
    ("a name without letters", {"nama": "123"}),
    ("no birth date", {"tanggal_lahir": None}),
    ("no village", {"kode_desa": None}),
    ("no RT", {"rt": None}),
]


@pytest.mark.parametrize(("tried", "missing"), MISSING_PARTS, ids=[case[0] for case in MISSING_PARTS])
def test_what_both_do_not_know_brings_nobody_together(tried: str, missing: Row) -> None:
    nothing = {**dict.fromkeys([*HEAD, "kode_desa", "rt", "rw"]), **missing}
    pairs, yields = candidates([(nothing, ()), ({}, ())], [(nothing, ()), (STRANGER, ())])
    assert len(pairs) == 0
    assert {one.pairs + one.capped_pairs for one in yields.values()} == {0}


def test_a_key_of_which_one_part_is_missing_joins_nobody() -> None:
    no_village = {**NO_NIK, "kode_desa": None}
    pairs, _ = candidates([(no_village, ())], [(no_village, ())])
    assert pass_names(pairs.passes, SPEC.passes).tolist() == ["nama_lahir,orang_lahir,orang_langka"]


def test_a_block_that_would_explode_is_left_out_and_counted() -> None:
    crowd: list[Told] = [({"nama": "SITI", **NO_NIK, "tanggal_lahir": None, "rt": None}, ())] * 61
    pairs, yields = candidates(crowd, crowd)
    assert yields["nama_desa"].cap < 61**2
    assert (yields["nama_desa"].pairs, yields["nama_desa"].capped_pairs) == (0, 61**2)
    assert len(pairs) == 0


def test_a_block_of_as_many_pairs_as_its_cap_is_whole() -> None:
    crowd: list[Told] = [({"nama": "SITI", **NO_NIK, "tanggal_lahir": None, "rt": None}, ())] * 60
    pairs, yields = candidates(crowd, crowd)
    assert (yields["nama_desa"].pairs, yields["nama_desa"].capped_pairs) == (60**2, 0)
    assert len(pairs) == 60**2


def test_one_block_too_large_leaves_the_others_alone() -> None:
    crowd: list[Told] = [({"nama": "SITI", **NO_NIK, "tanggal_lahir": None, "rt": None}, ())] * 61
    rare: Told = ({"nama": "BUNGAI LAMBUNG", **NO_NIK, "tanggal_lahir": None, "rt": None}, ())
    pairs, yields = candidates([*crowd, rare], [*crowd, rare])
    assert (yields["nama_desa"].pairs, yields["nama_desa"].capped_pairs) == (1, 61**2)
    assert (pairs.left.tolist(), pairs.right.tolist()) == ([61], [62 + 61])


ONCE: list[tuple[str, tuple[Row, ...]]] = [
    ("no rows", ()),
    ("the head's own row", ({**HEAD, "hubungan": "kepala"},)),
    ("the head twice more", (HEAD, HEAD)),
]


@pytest.mark.parametrize(("tried", "rows"), ONCE, ids=[case[0] for case in ONCE])
def test_caps_count_pairs_of_households(tried: str, rows: tuple[Row, ...]) -> None:
    same: list[Told] = [({}, rows)] * 10
    _, yields = candidates(same, same)
    for name in ("nik_anggota", "orang_desa", "nama_orang_desa"):
        assert (yields[name].pairs, yields[name].capped_pairs) == (100, 0)
    for name in ("orang_lahir", "orang_langka"):
        assert (yields[name].pairs, yields[name].capped_pairs) == (0, 100)


def test_a_household_is_once_under_a_key_though_two_members_have_it() -> None:
    namesakes = (
        {"nama": "RINA", "tanggal_lahir": "2011-03-04"},
        {"nama": "RINA", "tanggal_lahir": "2011-08-09"},
    )
    left = [({**NO_NIK, "nama": f"WARGA {a}{b}"}, namesakes) for a in "BD" for b in "KLMNP"]
    right = [({**STRANGER, **DESA, "nama": f"ORANG {a}{b}"}, namesakes) for a in "BD" for b in "KLMNP"]
    _, yields = candidates(left, right)
    assert (yields["nama_orang_desa"].pairs, yields["nama_orang_desa"].capped_pairs) == (100, 0)


def test_what_the_passes_bring_adds_up_to_the_candidates() -> None:
    left: list[Told] = [(case[1], case[3]) for case in CASES]
    right: list[Told] = [({**STRANGER, **case[2]}, case[4]) for case in CASES]
    pairs, yields = candidates(left, right)
    assert sum(one.new_pairs for one in yields.values()) == len(pairs)
    numbers = pairs.left.astype(np.int64) * 1000 + pairs.right
    assert (np.diff(numbers) > 0).all()
    for place, one in enumerate(SPEC.passes):
        assert int((pairs.passes >> np.uint32(place) & 1).sum()) == yields[one.name].pairs


def test_decided_pairs_are_candidates_whatever_the_passes_say() -> None:
    left: list[Told] = [({}, ()), ({"nama": "BUDI", "nik": None}, ())]
    right: list[Told] = [(STRANGER, ()), ({}, ())]
    # row 0 with the stranger, whom no pass finds, and with itself, whom all find
    pairs, yields = candidates(left, right, np.array([[0, 2], [0, 3]], dtype=np.int64))
    found = dict(
        zip(zip(pairs.left, pairs.right, strict=True), pass_names(pairs.passes, SPEC.passes), strict=True)
    )
    assert found[0, 2] == ""
    assert found[0, 3].startswith("nik_kepala,")
    assert sum(one.new_pairs for one in yields.values()) == len(pairs) - 1


@pytest.mark.parametrize(("left", "right"), [(0, 0), (0, 3), (3, 0)])
def test_an_empty_side_has_no_candidates(left: int, right: int) -> None:
    pairs, yields = candidates([({}, ())] * left, [({}, ())] * right)
    assert len(pairs) == 0
    assert {one.pairs for one in yields.values()} == {0}
    assert pass_names(pairs.passes, SPEC.passes).tolist() == []


def test_a_pass_says_what_it_is_for_and_whether_it_goes_by_a_number() -> None:
    _, yields = candidates([({}, ())], [({}, ())])
    assert yields["nik_kepala"].why == "NIK kepala sama"
    by_number = {name for name, one in yields.items() if one.by_identifier}
    assert by_number == {"nik_kepala", "kk", "nik_anggota", "nik_akhir_kab", "nik_awal_nama"}


def test_the_names_of_the_passes_of_a_pair() -> None:
    last = len(SPEC.passes) - 1
    bits = np.array([0b11, 0b1, 0, 1 << last], dtype=np.uint32)
    assert pass_names(bits, SPEC.passes).tolist() == [
        "nik_kepala,kk",
        "nik_kepala",
        "",
        SPEC.passes[last].name,
    ]


def test_mixed_keys_are_equal_only_where_all_parts_are() -> None:
    grid = np.indices((200, 200), dtype=np.int32).reshape(2, -1)
    keys = mixed(list(grid))
    assert len(np.unique(keys)) == 200 * 200
    assert (mixed([grid[0][::-1], grid[1][::-1]]) == keys[::-1]).all()
