"""Calls a real QGIS; who asks for it is skipped where there is none, unless PADAN_QGIS=1 asks for it.

Debian: `apt-get install --no-install-recommends python3-qgis`. PADAN_QGIS_PYTHON names another Python than
/usr/bin/python3.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

PYTHON = os.environ.get("PADAN_QGIS_PYTHON", "/usr/bin/python3")
SCRIPTS = Path(__file__).parent / "qgis"


def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    quiet = {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": "/tmp"}  # noqa: S108 - Qt only asks that it exists
    return subprocess.run(
        [PYTHON, *map(str, arguments)],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **quiet},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def missing() -> bool:
    if os.environ.get("PADAN_QGIS") == "1":
        return False
    return not Path(PYTHON).exists() or call("-c", "import qgis.core").returncode != 0
