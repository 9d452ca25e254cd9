"""Families to visit again: those with a finding that stops the use of a row or touches money, and why."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.tables import Column, Table
from reconcile.vocab import Severity

#: A finding of these severities brings its family onto the list (K blocks the row, T asks for a visit).
SURVEYED = (Severity.CRITICAL, Severity.HIGH)

_SAID = ("kode", "judul", "tindak_lanjut", "penanggung_jawab")

#: One row per family to visit. Texts of several findings stand behind each other, gravest first.
RESURVEY = Table(
    "resurvey",
    (
        Column("id_rekon", "text", "reconciled household", required=True),
        Column("tingkat_temuan", "text", "its gravest finding, vocab.Severity", required=True),
        Column("n_temuan_mendesak", "whole", "findings that call for the visit", required=True),
        Column("aturan", "text", "their rules", required=True),
        Column("alasan_survei", "text", "what they say", required=True),
        Column("tindak_lanjut", "text", "what to do", required=True),
        Column("penanggung_jawab", "text", "who should act", required=True),
    ),
)


def families_to_visit(findings: pd.DataFrame) -> pd.DataFrame:
    """Return RESURVEY of FINDINGS, sorted by id_rekon; the order of the findings does not count."""
    rank = {severity.value: place for place, severity in enumerate(SURVEYED)}
    # a finding about a file or a list sends nobody anywhere
    urgent = findings[findings["tingkat"].isin(list(rank)) & findings["id_rekon"].notna()]
    ordered = urgent.assign(rank=urgent["tingkat"].map(rank)).sort_values(
        ["id_rekon", "rank", "kode", "kasus"], ignore_index=True
    )
    first = ordered.drop_duplicates("id_rekon")
    counts = np.diff(np.append(first.index, len(ordered)))
    said = {column: _joined(ordered, column) for column in _SAID}
    table = first[["id_rekon"]].assign(tingkat_temuan=first["tingkat"], n_temuan_mendesak=counts)
    table = table.reset_index(drop=True).assign(
        aturan=said["kode"],
        alasan_survei=said["judul"],
        tindak_lanjut=said["tindak_lanjut"],
        penanggung_jawab=said["penanggung_jawab"],
    )
    return RESURVEY.build(table)


def _joined(ordered: pd.DataFrame, column: str) -> pd.Series:
    """Return the distinct texts of ``column`` per family, joined by semicolons, in the order of the rows."""
    once = ordered[["id_rekon", column]].drop_duplicates(ignore_index=True)
    starts = np.flatnonzero(~once["id_rekon"].duplicated().to_numpy())
    offsets = pa.array(np.append(starts, len(once)), type=pa.int32())
    lists = pa.ListArray.from_arrays(offsets, pa.array(once[column], type=pa.string()))
    return pd.Series(pc.binary_join(lists, "; ").to_pandas(), dtype="str")
