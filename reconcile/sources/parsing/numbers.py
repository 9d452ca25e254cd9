"""Numbers, coordinates, deciles, RT and RW. Text is held against a pattern before any conversion.

``pandas.to_numeric`` on raw text can end the process (a NIK with a stray ``E+15``: pandas issue 63089).
"""

import re

import pandas as pd

from reconcile.sources.parsing.base import Context, Parsed, blank, by_distinct, coded, squeeze, words
from reconcile.vocab import Reason

_DECIMAL = r"[+-]?[0-9]{1,15}([.,][0-9]+)?|[+-]?[.,][0-9]+"
_GROUPED = r"[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+"
_WHOLE = re.compile(r"(\d{1,9})(?:[.,]0+)?", re.ASCII)
_DECILE = re.compile(r"(?:desil|decile)?\s*[.:\-]?\s*(\d{1,2}(?:[.,]0)?|[ivx]+)", re.ASCII | re.IGNORECASE)
_RT_RW = re.compile(r"(?:r\.?[tw]\.?)?\s*[.:\-/]?\s*(\d{1,3})(?:\.0)?", re.ASCII | re.IGNORECASE)


def parse_number(raw: pd.Series, _context: Context) -> Parsed:
    """Return decimal numbers; one comma or one dot is the decimal sign, dots before a comma group thousands.

    ``E_NUMBER`` for all else, as for ``1.250.000``, of which nobody knows what it is.
    """
    return _decimals(raw, Reason.NUMBER)


def _decimals(raw: pd.Series, reason: Reason, limit: float = float("inf")) -> Parsed:
    text = squeeze(raw).str.replace(r"^['’‘`]", "", regex=True)
    missing = blank(text)
    grouped = text.str.fullmatch(_GROUPED)
    text = text.where(~grouped, text.str.replace(".", "", regex=False))
    readable = text.str.fullmatch(_DECIMAL) & ~missing
    values = text.where(readable).str.replace(",", ".", regex=False).astype("float64").astype("Float64")
    trusted = values.abs().le(limit).fillna(value=False).astype(bool)
    return Parsed(values.where(trusted), coded(raw.index, [(~trusted & ~missing, reason)]))


def parse_coordinate(raw: pd.Series, _context: Context) -> Parsed:
    """Return a latitude or longitude in decimal degrees; ``E_COORD`` outside -180 to 180.

    A latitude above 90 is let through: here it is a longitude in the wrong column, and geo, which knows the
    province's box, can only see that where both numbers reach it.
    """
    return _decimals(raw, Reason.COORDINATE, 180.0)


def _plain(written: str) -> str:
    return " ".join(written.split()).lstrip("'’‘`")


def parse_whole(raw: pd.Series, _context: Context) -> Parsed:
    """Return whole numbers of up to nine digits, a ``.0`` behind allowed; ``E_NUMBER`` for all else."""

    def read(written: str) -> int | Reason | None:
        text = _plain(written)
        if text.lower() in words("missing"):
            return None
        match = _WHOLE.fullmatch(text)
        return int(match[1]) if match else Reason.NUMBER

    return by_distinct(raw, read, "Int64", Reason.NUMBER)


def parse_decile(raw: pd.Series, _context: Context) -> Parsed:
    """Return welfare deciles 1 to 10, also written ``Desil 1``, ``DESIL I``, ``01``; else ``E_VALUE``."""

    def read(written: str) -> int | Reason | None:
        text = _plain(written)
        if text.lower() in words("missing"):
            return None
        match = _DECILE.fullmatch(text)
        number = words("roman").get(match[1].lower(), match[1]) if match else ""
        digits = number.replace(",", ".").removesuffix(".0")
        return int(digits) if digits.isdecimal() and 1 <= int(digits) <= 10 else Reason.VALUE

    return by_distinct(raw, read, "Int64", Reason.VALUE)


def parse_rt_rw(raw: pd.Series, _context: Context) -> Parsed:
    """Return RT or RW numbers from ``3``, ``003``, ``RT.003``; zero is missing; else ``E_VALUE``."""

    def read(written: str) -> int | Reason | None:
        text = _plain(written)
        if text.lower() in words("missing"):
            return None
        match = _RT_RW.fullmatch(text)
        return (int(match[1]) or None) if match else Reason.VALUE

    return by_distinct(raw, read, "Int64", Reason.VALUE)
