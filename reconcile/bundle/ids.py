"""The ids in what is handed over: found wherever they stand in a text, and given others.

Every id of a run (kasus, id_rekon, id_tugas, id_pasangan, sidik) ends in the fifteen letters of a pseudonym,
alone in its column or in a sentence. What is not a pseudonym is left as it is.
"""

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from reconcile.bundle.plan import OTHER_RECORDS, OWN_IDS
from reconcile.identifiers import PSEUDONYM, pseudonyms, recipient_key

#: Stands for the id of a family or case of another area.
OUTSIDE = "LUAR-WILAYAH"
_ID = re.compile(PSEUDONYM)
_PURPOSE = "bundel"


def ids_in(tables: Iterable[pd.DataFrame], columns: Iterable[str] | None = None) -> list[str]:
    """Return every id that stands in some columns (all where none are named) of ``tables``, sorted, once."""
    wanted = None if columns is None else set(columns)
    found: set[str] = set()
    for table in tables:
        for name in table.columns:
            if wanted is None or name in wanted:
                for told in _texts(table[name]):
                    found.update(_ID.findall(told))
    return sorted(found)


def for_recipient(ids: Iterable[str], *, key: bytes, recipient: str) -> dict[str, str]:
    """Return the id of each id in the files of one recipient; ``key`` is the master key."""
    own = pd.Series(list(ids), dtype="str")
    theirs = pseudonyms(own, key=recipient_key(key, recipient), purpose=_PURPOSE)
    return dict(zip(own, theirs, strict=True))


def own_only(tables: Iterable[pd.DataFrame]) -> dict[str, str]:
    """Return every id in ``tables`` as it may stand there: itself where a row has it, else OUTSIDE.

    ``tables`` hold the rows of one area only, so that the ids of their rows are of that area.
    """
    listed = list(tables)
    own = set(ids_in(listed, OWN_IDS))
    return {one: one if one in own else OUTSIDE for one in ids_in(listed)}


def replaced(table: pd.DataFrame, new: Mapping[str, str]) -> pd.DataFrame:
    """Return ``table`` with the ids of ``new`` in place of those that it holds; others are a KeyError."""
    if all(old == now for old, now in new.items()):
        return table
    done = {}
    for name in table.columns:
        texts = _texts(table[name])
        changed = {told: _ID.sub(lambda m: new[m.group()], told) for told in texts}
        if any(old != now for old, now in changed.items()):
            column = table[name]
            done[name] = column.map(changed).where(column.isin(list(changed)), column).astype(column.dtype)
    return table.assign(**done)


def without_other_records(table: pd.DataFrame) -> pd.DataFrame:
    """Return ``table`` without the records of the registries that are in no row of it."""
    done = {
        other: table[other].where(table[other].isin(table[own].dropna()))
        for other, own in OTHER_RECORDS.items()
        if other in table and own in table
    }
    return table.assign(**done) if done else table


def _texts(column: pd.Series) -> list[str]:
    """Return the distinct texts of a column that hold an id."""
    if not pd.api.types.is_string_dtype(column):
        return []
    held = column.dropna().drop_duplicates()
    return held[held.str.contains(PSEUDONYM, regex=True)].tolist()
