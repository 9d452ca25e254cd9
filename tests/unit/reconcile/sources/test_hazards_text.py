"""The hazards of delimited text (hazards.md 1.1, formats.md 7), each as a small made-up file.

A row of HAZARDS: the bytes as delivered; the people who must come out, as field -> text; the codes of rows
set aside; the codes of values, by field; where lines went besides heading and people.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from reconcile.errors import InputError
from reconcile.sources.conform import Conformed, conform
from reconcile.sources.readers import read_file
from reconcile.sources.spec import load_source

SPEC = load_source("dtsen_members_v3")
#: Before 2041, so that a year of two digits is told apart; everybody here is born before it.
DAY = date(2024, 1, 1)

N1, N2, N3 = "6400001708850001", "6400005708900002", "6400000101700003"
K1, K2 = "6400000101150001", "6400000101150002"
HEAD = "no_kk,nik,nama,tanggal_lahir,hubungan_keluarga,alamat"
A = f"{K1},{N1},BUDI,1985-08-17,Kepala Keluarga,JL A"
B = f"{K1},{N2},SITI,1990-08-17,Istri/Suami,JL A"
C = f"{K2},{N3},AJI,1970-01-01,Kepala Keluarga,JL C"
BUDI, SITI, AJI = {"nik": N1, "nama": "BUDI"}, {"nik": N2, "nama": "SITI"}, {"nik": N3, "nama": "AJI"}


@dataclass(frozen=True)
class Case:
    """One delivered file and what must come of it."""

    content: bytes
    people: list[dict[str, str]]
    aside: list[str] = field(default_factory=list)
    flags: list[tuple[str, str]] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


def text(*lines: str, end: str = "\n", encoding: str = "utf-8") -> bytes:
    return end.join([*lines, ""]).encode(encoding)


def of(column: str, *written: str) -> bytes:
    """Return a file of one person per text, which stands in ``column``."""
    place = HEAD.split(",").index(column)
    rows = [A.split(",") for _ in written]
    for row, cell in zip(rows, written, strict=True):
        row[place] = cell
    return text(HEAD, *(",".join(row) for row in rows))


def person(**fields: str) -> dict[str, str]:
    return {"nik": N1} | fields


NO_NIK = {"nik": "", "nama": "BUDI"}

HAZARDS = {
    "H1 a blank NIK leaves the other's digits alone": Case(of("nik", N1, ""), [BUDI, NO_NIK]),
    "H2 a NIK of Papua, above 2^53": Case(
        of("nik", "9400001708850003", ""), [{"nik": "9400001708850003"}, NO_NIK]
    ),
    "H3 scientific notation is no NIK": Case(
        of("nik", "6.40000E+15", "6,40E+15".replace(",", "."), N1),
        [NO_NIK, NO_NIK, BUDI],
        flags=[("nik", "E_NIK_SCI"), ("nik", "E_NIK_SCI")],
    ),
    "H3 with a decimal comma": Case(
        of("nik", '"6,40E+15"'), [NO_NIK], flags=[("nik", "E_NIK_SCI")]
    ),
    "1.0 a NIK with a stray exponent, which ends pandas": Case(
        of("nik", "6400010E+15101001739"), [NO_NIK], flags=[("nik", "E_NIK_SCI")]
    ),
    "H4 rounded to fifteen digits": Case(
        of("nik", "6400001708850000"), [NO_NIK], flags=[("nik", "E_NIK_15DIGIT")]
    ),
    "H5 a family card may begin with zero": Case(
        of("no_kk", "0400000101150001"), [{"no_kk": "0400000101150001"}]
    ),
    "H6 apostrophe in front": Case(of("nik", f"'{N1}", f"\u2019{N1}"), [BUDI, BUDI]),
    "spaces and dots within a NIK": Case(of("nik", "6400 0017 0885 0001", f" {N1}.0 "), [BUDI, BUDI]),
    "formats 7.14 a NIK too short leaves the row in": Case(
        of("nik", "640000170885000"), [NO_NIK], flags=[("nik", "E_NIK_LEN")]
    ),
    "formats 7.11 a masked NIK": Case(
        of("nik", "640000**********", "64.0000.00000000000"),
        [NO_NIK, NO_NIK],
        flags=[("nik", "E_NIK_MASKED"), ("nik", "E_NIK_MASKED")],
    ),
    "formats 7.13 a placeholder": Case(
        of("nik", "9999999999999999", "1234567890123456"),
        [NO_NIK, NO_NIK],
        flags=[("nik", "E_NIK_PLACEHOLDER")] * 2,
    ),
    "H7 byte order mark": Case(b"\xef\xbb\xbf" + text(HEAD, A), [BUDI]),
    "H7 byte order mark in a quoted heading": Case(text(f'\ufeff"no_kk"{HEAD[5:]}', A), [BUDI]),
    "H8 UTF-16 with its mark": Case(text(HEAD, A, B, encoding="utf-16"), [BUDI, SITI]),
    "H8 UTF-16 without": Case(text(HEAD, A, B, encoding="utf-16-le"), [BUDI, SITI]),
    "H9 one line in Windows-1252": Case(
        text(HEAD, A.replace("BUDI", "MU\u2019IN")) + text(B.replace("SITI", "S\u2019AD"), encoding="cp1252"),
        [person(nama="MU\u2019IN"), {"nik": N2, "nama": "S\u2019AD"}],
    ),
    "formats 7.24 pipe, broken quotes and an odd byte": Case(
        text(HEAD.replace(",", "|"), A.replace(",", "|").replace("BUDI", '"NAMA "X" Y"'))
        + B.replace(",", "|").encode().replace(b"SITI", b"SIT\xe9") + b"\n",
        [{"nik": N2, "nama": "SIT\u00e9"}],
        aside=["E_QUOTE"],
        lines={"quarantined": 1},
    ),
    "H11 semicolons": Case(text(HEAD, A, B).replace(b",", b";"), [BUDI, SITI]),
    "H11 tabs": Case(text(HEAD, A, B).replace(b",", b"\t"), [BUDI, SITI]),
    "H14 trailing delimiters move nothing": Case(
        text(HEAD, A + ",", B + ",,"), [person(alamat="JL A"), {"nik": N2, "nama": "SITI"}]
    ),
    "H15 an address with a comma and no quotes": Case(
        text(HEAD, A.replace("JL A", "Jl B, RT 3"), B),
        [SITI],
        aside=["E_FIELD_COUNT"],
        lines={"quarantined": 1},
    ),
    "H15 a short row": Case(
        text(HEAD, f"{K1},{N1},BUDI", B), [SITI], aside=["E_FIELD_COUNT"], lines={"quarantined": 1}
    ),
    "H16 titles above": Case(
        text("DAFTAR ANGGOTA,,,,,", ",,,,,", HEAD, A), [BUDI], lines={"preamble": 1, "blank": 1}
    ),
    "H16 a title of one cell": Case(
        text("DAFTAR ANGGOTA", "", HEAD, A), [BUDI], lines={"preamble": 1, "blank": 1}
    ),
    "a sep= line": Case(text("sep=,", HEAD, A), [BUDI], lines={"non_data": 1}),
    "H19 line break and no-break space in a heading": Case(
        text(HEAD.replace("hubungan_keluarga", '"hubungan\n\u00a0keluarga"'), A), [BUDI], lines={"header": 2}
    ),
    "H20 day before month": Case(
        of("tanggal_lahir", "17/08/1985", "05-07-1990", "25/12/1990"),
        [person(tanggal_lahir=day) for day in ("1985-08-17", "1990-07-05", "1990-12-25")],
        flags=[],
    ),
    "H20 ISO is not turned round": Case(
        of("tanggal_lahir", "1990-05-07"), [person(tanggal_lahir="1990-05-07")]
    ),
    "H21 two-digit year": Case(of("tanggal_lahir", "31-Des-85"), [person(tanggal_lahir="1985-12-31")]),
    "H22 Excel serial": Case(of("tanggal_lahir", "25708"), [person(tanggal_lahir="1970-05-20")]),
    "formats 7.19 a time behind the date": Case(
        of("tanggal_lahir", "17/08/1985 0:00:00"), [person(tanggal_lahir="1985-08-17")]
    ),
    "H23 Indonesian months": Case(
        of("tanggal_lahir", "1 Agustus 1990", "2 Mei 1990"),
        [person(tanggal_lahir="1990-08-01"), person(tanggal_lahir="1990-05-02")],
    ),
    "formats 7.18 no date is no date": Case(
        of("tanggal_lahir", "", "00/00/0000", "-"), [person(tanggal_lahir="")] * 3
    ),
    "a day that is none": Case(
        of("tanggal_lahir", "31/02/1990"), [person(tanggal_lahir="")], flags=[("tanggal_lahir", "E_DATE")]
    ),
    "H24 a quote that never closes swallows nobody": Case(
        text(HEAD, A.replace("JL A", '"Gg 2'), B, C),
        [SITI, AJI],
        aside=["E_QUOTE"],
        lines={"quarantined": 1},
    ),
    "H24 an inch sign is no quote": Case(of("alamat", 'GG 2" B'), [person(alamat='GG 2" B')]),
    "H25 a line break in a field": Case(
        text(HEAD, A.replace("JL A", '"Jl A\nRT 03"'), B),
        [person(alamat="Jl A RT 03"), SITI],
        lines={"continuation": 1},
    ),
    "H26 NUL": Case(
        text(HEAD, A.replace("BUDI", "BU\0DI"), B), [SITI], aside=["E_NUL"], lines={"quarantined": 1}
    ),
    "H28 CR only": Case(text(HEAD, A, B, end="\r"), [BUDI, SITI]),
    "H28 CRLF": Case(text(HEAD, A, B, end="\r\n"), [BUDI, SITI]),
    "H28 mixed line ends": Case(f"{HEAD}\r\n{A}\r{B}\n{C}".encode(), [BUDI, SITI, AJI]),
    "no line end at the end": Case(text(HEAD, A, B)[:-1], [BUDI, SITI]),
    "H29 blank lines": Case(text(HEAD, "", A, ",,,,,", " ", B), [BUDI, SITI], lines={"blank": 3}),
    "H30 a total is nobody": Case(text(HEAD, A, "JUMLAH,1,,,,"), [BUDI], lines={"non_data": 1}),
    "H30 a signature below": Case(
        text(HEAD, A, ",,,,,", "Samarinda"),
        [BUDI],
        aside=["E_FIELD_COUNT"],
        lines={"blank": 1, "quarantined": 1},
    ),
    "H31 NA and None are names": Case(of("nama", "NA", "None"), [person(nama="NA"), person(nama="None")]),
    "a dash and KOSONG are nothing": Case(of("nama", "-", "KOSONG"), [person(nama="")] * 2),
    "H44 an error of the spreadsheet": Case(
        of("nama", "#REF!"), [person(nama="")], flags=[("nama", "E_CELL_ERROR")]
    ),
    "no-break spaces around a NIK": Case(of("nik", f"\u00a0{N1}\u00a0"), [BUDI]),
    "a NIK lies above the heading": Case(
        text(A, HEAD, B), [SITI], aside=["E_FIELD_COUNT"], lines={"quarantined": 1}
    ),
    "the heading again in the middle": Case(text(HEAD, A, HEAD, B), [BUDI, SITI], lines={"non_data": 1}),
}  # fmt: skip


def read(content: bytes, folder: Path) -> Conformed:
    path = folder / "kiriman.csv"
    path.write_bytes(content)
    return conform(read_file(path, label="kiriman.csv"), SPEC, reference_date=DAY)


@pytest.mark.parametrize("case", HAZARDS.values(), ids=HAZARDS)
def test_hazard(case: Case, tmp_path: Path) -> None:
    result = read(case.content, tmp_path)
    table = result.table.astype("str").fillna("")
    assert len(table) == len(case.people)
    for row, expected in zip(table.to_dict("records"), case.people, strict=True):
        assert {name: row[name] for name in expected} == expected
    assert list(result.quarantine["code"]) == case.aside
    flags = result.value_flags
    assert list(zip(flags["column"], flags["code"], strict=True)) == case.flags
    account = result.accounts.iloc[0]
    fates = ("header", "preamble", "blank", "continuation", "non_data", "quarantined")
    assert {fate: account[fate] for fate in fates} == dict.fromkeys(fates, 0) | {"header": 1} | case.lines


REFUSED = {
    "H43 nothing at all": (b"", "E_EMPTY_FILE"),
    "H43 only line ends": (b"\n\r\n \n", "E_EMPTY_FILE"),
    "a lost line end glues a person to the heading": (text(HEAD + A, B), "E_HEADER_NOT_FOUND"),
    "no heading": (text(A, B), "E_HEADER_NOT_FOUND"),
    "H18 two columns for one field": (text(HEAD + ",nama", A + ",X"), "E_HEADING_TWICE"),
    "a heading that nobody knows": (text(HEAD + ",gaji", A + ",1"), "E_HEADING_UNKNOWN"),
    "a required heading is missing": (
        text(HEAD.replace("hubungan_keluarga", "tempat_lahir"), A),
        "E_HEADING_MISSING",
    ),
    "PDF": (b"%PDF-1.7\n" + text(HEAD, A), "E_TYPE"),
}


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED)
def test_refused(content: bytes, code: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read(content, tmp_path)
    assert [fault.code for fault in error.value.faults] == [code]
    assert N1 not in str(error.value)
    assert "BUDI" not in str(error.value)
