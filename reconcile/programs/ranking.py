"""Who comes first when more are eligible than a programme has places."""

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
    ``inside``: within the quota; ``limited``: a quota applies. ``area`` is missing where it is the province.
    """

    rank: Rows
    of: Rows
    inside: Mask
    limited: Mask
    places: Rows
    area: pd.Series


def rank(
    eligible: Mask,
    by: list[tuple[Values, bool]],
    ids: pd.Series,
    quota: int | dict[str, int] | None,
    regency: pd.Series,
    *,
    key: bytes,
) -> Ranking:
    """Return the rank of the eligible by ``by``: columns, each with whether its largest comes first.

    What is unknown comes last. Whoever is equal in all of them is ranked by lot: keyed by ``ids``, so that
    it is the same in every run, and favours no letter of the alphabet and no row of a file.
    """
    rows = np.flatnonzero(eligible)
    area = regency.fillna("") if isinstance(quota, dict) else pd.Series("", index=regency.index)
    lot = keyed_shares(ids.iloc[rows], key=key, purpose="urutan")
    columns = [_keys(values, rows, down) for values, down in by]
    group = pd.factorize(area.iloc[rows], sort=True)[0]
    # the last key of lexsort weighs the most
    order = np.lexsort([lot, *reversed([part for pair in columns for part in pair]), group])
    counts = np.bincount(group) if len(group) else np.empty(0, dtype=np.int64)
    starts = np.cumsum(counts) - counts
    place = np.empty(len(rows), dtype=np.int64)
    place[order] = np.arange(len(rows)) - starts[group[order]] + 1
    ranks, of = np.zeros(len(eligible), dtype=np.int64), np.zeros(len(eligible), dtype=np.int64)
    ranks[rows], of[rows] = place, counts[group]
    places = _places(quota, regency)
    limited = eligible & (places >= 0)
    inside = limited & (ranks <= places)
    return Ranking(ranks, of, inside, limited, places, area.where(area != ""))


def _keys(values: Values, rows: Rows, down: bool) -> tuple[Rows, Rows]:  # noqa: FBT001 - of a pair
    data = np.where(values.known, values.data, 0)[rows]
    ordered = np.asarray(-data if down else data, dtype=np.int64)
    return np.asarray(~values.known[rows], dtype=np.int64), ordered


def _places(quota: int | dict[str, int] | None, regency: pd.Series) -> Rows:
    """Return the places where each is counted, -1 where no quota applies."""
    if isinstance(quota, dict):
        return np.asarray(regency.map(quota).fillna(-1), dtype=np.int64)
    return np.asarray(np.full(len(regency), -1 if quota is None else quota), dtype=np.int64)
