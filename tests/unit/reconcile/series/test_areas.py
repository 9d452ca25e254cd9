"""Old codes come to today's areas: nothing is lost, nothing is guessed, and a split breaks no series."""

from __future__ import annotations

import pandas as pd
import pytest
import series_world as world
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.errors import ConservationError
from reconcile.series import areas as subject
from reconcile.series.areas import LEVELS, at_level, carry

EDITIONS = {world.BEFORE: 2020, world.AFTER: 2025}
THEN = {"64.02.06.1001": 10, "64.02.06.2005": 7, "64.02.06.2006": 5, "64.07.01.2001": 3, None: 2}
NOW = {"64.02.06.1001": 11, "64.02.19.2001": 8, "64.02.19.2002": 4, "64.07.01.2001": 3, None: 1}

# what it is, code, further dead codes, edition, status, village, kecamatan, kabupaten
CODES = [
    ("a code of today", "64.02.06.1001", (), 2025, "berlaku", "64.02.06.1001", "64.02.06", "64.02"),
    ("a dead code", "64.02.06.2005", (), 2020, "kode_lama", "64.02.19.2001", "64.02.19", "64.02"),
    (
        "a dead code, edition unknown",
        "64.02.06.2005",
        (),
        None,
        "kode_lama",
        "64.02.19.2001",
        "64.02.19",
        "64.02",
    ),
    (
        "split within its kecamatan",
        "64.02.06.2009",
        (("64.02.06.2009", 2022, "64.02.06.1001"), ("64.02.06.2009", 2022, "64.02.06.2002")),
        2020,
        "bercabang",
        None,
        "64.02.06",
        "64.02",
    ),
    (
        "split over two kecamatan",
        "64.02.06.2009",
        (("64.02.06.2009", 2022, "64.02.06.1001"), ("64.02.06.2009", 2022, "64.02.19.2001")),
        2020,
        "bercabang",
        None,
        None,
        "64.02",
    ),
    (
        "split over two kabupaten",
        "64.02.06.2009",
        (("64.02.06.2009", 2022, "64.02.06.1001"), ("64.02.06.2009", 2022, "64.07.01.2001")),
        2020,
        "bercabang",
        None,
        None,
        None,
    ),
    (
        "issued again: an old run means the village of then",
        "64.02.06.2002",
        (("64.02.06.2002", 2022, "64.02.19.2001"),),
        2020,
        "kode_lama",
        "64.02.19.2001",
        "64.02.19",
        "64.02",
    ),
    (
        "issued again: a new run means the village of now",
        "64.02.06.2002",
        (("64.02.06.2002", 2022, "64.02.19.2001"),),
        2025,
        "berlaku",
        "64.02.06.2002",
        "64.02.06",
        "64.02",
    ),
    ("known to no list", "64.02.99.2001", (), 2020, "tidak_dikenal", None, None, None),
]


@pytest.mark.parametrize("case", CODES, ids=[case[0] for case in CODES])
def test_where_a_code_leads(case: tuple[object, ...]) -> None:
    _, code, more, edition, *wanted = case
    found = carry(pd.Series([code], dtype="str"), world.areas(*more), edition)  # type: ignore[misc, arg-type]
    assert len(found) == 1
    row = found.astype("object").where(found.notna(), None).iloc[0]
    assert [row["status"], row["kode_desa"], row["kode_kec"], row["kode_kab"]] == wanted


def both() -> pd.DataFrame:
    return pd.concat([world.series(world.BEFORE, THEN), world.series(world.AFTER, NOW)], ignore_index=True)


def test_a_trend_goes_on_where_a_kecamatan_was_split() -> None:
    table = at_level(both(), world.areas(), "kecamatan", EDITIONS, world.OLD_NAMES)
    then, now = (world.by_code(table[table["jalan"] == run]) for run in (world.BEFORE, world.AFTER))
    assert then == {"64.02.06": 10, "64.02.19": 12, "64.07.01": 3, None: 2}
    assert now == {"64.02.06": 11, "64.02.19": 12, "64.07.01": 3, None: 1}
    assert set(table.dropna(subset=["kode"])["status"]) == {"berlaku"}
    assert set(table["nama"].dropna()) == {"Muara Contoh", "Muara Contoh Darat", "Long Contoh"}


@pytest.mark.parametrize("level", LEVELS)
def test_totals_are_the_same_before_and_after_at_every_level(level: str) -> None:
    table = at_level(both(), world.areas(), level, EDITIONS, world.OLD_NAMES)
    counted = table[table["indikator"] == "n_keluarga"].groupby("jalan")["nilai"].sum()
    assert counted.to_dict() == {world.BEFORE: sum(THEN.values()), world.AFTER: sum(NOW.values())}


def test_a_split_village_has_a_row_of_its_own_and_is_not_divided() -> None:
    more = (("64.02.06.2009", 2022, "64.02.06.1001"), ("64.02.06.2009", 2022, "64.02.19.2001"))
    old = world.series(world.BEFORE, {"64.02.06.2009": 9, "64.02.06.1001": 1})
    names = {"64.02.06.2009": "Lama Jaya"}
    rows = at_level(old, world.areas(*more), "kecamatan", EDITIONS, names).query("indikator == 'n_keluarga'")
    own = rows[rows["status"] == "bercabang"].iloc[0]
    assert (own["kode"], own["nama"], own["nilai"]) == ("64.02.06.2009", "Lama Jaya", 9)
    # both parts lie in one kabupaten, so that its figure is whole
    assert world.by_code(at_level(old, world.areas(*more), "kabupaten", EDITIONS, names)) == {"64.02": 10}


def test_a_share_of_an_area_is_made_of_its_sums() -> None:
    matched = {"64.02.06.1001": 10, "64.02.06.2002": 0}
    run = world.series(world.AFTER, {"64.02.06.1001": 10, "64.02.06.2002": 30}, matched)
    table = at_level(run, world.areas(), "kecamatan", EDITIONS, {})
    assert world.by_code(table, "persen_cocok") == {"64.02.06": 25.0}
    assert set(table.loc[table["indikator"] == "persen_cocok", "satuan_nilai"]) == {"persen"}


def test_official_figures_stand_beside_the_kabupaten_only() -> None:
    run = world.series(world.AFTER, NOW)
    figure = run.iloc[:1].assign(
        tingkat="kabupaten", kode="64.02", indikator="persen_miskin", nilai=7.5, penghitung="BPS"
    )
    every = pd.concat([run, figure], ignore_index=True)
    assert world.by_code(at_level(every, world.areas(), "kabupaten", EDITIONS, {}), "persen_miskin") == {
        "64.02": 7.5
    }
    assert not world.by_code(at_level(every, world.areas(), "kecamatan", EDITIONS, {}), "persen_miskin")


def test_sums_that_are_not_those_of_the_villages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = subject._wide
    monkeypatch.setattr(subject, "_wide", lambda *given: whole(*given).iloc[1:])
    with pytest.raises(ConservationError) as caught:
        at_level(both(), world.areas(), "desa", EDITIONS, {})
    assert {fault.code for fault in caught.value.faults} == {"E_SERIES_TOTAL"}


codes = st.sampled_from(
    [*world.NAMES, "64.02.06.2005", "64.02.06.2006", "64.02.06.2009", "64.99.01.2001", None]
)
villages = st.dictionaries(
    codes.filter(lambda code: code is None or len(code) == 13), st.integers(0, 9), min_size=1
)
SPLIT = (("64.02.06.2009", 2022, "64.02.06.1001"), ("64.02.06.2009", 2023, "64.07.01.2001"))


@settings(max_examples=25, deadline=None)
@given(villages, st.sampled_from(LEVELS), st.sampled_from([None, 2020, 2022, 2025]), st.randoms())
def test_no_family_is_lost_and_the_order_of_rows_does_not_count(
    counts: world.Counts, level: str, edition: int | None, lot: object
) -> None:
    run = world.series(world.BEFORE, counts)
    table = at_level(run, world.areas(*SPLIT), level, {world.BEFORE: edition}, {})
    assert sum(world.by_code(table).values()) == sum(counts.values())
    mixed = run.sample(frac=1, random_state=lot.randrange(2**32)).reset_index(drop=True)  # type: ignore[attr-defined]
    again = at_level(mixed, world.areas(*SPLIT), level, {world.BEFORE: edition}, {})
    pd.testing.assert_frame_equal(table, again)
