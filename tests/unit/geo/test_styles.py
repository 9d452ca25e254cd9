from xml.etree import ElementTree as ET

import pytest
from layer_world import area_layers, point_layers

from geo.styles import Style, layer_styles
from geo.villages import VillageMap
from reconcile.regions import Register
from reconcile.vocab import Language, MatchStatus, Placement, Position, ShareClass

AREAS = ("desa", "kecamatan", "kabupaten")
KINDS = (Position.MEASURED, Position.VILLAGE)
CLASSES = [c.value for c in ShareClass]
POINTED = {
    "keluarga": [f"{status} {place}" for status in MatchStatus for place in KINDS],
    "survei_ulang": [f"{severity} {place}" for severity in "KTSR" for place in KINDS],
}
#: layer, style -> column and its values
EXPECTED = {
    **{(layer, n): (f"kelas_{n}", CLASSES) for layer in AREAS for n in ("cocok", "beda_desil", "lengkap")},
    ("keluarga", "keluarga"): ("kelas_titik", [*POINTED["keluarga"], "tanpa_titik"]),
    ("keluarga", "penempatan"): ("cara_lokasi", [p.value for p in Placement]),
    ("survei_ulang", "survei_ulang"): ("kelas_survei", [*POINTED["survei_ulang"], "tanpa_titik"]),
}


@pytest.fixture(scope="module")
def styles(villages: VillageMap, register: Register) -> dict[Language, dict[str, tuple[Style, ...]]]:
    layers = {**area_layers(villages, register), **point_layers(register)}
    return {language: layer_styles(layers, language) for language in Language}


def root_of(style: Style) -> ET.Element:
    assert style.qml.startswith("<!DOCTYPE qgis")
    return ET.fromstring(style.qml)  # noqa: S314 - our own text


@pytest.mark.parametrize("language", list(Language))
def test_every_value_has_a_class_a_label_and_a_symbol(language: Language, styles: object) -> None:
    found = {}
    for layer, looks in styles[language].items():  # type: ignore[index]
        for style in looks:
            renderer = root_of(style).find("renderer-v2")
            assert renderer is not None
            assert renderer.get("type") == "categorizedSymbol"
            categories = renderer.findall("categories/category")
            assert all(c.get("label") for c in categories)
            symbols = {s.get("name") for s in renderer.findall("symbols/symbol")}
            assert {c.get("symbol") for c in categories} == symbols
            found[layer, style.name] = (renderer.get("attr"), [c.get("value") for c in categories])
    assert list(found.values()) == list(EXPECTED.values())


def test_looks_of_classes_differ(styles: object) -> None:
    for looks in styles[Language.INDONESIAN].values():  # type: ignore[index]
        for style in looks:
            symbols = [
                tuple(sorted((o.get("name"), o.get("value")) for o in symbol.iter("Option") if o.get("name")))
                for symbol in root_of(style).iter("symbol")
            ]
            assert len(set(symbols)) == len(symbols)


@pytest.mark.parametrize(("layer", "value"), [("keluarga", "cocok"), ("survei_ulang", "K")])
def test_a_point_that_stands_for_a_village_is_hollow_and_smaller(
    layer: str, value: str, styles: object
) -> None:
    root = root_of(styles[Language.INDONESIAN][layer][0])  # type: ignore[index]
    looks = {}
    for category, symbol in zip(root.iter("category"), root.iter("symbol"), strict=True):
        looks[category.get("value")] = {o.get("name"): o.get("value") for o in symbol.iter("Option")}
    measured, village = looks[f"{value} terukur"], looks[f"{value} wakil_desa"]
    assert str(measured["color"]).endswith(",255")
    assert str(village["color"]).endswith(",0")
    assert float(village["size"] or 0) < float(measured["size"] or 0)


def test_aliases_stand_at_the_columns_own_places(
    styles: object, villages: VillageMap, register: Register
) -> None:
    for name, layer in {**area_layers(villages, register), **point_layers(register)}.items():
        root = root_of(styles[Language.INDONESIAN][name][0])  # type: ignore[index]
        found = [(a.get("index"), a.get("field"), a.get("name")) for a in root.iter("alias")]
        expected = ["fid", *layer.columns.drop("geometry")]
        assert [(index, field) for index, field, _ in found] == [(str(i), c) for i, c in enumerate(expected)]
        assert all(title != field for _, field, title in found)


VALUE_MAPS = [
    ("desa", "kelas_cocok", ("tidak_ada_data", "tidak ada data")),
    ("desa", "ada_poligon", ("false", "tidak")),
    ("keluarga", "status_padan", ("hanya_bps", "Hanya di BPS")),
    ("survei_ulang", "tingkat_temuan", ("K", "Kritis")),
]


@pytest.mark.parametrize(("layer", "column", "entry"), VALUE_MAPS)
def test_value_maps(layer: str, column: str, entry: tuple[str, str], styles: object) -> None:
    root = root_of(styles[Language.INDONESIAN][layer][0])  # type: ignore[index]
    field = root.find(f"fieldConfiguration/field[@name='{column}']/editWidget[@type='ValueMap']")
    assert field is not None
    assert entry in {(o.get("value"), o.get("name")) for o in field.iter("Option")}


def test_legend_speaks_the_language(styles: object) -> None:
    assert 'label="tidak ada data"' in styles[Language.INDONESIAN]["desa"][0].qml  # type: ignore[index]
    assert 'label="no data"' in styles[Language.ENGLISH]["desa"][0].qml  # type: ignore[index]


def test_labels_and_tips(styles: object) -> None:
    scales = []
    for name in AREAS:
        root = root_of(styles[Language.INDONESIAN][name][0])  # type: ignore[index]
        assert root.get("labelsEnabled") == "1"
        rendering = root.find("labeling/settings/rendering")
        assert rendering is not None
        scales.append(int(rendering.get("scaleMax") or 0))
        assert "represent_value" not in (root.findtext("mapTip") or "")
    # small areas get their names only when near
    assert scales == sorted(scales)
    points = root_of(styles[Language.INDONESIAN]["keluarga"][0])  # type: ignore[index]
    assert points.get("labelsEnabled") == "0"
    tip = points.findtext("mapTip") or ""
    assert "represent_value(\"status_padan\", 'status_padan')" in tip
    # a tip on a screen that others see names nobody
    assert "nik" not in tip
    assert "nama_bps" not in tip


def test_an_unknown_layer_has_no_style(villages: VillageMap, register: Register) -> None:
    with pytest.raises(KeyError):
        layer_styles({"jalan": area_layers(villages, register)["desa"]}, Language.INDONESIAN)
