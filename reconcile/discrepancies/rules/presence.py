"""Rules on who stands in one list and not in the other, or no longer (codes K)."""

import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.discrepancies.evidence import SIDES, evidence, of_no_household, per_family, with_status
from reconcile.discrepancies.listed import people_on, words_of
from reconcile.discrepancies.rule import LAST_RUN, Basis, Rule
from reconcile.frames import among
from reconcile.vocab import Content, IdEvent, MatchStatus, Severity


def only_in_p3ke(context: Context) -> pd.DataFrame:
    """No family of the BPS list comes near enough."""
    return with_status(context, MatchStatus.ONLY_P3KE, p3ke="listed", bps="not_listed")


def only_in_bps(context: Context) -> pd.DataFrame:
    """No family of the P3KE list comes near enough."""
    return with_status(context, MatchStatus.ONLY_BPS, p3ke="not_listed", bps="listed")


def doubtful_pair(context: Context) -> pd.DataFrame:
    """Two families may be one; the score lies between the two thresholds."""
    table = context.reconciled
    pairs = table[(table["status_padan"] == MatchStatus.REVIEW) & table["record_id_p3ke"].notna()]
    said = context.say_each("score", score=pairs["skor"].astype("float64").map("{:.3f}".format))
    return evidence(pairs.index, p3ke=said, bps=said)


def vanished(context: Context) -> pd.DataFrame:
    """A record of the last run is gone, and no list of exits says why."""
    gone = _records(context.before[context.before["peristiwa"].isin(_PRESENT)])
    gone = gone[~among(gone["record_id"], context.row_of.index)]
    exits = context.listed(Content.EXITS)
    told = set(exits["nomor"].dropna())
    gone = gone[~gone["id_rekon"].isin(told)]
    said = context.say_each("last_seen", day=gone["terakhir_muncul"])
    return of_no_household(gone["record_id"], said, kode_desa=gone["kode_desa"])


def returned(context: Context) -> pd.DataFrame:
    """A record that was gone in an earlier run, or that a list of exits holds, is present again."""
    gone = _records(context.before[context.before["peristiwa"] == IdEvent.GONE])
    gone = gone[among(gone["record_id"], context.row_of.index)].drop_duplicates("record_id")
    said = context.say_each("last_seen", day=gone["terakhir_muncul"])
    again = per_family(context, gone.assign(), said, about="kembali")
    left = people_on(context, Content.EXITS)
    exited = per_family(context, left, words_of(context, left), about="keluar|" + left["who"])
    return pd.concat([again, exited], ignore_index=True)


_PRESENT = [event.value for event in IdEvent if event not in {IdEvent.GONE, IdEvent.REPLACED}]


def _records(before: pd.DataFrame) -> pd.DataFrame:
    """Return one row per record of HISTORY: ``registry``, ``record_id`` and what the id says."""
    kept = ["id_rekon", "kode_desa", "terakhir_muncul"]
    sides = [
        before.rename(columns={f"record_id_{side}": "record_id"})[[*kept, "record_id"]].assign(registry=side)
        for side in SIDES
    ]
    return pd.concat(sides, ignore_index=True).dropna(subset=["record_id"])


RULES = (
    Rule("K01", Severity.HIGH, only_in_p3ke),
    Rule("K02", Severity.HIGH, only_in_bps),
    Rule("K03", Severity.MEDIUM, doubtful_pair),
    Rule("K04", Severity.CRITICAL, vanished, (Basis.HISTORY,), needs=(LAST_RUN,), also=(Content.EXITS,)),
    Rule("K05", Severity.HIGH, returned, (Basis.HISTORY,), needs=(LAST_RUN,), also=(Content.EXITS,)),
)
