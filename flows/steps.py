"""The steps as plain functions: what `padan check` runs without Prefect and flows/tasks.py wraps for it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from flows.config import PipelineConfig
from flows.deliveries import Delivery, Sources
from flows.history import Past
from flows.parameters import read_parameters
from flows.review_run import review_tables
from geo.boundaries import read_boundaries
from geo.locate import locate
from geo.villages import VillageMap, key_villages
from reconcile.cases import follow_cases
from reconcile.discrepancies.context import Context
from reconcile.discrepancies.engine import check_table, find_discrepancies, untested_rules
from reconcile.errors import Fault, InputError
from reconcile.executor import LOCAL, Executor
from reconcile.figures import LISTED, extreme_poverty, gaps
from reconcile.frames import Stacked
from reconcile.household_ids import Named, keep_ids
from reconcile.language import text
from reconcile.linkage.households import Linkage, link_households
from reconcile.merge import merge_households
from reconcile.objections import follow_objections
from reconcile.regions import Register, build_register, code_households, contradicted_system
from reconcile.resurvey.answers import judge_answers
from reconcile.resurvey.corrections import (
    answered_places,
    by_record,
    corrected_rows,
    current_ids,
    field_decisions,
    newest_rows,
    twin_records,
    with_answers,
    without_twins,
)
from reconcile.resurvey.outcomes import steps_of_visits
from reconcile.resurvey.progress import survey_progress
from reconcile.resurvey.tasks import visit_tasks
from reconcile.tables import CASES, FILES, HISTORY, RECONCILED
from reconcile.vocab import Content, PairDecision, Registry

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


def place_households(
    sources: Sources, register: Register, villages: VillageMap, executor: Executor = LOCAL
) -> Frames:
    """Return PLACED per registry: codes brought to one key, then placed."""
    editions = sources.editions()
    return {
        registry: locate(
            code_households(gathered.households, register, editions), villages, register, executor
        )
        for registry, gathered in sources.registries.items()
    }


@dataclass(frozen=True)
class Field:
    """What came back from the field, and what the registries' rows are with it.

    ``answers`` is ANSWERS, ``told`` the latest of them per record of each registry, ``located`` their places.
    ``in_force`` is PLACED of each registry with the values that visits corrected, ``decisions`` DECISIONS of
    reviewers and of visits that found one family on two lists.
    """

    answers: pd.DataFrame
    told: Mapping[str, pd.DataFrame]
    located: pd.DataFrame
    in_force: Frames
    decisions: pd.DataFrame


def receive_answers(
    sources: Sources, register: Register, villages: VillageMap, placed: Frames, past: Past
) -> Field:
    """Return every line that came back with what becomes of it, held against what the last run asked."""
    history = HISTORY.empty() if past.history is None else past.history
    newest = newest_rows(history, placed, sources.days())
    answers = judge_answers(sources.reference(Content.RETURNS), past.tasks, newest)
    places = answered_places(answers, past.tasks, register.villages)
    located = locate(code_households(places, register), villages, register).set_index("record_id")
    twins, decided = twin_records(answers, past.tasks, history), sources.reference(Content.DECISIONS)
    decisions = pd.concat([decided, field_decisions(twins, decided, placed)], ignore_index=True)
    told = by_record(without_twins(answers, twins, decisions), history)
    in_force = {side: corrected_rows(placed[side], told[side], located) for side in Registry}
    return Field(answers, told, located, in_force, decisions)


def match_households(
    config: PipelineConfig, sources: Sources, field: Field, executor: Executor = LOCAL
) -> Linkage:
    """Return the pairs of both registries, found with what visits corrected and people decided."""
    members = {registry: gathered.members for registry, gathered in sources.registries.items()}
    p3ke, bps = Registry.P3KE, Registry.BPS
    return link_households(
        field.in_force[p3ke],
        field.in_force[bps],
        members[p3ke],
        members[bps],
        config.matching,
        decisions=field.decisions,
        parameters=read_parameters(config),
        executor=executor,
    )


def merge_registries(
    config: PipelineConfig,
    sources: Sources,
    placed: Frames,
    linkage: Linkage,
    field: Field,
    past: Past,
    *,
    key: bytes,
) -> Named:
    """Return RECONCILED under the ids that households had in the last run, and HISTORY of the ids."""
    p3ke, bps = placed[Registry.P3KE], placed[Registry.BPS]
    merged = merge_households(p3ke, bps, linkage.pairs, linkage.relations, key=key)
    reconciled = RECONCILED.build(with_answers(merged, field.told, field.located, sources.days()))
    return keep_ids(reconciled, past.history, day=config.reference_date.isoformat(), key=key)


def find_in(  # noqa: PLR0913 - what the rules look at
    config: PipelineConfig,
    sources: Sources,
    register: Register,
    placed: Frames,
    named: Named,
    field: Field,
    past: Past,
    *,
    key: bytes,
    at_once: int,
) -> dict[str, pd.DataFrame]:
    """Return FINDINGS and CHECKS of the rules, ``at_once`` at a time, and official figures beside lists."""
    households = Stacked(*(placed[registry] for registry in Registry))
    listed = households[list(LISTED)]
    figures = sources.reference(Content.FIGURES)
    references = {content: sources.reference(content) for content in sources.lists()}
    if Content.RETURNS in references:
        references[Content.RETURNS] = _answers_now(field, named)
    context = Context(
        reconciled=named.reconciled,
        households=households,
        members=sources.stacked("members"),
        flags=sources.both("value_flags"),
        register=register,
        tolerances=config.findings.tolerances,
        language=config.language,
        references=references,
        history=past.history,
        quarantine=sources.both("quarantine"),
        files=file_notes(sources, past.files),
        figures=figures,
        reference_date=config.reference_date,
        tasks=past.tasks,
    )
    findings = find_discrepancies(context, config.findings, key=key, at_once=at_once)
    villages, years = register.villages, sources.editions()
    counted = {registry.value: text(f"counted_{registry.value}", config.language) for registry in Registry}
    return {
        "findings": findings,
        "checks": check_table(context, config.findings, findings),
        "extreme_poverty": extreme_poverty(figures, listed, villages, years=years, counted_by=counted),
        "gaps": gaps(figures, listed, villages).assign(arti=text("gap_meaning", config.language)),
    }


def _answers_now(field: Field, named: Named) -> pd.DataFrame:
    """Return ANSWERS with the ids that their households have now."""
    return field.answers.assign(id_rekon=current_ids(field.answers, named.history))


def follow_up(  # noqa: PLR0913 - what cases and visits come from
    config: PipelineConfig,
    sources: Sources,
    register: Register,
    named: Named,
    field: Field,
    past: Past,
    found: Mapping[str, pd.DataFrame],
    *,
    key: bytes,
) -> dict[str, pd.DataFrame]:
    """Return what was found with the cases it makes, whom to visit, and how far the visits are."""
    answers, day = _answers_now(field, named), config.reference_date
    visits = steps_of_visits(past.tasks, answers, CASES.empty() if past.cases is None else past.cases)
    followed = follow_cases(
        found["findings"],
        past.cases,
        pd.concat([sources.reference(Content.CASE_STEPS), visits], ignore_index=True),
        untested=untested_rules(found["checks"]),
        day=day.isoformat(),
    )
    untold = field.decisions["keputusan"] == PairDecision.UNSURE
    visited = visit_tasks(
        named.reconciled,
        followed.findings,
        answers,
        past.tasks,
        config.resurvey,
        day=day,
        language=config.language,
        key=key,
        unsure=frozenset(field.decisions.loc[untold, "record_p3ke"]),
    )
    period = config.resurvey.period_of(day)
    return {
        **found,
        "findings": followed.findings,
        "cases": followed.cases,
        "tasks": visited,
        "answers": answers,
        "progress": survey_progress(visited, answers, register.villages, period=period, day=day),
    }


def said_by_people(
    config: PipelineConfig,
    sources: Sources,
    linkage: Linkage,
    tables: Mapping[str, pd.DataFrame],
    past: Past,
    *,
    key: bytes,
) -> dict[str, pd.DataFrame]:
    """Return the tables of the clerical review, and every objection; ``tables`` are all others of the run."""
    objections = follow_objections(
        sources.reference(Content.OBJECTIONS),
        past.objections,
        tables["cases"]["kasus"],
        tables["indicators"]["kode"],
        day=config.reference_date.isoformat(),
        key=key,
        language=config.language,
    )
    reviewed = review_tables(config, sources, linkage, tables["reconciled"], tables["findings"], key=key)
    return {**reviewed, "standing_objections": objections}


def file_notes(sources: Sources, before: Mapping[str, str] | None) -> pd.DataFrame:
    """Return FILES: what was found in each file of people; ``before`` is the SHA-256 of each last time."""
    notes = [
        _note(delivery, sources, before or {}) for delivery in sources.deliveries if delivery.spec.registry
    ]
    return FILES.build(pd.DataFrame(notes, columns=FILES.names).sort_values("source_file", ignore_index=True))


def _note(delivery: Delivery, sources: Sources, before: Mapping[str, str]) -> dict[str, object]:
    accounts = delivery.conformed.accounts
    fates = [name for name in accounts if name in FATES]
    rates, rows = delivery.profile.fill, len(delivery.conformed.table)
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
