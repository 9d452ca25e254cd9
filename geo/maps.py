"""Printable maps: one share by village, of the province or of one kabupaten, on one sheet of paper.

Drawn with the Agg canvas: no display, no network, fonts that matplotlib brings. Same layers, same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from geo import cartography as furniture
from geo.cartography import Bounds, decimal, whole
from geo.crs import METRIC_CRS
from geo.themes import Theme
from reconcile.language import text
from reconcile.vocab import Language, ShareClass

#: Paper across, in inches: width, height.
PAPERS: Mapping[str, tuple[float, float]] = {"a4": (11.69, 8.27), "a3": (16.54, 11.69)}
DPI = 200

#: A share of fewer families says too much of each of them: the map shows none (maps may be published).
FEWEST = 5
_FEW = "few"

#: Finer than this on paper (metres), a border cannot be seen; leaving it out makes the PDF small.
_FINEST_M = 0.00004
_FEW_COLOUR = "#ffffff"
_NEIGHBOUR_COLOUR = "#f0f0f0"

#: Kemendagri numbers kota of a province from 71 on; their villages are too small for a map of all.
_FIRST_TOWN = 71

#: Where the map and what goes with it lie on the sheet: left, bottom, width, height in shares of the paper.
_MAP = (0.045, 0.065, 0.655, 0.80)
_INSET = (0.735, 0.335, 0.235, 0.25)

_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "pdf.fonttype": 42,
    "hatch.linewidth": 0.4,
    "path.simplify": True,
}


@dataclass(frozen=True, eq=False)
class Areas:
    """The three layers of areas as geo/layers.py makes them, in EPSG:32650, and how many have no village."""

    desa: gpd.GeoDataFrame
    kecamatan: gpd.GeoDataFrame
    kabupaten: gpd.GeoDataFrame
    unplaced: int

    @classmethod
    def of(cls, layers: Mapping[str, gpd.GeoDataFrame], unplaced: int) -> "Areas":
        """Return the layers (any CRS) for drawing."""
        return cls(
            layers["desa"].to_crs(METRIC_CRS),
            layers["kecamatan"].to_crs(METRIC_CRS),
            layers["kabupaten"].to_crs(METRIC_CRS),
            unplaced,
        )

    def simplified(self, metres: float) -> "Areas":
        """Return the areas with borders drawn to ``metres``."""

        def drawn(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
            return frame.set_geometry(frame.simplify(metres))

        return Areas(drawn(self.desa), drawn(self.kecamatan), drawn(self.kabupaten), self.unplaced)

    @property
    def day(self) -> date:
        """Return the day that the layers stand for."""
        return pd.Timestamp(self.desa["tanggal_acuan"].iloc[0]).date()


@dataclass(frozen=True)
class Sheet:
    """What is drawn on which paper; ``code`` is a kabupaten's, or empty for the province."""

    code: str
    theme: Theme
    paper: str
    language: Language

    def holds(self, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return the areas of ``frame`` that lie in the sheet's area."""
        return frame[frame["kode"].str.startswith(self.code)]

    def name(self, areas: Areas) -> str:
        """Return the name of the sheet's area."""
        if not self.code:
            return text("map_province", self.language)
        return str(areas.kabupaten.set_index("kode")["nama"][self.code])


def draw(areas: Areas, sheet: Sheet) -> dict[str, bytes]:
    """Return the map as ``png`` and ``pdf``."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        figure = _figure(areas, sheet)
        day = areas.day
        # without a zone the machine's own would stand in the PDF
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        told = {
            "Title": _title(areas, sheet),
            "Creator": "padan",
            "Producer": "padan",
            "CreationDate": moment,
        }
        return {
            "png": _saved(figure, "png", {"Software": "padan", "Title": told["Title"]}),
            "pdf": _saved(figure, "pdf", told),
        }


def _saved(figure: Figure, kind: str, metadata: Mapping[str, Any]) -> bytes:
    buffer = BytesIO()
    figure.savefig(buffer, format=kind, dpi=DPI, metadata=dict(metadata))
    return buffer.getvalue()


def _figure(areas: Areas, sheet: Sheet) -> Figure:
    figure = Figure(figsize=PAPERS[sheet.paper], dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    # sizes of text and lines are those of A4; larger paper gets larger ones
    grow = PAPERS[sheet.paper][0] / PAPERS["a4"][0]
    axes = figure.add_axes(_MAP)
    bounds = furniture.frame(axes, _bounds(areas, sheet))
    scale = furniture.scale_of(bounds, PAPERS[sheet.paper][0] * _MAP[2])
    areas = areas.simplified(_FINEST_M * scale)
    classes = _classes(areas, sheet)
    _draw_areas(axes, areas, sheet, classes, grow)
    furniture.degrees(axes, bounds, sheet.language, size=6 * grow)
    furniture.north_arrow(axes, text("map_arrow", sheet.language), size=9 * grow)
    furniture.scale_bar(axes, bounds, size=7 * grow)
    _write_titles(figure, areas, sheet, grow)
    furniture.legend(
        figure, _legend(sheet, classes), text(f"map_{sheet.theme.name}_legend", sheet.language), 7.5 * grow
    )
    _draw_inset(figure, axes, areas, sheet, classes, grow)
    notes = [text("map_scale", sheet.language, scale=whole(scale, sheet.language)), *_notes(areas, sheet)]
    furniture.notes(figure, notes, size=6.5 * grow)
    _label(figure, axes, areas, sheet, grow)
    return figure


def _bounds(areas: Areas, sheet: Sheet) -> Bounds:
    """Return the extent of the sheet's area; of all where it has no polygon."""
    own = sheet.holds(areas.desa)
    drawn = own if own["ada_poligon"].any() else areas.desa
    west, south, east, north = (float(value) for value in drawn.total_bounds)
    return Bounds(west, south, east, north)


def _classes(areas: Areas, sheet: Sheet) -> gpd.GeoDataFrame:
    """Return the sheet's villages with the class that each is drawn by."""
    own = sheet.holds(areas.desa)
    few = (own["n_keluarga"] > 0) & (own["n_keluarga"] < FEWEST)
    return own.assign(kelas=own[sheet.theme.class_column].mask(few, _FEW))


def _looks(sheet: Sheet) -> dict[str, tuple[str, str, str]]:
    """Return class -> label, fill, hatch, in the order of the legend."""
    language = sheet.language
    looks = {
        one.value: (text(f"class_{one.value}", language), colour, "////" if one is ShareClass.NO_DATA else "")
        for one, colour in sheet.theme.colours.items()
    }
    return {**looks, _FEW: (text("map_few", language, fewest=FEWEST), _FEW_COLOUR, "....")}


def _draw_areas(axes: Any, areas: Areas, sheet: Sheet, classes: gpd.GeoDataFrame, grow: float) -> None:
    if sheet.code:
        _plot(areas.kabupaten, axes, facecolor=_NEIGHBOUR_COLOUR, edgecolor="#aaaaaa", linewidth=0.4 * grow)
    for name, (_, colour, hatch) in _looks(sheet).items():
        of_class = classes[classes["kelas"] == name]
        _plot(of_class, axes, facecolor=colour, edgecolor="#7a7a7a", linewidth=0.12 * grow, hatch=hatch)
    borders = sheet.holds(areas.kecamatan) if sheet.code else areas.kabupaten
    _plot(borders, axes, facecolor="none", edgecolor="#333333", linewidth=0.5 * grow)
    if sheet.code:
        _plot(sheet.holds(areas.kabupaten), axes, facecolor="none", edgecolor="black", linewidth=0.9 * grow)


def _plot(frame: gpd.GeoDataFrame, axes: Any, **look: Any) -> None:
    """Draw the polygons that there are, without moving the frame of the map."""
    drawn = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    if len(drawn):
        drawn.plot(ax=axes, aspect=None, autolim=False, **look)
        # geopandas names the axes after the CRS
        axes.set(xlabel="", ylabel="")


def _legend(sheet: Sheet, classes: gpd.GeoDataFrame) -> list[tuple[str, str, str]]:
    """Return the entries of the legend; a class for few families only where there are such villages."""
    counts = classes["kelas"].value_counts()
    return [
        (text("map_class", sheet.language, label=label, count=int(counts.get(name, 0))), colour, hatch)
        for name, (label, colour, hatch) in _looks(sheet).items()
        if name != _FEW or name in counts
    ]


def _draw_inset(
    figure: Figure, axes: Any, areas: Areas, sheet: Sheet, classes: gpd.GeoDataFrame, grow: float
) -> None:
    """Draw where a kabupaten lies in the province, or the towns of the province larger."""
    towns = areas.kabupaten[areas.kabupaten["kode"].str[3:].astype(int) >= _FIRST_TOWN]
    towns = towns[towns["ada_poligon"]]
    if not sheet.code and towns.empty:
        return
    inset = figure.add_axes(_INSET)
    if sheet.code:
        furniture.frame(inset, Bounds(*(float(v) for v in areas.kabupaten.total_bounds)))
        _plot(areas.kabupaten, inset, facecolor=_NEIGHBOUR_COLOUR, edgecolor="#777777", linewidth=0.3 * grow)
        _plot(
            sheet.holds(areas.kabupaten), inset, facecolor="#d55e00", edgecolor="black", linewidth=0.4 * grow
        )
    else:
        bounds = furniture.frame(inset, Bounds(*(float(v) for v in towns.total_bounds)))
        _draw_areas(inset, areas, sheet, classes, grow)
        furniture.scale_bar(inset, bounds, size=5.5 * grow)
        furniture.outline(axes, bounds)
        furniture.labels(figure, inset, _places(towns), size=6 * grow)
    title = text("map_locator" if sheet.code else "map_detail", sheet.language)
    inset.set_title(title, fontsize=7 * grow, loc="left", pad=3)
    inset.set_xticks([])
    inset.set_yticks([])


def _label(figure: Figure, axes: Any, areas: Areas, sheet: Sheet, grow: float) -> None:
    """Write the names of kecamatan, or of kabupaten on the province's map, largest first."""
    named = sheet.holds(areas.kecamatan) if sheet.code else areas.kabupaten
    furniture.labels(figure, axes, _places(named), size=6.5 * grow)


def _places(named: gpd.GeoDataFrame) -> list[tuple[str, Any]]:
    """Return names and where to write them, largest area first."""
    drawn = named[named["ada_poligon"]].sort_values(["area_km2", "kode"], ascending=[False, True])
    spots = drawn.representative_point()
    names = drawn["nama"].str.removeprefix("Kabupaten ")
    return list(zip(names, np.column_stack([spots.x, spots.y]), strict=True))


def _title(areas: Areas, sheet: Sheet) -> str:
    theme = text(f"style_{sheet.theme.name}", sheet.language)
    return text("map_title", sheet.language, theme=theme, area=sheet.name(areas))


def _write_titles(figure: Figure, areas: Areas, sheet: Sheet, grow: float) -> None:
    figure.text(_MAP[0], 0.945, _title(areas, sheet), fontsize=15 * grow, fontweight="bold", va="center")
    said = text("map_subtitle", sheet.language, date=areas.day.isoformat())
    figure.text(_MAP[0], 0.905, said, fontsize=9 * grow, va="center", color="#333333")


def _notes(areas: Areas, sheet: Sheet) -> list[str]:
    """Return what was counted, what is not drawn, what it was made from."""
    language, own = sheet.language, sheet.holds(areas.desa)
    families, matched = int(own["n_keluarga"].sum()), int(own["n_cocok"].sum())
    percent = decimal(matched / families * 100, language) if families else "–"
    lost = own[~own["ada_poligon"]]
    said = areas.desa.iloc[0]
    counts = {"families": whole(families, language), "matched": whole(matched, language)}
    lines = [text("map_totals", language, percent=percent, **counts)]
    if len(lost):
        undrawn = whole(int(lost["n_keluarga"].sum()), language)
        lines.append(text("map_undrawn", language, families=undrawn, villages=len(lost)))
    editions = {"p3ke": said["edisi_p3ke"], "bps": said["edisi_bps"], "codes": said["edisi_kode"]}
    return [
        *lines,
        text("map_unplaced", language, families=whole(areas.unplaced, language)),
        text("map_source", language, **editions),
        text("map_boundaries", language, boundaries=said["edisi_batas"]),
        text("map_crs", language, crs=METRIC_CRS),
    ]
