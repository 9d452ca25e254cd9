"""Birth dates in the forms that offices write: day before month, or ISO.

The American order is read only where a whole column is impossible any other way, and is said then.
"""

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd

from reconcile.sources.parsing.base import Context, Parsed, coded, kept, words
from reconcile.vocab import Reason

_TIME = r"(?:[ T]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.ASCII)
_DAY_FIRST = re.compile(rf"(\d{{1,2}})\s*([-/. ])\s*(\d{{1,2}})\s*\2\s*(\d{{4}}|\d{{2}}){_TIME}", re.ASCII)
_NAMED = re.compile(
    rf"(?:[A-Za-z'’]{{4,7}},\s*)?(\d{{1,2}})[-/. ]*([A-Za-z]+)\.?[-/., ]*(\d{{4}}|\d{{2}}){_TIME}", re.ASCII
)
_COMPACT = re.compile(r"((?:18|19|20)\d{2})(\d{2})(\d{2})", re.ASCII)
_SERIAL = re.compile(r"(\d{2,5})(?:[.,]\d+)?", re.ASCII)
_NOTHING = re.compile(r"0{4}[-/.]0{2}[-/.]0{2}.*|0{1,2}[-/.]0{1,2}[-/.]0{4}.*|0", re.ASCII)
#: The two forms that nearly all dates have, and where in them year, month and day stand: a column of these
#: is read at once, and every other text by itself.
_PLAIN = (
    ("[12][0-9]{3}-[0-9]{2}-[0-9]{2}", {"year": (0, 4), "month": (5, 7), "day": (8, 10)}),
    (
        "[0-9]{2}(-[0-9]{2}-|/[0-9]{2}/)[12][0-9]{3}",
        {"year": (6, 10), "month": (3, 5), "day": (0, 2)},
    ),
)
# the day before day 1; that of 1900 as all its days from 1 March 1900 on count
_EPOCHS = {1900: date(1899, 12, 30), 1904: date(1904, 1, 1)}
_OLDEST_YEARS = 125
#: A visit is made at most so many days before and after the reference date of the data that asked for it.
_VISITED_BEFORE, _VISITED_AFTER = 7305, 731
# beyond it nobody takes 1920 for possible where 2020 was written as 20
_LIKELY_YEARS = 105
# a column is American only on the word of so many different dates, of which so many have no such month
_PROOF_LEAST, _PROOF_SHARE = 20, 0.25


def parse_date(raw: pd.Series, context: Context) -> Parsed:
    """Return birth dates; what is no day between 125 years ago and the reference date is ``E_DATE``.

    Read are ISO, day/month/year, Indonesian month names, ``yyyymmdd``, time tails, and serials of the
    declared epoch. A two-digit year is the latest one that is not after the reference date. Kept:
    ``W_DATE_CENTURY``, the century before is as possible; ``W_DATE_AMBIGUOUS``, day and month could be
    swapped and no date of the column shows its order; ``W_DATE_ORDER``, the column is only possible as
    month/day/year. Source: hazards.md H20-H23.
    """
    places, distinct = pd.factorize(raw)
    written = pd.Series(distinct, dtype="str")
    plain = _plain(written)
    texts = written.drop(plain.index).map(_clean)
    american, settled = _orders(plain[plain["day_first"]], [_DAY_FIRST.fullmatch(text) for text in texts])
    read = _read_plain(plain, context.reference_date, american=american, settled=settled)
    day, epoch = context.reference_date, context.epoch
    answers = [_read(text, day, epoch, american=american, settled=settled) for text in texts]
    said = [reason.value if reason else None for _, reason in answers]
    codes = pd.concat([read.codes, pd.Series(said, texts.index, dtype="str")])
    days = pd.concat([read.data, pd.Series([day for day, _ in answers], texts.index, dtype="datetime64[s]")])
    days = days.where(kept(codes))
    return Parsed(days.reindex(places).set_axis(raw.index), codes.reindex(places).set_axis(raw.index))


def parse_visit_date(raw: pd.Series, context: Context) -> Parsed:
    """Return days as ``parse_date`` does, from twenty years before the reference date to two after it.

    Visits follow data; what is no such day is ``E_VISIT_DATE``.
    """
    day = context.reference_date
    last = replace(context, reference_date=day + timedelta(days=_VISITED_AFTER))
    read = parse_date(raw, last)
    old = read.data < pd.Timestamp(day - timedelta(days=_VISITED_BEFORE))
    refused = old | (read.codes == Reason.DATE)
    return Parsed(read.data.mask(old), read.codes.mask(refused, Reason.VISIT_DATE.value))


def _clean(written: str) -> str:
    return " ".join(written.replace("\ufeff", "").split()).lstrip("'’‘`").strip()


def _plain(written: pd.Series) -> pd.DataFrame:
    """Return year, month and day of the texts in a plain form as numbers, and whether the day is first."""
    found = []
    for form, places in _PLAIN:
        texts = written[written.str.fullmatch(form)]
        numbers = {name: texts.str.slice(*place).astype("Int64") for name, place in places.items()}
        found.append(pd.DataFrame(numbers).astype("int64").assign(day_first=places["day"][0] == 0))
    return pd.concat(found)


def _orders(plain: pd.DataFrame, others: list[re.Match[str] | None]) -> tuple[bool, bool]:
    """Return whether the column is only possible as month/day, and whether a date proves day/month.

    ``plain`` and ``others`` are its dates with the day in front.
    """
    found = [match for match in others if match]
    count = len(plain) + len(found)
    day_first = int((plain["day"] > 12).sum()) + sum(int(m[1]) > 12 for m in found)
    month_first = int((plain["month"] > 12).sum()) + sum(int(m[3]) > 12 for m in found)
    proven = count >= _PROOF_LEAST and month_first >= _PROOF_SHARE * count
    return proven and not day_first, bool(day_first) and not month_first


def _read_plain(plain: pd.DataFrame, reference: date, *, american: bool, settled: bool) -> Parsed:
    """Return of plain dates what ``_read`` would."""
    day_first, year = plain["day_first"], plain["year"]
    turned = day_first & american
    month, day = plain["month"].mask(turned, plain["day"]), plain["day"].mask(turned, plain["month"])
    months = ((year - 1970) * 12 + month - 1).to_numpy().astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1).to_numpy().astype("timedelta64[D]")
    # a day that the month does not have lies in another one
    real = month.between(1, 12) & (days.astype("datetime64[M]") == months)
    real &= (year >= reference.year - _OLDEST_YEARS) & (days <= np.datetime64(reference))
    either = day_first & (plain["day"] != plain["month"]) & (plain["day"] <= 12)
    checks = [
        (~real, Reason.DATE),
        (turned, Reason.SAID_DATE_ORDER),
        (either & (not settled), Reason.SAID_DATE_AMBIGUOUS),
    ]
    found = pd.Series(days.astype("datetime64[s]"), plain.index)
    return Parsed(found.where(real), coded(plain.index, checks))


# the files of a province tell the same days over and over
@lru_cache(maxsize=2**17)
def _read(
    text: str, reference: date, epoch: int, *, american: bool, settled: bool
) -> tuple[date | None, Reason | None]:
    if text.lower() in words("missing") or _NOTHING.fullmatch(text):
        return None, None
    parts = _DAY_FIRST.fullmatch(text)
    found = _numbered(parts, reference, american=american) if parts else _other(text, reference, epoch)
    if found is None or not reference.year - _OLDEST_YEARS <= found.year or found > reference:
        return None, Reason.DATE
    if parts and american:
        return found, Reason.SAID_DATE_ORDER
    if parts and not settled and parts[1].zfill(2) != parts[3].zfill(2) and int(parts[1]) <= 12:
        return found, Reason.SAID_DATE_AMBIGUOUS
    return found, _century_doubt(text, found, reference)


def _numbered(parts: re.Match[str], reference: date, *, american: bool) -> date | None:
    month, day = (parts[1], parts[3]) if american else (parts[3], parts[1])
    return _day(parts[4], month, day, reference)


def _other(text: str, reference: date, epoch: int) -> date | None:
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(match[1], match[3], match[4], reference)
    if match := _NAMED.fullmatch(text):
        return _day(match[3], words("months").get(match[2].lower(), "0"), match[1], reference)
    if match := _COMPACT.fullmatch(text):
        return _day(match[1], match[2], match[3], reference)
    return _serial(text, epoch)


def _century_doubt(text: str, found: date, reference: date) -> Reason | None:
    """Return the doubt of a two-digit year that was taken for one of this century."""
    two_digits = (match := _DAY_FIRST.fullmatch(text) or _NAMED.fullmatch(text)) and len(
        match.groups()[-1]
    ) == 2
    older = found.year >= 2000 and reference.year - (found.year - 100) <= _LIKELY_YEARS
    return Reason.SAID_DATE_CENTURY if two_digits and older else None


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


def _serial(text: str, epoch: int) -> date | None:
    match = _SERIAL.fullmatch(text)
    days = int(match[1]) if match else 0
    # below 61 Excel counts a 29 February 1900 that never was; four digits of our times are a year alone
    return _EPOCHS[epoch] + timedelta(days=days) if days > 60 and not 1900 <= days <= 2100 else None
