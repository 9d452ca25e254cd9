"""The errors of a linkage, the worst first, each with its cause: the pairs to look at and to learn from."""

import numpy as np
import pandas as pd

from reconcile.linkage.evaluate import KEYS, Judged
from reconcile.vocab import MatchStatus, Registry

#: Causes in the order of the list: wrong pairs, then missed ones; those that no matching can find stand last.
CAUSES = (
    "salah_tertukar",
    "salah_tanpa_pasangan",
    "terlewat_lain",
    "terlewat_sendiri",
    "terlewat_tinjau",
    "terlewat_kunci",
)
COLUMNS = [
    *("sebab", "jenis", "skor", "status_padan", "relasi", "record_id_p3ke", "record_id_bps"),
    *(*KEYS, "kunci_bps_lain", "kunci_p3ke_lain", "alasan"),
]


def mistakes(judged: Judged, households: pd.DataFrame) -> pd.DataFrame:
    """Return COLUMNS of every wrong pair, highest score first, then of every missed one.

    ``kunci_bps_lain`` are the other BPS families of the P3KE family, ``kunci_p3ke_lain`` the reverse: the
    true ones of a wrong pair, those that were taken instead of a missed one. ``record_id`` is missing where
    the result (columns NEEDED) lacks the family.
    """
    pairs = judged.pairs
    wrong = pairs["ditemukan"] & ~pairs["benar"]
    missed = pairs["benar"] & ~pairs["ditemukan"]
    listed = pd.concat(
        [
            _with_others(pairs[wrong], pairs[pairs["benar"]]),
            _with_others(pairs[missed], pairs[pairs["ditemukan"]]),
        ]
    )
    for side, key in zip(Registry, KEYS, strict=True):
        rows = households.dropna(subset=[f"family_key_{side.value}"]).sort_values("id_rekon")
        rows = rows.drop_duplicates(f"family_key_{side.value}").set_index(f"family_key_{side.value}")
        listed[f"record_id_{side.value}"] = listed[key].map(rows[f"record_id_{side.value}"])
    listed["sebab"] = _causes(listed)
    order = listed["sebab"].map({cause: place for place, cause in enumerate(CAUSES)})
    # the surest wrong pair and the least likely true pair are the worst
    worst = listed["skor"].where(listed["benar"], -listed["skor"])
    # both kinds of wrong pairs are one list
    listed = listed.assign(order=order.clip(lower=1), worst=worst)
    listed = listed.sort_values(["order", "worst", *KEYS], na_position="first", ignore_index=True)
    return listed[COLUMNS]


def _with_others(pairs: pd.DataFrame, among: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs with the other partners that their families have ``among`` these."""
    added = {}
    for key, other in (KEYS, KEYS[::-1]):
        of_family = among[among[key].isin(pairs[key])].sort_values(KEYS)
        partners = of_family.groupby(key)[other].agg(" ".join)
        added[f"{other}_lain"] = pairs[key].map(partners).astype("str")
    return pairs.assign(**added)


def _causes(listed: pd.DataFrame) -> pd.Series:
    missed = listed["benar"]
    lacking = listed[["record_id_p3ke", "record_id_bps"]].isna().any(axis="columns")
    elsewhere = listed[["kunci_bps_lain", "kunci_p3ke_lain"]].notna().any(axis="columns")
    conditions = {
        "salah_tanpa_pasangan": ~missed & ~elsewhere,
        "salah_tertukar": ~missed,
        "terlewat_kunci": lacking,
        "terlewat_tinjau": listed["status_padan"] == MatchStatus.REVIEW,
        "terlewat_lain": elsewhere,
    }
    chosen = np.select([c.to_numpy() for c in conditions.values()], list(conditions), "terlewat_sendiri")
    return pd.Series(chosen, index=listed.index, dtype="str")
