"""Pairs with the same levels in every comparison are one pattern: tens of thousands, not millions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.linkage.kinds import Levels


@dataclass(frozen=True)
class Patterns:
    """``of_pair`` has the pattern of each pair; ``levels`` (patterns, comparisons) and ``count`` tell of it.

    ``levels`` are counted from 0 for MISSING: level 0 of a comparison is 1 here.
    """

    of_pair: npt.NDArray[np.int64]
    levels: npt.NDArray[np.int8]
    count: npt.NDArray[np.int64]


def patterns(levels: Mapping[str, Levels], sizes: Sequence[int]) -> Patterns:
    """Return the distinct patterns of ``levels``; ``sizes`` has the number of levels of each comparison."""
    packed = np.zeros(len(next(iter(levels.values()))), dtype=np.int64)
    for level, size in zip(levels.values(), sizes, strict=True):
        packed *= size + 1
        packed += level
        packed += 1
    distinct, back, count = np.unique(packed, return_inverse=True, return_counts=True)
    columns = []
    for size in reversed(sizes):
        columns.append((distinct % (size + 1)).astype(np.int8))
        distinct = distinct // (size + 1)
    matrix = np.column_stack(columns[::-1]) if len(count) else np.empty((0, len(sizes)), dtype=np.int8)
    return Patterns(back, matrix, count)
