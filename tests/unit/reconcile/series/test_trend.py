"""Projections: right on a straight line, wider with noise, silent with too few points."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.series.trend import Scale, trend
from reconcile.vocab import Language

UNTIL = date(2027, 12, 31)
QUARTERS = pd.date_range("2024-03-31", periods=9, freq="QE")


def points(values: list[float | None], code: str = "64.02") -> pd.DataFrame:
    days = QUARTERS[: len(values)]
    return pd.DataFrame({"kode": code, "tanggal_acuan": days, "nilai": pd.array(values, dtype="Float64")})


def run(table: pd.DataFrame, scale: Scale = Scale.LOG, target: float | None = None) -> pd.Series[float]:
    return trend(table, scale, until=UNTIL, language=Language.INDONESIAN, target=target).iloc[0]


@pytest.mark.parametrize("scale", Scale)
def test_scales_go_there_and_back(scale: Scale) -> None:
    values = np.array([0.0, 0.5, 12.0, 99.0])
    assert scale.back(scale.line(values)) == pytest.approx(values, abs=1e-9)


def test_a_line_without_noise_is_followed_exactly() -> None:
    years = (QUARTERS - QUARTERS[0]).days / 365.25
    row = run(points(list(1000 * np.exp(-0.3 * years) - 0.5)))
    wanted = 1000 * np.exp(-0.3 * (pd.Timestamp(UNTIL) - QUARTERS[0]).days / 365.25) - 0.5
    assert row["proyeksi"] == row["proyeksi_rendah"] == row["proyeksi_tinggi"] == round(wanted)
    assert row["ubah_per_tahun"] == pytest.approx(100 * (np.exp(-0.3) - 1), abs=0.06)


def test_the_range_is_the_prediction_interval_of_the_textbook() -> None:
    # y = log(count + 0.5) at x = 0..4 years; t(0.975, 3) = 3.182446
    line = np.array([5.0, 4.6, 4.5, 3.9, 3.8])
    days = pd.to_datetime(["2020-01-01", "2020-12-31", "2022-01-01", "2023-01-01", "2024-01-01"])
    x = (days - days[-1]).days.to_numpy() / 365.25
    table = pd.DataFrame({"kode": "a", "tanggal_acuan": days, "nilai": np.exp(line) - 0.5})
    until = date(2025, 1, 1)
    row = trend(table, Scale.LOG, until=until, language=Language.ENGLISH).iloc[0]
    slope, level = np.polyfit(x, line, 1)
    at = (pd.Timestamp(until) - days[-1]).days / 365.25
    error = np.sqrt(((line - level - slope * x) ** 2).sum() / 3)
    reach = 3.182446 * error * np.sqrt(1 + 1 / 5 + (at - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum())
    middle = level + slope * at
    wanted = [round(float(np.exp(end) - 0.5)) for end in (middle - reach, middle, middle + reach)]
    assert [row["proyeksi_rendah"], row["proyeksi"], row["proyeksi_tinggi"]] == wanted


@pytest.mark.parametrize("values", [[], [5.0], [5.0, 4.0], [5.0, None, 4.0]])
def test_too_few_points_are_said_and_give_no_number(values: list[float | None]) -> None:
    table = trend(points(values or [None]), Scale.LOG, until=UNTIL, language=Language.INDONESIAN)
    row = table.iloc[0]
    assert (row["cukup"], pd.isna(row["proyeksi"]), pd.isna(row["capai"])) == (False, True, True)
    assert row["anggapan"].startswith("Belum cukup data")
    assert row["n_titik"] == len([v for v in values if v is not None])


def test_the_day_of_the_target_is_a_range() -> None:
    row = run(points([3.1, 2.2, 2.6, 1.8, 2.1, 1.3, 1.6, 1.2, 0.9]), Scale.LOGIT, 0.5)
    assert row["capai_cepat"] < row["capai"] <= row["capai_lambat"]
    rising = run(points([1.0, 1.2, 1.1, 1.5, 1.6, 1.8, 1.9, 2.2, 2.4]), Scale.LOGIT, 0.5)
    assert pd.isna(rising["capai"])


def test_areas_do_not_touch_each_other_and_order_does_not_count() -> None:
    two = pd.concat([points([9.0, 8.0, 7.5, 6.0], "b"), points([1.0, 4.0], "a")], ignore_index=True)
    table = trend(two, Scale.LOG, until=UNTIL, language=Language.ENGLISH)
    assert table["kode"].tolist() == ["a", "b"]
    assert table["cukup"].tolist() == [False, True]
    alone = trend(points([9.0, 8.0, 7.5, 6.0], "b"), Scale.LOG, until=UNTIL, language=Language.ENGLISH)
    assert table.iloc[1]["proyeksi"] == alone.iloc[0]["proyeksi"]
    again = trend(two.iloc[::-1], Scale.LOG, until=UNTIL, language=Language.ENGLISH)
    pd.testing.assert_frame_equal(table, again)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(Scale), st.lists(st.floats(0, 100) | st.none(), min_size=1, max_size=9))
def test_a_projection_stays_where_values_can_be(scale: Scale, values: list[float | None]) -> None:
    row = run(points(values), scale)
    if row["cukup"]:
        low, middle, high = (row[name] for name in ("proyeksi_rendah", "proyeksi", "proyeksi_tinggi"))
        assert 0 <= low <= middle <= high
        assert scale is Scale.LOG or high <= 100
    else:
        assert len({v for v in values if v is not None}) < 3 or len([v for v in values if v is not None]) < 3
