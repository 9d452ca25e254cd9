"""Killed at a call, on a full or a failing disk, started twice: one whole set, and the next run succeeds.

The short version of benchmarks/crash.py, which hits every call, and the write phase of a whole run.
"""

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.config import load_config
from flows.publish import run_lock
from reconcile.errors import PublishError

ROOT = Path(__file__).parents[2]
PADAN = (sys.executable, "-c", "from flows.cli import main; main()")
#: In memory where there is such a place: each of the hundred publications flushes every file.
FAST = "/dev/shm"  # noqa: S108 - a folder of its own is made in it
ROUNDS = 50


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="faults are injected with LD_PRELOAD")
@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_whatever_call_is_hit_the_old_set_or_the_new_one_is_whole(tmp_path: Path) -> None:
    """Every sixty-fifth call that changes the disk and every rename: kill -9, ENOSPC and EIO."""
    place = FAST if os.access(FAST, os.W_OK) else str(tmp_path)
    hit = ["--set", "small", "--every", "65", "--always", "rename", "--dir", place]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.crash", *hit],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert {"kill", "full", "broken"} == set(lines)
    # each came out both ways, or nothing was tried
    assert "SIGKILL" in lines["kill"]
    assert all(f" {which} set" in lines["kill"] for which in ("old", "new"))
    assert "E_DISK_FULL" in lines["full"]
    assert "E_DISK_BROKEN" in lines["broken"]


def contend(root: Path, together: object, said: object) -> None:
    """Take the lock at the same moment as the other, again and again; hold it until the other had its try."""
    for turn in range(ROUNDS):
        together.wait(60)  # type: ignore[attr-defined]
        try:
            with run_lock(root):
                together.wait(60)  # type: ignore[attr-defined]
                said.put((turn, "ran", os.getpid()))  # type: ignore[attr-defined]
        except PublishError as refused:
            [fault] = refused.faults
            said.put((turn, fault.code, int(dict(fault.details).get("pid", "0"))))  # type: ignore[attr-defined]
            together.wait(60)  # type: ignore[attr-defined]


def test_of_fifty_pairs_of_simultaneous_starts_exactly_one_runs(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    together, said = context.Barrier(2), context.Queue()
    both = [context.Process(target=contend, args=(tmp_path, together, said)) for _ in range(2)]
    for one in both:
        one.start()
    told = [said.get(timeout=60) for _ in range(2 * ROUNDS)]
    for one in both:
        one.join()
    for turn in range(ROUNDS):
        outcomes = {what: pid for number, what, pid in told if number == turn}
        assert set(outcomes) == {"ran", "E_RUNNING_BY"}
        assert outcomes["ran"] == outcomes["E_RUNNING_BY"], "the one that ran is the one that is named"


def test_a_second_padan_run_ends_at_once_and_names_the_first(tmp_path: Path) -> None:
    shutil.copy(ROOT / "config.yaml", tmp_path)
    shutil.copytree(ROOT / "data/raw/contoh", tmp_path / "data/raw/contoh")
    said = [tmp_path / f"{side}.txt" for side in range(2)]
    both = []
    for path in said:
        with path.open("wb") as file:
            run = subprocess.Popen(
                [*PADAN, "run"], cwd=tmp_path, stdout=file, stderr=file, start_new_session=True
            )
            both.append(run)
    try:
        until = time.monotonic() + 60
        while all(run.poll() is None for run in both) and time.monotonic() < until:
            time.sleep(0.02)
        refused, first = sorted(both, key=lambda run: run.poll() is None)
        told = said[both.index(refused)].read_text(encoding="utf-8")
        assert (refused.returncode, first.poll()) == (3, None), told
        assert 'Perintah "padan run" sedang menulis ke folder ini' in told
        assert f"proses {first.pid} di komputer {os.uname().nodename}" in told
    finally:
        for run in both:
            if run.poll() is None:
                # with the server that it may have started
                os.killpg(run.pid, signal.SIGKILL)
                run.wait()
    with run_lock(load_config(tmp_path / "config.yaml").output_root):
        pass
