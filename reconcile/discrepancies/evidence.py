"""What rules are made of: evidence per side, per record, per pair."""

from collections.abc import Callable

import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.vocab import MatchStatus, Reason

SIDES = ("p3ke", "bps")
#: A finding concerns the record of one side, or the pair: its case id is made of those records only, so
#: that a one-sided finding keeps it when its household finds a partner.
BOTH = "keduanya"

#: Where evidence that is no registry's row stands.
PLACE = ("source_file", "source_sheet", "source_row")


def evidence(
    rows: pd.Index,
    *,
    p3ke: pd.Series | str = "",
    bps: pd.Series | str = "",
    about: pd.Series | str = "",
    values: pd.Series | str = "",
) -> pd.DataFrame:
    """Return evidence for ``rows`` of the reconciled table that concerns both sides.

    ``values`` is what the evidence was made of where its words do not tell two states apart: it goes into
    the keyed fingerprint only, never into a file.
    """
    return pd.DataFrame(
        {"row": rows, "side": BOTH, "p3ke": p3ke, "bps": bps, "about": about, "values": values}
    )


def of_no_household(
    about: pd.Series,
    said: pd.Series,
    *,
    place: pd.DataFrame | None = None,
    kode_desa: pd.Series | None = None,
    kode_kab: pd.Series | None = None,
) -> pd.DataFrame:
    """Return evidence that is about no reconciled household: a file, a list, an area, a lost record.

    ``about`` is what makes the case what it is, ``said`` the words of ``nilai_acuan``; ``place`` holds PLACE
    of the same rows, ``kode_desa`` or ``kode_kab`` the area where it has one.
    """
    columns = {"row": pd.array([pd.NA] * len(about), dtype="Int64"), "side": BOTH, "p3ke": "", "bps": ""}
    found = pd.DataFrame(columns, index=about.index).assign(about=about, acuan=said)
    for column, values in (("kode_desa", kode_desa), ("kode_kab", kode_kab)):
        if values is not None:
            found[column] = values
    if place is not None:
        found = found.join(place[[name for name in PLACE if name in place]])
    return found


def per_family(
    context: Context, records: pd.DataFrame, said: pd.Series, about: pd.Series | str = ""
) -> pd.DataFrame:
    """Return ``per_record`` with ``said`` as what the list says, and PLACE of the row of the list."""
    words = pd.Series("", index=records.index, dtype="str")
    found = per_record(context, records, words, about=about)
    place = records.loc[found.index, [name for name in PLACE if name in records]]
    return found.assign(acuan=said.loc[found.index]).join(place)


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


def people(context: Context) -> pd.DataFrame:
    """Return every person with NIK and name: member rows, and heads of families without any."""
    return context.persons.dropna(subset=["nik", "nama"])


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
