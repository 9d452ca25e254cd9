"""The store of answers: every line once, none erased, and every value reads back as it was."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.csvfile import read_csv, write_csv
from reconcile.resurvey.store import HISTORY, STORED, Store, lines_of, questions, take
from reconcile.sources.conform import Conformed, conform
from reconcile.sources.raw import FORMULA_MARK, NUMERIC_MARK, CellSheet, RawFile
from reconcile.sources.readers import read_file
from reconcile.sources.spec import load_source
from reconcile.vocab import FileKind

SPEC, DAY = load_source("visit_returns"), date(2026, 3, 31)
GOOD: dict[str, str] = {"id_tugas": "TG-A", "hasil": "ditemukan", "tanggal": "2026-04-10", "petugas": "Sari"}


def came_back(*rows: dict[str, str], sha: str = "a", sheet: str = "DAFTAR") -> Conformed:
    """Return a workbook with these lines, read."""
    headings = list(dict.fromkeys([*GOOD, *SPEC.fields]))
    cells = [headings, *([row.get(name, "") for name in headings] for row in rows)]
    raw = RawFile("desa.xlsx", sha * 64, 1, FileKind.XLSX, "", (CellSheet(sheet, cells),))
    return conform(raw, SPEC, reference_date=DAY)


def lines(*rows: dict[str, str], **further: Any) -> pd.DataFrame:
    told = came_back(*rows, **further)
    return lines_of(told.table, told.value_flags)


def kept(path: Path, *rows: dict[str, str]) -> tuple[Conformed, Conformed]:
    """Return lines as they were read first, and as the next run reads them out of the store."""
    told = came_back(*rows)
    write_csv(path, take(Store.empty(), lines_of(told.table, told.value_flags)).store.lines)
    return told, conform(read_file(path, label="jawaban.csv"), SPEC, reference_date=DAY)


NASTY = {
    "leading zeros": {"no_ba": "00012", "rt_perbaikan": "003"},
    "a formula": {"catatan": '=HYPERLINK("http://x","y")', "petugas": "+Sari", "alamat_perbaikan": "@jl"},
    "an apostrophe before a formula": {"catatan": "'=1", "petugas": "''-2"},
    "an apostrophe alone": {"nama_perbaikan": "'ABDUL MU'IN"},
    "quotes and semicolons": {"catatan": 'kata; "dikutip";', "petugas": '"'},
    "line breaks": {"catatan": "satu\ndua\r\ntiga\n\n\nempat", "nik_perbaikan": "64\n02\n05\n41\n0180"},
    "a NIK": {"nik_perbaikan": "6402054101800001", "no_kk_perbaikan": "6402050101100007"},
    "a NIK as a number": {"nik_perbaikan": f"{NUMERIC_MARK}6402054101800001"},
    "a NIK that no number can hold": {"nik_perbaikan": f"{NUMERIC_MARK}9471010101900003"},
    "a NIK in scientific notation": {"nik_perbaikan": "6,40205E+15"},
    "a formula without its value": {"catatan": f"{FORMULA_MARK}=A1", "tanggal": f"{FORMULA_MARK}=TODAY()"},
    "an error of a spreadsheet": {"jumlah_anggota": "#N/A"},
    "a word that is no answer": {"hasil": "Pergi", "jenis_atap": "kaca"},
    "coordinates": {"lintang": "-0.00001234", "bujur": "117,123456789012"},
    "coordinates nobody can read": {"lintang": "selatan", "bujur": "1171536"},
    "a day of two readings": {"tanggal": "03/04/2026"},
    "a day that is none": {"tanggal": "31/02/2026", "tanggal_lahir_perbaikan": "2030-01-01"},
    "labels": {"hasil": "Moved within the kabupaten/kota", "desa_tujuan": "64.02.05.2002"},
    "signs of all kinds": {"catatan": "é 日本 \u200bx \ufeff", "petugas": "O’NEIL"},
}


def test_a_value_reads_back_as_it_was(tmp_path: Path) -> None:
    _same(*kept(tmp_path / "s.csv", *({**GOOD, "id_tugas": name, **row} for name, row in NASTY.items())))


TEXT = st.text(st.characters(exclude_categories=["Cs", "Co"], exclude_characters="\0"), max_size=30)
ROW = st.fixed_dictionaries({}, optional=dict.fromkeys(("hasil", "tanggal", *questions()[2:12]), TEXT))


@settings(max_examples=8, deadline=None)
@given(rows=st.lists(ROW, min_size=4, max_size=8))
def test_whatever_is_typed_reads_back_as_it_was(
    rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    typed = ({**GOOD, "id_tugas": f"TG-{n}", "no_ba": "7", **row} for n, row in enumerate(rows))
    _same(*kept(tmp_path_factory.mktemp("s") / "s.csv", *typed))


def _same(first: Conformed, again: Conformed) -> None:
    """Compare task by task: the store has an order of its own."""
    one, other = (told.table.set_index("id_tugas")[questions()].sort_index() for told in (first, again))
    pd.testing.assert_frame_equal(one, other)
    # that a value was doubtful is settled once it is written down; that it was refused stays
    assert _refused(first) == _refused(again)


def _refused(told: Conformed) -> list[tuple[str, str, str]]:
    """Return task, column and code of each value that was refused."""
    tasks = told.table.set_index("source_row")["id_tugas"]
    flags = told.value_flags[told.value_flags["code"].str.startswith("E_")]
    return sorted(zip(flags["source_row"].map(tasks), flags["column"], flags["code"], strict=True))


def test_the_same_lines_change_nothing_and_a_corrected_file_adds_its_own() -> None:
    first = take(Store.empty(), lines(GOOD, {"id_tugas": "TG-B"}))
    assert (first.added, len(first.store.lines)) == (1, 1)
    again = take(first.store, lines(GOOD, {"id_tugas": "TG-B"}))
    assert again.added == 0
    pd.testing.assert_frame_equal(again.store.lines, first.store.lines)
    corrected = take(first.store, lines({**GOOD, "hasil": "menolak"}, sha="b"))
    assert corrected.store.lines["hasil"].tolist() == ["ditemukan", "menolak"]
    assert corrected.store.history.empty


def test_the_order_of_files_does_not_matter() -> None:
    one, other = lines(GOOD), lines({**GOOD, "hasil": "menolak"}, sha="b")
    forth, back = (
        take(Store.empty(), pd.concat(both, ignore_index=True)).store for both in ([one, other], [other, one])
    )
    pd.testing.assert_frame_equal(forth.lines, back.lines)
    step = take(take(Store.empty(), other).store, one).store
    pd.testing.assert_frame_equal(step.lines, forth.lines)


def mended(**change: str) -> pd.DataFrame:
    place = {"asal_berkas": "desa.xlsx", "asal_sha256": "a" * 64, "asal_lembar": "DAFTAR", "asal_baris": "2"}
    return lines({**GOOD, **place, **change}, sha="m", sheet="PERBAIKAN")


MENDS = [
    # what the office changed, lines in the store, lines in the history
    ({"hasil": "menolak"}, ["menolak"], ["ditemukan"]),
    ({"id_tugas": "TG-Z"}, ["ditemukan"], ["ditemukan"]),
    ({}, ["ditemukan"], []),
    (dict.fromkeys(("hasil", "tanggal", "petugas"), ""), [], ["ditemukan"]),
]


@pytest.mark.parametrize(("change", "now", "before"), MENDS)
def test_a_mended_line_takes_the_place_of_the_other(
    change: dict[str, str], now: list[str], before: list[str]
) -> None:
    original, mend = lines(GOOD), mended(**change)
    done = take(take(Store.empty(), original).store, mend).store
    assert (done.lines["hasil"].tolist(), done.history["hasil"].tolist()) == (now, before)
    assert done.history["diganti_lembar"].tolist() == ["PERBAIKAN"] * len(before)
    for further in (original, mend, pd.concat([mend, original], ignore_index=True)):
        again = take(done, further)
        assert (again.added, again.mended) == (0, 0)
        pd.testing.assert_frame_equal(again.store.lines, done.lines)
        pd.testing.assert_frame_equal(again.store.history, done.history)
    together = take(Store.empty(), pd.concat([mend, original], ignore_index=True)).store
    pd.testing.assert_frame_equal(together.lines, done.lines)
    pd.testing.assert_frame_equal(together.history, done.history)


def test_the_history_reads_back(tmp_path: Path) -> None:
    done = take(take(Store.empty(), lines(GOOD)).store, mended(hasil="menolak")).store
    write_csv(tmp_path / "l.csv", done.lines)
    write_csv(tmp_path / "h.csv", done.history)
    again = Store.of(read_csv(tmp_path / "l.csv", STORED), read_csv(tmp_path / "h.csv", HISTORY))
    pd.testing.assert_frame_equal(again.lines, done.lines)
    pd.testing.assert_frame_equal(again.history, done.history)


def test_a_line_that_stands_in_both_tables_is_in_force() -> None:
    """The power failed between the two files: what was mended is read again, and nothing is there twice."""
    before = take(Store.empty(), lines(GOOD)).store
    done = take(before, mended(hasil="menolak")).store
    half = Store.of(before.lines, done.history)
    pd.testing.assert_frame_equal(half.lines, before.lines)
    again = take(half, mended(hasil="menolak")).store
    pd.testing.assert_frame_equal(again.lines, done.lines)
    pd.testing.assert_frame_equal(again.history, done.history)


def test_a_line_that_was_copied_by_hand_counts_once() -> None:
    store = take(Store.empty(), lines(GOOD)).store
    twice = pd.concat([store.lines, store.lines], ignore_index=True)
    pd.testing.assert_frame_equal(Store.of(twice, store.history).lines, store.lines)
    with pytest.raises(ValueError, match="one place"):
        Store.of(pd.concat([store.lines, store.lines.assign(hasil="menolak")]), store.history)
