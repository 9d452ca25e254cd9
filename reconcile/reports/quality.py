"""Counts of the matching with the range that its own expected errors leave open."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.indicators import COUNT_NAMES
from reconcile.language import text
from reconcile.linkage.quality import Quality
from reconcile.tables import Column, Table
from reconcile.vocab import Language

_COUNTS = (
    ("cocok", "families found in both lists"),
    ("hanya_p3ke", "families found in P3KE only"),
    ("hanya_bps", "families found in BPS only"),
)
_ENDS = (("rendah", "lower end"), ("tinggi", "upper end"))

MATCH_QUALITY = Table(
    "match_quality",
    (
        Column("tingkat", "text", "kabupaten or provinsi", required=True),
        Column("kode", "text", "dotted Kemendagri code; missing: families without village, or the province"),
        Column("nama", "text", "official name"),
        Column("keluarga", "whole", "families of either list, matched ones once", required=True),
        Column("perlu_tinjau", "whole", "families with a doubtful partner", required=True),
        *(
            column
            for name, meaning in _COUNTS
            for column in (
                Column(name, "whole", meaning, required=True),
                *(
                    Column(f"{name}_{end}", "whole", f"{meaning}: {said}", required=True)
                    for end, said in _ENDS
                ),
            )
        ),
        Column("presisi", "number", "share of accepted pairs expected to be right", required=True),
        Column("recall", "number", "share of true pairs expected to be found", required=True),
        Column("anggapan", "text", "what the range takes for granted", required=True),
    ),
)


def match_quality(indicators: pd.DataFrame, quality: Quality, language: Language) -> pd.DataFrame:
    """Return MATCH_QUALITY per kabupaten and for the province, of INDICATORS.

    Of ``m`` accepted pairs ``m * precision`` are right, and ``m * precision / recall`` are there to be found.
    A wrong pair is two families more of one list each, a missed pair one less on either side; doubtful
    families are where most of the missed ones stand, so that the lower ends of both lists are wide.
    """
    areas = indicators[indicators["tingkat"] == "kabupaten"]
    whole = areas[COUNT_NAMES].sum().to_frame().T
    named = text("ledger_province", language)
    rows = pd.concat([areas, whole.assign(tingkat="provinsi", nama=named)], ignore_index=True)
    nowhere = rows["kode"].isna() & (rows["tingkat"] == "kabupaten")
    rows["nama"] = rows["nama"].mask(nowhere, text("ledger_nowhere", language))
    table = {
        "tingkat": rows["tingkat"],
        "kode": rows["kode"],
        "nama": rows["nama"],
        "keluarga": rows["n_keluarga"],
        "perlu_tinjau": rows["n_tinjau"],
        "presisi": quality.precision,
        "recall": quality.recall,
        "anggapan": _assumption(quality, language),
    }
    for name, (low, high) in _ranges(rows, quality).items():
        ends = {f"{name}_rendah": np.floor(low), f"{name}_tinggi": np.ceil(high)}
        table |= {name: rows[f"n_{name}"], **ends}
    return MATCH_QUALITY.build(pd.DataFrame(table))


#: A recall below it bounds nothing.
_LEAST = 1e-9

_Ends = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


def _ranges(rows: pd.DataFrame, quality: Quality) -> dict[str, _Ends]:
    found, p3ke, bps = (rows[f"n_{name}"].to_numpy(dtype=np.float64) for name in ("cocok", "p3ke", "bps"))
    right = found * quality.precision
    wrong = found - right
    # no more can be missed than the smaller list has left; without any recall that is all that is known
    left = np.minimum(p3ke, bps) - right
    recall = max(quality.recall, _LEAST)
    missed = np.minimum(right / recall - right, left) if quality.recall > 0 else left
    ranges = {"cocok": (right, right + missed)}
    for side in ("hanya_p3ke", "hanya_bps"):
        alone = rows[f"n_{side}"].to_numpy(dtype=np.float64)
        ranges[side] = (np.maximum(alone - missed, 0), alone + wrong)
    # rounded first: 100 * 0.97 / 0.97 is 100, and no more by the width of a bit
    return {name: (np.round(low, 6), np.round(high, 6)) for name, (low, high) in ranges.items()}


def _assumption(quality: Quality, language: Language) -> str:
    shares = {name: f"{100 * getattr(quality, name):.1f}" for name in ("precision", "recall")}
    if language is Language.INDONESIAN:
        shares = {name: share.replace(".", ",") for name, share in shares.items()}
    return text("quality_assumption", language, **shares)
