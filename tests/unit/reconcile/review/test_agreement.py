"""Cohen's kappa, held against tables that were reckoned by hand."""

import pandas as pd
import pytest
from review_world import decisions

from reconcile.review.agreement import agreement, kappa

WORDS = ["sama", "beda", "ragu"]
TABLES = [
    # counts, kappa by hand: (observed - chance) / (1 - chance)
    # 50 pairs: observed 35/50, chance (25*30 + 25*20)/2500 = 0.5 -> 0.4 (Cohen's own example, two words)
    ([[20, 5, 0], [10, 15, 0], [0, 0, 0]], 0.4),
    # 20 pairs: observed 14/20, chance (10*9 + 7*8 + 3*3)/400 = 0.3875 -> 0.3125/0.6125
    ([[8, 1, 1], [1, 5, 1], [0, 2, 1]], 0.3125 / 0.6125),
    ([[5, 0, 0], [0, 5, 0], [0, 0, 0]], 1.0),
    ([[0, 5, 0], [5, 0, 0], [0, 0, 0]], -1.0),
    ([[7, 0, 0], [0, 0, 0], [0, 0, 0]], None),
    ([[0, 0, 0], [0, 0, 0], [0, 0, 0]], None),
]  # fmt: skip


@pytest.mark.parametrize(("counts", "expected"), TABLES)
def test_kappa(counts: list[list[int]], expected: float | None) -> None:
    found = kappa(pd.DataFrame(counts, index=WORDS, columns=WORDS))
    assert found == (None if expected is None else pytest.approx(expected))


def test_only_pairs_that_two_people_judged_count_by_their_latest_word() -> None:
    rows = decisions(
        ("p1", "b1", "sama", "ANI"), ("p1", "b1", "sama", "BUDI"),
        ("p2", "b2", "sama", "ANI"), ("p2", "b2", "beda", "BUDI"),
        ("p3", "b3", "sama", "ANI"),
        ("p4", "b4", "sama", "ANI", "2026-04-01"), ("p4", "b4", "beda", "ANI", "2026-04-02"),
        ("p4", "b4", "beda", "BUDI"),
        ("p2", "b2", "sama", "CICI", "2026-04-09", "penengah"),
    )  # fmt: skip
    found = agreement(rows)
    assert (found.pairs, found.agreed) == (3, 2)
    assert found.table.loc["sama", "beda"] == 1
    # observed 2/3, chance (2*1 + 1*2)/9 = 4/9
    assert found.kappa == pytest.approx((2 / 3 - 4 / 9) / (1 - 4 / 9))
    assert agreement(rows[::-1]).kappa == found.kappa
    assert agreement(decisions()).kappa is None
