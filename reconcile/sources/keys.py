"""Ids of a registry's records that depend on what stands in a row, never on where the row stands."""

from hashlib import blake2b

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.tables import PROVENANCE

#: Where a row came from; everything else is what it says.
ORIGIN = [column.name for column in PROVENANCE if column.name not in {"registry", "source"}]

_BETWEEN = pa.scalar("\x1f", pa.large_string())


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
    if rows.empty:
        return pd.Series(index=rows.index, dtype="str")
    columns = sorted(set(rows.columns) - set(ORIGIN))
    joined = pc.binary_join_element_wise(*(_texts(rows[name]) for name in columns), _BETWEEN)
    places, distinct = pd.factorize(pd.array(joined, dtype="str"))
    digests = pd.array([blake2b(text.encode(), digest_size=8).hexdigest() for text in distinct], dtype="str")
    return pd.Series(digests.take(places), index=rows.index)


def _texts(column: pd.Series) -> pa.Array | pa.ChunkedArray:
    """Return a column as the text that ids are made of: days as ISO, what is missing as nothing."""
    days = column.dtype.kind == "M"
    text = column.dt.strftime("%Y-%m-%d") if days else column.astype("str")
    return pa.array(text.fillna(""), pa.large_string())
