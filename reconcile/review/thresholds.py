"""What judged pairs say of the score: the share of one family per band, and of the thresholds."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.language import text
from reconcile.linkage.evaluate import BANDS, wilson
from reconcile.review.tables import THRESHOLDS
from reconcile.review.vocab import Verdict
from reconcile.vocab import Language

_DECIMALS = 6


def threshold_table(
    decided: pd.DataFrame, *, match: float, review: float, wanted: float, language: Language
) -> pd.DataFrame:
    """Return THRESHOLDS of DECIDED.

    A line per band of the score, one for pairs without a score, and two that name a threshold.
    ``ambang_cocok``: the lowest score from which on at least ``wanted`` of the judged pairs are one family,
    ``ambang_tinjau``: the highest up to which at most 1 - ``wanted`` are, both with 95 % confidence (Wilson,
    1927). A threshold is missing where the judged pairs do not bear it out. They were chosen for being
    doubtful: of scores that nobody judges, nothing is said.
    """
    scored = decided.dropna(subset=["skor"]).sort_values("skor", ignore_index=True)
    band = np.searchsorted(BANDS, scored["skor"].to_numpy(dtype=np.float64), side="right") - 1
    ends = [*BANDS[1:], 1.0]
    lines = [
        {"jenis": "pita", "dari": low, "sampai": high, **_counts(scored[band == number])}
        for number, (low, high) in enumerate(zip(BANDS, ends, strict=True))
    ]
    lines.append({"jenis": "tanpa_skor", **_counts(decided[decided["skor"].isna()])})
    lines += [_from_top(scored, wanted, match), _from_bottom(scored, wanted, review)]
    table = pd.DataFrame(lines)
    size = (table["n_sama"] + table["n_beda"]).to_numpy(dtype=np.float64)
    same = table["n_sama"].to_numpy(dtype=np.float64)
    low, high = wilson(same, size)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = {"bagian_sama": same / size, "bawah_95": low, "atas_95": high}
    said = table["jenis"].map({kind: text(f"ambang_{kind}", language) for kind in table["jenis"].unique()})
    shares = {name: np.round(values, _DECIMALS) for name, values in shares.items()}
    return THRESHOLDS.build(table.assign(**shares, arti=said))


def _counts(rows: pd.DataFrame) -> dict[str, object]:
    counts = rows["putusan"].value_counts()
    return {f"n_{one.value}": int(counts.get(one.value, 0)) for one in Verdict}


def _from_top(scored: pd.DataFrame, wanted: float, used: float) -> dict[str, object]:
    """Return the line of the lowest score from which on the share of one family is surely ``wanted``."""
    told = scored[scored["putusan"].isin([Verdict.SAME, Verdict.OTHER])][::-1]
    low, _ = _so_far(told)
    fits = np.flatnonzero((low >= wanted) & _ends(told["skor"]))
    at = float(told["skor"].iloc[fits[-1]]) if len(fits) else None
    part = scored[scored["skor"] >= (at if at is not None else used)]
    return {"jenis": "ambang_cocok", "dari": at, "sampai": 1.0, **_counts(part), "ambang_dipakai": used}


def _from_bottom(scored: pd.DataFrame, wanted: float, used: float) -> dict[str, object]:
    """Return the line of the highest score up to which the share of one family is surely small."""
    told = scored[scored["putusan"].isin([Verdict.SAME, Verdict.OTHER])]
    _, high = _so_far(told)
    fits = np.flatnonzero((high <= 1 - wanted) & _ends(told["skor"]))
    at = float(told["skor"].iloc[fits[-1]]) if len(fits) else None
    part = scored[scored["skor"] <= (at if at is not None else used)]
    return {"jenis": "ambang_tinjau", "dari": 0.0, "sampai": at, **_counts(part), "ambang_dipakai": used}


def _so_far(told: pd.DataFrame) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the interval of the share of one family among each row and all before it."""
    same = np.cumsum((told["putusan"] == Verdict.SAME).to_numpy())
    return wilson(same.astype(np.float64), np.arange(1, len(told) + 1, dtype=np.float64))


def _ends(scores: pd.Series) -> npt.NDArray[np.bool_]:
    """Return where a run of equal scores ends: a threshold takes all of them or none."""
    values = scores.to_numpy(dtype=np.float64)
    return np.append(np.diff(values) != 0, True)[: len(values)]
