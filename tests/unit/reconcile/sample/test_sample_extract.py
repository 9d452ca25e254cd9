from dataclasses import replace

import numpy as np
import pytest
from sample_world import World

from reconcile.sample.columns import flags, ints
from reconcile.sample.extract import ADULT_DAYS, P3KE_DATE, Extract, heads, subset
from reconcile.sample.population import Kin, Side
from reconcile.sample.rates import DamageRates


def head_counts(extract: Extract) -> np.ndarray:
    is_head = ints(extract.members["hubungan"]) == Kin.HEAD
    return np.bincount(ints(extract.members["baris"])[is_head], minlength=len(extract.families))


@pytest.mark.parametrize(("side", "column"), [(Side.P3KE, "desa"), (Side.BPS, "desa_bps")])
def test_undamaged_a_registry_tells_the_truth(
    world: World, unharmed: DamageRates, side: Side, column: str
) -> None:
    seen = world.seen(side, unharmed)
    truth = world.population.families.iloc[ints(seen.families["keluarga"])].reset_index(drop=True)
    assert len(seen.families) == 1200
    assert (seen.families["desa"] == truth[column]).all()
    assert (head_counts(seen) == 1).all()


def test_p3ke_does_not_know_children_born_after_it(world: World, unharmed: DamageRates) -> None:
    assert world.seen(Side.P3KE, unharmed).members["lahir"].max() <= P3KE_DATE
    assert world.seen(Side.BPS, unharmed).members["lahir"].max() > P3KE_DATE


@pytest.mark.parametrize("side", [Side.P3KE, Side.BPS])
def test_each_family_has_its_own_key(world: World, p3ke: Extract, bps: Extract, side: Side) -> None:
    extract, digits = (p3ke, 9) if side is Side.P3KE else (bps, 16)
    assert extract.families["kunci"].is_unique
    assert (extract.families["kunci"].astype("str").str.len() == digits).all()


def test_lost_members_are_never_heads(world: World, unharmed: DamageRates) -> None:
    seen = world.seen(Side.P3KE, replace(unharmed, member_lost=1.0))
    assert len(seen.members) == len(seen.families)
    assert (seen.members["hubungan"] == Kin.HEAD).all()


def test_a_changed_head_was_the_spouse(world: World, unharmed: DamageRates) -> None:
    seen = world.seen(Side.P3KE, replace(unharmed, head_changed=1.0))
    persons = world.population.persons
    before = ints(persons["hubungan"])[ints(seen.members["orang"])[heads(seen)]]
    changed = flags(seen.families["kepala_ganti"])
    assert changed.any()
    assert (before[changed] == Kin.SPOUSE).all()
    assert (before[~changed] == Kin.HEAD).all()
    assert (head_counts(seen) == 1).all()


def test_a_split_leaves_two_whole_families_of_the_same_people(world: World, unharmed: DamageRates) -> None:
    whole, parted = (world.seen(Side.BPS, replace(unharmed, split=rate)) for rate in (0.0, 1.0))
    new = parted.families[parted.families["bagian"] == 1]
    assert len(new) > 20
    assert len(parted.families) == len(whole.families) + len(new)
    assert sorted(parted.members["orang"]) == sorted(whole.members["orang"])
    assert (head_counts(parted) == 1).all()
    founders = parted.members.iloc[heads(parted)[new.index]]
    assert (founders["lahir"] <= P3KE_DATE - ADULT_DAYS).all()


def test_a_family_of_minors_has_a_minor_as_head(world: World, unharmed: DamageRates) -> None:
    seen = world.seen(Side.P3KE, replace(unharmed, minors_only=1.0))
    minors = flags(seen.families["tanpa_dewasa"])
    assert minors.any()
    assert (head_counts(seen) == 1).all()
    of_minors = seen.members[minors[ints(seen.members["baris"])]]
    assert (of_minors["lahir"] > P3KE_DATE - ADULT_DAYS).all()


def test_two_heads_are_head_and_spouse(world: World, unharmed: DamageRates) -> None:
    seen = world.seen(Side.P3KE, replace(unharmed, two_heads=1.0))
    double = flags(seen.families["dua_kepala"])
    assert double.any()
    assert (head_counts(seen) == np.where(double, 2, 1)).all()


def test_a_duplicate_repeats_people_under_another_key(world: World, unharmed: DamageRates) -> None:
    seen = world.seen(Side.P3KE, replace(unharmed, duplicated=1.0))
    assert len(seen.families) == 2400
    assert seen.families["kunci"].is_unique
    assert (seen.members["orang"].value_counts() == 2).all()


def test_a_guest_stands_in_two_families(world: World, unharmed: DamageRates) -> None:
    seen = world.seen(Side.P3KE, replace(unharmed, nik_in_second_family=1.0))
    guests = seen.members[seen.members["titipan"]]
    assert len(guests) > 100
    places = seen.members.groupby("orang")["baris"].nunique()
    assert (places[guests["orang"]] == 2).all()


def test_a_lost_family_row_keeps_its_members(world: World, unharmed: DamageRates) -> None:
    seen = world.seen(Side.P3KE, replace(unharmed, no_family_row=1.0))
    assert flags(seen.families["tanpa_baris"]).all()
    assert len(seen.members) > len(seen.families)


def test_families_lie_in_the_order_of_village_and_key(p3ke: Extract) -> None:
    ordered = p3ke.families.sort_values(["desa", "kunci"])
    assert ordered.index.tolist() == list(range(len(ordered)))
    assert p3ke.members["baris"].is_monotonic_increasing


def test_a_subset_counts_its_families_anew(p3ke: Extract) -> None:
    wanted = np.arange(len(p3ke.families)) % 3 == 1
    part = subset(p3ke, wanted)
    assert len(part.families) == wanted.sum()
    assert set(part.members["baris"]) == set(range(len(part.families)))
    people = p3ke.members[wanted[ints(p3ke.members["baris"])]]["orang"].tolist()
    assert part.members["orang"].tolist() == people
