"""Text, and values out of a closed list: sex, relationship, yes and no, and a source's own tables."""

from collections.abc import Mapping

import pandas as pd

from reconcile.sources.parsing.base import Context, Parsed, blank, by_distinct, no_codes, squeeze, words
from reconcile.text.formulas import unshielded
from reconcile.vocab import Reason


def fold(text: str) -> str:
    """Return how spellings are compared: trimmed, single spaces, lower case, no ``.0`` of a spreadsheet."""
    folded = " ".join(text.lstrip("'’‘`").split()).casefold()
    return folded.removesuffix(".0") if folded[:-2].isdecimal() else folded


def translate(raw: pd.Series, table: Mapping[str, str]) -> pd.Series:
    """Return ``raw`` with the codes of a source's own ``table`` replaced by what they stand for there.

    A code that the table leaves out keeps its text and meets the parser as it is.
    """
    folded = {fold(key): value for key, value in table.items()}
    places, distinct = pd.factorize(raw)
    return (
        pd.Series([folded.get(fold(text), text) for text in distinct], dtype="str")
        .reindex(places)
        .set_axis(raw.index)
    )


def parse_text(raw: pd.Series, _context: Context) -> Parsed:
    """Return text trimmed with single spaces; ``-`` and ``KOSONG`` are missing, the name ``NA`` is not."""
    text = squeeze(raw)
    return Parsed(text.where(~blank(text, "missing_text")).astype("str"), no_codes(raw.index))


def parse_own_text(raw: pd.Series, context: Context) -> Parsed:
    """Return text as ``parse_text`` does, without the apostrophe of our own files in front of a formula."""
    return parse_text(unshielded(squeeze(raw)), context)


def _choose(raw: pd.Series, table: Mapping[str, str], missing: str) -> Parsed:
    def read(written: str) -> str | Reason | None:
        text = fold(written)
        if text in table:
            return table[text]
        return None if text in words(missing) else Reason.VALUE

    return by_distinct(raw, read, "str")


def parse_sex(raw: pd.Series, _context: Context) -> Parsed:
    """Return ``L`` or ``P`` (vocab.Sex); ``E_VALUE`` for what is neither."""
    return _choose(raw, words("sex"), "missing")


def parse_relationship(raw: pd.Series, _context: Context) -> Parsed:
    """Return vocab.Relationship; husbands stay spouses, whichever half of ``ISTRI/SUAMI`` is written."""
    return _choose(raw, words("relationship"), "missing")


def parse_yes_no(raw: pd.Series, _context: Context) -> Parsed:
    """Return yes, no or unknown; unknown is missing, never no. ``E_VALUE`` for other words."""
    chosen = _choose(raw, words("yes_no"), "missing")
    return Parsed(chosen.data.map({"ya": True, "tidak": False}).astype("boolean"), chosen.codes)


def parse_choice(raw: pd.Series, context: Context) -> Parsed:
    """Return a value of the source's own table, by its code or as itself; ``E_VALUE`` for any other word."""
    return _choose(raw, {fold(value): value for value in context.table.values()}, "missing_choice")
