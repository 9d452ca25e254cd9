"""Edge module: the tables, series and polygons of a published run, as the report reads them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from flows.csvfile import read_csv
from flows.outputs import AREA_LAYERS
from flows.publish import MANIFEST
from flows.series import read_notes, read_series
from geo.report_map import Drawing, draw
from reconcile.errors import Fault, InputError
from reconcile.report.book import Book
from reconcile.report.changes import CAUSES_TABLE, FORMER_TABLE, MOVES_TABLE
from reconcile.report.desk import Issue
from reconcile.report.official import LISTED, courses
from reconcile.report.tables import INPUTS, RUN_TABLES, SETTINGS
from reconcile.report.tables import MANIFEST as MANIFEST_TABLE
from reconcile.series.areas import AT_LEVEL, WIDTH, Areas, at_level, carry
from reconcile.series.causes import causes
from reconcile.series.moves import former_counts, moves
from reconcile.sources.spec import load_source
from reconcile.vocab import Language

#: Vertices of the drawing on paper, where nobody zooms.
PAPER_VERTICES = 30_000


@dataclass(frozen=True, eq=False)
class Drawings:
    """The villages as a page shows them, and as paper does."""

    page: Drawing | None
    paper: Drawing | None


def read_manifest(run: Path) -> dict[str, Any]:
    """Return the manifest of a published run; InputError where it cannot be read."""
    try:
        told: dict[str, Any] = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
        date.fromisoformat(told["reference_date"])
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError([Fault.of("E_REPORT_TABLES", file=f"{run.name}/{MANIFEST}")]) from None
    return told


def read_book(run: Path, manifest: Mapping[str, Any], root: Path, issue: Issue) -> Book:
    """Return the tables of a run that there are, and what is reckoned from them.

    InputError where one is there and cannot be read, or there are no indicators.
    """
    tables, faults = {}, []
    for one in RUN_TABLES:
        if not (run / one.path).is_file():
            continue
        try:
            tables[one.name] = read_csv(run / one.path, one.columns, numbers=one.numbers)
        except (OSError, ValueError, KeyError):
            faults.append(Fault.of("E_REPORT_TABLES", file=f"{run.name}/{one.path}"))
    if "indikator" not in tables and not faults:
        faults.append(Fault.of("E_REPORT_TABLES", file=f"{run.name}/indikator/indikator.csv"))
    if faults:
        raise InputError(faults)
    day = date.fromisoformat(issue.day)
    tables[MANIFEST_TABLE] = _flat(manifest)
    tables[INPUTS] = _inputs(manifest, issue.language)
    tables[SETTINGS] = pd.DataFrame({"nama": ["small_cells"], "nilai": [float(issue.k)]})
    series = trend_series(root, day)
    if len(series):
        tables["seri"] = series
    tables |= change_tables(root, issue)
    return Book({**tables, **courses(tables, day, issue.language)})


def trend_series(root: Path, day: date) -> pd.DataFrame:
    """Return the indicator of the trend per kabupaten of ``day`` and date until it, newest versions only.

    Villages that changed their code are carried to the areas of the last of these runs, so that no line
    breaks where a kecamatan or kabupaten was split.
    """
    newest = {note.tanggal_acuan: note for note in read_notes(root) if note.tanggal_acuan <= day}
    notes = list(newest.values())
    if not notes:
        return AT_LEVEL.empty()
    rows = read_series(root, notes)
    names = {code: name for note in notes for code, name in note.wilayah.nama.items()}
    editions = {note.jalan: note.wilayah.edition for note in notes}
    listed = rows[rows["indikator"] == LISTED]
    return at_level(listed, Areas.of(notes[-1]), "kabupaten", editions, names)


def change_tables(root: Path, issue: Issue) -> dict[str, pd.DataFrame]:
    """Return what moved since the previous run, what may have moved it, and the counts of then.

    Nothing where there is no previous run, or the series of one of both is no longer kept.
    """
    notes = {note.jalan: note for note in read_notes(root)}
    if issue.previous not in notes or issue.run not in notes:
        return {}
    before, after = notes[issue.previous], notes[issue.run]
    areas, names = Areas.of(after), {**before.wilayah.nama, **after.wilayah.nama}
    series = read_series(root, [before])
    first, second = (
        at_level(rows, areas, "kabupaten", {note.jalan: note.wilayah.edition}, names)
        for note, rows in ((before, series), (after, read_series(root, [after])))
    )
    codes = series.loc[series["tingkat"] == "desa", "kode"].dropna().drop_duplicates()
    carried = carry(codes, areas, before.wilayah.edition)
    elsewhere = carried[
        carried["kode_lama"].str.slice(0, WIDTH["kabupaten"]) != carried["kode_kab"].fillna("")
    ]
    unlike = {*elsewhere["kode_kab"].dropna(), *elsewhere["kode_lama"].str.slice(0, WIDTH["kabupaten"])}
    return {
        MOVES_TABLE: moves(first, second, frozenset(str(code) for code in unlike)),
        CAUSES_TABLE: causes(before, after, codes),
        FORMER_TABLE: former_counts(first),
    }


def _flat(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Return the manifest as rows of path, number (a list as its length) and text."""
    rows = list(_leaves(manifest, ""))
    return pd.DataFrame(rows, columns=["jalur", "nilai", "teks"]).astype({"nilai": "float64"})


def _leaves(tree: Mapping[str, Any], path: str) -> Any:
    for name, value in tree.items():
        place = f"{path}.{name}" if path else name
        if isinstance(value, Mapping):
            yield from _leaves(value, place)
        elif isinstance(value, list):
            yield place, float(len(value)), None
        elif isinstance(value, int | float):
            yield place, float(value), None
        else:
            yield place, None, None if value is None else str(value)


def _inputs(manifest: Mapping[str, Any], language: Language) -> pd.DataFrame:
    rows = [
        (one["file"], getattr(load_source(one["source"]).title, language), one["vintage"], one["sha256"])
        for one in manifest["inputs"]
    ]
    table = pd.DataFrame(rows, columns=["berkas", "isi", "edisi", "sha256"], dtype="str")
    return table.sort_values(["isi", "berkas"], ignore_index=True)


def read_drawings(run: Path) -> Drawings:
    """Return the villages of a run as drawings, without any where it has no polygons."""
    try:
        layer = pyogrio.read_dataframe(run / AREA_LAYERS, layer="desa", columns=["kode"], use_arrow=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
        raise InputError([Fault.of("E_REPORT_TABLES", file=f"{run.name}/{AREA_LAYERS}")]) from None
    villages = gpd.GeoDataFrame(layer)
    return Drawings(draw(villages), draw(villages, most=PAPER_VERTICES))
