"""What one published run was made from, in short: kept beside its series, longer than the run itself.

A note holds no path of a person, no contact, no decision's author: it is INTERNAL. It is what `padan history`
explains a change with, when the files of the run are long gone.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from reconcile.tables import FORMER


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Given(_Kept):
    """One delivered file: its name, its SHA-256, the kind of source, its edition."""

    berkas: str
    sha256: str
    sumber: str
    edisi: str


class Ruled(_Kept):
    """One rule of the run: its version, its severity there, whether it was tested."""

    versi: int
    tingkat: str
    keadaan: str


class Places(_Kept):
    """The areas of the run: code -> name of every level, and the dead codes as rows of FORMER."""

    edisi_kode: str
    edisi_batas: str
    sha256_batas: str
    nama: Mapping[str, str]
    bekas: tuple[tuple[str, int | None, str], ...]

    @property
    def edition(self) -> int | None:
        """Return the year of the codes, where the edition begins with one."""
        year = self.edisi_kode[:4]
        return int(year) if len(year) == 4 and year.isdigit() else None

    def former(self) -> pd.DataFrame:
        """Return the dead codes as FORMER."""
        return FORMER.build(pd.DataFrame(list(self.bekas), columns=FORMER.names))


class Note(_Kept):
    """What a run was made from; ``versi`` counts the runs of one reference date, the newest last.

    ``pengaturan`` is key -> value of every setting that changes numbers, ``jawaban``, ``keputusan`` and
    ``peristiwa`` are counts by AnswerStatus and VisitResult, by PairDecision, by IdEvent. ``total`` are the
    counts of the whole province. ``seri`` is the SHA-256 of the series.
    """

    jalan: str
    tanggal_acuan: date
    versi: int
    seri: str
    padan: str
    pustaka: Mapping[str, str]
    masukan: tuple[Given, ...]
    manifes: str
    pengaturan: Mapping[str, str]
    aturan: Mapping[str, Ruled]
    wilayah: Places
    jawaban: Mapping[str, int]
    keputusan: Mapping[str, int]
    peristiwa: Mapping[str, int]
    total: Mapping[str, int]
    sebelumnya: str | None = None

    @property
    def order(self) -> tuple[date, int]:
        """Return what versions are ordered by."""
        return self.tanggal_acuan, self.versi


def settings_of(parts: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return every setting under its dotted key, sorted: {"matching": {"match": 0.9}} -> matching.match."""
    flat: dict[str, str] = {}
    open_parts: list[tuple[str, Any]] = list(parts.items())
    while open_parts:
        key, value = open_parts.pop()
        if isinstance(value, Mapping) and value:
            open_parts += [(f"{key}.{name}", inner) for name, inner in value.items()]
        else:
            flat[key] = _said(value)
    return dict(sorted(flat.items()))


def _said(value: Any, between: str = ", ") -> str:
    """Return a setting as text; what is empty as a dash, a list in a list with plus signs."""
    if isinstance(value, list | tuple) and value:
        return between.join(_said(one, "+") for one in value)
    return "-" if value is None or value in ("", [], (), {}) else str(value)


def former_rows(former: pd.DataFrame) -> tuple[tuple[str, int | None, str], ...]:
    """Return FORMER as rows that a note can hold."""
    years = [None if pd.isna(year) else int(year) for year in former["sampai"]]
    return tuple(zip(former["kode_lama"], years, former["kode_desa"], strict=True))


def names_of(villages: pd.DataFrame) -> dict[str, str]:
    """Return code -> official name of every desa, kecamatan and kabupaten of VILLAGES."""
    levels = (villages[[f"kode_{short}", f"nama_{short}"]].to_numpy() for short in ("kab", "kec", "desa"))
    return dict(sorted((str(code), str(name)) for level in levels for code, name in level))


def counts_of(values: pd.Series) -> dict[str, int]:
    """Return how often each value occurs, sorted by value."""
    counts = values.dropna().value_counts()
    return {str(name): int(n) for name, n in sorted(counts.items(), key=lambda pair: str(pair[0]))}


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text."""
    return sha256(text.encode()).hexdigest()


def newest(notes: Iterable[Note]) -> list[Note]:
    """Return the version that counts of each reference date, in the order of the dates."""
    counts = {note.tanggal_acuan: note for note in sorted(notes, key=lambda note: note.order)}
    return [counts[day] for day in sorted(counts)]


def find(notes: Iterable[Note], wanted: str) -> Note | None:
    """Return the run of that name, or the version that counts of that reference date (2026-03-31)."""
    ordered = sorted(notes, key=lambda note: note.order)
    by_name = {note.jalan: note for note in ordered}
    by_day = {note.tanggal_acuan.isoformat(): note for note in ordered}
    return by_name.get(wanted) or by_day.get(wanted)
