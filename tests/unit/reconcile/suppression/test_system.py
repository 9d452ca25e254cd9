"""What a reader is taken to know, what is hidden of it, and what the proof says."""

import numpy as np

from reconcile.suppression.choose import choose
from reconcile.suppression.prove import prove
from reconcile.suppression.system import Sheet

K = 5


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    sheet = Sheet(K)
    parts = [sheet.count(name, value) for name, value in (("a", 10), ("b", 0), ("c", 30))]
    sheet.total(sheet.count("semua", 40), parts)
    system = sheet.system()
    hidden = choose(system)
    assert not hidden.any()
    assert prove(system, hidden).tightest is None


def test_a_sum_that_does_not_hold_tells_nothing() -> None:
    sheet = Sheet(K)
    a, b, whole = (sheet.count(name, value) for name, value in (("a", 3), ("b", 30), ("semua", 99)))
    assert not sheet.total(whole, (a, b))
    assert choose(sheet.system()).tolist() == [True, False, False]


def test_a_dear_cell_is_hidden_last_and_a_total_after_its_parts() -> None:
    sheet = Sheet(K)
    a, b, c = sheet.count("a", 3), sheet.count("b", 20, dear=1.0), sheet.count("c", 90)
    sheet.total(sheet.count("semua", 113), (a, b, c))
    assert choose(sheet.system()).tolist() == [True, False, True, False]


def test_a_small_rest_hides_the_part_or_the_whole() -> None:
    sheet = Sheet(K)
    whole, part = sheet.count("keluarga", 50, dear=1.0), sheet.count("cocok", 48)
    sheet.rest("lain", whole, part)
    assert choose(sheet.system()).tolist() == [False, True, False]


def test_everybody_is_too_much_to_tell_of_an_attribute_only() -> None:
    for attribute in (True, False):
        sheet = Sheet(K)
        whole, part = sheet.count("keluarga", 50, dear=1.0), sheet.count("miskin", 50)
        sheet.rest("lain", whole, part, attribute=attribute)
        assert choose(sheet.system())[part] == attribute


def test_a_percentage_tells_a_part_within_its_rounding() -> None:
    sheet = Sheet(K)
    whole, part = sheet.count("keluarga", 40, dear=1.0), sheet.count("miskin", 4)
    share = sheet.share("persen", part, whole, 1)
    system = sheet.system()
    only = np.zeros(3, dtype=bool)
    only[part] = True
    assert prove(system, only).narrow == ("miskin",)
    hidden = choose(system)
    assert hidden[part]
    assert hidden[share] or hidden[whole]
    assert prove(system, hidden).holds


def test_the_proof_counts_whole_numbers_only() -> None:
    """Between two thirds of a family lies none: as real numbers the range would be wide enough."""
    sheet = Sheet(K)
    a, b = sheet.count("a", 4), sheet.count("b", 6)
    whole = sheet.count("semua", 10)
    sheet.total(whole, (a, b))
    sheet.share("persen", a, b, 6)
    hidden = np.array([True, True, False, False])
    told = prove(sheet.system(), hidden)
    assert set(told.narrow) == {"a", "b"}
    assert told.tightest == 0


def test_parts_of_a_shown_nought_are_known_to_be_nought_and_hide_nothing_else() -> None:
    sheet = Sheet(K)
    villages = [sheet.count(name, 0) for name in ("desa 1", "desa 2", "desa 3")]
    district = sheet.count("kecamatan", 0)
    sheet.total(district, villages)
    sheet.total(sheet.count("kabupaten", 0), (district,))
    system = sheet.system()
    hidden = choose(system, np.array([True, False, True, False, False]))
    assert prove(system, hidden).holds
    assert not hidden.any()
