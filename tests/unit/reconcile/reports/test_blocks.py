"""A table in blocks is the table, whatever the size of its blocks."""

import numpy as np
import pandas as pd
import pytest

from reconcile.reports.blocks import blocks_of

TABLE = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": list("vwxyz")})


@pytest.mark.parametrize("size", [1, 2, 5, 100])
@pytest.mark.parametrize("places", [[0, 1, 2, 3, 4], [1, 2], [0, 2, 4], []])
def test_blocks_together_are_the_rows(places: list[int], size: int) -> None:
    rows = blocks_of(TABLE).only(np.array(places, dtype=np.int64))
    assert len(rows) == len(places)
    assert pd.concat(rows.cut(size))["b"].tolist() == TABLE["b"].iloc[places].tolist()


def test_a_table_without_rows_has_one_block_with_its_columns() -> None:
    (block,) = blocks_of(TABLE.iloc[:0]).cut(10)
    assert list(block.columns) == ["a", "b"]


def test_parts_of_parts_columns_and_changes() -> None:
    rows = blocks_of(TABLE).only(slice(1, 5)).only(np.array([0, 3])).columns(["b"])
    assert rows.through(lambda block: block.assign(b=block["b"].str.upper())).whole()["b"].tolist() == [
        "W",
        "Z",
    ]
