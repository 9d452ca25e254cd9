"""Every hazard of workbooks, archives and pages (hazards.md 1.1): what comes out of one small file each.

``M`` and ``F`` are the signs before numbers that may be rounded and before formulas without value.

More than 400 lines: one table of all hazards.
"""

import datetime as dt
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import delivered as d
import pytest

from reconcile.errors import InputError
from reconcile.language import describe, text
from reconcile.sources.raw import FORMULA_MARK as F
from reconcile.sources.raw import NUMERIC_MARK as M
from reconcile.sources.raw import CellSheet, Container, Merge
from reconcile.sources.readers import open_delivery
from reconcile.sources.reading.limits import Limits
from reconcile.vocab import FileKind, Language

DATA = Path(__file__).parents[4] / "data"
N1, N2, PAPUA = "6400001708850001", "6400001708850002", "9471010101900003"
DAY = dt.date(1985, 8, 17)
SECRET = "rahasia"  # noqa: S105  # made up, like everything here
Tables = dict[str, list[list[str]]]


def dated(sheet: Any, book: Any) -> None:
    sheet.write_row(0, 0, ["tgl", "jam", "serial"])
    sheet.write_datetime(1, 0, DAY, book.add_format({"num_format": "dd/mm/yyyy"}))
    moment = dt.datetime(1985, 8, 17, 7, 30)  # noqa: DTZ001  # workbooks have no time zone
    sheet.write_datetime(1, 1, moment, book.add_format({"num_format": "dd/mm/yyyy hh:mm"}))
    sheet.write_number(1, 2, 31276)


def merged_rows(sheet: Any, book: Any) -> None:
    sheet.write_row(0, 0, ["kk", "nama"])
    sheet.merge_range("A2:A3", N1)
    sheet.write("B2", "ANI")
    sheet.write("B3", "BUDI")
    sheet.write("B4", "CICI")


def merged_columns(sheet: Any, book: Any) -> None:
    sheet.merge_range("A1:C1", "DAFTAR")
    sheet.write_row(1, 0, ["nik", "nama", "rt"])
    sheet.merge_range("A3:B3", "X")


def far_style(sheet: Any, book: Any) -> None:
    sheet.write("A1", "nik")
    sheet.write_blank("A1048576", None, book.add_format({"bold": True}))


def hidden_parts(sheet: Any, book: Any) -> None:
    sheet.write_column(0, 0, ["nik", "1", "2", "3"])
    sheet.write(0, 3, "rt")
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_row(99, None, None, {"hidden": True})
    sheet.set_column(1, 2, None, None, {"hidden": True})
    sheet.set_column(9, 16_383, None, None, {"hidden": True})


def several(book: Any) -> None:
    book.add_worksheet("Long Ikis").write(0, 0, "nik")
    hidden = book.add_worksheet("Lama")
    hidden.write(0, 0, "stale")
    hidden.hide()
    very = book.add_worksheet("Sandi")
    very.write(0, 0, "old")
    very.very_hidden()
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "='Long Ikis'!$A$1:$A$2"})
    book.add_chartsheet("Grafik").set_chart(chart)
    book.add_worksheet("Kosong")


def error_cells(sheet: Any, book: Any) -> None:
    sheet.write_row(0, 0, ["nik", "a", "b"])
    sheet.write(1, 0, N1)
    sheet.write_formula(1, 1, "=NA()", None, "#N/A")
    sheet.write_formula(1, 2, "=A9", None, "#REF!")


def computed(sheet: Any, book: Any) -> None:
    sheet.write_formula(0, 0, "=1+1", None, 2)
    sheet.write_formula(0, 1, '="A"&"B"', None, "AB")


@dataclass(frozen=True)
class Case:
    """A file, and its sheets as rows of text; with ``code``, the fault that refuses it."""

    name: str
    content: Callable[[], bytes]
    tables: Tables = field(default_factory=dict)
    kind: FileKind = FileKind.XLSX
    code: str = ""
    opened_with: str | None = None


HTML = (
    "<html><head><style>td{}</style></head><body><table><tr><th>nik</th><th>nama</th></tr>"
    f"<tr><td>{N1}</td><td>SITI &amp;<br>ANI</td></tr></table></body></html>"
)
BOOK = d.sheets(Satu=[["nik"], [N1]])
CASES = [
    # numbers and dates as they are stored
    Case(
        "H1 text NIK beside a blank",
        lambda: d.sheets(Satu=[["nik"], [N1], [""], [N2]]),
        {"Satu": [["nik"], [N1], [""], [N2]]},
    ),
    Case(
        "H2 numeric NIK is marked",
        lambda: d.sheets(Satu=[["nik"], [float(N1)]]),
        {"Satu": [["nik"], [M + N1]]},
    ),
    Case(
        "H2 numeric NIK above 2^53 is marked, not trusted",
        lambda: d.sheets(Satu=[[float(PAPUA)]]),
        {"Satu": [[M + "9471010101900004"]]},
    ),
    Case(
        "H3 scientific text stays text", lambda: d.sheets(Satu=[["6.47201E+15"]]), {"Satu": [["6.47201E+15"]]}
    ),
    Case(
        "H4 fifteen digits kept",
        lambda: d.sheets(Satu=[[6400001708850000.0]]),
        {"Satu": [[M + "6400001708850000"]]},
    ),
    Case(
        "H5 leading zeros of text, none of numbers",
        lambda: d.sheets(Satu=[["003", 3.0]]),
        {"Satu": [["003", "3"]]},
    ),
    Case("H6 apostrophe stays", lambda: d.sheets(Satu=[["'" + N1]]), {"Satu": [["'" + N1]]}),
    Case(
        "whole and broken numbers without exponent",
        lambda: d.sheets(Satu=[[1e-05, -0.5021, 1.0, 12345.5]]),
        {"Satu": [["0.00001", "-0.5021", "1", "12345.5"]]},
    ),
    Case("truth values", lambda: d.sheets(Satu=[[True, False]]), {"Satu": [["TRUE", "FALSE"]]}),
    Case(
        "H22 dates as ISO, serials as numbers",
        lambda: d.one_sheet(dated),
        {"Satu": [["tgl", "jam", "serial"], ["1985-08-17", "1985-08-17 07:30:00", "31276"]]},
    ),
    Case(
        "H22 dates of the 1904 epoch",
        lambda: d.one_sheet(dated, date_1904=True),
        {"Satu": [["tgl", "jam", "serial"], ["1985-08-17", "1985-08-17 07:30:00", "31276"]]},
    ),
    Case(
        "H31 words for nothing stay",
        lambda: d.sheets(Satu=[["NA", "NULL", "None"]]),
        {"Satu": [["NA", "NULL", "None"]]},
    ),
    Case(
        "segfault text of pandas",
        lambda: d.sheets(Satu=[["6472010E+15101001739"]]),
        {"Satu": [["6472010E+15101001739"]]},
    ),
    Case(
        "signs beyond ASCII",
        lambda: d.sheets(Satu=[["Mu’ut", "º", "日"], ["A", "", "B"]]),
        {"Satu": [["Mu’ut", "º", "日"], ["A", "", "B"]]},
    ),
    # sheets, ranges, hidden parts
    Case(
        "H17 cell merged over rows fills them",
        lambda: d.one_sheet(merged_rows),
        {"Satu": [["kk", "nama"], [N1, "ANI"], [N1, "BUDI"], ["", "CICI"]]},
    ),
    Case(
        "H17 cell merged over columns stands once",
        lambda: d.one_sheet(merged_columns),
        {"Satu": [["DAFTAR", "", ""], ["nik", "nama", "rt"], ["X", "", ""]]},
    ),
    Case("H29 a style in the last row makes no rows", lambda: d.one_sheet(far_style), {"Satu": [["nik"]]}),
    Case(
        "H29 blank rows and columns before the data",
        lambda: d.sheets(Satu=[[], ["", "", "nik"]]),
        {"Satu": [["", "", ""], ["", "", "nik"]]},
    ),
    Case(
        "ragged rows",
        lambda: d.sheets(Satu=[["a"], ["b", "c", "d"]]),
        {"Satu": [["a", "", ""], ["b", "c", "d"]]},
    ),
    Case(
        "H34 hidden rows and columns are read",
        lambda: d.one_sheet(hidden_parts),
        {"Satu": [["nik", "", "", "rt"], *[[n, "", "", ""] for n in "123"]]},
    ),
    Case(
        "H34 H35 every sheet, hidden ones too, charts not",
        lambda: d.xlsx(several),
        {"Long Ikis": [["nik"]], "Lama": [["stale"]], "Sandi": [["old"]], "Kosong": []},
    ),
    # formulas and errors
    Case("formulas with their values", lambda: d.one_sheet(computed), {"Satu": [["2", "AB"]]}),
    Case(
        "H32 formula without value",
        lambda: d.openpyxl_book(A1="nik", B1="n", B2="=1+1"),
        {"Satu": [["nik", "n"], ["", F + "=1+1"]]},
    ),
    Case(
        "H32 a last row of formulas does not vanish",
        lambda: d.openpyxl_book(A1="nik", A3='=A1&"<x>"', C3="=2"),
        {"Satu": [["nik", "", ""], ["", "", ""], [F + '=A1&"<x>"', "", F + "=2"]]},
    ),
    Case(
        "H32 a sheet of formulas only", lambda: d.openpyxl_book(B2="=1"), {"Satu": [["", ""], ["", F + "=1"]]}
    ),
    Case(
        "H44 error cells",
        lambda: d.one_sheet(error_cells),
        {"Satu": [["nik", "a", "b"], [N1, "#N/A", "#REF!"]]},
    ),
    # other kinds, whatever the name says
    Case(
        "XLS",
        (DATA / "keluarga.xls").read_bytes,
        {
            "Keluarga": [
                ["", "", "", ""],
                ["NIK", "NAMA", "TANGGAL LAHIR", "RT"],
                [N1, "SITI CONTOH", "1985-08-17", "003"],
                [M + N2, "BUDI CONTOH", "", "4"],
                ["6400001708850003", "ANI CONTOH", "", ""],
                ["6400001708850004", "ANI CONTOH", "", ""],
            ],
            "Lama": [["x"]],
        },
        FileKind.XLS,
    ),
    Case(
        "ODS",
        lambda: d.ods([["nik", "rt"], [N1, 3.0], [float(N2), "004"]]),
        {"Satu": [["nik", "rt"], [N1, "3"], [M + N2, "004"]]},
        FileKind.ODS,
    ),
    Case("H37 HTML", HTML.encode, {"Tabel 1": [["nik", "nama"], [N1, "SITI & ANI"]]}, FileKind.HTML),
    Case(
        "H37 HTML in UTF-16",
        lambda: HTML.encode("utf-16"),
        {"Tabel 1": [["nik", "nama"], [N1, "SITI & ANI"]]},
        FileKind.HTML,
    ),
    Case(
        "H37 HTML with open ends, spans and a layout table",
        lambda: (
            b"<table><tr><td><table><tr><th rowspan=2>kk<th colspan=2>rumah<tr><td>a<td>b"
            b"<tr><td rowspan='2'>1<td>2<tr><td>x</table></table>"
        ),
        {"Tabel 1": [["kk", "rumah", ""], ["kk", "a", "b"], ["1", "2", ""], ["1", "x", ""]]},
        FileKind.HTML,
    ),
    Case(
        "H37 HTML of Excel shows 6,4E+15 and keeps the number",
        f"<table><tr><td x:num='{N1}'>6,4E+15<td x:num>7</table>".encode,
        {"Tabel 1": [[M + N1, "7"]]},
        FileKind.HTML,
    ),
    Case(
        "H37 XML Spreadsheet 2003",
        lambda: d.xml_2003(
            '<Row><Cell><Data ss:Type="String">nik</Data></Cell></Row><Row ss:Index="3"><Cell ss:Index="2">'
            '<Data ss:Type="Number">3</Data></Cell><Cell>'
            '<Data ss:Type="DateTime">1985-08-17T00:00:00.000</Data></Cell><Cell ss:Formula="=RC1"/></Row>'
        ),
        {"Satu": [["nik", "", "", ""], [""] * 4, ["", "3", "1985-08-17", F + "=RC1"]]},
        FileKind.XML,
    ),
    Case(
        "H37 XML Spreadsheet with merged rows",
        lambda: d.xml_2003(
            '<Row><Cell ss:MergeDown="1"><Data ss:Type="String">kk</Data></Cell></Row><Row/>'
            '<Row><Cell><Data ss:Type="Boolean">1</Data></Cell></Row>'
        ),
        {"Satu": [["kk"], ["kk"], ["TRUE"]]},
        FileKind.XML,
    ),
    Case(
        "XML that swells",
        lambda: (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]><Workbook '
            b'xmlns="urn:schemas-microsoft-com:office:spreadsheet">&a;</Workbook>'
        ),
        code="E_WORKBOOK",
    ),
    Case("XML of something else", lambda: b"<?xml version='1.0'?><kml/>", code="E_TYPE"),
    Case("web archive", lambda: b"MIME-Version: 1.0\r\n\r\n<table>", code="E_TYPE"),
    # passwords
    Case("H36 no password given", lambda: d.locked_xlsx(BOOK, SECRET), code="E_ENCRYPTED"),
    Case(
        "H36 the password", lambda: d.locked_xlsx(BOOK, SECRET), {"Satu": [["nik"], [N1]]}, opened_with=SECRET
    ),
    Case("H36 another password", lambda: d.locked_xlsx(BOOK, SECRET), code="E_PASSWORD", opened_with="lain"),
    Case(
        "H36 locked with Excel's own",
        lambda: d.locked_xlsx(BOOK, "VelvetSweatshop"),
        {"Satu": [["nik"], [N1]]},
    ),
    Case("H36 a password that was not needed", lambda: BOOK, {"Satu": [["nik"], [N1]]}, opened_with=SECRET),
    Case(
        "H36 locked and cut short",
        lambda: d.locked_xlsx(BOOK, SECRET)[:4000],
        code="E_WORKBOOK",
        opened_with=SECRET,
    ),
    Case("H36 locked ZIP, none given", lambda: d.aes_zip({"a.csv": b"nik,rt"}, SECRET), code="E_ENCRYPTED"),
    Case(
        "H36 locked ZIP, another",
        lambda: d.aes_zip({"a.csv": b"nik,rt"}, SECRET),
        code="E_PASSWORD",
        opened_with="lain",
    ),
    Case(
        "H36 old locked ZIP, another",
        lambda: d.zipcrypto_zip("a.csv", b"nik,rt" * 99, SECRET),
        code="E_PASSWORD",
        opened_with="lain",
    ),
    # nothing in it, damaged, unsafe
    Case("H43 workbook without any cell", lambda: d.sheets(Satu=[]), code="E_EMPTY_FILE"),
    Case("archive without members", lambda: d.archive({}), code="E_EMPTY_FILE"),
    Case("cut short", lambda: BOOK[:-300], code="E_WORKBOOK"),
    Case(
        "sheet whose checksum is wrong",
        lambda: d.with_wrong_checksum(BOOK, "xl/worksheets/sheet1.xml"),
        code="E_WORKBOOK",
    ),
    Case(
        "entities in a workbook",
        lambda: d.with_part(BOOK, "xl/workbook.xml", lambda x: b"<!DOCTYPE x>" + x),
        code="E_WORKBOOK",
    ),
    Case("H38 path outside", lambda: d.archive({"../a.csv": "nik,rt"}), code="E_ZIP_UNSAFE"),
    Case("H38 absolute path", lambda: d.archive({"/etc/a.csv": "nik,rt"}), code="E_ZIP_UNSAFE"),
    Case("H38 drive", lambda: d.archive({"C:\\a.csv": "nik,rt"}), code="E_ZIP_UNSAFE"),
    Case("H38 archive in it", lambda: d.archive({"a.zip": d.archive({"b.csv": "x"})}), code="E_ZIP_UNSAFE"),
    Case("H38 packed archive in it", lambda: d.archive({"a.csv.gz": b"\x1f\x8b\x08"}), code="E_ZIP_UNSAFE"),
    Case("H38 bomb", lambda: d.archive({"a.csv": "0" * 2_000_000}), code="E_ZIP_UNSAFE"),
    Case(
        "H38 too many members",
        lambda: d.archive({f"{n}.csv": "a,b" for n in range(201)}),
        code="E_ZIP_UNSAFE",
    ),
    Case("H38 archive without any table", lambda: d.archive({"bast.pdf": "%PDF-1.7"}), code="E_TYPE"),
    Case(
        "a letter", lambda: d.archive({"[Content_Types].xml": "x", "word/document.xml": "x"}), code="E_TYPE"
    ),
    Case(
        "H29 H39 a stray cell in the last row and column",
        lambda: d.xml_2003(
            '<Row ss:Index="1048576"><Cell ss:Index="16384"><Data ss:Type="String">x</Data></Cell></Row>'
        ),
        code="E_TOO_LARGE",
    ),
    Case("OLE of something else", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), code="E_TYPE"),
]


def delivery(folder: Path, content: bytes, **options: Any) -> Container:
    path = folder / "data.csv"  # a name that is wrong for most of them
    path.write_bytes(content)
    return open_delivery(path, label="masuk/data.csv", **options)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_comes_out_of_it(tmp_path: Path, case: Case) -> None:
    if case.code:
        with pytest.raises(InputError) as caught:
            delivery(tmp_path, case.content(), password=case.opened_with)
        assert [fault.code for fault in caught.value.faults] == [case.code]
        assert caught.value.__cause__ is None
        for language in Language:
            assert describe(caught.value.faults[0], language).startswith("masuk/data.csv: ")
        return
    (file,) = delivery(tmp_path, case.content(), password=case.opened_with).files
    assert file.kind is case.kind
    assert text(file.kind, Language.INDONESIAN)
    assert {s.name: [list(row) for row in s.rows] for s in file.sheets} == case.tables


def test_hidden_parts_are_told(tmp_path: Path) -> None:
    (file,) = delivery(tmp_path, d.one_sheet(hidden_parts)).files
    assert (file.sheets[0].hidden_rows, file.sheets[0].hidden_columns) == ((3,), (2, 3))
    (file,) = delivery(tmp_path, d.xlsx(several)).files
    assert [(s.name, s.hidden) for s in file.sheets if isinstance(s, CellSheet)] == [
        ("Long Ikis", False), ("Lama", True), ("Sandi", True), ("Kosong", False),
    ]  # fmt: skip
    (file,) = delivery(tmp_path, (DATA / "keluarga.xls").read_bytes()).files
    assert [sheet.hidden for sheet in file.sheets] == [False, True]


def test_merged_headings_are_told(tmp_path: Path) -> None:
    (file,) = delivery(tmp_path, d.one_sheet(merged_columns)).files
    assert file.sheets[0].merges == (Merge(0, 0, 0, 2), Merge(2, 0, 2, 1))


MEMBERS = {
    "b/anggota.csv": b"nik|nama\n1|A\n",
    "a.xlsx": BOOK,
    "__MACOSX/._a.xlsx": b"x",
    ".DS_Store": b"x",
    "kosong.csv": b"\n\n",
    "bast.pdf": b"%PDF-1.7",
    "baca.txt": b"Kata sandi dikirim terpisah.\n",
    "surat.docx": d.archive({"[Content_Types].xml": "x", "word/document.xml": "x"}),
}


@pytest.mark.parametrize("password", [None, SECRET])
def test_every_member_is_a_file_or_named_as_skipped(tmp_path: Path, password: str | None) -> None:
    content = d.aes_zip(MEMBERS, password) if password else d.archive(MEMBERS)
    found = delivery(tmp_path, content, password=password)
    assert [(file.label, str(file.kind)) for file in found.files] == [
        ("masuk/data.csv!a.xlsx", "xlsx"),
        ("masuk/data.csv!b/anggota.csv", "csv"),
    ]
    assert {skipped.name: str(skipped.reason) for skipped in found.skipped} == {
        ".DS_Store": "member_system",
        "__MACOSX/._a.xlsx": "member_system",
        "baca.txt": "member_prose",
        "bast.pdf": "member_foreign",
        "kosong.csv": "member_empty",
        "surat.docx": "member_foreign",
    }
    assert all(text(skipped.reason, language) for skipped in found.skipped for language in Language)
    assert len({found.sha256, *(file.sha256 for file in found.files)}) == 3
    assert found.size == len(content)


def test_old_locked_archive_opens(tmp_path: Path) -> None:
    found = delivery(tmp_path, d.zipcrypto_zip("a.csv", b"nik,rt\n1,2\n", SECRET), password=SECRET)
    assert [list(sheet.lines) for file in found.files for sheet in file.sheets] == [["nik,rt", "1,2"]]


def test_faults_of_all_members_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        delivery(tmp_path, d.archive({"a.xlsx": BOOK[:-300], "b.csv": "nik,rt", "d.xml": "<?xml?>"}))
    assert [(f.code, f.file) for f in caught.value.faults] == [
        ("E_WORKBOOK", "masuk/data.csv!a.xlsx"),
        ("E_TYPE", "masuk/data.csv!d.xml"),
    ]


@pytest.mark.parametrize(
    ("limits", "content", "code"),
    [
        (Limits(size=10), b"nik,nama,alamat", "E_TOO_LARGE"),
        (Limits(unpacked=1_000), BOOK, "E_TOO_LARGE"),
        (Limits(unpacked=1_000), d.archive({"a.csv": os.urandom(2_000)}), "E_TOO_LARGE"),
        (Limits(members=1), d.archive({"a.csv": "x,y", "b.csv": "x,y"}), "E_ZIP_UNSAFE"),
        (Limits(ratio_from=10, ratio=5), d.archive({"a.csv": "a,b\n" * 100}), "E_ZIP_UNSAFE"),
    ],
)
def test_limits(tmp_path: Path, limits: Limits, content: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        delivery(tmp_path, content, limits=limits)
    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_directory_that_lies_about_sizes(tmp_path: Path) -> None:
    content = bytearray(d.archive({"a.csv": "nik,rt\n" * 1_000}))
    for header, place in ((zipfile.stringFileHeader, 22), (zipfile.stringCentralDir, 24)):
        at = content.index(header) + place
        content[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(InputError) as caught:
        delivery(tmp_path, bytes(content))
    assert [fault.code for fault in caught.value.faults] == ["E_WORKBOOK"]
