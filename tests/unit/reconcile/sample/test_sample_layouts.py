import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sample_world import SEED, World

from reconcile.resources import read_yaml
from reconcile.sample.columns import flags, generator, ints
from reconcile.sample.damage import PointDamage
from reconcile.sample.extract import Extract, has_family_row, heads
from reconcile.sample.layout_bps import Points, dtsen_tables, regsosek_tables
from reconcile.sample.layout_p3ke import EDITION_2022, EDITION_2023, Edition, p3ke_tables
from reconcile.sample.written import name_text, nik_text

Pair = tuple[pd.DataFrame, pd.DataFrame]


def frames(tables: tuple[pa.Table, pa.Table]) -> Pair:
    first, second = (table.to_pandas() for table in tables)
    return first, second


@pytest.fixture(scope="module")
def points(bps: Extract) -> Points:
    size = len(bps.families)
    own, other = np.linspace(-0.3, 0.3, size), np.full(size, 0.25)
    return Points(own, own + 117, other, other + 116)


@pytest.fixture(scope="module")
def files_2022(world: World, p3ke: Extract) -> Pair:
    return frames(p3ke_tables(p3ke, EDITION_2022, world.villages, world.lexicon, generator(SEED, 30)))


@pytest.fixture(scope="module")
def files_2023(world: World, p3ke: Extract) -> Pair:
    return frames(p3ke_tables(p3ke, EDITION_2023, world.villages, world.lexicon, generator(SEED, 30)))


@pytest.fixture(scope="module")
def dtsen(world: World, bps: Extract, points: Points) -> Pair:
    return frames(dtsen_tables(bps, points, world.villages, world.lexicon, generator(SEED, 30)))


@pytest.fixture(scope="module")
def regsosek(world: World, bps: Extract, points: Points) -> Pair:
    return frames(regsosek_tables(bps, points, world.villages, world.lexicon, generator(SEED, 30)))


LAYOUTS = [
    ("files_2022", "p3ke_2022_keluarga", "p3ke_2022_individu", "ID Keluarga P3KE"),
    ("files_2023", "p3ke_2023_keluarga", "p3ke_2023_individu", "ID Keluarga P3KE"),
    ("dtsen", "dtsen_keluarga", "dtsen_anggota", "nomor_kartu_keluarga"),
    ("regsosek", "regsosek_keluarga", "regsosek_anggota", "kd_kk"),
]


@pytest.mark.parametrize(("name", "families", "members", "key"), LAYOUTS)
def test_headings_stand_in_their_order_and_rows_join_on_the_key(
    name: str, families: str, members: str, key: str, request: pytest.FixtureRequest
) -> None:
    first, second = request.getfixturevalue(name)
    order = read_yaml("reconcile.sample", "isian.yaml")["susunan"]
    assert first.columns.tolist() == order[families]
    assert second.columns.tolist() == order[members]
    assert first[key].is_unique
    assert set(first[key]) < set(second[key])  # some members have lost their family row


@pytest.mark.parametrize("name", [row[0] for row in LAYOUTS])
def test_every_cell_is_text(name: str, request: pytest.FixtureRequest) -> None:
    for table in request.getfixturevalue(name):
        assert all(pd.api.types.is_string_dtype(dtype) for dtype in table.dtypes)


def test_the_order_of_2022_is_the_delivered_one(files_2022: Pair) -> None:
    families, members = files_2022
    assert families.columns.tolist()[:7] == [
        "No",
        "ID Keluarga P3KE",
        "Provinsi",
        "Kabupaten/Kota",
        "Kecamatan",
        "Desa/Kelurahan",
        "Kode Kemdagri",
    ]
    assert (len(families.columns), len(members.columns)) == (31, 32)
    assert families.columns[-1] == members.columns[-1] == "Resiko Stunting"


def test_the_family_file_names_the_head_of_the_individual_file(p3ke: Extract, files_2022: Pair) -> None:
    families, members = files_2022
    head = members.iloc[heads(p3ke)[has_family_row(p3ke)]].reset_index(drop=True)
    for own, of_head in (("Kepala Keluarga", "Nama"), ("NIK", "NIK"), ("Tanggal Lahir", "Tanggal Lahir")):
        assert families[own].fillna("").tolist() == head[of_head].fillna("").tolist()


@pytest.mark.parametrize(
    ("name", "edition", "kecamatan"),
    [("files_2022", EDITION_2022, "KOTA RANTAU"), ("files_2023", EDITION_2023, "KOTA RANTAU DARAT")],
)
def test_only_the_older_delivery_writes_the_codes_before_the_split(
    world: World,
    p3ke: Extract,
    name: str,
    edition: Edition,
    kecamatan: str,
    request: pytest.FixtureRequest,
) -> None:
    families = request.getfixturevalue(name)[0]
    rows = p3ke.families[has_family_row(p3ke)].reset_index(drop=True)
    moved = flags(world.villages["kode_lama"] != "")[ints(rows["desa"])]
    plain = moved & ~flags(rows["kode_kosong"] | rows["kode_asing"] | (rows["desa"] != rows["desa_nama"]))
    column = "kode_lama" if edition.old_codes else "kode"
    expected = world.villages[column].str.replace(".", "", regex=False).to_numpy()[ints(rows["desa"])]
    assert plain.any()
    assert (families["Kode Kemdagri"] == expected)[plain].all()
    assert (families["Kecamatan"] == kecamatan)[plain].all()


@pytest.mark.parametrize(
    ("column", "allowed"),
    [
        ("Padan Dukcapil", {"PADAN", "TIDAK PADAN", "KOSONG"}),
        ("Jenis Kelamin", {"LAKI-LAKI", "PEREMPUAN"}),
        ("Hubungan dengan Kepala Keluarga", {"KEPALA KELUARGA", "ISTRI/SUAMI", "ANAK", "LAINNYA"}),
        ("Penerima PKH", {"Ya", "Tidak"}),
        ("Usia 60+ Tahun", {"Ya", "Tidak"}),
    ],
)
def test_values_are_those_of_the_registry(files_2022: Pair, column: str, allowed: set[str]) -> None:
    assert set(files_2022[1][column].dropna()) == allowed


def test_a_person_is_in_one_age_band(files_2022: Pair) -> None:
    bands = [name for name in files_2022[1].columns if name.startswith("Usia")]
    assert (files_2022[1][bands] == "Ya").sum(axis=1).eq(1).all()


def test_missing_nik_is_called_kosong(files_2022: Pair) -> None:
    members = files_2022[1]
    assert (members["NIK"].isna() == (members["Padan Dukcapil"] == "KOSONG")).all()


@pytest.mark.parametrize(
    ("name", "column", "pattern", "least"),
    [
        ("files_2022", "Tanggal Lahir", r"\d\d/\d\d/\d{4}", 0.6),
        ("files_2022", "Tanggal Lahir", r"\d\d/\d\d/\d{4} 0:00:00", 0.1),
        ("files_2023", "Tanggal Lahir", r"\d{4}-\d\d-\d\d", 0.85),
        ("dtsen", "tanggal_lahir", r"\d{4}-\d\d-\d\d", 0.9),
        ("dtsen", "tanggal_lahir", r"\d\d-\d\d-\d{4}", 0.01),
        ("regsosek", "406", r"\d{5}", 0.5),
        ("regsosek", "406", r"\d\d/\d\d/\d{4}", 0.3),
    ],
)
def test_dates_come_in_mixed_forms(
    name: str, column: str, pattern: str, least: float, request: pytest.FixtureRequest
) -> None:
    dates = request.getfixturevalue(name)[1][column].dropna()
    assert dates.str.fullmatch(pattern).mean() >= least


@pytest.mark.parametrize(
    ("column", "digits"),
    [
        ("kode_provinsi", 2),
        ("kode_kabupaten_kota", 4),
        ("kode_kecamatan", 7),
        ("kode_kelurahan_desa", 10),
        ("nomor_kartu_keluarga", 16),
    ],
)
def test_dtsen_codes_have_the_lengths_of_bps(dtsen: Pair, column: str, digits: int) -> None:
    assert (dtsen[0][column].dropna().str.len() == digits).all()


def test_dtsen_counts_its_members(dtsen: Pair) -> None:
    families, members = dtsen
    counted = members["nomor_kartu_keluarga"].value_counts()
    assert (
        families["jumlah_anggota_keluarga"].astype(int) == families["nomor_kartu_keluarga"].map(counted)
    ).all()


def test_regsosek_spreads_the_code_over_four_columns(world: World, bps: Extract, regsosek: Pair) -> None:
    parts = ["kode_provinsi", "kode_kabupaten", "kode_kecamatan", "kode_desa"]
    whole = regsosek[0][parts].fillna("").agg("".join, axis=1)
    rows = bps.families[has_family_row(bps)].reset_index(drop=True)
    plain = ~flags(rows["kode_kosong"] | rows["kode_asing"])
    assert (whole == world.villages["kode_bps"].to_numpy()[ints(rows["desa"])])[plain].all()


def test_regsosek_numbers_heads_one(regsosek: Pair) -> None:
    members = regsosek[1]
    assert set(members["409"]) == {"1", "2", "3", "6"}
    assert set(members["405"]) == {"1", "2"}
    assert (members.drop_duplicates("kd_kk")["409"] == "1").all()


@pytest.mark.parametrize(
    ("kind", "latitude", "longitude"),
    [
        (PointDamage.NOT_MEASURED, None, None),
        (PointDamage.MEASURED, "own", "own"),
        (PointDamage.SWAPPED, "own longitude", "own latitude"),
        (PointDamage.ELSEWHERE, 0.25, 116.25),
        (PointDamage.ZERO, 0.0, 0.0),
    ],
)
def test_points_are_written_as_damaged(
    bps: Extract,
    points: Points,
    dtsen: Pair,
    kind: PointDamage,
    latitude: float | str | None,
    longitude: float | str | None,
) -> None:
    kept = has_family_row(bps)
    rows = flags(bps.families["titik"] == kind)[kept]
    lat, lon = (pd.to_numeric(dtsen[0][name])[rows] for name in ("lintang", "bujur"))
    own_lat, own_lon = points.latitude[kept][rows], points.longitude[kept][rows]
    assert rows.any()
    if kind is PointDamage.NOT_MEASURED:
        assert lat.isna().all()
        assert lon.isna().all()
    elif kind in (PointDamage.ZERO, PointDamage.ELSEWHERE):
        assert (lat == latitude).all()
        assert (lon == longitude).all()
    else:
        swapped = kind is PointDamage.SWAPPED
        assert np.allclose(lat, own_lon if swapped else own_lat, atol=1e-6)
        assert np.allclose(lon, own_lat if swapped else own_lon, atol=1e-6)


def test_names_and_niks_are_the_extracts(world: World, bps: Extract, dtsen: Pair) -> None:
    assert dtsen[1]["nama"].tolist() == name_text(bps.members, world.lexicon).to_pylist()
    written = dtsen[1]["nomor_induk_kependudukan"].fillna("").tolist()
    assert written == [nik or "" for nik in nik_text(bps.members).to_pylist()]
