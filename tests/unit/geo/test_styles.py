from xml.etree import ElementTree as ET

import pytest

from geo.layers import HOUSEHOLD_COLUMNS
from geo.styles import alias, layer_style, layer_styles
from reconcile.language import text
from reconcile.vocab import Language, MatchClass, MatchStatus, Position

AREA_COLUMNS = [
    "kode",
    "kode_bps",
    "nama",
    "n_keluarga",
    "n_desil1_bps",
    "persen_cocok",
    "luas_km2",
    "kelas_cocok",
]
POINT_COLUMNS = [*HOUSEHOLD_COLUMNS, "kelas_titik"]
LAYERS = {
    "desa": AREA_COLUMNS,
    "kecamatan": AREA_COLUMNS,
    "kabupaten": AREA_COLUMNS,
    "keluarga": POINT_COLUMNS,
}
DRAWN = [f"{status} {place}" for status in MatchStatus for place in (Position.MEASURED, Position.VILLAGE)]
VALUES = {name: [c.value for c in MatchClass] for name in ("desa", "kecamatan", "kabupaten")} | {
    "keluarga": [*DRAWN, Position.NONE.value]
}


def parsed(layer: str, language: Language = Language.INDONESIAN) -> ET.Element:
    qml = layer_style(layer, LAYERS[layer], language).qml
    assert qml.startswith("<!DOCTYPE qgis")
    return ET.fromstring(qml)  # noqa: S314 - our own text


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("layer", LAYERS)
def test_every_value_has_a_class_a_label_and_a_symbol(layer: str, language: Language) -> None:
    root = parsed(layer, language)
    renderer = root.find("renderer-v2")
    assert renderer is not None
    assert renderer.get("type") == "categorizedSymbol"
    assert renderer.get("attr") in LAYERS[layer]
    categories = renderer.findall("categories/category")
    assert [c.get("value") for c in categories] == VALUES[layer]
    assert all(c.get("label") for c in categories)
    symbols = {s.get("name") for s in renderer.findall("symbols/symbol")}
    assert {c.get("symbol") for c in categories} == symbols


@pytest.mark.parametrize("layer", LAYERS)
def test_fills_of_classes_differ(layer: str) -> None:
    looks = [
        tuple(sorted((o.get("name"), o.get("value")) for o in symbol.iter("Option") if o.get("name")))
        for symbol in parsed(layer).iter("symbol")
    ]
    assert len(set(looks)) == len(looks)


def test_a_point_that_stands_for_a_village_is_hollow_and_smaller() -> None:
    root = parsed("keluarga")
    looks = {}
    for category, symbol in zip(root.iter("category"), root.iter("symbol"), strict=True):
        options = {o.get("name"): o.get("value") for o in symbol.iter("Option")}
        looks[category.get("value")] = options
    measured, village = looks["cocok terukur"], looks["cocok wakil_desa"]
    assert str(measured["color"]).endswith(",255")
    assert str(village["color"]).endswith(",0")
    assert float(village["size"] or 0) < float(measured["size"] or 0)


@pytest.mark.parametrize("layer", LAYERS)
def test_aliases_stand_at_the_columns_own_places(layer: str) -> None:
    found = [(a.get("index"), a.get("field"), a.get("name")) for a in parsed(layer).iter("alias")]
    expected = ["fid", *LAYERS[layer]]
    assert [(index, field) for index, field, _ in found] == [(str(i), c) for i, c in enumerate(expected)]
    assert all(name != field for _, field, name in found)


@pytest.mark.parametrize(
    ("column", "language", "expected"),
    [
        ("nik_p3ke", Language.INDONESIAN, "NIK kepala keluarga (P3KE)"),
        ("desil_bps", Language.ENGLISH, "Decile (BPS)"),
        ("n_desil1_p3ke", Language.INDONESIAN, "Keluarga desil 1 (P3KE)"),
        # its own entry goes before that of its stem
        ("n_p3ke", Language.INDONESIAN, "Keluarga di P3KE"),
        ("nama_bps", Language.ENGLISH, "Name of the head (BPS)"),
        ("n_yang_baru", Language.INDONESIAN, "n_yang_baru"),
    ],
)
def test_alias(column: str, language: Language, expected: str) -> None:
    assert alias(column, language) == expected


def test_labels_of_the_legend_follow_the_language() -> None:
    assert 'label="tidak ada data"' in layer_style("desa", AREA_COLUMNS, Language.INDONESIAN).qml
    assert 'label="no data"' in layer_style("desa", AREA_COLUMNS, Language.ENGLISH).qml


def test_area_names_are_labelled_and_households_are_not() -> None:
    assert parsed("desa").get("labelsEnabled") == "1"
    assert parsed("keluarga").get("labelsEnabled") == "0"


def test_one_style_per_layer_and_none_for_an_unknown_one() -> None:
    assert list(layer_styles(LAYERS, Language.INDONESIAN)) == list(LAYERS)
    with pytest.raises(KeyError):
        layer_style("jalan", ["a"], Language.INDONESIAN)
    assert text("layer_desa", Language.INDONESIAN) == "Desa/kelurahan"
