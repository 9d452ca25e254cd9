"""Parsers are total: any text gives a value, nothing, or a reason, the same in any company and order."""

from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from value_cases import CASES, REFERENCE

from reconcile.sources.parsers import PARSERS
from reconcile.sources.parsing.base import Context, Parsed
from reconcile.sources.parsing.identifiers import parse_nik
from reconcile.sources.parsing.numbers import parse_number
from reconcile.sources.raw import FORMULA_MARK, NUMERIC_MARK
from reconcile.tables import DTYPES
from reconcile.vocab import Reason

TABLE = {"1": "ya", "2": "tidak"}
CODES = {reason.value: reason for reason in Reason}

#: Cells as damage makes them: a case of the tables with characters put in, taken out or doubled.
SPICE = [
    "'",
    " ",
    ".",
    ",",
    "-",
    "/",
    "E+15",
    "\x00",
    "\u00a0",
    "°",
    NUMERIC_MARK,
    FORMULA_MARK,
    "٣",
    "#",
    "*",
]
written = st.sampled_from(sorted({case[0] for cases in CASES.values() for case in cases}))
damaged = st.builds(
    lambda text, spice, place: text[: place % (len(text) + 1)] + spice + text[place % (len(text) + 1) :],
    written,
    st.sampled_from(SPICE),
    st.integers(0, 30),
)
cells = st.one_of(written, damaged, st.text(max_size=25), st.from_regex(r"[0-9.,/ -]{1,20}", fullmatch=True))


def read(parser: str, column: list[str], style: str = "") -> Parsed:
    return PARSERS[parser].parse(pd.Series(column, dtype="str"), Context(REFERENCE, TABLE, style))


@pytest.mark.parametrize("parser", PARSERS)
@settings(max_examples=14, deadline=None)
@given(column=st.lists(cells, max_size=12), style=st.sampled_from(["", "id", "en", "plain"]))
def test_any_text_gives_a_value_or_a_reason(parser: str, column: list[str], style: str) -> None:
    answer = read(parser, column, style)
    assert len(answer.data) == len(answer.codes) == len(column)
    answer.data.astype(DTYPES[PARSERS[parser].kind])
    for value, code in zip(answer.data, answer.codes, strict=True):
        assert pd.isna(code) or CODES[code].keeps_value == (not pd.isna(value))


@pytest.mark.parametrize("parser", PARSERS)
@settings(max_examples=14, deadline=None)
@given(column=st.lists(cells, min_size=1, max_size=8), order=st.randoms(use_true_random=False))
def test_the_order_of_rows_and_repeats_change_nothing(parser: str, column: list[str], order: Random) -> None:
    answer = read(parser, column)
    told = {text: (str(v), str(c)) for text, v, c in zip(column, answer.data, answer.codes, strict=True)}
    again = column * 3
    order.shuffle(again)
    second = read(parser, again)
    for text, value, code in zip(again, second.data, second.codes, strict=True):
        assert told[text] == (str(value), str(code))


@settings(max_examples=14, deadline=None)
@given(
    nik=st.builds(
        lambda region, day, month, year, serial: f"{region:06d}{day:02d}{month:02d}{year:02d}{serial:04d}",
        st.integers(110101, 999999),
        st.one_of(st.integers(1, 28), st.integers(41, 68)),
        st.integers(1, 12),
        st.integers(0, 99),
        st.integers(1, 9999),
    ),
    dress=st.sampled_from(["{}", "'{}", " {}", "{}.0", "\u00a0{}\ufeff", "’{} "]),
)
def test_a_true_nik_is_never_lost(nik: str, dress: str) -> None:
    assert parse_nik(pd.Series([dress.format(nik)], dtype="str"), Context(REFERENCE)).data.tolist() == [nik]


@settings(max_examples=14, deadline=None)
@given(number=st.integers(-(10**9), 10**9), style=st.sampled_from(["id", "en"]))
def test_a_number_with_thousands_comes_back(number: int, style: str) -> None:
    text = f"{number:,}" if style == "en" else f"{number:,}".replace(",", ".")
    answer = parse_number(pd.Series([text], dtype="str"), Context(REFERENCE, style=style))
    assert answer.data.tolist() == [float(number)]
