"""The steps as plain functions: what `padan check` runs without Prefect and flows/tasks.py wraps for it."""

from collections.abc import Mapping

import pandas as pd

from flows.config import PipelineConfig
from flows.deliveries import Delivery, Sources
from flows.parameters import read_parameters
from geo.boundaries import read_boundaries
from geo.locate import locate
from geo.villages import VillageMap, key_villages
from reconcile.discrepancies.context import Context
from reconcile.discrepancies.engine import find_discrepancies
from reconcile.errors import Fault, InputError
from reconcile.linkage.households import Linkage, link_households
from reconcile.merge import merge_households
from reconcile.regions import Register, build_register, code_households, contradicted_system
from reconcile.vocab import Content, Registry

Frames = Mapping[Registry, pd.DataFrame]


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
    boundary = read_boundaries(
        path, label=config.label(path), layer=declared.layer, schema=declared.format, crs=declared.crs
    )
    return key_villages(boundary, register, tolerance_m=declared.tolerance_m, snap_m=declared.snap_m)


def place_households(sources: Sources, register: Register, villages: VillageMap) -> Frames:
    """Return PLACED per registry: codes brought to one key, then placed."""
    editions = sources.editions()
    return {
        registry: locate(code_households(gathered.households, register, editions), villages, register)
        for registry, gathered in sources.registries.items()
    }


def match_households(config: PipelineConfig, sources: Sources, placed: Frames) -> Linkage:
    """Return the pairs of both registries."""
    members = {registry: gathered.members for registry, gathered in sources.registries.items()}
    p3ke, bps = Registry.P3KE, Registry.BPS
    return link_households(
        placed[p3ke],
        placed[bps],
        members[p3ke],
        members[bps],
        config.matching,
        decisions=sources.reference(Content.DECISIONS),
        parameters=read_parameters(config),
    )


def merge_registries(placed: Frames, linkage: Linkage, *, key: bytes) -> pd.DataFrame:
    """Return RECONCILED."""
    p3ke, bps = placed[Registry.P3KE], placed[Registry.BPS]
    return merge_households(p3ke, bps, linkage.pairs, linkage.relations, key=key)


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
        language=config.language,
    )
    return find_discrepancies(context, config.findings, key=key)
