"""How far two households agree, field by field; what is not known says nothing."""

from typing import Any

import factory
import numpy as np
import pytest

from reconcile.linkage.comparisons import compare
from reconcile.linkage.keys import MAX_PERSONS, Keys, build_keys
from reconcile.linkage.model import FIELDS, MISSING
from reconcile.linkage.score import reasons, scores

Row = dict[str, Any]
People = tuple[Row, ...]

RINA = {"nama": "RINA WATI", "tanggal_lahir": "2011-03-04"}
DODI = {"nama": "DODI SAPUTRA", "tanggal_lahir": "2014-05-06"}
SITI = {"nama": "SITI AMINAH", "tanggal_lahir": "1980-05-17"}
BUDI = {"nama": "BUDI SANTOSO", "tanggal_lahir": "1978-03-12"}
NO_NIK = {"nik": None}
BUDI_HEAD = {**BUDI, **NO_NIK}

LEVELS: list[tuple[str, str | None, Row, Row, People, People]] = [
    # field, level (None: nothing to say), P3KE, BPS (changes of factory.HOUSEHOLD), members of either
    ("nik", "same", {}, {}, (), ()),
    ("nik", "near", {"nik": "6402065705800002"}, {}, (), ()),
    # two digits changed over are one slip
    ("nik", "near", {"nik": "6402065705080001"}, {}, (), ()),
    ("nik", "other", {"nik": "6472065705800002"}, {}, (), ()),
    ("nik", None, NO_NIK, {}, (), ()),
    ("nik", None, NO_NIK, NO_NIK, (), ()),
    ("nama", "same", {}, {}, (), ()),
    ("nama", "same", {"nama": "HJ. SITTI AMINAH"}, {}, (), ()),
    ("nama", "same", {"nama": "SJAMSOEDDIN"}, {"nama": "SYAMSUDIN"}, (), ()),
    ("nama", "part", {"nama": "SITI"}, {}, (), ()),
    ("nama", "part", {"nama": "AMINAH SITI"}, {}, (), ()),
    ("nama", "part", {"nama": "SITIAMINAH"}, {}, (), ()),
    ("nama", "part", {"nama": "SITI AMINAH SITI"}, {}, (), ()),
    # a word of one letter more is no word of the other
    ("nama", "close", {"nama": "SITI AMINA"}, {}, (), ()),
    ("nama", "close", {"nama": "SITI AMINAHS"}, {}, (), ()),
    ("nama", "similar", {"nama": "SITI RAHMAH"}, {}, (), ()),
    ("nama", "other", {"nama": "RUSDIANA"}, {}, (), ()),
    ("nama", None, {"nama": None}, {}, (), ()),
    ("lahir", "same", NO_NIK, {}, (), ()),
    ("lahir", "parts", {**NO_NIK, "tanggal_lahir": "1980-05-18"}, {}, (), ()),
    ("lahir", "parts", {**NO_NIK, "tanggal_lahir": "1982-05-17"}, {}, (), ()),
    ("lahir", "parts", {**NO_NIK, "tanggal_lahir": "1980-03-04"}, {"tanggal_lahir": "1980-04-03"}, (), ()),
    # a day that is written when only the year is known agrees with any day of the year
    ("lahir", "default", {**NO_NIK, "tanggal_lahir": "1980-07-01"}, {}, (), ()),
    ("lahir", "default", {**NO_NIK, "tanggal_lahir": "1980-12-31"}, {"tanggal_lahir": "1980-12-31"}, (), ()),
    ("lahir", "year", {**NO_NIK, "tanggal_lahir": "1980-09-28"}, {}, (), ()),
    ("lahir", "other", {**NO_NIK, "tanggal_lahir": "1966-09-28"}, {}, (), ()),
    ("lahir", "other", {**NO_NIK, "tanggal_lahir": "1984-05-17"}, {}, (), ()),
    ("lahir", None, {**NO_NIK, "tanggal_lahir": None}, {}, (), ()),
    # an equal NIK holds the date already
    ("lahir", None, {}, {}, (), ()),
    ("lahir_nik", "same", {}, {}, (), ()),
    ("lahir_nik", "default", {"tanggal_lahir": "1980-01-01"}, {}, (), ()),
    ("lahir_nik", "parts", {"tanggal_lahir": "1980-05-18"}, {}, (), ()),
    ("lahir_nik", "year", {"tanggal_lahir": "1980-09-28"}, {}, (), ()),
    ("lahir_nik", "other", {"tanggal_lahir": "1966-09-28"}, {}, (), ()),
    ("lahir_nik", None, NO_NIK, {}, (), ()),
    ("jk", "same", {}, {}, (), ()),
    ("jk", "other", {"jenis_kelamin": "L"}, {}, (), ()),
    ("jk", None, {"jenis_kelamin": None}, {}, (), ()),
    ("desa", "same", {}, {}, (), ()),
    ("desa", "district", {"kode_desa": "64.02.06.2002"}, {}, (), ()),
    ("desa", "regency", {"kode_desa": "64.02.19.2001"}, {}, (), ()),
    ("desa", "other", {"kode_desa": "64.07.01.2001"}, {}, (), ()),
    ("desa", None, {"kode_desa": None}, {}, (), ()),
    ("rtrw", "same", {}, {}, (), ()),
    ("rtrw", "one", {"rt": 9}, {}, (), ()),
    ("rtrw", "other", {"rt": 9, "rw": 9}, {}, (), ()),
    ("rtrw", None, {"rt": None}, {}, (), ()),
    # every village has an RT 1
    ("rtrw", None, {"kode_desa": "64.02.06.2002"}, {}, (), ()),
    ("anggota", "several", {}, {}, (RINA, DODI), (DODI, RINA)),
    ("anggota", "all_one", {}, {}, (RINA,), (RINA, DODI)),
    ("anggota", "one", {}, {}, (RINA, BUDI), (RINA, DODI)),
    ("anggota", "none", {}, {}, (RINA,), (DODI,)),
    ("anggota", None, {}, {}, (), (DODI,)),
    # the head stands among the members too, and is no member in common
    ("anggota", None, {}, {}, ({**SITI, "hubungan": "kepala"},), (SITI,)),
    (
        "anggota",
        "all_one",
        {},
        {},
        ({"nama": None, "nik": "6402064201100001"},),
        ({"nik": "6402064201100001"},),
    ),
    ("kepala", "changed_both", BUDI_HEAD, NO_NIK, (SITI, RINA), (BUDI, RINA)),
    ("kepala", "changed_one", BUDI_HEAD, NO_NIK, (SITI,), (RINA,)),
    ("kepala", None, BUDI_HEAD, NO_NIK, (RINA,), (RINA,)),
    ("kepala", None, {}, {}, (RINA,), (RINA,)),
    # when the head has changed, his own fields say nothing against the pair
    ("nama", None, BUDI_HEAD, NO_NIK, (SITI, RINA), (BUDI, RINA)),
    ("jk", None, {**BUDI_HEAD, "jenis_kelamin": "L"}, NO_NIK, (SITI,), (BUDI,)),
    ("lahir", None, BUDI_HEAD, NO_NIK, (SITI,), (BUDI,)),
]


def keys_of(rows: list[tuple[Row, Row, People, People]]) -> Keys:
    sides = [factory.placed(side, *(row[n] for row in rows)) for n, side in enumerate(("p3ke", "bps"))]
    people = [
        factory.members(
            side,
            *(
                {"record_id": f"{side}:{i}", **one}
                for i, row in enumerate(rows, start=1)
                for one in row[n + 2]
            ),
        )
        for n, side in enumerate(("p3ke", "bps"))
    ]
    return build_keys(*sides, *people)


@pytest.fixture(scope="module")
def levels() -> dict[str, np.ndarray]:
    keys = keys_of([case[2:] for case in LEVELS])
    left = np.arange(len(LEVELS))
    return dict(compare(keys, left, left + len(LEVELS)))


@pytest.mark.parametrize("place", range(len(LEVELS)), ids=[f"{case[0]} {case[1]}" for case in LEVELS])
def test_levels(place: int, levels: dict[str, np.ndarray]) -> None:
    name, wanted = LEVELS[place][:2]
    field = next(field for field in FIELDS if field.name == name)
    assert levels[name][place] == (MISSING if wanted is None else field.index(wanted))


def test_every_level_of_the_model_is_tried() -> None:
    tried = {f"{name}_{level}" for name, level, *_ in LEVELS if level}
    assert tried == {level.name for field in FIELDS for level in field.levels}


def test_comparing_is_the_same_whichever_side_is_first(levels: dict[str, np.ndarray]) -> None:
    keys = keys_of([(right, left, of_right, of_left) for _, _, left, right, of_left, of_right in LEVELS])
    left = np.arange(len(LEVELS))
    mirrored = compare(keys, left, left + len(LEVELS))
    assert {name: level.tolist() for name, level in mirrored.items()} == {
        name: level.tolist() for name, level in levels.items()
    }


def test_a_large_family_is_compared_by_its_first_members_whatever_their_order() -> None:
    crowd = tuple({"nama": f"ANAK {chr(65 + n)}{chr(75 + n)}"} for n in range(MAX_PERSONS + 3))
    keys = keys_of([({}, {}, crowd, crowd[::-1])])
    assert keys.sizes.tolist() == [MAX_PERSONS, MAX_PERSONS]
    assert keys.member_names[0].tolist() == keys.member_names[1].tolist()


def test_a_member_without_family_is_nobodys() -> None:
    orphan = factory.members("p3ke", {**RINA, "record_id": None}, {**DODI, "record_id": "p3ke:9"})
    keys = build_keys(factory.placed("p3ke", {}), factory.placed("bps", {}), orphan, factory.members("bps"))
    assert keys.sizes.tolist() == [0, 0]


def one_pair(**named: int) -> dict[str, np.ndarray]:
    return {field.name: np.array([named.get(field.name, MISSING)], dtype=np.int8) for field in FIELDS}


def test_without_evidence_the_odds_are_those_of_a_random_pair() -> None:
    # 50 of 100 x 100 pairs are expected to be one family
    assert scores(one_pair(), 100, 100)[0] == pytest.approx(50 / 10_000)


def test_evidence_multiplies_the_odds() -> None:
    sex = next(field for field in FIELDS if field.name == "jk")
    probability = scores(one_pair(jk=0), 100, 100)[0]
    prior = 50 / 9_950
    assert probability / (1 - probability) == pytest.approx(
        prior * sex.levels[0].m / sex.levels[0].u, rel=1e-6
    )


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_stronger_level_never_scores_less(field: Any) -> None:
    by_level = [scores(one_pair(**{field.name: n}), 1000, 1000)[0] for n in range(len(field.levels))]
    assert by_level == sorted(by_level, reverse=True)


@pytest.mark.parametrize(("left", "right"), [(1, 1), (1, 100_000), (3, 2)])
def test_scores_are_probabilities_whatever_the_sizes(left: int, right: int) -> None:
    best = scores(one_pair(**{field.name: 0 for field in FIELDS}), left, right)[0]
    worst = scores(one_pair(**{field.name: len(field.levels) - 1 for field in FIELDS}), left, right)[0]
    assert 0 <= worst <= best <= 1


def test_reasons_name_the_levels_in_the_order_of_the_model() -> None:
    three = {
        field.name: np.array([0, MISSING, len(field.levels) - 1], dtype=np.int8)
        if field.name in {"desa", "nik"}
        else np.array([MISSING] * 3, dtype=np.int8)
        for field in FIELDS
    }
    assert reasons(three).tolist() == ["nik_same desa_same", "", "nik_other desa_other"]


def test_no_pairs_have_no_reasons() -> None:
    nothing = {field.name: np.empty(0, dtype=np.int8) for field in FIELDS}
    assert reasons(nothing).empty
    assert scores(nothing, 0, 0).tolist() == []
