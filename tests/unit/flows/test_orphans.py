"""A server that outlived the run it was started for is ended, and no other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.orphans import end_orphans

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no processes to look at")

SERVER = "import sys, time; print('up', flush=True); time.sleep(60)"
#: Starts the same and ends, as a run that is killed.
RUN = (
    f"import os, subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {SERVER!r}]).pid, flush=True)"
)


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "PREFECT_HOME": str(home), "PREFECT__SERVER_EPHEMERAL": "1"}


def test_the_server_of_a_dead_run_is_ended_and_that_of_a_living_one_stays(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", RUN], env=environment(tmp_path), stdout=subprocess.PIPE
    ) as run:
        assert run.stdout
        assert int(run.stdout.readline())
        assert run.stdout.readline() == b"up\n"
        run.wait()
        mine = [sys.executable, "-c", SERVER]
        with subprocess.Popen(mine, env=environment(tmp_path), stdout=subprocess.PIPE) as living:
            assert living.stdout
            assert living.stdout.readline() == b"up\n"
            assert end_orphans(tmp_path / "lain") == 0
            assert end_orphans(tmp_path) == 1
            # it held the pipe open to its end
            assert run.stdout.read() == b""
            assert living.poll() is None
            living.kill()
