"""Edge module: the lists of a published run, read from its own files, and their files per kabupaten."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from flows.csvfile import read_csv
from flows.evaluate import HOUSEHOLDS
from flows.formbook import write_forms
from flows.history import TASKS_FILE
from flows.outputs import AREA_LAYERS
from flows.phone_forms import write_odk
from flows.publish import MANIFEST
from geo.fieldwork import write_qfield
from reconcile.disclosure import MODES, Disclosure
from reconcile.errors import Fault, InputError
from reconcile.language import text
from reconcile.reports.findings import file_part
from reconcile.reports.forms import FormBook
from reconcile.resurvey.handover import handover_book
from reconcile.resurvey.village_book import village_book
from reconcile.resurvey.village_words import ListOf, Round
from reconcile.resurvey.worklist import worklist
from reconcile.sources.spec import PEOPLE, load_source
from reconcile.tables import RECONCILED, TASKS, VILLAGES, WORKLIST, Table
from reconcile.vocab import FieldForm, Language, TaskStatus

#: What is read of a run's households: what the lists show, and what the table cannot be without.
_SHOWN = {*WORKLIST.names, "id_tinjau", "desa_kode_p3ke", "desa_kode_bps", "desa_nama_p3ke", "desa_nama_bps"}
_READ = [column.name for column in RECONCILED.columns if column.required or column.name in _SHOWN]
HANDOVER = "rekap.xlsx"
UNPLACED, NOWHERE = "tanpa_desa.xlsx", "tanpa_kabupaten"


@dataclass(frozen=True, eq=False)
class Lists:
    """The lists of a run: what they share, WORKLIST, VILLAGES, and the polygons of the layer ``desa``."""

    round: Round
    lines: pd.DataFrame
    villages: pd.DataFrame
    polygons: gpd.GeoDataFrame


@dataclass(frozen=True, eq=False)
class Regency:
    """The part of one kabupaten (code and name are empty for families of no kabupaten)."""

    code: str
    name: str
    lines: pd.DataFrame

    @property
    def folder(self) -> str:
        """Return the name of its folder."""
        return f"{self.code}_{file_part(self.name)}" if self.code else NOWHERE


def read_lists(run: Path, language: Language, contact: str) -> Lists:
    """Return the lists of the published ``run``: the families that it asks for, nobody else.

    InputError where a file of the run cannot be read.
    """
    tasks, reconciled = (
        _table(run, TASKS_FILE, TASKS, TASKS.names),
        _table(run, HOUSEHOLDS, RECONCILED, _READ),
    )
    polygons, manifest = _polygons(run), _manifest(run)
    villages = _villages(polygons)
    asked = tasks[tasks["status_tugas"] == TaskStatus.ASKED]
    shared = Round(
        run.name,
        str(asked["periode"].max()),
        manifest["reference_date"],
        tuple(_sources(manifest, language)),
        contact,
        language,
    )
    return Lists(shared, worklist(tasks, reconciled, villages), villages, polygons)


def _table(run: Path, name: str, table: Table, columns: list[str]) -> pd.DataFrame:
    counts = [c.name for c in table.columns if c.kind in {"whole", "number"} and c.name in columns]
    try:
        return table.build(read_csv(run / name, columns, numbers=counts))
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError([Fault.of("E_WORKLIST_FILES", file=f"{run.name}/{name}")]) from None


def _polygons(run: Path) -> gpd.GeoDataFrame:
    try:
        return gpd.GeoDataFrame(pyogrio.read_dataframe(run / AREA_LAYERS, layer="desa", use_arrow=True))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
        raise InputError([Fault.of("E_WORKLIST_FILES", file=f"{run.name}/{AREA_LAYERS}")]) from None


def _manifest(run: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError([Fault.of("E_WORKLIST_FILES", file=f"{run.name}/{MANIFEST}")]) from None
    return told


def _villages(areas: pd.DataFrame) -> pd.DataFrame:
    """Return VILLAGES of the layer of villages; a code holds those of its kecamatan and kabupaten."""
    code = areas["kode"]
    named = {"kode_desa": code, "kode_kec": code.str.slice(0, 8), "kode_kab": code.str.slice(0, 5)}
    names = {"nama_desa": "nama", "nama_kec": "nama_kec", "nama_kab": "nama_kab", "kode_desa_bps": "kode_bps"}
    return VILLAGES.build(pd.DataFrame({**named, **{ours: areas[theirs] for ours, theirs in names.items()}}))


def _sources(manifest: Mapping[str, Any], language: Language) -> Iterator[str]:
    """Return the lists that the run compared, each with its edition, once."""
    told: dict[str, None] = {}
    for one in manifest["inputs"]:
        spec = load_source(one["source"])
        if spec.content in PEOPLE:
            title = getattr(spec.title, language)
            told[text("guide_source", language, title=title, vintage=one["vintage"])] = None
    yield from sorted(told)


def regencies(lines: pd.DataFrame) -> Iterator[Regency]:
    """Return WORKLIST parted by kabupaten, those of no kabupaten first."""
    for code, part in lines.groupby(lines["kode_kab"].fillna(""), sort=True):
        name = next(iter(part["nama_kab"].dropna()), "")
        yield Regency(str(code), name, part.reset_index(drop=True))


def write_form(
    form: FieldForm, folder: Path, parts: Sequence[Regency], lists: Lists
) -> list[tuple[Regency, Path]]:
    """Write the files of one form below ``folder``, all TERBATAS; return each with its kabupaten."""
    if form is FieldForm.WORKBOOK:
        return _write_books(folder, parts, lists)
    write = {FieldForm.PHONE: _write_odk, FieldForm.QFIELD: _write_qfield}[form]
    return [(part, path) for part in parts for path in write(folder, part, lists)]


def _write_odk(folder: Path, part: Regency, lists: Lists) -> list[Path]:
    told = lists.round
    place = folder / part.folder / "odk"
    return write_odk(
        place, part.lines, lists.villages, run=told.run, period=told.period, language=told.language
    )


def _write_qfield(folder: Path, part: Regency, lists: Lists) -> list[Path]:
    told = lists.round
    path = folder / part.folder / "qfield" / f"verval_{part.code or NOWHERE}.gpkg"
    path.parent.mkdir(parents=True)
    write_qfield(path, part.lines, lists.polygons, run=told.run, period=told.period, language=told.language)
    return [path]


def _write_books(folder: Path, parts: Sequence[Regency], lists: Lists) -> list[tuple[Regency, Path]]:
    """Write a workbook per village, one for the families without village, and who was handed what."""
    told = lists.round
    written: list[tuple[Regency, Path]] = []
    for part in parts:
        inside = dict(books_of(part))
        books = {path: village_book(lines, ListOf.of(lines, told)) for path, lines in inside.items()}
        if part.code:
            names = {path.removeprefix(f"{part.folder}/"): lines for path, lines in inside.items()}
            books[f"{part.folder}/{HANDOVER}"] = handover_book(part.name, names, told)
        for path, book in books.items():
            _write_book(folder / path, book, told.language)
            written.append((part, folder / path))
    return written


def _write_book(path: Path, book: FormBook, language: Language) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_forms(path, book, language=language)
    path.chmod(MODES[Disclosure.RESTRICTED])


def books_of(part: Regency) -> Iterator[tuple[str, pd.DataFrame]]:
    """Return path and WORKLIST lines of each workbook of a kabupaten."""
    for _, lines in part.lines.groupby(part.lines["kode_desa"].fillna(""), sort=True):
        first = lines.iloc[0]
        if pd.isna(first["kode_desa"]):
            yield f"{part.folder}/{UNPLACED}" if part.code else f"{NOWHERE}.xlsx", lines
        else:
            district = f"{first['kode_kec']}_{file_part(first['nama_kec'])}"
            village = f"{first['kode_desa']}_{file_part(first['nama_desa'])}.xlsx"
            yield f"{part.folder}/{district}/{village}", lines
