"""The QGIS project that a GeoPackage carries in itself: its layers grouped, ordered and styled.

A project names its file, so it is made for the name that the file is published under; the folder may move.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from geo import qml
from geo.crs import STORAGE_CRS
from geo.layers import LEVELS, POINT_LAYERS
from geo.styles import BORDERS_MM, Style, table_parts
from reconcile.language import text
from reconcile.vocab import Language

PROJECT_NAME = "padan"

#: Around the layers, so that the outermost borders are not at the edge of the window.
_MARGIN_DEGREES = 0.1

#: Households are drawn from this scale denominator on.
_POINTS_FROM = "500000"

_SHOWN, _HIDDEN = "Qt::Checked", "Qt::Unchecked"


@dataclass(frozen=True)
class StoredProject:
    """A row of the table qgis_projects."""

    name: str
    metadata: str
    content: str


@dataclass(frozen=True)
class Entry:
    """A layer of the project: its place in the file, its title, its look, whether it is shown at first.

    ``shown_from`` is the scale denominator that it is drawn from; left out: always.
    """

    name: str
    table: str
    title: str
    geometry: str
    parts: Sequence[ET.Element]
    labelled: bool = False
    shown: bool = False
    # corrections belong in a file of their own: this one is replaced by the next run
    read_only: bool = True
    shown_from: str = ""

    @property
    def id(self) -> str:
        """Return the layer's id; QGIS gives short ones a new id and then misses the layer in its tree."""
        return f"{PROJECT_NAME}_lapisan_{self.name}"


def stored_project(
    file_name: str,
    tables: Mapping[str, pd.DataFrame],
    styles: Mapping[str, Sequence[Style]],
    *,
    reference_date: date,
    language: Language,
) -> StoredProject:
    """Return the project for ``tables`` (layers in EPSG:4326 and attribute tables) in the file ``file_name``.

    Groups, from the top: families, borders, areas (one level at a time), tables. Same input, same bytes.
    """
    groups = _groups(tables, styles, language)
    title = text("project_title", language, date=reference_date.isoformat())
    return grouped_project(file_name, groups, tables, title, reference_date=reference_date, language=language)


def grouped_project(
    file_name: str,
    groups: Mapping[str, Sequence[Entry]],
    tables: Mapping[str, pd.DataFrame],
    title: str,
    *,
    reference_date: date,
    language: Language,
) -> StoredProject:
    """Return a project of ``groups`` from the top; the catalogue calls each ``group_<name>``."""
    root = _document(file_name, groups, title, _extent(tables), language)
    written = qml.DOCTYPE + ET.tostring(root, encoding="unicode")
    metadata = {"last_modified_time": f"{reference_date}T00:00:00", "last_modified_user": PROJECT_NAME}
    return StoredProject(PROJECT_NAME, json.dumps(metadata), _zipped(written).hex())


def _zipped(written: str) -> bytes:
    """Return the project as .qgz, without the clock and the system in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(f"{PROJECT_NAME}.qgs", (1980, 1, 1, 0, 0, 0))
        entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
        archive.writestr(entry, written.encode())
    return buffer.getvalue()


def _groups(
    tables: Mapping[str, pd.DataFrame], styles: Mapping[str, Sequence[Style]], language: Language
) -> dict[str, list[Entry]]:
    levels = [level.layer for level in LEVELS if level.layer in tables]
    points = [name for name in POINT_LAYERS if name in tables]
    plain = [name for name, table in tables.items() if not isinstance(table, gpd.GeoDataFrame)]
    groups = {
        # the top of a group lies over the others
        "keluarga": [_styled(name, styles, language, shown=name == points[0]) for name in reversed(points)],
        "batas": [
            _border(name, language, shown=name == "kabupaten")
            for name in ("kabupaten", "kecamatan")
            if name in levels
        ],
        "wilayah": [_styled(name, styles, language, shown=name == levels[0]) for name in levels],
        "tabel": [
            Entry(name, name, text(f"layer_{name}", language), "", table_parts(tables[name], language))
            for name in plain
        ],
    }
    return {name: entries for name, entries in groups.items() if entries}


def _styled(name: str, styles: Mapping[str, Sequence[Style]], language: Language, *, shown: bool) -> Entry:
    default = styles[name][0]
    geometry = "Point" if name in POINT_LAYERS else "Polygon"
    return Entry(
        name,
        name,
        text(f"layer_{name}", language),
        geometry,
        default.parts,
        default.labelled,
        shown,
        # points of a whole province hide what lies below them
        shown_from=_POINTS_FROM if geometry == "Point" else "",
    )


def _border(name: str, language: Language, *, shown: bool) -> Entry:
    look = qml.single(qml.hollow(BORDERS_MM[name]))
    return Entry(f"batas_{name}", name, text(f"border_{name}", language), "Polygon", [look], shown=shown)


def _extent(tables: Mapping[str, pd.DataFrame]) -> tuple[float, float, float, float]:
    bounds = [t.total_bounds for t in tables.values() if isinstance(t, gpd.GeoDataFrame)]
    frame = pd.DataFrame(bounds, columns=["west", "south", "east", "north"]).dropna()
    if frame.empty:
        return (-180.0, -90.0, 180.0, 90.0)
    low, high = frame.min(), frame.max()
    margin = _MARGIN_DEGREES
    return (low["west"] - margin, low["south"] - margin, high["east"] + margin, high["north"] + margin)


def _document(
    file_name: str,
    groups: Mapping[str, Sequence[Entry]],
    title: str,
    extent: tuple[float, float, float, float],
    language: Language,
) -> ET.Element:
    root = ET.Element("qgis", version=qml.QGIS_VERSION, projectname=title)
    _text(root, "title", title)
    ET.SubElement(root, "projectCrs").append(_crs())
    root.append(_tree(file_name, groups, language))
    root.append(_canvas(extent))
    layers = ET.SubElement(root, "projectlayers")
    layers.extend(_layer(file_name, entry) for entries in groups.values() for entry in entries)
    root.append(_properties())
    return root


def _tree(file_name: str, groups: Mapping[str, Sequence[Entry]], language: Language) -> ET.Element:
    tree = ET.Element("layer-tree-group")
    for name, entries in groups.items():
        # one level of areas hides the others, so they are shown one at a time
        alone = {"mutually-exclusive": "1", "mutually-exclusive-child": "0"} if name == "wilayah" else {}
        group = ET.SubElement(
            tree,
            "layer-tree-group",
            {
                "name": text(f"group_{name}", language),
                "checked": _SHOWN,
                "expanded": "0" if name == "tabel" else "1",
                **alone,
            },
        )
        for entry in entries:
            ET.SubElement(
                group,
                "layer-tree-layer",
                id=entry.id,
                name=entry.title,
                source=_source(file_name, entry.table),
                providerKey="ogr",
                checked=_SHOWN if entry.shown else _HIDDEN,
                expanded="1" if entry.shown else "0",
            )
    return tree


def _layer(file_name: str, entry: Entry) -> ET.Element:
    layer = ET.Element(
        "maplayer",
        {
            "type": "vector",
            "geometry": entry.geometry or "No geometry",
            "labelsEnabled": "1" if entry.labelled else "0",
            "readOnly": str(int(entry.read_only)),
            **_scales(entry),
        },
    )
    _text(layer, "id", entry.id)
    _text(layer, "datasource", _source(file_name, entry.table))
    _text(layer, "layername", entry.title)
    if entry.geometry:
        ET.SubElement(layer, "srs").append(_crs())
    _text(layer, "provider", "ogr").set("encoding", "UTF-8")
    layer.extend(entry.parts)
    return layer


def _scales(entry: Entry) -> dict[str, str]:
    if not entry.shown_from:
        return {}
    return {"hasScaleBasedVisibilityFlag": "1", "minScale": entry.shown_from, "maxScale": "0"}


def _source(file_name: str, table: str) -> str:
    return f"./{file_name}|layername={table}"


def _crs() -> ET.Element:
    crs = CRS(STORAGE_CRS)
    element = ET.Element("spatialrefsys", nativeFormat="Wkt")
    _text(element, "wkt", crs.to_wkt())
    _text(element, "srid", str(crs.to_epsg()))
    _text(element, "authid", STORAGE_CRS)
    _text(element, "description", crs.name)
    _text(element, "geographicflag", "true")
    return element


def _canvas(extent: tuple[float, float, float, float]) -> ET.Element:
    canvas = ET.Element("mapcanvas", name="theMapCanvas", annotationsVisible="1")
    _text(canvas, "units", "degrees")
    box = ET.SubElement(canvas, "extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), extent, strict=True):
        _text(box, name, repr(float(value)))
    ET.SubElement(canvas, "destinationsrs").append(_crs())
    return canvas


def _properties() -> ET.Element:
    """Return the settings that make the project CRS count, paths relative, and lengths metres."""
    settings: dict[str, dict[str, tuple[str, Any]]] = {
        "SpatialRefSys": {"ProjectionsEnabled": ("int", 1)},
        "Paths": {"Absolute": ("bool", "false")},
        "Measure": {"Ellipsoid": ("QString", "EPSG:7030")},
        "Measurement": {"DistanceUnits": ("QString", "meters"), "AreaUnits": ("QString", "m2")},
    }
    root = ET.Element("properties")
    for group, entries in settings.items():
        element = ET.SubElement(root, group)
        for name, (kind, value) in entries.items():
            _text(element, name, str(value)).set("type", kind)
    return root


def _text(parent: ET.Element, tag: str, content: str) -> ET.Element:
    element = ET.SubElement(parent, tag)
    element.text = content
    return element
