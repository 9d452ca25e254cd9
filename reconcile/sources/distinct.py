"""A column read over its distinct texts: most columns of a registry hold a few hundred of them."""

from collections.abc import Callable

import pandas as pd

from reconcile.sources.parsing.base import Parsed, no_codes

_SAMPLE = 20_000
_SHARE = 0.5


def over_distinct(written: pd.Series, read: Callable[[pd.Series], Parsed]) -> Parsed:
    """Return ``read(written)``, reading each text once where the first rows say that texts repeat.

    ``written`` has no missing text. ``read`` must answer for a text by the set of all texts, not by their
    order or number, as every parser does (parsing.base.Parse).
    """
    sample = written.iloc[:_SAMPLE]
    if sample.nunique() > _SHARE * len(sample):
        return read(written)
    places, texts = pd.factorize(written)
    once = read(pd.Series(texts, dtype="str"))
    spread = once.codes.notna().any()
    return Parsed(
        once.data.take(places).set_axis(written.index),
        once.codes.take(places).set_axis(written.index) if spread else no_codes(written.index),
    )
