"""Official figures beside the lists: who computed what, and a gap that is never called an error."""

from __future__ import annotations

import factory
import pandas as pd
import pytest

from reconcile.figures import EXTREME_POVERTY, GAPS, extreme_poverty, gaps, regency_codes
from reconcile.tables import FIGURES, PLACED

VILLAGES = factory.register().villages


def figures(*rows: tuple[str, int, str, float, float | None, str]) -> pd.DataFrame:
    columns = ["kode_wilayah", "tahun", "indikator", "persen", "ribu_jiwa", "penghitung"]
    table = pd.DataFrame(rows, columns=columns)
    origin = {**factory.ORIGIN, "registry": "acuan", "source": "official_figures", "source_row": 2}
    return FIGURES.build(table.assign(**origin)) if rows else FIGURES.empty()


def households() -> pd.DataFrame:
    return pd.concat(
        [
            factory.placed(
                "p3ke",
                {"jumlah_anggota": 4},
                {"jumlah_anggota": None, "jumlah_baris_anggota": 2},
                {"desil": 2},
                {"kode_desa": None},
                {"kode_desa": "64.07.01.2001"},
            ),
            factory.placed("bps", {"desil": 1}, {"desil": None}),
        ],
        ignore_index=True,
    )


BPS_2022 = ("6403", 2022, "miskin_ekstrem", 1.4, 10.4, "BPS")
TEAM_2024 = ("6403", 2024, "miskin_ekstrem", 1.2, 9.0, "Satgas Data P3KE")
GENERAL = ("6403", 2024, "miskin", 6.3, 45.7, "BPS")


def told(*rows: tuple[str, int, str, float, float | None, str]) -> pd.DataFrame:
    words = {"p3ke": "daftar P3KE", "bps": "daftar BPS"}
    years = {"p3ke.csv": 2023, "bps.csv": 2026}
    return extreme_poverty(figures(*rows), households(), VILLAGES, years=years, counted_by=words)


def test_every_figure_stands_with_its_year_and_who_computed_it() -> None:
    table = told(BPS_2022, TEAM_2024, GENERAL)
    of_kukar = table[table["kode_kab"] == "64.02"]
    shown = of_kukar[["tahun", "sumber", "jiwa", "penghitung"]].itertuples(index=False, name=None)
    assert list(shown) == [
        (2022, "perkiraan", 10400, "BPS"),
        (2023, "p3ke", 6, "daftar P3KE"),
        (2024, "perkiraan", 9000, "Satgas Data P3KE"),
        (2026, "bps", 3, "daftar BPS"),
    ]
    assert list(table.columns) == EXTREME_POVERTY.names
    # a survey counts no families, a list states no percent of all people
    assert of_kukar.loc[of_kukar["sumber"] == "perkiraan", "keluarga"].isna().all()
    assert of_kukar.loc[of_kukar["sumber"] != "perkiraan", "persen"].isna().all()


def test_the_gap_is_held_against_the_newest_estimate() -> None:
    table = gaps(figures(BPS_2022, TEAM_2024, GENERAL), households(), VILLAGES)
    row = table.set_index(["kode_kab", "daftar"]).loc[("64.02", "p3ke")]
    shown = ["keluarga_daftar", "jiwa_daftar", "tahun", "jiwa_perkiraan", "selisih_jiwa", "penghitung"]
    assert row[shown].tolist() == [2, 6, 2024, 9000, -8994, "Satgas Data P3KE"]
    assert row["rasio"] == pytest.approx(0.001)


def test_without_an_estimate_there_is_a_count_and_no_gap() -> None:
    table = gaps(figures(), households(), VILLAGES)
    assert len(table) == VILLAGES["kode_kab"].nunique() * 2
    assert table[["jiwa_perkiraan", "selisih_jiwa", "rasio"]].isna().all(axis=None)
    assert table["jiwa_daftar"].sum() == 6 + 3 + 3


def test_nobody_listed_is_zero() -> None:
    table = gaps(figures(TEAM_2024), PLACED.empty(), VILLAGES)
    assert table["jiwa_daftar"].tolist() == [0] * len(table)
    assert list(table.columns) == GAPS.names


@pytest.mark.parametrize(
    ("written", "code"),
    [("6403", "64.02"), ("6402", "64.07"), ("64.02", "64.02"), ("64", None), (None, None)],
)
def test_kabupaten_codes_of_both_systems(written: str | None, code: str | None) -> None:
    found = regency_codes(pd.Series([written], dtype="str"), VILLAGES)[0]
    assert found == code if code else pd.isna(found)
