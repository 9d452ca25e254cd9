"""Default QGIS styles: what a layer looks like when an officer opens it.

QML made from Python and read by QGIS 3.22 and later. Categories on a class column, never graduated: a
graduated style does not draw what has no value (qgis/QGIS#31853).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from geo.layers import HOUSEHOLD_LAYER
from reconcile.language import entries, text
from reconcile.vocab import Language, MatchClass, MatchStatus, Position

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"

#: ColorBrewer YlGnBu (sequential, safe for the colour-blind) and a grey that stands apart from it.
_CLASS_COLOURS = {
    MatchClass.LOWEST: "255,255,204",
    MatchClass.LOW: "161,218,180",
    MatchClass.MIDDLE: "65,182,196",
    MatchClass.HIGH: "44,127,184",
    MatchClass.HIGHEST: "37,52,148",
    MatchClass.NO_DATA: "217,217,217",
}

#: Okabe-Ito, safe for the colour-blind.
_STATUS_COLOURS = {
    MatchStatus.MATCHED: "0,158,115",
    MatchStatus.REVIEW: "230,159,0",
    MatchStatus.ONLY_P3KE: "213,94,0",
    MatchStatus.ONLY_BPS: "0,114,178",
}

_AREA_LAYERS = ("desa", "kecamatan", "kabupaten")

#: Borders in millimetres, and the scale denominator up to which names are written.
_BORDERS = {"desa": "0.1", "kecamatan": "0.3", "kabupaten": "0.5"}
_LABEL_SCALES = {"desa": "250000", "kecamatan": "1000000", "kabupaten": "10000000"}

_SIDES = {"_p3ke": "P3KE", "_bps": "BPS"}


@dataclass(frozen=True)
class Category:
    """One entry of a legend: the value in the data, its label, and how its symbol is drawn."""

    value: str
    label: str
    symbol: Mapping[str, str]


@dataclass(frozen=True)
class Style:
    """A named style of one layer, as QML."""

    name: str
    description: str
    qml: str


def layer_style(layer: str, columns: Iterable[str], language: Language) -> Style:
    """Return the default style of ``layer``: desa, kecamatan, kabupaten by share matched, keluarga by status.

    ``columns`` are the layer's attribute columns; each gets an alias in ``language``. Another layer is a
    KeyError.
    """
    given = list(columns)
    if layer == HOUSEHOLD_LAYER:
        renderer = _renderer("kelas_titik", "marker", "SimpleMarker", _household_categories(language))
        return Style(
            text("style_households", language),
            text("style_households_about", language),
            _qml(renderer, given, language),
        )
    renderer = _renderer("kelas_cocok", "fill", "SimpleFill", _area_categories(layer, language))
    qml = _qml(renderer, given, language, label_scale=_LABEL_SCALES[layer])
    return Style(text("style_areas", language), text("style_areas_about", language), qml)


def layer_styles(columns: Mapping[str, Iterable[str]], language: Language) -> dict[str, Style]:
    """Return the default style of each layer, from its attribute columns (without the geometry)."""
    return {layer: layer_style(layer, names, language) for layer, names in columns.items()}


def alias(column: str, language: Language) -> str:
    """Return what an officer reads above ``column``: ``alias_*`` of the catalogue, by side, else the name."""
    if f"alias_{column}" in entries():
        return text(f"alias_{column}", language)
    for suffix, side in _SIDES.items():
        base = column.removesuffix(suffix)
        if base != column and f"alias_{base}" in entries():
            return f"{text(f'alias_{base}', language)} ({side})"
    return column


def _area_categories(layer: str, language: Language) -> list[Category]:
    shared = {
        "outline_color": "90,90,90,255",
        "outline_style": "solid",
        "outline_width": _BORDERS[layer],
        "outline_width_unit": "MM",
        "style": "solid",
    }
    return [
        Category(c.value, text(f"class_{c.value}", language), {"color": f"{colour},255", **shared})
        for c, colour in _CLASS_COLOURS.items()
    ]


def _household_categories(language: Language) -> list[Category]:
    """Measured points filled; points that only stand for a village small and hollow."""
    looks = {Position.MEASURED: ("255", "2.2", "0.2"), Position.VILLAGE: ("0", "1.4", "0.3")}
    found = []
    for status, colour in _STATUS_COLOURS.items():
        for position, (alpha, size, width) in looks.items():
            label = (
                f"{text(f'status_{status.value}', language)}: {text(f'position_{position.value}', language)}"
            )
            symbol = _marker(f"{colour},{alpha}", f"{colour},255", size, width)
            found.append(Category(f"{status.value} {position.value}", label, symbol))
    nowhere = _marker("0,0,0,0", "0,0,0,0", "1", "0.1")
    found.append(Category(Position.NONE.value, text(f"position_{Position.NONE.value}", language), nowhere))
    return found


def _marker(color: str, outline: str, size: str, width: str) -> dict[str, str]:
    return {
        "color": color,
        "name": "circle",
        "outline_color": outline,
        "outline_style": "solid",
        "outline_width": width,
        "outline_width_unit": "MM",
        "size": size,
        "size_unit": "MM",
    }


def _renderer(column: str, kind: str, symbol_class: str, categories: Iterable[Category]) -> ET.Element:
    renderer = ET.Element(
        "renderer-v2",
        type="categorizedSymbol",
        attr=column,
        symbollevels="0",
        enableorderby="0",
        forceraster="0",
    )
    listed, symbols = ET.SubElement(renderer, "categories"), ET.SubElement(renderer, "symbols")
    for number, category in enumerate(categories):
        ET.SubElement(
            listed,
            "category",
            value=category.value,
            symbol=str(number),
            label=category.label,
            render="true",
            type="string",
        )
        symbol = ET.SubElement(
            symbols, "symbol", type=kind, name=str(number), alpha="1", clip_to_extent="1", force_rhr="0"
        )
        layer = ET.SubElement(
            symbol, "layer", {"class": symbol_class, "pass": "0", "enabled": "1", "locked": "0"}
        )
        options = ET.SubElement(layer, "Option", type="Map")
        for name, value in category.symbol.items():
            ET.SubElement(options, "Option", type="QString", name=name, value=value)
    return renderer


def _labelling(scale: str) -> ET.Element:
    labelling = ET.Element("labeling", type="simple")
    settings = ET.SubElement(labelling, "settings", calloutType="simple")
    written = ET.SubElement(
        settings,
        "text-style",
        fieldName="nama",
        isExpression="0",
        fontSize="8",
        fontFamily="Sans",
        textColor="30,30,30,255",
    )
    ET.SubElement(written, "text-buffer", bufferDraw="1", bufferSize="0.7", bufferColor="255,255,255,255")
    ET.SubElement(settings, "placement", placement="0")
    ET.SubElement(settings, "rendering", scaleVisibility="1", scaleMin="1", scaleMax=scale, obstacle="1")
    return labelling


def _qml(renderer: ET.Element, columns: list[str], language: Language, label_scale: str = "") -> str:
    root = ET.Element(
        "qgis",
        version="3.22.0",
        styleCategories="LayerConfiguration|Symbology|Labeling|Fields|Forms|AttributeTable",
        labelsEnabled="1" if label_scale else "0",
    )
    root.append(renderer)
    if label_scale:
        root.append(_labelling(label_scale))
    aliases = ET.SubElement(root, "aliases")
    # GDAL puts the row id before the columns
    for index, column in enumerate(["fid", *columns]):
        ET.SubElement(aliases, "alias", index=str(index), field=column, name=alias(column, language))
    return _DOCTYPE + ET.tostring(root, encoding="unicode")
