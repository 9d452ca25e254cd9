"""How often a report is due, and the name of the period that it is about."""

from datetime import date
from enum import StrEnum


class Cadence(StrEnum):
    """How often a report is due: three months by Inpres 4/2022; what follows it may say otherwise."""

    QUARTER = "triwulan"
    HALF = "semester"
    YEAR = "tahun"


#: Months of a period, and what stands between year and number in its name.
_PERIODS = {Cadence.QUARTER: (3, "TW"), Cadence.HALF: (6, "SM"), Cadence.YEAR: (12, "TH")}


def period_of(day: date, cadence: Cadence) -> str:
    """Return the name of the period that ``day`` lies in, such as 2026-TW1."""
    months, letters = _PERIODS[cadence]
    return f"{day.year}-{letters}{(day.month - 1) // months + 1}"


def period_end(day: date, cadence: Cadence) -> date:
    """Return the last day of the period after that of ``day``."""
    months, _ = _PERIODS[cadence]
    count = day.year * 12 + (day.month - 1) // months * months + 2 * months
    first_after = date(count // 12, count % 12 + 1, 1)
    return date.fromordinal(first_after.toordinal() - 1)
