"""Linking two registries: keys, candidate pairs, comparison, score, one-to-one."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from reconcile.linkage.assign import one_to_one
from reconcile.linkage.blocking import PassYield, candidate_pairs, pass_names
from reconcile.linkage.comparisons import compare
from reconcile.linkage.keys import build_keys
from reconcile.linkage.score import reasons, scores
from reconcile.tables import PAIRS
from reconcile.vocab import MatchStatus


class MatchingSettings(BaseModel):
    """Thresholds of the score (0 to 1): at or above ``match`` accepted, at or above ``review`` doubtful."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    match: float = Field(default=0.9, gt=0, le=1)
    review: float = Field(default=0.2, gt=0, le=1)

    @model_validator(mode="after")
    def _ordered(self) -> "MatchingSettings":
        if self.review > self.match:
            raise PydanticCustomError("thresholds", "review is above match")
        return self


@dataclass(frozen=True)
class Linkage:
    """The accepted and doubtful pairs (table PAIRS) and what each blocking pass brought."""

    pairs: pd.DataFrame
    passes: tuple[PassYield, ...]
    candidates: int


def link_households(
    p3ke: pd.DataFrame,
    bps: pd.DataFrame,
    p3ke_members: pd.DataFrame,
    bps_members: pd.DataFrame,
    settings: MatchingSettings,
) -> Linkage:
    """Return the one-to-one pairs of two PLACED tables; the answer does not depend on their row order."""
    keys = build_keys(p3ke, bps, p3ke_members, bps_members)
    candidates, yields = candidate_pairs(keys)
    left, right = candidates["left"].to_numpy(), candidates["right"].to_numpy()
    levels = compare(keys, left, right)
    score = scores(levels, len(p3ke), len(bps))
    ids = np.concatenate([p3ke["record_id"].to_numpy(dtype=object), bps["record_id"].to_numpy(dtype=object)])
    rank = np.argsort(np.argsort(ids))
    worth = np.flatnonzero(score >= settings.review)
    order = rank[left[worth]] * (len(ids) + 1) + rank[right[worth]]
    kept = worth[one_to_one(left[worth], right[worth], score[worth], order)]
    accepted = score[kept] >= settings.match
    pairs = pd.DataFrame(
        {
            "record_p3ke": ids[left[kept]],
            "record_bps": ids[right[kept]],
            "skor": score[kept],
            "status_padan": np.where(accepted, MatchStatus.MATCHED.value, MatchStatus.REVIEW.value),
            "jalur": pass_names(candidates["passes"].iloc[kept]).array,
            "alasan": reasons({name: level[kept] for name, level in levels.items()}).array,
        }
    )
    return Linkage(PAIRS.build(pairs.sort_values("record_p3ke")), yields, len(candidates))
