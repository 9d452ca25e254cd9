"""Household evidence: members in common, and whether both lists have the same head at all."""

from typing import Any

import factory
import numpy as np
import pandas as pd
import pytest
from linkage_world import People, Row

from reconcile.linkage.compare import LEVELS, compare, counting, level_names
from reconcile.linkage.features import Features, Side, build_features
from reconcile.linkage.members import Shared, shared_members
from reconcile.linkage.spec import household_spec
from reconcile.linkage.values import MISSING

SPEC = household_spec()
#: Other families: their names are common, all others rare. Who shares a rare name shares some 15 bits.
OTHERS = pd.DataFrame({"nama": ["JONO"] * 2500 + ["SLAMET"] * 500})
READ = [column for feature in SPEC.features.values() for column in feature.columns]

RINA = {"nama": "RINA WATI", "tanggal_lahir": "2011-03-04"}
DODI = {"nama": "DODI SAPUTRA", "tanggal_lahir": "2014-05-06"}
FAJAR = {"nama": "FAJAR NUGROHO", "tanggal_lahir": "2016-07-08"}
GITA = {"nama": "GITA MAHARANI", "tanggal_lahir": "2019-09-10"}
SLAMET = {"nama": "SLAMET", "tanggal_lahir": "2012-01-15"}
SITI = {"nama": "SITI AMINAH", "tanggal_lahir": "1980-05-17"}
BUDI = {"nama": "BUDI SANTOSO", "tanggal_lahir": "1978-03-12"}
NO_NIK: Row = {"nik": None}
SITI_HEAD: Row = {**SITI, **NO_NIK}
BUDI_HEAD: Row = {**BUDI, **NO_NIK, "jenis_kelamin": "L"}
NIK = "6402064201100001"
HEAD_NIK = "6402065705800001"

MEMBERS: list[tuple[str, People, People, str | None]] = [
    # what is tried, members of either family, whose heads are one; level (None: nothing to say)
    ("three of three", (RINA, DODI, FAJAR), (FAJAR, RINA, DODI), "all_strong"),
    ("three of four", (RINA, DODI, FAJAR, GITA), (FAJAR, RINA, DODI, SLAMET), "strong"),
    ("all of the smaller family", (RINA, DODI, FAJAR, GITA), (FAJAR, RINA, DODI), "all_strong"),
    ("two of two", (RINA, DODI), (DODI, RINA), "all_good"),
    ("two of three", (RINA, DODI, GITA), (DODI, RINA, SLAMET), "good"),
    ("one of one", (RINA,), (RINA, DODI), "all_fair"),
    ("one of two", (RINA, GITA), (RINA, DODI), "fair"),
    ("one with a common name", (SLAMET,), (SLAMET,), "little"),
    ("one with a common name of two", (SLAMET, GITA), (SLAMET, DODI), "little"),
    ("a member and one who is alike are all", (RINA, DODI), (RINA, {**DODI, "nama": "DODYS"}), "all_fair"),
    ("a year off by one", ({**RINA, "tanggal_lahir": "2012-09-09"},), (RINA,), "all_fair"),
    ("no birth date", ({**RINA, "tanggal_lahir": None},), (RINA,), "all_fair"),
    ("NIK alone", ({"nama": None, "nik": NIK},), ({"nama": None, "nik": NIK},), "little"),
    ("same name, another year", ({**RINA, "tanggal_lahir": "2005-03-04"},), (RINA,), "alike"),
    ("two letters and the year", ({**RINA, "nama": "RIKA"},), (RINA,), "none"),
    ("first letters and the year", ({**RINA, "nama": "RINAH"},), (RINA,), "alike"),
    ("first word and the year", ({**RINA, "nama": "RINA KUMALA"},), (RINA,), "alike"),
    ("nobody", (RINA,), (DODI,), "none"),
    ("one family without members", (), (DODI,), None),
    ("no members at all", (), (), None),
    # the head stands among the members too, and is no member in common
    ("the head's own row", ({**SITI, "hubungan": "kepala"},), ({**SITI, "hubungan": "kepala"},), None),
    ("the head's own row, told by the NIK", ({**RINA, "nik": HEAD_NIK},), (RINA,), None),
    ("the head's own row without a date", ({**SITI, "hubungan": None},), (RINA,), None),
]

HEADS: list[tuple[str, Row, Row, People, People, str | None, str | None]] = [
    # what is tried, heads, other members; level of the heads, level of the members
    ("one head", SITI_HEAD, SITI_HEAD, (), (), "same", None),
    ("one head, misspelt", SITI_HEAD, {**SITI_HEAD, "nama": "SITI AMINA"}, (), (), "same", None),
    (
        "one head by NIK, another name",
        {"nama": "BUDI SANTOSO", "tanggal_lahir": None},
        {},
        (),
        (),
        "same",
        None,
    ),
    (
        "one head by birth date, another name",
        {**SITI_HEAD, "nama": "RUSDIANA"},
        SITI_HEAD,
        (),
        (),
        "same",
        None,
    ),
    ("each is a member there", BUDI_HEAD, SITI_HEAD, (SITI,), (BUDI,), "both", None),
    ("each is a member there, a child too", BUDI_HEAD, SITI_HEAD, (SITI, RINA), (BUDI, RINA), "both", "fair"),
    ("one is a member there, of a rare name", BUDI_HEAD, SITI_HEAD, (SITI,), (RINA,), "one_rare", None),
    (
        "one is a member there, of a common name",
        BUDI_HEAD,
        {**NO_NIK, **SLAMET},
        (SLAMET, RINA),
        (DODI,),
        "one",
        None,
    ),
    (
        "one is a member there and the children are the same",
        BUDI_HEAD,
        SITI_HEAD,
        (SITI, RINA, DODI),
        (RINA, DODI),
        "one_rare",
        "all_good",
    ),
    (
        "one may be a member there",
        BUDI_HEAD,
        SITI_HEAD,
        ({**SITI, "nama": "SITI RAHMAH"}, RINA),
        (DODI,),
        "likely",
        "none",
    ),
    ("two heads", BUDI_HEAD, SITI_HEAD, (RINA,), (DODI,), "another", "none"),
    (
        "two heads, children in common",
        BUDI_HEAD,
        SITI_HEAD,
        (RINA, DODI),
        (RINA, DODI),
        "another",
        "all_good",
    ),
    (
        "two heads of one NIK's start",
        {"nama": "BUDI", "nik": "6402065705800099", "tanggal_lahir": None},
        {"tanggal_lahir": None},
        (),
        (),
        "another",
        None,
    ),
    (
        "a name alone",
        {**NO_NIK, "tanggal_lahir": None},
        {**NO_NIK, "tanggal_lahir": None},
        (),
        (),
        "same",
        None,
    ),
    ("nothing is known", {**NO_NIK, "nama": None, "tanggal_lahir": None}, SITI_HEAD, (), (), None, None),
]


def table(household: Row, members: People) -> Side:
    rows = pd.DataFrame([{name: {**factory.HOUSEHOLD, **household}.get(name) for name in READ}])
    people = pd.DataFrame(
        [{name: one.get(name) for name in ("nama", "nik", "tanggal_lahir")} for one in members]
    )
    dated = [
        frame.assign(tanggal_lahir=pd.to_datetime(frame["tanggal_lahir"], format="%Y-%m-%d"))
        for frame in (rows, people.reindex(columns=["nama", "nik", "tanggal_lahir"]))
    ]
    return Side(pd.concat([dated[0], OTHERS], ignore_index=True), dated[1].assign(row=0))


def features_of(left: Side, right: Side) -> tuple[Features, np.ndarray, np.ndarray]:
    """Return the features and the one pair of rows that is tried."""
    features = build_features(SPEC, left, right)
    return features, np.array([0], dtype=np.int32), np.array([features.n_left], dtype=np.int32)


def levels(left: Side, right: Side, *, counted: bool = False) -> dict[str, str | None]:
    features, a, b = features_of(left, right)
    found = compare(features, SPEC, a, b)
    found = counting(SPEC, found) if counted else found
    names = {one.name: level_names(one) for one in SPEC.comparisons}
    return {name: None if level[0] == MISSING else names[name][level[0]] for name, level in found.items()}


def shared(of_left: People, of_right: People, left: Row = SITI_HEAD, right: Row = SITI_HEAD) -> Shared:
    features, a, b = features_of(table(left, of_left), table(right, of_right))
    return shared_members(features, ("nama", "lahir", "nik"), a, b)


@pytest.mark.parametrize("turned", [False, True], ids=["as given", "sides changed over"])
@pytest.mark.parametrize(
    ("tried", "of_left", "of_right", "level"), MEMBERS, ids=[case[0] for case in MEMBERS]
)
def test_members(tried: str, of_left: People, of_right: People, level: str | None, turned: bool) -> None:
    head = {**SITI_HEAD, "nik": HEAD_NIK}
    sides = [table(head, of_left), table(head, of_right)]
    assert levels(*(sides[::-1] if turned else sides))["anggota"] == level


def test_every_level_of_members_is_tried() -> None:
    assert {case[-1] for case in MEMBERS} == {*LEVELS["members"], None}


@pytest.mark.parametrize("turned", [False, True], ids=["as given", "sides changed over"])
@pytest.mark.parametrize("case", HEADS, ids=[case[0] for case in HEADS])
def test_heads(case: tuple[str, Row, Row, People, People, str | None, str | None], turned: bool) -> None:
    _, left, right, of_left, of_right, head, members = case
    sides = [table(left, of_left), table(right, of_right)]
    found = levels(*(sides[::-1] if turned else sides))
    assert (found["kepala"], found["anggota"]) == (head, members)


def test_every_level_of_heads_is_tried() -> None:
    assert {case[-2] for case in HEADS} == {*LEVELS["head"], None}


COUNTS: list[tuple[str, People, People, tuple[int, int, int]]] = [
    # members of either; those in common, those who may be, the size of the smaller list
    ("all", (RINA, DODI), (DODI, RINA), (2, 0, 2)),
    ("nobody", (RINA,), (DODI, FAJAR), (0, 0, 1)),
    ("one who stands twice in one list", (RINA, RINA), (RINA, DODI), (1, 0, 2)),
    ("one who stands twice in both", (RINA, RINA), (RINA, RINA), (2, 0, 2)),
    ("one who may be two", ({**RINA, "nama": "RINAH"},), (RINA, {**RINA, "nama": "RINATI"}), (0, 1, 1)),
    ("none on one side", (), (RINA,), (0, 0, 0)),
    ("a crowd", (SLAMET,) * 12, (SLAMET,) * 15, (12, 0, 12)),
]


@pytest.mark.parametrize(("tried", "of_left", "of_right", "counts"), COUNTS, ids=[case[0] for case in COUNTS])
def test_counts(tried: str, of_left: People, of_right: People, counts: tuple[int, int, int]) -> None:
    found = shared(of_left, of_right)
    assert (int(found.same[0]), int(found.alike[0]), int(found.smaller[0])) == counts


CROSSED: list[tuple[str, Row, Row, People, People, tuple[int, int]]] = [
    # heads, members of either; heads who are a member there, and who may be
    ("nobody", BUDI_HEAD, SITI_HEAD, (RINA,), (RINA,), (0, 0)),
    ("one", BUDI_HEAD, SITI_HEAD, (SITI,), (RINA,), (1, 1)),
    ("both", BUDI_HEAD, SITI_HEAD, (SITI,), (BUDI,), (2, 2)),
    ("one who may be", BUDI_HEAD, SITI_HEAD, ({**SITI, "nama": "SITI RAHMAH"},), (RINA,), (0, 1)),
    ("the same head is nobody's member", SITI_HEAD, SITI_HEAD, (BUDI,), (BUDI,), (0, 0)),
]


@pytest.mark.parametrize(
    ("tried", "left", "right", "of_left", "of_right", "counts"), CROSSED, ids=[case[0] for case in CROSSED]
)
def test_heads_who_are_members_there(
    tried: str, left: Row, right: Row, of_left: People, of_right: People, counts: tuple[int, int]
) -> None:
    found = shared(of_left, of_right, left, right)
    assert (int(found.crossed[0]), int(found.maybe_crossed[0])) == counts


def test_a_rare_name_says_more_than_a_common_one() -> None:
    rare, common = shared((RINA,), (RINA,)).bits[0], shared((SLAMET,), (SLAMET,)).bits[0]
    # the birth year alone, at least
    assert rare > common + 6 > 10
    assert shared((RINA, DODI), (RINA, DODI)).bits[0] == pytest.approx(2 * rare, abs=0.1)


def test_more_members_in_common_never_say_less() -> None:
    family = (RINA, DODI, FAJAR, GITA)
    bits = [float(shared(family[:n], family).bits[0]) for n in range(5)]
    assert bits == sorted(bits)
    assert bits[0] == 0


def test_what_members_say_is_the_same_from_both_sides() -> None:
    one, other = ({**RINA, "nik": NIK},), ({"nama": "SLAMET", "tanggal_lahir": "1999-01-01", "nik": NIK},)
    assert shared(one, other).bits[0] == pytest.approx(shared(other, one).bits[0])


def test_no_pairs_share_nobody() -> None:
    features, _, _ = features_of(table({}, (RINA,)), table({}, (RINA,)))
    none = np.empty(0, dtype=np.int32)
    found = shared_members(features, ("nama", "lahir", "nik"), none, none)
    assert {len(values) for values in vars(found).values()} == {0}


SILENT: list[tuple[str, Row, Row, People, People, set[str], set[str]]] = [
    # comparisons that say nothing, and those that say something
    (
        "a changed head",
        BUDI_HEAD,
        SITI_HEAD,
        (SITI,),
        (BUDI,),
        {"nik", "nama", "lahir", "lahir_nik", "jk"},
        {"kepala"},
    ),
    (
        "two heads",
        BUDI_HEAD,
        SITI_HEAD,
        (RINA,),
        (RINA,),
        {"nama", "lahir", "lahir_nik", "jk"},
        {"kepala", "anggota"},
    ),
    ("one NIK", {}, {}, (), (), {"lahir", "jk"}, {"nik", "nama", "lahir_nik"}),
    (
        "one NIK but for the serial",
        {"nik": "6402065705800099"},
        {},
        (),
        (),
        {"lahir", "jk"},
        {"nik", "lahir_nik"},
    ),
    ("two NIKs", {"nik": "6471065705800099"}, {}, (), (), {"lahir_nik"}, {"nik", "lahir", "jk"}),
    ("no NIK", NO_NIK, {}, (), (), {"nik", "lahir_nik"}, {"lahir", "jk", "nama"}),
    ("another village", {"kode_desa": "64.02.06.2002"}, {}, (), (), {"rtrw"}, {"desa"}),
    ("one village", {}, {}, (), (), set(), {"rtrw", "desa", "jumlah"}),
]


@pytest.mark.parametrize(
    ("tried", "left", "right", "of_left", "of_right", "silent", "heard"),
    SILENT,
    ids=[case[0] for case in SILENT],
)
def test_what_depends_on_another_comparison_counts_only_where_it_may(
    tried: str, left: Row, right: Row, of_left: People, of_right: People, silent: set[str], heard: set[str]
) -> None:
    found = levels(table(left, of_left), table(right, of_right), counted=True)
    assert {name for name in silent if found[name] is not None} == set()
    assert {name for name in heard if found[name] is None} == set()


def test_a_comparison_that_its_features_do_not_fit_is_a_fault_of_the_declaration() -> None:
    wrong: Any = SPEC.model_copy(
        update={"comparisons": (SPEC.comparisons[1].model_copy(update={"features": ("lahir",)}),)}
    )
    features, a, b = features_of(table({}, ()), table({}, ()))
    with pytest.raises(TypeError, match="identifier cannot use"):
        compare(features, wrong, a, b)
