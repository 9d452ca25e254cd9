"""One Prefect task per step. Frames pass between them in memory and never reach Prefect's database."""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from pathlib import Path
from traceback import extract_tb
from typing import ParamSpec, TypeVar

import pandas as pd
from prefect import task
from prefect.cache_policies import NO_CACHE

from flows import steps
from flows.config import PipelineConfig
from flows.deliveries import Sources, read_sources
from flows.history import Past, read_past
from flows.key import load_key
from flows.log import reported
from flows.manifest import build_manifest, run_name
from flows.outputs import PARAMETERS, editions, write_outputs
from flows.parameters import write_parameters
from flows.programs import judge_programs
from flows.publish import publish, staging_folder
from flows.series import keep_series
from flows.standing import behind_report, run_note
from geo.villages import VillageMap
from reconcile.errors import Fault, PadanError, StepError
from reconcile.household_ids import Named
from reconcile.indicators import area_indicators
from reconcile.linkage.households import Linkage
from reconcile.regions import Register
from reconcile.vocab import Content, Registry

OWN = tuple(Path(__file__).parents[1] / package for package in ("flows", "reconcile", "geo"))

P = ParamSpec("P")
R = TypeVar("R")


def step(function: Callable[P, R]) -> Callable[P, R]:
    """Return ``function`` as a task that reports itself and lets only coded errors out.

    The text of a library's exception may hold a person's data, and Prefect stores it: what leaves a step is
    its name, the kind of error and where in our code it arose.
    """
    name = function.__name__

    @task(name=name, cache_policy=NO_CACHE, persist_result=False, log_prints=False)
    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with reported(name):
                return function(*args, **kwargs)
        except PadanError:
            raise
        except Exception as error:  # noqa: BLE001 - its text must not reach Prefect's database
            raise StepError([_coded(name, error)]) from None

    return run


def _coded(name: str, error: Exception) -> Fault:
    """Return the error as step, kind and the innermost line of our own code; nothing of its text."""
    frames = extract_tb(error.__traceback__)
    own = [frame for frame in frames if any(Path(frame.filename).is_relative_to(p) for p in OWN)]
    place = f"{Path(own[-1].filename).relative_to(OWN[0].parent).as_posix()}:{own[-1].lineno}" if own else ""
    return Fault.of("E_STEP", step=name, kind=type(error).__name__, place=place)


@step
def read(config: PipelineConfig) -> Sources:
    """Read and conform every declared file."""
    return read_sources(config)


@step
def register(sources: Sources) -> Register:
    """Build the register of villages."""
    return steps.village_register(sources)


@step
def boundaries(config: PipelineConfig, villages: Register) -> VillageMap:
    """Read the village polygons."""
    return steps.village_map(config, villages)


@step
def place(sources: Sources, villages: Register, polygons: VillageMap) -> steps.Frames:
    """Bring codes to one village key and place every household."""
    return steps.place_households(sources, villages, polygons)


@step
def recall(config: PipelineConfig, sources: Sources, polygons: VillageMap) -> Past:
    """Read what the last published run knew of cases, ids and visits."""
    return read_past(config.output_root, run_name(config, sources, polygons))


@step
def receive(
    sources: Sources, villages: Register, polygons: VillageMap, placed: steps.Frames, past: Past
) -> steps.Field:
    """Judge every answer that came back from the field."""
    return steps.receive_answers(sources, villages, polygons, placed, past)


@step
def match(config: PipelineConfig, sources: Sources, field: steps.Field) -> Linkage:
    """Find the pairs."""
    return steps.match_households(config, sources, field)


@step
def merge(
    config: PipelineConfig,
    sources: Sources,
    placed: steps.Frames,
    linkage: Linkage,
    field: steps.Field,
    past: Past,
) -> Named:
    """Merge pairs to one row per household, under the ids that they had."""
    key = load_key(config.output_root)
    return steps.merge_registries(config, sources, placed, linkage, field, past, key=key)


@step
def find(
    config: PipelineConfig,
    sources: Sources,
    villages: Register,
    placed: steps.Frames,
    named: Named,
    field: steps.Field,
    past: Past,
) -> dict[str, pd.DataFrame]:
    """Find the discrepancies, follow their cases, and decide whom to visit."""
    key = load_key(config.output_root)
    return steps.find_in(config, sources, villages, placed, named, field, past, key=key)


@step
def count(
    sources: Sources, villages: Register, reconciled: pd.DataFrame, found: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Count per desa, kecamatan and kabupaten."""
    figures = sources.reference(Content.FIGURES)
    return area_indicators(reconciled, found["findings"], found["tasks"], villages.villages, figures)


@step
def target(
    config: PipelineConfig,
    sources: Sources,
    villages: Register,
    placed: steps.Frames,
    reconciled: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Judge whom each programme is for, and whom it reaches."""
    key = load_key(config.output_root)
    households = pd.concat([placed[registry] for registry in Registry], ignore_index=True)
    return judge_programs(config, sources, villages, households, reconciled, key=key)


@step
def write(
    config: PipelineConfig,
    sources: Sources,
    villages: Register,
    polygons: VillageMap,
    linkage: Linkage,
    tables: Mapping[str, pd.DataFrame],
    past: Past,
) -> Path:
    """Check that the counts add up, write every output and publish the set."""
    name = past.now
    manifest = build_manifest(config, sources, polygons, linkage, tables) | {"history": {"run": past.run}}
    said = steps.said_by_people(config, sources, linkage, tables, past, key=load_key(config.output_root))
    made = editions(config, sources)
    behind = behind_report(config, sources, villages, linkage, tables, past, made)
    note = run_note(config, sources, villages, polygons, tables, past, manifest)
    with staging_folder(config.output_root, name) as staging:
        write_outputs(staging, config, sources, villages, polygons, {**tables, **said, **behind}, run=name)
        write_parameters(staging / PARAMETERS, linkage.parameters)
        keep = partial(keep_series, config.output_root, note)
        return publish(staging, config.output_root, name, manifest, keep)
