"""Work that is cut in parts gives what the whole gives, and a part holds no more than its rows need."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from linkage_world import Lists, make_lists

from flows.handover import get_tables, put_tables
from reconcile.executor import LOCAL, Executor, Local, Tables, Work
from reconcile.linkage import blocking, parts
from reconcile.linkage.blocking import Candidates, candidate_pairs
from reconcile.linkage.compare import compare
from reconcile.linkage.features import Features, build_features
from reconcile.linkage.households import household_side
from reconcile.linkage.parts import areas, compare_parts
from reconcile.linkage.slices import from_slice, sliced, used_features
from reconcile.linkage.spec import household_spec
from reconcile.linkage.values import Category, Names

SPEC = household_spec()
WHOLE = SPEC.model_copy(update={"partition": None})
NONE = np.empty((0, 2), dtype=np.int64)


@dataclass
class Paper:
    """Hands every part over as Parquet, as a cluster does, and counts them."""

    folder: Path
    partitions: int | None = None
    parts: list[int] = field(default_factory=list)

    def map(self, work: Work, parts: Iterable[Tables], shared: Tables) -> Iterator[Tables]:
        base = self.folder / work.name / str(len(self.parts))
        put_tables(base / "shared", shared)
        for number, part in enumerate(parts):
            self.parts.append(sum(len(table) for table in part.values()))
            put_tables(base / f"{number}", part)
            answer = work.done(get_tables(base / f"{number}"), work.opened(get_tables(base / "shared")))
            put_tables(base / f"{number}.answer", answer)
            yield get_tables(base / f"{number}.answer")


@pytest.fixture(scope="module")
def lists() -> Lists:
    return make_lists(1500)


@pytest.fixture(scope="module")
def features(lists: Lists) -> Features:
    sides = (household_side(lists.p3ke, lists.p3ke_members), household_side(lists.bps, lists.bps_members))
    return build_features(SPEC, *sides)


@pytest.fixture(scope="module")
def pairs(features: Features) -> Candidates:
    return candidate_pairs(features, WHOLE, NONE)[0]


def executors(folder: Path) -> list[Executor]:
    return [LOCAL, Local(1), Local(2), Paper(folder / "a"), Paper(folder / "b", 5)]


def test_there_are_several_kabupaten_and_families_that_moved(features: Features) -> None:
    area = areas(features, SPEC, None)
    assert len(np.unique(area[area >= 0])) >= 2
    assert len(np.unique(areas(features, SPEC, 1))) <= 2


def test_pairs_are_the_same_however_the_passes_are_cut(
    features: Features, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # caps so low that they cut
    passes = tuple(one.model_copy(update={"cap": 2}) for one in SPEC.passes)
    tight, whole = (one.model_copy(update={"passes": passes}) for one in (SPEC, WHOLE))
    expected, told = candidate_pairs(features, whole, NONE)
    assert any(one.capped_pairs for one in told)
    monkeypatch.setattr(blocking, "MOST_ENTRIES", 1000)
    for executor in executors(tmp_path):
        pairs, yields = candidate_pairs(features, tight, NONE, executor)
        assert yields == told
        for name in ("left", "right", "passes"):
            np.testing.assert_array_equal(getattr(pairs, name), getattr(expected, name))


def test_levels_are_the_same_however_the_pairs_are_cut(
    features: Features, pairs: Candidates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MOST_PAIRS", 300)
    expected = compare(features, SPEC, pairs.left, pairs.right)
    for executor in executors(tmp_path):
        levels = compare_parts(features, SPEC, pairs.left, pairs.right, executor)
        assert list(levels) == list(expected)
        for name, level in expected.items():
            np.testing.assert_array_equal(levels[name], level, err_msg=name)


def test_the_linkage_is_the_same_to_the_last_value(lists: Lists, tmp_path: Path) -> None:
    expected, paper = lists.linked(), Paper(tmp_path, 3)
    found = lists.linked(executor=paper)
    assert len(paper.parts) > 10
    assert found.pairs.equals(expected.pairs)
    assert found.relations.equals(expected.relations)
    assert (found.passes, found.parameters, found.quality) == (
        expected.passes,
        expected.parameters,
        expected.quality,
    )


def test_no_pairs_are_no_part(features: Features) -> None:
    none = np.empty(0, dtype=np.int32)
    assert {len(level) for level in compare_parts(features, SPEC, none, none, LOCAL).values()} == {0}


def test_a_slice_holds_the_values_of_its_rows_and_no_others(features: Features) -> None:
    rows = np.array([3, 7, features.n - 1])
    tables = sliced(features, used_features(SPEC), rows)
    part = from_slice(tables, SPEC)
    nik, nama = features.by_name["nik"], features.by_name["nama"]
    own, names = part.by_name["nik"], part.by_name["nama"]
    assert isinstance(nik, Category)
    assert isinstance(own, Category)
    assert isinstance(nama, Names)
    assert isinstance(names, Names)
    start = features.persons.start
    persons = np.concatenate([features.persons.person[start[r] : start[r + 1]] for r in rows])
    assert sorted(own.list) == sorted({nik.list[c] for c in nik.code[persons] if c >= 0})
    assert sorted(names.list) == sorted({nama.list[c] for c in nama.code[persons] if c >= 0})
    assert part.persons.start.tolist() == np.cumsum([0, *(start[rows + 1] - start[rows])]).tolist()
    # how rare a word is cannot be seen from three rows
    word = names.word_texts.to_pylist()[0]
    assert names.rarity[0] == nama.rarity[nama.word_texts.to_pylist().index(word)]


@pytest.mark.parametrize(
    ("name", "within"),
    [("lahir_desa", True), ("nama_tahun_kec", True), ("nik_akhir_kab", True), ("kk", False)],
)
def test_passes_with_a_key_as_narrow_as_a_kabupaten_stay_within(name: str, within: bool) -> None:
    one = next(one for one in SPEC.passes if one.name == name)
    assert SPEC.within_partition(one) is within
    assert not WHOLE.within_partition(one)
