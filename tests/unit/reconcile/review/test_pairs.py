"""Which pairs are handed out, to whom, in which order."""

import numpy as np
import pandas as pd
import pytest
from review_world import KEY, World, decisions, make_review_world

from reconcile.review.pairs import (
    LEAST,
    STRATA,
    contested_pairs,
    is_double,
    pair_ids,
    review_pairs,
    review_people,
    waiting,
)
from reconcile.review.settings import ReviewSettings
from reconcile.review.vocab import ReviewRole
from reconcile.tables import DECISIONS

REVIEWER, ARBITER = ReviewRole.REVIEWER, ReviewRole.ARBITER


@pytest.fixture(scope="module")
def world() -> World:
    return make_review_world()


def test_every_doubtful_pair_is_handed_out_once(world: World) -> None:
    doubtful = world.reconciled[world.reconciled["status_padan"] == "tinjau"]
    assert set(world.pairs["record_p3ke"]) == set(doubtful["record_id_p3ke"].dropna())
    assert set(world.pairs["record_bps"]) == set(doubtful["record_id_bps"].dropna())
    assert world.pairs["urutan"].tolist() == list(range(1, len(world.pairs) + 1))
    assert not world.pairs["id_pasangan"].duplicated().any()


def test_where_nothing_is_doubtful_nothing_is_handed_out(world: World) -> None:
    sure = world.reconciled[world.reconciled["status_padan"] != "tinjau"]
    for rows in (sure, sure.head(0)):
        for names in (("", ""), ("Ani", "Budi")):
            settings = ReviewSettings(reviewers=names)
            pairs = review_pairs(rows, world.findings, DECISIONS.empty(), settings, key=KEY)
            assert pairs.empty
            assert review_people(pairs, world.members).empty
            assert waiting(pairs, decisions(), by="Ani", role=REVIEWER).empty


def test_the_order_of_rows_does_not_matter(world: World) -> None:
    shuffled = review_pairs(
        world.reconciled.sample(frac=1, random_state=1),
        world.findings.sample(frac=1, random_state=2),
        DECISIONS.empty(),
        ReviewSettings(),
        key=KEY,
    )
    pd.testing.assert_frame_equal(shuffled, world.pairs)
    people = review_people(shuffled, world.members.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(people, world.people)


def test_the_id_knows_no_first_and_second() -> None:
    one, two = pd.Series(["a", "b"], dtype="str"), pd.Series(["c", "d"], dtype="str")
    assert pair_ids(one, two, key=KEY).tolist() == pair_ids(two, one, key=KEY).tolist()
    assert pair_ids(one, two, key=b"x" * 32).tolist() != pair_ids(one, two, key=KEY).tolist()


def test_the_order_tells_a_third_of_the_worth_and_no_more(world: World) -> None:
    score = world.reconciled.set_index("record_id_p3ke")["skor"].astype("float64")
    hang = world.findings["id_rekon"].value_counts()
    rows = world.reconciled[world.reconciled["record_id_p3ke"].isin(world.pairs["record_p3ke"])]
    rows = rows.set_index("record_id_p3ke").loc[world.pairs["record_p3ke"]]
    worth = rows["skor"].astype("float64") * (
        1 + rows["id_rekon"].map(hang).fillna(0) + rows["id_tinjau"].map(hang).fillna(0)
    )
    thirds = np.array_split(worth.to_numpy(), STRATA)
    assert len(worth) >= STRATA * LEAST
    means = [part.mean() for part in thirds]
    assert means == sorted(means, reverse=True)
    for start in (0, len(worth) // 3, 2 * len(worth) // 3):
        part = score[world.pairs["record_p3ke"].iloc[start : start + len(worth) // 3]]
        # within a third the place says nothing of the score
        assert abs(np.corrcoef(np.arange(len(part)), part)[0, 1]) < 0.35


def test_few_pairs_are_one_stratum(world: World) -> None:
    few = world.reconciled[world.reconciled["status_padan"] == "tinjau"]
    p3ke = few[few["record_id_p3ke"].notna()].head(2 * LEAST - 1)
    some = pd.concat([p3ke, few[few["id_rekon"].isin(p3ke["id_tinjau"])]])
    pairs = review_pairs(some, world.findings, DECISIONS.empty(), ReviewSettings(), key=KEY)
    assert pairs["id_pasangan"].tolist() == sorted(pairs["id_pasangan"])


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 1.0])
def test_a_declared_share_goes_to_both(world: World, share: float) -> None:
    pairs = world.handed_out(double_share=share)
    double = pairs["penelaah"] == "AB"
    assert double.mean() == pytest.approx(share, abs=0.1)
    # by lot of the pair alone: the others do not change who gets it
    alone = is_double(pairs["id_pasangan"].iloc[3:9], ReviewSettings(double_share=share), key=KEY)
    assert alone.tolist() == double.iloc[3:9].tolist()
    if share < 1:
        assert (pairs["penelaah"] == "A").sum() == pytest.approx((pairs["penelaah"] == "B").sum(), rel=0.5)


def first_of(world: World, part: str) -> tuple[str, str]:
    row = world.pairs[world.pairs["penelaah"] == part].iloc[0]
    return str(row["record_p3ke"]), str(row["record_bps"])


def part_of(pairs: pd.DataFrame, pair: tuple[str, str]) -> str:
    found = pairs.loc[pairs["record_p3ke"] == pair[0], "penelaah"]
    return str(found.iloc[0]) if len(found) else ""


LEFT = [
    # reviewers named, whose pair, words as (decision, by), who is to get it still
    (("", ""), "A", [("ragu", "X")], ""),
    (("", ""), "AB", [("ragu", "X")], "AB"),
    (("", ""), "AB", [("ragu", "X"), ("ragu", "Y")], ""),
    (("", ""), "A", [("sama", "X"), ("beda", "Y")], "penengah"),
    (("Ani", "Budi"), "A", [("ragu", "ANI")], "B"),
    (("Ani", "Budi"), "A", [("ragu", "BUDI")], "A"),
    (("Ani", "Budi"), "AB", [("ragu", "Ani")], "B"),
    (("Ani", "Budi"), "AB", [("ragu", "Ani"), ("ragu", "Budi")], ""),
    (("Ani", "Budi"), "A", [("sama", "Ani"), ("beda", "Budi")], "penengah"),
]


@pytest.mark.parametrize(("names", "part", "words", "left"), LEFT)
def test_nobody_gets_a_pair_again(
    world: World, names: tuple[str, str], part: str, words: list[tuple[str, str]], left: str
) -> None:
    pair = first_of(world, part)
    pairs = world.handed_out(decisions(*((*pair, *word) for word in words)), reviewers=names)
    assert part_of(pairs, pair) == left
    assert len(pairs) == len(world.pairs) - (left == "")
    assert pairs["urutan"].tolist() == list(range(1, len(pairs) + 1))


WAITING = [
    # whose pair, words as (decision, by), who asks, in which part, whether it is shown
    ("A", [], "Ani", REVIEWER, True),
    ("A", [("sama", "ani ")], "Ani", REVIEWER, False),
    ("A", [("sama", "BUDI")], "Ani", REVIEWER, False),
    ("A", [("ragu", "BUDI")], "Ani", REVIEWER, True),
    ("A", [("ragu", "ANI")], "Ani", REVIEWER, False),
    ("AB", [("sama", "BUDI")], "Ani", REVIEWER, True),
    ("AB", [("sama", "BUDI"), ("sama", "CICI")], "Ani", REVIEWER, False),
    ("AB", [("sama", "BUDI"), ("beda", "CICI")], "Ani", REVIEWER, False),
    ("AB", [("sama", "BUDI"), ("beda", "CICI")], "Ani", ARBITER, True),
    ("AB", [("sama", "BUDI"), ("beda", "ANI")], "Ani", ARBITER, False),
    ("A", [], "Ani", ARBITER, False),
]


@pytest.mark.parametrize(("part", "words", "by", "role", "shown"), WAITING)
def test_who_is_shown_what(
    world: World, part: str, words: list[tuple[str, str]], by: str, role: ReviewRole, *, shown: bool
) -> None:
    pair = first_of(world, part)
    found = waiting(world.pairs, decisions(*((*pair, *word) for word in words)), by=by, role=role)
    assert (pair[0] in set(found["record_p3ke"])) == shown


def test_contested_pairs_name_households_and_no_person(world: World) -> None:
    pair = first_of(world, "A")
    found = contested_pairs(
        decisions((*pair, "sama", "ANI"), (*pair, "beda", "BUDI")), world.reconciled, key=KEY
    )
    row = found.iloc[0]
    assert (row["n_sama"], row["n_beda"], row["letak"]) == (1, 1, "keputusan.csv:2; keputusan.csv:3")
    ids = world.reconciled.set_index("record_id_p3ke")["id_rekon"]
    assert row["id_rekon_p3ke"] == ids[pair[0]]
    assert not {"ANI", "BUDI", *pair} & set(found.astype("str").to_numpy().ravel())
    assert contested_pairs(decisions(), world.reconciled, key=KEY).empty
