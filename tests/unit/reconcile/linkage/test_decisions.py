"""What people decided: it outranks the matching, and what fits nothing is an error with file and row."""

import factory
import pandas as pd
import pytest
from linkage_world import Lists, Row, make_lists

from reconcile.errors import InputError
from reconcile.language import describe
from reconcile.linkage.households import Linkage
from reconcile.tables import DECISIONS
from reconcile.vocab import Language

OTHER: Row = {
    "nama": "RUSDIANA",
    "nik": "7371120101660003",
    "tanggal_lahir": "1966-11-22",
    "kode_desa": "64.07.01.2001",
    "rt": 8,
    "rw": 7,
}
Said = tuple[str, str, str]


def decisions(*rows: tuple[str | None, str | None, str]) -> pd.DataFrame:
    """Return DECISIONS of (P3KE record, BPS record, decision) that stand from row 2 of one file."""
    if not rows:
        return DECISIONS.empty()
    told = pd.DataFrame(rows, columns=["record_p3ke", "record_bps", "keputusan"])
    origin = {
        **factory.ORIGIN,
        "registry": "acuan",
        "source": "pair_decisions",
        "source_file": "keputusan.csv",
    }
    return DECISIONS.build(told.assign(**origin, source_row=range(2, len(told) + 2)))


@pytest.fixture(scope="module")
def crowd() -> Lists:
    return make_lists(300)


@pytest.fixture(scope="module")
def lists(crowd: Lists) -> Lists:
    """Return lists where the first households of both are one, and the second ones strangers to all."""
    return crowd.with_more(
        [{}, OTHER], [{}, {**OTHER, "nama": "MARIATI", "nik": None, "tanggal_lahir": None, "rt": 3}]
    )


def pairs_of(linkage: Linkage) -> dict[str, Said]:
    """Return BPS record, status and reason by P3KE record."""
    pairs = linkage.pairs
    said = zip(pairs["record_bps"], pairs["status_padan"], pairs["alasan"], strict=True)
    return dict(zip(pairs["record_p3ke"], said, strict=True))


def test_without_decisions_the_matching_decides(lists: Lists) -> None:
    found = pairs_of(lists.linked(decisions=decisions()))
    assert found == pairs_of(lists.linked())
    assert found["p3ke:1"][:2] == ("bps:1", "cocok")
    assert "p3ke:2" not in found


FORCED = [
    # what is tried, who, with whom
    ("a pair that the matching finds itself", "p3ke:1", "bps:1"),
    ("a pair that no pass finds", "p3ke:1", "bps:2"),
    ("two strangers", "p3ke:2", "bps:2"),
    ("a family that the matching gives another", "p3ke:2", "bps:1"),
]


@pytest.mark.parametrize(("tried", "left", "right"), FORCED, ids=[case[0] for case in FORCED])
def test_one_family_is_one_family(lists: Lists, tried: str, left: str, right: str) -> None:
    linkage = lists.linked(decisions=decisions((left, right, "sama")))
    found = pairs_of(linkage)
    assert found[left][:2] == (right, "cocok")
    assert found[left][2].startswith("keputusan_sama")
    assert linkage.pairs.set_index("record_p3ke").loc[left, "skor"] == 1.0
    others = {row: said for row, said in found.items() if row != left}
    assert right not in {said[0] for said in others.values()}
    assert not [row for row, said in others.items() if said[2].startswith("keputusan_sama")]


@pytest.mark.parametrize("said", ["beda", " Beda ", "BEDA"])
def test_two_families_are_never_a_pair(lists: Lists, said: str) -> None:
    found = pairs_of(lists.linked(decisions=decisions(("p3ke:1", "bps:1", said))))
    assert "p3ke:1" not in found or found["p3ke:1"][0] != "bps:1"
    assert "bps:1" not in {right for right, _, _ in found.values()}


def test_a_pair_that_is_forbidden_leaves_its_families_to_others(crowd: Lists) -> None:
    lists = crowd.with_more([{}], [{}, {"rt": 9, "rw": 9}])
    assert pairs_of(lists.linked())["p3ke:1"][0] == "bps:1"
    found = pairs_of(lists.linked(decisions=decisions(("p3ke:1", "bps:1", "beda"))))
    assert found["p3ke:1"][0] == "bps:2"


def voted(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """Return DECISIONS of (P3KE record, BPS record, decision, by, part)."""
    told = decisions(*(row[:3] for row in rows))
    return told.assign(oleh=[row[3] for row in rows], peran=[row[4] for row in rows])


CONTESTED = [
    # words as (decision, by, part), status of a pair that the matching is sure of
    ("one cannot tell", [("ragu", "ANI", "penelaah")], "cocok"),
    ("two disagree", [("sama", "ANI", "penelaah"), ("beda", "BUDI", "penelaah")], "tinjau"),
    (
        "an arbiter says one family",
        [("sama", "ANI", "penelaah"), ("beda", "BUDI", "penelaah"), ("sama", "CICI", "penengah")],
        "cocok",
    ),
    (
        "an arbiter says two",
        [("sama", "ANI", "penelaah"), ("beda", "BUDI", "penelaah"), ("beda", "CICI", "penengah")],
        "",
    ),
]


@pytest.mark.parametrize(("words", "status"), [c[1:] for c in CONTESTED], ids=[c[0] for c in CONTESTED])
def test_what_reviewers_disagree_on_stays_doubtful(
    lists: Lists, words: list[tuple[str, str, str]], status: str
) -> None:
    linkage = lists.linked(decisions=voted(*(("p3ke:1", "bps:1", *word) for word in words)))
    found = pairs_of(linkage).get("p3ke:1", ("", "", ""))
    assert (found[1] if found[0] == "bps:1" else "") == status
    judged = linkage.decided.iloc[0]
    assert judged["skor"] == pytest.approx(
        lists.linked().pairs.set_index("record_p3ke")["skor"]["p3ke:1"], abs=1e-3
    )


def test_the_score_of_a_judged_pair_is_that_without_the_judgement(lists: Lists) -> None:
    learnt = lists.linked().parameters
    alone = lists.linked(parameters=learnt).pairs.set_index("record_p3ke")["skor"]
    told = lists.linked(
        parameters=learnt, decisions=decisions(("p3ke:1", "bps:1", "beda"), ("p3ke:2", "bps:2", "sama"))
    ).decided.set_index("record_p3ke")
    assert told.loc["p3ke:1", ["putusan", "skor"]].tolist() == ["beda", alone["p3ke:1"]]
    assert told.loc["p3ke:2", "putusan"] == "sama"
    assert told.loc["p3ke:2", "skor"] < 0.5


def test_decisions_change_nothing_for_the_others(lists: Lists) -> None:
    learnt = lists.linked().parameters
    before = pairs_of(lists.linked(parameters=learnt))
    after = pairs_of(lists.linked(parameters=learnt, decisions=decisions(("p3ke:2", "bps:2", "sama"))))
    assert {row: said for row, said in after.items() if row != "p3ke:2"} == before


def test_a_decision_given_twice_is_one(lists: Lists) -> None:
    twice = decisions(("p3ke:1", "bps:2", "sama"), ("p3ke:1", "bps:2", "SAMA "), ("p3ke:1", "bps:1", "beda"))
    assert pairs_of(lists.linked(decisions=twice))["p3ke:1"][0] == "bps:2"


def test_the_order_of_decisions_does_not_matter(lists: Lists) -> None:
    rows = decisions(("p3ke:2", "bps:2", "sama"), ("p3ke:1", "bps:1", "beda"))
    one, other = (lists.linked(decisions=table).pairs for table in (rows, rows[::-1]))
    pd.testing.assert_frame_equal(one, other)


WRONG: list[tuple[str, list[tuple[str | None, str | None, str]], list[tuple[str, int]]]] = [
    # what is wrong, decisions, faults with their rows
    ("a P3KE record that is not there", [("p3ke:99999", "bps:1", "sama")], [("E_DECISION_UNKNOWN", 2)]),
    ("a BPS record that is not there", [("p3ke:1", "bps:99999", "beda")], [("E_DECISION_UNKNOWN", 2)]),
    ("columns changed over", [("bps:1", "p3ke:1", "sama")], [("E_DECISION_UNKNOWN", 2)]),
    ("no record", [(None, "bps:1", "sama")], [("E_DECISION_UNKNOWN", 2)]),
    ("another word", [("p3ke:1", "bps:1", "mungkin")], [("E_DECISION_WORD", 2)]),
    (
        "one pair, both words",
        [("p3ke:1", "bps:1", "sama"), ("p3ke:2", "bps:2", "beda"), ("p3ke:1", "bps:1", "beda")],
        [("E_DECISION_BOTH", 2), ("E_DECISION_BOTH", 4)],
    ),
    (
        "one P3KE family, two BPS families",
        [("p3ke:1", "bps:1", "sama"), ("p3ke:1", "bps:2", "sama")],
        [("E_DECISION_TWICE", 2), ("E_DECISION_TWICE", 3)],
    ),
    (
        "one BPS family, two P3KE families",
        [("p3ke:1", "bps:1", "sama"), ("p3ke:2", "bps:1", "sama")],
        [("E_DECISION_TWICE", 2), ("E_DECISION_TWICE", 3)],
    ),
    (
        "everything at once",
        [
            ("p3ke:1", "bps:99999", "sama"),
            ("p3ke:1", "bps:1", "entah"),
            ("p3ke:1", "bps:2", "sama"),
            ("p3ke:2", "bps:2", "sama"),
        ],
        [("E_DECISION_UNKNOWN", 2), ("E_DECISION_WORD", 3), ("E_DECISION_TWICE", 4), ("E_DECISION_TWICE", 5)],
    ),
]


@pytest.mark.parametrize(("wrong", "rows", "faults"), WRONG, ids=[case[0] for case in WRONG])
def test_what_fits_nothing_is_an_error_with_its_place(
    lists: Lists, wrong: str, rows: list[tuple[str | None, str | None, str]], faults: list[tuple[str, int]]
) -> None:
    with pytest.raises(InputError) as raised:
        lists.linked(decisions=decisions(*rows))
    assert [(fault.code, fault.row) for fault in raised.value.faults] == faults
    for fault in raised.value.faults:
        assert fault.file == "keputusan.csv"
        for language in Language:
            sentence = describe(fault, language)
            assert "keputusan.csv" in sentence
            assert str(fault.row) in sentence
            assert "{" not in sentence
