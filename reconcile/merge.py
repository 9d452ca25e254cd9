"""One row per real household, both registries' values side by side."""

import numpy as np
import pandas as pd

from reconcile.frames import among, looked_up, places_in, taken
from reconcile.identifiers import pseudonyms
from reconcile.tables import RECONCILED
from reconcile.vocab import MatchStatus, Placement, Position

SIDES = ("p3ke", "bps")
_OF_PAIR = ["skor", "bobot", "jalur", "alasan"]


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
    records = {f"record_{side}": f"record_id_{side}" for side in SIDES}
    both = accepted[[*records, *_OF_PAIR, "status_padan"]].rename(columns=records)
    alone = [
        _alone(p3ke["record_id"], accepted["record_p3ke"], doubtful, "p3ke", MatchStatus.ONLY_P3KE),
        _alone(bps["record_id"], accepted["record_bps"], doubtful, "bps", MatchStatus.ONLY_BPS),
    ]
    rows = pd.concat([both, *alone], ignore_index=True)
    identity = rows["record_id_p3ke"].fillna("") + "|" + rows["record_id_bps"].fillna("")
    rows["id_rekon"] = pseudonyms(identity, key=key, purpose="id_rekon")
    rows["id_tinjau"] = _doubtful_partner(rows, doubtful)
    rows = _with_parts(rows, relations).sort_values("id_rekon", ignore_index=True)
    # the registries are wide: their rows are taken once, to where they stay
    sides = [_of_registry(frame, rows, side) for frame, side in zip((p3ke, bps), SIDES, strict=True)]
    table = pd.concat([rows, *sides], axis="columns")
    return RECONCILED.build(table.join(_one_place(table)))


def _of_registry(frame: pd.DataFrame, rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return what a registry (PLACED) tells of each row, nothing where it does not have it."""
    place = places_in(rows[f"record_id_{name}"], frame["record_id"])
    told = taken(frame.drop(columns=["registry", "record_id"]), place)
    return told.set_axis(rows.index).add_suffix(f"_{name}")


def _alone(
    records: pd.Series, taken: pd.Series, doubtful: pd.DataFrame, name: str, status: MatchStatus
) -> pd.DataFrame:
    rest = records[~among(records, taken)].to_frame(f"record_id_{name}")
    rest = rest.join(doubtful.set_index(f"record_{name}")[_OF_PAIR], on=f"record_id_{name}")
    in_doubt = rest["skor"].notna()
    return rest.assign(status_padan=np.where(in_doubt, MatchStatus.REVIEW.value, status.value))


def _doubtful_partner(rows: pd.DataFrame, doubtful: pd.DataFrame) -> pd.Series:
    bps = looked_up(doubtful["record_bps"], rows["record_id_bps"], rows["id_rekon"])
    p3ke = looked_up(doubtful["record_p3ke"], rows["record_id_p3ke"], rows["id_rekon"])
    partner = looked_up(rows["record_id_p3ke"], doubtful["record_p3ke"], bps)
    return partner.fillna(looked_up(rows["record_id_bps"], doubtful["record_bps"], p3ke)).astype("str")


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
