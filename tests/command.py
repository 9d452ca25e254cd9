"""Running padan as a user does, and reading what it wrote."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def padan(
    folder: Path, *arguments: str, before: Sequence[str] = (), **told: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line in ``folder`` with a fixed key and nothing of this machine's settings.

    ``before`` are words before the command, ``told`` is said to it by its environment.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "PADAN_"))}
    return subprocess.run(
        [*before, sys.executable, "-c", "from flows.cli import main; main()", *arguments],
        cwd=folder,
        env={**environment, "PADAN_KUNCI": "ab" * 32, "COLUMNS": "200", **told},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def table(path: Path) -> pd.DataFrame:
    """Return a written CSV file as text, empty fields as empty text."""
    return pd.read_csv(path, sep=";", dtype="str", encoding="utf-8-sig", keep_default_na=False)
