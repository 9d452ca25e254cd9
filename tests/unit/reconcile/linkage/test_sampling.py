"""Rows in an order of their content, and pairs that are as good as random: whatever the order of the rows."""

import numpy as np
import pandas as pd
import pytest

from reconcile.linkage.features import Side, build_features
from reconcile.linkage.sampling import content_order, random_pairs
from reconcile.linkage.spec import household_spec

SPEC = household_spec()
NAMES = ["SITI", "BUDI", "RINA", "DODI", "SITI", "SITI"]


def table(order: list[int]) -> tuple[Side, list[str]]:
    """Return six households, three of them equal, in the order given, and their ids."""
    rows = pd.DataFrame({"nama": NAMES, "tanggal_lahir": pd.to_datetime(["1980-05-17"] * 6)}).iloc[order]
    return Side(rows.reset_index(drop=True)), [f"a{n}" for n in order]


@pytest.mark.parametrize("order", [[5, 4, 3, 2, 1, 0], [2, 5, 0, 4, 1, 3]], ids=str)
def test_rows_are_ranked_by_content_and_equal_ones_by_id(order: list[int]) -> None:
    ranks = []
    for chosen in (list(range(6)), order):
        side, ids = table(chosen)
        other = Side(pd.DataFrame({"nama": ["BUDI"]}))
        rank = content_order(build_features(SPEC, side, other), np.array([*ids, "b"], dtype=object))
        ranks.append(dict(zip([*ids, "b"], rank.tolist(), strict=True)))
    assert ranks[0] == ranks[1]
    assert sorted(ranks[0].values()) == list(range(7))
    assert ranks[0]["a0"] + 2 == ranks[0]["a4"] + 1 == ranks[0]["a5"]


@pytest.mark.parametrize(("left", "right"), [(40, 40), (40, 25), (1, 1), (0, 5), (0, 0)])
def test_random_pairs_are_pairs_of_both_sides(left: int, right: int) -> None:
    sides = [Side(pd.DataFrame({"rt": np.arange(size)})) for size in (left, right)]
    features = build_features(SPEC, *sides)
    rank = np.arange(features.n, dtype=np.int32)
    one, two = random_pairs(features, rank)
    assert len(one) == len(two)
    assert ((one >= 0) & (one < left) & (two >= left) & (two < left + right)).all()
    assert len({*zip(one.tolist(), two.tolist(), strict=True)}) == len(one)
    assert bool(len(one)) == (min(left, right) > 0)
