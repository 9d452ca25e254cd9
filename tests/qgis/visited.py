"""Fills in a GeoPackage of visits in a real QGIS, as QField does with its library, and prints what was met.

Run by tests/unit/geo/test_fieldwork.py with the Python that QGIS comes with:
    python3 visited.py FILE.gpkg TASK
"""

import json
import os
import sys
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    QgsApplication,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsFieldConstraints,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsVectorLayerUtils,
)
from qgis.PyQt.QtCore import QDate

ANSWERS = {
    "hasil": "ditemukan",
    "petugas": "Uji",
    "nik_perbaikan": "6402050101800099",
    "rt_perbaikan": 4,
    "jumlah_anggota": 3,
    "masih_miskin": "ya",
    "foto_rumah": "DCIM/a.jpg",
}
#: Field, a value that its constraint refuses.
BAD = {
    "nik_perbaikan": "12345",
    "jumlah_anggota": 31,
    "rt_perbaikan": 1000,
    "tanggal": QDate(2999, 1, 1),
}


def node_of(element: Any) -> dict[str, Any]:
    """Return a tab, box or field of the form as QGIS read it."""
    if not hasattr(element, "children"):
        return {"field": element.name()}
    shown = element.visibilityExpression()
    return {
        "name": element.name(),
        "if": shown.data().expression() if shown.enabled() else "",
        "holds": [node_of(child) for child in element.children()],
    }


def form_of(layer: Any) -> dict[str, Any]:
    config = layer.editFormConfig()
    fields = layer.fields()
    return {
        "tabs": [node_of(tab) for tab in config.tabs()],
        "widgets": {field.name(): field.editorWidgetSetup().type() for field in fields},
        "titles": {field.name(): layer.attributeDisplayName(i) for i, field in enumerate(fields)},
        "read_only": [field.name() for i, field in enumerate(fields) if config.readOnly(i)],
        "words": {
            field.name(): [next(iter(pair)) for pair in field.editorWidgetSetup().config().get("map", [])]
            for field in fields
        },
        "called": layer.displayExpression(),
        "kept": {key: layer.customProperty(key) for key in layer.customPropertyKeys() if "QField" in key},
    }


def refused(layer: Any, feature: Any) -> list[str]:
    """Return the fields of BAD whose bad value a constraint refuses, and whose good value it takes."""
    found = []
    for name, value in BAD.items():
        place = layer.fields().indexOf(name)
        trial = QgsFeature(feature)
        good, _ = QgsVectorLayerUtils.validateAttribute(layer, trial, place)
        trial.setAttribute(place, value)
        bad, _ = QgsVectorLayerUtils.validateAttribute(layer, trial, place)
        if good and not bad:
            found.append(name)
    return found


def strength(layer: Any, name: str) -> int:
    place = layer.fields().indexOf(name)
    constraints = layer.fields().at(place).constraints()
    return int(constraints.constraintStrength(QgsFieldConstraints.ConstraintExpression))


def task_of(layer: Any, task: str) -> Any:
    return next(one for one in layer.getFeatures() if one["id_tugas"] == task)


def fill_in(layer: Any, task: str, place: Any) -> None:
    """Answer a task, then move its point to the house."""
    feature = task_of(layer, task)
    for name, value in ANSWERS.items():
        layer.changeAttributeValue(feature.id(), layer.fields().indexOf(name), value)
    if place:
        layer.changeGeometry(feature.id(), QgsGeometry.fromPointXY(QgsPointXY(*place)))


def add(layer: Any) -> dict[str, Any]:
    """Add a family that is on no list, as a new point."""
    context = layer.createExpressionContext()
    drawn = QgsGeometry.fromPointXY(QgsPointXY(117.15, -0.42))
    new = QgsVectorLayerUtils.createFeature(layer, drawn, {}, context)
    new["nama_perbaikan"] = "KELUARGA BARU"
    layer.addFeature(new)
    layer.changeAttributeValue(new.id(), layer.fields().indexOf("hasil"), "ditemukan")
    return {name: new[name] for name in ("jalan", "formulir", "kode_desa", "posisi")}


def main() -> None:
    path, task = sys.argv[1], sys.argv[2]
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    opened = project.read(f"geopackage:{path}?projectName=padan")
    layers = {layer.source().split("layername=")[1]: layer for layer in project.mapLayers().values()}
    visits, pointless = layers["kunjungan"], layers["kunjungan_tanpa_titik"]
    # QField says where the phone is by a variable of this name
    QgsExpressionContextUtils.setProjectVariable(
        project, "gnss_coordinate", QgsGeometry.fromPointXY(QgsPointXY(117.5, -0.25))
    )
    found = {
        "opened": opened,
        "read_only": sorted(name for name, layer in layers.items() if layer.readOnly()),
        "tapped": sorted(
            name for name, layer in layers.items() if layer.flags() & layer.Identifiable and layer.isSpatial()
        ),
        "form": form_of(visits),
        "pointless": form_of(pointless),
        "strength": {name: strength(visits, name) for name in ("nik_perbaikan", "jumlah_anggota")},
    }
    visits.startEditing()
    fill_in(visits, task, (117.0512, -0.4512))
    found["refused"] = refused(visits, task_of(visits, task))
    found["added"] = add(visits)
    found["committed"] = visits.commitChanges()
    pointless.startEditing()
    first = next(pointless.getFeatures())
    found["pointless_task"] = first["id_tugas"]
    fill_in(pointless, first["id_tugas"], None)
    found["committed_pointless"] = pointless.commitChanges()
    sys.stdout.write(json.dumps(found))
    sys.stdout.flush()
    project.clear()
    # QGIS may crash while it takes itself down; everything is said by now
    os._exit(0)


main()
