"""Small cells: what is hidden, and that nobody can reckon it: here every table there is gets tried."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.report.suppression import Relation, hidden_areas, hidden_cells

K = 5
ROWS = (Relation(2, (0, 1)), Relation(5, (3, 4)), Relation(8, (6, 7)))
COLUMNS = (Relation(6, (0, 3)), Relation(7, (1, 4)), Relation(8, (2, 5)))
SQUARE = (*ROWS, *COLUMNS)


def square(a: int, b: int, c: int, d: int) -> np.ndarray:
    """Return a table of two by two with its margins, row by row."""
    return np.array([a, b, a + b, c, d, c + d, a + c, b + d, a + b + c + d], dtype=float)


def possible(values: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Return every table of whole numbers that shows the same cells."""
    most = int(values.max()) + K
    tables = np.array([square(*inner) for inner in product(range(most + 1), repeat=4)])
    return tables[(tables[:, ~hidden] == values[~hidden]).all(axis=1)]


@settings(max_examples=12, deadline=None)
@given(st.tuples(*[st.integers(0, 7)] * 4))
def test_no_small_cell_of_a_table_can_be_reckoned(inner: tuple[int, int, int, int]) -> None:
    values = square(*inner)
    hidden = hidden_cells(values, SQUARE, K)
    small = (values > 0) & (values < K)
    assert hidden[small].all()
    tables = possible(values, hidden)
    for cell in np.flatnonzero(small):
        told = tables[:, cell]
        # where everything is hidden, nothing more can be done
        assert told.max() - told.min() >= K or hidden.all()


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert not hidden_cells(square(10, 20, 0, 40), SQUARE, K).any()


def test_one_small_cell_takes_a_rectangle_with_it_and_no_total() -> None:
    hidden = hidden_cells(square(3, 20, 30, 40), SQUARE, K)
    assert hidden.tolist() == [True, True, False, True, True, False, False, False, False]


def test_a_dear_cell_is_hidden_last() -> None:
    values = np.array([3.0, 6.0, 90.0, 99.0])
    relation = (Relation(3, (0, 1, 2)),)
    assert hidden_cells(values, relation, K).tolist() == [True, True, False, False]
    dear = np.array([0.0, 1.0, 0.0, 2.0])
    assert hidden_cells(values, relation, K, dear).tolist() == [True, False, True, False]


def test_a_cell_that_stands_alone_hides_nothing_else() -> None:
    assert hidden_cells(np.array([3.0, 80.0]), (), K).tolist() == [True, False]


def test_a_relation_that_does_not_hold_is_left_out() -> None:
    assert hidden_cells(np.array([3.0, 9.0, 80.0]), (Relation(2, (0, 1)),), K).tolist() == [
        True,
        False,
        False,
    ]


# ---- areas

PARENTS = {"a": "", "b": "", "-": "", "a1": "a", "a2": "a", "b1": "b", "b2": "b", "b3": "b"}


def areas(**counts: int) -> pd.DataFrame:
    table = pd.DataFrame({"n": counts})
    table.loc["a"] = table.loc[["a1", "a2"]].sum()
    table.loc["b"] = table.loc[["b1", "b2", "b3"]].sum()
    return table.loc[list(PARENTS)]


AREAS = [
    ("nothing small", {"a1": 9, "a2": 9, "b1": 9, "b2": 9, "b3": 9, "-": 0}, set()),
    ("a sibling goes along", {"a1": 9, "a2": 9, "b1": 3, "b2": 9, "b3": 20, "-": 0}, {"b1", "b2"}),
    ("two small ones that are enough", {"a1": 9, "a2": 9, "b1": 3, "b2": 4, "b3": 20, "-": 0}, {"b1", "b2"}),
    ("two that are not", {"a1": 9, "a2": 9, "b1": 1, "b2": 2, "b3": 20, "-": 0}, {"b1", "b2", "b3"}),
    ("no village takes a path along", {"a1": 9, "a2": 30, "b1": 50, "b2": 60, "b3": 7, "-": 3},
     {"-", "a", "a1"}),
]  # fmt: skip


@pytest.mark.parametrize(("counts", "hidden"), [case[1:] for case in AREAS], ids=[case[0] for case in AREAS])
def test_areas_that_are_hidden(counts: dict[str, int], hidden: set[str]) -> None:
    assert hidden_areas(areas(**counts), PARENTS, K) == hidden


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=6, max_size=6))
def test_hidden_children_of_a_shown_area_protect_each_other(numbers: list[int]) -> None:
    table = areas(**dict(zip(("a1", "a2", "b1", "b2", "b3", "-"), numbers, strict=True)))
    hidden = hidden_areas(table, PARENTS, K)
    counts = table["n"]
    assert {code for code, n in counts.items() if 0 < n < K} <= hidden
    for parent in {*PARENTS.values()} - hidden:
        own = [code for code in PARENTS if PARENTS[code] == parent]
        closed = [code for code in own if code in hidden]
        together = counts[closed].sum()
        assert not closed or closed == own or (len(closed) > 1 and not 0 < together < K)


def test_the_order_of_relations_and_areas_changes_nothing() -> None:
    table = areas(a1=3, a2=9, b1=3, b2=9, b3=9, **{"-": 3})
    turned = table.loc[["b", "a", "-", "b3", "b2", "b1", "a2", "a1"]]
    assert hidden_areas(table, PARENTS, K) == hidden_areas(turned, PARENTS, K)
