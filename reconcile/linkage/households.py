"""Matching the households of both registries: pairs, parts of families, and what the matching is worth."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from reconcile.executor import LOCAL, Executor
from reconcile.linkage.blocking import PassYield, pass_names
from reconcile.linkage.decisions import decided_rows, decided_scores, is_one_of
from reconcile.linkage.features import Side
from reconcile.linkage.link import Links, link
from reconcile.linkage.parameters import Parameters
from reconcile.linkage.quality import Quality, expected_quality
from reconcile.linkage.reasons import DECIDED, reasons
from reconcile.linkage.relations import family_parts
from reconcile.linkage.spec import household_spec
from reconcile.tables import DECISIONS, PAIRS, RELATIONS
from reconcile.vocab import MatchStatus, Relationship


class MatchingSettings(BaseModel):
    """Thresholds of the probability: at or above ``match`` accepted, at or above ``review`` doubtful.

    ``parameters``: path of a file that an earlier run wrote, to match with what was learnt then.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    match: float = Field(default=0.9, gt=0, le=1)
    review: float = Field(default=0.2, gt=0, le=1)
    parameters: str | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "MatchingSettings":
        if self.review > self.match:
            raise PydanticCustomError("thresholds", "review is above match")
        return self


@dataclass(frozen=True)
class Linkage:
    """The pairs (PAIRS), the rows that are part of a matched family (RELATIONS), and how they came about.

    ``decided`` is what the model would say of the pairs that people judged (review.tables.DECIDED).
    """

    pairs: pd.DataFrame
    relations: pd.DataFrame
    passes: tuple[PassYield, ...]
    candidates: int
    parameters: Parameters
    quality: Quality
    decided: pd.DataFrame


def link_households(  # noqa: PLR0913 - both registries, what is known of them, and who does the work
    p3ke: pd.DataFrame,
    bps: pd.DataFrame,
    p3ke_members: pd.DataFrame,
    bps_members: pd.DataFrame,
    settings: MatchingSettings,
    *,
    decisions: pd.DataFrame | None = None,
    parameters: Parameters | None = None,
    executor: Executor = LOCAL,
) -> Linkage:
    """Return the one-to-one pairs of two PLACED tables; the answer does not depend on their row order.

    ``decisions`` (DECISIONS) outrank the model: InputError where they contradict themselves or name rows that
    are not there. A pair that reviewers disagree on stays doubtful, however sure the model is. ``parameters``
    are learnt from the tables where none are given; ``executor`` works on partitions.
    """
    spec = household_spec()
    sides = [household_side(p3ke, p3ke_members), household_side(bps, bps_members)]
    ids = np.concatenate([side.rows["record_id"].to_numpy(dtype=object) for side in sides])
    said = DECISIONS.empty() if decisions is None else decisions
    ruling = decided_rows(said, ids, len(p3ke))
    links = link(spec, sides[0], sides[1], ids, parameters=parameters, ruling=ruling, executor=executor)
    contested = is_one_of(links, links.chosen, ruling.contested)
    shown = links.chosen[(links.probability[links.chosen] >= settings.review) | contested]
    chance = links.probability[shown]
    accepted = (chance >= settings.match) & ~is_one_of(links, shown, ruling.contested)
    pairs = _pairs(links, shown, ids).assign(
        skor=chance,
        status_padan=np.where(accepted, MatchStatus.MATCHED.value, MatchStatus.REVIEW.value),
        jalur=pass_names(links.candidates.passes[shown], spec.passes),
        alasan=reasons(links, spec, shown),
    )
    # nobody is in two pairs that are decided
    forced = np.isin(links.candidates.left[shown], ruling.same[:, 0])
    pairs["alasan"] = pairs["alasan"].mask(forced, DECIDED + " " + pairs["alasan"])
    relations = family_parts(links, ids, shown[accepted], shown)
    return Linkage(
        PAIRS.build(pairs.sort_values("record_p3ke")),
        RELATIONS.build(relations.sort_values(["record_p3ke", "record_bps"])),
        links.passes,
        len(links.candidates),
        links.parameters,
        expected_quality(links, settings.match),
        decided_scores(links, said, ids),
    )


def household_side(households: pd.DataFrame, members: pd.DataFrame) -> Side:
    """Return the households in the order of their ids, and their members without the heads."""
    rows = households.sort_values("record_id", ignore_index=True)
    place = pd.Series(rows.index, index=rows["record_id"].array)
    others = members[(members["hubungan"] != Relationship.HEAD) | members["hubungan"].isna()]
    others = others.assign(row=others["record_id"].map(place)).dropna(subset=["row"])
    return Side(rows, others)


def _pairs(links: Links, chosen: np.ndarray, ids: np.ndarray) -> pd.DataFrame:
    left, right = links.candidates.left[chosen], links.candidates.right[chosen]
    return pd.DataFrame(
        {"record_p3ke": ids[left], "record_bps": ids[right], "bobot": links.bits[chosen].round(2)}
    )
