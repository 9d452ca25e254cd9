"""Objections: what is wrong is named, what is answered is shown, nothing is ever erased."""

from typing import Any

import pandas as pd
import pytest

from reconcile.objections import STANDING, beside_cases, follow_objections
from reconcile.tables import OBJECTIONS
from reconcile.vocab import Language

KEY = b"k" * 32
CASES = pd.Series(["KS-BBBBB", "KS-CCCCC"], dtype="str")
AREAS = pd.Series(["64.02", "64.02.06", None], dtype="str")
DAY = "2026-03-31"
WHOLE: dict[str, Any] = {
    "kasus": "KS-BBBBB",
    "alasan": "keluarga sudah pindah",
    "no_dokumen": "460/12/DINSOS",
    "tanggal": "2026-02-01",
    "oleh": "Dinsos Kutai Kartanegara",
}


def delivered(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return OBJECTIONS of one file, the rows from 2 on."""
    if not rows:
        return OBJECTIONS.empty()
    table = pd.DataFrame([{"source_row": n, **row} for n, row in enumerate(rows, start=2)])
    for name in ("tanggal", "tanggal_jawaban"):
        if name in table:
            table[name] = pd.to_datetime(table[name]).astype("datetime64[s]")
    origin = {"registry": "acuan", "source": "objections", "source_sha256": "0", "source_sheet": ""}
    return OBJECTIONS.build(table.assign(source_file="sanggah.csv", **origin))


def follow(rows: pd.DataFrame, before: pd.DataFrame | None = None, *, day: str = DAY) -> pd.DataFrame:
    return follow_objections(rows, before, CASES, AREAS, day=day, key=KEY, language=Language.INDONESIAN)


STATES = [
    # what is delivered, state, codes
    ("whole", WHOLE, "terbuka", None),
    ("case in small letters", {**WHOLE, "kasus": " ks-bbbbb "}, "terbuka", None),
    ("a figure", {**WHOLE, "kasus": None, "kode_wilayah": "64.02", "angka": "n_cocok"}, "terbuka", None),
    (
        "a figure, code without dots",
        {**WHOLE, "kasus": None, "kode_wilayah": "6402", "angka": "Miskin Ekstrem"},
        "terbuka",
        None,
    ),
    ("an unknown case", {**WHOLE, "kasus": "KS-XXXXX"}, "perlu_dilengkapi", "E_OBJECTION_CASE"),
    (
        "an unknown area",
        {**WHOLE, "kasus": None, "kode_wilayah": "64.99", "angka": "n_cocok"},
        "perlu_dilengkapi",
        "E_OBJECTION_FIGURE",
    ),
    (
        "an unknown figure",
        {**WHOLE, "kasus": None, "kode_wilayah": "64.02", "angka": "n_x"},
        "perlu_dilengkapi",
        "E_OBJECTION_FIGURE",
    ),
    (
        "an area without figure",
        {**WHOLE, "kasus": None, "kode_wilayah": "64.02"},
        "perlu_dilengkapi",
        "E_OBJECTION_FIGURE",
    ),
    ("against nothing", {**WHOLE, "kasus": None}, "perlu_dilengkapi", "E_OBJECTION_TARGET"),
    ("no reason", {**WHOLE, "alasan": None}, "perlu_dilengkapi", "E_OBJECTION_REASON"),
    ("no document", {**WHOLE, "no_dokumen": None}, "perlu_dilengkapi", "E_OBJECTION_DOCUMENT"),
    (
        "nothing at all",
        {"oleh": "Dinsos"},
        "perlu_dilengkapi",
        "E_OBJECTION_TARGET, E_OBJECTION_REASON, E_OBJECTION_DOCUMENT",
    ),
    ("answered", {**WHOLE, "jawaban": "akan dicek"}, "dijawab", None),
    ("accepted", {**WHOLE, "putusan": "diterima", "tanggal_jawaban": "2026-03-01"}, "diterima", None),
    (
        "rejected although incomplete",
        {**WHOLE, "alasan": None, "putusan": "ditolak"},
        "ditolak",
        "E_OBJECTION_REASON",
    ),
]


@pytest.mark.parametrize(("row", "state", "codes"), [s[1:] for s in STATES], ids=[s[0] for s in STATES])
def test_each_is_kept_and_what_is_wrong_is_named(row: dict[str, Any], state: str, codes: str | None) -> None:
    told = follow(delivered(row)).iloc[0]
    assert told["status_sanggah"] == state
    assert (told["sebab"] if codes else pd.isna(told["sebab"])) == (codes or True)
    assert pd.notna(told["masalah"]) == bool(codes)
    assert told["id_sanggah"].startswith("SG-")
    assert told["source_row"] == 2


def test_nobody_objects() -> None:
    assert len(follow(delivered())) == 0
    assert beside_cases(STANDING.empty(), Language.INDONESIAN).empty


def test_an_answer_in_a_later_row_or_run_is_that_of_the_same_objection() -> None:
    first = follow(delivered(WHOLE))
    answer = {
        "id_sanggah": first["id_sanggah"].iloc[0].lower(),
        "putusan": "diterima",
        "tanggal_jawaban": "2026-04-01",
    }
    told = follow(delivered(answer), first, day="2026-04-30")
    assert len(told) == 1
    row = told.iloc[0]
    assert (row["status_sanggah"], row["alasan"]) == ("diterima", WHOLE["alasan"])
    assert (row["pertama_muncul"], row["terakhir_dikirim"]) == (DAY, "2026-04-30")
    together = follow(delivered(WHOLE, {**WHOLE, "putusan": "ditolak"}))
    assert together["status_sanggah"].tolist() == ["ditolak"]


def test_the_later_ruling_counts_and_two_on_one_day_are_named() -> None:
    early = {**WHOLE, "putusan": "ditolak", "tanggal_jawaban": "2026-03-01"}
    late = {**WHOLE, "putusan": "diterima", "tanggal_jawaban": "2026-03-05"}
    assert follow(delivered(late, early))["status_sanggah"].tolist() == ["diterima"]
    told = follow(delivered(early, {**late, "tanggal_jawaban": "2026-03-01"})).iloc[0]
    assert (told["status_sanggah"], told["sebab"]) == ("perlu_dilengkapi", "E_OBJECTION_ANSWERS")


def test_what_is_no_longer_delivered_stays_with_its_answer() -> None:
    first = follow(delivered({**WHOLE, "jawaban": "dicek"}, {**WHOLE, "kasus": "KS-CCCCC"}))
    then = follow(delivered(), first, day="2026-04-30")
    pd.testing.assert_frame_equal(then, first)
    assert set(then["terakhir_dikirim"]) == {DAY}
    again = follow(delivered(WHOLE), first, day="2026-04-30").set_index("kasus")
    assert again.loc["KS-BBBBB", ["status_sanggah", "terakhir_dikirim"]].tolist() == ["dijawab", "2026-04-30"]


def test_the_order_of_rows_does_not_matter() -> None:
    rows = delivered(WHOLE, {**WHOLE, "kasus": "KS-CCCCC", "jawaban": "x"}, {"oleh": "a"}, {"oleh": "b"})
    pd.testing.assert_frame_equal(follow(rows), follow(rows[::-1]))
    assert len(follow(rows)) == 4


def test_beside_a_case_stand_document_and_state_only() -> None:
    rows = delivered(
        WHOLE,
        {**WHOLE, "no_dokumen": "NIK 6402061708850001", "putusan": "ditolak"},
        {**WHOLE, "no_dokumen": None},
    )
    said = beside_cases(follow(rows), Language.INDONESIAN)["KS-BBBBB"]
    assert sorted(said.split("; ")) == [
        "460/12/DINSOS (terbuka)",
        "NIK … (ditolak)",
        "tanpa nomor dokumen (perlu dilengkapi)",
    ]
