"""Which families are one: a table of pairs, and what must hold of any linkage."""

from typing import Any

import factory
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from reconcile.language import text
from reconcile.linkage import model
from reconcile.linkage.assign import one_to_one
from reconcile.linkage.blocking import PASSES, candidate_pairs, pass_names
from reconcile.linkage.evaluate import accuracy
from reconcile.linkage.keys import build_keys
from reconcile.linkage.link import MatchingSettings, link_households
from reconcile.linkage.score import sentences
from reconcile.vocab import Language

#: Families that are in nobody's way, as many as make a chance agreement as unlikely as in a real list.
CROWD = [
    {
        "record_id": f"x{number}",
        "nama": f"WARGA {number:04d}".translate(str.maketrans("0123456789", "BCDFGKLMPR")),
        "nik": None,
        "tanggal_lahir": None,
        "kode_desa": f"64.09.{number % 90:02d}.2001",
    }
    for number in range(2000)
]
KIDS = (
    {"nama": "RINA WATI", "tanggal_lahir": "2011-03-04"},
    {"nama": "DODI SAPUTRA", "tanggal_lahir": "2014-05-06"},
)

PAIRS: list[tuple[str, dict[str, Any], dict[str, Any], tuple[dict[str, Any], ...], str | None]] = [
    # what is tried, P3KE, BPS (changes of factory.HOUSEHOLD), members of both, status
    ("equal in everything", {}, {}, KIDS, "cocok"),
    ("no NIK on either side", {"nik": None}, {"nik": None}, KIDS, "cocok"),
    ("no NIK, no birth date, members agree", {"nik": None, "tanggal_lahir": None}, {}, KIDS, "cocok"),
    ("name spelled the old way", {"nama": "SITTI AMINAH"}, {"nama": "HJ. SITI AMINAH"}, (), "cocok"),
    ("one digit of the NIK", {"nik": "6402065705800002"}, {}, (), "cocok"),
    ("moved to another kabupaten, same NIK", {"kode_desa": "64.07.01.2001"}, {}, (), "cocok"),
    ("day and month swapped", {"tanggal_lahir": "1980-07-05"}, {"tanggal_lahir": "1980-05-07"}, (), "cocok"),
    (
        "head changed to the spouse",
        {
            "nama": "BUDI SANTOSO",
            "nik": "6402061203780001",
            "tanggal_lahir": "1978-03-12",
            "jenis_kelamin": "L",
        },
        {},
        (
            *KIDS,
            {"nama": "SITI AMINAH", "tanggal_lahir": "1980-05-17"},
            {"nama": "BUDI SANTOSO", "tanggal_lahir": "1978-03-12"},
        ),
        "cocok",
    ),
    (
        "same name in the village, another NIK, everything else unknown",
        {"nik": "6402061203800077", "tanggal_lahir": None, "jenis_kelamin": None, "rt": None},
        {"rt": None},
        (),
        "tinjau",
    ),
    (
        "neighbours with one birth year",
        {"nama": "RUSDIANA", "nik": "6402065705800009"},
        {"nama": "NORHAYATI", "nik": "6402061203800010", "tanggal_lahir": "1980-03-12"},
        (),
        None,
    ),
    (
        "strangers",
        {"nama": "LALU WIRA", "nik": "1802065705800009", "tanggal_lahir": "1966-01-02"},
        {},
        (),
        None,
    ),
]


def linked(left: dict[str, Any], right: dict[str, Any], people: tuple[dict[str, Any], ...]) -> pd.DataFrame:
    p3ke = factory.placed("p3ke", left, *CROWD)
    others = ({**one, "record_id": f"y{i}", "kode_desa": "64.09.99.2001"} for i, one in enumerate(CROWD))
    bps = factory.placed("bps", right, *others)
    sides = [
        factory.members(registry, *({**one, "record_id": f"{registry}:1"} for one in people))
        for registry in ("p3ke", "bps")
    ]
    return link_households(p3ke, bps, *sides, MatchingSettings()).pairs


@pytest.mark.parametrize(("tried", "left", "right", "people", "status"), PAIRS, ids=[p[0] for p in PAIRS])
def test_pairs(
    tried: str,
    left: dict[str, Any],
    right: dict[str, Any],
    people: tuple[dict[str, Any], ...],
    status: str | None,
) -> None:
    pairs = linked(left, right, people)
    found = pairs[(pairs["record_p3ke"] == "p3ke:1") & (pairs["record_bps"] == "bps:1")]
    assert (found["status_padan"].tolist() or [None]) == [status]


def test_a_pair_says_why() -> None:
    pairs = linked({}, {"nama": "SITI AMINA"}, KIDS)
    assert pairs.loc[0, "alasan"].split()[:3] == ["nik_same", "nama_close", "lahir_nik_same"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.INDONESIAN, "NIK kepala sama; desa sama"),
        (Language.ENGLISH, "same NIK of the head; same village"),
    ],
)
def test_reasons_are_read_in_words_of_the_catalogue(language: Language, words: str) -> None:
    reasons = pd.Series(
        ["nik_same desa_same", None, "", "nik_same desa_same"], index=[4, 2, 9, 1], dtype="str"
    )
    said = sentences(reasons, language)
    pd.testing.assert_series_equal(said, pd.Series([words, None, "", words], index=[4, 2, 9, 1], dtype="str"))


def test_every_level_has_its_sentence_and_falls_from_strong_to_weak() -> None:
    for field in model.FIELDS:
        bits = [level.bits for level in field.levels]
        assert bits == sorted(bits, reverse=True), field.name
        assert all(text(f"level_{level.name}", said) for level in field.levels for said in Language)


def test_row_order_changes_nothing() -> None:
    names = [f"WARGA {a}{b}" for a in "ABCDE" for b in "FGHIJ"]
    rows = [
        {"nama": name, "nik": None, "tanggal_lahir": f"19{60 + i}-03-04", "kode_desa": "64.02.06.1001"}
        for i, name in enumerate(names)
    ]
    p3ke, bps = factory.placed("p3ke", *rows), factory.placed("bps", *rows[::-1])
    none = factory.members("p3ke"), factory.members("bps")
    one = link_households(p3ke, bps, *none, MatchingSettings()).pairs
    other = link_households(
        p3ke.sample(frac=1, random_state=1), bps.sample(frac=1, random_state=2), *none, MatchingSettings()
    ).pairs
    assert len(one) == len(names)
    pd.testing.assert_frame_equal(one, other)


def test_empty_sides_give_no_pairs() -> None:
    none = factory.members("p3ke"), factory.members("bps")
    assert link_households(
        factory.placed("p3ke"), factory.placed("bps", {}), *none, MatchingSettings()
    ).pairs.empty
    assert link_households(
        factory.placed("p3ke"), factory.placed("bps"), *none, MatchingSettings()
    ).pairs.empty


def test_a_block_that_would_explode_is_left_out_and_counted() -> None:
    crowd = [{"nama": "SITI", "nik": None, "tanggal_lahir": None} for _ in range(30)]
    keys = build_keys(
        factory.placed("p3ke", *crowd),
        factory.placed("bps", *crowd),
        factory.members("p3ke"),
        factory.members("bps"),
    )
    pairs, yields = candidate_pairs(keys)
    by_name = {one.name: one for one in yields}
    assert by_name["nama_desa"].capped_pairs == 900
    assert len(pairs) == 0


HEAD_ROW = {"nama": "SITI AMINAH", "nik": "6402065705800001", "tanggal_lahir": "1980-05-17"}
ONCE = [
    # households on either side, their member rows: a household is once under a key, its head's row or not
    (10, ()),
    (10, ({**HEAD_ROW, "hubungan": "kepala"},)),
    (10, (HEAD_ROW, HEAD_ROW)),
]


@pytest.mark.parametrize(("households", "rows"), ONCE, ids=["no rows", "the head's row", "namesakes"])
def test_caps_count_pairs_of_households(households: int, rows: tuple[dict[str, Any], ...]) -> None:
    people = [
        factory.members(
            side, *({**row, "record_id": f"{side}:{n + 1}"} for n in range(households) for row in rows)
        )
        for side in ("p3ke", "bps")
    ]
    same = [{**HEAD_ROW} for _ in range(households)]
    keys = build_keys(factory.placed("p3ke", *same), factory.placed("bps", *same), *people)
    by_name = {one.name: one for one in candidate_pairs(keys)[1]}
    for name in ("nik_anggota", "orang_desa"):
        assert (by_name[name].pairs, by_name[name].capped_pairs) == (households**2, 0)
    assert by_name["orang_kabupaten"].capped_pairs == households**2


def test_a_pair_names_the_passes_that_found_it() -> None:
    assert pass_names(pd.Series([0b11, 0b1])).tolist() == ["nik_kepala,nik_anggota", "nik_kepala"]
    assert len({one.name for one in PASSES}) == len(PASSES)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 8), st.sampled_from([0.2, 0.5, 0.5, 0.9])),
        max_size=40,
        unique_by=lambda p: p[:2],
    )
)
def test_one_to_one_is_one_to_one_and_leaves_no_free_pair(edges: list[tuple[int, int, float]]) -> None:
    left, right = (np.array([edge[side] for edge in edges], dtype=np.int64) for side in (0, 1))
    score = np.array([edge[2] for edge in edges])
    chosen = one_to_one(left, right, score, left * 100 + right)
    assert len(set(left[chosen])) == len(chosen) == len(set(right[chosen]))
    taken = np.isin(left, left[chosen]) | np.isin(right, right[chosen])
    assert taken.all()
    # stable: no pair left out is better than what both of its sides got
    for row in set(range(len(edges))) - set(chosen.tolist()):
        rivals = [c for c in chosen if left[c] == left[row] or right[c] == right[row]]
        assert max(score[c] for c in rivals) >= score[row]


def test_thresholds_must_be_in_order() -> None:
    with pytest.raises(ValidationError):
        MatchingSettings(match=0.3, review=0.5)


def test_accuracy() -> None:
    found = pd.DataFrame({"a": ["1", "2", "2", "9"], "b": ["x", "y", "y", "z"]})
    truth = pd.DataFrame({"c": ["1", "2", "3", "4"], "d": ["x", "y", "q", "r"]})
    result = accuracy(found, truth)
    assert (result.right, result.found, result.true) == (2, 3, 4)
    assert (result.precision, result.recall, result.f1) == (2 / 3, 0.5, 4 / 7)
    nothing = accuracy(found.iloc[:0], truth.iloc[:0])
    assert (nothing.precision, nothing.recall, nothing.f1) == (0.0, 0.0, 0.0)
