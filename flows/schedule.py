"""Edge module: what runs by the clock besides the reconciliation: the check of deliveries, the report.

Both take a path and nothing else, and say in the name of their last state how it went.
"""

import json
import os
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from hashlib import sha256
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from prefect import Flow, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.check import check
from flows.config import PipelineConfig, load_config
from flows.incoming import take
from flows.pipeline import reconcile_registries
from flows.redaction import only_codes
from flows.report import write_report
from flows.schedule_settings import ScheduleKind
from flows.states import BAD_DATA, UNCHANGED
from reconcile.errors import InputError

PAGE = "pemeriksaan.html"
_NOTE = ".pemeriksaan.json"
#: Name of a last state besides Prefect's own and those of flows.states.
TO_LOOK_AT = "PerluDilihat"

R = TypeVar("R")


@flow(name="padan-periksa", persist_result=False, log_prints=False, validate_parameters=True)
def check_deliveries(config_path: str) -> State[None]:
    """Take what is complete in the incoming folder, then check all deliveries as `padan check` does.

    The page of the check lies in the output folder. Ends as ``TanpaPerubahan`` where nothing is other than at
    the last check, as ``PerluDilihat`` where a person should look; fails as a run would on what cannot be
    used.
    """
    with only_codes("padan-periksa"):
        config = load_config(Path(config_path))
        odd = _take(config)
        prints = _prints(config)
        note = config.output_root / _NOTE
        if not odd and note.is_file() and note.read_text(encoding="utf-8") == prints:
            return Completed(name=UNCHANGED)
        try:
            exceptions = _examine(config_path, config)
        except InputError as error:
            return Failed(name=BAD_DATA, message=str(error))
        _put(note, prints)
        return Completed(name=TO_LOOK_AT) if odd or exceptions else Completed()


@flow(name="padan-laporan", persist_result=False, log_prints=False, validate_parameters=True)
def periodic_report(config_path: str) -> State[None]:
    """Write the progress report of the last published run; ``PerluDilihat`` where its PDF is missing."""
    with only_codes("padan-laporan"):
        return Completed(name=TO_LOOK_AT) if _report(config_path) else Completed()


#: The flow of each kind of deployment.
FLOWS: dict[ScheduleKind, Flow[..., Any]] = {
    ScheduleKind.RECONCILE: reconcile_registries,
    ScheduleKind.CHECK: check_deliveries,
    ScheduleKind.REPORT: periodic_report,
}


@task(name="ambil", cache_policy=NO_CACHE, persist_result=False, log_prints=False)
def _take(config: PipelineConfig) -> bool:
    """Return whether a person should look at the incoming folder."""
    return any(one.odd for one in _coded("ambil", lambda: take(config, now=time.time())))


@task(name="periksa", cache_policy=NO_CACHE, persist_result=False, log_prints=False)
def _examine(config_path: str, config: PipelineConfig) -> int:
    page = config.output_root / PAGE
    page.parent.mkdir(parents=True, exist_ok=True)
    fresh = page.with_suffix(".baru")
    code = _coded("periksa", lambda: check(Path(config_path), config.language, fresh))
    fresh.replace(page)
    return code


@task(name="laporan", cache_policy=NO_CACHE, persist_result=False, log_prints=False)
def _report(config_path: str) -> int:
    path = Path(config_path)
    language = load_config(path).language
    return _coded("laporan", lambda: write_report(path, language, period=None, run=None))


def _coded(name: str, work: Callable[[], R]) -> R:
    """Return what ``work`` gives, quietly; an unforeseen error leaves as its kind alone.

    Its text may hold a person's data, and Prefect stores it.
    """
    with only_codes(name), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        return work()


def _prints(config: PipelineConfig) -> str:
    """Return what a check depends on: program, settings, size and time of every file."""
    patterns = (*(one.path for one in config.all_inputs()), config.boundaries.path, config.corrections)
    files = {path for pattern in patterns for path in config.files(pattern)}
    told = {config.label(path): [path.stat().st_size, path.stat().st_mtime_ns] for path in sorted(files)}
    settings = sha256(config.model_dump_json().encode()).hexdigest()
    return json.dumps({"padan": version("padan"), "pengaturan": settings, "berkas": told}, sort_keys=True)


def _put(path: Path, content: str) -> None:
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(content, encoding="utf-8")
    fresh.replace(path)
