"""One run at a time; who is refused learns who holds the lock, whatever became of the note."""

import json
import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from flows import lock
from flows.lock import NOTE, Holder, held, holder, is_held
from flows.publish import run_lock
from reconcile.errors import PublishError
from reconcile.language import describe
from reconcile.vocab import Language

SPAWN = multiprocessing.get_context("spawn")


def hold(root: Path, holding: object, free: object) -> None:
    with run_lock(root):
        holding.set()  # type: ignore[attr-defined]
        free.wait(20)  # type: ignore[attr-defined]


@contextmanager
def another_holds(root: Path) -> Iterator[multiprocessing.process.BaseProcess]:
    holding, free = SPAWN.Event(), SPAWN.Event()
    other = SPAWN.Process(target=hold, args=(root, holding, free))
    other.start()
    assert holding.wait(20)
    try:
        yield other
    finally:
        other.kill()
        other.join()


def test_a_second_run_ends_at_once_and_a_killed_one_leaves_no_lock(tmp_path: Path) -> None:
    with another_holds(tmp_path) as other:
        begun = time.monotonic()
        with pytest.raises(PublishError) as refused, run_lock(tmp_path):
            pytest.fail("two at once")
        assert time.monotonic() - begun < 2
        [fault] = refused.value.faults
        said = describe(fault, Language.INDONESIAN)
        assert fault.code == "E_RUNNING_BY"
        assert f"proses {other.pid} di komputer {os.uname().nodename}" in said
        assert is_held(tmp_path)
    with run_lock(tmp_path):
        noted = holder(tmp_path)
        assert noted
        assert noted.pid == os.getpid()
    assert not is_held(tmp_path)
    assert holder(tmp_path) is None


def test_a_torn_note_costs_the_name_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_PATIENCE_SECONDS", 0)
    with another_holds(tmp_path):
        for note in ("", '{"pid": 1', "[]", '{"pid": 1}'):
            (tmp_path / NOTE).write_text(note, encoding="utf-8")
            with pytest.raises(PublishError) as refused, run_lock(tmp_path):
                pytest.fail("two at once")
            assert refused.value.faults[0].code == "E_RUNNING", note


def test_a_note_of_a_dead_process_names_nobody(tmp_path: Path) -> None:
    gone = SPAWN.Process(target=len, args=("",))
    gone.start()
    gone.join()
    dead = Holder(gone.pid or 0, os.uname().nodename, "x", "2026-03-31 08:00:00+08:00", "padan run")
    (tmp_path / NOTE).write_text(json.dumps(asdict(dead)), encoding="utf-8")
    assert holder(tmp_path) is None
    # whether a process of another machine lives cannot be known
    (tmp_path / NOTE).write_text(json.dumps(asdict(replace(dead, host="lain"))), encoding="utf-8")
    assert holder(tmp_path)


def test_the_lock_may_be_taken_again_by_its_holder(tmp_path: Path) -> None:
    with held(tmp_path) as outer, held(tmp_path) as inner:
        assert (outer, inner) == (True, False)
    assert not is_held(tmp_path)


def test_without_a_note_the_lock_holds_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "full")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        with held(tmp_path):
            assert is_held(tmp_path)
            assert not (tmp_path / NOTE).exists()
