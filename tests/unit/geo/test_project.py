"""The stored QGIS project, read as XML; tests/integration/test_qgis.py opens it with QGIS."""

import io
import json
import zipfile
from xml.etree import ElementTree as ET

import geopandas as gpd
import pytest
from layer_world import DAY, tables

from geo.project import StoredProject, stored_project
from geo.styles import layer_styles
from geo.villages import VillageMap
from reconcile.regions import Register
from reconcile.vocab import Language


@pytest.fixture(scope="module")
def stored(villages: VillageMap, register: Register) -> StoredProject:
    return make(villages, register)


def make(villages: VillageMap, register: Register, *, points: bool = True) -> StoredProject:
    held = tables(villages, register)
    if not points:
        held = {name: t for name, t in held.items() if name not in {"keluarga", "survei_ulang"}}
    layers = {name: table for name, table in held.items() if isinstance(table, gpd.GeoDataFrame)}
    styles = layer_styles(layers, Language.INDONESIAN)
    return stored_project("padan.gpkg", held, styles, reference_date=DAY, language=Language.INDONESIAN)


def root_of(stored: StoredProject) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(bytes.fromhex(stored.content))) as archive:
        (entry,) = archive.infolist()
        assert entry.filename == "padan.qgs"
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        return ET.fromstring(archive.read(entry))  # noqa: S314 - our own text


def groups(root: ET.Element) -> dict[str, list[tuple[str, bool]]]:
    return {
        str(group.get("name")): [
            (str(layer.get("source")).partition("layername=")[2], layer.get("checked") == "Qt::Checked")
            for layer in group.findall("layer-tree-layer")
        ]
        for group in root.findall("layer-tree-group/layer-tree-group")
    }


def test_layers_stand_in_groups_and_order(stored: StoredProject) -> None:
    assert groups(root_of(stored)) == {
        "Keluarga (TERBATAS)": [("survei_ulang", False), ("keluarga", True)],
        "Batas": [("kabupaten", True), ("kecamatan", False)],
        "Tingkat kecocokan (pilih satu)": [("desa", True), ("kecamatan", False), ("kabupaten", False)],
        "Tabel": [("tidak_terpetakan", False), ("asal_data", False), ("kamus_data", False)],
    }


def test_without_households_there_is_no_group_of_them(villages: VillageMap, register: Register) -> None:
    found = groups(root_of(make(villages, register, points=False)))
    assert list(found) == ["Batas", "Tingkat kecocokan (pilih satu)", "Tabel"]


def test_every_layer_of_the_tree_is_declared_and_reads_this_file(stored: StoredProject) -> None:
    root = root_of(stored)
    listed = {layer.get("id"): layer.get("source") for layer in root.iter("layer-tree-layer")}
    declared = {layer.findtext("id"): layer.findtext("datasource") for layer in root.iter("maplayer")}
    assert listed == declared
    assert all(str(source).startswith("./padan.gpkg|layername=") for source in declared.values())
    # QGIS gives ids of less than some 11 characters another one, and the tree then points nowhere
    assert min(len(str(one)) for one in declared) > 15


def test_nothing_can_be_edited_by_mistake(stored: StoredProject) -> None:
    assert {layer.get("readOnly") for layer in root_of(stored).iter("maplayer")} == {"1"}


def test_the_project_knows_where_it_lies(stored: StoredProject) -> None:
    root = root_of(stored)
    assert root.findtext("title") == "Rekonsiliasi P3KE dan BPS, 2026-03-31"
    assert root.findtext("projectCrs/spatialrefsys/authid") == "EPSG:4326"
    # the name alone reads as an invalid CRS
    assert str(root.findtext("projectCrs/spatialrefsys/wkt")).startswith("GEOGCRS")
    assert root.findtext("properties/SpatialRefSys/ProjectionsEnabled") == "1"
    assert root.findtext("properties/Paths/Absolute") == "false"
    extent = [
        float(root.findtext(f"mapcanvas/extent/{side}") or 0) for side in ("xmin", "ymin", "xmax", "ymax")
    ]
    assert extent == pytest.approx([116.9, -0.6, 117.3, -0.2])


def test_points_appear_when_near(stored: StoredProject) -> None:
    scales = {
        layer.findtext("id"): layer.get("minScale")
        for layer in root_of(stored).iter("maplayer")
        if layer.get("hasScaleBasedVisibilityFlag") == "1"
    }
    assert scales == {"padan_lapisan_keluarga": "500000", "padan_lapisan_survei_ulang": "500000"}


def test_same_bytes_and_no_clock(villages: VillageMap, register: Register, stored: StoredProject) -> None:
    assert make(villages, register) == stored
    assert json.loads(stored.metadata)["last_modified_time"] == "2026-03-31T00:00:00"
