"""Place names to comparable words and keys; every list of words is in places.yaml."""

import re
import unicodedata
from functools import cache
from typing import Any, Literal

import pandas as pd

from reconcile.resources import read_yaml

Level = Literal["kabupaten", "kecamatan", "desa"]

#: What parts two names of one place written side by side: "Luan/Dilibinti", "Balik Kukuk (Balikukup)".
_BETWEEN = re.compile(r"[/()\[\]]")


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
    return "".join(place_words(name, level))


def place_words(name: str, level: Level) -> tuple[str, ...]:
    """Return the words of one place name in their comparable spelling; joined they are its key."""
    lists = _lists()
    words = _letters_only(name).split()
    while len(words) > 1 and words[0] in lists["prefixes"][level]:
        words.pop(0)
    plain = " ".join(words)
    words = lists["aliases"][level].get(plain, plain).split()
    words = [lists["words"].get(word, word) for word in words]
    letters = str.maketrans(lists["letters"])
    return tuple(lists["numerals"].get(word, word).translate(letters) for word in words)


def alternatives(name: str) -> tuple[str, ...]:
    """Return the names that one cell writes side by side; empty where it writes only one."""
    parts = tuple(part.strip() for part in _BETWEEN.split(name) if part.strip())
    return parts if len(parts) > 1 else ()


def is_telling(word: str) -> bool:
    """Return whether a comparable word tells two villages apart, and so is never a slip of spelling."""
    return word.isdigit() or word in _telling()


def is_common(word: str) -> bool:
    """Return whether a comparable word stands in so many names that sharing it says nothing."""
    return word in _common()


def optional_prefixes() -> frozenset[str]:
    """Return the comparable words that some lists put before a village's name and others leave out."""
    return _comparable("optional_prefixes")


@cache
def _telling() -> frozenset[str]:
    return _comparable("telling")


@cache
def _common() -> frozenset[str]:
    return _comparable("common")


@cache
def _comparable(name: str) -> frozenset[str]:
    letters = str.maketrans(_lists()["letters"])
    return frozenset(word.translate(letters) for word in _lists()[name])


def _lists() -> dict[str, Any]:
    lists: dict[str, Any] = read_yaml("reconcile.text", "places.yaml")
    return lists


def _letters_only(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).upper().replace("'", "").replace("’", "").replace("`", "")
    return "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c))
