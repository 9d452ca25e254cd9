"""How far two values agree, kind by kind; what one side does not know says nothing."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from reconcile.linkage import kinds, values
from reconcile.linkage.compare import LEVELS
from reconcile.linkage.values import MISSING, Codes

Case = tuple[Any, Any, str | None]
NIK = "6402065705800001"

IDENTIFIER: list[Case] = [
    # one, other, level (None: nothing to say)
    (NIK, NIK, "same"),
    # region and date: one digit is a slip of the pen
    ("6402065805800001", NIK, "one_edit"),
    ("7402065705800001", NIK, "one_edit"),
    # two neighbours changed over are one slip, in any place before the serial
    ("6402067505800001", NIK, "one_edit"),
    ("6420065705800001", NIK, "one_edit"),
    # a digit lost or written twice
    ("640206570580001", "6402065705810001", "one_edit"),
    ("642065705800001", NIK, "one_edit"),
    ("64402065705800001", NIK, "one_edit"),
    ("6403065805800001", NIK, "two_edits"),
    ("6402065805800002", NIK, "two_edits"),
    # the serial: a neighbour who registered the same day differs by no more
    ("6402065705800002", NIK, "serial"),
    ("6402065705800010", NIK, "serial"),
    ("640206570580001", NIK, "serial"),
    ("6402065705800099", NIK, "same_start"),
    ("6402065705801230", NIK, "same_start"),
    ("6472065705800099", NIK, "other"),
    ("6471031203780003", NIK, "other"),
    ("123", NIK, "other"),
    # short numbers have no serial
    ("1234", "1235", "one_edit"),
    ("640206570580", "640206570581", "one_edit"),
    (None, NIK, None),
    ("", NIK, None),
    (None, None, None),
]

NAME: list[Case] = [
    ("SITI AMINAH", "SITI AMINAH", "written"),
    ("HJ. SITTI AMINAH", "SITI AMINAH", "sound"),
    ("SJAMSOEDDIN", "SYAMSUDIN", "sound"),
    ("NUR HAYATI", "NURHAYATI", "sound"),
    ("Siti Aminah", "SITI AMINAH", "sound"),
    ("SITI", "SITI AMINAH", "words"),
    ("AMINAH SITI", "SITI AMINAH", "words"),
    ("SITI AMINAH SITI", "SITI AMINAH", "words"),
    # an initial stands for any word that begins so, beside a word that is the same
    ("M. ARSYAD", "MUHAMMAD ARSYAD", "words"),
    ("M. ARSYAD", "MADE ARSYAD", "words"),
    ("SITI A.", "SITI AMINAH", "words"),
    ("S. AMINAH", "SITI AMINAH", "words"),
    # initials alone say little
    ("S. A.", "SITI AMINAH", "weak"),
    ("S. A. K.", "RUSDIANA", "other"),
    # the wrong initial
    ("N. ARSYAD", "MUHAMMAD ARSYAD", "weak"),
    ("SITI AMINA", "SITI AMINAH", "close"),
    ("SITI AMINAHS", "SITI AMINAH", "close"),
    ("SITI RAHMAH", "SITI AMINAH", "similar"),
    # one word in common, nothing else alike
    ("RUDI HARTONO", "HARTONO WIJAYA", "weak"),
    # words that hardly anybody has say more
    ("BUNGAI", "BUNGAI LAMBUNG", "words_rare"),
    ("HARTONO BUNGAI", "BUNGAI RUSDIANA", "weak_rare"),
    ("RUSDIANA", "SITI AMINAH", "other"),
    ("MADE", "MUHAMMAD", "other"),
    (None, "SITI AMINAH", None),
    ("123", "SITI AMINAH", None),
    ("", "SITI AMINAH", None),
]

#: Names of others: they make the words of the cases common, but for BUNGAI and LAMBUNG.
OTHERS = ["SITI AMINAH RAHMAH", "MADE MUHAMMAD ARSYAD", "RUDI HARTONO WIJAYA"] * 3000 + ["BUDI"] * 20_000

DATE: list[Case] = [
    ("1980-05-17", "1980-05-17", "same"),
    # a day that is written when only the year is known agrees with any day of the year
    ("1980-01-01", "1980-05-17", "default"),
    ("1980-05-17", "1980-07-01", "default"),
    ("1980-12-31", "1980-12-31", "default"),
    ("1980-01-01", "1980-07-01", "default"),
    ("1981-01-01", "1980-05-17", "near"),
    ("1980-03-04", "1980-04-03", "swapped"),
    ("1980-03-04", "1981-04-03", "near"),
    # two of three parts
    ("1980-05-18", "1980-05-17", "parts"),
    ("1980-06-17", "1980-05-17", "parts"),
    ("1982-05-17", "1980-05-17", "parts"),
    ("1990-05-17", "1980-05-17", "parts"),
    ("1970-05-17", "1980-05-17", "parts"),
    ("1989-05-17", "1980-05-17", "other"),
    ("1990-05-18", "1980-05-17", "other"),
    ("1980-09-28", "1980-05-17", "year"),
    ("1983-09-28", "1980-05-17", "near"),
    ("1984-09-28", "1980-05-17", "other"),
    ("1966-09-28", "1980-05-17", "other"),
    # born before 1900, and a leap day
    ("1898-02-03", "1898-02-03", "same"),
    ("1980-02-29", "1980-02-28", "parts"),
    (None, "1980-05-17", None),
    (None, None, None),
]

CATEGORY: list[Case] = [("P", "P", "same"), ("L", "P", "other"), (None, "P", None), ("", "P", None)]

NUMBER: list[Case] = [
    (4, 4, "same"),
    (4, 5, "near"),
    (5, 4, "near"),
    (4, 6, "other"),
    (1, 0, "near"),
    (0, 0, "same"),
    (None, 4, None),
    # a number that is missing is not one less than none
    (0, None, None),
]

TEXT: list[Case] = [
    ("JL. MERDEKA 5", "JL. MERDEKA 5", "same"),
    ("JL. MERDEKA", "JL. MERDEKA 5", "words"),
    ("MERDEKA 5 JL.", "JL. MERDEKA 5", "words"),
    ("JL. MERDEKAA 5", "JL. MERDEKA 5", "close"),
    ("JALAN MERDEKA", "JL. MERDEKA 5", "similar"),
    ("DUSUN HULU", "JL. MERDEKA 5", "other"),
    (None, "JL. MERDEKA 5", None),
    ("", "", None),
]

TABLES: dict[str, list[Case]] = {
    "identifier": IDENTIFIER,
    "name": NAME,
    "date": DATE,
    "category": CATEGORY,
    "number": NUMBER,
    "text": TEXT,
}
AREA_LEVELS = ("same", "start8", "start5", "other")
AREA: list[Case] = [
    ("64.02.06.1001", "64.02.06.1001", "same"),
    ("64.02.06.1001", "64.02.06.2002", "start8"),
    ("64.02.06.1001", "64.02.19.2001", "start5"),
    ("64.02.06.1001", "64.07.01.2001", "other"),
    (None, "64.07.01.2001", None),
    (None, None, None),
]
PAIR: list[
    tuple[tuple[str | None, int | None, int | None], tuple[str | None, int | None, int | None], Any]
] = [
    # village, RT, RW of one and the other
    (("A", 1, 2), ("A", 1, 2), "both"),
    (("A", 1, 2), ("A", 9, 2), "one"),
    (("A", 1, 2), ("A", 1, 9), "one"),
    (("A", 1, 2), ("A", 9, 9), "other"),
    # numbers changed over are other numbers
    (("A", 1, 2), ("A", 2, 1), "other"),
    (("A", None, 2), ("A", 1, 2), None),
    (("A", 1, None), ("A", 1, None), None),
    # every village has an RT 1
    (("A", 1, 2), ("B", 1, 2), None),
    ((None, 1, 2), (None, 1, 2), None),
]


def texts(column: Sequence[Any]) -> pa.StringArray:
    return pa.array(column, pa.string())


def days(column: Sequence[Any]) -> values.Dates:
    return values.dates(pd.Series(pd.to_datetime(list(column), format="%Y-%m-%d")))


FEATURE: dict[str, Callable[[Sequence[Any]], Any]] = {
    "identifier": lambda column: values.category(texts(column)),
    "name": lambda column: values.names(texts(column)),
    "date": days,
    "category": lambda column: values.category(texts(column)),
    "number": lambda column: values.number(pd.Series(list(column), dtype="Int64")),
    "text": lambda column: values.category(texts(column)),
}


def rows(count: int) -> tuple[Codes, Codes]:
    return np.arange(count, dtype=np.int32), np.arange(count, 2 * count, dtype=np.int32)


def named(levels: np.ndarray, names: Sequence[str]) -> list[str | None]:
    return [None if level == MISSING else names[level] for level in levels.tolist()]


def levels_of(kind: str, cases: list[Case], *, swapped: bool = False) -> list[str | None]:
    """Return the level of each case, all of them compared in one call as in a run."""
    others = OTHERS if kind == "name" else []
    feature = FEATURE[kind]([case[0] for case in cases] + [case[1] for case in cases] + others)
    a, b = rows(len(cases))
    levels = getattr(kinds, kind)(feature, *((b, a) if swapped else (a, b)))
    return named(levels, LEVELS[kind])


EVERY = [(kind, case) for kind, cases in TABLES.items() for case in cases]


@pytest.mark.parametrize(("kind", "case"), EVERY, ids=[f"{k} {c[0]} {c[1]}" for k, c in EVERY])
def test_levels(kind: str, case: Case) -> None:
    assert levels_of(kind, [case]) == [case[2]]


@pytest.mark.parametrize("swapped", [False, True], ids=["as given", "swapped"])
@pytest.mark.parametrize("kind", TABLES)
def test_levels_do_not_depend_on_the_side_nor_on_other_pairs(kind: str, swapped: bool) -> None:
    assert levels_of(kind, TABLES[kind], swapped=swapped) == [case[2] for case in TABLES[kind]]


@pytest.mark.parametrize("kind", TABLES)
def test_every_level_is_tried(kind: str) -> None:
    assert {case[2] for case in TABLES[kind]} == {*LEVELS[kind], None}


@pytest.mark.parametrize("kind", TABLES)
def test_no_pairs_have_no_levels(kind: str) -> None:
    assert levels_of(kind, []) == []


@pytest.mark.parametrize("kind", TABLES)
def test_a_column_that_nobody_knows_says_nothing(kind: str) -> None:
    assert levels_of(kind, [(None, None, None)] * 3) == [None] * 3


@pytest.mark.parametrize("case", AREA, ids=str)
def test_areas(case: Case) -> None:
    feature = values.category(texts(case[:2]))
    parts = [feature.key(part) for part in ("", "start8", "start5")]
    levels = kinds.area(parts, *rows(1))
    assert named(levels, AREA_LEVELS) == [case[2]]


@pytest.mark.parametrize("case", PAIR, ids=str)
def test_pairs_of_numbers_within_an_area(case: Any) -> None:
    village = values.category(texts([case[0][0], case[1][0]])).code
    first, second = (values.number(pd.Series([case[0][n], case[1][n]], dtype="Int64")).code for n in (1, 2))
    assert named(kinds.pair((first, second), village, *rows(1)), LEVELS["pair"]) == [case[2]]


def test_pairs_of_numbers_count_everywhere_where_no_area_is_named() -> None:
    number = values.number(pd.Series([1, 1], dtype="Int64")).code
    assert named(kinds.pair((number, number), None, *rows(1)), LEVELS["pair"]) == ["both"]


def test_the_first_condition_that_holds_is_the_level() -> None:
    first, second = np.array([True, False, False, True]), np.array([True, True, False, True])
    known = np.array([True, True, True, False])
    assert kinds.ranked([first, second], known).tolist() == [0, 1, 2, MISSING]


DATES_OF_YEARS = [
    # date, year beside it, what is known of the birth: whole day, year
    ("1980-05-17", 1980, (True, 1980)),
    ("1980-05-17", 1999, (True, 1980)),
    (None, 1980, (False, 1980)),
    (None, None, (False, MISSING)),
]


@pytest.mark.parametrize(("date", "year", "known"), DATES_OF_YEARS)
def test_a_year_stands_in_where_the_date_is_not_known(
    date: str | None, year: int | None, known: tuple[bool, int]
) -> None:
    feature = values.dates(
        pd.Series(pd.to_datetime([date], format="%Y-%m-%d")), pd.Series([year], dtype="Int64")
    )
    assert (bool(feature.code[0] >= 0), int(feature.key("year")[0])) == known


NAME_KEYS = [
    # part, two names, one key
    ("", "NUR HAYATI", "NURHAYATI", True),
    ("", "SITI AMINAH", "SITI RAHMAH", False),
    ("first", "SITI AMINAH", "SITI RAHMAH", True),
    # one sound has one first word, joined or apart
    ("first", "NUR HAYATI", "NURHAYATI", True),
    ("start3", "NUR HAYATI", "NURAINI", True),
    ("start2", "SRI", "SITI", False),
    ("start3", "AB", "AB", True),
    # of equally rare words the first in the alphabet
    ("rarest", "AMINAH SITI", "SITI AMINAH", True),
    ("rarest", "AMINAH SITI", "SITI RAHMAH", False),
]


@pytest.mark.parametrize(("part", "one", "other", "equal"), NAME_KEYS)
def test_parts_of_names(part: str, one: str, other: str, equal: bool) -> None:
    first, second = values.names(texts([one, other])).key(part)
    assert bool(first == second) == equal
    assert first >= 0


@pytest.mark.parametrize("written", ["", "123"])
def test_a_column_without_any_word_says_nothing(written: str) -> None:
    assert kinds.name(values.names(texts([written, written])), *rows(1)).tolist() == [MISSING]


@pytest.mark.parametrize("part", ["", "first", "start3", "rarest"])
def test_a_missing_name_has_no_key(part: str) -> None:
    assert values.names(texts(["SITI", None, "123"])).key(part).tolist() == [0, MISSING, MISSING]


IDENTIFIER_KEYS = [
    # part, two numbers, one key (None: the first has no such part)
    ("start12", NIK, "6402065705800099", True),
    ("end10", NIK, "9999995705800001", True),
    ("end10", NIK, "6402065705800002", False),
    ("start12", "640206", NIK, None),
    ("", NIK, NIK, True),
]


@pytest.mark.parametrize(("part", "one", "other", "equal"), IDENTIFIER_KEYS)
def test_parts_of_identifiers(part: str, one: str, other: str, equal: bool | None) -> None:
    first, second = values.category(texts([one, other])).key(part)
    assert (None if first == MISSING else bool(first == second)) == equal
