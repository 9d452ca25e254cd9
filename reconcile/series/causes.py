"""What two runs were made from, held against each other: files, answers, decisions, rules, settings, codes.

What changed is counted; no part of a difference is put down to any of it.
"""

from collections.abc import Mapping
from enum import StrEnum

import pandas as pd

from reconcile.series.areas import WIDTH, Areas, carry
from reconcile.series.note import Given, Note
from reconcile.tables import Column, Table
from reconcile.vocab import AnswerStatus, CodeStatus


class Cause(StrEnum):
    """What may have moved the numbers between two runs, in the order in which it is told."""

    FILES_NEW = "berkas_baru"
    FILES_CHANGED = "berkas_berubah"
    FILES_GONE = "berkas_hilang"
    ANSWERS = "jawaban"
    DECISIONS = "keputusan"
    CODES = "kode"
    RULES = "aturan"
    SETTINGS = "setelan"
    BOUNDARIES = "batas"
    PROGRAM = "program"


#: A row per cause that there is.
CAUSES = Table(
    "causes",
    (
        Column("jenis", "text", "series.causes.Cause", required=True),
        Column("nilai", "number", "how many: files, answers, decisions, villages, rules, settings"),
        Column("kata", "text", "which ones, where there is a name for them"),
    ),
)


def file_changes(before: Note, after: Note) -> dict[str, list[Given]]:
    """Return the files that are new, changed, renamed or gone, by these words, each list in their order."""
    was = {one.berkas: one for one in before.masukan}
    now = {one.berkas: one for one in after.masukan}
    kept = {one.sha256 for one in before.masukan} & {one.sha256 for one in after.masukan}
    return {
        "new": [one for name, one in now.items() if name not in was and one.sha256 not in kept],
        "changed": [one for name, one in now.items() if name in was and was[name].sha256 != one.sha256],
        "renamed": [one for name, one in now.items() if name not in was and one.sha256 in kept],
        "gone": [one for name, one in was.items() if name not in now and one.sha256 not in kept],
    }


def carried_villages(before: Note, after: Note, codes: pd.Series) -> pd.DataFrame:
    """Return CARRIED of the village codes of the first run that bear another code in the second.

    ``old_kec`` is the kecamatan that each was in.
    """
    told = carry(codes, Areas.of(after), before.wilayah.edition)
    moved = told[told["status"] == CodeStatus.OUTDATED]
    return moved.assign(old_kec=moved["kode_lama"].str.slice(0, WIDTH["kecamatan"]))


def causes(before: Note, after: Note, codes: pd.Series) -> pd.DataFrame:
    """Return CAUSES between two runs; ``codes`` are the village codes of the first."""
    files = file_changes(before, after)
    told = {
        Cause.FILES_NEW: _named(files["new"]),
        Cause.FILES_CHANGED: _named(files["changed"]),
        Cause.FILES_GONE: _named(files["gone"]),
        Cause.ANSWERS: (_more(before.jawaban, after.jawaban, AnswerStatus.APPLIED.value), ""),
        Cause.DECISIONS: (sum(after.keputusan.values()) - sum(before.keputusan.values()), ""),
        Cause.CODES: _codes(before, after, codes),
        Cause.RULES: _differing(before.aturan, after.aturan),
        Cause.SETTINGS: _differing(before.pengaturan, after.pengaturan),
        Cause.BOUNDARIES: (int(before.wilayah.sha256_batas != after.wilayah.sha256_batas), ""),
        Cause.PROGRAM: (int(before.padan != after.padan), ""),
    }
    rows = [(cause.value, float(n), words or None) for cause, (n, words) in told.items() if n > 0]
    return CAUSES.build(pd.DataFrame(rows, columns=CAUSES.names))


def _named(files: list[Given]) -> tuple[int, str]:
    """Return how many files, and their sources."""
    return len(files), ", ".join(sorted({f"{one.sumber} ({one.edisi})" for one in files}))


def _more(was: Mapping[str, int], now: Mapping[str, int], name: str) -> int:
    return now.get(name, 0) - was.get(name, 0)


def _differing(was: Mapping[str, object], now: Mapping[str, object]) -> tuple[int, str]:
    """Return how many keys have another value, or are in one of both only, and which."""
    names = [name for name in sorted({*was, *now}) if was.get(name) != now.get(name)]
    return len(names), ", ".join(names)


def _codes(before: Note, after: Note, codes: pd.Series) -> tuple[int, str]:
    """Return how many villages bear another code, and which kecamatan went where."""
    moved = carried_villages(before, after, codes)
    names = {**before.wilayah.nama, **after.wilayah.nama}
    pairs = moved[["old_kec", "kode_kec"]].drop_duplicates().sort_values(["old_kec", "kode_kec"])
    said = [
        f"{names.get(old, old)} ({old}) → {names.get(new, new)} ({new})"
        for old, new in pairs.itertuples(index=False)
    ]
    return len(moved), "; ".join(said)
