"""Every file of a run is written here; its class and its columns are those of reconcile.disclosure."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from flows.config import PipelineConfig
from flows.csvfile import Lines, write_csv
from flows.deliveries import Sources
from flows.findings_files import (
    BY_FAMILY,
    BY_KABUPATEN,
    FINDINGS_BOOK,
    IDENTIFIED_BOOK,
    parts,
    write_findings_books,
)
from flows.memory import at_once
from flows.objection_form import FORM, write_objection_form
from flows.office import OFFICE_BOOK, write_office_book
from flows.package import PACKAGE, Written, data_package, dictionary
from flows.programs import BY_PROGRAM, named_parts
from flows.publish import sha256
from flows.review_books import write_review_books
from flows.review_run import REVIEW
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
from reconcile.disclosure import (
    AREA_LAYERS as AREA_PARTS,
)
from reconcile.disclosure import (
    CSV_OUTPUTS,
    DICTIONARY_FILE,
    MODES,
    NAMED_OUTPUT,
    Disclosure,
    Output,
    allow,
    allowed,
)
from reconcile.disclosure import (
    HOUSEHOLD_LAYERS as HOUSEHOLD_PARTS,
)
from reconcile.indicators import unplaced_families
from reconcile.linkage.reasons import sentences
from reconcile.objections import beside_cases
from reconcile.regions import Register
from reconcile.reports.blocks import Blocks
from reconcile.reports.findings import identified, report, summary
from reconcile.sources.quarantine_files import write_quarantine
from reconcile.sources.raw import unmarked
from reconcile.vocab import Language, Registry

#: What the matching learnt; a later run can be told to match with it.
PARAMETERS = "rekonsiliasi/parameter.json"
AREA_LAYERS = "layers/padan.gpkg"
HOUSEHOLD_LAYERS = "layers/keluarga.gpkg"
PROVENANCE_TABLE = "asal_data"
DICTIONARY_TABLE = "kamus_data"
#: What offices correct and send back: the open rows and values of the two tables in karantina/.
QUARANTINE_BOOK = "karantina/karantina.xlsx"

#: What its parts are the lines of.
FINDINGS_FILE = "temuan/temuan.csv"

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
    OFFICE_BOOK,
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
    findings = tables["findings"]
    rows = report(findings, households, register.villages, config.language, run=run, objected=objected)
    made = {
        **tables,
        **aside,
        "reconciled": households,
        "report": rows,
        "identified": identified(rows, findings, households),
        "summary": summary(findings, tables["indicators"], config.language),
        DICTIONARY_FILE.rows: dictionary((*CSV_OUTPUTS, NAMED_OUTPUT), config.language),
    }
    by_name = named_parts(config, sources, register, tables)
    (staging / "layers").mkdir(exist_ok=True)
    others = [
        partial(write_findings_books, staging, findings, made, config.language),
        partial(_write_maps, staging, config, sources, register, villages, made),
    ]
    # Arrow, compression and GDAL leave the other processor free
    with ThreadPoolExecutor(len(others)) as pool:
        begun = [pool.submit(one) for one in others] if at_once() > 1 else []
        written = list(_write_tables(staging, made, by_name, register.villages, config.language))
        _write_package(staging, run, written, config.language)
        _write_forms(staging, config, register, made, run=run)
        for writing in begun:
            writing.result()
    for one in others[len(begun) :]:
        one()


def _write_tables(
    staging: Path,
    tables: Mapping[str, Any],
    by_name: Iterable[tuple[Output, Blocks]],
    villages: pd.DataFrame,
    language: Language,
) -> Iterator[Written]:
    """Write the CSV files; the parts of the findings are lines of the whole, which are text already."""
    for output in CSV_OUTPUTS:
        yield _written(staging, output, partial(write_csv, table=allowed(output, tables[output.rows])))
    lines = Lines.of(staging / FINDINGS_FILE)
    for output, places in parts(tables["findings"], villages, language):
        yield _written(staging, output, partial(lines.write, places=places))
    for output, people in by_name:
        yield _written(staging, output, partial(write_csv, table=allowed(output, people)))


def _written(staging: Path, output: Output, write: Callable[[Path], None]) -> Written:
    """Have one CSV file written and return what is told of it."""
    path = staging / output.path
    path.parent.mkdir(exist_ok=True, parents=True)
    write(path)
    path.chmod(MODES[output.disclosure])
    return Written(output, path.stat().st_size, sha256(path))


def _write_forms(
    staging: Path, config: PipelineConfig, register: Register, tables: Mapping[str, Any], *, run: str
) -> None:
    """Write the workbooks that offices, reviewers and citizens fill in."""
    language = config.language
    book = write_quarantine(
        staging / QUARANTINE_BOOK, tables["quarantine"], tables["value_flags"], language=language
    )
    book.chmod(MODES[Disclosure.RESTRICTED])
    pairs, people = tables["review_pairs"], tables["review_people"]
    write_review_books(staging / REVIEW, pairs, people, config.review, run=run, language=language)
    write_objection_form(staging / FORM, language)
    write_office_book(staging, config, register, tables, run=run)


def _write_maps(
    staging: Path,
    config: PipelineConfig,
    sources: Sources,
    register: Register,
    villages: VillageMap,
    tables: Mapping[str, Any],
) -> None:
    """Write the GeoPackages, and what dashboards are made from."""
    households, tasks = tables["reconciled"], tables["tasks"]
    unplaced = unplaced_families(households, tables["findings"], tasks)
    origin = _origin(config, sources, villages)
    dated = editions(config, sources)
    areas = build_layers(tables["indicators"], unplaced, villages, register, dated)
    (staging / SERIES_FILE).parent.mkdir(exist_ok=True, parents=True)
    write_series(staging / SERIES_FILE, tables["series"])
    write_areas(staging, areas)
    _write_layers(staging / AREA_LAYERS, areas, unplaced, origin, config)
    points = {
        HOUSEHOLD_LAYER: household_layer(households, register),
        RESURVEY_LAYER: resurvey_layer(tasks, households, register),
    }
    _write_layers(staging / HOUSEHOLD_LAYERS, {**areas, **points}, unplaced, origin, config)


def _write_package(staging: Path, run: str, written: Sequence[Written], language: Language) -> None:
    """Write the Data Package that describes the CSV files."""
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
    restricted = HOUSEHOLD_LAYER in layers
    for name, table in tables.items():
        allow(HOUSEHOLD_PARTS if restricted else AREA_PARTS, name, table.columns)
    write_geopackage(
        path,
        tables,
        styles=layer_styles(layers, language),
        reference_date=config.reference_date,
        language=language,
    )
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
