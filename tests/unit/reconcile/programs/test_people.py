"""Persons of the reconciled families: each once, with what the newest list tells."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from program_world import DAYS, Family, columns_of, world

from reconcile.programs.people import gather_people
from reconcile.programs.values import ages
from reconcile.programs.vocab import Unit, View

NIK, OTHER, THIRD = "6402065705800001", "6402061508700002", "6402061508700003"
ANI = {"nama": "ANI", "nik": NIK, "tanggal_lahir": "1980-05-17"}
BUDI = {"nama": "BUDI", "nik": OTHER, "tanggal_lahir": "1970-08-15"}


def one(p3ke: tuple[dict[str, Any], ...], bps: tuple[dict[str, Any], ...], **more: Any) -> Family:
    """Return a family that is on a list where it has people there."""
    return Family({} if p3ke else None, {} if bps else None, p3ke, bps, **more)


CASES = [
    # what is tried, families, persons by name
    ("the same NIK on both lists", (one((ANI,), ({**ANI, "nama": "ANI S"},)),), {"ANI S": 1}),
    ("no NIK, same name and birth date", (one(({**ANI, "nik": None},), (ANI,)),), {"ANI": 1}),
    (
        "a name spelled with a title",
        (one(({**ANI, "nik": None, "nama": "HJ. ANI"},), (ANI,)),),
        {"ANI": 1},
    ),
    (
        "no NIK, another birth date",
        (one(({**ANI, "nik": None, "tanggal_lahir": "1980-05-18"},), (ANI,)),),
        {"ANI": 2},
    ),
    ("no NIK, no birth date", (one(({"nama": "ANI"},), (ANI,)),), {"ANI": 2}),
    ("two persons", (one((ANI, BUDI), (ANI,)),), {"ANI": 1, "BUDI": 1}),
    ("twins", (one(({**ANI, "nik": None}, {**ANI, "nama": "ANA", "nik": None}), ()),), {"ANI": 1, "ANA": 1}),
    (
        "the NIK of another family under another name",
        (one((), (ANI,)), one((), ({**BUDI, "nik": NIK},))),
        {"ANI": 1, "BUDI": 1},
    ),
    ("one person in two families", (one((), (ANI,)), one((), (ANI,))), {"ANI": 1}),
    (
        "the same name and birth date in two families",
        (one((), ({**ANI, "nik": None},)), one((), ({**ANI, "nik": None},))),
        {"ANI": 2},
    ),
    (
        "a family that split: its people stand in both rows",
        (one(({**ANI, "nik": None}, BUDI), (BUDI,)), Family(bps={}, bps_members=(ANI,), part="pecahan")),
        {"ANI": 1, "BUDI": 1},
    ),
    ("a head without member rows", (Family(bps={"nama": "ANI", "nik": NIK}),), {"ANI": 1}),
]


@pytest.mark.parametrize(("families", "persons"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_every_person_stands_once(families: tuple[Family, ...], persons: dict[str, int]) -> None:
    context = world(*families)
    people = gather_people(context, DAYS)
    # the rows of two lists may write one name in two ways: the newest counts
    assert Counter(people.told["nama"]) == persons
    assert len(people.family) == len(people.told)
    rows = int(context.members["record_id"].notna().sum())
    lonely = int((context.households["jumlah_baris_anggota"] == 0).sum())
    assert len(people.rows) == rows + lonely


def test_members_without_a_family_are_counted_not_judged() -> None:
    context = world(one((ANI,), ()))
    orphan = context.members.assign(record_id=pd.Series([None], dtype="str"))
    context = replace(context, members=pd.concat([context.members, orphan], ignore_index=True))
    people = gather_people(context, DAYS)
    assert people.lost == 1
    assert people.told["nama"].tolist().count("ANI") == 1


def test_the_newest_row_that_tells_a_value_tells_it() -> None:
    older = {**ANI, "pekerjaan": "PETANI", "pendidikan": "TAMAT SD/SEDERAJAT"}
    context = world(one((older,), ({**ANI, "pendidikan": "SMA/sederajat"},)))
    columns = columns_of(context)
    work, school = (columns.get(n, View.IN_FORCE, Unit.PERSON) for n in ("pekerjaan", "pendidikan"))
    assert work.words is not None
    assert school.words is not None
    assert [work.words[work.data[0]], school.words[school.data[0]]] == ["petani", "sma"]
    of_p3ke = columns.get("pendidikan", View.P3KE, Unit.PERSON)
    assert school.words[of_p3ke.data[0]] == "tamat_sd"
    assert not columns.get("pekerjaan", View.BPS, Unit.PERSON).known[0]


def test_a_visit_corrects_the_head_and_nobody_else() -> None:
    visit = {"nama": "ANI BARU", "asal_nama": "returns", "nik": THIRD, "asal_nik": "returns"}
    head, child = {**ANI, "hubungan": "kepala"}, BUDI
    people = gather_people(world(one((head, child), (head,), visit=visit)), DAYS)
    assert sorted(zip(people.told["nama"], people.told["nik"], strict=True)) == [
        ("ANI BARU", THIRD),
        ("BUDI", OTHER),
    ]


def test_the_order_of_rows_changes_nothing() -> None:
    families = (one((ANI, BUDI), (BUDI, ANI)), one(({"nama": "CICI"}, {"nama": "DODI"}), (ANI,)))
    first, second = (gather_people(world(*families, turned=t), DAYS) for t in (False, True))
    pd.testing.assert_frame_equal(first.told, second.told)
    assert first.family.tolist() == second.family.tolist()


AGES = [
    ("2000-03-31", 26),
    ("2000-04-01", 25),
    ("2026-03-31", 0),
    ("2026-04-01", None),
    ("1895-01-01", None),
    ("2004-02-29", 22),
    (None, None),
]


@pytest.mark.parametrize(("born", "age"), AGES)
def test_ages_are_full_years_on_the_reference_date(born: str | None, age: int | None) -> None:
    context = world(one(({"nama": "ANI", "tanggal_lahir": born},), ()))
    found = ages(context.members["tanggal_lahir"], context.reference_date)
    assert (int(found.data[0]) if found.known[0] else None) == age
