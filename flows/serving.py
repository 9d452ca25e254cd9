"""Edge module: the deployments of config.yaml in Prefect: put there, put in order, served, watched."""

import re
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import prefect
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    DeploymentFilterTags,
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterNextScheduledStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Schedule
from prefect.states import Cancelled, Crashed
from prefect.types.entrypoint import EntrypointType

from flows.config import PipelineConfig
from flows.lock import held
from flows.notify import address_of, put_automation
from flows.schedule import FLOWS
from flows.schedule_settings import DeploymentSettings
from reconcile.errors import PublishError
from reconcile.language import text
from reconcile.vocab import Language

#: Marks our deployments among those of a Prefect server that an office shares.
TAG = "padan"
#: Intervals count from here, so that a restart does not shift them.
_ANCHOR = datetime(2024, 1, 1)  # noqa: DTZ001 - midnight in the zone of the schedule, which is given to it
_WATCH_SECONDS = 5.0
#: A computer that slept has missed what is so late; a run that waits for another is not missed before.
_LATE = timedelta(minutes=1)
#: Name of the state of a run that was not made up for.
_SKIPPED = "Terlewat"
_PAGE = 200
#: Codes of errors in the message of a state: all that is said of it.
_CODE = re.compile(r"\b[EW]_[A-Z0-9_]*[A-Z0-9]\b")
_UNENDED = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]

Say = Callable[[str], None]


def serve_deployments(
    config: PipelineConfig, config_path: Path, language: Language, say: Say, alive: Callable[[], bool]
) -> None:
    """Serve until told to stop; ``say`` gets a line per event, ``alive`` tells whether to go on.

    Raises ConfigError where the address to notify is not one, before anything is changed.
    """
    address = address_of(config.schedule.notify)
    made = list(deployments(config, config_path))
    with get_client(sync_client=True) as client:
        settle_past(client, config, config_path, language, say)
        put_automation(client, address, [flow.name for flow in FLOWS.values()], language)
    for one in config.schedule.deployments:
        when = one.cron or text("serve_every", language, seconds=one.interval_seconds)
        key = "serve_deployment" if one.active else "serve_inactive"
        say(text(key, language, name=one.name, when=when, zone=config.schedule.timezone))
    watch = Watch(config, config_path, language, say, alive)
    watch.start()
    try:
        prefect.serve(*made, limit=1, pause_on_shutdown=False, print_starting_message=False)
    finally:
        watch.stop()


def deployments(config: PipelineConfig, config_path: Path) -> Iterator[RunnerDeployment]:
    """Return what config.yaml declares, as Prefect serves it: no global limit, one path as parameter."""
    for one in config.schedule.deployments:
        yield RunnerDeployment.from_flow(
            FLOWS[one.kind],
            one.name,
            schedule=_schedule(one, config.schedule.timezone),
            parameters={"config_path": str(config_path)},
            tags=[TAG],
            entrypoint_type=EntrypointType.MODULE_PATH,
        )


def _schedule(one: DeploymentSettings, zone: str) -> Schedule:
    if one.cron is not None:
        return Schedule(cron=one.cron, timezone=zone, active=one.active)
    interval = timedelta(seconds=one.interval_seconds or 0)
    anchor = _ANCHOR.replace(tzinfo=ZoneInfo(zone))
    return Schedule(interval=interval, anchor_date=anchor, timezone=zone, active=one.active)


def settle_past(
    client: SyncPrefectClient, config: PipelineConfig, config_path: Path, language: Language, say: Say
) -> None:
    """Bring what is left from before in order: deployments no longer declared, dead runs, missed runs."""
    own = _own_deployments(client, config_path)
    active = {one.name for one in config.schedule.deployments if one.active}
    declared = {one.name for one in config.schedule.deployments}
    for key, name in own.items():
        missed = skip_missed(client, key, before=datetime.now(UTC), newest=name in active)
        if missed:
            say(_missed(missed, name, config, language))
        if name not in declared:
            client.delete_deployment(key)
    try:
        with held(config.output_root):
            for run in mark_crashed(client, config_path):
                say(text("serve_crashed", language, run=run.name))
    except PublishError:
        say(text("serve_run_going_on", language))


def _own_deployments(client: SyncPrefectClient, config_path: Path) -> dict[UUID, str]:
    """Return the deployments of this configuration that stand in Prefect, with their names."""
    tagged = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
    found = client.read_deployments(deployment_filter=tagged, limit=_PAGE)
    return {one.id: one.name for one in found if one.parameters.get("config_path") == str(config_path)}


def skip_missed(
    client: SyncPrefectClient, deployment: UUID, *, before: datetime, newest: bool
) -> list[FlowRun]:
    """Cancel the runs that were due ``before``, all but the newest (that too where not ``newest``).

    Return those cancelled. The one that is left runs at once: a month without power is caught up once.
    """
    late = client.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment])),
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
            next_scheduled_start_time=FlowRunFilterNextScheduledStartTime(before_=before),
        ),
        limit=_PAGE,
    )
    late = sorted(late, key=lambda run: run.next_scheduled_start_time or datetime.min.replace(tzinfo=UTC))
    skipped = late[:-1] if newest else late
    for run in skipped:
        client.set_flow_run_state(run.id, Cancelled(name=_SKIPPED), force=True)
    return skipped


def mark_crashed(client: SyncPrefectClient, config_path: Path) -> list[FlowRun]:
    """Set our runs that never ended to Crashed and return them; the caller holds the run lock.

    On a server that several offices share, only the runs of this configuration are ours.
    """
    names = [flow.name for flow in FLOWS.values()]
    unended = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_UNENDED)))
    found = client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=names)), flow_run_filter=unended, limit=_PAGE
    )
    dead = [run for run in found if run.parameters.get("config_path") == str(config_path)]
    for run in dead:
        message = "the process ended without a word, as in a power cut"
        client.set_flow_run_state(run.id, Crashed(message=message), force=True)
    return dead


def _missed(runs: list[FlowRun], name: str, config: PipelineConfig, language: Language) -> str:
    last = _local(runs[-1].next_scheduled_start_time, config)
    return text("serve_missed", language, name=name, n=len(runs), when=last)


def _local(moment: datetime | None, config: PipelineConfig) -> str:
    zone = ZoneInfo(config.schedule.timezone)
    return (moment or datetime.now(UTC)).astimezone(zone).strftime("%d-%m-%Y %H:%M")


class Watch(threading.Thread):
    """Says how each run ended, skips missed ones, ends the serving when the server is gone for good."""

    def __init__(
        self, config: PipelineConfig, path: Path, language: Language, say: Say, alive: Callable[[], bool]
    ) -> None:
        super().__init__(name="padan-watch", daemon=True)
        self._config = config
        self._path = path
        self._language = language
        self._say = say
        self._alive = alive
        self._since = datetime.now(UTC)
        self._told: set[UUID] = set()
        self._stopped = threading.Event()

    def run(self) -> None:
        """Look every few seconds until stopped."""
        while not self._stopped.wait(_WATCH_SECONDS):
            if not self._alive():
                signal.raise_signal(signal.SIGTERM)
                return
            self._look()

    def stop(self) -> None:
        """Look a last time and end."""
        self._stopped.set()
        self.join()
        self._look()

    def _look(self) -> None:
        try:
            with get_client(sync_client=True) as client:
                ended = client.read_flow_runs(
                    deployment_filter=DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG])),
                    flow_run_filter=FlowRunFilter(end_time=FlowRunFilterEndTime(after_=self._since)),
                    sort=FlowRunSort.END_TIME_DESC,
                    limit=_PAGE,
                )
                names = _own_deployments(client, self._path)
                late = datetime.now(UTC) - _LATE
                missed = [
                    (name, skip_missed(client, key, before=late, newest=True)) for key, name in names.items()
                ]
        except Exception:  # noqa: BLE001 - a server that is away for a moment is asked again
            return
        for name, runs in missed:
            if runs:
                self._say(_missed(runs, name, self._config, self._language))
        if len(ended) == _PAGE and ended[-1].end_time is not None:
            # all that ended before has been told
            self._since = ended[-1].end_time
        for run in reversed(ended):
            if run.id not in self._told and run.state is not None and run.deployment_id in names:
                self._told.add(run.id)
                self._tell(run, run.state, names[run.deployment_id])

    def _tell(self, run: FlowRun, state: State[Any], name: str) -> None:
        if state.name == _SKIPPED:
            return
        failed = state.type in {StateType.FAILED, StateType.CRASHED}
        key = "serve_run_failed" if failed else "serve_run_ended"
        codes = ", ".join(dict.fromkeys(_CODE.findall(state.message or ""))) or "-"
        when = _local(run.end_time, self._config)
        line = text(key, self._language, when=when, name=name, state=state.name, codes=codes)
        self._say(line)
        if failed and self._config.schedule.notify.file is not None:
            self._note(self._config.schedule.notify.file, line)

    def _note(self, name: str, line: str) -> None:
        """Put a line at the end of a file; where that cannot be the serving goes on."""
        try:
            path = self._config.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
        except OSError:
            self._say(text("serve_note_failed", self._language, file=name))
