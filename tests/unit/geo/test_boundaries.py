import hashlib
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from geo.boundaries import read_boundaries
from reconcile.errors import InputError
from reconcile.language import describe
from reconcile.vocab import CodeSystem, Language

SQUARE = shapely.box(117.0, -0.5, 117.1, -0.4)
TALL = shapely.force_3d(SQUARE, 12.0)
TWO = shapely.MultiPolygon([SQUARE, shapely.box(117.2, -0.5, 117.3, -0.4)])

GADM = {"NAME_2": "Kutai Barat", "NAME_3": "Barat Contoh", "NAME_4": " Damar "}
BPS = {"village_code": "id6402010001", "village": "Damar"}
BIG = {"KDEPUM": "64.07.01.2001", "WADMKD": "Damar", "WADMKC": "Barat Contoh", "WADMKK": "Kutai Barat"}


def written(
    path: Path,
    columns: dict[str, object],
    geometry: object = SQUARE,
    crs: object = "EPSG:4326",
    **options: object,
) -> Path:
    table = pd.DataFrame([columns])
    gpd.GeoDataFrame(table, geometry=[geometry], crs=crs).pipe(pyogrio.write_dataframe, path, **options)
    return path


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson"])
@pytest.mark.parametrize("geometry", [SQUARE, TALL, TWO])
def test_every_format_comes_back_flat_and_multi(tmp_path: Path, suffix: str, geometry: Any) -> None:
    path = written(tmp_path / f"desa{suffix}", {"kode": "64.07.01.2001", "nama": "Damar"}, geometry)
    read = read_boundaries(path, label="uji", layer=None, schema="kemendagri")
    (polygon,) = read.features.geometry
    assert polygon.geom_type == "MultiPolygon"
    assert not polygon.has_z
    assert polygon.equals(geometry)
    assert read.features.crs == "EPSG:4326"
    assert read.features["kode_tertulis"].tolist() == ["64.07.01.2001"]


@pytest.mark.parametrize(
    ("schema", "columns", "system", "code", "village"),
    [
        (
            "kemendagri",
            {"code": "64.07.01.2001", "name": "Damar "},
            CodeSystem.KEMENDAGRI,
            "64.07.01.2001",
            "Damar",
        ),
        ("bps", BPS, CodeSystem.BPS, "6402010001", "Damar"),
        # stored as a number by some tools
        ("bps", {"iddesa": 6402010001, "nmdesa": "DAMAR"}, CodeSystem.BPS, "6402010001", "DAMAR"),
        ("bps", {"iddesa": 6402010001.0, "nmdesa": "DAMAR"}, CodeSystem.BPS, "6402010001", "DAMAR"),
        ("big", BIG, CodeSystem.KEMENDAGRI, "64.07.01.2001", "Damar"),
        ("names", GADM, None, None, "Damar"),
    ],
)
def test_every_schema_gives_the_same_columns(
    tmp_path: Path, schema: str, columns: Any, system: CodeSystem | None, code: str | None, village: str
) -> None:
    path = written(tmp_path / "a.gpkg", {**columns, "other": 1})
    read = read_boundaries(path, label="uji 2025", layer="a", schema=schema)
    first = read.features.iloc[0]
    assert read.code_system == system
    assert list(read.features.columns) == [
        "kode_tertulis",
        "nama_kabupaten",
        "nama_kecamatan",
        "nama_desa",
        "geometry",
    ]
    assert first["nama_desa"] == village
    assert pd.isna(first["kode_tertulis"]) if code is None else first["kode_tertulis"] == code
    assert (read.label, read.file) == ("uji 2025", "a.gpkg")
    assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_another_crs_is_brought_to_degrees(tmp_path: Path) -> None:
    metric = gpd.GeoSeries([SQUARE], crs="EPSG:4326").to_crs("EPSG:32750")[0]
    path = written(tmp_path / "utm.gpkg", {"kode": "64.07.01.2001"}, metric, "EPSG:32750")
    read = read_boundaries(path, label="uji", layer=None, schema="kemendagri")
    assert read.features.total_bounds == pytest.approx([117.0, -0.5, 117.1, -0.4], abs=1e-9)


def test_a_part_of_a_shapefile_changes_its_hash(tmp_path: Path) -> None:
    path = written(tmp_path / "desa.shp", {"kode": "64.07.01.2001"})
    before = read_boundaries(path, label="uji", layer=None, schema="kemendagri").sha256
    written(path, {"kode": "64.07.01.2002"})
    assert read_boundaries(path, label="uji", layer=None, schema="kemendagri").sha256 != before


POINT = shapely.Point(117, 0)
SWAPPED = shapely.transform(SQUARE, lambda xy: xy[:, ::-1])
KODE = {"kode": "64.07.01.2001"}

FAULTS = [
    ({"columns": KODE, "geometry": SWAPPED}, {}, ["GEO_AXES_SWAPPED"]),
    ({"columns": KODE, "geometry": shapely.box(106, -7, 107, -6)}, {}, ["GEO_OUTSIDE_PROVINCE"]),
    ({"columns": KODE, "geometry": POINT}, {}, ["GEO_NOT_POLYGONS"]),
    ({"columns": KODE, "geometry": shapely.LineString(SQUARE.exterior)}, {}, ["GEO_NOT_POLYGONS"]),
    ({"columns": BIG}, {}, ["GEO_COLUMNS_MISSING"]),
    ({"columns": KODE}, {"layer": "kecamatan"}, ["GEO_LAYER_MISSING"]),
    ({"columns": KODE}, {"schema": "bigg"}, ["GEO_SCHEMA_UNKNOWN"]),
    # everything that the file's description tells, at once
    ({"columns": BPS, "geometry": POINT}, {}, ["GEO_COLUMNS_MISSING", "GEO_NOT_POLYGONS"]),
]


@pytest.mark.parametrize(("file", "asked", "codes"), FAULTS)
def test_faults_are_told_together(
    tmp_path: Path, file: dict[str, Any], asked: dict[str, Any], codes: list[str]
) -> None:
    path = written(tmp_path / "desa.gpkg", **file)
    with pytest.raises(InputError) as caught:
        read_boundaries(path, **{"label": "uji", "layer": None, "schema": "kemendagri", **asked})
    assert [fault.code for fault in caught.value.faults] == codes
    assert all(fault.file == "desa.gpkg" for fault in caught.value.faults)


def test_missing_columns_name_what_is_there_and_what_would_fit(tmp_path: Path) -> None:
    path = written(tmp_path / "desa.gpkg", BIG)
    with pytest.raises(InputError) as caught:
        read_boundaries(path, label="uji", layer=None, schema="bps")
    sentence = describe(caught.value.faults[0], Language.INDONESIAN)
    assert "village_code | iddesa" in sentence
    assert "KDEPUM, WADMKD, WADMKC, WADMKK" in sentence
    assert "Skema yang cocok: big." in sentence


def test_without_crs(tmp_path: Path) -> None:
    path = written(tmp_path / "desa.shp", KODE)
    path.with_suffix(".prj").unlink()
    with pytest.raises(InputError, match="GEO_CRS_MISSING"):
        read_boundaries(path, label="uji", layer=None, schema="kemendagri")


def test_without_features(tmp_path: Path) -> None:
    path = tmp_path / "desa.gpkg"
    none = gpd.GeoDataFrame({"kode": pd.Series(dtype="str")}, geometry=[], crs="EPSG:4326")
    pyogrio.write_dataframe(none, path, geometry_type="MultiPolygon")
    with pytest.raises(InputError, match="GEO_LAYER_EMPTY"):
        read_boundaries(path, label="uji", layer=None, schema="kemendagri")


def test_several_layers_need_a_name(tmp_path: Path) -> None:
    path = written(tmp_path / "x.gpkg", KODE, layer="desa")
    written(path, KODE, layer="kecamatan", append=True)
    with pytest.raises(InputError) as caught:
        read_boundaries(path, label="uji", layer=None, schema="kemendagri")
    assert "desa, kecamatan" in describe(caught.value.faults[0], Language.ENGLISH)
    assert read_boundaries(path, label="uji", layer="desa", schema="kemendagri").layer == "desa"


@pytest.mark.parametrize(
    ("content", "code"), [(None, "GEO_FILE_MISSING"), (b"not a map", "GEO_FILE_UNREADABLE")]
)
def test_no_such_file_or_no_map(tmp_path: Path, content: bytes | None, code: str | None) -> None:
    path = tmp_path / "desa.gpkg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=code):
        read_boundaries(path, label="uji", layer=None, schema="kemendagri")
