"""What became of household ids between any two runs, counted from HISTORY of both."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.vocab import IdEvent

_PAST = (IdEvent.GONE.value, IdEvent.REPLACED.value)
_SIDES = ("record_id_p3ke", "record_id_bps")


def living(history: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of HISTORY whose id the run has."""
    return history[~history["peristiwa"].isin(_PAST)]


def among(values: pd.Series | pd.Index, known: pd.Series | pd.Index) -> npt.NDArray[np.bool_]:
    """Return whether each of ``values`` is one of ``known``, each of which stands once there.

    Of millions of texts this takes a tenth of the time of ``isin``.
    """
    there: npt.NDArray[np.bool_] = pd.Index(known).get_indexer(pd.Index(values)) >= 0
    return there


def events_between(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, int]:
    """Return how many ids met each IdEvent between two runs, which need not follow each other.

    An id that only the second has is new, or comes back, or parted from another (``asal``); one that only the
    first has is gone, or replaced where its records stand under another id.
    """
    was, now = living(before).set_index("id_rekon"), living(after).set_index("id_rekon")
    events = pd.Series(IdEvent.SAME.value, index=now.index, dtype="str")
    held = was.reindex(now.index)[list(_SIDES)].notna().sum(axis="columns")
    have = now[list(_SIDES)].notna().sum(axis="columns")
    events = events.mask(have > held, IdEvent.JOINED.value).mask(have < held, IdEvent.PARTED.value)
    fresh = ~among(now.index, was.index)
    known = _hold(now, was)
    events = events.mask(fresh, IdEvent.NEW.value).mask(fresh & known, IdEvent.PARTED.value)
    events = events.mask(fresh & among(now.index, before["id_rekon"]), IdEvent.RETURNED.value)
    lost = was[~among(was.index, now.index)]
    moved = _hold(lost, now)
    counts = events.value_counts().to_dict()
    counts[IdEvent.REPLACED.value] = int(moved.sum())
    counts[IdEvent.GONE.value] = int((~moved).sum())
    return {event.value: int(counts.get(event.value, 0)) for event in IdEvent}


def _hold(rows: pd.DataFrame, others: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return whether a record of each row is one of the others'."""
    held = [among(rows[side], others[side].dropna()) for side in _SIDES]
    there: npt.NDArray[np.bool_] = held[0] | held[1]
    return there
