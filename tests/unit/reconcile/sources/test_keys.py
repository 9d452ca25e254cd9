"""Ids of records: as they were given out once, whatever computes them."""

import pandas as pd
import pytest

from reconcile.sources.keys import content_hashes

# every kind of column, and values whose text is not what one expects of them; the ids are those of 0.1.0:
# an id that changes takes away from an office what it has noted of a family
KINDS = {
    "nama": pd.Series(["BUDI", None, "", "Ñ\x1f'"], dtype="str"),
    "tanggal_lahir": pd.Series(["1985-08-17", None, "1899-01-02", "2015-12-31"], dtype="datetime64[s]"),
    "rt": pd.Series([1, None, 0, 120], dtype="Int64"),
    "lintang": pd.Series([-0.5, None, 1e-5, 116.0], dtype="Float64"),
    "bujur": pd.Series([116.12345678901234, None, 1e16, -0.0], dtype="Float64"),
    "terima_pkh": pd.Series([True, None, False, True], dtype="boolean"),
}
GIVEN_OUT = ["a342bbcdf4d461c1", "db40de57056ea334", "8576794ca08dd184", "52a4f3c7e0bc98f0"]


def test_hashes_are_those_given_out() -> None:
    assert content_hashes(pd.DataFrame(KINDS)).tolist() == GIVEN_OUT


@pytest.mark.parametrize("rows", [[3, 1, 0, 2], [2], [1, 1, 0]])
def test_hashes_follow_their_rows_and_keep_the_index(rows: list[int]) -> None:
    taken = pd.DataFrame(KINDS).iloc[rows]
    hashes = content_hashes(taken)
    assert hashes.tolist() == [GIVEN_OUT[row] for row in rows]
    assert hashes.index.tolist() == rows


def test_no_rows_have_no_hashes() -> None:
    hashes = content_hashes(pd.DataFrame(KINDS).iloc[:0])
    assert hashes.empty
    assert hashes.dtype == "str"


def test_place_is_no_content() -> None:
    rows = pd.DataFrame({"a": ["x", "x", None], "b": [1, 1, 2], "source_row": [1, 2, 3]})
    first, second, third = content_hashes(rows)
    assert first == second != third
    assert content_hashes(rows[["b", "source_row", "a"]]).tolist() == [first, second, third]
