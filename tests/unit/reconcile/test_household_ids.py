"""Ids of reconciled households over runs: who inherits one when links change, and that none is used twice."""

from __future__ import annotations

import factory
import pandas as pd
import pytest

from reconcile.household_ids import Named, keep_ids
from reconcile.merge import merge_households
from reconcile.tables import PAIRS, RELATIONS

KEY = bytes(range(32))
State = list[tuple[str, str]]


def reconciled(state: State) -> pd.DataFrame:
    """Return RECONCILED of (P3KE record, BPS record) rows; an empty text is no record."""
    sides = [
        factory.placed(side, *({"record_id": row[place]} for row in state if row[place]))
        for place, side in enumerate(("p3ke", "bps"))
    ]
    pairs = pd.DataFrame([row for row in state if all(row)], columns=["record_p3ke", "record_bps"])
    said = pairs.assign(skor=1.0, bobot=20.0, status_padan="cocok", jalur="x", alasan="nik_same")
    return merge_households(*sides, PAIRS.build(said), RELATIONS.empty(), key=KEY)


def run(*states: State) -> Named:
    named: Named | None = None
    for month, state in enumerate(states, start=1):
        before = None if named is None else named.history
        named = keep_ids(reconciled(state), before, day=f"2026-{month:02}-28", key=KEY)
    assert named is not None
    return named


def ids(named: Named) -> dict[tuple[str, str], str]:
    table = named.reconciled[["record_id_p3ke", "record_id_bps"]].fillna("")
    return dict(zip(table.itertuples(index=False, name=None), named.reconciled["id_rekon"], strict=True))


#: First state, second state, row of the second -> row of the first whose id it has (None: an id of its own).
CHANGES: list[tuple[str, State, State, dict[tuple[str, str], tuple[str, str] | None]]] = [
    ("nothing changes", [("a", "x")], [("a", "x")], {("a", "x"): ("a", "x")}),
    ("a partner is found", [("a", "")], [("a", "x")], {("a", "x"): ("a", "")}),
    ("a partner is found in BPS", [("", "x")], [("a", "x")], {("a", "x"): ("", "x")}),
    ("two are joined: P3KE's id stays", [("a", ""), ("", "x")], [("a", "x")], {("a", "x"): ("a", "")}),
    (
        "a pair is parted: P3KE's row keeps the id",
        [("a", "x")],
        [("a", ""), ("", "x")],
        {("a", ""): ("a", "x"), ("", "x"): None},
    ),
    (
        "partners are exchanged",
        [("a", "x"), ("b", "y")],
        [("a", "y"), ("b", "x")],
        {("a", "y"): ("a", "x"), ("b", "x"): ("b", "y")},
    ),
    ("P3KE's row leaves", [("a", "x")], [("", "x")], {("", "x"): ("a", "x")}),
    ("BPS's row leaves", [("a", "x")], [("a", "")], {("a", ""): ("a", "x")}),
    (
        "the pair stays, whoever else wants its id",
        [("a", "x"), ("b", "")],
        [("a", "x"), ("b", "y")],
        {("a", "x"): ("a", "x"), ("b", "y"): ("b", "")},
    ),
    (
        "another takes the partner, the rest keeps its id",
        [("a", "x")],
        [("a", ""), ("b", "x")],
        {("a", ""): ("a", "x"), ("b", "x"): None},
    ),
]


@pytest.mark.parametrize(("tried", "one", "two", "kept"), CHANGES, ids=[c[0] for c in CHANGES])
def test_who_inherits(
    tried: str, one: State, two: State, kept: dict[tuple[str, str], tuple[str, str] | None]
) -> None:
    before, after = ids(run(one)), ids(run(one, two))
    for row, source in kept.items():
        if source is None:
            assert after[row] not in before.values(), tried
        else:
            assert after[row] == before[source], tried


def test_a_joined_household_says_what_it_came_from() -> None:
    before = ids(run([("a", ""), ("", "x")]))
    history = run([("a", ""), ("", "x")], [("a", "x")]).history.set_index("id_rekon")
    assert history.loc[before["a", ""], ["peristiwa", "asal"]].tolist() == ["bergabung", before["", "x"]]
    assert history.loc[before["", "x"], "peristiwa"] == "digantikan"


def test_a_parted_household_says_so_and_the_new_one_where_it_came_from() -> None:
    before = ids(run([("a", "x")]))["a", "x"]
    named = run([("a", "x")], [("a", ""), ("", "x")])
    history = named.history.set_index("id_rekon")
    assert history.loc[before, "peristiwa"] == "berpisah"
    assert history.loc[ids(named)["", "x"], ["peristiwa", "asal"]].tolist() == ["berpisah", before]


def test_one_that_returns_has_its_id_again() -> None:
    there: State = [("a", "x"), ("b", "")]
    named = run(there, [("b", "")], there)
    assert ids(named)["a", "x"] == ids(run(there))["a", "x"]
    events = named.history.set_index("id_rekon")["peristiwa"]
    assert events[ids(named)["a", "x"]] == "kembali"
    assert run(there, [("b", "")]).history["peristiwa"].tolist().count("hilang") == 1


def test_an_id_that_was_used_is_never_another_households() -> None:
    # x takes a's id along when a leaves; a pair of a and x that comes anew may not have it a second time
    states: list[State] = [
        [("a", "x")],
        [("a", "y"), ("", "x")],
        [("", "y"), ("", "x")],
        [("", "y"), ("a", "x")],
    ]
    for last in range(1, len(states) + 1):
        named = run(*states[:last])
        assert named.reconciled["id_rekon"].is_unique
        assert named.history["id_rekon"].is_unique


def test_the_order_of_rows_changes_nothing() -> None:
    one = keep_ids(reconciled([("a", "x"), ("b", "y"), ("c", "")]), None, day="2026-01-28", key=KEY)
    state: State = [("a", "y"), ("b", ""), ("c", "x"), ("", "z")]
    plain = keep_ids(reconciled(state), one.history, day="2026-02-28", key=KEY)
    shuffled = reconciled(state).sample(frac=1, random_state=1)
    other = keep_ids(shuffled, one.history.sample(frac=1, random_state=2), day="2026-02-28", key=KEY)
    pd.testing.assert_frame_equal(plain.reconciled, other.reconciled)
    pd.testing.assert_frame_equal(plain.history, other.history)


def test_a_doubtful_partner_is_named_by_the_id_that_it_keeps() -> None:
    first = run([("a", "x")])
    sides = [factory.placed("p3ke", {"record_id": "a"}), factory.placed("bps", {"record_id": "x"})]
    pair = pd.DataFrame({"record_p3ke": ["a"], "record_bps": ["x"]})
    said = pair.assign(skor=0.5, bobot=0.0, status_padan="tinjau", jalur="x", alasan="nik_same")
    doubtful = merge_households(*sides, PAIRS.build(said), RELATIONS.empty(), key=KEY)
    named = keep_ids(doubtful, first.history, day="2026-02-28", key=KEY)
    assert set(named.reconciled["id_tinjau"]) == set(named.reconciled["id_rekon"])
