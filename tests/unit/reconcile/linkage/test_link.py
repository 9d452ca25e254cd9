"""Which families are one: a table of pairs among strangers, and what a pair says of itself."""

from collections.abc import Callable
from dataclasses import replace

import factory
import pandas as pd
import pytest
from linkage_world import Lists, People, Row, make_lists
from pydantic import ValidationError

from reconcile.linkage.households import Linkage, MatchingSettings, link_households
from reconcile.linkage.parameters import Parameters
from reconcile.linkage.reasons import sentences
from reconcile.linkage.spec import household_spec
from reconcile.vocab import Language

Link = Callable[[list[Row], list[Row], People, People], Linkage]

#: Each registry knows so many families: as many as make a chance agreement as rare as in a real list.
FAMILIES = 1500

RINA = {"nama": "RINA WATI", "tanggal_lahir": "2011-03-04", "nik": "6402064403110002"}
DODI = {"nama": "DODI SAPUTRA", "tanggal_lahir": "2014-05-06", "nik": "6402060605140001"}
SITI = {"nama": "SITI AMINAH", "tanggal_lahir": "1980-05-17", "nik": "6402065705800001"}
BUDI = {"nama": "BUDI SANTOSO", "tanggal_lahir": "1978-03-12", "nik": "6402061203780001"}
BUDI_HEAD = {**BUDI, "jenis_kelamin": "L"}
KIDS = (RINA, DODI)
KIDS_WITHOUT_NIK = tuple({**kid, "nik": None} for kid in KIDS)
NO_NIK: Row = {"nik": None}
DOUBTFUL: Row = {"nik": "6402061203800077", "tanggal_lahir": None, "jenis_kelamin": None, "rt": None}

PAIRS: list[tuple[str, Row, Row, People, People, str | None]] = [
    # what is tried, P3KE, BPS (changes of factory.HOUSEHOLD), members of either, status
    ("equal in everything", {}, {}, KIDS, KIDS, "cocok"),
    ("no NIK on either side", NO_NIK, NO_NIK, KIDS_WITHOUT_NIK, KIDS_WITHOUT_NIK, "cocok"),
    ("no NIK on one side", NO_NIK, {}, KIDS_WITHOUT_NIK, KIDS, "cocok"),
    ("no NIK on one side, no members", NO_NIK, {}, (), (), "cocok"),
    ("no NIK, no birth date, members agree", {**NO_NIK, "tanggal_lahir": None}, {}, KIDS, KIDS, "cocok"),
    ("name spelled the old way", {"nama": "SITTI AMINAH"}, {"nama": "HJ. SITI AMINAH"}, (), (), "cocok"),
    ("one digit of the NIK", {"nik": "6402065805800001"}, {}, (), (), "cocok"),
    ("one digit of the serial of the NIK", {"nik": "6402065705800002"}, {}, (), (), "cocok"),
    ("two digits of the NIK changed over", {"nik": "6402065708500001"}, {}, (), (), "cocok"),
    (
        "day and month swapped",
        {"tanggal_lahir": "1980-07-05"},
        {"tanggal_lahir": "1980-05-07"},
        (),
        (),
        "cocok",
    ),
    ("a filled-in day", {"tanggal_lahir": "1980-01-01"}, {}, (), (), "cocok"),
    ("sex written wrong", {"jenis_kelamin": "L"}, {}, KIDS, KIDS, "cocok"),
    # families that moved
    ("moved to another kabupaten, same NIK", {"kode_desa": "64.07.01.2001"}, {}, (), (), "cocok"),
    (
        "moved next door, no NIK",
        {**NO_NIK, "kode_desa": "64.02.06.2002", "rt": 9},
        NO_NIK,
        KIDS,
        KIDS,
        "cocok",
    ),
    (
        "moved to another kabupaten, no NIK, members agree",
        {**NO_NIK, "kode_desa": "64.07.01.2001", "rt": 9, "rw": 9},
        NO_NIK,
        KIDS_WITHOUT_NIK,
        KIDS_WITHOUT_NIK,
        "cocok",
    ),
    # heads that changed
    ("head changed to the spouse", BUDI_HEAD, {}, (*KIDS, SITI), (*KIDS, BUDI), "cocok"),
    (
        "head changed to the spouse, no NIK",
        {**BUDI_HEAD, **NO_NIK},
        NO_NIK,
        (*KIDS_WITHOUT_NIK, {**SITI, **NO_NIK}),
        (*KIDS_WITHOUT_NIK, {**BUDI, **NO_NIK}),
        "cocok",
    ),
    ("the old head died, his widow leads", BUDI_HEAD, {}, (*KIDS, SITI), KIDS, "cocok"),
    # families that split: the part with the head is the family
    ("one child left", {}, {"jumlah_anggota": 2}, KIDS, (RINA,), "cocok"),
    ("all children left", {}, {"jumlah_anggota": 1}, KIDS, (), "cocok"),
    # who is not one family
    (
        "a namesake elsewhere",
        {},
        {"nik": "6407015705610007", "tanggal_lahir": "1961-02-09", "kode_desa": "64.07.01.2001"},
        (),
        (),
        None,
    ),
    (
        "same name in the village, another NIK, everything else unknown",
        DOUBTFUL,
        {"rt": None},
        (),
        (),
        "tinjau",
    ),
    (
        "neighbours with one birth year",
        {"nama": "RUSDIANA", "nik": "6402065705800009"},
        {"nama": "NORHAYATI", "nik": "6402061203800010", "tanggal_lahir": "1980-03-12"},
        (),
        (),
        None,
    ),
    (
        "strangers",
        {"nama": "LALU WIRA", "nik": "1802065705800009", "tanggal_lahir": "1966-01-02"},
        {},
        (),
        (),
        None,
    ),
]


@pytest.fixture(scope="module")
def crowd() -> Lists:
    return make_lists(FAMILIES)


@pytest.fixture(scope="module")
def learnt(crowd: Lists) -> Parameters:
    return crowd.linked().parameters


@pytest.fixture
def linked(crowd: Lists, learnt: Parameters) -> Link:
    """Return the matching of some households among a made-up population, by what was learnt of that."""

    def link(left: list[Row], right: list[Row], of_left: People, of_right: People) -> Linkage:
        return crowd.with_more(left, right, of_left, of_right).linked(parameters=learnt)

    return link


def among(linkage: Linkage) -> set[tuple[str, str, str]]:
    """Return the pairs of the households that are tried: P3KE number, BPS number, status."""
    pairs = linkage.pairs[["record_p3ke", "record_bps", "status_padan"]]
    tried = pairs[(pairs["record_p3ke"].str.len() == 6) | (pairs["record_bps"].str.len() == 5)]
    return set(tried.itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("tried", "left", "right", "of_left", "of_right", "status"), PAIRS, ids=[case[0] for case in PAIRS]
)
def test_pairs(
    linked: Link, tried: str, left: Row, right: Row, of_left: People, of_right: People, status: str | None
) -> None:
    found = among(linked([left], [right], of_left, of_right))
    assert found == ({("p3ke:1", "bps:1", status)} if status else set())


def pair(number: int, other: int) -> tuple[str, str, str]:
    return (f"p3ke:{number}", f"bps:{other}", "cocok")


TWIN_ONE = {
    "nama": "HASAN BASRI",
    "nik": "6402061203900001",
    "tanggal_lahir": "1990-03-12",
    "jenis_kelamin": "L",
}
TWIN_TWO = {
    "nama": "HUSIN BASRI",
    "nik": "6402061203900002",
    "tanggal_lahir": "1990-03-12",
    "jenis_kelamin": "L",
}
FATHER = {"nama": "YUSUF", "nik": "6402060101550001", "tanggal_lahir": "1955-04-02", "jenis_kelamin": "L"}
SON = {"nama": "YUSUF", "nik": "6402060907810003", "tanggal_lahir": "1981-07-09", "jenis_kelamin": "L"}

GROUPS: list[tuple[str, list[Row], list[Row], People, People, set[tuple[str, str, str]]]] = [
    # what is tried, P3KE, BPS, members of either, the pairs
    (
        "twins who are neighbours",
        [TWIN_ONE, TWIN_TWO],
        [TWIN_TWO, TWIN_ONE],
        (),
        (),
        {pair(1, 2), pair(2, 1)},
    ),
    (
        "twins, one of them without NIK",
        [{**TWIN_ONE, **NO_NIK}, TWIN_TWO],
        [TWIN_TWO, TWIN_ONE],
        (),
        (),
        {pair(1, 2), pair(2, 1)},
    ),
    ("father and son with one name", [FATHER, SON], [SON, FATHER], (), (), {pair(1, 2), pair(2, 1)}),
    (
        "father and son with one name, no NIK",
        [{**FATHER, **NO_NIK}, {**SON, **NO_NIK}],
        [{**SON, **NO_NIK}, {**FATHER, **NO_NIK}],
        (),
        (),
        {pair(1, 2), pair(2, 1)},
    ),
    (
        "two sisters with their own families swapped in the list",
        [SITI, {**RINA, "nama": "RINI AMINAH", "tanggal_lahir": "1984-05-17"}],
        [{**RINA, "nama": "RINI AMINAH", "tanggal_lahir": "1984-05-17"}, SITI],
        (),
        (),
        {pair(1, 2), pair(2, 1)},
    ),
    (
        "two spouses swapped: head here, member there",
        [BUDI_HEAD, TWIN_ONE],
        [TWIN_ONE, SITI],
        ({**SITI, "hubungan": "pasangan"},),
        ({**BUDI, "hubungan": "pasangan", "record_id": "bps:2"},),
        {pair(1, 2), pair(2, 1)},
    ),
]


@pytest.mark.parametrize(
    ("tried", "left", "right", "of_left", "of_right", "wanted"), GROUPS, ids=[case[0] for case in GROUPS]
)
def test_groups(
    linked: Link,
    tried: str,
    left: list[Row],
    right: list[Row],
    of_left: People,
    of_right: People,
    wanted: set[tuple[str, str, str]],
) -> None:
    assert among(linked(left, right, of_left, of_right)) == wanted


def test_a_family_that_is_written_twice_has_one_partner_and_no_doubt(linked: Link) -> None:
    found = linked([{}], [{}, {"rt": 9}], KIDS, (*KIDS, *({**kid, "record_id": "bps:2"} for kid in KIDS)))
    assert among(found) == {pair(1, 1)}
    assert float(found.pairs.loc[found.pairs["record_p3ke"] == "p3ke:1", "skor"].iloc[0]) > 0.99


def test_two_strangers_who_are_equally_good_are_both_doubtful(linked: Link) -> None:
    unsure = {**NO_NIK, "tanggal_lahir": None, "rt": None}
    found = linked([unsure], [unsure, unsure], (), ())
    scores = found.pairs.loc[found.pairs["record_p3ke"] == "p3ke:1", "skor"]
    assert (scores <= 0.5).all()


def test_a_pair_says_why(linked: Link) -> None:
    pairs = linked([{}], [{"nama": "SITI AMINA", "rt": 9}], KIDS, (RINA,)).pairs
    said = pairs.set_index("record_p3ke").loc["p3ke:1"]
    assert said["alasan"].split() == [
        "nik_same",
        "nama_close",
        "lahir_nik_same",
        "desa_same",
        "rtrw_one",
        "jumlah_same",
        said["alasan"].split()[-1],
    ]
    assert said["alasan"].endswith(":1/1")
    assert said["jalur"].startswith("nik_kepala,nik_anggota,lahir_desa")
    assert sentences(pd.Series([said["alasan"]]), Language.INDONESIAN)[0] == (
        "NIK kepala sama; nama kepala sangat mirip; tanggal lahir sama; desa sama; RT atau RW sama; "
        "jumlah anggota sama; 1 dari 1 anggota sama"
    )


def test_a_changed_head_says_so_and_not_that_his_fields_differ(linked: Link) -> None:
    pairs = linked([BUDI_HEAD], [{}], (*KIDS, SITI), (*KIDS, BUDI)).pairs
    said = pairs.set_index("record_p3ke").loc["p3ke:1", "alasan"].split()
    assert said[0] == "kepala_both"
    assert not [one for one in said if one.startswith(("nik_", "nama_", "lahir_", "jk_"))]


EMPTY = [(0, 0), (0, 1), (1, 0)]


@pytest.mark.parametrize(("left", "right"), EMPTY)
def test_empty_sides_give_no_pairs(left: int, right: int) -> None:
    sides = factory.placed("p3ke", *[{}] * left), factory.placed("bps", *[{}] * right)
    nobody = factory.members("p3ke"), factory.members("bps")
    found = link_households(*sides, *nobody, MatchingSettings())
    assert found.pairs.empty
    assert found.relations.empty
    assert found.candidates == 0
    assert (found.quality.precision, found.quality.blocking) == (1.0, 1.0)


def test_a_list_of_one_household_a_side_is_matched() -> None:
    nobody = factory.members("p3ke"), factory.members("bps")
    found = link_households(
        factory.placed("p3ke", {}), factory.placed("bps", {}), *nobody, MatchingSettings()
    )
    assert found.pairs[["record_p3ke", "record_bps"]].to_numpy().tolist() == [["p3ke:1", "bps:1"]]


@pytest.mark.parametrize("field", ["no_kk", "nik"])
def test_another_number_is_no_evidence_though_nobody_had_one_when_it_was_learnt(
    crowd: Lists, field: str
) -> None:
    nobody_has = replace(crowd, p3ke=crowd.p3ke.assign(**{field: None}))
    learnt = nobody_has.linked().parameters
    right = {**NO_NIK, "rt": None, field: "6471120101660003"}
    weights = []
    for number in ("6402061203800077", None):
        lists = nobody_has.with_more([{**DOUBTFUL, **NO_NIK, field: number}], [right])
        pairs = lists.linked(parameters=learnt).pairs.set_index("record_p3ke")
        weights.append(pairs["bobot"]["p3ke:1"])
    assert weights[0] <= weights[1]


def test_members_without_family_are_nobodys() -> None:
    alone = [
        factory.members("p3ke", {**RINA, "record_id": None}, {**DODI, "record_id": "p3ke:99"}),
        factory.members("bps", {**RINA, "record_id": None}),
    ]
    found = link_households(factory.placed("p3ke", {}), factory.placed("bps", {}), *alone, MatchingSettings())
    assert "anggota" not in found.pairs.loc[0, "alasan"]


def test_what_is_expected_of_the_matching_is_told(linked: Link) -> None:
    found = linked([{}], [{}], KIDS, KIDS)
    sure = found.pairs[found.pairs["status_padan"] == "cocok"]
    assert found.quality.precision == pytest.approx(float(sure["skor"].mean()), abs=1e-4)
    assert 0 <= found.quality.recall <= 1
    assert 0 < found.quality.blocking <= 1
    assert [one.name for one in found.passes] == [one.name for one in household_spec().passes]


THRESHOLDS = [
    # match and review, above or below the score of a doubtful pair; its status
    (-0.01, -0.01, "cocok"),
    (0.0, -0.01, "cocok"),
    (0.01, 0.0, "tinjau"),
    (0.01, 0.01, None),
]


@pytest.mark.parametrize(("match", "review", "status"), THRESHOLDS)
def test_thresholds_decide_between_match_review_and_none(
    crowd: Lists, learnt: Parameters, match: float, review: float, status: str | None
) -> None:
    lists = crowd.with_more([DOUBTFUL], [{"rt": None}])
    score = scored(lists.linked(parameters=learnt))["p3ke:1"][0]
    assert 0.2 <= score < 0.95
    tables = (lists.p3ke, lists.bps, lists.p3ke_members, lists.bps_members)
    thresholds = MatchingSettings(match=score + match, review=score + review)
    found = scored(link_households(*tables, thresholds, parameters=learnt))
    assert found.get("p3ke:1", (0, None))[1] == status
    assert all(value >= thresholds.review for value, _ in found.values())
    assert all((value >= thresholds.match) == (status == "cocok") for value, status in found.values())


def scored(linkage: Linkage) -> dict[str, tuple[float, str]]:
    pairs = linkage.pairs
    return dict(
        zip(pairs["record_p3ke"], zip(pairs["skor"], pairs["status_padan"], strict=True), strict=True)
    )


@pytest.mark.parametrize(
    "values", [{"match": 0.3, "review": 0.5}, {"match": 0}, {"review": 1.1}, {"cocok": 0.9}]
)
def test_thresholds_must_make_sense(values: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        MatchingSettings(**values)
