"""Ids of a registry's records that depend on what stands in a row, never on where the row stands."""

from hashlib import blake2b

import numpy as np
import pandas as pd

from reconcile.tables import PROVENANCE

#: Where a row came from; everything else is what it says.
ORIGIN = [column.name for column in PROVENANCE if column.name not in {"registry", "source"}]


def record_ids(families: pd.DataFrame) -> pd.Series:
    """Return a unique id per family: ``registry:key_space:family_key`` where that is one family's alone.

    Families that share a key, or have none, get a hash of their content behind it. Rows alike in everything
    are counted ``.2``, ``.3`` by file hash, sheet and row; they can only be told apart by their place.
    """
    base = families["registry"] + ":" + families["key_space"] + ":" + families["family_key"].fillna("")
    doubtful = base.duplicated(keep=False) | families["family_key"].isna()
    marked = base[doubtful] + ":" + content_hashes(families[doubtful])
    order = families.loc[doubtful, ORIGIN].sort_values(ORIGIN).index
    rank = marked.loc[order].groupby(marked.loc[order]).cumcount().reindex(marked.index)
    numbered = marked.where(rank == 0, marked + "." + (rank + 1).astype("str"))
    return base.where(~doubtful, numbered.reindex(base.index)).astype("str")


def content_hashes(rows: pd.DataFrame) -> pd.Series:
    """Return sixteen hexadecimal digits of BLAKE2b for what each row says, its place apart."""
    columns = sorted(set(rows.columns) - set(ORIGIN))
    if rows.empty:
        return pd.Series(index=rows.index, dtype="str")
    texts = [rows[name].astype("object").map(_plain).astype("str") for name in columns]
    joined = texts[0]
    for text in texts[1:]:
        joined = joined + "\x1f" + text
    distinct = joined.drop_duplicates()
    digests = [blake2b(text.encode(), digest_size=8).hexdigest() for text in distinct]
    return joined.map(dict(zip(distinct, digests, strict=True))).astype("str")


def _plain(value: object) -> str:
    if isinstance(value, pd.Timestamp | np.datetime64):
        return str(pd.Timestamp(value).date())
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]  # cells are scalars
