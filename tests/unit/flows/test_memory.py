"""A run says what memory it needs, does one thing at a time where it is short, and refuses below that."""

import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import click
import pytest

from flows.memory import AT_ONCE, Budget, at_once, plan_memory, working
from flows.sizes import GB, Size
from reconcile.errors import MemoryNeedError
from reconcile.language import describe
from reconcile.vocab import Language


def delivered(*files: Path) -> Any:
    """Return as much of a configuration as is asked: one input per file, the first named twice."""
    entries = [SimpleNamespace(path=str(file)) for file in (*files, files[0])]
    return cast("Any", SimpleNamespace(all_inputs=lambda: entries, files=lambda path: [Path(path)]))


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """Return a file of 100 MB that takes no room."""
    with (tmp_path / "big.csv").open("wb") as file:
        file.truncate(100_000_000)
    return tmp_path / "big.csv"


def test_without_a_limit_things_are_done_beside_each_other(big: Path) -> None:
    budget = plan_memory(delivered(big), None, Language.INDONESIAN)
    assert budget.at_once == AT_ONCE
    assert 1 * GB < budget.need < 4 * GB


def test_a_limit_between_both_needs_goes_one_by_one(big: Path) -> None:
    free = plan_memory(delivered(big), None, Language.INDONESIAN)
    tight = plan_memory(delivered(big), (free.beside + free.one_by_one) // 2, Language.INDONESIAN)
    assert tight.at_once == 1
    assert tight.need == tight.one_by_one < free.beside
    assert plan_memory(delivered(big), free.beside, Language.INDONESIAN).at_once == AT_ONCE


def test_how_much_is_done_at_a_time_holds_for_one_run() -> None:
    with working(1):
        assert at_once() == 1
    assert at_once() == AT_ONCE


def test_below_the_smallest_need_it_says_what_is_needed_and_what_to_do(big: Path) -> None:
    with pytest.raises(MemoryNeedError) as caught:
        plan_memory(delivered(big), GB // 2, Language.INDONESIAN)
    assert caught.value.exit_code == 3
    said = describe(caught.value.faults[0], Language.INDONESIAN)
    assert "0,5 GB" in said
    assert "--memory" in said


def test_an_archive_counts_as_what_is_in_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 50_000_000)
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04")
    budget = plan_memory(delivered(tmp_path / "a.zip", tmp_path / "broken.zip"), None, Language.ENGLISH)
    assert budget.beside > 1 * GB


@pytest.mark.parametrize("language", Language)
def test_what_will_be_used_is_said(language: Language) -> None:
    beside, alone = (Budget(limit, 3 * GB, 2 * GB).said(language) for limit in (None, 2 * GB))
    assert "3" in beside
    assert "2" in alone
    assert beside != alone


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("4GB", 4 * GB),
        ("3.5 gb", 3_500_000_000),
        ("3,5GB", 3_500_000_000),
        ("800MB", 800_000_000),
        ("2GiB", 2**31),
    ],
)
def test_sizes(written: str, size: float) -> None:
    assert Size().convert(written, None, None) == size


@pytest.mark.parametrize("written", ["", "4", "GB", "-1GB", "0GB", "4TB", "nanGB", "infGB"])
def test_what_is_no_size_is_refused(written: str) -> None:
    with pytest.raises(click.BadParameter):
        Size().convert(written, None, None)
