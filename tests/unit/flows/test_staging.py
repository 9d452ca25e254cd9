"""Results of steps: whole or not there, taken up only where nothing has changed, gone when published."""

from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest

from flows import staging as module
from flows.staging import FOLDER, Staging, drop_kept, resumable
from reconcile.errors import PublishError

TABLE = pd.DataFrame({"n": pd.Series([1, None], dtype="Int64")})
KEY = "0" * 64


def kept_in(folder: Path) -> Path:
    staging = Staging(folder)
    staging.keep("count", KEY, TABLE, pd.DataFrame)
    return folder / FOLDER / f"count-{KEY[:16]}"


def test_a_kept_result_is_taken_up(tmp_path: Path) -> None:
    place = kept_in(tmp_path)
    found = Staging(tmp_path).find("count", KEY, pd.DataFrame)
    assert found is not None
    assert found.reused
    pd.testing.assert_frame_equal(found.value, TABLE)
    assert {path.stat().st_mode & 0o077 for path in (place, *place.iterdir())} == {0}


@pytest.mark.parametrize("harm", ["gone", "changed", "told"])
def test_a_damaged_result_is_made_again(tmp_path: Path, harm: str) -> None:
    place = kept_in(tmp_path)
    file = place / ("hasil.json" if harm == "told" else "0.parquet")
    if harm == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1])
    assert Staging(tmp_path).find("count", KEY, pd.DataFrame) is None
    assert not place.exists()


def test_a_result_of_other_inputs_is_not_taken_up(tmp_path: Path) -> None:
    kept_in(tmp_path)
    assert Staging(tmp_path).find("count", "1" * 64, pd.DataFrame) is None


def test_of_each_step_one_result_is_kept(tmp_path: Path) -> None:
    earlier = kept_in(tmp_path)
    staging = Staging(tmp_path)
    staging.keep("count", "1" * 64, TABLE, pd.DataFrame)
    assert not earlier.exists()
    assert staging.find("count", "1" * 64, pd.DataFrame) is not None


def test_a_result_that_was_half_written_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "sha256", lambda _: (_ for _ in ()).throw(RuntimeError("stopped")))
    staging = Staging(tmp_path)
    # the writing may have ended, or not, before it is looked at
    with suppress(RuntimeError):
        staging.keep("count", KEY, TABLE, pd.DataFrame)
    monkeypatch.undo()
    assert Staging(tmp_path).find("count", KEY, pd.DataFrame) is None


def test_a_result_is_read_when_it_is_asked_for_and_held_by_nobody_else(tmp_path: Path) -> None:
    staging = Staging(tmp_path)
    kept = staging.keep("count", KEY, TABLE, pd.DataFrame)
    assert kept.value is not TABLE
    assert kept.value is not kept.value
    pd.testing.assert_frame_equal(kept.value, TABLE)


def test_a_full_disk_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file where the folder should be")
    staging = Staging(tmp_path)
    with pytest.raises(PublishError, match="E_STAGING"):
        staging.keep("count", KEY, TABLE, pd.DataFrame)


def test_nothing_is_left_of_a_run_that_ended_well_and_all_of_one_that_did_not(tmp_path: Path) -> None:
    def stopped() -> None:
        with resumable(tmp_path) as staging:
            staging.keep("count", KEY, TABLE, pd.DataFrame)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    with resumable(tmp_path) as staging:
        assert staging.find("count", KEY, pd.DataFrame)
    assert not (tmp_path / FOLDER).exists()
    with pytest.raises(KeyboardInterrupt):
        stopped()
    drop_kept(tmp_path)
    assert not (tmp_path / FOLDER).exists()
    with pytest.raises(KeyboardInterrupt):
        stopped()
    with resumable(tmp_path, fresh=True) as staging:
        assert staging.find("count", KEY, pd.DataFrame) is None
