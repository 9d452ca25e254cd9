"""How numbers are written, what a period is called, and where figures come from."""

from datetime import date

import pandas as pd
import pytest

from reconcile.report.book import Book, share, together
from reconcile.report.model import Figure, plain, written
from reconcile.report.period import Cadence, period_of
from reconcile.vocab import Language

ID, EN = Language.INDONESIAN, Language.ENGLISH

WRITTEN = [
    (1234.5, 1, ID, "1.234,5"),
    (1234.5, 1, EN, "1,234.5"),
    (0.0, 1, ID, "0,0"),
    (-0.04, 1, ID, "0,0"),
    (-1200, 0, ID, "−1.200"),
    (1_234_567, 0, ID, "1.234.567"),
]


@pytest.mark.parametrize(("value", "digits", "language", "said"), WRITTEN)
def test_a_number_is_written_as_the_language_does(
    value: float, digits: int, language: Language, said: str
) -> None:
    assert written(value, digits, language) == said


def test_a_figure_that_is_kept_back_has_no_value_left() -> None:
    kept = Figure("t:c:", 3.0).kept_back()
    assert kept.value is None
    assert plain(kept, ID) == "✱"
    assert plain(Figure("t:c:"), ID) == "–"


PERIODS = [
    (date(2026, 3, 31), Cadence.QUARTER, "2026-TW1"),
    (date(2026, 4, 1), Cadence.QUARTER, "2026-TW2"),
    (date(2026, 12, 31), Cadence.QUARTER, "2026-TW4"),
    (date(2026, 7, 1), Cadence.HALF, "2026-SM2"),
    (date(2026, 7, 1), Cadence.YEAR, "2026-TH1"),
]


@pytest.mark.parametrize(("day", "cadence", "name"), PERIODS)
def test_a_period_has_a_name(day: date, cadence: Cadence, name: str) -> None:
    assert period_of(day, cadence) == name


def book() -> Book:
    rows = {"kode": ["64.01", "64.02", None], "n": [3.0, 4.0, 5.0], "tahun": [2021.0, 2022.0, 2022.0]}
    table = pd.DataFrame(rows)
    return Book({"t": table.astype({"kode": "str"})})


def test_a_figure_says_which_rows_it_is_the_sum_of() -> None:
    assert book().total("t", "n") == Figure("t:n:", 12.0)
    assert book().total("t", "n", kode="64.02") == Figure("t:n:kode=64.02", 4.0)
    assert book().total("t", "n", kode=None) == Figure("t:n:kode=", 5.0)
    assert book().total("t", "n", tahun="2022") == Figure("t:n:tahun=2022", 9.0)
    assert book().total("t", "n", kode="64.99").value is None
    assert book().count("t") == Figure("t:#:", 3.0)


def test_sums_and_shares_name_what_they_are_made_of() -> None:
    one, other = Figure("a", 3.0), Figure("b", 12.0)
    assert together([other], [one]) == Figure("b - a", 9.0)
    assert share(one, other) == Figure("a / b", 25.0, 1)
    assert share(one, Figure("b", 0.0)).value is None
    assert share(one.kept_back(), other).hidden
    assert together([one, Figure("c")]).value is None
