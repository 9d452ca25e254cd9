"""Birth dates in the forms that offices write: day before month, or ISO; never the American order."""

import re
from datetime import date, timedelta

import pandas as pd

from reconcile.sources.parsing.base import Context, Parsed, by_distinct, words
from reconcile.vocab import Reason

_TIME = r"(?:[ T]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.ASCII)
_DAY_FIRST = re.compile(rf"(\d{{1,2}})\s*([-/. ])\s*(\d{{1,2}})\s*\2\s*(\d{{4}}|\d{{2}}){_TIME}", re.ASCII)
_NAMED = re.compile(rf"(\d{{1,2}})[-/. ]*([A-Za-z]+)\.?[-/., ]*(\d{{4}}|\d{{2}}){_TIME}", re.ASCII)
_COMPACT = re.compile(r"((?:18|19|20)\d{2})(\d{2})(\d{2})", re.ASCII)
_SERIAL = re.compile(r"(\d{2,5})(?:[.,]\d+)?", re.ASCII)
_NOTHING = re.compile(r"0{4}[-/.]0{2}[-/.]0{2}.*|0{1,2}[-/.]0{1,2}[-/.]0{4}.*|0", re.ASCII)
_EPOCH = date(1899, 12, 30)  # Excel's day 0 as all its days from 1 March 1900 on count
_OLDEST_YEARS = 125


def parse_date(raw: pd.Series, context: Context) -> Parsed:
    """Return birth dates; what is no day between 125 years ago and the reference date is ``E_DATE``.

    Read are ISO, day/month/year, Indonesian month names, ``yyyymmdd``, time tails, and Excel serials of the
    1900 epoch. A two-digit year is the latest one that is not after the
    reference date. Source: hazards.md H20-H23.
    """
    return by_distinct(raw, lambda text: _read(text, context.reference_date), "datetime64[s]", Reason.DATE)


def _read(written: str, reference: date) -> date | Reason | None:
    text = " ".join(written.replace("\ufeff", "").split()).lstrip("'’‘`").strip()
    if text.lower() in words("missing") or _NOTHING.fullmatch(text):
        return None
    found = _calendar(text, reference) or _serial(text)
    if found is None or not reference.year - _OLDEST_YEARS <= found.year or found > reference:
        return Reason.DATE
    return found


def _calendar(text: str, reference: date) -> date | None:
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(match[1], match[3], match[4], reference)
    if match := _DAY_FIRST.fullmatch(text):
        return _day(match[4], match[3], match[1], reference)
    if match := _NAMED.fullmatch(text):
        return _day(match[3], words("months").get(match[2].lower(), "0"), match[1], reference)
    if match := _COMPACT.fullmatch(text):
        return _day(match[1], match[2], match[3], reference)
    return None


def _day(year: str, month: str, day: str, reference: date) -> date | None:
    """Return the day, or None where the calendar has no such one."""
    if len(year) == 4:
        return _real(int(year), int(month), int(day))
    this = _real(2000 + int(year), int(month), int(day))
    return this if this and this <= reference else _real(1900 + int(year), int(month), int(day))


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _serial(text: str) -> date | None:
    match = _SERIAL.fullmatch(text)
    days = int(match[1]) if match else 0
    # below 61 Excel counts a 29 February 1900 that never was; four digits of our times are a year alone
    return _EPOCH + timedelta(days=days) if days > 60 and not 1900 <= days <= 2100 else None
