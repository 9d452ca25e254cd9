"""Edge module: what the last published run knew of cases, ids and visits, read from its own files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from flows.csvfile import read_csv
from flows.publish import MANIFEST, RUNS, newest_run
from reconcile.errors import Fault, InputError
from reconcile.ledger import VISITS, visits_of
from reconcile.objections import STANDING
from reconcile.tables import CASES, HISTORY, TASKS, Table

#: Where a run keeps every case and every id there ever was.
CASES_FILE = "temuan/kasus.csv"
HISTORY_FILE = "rekonsiliasi/riwayat_id.csv"
#: Where it keeps every visit that was ever asked for.
TASKS_FILE = "verval/tugas.csv"
#: Where it keeps every objection that was ever made.
OBJECTIONS_FILE = "sanggah/sanggah.csv"
#: Where it keeps every answer from the field.
ANSWERS_FILE = "verval/TERBATAS/jawaban.csv"
_OF_ANSWERS = ("id_rekon", "id_tugas", "hasil", "tanggal", "ganda_dengan", "status_jawaban")


_KEPT = {CASES_FILE: CASES, HISTORY_FILE: HISTORY, TASKS_FILE: TASKS}


@dataclass(frozen=True)
class Past:
    """The run that this one is held against; before the first one nothing of it is known.

    ``files`` is the SHA-256 of each file that it read, ``visits`` what visits found then (ledger.VISITS),
    ``now`` the name of the run that is being made.
    """

    now: str
    run: str | None = None
    cases: pd.DataFrame | None = None
    history: pd.DataFrame | None = None
    files: Mapping[str, str] | None = None
    tasks: pd.DataFrame = field(default_factory=TASKS.empty)
    objections: pd.DataFrame = field(default_factory=STANDING.empty)
    visits: pd.DataFrame = field(default_factory=VISITS.empty)


def read_past(output_root: Path, run: str) -> Past:
    """Return what the last published run knew; ``run`` is the name of the one that is being made.

    Where the last published run is this very one (same inputs, configuration and program), it is held
    against what that one was held against: made again, it comes out the same. Raises InputError E_HISTORY
    where the files of the last run are gone or cannot be read.
    """
    folder = newest_run(output_root)
    if folder is not None and _is(folder.name, run):
        before = _manifest(folder).get("history", {}).get("run")
        folder = output_root / RUNS / before if before else None
    if folder is not None:
        # one that was published and is gone is no first run: cases and ids would begin anew without a word
        _manifest(folder)
    return _known(folder, run)


def past_of(output_root: Path, published: Path) -> Past:
    """Return what the published run was held against when it was made; errors as of ``read_past``."""
    before = _manifest(published).get("history", {}).get("run")
    return _known(output_root / RUNS / before if before else None, published.name)


def _known(folder: Path | None, run: str) -> Past:
    if folder is None or not (folder / CASES_FILE).is_file():
        return Past(run)
    files = {entry["file"]: entry["sha256"] for entry in _manifest(folder)["inputs"]}
    # a run of an older padan asked for no visits
    known = [
        table.empty() if name == TASKS_FILE and not (folder / name).is_file() else _read(folder, name, table)
        for name, table in _KEPT.items()
    ]
    # runs of before had no objections
    made = (folder / OBJECTIONS_FILE).is_file()
    objections = _read(folder, OBJECTIONS_FILE, STANDING) if made else STANDING.empty()
    visits = _visits(folder, known[2])
    return Past(run, folder.name, known[0], known[1], files, known[2], objections, visits)


def read_ids(output_root: Path, run: str) -> pd.DataFrame | None:
    """Return HISTORY of a run, None where its files are no longer kept; InputError as of ``read_past``."""
    folder = output_root / RUNS / run
    return _read(folder, HISTORY_FILE, HISTORY) if (folder / HISTORY_FILE).is_file() else None


def _visits(folder: Path, tasks: pd.DataFrame) -> pd.DataFrame:
    """Return what visits had found when the run was made; a run of an older padan had none."""
    if not (folder / ANSWERS_FILE).is_file():
        return VISITS.empty()
    try:
        return visits_of(read_csv(folder / ANSWERS_FILE, _OF_ANSWERS), tasks)
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError([Fault.of("E_HISTORY", file=f"{folder.name}/{ANSWERS_FILE}")]) from None


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
