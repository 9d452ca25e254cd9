"""What goes with a map on paper: frame in degrees, scale bar, north arrow, legend, notes, labels.

Positions are metres of EPSG:32650 on the map and shares of the paper beside it; sizes are points.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import patheffects
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from pyproj import Transformer

from geo.crs import METRIC_CRS, STORAGE_CRS
from reconcile.language import text
from reconcile.vocab import Language

_METRES_PER_INCH = 0.0254
_MARGIN = 0.04
#: The column beside the map: its left edge in shares of the paper, and letters in a line of it.
_COLUMN, _COLUMN_LETTERS = 0.735, 58


@dataclass(frozen=True)
class Bounds:
    """An extent in metres."""

    west: float
    south: float
    east: float
    north: float

    @property
    def width(self) -> float:
        """Return metres from west to east."""
        return self.east - self.west

    @property
    def height(self) -> float:
        """Return metres from south to north."""
        return self.north - self.south


def whole(number: float, language: Language) -> str:
    """Return a whole number with its thousands parted as the language does."""
    written = f"{round(number):,}"
    return written.replace(",", ".") if language is Language.INDONESIAN else written


def decimal(number: float, language: Language) -> str:
    """Return a number with one decimal as the language writes it."""
    written = f"{number:.1f}"
    return written.replace(".", ",") if language is Language.INDONESIAN else written


def frame(axes: Any, content: Bounds) -> Bounds:
    """Fit ``content`` with a margin into ``axes``, equal scale both ways; return the extent that is seen."""
    box = axes.get_position()
    paper_width, paper_height = axes.figure.get_size_inches()
    shape = (box.width * paper_width) / (box.height * paper_height)
    height = max(content.height, content.width / shape) * (1 + 2 * _MARGIN)
    width = height * shape
    x, y = (content.west + content.east) / 2, (content.south + content.north) / 2
    seen = Bounds(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    axes.set_xlim(seen.west, seen.east)
    axes.set_ylim(seen.south, seen.north)
    axes.set_facecolor("#ffffff")
    return seen


def scale_of(seen: Bounds, inches: float) -> float:
    """Return the scale denominator of a map ``inches`` wide, two leading digits."""
    exact = seen.width / (inches * _METRES_PER_INCH)
    step = 10.0 ** (np.floor(np.log10(exact)) - 1)
    return float(round(exact / step) * step)


def degrees(axes: Any, seen: Bounds, language: Language, *, size: float) -> None:
    """Write longitudes below and latitudes left of the map; in UTM they are straight to a line's width."""
    to_degrees = Transformer.from_crs(METRIC_CRS, STORAGE_CRS, always_xy=True)
    to_metres = Transformer.from_crs(STORAGE_CRS, METRIC_CRS, always_xy=True)
    west, south = to_degrees.transform(seen.west, seen.south)
    east, north = to_degrees.transform(seen.east, seen.north)
    step = _step(min(east - west, north - south) / 3)
    across, up = _multiples(west, east, step), _multiples(south, north, step)
    axes.set_xticks([to_metres.transform(lon, south)[0] for lon in across])
    axes.set_yticks([to_metres.transform(west, lat)[1] for lat in up])
    axes.set_xticklabels([_degree(lon, "east", language) for lon in across], fontsize=size)
    written = [_degree(lat, "north" if lat > 0 else "south", language) for lat in up]
    axes.set_yticklabels(written, fontsize=size, rotation=90, va="center")
    axes.tick_params(length=2, width=0.4, pad=1.5)


def _step(least: float) -> float:
    """Return the largest round step that is not above ``least``."""
    steps = [unit * 10.0**power for power in range(-3, 2) for unit in (1, 2, 5)]
    return max([step for step in steps if step <= least], default=steps[0])


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = int(np.ceil(low / step)), int(np.floor(high / step))
    return [round(place * step, 6) for place in range(first, last + 1)]


def _degree(value: float, side: str, language: Language) -> str:
    """Return a longitude or latitude as the language writes it; the equator has no side."""
    said = f"{abs(value):g}°"
    if language is Language.INDONESIAN:
        said = said.replace(".", ",")
    return f"{said} {text(f'map_{side}', language)}" if value else said


def north_arrow(axes: Any, letter: str, *, size: float) -> None:
    """Draw an arrow to the north in the upper right corner of the map."""
    axes.annotate(
        "",
        xy=(0.965, 0.955),
        xytext=(0.965, 0.885),
        xycoords="axes fraction",
        arrowprops={"arrowstyle": "-|>", "color": "black", "linewidth": 1.2},
    )
    written = {"fontsize": size, "fontweight": "bold", "transform": axes.transAxes}
    axes.text(0.965, 0.967, letter, ha="center", va="center", **written)


def scale_bar(axes: Any, seen: Bounds, *, size: float) -> None:
    """Draw a bar of round kilometres, about a quarter of the map's width, in its lower left corner."""
    kilometres = _step_km(seen.width / 4000)
    length = kilometres * 1000
    x, y = seen.west + 0.03 * seen.width, seen.south + 0.035 * seen.height
    thick = 0.008 * seen.height
    for part, colour in enumerate(("black", "white", "black", "white")):
        axes.add_patch(
            Rectangle(
                (x + part * length / 4, y),
                length / 4,
                thick,
                facecolor=colour,
                edgecolor="black",
                linewidth=0.5,
            )
        )
    for share in (0.0, 0.5, 1.0):
        unit = " km" if share == 1 else ""
        written = f"{kilometres * share:g}{unit}"
        axes.text(x + share * length, y + 1.6 * thick, written, fontsize=size, ha="center", va="bottom")


def _step_km(least: float) -> float:
    steps = [unit * 10.0**power for power in range(-2, 4) for unit in (1, 2, 5)]
    return max([step for step in steps if step <= least], default=steps[0])


def outline(axes: Any, bounds: Bounds) -> None:
    """Draw the extent of an inset on the map."""
    axes.add_patch(
        Rectangle(
            (bounds.west, bounds.south),
            bounds.width,
            bounds.height,
            facecolor="none",
            edgecolor="#d55e00",
            linewidth=1.0,
        )
    )


def legend(figure: Figure, entries: Sequence[tuple[str, str, str]], title: str, size: float) -> None:
    """Draw the legend at the top of the column: label, fill and hatch of each class."""
    patches = [
        Patch(facecolor=colour, edgecolor="#7a7a7a", linewidth=0.5, hatch=hatch, label=label)
        for label, colour, hatch in entries
    ]
    drawn = figure.legend(
        handles=patches,
        loc="upper left",
        bbox_to_anchor=(_COLUMN - 0.008, 0.875),
        fontsize=size,
        title=title,
        title_fontsize=size + 0.5,
        frameon=False,
        alignment="left",
        handlelength=2.2,
        handleheight=1.3,
    )
    drawn.get_title().set_fontweight("bold")


def notes(figure: Figure, lines: Sequence[str], *, size: float) -> None:
    """Write the notes at the foot of the column, the first one larger."""
    first, *others = lines
    wrapped = "\n".join(textwrap.fill(line, _COLUMN_LETTERS) for line in others)
    figure.text(_COLUMN, 0.295, first, fontsize=size + 1.5, fontweight="bold", va="top")
    figure.text(_COLUMN, 0.265, wrapped, fontsize=size, va="top", linespacing=1.45, color="#333333")


def labels(figure: Figure, axes: Any, places: Sequence[tuple[str, Any]], *, size: float) -> None:
    """Write names at their places, in that order; one that would lie over another is left out."""
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]  # the Agg canvas has one
    halo = [patheffects.withStroke(linewidth=1.6, foreground="white")]
    taken: list[Any] = []
    window = axes.get_window_extent(renderer)
    for name, (x, y) in places:
        written = axes.text(x, y, name, fontsize=size, ha="center", va="center", path_effects=halo, zorder=9)
        box = written.get_window_extent(renderer)
        outside = box.x0 < window.x0 or box.x1 > window.x1 or box.y0 < window.y0 or box.y1 > window.y1
        if outside or any(box.overlaps(other) for other in taken):
            written.remove()
        else:
            taken.append(box)
