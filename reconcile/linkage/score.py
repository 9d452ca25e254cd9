"""Evidence to a probability, and the levels to a sentence."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.language import text
from reconcile.linkage.comparisons import Levels
from reconcile.linkage.model import FIELDS, MISSING
from reconcile.vocab import Language

#: Share of the smaller list that is expected in the other, for the prior odds of a random pair.
EXPECTED_OVERLAP = 0.5


def scores(levels: Mapping[str, Levels], n_left: int, n_right: int) -> npt.NDArray[np.float64]:
    """Return the probability that each pair is one family: prior odds of a random pair plus the bits."""
    matches = max(1.0, EXPECTED_OVERLAP * min(n_left, n_right))
    prior = np.log2(matches / max(1.0, float(n_left) * n_right - matches))
    bits = np.full(len(next(iter(levels.values()))), prior)
    for field in FIELDS:
        weights = np.array([*(level.bits for level in field.levels), 0.0])
        bits += weights[levels[field.name]]
    # rounded, so that the last bits of a processor's own exp2 never decide a tie or a byte
    probability: npt.NDArray[np.float64] = 1.0 / (1.0 + np.exp2(-np.clip(bits, -60, 60)))
    return probability.round(9)


def reasons(levels: Mapping[str, Levels]) -> pd.Series:
    """Return the names of each pair's levels joined by spaces, in the order of the model."""
    pattern = np.zeros(len(next(iter(levels.values()))), dtype=np.int64)
    for field in FIELDS:
        pattern = pattern * (len(field.levels) + 1) + (levels[field.name] + 1)
    distinct, first, back = np.unique(pattern, return_index=True, return_inverse=True)
    texts = [
        " ".join(f.levels[levels[f.name][row]].name for f in FIELDS if levels[f.name][row] != MISSING)
        for row in first
    ]
    return pd.Series(np.array(texts, dtype=object)[back] if len(distinct) else [], dtype="str")


def sentences(reasons: pd.Series, language: Language) -> pd.Series:
    """Return what ``reasons`` made in the words of the catalogue, joined by semicolons; missing stays so."""
    said = {
        pattern: "; ".join(text(f"level_{name}", language) for name in pattern.split())
        for pattern in reasons.dropna().unique()
    }
    return reasons.map(said).astype("str")
