"""Opens a GeoPackage in a real QGIS without a window and prints as JSON what an officer would meet.

Run by tests/integration/test_qgis.py with the Python that QGIS comes with:
    python3 opened.py FILE.gpkg [PICTURE.png]
"""

import json
import os
import sys
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    QgsApplication,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize


def looks_of(layer: Any) -> dict[str, Any]:
    """Return type of the renderer, its column, its labels, and how many features it leaves out."""
    renderer = layer.renderer()
    if renderer is None or not hasattr(renderer, "categories"):
        return {"renderer": renderer.type() if renderer else None}
    context = QgsRenderContext()
    context.expressionContext().appendScope(layer.createExpressionContextScope())
    trial = renderer.clone()
    trial.startRender(context, layer.fields())
    unseen = 0
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        unseen += not trial.willRenderFeature(feature, context)
    trial.stopRender(context)
    return {
        "renderer": renderer.type(),
        "column": renderer.classAttribute(),
        "labels": [category.label() for category in renderer.categories()],
        "unseen": unseen,
    }


def words_of(layer: Any, column: str) -> dict[str, str]:
    """Return what the attribute table shows for each value of a column."""
    place = layer.fields().indexFromName(column)
    setup = layer.fields().at(place).editorWidgetSetup() if place >= 0 else None
    pairs = setup.config().get("map", []) if setup and setup.type() == "ValueMap" else []
    return {value: word for pair in pairs for word, value in pair.items()}


def layer_of(path: str, name: str) -> dict[str, Any]:
    layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
    fields = layer.fields()
    return {
        "valid": layer.isValid(),
        "count": layer.featureCount(),
        "read": sum(1 for _ in layer.getFeatures()),
        "spatial": layer.isSpatial(),
        "crs": layer.crs().authid() if layer.isSpatial() else "",
        "title": layer.metadata().title(),
        "types": {field.name(): field.typeName() for field in fields},
        "aliases": {field.name(): layer.attributeDisplayName(i) for i, field in enumerate(fields)},
        "words": {field.name(): words_of(layer, field.name()) for field in fields},
        **(looks_of(layer) if layer.isSpatial() else {}),
    }


def picture(layers: Any, crs: Any, target: str) -> int:
    """Draw layers as the map window would; return how many colours are seen."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(crs)
    settings.setOutputSize(QSize(600, 500))
    extent = QgsRectangle()
    for layer in layers:
        extent.combineExtentWith(layer.extent())
    settings.setExtent(extent)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    if target:
        image.save(target)
    seen = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    return len(seen)


def project_of(path: str, target: str) -> dict[str, Any]:
    project = QgsProject.instance()
    opened = project.read(f"geopackage:{path}?projectName=padan")
    root = project.layerTreeRoot()
    # a node whose layer is lost stays in the tree, and nothing is drawn
    nodes = root.findLayers()
    shown = [
        layer for layer in root.layerOrder() if root.findLayer(layer.id()).isVisible() and layer.isSpatial()
    ]
    return {
        "opened": opened,
        "crs": project.crs().authid() if project.crs().isValid() else "",
        "title": project.title(),
        "groups": [group.name() for group in root.children()],
        "lost": [node.name() for node in nodes if node.layer() is None or not node.layer().isValid()],
        "layers": {
            node.name(): {
                "source": node.layer().source() if node.layer() else "",
                "shown": node.isVisible(),
                "read_only": bool(node.layer() and node.layer().readOnly()),
            }
            for node in nodes
        },
        "colours": picture(shown, project.crs(), target),
    }


def main() -> None:
    path, target = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    whole = QgsVectorLayer(path, "", "ogr")
    names = [one.split("!!::!!")[1] for one in whole.dataProvider().subLayers()]
    found = {"layers": {name: layer_of(path, name) for name in names}, "project": project_of(path, target)}
    sys.stdout.write(json.dumps(found))
    sys.stdout.flush()
    # QGIS may crash while it takes itself down; everything is said by now
    os._exit(0)


main()
