"""What must not matter: the order of rows, which list is the left one, the ids of rows, who else is there."""

from dataclasses import replace

import pandas as pd
import pytest
from linkage_world import Lists, make_lists

from reconcile.linkage.households import Linkage

FAMILIES = 1500
TABLES = ("p3ke", "bps", "p3ke_members", "bps_members")
#: Other letters for all letters, so that no name and no street of theirs is one of the others'.
OTHER_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "EFGHIJKLMNOPQRSTUVWXYZABCD")
TURNED = {"pecahan": "gabungan", "gabungan": "pecahan", "ganda": "ganda"}

Decisions = set[tuple[str, str, str]]


@pytest.fixture(scope="module")
def lists() -> Lists:
    return make_lists(FAMILIES)


@pytest.fixture(scope="module")
def linkage(lists: Lists) -> Linkage:
    return lists.linked()


def decisions(linkage: Linkage) -> Decisions:
    columns = linkage.pairs[["record_p3ke", "record_bps", "status_padan"]]
    return set(columns.itertuples(index=False, name=None))


def relations(linkage: Linkage) -> Decisions:
    columns = linkage.relations[["record_p3ke", "record_bps", "relasi"]]
    return set(columns.itertuples(index=False, name=None))


def test_the_population_is_worth_the_trial(lists: Lists, linkage: Linkage) -> None:
    accepted = linkage.pairs[linkage.pairs["status_padan"] == "cocok"]
    found = set(zip(accepted["record_p3ke"], accepted["record_bps"], strict=True))
    right = len(found & lists.truth)
    assert right / len(found) > 0.995
    # a family that one list has twice is found once
    assert right / len({left for left, _ in lists.truth}) > 0.97
    assert len(relations(linkage)) >= 10
    assert linkage.quality.precision == pytest.approx(right / len(found), abs=0.005)


@pytest.mark.parametrize("seed", [1, 2])
def test_shuffled_rows_change_nothing_at_all(lists: Lists, linkage: Linkage, seed: int) -> None:
    other = lists.shuffled(seed).linked()
    pd.testing.assert_frame_equal(other.pairs, linkage.pairs)
    pd.testing.assert_frame_equal(other.relations, linkage.relations)
    assert other.parameters == linkage.parameters
    assert other.passes == linkage.passes
    assert other.quality == linkage.quality


def test_the_same_run_twice_is_the_same(lists: Lists, linkage: Linkage) -> None:
    pd.testing.assert_frame_equal(lists.linked().pairs, linkage.pairs)


def test_swapped_sides_change_no_decision(lists: Lists, linkage: Linkage) -> None:
    other = lists.changed_over().linked()
    assert {(right, left, status) for left, right, status in decisions(other)} == decisions(linkage)
    turned = {(right, left, TURNED[kind]) for left, right, kind in relations(other)}
    assert turned == relations(linkage)


def renamed(ids: pd.Series) -> pd.Series:
    """Return other ids in another order."""
    number = ids.str.split(":").str[1].astype("int64") * 7919 % 10007
    return ids.str.split(":").str[0] + ":" + number.astype("str").str.zfill(6)


def test_renamed_ids_change_no_decision(lists: Lists, linkage: Linkage) -> None:
    other = replace(
        lists,
        **{
            name: getattr(lists, name).assign(record_id=renamed(getattr(lists, name)["record_id"]))
            for name in TABLES
        },
    )
    assert told(other, other.linked()) == told(lists, linkage)


def told(lists: Lists, linkage: Linkage) -> list[tuple[str, str, str]]:
    """Return the decisions by what the rows say, without ids: of two equal rows either may be taken."""
    tables = pd.concat([lists.p3ke, lists.bps]).set_index("record_id").drop(columns="source_row")
    said = tables.astype("str").fillna("").agg("|".join, axis=1)
    return sorted((said[left], said[right], status) for left, right, status in decisions(linkage))


def strangers(lists: Lists) -> Lists:
    """Return the lists as those of another province: other names, streets, villages, NIKs, family cards."""

    def strange(table: pd.DataFrame) -> pd.DataFrame:
        spelled = {
            name: table[name].str.translate(OTHER_LETTERS) for name in ("nama", "alamat") if name in table
        }
        codes = ("nik", "no_kk", "kode_desa", "desa_kode")
        moved = {name: "1" + table[name].str[1:] for name in codes if name in table}
        return table.assign(**spelled, **moved, record_id=table["record_id"] + "-lain")

    return replace(lists, **{name: strange(getattr(lists, name)) for name in TABLES})


@pytest.fixture(scope="module")
def crowded(lists: Lists) -> Lists:
    others = strangers(make_lists(FAMILIES // 10, seed=7))
    return replace(
        lists,
        **{
            name: pd.concat([getattr(lists, name), getattr(others, name)], ignore_index=True)
            for name in TABLES
        },
    )


@pytest.mark.parametrize(
    "learnt_before",
    [pytest.param(False, id="parameters learnt anew"), pytest.param(True, id="parameters kept")],
)
def test_unrelated_families_change_no_decision(
    lists: Lists, linkage: Linkage, crowded: Lists, learnt_before: bool
) -> None:
    other = crowded.linked(parameters=linkage.parameters if learnt_before else None)
    kept = {one for one in decisions(other) if not one[0].endswith("-lain")}
    assert kept == decisions(linkage)
    strange = decisions(other) - kept
    assert len(strange) > FAMILIES // 20
    assert all(right.endswith("-lain") for _, right, _ in strange)
