"""Criteria on columns: three values, and the same as one row at a time by a plain reading of the rules."""

from collections.abc import Mapping

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from program_criteria import CRITERIA, SUBJECTS

from reconcile.programs.criteria import (
    All,
    Between,
    Compare,
    Either,
    Flag,
    Known,
    Member,
    Node,
    Not,
    leaves,
    parse,
)
from reconcile.programs.logic import Truth, Values, all_true, evaluate

Row = Mapping[str, int | None]


def slowly(node: Node, row: Row) -> bool | None:
    """Return what the criterion is of one row: True, False, or None for unknown."""
    match node:
        case Not(term):
            said = slowly(term, row)
            return None if said is None else not said
        case All(terms):
            each = [slowly(term, row) for term in terms]
            return False if False in each else None if None in each else True
        case Either(terms):
            each = [slowly(term, row) for term in terms]
            return True if True in each else None if None in each else False
        case Known(column):
            return row[column] is not None
    value = row[node.column]
    if value is None:
        return None
    return _tested(node, value)


def _tested(node: Node, value: int) -> bool:
    match node:
        case Flag():
            return value == 1
        case Between(_, low, high):
            return low <= value <= high
        case Member(column, values):
            return value in [_place(column, one) for one in values]
        case Compare(column, operator, other):
            wanted = _place(column, other)
            signs = {"=": value == wanted, "!=": value != wanted, "<": value < wanted}
            signs |= {"<=": value <= wanted, ">": value > wanted, ">=": value >= wanted}
            return signs[operator]
    raise AssertionError(node)


def _place(column: str, value: int | str) -> int:
    return value if isinstance(value, int) else SUBJECTS[column].words.index(value)


def table(rows: list[Row], names: list[str]) -> dict[str, Values]:
    return {
        name: Values(
            np.array([row[name] or 0 for row in rows], dtype=np.int64),
            np.array([row[name] is not None for row in rows], dtype=np.bool_),
            SUBJECTS[name].words or None,
        )
        for name in names
    }


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Node, list[Row], dict[str, Values]]:
    node: Node = draw(CRITERIA)  # type: ignore[assignment]
    names = sorted({leaf.column for leaf in leaves(node)})
    kinds = {"yesno": st.integers(0, 1), "whole": st.integers(0, 70), "area": st.integers(0, 3)}
    value = {
        n: kinds.get(SUBJECTS[n].kind, st.integers(0, max(0, len(SUBJECTS[n].words) - 1))) for n in names
    }
    row = st.fixed_dictionaries({n: st.none() | value[n] for n in names})
    rows: list[Row] = draw(st.lists(row, min_size=1, max_size=12))
    return node, rows, table(rows, names)


def said(truth: Truth) -> list[bool | None]:
    pairs = zip(truth.yes, truth.no, strict=True)
    return [True if yes else False if no else None for yes, no in pairs]


def same(one: Truth, other: Truth) -> bool:
    return said(one) == said(other)


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_columns_give_what_rows_give(world: tuple[Node, list[Row], dict[str, Values]]) -> None:
    node, rows, columns = world
    found = evaluate(node, columns)
    assert said(found) == [slowly(node, row) for row in rows]
    assert not (found.yes & found.no).any()


@settings(deadline=None)
@given(worlds(), st.data())
def test_de_morgan_and_double_negation_hold(
    world: tuple[Node, list[Row], dict[str, Values]], data: st.DataObject
) -> None:
    one, _, columns = world
    other = Not(one) if data.draw(st.booleans()) else Known(next(iter(columns)))
    both, either = All((one, other)), Either((one, other))
    assert same(evaluate(Not(both), columns), evaluate(Either((Not(one), Not(other))), columns))
    assert same(evaluate(Not(either), columns), evaluate(All((Not(one), Not(other))), columns))
    assert same(evaluate(Not(Not(one)), columns), evaluate(one, columns))


@settings(deadline=None)
@given(worlds())
def test_what_becomes_known_overturns_nothing(world: tuple[Node, list[Row], dict[str, Values]]) -> None:
    node, _, columns = world
    # diketahui is the one test that is about knowing itself
    if any(isinstance(leaf, Known) for leaf in leaves(node)):
        return
    before = evaluate(node, columns)
    told = {name: Values(v.data, np.ones_like(v.known), v.words) for name, v in columns.items()}
    after = evaluate(node, told)
    assert not (before.yes & ~after.yes).any()
    assert not (before.no & ~after.no).any()


def test_unknown_is_not_false() -> None:
    columns = table([{"desil": 2}, {"desil": 7}, {"desil": None}], ["desil"])
    assert said(evaluate(parse("desil <= 4"), columns)) == [True, False, None]
    assert said(evaluate(parse("bukan desil <= 4"), columns)) == [False, True, None]
    assert said(evaluate(parse("desil <= 4 atau desil tidak diketahui"), columns)) == [True, False, True]


def test_all_of_nothing_is_true() -> None:
    assert said(all_true([], 2)) == [True, True]


def test_a_code_that_no_row_has_meets_nobody() -> None:
    columns = {"kode_kab": Values(np.array([0, 1]), np.array([True, True]), ("64.02", "64.07"))}
    assert said(evaluate(parse("kode_kab = 64.11"), columns)) == [False, False]
    assert said(evaluate(parse("kode_kab = 64.07"), columns)) == [False, True]
