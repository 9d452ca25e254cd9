"""Every file of a run: its path, its class of disclosure, its columns; one list to read and to extend.

A column that is not listed cannot reach a file: here for CSV and area layers, in geo.layers for the points of
households, in the quarantine workbook by its fields. TERBATAS holds identities, INTERNAL none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import geopandas as gpd
import pandas as pd

from flows.config import PipelineConfig
from flows.csvfile import write_csv
from flows.deliveries import Sources
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
from reconcile.indicators import INDICATORS, unplaced_families
from reconcile.linkage.reasons import sentences
from reconcile.regions import Register
from reconcile.resurvey import families_to_visit
from reconcile.sources.quarantine_files import write_quarantine
from reconcile.sources.raw import unmarked
from reconcile.tables import FINDINGS, QUARANTINE, RECONCILED, VALUE_FLAGS
from reconcile.vocab import Language, Registry


class Disclosure(StrEnum):
    """Who may see a file."""

    RESTRICTED = "TERBATAS"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True)
class Output:
    """One table written as CSV: ``columns`` is its allow-list."""

    path: str
    disclosure: Disclosure
    table: str
    columns: tuple[str, ...]


_RULE_SUMMARY = ("kode", "judul", "tingkat", "kab_kota", "jumlah")

CSV_OUTPUTS = (
    Output("temuan/temuan.csv", Disclosure.INTERNAL, "findings", tuple(FINDINGS.names)),
    Output("temuan/ringkasan.csv", Disclosure.INTERNAL, "summary", _RULE_SUMMARY),
    Output("indikator/indikator.csv", Disclosure.INTERNAL, "indicators", tuple(INDICATORS.names)),
    Output("rekonsiliasi/keluarga.csv", Disclosure.RESTRICTED, "reconciled", tuple(RECONCILED.names)),
    Output("karantina/baris.csv", Disclosure.RESTRICTED, "quarantine", tuple(QUARANTINE.names)),
    Output("karantina/nilai.csv", Disclosure.RESTRICTED, "value_flags", tuple(VALUE_FLAGS.names)),
)
#: What the matching learnt; a later run can be told to match with it.
PARAMETERS = "rekonsiliasi/parameter.json"
AREA_LAYERS = "layers/padan.gpkg"
HOUSEHOLD_LAYERS = "layers/keluarga.gpkg"
PROVENANCE_TABLE = "asal_data"
DICTIONARY_TABLE = "kamus_data"
#: What offices correct and send back: the open rows and values of the two tables in karantina/.
QUARANTINE_BOOK = "karantina/karantina.xlsx"

#: Only the owner reads identities; colleagues of the office read the rest.
MODES = {Disclosure.RESTRICTED: 0o600, Disclosure.INTERNAL: 0o640}


def write_outputs(
    staging: Path,
    config: PipelineConfig,
    sources: Sources,
    register: Register,
    villages: VillageMap,
    tables: Mapping[str, pd.DataFrame],
) -> None:
    """Write every output below ``staging``; ``tables`` are reconciled, findings and indicators."""
    aside = {
        "quarantine": sources.both("quarantine").assign(raw=lambda t: unmarked(t["raw"])),
        "value_flags": sources.both("value_flags").assign(original=lambda t: unmarked(t["original"])),
    }
    households = _in_words(tables["reconciled"], config.language)
    made = {**tables, **aside, "reconciled": households, "summary": _summary(tables["findings"])}
    for output in CSV_OUTPUTS:
        path = staging / output.path
        path.parent.mkdir(exist_ok=True)
        write_csv(path, made[output.table][list(output.columns)])
        path.chmod(MODES[output.disclosure])
    book = write_quarantine(
        staging / QUARANTINE_BOOK, aside["quarantine"], aside["value_flags"], language=config.language
    )
    book.chmod(MODES[Disclosure.RESTRICTED])
    (staging / "layers").mkdir(exist_ok=True)
    unplaced = unplaced_families(households, tables["findings"])
    origin = _origin(config, sources, villages)
    editions = _editions(config, sources)
    areas = build_layers(tables["indicators"], unplaced, villages, register, editions)
    points = {
        HOUSEHOLD_LAYER: household_layer(households, register),
        RESURVEY_LAYER: resurvey_layer(families_to_visit(tables["findings"]), households, register),
    }
    _write_layers(staging / AREA_LAYERS, areas, unplaced, origin, config)
    _write_layers(staging / HOUSEHOLD_LAYERS, {**areas, **points}, unplaced, origin, config)


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


def _editions(config: PipelineConfig, sources: Sources) -> Editions:
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


def _summary(findings: pd.DataFrame) -> pd.DataFrame:
    by = ["kode", "judul", "tingkat", "kab_kota"]
    return findings.groupby(by, dropna=False, sort=True).size().reset_index(name="jumlah")
