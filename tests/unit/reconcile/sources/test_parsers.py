"""Parsers against the case table in tests/value_cases.py, and what they decide of whole columns."""

import pandas as pd
import pytest
from value_cases import CASES, REFERENCE

from reconcile.sources.parsers import PARSERS
from reconcile.sources.parsing.base import Context, nothing
from reconcile.sources.parsing.choices import translate
from reconcile.tables import DTYPES
from reconcile.vocab import Reason

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
    expected = pd.Timestamp(value) if PARSERS[parser].kind == "date" and value else value
    assert (values, codes) == ([pytest.approx(expected) if isinstance(value, float) else expected], [code])


@pytest.mark.parametrize("parser", CASES)
def test_a_column_gives_what_its_cells_give(parser: str) -> None:
    written = [case[0] for case in CASES[parser]] * 2
    values, codes = parsed(parser, written)
    alone = [parsed(parser, [text]) for text in written]
    assert values == [one[0][0] for one in alone]
    assert codes == [one[1][0] for one in alone]


@pytest.mark.parametrize(
    "written",
    [
        ["31/12/2000", "30/02/2001", "00/01/2001", "01/13/2001", "05/05/2001", "04/05/2001", "05-04-2001"],
        [f"{month:02}/{day:02}/1990" for month in range(1, 13) for day in (11, 25, 28)],
        ["04/05/2001", "05/05/2001"],
        ["2001-02-29", "2000-02-29", "1900-01-01", "1901-01-01", "2026-04-01", "2001-00-10", "2001-10-00"],
    ],
)
def test_dates_in_plain_forms_are_read_as_all_others(written: list[str]) -> None:
    # with a space in front they are no plain form any more, and the column is the same
    assert parsed("date", written) == parsed("date", [f" {text}" for text in written])


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


@pytest.mark.parametrize("parser", PARSERS)
def test_a_column_without_text_need_not_be_parsed(parser: str) -> None:
    blank = pd.Series(["", "", ""], index=[3, 5, 7], dtype="str")
    answer = PARSERS[parser].parse(blank, Context(REFERENCE, {"1": "satu"}))
    quick = nothing(blank.index, DTYPES[PARSERS[parser].kind])
    pd.testing.assert_series_equal(answer.data.astype(quick.data.dtype), quick.data, check_names=False)
    pd.testing.assert_series_equal(answer.codes, quick.codes, check_names=False)


@pytest.mark.parametrize("parser", [name for name in PARSERS if name != "choice"])
def test_no_text_is_both_trusted_and_not(parser: str) -> None:
    words = [case[0] for cases in CASES.values() for case in cases]
    values, codes = parsed(parser, words)
    both = [c for v, c in zip(values, codes, strict=True) if v is not None and c is not None]
    assert all(Reason(code).keeps_value for code in both)
    assert not [c for v, c in zip(values, codes, strict=True) if v is None and c and Reason(c).keeps_value]


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


STYLES = [
    ("number", "id", "1.250", 1250.0, None),
    ("number", "id", "1.250.000,5", 1250000.5, None),
    ("number", "id", "1,5", 1.5, None),
    ("number", "id", ",5", 0.5, None),
    ("number", "id", "1.5", None, "E_NUMBER"),  # not as it was declared
    ("number", "id", "1.25.000", None, "E_NUMBER"),
    ("number", "en", "1,250", 1250.0, None),
    ("number", "en", "1,250,000.5", 1250000.5, None),
    ("number", "en", "1,5", None, "E_NUMBER"),
    ("number", "plain", "1.250", 1.25, None),
    ("number", "plain", "11,479", 11.479, None),
    ("number", "plain", "1.250,5", None, "E_NUMBER"),
    ("whole", "id", "1.250", 1250, None),
    ("whole", "id", "1.250.000", 1250000, None),
    ("whole", "id", "4,00", 4, None),
    ("whole", "en", "1,250", 1250, None),
    ("whole", "plain", "1.250", None, "E_NUMBER"),
]


@pytest.mark.parametrize(("parser", "style", "written", "value", "code"), STYLES)
def test_numbers_as_the_column_declares(
    parser: str, style: str, written: str, value: object, code: str | None
) -> None:
    answer = PARSERS[parser].parse(pd.Series([written], dtype="str"), Context(REFERENCE, style=style))
    assert [None if pd.isna(v) else v for v in (answer.data[0], answer.codes[0])] == [value, code]


@pytest.mark.parametrize(
    ("epoch", "written", "day"),
    [
        (1900, "31276", "1985-08-17"),
        (1904, "29814", "1985-08-17"),
        (1900, "61", "1900-03-01"),
        (1904, "29814.5", "1985-08-17"),
    ],
)
def test_serial_dates_of_both_epochs(epoch: int, written: str, day: str) -> None:
    answer = PARSERS["date"].parse(pd.Series([written], dtype="str"), Context(REFERENCE, epoch=epoch))
    assert (answer.data[0], answer.codes.isna()[0]) == (pd.Timestamp(day), True)


AMERICAN = [f"{month}/{day}/1985" for month, day in zip([*range(1, 13)] * 2, range(5, 29), strict=True)]
ORDERS = [
    # a date that proves day/month settles the column
    (["17/08/1985", "03/04/1990"], "1990-04-03", None),
    # no proof: said
    (["05/08/1985", "03/04/1990"], "1990-04-03", "W_DATE_AMBIGUOUS"),
    # proofs of both orders: said
    (["17/08/1985", "08/17/1985", "03/04/1990"], "1990-04-03", "W_DATE_AMBIGUOUS"),
    # few dates that are only possible as month/day make no American column
    (["08/17/1985", "08/18/1985", "03/04/1990"], "1990-04-03", "W_DATE_AMBIGUOUS"),
    # a whole column does, and is said
    ([*AMERICAN, "03/04/1990"], "1990-03-04", "W_DATE_ORDER"),
    # but for one that proves the other order
    ([*AMERICAN, "17/08/1985", "03/04/1990"], "1990-04-03", "W_DATE_AMBIGUOUS"),
    # one date a thousand times is one date
    (["08/17/1985"] * 1000 + ["03/04/1990"], "1990-04-03", "W_DATE_AMBIGUOUS"),
    # other forms have no order to doubt
    (["1985-04-03", "3 April 1990"], "1990-04-03", None),
]


@pytest.mark.parametrize(("column", "day", "code"), ORDERS)
def test_order_of_day_and_month_is_the_columns(column: list[str], day: str, code: str | None) -> None:
    values, codes = parsed("date", column)
    assert (values[-1], codes[-1]) == (pd.Timestamp(day), code)


SERIALS = [f"64000017088500{place:02d}" for place in range(1, 100)]


@pytest.mark.parametrize("parser", ["nik", "kk"])
@pytest.mark.parametrize(
    ("column", "said"),
    [
        (SERIALS, 0),  # nine of ninety-nine, as it should be
        ([f"{nik[:-1]}0" for nik in SERIALS[10:]] + SERIALS[:9], 0),  # only eighteen are distinct
        ([f"640000170885{place:03d}0" for place in range(1, 41)] + SERIALS[:9], 40),
        ([f"640000170885{place:03d}0" for place in range(1, 11)], 0),  # too few to tell
        (["6400001708850010"] * 500 + SERIALS[:25], 0),
    ],
)
def test_a_rounded_column_is_said_on_what_ends_in_zero(parser: str, column: list[str], said: int) -> None:
    values, codes = parsed(parser, column)
    doubted = {v for v, c in zip(values, codes, strict=True) if c == "W_ID_ROUNDED"}
    assert len(doubted) == said
    assert all(value.endswith("0") for value in doubted)
    assert None not in values
