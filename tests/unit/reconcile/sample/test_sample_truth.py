from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sample_world import World

from reconcile.sample.columns import ints
from reconcile.sample.extract import Extract
from reconcile.sample.figures import HEADINGS, invented_figures, reference_figures
from reconcile.sample.population import Side
from reconcile.sample.rates import P3KE_RATES, DamageRates
from reconcile.sample.truth import Truth, tell_truth

#: The kinds that the sample must hold, by family of the taxonomy: the numbers behind each letter.
ASKED = {
    "I": (1, 2, 3, 4, 5, 6, 10, 11),
    "G": (1, 2, 3),
    "K": (1, 2),
    "W": (1, 2, 4, 5, 6, 7),
    "E": (4, 5, 6, 7),
    "D": (1, 2),
    "B": (4,),
}
CODES = [f"{letter}{number:02d}" for letter, numbers in ASKED.items() for number in numbers]


def told(world: World, p3ke: Extract, bps: Extract) -> Truth:
    regsosek = world.villages["kode_kec"].eq("64.02.05").to_numpy()[ints(bps.families["desa"])]
    return tell_truth(p3ke, bps, villages=world.villages, without_welfare=regsosek)


@pytest.fixture(scope="module")
def truth(world: World, p3ke: Extract, bps: Extract) -> Truth:
    return told(world, p3ke, bps)


def people_of(extract: Extract) -> pd.Series:
    people = extract.members[~extract.members["titipan"]].groupby("baris")["orang"].agg(set)
    return people.set_axis(extract.families["kunci"].iloc[people.index])


@pytest.mark.parametrize("code", CODES)
def test_every_kind_of_discrepancy_is_planted(truth: Truth, code: str) -> None:
    assert (truth.tables["temuan"]["kode"] == code).any()


def test_true_pairs_are_the_same_people(truth: Truth, p3ke: Extract, bps: Extract) -> None:
    left, right = people_of(p3ke), people_of(bps)
    pairs = truth.tables["pasangan"]
    shared = [bool(left[a] & right[b]) for a, b in zip(pairs["kunci_p3ke"], pairs["kunci_bps"], strict=True)]
    # few pairs share nobody: a spouse or child was lost from one list, the head from the other
    assert np.mean(shared) > 0.97


def test_families_of_one_list_have_no_people_in_the_other(truth: Truth, p3ke: Extract, bps: Extract) -> None:
    elsewhere = set(bps.members["orang"])
    alone = people_of(p3ke)[truth.tables["hanya_p3ke"]["kunci_p3ke"]]
    assert len(alone) > 250
    assert not any(people & elsewhere for people in alone)


def test_every_family_is_in_a_pair_or_alone(truth: Truth, p3ke: Extract, bps: Extract) -> None:
    for extract, name in ((p3ke, "p3ke"), (bps, "bps")):
        paired = set(truth.tables["pasangan"][f"kunci_{name}"])
        alone = set(truth.tables[f"hanya_{name}"][f"kunci_{name}"])
        families = extract.families
        plain = families[~families["tanpa_baris"] & (families["salinan"] == 0)]
        assert not paired & alone
        assert set(plain["kunci"]) <= paired | alone


@pytest.mark.parametrize(
    "kind", ["sama", "pindah", "pecah", "pecahan", "kepala_ganti", "ganda", "tanpa_baris"]
)
def test_every_kind_of_pair_occurs(truth: Truth, kind: str) -> None:
    assert (truth.tables["pasangan"]["jenis"] == kind).any()


def test_only_duplicates_and_splits_repeat_a_key(truth: Truth) -> None:
    pairs = truth.tables["pasangan"]
    single = pairs[~pairs["jenis"].isin(["ganda", "pecahan", "tanpa_baris"])]
    assert single["kunci_p3ke"].is_unique
    assert single["kunci_bps"].is_unique


@pytest.mark.parametrize(("code", "table"), [("K01", "hanya_p3ke"), ("K02", "hanya_bps")])
def test_one_sided_families_are_findings(truth: Truth, code: str, table: str) -> None:
    found = truth.tables["temuan"].query("kode == @code")
    assert len(found) == len(truth.tables[table])


@pytest.mark.parametrize("name", ["pasangan", "hanya_p3ke", "hanya_bps", "temuan"])
def test_tables_do_not_depend_on_row_order(truth: Truth, name: str) -> None:
    table = truth.tables[name]
    columns = list(table.columns)
    assert table.equals(table.sort_values(columns, ignore_index=True))


def test_without_damage_only_what_is_true_remains(world: World, unharmed: DamageRates) -> None:
    clean = told(world, world.written(Side.P3KE, unharmed), world.written(Side.BPS, unharmed))
    codes = set(clean.tables["temuan"]["kode"])
    # moves, births, deciles and old codes are true differences, not damage
    assert codes == {"K01", "K02", "W04", "W05", "E04", "D01"}
    assert set(clean.tables["pasangan"]["jenis"]) == {"sama", "pindah"}


RAISED = [
    ("nik_missing", "I01"),
    ("nik_short", "I02"),
    ("nik_typo", "I02"),  # a wrong digit can make the date in it impossible
    ("nik_placeholder", "I03"),
    ("nik_rounded", "I04"),
    ("date_swapped", "I05"),
    ("nik_transposed", "I06"),
    ("name_typo", "I10"),
    ("date_year_off", "I11"),
    ("head_changed", "E05"),
    ("village_unknown", "W01"),
    ("desil_blank", "D02"),
    ("duplicated", "G01"),
]


@pytest.mark.parametrize(("rate", "code"), RAISED)
def test_a_damage_is_told_under_its_code(
    world: World, bps: Extract, truth: Truth, rate: str, code: str
) -> None:
    worse = told(world, world.written(Side.P3KE, replace(P3KE_RATES, **{rate: 0.5})), bps)
    before, after = ((t.tables["temuan"]["kode"] == code).sum() for t in (truth, worse))
    assert after > 2 * before


def test_invented_figures_say_who_computed_them(world: World) -> None:
    figures = invented_figures(world.villages, 1)
    assert figures.columns.tolist() == HEADINGS
    assert set(figures["kode_wilayah"]) == {"6402", "6403"}
    extreme = figures[figures["indikator"] == "miskin_ekstrem"]
    assert set(extreme[extreme["tahun"] >= "2023"]["penghitung"]) == {"Satgas Data P3KE"}
    assert set(figures.drop(extreme[extreme["tahun"] >= "2023"].index)["penghitung"]) == {"BPS"}
    assert figures["persen"].str.fullmatch(r"\d+\.\d\d").all()


def test_reference_figures_keep_the_published_digits() -> None:
    poverty = pd.DataFrame(
        [
            ("6403", "64.02", "Uji", "2020", "7.31", "57.42"),
            ("6403", "64.02", "Uji", "2021", "7.99", "62.36"),
        ],
        columns=["kode_bps", "kode_kemendagri", "nama", "tahun", "p0_persen", "miskin_ribu"],
    )
    figures = reference_figures(poverty)
    assert figures.to_numpy().tolist() == [["6403", "Uji", "2021", "miskin", "7.99", "62.36", "BPS"]]
