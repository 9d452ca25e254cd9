import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sample_world import World

from reconcile.sample.columns import calendar, ints
from reconcile.sample.damage import NikDamage, PointDamage
from reconcile.sample.extract import Extract
from reconcile.sample.population import Side
from reconcile.sample.rates import BPS_RATES, P3KE_RATES, DamageRates
from reconcile.sample.written import name_text, nik_text

NIK_FORMS = [
    ("nik_missing", NikDamage.MISSING, None),
    ("nik_typo", NikDamage.TYPO, r"\d{16}"),
    ("nik_transposed", NikDamage.TRANSPOSED, r"\d{16}"),
    ("nik_placeholder", NikDamage.PLACEHOLDER, r"0{16}|9{16}"),
    ("nik_scientific", NikDamage.SCIENTIFIC, r"\d,\d{5}E\+15"),
    ("nik_rounded", NikDamage.ROUNDED, r"\d{15}0"),
    ("nik_float", NikDamage.FLOAT, r"\d{16}\.0"),
    ("nik_apostrophe", NikDamage.APOSTROPHE, r"'\d{16}"),
    ("nik_short", NikDamage.SHORT, r"\d{15}"),
]


def truth(world: World, extract: Extract) -> pd.DataFrame:
    return world.population.persons.iloc[ints(extract.members["orang"])].reset_index(drop=True)


def test_without_damage_everything_is_written_as_it_is(world: World, unharmed: DamageRates) -> None:
    written = world.written(Side.BPS, unharmed)
    true = truth(world, written)
    for column in ("nik", "lahir", "pria", "kata1", "kata2", "kata3"):
        assert (written.members[column] == true[column]).all(), column
    assert (written.families["desa_nama"] == written.families["desa"]).all()
    assert nik_text(written.members).to_pylist() == true["nik"].astype("str").tolist()


@pytest.mark.parametrize(("rate", "kind", "pattern"), NIK_FORMS)
def test_each_nik_damage_has_its_form(
    world: World, unharmed: DamageRates, rate: str, kind: NikDamage, pattern: str | None
) -> None:
    members = world.written(Side.P3KE, replace(unharmed, **{rate: 1.0})).members
    assert (members["cacat_nik"] == kind).all()
    shown = nik_text(members).to_pylist()
    assert all(text is None if pattern is None else re.fullmatch(pattern, text) for text in shown)


@pytest.mark.parametrize(("rate", "most"), [("nik_typo", 1), ("nik_transposed", 2)])
def test_a_slip_in_a_nik_changes_few_digits(
    world: World, unharmed: DamageRates, rate: str, most: int
) -> None:
    written = world.written(Side.P3KE, replace(unharmed, **{rate: 1.0}))
    pairs = zip(written.members["nik"].astype("str"), truth(world, written)["nik"].astype("str"), strict=True)
    differing = [sum(a != b for a, b in zip(*pair, strict=True)) for pair in pairs]
    assert max(differing) == most
    # two equal neighbours may be swapped without a trace; a typo always shows
    assert min(differing) == (1 if rate == "nik_typo" else 0)


#: The share of names that a damage changes when it strikes all: single names cannot lose or swap a word.
NAMES = [
    ("name_short_form", 0.4),
    ("name_typo", 0.9),
    ("name_dropped", 0.5),
    ("name_reordered", 0.4),
    ("name_joined", 0.4),
    ("name_title", 0.3),
]


@pytest.mark.parametrize(("rate", "least"), NAMES)
def test_each_name_damage_shows(world: World, unharmed: DamageRates, rate: str, least: float) -> None:
    clean, harmed = (
        world.written(Side.P3KE, replace(unharmed, **{rate: share})).members for share in (0.0, 1.0)
    )
    before, after = (name_text(m, world.lexicon).to_pylist() for m in (clean, harmed))
    assert np.mean([a != b for a, b in zip(before, after, strict=True)]) > least
    assert all(name and name == name.strip() and "  " not in name for name in after)


def test_reordering_keeps_the_words(world: World, unharmed: DamageRates) -> None:
    clean, turned = (
        name_text(
            world.written(Side.P3KE, replace(unharmed, name_reordered=share)).members, world.lexicon
        ).to_pylist()
        for share in (0.0, 1.0)
    )
    assert all(sorted(a.split()) == sorted(b.split()) for a, b in zip(clean, turned, strict=True))
    assert clean != turned


def test_titles_fit_the_sex(world: World, unharmed: DamageRates) -> None:
    members = world.written(Side.P3KE, replace(unharmed, name_title=1.0)).members
    titles = world.lexicon.lists.gelar
    for male, sex in ((True, "pria"), (False, "wanita")):
        used = members[(members["pria"] == male) & (members["gelar"] >= 0)]["gelar"].unique()
        assert {world.lexicon.words[int(number)].as_py() for number in used} <= set(titles[sex])
        assert len(used) > 2


DATE_CASES = [("date_new_year", 1, 1), ("date_year_off", None, None), ("date_swapped", None, None)]


@pytest.mark.parametrize(("rate", "month", "day"), DATE_CASES)
def test_birth_dates_are_damaged_as_declared(
    world: World, unharmed: DamageRates, rate: str, month: int | None, day: int | None
) -> None:
    written = world.written(Side.P3KE, replace(unharmed, **{rate: 1.0}))
    now, true = ints(written.members["lahir"]), ints(truth(world, written)["lahir"])
    (year, m, d), (true_year, true_m, true_d) = calendar(now), calendar(true)
    assert (now != true).any()
    if rate == "date_new_year":
        assert ((m == month) & (d == day) & (year == true_year)).all()
    elif rate == "date_swapped":
        swapped = now != true
        assert ((m == true_d) & (d == true_m) & (year == true_year))[swapped].all()
    else:
        assert (year != true_year).mean() > 0.9
        assert year.max() <= 2025


@pytest.mark.parametrize(
    ("rate", "kind"),
    [
        ("measured", PointDamage.MEASURED),
        ("point_swapped", PointDamage.SWAPPED),
        ("point_elsewhere", PointDamage.ELSEWHERE),
        ("point_zero", PointDamage.ZERO),
    ],
)
def test_points_are_damaged_as_declared(
    world: World, unharmed: DamageRates, rate: str, kind: PointDamage
) -> None:
    families = world.written(Side.BPS, replace(unharmed, **{"measured": 1.0, rate: 1.0})).families
    assert (families["titik"] == kind).all()


@pytest.mark.parametrize(
    ("rate", "column"),
    [
        ("village_blank", "kode_kosong"),
        ("village_unknown", "kode_asing"),
        ("desil_blank", "desil_kosong"),
        ("desil_impossible", "desil_mustahil"),
    ],
)
def test_family_fields_are_damaged_as_declared(
    world: World, unharmed: DamageRates, rate: str, column: str
) -> None:
    assert world.written(Side.P3KE, replace(unharmed, **{rate: 1.0})).families[column].all()
    assert not world.written(Side.P3KE, unharmed).families[column].any()


def test_another_village_name_is_another_village(world: World, unharmed: DamageRates) -> None:
    families = world.written(Side.P3KE, replace(unharmed, village_name_other=1.0)).families
    assert (families["desa_nama"] != families["desa"]).all()


def test_who_moved_lives_at_another_address(world: World, unharmed: DamageRates) -> None:
    families = world.written(Side.BPS, unharmed).families
    true = world.population.families.iloc[ints(families["keluarga"])].reset_index(drop=True)
    stayed = families["desa"] == true["desa"]
    assert (families["jalan"] == true["jalan"])[stayed].all()
    assert (families["jalan"] != true["jalan"])[~stayed].mean() > 0.8


def test_p3ke_is_the_worse_list() -> None:
    worse = ["nik_missing", "nik_typo", "name_typo", "name_short_form", "date_new_year", "duplicated"]
    assert all(getattr(P3KE_RATES, name) > getattr(BPS_RATES, name) for name in worse)
