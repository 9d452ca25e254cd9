"""Place names to comparable keys; every list of words is in places.yaml."""

import unicodedata
from typing import Literal

import pandas as pd

from reconcile.resources import read_yaml

Level = Literal["kabupaten", "kecamatan", "desa"]


def place_keys(names: pd.Series, level: Level) -> pd.Series:
    """Return the comparison key of each place name; missing or empty names stay missing.

    Two names with one key are the same place wherever their parents are the same. Spacing, case, accents,
    apostrophes, level words and the spellings of places.yaml do not count; numerals and words such as Ulu,
    Ilir and Baru do.
    """
    keys = names.map({name: place_key(name, level) for name in names.dropna().unique()}).astype("str")
    return keys.mask(keys == "")


def place_key(name: str, level: Level) -> str:
    """Return the comparison key of one place name, empty when nothing of it is left."""
    lists = read_yaml("reconcile.text", "places.yaml")
    words = _letters_only(name).split()
    while len(words) > 1 and words[0] in lists["prefixes"][level]:
        words.pop(0)
    plain = " ".join(words)
    words = lists["aliases"][level].get(plain, plain).split()
    words = [lists["words"].get(word, word) for word in words]
    key = "".join(lists["numerals"].get(word, word) for word in words)
    return key.translate(str.maketrans(lists["letters"]))


def _letters_only(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).upper().replace("'", "").replace("’", "").replace("`", "")
    return "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c))
