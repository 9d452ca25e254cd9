"""Numbers, deciles, RT and RW. Text is held against a pattern before any conversion.

``pandas.to_numeric`` on raw text can end the process (a NIK with a stray ``E+15``: pandas issue 63089).
"""

import re
from collections.abc import Callable

import pandas as pd

from reconcile.sources.parsing.base import Context, Parsed, blank, by_distinct, coded, squeeze, words
from reconcile.vocab import Reason

DECIMAL = r"[+-]?[0-9]{1,15}([.,][0-9]+)?|[+-]?[.,][0-9]+"
_GROUPED = r"[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+"
# one mark and three digits behind it: thousands or decimals, nobody knows
_EITHER = r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}"
_STYLES = {
    "id": r"[+-]?([0-9]{1,3}(\.[0-9]{3})+|[0-9]{1,15})?(,[0-9]+)?",
    "en": r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,15})?(\.[0-9]+)?",
    "plain": DECIMAL,
    "": f"{DECIMAL}|{_GROUPED}",
}
_THOUSANDS = {"id": ".", "en": ",", "": "."}
_WHOLE = re.compile(r"(\d{1,9})(?:[.,]0{1,2})?", re.ASCII)
_WHOLE_GROUPED = {
    "id": re.compile(r"\d{1,3}(?:\.\d{3}){1,2}", re.ASCII),
    "en": re.compile(r"\d{1,3}(?:,\d{3}){1,2}", re.ASCII),
}
_DECILE = re.compile(r"(?:desil|decile)?\s*[.:\-]?\s*(\d{1,2}(?:[.,]0)?|[ivx]+)", re.ASCII | re.IGNORECASE)
_PERCENTILE = re.compile(r"(?:p(?:ersentil)?)?\s*[.:\-]?\s*(\d{1,3})(?:[.,]0)?", re.ASCII | re.IGNORECASE)
_RT_RW = re.compile(r"(?:r\.?[tw]\.?)?\s*[.:\-/]?\s*(\d{1,3})(?:\.0)?", re.ASCII | re.IGNORECASE)


def parse_number(raw: pd.Series, context: Context) -> Parsed:
    """Return decimal numbers as the column's declared ``style`` writes them.

    Without a style one comma or one dot is the decimal sign and dots before a comma group thousands;
    ``1.250`` is ``E_NUM_AMBIG`` then (hazards.md H42). ``E_NUMBER`` for all else.
    """
    text = squeeze(raw).str.replace(r"^['’‘`]", "", regex=True)
    missing = blank(text)
    readable = text.str.fullmatch(_STYLES[context.style]) & text.str.contains("[0-9]") & ~missing
    either = text.str.fullmatch(_EITHER) & (context.style == "")
    trusted = (readable & ~either).fillna(value=False).astype(bool)
    values = as_decimals(text.where(trusted), context.style)
    checks = [(either & ~missing, Reason.NUMBER_AMBIGUOUS), (~trusted & ~missing, Reason.NUMBER)]
    return Parsed(values, coded(raw.index, checks))


def as_decimals(text: pd.Series, style: str = "plain") -> pd.Series:
    """Return texts that have the form of numbers in ``style`` as Float64; missing stays missing."""
    if style in _THOUSANDS:
        grouped = text.str.fullmatch(_GROUPED) if not style else text.notna()
        text = text.where(~grouped, text.str.replace(_THOUSANDS[style], "", regex=False))
    return text.str.replace(",", ".", regex=False).astype("float64").astype("Float64")


def _plain(written: str) -> str:
    return " ".join(written.split()).lstrip("'’‘`")


def _whole_numbers(raw: pd.Series, read: Callable[[str], int | Reason | None]) -> Parsed:
    """Return ``read`` of each distinct text that is not blank; missing where it is."""

    def one(written: str) -> int | Reason | None:
        text = _plain(written)
        return None if text.lower() in words("missing") else read(text)

    return by_distinct(raw, one, "Int64")


def parse_whole(raw: pd.Series, context: Context) -> Parsed:
    """Return whole numbers of up to nine digits, a ``.0`` behind allowed; ``E_NUMBER`` for all else.

    Thousands are read only in the declared ``style``; ``1.250`` without one is ``E_NUM_AMBIG``.
    """
    grouped = _WHOLE_GROUPED.get(context.style)

    def read(text: str) -> int | Reason:
        if grouped and grouped.fullmatch(text):
            return int(re.sub("[.,]", "", text))
        if not context.style and re.fullmatch(_EITHER, text):
            return Reason.NUMBER_AMBIGUOUS
        match = _WHOLE.fullmatch(text)
        return int(match[1]) if match else Reason.NUMBER

    return _whole_numbers(raw, read)


def parse_decile(raw: pd.Series, _context: Context) -> Parsed:
    """Return welfare deciles 1 to 10, also written ``Desil 1``, ``DESIL I``, ``01``; else ``E_VALUE``."""

    def read(text: str) -> int | Reason:
        match = _DECILE.fullmatch(text)
        number = words("roman").get(match[1].lower(), match[1]) if match else ""
        digits = number.replace(",", ".").removesuffix(".0")
        return int(digits) if digits.isdecimal() and 1 <= int(digits) <= 10 else Reason.VALUE

    return _whole_numbers(raw, read)


def parse_percentile(raw: pd.Series, _context: Context) -> Parsed:
    """Return the decile that a percentile 1 to 100 lies in: 1-10 in the first; else ``E_VALUE``."""

    def read(text: str) -> int | Reason:
        match = _PERCENTILE.fullmatch(text)
        percentile = int(match[1]) if match else 0
        return (percentile + 9) // 10 if 1 <= percentile <= 100 else Reason.VALUE

    return _whole_numbers(raw, read)


def parse_rt_rw(raw: pd.Series, _context: Context) -> Parsed:
    """Return RT or RW numbers from ``3``, ``003``, ``RT.003``; zero is missing; else ``E_VALUE``."""

    def read(text: str) -> int | Reason | None:
        match = _RT_RW.fullmatch(text)
        return (int(match[1]) or None) if match else Reason.VALUE

    return _whole_numbers(raw, read)
