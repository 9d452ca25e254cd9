"""The report as one HTML page: templates, the filters that write figures, and the map's data.

A number reaches the page only as a Figure, which brings its source along (``data-sumber``); a bare number in
a template is an error. The page asks nothing of any host: its policy forbids every request, and allows only
the one style and the one script that it holds, by their hashes.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from geo.report_map import Drawing
from reconcile.language import entries, text
from reconcile.report.desk import Issue
from reconcile.report.model import Figure, Line, Section, Sentence, plain
from reconcile.report.themes import KEPT_BACK, NO_DATA, Themed
from reconcile.vocab import Language

_TEMPLATES = "templates/report"
NO_DATA_COLOUR = "#d9d9d9"
HATCH = "url(#arsir)"
#: Findings by severity, gravest first: dark to light, told apart by the colour-blind (Okabe and Ito).
_STACK = ("#7a1f5c", "#d55e00", "#e69f00", "#56b4e9", "#c3cbd4")
#: Text that is a number and nothing else has no source.
_BARE = re.compile(r"[−-]?(?:\d{1,3}(?:[.,]\d{3})*|\d+)(?:[.,]\d+)?")
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True, eq=False)
class ThemeView:
    """A theme as the page shows it: its words, its classes with colours, the areas."""

    themed: Themed
    language: Language

    @property
    def key(self) -> str:
        """Return the key of the theme."""
        return self.themed.theme.key

    @property
    def title(self) -> str:
        """Return what it shows."""
        return text(f"report_map_{self.key}", self.language)

    @property
    def legend(self) -> list[tuple[str, str]]:
        """Return label and fill of each class; kept back and no data only where there are any."""
        kinds = set(self.themed.rows["kelas"])
        further = [(KEPT_BACK, HATCH), (NO_DATA, NO_DATA_COLOUR)]
        classes = list(zip(self.themed.labels, self.themed.theme.ramp, strict=True))
        return [
            *classes,
            *((text(f"report_map_{kind}", self.language), fill) for kind, fill in further if kind in kinds),
        ]

    def fill(self, kind: str) -> str:
        """Return the fill of a class."""
        fills = {KEPT_BACK: HATCH, NO_DATA: NO_DATA_COLOUR}
        return fills[kind] if kind in fills else self.themed.theme.ramp[int(kind)]


@dataclass(frozen=True)
class Unshown:
    """A theme that cannot be shown, and why."""

    title: str
    why: str


@dataclass(frozen=True, eq=False)
class MapView:
    """The maps of the page: their drawing, the themes that there are, those that are absent."""

    drawing: Drawing | None
    themes: Sequence[ThemeView]
    absent: Sequence[Unshown]

    def first_fill(self, code: str) -> str:
        """Return the fill of an area before anybody chose a theme."""
        kinds = self._kinds(self.themes[0])
        return self.themes[0].fill(kinds.get(code, NO_DATA))

    def merged(self, key: str, hatch: str) -> list[tuple[str, str]]:
        """Return fill and path of each class of villages; ``hatch``: the pattern of those kept back."""
        view = next(view for view in self.themes if view.key == key)
        kinds = self._kinds(view)
        paths: dict[str, list[str]] = {}
        for shape in self.drawing.levels["desa"] if self.drawing else ():
            paths.setdefault(view.fill(kinds.get(shape.code, NO_DATA)), []).append(shape.path)
        return [
            (f"url(#{hatch})" if fill == HATCH else fill, "".join(own)) for fill, own in sorted(paths.items())
        ]

    @staticmethod
    def _kinds(view: ThemeView) -> dict[str, str]:
        return dict(zip(view.themed.rows["kode"], view.themed.rows["kelas"], strict=True))


def render(issue: Issue, sections: Sequence[Section], view: MapView, *, paper: bool, face: str = "") -> str:
    """Return the page; ``paper``: as it is printed, with maps that stand still and ``face`` as its font."""
    style = _asset("page.css") + (_asset("paper.css") + face if paper else "")
    script = _asset("map.js")
    environment = _environment(issue.language)
    environment.globals |= {
        "say": lambda key, **values: text(f"report_{key}", issue.language, **values),
        "map": view,
        "paper": paper,
        "language": issue.language.value,
        "stack_colours": _STACK,
    }
    return environment.get_template("report/page.html").render(
        issue=issue,
        sections=sections,
        style=Markup(style),  # noqa: S704 - a file of this package
        script=Markup(script),  # noqa: S704 - as above
        style_hash=_digest(style),
        script_hash=_digest(script),
        map_data="" if paper else _data(view, issue.language),
    )


def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=PackageLoader("flows"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_sourced,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "figure": partial(figure, language=language),
        "say_sentence": partial(_sentence, language=language),
        "kind": lambda block: type(block).__name__,
        "part_of": _part_of,
        "pieces": _pieces,
        "course": _course,
        "label": partial(_label, language=language),
    }
    return environment


def _sourced(value: Any) -> Any:
    """Refuse a bare number: it would stand on the page without a source."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        message = "a number without source reached the page"
        raise TypeError(message)
    return value


def figure(one: Figure, language: Language) -> Markup:
    """Return a figure with its source."""
    if one.value is None:
        kind, word = ("kept", "report_hidden_word") if one.hidden else ("none", "report_map_kosong")
        return Markup('<span class="{}" data-sumber="{}" title="{}">{}</span>').format(
            kind, one.source, text(word, language), plain(one, language)
        )
    return Markup('<data value="{}" data-sumber="{}">{}</data>').format(
        f"{one.value:.10g}", one.source, plain(one, language)
    )


def _sentence(sentence: Sentence, language: Language) -> Markup:
    """Return a sentence whose figures bring their sources."""
    written: dict[str, Markup | str] = {}
    for name, value in dict(sentence.values).items():
        if isinstance(value, str) and _BARE.fullmatch(value) and not _YEAR.fullmatch(value):
            message = f"{sentence.key}: {name} is a number without source"
            raise TypeError(message)
        written[name] = (
            figure(value, language)
            if isinstance(value, Figure)
            else Markup("<span data-teks>{}</span>").format(value)
        )
    return Markup(entries()[sentence.key][language]).format(**written)  # noqa: S704 - words of the catalogue


def _part_of(value: float, whole: float, length: float, start: float = 0) -> str:
    """Return how far ``value`` of ``whole`` goes on a line of ``length``."""
    return f"{start + (length * min(max(value / whole, 0.0), 1.0) if whole else 0.0):.2f}"


def _pieces(figures: Sequence[Figure]) -> Iterator[tuple[str, str]]:
    """Return start and width in percent of each part of a bar; what is kept back takes no room."""
    values = [one.value or 0.0 for one in figures]
    whole, start = sum(values), 0.0
    for value in values:
        yield _part_of(start, whole, 100), _part_of(value, whole, 100)
        start += value


def _course(line: Line) -> dict[str, Any]:
    """Return the drawing of a course in a box of 260 by 140: line, band, points, labels, first and last year.

    The last point and both ends of the range are labelled with their figures.
    """
    days = [pd.Timestamp(day) for day in (*(d for d, _ in line.points), *(d for d, *_ in line.ahead))]
    values = [float(f.value or 0) for _, f in line.points] + [
        float(high.value or 0) for *_, high in line.ahead
    ]
    first, last, top = min(days), max(days), max([*values, 1e-9])
    span = max((last - first).days, 1)

    def at(day: str, value: float) -> tuple[str, str]:
        return f"{8 + 244 * (pd.Timestamp(day) - first).days / span:.1f}", f"{108 - 84 * value / top:.1f}"

    points = [at(day, float(one.value or 0)) for day, one in line.points]
    low = [at(day, float(one.value or 0)) for day, one, _ in line.ahead]
    high = [at(day, float(one.value or 0)) for day, _, one in line.ahead]
    labels = [(line.points[-1][1], points[-1][0], _above(points[-1][1]), "start")]
    for (_, least, most), up in zip(line.ahead, high, strict=True):
        labels.append((most, "256", _above(up[1]), "end"))
        # below the base line, which would run through it
        labels.append((least, "256", "119", "end"))
    return {
        "labels": labels,
        "points": points,
        "line": "M" + "L".join(" ".join(p) for p in points),
        "band": "M" + "L".join(" ".join(p) for p in (points[-1], *high, *reversed(low))) + "Z",
        "first": str(first.year),
        "last": str(last.year),
    }


def _above(height: str) -> str:
    return f"{max(float(height) - 6, 26):.1f}"


def _label(one: tuple[Figure, str, str, str], language: Language) -> Markup:
    """Return a figure as text of a drawing: the figure, its place, and which end of it stands there."""
    figured, x, y, anchor = one
    exact, told = f"{figured.value or 0:.10g}", plain(figured, language)
    return Markup(
        '<text x="{}" y="{}" font-size="10" text-anchor="{}" data-sumber="{}" value="{}">{}</text>'
    ).format(x, y, anchor, figured.source, exact, told)


def _data(view: MapView, language: Language) -> Markup:
    """Return what the map's script reads, as JSON that no text of it can break out of."""
    if view.drawing is None:
        return Markup("null")
    drawing = view.drawing
    first = view.themes[0].themed.rows.set_index("kode")
    levels = {}
    for level, shapes in drawing.levels.items():
        rows = first.reindex([shape.code for shape in shapes])
        inside = rows["nama_kec" if level == "desa" else "nama_kab"]
        levels[level] = {
            "judul": text(f"report_map_{level}", language),
            "kode": list(rows.index),
            "nama": rows["nama"].fillna("").tolist(),
            "di": [] if level == "kabupaten" else inside.fillna("").tolist(),
            "titik": [[shape.x, shape.y] for shape in shapes],
        }
    told = {
        "bahasa": language.value,
        "lebar": drawing.width,
        "tinggi": drawing.height,
        "warna_kosong": NO_DATA_COLOUR,
        "kata": {
            **{kind: text(f"report_map_{kind}", language) for kind in (KEPT_BACK, NO_DATA)},
            "belum": text("report_map_nothing", language),
        },
        "tingkat": levels,
        "tema": [_theme(one, drawing, language) for one in view.themes],
    }
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return Markup(written.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704 - no sign opens a tag


def _theme(view: ThemeView, drawing: Drawing, language: Language) -> dict[str, Any]:
    rows = view.themed.rows.set_index("kode")
    values = {}
    for level, shapes in drawing.levels.items():
        own = rows.reindex([shape.code for shape in shapes])
        kinds = own["kelas"].fillna(NO_DATA)
        pairs = zip(own["part"], own["whole"], kinds, strict=True)
        values[level] = [[_number(part), _number(whole), kind] for part, whole, kind in pairs]
    theme = view.themed.theme
    return {
        "kunci": view.key,
        "judul": view.title,
        "dari": entries()[f"report_map_of_{view.key}"][language],
        "warna": list(theme.ramp),
        "legenda": view.legend,
        "nilai": values,
        "sumber": {
            "bagian": _source(theme.part.table, theme.part.add, theme.part.less, theme.part.where),
            "dari": _source(theme.whole.table, theme.whole.add, theme.whole.less, theme.whole.where),
        },
    }


def _source(table: str, add: Sequence[str], less: Sequence[str], where: Any) -> dict[str, Any]:
    return {"tabel": table, "tambah": list(add), "kurang": list(less), "saring": dict(where)}


def _number(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _asset(name: str) -> str:
    return (files("flows") / _TEMPLATES / name).read_text(encoding="utf-8")


def _digest(content: str) -> str:
    return b64encode(sha256(content.encode()).digest()).decode()
