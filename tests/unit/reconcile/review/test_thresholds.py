"""What judged pairs say of the thresholds."""

import pandas as pd
import pytest

from reconcile.review.tables import DECIDED
from reconcile.review.thresholds import threshold_table
from reconcile.vocab import Language


def decided(*groups: tuple[float | None, str, int]) -> pd.DataFrame:
    """Return DECIDED of so many pairs each of a score and a verdict."""
    rows = [(score, verdict) for score, verdict, count in groups for _ in range(count)]
    table = pd.DataFrame(rows, columns=["skor", "putusan"])
    numbers = pd.Series(range(len(table))).astype("str")
    return DECIDED.build(table.assign(record_p3ke="p" + numbers, record_bps="b" + numbers))


def lines(table: pd.DataFrame) -> pd.DataFrame:
    return threshold_table(table, match=0.9, review=0.2, wanted=0.95, language=Language.INDONESIAN)


def line(table: pd.DataFrame, kind: str) -> pd.Series:
    return lines(table).set_index("jenis").loc[kind]


def test_every_judged_pair_is_in_one_line() -> None:
    table = decided(
        (0.3, "sama", 4), (0.3, "beda", 6), (0.6, "ragu", 3), (0.99, "bertentangan", 2), (None, "sama", 1)
    )
    found = lines(table)
    counts = found[found["jenis"].isin(["pita", "tanpa_skor"])]
    assert counts[["n_sama", "n_beda", "n_ragu", "n_bertentangan"]].to_numpy().sum() == len(table)
    band = found[found["dari"] == 0.2].iloc[0]
    assert (band["n_sama"], band["n_beda"], band["bagian_sama"]) == (4, 6, 0.4)
    # Wilson's 95 % interval of 4 of 10
    assert (band["bawah_95"], band["atas_95"]) == (
        pytest.approx(0.1682, abs=1e-4),
        pytest.approx(0.6873, abs=1e-4),
    )


def test_the_threshold_is_the_lowest_that_the_judged_pairs_bear_out() -> None:
    sure = decided((0.8, "sama", 100), (0.6, "sama", 60), (0.4, "beda", 60), (0.1, "beda", 90))
    top, bottom = line(sure, "ambang_cocok"), line(sure, "ambang_tinjau")
    assert (top["dari"], top["n_sama"], top["n_beda"], top["ambang_dipakai"]) == (0.6, 160, 0, 0.9)
    assert (bottom["sampai"], bottom["n_sama"], bottom["n_beda"]) == (0.4, 0, 150)
    assert top["bawah_95"] >= 0.95
    assert bottom["atas_95"] <= 0.05


def test_equal_scores_are_taken_together() -> None:
    mixed = decided((0.8, "sama", 100), (0.7, "sama", 50), (0.7, "beda", 50))
    assert line(mixed, "ambang_cocok")["dari"] == 0.8


def test_too_few_judged_pairs_name_no_threshold() -> None:
    few = decided((0.95, "sama", 5), (0.1, "beda", 5))
    assert pd.isna(line(few, "ambang_cocok")["dari"])
    assert pd.isna(line(few, "ambang_tinjau")["sampai"])
    # then the line counts what there is at the threshold of today
    assert line(few, "ambang_cocok")["n_sama"] == 5
    assert len(lines(DECIDED.empty())) == len(lines(few))
