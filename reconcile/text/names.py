"""Personal names to comparable forms; every list of words and letters is in names.yaml."""

import re
from typing import Any

import pandas as pd

from reconcile.resources import read_yaml

_REPEATED = re.compile(r"(.)\1+")


def clean_names(names: pd.Series) -> pd.Series:
    """Return names in capitals, letters only, without titles and filiation, common short forms spelled out.

    Missing stays missing; a name of which nothing is left becomes missing.
    """
    return _over_distinct(names, clean_name)


def phonetic_names(cleaned: pd.Series) -> pd.Series:
    """Return the phonetic key of names from ``clean_names``: equal for spellings that sound alike."""
    return _over_distinct(cleaned, phonetic_name)


def clean_name(name: str) -> str:
    """Return one name as clean_names describes."""
    lists: dict[str, Any] = read_yaml("reconcile.text", "names.yaml")
    words = "".join(c if c.isalpha() else "" if c in "'’`" else " " for c in name.upper()).split()
    if len(words) > 2 and all(len(word) == 1 for word in words):
        words = ["".join(words)]
    for place, word in enumerate(words[1:], start=1):
        if word in lists["filiation"]:
            words = words[:place]
            break
    kept = [word for word in words if word not in lists["titles"]] or words[-1:]
    return " ".join(lists["forms"].get(word, word) for word in kept)


def phonetic_name(cleaned: str) -> str:
    """Return the phonetic key of one cleaned name."""
    sounds: list[tuple[str, str]] = read_yaml("reconcile.text", "names.yaml")["sounds"]
    for written, sound in sounds:
        cleaned = cleaned.replace(written, sound)
    return _REPEATED.sub(r"\1", cleaned)


def _over_distinct(values: pd.Series, function: Any) -> pd.Series:
    codes, distinct = pd.factorize(values)
    answers = pd.Series([function(value) or None for value in distinct] + [None], dtype="str")
    return pd.Series(answers.array.take(codes), index=values.index)
