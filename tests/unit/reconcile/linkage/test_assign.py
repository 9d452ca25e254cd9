"""One-to-one: who is paired with whom where several fit, whatever the order in which the pairs stand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reconcile.linkage import assign
from reconcile.linkage.assign import one_to_one

#: Rows of the right table are numbered behind those of the left one.
RIGHT = 10
Edge = tuple[int, int, float]

#: Few distinct values, so that ties are common; all of them take part in an assignment.
BITS = st.sampled_from([-6.5, -1.0, 0.0, 3.0, 3.0, 12.25])


def edges(most: int, side: int) -> st.SearchStrategy[list[Edge]]:
    pair = st.tuples(st.integers(0, side - 1), st.integers(RIGHT, RIGHT + side - 1), BITS)
    return st.lists(pair, max_size=most, unique_by=lambda edge: edge[:2])


def chosen(pairs: list[Edge], rank: np.ndarray | None = None) -> list[Edge]:
    left, right = (np.array([pair[n] for pair in pairs], dtype=np.int32) for n in (0, 1))
    bits = np.array([pair[2] for pair in pairs], dtype=np.float64)
    rank = np.arange(2 * RIGHT, dtype=np.int32) if rank is None else rank
    return [pairs[place] for place in one_to_one(left, right, bits, rank)]


def worth(pairs: list[Edge]) -> float:
    return sum(float(np.log2(1 + 2.0**bits)) for _, _, bits in pairs)


def greatest_worth(pairs: list[Edge]) -> float:
    """Return the worth of the best choice, by trying all of them."""
    if not pairs:
        return 0.0
    (left, right, _), rest = pairs[0], pairs[1:]
    with_first = [pair for pair in rest if pair[0] != left and pair[1] != right]
    return max(greatest_worth(rest), worth(pairs[:1]) + greatest_worth(with_first))


CASES: list[tuple[str, list[Edge], list[tuple[int, int]]]] = [
    ("nobody", [], []),
    ("one pair", [(0, 10, -3.0)], [(0, 10)]),
    ("pairs that share nobody are all taken", [(0, 10, 9.0), (1, 11, -6.0)], [(0, 10), (1, 11)]),
    ("the better of two", [(0, 10, 3.0), (0, 11, 9.0)], [(0, 11)]),
    ("the better of two, from the other side", [(0, 10, 3.0), (1, 10, 9.0)], [(1, 10)]),
    (
        "two good pairs outweigh one that is a little better",
        [(0, 10, 10.0), (0, 11, 9.0), (1, 10, 9.0)],
        [(0, 11), (1, 10)],
    ),
    (
        "one sure pair outweighs two doubtful ones",
        [(0, 10, 20.0), (0, 11, 1.0), (1, 10, 1.0)],
        [(0, 10)],
    ),
    (
        "the second best of everybody, where the best is taken",
        [(0, 10, 20.0), (0, 11, 5.0), (1, 10, 20.0), (1, 11, 19.0)],
        [(0, 10), (1, 11)],
    ),
    ("doubtful pairs count too", [(0, 10, -2.0), (0, 11, -5.0), (1, 11, -6.0)], [(0, 10), (1, 11)]),
]


@pytest.mark.parametrize(("tried", "pairs", "wanted"), CASES, ids=[case[0] for case in CASES])
def test_cases(tried: str, pairs: list[Edge], wanted: list[tuple[int, int]]) -> None:
    assert [pair[:2] for pair in chosen(pairs)] == wanted


@settings(max_examples=200, deadline=None)
@given(edges(40, 9))
def test_nobody_is_taken_twice_and_no_pair_stays_free(pairs: list[Edge]) -> None:
    taken = chosen(pairs)
    assert len({pair[0] for pair in taken}) == len(taken) == len({pair[1] for pair in taken})
    lefts, rights = {pair[0] for pair in taken}, {pair[1] for pair in taken}
    assert all(left in lefts or right in rights for left, right, _ in pairs)


@settings(max_examples=200, deadline=None)
@given(edges(12, 5))
def test_all_the_evidence_together_is_greatest(pairs: list[Edge]) -> None:
    assert worth(chosen(pairs)) == pytest.approx(greatest_worth(pairs), abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(edges(30, 6), st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_decides_nothing(pairs: list[Edge], random: Any) -> None:
    other = random.sample(pairs, len(pairs))
    assert sorted(chosen(other)) == sorted(chosen(pairs))


@settings(max_examples=200, deadline=None)
@given(edges(30, 6), st.permutations(range(RIGHT)), st.permutations(range(RIGHT, 2 * RIGHT)))
def test_rows_of_another_order_with_the_same_rank_are_paired_alike(
    pairs: list[Edge], lefts: list[int], rights: list[int]
) -> None:
    place = np.array([*lefts, *rights], dtype=np.int32)
    rank = np.empty_like(place)
    rank[place] = np.arange(2 * RIGHT)
    moved = [(int(place[left]), int(place[right]), bits) for left, right, bits in pairs]
    back = [(int(rank[left]), int(rank[right]), bits) for left, right, bits in chosen(moved, rank)]
    assert sorted(back) == sorted(chosen(pairs))


@settings(max_examples=200, deadline=None)
@given(edges(30, 6))
@example([(0, n, -6.5) for n in range(10, 14)] + [(1, 11, -6.5), (2, 11, -6.5), (3, 10, -6.5)])
def test_the_tables_changed_over_are_paired_alike(pairs: list[Edge]) -> None:
    turned = [(right - RIGHT, left + RIGHT, bits) for left, right, bits in pairs]
    rank = np.concatenate([np.arange(RIGHT, 2 * RIGHT), np.arange(RIGHT)]).astype(np.int32)
    back = [(right - RIGHT, left + RIGHT, bits) for left, right, bits in chosen(turned, rank)]
    assert sorted(back) == sorted(chosen(pairs))


def test_among_equals_it_does_not_count_which_comes_first() -> None:
    pairs = [(0, 10, 5.0), (1, 10, 5.0), (2, 10, 5.0)]
    rank = np.arange(2 * RIGHT, dtype=np.int32)
    taken = chosen(pairs, rank)
    assert len(taken) == 1
    assert chosen(pairs[::-1], rank) == taken


@pytest.fixture
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assign, "EXACT_CELLS", 0)


@pytest.mark.usefixtures("everything_is_large")
def test_a_component_too_large_takes_each_others_best() -> None:
    @settings(max_examples=200, deadline=None)
    @given(edges(40, 9), st.randoms(use_true_random=False))
    def holds(pairs: list[Edge], random: Any) -> None:
        taken = chosen(pairs)
        assert len({pair[0] for pair in taken}) == len(taken) == len({pair[1] for pair in taken})
        for left, right, bits in pairs:
            # whoever was passed over lost to a pair that is at least as good
            assert any(bits <= one[2] for one in taken if one[0] == left or one[1] == right)
        assert sorted(chosen(random.sample(pairs, len(pairs)))) == sorted(taken)

    holds()


def test_a_large_component_without_near_ties_is_paired_as_a_small_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generator = np.random.default_rng(4)
    best = [(row, RIGHT + row, 30.0 + row) for row in range(8)]
    others = [
        (row, RIGHT + other, float(generator.uniform(-6, 10)))
        for row in range(8)
        for other in range(8)
        if row != other
    ]
    exact = chosen(best + others)
    monkeypatch.setattr(assign, "EXACT_CELLS", 0)
    assert chosen(best + others) == exact == best
