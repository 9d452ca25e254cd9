"""Occupation, schooling and marital status out of what the sources write (``words.yaml``)."""

import re
from collections.abc import Mapping
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.programs.columns import PERSON_COLUMNS
from reconcile.programs.logic import Values
from reconcile.resources import read_yaml

_VALUES = {subject.name: subject.words for subject in PERSON_COLUMNS}
#: Words for "nothing is written here": no value, and nothing that was not understood.
_EMPTY = re.compile(r"^(kosong|-+|tidak (ada|tahu|diketahui)|lainnya)?$")


@cache
def _patterns(column: str) -> Mapping[str, re.Pattern[str]]:
    declared = read_yaml("reconcile.programs", "words.yaml")[column]
    return {value: re.compile("|".join(patterns)) for value, patterns in declared.items()}


def read_words(written: pd.Series, column: str) -> Values:
    """Return what is ``written`` as places in the vocabulary of ``column``; what fits nothing is unknown."""
    places, distinct = pd.factorize(written)
    words = _VALUES[column]
    found = [_place(text, column, words) for text in distinct]
    # a missing value has place -1, which is the last
    data = np.array([*found, -1], dtype=np.int8)[places]
    return Values(np.maximum(data, 0), data >= 0, words)


def not_understood(written: pd.Series, column: str) -> int:
    """Return how many values are written that ``words.yaml`` has no place for."""
    counts = written.value_counts()
    words = _VALUES[column]
    strange = [t for t in counts.index if _place(t, column, words) < 0 and not _EMPTY.match(_folded(t))]
    return int(counts[strange].sum())


def _place(text: str, column: str, words: tuple[str, ...]) -> int:
    folded = _folded(text)
    fits = (value for value, pattern in _patterns(column).items() if pattern.search(folded))
    value = next(fits, None)
    return -1 if value is None else words.index(value)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def at_school(schooling: Values) -> Values:
    """Return whether somebody goes to school now, as far as the schooling tells."""
    told = read_yaml("reconcile.programs", "words.yaml")["bersekolah"]
    words = _VALUES["pendidikan"]
    yes, no = (_is_one(schooling, [words.index(word) for word in told[key]]) for key in ("ya", "tidak"))
    return Values(yes.astype(np.int8), yes | no)


def _is_one(values: Values, places: list[int]) -> npt.NDArray[np.bool_]:
    return values.known & np.isin(values.data, places)
