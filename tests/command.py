"""Running padan as a user does, and reading what it wrote."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hooks import hooks_put_back

from flows.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


SETTINGS = ("PREFECT_", "PADAN_")
#: A fixed key, and lines that are not folded.
TOLD = {"PADAN_KUNCI": "ab" * 32, "COLUMNS": "200"}


def padan(
    folder: Path, *arguments: str, before: Sequence[str] = (), **told: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line in ``folder`` with a fixed key and nothing of this machine's settings.

    ``before`` are words before the command, ``told`` is said to it by its environment. A process of its own
    takes seconds to start: ``padan_here`` does where the command is looked at, and not the process.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith(SETTINGS)}
    return subprocess.run(
        [*before, sys.executable, "-c", "from flows.cli import main; main()", *arguments],
        cwd=folder,
        env={**environment, **TOLD, **told},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def padan_here(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Do what ``padan`` does, by the same way in, in the process of the test."""
    said, told = io.StringIO(), io.StringIO()
    with in_office(folder), redirect_stdout(said), redirect_stderr(told), pytest.raises(SystemExit) as ended:
        main(arguments)
    return subprocess.CompletedProcess(
        arguments, int(ended.value.code or 0), said.getvalue(), told.getvalue()
    )


@contextmanager
def in_office(folder: Path) -> Iterator[None]:
    """Be in ``folder`` with the key and nothing of this machine's settings."""
    with chdir(folder), hooks_put_back(), pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith(SETTINGS):
                patch.delenv(name)
        for name, value in TOLD.items():
            patch.setenv(name, value)
        yield


def table(path: Path) -> pd.DataFrame:
    """Return a written CSV file as text, empty fields as empty text."""
    return pd.read_csv(path, sep=";", dtype="str", encoding="utf-8-sig", keep_default_na=False)
