"""NIK, KK, family keys and region codes: cleaned, never padded, never repaired.

A NIK is not refused for its region (people move, codes die) nor for disagreeing with a birth date: both are
for the rules to find. It is refused when no office can have issued it.
"""

import pandas as pd

from reconcile.identifiers import nik_birth_dates
from reconcile.sources.parsing.base import SPACES, Context, Parsed, blank, coded, squeeze
from reconcile.vocab import Reason

_SCIENTIFIC = r"[+-]?[0-9]+([.,][0-9]+)?[eE]\+?[0-9]*"
_ONE_DIGIT = "|".join(f"{digit}+" for digit in range(10))
_COUNTED = "1234567890123456|0123456789012345|1234567890|123456789"
_PLACEHOLDER = f"{_ONE_DIGIT}|{_COUNTED}"
# short keys such as 1 or 123456789 are somebody's; only these are nobody's
_NO_KEY = "0+|9{4,}|1234567890123456|" + "|".join(f"{digit}{{16}}" for digit in range(10))
# SIAK exports hide all behind the region with zeros; others put stars or crosses (formats.md 4.2)
_MASKED = r"[0-9]*[*xX#]{3,}[0-9]*[*xX#]*[0-9]*|[0-9]{2,6}0{10,}"
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _matches(text: pd.Series, pattern: str) -> pd.Series:
    return text.str.fullmatch(pattern).fillna(value=False).astype(bool)


def _compact(raw: pd.Series) -> pd.Series:
    """Return text without apostrophes in front, one ``.0`` behind whole digits, spaces, dots and dashes."""
    text = raw.str.replace(f"^[{SPACES}'’‘`]+", "", regex=True)
    text = text.str.replace(f"^([0-9]+)\\.0[{SPACES}]*$", r"\1", regex=True)
    return text.str.replace(f"[{SPACES}.-]", "", regex=True)


def _trusted(values: pd.Series, missing: pd.Series, checks: list[tuple[pd.Series, Reason]]) -> Parsed:
    codes = coded(values.index, [(check & ~missing, reason) for check, reason in checks])
    return Parsed(values.where(~missing & codes.isna()).astype("str"), codes)


def parse_nik(raw: pd.Series, _context: Context) -> Parsed:
    """Return NIKs of 16 digits.

    ``E_NIK_SCI``: scientific notation, the digits are gone. ``E_NIK_MASKED``: digits hidden.
    ``E_NIK_PLACEHOLDER``: one digit repeated or counted up. ``E_NIK_LEN``: not 16 digits.
    ``E_NIK_15DIGIT``: serial 0000, which is never issued: a spreadsheet rounded it. ``E_NIK_DATE``: no such
    day and month (women: day + 40). Source: formats.md 4, hazards.md H3, H4.
    """
    text = _compact(raw)
    sixteen = _matches(text, r"[0-9]{16}")
    checks = [
        (_matches(text, _SCIENTIFIC), Reason.NIK_SCIENTIFIC),
        (_matches(text, _PLACEHOLDER), Reason.NIK_PLACEHOLDER),
        (_matches(text, _MASKED), Reason.NIK_MASKED),
        (~sixteen, Reason.NIK_LENGTH),
        (text.str.endswith("0000"), Reason.NIK_ROUNDED),
        (~_real_day(text.where(sixteen)), Reason.NIK_DATE),
    ]
    return _trusted(text, blank(squeeze(raw)) | (text == ""), checks)


def _real_day(nik: pd.Series) -> pd.Series:
    """Return True where day and month of the NIK exist in some year (29 February does)."""
    born = nik_birth_dates(nik)
    last = born["bulan"].map(dict(enumerate(_DAYS, start=1))).astype("Int64")
    return (born["hari"] <= last).fillna(value=False).astype(bool)


def parse_kk(raw: pd.Series, _context: Context) -> Parsed:
    """Return family card numbers of 16 digits; whatever no office can have issued is ``E_KK``."""
    text = _compact(raw)
    refused = ~_matches(text, r"[0-9]{16}") | _matches(text, _PLACEHOLDER) | text.str.endswith("0000")
    return _trusted(text, blank(squeeze(raw)) | (text == ""), [(refused, Reason.KK)])


def parse_key(raw: pd.Series, _context: Context) -> Parsed:
    """Return a source's own family key, of any length.

    A wrong length still joins a family with its members; what would join strangers (placeholder, masked,
    rounded or in scientific notation) is missing with ``E_VALUE``.
    """
    text = _compact(raw)
    strangers = (
        _matches(text, _NO_KEY)
        | _matches(text, _SCIENTIFIC)
        | _matches(text, _MASKED)
        | _matches(text, r"[0-9]{12}0000")
    )
    return _trusted(text, blank(squeeze(raw)) | (text == ""), [(strangers, Reason.VALUE)])


def parse_code(raw: pd.Series, _context: Context) -> Parsed:
    """Return region codes as written, digits and dots, nothing padded; anything else is ``E_CODE``.

    A spreadsheet's ``.0`` behind the ten digits of a village goes. Zeros only mean nothing was known.
    """
    text = raw.str.replace(f"[{SPACES}'’‘`]", "", regex=True).str.replace(
        r"^([0-9]{10})\.0$", r"\1", regex=True
    )
    missing = blank(squeeze(raw)) | _matches(text, r"[0.]*")
    refused = ~_matches(text, r"[0-9]{1,16}|[0-9]{2}(\.[0-9]{1,4}){1,3}")
    return _trusted(text, missing, [(refused, Reason.CODE)])
