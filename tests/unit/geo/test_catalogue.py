import re
from pathlib import Path

import pytest

import geo
from geo.layers import LEVELS, POINT_LAYERS, UNPLACED_TABLE
from geo.themes import THEMES
from reconcile.language import entries

SOURCES = sorted(Path(geo.__file__).parent.glob("*.py"))
CODES = sorted({code for path in SOURCES for code in re.findall(r'"(GEO_[A-Z_]+)"', path.read_text("utf-8"))})
LAYER_NAMES = [*(level.layer for level in LEVELS), *POINT_LAYERS, UNPLACED_TABLE, "asal_data", "kamus_data"]
WORDS = [
    *(f"layer_{name}" for name in LAYER_NAMES),
    *(f"layer_{name}_about" for name in LAYER_NAMES),
    *(f"style_{theme.name}" for theme in THEMES),
    *(f"map_{theme.name}_legend" for theme in THEMES),
]


@pytest.mark.parametrize("code", CODES)
def test_every_fault_says_what_and_what_to_do(code: str) -> None:
    assert {"id", "en", "fix_id", "fix_en"} <= set(entries()[code])


def test_every_fault_of_the_catalogue_can_happen() -> None:
    assert {key for key in entries() if key.startswith("GEO_")} == set(CODES)


@pytest.mark.parametrize("word", WORDS)
def test_every_word_stands_in_both_languages(word: str) -> None:
    assert {"id", "en"} <= set(entries()[word])
