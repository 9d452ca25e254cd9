from collections.abc import Callable

import pandas as pd
import pytest
import shapely
from layer_world import (
    DAY,
    EDITIONS,
    A,
    B,
    C,
    D,
    E,
    area_layers,
    figures,
    findings,
    point_layers,
    reconciled,
    tables,
    tasks,
)

from geo.boundaries import BoundaryFile
from geo.layers import HOUSEHOLD_COLUMNS, RESURVEY_COLUMNS, build_layers
from geo.villages import VillageMap, key_villages
from reconcile.errors import ConservationError
from reconcile.indicators import COUNT_NAMES, OFFICIAL, area_indicators, unplaced_families
from reconcile.regions import Register
from reconcile.tables import RECONCILED, TASKS


@pytest.fixture(scope="module")
def layers(villages: VillageMap, register: Register) -> dict[str, pd.DataFrame]:
    return dict(area_layers(villages, register))


def test_every_area_of_the_register_appears(layers: dict[str, pd.DataFrame]) -> None:
    assert {name: layer["kode"].tolist() for name, layer in layers.items()} == {
        "desa": [A, B, C, D, E],
        "kecamatan": ["64.02.05", "64.02.06", "64.07.01"],
        "kabupaten": ["64.02", "64.07"],
    }


def test_every_level_and_the_unplaced_are_all_families(villages: VillageMap, register: Register) -> None:
    held = tables(villages, register)
    levels = [held[level][COUNT_NAMES].sum() for level in ("desa", "kecamatan", "kabupaten")]
    desa, *larger = [sums + held["tidak_terpetakan"][COUNT_NAMES].sum() for sums in levels]
    for totals in larger:
        pd.testing.assert_series_equal(totals, desa)
    assert desa["n_keluarga"] == len(reconciled())
    assert desa["n_temuan"] == len(findings())


def test_layers_that_lose_a_family_are_refused(villages: VillageMap, register: Register) -> None:
    indicators = area_indicators(reconciled(), findings(), tasks(), register.villages, figures())
    unplaced = unplaced_families(reconciled(), findings(), tasks())
    with pytest.raises(ConservationError, match="E_COUNTS"):
        build_layers(indicators, unplaced.head(0), villages, register, EDITIONS)


def test_names_codes_and_editions_of_a_village(layers: dict[str, pd.DataFrame]) -> None:
    row = layers["desa"].set_index("kode").loc[D]
    assert row[["kode_bps", "nama", "nama_kec", "nama_kab"]].tolist() == [
        "6402010001",
        "Damar",
        "Barat Contoh",
        "Kutai Barat",
    ]
    editions = ["edisi_p3ke", "edisi_bps", "edisi_kode", "edisi_batas"]
    assert row[editions].tolist() == ["2022", "2026", "2025", "uji, 2025"]
    assert row["tanggal_acuan"].date() == DAY


def test_a_village_without_polygon_has_none_and_keeps_its_families(layers: dict[str, pd.DataFrame]) -> None:
    desa = layers["desa"].set_index("kode")
    assert desa["geometry"][E] is None
    assert pd.isna(desa["area_km2"][E])
    assert desa["ada_poligon"].tolist() == [True, True, True, True, False]
    assert desa["n_keluarga"][E] == 2
    assert desa["area_km2"][A] == pytest.approx(123.09, rel=1e-3)
    assert layers["desa"].crs == "EPSG:4326"


def test_a_village_without_families_is_a_class_of_its_own(layers: dict[str, pd.DataFrame]) -> None:
    desa = layers["desa"].set_index("kode")
    assert desa["kelas_cocok"].to_dict() == {
        A: "40-60",
        B: "tidak_ada_data",
        C: "tidak_ada_data",
        D: "80-100",
        E: "0-20",
    }
    assert desa["kelas_beda_desil"][D] == "80-100"


def test_larger_areas_are_the_union_of_their_villages(
    layers: dict[str, pd.DataFrame], villages: VillageMap
) -> None:
    kabupaten = layers["kabupaten"].set_index("kode")["geometry"]
    assert kabupaten["64.02"].equals(shapely.union_all(villages.polygons[:3]))
    assert kabupaten["64.07"].equals(villages.polygons[3])
    assert {polygon.geom_type for polygon in kabupaten} == {"MultiPolygon"}


def test_overlapping_villages_still_unite(boundary: Callable[..., BoundaryFile], register: Register) -> None:
    pair = [(A, shapely.box(117.0, 0, 117.12, 0.1)), (B, shapely.box(117.1, 0, 117.2, 0.1))]
    kecamatan = area_layers(key_villages(boundary(pair), register), register)["kecamatan"]
    assert kecamatan.geometry.iloc[0].equals(shapely.box(117.0, 0, 117.2, 0.1))


def test_official_figures_stand_where_they_are_published(layers: dict[str, pd.DataFrame]) -> None:
    official = {column.name for column in OFFICIAL}
    assert official <= set(layers["kabupaten"].columns)
    assert layers["kabupaten"].set_index("kode")["persen_miskin"]["64.02"] == 6.7
    assert not official & set(layers["desa"].columns)


def test_columns_do_not_depend_on_what_a_month_holds(
    layers: dict[str, pd.DataFrame], villages: VillageMap, register: Register
) -> None:
    nobody, nothing = RECONCILED.empty(), findings().head(0)
    indicators = area_indicators(nobody, nothing, TASKS.empty(), register.villages, figures().head(0))
    empty = build_layers(
        indicators, unplaced_families(nobody, nothing, TASKS.empty()), villages, register, EDITIONS
    )
    for name, layer in layers.items():
        pd.testing.assert_series_equal(layer.dtypes, empty[name].dtypes)


def test_order_of_the_indicators_does_not_matter(
    layers: dict[str, pd.DataFrame], villages: VillageMap, register: Register
) -> None:
    indicators = area_indicators(reconciled(), findings(), tasks(), register.villages, figures())
    mixed = indicators.sample(frac=1, random_state=2)
    other = build_layers(
        mixed, unplaced_families(reconciled(), findings(), tasks()), villages, register, EDITIONS
    )
    for name, layer in layers.items():
        pd.testing.assert_frame_equal(pd.DataFrame(layer), pd.DataFrame(other[name]))


def test_households_are_points_in_a_fixed_order(register: Register) -> None:
    layer = point_layers(register)["keluarga"].set_index("id_rekon")
    assert layer.index.is_monotonic_increasing
    assert layer.geometry["R00"].wkt == "POINT (117.05 -0.45)"
    assert layer.geometry["R19"] is None
    shown = layer.loc[["R00", "R05", "R15"], "kelas_titik"].tolist()
    assert shown == ["cocok terukur", "hanya_p3ke wakil_desa", "tanpa_titik"]
    assert layer.loc["R00", ["nama_desa", "nama_kec", "nama_kab"]].tolist() == [
        "Alang Jaya",
        "Hilir Contoh",
        "Kutai Kartanegara",
    ]
    assert layer["nama_desa"].isna().sum() == 3


def test_families_to_visit_are_points_with_their_reasons(register: Register) -> None:
    layer = point_layers(register)["survei_ulang"].set_index("id_rekon")
    assert layer.index.tolist() == ["R00", "R17", "R18", "R19"]
    assert layer.loc["R00", ["tingkat_temuan", "alasan_dicek", "kelas_survei"]].tolist() == [
        "K",
        "Pastikan.",
        "K terukur",
    ]
    assert layer["kelas_survei"].tolist()[1:] == ["tanpa_titik"] * 3


def test_household_columns_are_an_allow_list(register: Register) -> None:
    households, visits = point_layers(register).values()
    assert list(households.columns) == [*HOUSEHOLD_COLUMNS, "kelas_titik", "geometry"]
    assert list(visits.columns) == [*RESURVEY_COLUMNS, "kelas_survei", "geometry"]
    names = {"nama_desa", "nama_kec", "nama_kab"}
    assert set(HOUSEHOLD_COLUMNS) - names <= set(RECONCILED.names)


def test_area_layers_hold_nothing_of_a_household(layers: dict[str, pd.DataFrame]) -> None:
    """No column of areas is one that tells of a single family."""
    told = {"id_rekon", *(c for c in RECONCILED.names if c.endswith(("_p3ke", "_bps")))}
    for layer in layers.values():
        assert not {c for c in layer.columns if not str(c).startswith(("n_", "kode_bps"))} & told


def test_reasons_stand_in_words(villages: VillageMap, register: Register) -> None:
    table = tables(villages, register)["tidak_terpetakan"]
    assert table[["sebab", "keterangan", "n_keluarga"]].to_numpy().tolist() == [
        ["titik_kosong, kode_tidak_dikenal", "tanpa koordinat; kode desa tidak dikenal", 3]
    ]
