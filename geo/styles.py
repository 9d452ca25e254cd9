"""The styles of each layer: what it looks like when an officer opens it. The first is the default."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pandas as pd

from geo import qml
from geo.columns import attributes, kind, words
from geo.layers import HOUSEHOLD_LAYER, RESURVEY_LAYER
from geo.themes import THEMES, Theme
from reconcile.language import text
from reconcile.vocab import Language, MatchStatus, Placement, Position, Severity

#: Okabe-Ito, safe for the colour-blind.
_STATUS_COLOURS = {
    MatchStatus.MATCHED: "#009e73",
    MatchStatus.REVIEW: "#e69f00",
    MatchStatus.PART: "#cc79a7",
    MatchStatus.ONLY_P3KE: "#d55e00",
    MatchStatus.ONLY_BPS: "#0072b2",
}
_SEVERITY_COLOURS = {
    Severity.CRITICAL: "#d55e00",
    Severity.HIGH: "#e69f00",
    Severity.MEDIUM: "#56b4e9",
    Severity.LOW: "#999999",
}
_PLACEMENT_COLOURS = {
    Placement.COORDINATE_AND_CODE: "#009e73",
    Placement.CODE: "#56b4e9",
    Placement.COORDINATE: "#0072b2",
    Placement.NAME: "#e69f00",
    Placement.NONE: "#999999",
}

#: Borders in millimetres, and the scale denominator up to which names are written.
BORDERS_MM = {"desa": "0.1", "kecamatan": "0.3", "kabupaten": "0.5"}
_LABEL_SCALES = {"desa": "250000", "kecamatan": "1000000", "kabupaten": "10000000"}

_TIPS = {
    HOUSEHOLD_LAYER: ("id_rekon", "status_padan", "nama_desa", "cara_lokasi", "posisi"),
    RESURVEY_LAYER: ("id_tugas", "tingkat_temuan", "alasan_dicek", "alasan_urutan", "posisi"),
}
_AREA_TIP = ("nama", "n_keluarga", "n_cocok", "persen_cocok", "n_survei_ulang")


@dataclass(frozen=True)
class Style:
    """A named look of one layer; ``parts`` are the elements that QML and projects share."""

    name: str
    description: str
    parts: tuple[ET.Element, ...]
    labelled: bool

    @property
    def qml(self) -> str:
        """Return the style as a QML document."""
        return qml.document(self.parts, labelled=self.labelled)


def layer_styles(layers: Mapping[str, pd.DataFrame], language: Language) -> dict[str, tuple[Style, ...]]:
    """Return the styles of each layer, the default first: areas by share, points by status or severity.

    Every attribute column gets an alias in ``language``, closed vocabularies their words. A layer of another
    name than geo/layers.py gives is a KeyError.
    """
    return {name: _styles(name, layer, language) for name, layer in layers.items()}


def table_parts(table: pd.DataFrame, language: Language) -> tuple[ET.Element, ...]:
    """Return aliases and value maps of a layer or table."""
    yesno = [column for column in attributes(table) if kind(table[column]) == "yesno"]
    return tuple(qml.fields(attributes(table), yesno, language))


def _styles(name: str, layer: pd.DataFrame, language: Language) -> tuple[Style, ...]:
    shared = (*table_parts(layer, language), *qml.tip(_TIPS.get(name, _AREA_TIP), language))
    if name == HOUSEHOLD_LAYER:
        status = _pointed(_STATUS_COLOURS, "status", language)
        return (
            _style("keluarga", qml.categorised("kelas_titik", status), shared, language),
            _style("penempatan", qml.categorised("cara_lokasi", _placements(language)), shared, language),
        )
    if name == RESURVEY_LAYER:
        severity = _pointed(_SEVERITY_COLOURS, "severity", language)
        return (_style("survei_ulang", qml.categorised("kelas_survei", severity), shared, language),)
    written = qml.labels("nama", _LABEL_SCALES[name])
    return tuple(
        _style(
            theme.name,
            qml.categorised(theme.class_column, _classes(theme, BORDERS_MM[name], language)),
            (written, *shared),
            language,
            labelled=True,
        )
        for theme in THEMES
    )


def _style(
    name: str,
    renderer: ET.Element,
    shared: Iterable[ET.Element],
    language: Language,
    *,
    labelled: bool = False,
) -> Style:
    said = text(f"style_{name}", language), text(f"style_{name}_about", language)
    return Style(*said, (renderer, *shared), labelled)


def _classes(theme: Theme, border_mm: str, language: Language) -> list[qml.Category]:
    said = words(theme.class_column, language)
    return [
        qml.Category(c.value, said[c.value], qml.fill(colour, border_mm))
        for c, colour in theme.colours.items()
    ]


def _pointed(
    colours: Mapping[MatchStatus, str] | Mapping[Severity, str], prefix: str, language: Language
) -> list[qml.Category]:
    """Return a class per value and kind of point: measured filled, those of a village small and hollow."""
    looks = {Position.MEASURED: (True, "2.2", "0.2"), Position.VILLAGE: (False, "1.4", "0.3")}
    said = words("posisi", language)
    found = [
        qml.Category(
            f"{value.value} {position.value}",
            f"{text(f'{prefix}_{value.value}', language)}: {said[position.value]}",
            qml.marker(colour, filled=filled, size_mm=size, border_mm=border),
        )
        for value, colour in colours.items()
        for position, (filled, size, border) in looks.items()
    ]
    nowhere = Position.NONE.value
    return [*found, qml.Category(nowhere, said[nowhere], qml.invisible())]


def _placements(language: Language) -> list[qml.Category]:
    said = words("cara_lokasi", language)
    return [
        qml.Category(p.value, said[p.value], qml.marker(c, filled=True, size_mm="1.8", border_mm="0.2"))
        for p, c in _PLACEMENT_COLOURS.items()
    ]
