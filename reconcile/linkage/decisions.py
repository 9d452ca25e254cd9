"""What people decided of pairs: it outranks the model, and a decision that fits nothing is an error."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.errors import InputError
from reconcile.linkage.calibration import LOWEST
from reconcile.linkage.link import Links, Ruling
from reconcile.linkage.people import people_of
from reconcile.linkage.score import probability
from reconcile.review.tables import DECIDED
from reconcile.review.verdicts import faults_of, verdicts
from reconcile.review.vocab import Verdict


def decided_rows(decisions: pd.DataFrame, ids: npt.NDArray[np.object_], n_left: int) -> Ruling:
    """Return the rows that DECISIONS speaks of; ``ids`` has the ids of all rows, P3KE first.

    Raises InputError with every decision that names an unknown row, has no known word, or contradicts
    another of the same person (``reconcile.review.verdicts``), and with every family that is in two pairs.
    """
    place = _places(ids, n_left)
    rows = decisions.assign(
        left=decisions["record_p3ke"].map(place[0]), right=decisions["record_bps"].map(place[1])
    )
    unknown = rows["left"].isna() | rows["right"].isna()
    found = verdicts(decisions[~unknown])
    faults = [*faults_of("E_DECISION_UNKNOWN", rows[unknown]), *found.faults]
    same = found.table[found.table["putusan"] == Verdict.SAME].sort_values(["source_file", "source_row"])
    twice = same.duplicated("record_p3ke", keep=False) | same.duplicated("record_bps", keep=False)
    faults += faults_of("E_DECISION_TWICE", same[twice])
    if faults:
        raise InputError(faults)
    return Ruling(
        *(
            _numbers(found.table[found.table["putusan"] == verdict], place)
            for verdict in (Verdict.SAME, Verdict.OTHER, Verdict.CONTESTED)
        )
    )


def _places(ids: npt.NDArray[np.object_], n_left: int) -> tuple[pd.Series, pd.Series]:
    place = pd.Series(np.arange(len(ids)), index=ids)
    return place.iloc[:n_left], place.iloc[n_left:]


def _numbers(pairs: pd.DataFrame, place: tuple[pd.Series, pd.Series]) -> npt.NDArray[np.int64]:
    rows = pairs["record_p3ke"].map(place[0]), pairs["record_bps"].map(place[1])
    return np.column_stack([one.to_numpy(dtype=np.int64) for one in rows])


def is_one_of(
    links: Links, candidates: npt.NDArray[np.int64], pairs: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Return of each of ``candidates`` (their numbers in ``links``) whether it is among ``pairs`` of rows."""
    left, right = links.candidates.left.astype(np.int64), links.candidates.right
    return np.isin(
        left[candidates] * links.features.n + right[candidates], pairs[:, 0] * links.features.n + pairs[:, 1]
    )


def decided_scores(links: Links, decisions: pd.DataFrame, ids: npt.NDArray[np.object_]) -> pd.DataFrame:
    """Return DECIDED: every judged pair with the probability that it has without the judgement."""
    judged = verdicts(decisions).table
    if not len(judged):
        return DECIDED.empty()
    near = np.flatnonzero(links.bits >= LOWEST)
    a, b = links.candidates.left[near], links.candidates.right[near]
    share = np.zeros(len(links.bits))
    share[near] = probability(links.bits[near], a, b, people_of(links.features), links.parameters)
    number = pd.Series(np.arange(len(ids)), index=ids)
    pair = judged["record_p3ke"].map(number) * len(ids) + judged["record_bps"].map(number)
    own = links.candidates.left.astype(np.int64) * len(ids) + links.candidates.right
    at = np.flatnonzero(np.isin(own, pair.to_numpy(dtype=np.int64)))
    scores = pd.Series(share[at], index=own[at])
    return DECIDED.build(
        judged[["record_p3ke", "record_bps", "putusan"]].assign(skor=pair.map(scores).astype("float64"))
    )
