"""Small made-up series: what villages counted on which day, and notes of the runs that counted them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from reconcile.series.areas import Areas
from reconcile.series.note import Given, Note, Places, Ruled
from reconcile.series.tidy import SERIES
from reconcile.tables import FORMER

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = {
    "64.02": "Kutai Kartanegara",
    "64.07": "Kutai Barat",
    "64.02.06": "Muara Contoh",
    "64.02.19": "Muara Contoh Darat",
    "64.07.01": "Long Contoh",
    "64.02.06.1001": "Sungai Meranti Ulu",
    "64.02.06.2002": "Sungai Meranti Ilir",
    "64.02.19.2001": "Bukit Jati I",
    "64.02.19.2002": "Bukit Jati II",
    "64.07.01.2001": "Long Besiq",
}
#: What the same villages were called before kecamatan 64.02.06 was split.
OLD_NAMES = {
    **{code: name for code, name in NAMES.items() if not code.startswith("64.02.19")},
    "64.02.06.2005": "Bukit Jati I",
    "64.02.06.2006": "Bukit Jati II",
}
FORMER_ROWS = (("64.02.06.2005", 2022, "64.02.19.2001"), ("64.02.06.2006", 2022, "64.02.19.2002"))
BEFORE, AFTER = "2021-12-31-aaaa", "2026-03-31-bbbb"

Counts = dict[str | None, int]


def series(run: str, families: Counts, matched: Counts | None = None) -> pd.DataFrame:
    """Return SERIES of one run: families, and matched families, per village code (None: no village)."""
    told = {"n_keluarga": families, "n_cocok": matched or dict.fromkeys(families, 1)}
    rows = [
        {"indikator": name, "kode": code, "nilai": n}
        for name, counts in told.items()
        for code, n in counts.items()
    ]
    return SERIES.build(
        pd.DataFrame(rows).assign(
            tanggal_acuan=pd.Timestamp(run[:10]),
            jalan=run,
            tingkat="desa",
            satuan_nilai="keluarga",
            penghitung="padan",
            edisi="P3KE 2022",
        )
    )


def former(*rows: tuple[str, int | None, str]) -> pd.DataFrame:
    return FORMER.build(pd.DataFrame(list(rows), columns=FORMER.names))


def areas(*more: tuple[str, int | None, str]) -> Areas:
    """Return today's areas, with further dead codes."""
    return Areas(NAMES, former(*FORMER_ROWS, *more))


def note(run: str = AFTER, **changes: Any) -> Note:
    """Return the note of a run on today's areas, with what the test changes."""
    places = Places(
        edisi_kode="2025",
        edisi_batas="uji, 2025",
        sha256_batas="0" * 64,
        nama=NAMES,
        bekas=FORMER_ROWS,
    )
    given: dict[str, Any] = {
        "jalan": run,
        "tanggal_acuan": date.fromisoformat(run[:10]),
        "versi": 1,
        "seri": "",
        "padan": "0.1.0",
        "pustaka": {"pandas": "3.0"},
        "masukan": (Given(berkas="a.csv", sha256="1" * 64, sumber="p3ke_families_2022", edisi="2022"),),
        "manifes": "2" * 64,
        "pengaturan": {"matching.match": "0.9"},
        "aturan": {"I01": Ruled(versi=1, tingkat="T", keadaan="DIUJI")},
        "wilayah": places,
        "jawaban": {},
        "keputusan": {},
        "peristiwa": {},
        "total": {"n_keluarga": 10, "n_cocok": 4, "n_temuan": 3},
    }
    return Note(**{**given, **changes})


def old_places() -> Places:
    """Return the areas of a run before the split."""
    return Places(edisi_kode="2020", edisi_batas="uji, 2025", sha256_batas="0" * 64, nama=OLD_NAMES, bekas=())


def by_code(table: pd.DataFrame, indicator: str = "n_keluarga") -> Mapping[Any, float]:
    """Return code (None: missing) -> value of one indicator."""
    rows = table[table["indikator"] == indicator]
    codes = [None if pd.isna(code) else code for code in rows["kode"]]
    return dict(zip(codes, rows["nilai"], strict=True))
