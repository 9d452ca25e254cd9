"""Which fate each physical line has. A row of FATES is a small file, and how many lines went where."""

import random
from datetime import date

import pytest

from reconcile.sources.conform import Conformed, conform
from reconcile.sources.headers import Known, find_header, fold_heading
from reconcile.sources.idle import is_total
from reconcile.sources.raw import CellSheet, RawFile, TextSheet
from reconcile.sources.readers import split_lines
from reconcile.sources.records import split_records
from reconcile.sources.spec import load_source

SPEC = load_source("dtsen_members_v3")
HEAD = "nomor_kartu_keluarga|nomor_induk_kependudukan|nama|tanggal_lahir|status_hubungan_keluarga"
A = "6400000101150001|6400001708850001|BUDI|1985-08-17|Kepala Keluarga"
B = "6400000101150001|6400005708900002|SITI|1990-08-17|Istri/Suami"
C = "6400000101150002|6400000101700003|AJI|1970-01-01|Kepala Keluarga"


def text_file(text: str) -> RawFile:
    return RawFile("x.csv", "0" * 64, len(text), "text", "utf-8", (TextSheet(split_lines(text)),))


def conformed(text: str) -> Conformed:
    return conform(text_file(text), SPEC, reference_date=date(2024, 1, 1))


FATES = {
    "clean": ([HEAD, A, B], {"accepted": 2}, []),
    "title and blank lines above": (
        ["DATA ANGGOTA", "", "||||", HEAD, A],
        {"accepted": 1, "preamble": 1, "blank": 2},
        [],
    ),
    "sep= line": (["sep=|", HEAD, A], {"accepted": 1, "non_data": 1}, []),
    "a person above the heading": ([A, HEAD, B], {"accepted": 1, "quarantined": 1}, ["E_FIELD_COUNT"]),
    "blank lines": ([HEAD, "", A, "  ", "||||", '""|""|||', B], {"accepted": 2, "blank": 4}, []),
    "trailing delimiter": ([HEAD, A + "|", B + "||"], {"accepted": 2}, []),
    "trailing delimiter in the heading too": ([HEAD + "|", A + "|", B + "|"], {"accepted": 2}, []),
    "surplus value": ([HEAD, A + "|X", B], {"accepted": 1, "quarantined": 1}, ["E_FIELD_COUNT"]),
    "short row": ([HEAD, A.rsplit("|", 1)[0], B], {"accepted": 1, "quarantined": 1}, ["E_FIELD_COUNT"]),
    "quoted": ([HEAD, A.replace("BUDI", '"BUDI"'), B], {"accepted": 2}, []),
    "quoted delimiter": ([HEAD, A.replace("BUDI", '"BUDI|ALI"')], {"accepted": 1}, []),
    "quoted line break": (
        [HEAD, A.replace("BUDI", '"BUDI\nALI"'), B],
        {"accepted": 2, "continuation": 1},
        [],
    ),
    "two line breaks": (
        [HEAD, A.replace("BUDI", '"BU\nDI\nALI"'), B],
        {"accepted": 2, "continuation": 2},
        [],
    ),
    "three line breaks are too many": (
        [HEAD, A.replace("BUDI", '"B\nU\nD\nI"'), B],
        {"accepted": 1, "quarantined": 4},
        ["E_QUOTE", "E_FIELD_COUNT", "E_FIELD_COUNT", "E_FIELD_COUNT"],
    ),
    "quote never closed swallows nobody": (
        [HEAD, A.replace("BUDI", '"BUDI'), B, C],
        {"accepted": 2, "quarantined": 1},
        ["E_QUOTE"],
    ),
    "two open quotes in a row": (
        [HEAD, A.replace("BUDI", '"BUDI'), B.replace("SITI", '"SITI'), C],
        {"accepted": 1, "quarantined": 2},
        ["E_QUOTE", "E_QUOTE"],
    ),
    "open quote at the very end": (
        [HEAD, A, B.replace("SITI", '"SITI')],
        {"accepted": 1, "quarantined": 1},
        ["E_QUOTE"],
    ),
    "quotes inside quotes": (
        [HEAD, A.replace("BUDI", '"NAMA "X" Y"'), B],
        {"accepted": 1, "quarantined": 1},
        ["E_QUOTE"],
    ),
    "inch sign": ([HEAD, A.replace("BUDI", 'BUDI 5" X'), B], {"accepted": 2}, []),
    "inch signs that open a field": (
        [HEAD, A.replace("BUDI", 'B"U"D"I').replace("1985", '"1985'), B],
        {"accepted": 1, "quarantined": 1},
        ["E_QUOTE"],
    ),
    "NUL": ([HEAD, A.replace("BUDI", "BU\x00DI"), B], {"accepted": 1, "quarantined": 1}, ["E_NUL"]),
    "total rows": ([HEAD, A, "JUMLAH|1|||", "Total: 1||||", "JUMLAH 2"], {"accepted": 1, "non_data": 3}, []),
    "a person named Jumlah": ([HEAD, "Jumlah|6400001708850001|BUDI||"], {"accepted": 1}, []),
    "heading repeated": ([HEAD, A, HEAD, B], {"accepted": 2, "non_data": 1}, []),
    "column numbers below the heading": (
        [HEAD, "(1)|(2)|(3)|(4)|(5)", A],
        {"accepted": 1, "non_data": 1},
        [],
    ),
    "heading only": ([HEAD], {"accepted": 0}, []),
    "heading over two lines": (
        [HEAD.replace("nama|", '"na\nma"|').replace("na\nma", "\nnama"), A],
        {"accepted": 1, "header": 2},
        [],
    ),
}


@pytest.mark.parametrize(("lines", "counts", "codes"), FATES.values(), ids=FATES)
def test_fates(lines: list[str], counts: dict[str, int], codes: list[str]) -> None:
    result = conformed("\n".join([*lines, ""]))
    account = result.accounts.iloc[0]
    fates = ["preamble", "blank", "continuation", "non_data", "accepted", "quarantined"]
    assert {f: int(account[f]) for f in fates} == dict.fromkeys(fates, 0) | {
        k: v for k, v in counts.items() if k != "header"
    }
    assert account["header"] == counts.get("header", 1)
    assert list(result.quarantine["code"]) == codes
    assert len(result.table) == counts["accepted"]


def test_a_row_without_any_used_value_is_set_aside() -> None:
    spec = load_source("p3ke_families_2022")
    head = "No;ID Keluarga P3KE;Kode Kemdagri;Kepala Keluarga;NIK"
    result = conform(text_file(f"{head}\n1;;;;\n2;1;6402052003;A;-\n"), spec, reference_date=date(2024, 1, 1))
    assert list(result.quarantine["code"]) == ["E_NO_VALUE"]
    assert list(result.table["source_row"]) == [3]


def test_source_rows_are_physical_lines() -> None:
    lines = ["JUDUL", "", HEAD, A.replace("BUDI", '"BUDI\nALI"'), "", B, "x", C]
    result = conformed("\n".join(lines))
    assert list(result.table["source_row"]) == [4, 7, 9]
    assert list(result.quarantine["source_row"]) == [8]
    assert list(result.quarantine["raw"]) == ["x"]


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_delimiter_is_found_by_the_headings(delimiter: str) -> None:
    text = f"DATA, ANGGOTA; KELUARGA\n{HEAD}\n{A}".replace("|", delimiter)
    assert conformed(text).table["nama"].tolist() == ["BUDI"]


def test_a_heading_line_with_a_number_in_it_is_none() -> None:
    sheet = TextSheet([HEAD + A, B])
    assert find_header(sheet, Known(SPEC)) is None


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("\ufeffNIK", "nik"),
        ("NIK\nKepala\u00a0Keluarga", "nik kepala keluarga"),
        ("id_keluarga_P3KE", "id keluarga p3ke"),
        ("penerima _bpnt", "penerima bpnt"),
        ("Ｎama", "nama"),
        ("  ", ""),
    ],
)
def test_fold_heading(written: str, folded: str) -> None:
    assert fold_heading(written) == folded


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        (["", "Jumlah", "3"], True),
        (["TOTAL"], True),
        (["Total: 3"], True),
        (["Totalindo", "3"], False),
        (["1", "JUMLAH"], False),
        (["JUMLAH", "6400001708850001"], False),
        ([], False),
    ],
)
def test_is_total(cells: list[str], total: bool) -> None:
    assert is_total(cells, ("jumlah", "total")) is total


def test_rows_of_a_sheet_may_be_short_or_blank() -> None:
    rows = [
        [""],
        HEAD.split("|"),
        A.split("|"),
        ["6400000101150009"],
        [""],
        [*B.split("|"), "", " "],
        [*C.split("|"), "x"],
    ]
    sheet = CellSheet("S", rows)
    layout = find_header(sheet, Known(SPEC))
    records = split_records(sheet, layout)
    assert records.rows.tolist() == [3, 4, 6]
    assert [(a.row, a.reason.value) for a in records.aside] == [(7, "E_FIELD_COUNT")]
    assert records.lost["blank"] == 2


def mutated(content: str, source: random.Random) -> str:
    characters = list(content)
    for _ in range(source.randint(1, 3)):
        place = source.randrange(len(characters))
        characters[place] = source.choice(['"', "|", "\n", "\r", "\x00", "", "E", ",", '""', "\u2028"])
    return "".join(characters)


def test_mutated_files_lose_no_intact_nik() -> None:
    niks = [f"640000170885{n:04d}" for n in range(1, 41)]
    rows = [f'6400000101150001|{nik}|"NAMA {n}"|1985-08-17|Anak' for n, nik in enumerate(niks)]
    clean = "\n".join([HEAD, *rows])
    source = random.Random(64)  # noqa: S311  # a fixed series of damages, nothing secret
    for _ in range(250):
        text = mutated(clean, source)
        sheet = TextSheet(split_lines(text))
        layout = find_header(sheet, Known(SPEC))
        if layout is None:
            continue
        records = split_records(sheet, layout, ("jumlah", "total"))
        kept = "\n".join([*records.cells.to_numpy().ravel(), *(a.raw for a in records.aside)])
        assert [nik for nik in niks if nik in text and nik not in kept] == []
        counted = sum(n for fate, n in records.lost.items() if fate != "physical")
        assert records.lost["physical"] == counted + len(records.rows) + len(records.aside)
