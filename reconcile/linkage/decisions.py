"""What people decided of pairs: it outranks the model, and a decision that fits nothing is an error."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.errors import Fault, InputError
from reconcile.linkage.link import Ruling
from reconcile.vocab import PairDecision


def decided_rows(decisions: pd.DataFrame, ids: npt.NDArray[np.object_], n_left: int) -> Ruling:
    """Return the rows that DECISIONS speaks of; ``ids`` has the ids of all rows, P3KE first.

    Raises InputError with every decision that names an unknown row, is not ``sama`` or ``beda``, or that
    contradicts another: one pair decided both ways, one family in two pairs.
    """
    place = pd.Series(np.arange(len(ids)), index=ids)
    rows = decisions.assign(
        left=decisions["record_p3ke"].map(place.iloc[:n_left]),
        right=decisions["record_bps"].map(place.iloc[n_left:]),
    )
    unknown = rows["left"].isna() | rows["right"].isna()
    said = rows["keputusan"].str.strip().str.lower()
    wrong = ~said.isin([one.value for one in PairDecision])
    faults = [
        *_faults("E_DECISION_UNKNOWN", rows[unknown]),
        *_faults("E_DECISION_WORD", rows[wrong & ~unknown]),
    ]
    rows = rows[~unknown & ~wrong].assign(keputusan=said)
    rows = rows.drop_duplicates(["left", "right", "keputusan"])
    same = rows[rows["keputusan"] == PairDecision.SAME]
    both_ways = rows.duplicated(["left", "right"], keep=False)
    twice = same.duplicated("left", keep=False) | same.duplicated("right", keep=False)
    faults += _faults("E_DECISION_BOTH", rows[both_ways]) + _faults("E_DECISION_TWICE", same[twice])
    if faults:
        raise InputError(faults)
    other = rows[rows["keputusan"] == PairDecision.OTHER]
    return Ruling(*(part[["left", "right"]].to_numpy(dtype=np.int64) for part in (same, other)))


def _faults(code: str, rows: pd.DataFrame) -> list[Fault]:
    places = zip(rows["source_file"], rows["source_row"], strict=True)
    return [Fault.of(code, file=file, row=int(row)) for file, row in places]
