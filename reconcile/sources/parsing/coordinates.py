"""Latitudes and longitudes: decimal degrees, degrees with minutes and seconds, or both in one cell.

Nothing is corrected: a swapped pair stays as written and is said to be so. The province lies on both sides of
the equator, so the sign of a latitude proves nothing.
"""

import re
from functools import partial

import pandas as pd

from reconcile.province import EAST, NORTH, SOUTH, WEST
from reconcile.sources.parsing.base import Context, Parsed, blank, coded, squeeze
from reconcile.sources.parsing.numbers import DECIMAL, as_decimals
from reconcile.vocab import Reason

#: (least, most) latitude, then longitude.
PROVINCE = ((SOUTH, NORTH), (WEST, EAST))

_SIDE = r"(?P<{0}>LINTANG SELATAN|LINTANG UTARA|BUJUR TIMUR|BUJUR BARAT|LS|LU|BT|BB|[NSEWUTB])\.?"
_NUMBER = r"\d+(?:[.,]\d+)?"
_DMS = (
    rf"(?P<degrees>\d{{1,3}}) ?[°º˚*D ] ?(?P<minutes>{_NUMBER}) ?(?:['’′‘´`M] ?"
    rf"|(?= |$)) ?(?:(?P<seconds>{_NUMBER}) ?(?:[\"”“″]|''|’’|′′|‘‘)?)?"
)
_ONE = re.compile(
    rf"(?:{_SIDE.format('before')} ?)?(?P<sign>[+-]?) ?(?:(?P<plain>{_NUMBER}) ?°?|{_DMS}) ?"
    rf"(?:{_SIDE.format('behind')})?",
    re.ASCII,
)
# what parts two numbers in one cell, from the plainest to the least: a comma alone only beside decimal dots
_SEPARATORS = tuple(
    map(
        re.compile,
        (" ?[;|/] ?", ", ", r"(?<=\d),(?=[+-]?\d+\.)", r"(?<=[A-Z]) ?(?=\d)", r"(?<=\S) (?=[A-Z])", " "),
    )
)
_SIGNS = frozenset("°º˚*D'’′‘´`M")
_NORTH_SOUTH = {"LINTANG SELATAN": -1, "LS": -1, "S": -1, "LINTANG UTARA": 1, "LU": 1, "N": 1, "U": 1}
_EAST_WEST = {"BUJUR TIMUR": 1, "BT": 1, "E": 1, "T": 1, "BUJUR BARAT": -1, "BB": -1, "W": -1, "B": -1}


def parse_latitude(raw: pd.Series, context: Context) -> Parsed:
    """Return latitudes in decimal degrees, the first of two where both stand in one cell.

    ``E_COORD`` outside -180 to 180: a latitude above 90 is let through, for here it is a longitude in the
    wrong column, which can only be seen where both numbers are there. ``W_DMS``: read from degrees, minutes
    and seconds. Source: hazards.md H41.
    """
    return _parse(raw, context, longitude=False)


def parse_longitude(raw: pd.Series, context: Context) -> Parsed:
    """Return longitudes as ``parse_latitude`` does latitudes, the second of two in one cell."""
    return _parse(raw, context, longitude=True)


def _parse(raw: pd.Series, _context: Context, *, longitude: bool) -> Parsed:
    text = squeeze(raw).str.replace(r"^['’‘`]", "", regex=True).str.replace("−", "-", regex=False)
    missing = blank(text)
    plain = (text.str.fullmatch(DECIMAL) & ~missing).fillna(value=False).astype(bool)
    values = as_decimals(text.where(plain))
    odd = ~plain & ~missing
    answers = text[odd].map(partial(_odd, longitude=longitude), na_action="ignore")
    values = values.where(~odd, pd.Series([a[0] for a in answers], answers.index, dtype="Float64"))
    dms = pd.Series([a[1] for a in answers], answers.index, dtype="bool").reindex(raw.index, fill_value=False)
    trusted = values.abs().le(180.0).fillna(value=False).astype(bool)
    checks = [(~trusted & ~missing, Reason.COORDINATE), (dms, Reason.SAID_DMS)]
    return Parsed(values.where(trusted), coded(raw.index, checks))


def _odd(text: str, *, longitude: bool) -> tuple[float | None, bool]:
    """Return the value of a cell that is no plain decimal, or None, and whether it came from minutes."""
    one = _single(text.upper())
    if one:
        return one[0], one[2]
    pair = _pair(text.upper().strip("()[] "))
    return (pair[longitude][0], pair[longitude][2]) if pair else (None, False)


_Single = tuple[float, str, bool]


def _single(text: str) -> _Single | None:
    """Return degrees, the axis that the letters name (empty without), and whether minutes were given."""
    match = _ONE.fullmatch(text)
    side = (match["before"] or match["behind"] or "") if match else ""
    # two or three bare numbers may be anything: minutes need a sign or a side
    if (
        not match
        or (match["before"] and match["behind"])
        or not (match["plain"] or side or _SIGNS & set(text))
    ):
        return None
    turn = _NORTH_SOUTH.get(side) or _EAST_WEST.get(side) or 1
    if match["sign"] and side and (turn < 0) != (match["sign"] == "-"):
        return None
    negative = turn < 0 or match["sign"] == "-"
    degrees = _degrees(match)
    axis = "" if not side else "lat" if side in _NORTH_SOUTH else "lon"
    return None if degrees is None else (-degrees if negative else degrees, axis, match["plain"] is None)


def _degrees(match: re.Match[str]) -> float | None:
    if match["plain"]:
        return _float(match["plain"])
    minutes, seconds = _float(match["minutes"]), _float(match["seconds"] or "0")
    if minutes >= 60 or seconds >= 60:
        return None
    return int(match["degrees"]) + minutes / 60 + seconds / 3600


def _float(text: str) -> float:
    return float(text.replace(",", "."))


def _pair(text: str) -> tuple[_Single, _Single] | None:
    """Return latitude and longitude of a cell that holds both; None where it does not read as two."""
    for separator in _SEPARATORS:
        halves = separator.split(text)
        if len(halves) == 2 and (one := _single(halves[0].strip())) and (two := _single(halves[1].strip())):
            turned = "lon" in one[1] or "lat" in two[1] or (not one[1] and abs(one[0]) > 90)
            return (two, one) if turned else (one, two)
    return None


def swapped(latitude: pd.Series, longitude: pd.Series) -> pd.Series:
    """Return True where a pair lies outside the province as it stands and inside it with both swapped."""
    return (~_inside(latitude, longitude) & _inside(longitude, latitude)).fillna(value=False).astype(bool)


def _inside(latitude: pd.Series, longitude: pd.Series) -> pd.Series:
    (south, north), (west, east) = PROVINCE
    return latitude.between(south, north) & longitude.between(west, east)
