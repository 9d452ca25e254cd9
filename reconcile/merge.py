"""One row per real household, both registries' values side by side."""

import numpy as np
import pandas as pd

from reconcile.frames import among
from reconcile.identifiers import pseudonyms
from reconcile.tables import RECONCILED
from reconcile.vocab import MatchStatus, Placement, Position

SIDES = ("p3ke", "bps")


def merge_households(
    p3ke: pd.DataFrame, bps: pd.DataFrame, pairs: pd.DataFrame, relations: pd.DataFrame, *, key: bytes
) -> pd.DataFrame:
    """Return RECONCILED: accepted pairs as one row, every other record as a row of its own.

    Doubtful pairs (PAIRS) stay two rows that name each other in ``id_tinjau``: merging is never guessed. A
    row whose people stand in a matched family (RELATIONS) names it in ``id_keluarga_utama``. ``id_rekon`` is
    a keyed hash of the record ids, so it depends neither on row order nor on the run.
    """
    accepted = pairs[pairs["status_padan"] == MatchStatus.MATCHED]
    doubtful = pairs[pairs["status_padan"] == MatchStatus.REVIEW]
    left, right = (
        frame.drop(columns="registry").add_suffix(f"_{side}")
        for frame, side in zip((p3ke, bps), SIDES, strict=True)
    )
    both = accepted.rename(columns={"record_p3ke": "record_id_p3ke", "record_bps": "record_id_bps"})
    both = both.merge(left, on="record_id_p3ke").merge(right, on="record_id_bps")
    alone = [
        _alone(left, accepted["record_p3ke"], doubtful, "p3ke", MatchStatus.ONLY_P3KE),
        _alone(right, accepted["record_bps"], doubtful, "bps", MatchStatus.ONLY_BPS),
    ]
    rows = pd.concat([both, *alone], ignore_index=True)
    identity = rows["record_id_p3ke"].fillna("") + "|" + rows["record_id_bps"].fillna("")
    rows["id_rekon"] = pseudonyms(identity, key=key, purpose="id_rekon")
    rows["id_tinjau"] = _doubtful_partner(rows, doubtful)
    rows = _with_parts(rows, relations)
    rows = rows.join(_one_place(rows))
    return RECONCILED.build(rows.sort_values("id_rekon", ignore_index=True))


def _alone(
    side: pd.DataFrame, taken: pd.Series, doubtful: pd.DataFrame, name: str, status: MatchStatus
) -> pd.DataFrame:
    rest = side[~among(side[f"record_id_{name}"], taken)]
    scores = doubtful.set_index(f"record_{name}")[["skor", "bobot", "jalur", "alasan"]]
    rest = rest.join(scores, on=f"record_id_{name}")
    in_doubt = rest["skor"].notna()
    return rest.assign(status_padan=np.where(in_doubt, MatchStatus.REVIEW.value, status.value))


def _doubtful_partner(rows: pd.DataFrame, doubtful: pd.DataFrame) -> pd.Series:
    ids = {
        side: rows.dropna(subset=[f"record_id_{side}"]).set_index(f"record_id_{side}")["id_rekon"]
        for side in SIDES
    }
    to_bps = pd.Series(doubtful["record_bps"].map(ids["bps"]).array, index=doubtful["record_p3ke"].array)
    to_p3ke = pd.Series(doubtful["record_p3ke"].map(ids["p3ke"]).array, index=doubtful["record_bps"].array)
    partner = rows["record_id_p3ke"].map(to_bps).fillna(rows["record_id_bps"].map(to_p3ke))
    return partner.astype("str")


def _with_parts(rows: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with ``relasi``, ``id_keluarga_utama`` and the status of those that are parts."""
    matched = rows["status_padan"] == MatchStatus.MATCHED
    nothing = pd.Series(pd.NA, index=rows.index, dtype="str")
    rows = rows.assign(relasi=nothing, id_keluarga_utama=nothing)
    for side, other in (SIDES, SIDES[::-1]):
        whole = rows[matched].set_index(f"record_id_{other}")["id_rekon"]
        told = relations.set_index(f"record_{side}")
        told = told[among(told[f"record_{other}"], whole.index)]
        part = ~matched & among(rows[f"record_id_{side}"], told.index)
        record = rows.loc[part, f"record_id_{side}"]
        rows.loc[part, "relasi"] = record.map(told["relasi"])
        rows.loc[part, "id_keluarga_utama"] = record.map(told[f"record_{other}"]).map(whole)
        rows.loc[part, "status_padan"] = MatchStatus.PART.value
    return rows


def _one_place(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the place of each row: the surer of the two placements, BPS where both are equally sure.

    The point is that of the same side, unless only the other side's was measured.
    """
    rank = {method.value: place for place, method in enumerate(Placement)}
    worst = len(rank)
    sure = {side: rows[f"cara_lokasi_{side}"].map(rank).fillna(worst) for side in SIDES}
    by_p3ke = sure["p3ke"] < sure["bps"]
    measured = {side: rows[f"posisi_{side}"] == Position.MEASURED for side in SIDES}
    only_measured = {"p3ke": measured["p3ke"] & ~measured["bps"], "bps": measured["bps"] & ~measured["p3ke"]}
    point_p3ke = only_measured["p3ke"] | (by_p3ke & ~only_measured["bps"])
    place = pd.DataFrame(index=rows.index)
    for column, from_p3ke in (
        ("kode_desa", by_p3ke),
        ("cara_lokasi", by_p3ke),
        ("posisi", point_p3ke),
        ("titik_bujur", point_p3ke),
        ("titik_lintang", point_p3ke),
    ):
        place[column] = rows[f"{column}_bps"].mask(from_p3ke, rows[f"{column}_p3ke"])
    return place
