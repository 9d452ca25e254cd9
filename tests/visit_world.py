"""Tasks and answers of a made-up village, for tests of the re-survey."""

from __future__ import annotations

from typing import Any

import pandas as pd

from reconcile.tables import RETURNS, TASKS

VILLAGE, OTHER = "64.02.05.2001", "64.02.05.2002"
DAY = "2026-03-31"


def tasks(*ids: str, **given: Any) -> pd.DataFrame:
    """Return TASKS asked of the households ``ids``, task TG-A for household A; ``given`` changes columns."""
    table = pd.DataFrame({"id_rekon": list(ids) or ["A", "B", "C"]}, dtype="str")
    said: dict[str, Any] = {
        "id_tugas": "TG-" + table["id_rekon"],
        "periode": "2026-TW1",
        "kode_desa": VILLAGE,
        "urutan": range(1, len(table) + 1),
        "status_tugas": "diminta",
        "alasan_kode": "hanya_satu_daftar",
        "alasan_dicek": "Pastikan.",
        "alasan_urutan": "Urutan 1.",
        "tingkat_temuan": "T",
        "diminta": DAY,
        "jatuh_tempo": "2026-05-15",
        **given,
    }
    return TASKS.build(table.assign(**said))


def returns(*lines: dict[str, Any]) -> pd.DataFrame:
    """Return RETURNS of the lines, each found on 10 April in the one workbook unless it says otherwise."""
    rows = [
        {
            "registry": "",
            "source": "visit_returns",
            "source_file": "jawaban.csv",
            "source_sha256": "0",
            "source_sheet": "",
            "source_row": number,
            "asal_berkas": "desa.xlsx",
            "asal_sha256": "1",
            "asal_lembar": "DAFTAR",
            "asal_baris": number,
            "hasil": "ditemukan",
            "tanggal": pd.Timestamp("2026-04-10"),
            **line,
        }
        for number, line in enumerate(lines, start=2)
    ]
    return RETURNS.build(pd.DataFrame(rows, columns=RETURNS.names))
