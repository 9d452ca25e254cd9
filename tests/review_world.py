"""Doubtful pairs of a made-up population, as a run hands them out."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from linkage_world import Lists, make_lists

from reconcile.linkage.households import MatchingSettings, link_households
from reconcile.merge import merge_households
from reconcile.review.pairs import review_pairs, review_people
from reconcile.review.settings import ReviewSettings
from reconcile.review.tables import JUDGEMENTS
from reconcile.tables import DECISIONS, FINDINGS, RELATIONS

KEY = b"k" * 32
RUN = "2026-03-31-abcdef0123"


@dataclass(frozen=True, eq=False)
class World:
    """RECONCILED of the lists, the pairs that wait for a reviewer, and their people."""

    lists: Lists
    members: pd.DataFrame
    reconciled: pd.DataFrame
    findings: pd.DataFrame
    pairs: pd.DataFrame
    people: pd.DataFrame

    def handed_out(self, decisions: pd.DataFrame | None = None, **settings: Any) -> pd.DataFrame:
        """Return REVIEW_PAIRS after ``decisions``, with other settings."""
        said = DECISIONS.empty() if decisions is None else decisions
        return review_pairs(self.reconciled, self.findings, said, ReviewSettings(**settings), key=KEY)


@cache
def make_review_world(families: int = 250) -> World:
    """Return a world where every pair that was found is doubtful, with scores of 0.2 to 0.9."""
    lists = make_lists(families)
    tables = (lists.p3ke, lists.bps, lists.p3ke_members, lists.bps_members)
    linkage = link_households(*tables, MatchingSettings())
    scores = np.random.default_rng(5).permutation(np.linspace(0.2, 0.9, len(linkage.pairs))).round(4)
    doubtful = linkage.pairs.assign(status_padan="tinjau", skor=scores)
    reconciled = merge_households(lists.p3ke, lists.bps, doubtful, RELATIONS.empty(), key=KEY)
    findings = FINDINGS.empty().reindex(range(len(reconciled) // 3))
    findings["id_rekon"] = reconciled["id_rekon"].sample(len(findings), random_state=3).array
    members = pd.concat([lists.p3ke_members, lists.bps_members], ignore_index=True)
    pairs = review_pairs(reconciled, findings, DECISIONS.empty(), ReviewSettings(), key=KEY)
    return World(lists, members, reconciled, findings, pairs, review_people(pairs, members))


def judgements(*rows: tuple[str, ...]) -> pd.DataFrame:
    """Return JUDGEMENTS of (P3KE record, BPS record, decision, by, day, part); what is left out is usual."""
    usual = ("", "", "sama", "ANI", "2026-04-01", "penelaah")
    full = [(*row, *usual[len(row) :]) for row in rows]
    names = ["record_p3ke", "record_bps", "keputusan", "oleh", "tanggal", "peran"]
    return JUDGEMENTS.build(pd.DataFrame(full, columns=names, dtype="str").replace({"tanggal": {"": None}}))


def decisions(*rows: tuple[str, ...]) -> pd.DataFrame:
    """Return DECISIONS of ``judgements``, from row 2 of keputusan.csv on."""
    told = judgements(*rows)
    origin = {"registry": "acuan", "source": "pair_decisions", "source_sha256": "", "source_sheet": ""}
    return DECISIONS.build(
        told.assign(**origin, source_file="keputusan.csv", source_row=range(2, len(told) + 2))
    )
