"""Opening what lies at a path: text in this process, one fault for what cannot be read."""

import random
from pathlib import Path

import delivered as d
import pytest

from reconcile.errors import InputError
from reconcile.language import describe
from reconcile.sources.raw import CellSheet, TextSheet
from reconcile.sources.readers import open_delivery, read_file
from reconcile.vocab import FileKind, Language

MUTATED = 2_000


def test_text_keeps_every_line_and_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    path.write_bytes(b"nik|nama\r\n\r\n1|A\xe9\r\n2|B\x81\r\n")
    raw = read_file(path, label="masuk/data.xlsx")
    (sheet,) = raw.sheets
    assert isinstance(sheet, TextSheet)
    assert list(sheet.lines) == ["nik|nama", "", "1|Aé", "2|B\ufffd"]
    assert (raw.label, raw.size, len(raw.sha256)) == ("masuk/data.xlsx", 24, 64)
    assert (raw.kind, raw.encoding, raw.recoded, raw.replaced) == (FileKind.CSV, "utf-8/cp1252", 2, 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "E_EMPTY_FILE"),
        (b"\n \r\n", "E_EMPTY_FILE"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "E_TYPE"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "E_ENCRYPTED",
        ),
        (b"%PDF-1.7", "E_TYPE"),
        (b"SQLite format 3\x00", "E_TYPE"),
        (b"\n<html><table>", "E_TYPE"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "E_TYPE"),
        (b"PK\x03\x04garbage", "E_WORKBOOK"),
        (d.archive({"a.csv": "nik,rt"}), "E_TYPE"),  # one file was asked for, an archive has its own way
        (d.archive({"[Content_Types].xml": "x", "xl/workbook.xml": "x"}), "E_WORKBOOK"),
    ],
)
def test_what_cannot_be_read_is_one_fault_with_a_remedy(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_file(path, label="x.csv")
    assert [fault.code for fault in caught.value.faults] == [code]
    for language in Language:
        assert describe(caught.value.faults[0], language).startswith("x.csv: ")


def test_locked_part_of_a_workbook(tmp_path: Path) -> None:
    content = bytearray(d.archive({"xl/workbook.xml": "x"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
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


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return ``content`` with one to four random edits: a byte, a cut, a piece twice, a piece of zeros."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        place, length = chance.randrange(len(changed)), chance.randint(1, 40)
        match chance.randrange(4):
            case 0:
                changed[place] = chance.randrange(256)
            case 1:
                del changed[place : place + length]
            case 2:
                changed[place:place] = changed[place : place + length]
            case _:
                changed[place : place + length] = bytes(length)
    return bytes(changed)


def test_mutated_workbooks_are_read_or_refused(tmp_path: Path) -> None:
    nik = "6400001708850001"
    stored = d.stored(d.sheets(Satu=[["nik", "nama"], [nik, "SITI"], ["6400001708850002", 3.0]]))
    packed = d.sheets(Satu=[["nik"], [nik]])
    chance = random.Random(20_260_101)  # noqa: S311  # the same damage every time
    path = tmp_path / "x.xlsx"
    codes: dict[str, int] = {}
    for number in range(MUTATED):
        path.write_bytes(mutated(stored if number % 2 else packed, chance))
        try:
            (file,) = open_delivery(path, label="x.xlsx").files
            # what is read as a workbook is read whole: every part has its checksum
            rows = [row for sheet in file.sheets if isinstance(sheet, CellSheet) for row in sheet.rows]
            assert file.kind is FileKind.CSV or any(nik in row for row in rows)
            codes["read"] = codes.get("read", 0) + 1
        except InputError as error:
            # a file that damage made an archive may have a fault per member: it counts once
            first = error.faults[0].code
            codes[first] = codes.get(first, 0) + 1
    assert sum(codes.values()) == MUTATED
    assert codes["read"] > 20  # some damage is where nothing is read: dates of members, for one
    assert codes["E_WORKBOOK"] > 500
