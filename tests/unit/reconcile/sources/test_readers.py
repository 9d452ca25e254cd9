"""Bytes to text: what kind of file it is, how it is decoded, what a stored cell becomes."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from reconcile.errors import InputError
from reconcile.language import describe
from reconcile.sources.raw import CellSheet, TextSheet, split_line
from reconcile.sources.readers import cell_text, decode, read_file, split_lines
from reconcile.vocab import Language

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("content", "text", "encoding"),
    [
        (b"nik,nama", "nik,nama", "utf-8"),
        (b"\xef\xbb\xbfnik", "nik", "utf-8"),
        ("nik\té".encode("utf-16"), "nik\té", "utf-16"),
        (b"\xfe\xff" + "nik".encode("utf-16-be"), "nik", "utf-16"),
        ("nik,nama\nA,B".encode("utf-16-le"), "nik,nama\nA,B", "utf-16-le"),
        ("nik,nama\nA,B".encode("utf-16-be"), "nik,nama\nA,B", "utf-16-be"),
        (b"Ma\x92arif", "Ma’arif", "utf-8/cp1252"),
        ("é\n".encode() + b"\xe9\nC", "é\né\nC", "utf-8/cp1252"),  # each line on its own
        (b"\x81", "\ufffd", "utf-8/cp1252"),
        (b"\xef\xbb\xbfMa\x92arif", "Ma’arif", "utf-8/cp1252"),
    ],
)
def test_decode(content: bytes, text: str, encoding: str) -> None:
    assert decode(content) == (text, encoding)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb", ["a", "b"]),
        ("a\r\nb\r\n", ["a", "b"]),
        ("a\rb\r", ["a", "b"]),
        ("a\r\nb\nc\rd", ["a", "b", "c", "d"]),
        ("a\n\nb\n\n", ["a", "", "b", ""]),
        ("a\u2028b\x0bc\x85d", ["a\u2028b\x0bc\x85d"]),  # not the line ends of a delimited file
        ("", []),
    ],
)
def test_split_lines(text: str, lines: list[str]) -> None:
    assert split_lines(text) == lines


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a|b", ["a", "b"]),
        ('"a|b"|c', ["a|b", "c"]),
        ('"say ""x"""|c', ['say "x"', "c"]),
        ('GG 5" X|c', ['GG 5" X', "c"]),
        ('"a"b"|c', None),
        ('"open|c', None),
        ('x|"open', None),
        ("", []),
    ],
)
def test_split_line(text: str, cells: list[str] | None) -> None:
    assert split_line(text, "|") == cells


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (3.0, "3"),
        (6400001708850001.0, "6400001708850001"),
        (6400001708850001, "6400001708850001"),
        (-0.5021, "-0.5021"),
        (1e-05, "0.00001"),
        (True, "TRUE"),
        (False, "FALSE"),
        (datetime(1985, 8, 17), "1985-08-17"),  # noqa: DTZ001  # workbooks have no time zone
        (datetime(1985, 8, 17, 7, 30), "1985-08-17 07:30:00"),  # noqa: DTZ001  # as above
        (date(1985, 8, 17), "1985-08-17"),
        ("", ""),
    ],
)
def test_cell_text(cell: object, text: str) -> None:
    assert cell_text(cell) == text


def write_workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return path


def test_workbook_by_content_whatever_its_name(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "data.csv", {"Satu": [[], ["nik", "rt"], ["'1", 3.0]], "Dua": []})
    raw = read_file(path, label="data.csv")
    assert raw.kind == "xlsx"
    first, second = raw.sheets
    assert isinstance(first, CellSheet)
    assert (first.name, list(first.rows)) == ("Satu", [["", ""], ["nik", "rt"], ["'1", "3"]])
    assert (second.name, len(second)) == ("Dua", 0)


def test_text_keeps_every_line_and_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    path.write_bytes(b"nik|nama\r\n\r\n1|A\r\n")
    raw = read_file(path, label="masuk/data.xlsx")
    (sheet,) = raw.sheets
    assert isinstance(sheet, TextSheet)
    assert list(sheet.lines) == ["nik|nama", "", "1|A"]
    assert (raw.label, raw.size, len(raw.sha256)) == ("masuk/data.xlsx", 17, 64)


def archive(path: Path, *members: str) -> bytes:
    with zipfile.ZipFile(path, "w") as target:
        for member in members:
            target.writestr(member, "x")
    return path.read_bytes()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "E_EMPTY_FILE"),
        (b"\n \r\n", "E_EMPTY_FILE"),
        (OLE, "E_TYPE"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "E_ENCRYPTED"),
        (b"%PDF-1.7", "E_TYPE"),
        (b"SQLite format 3\x00", "E_TYPE"),
        (b"\n<html><table>", "E_TYPE"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "E_TYPE"),
        (b"PK\x03\x04garbage", "E_WORKBOOK"),
        ("zip: a.csv", "E_TYPE"),
        ("zip: [Content_Types].xml xl/workbook.xml", "E_WORKBOOK"),
    ],
)
def test_what_cannot_be_read_is_one_fault_with_a_remedy(
    tmp_path: Path, content: bytes | str, code: str
) -> None:
    if isinstance(content, str):
        content = archive(tmp_path / "z", *content.split()[1:])
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_file(path, label="x.csv")
    assert [fault.code for fault in caught.value.faults] == [code]
    for language in Language:
        assert describe(caught.value.faults[0], language).startswith("x.csv: ")


def test_locked_member_is_encrypted(tmp_path: Path) -> None:
    content = bytearray(archive(tmp_path / "z", "xl/workbook.xml"))
    place = content.index(b"PK\x01\x02") + 8
    content[place] |= 1
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_file(path, label="x.xlsx")
    assert [fault.code for fault in caught.value.faults] == ["E_ENCRYPTED"]


@pytest.mark.parametrize(("name", "code"), [("none.csv", "E_FILE_MISSING"), (".", "E_FILE_UNREADABLE")])
def test_no_file(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_file(tmp_path / name, label="none.csv")
    assert str(caught.value) == f"{code} (none.csv)"
