"""A small set of every kind of file that a run writes, published as a run publishes it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import gpkg_world
import pandas as pd
import series_world

from flows.csvfile import write_csv
from flows.key import load_key
from flows.objection_form import write_objection_form
from flows.publish import publish, run_lock, staging_folder
from flows.retention import RetentionSettings
from flows.series import SERIES_FILE, keep_series, write_series
from flows.xlsxfile import write_xlsx
from reconcile.vocab import Language

if TYPE_CHECKING:
    from pathlib import Path

#: The runs that are published one after the other; the third is killed, and removes the first.
OLDEST, OLD, NEW = "2025-12-31-aaaa", "2026-03-31-aaaa", "2026-03-31-bbbb"
_TABLE = pd.DataFrame({"kasus": ["KS-1", "KS-2"], "arti": ["=1+1", "b" * 5000]}, dtype="str")


def publish_small(root: Path, run: str) -> Path:
    """Publish a small set as ``run`` below ``root``, under the lock, and return its folder."""
    with run_lock(root):
        load_key(root)
        with staging_folder(root, run) as staging:
            for folder in ("temuan", "indikator", "layers"):
                (staging / folder).mkdir()
            write_csv(staging / "temuan/temuan.csv", _TABLE.assign(jalan=run))
            write_xlsx(staging / "temuan/temuan.xlsx", {"temuan": _TABLE})
            write_objection_form(staging / "formulir.xlsx", Language.INDONESIAN)
            write_series(staging / SERIES_FILE, series_world.series(run, {"64.02.06.1001": 3}))
            gpkg_world.write(staging / "layers/padan.gpkg")
            keep = partial(keep_series, root, series_world.note(run))
            manifest: dict[str, object] = {"padan": "1", "history": {"run": None}}
            return publish(staging, root, run, manifest, keep, retention=RetentionSettings(runs=2))
