"""Headings of one, two or three rows, merged or not, in workbooks and in delimited text."""

import pytest

from reconcile.sources.headers import Known, find_header
from reconcile.sources.raw import CellSheet, Merge, TextSheet
from reconcile.sources.spec import parse_source

SOURCE = parse_source(
    "uji",
    {
        "name": "uji",
        "title": {"id": "uji", "en": "test"},
        "registry": "p3ke",
        "content": "families",
        "code_system": "kemendagri",
        "key_space": "uji",
        "fields": {
            "family_key": {"parse": "key", "headings": ["ID Keluarga"], "required": True},
            "nama": {
                "parse": "text",
                "headings": ["Kepala Keluarga", "Kepala Keluarga / Nama"],
                "required": True,
            },
            "nik": {"parse": "nik", "headings": ["NIK"], "required": True},
            "alamat": {"parse": "text", "headings": ["Alamat"]},
            "desil": {"parse": "decile", "headings": ["Desil"]},
        },
        "ignore": ["No", "Rumah / *"],
    },
)
KNOWN = Known(SOURCE)
NIK = "6400001708850001"


def found(sheet: TextSheet | CellSheet) -> tuple[int, int, list[str]] | None:
    layout = find_header(sheet, KNOWN)
    return (layout.start, layout.span, list(layout.headings)) if layout else None


@pytest.mark.parametrize(
    ("rows", "merges", "expected"),
    [
        (  # one row below titles
            [["DAFTAR KELUARGA", "", ""], ["", "", ""], ["ID Keluarga", "Kepala Keluarga", "NIK"]],
            [Merge(0, 0, 0, 2)],
            (2, 1, ["ID Keluarga", "Kepala Keluarga", "NIK"]),
        ),
        (  # H17: two rows, the upper one merged over its columns, the others down
            [
                ["ID Keluarga", "Kepala Keluarga", "", "Rumah", ""],
                ["ID Keluarga", "Nama", "NIK", "Atap", "Lantai"],
                ["1", "SITI", NIK, "5", "6"],
            ],
            [Merge(0, 1, 0, 2), Merge(0, 3, 0, 4)],
            (0, 2, ["ID Keluarga", "Kepala Keluarga / Nama", "NIK", "Rumah / Atap", "Rumah / Lantai"]),
        ),
        (  # three rows
            [
                ["No", "Keluarga", "", "Alamat"],
                ["No", "ID Keluarga", "Kepala Keluarga", "Alamat"],
                ["No", "ID Keluarga", "Nama", "Alamat"],
            ],
            [Merge(0, 1, 0, 2)],
            (1, 1, ["No", "ID Keluarga", "Kepala Keluarga", "Alamat"]),
        ),
        (  # no merged cells: two headings more are needed to join rows
            [["ID Keluarga", "Kepala Keluarga", "", ""], ["", "", "NIK", "Alamat"], ["1", "SITI", NIK, "X"]],
            [],
            (0, 2, ["ID Keluarga", "Kepala Keluarga", "NIK", "Alamat"]),
        ),
        (  # a row of column numbers below the heading stays a row of its own
            [["ID Keluarga", "Kepala Keluarga", "NIK"], ["(1)", "(2)", "(3)"], ["1", "SITI", NIK]],
            [],
            (0, 1, ["ID Keluarga", "Kepala Keluarga", "NIK"]),
        ),
        (  # a title that looks like a heading is not joined on
            [["Alamat", "Jl. Contoh 1", ""], ["ID Keluarga", "Kepala Keluarga", "NIK"]],
            [],
            (1, 1, ["ID Keluarga", "Kepala Keluarga", "NIK"]),
        ),
        (  # data is never part of a heading
            [["ID Keluarga", "Kepala Keluarga", "", ""], [NIK, "", "NIK", "Alamat"]],
            [],
            (0, 1, ["ID Keluarga", "Kepala Keluarga"]),
        ),
        ([["nama", "umur"], ["SITI", "4"]], [], None),
    ],
)
def test_heading_rows_of_a_workbook(
    rows: list[list[str]], merges: list[Merge], expected: tuple[int, int, list[str]] | None
) -> None:
    assert found(CellSheet("Satu", rows, merges=tuple(merges))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ID Keluarga;Kepala Keluarga;;\n;;NIK;Alamat\n1;SITI;;X",
         (0, 2, ["ID Keluarga", "Kepala Keluarga", "NIK", "Alamat"])),
        ('"ID\nKeluarga";"Kepala\nKeluarga";;\n;;NIK;Alamat',
         (0, 4, ["ID Keluarga", "Kepala Keluarga", "NIK", "Alamat"])),
        ("sep=^\nID Keluarga^Kepala Keluarga^NIK", (1, 1, ["ID Keluarga", "Kepala Keluarga", "NIK"])),
        ("sep=;\nID Keluarga;Kepala Keluarga;NIK,x", (1, 1, ["ID Keluarga", "Kepala Keluarga", "NIK,x"])),
        ("ID Keluarga|Kepala Keluarga|NIK||", (0, 1, ["ID Keluarga", "Kepala Keluarga", "NIK"])),
        (f"ID Keluarga|Kepala Keluarga|NIK1|SITI|{NIK}", None),  # glued to a row of data
    ],
)  # fmt: skip
def test_heading_rows_of_text(text: str, expected: tuple[int, int, list[str]] | None) -> None:
    assert found(TextSheet(text.split("\n"))) == expected
