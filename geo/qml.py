"""QGIS' own XML for how a layer looks and reads: renderer, labels, aliases, value maps, map tips.

Read by QGIS 3.22 and later; the same elements stand in a style (QML) and in a project.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from geo.columns import alias, words
from reconcile.language import text
from reconcile.vocab import Language

DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"

#: The oldest QGIS that these files are made for and tried in.
QGIS_VERSION = "3.22.0"

_CATEGORIES = "LayerConfiguration|Symbology|Labeling|Fields|Forms|MapTips"


@dataclass(frozen=True)
class Symbol:
    """How a feature is drawn: marker or fill, class of the symbol layer, its options."""

    kind: str
    layer: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class Category:
    """One entry of a legend: the value in the data, its label, its symbol."""

    value: str
    label: str
    symbol: Symbol


def rgba(colour: str, alpha: int = 255) -> str:
    """Return ``#rrggbb`` as QGIS writes colours: red, green, blue, alpha."""
    return ",".join([*(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)), str(alpha)])


def fill(colour: str, border_mm: str, *, border: str = "#5a5a5a") -> Symbol:
    """Return a filled polygon with a border."""
    return Symbol(
        "fill", "SimpleFill", {"color": rgba(colour), "style": "solid", **_outline(border, border_mm)}
    )


def hollow(border_mm: str, *, border: str = "#333333") -> Symbol:
    """Return a polygon of which only the border is drawn."""
    return Symbol("fill", "SimpleFill", {"color": "0,0,0,0", "style": "no", **_outline(border, border_mm)})


def marker(colour: str, *, filled: bool, size_mm: str, border_mm: str) -> Symbol:
    """Return a circle, filled or hollow."""
    options = {
        "color": rgba(colour, 255 if filled else 0),
        "name": "circle",
        "size": size_mm,
        "size_unit": "MM",
    }
    return Symbol("marker", "SimpleMarker", {**options, **_outline(colour, border_mm)})


def invisible() -> Symbol:
    """Return a marker that is not seen: for rows that have no point."""
    options = {"color": "0,0,0,0", "name": "circle", "size": "1", "size_unit": "MM"}
    return Symbol(
        "marker", "SimpleMarker", {**options, **_outline("#000000", "0.1"), "outline_color": "0,0,0,0"}
    )


def _outline(colour: str, width_mm: str) -> dict[str, str]:
    return {
        "outline_color": rgba(colour),
        "outline_style": "solid",
        "outline_width": width_mm,
        "outline_width_unit": "MM",
    }


def categorised(column: str, categories: Iterable[Category]) -> ET.Element:
    """Return a renderer of a class per value; a graduated one leaves out what has none (qgis/QGIS#31853)."""
    renderer = _renderer("categorizedSymbol")
    renderer.set("attr", column)
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
        symbols.append(_symbol(str(number), category.symbol))
    return renderer


def single(symbol: Symbol) -> ET.Element:
    """Return a renderer that draws every feature alike."""
    renderer = _renderer("singleSymbol")
    ET.SubElement(renderer, "symbols").append(_symbol("0", symbol))
    return renderer


def _renderer(kind: str) -> ET.Element:
    return ET.Element("renderer-v2", type=kind, symbollevels="0", enableorderby="0", forceraster="0")


def _symbol(name: str, symbol: Symbol) -> ET.Element:
    element = ET.Element("symbol", type=symbol.kind, name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    layer = ET.SubElement(
        element, "layer", {"class": symbol.layer, "pass": "0", "enabled": "1", "locked": "0"}
    )
    layer.append(_options(symbol.options))
    return element


def _options(values: Mapping[str, str]) -> ET.Element:
    options = ET.Element("Option", type="Map")
    for name, value in values.items():
        ET.SubElement(options, "Option", type="QString", name=name, value=value)
    return options


def labels(column: str, scale: str) -> ET.Element:
    """Return labels of ``column``, written from the scale 1:``scale`` on, with a white halo."""
    labelling = ET.Element("labeling", type="simple")
    settings = ET.SubElement(labelling, "settings", calloutType="simple")
    written = ET.SubElement(
        settings,
        "text-style",
        fieldName=column,
        isExpression="0",
        fontSize="8",
        fontSizeUnit="Point",
        fontWeight="63",
        fontFamily="Sans",
        textColor="30,30,30,255",
    )
    ET.SubElement(
        written,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.7",
        bufferSizeUnits="MM",
        bufferColor="255,255,255,255",
    )
    ET.SubElement(settings, "placement", placement="0")
    ET.SubElement(settings, "rendering", scaleVisibility="1", scaleMin="1", scaleMax=scale, obstacle="1")
    return labelling


def fields(columns: Sequence[str], yesno: Iterable[str], language: Language) -> list[ET.Element]:
    """Return aliases and value maps of a layer's columns; GDAL puts the row id before them."""
    answers = set(yesno)
    aliases, configuration = ET.Element("aliases"), ET.Element("fieldConfiguration")
    for index, column in enumerate(["fid", *columns]):
        ET.SubElement(aliases, "alias", index=str(index), field=column, name=alias(column, language))
        said = words(column, language)
        if column in answers:
            said = {"true": text("word_yes", language), "false": text("word_no", language)}
        if said:
            field = ET.SubElement(configuration, "field", name=column, configurationFlags="None")
            field.append(_value_map(said))
    return [aliases, configuration]


def _value_map(said: Mapping[str, str]) -> ET.Element:
    widget = ET.Element("editWidget", type="ValueMap")
    options = ET.SubElement(ET.SubElement(widget, "config"), "Option", type="Map")
    listed = ET.SubElement(options, "Option", type="List", name="map")
    for value, word in said.items():
        listed.append(_options({word: value}))
    return widget


def tip(columns: Sequence[str], language: Language) -> list[ET.Element]:
    """Return the map tip: the first column in bold, the others with their titles below it."""
    first, *others = columns
    lines = [f'<b>[% "{first}" %]</b>']
    for column in others:
        shown = f"represent_value(\"{column}\", '{column}')" if words(column, language) else f'"{column}"'
        lines.append(f"{alias(column, language)}: [% coalesce({shown}, '–') %]")
    hint, shown_as = ET.Element("mapTip", enabled="1"), ET.Element("previewExpression")
    hint.text, shown_as.text = "<br>".join(lines), f'"{first}"'
    return [hint, shown_as]


def document(parts: Iterable[ET.Element], *, labelled: bool) -> str:
    """Return the parts of a layer's look as a QML document."""
    root = ET.Element(
        "qgis", version=QGIS_VERSION, styleCategories=_CATEGORIES, labelsEnabled="1" if labelled else "0"
    )
    root.extend(parts)
    return DOCTYPE + ET.tostring(root, encoding="unicode")
