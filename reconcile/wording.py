"""Sentences of the catalogue for whole columns."""

from string import Formatter

import pandas as pd

from reconcile.language import entries
from reconcile.vocab import Language


def text_each(key: str, language: Language, **fields: pd.Series) -> pd.Series:
    """Return the sentence of ``key`` for each row of ``fields``, of one index; missing where one is."""
    pieces = list(Formatter().parse(entries()[key][language]))
    index = next(iter(fields.values())).index
    said = pd.Series("", index=index, dtype="str")
    for literal, name, _, _ in pieces:
        said = said + literal
        said = said + fields[name].astype("str") if name else said
    return said
