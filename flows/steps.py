"""The steps as plain functions: what `padan check` runs without Prefect and flows/tasks.py wraps for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from flows.config import InputConfig, PipelineConfig
from geo.boundaries import read_boundaries
from geo.locate import locate
from geo.villages import VillageMap, key_villages
from reconcile.discrepancies.context import Context
from reconcile.discrepancies.engine import find_discrepancies
from reconcile.errors import Fault, InputError
from reconcile.linkage.link import Linkage, link_households
from reconcile.merge import merge_households
from reconcile.regions import Register, build_register, code_households, contradicted_system
from reconcile.sources.conform import Conformed, conform
from reconcile.sources.gather import Gathered, gather
from reconcile.sources.headings import check_headings
from reconcile.sources.raw import RawFile
from reconcile.sources.readers import read_file
from reconcile.sources.spec import SourceSpec, load_source
from reconcile.tables import FIGURES
from reconcile.vocab import CodeSystem, Content, Registry

Frames = Mapping[Registry, pd.DataFrame]


@dataclass(frozen=True)
class Delivery:
    """One delivered file, read and conformed, with what was declared of it."""

    entry: InputConfig
    spec: SourceSpec
    label: str
    sha256: str
    size: int
    conformed: Conformed

    @property
    def code_system(self) -> CodeSystem | None:
        """Return the declared code system of the file; reference lists of both systems have none."""
        return self.entry.code_system or self.spec.code_system


@dataclass(frozen=True)
class Sources:
    """Every delivery, and the two registries gathered from them."""

    deliveries: tuple[Delivery, ...]
    registries: Mapping[Registry, Gathered]

    def reference(self, content: Content) -> pd.DataFrame:
        """Return the rows of all deliveries of one kind of reference list."""
        tables = [d.conformed.table for d in self.deliveries if d.spec.content is content]
        return pd.concat(tables, ignore_index=True) if tables else FIGURES.empty()

    def both(self, table: str) -> pd.DataFrame:
        """Return one table of Gathered for both registries together, P3KE first."""
        frames: list[pd.DataFrame] = [getattr(self.registries[r], table) for r in Registry]
        return pd.concat(frames, ignore_index=True)


def read_sources(config: PipelineConfig) -> Sources:
    """Read and conform every declared file; InputError with every fault of all."""
    faults: list[Fault] = []
    opened: list[tuple[InputConfig, SourceSpec, RawFile]] = []
    for entry, path in _files(config):
        spec = load_source(entry.source)
        try:
            raw = read_file(path, label=config.label(path))
        except InputError as error:
            faults += error.faults
            continue
        faults += check_headings(raw, spec)
        opened.append((entry, spec, raw))
    if faults:
        raise InputError(faults)
    deliveries = tuple(_conformed(config, *one) for one in opened)
    registries = {registry: _gathered(config, deliveries, registry) for registry in Registry}
    return Sources(deliveries, registries)


def _files(config: PipelineConfig) -> Iterable[tuple[InputConfig, Path]]:
    return ((entry, path) for entry in config.all_inputs() for path in config.files(entry.path))


def _conformed(config: PipelineConfig, entry: InputConfig, spec: SourceSpec, raw: RawFile) -> Delivery:
    table = conform(raw, spec, code_system=entry.code_system, reference_date=config.reference_date)
    return Delivery(entry, spec, raw.label, raw.sha256, raw.size, table)


def _gathered(config: PipelineConfig, deliveries: Iterable[Delivery], registry: Registry) -> Gathered:
    own = [d.conformed for d in deliveries if d.spec.registry is registry]
    return gather(own, registry, config.reference_date)


def village_register(sources: Sources) -> Register:
    """Return the register of villages; InputError when a file's codes contradict its declared system."""
    register = build_register(sources.reference(Content.BRIDGING), sources.reference(Content.RECODES))
    faults = [fault for delivery in sources.deliveries for fault in _contradictions(delivery, register)]
    if faults:
        raise InputError(faults)
    return register


def _contradictions(delivery: Delivery, register: Register) -> tuple[Fault, ...]:
    rows = delivery.conformed.table
    if delivery.code_system is None or not {"kode_wilayah", "nama_desa"} <= set(rows.columns):
        return ()
    return contradicted_system(rows, delivery.code_system, register, file=delivery.label)


def village_map(config: PipelineConfig, register: Register) -> VillageMap:
    """Return the village polygons under their keys."""
    declared = config.boundaries
    path = config.files(declared.path)[0]
    boundary = read_boundaries(path, label=config.label(path), layer=declared.layer, schema=declared.format)
    return key_villages(boundary, register)


def place_households(sources: Sources, register: Register, villages: VillageMap) -> Frames:
    """Return PLACED per registry: codes brought to one key, then placed."""
    return {
        registry: locate(code_households(gathered.households, register), villages, register)
        for registry, gathered in sources.registries.items()
    }


def match_households(config: PipelineConfig, sources: Sources, placed: Frames) -> Linkage:
    """Return the pairs of both registries."""
    members = {registry: gathered.members for registry, gathered in sources.registries.items()}
    p3ke, bps = Registry.P3KE, Registry.BPS
    return link_households(placed[p3ke], placed[bps], members[p3ke], members[bps], config.matching)


def merge_registries(placed: Frames, linkage: Linkage, *, key: bytes) -> pd.DataFrame:
    """Return RECONCILED."""
    return merge_households(placed[Registry.P3KE], placed[Registry.BPS], linkage.pairs, key=key)


def find_in(
    config: PipelineConfig,
    sources: Sources,
    register: Register,
    placed: Frames,
    reconciled: pd.DataFrame,
    *,
    key: bytes,
) -> pd.DataFrame:
    """Return FINDINGS of the reconciled households."""
    context = Context(
        reconciled=reconciled,
        households=pd.concat([placed[registry] for registry in Registry], ignore_index=True),
        members=sources.both("members"),
        flags=sources.both("value_flags"),
        register=register,
        tolerances=config.findings.tolerances,
    )
    return find_discrepancies(context, config.findings, key=key, language=config.language)
