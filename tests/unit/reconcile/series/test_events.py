"""Events of household ids between two runs, as a run tells of the one before it, and over several."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.household_ids import keep_ids
from reconcile.series.events import events_between, living
from reconcile.tables import HISTORY, RECONCILED
from reconcile.vocab import IdEvent

KEY = bytes(32)


def families(*records: tuple[str | None, str | None]) -> pd.DataFrame:
    rows = [
        {"id_rekon": f"{p3ke}|{bps}", "record_id_p3ke": p3ke, "record_id_bps": bps} for p3ke, bps in records
    ]
    columns = ["id_rekon", "record_id_p3ke", "record_id_bps"]
    table = pd.DataFrame(rows, columns=columns)
    return RECONCILED.build(table.assign(status_padan="x", cara_lokasi="kode", posisi="wakil_desa"))


def runs(*each: tuple[tuple[str | None, str | None], ...]) -> list[pd.DataFrame]:
    told: list[pd.DataFrame] = []
    for number, records in enumerate(each):
        before = told[-1] if told else None
        told.append(keep_ids(families(*records), before, day=f"2026-0{number + 1}-01", key=KEY).history)
    return told


ALONE = (("p1", None), (None, "b1"), ("p2", "b2"))
CASES = [
    ("nothing", ALONE, {"tetap": 3}),
    ("joined", (("p1", "b1"), ("p2", "b2")), {"tetap": 1, "bergabung": 1, "digantikan": 1}),
    ("parted", (("p1", None), (None, "b1"), ("p2", None), (None, "b2")), {"tetap": 2, "berpisah": 2}),
    ("gone", (("p1", None), (None, "b1")), {"tetap": 2, "hilang": 1}),
    ("new", (*ALONE, ("p9", None)), {"tetap": 3, "baru": 1}),
]


@pytest.mark.parametrize(("what", "second", "wanted"), CASES, ids=[case[0] for case in CASES])
def test_each_event_is_counted(what: str, second: tuple, wanted: dict[str, int]) -> None:
    before, after = runs(ALONE, second)
    assert {name: n for name, n in events_between(before, after).items() if n} == wanted


def test_what_went_and_came_back_in_between_is_the_same() -> None:
    first, middle, last = runs(ALONE, (("p1", None),), ALONE)
    assert events_between(first, last)["tetap"] == 3
    assert events_between(middle, last) == {**dict.fromkeys(IdEvent, 0), "tetap": 1, "kembali": 2}
    assert events_between(first, middle)["hilang"] == 2


record = st.none() | st.integers(1, 12).map(str)
world = st.lists(st.tuples(record, record).filter(any), max_size=20)


def valid(pairs: list[tuple[str | None, str | None]]) -> tuple[tuple[str | None, str | None], ...]:
    """Return the pairs whose records stand in no earlier one: a record is in one household."""
    seen: set[tuple[int, str]] = set()
    kept = []
    for p3ke, bps in pairs:
        own = {(0, p3ke)} if p3ke else set()
        own |= {(1, bps)} if bps else set()
        if not own & seen:
            seen |= own  # type: ignore[arg-type]
            kept.append((p3ke and f"p{p3ke}", bps and f"b{bps}"))
    return tuple(kept)


@settings(max_examples=15, deadline=None)
@given(world, world)
def test_stock_and_events_add_up(one: list, two: list) -> None:
    before, after = runs(valid(one), valid(two)) if one or two else (HISTORY.empty(), HISTORY.empty())
    events = events_between(before, after)
    into = events["baru"] + events["kembali"]
    assert len(living(after)) == sum(events[name] for name in ("tetap", "bergabung", "berpisah")) + into
    stayed = len(set(living(before)["id_rekon"]) & set(living(after)["id_rekon"]))
    assert len(living(before)) == stayed + events["hilang"] + events["digantikan"]
    # of neighbouring runs what is lost is what the run itself says
    told = after["peristiwa"].value_counts()
    assert (events["hilang"], events["digantikan"]) == (told.get("hilang", 0), told.get("digantikan", 0))
