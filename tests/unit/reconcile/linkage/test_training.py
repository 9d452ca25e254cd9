"""What is learnt of the data without labels: m, u and odds, the same whatever the order of the rows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from linkage_world import Lists, make_lists

from reconcile.linkage.compare import level_names
from reconcile.linkage.features import Side
from reconcile.linkage.link import Links, link
from reconcile.linkage.parameters import Parameters
from reconcile.linkage.spec import (
    ComparisonSpec,
    FeatureSpec,
    LinkageSpec,
    PassSpec,
    Sentence,
    household_spec,
)

SIZE, BLOCKS, VALUES = 3000, 300, 25
#: How often a field of two rows that are one is the same, as it is simulated; u is one in VALUES.
TRUE_M = {"satu": 0.97, "dua": 0.92, "tiga": 0.85, "empat": 0.75, "lima": 0.9, "enam": 0.65}
WHY = Sentence(id="kelompok sama", en="same group")


def spec_of(m: tuple[float, float] = (0.8, 0.2)) -> LinkageSpec:
    """Return a linkage of categories that are looked at within groups; the group is evidence as well."""
    fields = ("kelompok", *TRUE_M)
    return LinkageSpec(
        features={name: FeatureSpec(kind="category", columns=(name,)) for name in fields},
        passes=(PassSpec(name="kelompok", keys=("kelompok",), cap=10_000, why=WHY),),
        comparisons=tuple(ComparisonSpec(name=n, kind="category", features=(n,), m=m) for n in fields),
    )


def simulated(seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return two tables of which row i is one with row i; some values are missing."""
    random = np.random.default_rng(seed)
    group = random.integers(0, BLOCKS, SIZE).astype(str)
    left, right = {"kelompok": group}, {"kelompok": group}
    for name, share in TRUE_M.items():
        value = random.integers(0, VALUES, SIZE)
        other = (value + random.integers(1, VALUES, SIZE)) % VALUES
        for side, seen in ((left, value), (right, np.where(random.random(SIZE) < share, value, other))):
            side[name] = np.where(random.random(SIZE) < 0.05, None, seen.astype(str).astype(object))
    return pd.DataFrame(left), pd.DataFrame(right)


def linked(left: pd.DataFrame, right: pd.DataFrame, spec: LinkageSpec) -> Links:
    ids = np.array([*("a" + left.index.astype(str)), *("b" + right.index.astype(str))], dtype=object)
    return link(spec, Side(left), Side(right), ids)


@pytest.fixture(scope="module")
def links() -> Links:
    return linked(*simulated(), spec_of())


@pytest.mark.parametrize("name", TRUE_M)
def test_m_is_found_without_labels(links: Links, name: str) -> None:
    assert links.parameters.m[name][0] == pytest.approx(TRUE_M[name], abs=0.025)


@pytest.mark.parametrize("name", TRUE_M)
def test_u_is_the_chance_of_two_random_rows(links: Links, name: str) -> None:
    assert links.parameters.u[name][0] == pytest.approx(1 / VALUES, abs=0.006)
    assert sum(links.parameters.u[name]) == pytest.approx(1, abs=0.001)


def test_the_odds_are_those_of_a_random_pair(links: Links) -> None:
    assert links.parameters.odds == pytest.approx(1 / SIZE, rel=0.06)


@pytest.mark.parametrize("declared", [(0.55, 0.45), (0.99, 0.01)], ids=str)
def test_where_learning_starts_matters_little(links: Links, declared: tuple[float, float]) -> None:
    other = linked(*simulated(), spec_of(declared)).parameters
    for name in TRUE_M:
        assert other.m[name][0] == pytest.approx(links.parameters.m[name][0], abs=0.01)


def test_what_is_learnt_finds_the_pairs(links: Links) -> None:
    sure = links.chosen[links.probability[links.chosen] >= 0.9]
    right = links.candidates.left[sure] + SIZE == links.candidates.right[sure]
    assert right.mean() > 0.98
    assert len(sure) > 0.8 * SIZE


def test_learning_twice_gives_the_same(links: Links) -> None:
    assert linked(*simulated(), spec_of()).parameters == links.parameters


def test_the_order_of_the_rows_teaches_nothing(links: Links) -> None:
    left, right = (table.sample(frac=1, random_state=n) for n, table in enumerate(simulated()))
    assert linked(left, right, spec_of()).parameters == links.parameters


def test_which_table_is_the_left_one_teaches_nothing(links: Links) -> None:
    left, right = simulated()
    other = linked(right, left, spec_of()).parameters
    for name in TRUE_M:
        assert other.u[name] == pytest.approx(links.parameters.u[name], rel=1e-6)


LISTS_OF_NUMBERS = [
    # what is tried, numbers of the left rows and of the right ones
    ("each once", list("abcdefgh"), list("abcdefgh")),
    ("one number that many have", list("aaaabcde"), list("aaaafghi")),
    ("some have none", ["a", "a", None, "b", "b", None], ["a", None, "b", "b", "b", "c"]),
    ("nobody in common", list("abcd"), list("efgh")),
]


@pytest.mark.parametrize(
    ("tried", "left", "right"), LISTS_OF_NUMBERS, ids=[case[0] for case in LISTS_OF_NUMBERS]
)
def test_u_of_an_equal_number_is_counted(tried: str, left: list[str | None], right: list[str | None]) -> None:
    numbers = ComparisonSpec(
        name="nomor", kind="identifier", features=("nomor",), m=(0.9, 0.02, 0.02, 0.02, 0.02, 0.02)
    )
    spec = spec_of().model_copy(
        update={
            "features": {**spec_of().features, "nomor": FeatureSpec(kind="identifier", columns=("nomor",))},
            "comparisons": (*spec_of().comparisons, numbers),
        }
    )
    # the tables share no group, so there are no candidates: what is counted is all that there is
    tables = [
        table.head(len(column)).assign(nomor=pd.Series(column, dtype="str"), kelompok=name)
        for table, column, name in zip(simulated(), (left, right), "xy", strict=True)
    ]
    known = [[value for value in column if value] for column in (left, right)]
    equal = sum(one == other for one in known[0] for other in known[1])
    families = sum(min(known[0].count(value), known[1].count(value)) for value in set(known[0]))
    chance = (equal - families) / (len(known[0]) * len(known[1]))
    least = 0.5 / (len(left) * len(right))
    learnt = linked(*tables, spec).parameters
    assert learnt.u["nomor"][0] == pytest.approx(max(chance, least), rel=1e-6)


def test_without_candidates_the_declared_shares_hold() -> None:
    left, right = simulated()
    learnt = linked(left.assign(kelompok="x"), right.assign(kelompok="y"), spec_of((0.7, 0.3))).parameters
    assert {learnt.m[name] for name in TRUE_M} == {(0.7, 0.3)}
    assert learnt.odds == pytest.approx(0.5 / SIZE**2)


@pytest.fixture(scope="module")
def households() -> Lists:
    return make_lists(1500)


def test_every_comparison_of_households_has_a_share_per_level(households: Lists) -> None:
    learnt = households.linked().parameters
    for one in household_spec().comparisons:
        levels = level_names(one)
        assert len(one.m) == len(learnt.m[one.name]) == len(learnt.u[one.name]) == len(levels), one.name
        assert sum(one.m) == pytest.approx(1, abs=0.005), one.name
        assert sum(learnt.m[one.name]) == pytest.approx(1, abs=1e-6), one.name
        assert all(0 < share <= 1 for share in (*learnt.m[one.name], *learnt.u[one.name])), one.name


STRONGER = [
    # comparison, a level that must speak for a family, one that must speak against it
    ("kepala", "both", "another"),
    ("nik", "same", "other"),
    ("nama", "written", "other"),
    ("nama", "sound", "weak"),
    ("lahir", "same", "other"),
    ("desa", "same", "other"),
    ("rtrw", "both", "other"),
    ("anggota", "all_strong", "none"),
]


@pytest.mark.parametrize(("name", "strong", "weak"), STRONGER)
def test_agreement_speaks_for_a_family_and_contradiction_against(
    households: Lists, name: str, strong: str, weak: str
) -> None:
    one = next(one for one in household_spec().comparisons if one.name == name)
    bits = dict(zip(level_names(one), households.linked().parameters.bits(name), strict=True))
    assert bits[strong] > 3
    assert bits[weak] < 0


def test_parameters_that_were_learnt_are_used_as_they_are(households: Lists) -> None:
    learnt = households.linked().parameters
    again = households.linked(parameters=learnt)
    assert again.parameters == learnt
    pd.testing.assert_frame_equal(again.pairs, households.linked().pairs)
    # parameters that think nobody alike find nobody
    doubting: Parameters = replace(learnt, odds=1e-30)
    assert households.linked(parameters=doubting).pairs.empty
