"""A run that was killed goes on where it was; one with nothing new ends at once."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from command import padan, padan_here
from leaks import leaks
from whole_run import run_here

from flows.publish import MANIFEST, newest_run
from flows.sample import write_sample
from flows.staging import FOLDER

ROOT = Path(__file__).parents[2]


def killed_after(folder: Path, step: str) -> None:
    """Start `padan run` in ``folder`` and kill it, with all its children, when ``step`` is kept."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "PADAN_"))}
    run = subprocess.Popen(
        [sys.executable, "-c", "from flows.cli import main; main()", "run"],
        cwd=folder,
        env={**environment, "PADAN_KUNCI": "ab" * 32},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    staging = folder / "data/processed" / FOLDER
    # what is still being written has another ending
    while run.poll() is None and not list(staging.glob(f"{step}-{'[0-9a-f]' * 16}")):
        time.sleep(0.02)
    assert run.poll() is None, "it ended before it could be killed"
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()


def test_a_killed_run_goes_on_and_the_same_again_is_not_made_again(tmp_path: Path) -> None:
    shutil.copy(ROOT / "config.yaml", tmp_path)
    write_sample(families=120, seed=5, out=tmp_path / "data/raw/contoh")
    output = tmp_path / "data/processed"
    killed_after(tmp_path, "merge")
    assert newest_run(output) is None
    assert leaks(tmp_path).to_dict("records") == []
    resumed = padan(tmp_path, "run")
    assert resumed.returncode == 0, resumed.stderr
    assert resumed.stderr.count("dipakai ulang") >= 8
    assert not (output / FOLDER).exists()
    run = newest_run(output)
    assert run is not None
    manifest = (run / MANIFEST).read_bytes()

    idle = padan_here(tmp_path, "run")
    assert idle.returncode == 0, idle.stderr
    assert "Tidak ada yang berubah" in idle.stdout
    assert "Prefect" not in idle.stderr

    # made from nothing, without Prefect, it is the same to the byte: it stands where the resumed one stands
    assert run_here(tmp_path, fresh=True) == newest_run(output) == run
    assert (run / MANIFEST).read_bytes() == manifest
    assert len(list((output / "runs").iterdir())) == 1
