"""Families that one registry holds as one row and the other as two: split, merged, or written twice."""

import pandas as pd
import pytest
from linkage_world import Lists, People, Row, make_lists

from reconcile.linkage.households import Linkage
from reconcile.linkage.parameters import Parameters

FATHER = {
    "nama": "BUDI SANTOSO",
    "nik": "6402061203580001",
    "tanggal_lahir": "1958-03-12",
    "jenis_kelamin": "L",
}
MOTHER = {
    "nama": "SITI AMINAH",
    "nik": "6402065705600001",
    "tanggal_lahir": "1960-05-17",
    "jenis_kelamin": "P",
}
SON = {"nama": "DODI SAPUTRA", "nik": "6402060605890001", "tanggal_lahir": "1989-05-06", "jenis_kelamin": "L"}
WIFE = {
    "nama": "GITA MAHARANI",
    "nik": "6402065009910001",
    "tanggal_lahir": "1991-09-10",
    "jenis_kelamin": "P",
}
CHILD = {"nama": "RINA WATI", "nik": "6402064403150002", "tanggal_lahir": "2015-03-04", "jenis_kelamin": "P"}
GUEST = {
    "nama": "FAJAR NUGROHO",
    "nik": "6402060807160001",
    "tanggal_lahir": "2016-07-08",
    "jenis_kelamin": "L",
}
NEIGHBOUR = {
    "nama": "MARIATI",
    "nik": "6402064101700001",
    "tanggal_lahir": "1970-01-03",
    "jenis_kelamin": "P",
}

Family = tuple[Row, People]
Found = set[tuple[str, str, str, int]]


def without_nik(*people: Row) -> People:
    return tuple({**person, "nik": None} for person in people)


CASES: list[tuple[str, list[Family], list[Family], set[tuple[str, str]], Found]] = [
    # what is tried, P3KE families (head, members), BPS families, pairs, relations with persons in common
    (
        "one family in both",
        [(FATHER, (MOTHER, SON))],
        [(FATHER, (MOTHER, SON))],
        {("p3ke:1", "bps:1")},
        set(),
    ),
    (
        "the son founded a family of his own",
        [(FATHER, (MOTHER, SON, WIFE, CHILD))],
        [(FATHER, (MOTHER,)), (SON, (WIFE, CHILD))],
        {("p3ke:1", "bps:1")},
        {("p3ke:1", "bps:2", "pecahan", 3)},
    ),
    (
        "the son founded a family with people who are new",
        [(FATHER, (MOTHER, SON))],
        [(FATHER, (MOTHER,)), (SON, (WIFE, CHILD))],
        {("p3ke:1", "bps:1")},
        {("p3ke:1", "bps:2", "pecahan", 1)},
    ),
    (
        "the son took the family in",
        [(FATHER, (MOTHER,)), (SON, (WIFE, CHILD))],
        [(SON, (WIFE, CHILD, FATHER, MOTHER))],
        {("p3ke:2", "bps:1")},
        {("p3ke:1", "bps:1", "gabungan", 2)},
    ),
    (
        "written twice in BPS",
        [(FATHER, (MOTHER, CHILD))],
        [(FATHER, (MOTHER, CHILD)), (FATHER, (MOTHER, CHILD))],
        {("p3ke:1", "bps:1")},
        {("p3ke:1", "bps:2", "ganda", 3)},
    ),
    (
        "written twice in P3KE",
        [(FATHER, (MOTHER, CHILD)), (FATHER, (MOTHER, CHILD))],
        [(FATHER, (MOTHER, CHILD))],
        {("p3ke:1", "bps:1")},
        {("p3ke:2", "bps:1", "ganda", 3)},
    ),
    (
        "split, nobody has a NIK",
        [({**FATHER, "nik": None}, without_nik(MOTHER, SON, WIFE, CHILD))],
        [({**FATHER, "nik": None}, without_nik(MOTHER)), ({**SON, "nik": None}, without_nik(WIFE, CHILD))],
        {("p3ke:1", "bps:1")},
        {("p3ke:1", "bps:2", "pecahan", 3)},
    ),
    (
        "a child of theirs is a guest in a second family",
        [(FATHER, (MOTHER, GUEST))],
        [(FATHER, (MOTHER, GUEST)), (NEIGHBOUR, (GUEST, CHILD))],
        {("p3ke:1", "bps:1")},
        set(),
    ),
    (
        "a neighbour uses the father's NIK",
        [(FATHER, (MOTHER,))],
        [(FATHER, (MOTHER,)), ({**NEIGHBOUR, "nik": FATHER["nik"]}, (GUEST,))],
        {("p3ke:1", "bps:1")},
        set(),
    ),
    (
        "both halves stand in both registries",
        [(FATHER, (MOTHER,)), (SON, (WIFE, CHILD))],
        [(FATHER, (MOTHER,)), (SON, (WIFE, CHILD))],
        {("p3ke:1", "bps:1"), ("p3ke:2", "bps:2")},
        set(),
    ),
    (
        "a part without its whole is nobody's part",
        [(NEIGHBOUR, (GUEST,))],
        [(SON, (WIFE, CHILD))],
        set(),
        set(),
    ),
]


@pytest.fixture(scope="module")
def crowd() -> Lists:
    return make_lists(600)


@pytest.fixture(scope="module")
def learnt(crowd: Lists) -> Parameters:
    return crowd.linked().parameters


def linked(crowd: Lists, learnt: Parameters, p3ke: list[Family], bps: list[Family]) -> Linkage:
    heads = [[{"jumlah_anggota": 1 + len(people), **head} for head, people in side] for side in (p3ke, bps)]
    members = [
        tuple(
            {**person, "record_id": f"{registry}:{number}"}
            for number, (_, people) in enumerate(side, start=1)
            for person in people
        )
        for registry, side in (("p3ke", p3ke), ("bps", bps))
    ]
    return crowd.with_more(*heads, *members).linked(parameters=learnt)


def tried(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the families that are tried; those of the crowd have longer ids."""
    return table[(table["record_p3ke"].str.len() == 6) | (table["record_bps"].str.len() == 5)]


@pytest.mark.parametrize(
    ("name", "p3ke", "bps", "pairs", "relations"), CASES, ids=[case[0] for case in CASES]
)
def test_relations(
    crowd: Lists,
    learnt: Parameters,
    name: str,
    p3ke: list[Family],
    bps: list[Family],
    pairs: set[tuple[str, str]],
    relations: Found,
) -> None:
    found = linked(crowd, learnt, p3ke, bps)
    accepted = tried(found.pairs)
    assert set(zip(accepted["record_p3ke"], accepted["record_bps"], strict=True)) == pairs
    assert set(accepted["status_padan"]) <= {"cocok"}
    assert set(tried(found.relations).itertuples(index=False, name=None)) == relations


TURNED = {"pecahan": "gabungan", "gabungan": "pecahan", "ganda": "ganda"}
#: Of two rows that are equal, which one is the part depends on their ids alone.
ONE_WAY = [case for case in CASES if not case[0].startswith("written twice")]


@pytest.mark.parametrize(
    ("name", "p3ke", "bps", "pairs", "relations"), ONE_WAY, ids=[case[0] for case in ONE_WAY]
)
def test_what_is_split_for_one_registry_is_merged_for_the_other(
    crowd: Lists,
    learnt: Parameters,
    name: str,
    p3ke: list[Family],
    bps: list[Family],
    pairs: set[tuple[str, str]],
    relations: Found,
) -> None:
    found = tried(linked(crowd, learnt, bps, p3ke).relations)
    turned = {
        (left.replace("bps", "p3ke"), right.replace("p3ke", "bps"), TURNED[kind], count)
        for right, left, kind, count in relations
    }
    assert set(found.itertuples(index=False, name=None)) == turned


def test_a_part_is_no_pair_and_stands_once(crowd: Lists) -> None:
    found = crowd.linked()
    assert len(found.relations) > 2
    for side in ("record_p3ke", "record_bps"):
        paired = set(found.pairs[side])
        parts = found.relations[~found.relations[side].isin(paired)]
        assert not parts[side].duplicated().any()
    # exactly one side of a relation is matched: the whole
    whole = found.relations["record_p3ke"].isin(found.pairs["record_p3ke"]).astype(int)
    whole += found.relations["record_bps"].isin(found.pairs["record_bps"]).astype(int)
    assert set(whole) == {1}
