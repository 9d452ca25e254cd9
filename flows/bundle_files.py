"""Edge module: the files of a bundle below a staging folder: its plain part, and what is to be sealed."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd

from flows.bundle_tables import read_layer, read_rows
from flows.csvfile import write_csv
from flows.outputs import AREA_LAYERS, DICTIONARY_TABLE, HOUSEHOLD_LAYERS
from flows.package import PACKAGE, Written, data_package, dictionary
from flows.publish import sha256
from flows.worklists import WORKLISTS
from flows.xlsxfile import write_xlsx
from geo.columns import data_dictionary
from geo.geopackage import write_geopackage
from geo.layers import HOUSEHOLD_LAYER, RESURVEY_LAYER
from geo.styles import layer_styles
from reconcile.bundle.ids import for_recipient, ids_in, own_only, replaced, without_other_records
from reconcile.bundle.plan import PAIRS, PEOPLE_OF_PAIRS, Cut, cut_of, kabupaten_cuts
from reconcile.bundle.settings import Recipient
from reconcile.disclosure import (
    AREA_LAYERS as AREA_PARTS,
)
from reconcile.disclosure import (
    DICTIONARY_FILE,
    MODES,
    NAMED_OUTPUT,
    Disclosure,
    allow,
    allowed,
)
from reconcile.disclosure import (
    HOUSEHOLD_LAYERS as HOUSEHOLD_PARTS,
)
from reconcile.vocab import Language

#: The plain tables again as one workbook; of offices without age, the identities too.
BOOK, SEALED_BOOK = "INTERNAL.xlsx", "TERBATAS.xlsx"
_LEVELS = ("desa", "kecamatan", "kabupaten")
_POINTS = (HOUSEHOLD_LAYER, RESURVEY_LAYER)
_SHEET_NAME = 31
_PACKAGES = {Disclosure.INTERNAL: PACKAGE, Disclosure.RESTRICTED: "datapackage-terbatas.json"}


@dataclass(frozen=True)
class Job:
    """What a bundle is made from and for: the folder of the run, its date, the recipient, the master key."""

    run: Path
    day: date
    recipient: Recipient
    key: bytes
    language: Language


@dataclass(frozen=True)
class Part:
    """A file of a bundle as it was before it was sealed: class, rows of a table, bytes, SHA-256."""

    path: str
    disclosure: Disclosure
    rows: int | None
    size: int
    sha256: str


@dataclass(frozen=True)
class Content:
    """What was written: its parts, and of an agency's bundle each id of the run with the one in its files."""

    parts: tuple[Part, ...]
    ids: Mapping[str, str]


def write_content(open_folder: Path, closed_folder: Path, job: Job) -> Content:
    """Write INTERNAL files below ``open_folder``, TERBATAS ones below ``closed_folder``; return what was.

    The same run and recipient give the same bytes. InputError where a file of the run cannot be read.
    """
    folders = {Disclosure.INTERNAL: open_folder, Disclosure.RESTRICTED: closed_folder}
    tables = _tables(job)
    layers = {} if job.recipient.agency else _layers(job)
    every = [*tables.values(), *layers.values()]
    if job.recipient.agency:
        new = for_recipient(ids_in(every), key=job.key, recipient=job.recipient.name)
    else:
        new = own_only(every)
    tables = {cut: replaced(table, new) for cut, table in tables.items()}
    parts = [*_write_tables(folders, tables, job), *_write_books(folders, tables, job)]
    if layers:
        parts += _write_layers(folders, {name: replaced(layer, new) for name, layer in layers.items()}, job)
    if job.recipient.restricted and not job.recipient.agency:
        parts += _copy_worklists(closed_folder, job)
    return Content(tuple(sorted(parts, key=lambda part: part.path)), new if job.recipient.agency else {})


def _tables(job: Job) -> dict[Cut, pd.DataFrame]:
    """Return the tables of the bundle, its own rows and columns only."""
    asked = job.recipient
    if asked.agency:
        cuts = [(cut_of(one.file, one.columns), one.rows) for one in asked.outputs]
        return {cut: read_rows(job.run, cut, asked.area, rows) for cut, rows in cuts}
    folder = Path(NAMED_OUTPUT.path).parent
    named = sorted(f"{folder.as_posix()}/{path.name}" for path in (job.run / folder).glob("*.csv"))
    tables = {
        cut: without_other_records(read_rows(job.run, cut, asked.area, {}))
        for cut in kabupaten_cuts(tuple(named), restricted=asked.restricted)
        if cut.areas
    }
    people = next((c for c in kabupaten_cuts((), restricted=asked.restricted) if not c.areas), None)
    if people is not None and people.output.path == PEOPLE_OF_PAIRS:
        pairs = next(table for cut, table in tables.items() if cut.output.path == PAIRS)
        kept = {"id_pasangan": tuple(pairs["id_pasangan"])}
        tables[people] = read_rows(job.run, people, asked.area, kept)
    return tables


def _write_tables(
    folders: Mapping[Disclosure, Path], tables: Mapping[Cut, pd.DataFrame], job: Job
) -> Iterator[Part]:
    """Write the CSV files with a dictionary of all, and what programs need to read those of each class."""
    written: dict[Disclosure, list[Written]] = {kind: [] for kind in folders}
    described = dictionary([*(cut.output for cut in tables), DICTIONARY_FILE], job.language)
    for cut, table in {**tables, Cut(DICTIONARY_FILE, ()): described}.items():
        # an office without age gets what is TERBATAS as a workbook with a password
        if not _in_book(cut, job):
            output = cut.output
            folder = folders[output.disclosure]
            path = folder / output.path
            path.parent.mkdir(parents=True, exist_ok=True)
            write_csv(path, allowed(output, table))
            part = _part(folder, path, output.disclosure, len(table))
            written[output.disclosure].append(Written(output, part.size, part.sha256))
            yield part
    for kind, files in written.items():
        if files:
            told = data_package(f"{job.run.name}-{job.recipient.name}", files, job.language)
            path = folders[kind] / _PACKAGES[kind]
            path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8", newline="\n")
            yield _part(path.parent, path, kind, None)


def _in_book(cut: Cut, job: Job) -> bool:
    return cut.output.disclosure is Disclosure.RESTRICTED and job.recipient.public_key is None


def _write_books(
    folders: Mapping[Disclosure, Path], tables: Mapping[Cut, pd.DataFrame], job: Job
) -> Iterator[Part]:
    """Write the tables as workbooks, a sheet per table: the plain ones, and those for a password."""
    closed = {cut: table for cut, table in tables.items() if _in_book(cut, job)}
    plain = {cut: table for cut, table in tables.items() if cut.output.disclosure is Disclosure.INTERNAL}
    for name, held, kind in (
        (BOOK, plain, Disclosure.INTERNAL),
        (SEALED_BOOK, closed, Disclosure.RESTRICTED),
    ):
        if held:
            path = folders[kind] / name
            for cut, table in held.items():
                allowed(cut.output, table)
            stems = {cut: _sheet(cut.output.path) for cut in held}
            write_xlsx(path, {stems[cut]: table for cut, table in held.items()})
            yield _part(path.parent, path, kind, sum(len(table) for table in held.values()))


def _sheet(path: str) -> str:
    return Path(path).stem[:_SHEET_NAME]


def _layers(job: Job) -> dict[str, gpd.GeoDataFrame]:
    area, asked = job.recipient.area, job.recipient
    areas = {name: read_layer(job.run / AREA_LAYERS, name, "kode", area) for name in _LEVELS}
    # a GeoPackage cannot have a password: without age no points leave
    if not asked.restricted or asked.public_key is None:
        return areas
    homes = {name: read_layer(job.run / HOUSEHOLD_LAYERS, name, "kode_desa", area) for name in _POINTS}
    return {**areas, **{name: gpd.GeoDataFrame(without_other_records(home)) for name, home in homes.items()}}


def _write_layers(
    folders: Mapping[Disclosure, Path], layers: Mapping[str, pd.DataFrame], job: Job
) -> Iterator[Part]:
    areas = {name: layer for name, layer in layers.items() if name in _LEVELS}
    yield _write_package(folders[Disclosure.INTERNAL], AREA_LAYERS, areas, Disclosure.INTERNAL, job)
    if len(areas) < len(layers):
        yield _write_package(
            folders[Disclosure.RESTRICTED], HOUSEHOLD_LAYERS, layers, Disclosure.RESTRICTED, job
        )


def _write_package(
    folder: Path, name: str, layers: Mapping[str, pd.DataFrame], kind: Disclosure, job: Job
) -> Part:
    allowed_parts = AREA_PARTS if kind is Disclosure.INTERNAL else HOUSEHOLD_PARTS
    tables = {**layers, DICTIONARY_TABLE: data_dictionary(layers, job.language)}
    for part, table in tables.items():
        allow(allowed_parts, part, table.columns)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    write_geopackage(
        path,
        tables,
        styles=layer_styles(layers, job.language),
        reference_date=job.day,
        language=job.language,
    )
    return _part(folder, path, kind, sum(len(layer) for layer in layers.values()))


def _copy_worklists(folder: Path, job: Job) -> Iterator[Part]:
    """Copy the lists that `padan worklists` wrote for the area; where a password seals, the books only."""
    source = job.run.parents[1] / WORKLISTS / job.run.name
    for regency in sorted(source.glob(f"{job.recipient.area}_*/")):
        for path in sorted(one for one in regency.rglob("*") if one.is_file()):
            if job.recipient.public_key is None and path.suffix != ".xlsx":
                continue
            copy = folder / WORKLISTS / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            yield _part(folder, copy, Disclosure.RESTRICTED, None)


def _part(folder: Path, path: Path, kind: Disclosure, rows: int | None) -> Part:
    path.chmod(MODES[kind])
    return Part(path.relative_to(folder).as_posix(), kind, rows, path.stat().st_size, sha256(path))


def rows_of(parts: Sequence[Part], kind: Disclosure) -> int:
    """Return how many rows the CSV files and the workbook for a password of one class hold."""
    tables = (p for p in parts if p.path.endswith(".csv") or p.path == SEALED_BOOK)
    return sum(part.rows or 0 for part in tables if part.disclosure is kind)
