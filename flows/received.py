"""Edge module: rows as they were received, cell by cell under their headings, from the delivered files."""

import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from flows.config import InputConfig, PipelineConfig
from reconcile.errors import InputError
from reconcile.sources.headings import plan_sheets
from reconcile.sources.raw import RawFile, unmarked
from reconcile.sources.readers import open_delivery
from reconcile.sources.records import split_records
from reconcile.sources.spec import load_source

COLUMNS = ("berkas", "lembar", "baris", "sha256", "kolom", "judul", "isi")


def rows_as_received(config: PipelineConfig, places: pd.DataFrame) -> pd.DataFrame:
    """Return COLUMNS: a row per cell of each record that ``places`` names, in the order of the files.

    ``places`` has source, source_file, source_sheet and source_row; each file is opened once. A file that is
    no longer there, or can no longer be read, has no rows here.
    """
    parts = [
        part
        for (source, label), rows in places.groupby(["source", "source_file"], sort=True)
        for raw in _opened(config, str(source), str(label))
        for part in _cells(raw, str(source), rows)
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS), dtype="str")


def _opened(config: PipelineConfig, source: str, label: str) -> Iterator[RawFile]:
    path, entry = next(_paths(config, source, label), (None, None))
    if path is None or entry is None:
        return
    password = os.environ.get(entry.password_variable) if entry.password_variable else None
    try:
        container = open_delivery(path, label=config.label(path), password=password)
    except InputError:
        return
    yield from (raw for raw in container.files if raw.label == label)


def _paths(config: PipelineConfig, source: str, label: str) -> Iterator[tuple[Path, InputConfig]]:
    """Return where a file lies that is named ``label``, or is the archive that it is a member of."""
    for entry in config.all_inputs():
        if entry.source == source:
            for path in config.files(entry.path):
                if config.label(path) == label or label.startswith(f"{config.label(path)}!"):
                    yield path, entry


def _cells(raw: RawFile, source: str, places: pd.DataFrame) -> Iterator[pd.DataFrame]:
    spec = load_source(source)
    for sheet, layout in plan_sheets(raw, spec).used:
        wanted = places.loc[places["source_sheet"] == sheet.name, "source_row"].drop_duplicates()
        if not len(wanted):
            continue
        records = split_records(sheet, layout, tuple(word.casefold() for word in spec.footer))
        at = pd.Index(records.rows).get_indexer(pd.Index(wanted.sort_values().astype("int64")))
        for place in at[at >= 0]:
            cells = unmarked(records.cells.iloc[place].astype("str"))
            yield pd.DataFrame(
                {
                    "berkas": raw.label,
                    "lembar": sheet.name,
                    "baris": str(records.rows[place]),
                    "sha256": raw.sha256,
                    "kolom": [str(n) for n in range(1, len(cells) + 1)],
                    "judul": list(layout.headings[: len(cells)]),
                    "isi": list(cells),
                }
            ).astype("str")
