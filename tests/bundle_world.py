"""A published run of two kabupaten in which every text, number and id tells whose it is."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from flows.bundle_files import HOUSEHOLD_LAYERS
from flows.csvfile import write_csv
from flows.outputs import AREA_LAYERS
from flows.publish import MANIFEST, POINTER, RUNS
from geo.geopackage import write_geopackage
from geo.layers import HOUSEHOLD_COLUMNS, RESURVEY_COLUMNS
from geo.styles import layer_styles
from reconcile.bundle.plan import kabupaten_cuts
from reconcile.bundle.settings import Recipient
from reconcile.disclosure import allowed
from reconcile.indicators import INDICATORS
from reconcile.reports.blocks import blocks_of
from reconcile.tables import RECONCILED, TASKS, Column
from reconcile.vocab import Language

if TYPE_CHECKING:
    from pathlib import Path

RUN = "2026-03-31-uji"
DAY = date(2026, 3, 31)
KUKAR, KUBAR = "64.02", "64.07"
#: Stands in every text, and in its letters in every number of 16 digits, of one kabupaten alone.
MARKS = {KUKAR: "KUTAIKARTA", KUBAR: "KUTAIBARAT"}
DIGITS = {KUKAR: "7111111111111111", KUBAR: "7222222222222222"}
IDS = {KUKAR: "BBBBB-CCCCC-{}", KUBAR: "XXXXX-VVVVV-{}"}
PKH = "program/TERBATAS/pkh.csv"
KEY = bytes(range(32))
_LETTERS = {
    "id_rekon": "BBBBB",
    "kasus": "CCCCC",
    "id_tugas": "DDDDD",
    "id_pasangan": "FFFFF",
    "sidik": "GGGGG",
}
_VALUES = {"whole": 7, "number": 7, "date": pd.Timestamp("2001-02-03"), "yesno": True}
_KINDS = {"kasus": "KS-", "id_tugas": "TG-", "id_pasangan": "PS-"}
_AREA_CODES = frozenset({"kode", "kode_wilayah", "kode_kab"})


def ident(column: str, area: str) -> str:
    """Return the id of a column in one kabupaten, as a run writes it."""
    return _KINDS.get(column, "") + IDS[area].format(_LETTERS[column])


def told(column: Column, area: str, areas: tuple[str, ...], rows: str) -> object:
    """Return the value of a column in the row of one kabupaten."""
    name = column.name
    if name in areas:
        return area if name in _AREA_CODES else f"{area}.01.2001"
    if name in _LETTERS:
        return ident(name, area)
    if column.kind in _VALUES:
        return _VALUES[column.kind]
    return _text(name, area, rows)


def _text(name: str, area: str, rows: str) -> str:
    # what a family of one kabupaten says of one of the other
    other = KUBAR if area == KUKAR else KUKAR
    elsewhere = f"dalam keluarga {ident('id_rekon', other)}"
    known = dict.fromkeys(("nilai_acuan", "id_tinjau", "id_keluarga_utama"), elsewhere)
    known |= dict.fromkeys(("kelompok_ganda_p3ke", "kelompok_ganda_bps"), f"{MARKS[other]} record")
    known |= {"kode_bps": {KUKAR: "6403", KUBAR: "6402"}[area], "tingkat_temuan": "T"}
    known |= {"tingkat": "kabupaten"} if rows in {"indicators", "program_coverage"} else {}
    number = name.startswith(("nik", "no_kk"))
    return known.get(name, DIGITS[area] if number else f"{MARKS[area]} {name}")


def published(root: Path) -> Path:
    """Write below ``root`` a run with every file that a bundle is cut from, and point to it."""
    run = root / RUNS / RUN
    for cut in kabupaten_cuts((PKH,), restricted=True):
        output = cut.output
        frame = rows(output.table.columns, cut.areas, output.rows)
        path = run / output.path
        path.parent.mkdir(parents=True, exist_ok=True)
        write_csv(path, allowed(output, blocks_of(output.table.build(frame))))
    (run / "layers").mkdir()
    write_layers(run)
    (run / MANIFEST).write_text(json.dumps({"reference_date": DAY.isoformat()}), encoding="utf-8")
    (root / POINTER).write_text(f"{RUNS}/{RUN}\n", encoding="utf-8")
    for area, mark in MARKS.items():
        book = root / "verval" / RUN / f"{area}_x" / "desa.csv"
        book.parent.mkdir(parents=True)
        book.write_text(mark, encoding="utf-8")
    return run


def rows(columns: tuple[Column, ...], areas: tuple[str, ...], named: str) -> pd.DataFrame:
    """Return a row of each kabupaten, and where areas are told one of no area."""
    table = [{c.name: told(c, area, areas, named) for c in columns} for area in MARKS]
    nowhere = [{**table[1], **dict.fromkeys(areas)}] if areas and not needs(columns, areas) else []
    return pd.DataFrame([*table, *nowhere]).astype({c.name: "str" for c in columns if c.kind == "text"})


def needs(columns: tuple[Column, ...], areas: tuple[str, ...]) -> bool:
    return any(column.required for column in columns if column.name in areas)


def write_layers(run: Path) -> None:
    kinds = {c.name: c for c in (*INDICATORS.columns, *RECONCILED.columns, *TASKS.columns)}

    def layer(names: tuple[str, ...], code: str, shape: object) -> gpd.GeoDataFrame:
        columns = tuple(kinds.get(name, Column(name, "text", "")) for name in names)
        table = pd.DataFrame([{c.name: told(c, area, (code,), "layer") for c in columns} for area in MARKS])
        table = table.astype({c.name: "str" for c in columns if c.kind == "text"})
        return gpd.GeoDataFrame(table, geometry=[shape(area) for area in MARKS], crs="EPSG:4326")  # type: ignore[operator]

    names = ("kode", *(n for n in INDICATORS.names if n not in {"tingkat", "kode"}))
    names = (*names, "kelas_cocok", "kelas_beda_desil", "kelas_lengkap")
    areas = {level: layer(names, "kode", square) for level in ("desa", "kecamatan", "kabupaten")}
    points = {
        "keluarga": layer((*HOUSEHOLD_COLUMNS, "kelas_titik"), "kode_desa", corner),
        "survei_ulang": layer((*RESURVEY_COLUMNS, "kelas_survei"), "kode_desa", corner),
    }
    for path, layers in ((AREA_LAYERS, areas), (HOUSEHOLD_LAYERS, {**areas, **points})):
        looks = layer_styles(layers, Language.INDONESIAN)
        write_geopackage(run / path, layers, styles=looks, reference_date=DAY, language=Language.INDONESIAN)


def corner(area: str) -> shapely.Point:
    return shapely.Point(117.0 if area == KUKAR else 115.5, -0.5)


def square(area: str) -> shapely.Polygon:
    return corner(area).buffer(0.1, cap_style="square")


def recipient(**given: object) -> Recipient:
    """Return a declared recipient, a kabupaten where nothing else is said."""
    usual = {
        "name": "kukar",
        "title": "Pemerintah Kabupaten",
        "purpose": "Verifikasi",
        "basis": "BAST 1/2026",
        "expires": "2999-12-31",
        "area": KUKAR,
        "classes": ["INTERNAL", "TERBATAS"],
    }
    return Recipient.model_validate({**usual, **given})


def settings(root: Path, *recipients: Recipient) -> SimpleNamespace:
    """Return what `padan bundle` asks of a configuration."""
    return SimpleNamespace(
        output_root=root,
        language=Language.INDONESIAN,
        recipients=recipients,
        label=lambda path: path.relative_to(root.parent).as_posix(),
    )
