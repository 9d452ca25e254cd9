"""What frictionless says of a Data Package, asked in a process of its own: it sets the limits of csv."""

import json
import subprocess
import sys
from pathlib import Path

ASK = (
    "import frictionless, json, sys; "
    "print(json.dumps(frictionless.validate(sys.argv[1]).flatten(['type', 'note'])))"
)


def package_faults(package: Path) -> set[tuple[str, str]]:
    """Return type and note of everything that frictionless finds wrong."""
    asked = subprocess.run(
        [sys.executable, "-c", ASK, str(package)], capture_output=True, text=True, check=True
    )
    return {(kind, note) for kind, note in json.loads(asked.stdout)}
