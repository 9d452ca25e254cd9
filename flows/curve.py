"""The curve of `padan evaluate`: precision, recall and F1 over the threshold.

Drawn with the Agg canvas: no display, no network, fonts that matplotlib brings. Same curve, same bytes.
"""

from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from reconcile.language import text
from reconcile.vocab import Language

#: Colours that are told apart by everybody, and a line of its own for print without colour.
_LINES = {"presisi": ("#0072b2", "-"), "recall": ("#d55e00", "--"), "f1": ("#000000", ":")}
_SIZE, _DPI = (8.0, 5.0), 150
#: The scale begins below the lowest value of the thresholds up to this one: the end falls to nothing.
_SEEN = 0.99
_GOOD = 0.95
#: The axis of thresholds begins here at the latest.
_LATEST = 0.9


def draw_curve(
    curve: pd.DataFrame, default: pd.Series, threshold: float, title: str, language: Language
) -> bytes:
    """Return the PNG of a curve (evaluate.curve) with the figures of the run itself at its ``threshold``.

    ``default`` has ``presisi``, ``recall`` and ``f1`` of what the run accepted.
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        figure = Figure(figsize=_SIZE, dpi=_DPI, facecolor="white")
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.1, 0.12, 0.86, 0.73))
        for name, (colour, style) in _LINES.items():
            label = text(f"evaluate_{name}", language)
            axes.plot(curve["ambang"], curve[name], style, color=colour, linewidth=1.8, label=label)
            axes.plot([threshold], [default[name]], "o", color=colour, markersize=6)
        axes.axvline(threshold, color="#777777", linewidth=0.9)
        _furnish(axes, curve, language)
        axes.set_title(title, fontsize=11, loc="left", pad=26)
        written = text("evaluate_threshold_run", language, threshold=_number(threshold, language))
        axes.annotate(
            written,
            (threshold, 0),
            xycoords=("data", "axes fraction"),
            xytext=(-5, 6),
            textcoords="offset points",
            rotation=90,
            ha="right",
            va="bottom",
            fontsize=8.5,
            color="#444444",
        )
        buffer = BytesIO()
        figure.savefig(buffer, format="png", dpi=_DPI, metadata={"Software": "padan", "Title": title})
        return buffer.getvalue()


def _furnish(axes: Any, curve: pd.DataFrame, language: Language) -> None:
    """Set scales, ticks, grid and legend."""
    shown = curve.loc[curve["ambang"] <= _SEEN, list(_LINES)].to_numpy(dtype="float64").ravel()
    lowest = float(np.nanmin(shown)) if np.isfinite(shown).any() else 0.0
    # a tick below the lowest value, at whole percents where all is good, else at fives
    ticks = 100 if lowest > _GOOD else 20
    bottom = max(0.0, np.floor(lowest * ticks - 0.5) / ticks)
    first = min(curve["ambang"].iloc[0], _LATEST)
    axes.set_xlim(first, 1 + 0.01 * (1 - first))
    axes.set_ylim(bottom, 1 + 0.02 * (1 - bottom))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _number(value, language)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _percent(value, language)))
    axes.set_xlabel(text("evaluate_threshold_axis", language))
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=len(_LINES), frameon=False, fontsize=9.5)


def _number(value: float, language: Language) -> str:
    said = f"{value:.4g}"
    return said.replace(".", ",") if language is Language.INDONESIAN else said


def _percent(value: float, language: Language) -> str:
    return f"{_number(100 * value, language)} %"
