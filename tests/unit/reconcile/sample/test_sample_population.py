import numpy as np
import pandas as pd
import pytest
from sample_world import SEED, World

from reconcile.identifiers import nik_birth_dates
from reconcile.sample.columns import calendar, flags, ints
from reconcile.sample.population import Kin, Side, populate

YEAR = 365.25


@pytest.fixture(scope="module")
def persons(world: World) -> pd.DataFrame:
    return world.population.persons


def with_head(persons: pd.DataFrame, kin: Kin) -> pd.DataFrame:
    head = persons[persons["hubungan"] == Kin.HEAD]
    return persons[persons["hubungan"] == kin].merge(head, on="keluarga", suffixes=("", "_kepala"))


@pytest.mark.parametrize(("side", "share"), [(Side.BOTH, 900), (Side.P3KE, 300), (Side.BPS, 300)])
def test_three_quarters_of_each_registry_are_in_both(world: World, side: Side, share: int) -> None:
    assert (world.population.families["sisi"] == side).sum() == share


def test_every_family_has_one_head_who_stands_first(world: World, persons: pd.DataFrame) -> None:
    first = persons.drop_duplicates("keluarga")
    assert len(first) == len(world.population.families)
    assert (first["hubungan"] == Kin.HEAD).all()
    assert (persons["hubungan"] == Kin.HEAD).sum() == len(first)


@pytest.mark.parametrize(
    ("kin", "least", "most"),
    [(Kin.CHILD, 17, 60), (Kin.OTHER, -36, -18)],
)
def test_generations_are_far_enough_apart(persons: pd.DataFrame, kin: Kin, least: int, most: int) -> None:
    pairs = with_head(persons, kin)
    assert len(pairs) > 50
    assert ((pairs["lahir"] - pairs["lahir_kepala"]) / YEAR).between(least, most).all()


def test_children_are_younger_than_both_parents(persons: pd.DataFrame) -> None:
    spouse = persons[persons["hubungan"] == Kin.SPOUSE].set_index("keluarga")["lahir"]
    child = persons[persons["hubungan"] == Kin.CHILD]
    parent = child["keluarga"].map(spouse)
    assert ((child["lahir"] - parent).dropna() / YEAR >= 17).all()


def test_spouses_are_of_the_other_sex(persons: pd.DataFrame) -> None:
    pairs = with_head(persons, Kin.SPOUSE)
    assert (pairs["pria"] != pairs["pria_kepala"]).all()


def test_each_nik_is_unique_and_encodes_birth_date_and_sex(persons: pd.DataFrame) -> None:
    nik = persons["nik"].astype("str")
    year, month, day = calendar(ints(persons["lahir"]))
    told = nik_birth_dates(nik)
    assert nik.str.len().eq(16).all()
    assert nik.is_unique
    assert (told["hari"] == day).all()
    assert (told["bulan"] == month).all()
    assert (told["tahun2"] == year % 100).all()
    assert (told["jenis_kelamin"] == np.where(flags(persons["pria"]), "L", "P")).all()


def test_niks_were_issued_under_the_code_of_their_time(world: World, persons: pd.DataFrame) -> None:
    region = (persons["nik"] // 10**10).astype("str")
    home = world.villages["kode_kec"].str.replace(".", "", regex=False)
    own = home.to_numpy()[ints(world.population.families["desa"])[ints(persons["keluarga"])]]
    split = own == "640219"
    assert split.any()
    # the new kecamatan did not exist yet
    assert not (region == "640219").any()
    assert (region[split] == "640208").mean() > 0.8
    assert 0.05 < (~region.str.startswith("64")).mean() < 0.2


def test_some_birth_dates_are_heaped(persons: pd.DataFrame) -> None:
    _, month, day = calendar(ints(persons["lahir"]))
    assert 0.03 < ((month == 1) & (day == 1)).mean() < 0.07
    assert 0.01 < ((month == 12) & (day == 31)).mean() < 0.04


def test_moved_families_are_few_and_mostly_stay_in_the_kecamatan(world: World) -> None:
    families, kec = world.population.families, ints(world.villages["kec"])
    before, after = ints(families["desa"]), ints(families["desa_bps"])
    moved = before != after
    assert 0.02 < moved.mean() < 0.06
    assert (kec[before] == kec[after])[moved].mean() > 0.4


def test_single_names_and_long_names_both_occur(persons: pd.DataFrame) -> None:
    count = (persons[["kata1", "kata2", "kata3"]] >= 0).sum(axis=1)
    assert (persons["kata2"] >= 0).all()
    assert {1, 2, 3} == set(count)
    assert 0.2 < (count == 1).mean() < 0.5


def test_the_same_seed_gives_the_same_people_and_another_seed_others(world: World) -> None:
    made = [
        populate(count=40, seed=seed, villages=world.villages, lexicon=world.lexicon).persons
        for seed in (SEED, SEED, SEED + 1)
    ]
    pd.testing.assert_frame_equal(made[0], made[1])
    assert not made[0].equals(made[2])


@pytest.mark.parametrize("count", [1, 2, 7])
def test_small_populations_can_be_made(world: World, count: int) -> None:
    people = populate(count=count, seed=3, villages=world.villages, lexicon=world.lexicon)
    assert people.families["sisi"].isin([Side.BOTH, Side.P3KE]).sum() == count
