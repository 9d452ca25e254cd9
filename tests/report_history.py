"""What came before the made-up run of report_world: five quarters of series, and a split."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import report_world as world

from flows.series import write_series
from reconcile.indicators import COUNT_NAMES, INDICATORS
from reconcile.series.note import Given, Note, Places, Ruled
from reconcile.series.tidy import run_series

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

#: Runs before, with how many families there were against today.
BEFORE = {
    "2025-03-31-aaa": 1.7,
    "2025-06-30-bbb": 1.5,
    "2025-09-30-ccc": 1.3,
    "2025-12-31-def": 1.15,
}
PREVIOUS = "2025-12-31-def"
#: Two villages of kecamatan 64.02.02 were in 64.02.01 until 2025.
SPLIT = {"64.02.02.2003": "64.02.01.2013", "64.02.02.2004": "64.02.01.2014"}
_ROWS = tuple((old, 2025, new) for new, old in SPLIT.items())
_VINTAGES = "P3KE 2022; BPS 2026"


def series_of(run: str) -> pd.DataFrame:
    """Return SERIES of one of the runs before."""
    codes = [*world.villages()["kode"], None]
    base = world.counts(np.random.default_rng(7), len(codes), BEFORE[run])
    indicators = INDICATORS.build(world.levels(base.assign(kode=codes), COUNT_NAMES))
    series = run_series(indicators, day=run[:10], run=run, vintages=_VINTAGES)
    return series.assign(kode=series["kode"].replace(SPLIT))


def series_now(made: world.Made) -> pd.DataFrame:
    """Return SERIES of the run itself."""
    return run_series(made.tables["indikator"], day=world.DAY, run=world.RUN, vintages=_VINTAGES)


def note_of(run: str, seri: str = "") -> Note:
    """Return the note of a run: of the last one with the split, another file and a changed rule."""
    villages, last = world.villages(), run == world.RUN
    names = dict(zip(villages["kode"], villages["nama"], strict=True))
    names |= {code[:8]: f"Kec. {code[:8]}" for code in names} | world.KABUPATEN
    if not last:
        names = {SPLIT.get(code, code): name for code, name in names.items()}
    places = Places(
        edisi_kode="2026" if last else "2024",
        edisi_batas="uji, 2025",
        sha256_batas="0" * 64,
        nama=names,
        bekas=_ROWS if last else (),
    )
    files = [Given(berkas="a.csv", sha256="1" * 64, sumber="p3ke_families_2022", edisi="2022")]
    if last:
        files.append(Given(berkas="b.csv", sha256="3" * 64, sumber="dtsen_families_v3", edisi="2026"))
    return Note(
        jalan=run, tanggal_acuan=date.fromisoformat(run[:10]), versi=1, seri=seri, padan="0.1.0",
        pustaka={}, masukan=tuple(files), manifes="2" * 64, pengaturan={"matching.match": "0.9"},
        aturan={"I01": Ruled(versi=2 if last else 1, tingkat="T", keadaan="DIUJI")}, wilayah=places,
        jawaban={"diterapkan": 320 if last else 120}, keputusan={}, peristiwa={}, total={},
    )  # fmt: skip


def keep(root: Path, made: world.Made) -> None:
    """Keep the series of all runs below ``root``, as publishing does."""
    for run in (*BEFORE, world.RUN):
        folder = root / "riwayat" / run[:10]
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{run}.parquet"
        write_series(path, series_now(made) if run == world.RUN else series_of(run))
        note = note_of(run, sha256(path.read_bytes()).hexdigest())
        (folder / f"{run}.json").write_text(note.model_dump_json(), encoding="utf-8")
