"""The ledger of families balances to the row, and says of each why it came or went."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest
import series_world as world
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile import ledger as subject
from reconcile.errors import ConservationError
from reconcile.household_ids import keep_ids
from reconcile.language import entries
from reconcile.ledger import (
    KIND_OF,
    VISITS,
    Records,
    Stand,
    Why,
    check_ledger,
    family_ledger,
    visits_of,
)
from reconcile.tables import ANSWERS, RECONCILED, TASKS
from reconcile.vocab import Language

KEY = bytes(32)
HERE, THERE = "64.02.06.1001", "64.07.01.2001"

Family = tuple[str | None, str | None, str | None]
Visit = tuple[str, str] | tuple[str, str, str]


def families(rows: list[Family]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["record_id_p3ke", "record_id_bps", "kode_desa"]).astype("str")
    ids = table["record_id_p3ke"].fillna(table["record_id_bps"])
    return RECONCILED.build(table.assign(id_rekon=ids, status_padan="x", cara_lokasi="kode", posisi="x"))


def stands(*runs: tuple[list[Family], list[Visit]]) -> list[Stand]:
    """Return what each run knows; a family without P3KE record is called by its BPS record."""
    told: list[Stand] = []
    for number, (rows, visits) in enumerate(runs):
        before = told[-1].history if told else None
        named = keep_ids(families(rows), before, day=f"2026-0{number + 1}-01", key=KEY)
        table = pd.DataFrame([(*visit, None)[:3] for visit in visits], columns=VISITS.names)
        told.append(Stand(named.history, VISITS.build(table)))
    return told


BASE: list[Family] = [("p1", None, HERE), (None, "b1", HERE), ("p2", "b2", HERE), ("p3", None, THERE)]
REST = BASE[1:]
NEW = [*BASE, ("p9", None, HERE)]
JOINED: list[Family] = [("p1", "b1", HERE), *BASE[2:]]
PARTED: list[Family] = [*BASE[:2], ("p2", None, HERE), (None, "b2", HERE), BASE[3]]
AWAY: list[Family] = [("p1", None, THERE), *REST]
DEAD = (("p1", "meninggal"),)


@dataclass(frozen=True)
class Case:
    """Two runs, and the flows between them: kabupaten, entry and reason of each, one family every time."""

    what: str
    wanted: tuple[str, ...]
    after: list[Family] = field(default_factory=lambda: BASE)
    visits: tuple[Visit, ...] = ()
    before: list[Family] = field(default_factory=lambda: BASE)
    visits_before: tuple[Visit, ...] = ()
    records: Records = field(default_factory=Records)


CASES = (
    Case("nothing happens", ()),
    Case("new on a list", ("64.02 masuk keluarga_baru",), NEW),
    Case("moved in", ("64.02 masuk pindah_masuk",), NEW, records=Records(arrivals=frozenset({"p9"}))),
    Case("a list never there before", ("64.07 masuk daftar_baru",), [*BASE, (None, "b9", THERE)]),
    Case("gone without a record", ("64.02 keluar keluar_tanpa_catatan",), REST),
    Case("gone with a record", ("64.02 keluar keluar_berbukti",), REST, records=Records(frozenset({"p1"}))),
    Case("gone, and its last visit says why", ("64.02 keluar meninggal",), REST, DEAD),
    Case("a whole list is no longer sent", ("64.07 keluar daftar_tidak_dikirim",), BASE[:3]),
    Case("died, still on the list", ("64.02 keluar meninggal",), visits=DEAD),
    Case("died in the run before", (), visits=DEAD, visits_before=DEAD),
    Case("died before, left the list now", (), REST, DEAD, visits_before=DEAD),
    Case("moved out", ("64.02 keluar pindah_keluar",), visits=(("p1", "pindah_keluar"),)),
    Case("listed twice beside its twin", ("64.02 keluar ganda",), visits=(("p1", "ganda", "b1"),)),
    Case("listed twice, then joined", ("64.02 keluar bergabung",), JOINED, (("p1", "ganda", "p1"),)),
    Case(
        "both name each other: one stays",
        ("64.02 keluar ganda",),
        visits=(("p1", "ganda", "b1"), ("b1", "ganda", "p1")),
    ),
    Case("its twin is gone: it stays", (), visits=(("p1", "ganda", "p77"),)),
    Case("found, or not known", (), visits=(("p1", "ditemukan"), ("b1", "tidak_dikenal"))),
    Case("the visit is no longer in force", ("64.02 masuk kunjungan_tidak_berlaku",), visits_before=DEAD),
    Case("joined by the matching", ("64.02 keluar bergabung",), JOINED),
    Case("parted by the matching", ("64.02 masuk berpisah",), PARTED),
    Case(
        "a place that was corrected", ("64.02 keluar tempat_dikoreksi", "64.07 masuk tempat_dikoreksi"), AWAY
    ),
    Case(
        "moved to another kabupaten by a visit",
        ("64.02 keluar pindah_kabupaten", "64.07 masuk pindah_kabupaten"),
        AWAY,
        (("p1", "pindah_dalam"),),
    ),
    Case(
        "a place that was found",
        ("64.02 masuk tempat_dikoreksi", "- keluar tempat_dikoreksi"),
        before=[("p1", None, None), *REST],
    ),
    Case(
        "only its code changed",
        (),
        [("p1", None, "64.02.19.2001"), *REST],
        before=[("p1", None, "64.02.06.2005"), *REST],
    ),
)


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_why_a_family_comes_or_goes(case: Case) -> None:
    runs = ((case.before, list(case.visits_before)), (case.after, list(case.visits)))
    before, after = stands(*runs)
    table = family_ledger(before, after, world.areas(), case.records, Language.INDONESIAN)
    rows = table[(table["tingkat"] == "kabupaten") & table["pos"].isin(["masuk", "keluar"])]
    found = rows["kode"].fillna("-") + " " + rows["pos"] + " " + rows["alasan"]
    assert tuple(found) == case.wanted
    assert set(rows["jumlah_keluarga"]) <= {1}


def test_what_came_back_is_said_to_have_come_back() -> None:
    _, middle, last = stands((BASE, []), (BASE[1:], []), (BASE, []))
    table = family_ledger(middle, last, world.areas(), Records(), Language.INDONESIAN)
    assert table.query("pos == 'masuk' and tingkat == 'kabupaten'")["alasan"].tolist() == ["kembali"]


def test_the_first_run_begins_empty_and_says_so() -> None:
    (first,) = stands((BASE, []))
    table = family_ledger(None, first, world.areas(), Records(), Language.INDONESIAN)
    whole = table[table["tingkat"] == "provinsi"].set_index("pos")["jumlah_keluarga"]
    assert whole.to_dict() == {"awal": 0, "masuk": 4, "akhir": 4, "masih_terdaftar": 0}
    assert table.loc[table["pos"] == "masuk", "jenis"].unique().tolist() == ["pencatatan_awal"]
    assert "Jalan pertama" in table.loc[table["pos"] == "masuk", "keterangan"].iloc[0]


def test_a_family_that_died_stands_beside_the_closing_while_its_list_has_it() -> None:
    before, after = stands((BASE, []), (BASE, [("p1", "meninggal")]))
    table = family_ledger(before, after, world.areas(), Records(), Language.INDONESIAN)
    own = table[(table["kode"] == "64.02")].set_index("pos")["jumlah_keluarga"]
    assert own.to_dict() == {"awal": 3, "keluar": 1, "akhir": 2, "masih_terdaftar": 1}
    counts = pd.DataFrame({"tingkat": "kabupaten", "kode": ["64.02", "64.07"], "n_keluarga": [3, 1]})
    check_ledger(table, counts)
    with pytest.raises(ConservationError):
        check_ledger(table, counts.assign(n_keluarga=[2, 1]))


def test_moves_between_kabupaten_are_none_for_the_province() -> None:
    before, after = stands((BASE, []), ([("p1", None, THERE), *BASE[1:]], []))
    table = family_ledger(before, after, world.areas(), Records(), Language.INDONESIAN)
    assert set(table.loc[table["tingkat"] == "provinsi", "pos"]) == {"awal", "akhir", "masih_terdaftar"}


def test_a_ledger_that_does_not_balance_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = stands((BASE, []), ([*BASE, ("p9", None, HERE)], []))
    whole = subject._flows
    monkeypatch.setattr(subject, "_flows", lambda *given, **named: whole(*given, **named).iloc[1:])
    with pytest.raises(ConservationError) as caught:
        family_ledger(before, after, world.areas(), Records(), Language.INDONESIAN)
    assert {fault.code for fault in caught.value.faults} == {"E_LEDGER"}


def test_every_reason_has_one_kind_and_words() -> None:
    assert set(KIND_OF) == set(Why)
    assert {f"ledger_{why}" for why in Why} <= set(entries())


def test_a_visit_keeps_the_id_that_it_was_asked_under_and_finds_its_twin() -> None:
    rows = [
        {"id_tugas": "T1", "id_rekon": None, "hasil": "meninggal"},
        {"id_tugas": "T2", "id_rekon": "now2", "hasil": "ganda", "ganda_dengan": "T3"},
        {"id_tugas": "T3", "id_rekon": "now3", "hasil": "ditemukan"},
        {"id_tugas": "T4", "id_rekon": "now4", "hasil": "ganda", "ganda_dengan": "T5"},
        {"id_tugas": "T6", "id_rekon": "now6", "hasil": "menolak", "status_jawaban": "usang"},
    ]
    whole = pd.DataFrame(rows).assign(tanggal=pd.Timestamp("2026-01-01"))
    whole["status_jawaban"] = whole["status_jawaban"].fillna("diterapkan")
    required = {c.name: 1 if c.kind == "whole" else "x" for c in ANSWERS.columns if c.required}
    answers = ANSWERS.build(whole.assign(**{k: v for k, v in required.items() if k not in whole}))
    tasks = pd.DataFrame({"id_tugas": ["T1", "T5"], "id_rekon": ["old1", "old5"]})
    filled = {
        c.name: 1 if c.kind == "whole" else "x" for c in TASKS.columns if c.required and c.name not in tasks
    }
    found = visits_of(answers, TASKS.build(tasks.assign(**filled))).set_index("id_rekon")
    assert found["hasil"].to_dict() == {
        "old1": "meninggal", "now2": "ganda", "now3": "ditemukan", "now4": "ganda",
    }  # fmt: skip
    assert found["kembaran"].dropna().to_dict() == {"now2": "now3", "now4": "old5"}


villages = st.sampled_from([HERE, THERE, "64.02.06.2005", "64.99.01.2001", None])
number = st.none() | st.integers(1, 15).map(str)
people = st.lists(st.tuples(number, number, villages).filter(lambda row: row[0] or row[1]), max_size=25)
results = st.sampled_from(["meninggal", "pindah_keluar", "ganda", "ditemukan", "pindah_dalam"])
told = st.dictionaries(
    st.sampled_from(["p1", "p2", "p3", "b1", "b2"]), st.tuples(results, st.sampled_from(["p1", "b2"]))
)


def valid(rows: list[Any]) -> list[Family]:
    """Return the rows whose records stand in no earlier one."""
    seen: set[str] = set()
    kept: list[Family] = []
    for p3ke, bps, village in rows:
        own = {f"p{p3ke}"} if p3ke else set()
        own |= {f"b{bps}"} if bps else set()
        if not own & seen:
            seen |= own
            kept.append((p3ke and f"p{p3ke}", bps and f"b{bps}", village))
    return kept


@settings(max_examples=12, deadline=None)
@given(people, people, told, told)
def test_whatever_happens_the_ledger_balances(one: Any, two: Any, first: Any, second: Any) -> None:
    visits = [[(key, *value) for key, value in side.items()] for side in (first, second)]
    before, after = stands((valid(one), visits[0]), (valid(two), visits[1]))
    table = family_ledger(before, after, world.areas(), Records(), Language.INDONESIAN)
    whole = table[table["tingkat"] == "provinsi"].groupby("pos")["jumlah_keluarga"].sum()
    assert whole["akhir"] + whole["masih_terdaftar"] == len(valid(two))
    signs = {"awal": 1, "masuk": 1, "keluar": -1, "akhir": -1, "masih_terdaftar": 0}
    for _, rows in table.groupby([table["tingkat"], table["kode"].fillna("-")]):
        assert (rows["pos"].map(signs) * rows["jumlah_keluarga"]).sum() == 0
    # the closing of a run is the opening of the next
    again = family_ledger(after, after, world.areas(), Records(), Language.INDONESIAN)
    opening = again[again["pos"] == "awal"].set_index("kode")["jumlah_keluarga"]
    closing = table[table["pos"] == "akhir"].set_index("kode")["jumlah_keluarga"]
    assert opening[opening > 0].to_dict() == closing[closing > 0].to_dict()
