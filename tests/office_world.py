"""Small sheets of offices: lines as they come back, and the tables that a report reads of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from reconcile.office.audits import follow_ups
from reconcile.office.matrix import plan_matrix
from reconcile.office.settings import Known, Planned
from reconcile.office.tables import FOLLOW_UPS, PLANS
from reconcile.office.vocab import Strategy
from reconcile.tables import QUARANTINE, VALUE_FLAGS, Table
from reconcile.vocab import Language

KNOWN = Known(
    (
        Planned("pkh", "PKH", ("PKH", "pkh"), "Dinas Sosial", Strategy.BURDEN, "keluarga", personal=True),
        Planned("jalan", "Jalan desa", ("Jalan desa", "jalan"), "Dinas PU", None, "km", personal=False),
    ),
    ("Dinas Sosial", "Dinas PU", "Inspektorat"),
    {"64.02": "Kutai Kartanegara", "64.71": "Kota Balikpapan"},
)
LINE = {
    "tahun": 2026, "triwulan": "1", "program": "PKH", "opd": "Dinas Sosial",
    "wilayah": "64.02 Kutai Kartanegara",
    "target": 100.0, "realisasi": 40.0, "anggaran": 1000.0, "realisasi_anggaran": 250.0,
}  # fmt: skip
AUDIT = {
    "nomor": "1.a/LHP/05/2026", "auditor": "bpk", "tahun_rekomendasi": 2025,
    "pokok": "Perbaiki daftar penerima",
    "opd": "Dinas Sosial", "jatuh_tempo": "2026-02-28", "status_tl": "belum_sesuai",
}  # fmt: skip
NONE = VALUE_FLAGS.empty(), QUARANTINE.empty()


def _rows(table: Table, base: dict[str, Any], changes: tuple[dict[str, Any], ...]) -> pd.DataFrame:
    rows = pd.DataFrame([{**base, **change} for change in changes])
    rows = rows.assign(registry="acuan", source=table.name, source_sha256="0" * 64, source_sheet="LEMBAR")
    for name in ("jatuh_tempo", "tanggal_tl"):
        if name in rows:
            rows[name] = pd.to_datetime(rows[name])
    file = rows["source_file"].fillna("dinsos.xlsx") if "source_file" in rows else "dinsos.xlsx"
    return table.build(rows.assign(source_file=file, source_row=range(5, 5 + len(rows))))


def plans(*changes: dict[str, Any]) -> pd.DataFrame:
    """Return PLANS, a line per change of LINE, from row 5 on."""
    return _rows(PLANS, LINE, changes)


def audits(*changes: dict[str, Any]) -> pd.DataFrame:
    """Return FOLLOW_UPS, a line per change of AUDIT, from row 5 on."""
    return _rows(FOLLOW_UPS, AUDIT, changes)


def reported(areas: dict[str, str], day: date) -> dict[str, pd.DataFrame]:
    """Return the tables of sheets that a report reads: one office told all, others a little."""
    programs = (
        Planned("pkh", "PKH", ("PKH",), "Dinas Sosial", Strategy.BURDEN, "keluarga", personal=True),
        Planned("jalan", "Jalan desa", ("Jalan desa",), "Dinas PU", Strategy.POCKETS, "km", personal=False),
        Planned("latih", "Pelatihan", ("Pelatihan",), "Disnaker", Strategy.INCOME, "orang", personal=True),
    )
    known = Known(programs, ("Dinas Sosial", "Dinas PU", "Disnaker", "Inspektorat"), areas)
    lines: list[dict[str, Any]] = [
        {"wilayah": kab, "target": 100.0 + n, "realisasi": 40.0, "anggaran": 2e9, "realisasi_anggaran": 7.5e8}
        for n, kab in enumerate(areas)
    ]
    road = {"program": "Jalan desa", "opd": "Dinas PU", "wilayah": "64.02", "realisasi": None}
    lines.append({**road, "target": 3.0, "anggaran": 5e9, "realisasi_anggaran": None})
    small = {"program": "Pelatihan", "opd": "Disnaker", "wilayah": "64.71", "target": 20.0, "realisasi": 3.0}
    lines.append({**small, "anggaran": 1e8, "realisasi_anggaran": 2e7})
    lines.append({**small, "wilayah": "64.01", "realisasi": -1.0})
    done = {"status_tl": "sesuai", "no_bukti": "SK-7", "nomor": "2/LHP/2025", "opd": "Inspektorat"}
    recommended = [{}, done, {"nomor": "3/LHP/2025", "jatuh_tempo": "2026-06-30", "status_tl": None}]
    said = Language.INDONESIAN
    matrix = plan_matrix(plans(*lines), NONE, known, year=day.year, quarter=1, cumulative=True, language=said)
    followed = follow_ups(audits(*recommended), NONE, known, day=day, language=said)
    return {"matriks": matrix.table, "tindak_lanjut": followed.table}
