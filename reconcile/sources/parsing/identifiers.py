"""NIK, KK, family keys and region codes: cleaned, never padded, never repaired.

A NIK is not refused for its region (people move, codes die) nor for disagreeing with a birth date: both are
for the rules to find. It is refused when no office can have issued it.
"""

import pandas as pd

from reconcile.sources.parsing.base import (
    SPACES,
    Context,
    Parsed,
    blank,
    coded,
    kept,
    squeeze,
)
from reconcile.sources.raw import NUMERIC_MARK, unmarked
from reconcile.vocab import Reason

_Checks = list[tuple[pd.Series, Reason]]

_SCIENTIFIC = r"[+-]?[0-9]+([.,][0-9]+)?[eE]\+?[0-9]*"
_ONE_DIGIT = "|".join(f"{digit}+" for digit in range(10))
_COUNTED = "1234567890123456|0123456789012345|1234567890|123456789"
# 9998 is a lost card and 9999 none at all in village systems (formats.md 4.2)
_PLACEHOLDER = f"{_ONE_DIGIT}|{_COUNTED}|9998"
# short keys such as 1 or 123456789 are somebody's; only these are nobody's
_NO_KEY = "0+|9{4,}|9998|1234567890123456|" + "|".join(f"{digit}{{16}}" for digit in range(10))
# SIAK exports hide all behind the region with zeros; others put stars or crosses (formats.md 4.2)
_MASKED = r"[0-9]*[*xX#]{3,}[0-9]*[*xX#]*[0-9]*|[0-9]{2,6}0{10,}"
# day and month that exist in some year, 29 February too; women's day + 40
_REAL_DAY = (
    "[0-9]{6}((0[1-9]|[12][0-9]|4[1-9]|[56][0-9])(0[1-9]|1[0-2])"
    "|[37]0(0[13-9]|1[0-2])|[37]1(0[13578]|1[02]))[0-9]{6}"
)
_EXACT = str(2**53)
# of ten serials one ends in 0; a share this high in this many is a spreadsheet's work
_ROUNDED_SHARE, _ROUNDED_LEAST = 0.4, 20


def _matches(text: pd.Series, pattern: str) -> pd.Series:
    return text.str.fullmatch(pattern).fillna(value=False).astype(bool)


def _matches_of(text: pd.Series, asked: pd.Series, pattern: str) -> pd.Series:
    """Return which texts match, of those ``asked``: the few that can."""
    return _matches(text[asked], pattern).reindex(text.index, fill_value=False)


def _ends(text: pd.Series, zeros: str) -> pd.Series:
    return text.str.endswith(zeros).fillna(value=False).astype(bool)


def _compact(raw: pd.Series) -> pd.Series:
    """Return text without apostrophes in front, one ``.0`` behind whole digits, spaces, dots and dashes."""
    odd = ~_matches(raw, "[0-9]+")
    if not odd.any():
        return raw
    text = raw[odd].str.replace(f"^[{SPACES}'’‘`]+", "", regex=True)
    text = text.str.replace(f"^([0-9]+)\\.0[{SPACES}]*$", r"\1", regex=True)
    return raw.where(~odd, text.str.replace(f"[{SPACES}.-]", "", regex=True))


def _trusted(values: pd.Series, missing: pd.Series, checks: _Checks, doubts: _Checks | None = None) -> Parsed:
    """Return the values that no check refuses, and for those that are kept the first doubt."""
    codes = coded(values.index, [(check & ~missing, reason) for check, reason in [*checks, *(doubts or ())]])
    return Parsed(values.where(~missing & kept(codes)).astype("str"), codes)


def parse_nik(raw: pd.Series, _context: Context) -> Parsed:
    """Return NIKs of 16 digits.

    ``E_NIK_SCI``: scientific notation, the digits are gone. ``E_NIK_MASKED``: digits hidden.
    ``E_NIK_PLACEHOLDER``: one digit repeated or counted up. ``E_NIK_LEN``: not 16 digits.
    ``E_NIK_15DIGIT``: serial 0000, which is never issued: a spreadsheet rounded it. ``E_NIK_DATE``: no such
    day and month (women: day + 40). ``E_ID_2P53``: a numeric cell above 2^53. Kept: ``W_NIK_NUMERIC``, a
    numeric cell; ``W_ID_ROUNDED``, ends in 0 as far too many do. Source: formats.md 4, hazards.md H2-H4.
    """
    text = _compact(unmarked(raw))
    numeric = raw.str.startswith(NUMERIC_MARK).fillna(value=False).astype(bool)
    sixteen, placeholder = _matches(text, "[0-9]{16}"), _matches(text, _PLACEHOLDER)
    zeros = _ends(text, "0000")
    checks = [
        (_matches_of(text, ~sixteen, _SCIENTIFIC), Reason.NIK_SCIENTIFIC),
        (placeholder, Reason.NIK_PLACEHOLDER),
        (_matches_of(text, ~sixteen | zeros, _MASKED), Reason.NIK_MASKED),
        (~sixteen, Reason.NIK_LENGTH),
        (zeros, Reason.NIK_ROUNDED),
        (~_matches(text, _REAL_DAY), Reason.NIK_DATE),
        (numeric & (text > _EXACT), Reason.ID_PRECISION),
    ]
    rounded = _rounded(text, sixteen & ~placeholder)
    doubts = [(rounded, Reason.SAID_ID_ROUNDED), (numeric, Reason.SAID_NIK_NUMERIC)]
    return _trusted(text, blank(squeeze(unmarked(raw))) | (text == ""), checks, doubts)


def _rounded(text: pd.Series, numbers: pd.Series) -> pd.Series:
    """Return True for ``numbers`` that end in 0, where the column has far more of them than chance gives."""
    distinct = pd.Series(text[numbers].unique(), dtype="str")
    share = distinct.str.endswith("0").mean() if len(distinct) >= _ROUNDED_LEAST else 0.0
    return numbers & _ends(text, "0") & (share > _ROUNDED_SHARE)


def parse_kk(raw: pd.Series, _context: Context) -> Parsed:
    """Return family card numbers of 16 digits; what its date part means is nowhere written, so it is free.

    ``E_KK_SCI``, ``E_KK_PLACEHOLDER``, ``E_KK_MASKED``, ``E_KK`` (not 16 digits), ``E_KK_15DIGIT`` and
    ``E_ID_2P53`` as for a NIK. Kept: ``W_ID_ROUNDED``.
    """
    text = _compact(unmarked(raw))
    numeric = raw.str.startswith(NUMERIC_MARK).fillna(value=False).astype(bool)
    sixteen, placeholder = _matches(text, "[0-9]{16}"), _matches(text, _PLACEHOLDER)
    zeros = _ends(text, "0000")
    checks = [
        (_matches_of(text, ~sixteen, _SCIENTIFIC), Reason.KK_SCIENTIFIC),
        (placeholder, Reason.KK_PLACEHOLDER),
        (_matches_of(text, ~sixteen | zeros, _MASKED), Reason.KK_MASKED),
        (~sixteen, Reason.KK),
        (zeros, Reason.KK_ROUNDED),
        (numeric & (text > _EXACT), Reason.ID_PRECISION),
    ]
    missing = blank(squeeze(unmarked(raw))) | (text == "")
    return _trusted(text, missing, checks, [(_rounded(text, sixteen & ~placeholder), Reason.SAID_ID_ROUNDED)])


def parse_key(raw: pd.Series, _context: Context) -> Parsed:
    """Return a source's own family key, of any length.

    A wrong length still joins a family with its members; what would join strangers (placeholder, masked,
    rounded or in scientific notation) is missing with ``E_VALUE``.
    """
    text = _compact(raw)
    doubtful = ~_matches(text, "[0-9]+") | _ends(text, "0000")
    strangers = _matches(text, _NO_KEY) | _matches_of(
        text, doubtful, f"{_SCIENTIFIC}|{_MASKED}|[0-9]{{12}}0000"
    )
    return _trusted(text, blank(squeeze(raw)) | (text == ""), [(strangers, Reason.VALUE)])


def parse_code(raw: pd.Series, _context: Context) -> Parsed:
    """Return region codes as written, digits and dots, nothing padded; anything else is ``E_CODE``.

    A spreadsheet's ``.0`` behind the ten digits of a village goes. Zeros only mean nothing was known.
    """
    text = _code_text(raw)
    missing = blank(squeeze(raw)) | _matches(text, r"[0.]*")
    refused = ~_matches(text, r"[0-9]{1,16}|[0-9]{2}(\.[0-9]{1,4}){1,3}")
    return _trusted(text, missing, [(refused, Reason.CODE)])


def parse_sls(raw: pd.Series, _context: Context) -> Parsed:
    """Return the village code, ten digits, in front of a BPS ``idsls`` (14) or ``idsubsls`` (16 digits).

    Ten digits are a village already; anything else is ``E_CODE``. Source: formats.md 2.4.
    """
    text = _code_text(raw)
    missing = blank(squeeze(raw)) | _matches(text, r"0*")
    refused = ~_matches(text, r"[0-9]{10}([0-9]{4}([0-9]{2})?)?")
    return _trusted(text.str.slice(0, 10), missing, [(refused, Reason.CODE)])


def _code_text(raw: pd.Series) -> pd.Series:
    text = raw.str.replace(f"[{SPACES}'’‘`]", "", regex=True)
    return text.str.replace(r"^([0-9]{10}|[0-9]{14}|[0-9]{16})\.0$", r"\1", regex=True)
