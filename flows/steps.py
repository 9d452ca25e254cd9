"""The steps as plain functions: what `padan check` runs without Prefect and flows/tasks.py wraps for it."""

from collections.abc import Mapping

import pandas as pd

from flows.config import PipelineConfig
from flows.deliveries import Delivery, Sources
from flows.history import Past
from flows.parameters import read_parameters
from geo.boundaries import read_boundaries
from geo.locate import locate
from geo.villages import VillageMap, key_villages
from reconcile.cases import follow_cases
from reconcile.discrepancies.context import Context
from reconcile.discrepancies.engine import check_table, find_discrepancies, untested_rules
from reconcile.errors import Fault, InputError
from reconcile.figures import extreme_poverty, gaps
from reconcile.household_ids import Named, keep_ids
from reconcile.language import text
from reconcile.linkage.households import Linkage, link_households
from reconcile.merge import merge_households
from reconcile.regions import Register, build_register, code_households, contradicted_system
from reconcile.sources.expectations import fill_rates
from reconcile.sources.spec import load_source
from reconcile.tables import FILES
from reconcile.vocab import Content, Registry

Frames = Mapping[Registry, pd.DataFrame]

#: Columns of ACCOUNTS that together are every physical row.
FATES = frozenset({"header", "preamble", "blank", "continuation", "non_data", "accepted", "quarantined"})


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


def merge_registries(
    config: PipelineConfig, placed: Frames, linkage: Linkage, past: Past, *, key: bytes
) -> Named:
    """Return RECONCILED under the ids that households had in the last run, and HISTORY of the ids."""
    p3ke, bps = placed[Registry.P3KE], placed[Registry.BPS]
    reconciled = merge_households(p3ke, bps, linkage.pairs, linkage.relations, key=key)
    return keep_ids(reconciled, past.history, day=config.reference_date.isoformat(), key=key)


def find_in(  # noqa: PLR0913 - what the rules look at
    config: PipelineConfig,
    sources: Sources,
    register: Register,
    placed: Frames,
    named: Named,
    past: Past,
    *,
    run: str,
    key: bytes,
) -> dict[str, pd.DataFrame]:
    """Return the tables findings, checks, cases, extreme_poverty and gaps of the reconciled households."""
    households = pd.concat([placed[registry] for registry in Registry], ignore_index=True)
    figures = sources.reference(Content.FIGURES)
    declared = {load_source(entry.source).content for entry in config.references}
    context = Context(
        reconciled=named.reconciled,
        households=households,
        members=sources.both("members"),
        flags=sources.both("value_flags"),
        register=register,
        tolerances=config.findings.tolerances,
        language=config.language,
        references={content: sources.reference(content) for content in declared},
        history=past.history,
        quarantine=sources.both("quarantine"),
        files=file_notes(sources, past.files),
        figures=figures,
        reference_date=config.reference_date,
    )
    findings = find_discrepancies(context, config.findings, key=key)
    followed = follow_cases(
        findings,
        past.cases,
        sources.reference(Content.CASE_STEPS),
        untested=untested_rules(context, config.findings),
        day=config.reference_date.isoformat(),
        run=run,
    )
    villages, years = register.villages, sources.editions()
    counted = {registry.value: text(f"counted_{registry.value}", config.language) for registry in Registry}
    return {
        "findings": followed.findings,
        "cases": followed.cases,
        "checks": check_table(context, config.findings, findings),
        "extreme_poverty": extreme_poverty(figures, households, villages, years=years, counted_by=counted),
        "gaps": gaps(figures, households, villages).assign(arti=text("gap_meaning", config.language)),
    }


def file_notes(sources: Sources, before: Mapping[str, str] | None) -> pd.DataFrame:
    """Return FILES: what was found in each file of people; ``before`` is the SHA-256 of each last time."""
    notes = [
        _note(delivery, sources, before or {}) for delivery in sources.deliveries if delivery.spec.registry
    ]
    return FILES.build(pd.DataFrame(notes, columns=FILES.names).sort_values("source_file", ignore_index=True))


def _note(delivery: Delivery, sources: Sources, before: Mapping[str, str]) -> dict[str, object]:
    accounts = delivery.conformed.accounts
    fates = [name for name in accounts if name in FATES]
    rates, rows = fill_rates(delivery.conformed), len(delivery.conformed.table)
    expected = delivery.spec.expect if rows else {}
    lacking = [name for name in expected if name not in rates]
    emptier = [
        f"{name} {rates[name]:.1%} < {least:.1%}"
        for name, least in expected.items()
        if rates.get(name, least) < least
    ]
    again = [label for first, label in sources.repeats if first == delivery.label]
    return {
        "source_file": delivery.label,
        "source_sha256": delivery.sha256,
        "fisik": int(accounts["physical"].sum()),
        "dikenali": int(accounts[fates].sum().sum()),
        "diterima": int(accounts["accepted"].sum()),
        "menurut_bast": delivery.entry.rows,
        "kolom_hilang": ", ".join(lacking) or None,
        "kolom_kurang": ", ".join(emptier) or None,
        "dikirim_sebagai": ", ".join(again) or None,
        "sha256_lalu": before.get(delivery.label),
    }
