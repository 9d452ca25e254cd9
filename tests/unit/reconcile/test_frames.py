"""Arrow answers as pandas does: missing values, signs beyond ASCII, rows that are equal."""

import pandas as pd
import pytest

from reconcile.frames import among, in_order

TEXTS = ["b", None, "a", "ä", "", "B", "a", "𝒜", "\uffee", None]
FRAME = pd.DataFrame(
    {
        "text": pd.Series(TEXTS, dtype="str"),
        "day": pd.to_datetime(["2020-01-02", None, "1950-05-05", None, *["2020-01-02"] * 6]).astype(
            "datetime64[s]"
        ),
        "whole": pd.Series([3, None, 1, 1, 2, 3, None, 1, 2, 2], dtype="Int64"),
        "yes": pd.Series([True, None, False, True, True, None, False, None, True, False], dtype="boolean"),
    }
)


@pytest.mark.parametrize("values", [["a", "x"], ["a", None], [None], []])
def test_among_is_isin(values: list[str | None]) -> None:
    known = pd.Series(values, dtype="str")
    assert among(FRAME["text"], known).tolist() == FRAME["text"].isin(known).tolist()
    assert among(FRAME["text"].set_axis(range(10, 20)), pd.Index(known)).index.tolist() == list(range(10, 20))


@pytest.mark.parametrize("by", [["text"], ["day", "text"], ["whole", "yes"], ["yes", "day", "text", "whole"]])
def test_the_order_is_that_of_pandas(by: list[str]) -> None:
    wanted = FRAME.sort_values(by, kind="stable").index.tolist()
    assert in_order(FRAME, by).tolist() == wanted
    assert in_order(FRAME.iloc[:0], by).tolist() == []
