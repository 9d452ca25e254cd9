"""Tests, and the programs that they start, are kept from the network and told on when they try."""

from __future__ import annotations

import atexit
import os
import runpy
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, MutableMapping

GUARD = Path(__file__).parent / "guard"
#: Names the file that every try is noted in.
NOTED = "NETWORK_GUARD"


def guard_this_process(environment: MutableMapping[str, str]) -> None:
    """Guard this process and, through ``environment``, those that it starts; there is no way back."""
    noted = _fresh()
    atexit.register(noted.unlink, missing_ok=True)
    environment.update(_guarded(environment, noted))
    runpy.run_path(str(GUARD / "sitecustomize.py"))


def tried() -> str:
    """Return what was tried since the last call, empty where nothing was."""
    noted = Path(os.environ[NOTED])
    told = noted.read_text(encoding="utf-8") if noted.stat().st_size else ""
    noted.write_text("", encoding="utf-8")
    return told


@contextmanager
def no_network(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Give the environment for a program; AssertionError where it, or what it started, left this machine."""
    noted = _fresh()
    try:
        yield _guarded(environment, noted)
        told = noted.read_text(encoding="utf-8")
    finally:
        noted.unlink()
    assert not told, told


def _fresh() -> Path:
    descriptor, noted = tempfile.mkstemp(prefix="padan-network-")
    os.close(descriptor)
    return Path(noted)


def _guarded(environment: Mapping[str, str], noted: Path) -> dict[str, str]:
    path = os.pathsep.join(filter(None, [str(GUARD), environment.get("PYTHONPATH", "")]))
    return {**environment, "PYTHONPATH": path, NOTED: str(noted)}
