"""Edge module: the series of every run as Parquet, kept in ``riwayat/`` and never overwritten.

A series is kept before the pointer moves: first the table, then its note, each flushed and renamed into
place. A table without note is one whose run was stopped in between; the same run made again completes it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from flows.place import flush, fresh_file, put_file
from flows.publish import sha256
from reconcile.disclosure import AREA_PARQUET, MODES, SERIES_OUTPUT, Disclosure, allow, allowed
from reconcile.errors import Fault, InputError, PublishError
from reconcile.series.note import Note
from reconcile.series.tidy import SERIES

#: The series of a run, below its folder; and where all of them are kept, below the output folder.
SERIES_FILE = "indikator/seri.parquet"
KEPT = "riwayat"
#: Layer -> its indicators with polygons, for dashboards.
AREA_FILES = {name: f"indikator/{name}.parquet" for name in ("desa", "kecamatan", "kabupaten")}


def write_series(path: Path, series: pd.DataFrame) -> None:
    """Write SERIES as Parquet: the same table, the same bytes."""
    cleared = allowed(SERIES_OUTPUT, series[SERIES.names]).whole()
    table = pa.Table.from_pandas(cleared, preserve_index=False)
    place = table.schema.get_field_index("tanggal_acuan")
    days = table.column(place).cast(pa.date32())
    table = table.set_column(place, pa.field("tanggal_acuan", pa.date32()), days)
    # pandas' own note on the table names its version
    pq.write_table(table.replace_schema_metadata(None), path, compression="zstd")
    path.chmod(MODES[Disclosure.INTERNAL])


def write_areas(folder: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Write the layers desa, kecamatan and kabupaten (EPSG:4326) below ``folder`` as GeoParquet."""
    for name, file in AREA_FILES.items():
        allow(AREA_PARQUET, name, layers[name].columns)
        layers[name].to_parquet(folder / file, index=False, compression="zstd")
        (folder / file).chmod(MODES[Disclosure.INTERNAL])


def keep_series(output_root: Path, note: Note, published: Path) -> Note:
    """Keep the series of ``published`` with its note and return the note as it is kept.

    The version follows the last one of its reference date. What is there already with the same bytes stays;
    PublishError where something else is there under the name of the run.
    """
    folder = output_root / KEPT / note.tanggal_acuan.isoformat()
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    name, source = published.name, published / SERIES_FILE
    digest = sha256(source)
    table, told = folder / f"{name}.parquet", folder / f"{name}.json"
    kept = read_notes(output_root)
    same_day = [one.versi for one in kept if one.tanggal_acuan == note.tanggal_acuan and one.jalan != name]
    earlier = next((one for one in kept if one.jalan == name), None)
    number = earlier.versi if earlier else max(same_day, default=0) + 1
    note = note.model_copy(update={"jalan": name, "seri": digest, "versi": number})
    if (table.exists() and sha256(table) != digest) or (earlier and earlier.manifes != note.manifes):
        raise PublishError([Fault.of("E_SERIES_KEPT", file=f"{KEPT}/{folder.name}/{name}.parquet")])
    if not table.exists():
        _place(table, source.read_bytes())
    if not told.exists():
        _place(told, (note.model_dump_json(indent=1) + "\n").encode())
    flush(folder.parent)
    return note


def _place(path: Path, content: bytes) -> None:
    put_file(fresh_file(path, lambda fresh: fresh.write_bytes(content), MODES[Disclosure.INTERNAL]), path)


def read_notes(output_root: Path) -> list[Note]:
    """Return the notes of all kept runs, by date and version; InputError names broken ones."""
    notes, faults = [], []
    for path in sorted((output_root / KEPT).glob("*/*.json")):
        if path.name.startswith("."):
            continue
        try:
            notes.append(Note.model_validate_json(path.read_bytes()))
        except (OSError, ValidationError):
            faults.append(Fault.of("E_SERIES_BROKEN", file=f"{KEPT}/{path.parent.name}/{path.name}"))
    if faults:
        raise InputError(faults)
    return sorted(notes, key=lambda note: note.order)


def read_series(output_root: Path, notes: Iterable[Note]) -> pd.DataFrame:
    """Return SERIES of the runs of ``notes`` together; InputError where one is gone or changed."""
    tables, faults = [], []
    for note in notes:
        path = output_root / KEPT / note.tanggal_acuan.isoformat() / f"{note.jalan}.parquet"
        if not path.is_file() or sha256(path) != note.seri:
            faults.append(Fault.of("E_SERIES_BROKEN", file=f"{KEPT}/{path.parent.name}/{path.name}"))
            continue
        table = pq.read_table(path)
        # a run that was published again under another number keeps its own name
        place = table.schema.get_field_index("jalan")
        named = pa.array([note.jalan], pa.string()).take(pa.array([0] * len(table), pa.int32()))
        tables.append(table.set_column(place, "jalan", named))
    if faults:
        raise InputError(faults)
    if not tables:
        return SERIES.empty()
    whole = pa.concat_tables(tables, promote_options="permissive")
    place = whole.schema.get_field_index("tanggal_acuan")
    days = whole.column(place).cast(pa.timestamp("s"))
    return SERIES.build(whole.set_column(place, "tanggal_acuan", days).to_pandas())
