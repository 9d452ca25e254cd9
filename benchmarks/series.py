"""How long the history of a province takes to read, to bring to today's areas, and to compare.

    python -m benchmarks.series                               # 1,038 villages, 40 quarters
    python -m benchmarks.series --villages 200 --quarters 8

Made-up counts of every indicator; every tenth quarter a twentieth of the villages gets another code. Seconds
are those of this process; MB is what the series take on disk.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from flows.series import KEPT, SERIES_FILE, keep_series, read_notes, read_series, write_series
from reconcile.indicators import COUNT_NAMES
from reconcile.series.areas import Areas, at_level
from reconcile.series.compare import compare
from reconcile.series.note import Note, Places, newest
from reconcile.series.tidy import SERIES, unit_of
from reconcile.series.trend import Scale, trend
from reconcile.vocab import Language

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import series_world as world

PROVINCE, QUARTERS = 1_038, 40
T = TypeVar("T")


def timed(what: str, work: Callable[[], T]) -> T:
    """Return what ``work`` returns, and print its seconds."""
    start = time.perf_counter()
    done = work()
    print(f"{what}: {time.perf_counter() - start:.2f} s")
    return done


def codes_of(villages: int, edition: int) -> list[str]:
    """Return the village codes of an edition: of each a twentieth has moved to a kecamatan of its own."""
    places = range(villages)
    return [
        f"64.{n % 10:02}.{(n // 100) + (50 + n % 5 if n % 20 < edition else 0):02}.{2000 + n}" for n in places
    ]


def quarter(villages: int, number: int, quarters: int) -> tuple[Note, pd.DataFrame]:
    """Return note and series of one quarter."""
    edition = 10 * number // quarters
    codes = codes_of(villages, edition)
    year, month = 2016 + number // 4, 3 * (number % 4) + 3
    day = date(year, month, 30)
    former = {
        (old, 2000 + later, new)
        for later in range(1, edition + 1)
        for old, new in zip(codes_of(villages, later - 1), codes_of(villages, later), strict=True)
        if old != new
    }
    names = {code[:width]: code[:width] for code in codes for width in (5, 8, 13)}
    places = Places(
        edisi_kode="x", edisi_batas="x", sha256_batas="x", nama=names, bekas=tuple(sorted(former))
    )
    run = f"{day.isoformat()}-{number:04}"
    lot = np.random.default_rng(number)
    values = lot.poisson(200, (villages + 1, len(COUNT_NAMES))).astype(float)
    wide = pd.DataFrame(values, columns=COUNT_NAMES).assign(kode=[*codes, None])
    long = wide.melt("kode", var_name="indikator", value_name="nilai")
    long = long.assign(
        tanggal_acuan=pd.Timestamp(day),
        jalan=run,
        tingkat="desa",
        satuan_nilai=long["indikator"].map({name: unit_of(name) for name in COUNT_NAMES}),
        penghitung="padan",
        edisi="P3KE 2023; BPS 2026; kode 2025; batas contoh, 2025",
    )
    return world.note(run, wilayah=places), SERIES.build(long[[c for c in SERIES.names if c in long]])


def main() -> None:
    """Print a line per step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--villages", type=int, default=PROVINCE)
    parser.add_argument("--quarters", type=int, default=QUARTERS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        start = time.perf_counter()
        for number in range(given.quarters):
            note, series = quarter(given.villages, number, given.quarters)
            published = root / "runs" / note.jalan
            (published / "indikator").mkdir(parents=True)
            write_series(published / SERIES_FILE, series)
            keep_series(root, note, published)
        size = sum(path.stat().st_size for path in (root / KEPT).rglob("*") if path.is_file()) / 1e6
        print(f"made and kept: {time.perf_counter() - start:.2f} s, {size:.1f} MB")
        notes = timed("notes read", lambda: newest(read_notes(root)))
        series = timed("series read", lambda: read_series(root, notes))
        print(f"{len(series):,} rows")
        areas = Areas.of(notes[-1])
        editions = {note.jalan: note.wilayah.edition for note in notes}
        table = timed("all at kabupaten", lambda: at_level(series, areas, "kabupaten", editions, {}))
        village = timed("all at desa", lambda: at_level(series, areas, "desa", editions, {}))
        states = village.drop_duplicates(["jalan", "kode"])["status"].value_counts()
        print(f"status of the codes: {states.to_dict()}")
        first, last = (village[village["jalan"] == note.jalan] for note in (notes[0], notes[-1]))
        timed("two quarters compared at desa", lambda: compare(first, last))
        families = table[table["indikator"] == "n_keluarga"]
        until = date(2030, 12, 31)
        timed("trend", lambda: trend(families, Scale.LOG, until=until, language=Language.INDONESIAN))


if __name__ == "__main__":
    main()
