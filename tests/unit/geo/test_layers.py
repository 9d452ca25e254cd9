from collections.abc import Callable

import pandas as pd
import pytest
import shapely

from geo.boundaries import BoundaryFile
from geo.layers import HOUSEHOLD_COLUMNS, build_layers, household_layer, match_classes
from geo.villages import VillageMap, key_villages
from reconcile.regions import Register
from reconcile.tables import RECONCILED

A, B, C, D, E = "64.02.05.2001", "64.02.05.2002", "64.02.06.1001", "64.07.01.2001", "64.07.01.2002"


@pytest.fixture
def indicators() -> pd.DataFrame:
    """Return families per area; three of them have no village."""
    rows = [
        ("desa", A, 10, 50.0, None),
        ("desa", D, 5, 100.0, None),
        ("desa", None, 3, 0.0, None),
        ("kecamatan", "64.02.05", 10, 50.0, None),
        ("kecamatan", "64.07.01", 5, 100.0, None),
        ("kecamatan", None, 3, 0.0, None),
        ("kabupaten", "64.02", 10, 50.0, 6.7),
        ("kabupaten", "64.07", 5, 100.0, None),
        ("kabupaten", None, 3, 0.0, None),
    ]
    table = pd.DataFrame(rows, columns=["tingkat", "kode", "n_keluarga", "persen_cocok", "persen_miskin"])
    blank = dict.fromkeys(["kode_bps", "nama", "nama_kec", "nama_kab"], pd.Series(pd.NA, table.index, "str"))
    kinds = {"n_keluarga": "Int64", "persen_cocok": "Float64", "persen_miskin": "Float64", "kode": "str"}
    return table.assign(**blank).astype(kinds)


def test_every_area_of_the_register_and_every_count_appears(
    indicators: pd.DataFrame, villages: VillageMap, register: Register
) -> None:
    layers = build_layers(indicators, villages, register)
    assert list(layers) == ["desa", "kecamatan", "kabupaten"]
    codes = {name: layer["kode"].dropna().tolist() for name, layer in layers.items()}
    assert codes["desa"] == [A, B, C, D, E]
    assert codes["kecamatan"] == ["64.02.05", "64.02.06", "64.07.01"]
    assert codes["kabupaten"] == ["64.02", "64.07"]
    assert [layer["n_keluarga"].sum() for layer in layers.values()] == [18, 18, 18]
    assert all(layer["nama"].tolist()[-1] == "tidak_terpetakan" for layer in layers.values())


def test_names_and_both_codes_come_from_the_register_where_the_indicators_have_none(
    indicators: pd.DataFrame, villages: VillageMap, register: Register
) -> None:
    desa = build_layers(indicators, villages, register)["desa"].set_index("kode").loc[D]
    assert desa[["kode_bps", "nama", "nama_kec", "nama_kab"]].tolist() == [
        "6402010001",
        "Damar",
        "Barat Contoh",
        "Kutai Barat",
    ]


def test_a_village_without_polygon_has_none_and_the_rest_theirs(
    indicators: pd.DataFrame, villages: VillageMap, register: Register
) -> None:
    desa = build_layers(indicators, villages, register)["desa"].set_index("kode")
    assert desa.geometry[E] is None
    assert pd.isna(desa["luas_km2"][E])
    assert desa.geometry[A].equals(villages.polygons[0])
    assert desa["luas_km2"][A] == pytest.approx(123.09, rel=1e-3)
    assert desa.crs == "EPSG:4326"


def test_larger_areas_are_the_union_of_their_villages(
    indicators: pd.DataFrame, villages: VillageMap, register: Register
) -> None:
    layers = build_layers(indicators, villages, register)
    kabupaten = layers["kabupaten"].set_index("kode").geometry
    assert kabupaten["64.02"].equals(shapely.union_all(villages.polygons[:3]))
    assert kabupaten["64.07"].equals(villages.polygons[3])
    assert set(kabupaten.dropna().geom_type) == {"MultiPolygon"}


def test_overlapping_villages_still_unite(
    indicators: pd.DataFrame, boundary: Callable[..., BoundaryFile], register: Register
) -> None:
    pair = [(A, shapely.box(117.0, 0, 117.12, 0.1)), (B, shapely.box(117.1, 0, 117.2, 0.1))]
    kecamatan = build_layers(indicators, key_villages(boundary(pair), register), register)["kecamatan"]
    assert kecamatan.geometry.iloc[0].equals(shapely.box(117.0, 0, 117.2, 0.1))


def test_columns_pass_through_where_their_level_fills_them(
    indicators: pd.DataFrame, villages: VillageMap, register: Register
) -> None:
    layers = build_layers(indicators.assign(n_baru=1), villages, register)
    assert all("n_baru" in layer for layer in layers.values())
    assert "persen_miskin" in layers["kabupaten"]
    assert "persen_miskin" not in layers["desa"]


def test_order_of_the_indicators_does_not_matter(
    indicators: pd.DataFrame, villages: VillageMap, register: Register
) -> None:
    one = build_layers(indicators, villages, register)
    other = build_layers(indicators.sample(frac=1, random_state=2), villages, register)
    for name in one:
        pd.testing.assert_frame_equal(pd.DataFrame(one[name]), pd.DataFrame(other[name]))


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (0.0, "0-20"),
        (19.99, "0-20"),
        (20.0, "20-40"),
        (40.0, "40-60"),
        (79.99, "60-80"),
        (80.0, "80-100"),
        (100.0, "80-100"),
        (None, "tidak_ada_data"),
    ],
)
def test_fixed_breaks(percent: float | None, expected: str) -> None:
    assert match_classes(pd.Series([percent], dtype="Float64")).tolist() == [expected]


@pytest.fixture
def reconciled() -> pd.DataFrame:
    rows = [
        ("R3", "hanya_bps", "tanpa_titik", None, None),
        ("R1", "cocok", "terukur", 117.05, -0.45),
        ("R2", "tinjau", "wakil_desa", 117.15, -0.45),
    ]
    names = ["id_rekon", "status_padan", "posisi", "titik_bujur", "titik_lintang"]
    table = pd.DataFrame(rows, columns=names).assign(cara_lokasi="kode", source_row_bps=[1, 2, pd.NA])
    return RECONCILED.build(table)


def test_households_are_points_in_a_fixed_order(reconciled: pd.DataFrame) -> None:
    layer = household_layer(reconciled)
    assert layer["id_rekon"].tolist() == ["R1", "R2", "R3"]
    assert [None if p is None else p.wkt for p in layer.geometry] == [
        "POINT (117.05 -0.45)",
        "POINT (117.15 -0.45)",
        None,
    ]
    assert layer["kelas_titik"].tolist() == ["cocok terukur", "tinjau wakil_desa", "tanpa_titik"]
    assert layer["source_row_bps"].tolist() == [2, pd.NA, 1]


def test_household_columns_are_an_allow_list(reconciled: pd.DataFrame) -> None:
    layer = household_layer(reconciled)
    assert list(layer.columns) == [*HOUSEHOLD_COLUMNS, "kelas_titik", "geometry"]
    assert set(HOUSEHOLD_COLUMNS) <= set(RECONCILED.names)
