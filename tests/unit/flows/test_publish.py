"""A set of files is published whole or not at all."""

import json
import multiprocessing
import stat
from pathlib import Path

import pytest

from flows.audit import HEAD, LOG
from flows.publish import MANIFEST, newest_run, publish, run_lock, sha256, staging_folder
from reconcile.errors import PublishError


def published(root: Path, text: str, run: str = "2026-03-31-abc") -> Path:
    with staging_folder(root, run) as staging:
        (staging / "temuan").mkdir()
        (staging / "temuan/temuan.csv").write_text(text, encoding="utf-8")
        return publish(staging, root, run, {"padan": "1"})


def test_a_published_set_has_its_manifest_and_is_pointed_to(tmp_path: Path) -> None:
    run = published(tmp_path, "a")
    assert newest_run(tmp_path) == run
    manifest = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["outputs"] == {"temuan/temuan.csv": sha256(run / "temuan/temuan.csv")}
    assert stat.S_IMODE(run.stat().st_mode) == 0o700


def test_the_same_set_again_stays_and_another_gets_a_number(tmp_path: Path) -> None:
    first = published(tmp_path, "a")
    before = (first / "temuan/temuan.csv").stat().st_mtime_ns
    assert published(tmp_path, "a") == first
    assert (first / "temuan/temuan.csv").stat().st_mtime_ns == before
    second = published(tmp_path, "b")
    assert second.name == f"{first.name}-2"
    assert newest_run(tmp_path) == second
    assert published(tmp_path, "a") == first == newest_run(tmp_path)


def test_a_failed_run_leaves_the_last_set_and_no_leftovers(tmp_path: Path) -> None:
    first = published(tmp_path, "a")

    class Broken(Exception):
        pass

    with pytest.raises(Broken), staging_folder(tmp_path, "neu") as staging:
        (staging / "half.csv").write_text("half", encoding="utf-8")
        raise Broken
    assert newest_run(tmp_path) == first
    left = {p.name for p in tmp_path.iterdir() if not p.name.startswith(".kunci")}
    assert left == {"runs", "TERBARU", LOG, HEAD}


def test_leftovers_of_a_killed_run_are_swept(tmp_path: Path) -> None:
    (tmp_path / ".sedang-ditulis-lama").mkdir()
    (tmp_path / ".sedang-ditulis-lama/half.csv").touch()
    published(tmp_path, "a")
    assert not list(tmp_path.glob(".sedang*"))


def test_nothing_published_yet(tmp_path: Path) -> None:
    assert newest_run(tmp_path) is None


def hold(root: Path, held: object, free: object) -> None:
    with run_lock(root):
        held.set()  # type: ignore[attr-defined]
        free.wait(20)  # type: ignore[attr-defined]


def test_a_second_run_ends_at_once_and_a_killed_one_leaves_no_lock(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, free = context.Event(), context.Event()
    other = context.Process(target=hold, args=(tmp_path, held, free))
    other.start()
    assert held.wait(20)
    with pytest.raises(PublishError) as refused, run_lock(tmp_path):
        pass
    assert refused.value.faults[0].code == "E_RUNNING"
    other.kill()
    other.join()
    with run_lock(tmp_path):
        pass
