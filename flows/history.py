"""Edge module: what the last published run knew of cases and household ids, read from its own files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from flows.csvfile import read_csv
from flows.publish import MANIFEST, RUNS, newest_run
from reconcile.errors import Fault, InputError
from reconcile.tables import CASES, HISTORY, Table

#: Where a run keeps every case and every id there ever was.
CASES_FILE = "temuan/kasus.csv"
HISTORY_FILE = "rekonsiliasi/riwayat_id.csv"


@dataclass(frozen=True)
class Past:
    """The run that this one is held against; before the first one nothing of it is known.

    ``files`` is the SHA-256 of each file that it read.
    """

    run: str | None = None
    cases: pd.DataFrame | None = None
    history: pd.DataFrame | None = None
    files: Mapping[str, str] | None = None


def read_past(output_root: Path, run: str) -> Past:
    """Return what the last published run knew; ``run`` is the name of the one that is being made.

    Where the last published run is this very one (same inputs, configuration and program), it is held
    against what that one was held against: made again, it comes out the same. Raises InputError E_HISTORY
    where the files of the last run cannot be read.
    """
    folder = newest_run(output_root)
    if folder is not None and _is(folder.name, run):
        before = _manifest(folder).get("history", {}).get("run")
        folder = output_root / RUNS / before if before else None
    if folder is None or not (folder / CASES_FILE).is_file():
        return Past()
    files = {entry["file"]: entry["sha256"] for entry in _manifest(folder)["inputs"]}
    return Past(folder.name, _read(folder, CASES_FILE, CASES), _read(folder, HISTORY_FILE, HISTORY), files)


def _is(folder: str, run: str) -> bool:
    """Return whether a folder is one of ``run``: its name, or its name and a number."""
    base, _, number = folder.rpartition("-")
    return folder == run or (base == run and number.isdigit())


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError([Fault.of("E_HISTORY", file=folder.name)]) from None
    return read


def _read(folder: Path, name: str, table: Table) -> pd.DataFrame:
    try:
        counts = [column.name for column in table.columns if column.kind in {"whole", "number"}]
        return table.build(read_csv(folder / name, table.names, numbers=counts))
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError([Fault.of("E_HISTORY", file=f"{folder.name}/{name}")]) from None
