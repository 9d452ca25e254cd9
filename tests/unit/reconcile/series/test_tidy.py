"""The series of a run says what its indicators say, per village, with unit and who computed it."""

import factory
import pandas as pd
import pytest

from reconcile.indicators import COUNT_NAMES, INDICATORS, SHARES, area_indicators
from reconcile.series.tidy import SERIES, run_series, tidy, unit_of
from reconcile.tables import FIGURES, FINDINGS, RECONCILED, TASKS

NAMED = {"day": "2026-03-31", "run": "2026-03-31-a", "vintages": "P3KE 2022; BPS 2026"}


def indicators() -> pd.DataFrame:
    rows = [
        {"id_rekon": f"K{n}", "status_padan": status, "kode_desa": village, "record_id_p3ke": f"p{n}"}
        for n, (status, village) in enumerate(
            [("cocok", "64.02.06.1001"), ("hanya_p3ke", "64.02.06.1001"), ("hanya_p3ke", None)]
        )
    ]
    families = RECONCILED.build(
        pd.DataFrame(rows).assign(
            cara_lokasi="kode", posisi="wakil_desa", jumlah_anggota_p3ke=4, jumlah_baris_anggota_p3ke=0,
        )
    )  # fmt: skip
    figures = FIGURES.build(
        pd.DataFrame(
            {
                **{c.name: [0 if c.kind == "whole" else "x"] for c in FIGURES.columns if c.required},
                "kode_wilayah": ["6403"],
                "tahun": [2025],
                "indikator": ["miskin"],
                "persen": [7.5],
                "ribu_jiwa": [55.23],
                "penghitung": ["BPS"],
            }
        )
    )
    villages = factory.register().villages
    return INDICATORS.build(area_indicators(families, FINDINGS.empty(), TASKS.empty(), villages, figures))


def test_villages_and_the_unplaced_are_all_families() -> None:
    series = run_series(indicators(), **NAMED)
    assert list(series.columns) == SERIES.names
    families = series[series["indikator"] == "n_keluarga"]
    assert set(families["tingkat"]) == {"desa"}
    assert families["nilai"].sum() == 3
    assert families[families["kode"].isna()]["nilai"].tolist() == [1]
    assert set(series.loc[series["tingkat"] == "desa", "indikator"]) == set(COUNT_NAMES)


def test_an_official_figure_says_who_computed_it_and_counts_people() -> None:
    series = run_series(indicators(), **NAMED)
    own = series[series["tingkat"] == "kabupaten"].set_index("indikator")
    assert own["nilai"].to_dict() == {"persen_miskin": 7.5, "jiwa_miskin": 55230}
    assert own["satuan_nilai"].to_dict() == {"persen_miskin": "persen", "jiwa_miskin": "jiwa"}
    assert (set(own["penghitung"]), set(own["tahun"]), set(own["kode"])) == ({"BPS"}, {2025}, {"64.02"})


def test_the_table_for_dashboards_has_every_level_and_share() -> None:
    table = tidy(indicators(), **NAMED)
    for level, rows in table[table["indikator"] == "n_keluarga"].groupby("tingkat"):
        assert rows["nilai"].sum() == 3, level
    assert set(SHARES) & set(table["indikator"])
    named = table[(table["tingkat"] == "desa") & table["kode"].notna()]
    assert named["nama"].notna().all()


UNITS = [
    ("n_keluarga", "keluarga"), ("n_jiwa_bps", "jiwa"), ("jiwa_miskin", "jiwa"),
    ("n_temuan_kritis", "temuan"), ("persen_cocok", "persen"), ("n_tanpa_jiwa_p3ke", "keluarga"),
    ("n_titik_terukur", "keluarga"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "unit"), UNITS)
def test_every_indicator_has_its_unit(name: str, unit: str) -> None:
    assert unit_of(name) == unit


def test_the_order_of_rows_does_not_count() -> None:
    one = indicators()
    pd.testing.assert_frame_equal(run_series(one, **NAMED), run_series(one.iloc[::-1], **NAMED))
