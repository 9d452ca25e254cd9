"""The workbook for mending: why, of which column, what to do; the answers as an office reads them."""

import pandas as pd
import pytest

from reconcile.resurvey.mending import SHEET, UNREAD_SHEET, mending_book, to_mend
from reconcile.resurvey.store import KEY, STORED
from reconcile.sources.raw import NUMERIC_MARK
from reconcile.tables import QUARANTINE
from reconcile.vocab import Language

PLACE = {"asal_sha256": "a" * 64, "asal_lembar": "DAFTAR"}


def lines() -> pd.DataFrame:
    told = [
        {"id_tugas": "TG-A", "hasil": "ditemukan", "nik_perbaikan": f"{NUMERIC_MARK}9471010101900003"},
        {"id_tugas": "TG-B", "hasil": "Pergi"},
        {"id_tugas": "TG-C", "hasil": "menolak"},
    ]
    rows = [
        {**PLACE, "asal_berkas": "desa.xlsx", "asal_baris": str(n), **one} for n, one in enumerate(told, 6)
    ]
    return pd.DataFrame(rows, columns=STORED, dtype="str")


def chosen() -> pd.DataFrame:
    held = pd.DataFrame([{**PLACE, "asal_baris": "7", "sebab": "E_ANSWER_RESULT"}], dtype="str")
    values = [("6", "nik_perbaikan", "E_ID_2P53"), ("7", "hasil", "E_VALUE"), ("7", "hasil", "E_VALUE")]
    rows = [{**PLACE, "asal_baris": row, "column": column, "code": code} for row, column, code in values]
    return to_mend(held, pd.DataFrame(rows, dtype="str"), lines())


def test_each_line_stands_once_with_all_its_reasons() -> None:
    rows = chosen()
    assert rows["id_tugas"].tolist() == ["TG-A", "TG-B"]
    assert rows["sebab"].tolist() == ["E_ID_2P53@nik_perbaikan", "E_ANSWER_RESULT,E_VALUE@hasil"]
    assert list(rows) == [*STORED, "sebab"]


@pytest.mark.parametrize(
    ("language", "result", "begins"),
    [(Language.INDONESIAN, "Ditemukan", "NIK yang benar: "), (Language.ENGLISH, "Found", "Right NIK: ")],
)
def test_an_office_reads_labels_sentences_and_no_marks(language: Language, result: str, begins: str) -> None:
    (sheet,) = mending_book(chosen(), QUARANTINE.empty(), run="R", language=language).sheets
    assert sheet.name == SHEET
    assert sheet.rows["hasil"].tolist() == [result, "Pergi"]
    assert sheet.rows["nik_perbaikan"].iloc[0] == "9471010101900003"
    assert sheet.rows["sebab"].iloc[0].startswith(begins)
    opened = [column.key for column in sheet.columns if column.open]
    assert opened[:3] == ["id_tugas", "kode_desa", "hasil"]
    assert not set(KEY) & set(opened)
    assert {column.key for column in sheet.columns} <= {*sheet.rows}


def test_damaged_rows_stand_on_a_sheet_of_their_own() -> None:
    row = {"registry": "acuan", "source": "visit_returns", "source_file": "a.csv", "source_sha256": "b" * 64}
    row |= {"source_sheet": "", "source_row": 9, "code": "E_FIELD_COUNT", "raw": "a;b"}
    unread = QUARANTINE.build(pd.DataFrame([row]))
    book = mending_book(chosen(), unread, run="R", language=Language.INDONESIAN)
    assert [sheet.name for sheet in book.sheets] == [SHEET, UNREAD_SHEET]
    assert book.sheets[1].rows["mend_raw"].tolist() == ["a;b"]
    assert book.meta == {"formulir": "xlsx", "jalan": "R"}
