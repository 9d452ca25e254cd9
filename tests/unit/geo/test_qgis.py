"""What a real QGIS and GDAL's validator say of a whole GeoPackage.

Needs QGIS (tests/real_qgis.py); without one these are skipped.
"""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from layer_world import DAY, tables
from real_qgis import SCRIPTS, call, missing

from geo.columns import alias
from geo.geopackage import write_geopackage
from geo.styles import layer_styles
from geo.villages import VillageMap
from reconcile.regions import Register
from reconcile.vocab import Language

SCRIPT = SCRIPTS / "opened.py"
LANGUAGE = Language.INDONESIAN

pytestmark = [pytest.mark.qgis, pytest.mark.skipif(missing(), reason="no Python with QGIS on this machine")]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory, villages: VillageMap, register: Register) -> Path:
    """Return the restricted GeoPackage, moved after it was written, with a blank in its folder's name."""
    held = tables(villages, register)
    layers = {name: table for name, table in held.items() if isinstance(table, gpd.GeoDataFrame)}
    path = tmp_path_factory.mktemp("ditulis") / "keluarga.gpkg"
    styles = layer_styles(layers, LANGUAGE)
    write_geopackage(path, held, styles=styles, reference_date=DAY, language=LANGUAGE)
    return path.parent.rename(path.parent.with_name("jalan yang terbit")) / path.name


@pytest.fixture(scope="module")
def met(package: Path) -> dict[str, Any]:
    before = package.read_bytes()
    done = call(SCRIPT, package)
    assert done.returncode == 0, done.stderr
    assert package.read_bytes() == before, "opening changed the file"
    assert "partially supported" not in done.stderr
    assert "Non-conformant" not in done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_layer_opens_whole(met: dict[str, Any], villages: VillageMap, register: Register) -> None:
    held = tables(villages, register)
    assert list(met["layers"]) == list(held)
    for name, table in held.items():
        layer = met["layers"][name]
        spatial = isinstance(table, gpd.GeoDataFrame)
        assert layer["valid"]
        assert layer["count"] == layer["read"] == len(table)
        assert layer["spatial"] == spatial
        assert layer["crs"] == ("EPSG:4326" if spatial else "")
        assert layer["title"]


def test_the_default_style_is_ours_and_draws_everything(met: dict[str, Any]) -> None:
    columns = {name: layer["column"] for name, layer in met["layers"].items() if layer["spatial"]}
    areas = dict.fromkeys(("desa", "kecamatan", "kabupaten"), "kelas_cocok")
    assert columns == {**areas, "keluarga": "kelas_titik", "survei_ulang": "kelas_survei"}
    for name in columns:
        layer = met["layers"][name]
        assert layer["renderer"] == "categorizedSymbol"
        assert all(layer["labels"])
        assert layer["unseen"] == 0, f"{name}: features that no class draws"
    # villages without families are drawn as such
    assert "tidak ada data" in met["layers"]["desa"]["labels"]


def test_columns_have_titles_words_and_types(met: dict[str, Any]) -> None:
    for name in ("desa", "kecamatan", "kabupaten", "keluarga", "survei_ulang"):
        for column, title in met["layers"][name]["aliases"].items():
            assert title == alias(column, LANGUAGE)
    desa, keluarga = met["layers"]["desa"], met["layers"]["keluarga"]
    assert desa["words"]["kelas_cocok"]["tidak_ada_data"] == "tidak ada data"
    assert keluarga["words"]["status_padan"]["hanya_bps"] == "Hanya di BPS"
    types = {**desa["types"], **keluarga["types"]}
    wanted = {
        "kode": "String",
        "n_keluarga": "Integer64",
        "persen_cocok": "Real",
        "ada_poligon": "Boolean",
        "tanggal_acuan": "Date",
        "nik_p3ke": "String",
        "tanggal_lahir_bps": "Date",
    }
    assert {column: types[column] for column in wanted} == wanted


def test_the_stored_project_opens_under_the_published_name(met: dict[str, Any], package: Path) -> None:
    project = met["project"]
    assert project["opened"]
    assert project["crs"] == "EPSG:4326"
    assert project["lost"] == []
    assert len(project["groups"]) == 4
    assert all(layer["source"].startswith(f"{package}|") for layer in project["layers"].values())
    assert all(layer["read_only"] for layer in project["layers"].values())
    shown = {name for name, layer in project["layers"].items() if layer["shown"]}
    assert shown == {"Desa/kelurahan", "Batas kabupaten/kota", "Keluarga (TERBATAS)"}
    assert project["colours"] > 3, "nothing is drawn"


def test_the_validator_of_gdal_has_nothing_to_say(package: Path) -> None:
    done = call("-m", "osgeo_utils.samples.validate_gpkg", "--extra", "--warning-as-error", package)
    assert (done.returncode, done.stdout.strip(), done.stderr.strip()) == (0, "", "")
