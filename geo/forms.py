"""QGIS' own XML for how a layer is filled in: widgets, tabs, conditions, defaults and what an answer must be.

Only what QField also honours (opengisch/QField, attributeformmodelbase.cpp): it evaluates a default only for
fields that stand in the form, joins the conditions of nested boxes by AND without parentheses, and asks
constraints only of fields that are seen. Read by QGIS 3.22 and later.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

#: What QGIS takes for "no value" in a value map.
NULL_VALUE = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"

_EXPRESSION, _SOFT, _HARD = "4", "2", "1"


@dataclass(frozen=True)
class Widget:
    """How one value is edited: QGIS' name of the widget and its options."""

    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Field:
    """One column of a form.

    ``must`` is an expression that is true of a good value and ``said`` the sentence where it is not; ``hard``
    keeps the form from being saved. ``default`` is an expression for new features, with ``kept_up`` also for
    every later edit.
    """

    name: str
    title: str
    widget: Widget
    editable: bool = True
    must: str = ""
    said: str = ""
    hard: bool = False
    default: str = ""
    kept_up: bool = False


@dataclass(frozen=True)
class Box:
    """A tab, or inside a tab a box: what it holds (names of fields, boxes) and when it is seen."""

    title: str
    holds: tuple["str | Box", ...]
    seen_if: str = ""


def hidden() -> Widget:
    """Return the widget of a column that nobody sees."""
    return Widget("Hidden")


def text_line(*, lines: bool = False) -> Widget:
    """Return a text box of one or several lines."""
    return Widget("TextEdit", {"IsMultiline": lines, "UseHtml": False})


def one_of(said: Mapping[str, str], empty: str) -> Widget:
    """Return a list of value -> word, and ``empty`` to take an answer back."""
    entries = [*({word: value} for value, word in said.items()), {empty: NULL_VALUE}]
    return Widget("ValueMap", {"map": entries})


def day() -> Widget:
    """Return a calendar; dates are shown as they are written in lists."""
    return Widget(
        "DateTime",
        {
            "allow_null": True,
            "calendar_popup": True,
            "display_format": "yyyy-MM-dd",
            "field_format": "yyyy-MM-dd",
            "field_format_overwrite": False,
            "field_iso_format": False,
        },
    )


def number(most: int) -> Widget:
    """Return a box for a whole number from 0 to ``most``, or nothing."""
    return Widget("Range", {"AllowNull": True, "Min": 0, "Max": most, "Step": 1, "Style": "SpinBox"})


def photo() -> Widget:
    """Return a picture that is taken and kept beside the project, named by its relative path."""
    return Widget(
        "ExternalResource",
        {
            "DocumentViewer": 1,
            "DocumentViewerHeight": 0,
            "DocumentViewerWidth": 0,
            "FileWidget": True,
            "FileWidgetButton": True,
            "FileWidgetFilter": "",
            "RelativeStorage": 1,
            "StorageMode": 0,
        },
    )


def form(fields: Sequence[Field], tabs: Sequence[Box]) -> list[ET.Element]:
    """Return the form of a layer of the columns ``fields``, in the layer's order; GDAL puts ``fid`` first."""
    index = {one.name: place for place, one in enumerate(fields, start=1)}
    layout = ET.Element("attributeEditorForm")
    layout.extend(_container(tab, index, tab=True) for tab in tabs)
    chosen = ET.Element("editorlayout")
    chosen.text = "tablayout"
    return [*_columns(fields), chosen, layout]


def properties(values: Mapping[str, str]) -> ET.Element:
    """Return properties of a layer that other programs read."""
    element = ET.Element("customproperties")
    element.append(_option("", dict(values)))
    return element


def flags(*, identified: bool) -> ET.Element:
    """Return whether a tap on the map finds the layer's features."""
    element = ET.Element("flags")
    for name, value in (("Identifiable", identified), ("Removable", False), ("Searchable", True)):
        ET.SubElement(element, name).text = str(int(value))
    return element


def _columns(fields: Sequence[Field]) -> Iterator[ET.Element]:
    roots = {
        name: ET.Element(name)
        for name in (
            "fieldConfiguration",
            "aliases",
            "defaults",
            "constraints",
            "constraintExpressions",
            "editable",
        )
    }
    own = Field("fid", "fid", hidden(), editable=False)
    for place, one in enumerate([own, *fields]):
        config = ET.SubElement(roots["fieldConfiguration"], "field", name=one.name, configurationFlags="None")
        widget = ET.SubElement(config, "editWidget", type=one.widget.kind)
        ET.SubElement(widget, "config").append(_option("", dict(one.widget.options)))
        ET.SubElement(roots["aliases"], "alias", index=str(place), field=one.name, name=one.title)
        default = {"field": one.name, "expression": one.default, "applyOnUpdate": str(int(one.kept_up))}
        ET.SubElement(roots["defaults"], "default", default)
        strength = (_HARD if one.hard else _SOFT) if one.must else "0"
        ET.SubElement(
            roots["constraints"],
            "constraint",
            field=one.name,
            constraints=_EXPRESSION if one.must else "0",
            exp_strength=strength,
            notnull_strength="0",
            unique_strength="0",
        )
        rule = {"field": one.name, "exp": one.must, "desc": one.said}
        ET.SubElement(roots["constraintExpressions"], "constraint", rule)
        ET.SubElement(roots["editable"], "field", name=one.name, editable=str(int(one.editable)))
    yield from roots.values()


def _container(box: Box, index: Mapping[str, int], *, tab: bool) -> ET.Element:
    element = ET.Element(
        "attributeEditorContainer",
        name=box.title,
        groupBox=str(int(not tab)),
        showLabel=str(int(tab)),
        columnCount="1",
        visibilityExpressionEnabled=str(int(bool(box.seen_if))),
        visibilityExpression=box.seen_if,
    )
    for one in box.holds:
        if isinstance(one, Box):
            element.append(_container(one, index, tab=False))
        else:
            ET.SubElement(element, "attributeEditorField", name=one, index=str(index[one]), showLabel="1")
    return element


def _option(name: str, value: Any) -> ET.Element:
    """Return a value as QGIS writes values of any type."""
    named = {"name": name} if name else {}
    if isinstance(value, Mapping):
        element = ET.Element("Option", {"type": "Map", **named})
        element.extend(_option(key, one) for key, one in value.items())
        return element
    if isinstance(value, list):
        element = ET.Element("Option", {"type": "List", **named})
        element.extend(_option("", one) for one in value)
        return element
    kinds: dict[type, str] = {bool: "bool", int: "int"}
    written = str(value).lower() if isinstance(value, bool) else str(value)
    return ET.Element("Option", {"type": kinds.get(type(value), "QString"), "value": written, **named})
