"""Recommendations of audits: what offices told of each, checked, and where it stands by then."""

from datetime import date

import pandas as pd

from reconcile.office.issues import LONG_NUMBER, NO, YES, Troubles, folded, said
from reconcile.office.matrix import Checked
from reconcile.office.settings import Known
from reconcile.office.tables import STANDING_FOLLOW_UPS
from reconcile.office.vocab import FollowState, FollowUp
from reconcile.vocab import Language

SHEET = "tindak_lanjut"
#: A number as letters of an office bear it: a digit and no blank, so that it is no name.
_NUMBER = r"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9./_-]{0,39}"
_MOST = 200
_KEY = ["auditor", "nomor"]
_SAID = ["tahun_rekomendasi", "opd", "jatuh_tempo", "status_tl", "tanggal_tl", "no_bukti"]
_SETTLED = (FollowUp.DONE, FollowUp.IMPOSSIBLE)


def follow_ups(
    delivered: pd.DataFrame,
    found: tuple[pd.DataFrame, pd.DataFrame],
    known: Known,
    *,
    day: date,
    language: Language,
) -> Checked:
    """Return STANDING_FOLLOW_UPS and what is wrong with the lines of ``delivered`` (FOLLOW_UPS).

    ``found`` are VALUE_FLAGS and QUARANTINE of the same files. Free text with a long number is left out.
    """
    troubles = Troubles(SHEET, delivered)
    for one in found:
        troubles.say_of(one)
    rows = _judged(delivered, known, troubles)
    good = rows[~troubles.held]
    unlike = said(good, _SAID).groupby([good[name] for name in _KEY]).transform("nunique") > 1
    troubles.say(unlike.reindex(rows.index, fill_value=False), "E_AUDIT_TWICE", "nomor")
    good = good[~unlike].sort_values(["source_file", "source_sheet", "source_row"]).drop_duplicates(_KEY)
    return Checked(_standing(good, pd.Timestamp(day)), troubles.table(language))


def _judged(rows: pd.DataFrame, known: Known, troubles: Troubles) -> pd.DataFrame:
    number = rows["nomor"].str.strip()
    proper = number.str.fullmatch(_NUMBER) & ~number.str.contains(LONG_NUMBER)
    troubles.say(~proper.fillna(value=False).astype(bool), "E_AUDIT_NUMBER", "nomor")
    troubles.say(rows["auditor"].isna(), "E_AUDIT_AUDITOR", "auditor")
    office = folded(rows["opd"]).map({" ".join(one.split()).casefold(): one for one in known.offices})
    troubles.say(office.isna(), "E_PLAN_OFFICE", "opd")
    troubles.say(rows["jatuh_tempo"].isna(), "E_AUDIT_DUE", "jatuh_tempo", hold=False)
    bare = (rows["status_tl"] == FollowUp.DONE) & rows["no_bukti"].isna()
    troubles.say(bare, "E_AUDIT_EVIDENCE", "no_bukti", hold=False)
    told = {"nomor": number, "opd": office.astype("str")}
    for name in ("pokok", "no_bukti"):
        long = rows[name].str.contains(LONG_NUMBER) | (rows[name].str.len() > _MOST)
        risky = long.fillna(value=False).astype(bool)
        troubles.say(risky, "E_AUDIT_IDENTITY", name, hold=False)
        told[name] = rows[name].mask(risky)
    return rows.assign(**told)


def _standing(good: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    late = (good["jatuh_tempo"] < day).fillna(value=False) & ~good["status_tl"].isin(_SETTLED)
    state = pd.Series(FollowState.RUNNING.value, index=good.index, dtype="str")
    state = state.mask(good["status_tl"].isna(), FollowState.EMPTY.value)
    state = state.mask(good["status_tl"].isin(_SETTLED), FollowState.SETTLED.value)
    state = state.mask(late, FollowState.OVERDUE.value)
    days = (day - good["jatuh_tempo"]).dt.days.astype("Int64")
    table = good.assign(
        keadaan_tl=state,
        hari_lewat=days.where(late),
        ada_bukti=good["no_bukti"].notna().map({True: YES, False: NO}),
    )
    table = table[[name for name in STANDING_FOLLOW_UPS.names if name in table]]
    return STANDING_FOLLOW_UPS.build(table.sort_values([*_KEY], ignore_index=True))
