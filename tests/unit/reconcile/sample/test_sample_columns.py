import numpy as np
import pyarrow as pa
import pytest

from reconcile.sample.columns import (
    arrange,
    blanked,
    calendar,
    chance,
    dates,
    day_number,
    degrees,
    either,
    generator,
    joined,
    number,
    pick,
    skewed,
    to_days,
    words,
)

DAYS = [
    ("1970-01-01", 1970, 1, 1),
    ("1969-12-31", 1969, 12, 31),  # before the epoch
    ("2000-02-29", 2000, 2, 29),
    ("1938-07-01", 1938, 7, 1),
    ("2025-12-31", 2025, 12, 31),
]


@pytest.mark.parametrize(("iso", "year", "month", "day"), DAYS)
def test_a_day_and_its_parts_are_the_same_thing(iso: str, year: int, month: int, day: int) -> None:
    days = np.array([day_number(iso)])
    assert [int(part[0]) for part in calendar(days)] == [year, month, day]
    assert to_days(np.array([year]), np.array([month]), np.array([day]))[0] == days[0]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("%Y-%m-%d", "1969-12-31"), ("%d/%m/%Y", "31/12/1969"), ("%d/%m/%Y 0:00:00", "31/12/1969 0:00:00")],
)
def test_dates_are_written_by_pattern_in_row_order(pattern: str, expected: str) -> None:
    days = np.array([day_number("2001-03-04"), -1, day_number("2001-03-04")])
    written = dates(days, pattern).to_pylist()
    assert written[1] == expected
    assert written[0] == written[2] != expected


@pytest.mark.parametrize(
    ("value", "width", "expected"),
    [
        (7, 3, "007"),
        (7, 0, "7"),
        (1234, 3, "1234"),
        (6402010101700001, 0, "6402010101700001"),
        (0, 4, "0000"),
    ],
)
def test_numbers_keep_every_digit(value: int, width: int, expected: str) -> None:
    assert number(np.array([value]), width).to_pylist() == [expected]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(-0.3125831234, "-0.312583"), (117.0, "117"), (0.0, "0"), (-0.0000000001, "0"), (np.nan, None)],
)
def test_degrees_have_six_decimals_and_no_negative_zero(value: float, expected: str | None) -> None:
    written = degrees(np.array([value])).to_pylist()[0]
    assert (None if written is None else float(written)) == (None if expected is None else float(expected))
    assert written is None or not written.startswith("-0.000000")


def test_a_missing_part_leaves_no_separator() -> None:
    title, name = pa.array(["H.", None]), pa.array(["SALEH", "SALEH"])
    assert joined(title, name, separator=" ").to_pylist() == ["H. SALEH", "SALEH"]


def test_words_are_picked_and_missing_ones_stay_missing() -> None:
    assert pick(words(["A", "B"]), np.array([1, -1, 0])).to_pylist() == ["B", None, "A"]


def test_a_choice_is_made_row_by_row() -> None:
    mask = np.array([True, False])
    assert either(mask, "ya", words(["a", "b"])).to_pylist() == ["ya", "b"]
    assert blanked(mask, words(["a", "b"])).to_pylist() == [None, "b"]


@pytest.mark.parametrize("choices", [1, 2, 40])
def test_skewed_draws_stay_in_range_and_prefer_the_first(choices: int) -> None:
    drawn = skewed(generator(1), choices, 5000)
    share = np.bincount(drawn, minlength=choices)
    assert drawn.min() == 0
    assert drawn.max() == choices - 1
    assert share[0] == share.max()


@pytest.mark.parametrize(("rate", "low", "high"), [(0.0, 0, 0), (1.0, 1000, 1000), (0.3, 250, 350)])
def test_a_chance_comes_true_at_its_rate(rate: float, low: int, high: int) -> None:
    assert low <= chance(generator(5), rate, 1000).sum() <= high


def test_stages_draw_apart_and_repeat() -> None:
    assert generator(1, 2).random() == generator(1, 2).random()
    assert generator(1, 2).random() != generator(1, 3).random()


def test_columns_come_in_the_order_of_the_headings() -> None:
    table = arrange(["b", "a"], {"a": words(["1", "2"])}, {"b": ["x"]}, generator(1), 2)
    assert table.to_pydict() == {"b": ["x", "x"], "a": ["1", "2"]}
    assert table.column_names == ["b", "a"]


def test_a_heading_that_nothing_fills_is_an_error() -> None:
    with pytest.raises(KeyError, match="Desil"):
        arrange(["Desil"], {}, {}, generator(1), 2)
