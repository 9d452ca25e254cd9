"""What rules are made of: evidence per side, per record, per pair."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import fuzz, process

from reconcile.discrepancies.context import Context
from reconcile.vocab import MatchStatus, Reason

SIDES = ("p3ke", "bps")
#: A finding concerns the record of one side, or the pair: its case id is made of those records only, so
#: that a one-sided finding keeps it when its household finds a partner.
BOTH = "keduanya"


def evidence(
    rows: pd.Index, *, p3ke: pd.Series | str = "", bps: pd.Series | str = "", about: pd.Series | str = ""
) -> pd.DataFrame:
    """Return evidence for ``rows`` of the reconciled table that concerns both sides."""
    return pd.DataFrame({"row": rows, "side": BOTH, "p3ke": p3ke, "bps": bps, "about": about})


def per_side(context: Context, find: Callable[[pd.DataFrame, str], pd.Series]) -> pd.DataFrame:
    """Return one finding per household and side where ``find`` says something about that side."""
    table, parts = context.reconciled, []
    for side in SIDES:
        said = find(table, side)[table[f"record_id_{side}"].notna()].dropna()
        parts.append(evidence(said.index).assign(**{"side": side, side: said.array}))
    return pd.concat(parts, ignore_index=True)


def per_record(
    context: Context, records: pd.DataFrame, said: pd.Series, about: pd.Series | str = ""
) -> pd.DataFrame:
    """Return one finding per record (``record_id``, ``registry``) with what its side says."""
    rows = records["record_id"].map(context.row_of)
    columns = {side: said.where(records["registry"] == side, "") for side in SIDES}
    found = pd.DataFrame({"row": rows, "side": records["registry"], **columns, "about": about})
    return found.drop_duplicates(["row", "side", "about"])


def flagged_values(context: Context, column: str, *codes: Reason) -> pd.DataFrame:
    """Return one finding per record whose ``column`` was left empty for one of ``codes``."""
    found = context.flagged
    found = found[(found["column"] == column) & found["code"].isin([code.value for code in codes])]
    return per_record(context, found, found["code"], about=found["code"])


def name_similarity(one: pd.Series, two: pd.Series) -> npt.NDArray[np.float64]:
    """Return how alike names are (0 to 1), row by row; word order and further words do not count."""
    percent: npt.NDArray[np.float64] = process.cpdist(
        one.fillna("").to_numpy(dtype=object),
        two.fillna("").to_numpy(dtype=object),
        scorer=fuzz.token_set_ratio,
        dtype=np.float64,
        workers=-1,
    )
    return percent / 100


def people(context: Context) -> pd.DataFrame:
    """Return every person with NIK and name: member rows, and heads of families without any."""
    columns = ["registry", "record_id", "nik", "nama", "tanggal_lahir"]
    lonely = context.households[context.households["jumlah_baris_anggota"] == 0]
    return pd.concat([context.members[columns], lonely[columns]], ignore_index=True).dropna(
        subset=["nik", "nama"]
    )


def repeated(records: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the records whose ``column`` stands more than once in their registry."""
    return records[records.duplicated(["registry", column], keep=False)]


def how_many(records: pd.DataFrame, by: list[str]) -> pd.Series:
    """Return how many records share the values of ``by``."""
    return records.groupby(by)["record_id"].transform("size")


def with_status(context: Context, status: MatchStatus, *, p3ke: str, bps: str) -> pd.DataFrame:
    """Return one finding per reconciled household of ``status``; each side says the words of its key."""
    table = context.reconciled
    rows = table.index[table["status_padan"] == status]
    return evidence(rows, p3ke=context.say(p3ke), bps=context.say(bps))
