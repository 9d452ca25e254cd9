"""What stands behind the progress report: series and note of the run, ledger, quality, readiness, cases."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import pandas as pd

from flows.config import PipelineConfig
from flows.deliveries import Sources
from flows.history import Past
from flows.office import office_tables
from geo.layers import Editions
from geo.villages import VillageMap
from reconcile.discrepancies.rules import RULES
from reconcile.indicators import COUNT_NAMES
from reconcile.ledger import Records, Stand, check_ledger, family_ledger, visits_of
from reconcile.linkage.households import Linkage
from reconcile.regions import Register
from reconcile.reports.case_ages import case_ages
from reconcile.reports.groups import group_quality
from reconcile.reports.quality import match_quality
from reconcile.reports.readiness import handed_in, readiness
from reconcile.series.areas import Areas
from reconcile.series.note import (
    Given,
    Note,
    Places,
    Ruled,
    counts_of,
    digest_of,
    former_rows,
    names_of,
    settings_of,
)
from reconcile.series.tidy import run_series, tidy
from reconcile.vocab import AnswerStatus, Content, IdEvent

#: Settings that change no number, or name a person.
_NO_SETTING = {"resurvey": {"contact", "answers"}, "review": {"decisions"}}
_SETTINGS = ("matching", "findings", "resurvey", "review", "report")


def behind_report(
    config: PipelineConfig,
    sources: Sources,
    register: Register,
    linkage: Linkage,
    tables: Mapping[str, pd.DataFrame],
    past: Past,
    editions: Editions,
) -> dict[str, pd.DataFrame]:
    """Return the tables of the report by their names in flows.outputs; ``tables`` are all others of the run.

    ConservationError where the ledger of families does not balance.
    """
    day, language = config.reference_date, config.language
    villages, indicators = register.villages, tables["indicators"]
    named = {"day": day.isoformat(), "run": past.now, "vintages": _vintages(editions)}
    ledger = _ledger(config, sources, register, tables, past)
    check_ledger(ledger, indicators)
    lists = {content: sources.reference(content) for content in sources.lists()}
    return {
        "series": run_series(indicators, **named),
        "tidy": tidy(indicators, **named),
        "ledger": ledger,
        "match_quality": match_quality(indicators, linkage.quality, language),
        "group_quality": group_quality(tables["reconciled"], indicators, config.report, language),
        "readiness": readiness(
            tables["tasks"],
            handed_in(lists),
            villages,
            config.report.weights,
            period=config.resurvey.period_of(day),
            day=day,
            language=language,
        ),
        "case_ages": case_ages(tables["cases"], past.cases, villages, day=day, language=language),
        **office_tables(config, sources, register),
    }


def _vintages(editions: Editions) -> str:
    return f"P3KE {editions.p3ke}; BPS {editions.bps}; kode {editions.codes}; batas {editions.boundaries}"


def _ledger(
    config: PipelineConfig,
    sources: Sources,
    register: Register,
    tables: Mapping[str, pd.DataFrame],
    past: Past,
) -> pd.DataFrame:
    before = None if past.history is None else Stand(past.history, past.visits)
    after = Stand(tables["history"], visits_of(tables["answers"], tables["tasks"]))
    areas = Areas(names_of(register.villages), register.former)
    return family_ledger(before, after, areas, _records(sources, tables["reconciled"]), config.language)


def _records(sources: Sources, reconciled: pd.DataFrame) -> Records:
    exits, moves = sources.reference(Content.EXITS), sources.reference(Content.MOVES)
    numbers = moves["nik"].dropna()
    arrived = reconciled[["nik", "nik_p3ke", "nik_bps"]].isin(numbers).any(axis="columns")
    return Records(
        exits=frozenset(exits["nomor"].dropna()), arrivals=frozenset(reconciled.loc[arrived, "id_rekon"])
    )


def run_note(
    config: PipelineConfig,
    sources: Sources,
    register: Register,
    polygons: VillageMap,
    tables: Mapping[str, pd.DataFrame],
    past: Past,
    manifest: Mapping[str, Any],
) -> Note:
    """Return the note that is kept beside the series; keeping it sets version and hash."""
    answers = tables["answers"]
    applied = answers[answers["status_jawaban"] == AnswerStatus.APPLIED]
    decisions = sources.reference(Content.DECISIONS)
    settings = {
        name: getattr(config, name).model_dump(mode="json", exclude=_NO_SETTING.get(name))
        for name in _SETTINGS
    }
    indicators = tables["indicators"]
    top = indicators[indicators["tingkat"] == "kabupaten"]
    events = counts_of(tables["history"]["peristiwa"])
    return Note(
        jalan=past.now,
        tanggal_acuan=config.reference_date,
        versi=1,
        seri="",
        padan=version("padan"),
        pustaka=manifest["libraries"],
        masukan=tuple(
            Given(berkas=d.label, sha256=d.sha256, sumber=d.spec.name, edisi=d.entry.vintage)
            for d in sorted(sources.deliveries, key=lambda d: d.label)
        ),
        manifes=digest_of(json.dumps(manifest, sort_keys=True, ensure_ascii=False)),
        pengaturan=settings_of(settings),
        aturan=_rules(tables["checks"]),
        wilayah=_places(config, register, polygons),
        jawaban={**counts_of(answers["status_jawaban"]), **counts_of(applied["hasil"])},
        keputusan=counts_of(decisions["keputusan"]),
        peristiwa={event.value: events.get(event.value, 0) for event in IdEvent},
        total={name: int(top[name].sum()) for name in COUNT_NAMES},
        sebelumnya=past.run,
    )


def _rules(checks: pd.DataFrame) -> dict[str, Ruled]:
    versions = {rule.code: rule.version for rule in RULES}
    rows = checks[["kode", "tingkat", "keadaan"]].itertuples(index=False, name=None)
    return {
        str(code): Ruled(versi=versions[str(code)], tingkat=str(level), keadaan=str(state))
        for code, level, state in rows
    }


def _places(config: PipelineConfig, register: Register, polygons: VillageMap) -> Places:
    declared = config.boundaries
    return Places(
        edisi_kode=config.regions.bridging.vintage,
        edisi_batas=f"{declared.publisher}, {declared.vintage}",
        sha256_batas=polygons.report.sha256,
        nama=names_of(register.villages),
        bekas=former_rows(register.former),
    )
