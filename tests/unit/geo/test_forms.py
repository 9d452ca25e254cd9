"""QGIS' XML of a form."""

from xml.etree import ElementTree as ET

import pytest

from geo.forms import (
    NULL_VALUE,
    Box,
    Field,
    Widget,
    day,
    flags,
    form,
    hidden,
    number,
    one_of,
    photo,
    properties,
    text_line,
)

FIELDS = (
    Field("kunci", "Kunci", hidden(), default="uuid()"),
    Field("hasil", "Hasil", one_of({"a": "Satu"}, "(kosong)"), must='"hasil" IS NOT NULL', said="Isi."),
    Field("nik", "NIK", text_line(), must="true", said="16 angka.", hard=True, default="'x'", kept_up=True),
    Field("tetap", "Tetap", text_line(), editable=False),
)
TABS = (Box("Isi", ("hasil", Box("", ("nik",), "\"hasil\" = 'a'"))), Box("Lain", ("tetap",)))


def part(name: str) -> ET.Element:
    return next(one for one in form(FIELDS, TABS) if one.tag == name)


def told(name: str, *wanted: str) -> dict[str, tuple[str | None, ...]]:
    """Return by field what the children of a part say."""
    return {str(one.get("field") or one.get("name")): tuple(one.get(w) for w in wanted) for one in part(name)}


@pytest.mark.parametrize(
    ("name", "wanted", "expected"),
    [
        # GDAL puts the row id in front
        (
            "aliases",
            ("index", "name"),
            {"fid": ("0", "fid"), "kunci": ("1", "Kunci"), "hasil": ("2", "Hasil")},
        ),
        ("defaults", ("expression", "applyOnUpdate"), {"kunci": ("uuid()", "0"), "nik": ("'x'", "1")}),
        # 4: an expression; 1: keeps the form from being saved, 2: warns
        (
            "constraints",
            ("constraints", "exp_strength"),
            {"kunci": ("0", "0"), "hasil": ("4", "2"), "nik": ("4", "1")},
        ),
        (
            "constraintExpressions",
            ("exp", "desc"),
            {"hasil": ('"hasil" IS NOT NULL', "Isi."), "tetap": ("", "")},
        ),
        ("editable", ("editable",), {"fid": ("0",), "nik": ("1",), "tetap": ("0",)}),
    ],
)
def test_what_is_said_of_each_field(
    name: str, wanted: tuple[str, ...], expected: dict[str, tuple[str, ...]]
) -> None:
    found = told(name, *wanted)
    assert list(found) == ["fid", "kunci", "hasil", "nik", "tetap"]
    assert {field: found[field] for field in expected} == expected


def test_tabs_hold_fields_and_boxes_that_a_condition_opens() -> None:
    assert part("editorlayout").text == "tablayout"
    first, second = part("attributeEditorForm")
    assert [one.get("name") for one in (first, second)] == ["Isi", "Lain"]
    assert (first.get("groupBox"), first.get("visibilityExpressionEnabled")) == ("0", "0")
    field, box = first
    assert (field.get("name"), field.get("index")) == ("hasil", "2")
    assert (box.get("groupBox"), box.get("visibilityExpression")) == ("1", "\"hasil\" = 'a'")
    assert [one.get("name") for one in box] == ["nik"]


def options(widget: Widget) -> list[tuple[str | None, str | None, str | None]]:
    (field,) = [one for one in form([Field("a", "A", widget)], [])[0] if one.get("name") == "a"]
    assert field.find("editWidget").get("type") == widget.kind  # type: ignore[union-attr]
    return [(one.get("name"), one.get("type"), one.get("value")) for one in field.iter("Option")]


@pytest.mark.parametrize(
    ("widget", "expected"),
    [
        (number(30), ("Max", "int", "30")),
        (number(30), ("AllowNull", "bool", "true")),
        (one_of({"a": "Satu"}, "(kosong)"), ("Satu", "QString", "a")),
        (one_of({"a": "Satu"}, "(kosong)"), ("(kosong)", "QString", NULL_VALUE)),
        (day(), ("allow_null", "bool", "true")),
        # relative to the project, so that the folder may move
        (photo(), ("RelativeStorage", "int", "1")),
        (text_line(lines=True), ("IsMultiline", "bool", "true")),
    ],
)
def test_widgets(widget: Widget, expected: tuple[str, str, str]) -> None:
    assert expected in options(widget)


def test_properties_and_flags_of_a_layer() -> None:
    assert [one.attrib for one in properties({"QField/x": "true"})[0]] == [
        {"type": "QString", "value": "true", "name": "QField/x"}
    ]
    assert flags(identified=False).findtext("Identifiable") == "0"
