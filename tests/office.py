"""LibreOffice as an office uses it: a file is opened and saved again."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice (soffice on the PATH)")


def resaved(source: Path, folder: Path, *options: str, kind: str = "xlsx") -> Path:
    """Return ``source`` as LibreOffice reads it, saved below ``folder`` as a file of its own."""
    profile = folder / "profil"
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    subprocess.run(
        [
            str(SOFFICE), f"-env:UserInstallation={profile.as_uri()}", "--headless",
            *options, "--convert-to", kind, "--outdir", folder / "hasil", source,
        ],
        check=True, capture_output=True, timeout=120, env=environment,
    )  # fmt: skip
    return folder / "hasil" / f"{source.stem}.{kind}"
