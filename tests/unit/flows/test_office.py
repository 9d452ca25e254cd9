"""The book for offices: it opens with what is known, is read back by its sources, and says what is wrong."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import office_world as world
import openpyxl
import pandas as pd
import pytest

from flows import office
from reconcile.office.audits import follow_ups
from reconcile.office.matrix import plan_matrix
from reconcile.office.tables import MATRIX, STANDING_FOLLOW_UPS
from reconcile.sources.conform import Conformed, conform
from reconcile.sources.headings import plan_sheets
from reconcile.sources.readers import read_file
from reconcile.sources.spec import load_source
from reconcile.vocab import Language

DAY = date(2026, 6, 30)
ID = Language.INDONESIAN
SETTINGS = {"year": 2026, "quarter": 2, "cumulative": True, "language": ID}


def written(folder: Path, monkeypatch: pytest.MonkeyPatch, language: Language = ID) -> Path:
    """Write the book of one told line and one recommendation, and return it."""
    monkeypatch.setattr(office, "known_programs", lambda *_: world.KNOWN)
    (folder / "program").mkdir(parents=True)
    config = SimpleNamespace(reference_date=DAY, language=language)
    matrix = plan_matrix(world.plans({}), world.NONE, world.KNOWN, **SETTINGS)
    audits = follow_ups(world.audits({}), world.NONE, world.KNOWN, day=DAY, language=language)
    tables = {MATRIX.name: matrix.table, STANDING_FOLLOW_UPS.name: audits.table}
    office.write_office_book(folder, config, None, tables, run="2026-06-30-abc")  # type: ignore[arg-type]
    return folder / office.OFFICE_BOOK


def read(path: Path, source: str) -> Conformed:
    raw = read_file(path, label=path.name)
    spec = load_source(source)
    assert plan_sheets(raw, spec).faults == ()
    return conform(raw, spec, reference_date=DAY)


def fill(path: Path, sheet: str, find: dict[str, Any], values: dict[str, Any]) -> int:
    """Write ``values`` into the first line of ``sheet`` that holds ``find``, by headings; return its row."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    top = next(n for n in range(1, 10) if page.cell(n, 2).value in {"Triwulan", "Quarter", "Pemeriksa"})
    place = {cell.value: cell.column for cell in page[top]}
    row = next(
        n for n in range(top + 1, page.max_row + 1)
        if all(str(page.cell(n, place[k]).value) == v for k, v in find.items())
    )  # fmt: skip
    for name, value in values.items():
        page.cell(row, place[name]).value = value
    book.save(path)
    return row


@pytest.mark.parametrize("language", Language)
def test_what_was_told_stands_in_the_book_and_comes_back_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    path = written(tmp_path, monkeypatch, language)
    plans, audits = read(path, "program_plans"), read(path, "audit_follow_ups")
    again = plan_matrix(plans.table, (plans.value_flags, plans.quarantine), world.KNOWN, **SETTINGS)  # type: ignore[arg-type]
    assert again.issues.empty
    told = again.table[again.table["keadaan_isian"] == "terisi"]
    assert told[["program", "kode", "triwulan", "target", "realisasi_anggaran"]].to_numpy().tolist() == [
        ["pkh", "64.02", 1, 100, 250]
    ]
    row = audits.table.iloc[0]
    assert row[["nomor", "auditor", "opd", "status_tl"]].tolist() == [
        "1.a/LHP/05/2026", "bpk", "Dinas Sosial", "belum_sesuai",
    ]  # fmt: skip
    assert row["jatuh_tempo"].date() == date(2026, 2, 28)
    assert len(audits.table) == 1


def test_a_filled_line_is_read_with_rupiah_as_people_write_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, monkeypatch)
    asked = {"Program": "PKH", "Triwulan": "2", "Kabupaten/kota": "64.02 Kutai Kartanegara"}
    fill(path, "MATRIKS", asked, {"Target": "1.200", "Realisasi": 80, "Anggaran (Rp)": "Rp 1.500.000"})
    bad = {"Program": "PKH", "Triwulan": "2", "Kabupaten/kota": "64.71 Kota Balikpapan"}
    wrong = fill(path, "MATRIKS", bad, {"Target": "banyak"})
    plans = read(path, "program_plans")
    done = plan_matrix(plans.table, (plans.value_flags, plans.quarantine), world.KNOWN, **SETTINGS)  # type: ignore[arg-type]
    line = done.table[(done.table["kode"] == "64.02") & (done.table["triwulan"] == 2)]
    line = line[line["program"] == "pkh"].iloc[0]
    assert line[["target", "realisasi", "anggaran"]].tolist() == [1200, 80, 1_500_000]
    assert line["keadaan_isian"] == "sebagian"
    assert done.issues[["source_sheet", "source_row", "kolom_isian", "kode_masalah"]].to_numpy().tolist() == [
        ["MATRIKS", wrong, "target", "E_NUMBER"]
    ]


def test_the_book_is_the_same_every_time_with_locked_headings_and_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (written(tmp_path / name, monkeypatch) for name in "ab")
    assert one.read_bytes() == two.read_bytes()
    page = openpyxl.load_workbook(one)["MATRIKS"]
    assert page.protection.sheet
    heading = next(row for row in page.iter_rows(max_row=9) if row[1].value == "Triwulan")
    assert heading[0].protection.locked
    below = page.cell(heading[0].row + 1, 1)
    assert not below.protection.locked
    lists = [rule for rule in page.data_validations.dataValidation if rule.type == "list"]
    assert len(lists) == 5


def test_tables_of_a_run_without_any_book_ask_for_everything() -> None:
    none = world.plans({}).iloc[:0]
    table = plan_matrix(none, world.NONE, world.KNOWN, **SETTINGS).table  # type: ignore[arg-type]
    assert len(table) == 2 * 2 * 4
    assert set(table["keadaan_isian"]) == {"belum_diisi"}
    assert not pd.Series(table["dihitung"] == "ya").any()
