"""Edge module: the GeoPackage of a kabupaten that goes to the field in QField and comes back filled in.

One layer is filled in, ``kunjungan``: a point per family to visit that carries its task id and its empty
answers, edited in place. No relation between tasks and visits: QField and its cloud lose keys, relations and
the order of rows, while a feature's own columns survive. ``kunjungan_tanpa_titik`` is the same without
geometry, for families of no village or of one without polygon: QField cannot give a feature of a point layer
its first geometry (opengisch/QField#967, #2019), but fills in tables well. Together they are all families.
Where the house is, QField writes into ``lintang`` and ``bujur``: the geometry may be that of the village.
``tugas_verval`` is what was asked, read-only, to compare; ``desa`` are the villages.

A family of no list is a new point: its ``id_tugas`` stays empty. As on all phones there is no NIK, no number
of a family card and no full name (reconcile/resurvey/phone.py).
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import qml
from geo.crs import STORAGE_CRS
from geo.forms import flags, form, properties
from geo.geopackage import write_geopackage
from geo.project import Entry, grouped_project
from geo.styles import BORDERS_MM, Style, table_parts
from geo.visit_form import KEYS, TOLD, questions, visit_fields, visit_tabs
from reconcile.disclosure import WORKLISTS_QFIELD, allow
from reconcile.language import text
from reconcile.resurvey.form import Form, load_form
from reconcile.resurvey.phone import phone_lines
from reconcile.tables import DTYPES, RETURNS
from reconcile.vocab import FieldForm, Language, Position

VISITS, POINTLESS, TASKS, VILLAGES = "kunjungan", "kunjungan_tanpa_titik", "tugas_verval", "desa"

#: Only who works on the visit reads it: class TERBATAS.
_MODE = 0o600
#: From this scale on the short names are written beside the points.
_LABEL_SCALE = "25000"
_STATE = (
    "CASE WHEN \"hasil\" IS NULL THEN 'belum_' || coalesce(\"posisi\", 'terukur') "
    "WHEN \"hasil\" = 'belum_ditemui' THEN 'ulang' ELSE 'selesai' END"
)
#: Okabe-Ito, safe for the colour-blind: state, colour, filled.
_STATES = (
    ("belum_terukur", "#d55e00", True),
    ("belum_wakil_desa", "#d55e00", False),
    ("ulang", "#0072b2", True),
    ("selesai", "#009e73", True),
)
#: What a list of features shows of each: place, rank, short name, whether it is done.
_CALLED = (
    "coalesce(\"nama_desa\" || ' ', '') || coalesce(lpad(\"urutan\", 3, '0') || ' ', '') "
    "|| coalesce(\"nama_singkat\", '') || coalesce(' ' || \"rt_rw\", '') "
    "|| if(\"hasil\" IS NULL, '', ' ✓')"
)
_PHOTO = (
    "'DCIM/' || coalesce(\"id_tugas\", 'BARU-' || \"uuid\") "
    "|| '_' || format_date(now(), 'yyyyMMddhhmmss') || '.{extension}'"
)


def write_qfield(
    path: Path,
    rows: pd.DataFrame,
    villages: gpd.GeoDataFrame,
    *,
    run: str,
    period: str,
    language: Language,
) -> Path:
    """Write WORKLIST ``rows`` of one kabupaten to a new GeoPackage and return ``path``; class TERBATAS.

    ``villages`` is the layer desa of a run (EPSG:4326; ``kode``, ``nama``, ``nama_kec``, ``tanggal_acuan``);
    those of other kabupaten are left out. The same input gives the same bytes. PublishError as in
    geo/geopackage.py.
    """
    own = villages[villages["kode"].str.slice(0, 5).isin(set(rows["kode_kab"].dropna()))]
    told = _told(rows, own)
    tables = _tables(told, own, run)
    for name, table in tables.items():
        allow(WORKLISTS_QFIELD, name, table.columns)
    styles = {name: (_style(name, tables[name], run, language),) for name in (VISITS, TASKS, VILLAGES)}
    day = pd.Timestamp(villages["tanggal_acuan"].max()).date()
    area = next(iter(rows["nama_kab"].dropna()), text("odk_area_unknown", language))
    project = grouped_project(
        path.name,
        _groups(styles, run, language),
        tables,
        text("odk_title", language, area=area, period=period),
        reference_date=day,
        language=language,
    )
    write_geopackage(
        path,
        tables,
        styles=styles,
        reference_date=day,
        language=language,
        project=project,
        points=(VISITS, TASKS),
    )
    path.chmod(_MODE)
    return path


def _told(rows: pd.DataFrame, villages: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return what stands on a phone of each family (TOLD), its village and its point, in the rows' order."""
    told = rows.reset_index(drop=True)
    x, y = (told[name].to_numpy(float, na_value=np.nan) for name in ("titik_bujur", "titik_lintang"))
    inner = shapely.point_on_surface(villages.geometry.to_numpy())
    places = pd.DataFrame({"x": shapely.get_x(inner), "y": shapely.get_y(inner)}, index=villages["kode"])
    inner_x, inner_y = places.reindex(told["kode_desa"]).to_numpy().T
    stand = (np.isnan(x) | np.isnan(y)) & np.isfinite(inner_x)
    x, y = np.where(stand, inner_x, x), np.where(stand, inner_y, y)
    points = np.full(len(told), None, dtype=object)
    there = np.isfinite(x) & np.isfinite(y)
    points[there] = shapely.points(x[there], y[there])
    lines = phone_lines(told).assign(
        nama_desa=told["nama_desa"],
        posisi=told["posisi"].mask(stand, Position.VILLAGE.value),
        titik_bujur=pd.array(np.where(there, x, np.nan), dtype="Float64"),
        titik_lintang=pd.array(np.where(there, y, np.nan), dtype="Float64"),
    )
    return gpd.GeoDataFrame(lines, geometry=points, crs=STORAGE_CRS)


def _tables(told: gpd.GeoDataFrame, villages: gpd.GeoDataFrame, run: str) -> dict[str, pd.DataFrame]:
    visits = _with_answers(told, run)
    drawn = visits.geometry.notna()
    own = villages[["kode", "nama", "nama_kec"]].assign(
        n_tugas=villages["kode"].map(told["kode_desa"].value_counts()).fillna(0).astype("int64")
    )
    return {
        VISITS: visits[drawn].reset_index(drop=True),
        POINTLESS: pd.DataFrame(visits[~drawn].drop(columns="geometry")).reset_index(drop=True),
        TASKS: told[["kode_desa", "titik_bujur", "titik_lintang", *TOLD, "geometry"]],
        VILLAGES: gpd.GeoDataFrame(own, geometry=villages.geometry, crs=villages.crs).reset_index(drop=True),
    }


def _with_answers(told: gpd.GeoDataFrame, run: str) -> gpd.GeoDataFrame:
    """Return a line per visit: its keys, what is told, and every question without an answer."""
    kinds = {column.name: column.kind for column in RETURNS.columns}
    # text for a photo, dates as dates: the type of a column is that of the returned table
    empty: dict[str, Any] = {
        name: pd.Series(index=told.index, dtype=DTYPES[kinds[name]]) for name in questions(load_form())
    }
    keys = {
        "uuid": pd.Series([str(uuid5(NAMESPACE_URL, f"{run}/{task}")) for task in told["id_tugas"]]),
        "jalan": run,
        "formulir": FieldForm.QFIELD.value,
    }
    known = told.assign(
        **{name: pd.Series(value, index=told.index, dtype="str") for name, value in keys.items()}
    )
    return known.assign(**empty)[[*KEYS, *TOLD, *empty, "geometry"]]


def _style(name: str, table: pd.DataFrame, run: str, language: Language) -> Style:
    key = {VILLAGES: "desa_batas"}.get(name, name)
    titles = text(f"style_{key}", language), text(f"style_{key}_about", language)
    if name == VISITS:
        return Style(*titles, (_states(language), *_visit_parts(name, run, language)), labelled=True)
    if name == TASKS:
        look = qml.single(qml.marker("#666666", filled=False, size_mm="3.2", border_mm="0.2"))
        return Style(*titles, (look, *table_parts(table, language), flags(identified=False)), labelled=False)
    look = qml.single(qml.hollow(BORDERS_MM["kecamatan"]))
    parts = (look, qml.labels("nama", "250000"), *table_parts(table, language), flags(identified=False))
    return Style(*titles, parts, labelled=True)


def _states(language: Language) -> ET.Element:
    """Return points by whether the family was visited; hollow ones stand for the village."""
    return qml.categorised(
        _STATE,
        [
            qml.Category(
                state,
                text(f"visit_state_{state}", language),
                qml.marker(colour, filled=filled, size_mm="3", border_mm="0.4"),
            )
            for state, colour, filled in _STATES
        ],
    )


def _visit_parts(name: str, run: str, language: Language) -> list[ET.Element]:
    """Return labels and form of a table of visits; the table without points has no labels."""
    asked: Form = load_form()
    points = name == VISITS
    fields = visit_fields(
        asked, run=run, villages=text(f"layer_{VILLAGES}", language), points=points, language=language
    )
    called = ET.Element("previewExpression")
    called.text = _CALLED
    labels = [qml.labels("nama_singkat", _LABEL_SCALE)] if points else []
    return [*labels, called, *form(fields, visit_tabs(asked, language))]


def _groups(
    styles: Mapping[str, Sequence[Style]],
    run: str,
    language: Language,
) -> dict[str, list[Entry]]:
    titles = {name: text(f"layer_{name}", language) for name in (VISITS, POINTLESS, TASKS, VILLAGES)}
    visits, tasks, villages = (styles[name][0].parts for name in (VISITS, TASKS, VILLAGES))
    pointless = _visit_parts(POINTLESS, run, language)
    return {
        "verval": [
            Entry(
                VISITS,
                VISITS,
                titles[VISITS],
                "Point",
                [*visits, _kept()],
                labelled=True,
                shown=True,
                read_only=False,
            ),
            Entry(
                POINTLESS,
                POINTLESS,
                titles[POINTLESS],
                "",
                [*pointless, _kept()],
                shown=True,
                read_only=False,
            ),
        ],
        "rujukan": [
            Entry(TASKS, TASKS, titles[TASKS], "Point", [*tasks, _locked()]),
            Entry(
                VILLAGES,
                VILLAGES,
                titles[VILLAGES],
                "Polygon",
                [*villages, _locked()],
                labelled=True,
                shown=True,
            ),
        ],
    }


def _kept() -> ET.Element:
    """Return what QField is told of a layer that it fills in: names of photos, and to delete nothing."""
    return properties(
        {
            "QFieldSync/attachment_naming": json.dumps({"foto_rumah": _PHOTO}),
            # QField before 2.7
            "QFieldSync/photo_naming": json.dumps({"foto_rumah": _PHOTO.replace("{extension}", "jpg")}),
            # a family that nobody visited must come back as it went out
            "QFieldSync/is_feature_deletion_locked": "true",
        }
    )


def _locked() -> ET.Element:
    return properties({"QFieldSync/is_geometry_locked": "true"})
