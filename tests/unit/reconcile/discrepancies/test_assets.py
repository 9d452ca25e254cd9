"""What written values of house and savings say: the words that the sources use, and words they do not."""

import pytest

from reconcile.discrepancies.assets import signs
from reconcile.sources.spec import load_source, source_names
from reconcile.tables import FAMILY

WORDS = [
    # field, as written, whether it contradicts a target decile (None: says nothing)
    ("daya_listrik", "> 900 WATT", True),
    ("daya_listrik", "Listrik Pribadi >900 Watt", True),
    ("daya_listrik", "1300 watt", True),
    ("daya_listrik", "1.300 VA", True),
    ("daya_listrik", "2200 watt", True),
    ("daya_listrik", "> 2200 watt", True),
    ("daya_listrik", "=< 900 WATT", False),
    ("daya_listrik", "<= 900 watt", False),
    ("daya_listrik", "Listrik Pribadi s/d 900 Watt", False),
    ("daya_listrik", "450 watt", False),
    ("daya_listrik", "900 watt", False),
    ("daya_listrik", "Genset/solar cell", None),
    ("daya_listrik", "Non-Listrik", None),
    ("daya_listrik", "LISTRIK PLN METERAN", None),
    ("daya_listrik", "3", None),
    ("jenis_lantai", "KERAMIK/GRANIT/MARMER/UBIN/TEGEL/TERASO", True),
    ("jenis_lantai", "Marmer/granit", True),
    ("jenis_lantai", "ubin/tegel/teraso", False),
    ("jenis_lantai", "SEMEN", False),
    ("jenis_lantai", "Kayu/papan", False),
    ("jenis_lantai", "TANAH", False),
    ("jenis_lantai", "LAINNYA", None),
    ("jenis_dinding", "TEMBOK", True),
    ("jenis_dinding", "Plesteran anyaman bambu/kawat", False),
    ("jenis_dinding", "KAYU/PAPAN", False),
    ("jenis_dinding", "SENG", False),
    ("jenis_dinding", "Lainnya", None),
    ("jenis_atap", "BETON", True),
    ("jenis_atap", "ASBES/SENG", False),
    ("jenis_atap", "JERAMI/IJUK/RUMBIA/ DAUN-DAUNAN", False),
    ("jenis_atap", "9", None),
    ("simpanan", "YA", True),
    ("simpanan", "Tidak", False),
    ("simpanan", "tidak ada", False),
    ("simpanan", "YAYASAN", None),
]


@pytest.mark.parametrize(("field", "written", "contradicts"), WORDS)
def test_a_written_value_says(field: str, written: str, contradicts: bool | None) -> None:
    assert signs()[field].judge(written) is contradicts


def test_every_sign_is_a_field_that_some_source_gives() -> None:
    told = {name for source in source_names() for name in load_source(source).fields}
    assert set(signs()) <= told & {column.name for column in FAMILY}


def test_every_code_of_a_source_stands_for_a_word_that_is_known() -> None:
    """A code table may not lead to a word that no sign knows, but for "lainnya"."""
    silent = {
        word
        for source in source_names()
        for name, field in load_source(source).fields.items()
        if name in signs() and field.parse == "text"
        for word in field.table.values()
        if signs()[name].judge(word) is None
    }
    assert silent == {"lainnya"}
