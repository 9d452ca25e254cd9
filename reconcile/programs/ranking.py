"""Who comes first when more are eligible than a programme has places."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reconcile.identifiers import keyed_shares
from reconcile.programs.logic import Mask, Values
from reconcile.programs.people import Rows


@dataclass(frozen=True)
class Ranking:
    """The ranks of all units.

    ``rank`` is that in the area of the quota, 1 first, 0 who is not eligible; ``of``: so many ranked there.
    ``inside``: within the quota; ``limited``: a quota applies.
    """

    rank: Rows
    of: Rows
    inside: Mask
    limited: Mask


def rank(
    eligible: Mask,
    by: list[tuple[Values, bool]],
    ids: pd.Series,
    quota: int | Mapping[str, int] | None,
    regency: Values,
    *,
    key: bytes,
) -> Ranking:
    """Return the rank of the eligible by ``by``: columns, each with whether its largest comes first.

    What is unknown comes last. Whoever is equal in all of them is ranked by lot: keyed by ``ids``, those of
    the eligible, so that it is the same in every run, and favours no letter of the alphabet and no row of a
    file.
    """
    rows = np.flatnonzero(eligible)
    lot = keyed_shares(ids, key=key, purpose="urutan")
    columns = [_keys(values, rows, down) for values, down in by]
    group = _groups(regency.take(rows)) if isinstance(quota, Mapping) else np.zeros(len(rows), dtype=np.int64)
    # the last key of lexsort weighs the most
    order = np.lexsort([lot, *reversed([part for pair in columns for part in pair]), group])
    counts = np.bincount(group)
    starts = np.cumsum(counts) - counts
    place = np.empty(len(rows), dtype=np.int64)
    place[order] = np.arange(len(rows)) - starts[group[order]] + 1
    ranks, of = np.zeros(len(eligible), dtype=np.int64), np.zeros(len(eligible), dtype=np.int64)
    ranks[rows], of[rows] = place, counts[group]
    places = places_of(quota, regency)
    limited = eligible & (places >= 0)
    return Ranking(ranks, of, limited & (ranks <= places), limited)


def _groups(regency: Values) -> Rows:
    """Return where each is ranked: its kabupaten, or the one place of all who have none."""
    return np.where(regency.known, regency.data, len(regency.words or ())).astype(np.int64)


def _keys(values: Values, rows: Rows, down: bool) -> tuple[Rows, Rows]:  # noqa: FBT001 - of a pair
    data = np.where(values.known, values.data, 0)[rows]
    ordered = np.asarray(-data if down else data, dtype=np.int64)
    return np.asarray(~values.known[rows], dtype=np.int64), ordered


def places_of(quota: int | Mapping[str, int] | None, regency: Values) -> Rows:
    """Return the places where each is counted, -1 where no quota applies."""
    if not isinstance(quota, Mapping):
        return np.full(len(regency.data), -1 if quota is None else quota, dtype=np.int64)
    of = np.array([*(quota.get(code, -1) for code in regency.words or ()), -1], dtype=np.int64)
    return of[np.where(regency.known, regency.data, -1)]
