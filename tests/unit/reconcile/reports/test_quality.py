"""Counts with the range that the expected errors of the matching leave open."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.indicators import INDICATORS
from reconcile.linkage.quality import Quality
from reconcile.reports.quality import match_quality
from reconcile.vocab import Language


def indicators(*rows: dict[str, object]) -> pd.DataFrame:
    zero = {column.name: 0 for column in INDICATORS.columns if column.required and column.name != "tingkat"}
    return INDICATORS.build(pd.DataFrame([{**zero, "tingkat": "kabupaten", **row} for row in rows]))


AREA = {
    "kode": "64.02", "n_keluarga": 250, "n_p3ke": 210, "n_bps": 140,
    "n_cocok": 100, "n_hanya_p3ke": 80, "n_hanya_bps": 10, "n_tinjau": 60,
}  # fmt: skip
# precision, recall, matched, only P3KE, only BPS: low and high of each
CASES = [
    ("a perfect matching has no range", 1.0, 1.0, (100, 100), (80, 80), (10, 10)),
    # 95 are right, 95 / 0.95 = 100 are there: 5 missed, 5 wrong
    ("both errors", 0.95, 0.95, (95, 100), (75, 85), (5, 15)),
    # 100 / 0.8 = 125 are there: 25 missed, more than BPS has left
    ("never below zero", 1.0, 0.8, (100, 125), (55, 80), (0, 10)),
    ("nothing can be told of what was missed", 0.5, 0.0, (50, 140), (0, 130), (0, 60)),
]


@pytest.mark.parametrize(
    ("what", "precision", "recall", "matched", "p3ke", "bps"), CASES, ids=[c[0] for c in CASES]
)
def test_the_range_follows_from_precision_and_recall(
    what: str, precision: float, recall: float, matched: object, p3ke: object, bps: object
) -> None:
    row = match_quality(indicators(AREA), Quality(precision, recall, 1.0), Language.INDONESIAN).iloc[0]
    found = [(row[f"{name}_rendah"], row[f"{name}_tinggi"]) for name in ("cocok", "hanya_p3ke", "hanya_bps")]
    assert found == [matched, p3ke, bps]


def test_the_province_is_all_kabupaten_and_the_words_name_the_assumption() -> None:
    table = match_quality(
        indicators(AREA, {**AREA, "kode": None}), Quality(0.95, 0.9, 1.0), Language.INDONESIAN
    )
    assert table["nama"].tolist()[1:] == ["Tanpa desa", "Provinsi"]
    assert table["cocok"].tolist() == [100, 100, 200]
    assert "95,0 persen" in table["anggapan"].iloc[0]
    assert "90,0 persen" in table["anggapan"].iloc[0]


@settings(deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 1), st.floats(0, 1))
def test_what_was_counted_lies_in_its_range(matched: int, precision: float, recall: float) -> None:
    area = {**AREA, "n_cocok": matched, "n_p3ke": matched + 110, "n_bps": matched + 40}
    row = match_quality(indicators(area), Quality(precision, recall, 1.0), Language.ENGLISH).iloc[0]
    for name in ("hanya_p3ke", "hanya_bps"):
        assert 0 <= row[f"{name}_rendah"] <= row[name] <= row[f"{name}_tinggi"]
    assert row["cocok_rendah"] <= row["cocok"]
    assert row["cocok_rendah"] <= row["cocok_tinggi"]
