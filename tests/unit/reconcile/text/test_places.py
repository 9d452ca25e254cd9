"""Names of one place have one key; names of two places have two."""

import pytest

from reconcile.text.places import Level, place_key

SAME = [
    ("desa", "Sungai Merdeka", "SEI MERDEKA"),
    ("desa", "Tani Bhakti", "Tani Bakti"),
    ("desa", "Long La'ai", "LONG LAAI"),
    ("desa", "GUNUNGSAMARINDA", "Gunung Samarinda"),
    ("desa", "Long Penaneh Dua", "Long Penaneh II"),
    ("desa", "Mahakam Hulu", "Mahakam Ulu"),
    ("desa", " Jambuk Makmur ", "Jambuk Makmur"),
    ("desa", "Besiq", "BESIK"),
    ("desa", "Desa Suka Maju", "Suka Maju"),
    ("desa", "Kel. Baru", "Baru"),
    ("kecamatan", "Semboja", "Kec. Samboja"),
    ("kecamatan", "Manor Bulatn", "Mook Manaar Bulatn"),
    ("kabupaten", "KAB. PASER", "Kabupaten Pasir"),
    ("kabupaten", "Kota Samarinda", "SAMARINDA"),
]

DIFFERENT = [
    ("desa", "Kota Bangun I", "Kota Bangun II"),
    ("desa", "Long Pahangai I", "Long Pahangai Dua"),
    ("desa", "Mamahak Ilir", "Mamahak Ulu"),
    ("desa", "Baru", "Tani Baru"),
    ("desa", "Linggang Bigung", "Linggang Bigung Baru"),
    ("desa", "Muara Jawa Pesisir", "Muara Jawa Ilir"),
    ("desa", "Simpang Tiga", "Simpang"),
    ("desa", "Long Ayap", "Long Ayan"),
    # a village may be called Kota Bangun: Kota is only a level word before a kabupaten's name
    ("desa", "Kota Bangun", "Bangun"),
]


@pytest.mark.parametrize(("level", "one", "other"), SAME)
def test_spellings_of_one_place_have_one_key(level: Level, one: str, other: str) -> None:
    assert place_key(one, level) == place_key(other, level) != ""


@pytest.mark.parametrize(("level", "one", "other"), DIFFERENT)
def test_two_places_have_two_keys(level: Level, one: str, other: str) -> None:
    assert place_key(one, level) != place_key(other, level)
