"""What each parser makes of what offices write. A row: as written, our value, reason code.

To add a case, add a row. ``None`` as value is missing; ``None`` as code says that nothing is wrong.
All numbers are made up: 640000 is no kecamatan.
"""

from datetime import date

import pandas as pd
import pytest

from reconcile.sources.parsers import PARSERS
from reconcile.sources.parsing.base import Context
from reconcile.sources.parsing.choices import translate

REFERENCE = date(2024, 6, 30)
NIK = "6400001708850001"  # man, 17 August 1985
WOMAN = "6400005708850001"
PAPUA = "9471010101900003"  # above 2^53: the first to break where a number is made of it

CASES = {
    "nik": [
        (NIK, NIK, None),
        (WOMAN, WOMAN, None),
        (PAPUA, PAPUA, None),
        (f"'{NIK}", NIK, None),
        (f"’{NIK}", NIK, None),
        (f" {NIK} ", NIK, None),
        (f"\u00a0{NIK}\ufeff", NIK, None),
        (f"{NIK}.0", NIK, None),
        ("640000.170885.0001", NIK, None),
        ("6400-0017-0885-0001", NIK, None),
        ("6400 0017 0885 0001", NIK, None),
        ("6400002902850001", "6400002902850001", None),  # 29 February is a day, whatever the century
        ("1100001708850001", "1100001708850001", None),  # issued elsewhere: never refused
        ("", None, None),
        ("-", None, None),
        ("KOSONG", None, None),
        ("NULL", None, None),
        ("Belum Ada", None, None),
        ("6.40E+15", None, "E_NIK_SCI"),
        ("6,40000170885E+15", None, "E_NIK_SCI"),
        ("6.4e15", None, "E_NIK_SCI"),
        ("6472010E+15101001739", None, "E_NIK_SCI"),  # ends the process in pandas.to_numeric
        ("0", None, "E_NIK_PLACEHOLDER"),
        ("0000000000000000", None, "E_NIK_PLACEHOLDER"),
        ("9999999999999999", None, "E_NIK_PLACEHOLDER"),
        ("9999", None, "E_NIK_PLACEHOLDER"),
        ("1111111111111111", None, "E_NIK_PLACEHOLDER"),
        ("1234567890123456", None, "E_NIK_PLACEHOLDER"),
        ("6400001708850000", None, "E_NIK_15DIGIT"),
        ("6400001708850000.0", None, "E_NIK_15DIGIT"),
        ("6400********0001", None, "E_NIK_MASKED"),
        ("6400XXXXXXXX0001", None, "E_NIK_MASKED"),
        ("64.0000.00000000000", None, "E_NIK_MASKED"),
        ("640000170885000", None, "E_NIK_LEN"),
        ("64000017088500011", None, "E_NIK_LEN"),
        (f"{NIK}.0.0", None, "E_NIK_LEN"),  # one .0 is a spreadsheet's, two are nobody's
        ("640000l708850001", None, "E_NIK_LEN"),
        ("TIDAK PUNYA", None, "E_NIK_LEN"),
        ("6400003213850001", None, "E_NIK_DATE"),
        ("6400001713850001", None, "E_NIK_DATE"),
        ("6400003104850001", None, "E_NIK_DATE"),
        ("6400007208850001", None, "E_NIK_DATE"),
        ("6400000008850001", None, "E_NIK_DATE"),
    ],
    "kk": [
        ("6400000101150001", "6400000101150001", None),
        ("'6400000101150001", "6400000101150001", None),
        ("6400000101150001.0", "6400000101150001", None),
        ("6400009901150001", "6400009901150001", None),  # what its date part means is nowhere written
        ("", None, None),
        ("0", None, "E_KK"),
        ("9998", None, "E_KK"),
        ("6400000101150000", None, "E_KK"),
        ("6.4E+15", None, "E_KK"),
        ("640000010115", None, "E_KK"),
        ("64.0000.00000000000", None, "E_KK"),
    ],
    "key": [
        ("123456789", "123456789", None),
        ("123456789.0", "123456789", None),
        ("'123456789", "123456789", None),
        ("640000010115", "640000010115", None),  # too short for a KK, yet it joins its members
        ("KLG0001", "KLG0001", None),
        ("1", "1", None),
        ("9999", None, "E_VALUE"),
        ("-", None, None),
        ("0", None, "E_VALUE"),
        ("6.4E+15", None, "E_VALUE"),
        ("6400000101150000", None, "E_VALUE"),
    ],
    "code": [
        ("6402052003", "6402052003", None),
        ("64.02.05.2003", "64.02.05.2003", None),
        (" 64.02.05.2003 ", "64.02.05.2003", None),
        ("6402052003.0", "6402052003", None),
        ("'6402052003", "6402052003", None),
        ("6403", "6403", None),
        ("6403010", "6403010", None),
        ("64", "64", None),
        ("64030500120001", "64030500120001", None),  # with the SLS
        ("64.1", "64.1", None),  # lost its zero; the register says that it is unknown, nobody pads it
        ("", None, None),
        ("0", None, None),
        ("LOA KULU", None, "E_CODE"),
        ("6402-05", None, "E_CODE"),
        ("6.40E+09", None, "E_CODE"),
    ],
    "date": [
        ("1985-08-17", "1985-08-17", None),
        ("1985-8-7", "1985-08-07", None),
        ("1985-08-17 00:00:00", "1985-08-17", None),
        ("1985-08-17T00:00:00.000Z", "1985-08-17", None),
        ("1985/08/17", "1985-08-17", None),
        ("19850817", "1985-08-17", None),
        ("17/08/1985", "1985-08-17", None),
        ("17/08/1985 0:00:00", "1985-08-17", None),
        ("17-08-1985", "1985-08-17", None),
        ("17.08.1985", "1985-08-17", None),
        ("3/4/1990", "1990-04-03", None),  # day first, always
        ("'03/04/1990", "1990-04-03", None),
        ("1 Agustus 1990", "1990-08-01", None),
        ("01-Mei-1990", "1990-05-01", None),
        ("5 Pebruari 1971", "1971-02-05", None),
        ("31-Des-85", "1985-12-31", None),
        ("2 Nop. 1960", "1960-11-02", None),
        ("31/12/24", "1924-12-31", None),  # 2024 would be after the reference date
        ("29/06/24", "2024-06-29", None),
        ("01/01/68", "1968-01-01", None),  # never 2068
        ("32874", "1990-01-01", None),
        ("25708.0", "1970-05-20", None),
        ("29/02/2000", "2000-02-29", None),
        ("30/06/2024", "2024-06-30", None),
        ("", None, None),
        ("-", None, None),
        ("0000-00-00", None, None),
        ("00/00/0000", None, None),
        ("0", None, None),
        ("12/25/1990", None, "E_DATE"),  # the American order is not read
        ("29/02/2001", None, "E_DATE"),
        ("31/04/1990", None, "E_DATE"),
        ("01/07/2024", None, "E_DATE"),  # born after the reference date
        ("1850-01-01", None, "E_DATE"),
        ("17/08-1985", None, "E_DATE"),
        ("1 Agutsus 1990", None, "E_DATE"),
        ("Agustus 1990", None, "E_DATE"),
        ("1985", None, "E_DATE"),  # a year alone, not Excel's day 1985
        ("39", None, "E_DATE"),
        ("#VALUE!", None, "E_DATE"),
        (NIK, None, "E_DATE"),
    ],
    "whole": [
        ("4", 4, None),
        ("04", 4, None),
        ("4.0", 4, None),
        ("4,00", 4, None),
        ("0", 0, None),
        ("", None, None),
        ("kosong", None, None),
        ("4 orang", None, "E_NUMBER"),
        ("-4", None, "E_NUMBER"),
        ("4.5", None, "E_NUMBER"),
        ("6472010E+15101001739", None, "E_NUMBER"),
    ],
    "number": [
        ("6.11", 6.11, None),
        ("6,11", 6.11, None),
        ("-0,5", -0.5, None),
        ("1.234,5", 1234.5, None),
        ("241", 241.0, None),
        ("0,00", 0.0, None),
        (",5", 0.5, None),
        ("-", None, None),
        ("1.250.000", None, "E_NUMBER"),
        ("1,250,000", None, "E_NUMBER"),
        ("6.11%", None, "E_NUMBER"),
        ("1e5", None, "E_NUMBER"),
        ("6472010E+15101001739", None, "E_NUMBER"),
    ],
    "coordinate": [
        ("-0.5021", -0.5021, None),
        ("-0,5021", -0.5021, None),
        ("1.25", 1.25, None),  # the province lies on both sides of the equator
        ("117,1536", 117.1536, None),
        ("0", 0.0, None),
        ("-05021", None, "E_COORD"),  # the decimal point was lost
        ("1171536", None, "E_COORD"),
        ("180.01", None, "E_COORD"),
        ("0°30'10\"S", None, "E_COORD"),
        ("", None, None),
        ("-", None, None),
    ],
    "decile": [
        ("1", 1, None),
        ("01", 1, None),
        ("1.0", 1, None),
        ("10", 10, None),
        ("Desil 4", 4, None),
        ("DESIL II", 2, None),
        ("desil-3", 3, None),
        ("", None, None),
        ("0", None, "E_VALUE"),
        ("11", None, "E_VALUE"),
        ("miskin", None, "E_VALUE"),
    ],
    "rt_rw": [
        ("3", 3, None),
        ("003", 3, None),
        ("RT.001", 1, None),
        ("RT 12", 12, None),
        ("rw. 02", 2, None),
        ("RT/05", 5, None),
        ("3.0", 3, None),
        ("000", None, None),
        ("-", None, None),
        ("001/002", None, "E_VALUE"),
        ("DUSUN II", None, "E_VALUE"),
    ],
    "yes_no": [
        ("Ya", True, None),
        ("YA", True, None),
        ("1", True, None),
        ("TRUE", True, None),
        ("Tidak", False, None),
        ("tdk", False, None),
        ("0.0", False, None),
        ("", None, None),
        ("KOSONG", None, None),
        ("Tidak Tahu", None, None),  # unknown is not no
        ("2", None, "E_VALUE"),  # no in one source, unknown in another: the source's table says it
        ("Mungkin", None, "E_VALUE"),
    ],
    "sex": [
        ("LAKI-LAKI", "L", None),
        ("Laki - Laki", "L", None),
        ("L", "L", None),
        ("perempuan", "P", None),
        (" Wanita ", "P", None),
        ("KOSONG", None, None),
        ("1", None, "E_VALUE"),
    ],
    "relationship": [
        ("KEPALA KELUARGA", "kepala", None),
        ("ISTRI/SUAMI", "pasangan", None),
        ("Suami", "pasangan", None),
        ("Istri", "pasangan", None),
        ("ANAK", "anak", None),
        ("Menantu", "lainnya", None),
        ("LAINNYA", "lainnya", None),
        ("-", None, None),
        ("1", None, "E_VALUE"),
    ],
    "text": [
        ("  SITI   AMINAH ", "SITI AMINAH", None),
        ("SITI\u00a0AMINAH", "SITI AMINAH", None),
        ("NA", "NA", None),  # a name
        ("None", "None", None),
        ("#REF!", None, "E_VALUE"),
        ("KOSONG", None, None),
        ("-", None, None),
        ("", None, None),
    ],
}

ROWS = [(parser, *case) for parser, cases in CASES.items() for case in cases]


def parsed(parser: str, written: list[str], table: dict[str, str] | None = None) -> tuple[list, list]:
    column = pd.Series(written, dtype="str", index=range(5, 5 + len(written)))
    answer = PARSERS[parser].parse(column, Context(REFERENCE, table or {}))
    assert answer.data.index.equals(column.index)
    assert answer.codes.index.equals(column.index)
    plain = [None if pd.isna(value) else value for value in answer.data]
    return plain, [None if pd.isna(code) else code for code in answer.codes]


@pytest.mark.parametrize(("parser", "written", "value", "code"), ROWS)
def test_value_and_code(parser: str, written: str, value: object, code: str | None) -> None:
    values, codes = parsed(parser, [written])
    expected = pd.Timestamp(value) if parser == "date" and value else value
    assert (values, codes) == ([expected], [code])


@pytest.mark.parametrize("parser", CASES)
def test_a_column_gives_what_its_cells_give(parser: str) -> None:
    written = [case[0] for case in CASES[parser]] * 2
    values, codes = parsed(parser, written)
    alone = [parsed(parser, [text]) for text in written]
    assert values == [one[0][0] for one in alone]
    assert codes == [one[1][0] for one in alone]


@pytest.mark.parametrize("parser", [name for name in PARSERS if name != "choice"])
def test_no_rows_and_strange_text_do_not_raise(parser: str) -> None:
    strange = [
        "\x00",
        "\ufffd",
        "😀",
        "'" * 40,
        "9" * 400,
        "(",
        "٣",
        "1/1/1",
        "İ",
        "99999",
        "0x10",
        "nan",
        "inf",
    ]
    values, codes = parsed(parser, strange)
    assert len(values) == len(codes) == len(strange)
    assert parsed(parser, []) == ([], [])


@pytest.mark.parametrize("parser", [name for name in PARSERS if name not in {"text", "choice"}])
def test_no_text_is_both_trusted_and_not(parser: str) -> None:
    words = [case[0] for cases in CASES.values() for case in cases]
    values, codes = parsed(parser, words)
    assert not [w for w, v, c in zip(words, values, codes, strict=True) if v is not None and c is not None]


@pytest.mark.parametrize(
    ("written", "value", "code"),
    [
        ("PADAN", "ya", None),
        ("padan", "ya", None),
        ("TIDAK PADAN", "tidak", None),
        ("KOSONG", "kosong", None),  # here it is a value
        ("kosong", "kosong", None),
        ("", None, None),
        ("-", None, None),
        ("BELUM", None, "E_VALUE"),
    ],
)
def test_choice_knows_only_the_table_of_its_source(written: str, value: object, code: str | None) -> None:
    table = {"PADAN": "ya", "TIDAK PADAN": "tidak", "KOSONG": "kosong"}
    column = translate(pd.Series([written], dtype="str"), table)
    assert parsed("choice", list(column), table) == ([value], [code])


@pytest.mark.parametrize(("written", "becomes"), [("1", "ya"), ("1.0", "ya"), ("2", "tidak"), ("3", "3")])
def test_a_code_table_leaves_unknown_codes_as_they_are(written: str, becomes: str) -> None:
    assert list(translate(pd.Series([written], dtype="str"), {"1": "ya", "2": "tidak"})) == [becomes]
