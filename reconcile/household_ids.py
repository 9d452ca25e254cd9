"""The id of a reconciled household over runs: inherited when its links change, with what it came from.

An id belongs to records. When a run links them otherwise, the row that has an id's records keeps it: first
the row with the same records, then the row with its P3KE record, then the one with its BPS record. An id is
inherited once; every other id that the records of a row had is named in ``asal``. A row none of whose
records was known gets its own. No id is ever used for anything else, gone ones included.
"""

from dataclasses import dataclass

import pandas as pd

from reconcile.frames import among, looked_up
from reconcile.identifiers import pseudonyms
from reconcile.tables import HISTORY, RECONCILED
from reconcile.vocab import IdEvent

SIDES = ("p3ke", "bps")
RECORDS = ["record_id_p3ke", "record_id_bps"]
#: Ids that no row of the last run had.
_PAST = (IdEvent.GONE.value, IdEvent.REPLACED.value)


@dataclass(frozen=True)
class Named:
    """RECONCILED with the ids that households keep, and HISTORY with every id there ever was."""

    reconciled: pd.DataFrame
    history: pd.DataFrame


def keep_ids(reconciled: pd.DataFrame, before: pd.DataFrame | None, *, day: str, key: bytes) -> Named:
    """Return the households under the ids that they had in ``before`` (HISTORY; None at the first run)."""
    old = HISTORY.empty() if before is None else before
    inherited = _inherited(reconciled, old)
    fresh = _unused(reconciled, inherited, set(old["id_rekon"]), key)
    ids = inherited.fillna(fresh)
    named = {
        name: looked_up(reconciled[name], reconciled["id_rekon"], ids)
        for name in ("id_tinjau", "id_keluarga_utama")
    }
    table = reconciled.assign(id_rekon=ids, **named)
    if not ids.is_monotonic_increasing:
        table = table.sort_values("id_rekon")
    table = RECONCILED.build(table)
    return Named(table, _history(table, old, day))


def _holders(old: pd.DataFrame, side: str) -> pd.Series:
    """Return record_id -> the id that had the record last: a living id before a gone one."""
    held = old.dropna(subset=[f"record_id_{side}"])
    held = held.assign(past=held["peristiwa"].isin(_PAST))
    held = held.sort_values(["past", "terakhir_muncul", "id_rekon"], ascending=[True, False, True])
    return held.drop_duplicates(f"record_id_{side}").set_index(f"record_id_{side}")["id_rekon"]


def _inherited(rows: pd.DataFrame, old: pd.DataFrame) -> pd.Series:
    """Return the id that each row inherits, missing where it inherits none."""
    had = {side: rows[f"record_id_{side}"].map(_holders(old, side)).astype("str") for side in SIDES}
    same = had["p3ke"].where(had["p3ke"] == had["bps"])
    alone = rows[RECORDS].isna().any(axis="columns")
    whole = old.set_index("id_rekon")[RECORDS].isna().any(axis="columns")
    for side in SIDES:
        # a lone record whose id had it alone
        lone = alone & had[side].map(whole).astype("boolean").fillna(value=False)
        same = same.fillna(had[side].where(lone))
    result = pd.Series(pd.NA, index=rows.index, dtype="str")
    for wish in (same, had["p3ke"], had["bps"]):
        open_wish = wish.where(result.isna() & ~wish.isin(set(result.dropna())))
        first = open_wish.notna() & ~open_wish.duplicated()
        result = result.mask(first, open_wish)
    return result


def _unused(rows: pd.DataFrame, inherited: pd.Series, used: set[str], key: bytes) -> pd.Series:
    """Return an own id for each row that inherits none; one that was used is hashed on."""
    own = rows["id_rekon"].copy()
    identity = rows["record_id_p3ke"].fillna("") + "|" + rows["record_id_bps"].fillna("")
    taken = own.isin(used) & inherited.isna()
    while taken.any():
        identity = identity.mask(taken, identity + "|lagi")
        again = pseudonyms(identity[taken], key=key, purpose="id_rekon")
        own = own.mask(taken, again)
        taken = own.isin(used) & inherited.isna()
    return own


def _history(table: pd.DataFrame, old: pd.DataFrame, day: str) -> pd.DataFrame:
    """Return HISTORY after this run."""
    known = old.set_index("id_rekon").reindex(table["id_rekon"]).reset_index(drop=True)
    rows = table[["id_rekon", *RECORDS, "kode_desa", "desil_p3ke", "desil_bps"]].reset_index(drop=True)
    origin = _origin(rows, old)
    rows["asal"] = origin.fillna(known["asal"]).astype("str")
    rows["peristiwa"] = _events(rows, known, origin)
    rows["pertama_muncul"] = known["pertama_muncul"].fillna(day)
    rows["terakhir_muncul"] = day
    past = old[~among(old["id_rekon"], rows["id_rekon"])]
    held = {side: among(past[f"record_id_{side}"], rows[f"record_id_{side}"].dropna()) for side in SIDES}
    replaced = held["p3ke"] | held["bps"]
    event = pd.Series(IdEvent.GONE.value, index=past.index, dtype="str").mask(
        replaced, IdEvent.REPLACED.value
    )
    past = past.assign(peristiwa=event)
    both = pd.concat([rows, past], ignore_index=True)
    return HISTORY.build(both.sort_values("id_rekon", ignore_index=True))


def _origin(rows: pd.DataFrame, old: pd.DataFrame) -> pd.Series:
    """Return the other ids that the records of each row had before, parted by commas."""
    had = {side: rows[f"record_id_{side}"].map(_holders(old, side)).astype("str") for side in SIDES}
    others = {side: had[side].where(had[side] != rows["id_rekon"]) for side in SIDES}
    second = others["bps"].where(others["bps"] != others["p3ke"])
    both = others["p3ke"].str.cat(second, sep=", ")
    return both.fillna(others["p3ke"]).fillna(others["bps"]).astype("str")


def _events(rows: pd.DataFrame, known: pd.DataFrame, origin: pd.Series) -> pd.Series:
    """Return vocab.IdEvent of each row of this run."""
    events = pd.Series(IdEvent.SAME.value, index=rows.index, dtype="str")
    fewer = rows[RECORDS].notna().sum(axis="columns") < known[RECORDS].notna().sum(axis="columns")
    events = events.mask(origin.notna(), IdEvent.JOINED.value).mask(fewer, IdEvent.PARTED.value)
    was_new = known["peristiwa"].isna()
    events = events.mask(known["peristiwa"].isin(_PAST), IdEvent.RETURNED.value)
    return events.mask(was_new, IdEvent.NEW.value).mask(was_new & origin.notna(), IdEvent.PARTED.value)
