"""Probabilities that hold: of pairs made up with a known share of wrong ones, that share is found."""

import numpy as np
import pandas as pd
import pytest

from reconcile.linkage.assign import one_to_one
from reconcile.linkage.blocking import Candidates
from reconcile.linkage.calibration import LOWEST, Scored, calibrated_line
from reconcile.linkage.features import Features, Side, build_features
from reconcile.linkage.spec import LinkageSpec

SPEC = LinkageSpec.model_validate(
    {
        "features": {"rt": {"kind": "number", "columns": ["rt"]}},
        "passes": [{"name": "rt", "keys": ["rt"], "cap": 1, "why": {"id": "-", "en": "-"}}],
        "comparisons": [{"name": "rt", "kind": "number", "features": ["rt"], "m": [0.8, 0.1, 0.1]}],
    }
)


def features(rows: int) -> Features:
    side = Side(pd.DataFrame({"rt": np.arange(rows)}))
    return build_features(SPEC, side, side)


def made_up(
    sure: int, doubtful: int, alone: int, optimism: float
) -> tuple[Features, Scored, np.ndarray, np.ndarray]:
    """Return pairs of which ``doubtful`` are right, with evidence from the right and the wrong alike.

    Wrong pairs have -3 bits and right ones 3, give or take; ``optimism`` is added to all but the sure pairs.
    """
    rng = np.random.default_rng(5)
    rows = sure + doubtful + alone
    right_pairs = np.arange(sure + doubtful)
    # few rows have a wrong candidate at all
    wrong_left = rng.choice(rows, rows // 4)
    wrong_right = rng.integers(0, rows, len(wrong_left))
    kept = wrong_left != wrong_right
    left = np.concatenate([right_pairs, wrong_left[kept]]).astype(np.int32)
    right = np.concatenate([right_pairs, wrong_right[kept]]).astype(np.int32) + rows
    bits = np.concatenate(
        [
            np.full(sure, 30.0),
            rng.normal(3, 3, doubtful) + optimism,
            rng.normal(-3, 3, int(kept.sum())) + optimism,
        ]
    ).round(6)
    rank = np.arange(2 * rows, dtype=np.int32)
    near = np.flatnonzero(bits >= LOWEST)
    taken = near[one_to_one(left[near], right[near], bits[near], rank)]
    pairs = Candidates(left, right, np.ones(len(left), dtype=np.uint32))
    return features(rows), Scored(pairs, bits, near, taken), rank, taken < len(right_pairs)


@pytest.mark.parametrize("optimism", [0.0, 3.0, -2.0], ids=["as it is", "too sure", "too careful"])
def test_probabilities_are_the_shares_that_are_right(optimism: float) -> None:
    table, scored, rank, is_right = made_up(sure=20_000, doubtful=4_000, alone=6_000, optimism=optimism)
    slope, shift = calibrated_line(table, scored, rank, None)
    bits = scored.bits[scored.taken]
    chance = 1 / (1 + np.exp2(-(slope * bits + shift)))
    for low, high in ((0.1, 0.8), (0.8, 0.995)):
        among = (chance >= low) & (chance < high) & (bits < 12)
        assert among.sum() > 20
        assert is_right[among].mean() == pytest.approx(chance[among].mean(), abs=0.12)


def test_evidence_of_few_pairs_is_taken_as_it_is() -> None:
    table, scored, rank, _ = made_up(sure=100, doubtful=20, alone=30, optimism=3.0)
    assert calibrated_line(table, scored, rank, None) == (1.0, 0.0)


def test_nothing_to_learn_from() -> None:
    nothing = np.empty(0, dtype=np.int64)
    empty = Candidates(nothing.astype(np.int32), nothing.astype(np.int32), nothing.astype(np.uint32))
    scored = Scored(empty, np.empty(0), nothing, nothing)
    assert calibrated_line(features(3), scored, np.arange(6, dtype=np.int32), None) == (1.0, 0.0)
