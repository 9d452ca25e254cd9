"""Who is surely in two rows: a NIK may be borrowed, a name and a birth date may be another's."""

import numpy as np
import pandas as pd
import pytest
from linkage_world import People, Row, sides

from reconcile.linkage.features import Side, build_features
from reconcile.linkage.people import COMMON, in_common, people_of
from reconcile.linkage.spec import FeatureSpec, LinkageSpec, household_spec

SPEC = household_spec()
RINA = {"nama": "RINA WATI", "tanggal_lahir": "2011-03-04", "nik": "6402064403110002"}
DODI = {"nama": "DODI SAPUTRA", "tanggal_lahir": "2014-05-06", "nik": "6402060605140001"}
NO_NIK: Row = {"nik": None}
#: So many that their name is common.
CROWD: People = ({"nama": "SLAMET", "tanggal_lahir": "1950-03-04"},) * (COMMON + 1)
SLAMET = {"nama": "SLAMET", "tanggal_lahir": "2010-05-05", "nik": None}

ONE_PERSON: list[tuple[str, Row, Row, bool]] = [
    # a member of either family: one person or not
    ("all the same", RINA, RINA, True),
    ("name and birth date", {**RINA, **NO_NIK}, RINA, True),
    ("name and birth date, the serial of the NIK wrong", {**RINA, "nik": "6402064403110099"}, RINA, True),
    # a NIK of another place speaks against it
    ("name and birth date, NIKs of two places", {**RINA, "nik": "7371124403110002"}, RINA, False),
    ("NIK and name", {**RINA, "tanggal_lahir": "2011-12-31"}, RINA, True),
    ("NIK and birth date", {**RINA, "nama": "SUMIATI"}, RINA, True),
    ("NIK and name, no date", {**RINA, "tanggal_lahir": None}, RINA, True),
    # a borrowed NIK
    ("NIK alone", {**DODI, "nik": RINA["nik"]}, RINA, False),
    ("NIK alone, nothing else known", {"nama": None, "tanggal_lahir": None, "nik": RINA["nik"]}, RINA, False),
    ("name alone", {**RINA, **NO_NIK, "tanggal_lahir": "2012-03-04"}, RINA, False),
    (
        "name, no date",
        {**RINA, **NO_NIK, "tanggal_lahir": None},
        {**RINA, **NO_NIK, "tanggal_lahir": None},
        False,
    ),
    ("birth date alone", {**DODI, **NO_NIK, "tanggal_lahir": "2011-03-04"}, RINA, False),
    # a filled-in day says little, but for a name that hardly anybody has
    ("a common name and a whole date", SLAMET, SLAMET, True),
    (
        "a common name and a filled-in day",
        {**SLAMET, "tanggal_lahir": "2010-01-01"},
        {**SLAMET, "tanggal_lahir": "2010-01-01"},
        False,
    ),
    (
        "a common name, a filled-in day and the NIK",
        {**SLAMET, "tanggal_lahir": "2010-07-01", "nik": "6402064403100002"},
        {**SLAMET, "tanggal_lahir": "2010-07-01", "nik": "6402064403100002"},
        True,
    ),
    (
        "a rare name and a filled-in day",
        {**RINA, **NO_NIK, "tanggal_lahir": "2011-12-31"},
        {**RINA, **NO_NIK, "tanggal_lahir": "2011-12-31"},
        True,
    ),
]


def common(left: list[tuple[Row, People]], right: list[tuple[Row, People]]) -> tuple[int, bool]:
    """Return how many persons of the first household of either side are one, and whether the right is kin."""
    features = build_features(SPEC, *sides([*left, ({}, CROWD)], right))
    people = people_of(features)
    assert people is not None
    found = in_common(people, np.array([0]), np.array([features.n_left]))
    return int(found.count[0]), bool(found.kin[0])


HEAD: Row = {"nama": "BUDI SANTOSO", "nik": "6402061203780001", "tanggal_lahir": "1978-03-12"}
OTHER: Row = {"nama": "RUSDIANA", "nik": "7371120101660003", "tanggal_lahir": "1966-11-22"}


@pytest.mark.parametrize("turned", [False, True], ids=["as given", "sides changed over"])
@pytest.mark.parametrize(("tried", "one", "other", "same"), ONE_PERSON, ids=[case[0] for case in ONE_PERSON])
def test_one_person(tried: str, one: Row, other: Row, same: bool, turned: bool) -> None:
    one, other = (other, one) if turned else (one, other)
    assert common([(HEAD, (one,))], [(OTHER, (other,))])[0] == int(same)


KIN: list[tuple[str, tuple[Row, People], tuple[Row, People], tuple[int, bool]]] = [
    # a family and what may be part of it; persons in common, and whether it is
    ("nobody", (HEAD, (RINA,)), (OTHER, (DODI,)), (0, False)),
    ("its head is a member there", (HEAD, (OTHER, RINA)), (OTHER, (DODI, DODI)), (1, True)),
    ("its head is the head there", (HEAD, (RINA,)), (HEAD, (DODI,)), (1, True)),
    ("a child there as a guest", (HEAD, (RINA,)), (OTHER, (RINA, DODI, DODI)), (1, False)),
    ("most of it", (HEAD, (RINA, DODI)), (OTHER, (RINA, DODI)), (2, True)),
    ("half of it, without the head", (HEAD, (RINA,)), (OTHER, (RINA,)), (1, False)),
    ("one who stands there twice", (HEAD, (RINA, RINA)), (OTHER, (RINA,)), (1, False)),
]


@pytest.mark.parametrize(("tried", "whole", "part", "found"), KIN, ids=[case[0] for case in KIN])
def test_kin(
    tried: str, whole: tuple[Row, People], part: tuple[Row, People], found: tuple[int, bool]
) -> None:
    assert common([whole], [part]) == found


def test_no_rows_have_nobody_in_common() -> None:
    people = people_of(build_features(SPEC, *sides([(HEAD, (RINA,))], [(OTHER, ())])))
    assert people is not None
    none = np.empty(0, dtype=np.int64)
    found = in_common(people, none, none)
    assert (len(found.count), len(found.kin)) == (0, 0)


def test_a_linkage_without_persons_knows_nobody_for_sure() -> None:
    features = {name: FeatureSpec(kind=one.kind, columns=one.columns) for name, one in SPEC.features.items()}
    alone = LinkageSpec(features=features, passes=SPEC.passes[:2], comparisons=SPEC.comparisons[7:9])
    rows = pd.DataFrame({"nama": ["RINA"], "nik": [RINA["nik"]]})
    assert people_of(build_features(alone, Side(rows), Side(rows))) is None
