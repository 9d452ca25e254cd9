"""One Prefect task per step: what it looks at, and a body of a few lines.

Between the steps go references to what they made (flows.step); a body is given the results themselves.
"""

from functools import partial
from pathlib import Path

import pandas as pd

from flows import steps
from flows.cluster import executor
from flows.config import PipelineConfig
from flows.deliveries import Sources, read_sources
from flows.fingerprint import bordering, contents, learnt, read_from, remembered
from flows.history import Past, read_past
from flows.key import load_key
from flows.manifest import build_manifest, run_name
from flows.memory import at_once
from flows.outputs import PARAMETERS, editions, write_outputs
from flows.parameters import write_parameters
from flows.programs import judge_programs
from flows.publish import publish, staging_folder
from flows.series import keep_series
from flows.standing import behind_report, run_note
from flows.step import step
from geo.villages import VillageMap
from reconcile.frames import Stacked
from reconcile.household_ids import Named
from reconcile.indicators import area_indicators
from reconcile.linkage.households import Linkage
from reconcile.regions import Register
from reconcile.vocab import Content, Registry

#: Where files lie, and the day that birth dates and visits are judged by.
READING = (
    "inputs",
    "regions",
    "figures",
    "decisions",
    "references",
    "corrections",
    "resurvey",
    "review",
    "objections",
    "office",
    "reference_date",
)
ALL = tuple(set(PipelineConfig.model_fields))


@step(*READING, reads=read_from)
def read(config: PipelineConfig) -> Sources:
    """Read and conform every declared file."""
    return read_sources(config)


@step()
def register(sources: Sources) -> Register:
    """Build the register of villages."""
    return steps.village_register(sources)


@step("boundaries", reads=lambda config: contents(config, bordering(config)))
def boundaries(config: PipelineConfig, villages: Register) -> VillageMap:
    """Read the village polygons."""
    return steps.village_map(config, villages)


@step()
def place(config: PipelineConfig, sources: Sources, villages: Register, polygons: VillageMap) -> steps.Frames:
    """Bring codes to one village key and place every household."""
    with executor(config) as workers:
        return steps.place_households(sources, villages, polygons, workers)


@step(*ALL, reads=lambda config: contents(config, remembered(config)))
def recall(config: PipelineConfig, sources: Sources, polygons: VillageMap) -> Past:
    """Read what the last published run knew of cases, ids and visits."""
    return read_past(config.output_root, run_name(config, sources, polygons))


@step()
def receive(
    sources: Sources, villages: Register, polygons: VillageMap, placed: steps.Frames, past: Past
) -> steps.Field:
    """Judge every answer that came back from the field."""
    return steps.receive_answers(sources, villages, polygons, placed, past)


@step("matching", reads=lambda config: contents(config, learnt(config)))
def match(config: PipelineConfig, sources: Sources, field: steps.Field) -> Linkage:
    """Find the pairs."""
    with executor(config) as workers:
        return steps.match_households(config, sources, field, workers)


@step("reference_date")
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


@step("findings", "reference_date", "language")
def find(
    config: PipelineConfig,
    sources: Sources,
    villages: Register,
    placed: steps.Frames,
    named: Named,
    field: steps.Field,
    past: Past,
) -> dict[str, pd.DataFrame]:
    """Find the discrepancies."""
    given = sources, villages, placed, named, field, past
    return steps.find_in(config, *given, key=load_key(config.output_root), at_once=at_once())


@step("resurvey", "reference_date", "language")
def follow(
    config: PipelineConfig,
    sources: Sources,
    villages: Register,
    named: Named,
    field: steps.Field,
    past: Past,
    found: dict[str, pd.DataFrame],
) -> dict[str, pd.DataFrame]:
    """Follow the cases of what was found, and decide whom to visit."""
    key = load_key(config.output_root)
    return steps.follow_up(config, sources, villages, named, field, past, found, key=key)


@step()
def count(sources: Sources, villages: Register, named: Named, found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Count per desa, kecamatan and kabupaten."""
    figures = sources.reference(Content.FIGURES)
    return area_indicators(named.reconciled, found["findings"], found["tasks"], villages.villages, figures)


@step("programs", "findings", "reference_date", "language")
def target(
    config: PipelineConfig,
    sources: Sources,
    villages: Register,
    placed: steps.Frames,
    named: Named,
) -> dict[str, pd.DataFrame]:
    """Judge whom each programme is for, and whom it reaches."""
    key = load_key(config.output_root)
    households = Stacked(*(placed[registry] for registry in Registry))
    return judge_programs(config, sources, villages, households, named.reconciled, key=key)


@step(*ALL, keep=False)
def write(  # noqa: PLR0913, PLR0917 - everything that the run made
    config: PipelineConfig,
    sources: Sources,
    villages: Register,
    polygons: VillageMap,
    past: Past,
    linkage: Linkage,
    named: Named,
    found: dict[str, pd.DataFrame],
    indicators: pd.DataFrame,
    targets: dict[str, pd.DataFrame],
) -> Path:
    """Check that the counts add up, write every output and publish the set."""
    tables = {**found, "reconciled": named.reconciled, "history": named.history, "indicators": indicators}
    tables |= targets
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
        return publish(staging, config.output_root, name, manifest, keep, retention=config.retention)
