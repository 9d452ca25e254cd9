"""Every file of a run: its path, its class of disclosure, its columns; one list to read and to extend.

A column that is not listed cannot reach a file: here for CSV and area layers, in geo.layers for the points of
households, in the quarantine workbook by its fields. TERBATAS holds identities, INTERNAL none.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from flows.config import PipelineConfig
from flows.csvfile import write_csv
from flows.deliveries import Sources
from flows.disclosure import MODES, Disclosure, Output
from flows.findings_files import BY_FAMILY, BY_KABUPATEN, FINDINGS_BOOK, IDENTIFIED_BOOK, parts, write_books
from flows.history import CASES_FILE, HISTORY_FILE, OBJECTIONS_FILE, TASKS_FILE
from flows.objection_form import FORM, write_objection_form
from flows.package import DICTIONARY_FILE, PACKAGE, Written, data_package, dictionary
from flows.programs import BY_PROGRAM, NAMED_OUTPUT, PROGRAM_OUTPUTS, named_parts
from flows.publish import sha256
from flows.review_books import write_review_books
from flows.review_run import REVIEW, REVIEW_OUTPUTS
from flows.series import AREA_FILES, SERIES_FILE, write_areas, write_series
from geo.columns import data_dictionary
from geo.geopackage import write_geopackage
from geo.layers import (
    HOUSEHOLD_LAYER,
    RESURVEY_LAYER,
    UNPLACED_TABLE,
    Editions,
    build_layers,
    household_layer,
    resurvey_layer,
    unplaced_table,
)
from geo.styles import layer_styles
from geo.villages import VillageMap
from reconcile.figures import EXTREME_POVERTY, GAPS
from reconcile.indicators import INDICATORS, unplaced_families
from reconcile.ledger import LEDGER
from reconcile.linkage.reasons import sentences
from reconcile.objections import STANDING, beside_cases
from reconcile.regions import Register
from reconcile.reports.case_ages import CASE_AGES
from reconcile.reports.findings import IDENTIFIED, REPORT, SUMMARY, identified, report, summary
from reconcile.reports.groups import GROUP_QUALITY
from reconcile.reports.quality import MATCH_QUALITY
from reconcile.reports.readiness import READINESS
from reconcile.series.tidy import TIDY
from reconcile.sources.quarantine_files import write_quarantine
from reconcile.sources.raw import unmarked
from reconcile.tables import (
    ANSWERS,
    CASES,
    CHECKS,
    HISTORY,
    PROGRESS,
    QUARANTINE,
    RECONCILED,
    TASKS,
    VALUE_FLAGS,
)
from reconcile.vocab import Language, Registry

CSV_OUTPUTS = (
    Output("temuan/temuan.csv", Disclosure.INTERNAL, "report", REPORT),
    Output("temuan/ringkasan.csv", Disclosure.INTERNAL, "summary", SUMMARY),
    Output("temuan/pemeriksaan.csv", Disclosure.INTERNAL, "checks", CHECKS),
    Output(CASES_FILE, Disclosure.INTERNAL, "cases", CASES),
    Output("temuan/TERBATAS/temuan_identitas.csv", Disclosure.RESTRICTED, "identified", IDENTIFIED),
    Output("temuan/umur_kasus.csv", Disclosure.INTERNAL, "case_ages", CASE_AGES),
    Output("indikator/indikator.csv", Disclosure.INTERNAL, "indicators", INDICATORS),
    Output("indikator/seri.csv", Disclosure.INTERNAL, "tidy", TIDY),
    Output("neraca/neraca.csv", Disclosure.INTERNAL, "ledger", LEDGER),
    Output("mutu/padanan.csv", Disclosure.INTERNAL, "match_quality", MATCH_QUALITY),
    Output("mutu/kelompok.csv", Disclosure.INTERNAL, "group_quality", GROUP_QUALITY),
    Output("kesiapan/kesiapan.csv", Disclosure.INTERNAL, "readiness", READINESS),
    Output("angka_resmi/kemiskinan_ekstrem.csv", Disclosure.INTERNAL, "extreme_poverty", EXTREME_POVERTY),
    Output("angka_resmi/selisih.csv", Disclosure.INTERNAL, "gaps", GAPS),
    Output(TASKS_FILE, Disclosure.INTERNAL, "tasks", TASKS),
    Output("verval/kemajuan.csv", Disclosure.INTERNAL, "progress", PROGRESS),
    Output("verval/TERBATAS/jawaban.csv", Disclosure.RESTRICTED, "answers", ANSWERS),
    *PROGRAM_OUTPUTS,
    *REVIEW_OUTPUTS,
    Output(OBJECTIONS_FILE, Disclosure.RESTRICTED, "standing_objections", STANDING),
    Output(HISTORY_FILE, Disclosure.RESTRICTED, "history", HISTORY),
    Output("rekonsiliasi/keluarga.csv", Disclosure.RESTRICTED, "reconciled", RECONCILED),
    Output("karantina/baris.csv", Disclosure.RESTRICTED, "quarantine", QUARANTINE),
    Output("karantina/nilai.csv", Disclosure.RESTRICTED, "value_flags", VALUE_FLAGS),
    DICTIONARY_FILE,
)
#: What the matching learnt; a later run can be told to match with it.
PARAMETERS = "rekonsiliasi/parameter.json"
AREA_LAYERS = "layers/padan.gpkg"
HOUSEHOLD_LAYERS = "layers/keluarga.gpkg"
PROVENANCE_TABLE = "asal_data"
DICTIONARY_TABLE = "kamus_data"
#: What offices correct and send back: the open rows and values of the two tables in karantina/.
QUARANTINE_BOOK = "karantina/karantina.xlsx"

#: What a person is told of after a run; a folder stands for the files in it.
NAMED = (
    AREA_LAYERS,
    HOUSEHOLD_LAYERS,
    *(output.path for output in CSV_OUTPUTS),
    SERIES_FILE,
    *AREA_FILES.values(),
    FINDINGS_BOOK,
    IDENTIFIED_BOOK,
    BY_KABUPATEN,
    BY_FAMILY,
    BY_PROGRAM,
    QUARANTINE_BOOK,
    REVIEW,
    FORM,
    PARAMETERS,
    PACKAGE,
)


def write_outputs(
    staging: Path,
    config: PipelineConfig,
    sources: Sources,
    register: Register,
    villages: VillageMap,
    tables: Mapping[str, pd.DataFrame],
    *,
    run: str,
) -> None:
    """Write every output of ``run`` below ``staging``; ``tables`` are reconciled, findings and indicators."""
    aside = {
        "quarantine": sources.both("quarantine").assign(raw=lambda t: unmarked(t["raw"])),
        "value_flags": sources.both("value_flags").assign(original=lambda t: unmarked(t["original"])),
    }
    households = _in_words(tables["reconciled"], config.language)
    objected = beside_cases(tables["standing_objections"], config.language)
    rows = report(tables["findings"], households, objected)
    made = {
        **tables,
        **aside,
        "reconciled": households,
        "report": rows,
        "identified": identified(rows, households),
        "summary": summary(tables["findings"], tables["indicators"]),
        DICTIONARY_FILE.rows: dictionary((*CSV_OUTPUTS, NAMED_OUTPUT), config.language),
    }
    files = [(output, made[output.rows]) for output in CSV_OUTPUTS]
    by_name = named_parts(tables[NAMED_OUTPUT.rows], config)
    _write_tables(staging, run, [*files, *parts(rows, config.language), *by_name], config.language)
    write_books(staging, made, config.language)
    book = write_quarantine(
        staging / QUARANTINE_BOOK, aside["quarantine"], aside["value_flags"], language=config.language
    )
    book.chmod(MODES[Disclosure.RESTRICTED])
    write_review_books(
        staging / REVIEW,
        tables["review_pairs"],
        tables["review_people"],
        config.review,
        run=run,
        language=config.language,
    )
    write_objection_form(staging / FORM, config.language)
    (staging / "layers").mkdir(exist_ok=True)
    unplaced = unplaced_families(households, tables["findings"], tables["tasks"])
    origin = _origin(config, sources, villages)
    dated = editions(config, sources)
    areas = build_layers(tables["indicators"], unplaced, villages, register, dated)
    write_series(staging / SERIES_FILE, tables["series"])
    write_areas(staging, areas)
    points = {
        HOUSEHOLD_LAYER: household_layer(households, register),
        RESURVEY_LAYER: resurvey_layer(tables["tasks"], households, register),
    }
    _write_layers(staging / AREA_LAYERS, areas, unplaced, origin, config)
    _write_layers(staging / HOUSEHOLD_LAYERS, {**areas, **points}, unplaced, origin, config)


def _write_tables(
    staging: Path, run: str, files: Sequence[tuple[Output, pd.DataFrame]], language: Language
) -> None:
    """Write the CSV files, and the Data Package that describes them."""
    written = []
    for output, table in files:
        path = staging / output.path
        path.parent.mkdir(exist_ok=True, parents=True)
        write_csv(path, table[output.table.names])
        path.chmod(MODES[output.disclosure])
        written.append(Written(output, path.stat().st_size, sha256(path)))
    package = json.dumps(data_package(run, written, language), ensure_ascii=False, indent=1)
    (staging / PACKAGE).write_text(package + "\n", encoding="utf-8", newline="\n")
    (staging / PACKAGE).chmod(MODES[Disclosure.INTERNAL])


def _write_layers(
    path: Path,
    layers: Mapping[str, gpd.GeoDataFrame],
    unplaced: pd.DataFrame,
    origin: pd.DataFrame,
    config: PipelineConfig,
) -> None:
    """Write one GeoPackage; with points of households in it, it is TERBATAS."""
    language = config.language
    tables = {**layers, UNPLACED_TABLE: unplaced_table(unplaced, language), PROVENANCE_TABLE: origin}
    tables[DICTIONARY_TABLE] = data_dictionary(tables, language)
    write_geopackage(
        path,
        tables,
        styles=layer_styles(layers, language),
        reference_date=config.reference_date,
        language=language,
    )
    restricted = HOUSEHOLD_LAYER in layers
    path.chmod(MODES[Disclosure.RESTRICTED if restricted else Disclosure.INTERNAL])


def editions(config: PipelineConfig, sources: Sources) -> Editions:
    """Return how old everything is that the run is made of."""
    of = {
        registry: ", ".join(
            sorted({d.entry.vintage for d in sources.deliveries if d.spec.registry is registry})
        )
        for registry in Registry
    }
    return Editions(
        p3ke=of[Registry.P3KE],
        bps=of[Registry.BPS],
        codes=config.regions.bridging.vintage,
        boundaries=f"{config.boundaries.publisher}, {config.boundaries.vintage}",
        reference_date=config.reference_date,
    )


def _origin(config: PipelineConfig, sources: Sources, villages: VillageMap) -> pd.DataFrame:
    """Return the table that says in every GeoPackage what it was made from."""
    rows = [(d.spec.title, d.label, d.sha256, d.entry.vintage) for d in sources.deliveries]
    table = pd.DataFrame(
        [(getattr(title, config.language), *rest) for title, *rest in rows],
        columns=["sumber", "berkas", "sha256", "edisi"],
    )
    report, declared = villages.report, config.boundaries
    table.loc[len(table)] = [declared.publisher, villages.label, report.sha256, declared.vintage]
    return table.astype("str")


def _in_words(reconciled: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return RECONCILED with the reasons of its pairs as sentences."""
    return reconciled.assign(alasan=sentences(reconciled["alasan"], language))
