"""Declared tables: types, missing columns, holes."""

from typing import Any

import pandas as pd
import pytest

from reconcile import tables
from reconcile.tables import DTYPES, Column, Kind, Table

ALL = [table for table in vars(tables).values() if isinstance(table, Table)]
SMALL = Table(
    "small",
    (
        Column("id", "text", "id", required=True),
        Column("n", "whole", "count"),
        Column("x", "number", "share"),
        Column("day", "date", "day"),
        Column("yes", "yesno", "flag"),
    ),
)

VALUES: list[tuple[Kind, Any, list[Any]]] = [
    # kind, as given, as the table holds it (None: missing)
    ("text", ["a", None], ["a", None]),
    ("text", [None, None], [None, None]),
    ("text", pd.Series(["a", pd.NA], dtype="string"), ["a", None]),
    # an empty text is a value; missing is another thing
    ("text", ["", None], ["", None]),
    ("text", ["007", "1.0"], ["007", "1.0"]),
    ("whole", [1, None], [1, None]),
    ("whole", pd.Series([1, 2], dtype="int8"), [1, 2]),
    ("number", [0.5, None], [0.5, None]),
    ("number", pd.Series([1, None], dtype="Int64"), [1.0, None]),
    ("date", ["2026-03-31", None], [pd.Timestamp("2026-03-31"), None]),
    ("date", pd.to_datetime(["1926-03-31", None]), [pd.Timestamp("1926-03-31"), None]),
    # yes, no and unknown are three values
    ("yesno", [True, None], [True, None]),
    ("yesno", [False, True], [False, True]),
]


@pytest.mark.parametrize(("kind", "given", "held"), VALUES)
def test_a_kind_fixes_the_type_and_keeps_what_is_missing(kind: Kind, given: Any, held: list[Any]) -> None:
    built = Table("one", (Column("c", kind, ""),)).build(pd.DataFrame({"c": given}))
    assert built["c"].dtype == DTYPES[kind]
    assert [None if pd.isna(value) else value for value in built["c"]] == held


REFUSED: list[tuple[Kind, list[Any], type[Exception]]] = [
    # never rounded, never guessed
    ("whole", [1.5], TypeError),
    ("whole", ["satu"], ValueError),
    ("number", ["0,5"], ValueError),
    ("date", ["31/31/2026"], ValueError),
    ("yesno", ["ya"], TypeError),
]


@pytest.mark.parametrize(("kind", "given", "error"), REFUSED)
def test_a_value_of_another_kind_is_refused(kind: Kind, given: list[Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        Table("one", (Column("c", kind, ""),)).build(pd.DataFrame({"c": given}))


def test_columns_stand_in_their_order_and_absent_ones_are_missing() -> None:
    built = SMALL.build(pd.DataFrame({"n": [3], "id": ["a"]}, index=[17]))
    assert list(built.columns) == ["id", "n", "x", "day", "yes"]
    assert built.index.tolist() == [0]
    assert built.loc[0, ["x", "day", "yes"]].isna().all()
    assert built.dtypes.equals(SMALL.empty().dtypes)


def test_rows_keep_their_order_under_a_repeated_index() -> None:
    built = SMALL.build(pd.DataFrame({"id": ["b", "a", "c"]}, index=[1, 1, 0]))
    assert built["id"].tolist() == ["b", "a", "c"]


def test_what_is_given_is_not_changed() -> None:
    given = pd.DataFrame({"n": [3.0], "id": ["a"]})
    built = SMALL.build(given)
    built["n"] = 4
    pd.testing.assert_frame_equal(given, pd.DataFrame({"n": [3.0], "id": ["a"]}))


def test_a_column_that_is_not_declared_is_named() -> None:
    with pytest.raises(TypeError, match=r"small does not declare \['nik', 'y'\]"):
        SMALL.build(pd.DataFrame({"id": ["a"], "y": [1], "nik": ["0000"]}))


@pytest.mark.parametrize("given", [{"n": [1]}, {"id": ["a", None]}])
def test_a_hole_in_a_required_column_is_named_and_not_shown(given: dict[str, list[Any]]) -> None:
    with pytest.raises(TypeError, match=r"^table small has missing values in required \['id'\]$"):
        SMALL.build(pd.DataFrame(given))


def test_extend_leaves_the_narrower_table_alone() -> None:
    wide = SMALL.extend("wide", Column("more", "text", ""))
    assert wide.names == [*SMALL.names, "more"]
    assert (SMALL.name, wide.name) == ("small", "wide")
    assert "more" not in SMALL.names


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_every_table_is_declared_once_and_explains_its_columns(table: Table) -> None:
    assert len(set(table.names)) == len(table.names)
    assert all(column.meaning for column in table.columns)
    assert all(name.isidentifier() for name in table.names)
    pd.testing.assert_frame_equal(table.build(pd.DataFrame()), table.empty())


def test_tables_have_names_of_their_own() -> None:
    assert len({table.name for table in ALL}) == len(ALL)


def test_a_person_has_the_same_columns_everywhere() -> None:
    for table in (tables.HOUSEHOLDS, tables.MEMBERS):
        assert [c for c in table.columns if c in tables.PERSON] == list(tables.PERSON)
    for side in ("p3ke", "bps"):
        assert {f"{c.name}_{side}" for c in tables.PERSON} < set(tables.RECONCILED.names)


def test_findings_have_no_column_of_a_person() -> None:
    assert not {column.name for column in tables.PERSON} & set(tables.FINDINGS.names)
    assert not {"no_kk", "alamat", "record_id"} & set(tables.FINDINGS.names)
