"""NIK, village codes and keyed ids."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.identifiers import dotted_village_code, nik_birth_dates, pseudonyms, recipient_key

KEY = bytes(range(32))

NIKS = [
    # NIK, day, month, two-digit year, sex
    ("6402061708850001", 17, 8, 85, "L"),
    # day plus 40 for women
    ("6402065708850001", 17, 8, 85, "P"),
    ("6402064101000001", 1, 1, 0, "P"),
    # issued elsewhere, under a dead code: as good as any
    ("9471013112990003", 31, 12, 99, "L"),
    # impossible dates say nothing
    ("6402063913850001", None, None, None, None),
    ("6402060008850001", None, None, None, None),
    ("6402067208850001", None, None, None, None),
    (None, None, None, None, None),
]


@pytest.mark.parametrize(("nik", "day", "month", "year", "sex"), NIKS)
def test_what_a_nik_encodes(nik: str | None, day: int, month: int, year: int, sex: str) -> None:
    found = nik_birth_dates(pd.Series([nik], dtype="str")).iloc[0]
    assert [None if pd.isna(v) else v for v in found] == [day, month, year, sex]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("6402052003", "64.02.05.2003"),
        ("64.02.05.2003", "64.02.05.2003"),
        (" 6402052003 ", "64.02.05.2003"),
        ("640205", None),
        ("64020520030", None),
        ("64020x2003", None),
        (None, None),
    ],
)
def test_dotted_village_codes(written: str | None, code: str | None) -> None:
    found = dotted_village_code(pd.Series([written], dtype="str")).iloc[0]
    assert (None if pd.isna(found) else found) == code


@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=30))
def test_keyed_ids_tell_values_apart_and_say_nothing_of_them(values: list[str]) -> None:
    column = pd.Series(values, dtype="str")
    ids = pseudonyms(column, key=KEY, purpose="uji")
    assert ids.nunique() == column.nunique()
    # no digit anywhere: a spreadsheet cannot take it for a number or a date
    assert ids.str.fullmatch(r"[B-DF-HJ-NP-TV-Z]{5}(-[B-DF-HJ-NP-TV-Z]{5}){2}").all()
    assert (ids != pseudonyms(column, key=KEY[::-1], purpose="uji")).all()
    assert (ids != pseudonyms(column, key=KEY, purpose="lain")).all()


def test_ids_do_not_depend_on_row_order() -> None:
    column = pd.Series(["a", "b", None], dtype="str")
    forward = pseudonyms(column, key=KEY, purpose="uji")
    backward = pseudonyms(column.iloc[::-1], key=KEY, purpose="uji")
    assert forward.equals(backward.sort_index())
    assert forward.isna().tolist() == [False, False, True]


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        pseudonyms(pd.Series(["a"], dtype="str"), key=b"short", purpose="uji")


def test_two_recipients_share_no_id_and_cannot_reckon_each_others() -> None:
    column = pd.Series([f"R{n}" for n in range(1000)], dtype="str")
    ids = {
        name: set(pseudonyms(column, key=recipient_key(KEY, name), purpose="bundel"))
        for name in ("dinsos", "disdik", "dinsos ")
    }
    ids["padan"] = set(pseudonyms(column, key=KEY, purpose="bundel"))
    assert len(set.union(*ids.values())) == 4000
    assert recipient_key(KEY, "dinsos") == recipient_key(KEY, "dinsos")
    assert recipient_key(KEY, "dinsos") != recipient_key(KEY[::-1], "dinsos")
    with pytest.raises(ValueError, match="32"):
        recipient_key(b"short", "dinsos")


def test_with_the_wrong_key_a_million_niks_recover_nobody() -> None:
    # of one kecamatan and one year everybody who could be: days, months, serials. A million is what was
    # promised, and takes some seconds
    niks = pd.Series(
        [f"640205{d:02}{m:02}85{s:04}" for d in range(1, 29) for m in range(1, 13) for s in range(1, 2978)],
        dtype="str",
    )
    assert len(niks) > 1_000_000
    real = set(pseudonyms(niks.iloc[::200], key=KEY, purpose="kasus"))
    nearly = bytes([KEY[0] ^ 1]) + KEY[1:]
    guessed = pseudonyms(niks, key=nearly, purpose="kasus")
    assert not guessed.isin(real).any()
    # the attack itself works: with the right key it finds everybody
    assert real <= set(pseudonyms(niks.iloc[::100], key=KEY, purpose="kasus"))
