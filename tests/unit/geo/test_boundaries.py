import hashlib
import json
import zipfile
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
HDX = {"ADM4_PCODE": "ID6402010001", "ADM4_EN": "Damar", "ADM3_EN": "Barat Contoh", "ADM2_EN": "Kutai Barat"}
PARTS = {"kdprov": 64, "kdkab": 2, "kdkec": 10, "kddesa": 1, "nmdesa": "Damar"}
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


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson", ".fgb"])
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
        # HDX writes its prefix in either case
        ("hdx", BPS, CodeSystem.BPS, "6402010001", "Damar"),
        ("hdx", HDX, CodeSystem.BPS, "6402010001", "Damar"),
        # in parts, as numbers that lost their zeros; kddesa sometimes holds the whole code
        ("bps", PARTS, CodeSystem.BPS, "6402010001", "Damar"),
        ("bps", {**PARTS, "kddesa": 6402010001}, CodeSystem.BPS, "6402010001", "Damar"),
        ("bps", {**PARTS, "kdkab": "02", "kddesa": "001"}, CodeSystem.BPS, "6402010001", "Damar"),
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
    ({"columns": KODE, "geometry": shapely.box(106, -7, 107, -6)}, {}, ["GEO_OUTSIDE_PROVINCE"]),
    ({"columns": KODE}, {"crs": "EPSG:32750"}, ["GEO_CRS_OTHER"]),
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
    assert "iddesa | kode_bps | kode_desa_bps | kdprov+kdkab+kdkec+kddesa | village_code" in sentence
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


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32750"])
def test_latitude_first_is_turned_round_and_said(tmp_path: Path, crs: str) -> None:
    there = gpd.GeoSeries([SQUARE], crs="EPSG:4326").to_crs(crs)[0]
    path = written(tmp_path / "a.gpkg", KODE, shapely.transform(there, lambda xy: xy[:, ::-1]), crs)
    read = read_boundaries(path, label="uji", layer=None, schema="kemendagri")
    assert read.turned
    assert read.features.total_bounds == pytest.approx([117.0, -0.5, 117.1, -0.4], abs=1e-9)
    assert not read.outside.any()


def table_of(tmp_path: Path, *geometries: Any) -> Path:
    codes = [f"64.07.01.200{number}" for number in range(len(geometries))]
    frame = gpd.GeoDataFrame({"kode": codes}, geometry=list(geometries), crs="EPSG:4326")
    pyogrio.write_dataframe(frame, tmp_path / "desa.gpkg", promote_to_multi=True)
    return tmp_path / "desa.gpkg"


def test_both_orders_in_one_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="GEO_AXES_MIXED"):
        read_boundaries(table_of(tmp_path, SQUARE, SWAPPED), label="uji", layer=None, schema="kemendagri")


def test_a_feature_of_another_province_is_marked(tmp_path: Path) -> None:
    path = table_of(tmp_path, SQUARE, shapely.box(106, -7, 107, -6))
    read = read_boundaries(path, label="uji", layer=None, schema="kemendagri")
    assert read.outside.tolist() == [False, True]
    assert not read.turned


@pytest.mark.parametrize(("geometry", "flattened"), [(SQUARE, 0), (TALL, 1)])
def test_heights_are_dropped_and_counted(tmp_path: Path, geometry: Any, flattened: int) -> None:
    read = read_boundaries(
        written(tmp_path / "a.gpkg", KODE, geometry), label="uji", layer=None, schema="kemendagri"
    )
    assert read.flattened == flattened
    assert not read.features.geometry.has_z.any()


def test_a_crs_of_the_configuration_is_for_files_without_one(tmp_path: Path) -> None:
    path = written(tmp_path / "desa.shp", KODE)
    path.with_suffix(".prj").unlink()
    read = read_boundaries(path, label="uji", layer=None, schema="kemendagri", crs="EPSG:4326")
    assert read.features.total_bounds == pytest.approx([117.0, -0.5, 117.1, -0.4])


def zipped(tmp_path: Path, *stems: str, inside: str = "") -> Path:
    target = tmp_path / "batas.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for stem in stems:
            path = written(tmp_path / f"{stem}.shp", KODE)
            for part in path.parent.glob(f"{stem}.*"):
                archive.write(part, f"{inside}{part.name}")
        archive.writestr("BACA.txt", "batas desa")
    return target


@pytest.mark.parametrize("inside", ["", "SHP 2025/"])
def test_a_zipped_shapefile(tmp_path: Path, inside: str) -> None:
    path = zipped(tmp_path, "desa", inside=inside)
    read = read_boundaries(path, label="uji", layer=None, schema="kemendagri")
    assert read.features["kode_tertulis"].tolist() == ["64.07.01.2001"]
    assert (read.file, read.layer) == ("batas.zip", "desa")
    assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_of_several_files_in_a_zip_one_is_named(tmp_path: Path) -> None:
    path = zipped(tmp_path, "desa", "kecamatan")
    for layer, code in ((None, "GEO_LAYER_AMBIGUOUS"), ("kabupaten", "GEO_LAYER_MISSING")):
        with pytest.raises(InputError, match=code):
            read_boundaries(path, label="uji", layer=layer, schema="kemendagri")
    assert read_boundaries(path, label="uji", layer="desa", schema="kemendagri").layer == "desa"


@pytest.mark.parametrize("content", [b"PK no archive", None])
def test_a_zip_without_a_map(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "batas.zip"
    if content is None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("BACA.txt", "batas desa")
    else:
        path.write_bytes(content)
    with pytest.raises(InputError, match="GEO_FILE_UNREADABLE"):
        read_boundaries(path, label="uji", layer=None, schema="kemendagri")


def test_a_ring_that_is_none_comes_back_missing_not_as_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "desa.geojson"
    ring = [[117.0, 0.0], [117.1, 0.0], [117.0, 0.0]]
    features = [
        {
            "type": "Feature",
            "properties": {"kode": f"64.07.01.200{number}"},
            "geometry": {"type": "Polygon", "coordinates": [coordinates]},
        }
        for number, coordinates in ((1, ring), (2, [*SQUARE.exterior.coords]))
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    read = read_boundaries(path, label="uji", layer=None, schema="kemendagri")
    assert len(read.features) == 2
    assert read.features.geometry[1].equals(SQUARE)
