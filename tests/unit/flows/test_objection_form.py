"""The empty form for objections is read back by the source that it is for."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from flows.objection_form import write_objection_form
from reconcile.sources.conform import conform
from reconcile.sources.headings import plan_sheets
from reconcile.sources.readers import read_file
from reconcile.sources.spec import load_source
from reconcile.vocab import Language

ROW = {
    "kasus": "KS-BBBBB",
    "alasan": "sudah pindah",
    "no_dokumen": "460/12",
    "tanggal": "2026-02-01",
    "putusan": {Language.INDONESIAN: "ditolak", Language.ENGLISH: "rejected"},
}


@pytest.mark.parametrize("language", Language)
def test_a_filled_form_is_read(tmp_path: Path, language: Language) -> None:
    path, spec = tmp_path / "formulir.xlsx", load_source("objections")
    write_objection_form(path, language)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for place, name in enumerate(spec.fields, start=1):
        told = ROW.get(name)
        sheet.cell(2, place, told[language] if isinstance(told, dict) else told)
    book.save(path)
    raw = read_file(path, label="formulir.xlsx")
    assert plan_sheets(raw, spec).faults == ()
    table = conform(raw, spec, reference_date=date(2026, 3, 31)).table
    assert len(table) == 1
    row = table.iloc[0]
    assert row[["kasus", "alasan", "no_dokumen", "putusan"]].tolist() == [
        "KS-BBBBB",
        "sudah pindah",
        "460/12",
        "ditolak",
    ]
    assert row["tanggal"].date() == date(2026, 2, 1)


def test_an_empty_form_holds_no_objection_and_is_the_same_every_time(tmp_path: Path) -> None:
    one, two = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    for path in (one, two):
        write_objection_form(path, Language.INDONESIAN)
    assert one.read_bytes() == two.read_bytes()
    raw = read_file(one, label="a.xlsx")
    assert conform(raw, load_source("objections"), reference_date=date(2026, 3, 31)).table.empty
