"""Printable maps: what stands on them, and that the same layers give the same bytes."""

import struct
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from layer_world import area_layers
from matplotlib import pyplot as plt
from matplotlib.text import Text

from geo.maps import DPI, FEWEST, PAPERS, Areas, Sheet, _classes, _figure, draw
from geo.themes import THEMES
from geo.villages import VillageMap
from reconcile.regions import Register
from reconcile.vocab import Language

PROVINCE = ""
KUKAR = "64.02"


@pytest.fixture(scope="module")
def areas(villages: VillageMap, register: Register) -> Areas:
    return Areas.of(area_layers(villages, register), 3)


def sheet(code: str = PROVINCE, **given: Any) -> Sheet:
    return Sheet(
        **{"code": code, "theme": THEMES[0], "paper": "a4", "language": Language.INDONESIAN, **given}
    )


def said(areas: Areas, of: Sheet) -> str:
    """Return every text on the sheet."""
    figure = _figure(areas, of)
    return "\n".join(" ".join(text.get_text().split()) for text in figure.findobj(Text))


@pytest.fixture(scope="module")
def province(areas: Areas) -> str:
    return said(areas, sheet())


FURNITURE = [
    ("title", "Tingkat kecocokan: Provinsi Kalimantan Timur"),
    ("day", "per 2026-03-31"),
    ("legend", "Keluarga di kedua daftar"),
    ("class with its villages", "40 – <60 % (1 desa)"),
    ("class of no data", "tidak ada data (2 desa)"),
    ("north", "\nU\n"),
    ("scale bar", " km\n"),
    ("scale", "Skala 1 : "),
    ("frame in degrees", "117,1° BT"),
    ("southern latitude", "0,4° LS"),
    ("totals", "17 keluarga, 10 di kedua daftar (58,8 %)."),
    ("villages without polygon", "Tidak tergambar: 2 keluarga di 1 desa tanpa poligon."),
    ("families without village", "Tanpa desa: 3 keluarga"),
    ("sources and vintages", "P3KE edisi 2022; BPS edisi 2026; kode wilayah edisi 2025."),
    ("boundaries", "Batas: uji, 2025."),
    ("CRS", "EPSG:32650"),
    ("names", "Kutai Kartanegara"),
]


@pytest.mark.parametrize("expected", [text for _, text in FURNITURE], ids=[name for name, _ in FURNITURE])
def test_a_sheet_says_what_an_officer_asks(expected: str, province: str) -> None:
    assert expected in province


def test_a_kabupaten_shows_its_kecamatan_and_where_it_lies(areas: Areas) -> None:
    text = said(areas, sheet(KUKAR))
    assert "Tingkat kecocokan: Kutai Kartanegara" in text
    assert "Letak di provinsi" in text
    assert "Hilir Contoh" in text
    # its villages only
    assert "10 keluarga, 5 di kedua daftar (50,0 %)." in text


def test_the_language_is_that_of_the_office(areas: Areas) -> None:
    text = said(areas, sheet(language=Language.ENGLISH))
    assert "Share matched: Province of Kalimantan Timur" in text
    assert "(58.8 %)" in text
    assert "117.1° E" in text


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_theme_has_its_legend(theme: Any, areas: Areas) -> None:
    assert "80 – 100 %" in said(areas, sheet(theme=theme))


def test_few_families_are_not_told(areas: Areas) -> None:
    """A share of so few says too much of each."""
    few = areas.desa["n_keluarga"].between(1, FEWEST - 1)
    assert few.sum() == 1
    shown = _classes(areas, sheet())
    assert shown.loc[few, "kelas"].tolist() == ["few"]
    assert f"kurang dari {FEWEST} keluarga (1 desa)" in said(areas, sheet())


@pytest.mark.parametrize("paper", PAPERS)
def test_same_bytes_at_the_size_of_the_paper(paper: str, areas: Areas) -> None:
    one, other = (draw(areas, sheet(paper=paper)) for _ in range(2))
    assert one == other
    width, height = struct.unpack(">II", one["png"][16:24])
    assert (width, height) == tuple(int(inches * DPI) for inches in PAPERS[paper])
    assert one["pdf"].startswith(b"%PDF-")
    # midnight UTC, and no zone of the machine
    assert b"CreationDate (D:20260331000000Z)" in one["pdf"]


def test_settings_of_the_machine_do_not_count(areas: Areas) -> None:
    expected = draw(areas, sheet())["png"]
    with mpl.rc_context({"font.size": 30, "savefig.dpi": 50, "axes.grid": True}):
        assert draw(areas, sheet())["png"] == expected
        assert mpl.rcParams["font.size"] == 30


def test_no_window_is_opened(areas: Areas) -> None:
    draw(areas, sheet())
    assert plt.get_fignums() == []


def test_towns_are_drawn_larger_beside_the_province(areas: Areas) -> None:
    towns = {name: frame.copy() for name, frame in vars(areas).items() if isinstance(frame, pd.DataFrame)}
    for frame in towns.values():
        frame["kode"] = frame["kode"].str.replace("64.07", "64.71")
    text = said(Areas(**towns, unplaced=0), sheet())
    assert "Perbesaran perkotaan" in text
    assert "Perbesaran perkotaan" not in said(areas, sheet())
