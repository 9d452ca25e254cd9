"""What Prefect's screen shows of a published run: counts, where its files lie, and a map.

INTERNAL: counts of areas and paths, nobody's data.
"""

import json
from base64 import b64encode
from html import escape
from pathlib import Path

import geopandas as gpd
import pandas as pd
from prefect.artifacts import create_image_artifact, create_link_artifact, create_table_artifact

from flows.log import tell
from flows.publish import MANIFEST
from flows.series import AREA_FILES
from geo.report_map import draw
from reconcile.language import text
from reconcile.vocab import Language

#: From few to many, told apart by the colour-blind (ColorBrewer, Blues).
_SHADES = ("#eff3ff", "#bdd7e7", "#6baed6", "#3182bd", "#08519c")
_NO_DATA = "#d9d9d9"
#: Vertices of a picture that is looked at in passing.
_VERTICES = 3000


def show(published: Path, language: Language) -> None:
    """Leave the summary, the link and the map of a run in Prefect's records; say so where they take none.

    The run is published by then: what happens here makes it no failure.
    """
    try:
        _show(published, language)
    except Exception as error:  # noqa: BLE001 - whatever a server of records does
        tell(text("artifacts_failed", language, kind=type(error).__name__))


def _show(published: Path, language: Language) -> None:
    manifest = json.loads((published / MANIFEST).read_text(encoding="utf-8"))
    run = published.name
    totals = [{"n": name, "total": total} for name, total in manifest["counts"]["totals"].items()]
    create_table_artifact(totals, key="ringkasan", description=text("artifact_counts", language, run=run))
    create_link_artifact(
        published.absolute().as_uri(), key="hasil", description=text("artifact_outputs", language, run=run)
    )
    picture = _map(gpd.read_parquet(published / AREA_FILES["kabupaten"]))
    if picture:
        data = f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}"
        create_image_artifact(data, key="peta", description=text("artifact_map", language))


def _map(areas: gpd.GeoDataFrame) -> str:
    """Return kabupaten and kota as SVG, shaded by the share of matched families; empty without polygons."""
    drawing = draw(areas, most=_VERTICES)
    if drawing is None:
        return ""
    told = areas.set_index("kode")
    names, shares = told["nama"], told["persen_cocok"].astype("Float64")
    shapes = [
        f'<path d="{one.path}" fill="{_shade(shares[one.code])}"><title>'
        f"{escape(names[one.code])}: {shares[one.code]} %</title></path>"
        for one in drawing.levels["kabupaten"]
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width} {drawing.height}" width="600">'
        f'<g stroke="#333" stroke-width="30">{"".join(shapes)}</g></svg>'
    )


def _shade(share: float) -> str:
    return _NO_DATA if pd.isna(share) else _SHADES[min(int(share // 20), len(_SHADES) - 1)]
