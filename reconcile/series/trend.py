"""A straight line through the past of each area, and where it leads: a projection with a range, no promise.

The line is drawn on the log of a count or the logit of a percentage, so that a projection stays between what
can be. The range is the 95 percent prediction interval of ordinary least squares (e.g. Montgomery, Peck and
Vining, Introduction to Linear Regression Analysis, 2.5): it holds if the past goes on as it went.
"""

from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special, stats

from reconcile.language import text
from reconcile.tables import Column, Table
from reconcile.vocab import Language

Numbers = npt.NDArray[np.float64]

#: With two points a line has no error to tell.
LEAST = 3
#: So many years are looked ahead for the day on which the target is met, a quarter at a time.
HORIZON_YEARS = 30
_QUARTERS = 4
_YEAR_DAYS = 365.25
_SURE = 0.975
#: A log beyond this is a number beyond all families: nothing is told by how far beyond.
_MOST = 50.0

#: One row per area.
TREND = Table(
    "trend",
    (
        Column("kode", "text", "area"),
        Column("n_titik", "whole", "reference dates with a value", required=True),
        Column("cukup", "yesno", "whether there are points enough", required=True),
        Column("nilai_akhir", "number", "last value"),
        Column("ubah_per_tahun", "number", "change per year in percent: of the count, or of the odds"),
        Column("tanggal_proyeksi", "date", "day of the projection", required=True),
        Column("proyeksi", "number", "value that the line leads to on that day"),
        Column("proyeksi_rendah", "number", "lower end of its range"),
        Column("proyeksi_tinggi", "number", "upper end of its range"),
        Column("capai_cepat", "date", "when the target is met at the lower end; missing: not in 30 years"),
        Column("capai", "date", "when the line meets the target; missing: not in 30 years"),
        Column("capai_lambat", "date", "when it is met at the upper end; missing: not in 30 years"),
        Column("anggapan", "text", "what the projection takes for granted, or what lacks", required=True),
    ),
)


class Scale(StrEnum):
    """What is a straight line: the log of a count, or the logit of a percentage."""

    LOG = "log"
    LOGIT = "logit"

    @property
    def zero(self) -> float:
        """Return below what a value is 0 as it is printed: half a family, or 0.05 percent."""
        return 0.5 if self is Scale.LOG else 0.05

    def line(self, values: Numbers) -> Numbers:
        """Return values where they may be a straight line; 0 has a place of its own there."""
        if self is Scale.LOG:
            return np.log(values + 0.5)
        share = (values + 0.05) / 100.1
        return np.log(share / (1 - share))

    def back(self, line: Numbers) -> Numbers:
        """Return ``line`` as values again, never less than 0 nor more than 100 percent."""
        if self is Scale.LOG:
            return np.maximum(np.exp(np.minimum(line, _MOST)) - 0.5, 0.0)
        share: Numbers = special.expit(line)
        return np.clip(100.1 * share - 0.05, 0.0, 100.0)


def trend(
    points: pd.DataFrame, scale: Scale, *, until: date, language: Language, target: float | None = None
) -> pd.DataFrame:
    """Return TREND per ``kode`` of ``points`` (kode, tanggal_acuan, nilai; a row per area and date).

    ``target`` is what is to be fallen below (None: what is printed as 0). An area with fewer than three dates
    has no projection and says so.
    """
    used = points.dropna(subset=["nilai"])
    codes = pd.Index(sorted(points["kode"].dropna().unique()))
    wide = used.pivot_table(index="kode", columns="tanggal_acuan", values="nilai").reindex(codes)
    days = pd.DatetimeIndex(wide.columns)
    start = pd.Timestamp(until) if wide.empty else pd.Timestamp(days.max())
    years = ((days - start).days / _YEAR_DAYS).to_numpy(dtype=np.float64)
    values = wide.to_numpy(dtype=np.float64, na_value=np.nan).reshape(len(codes), len(years))
    fit = _Fit.of(years, scale.line(values))
    day = np.array([(pd.Timestamp(until) - start).days / _YEAR_DAYS])
    low, middle, high = (scale.back(band)[:, 0] for band in fit.bands(day))
    goal = scale.line(np.array([scale.zero if target is None else target]))[0]
    met = [_met(band, goal, start) for band in fit.bands(_ahead())]
    said = text(f"trend_{scale.value}", language, date=until.isoformat())
    digits = 0 if scale is Scale.LOG else 2
    table = pd.DataFrame(
        {
            "kode": codes,
            "n_titik": fit.count,
            "cukup": fit.enough,
            "nilai_akhir": _last(values),
            "ubah_per_tahun": np.round((np.exp(np.clip(fit.slope, -_MOST, _MOST)) - 1) * 100, 1),
            "tanggal_proyeksi": pd.Timestamp(until),
            "proyeksi": np.round(middle, digits),
            "proyeksi_rendah": np.round(low, digits),
            "proyeksi_tinggi": np.round(high, digits),
            "capai_cepat": met[0],
            "capai": met[1],
            "capai_lambat": met[2],
            "anggapan": np.where(fit.enough, said, text("trend_few", language, least=LEAST)),
        }
    )
    return TREND.build(table.replace({np.nan: None}))


class _Fit:
    """Least squares of many lines at once: rows are areas, columns dates; missing values are left out."""

    def __init__(
        self, count: Numbers, centre: Numbers, spread: Numbers, level: Numbers, slope: Numbers
    ) -> None:
        self.count, self.centre, self.spread = count, centre, spread
        self.level, self.slope = level, slope
        self.error: Numbers = np.zeros_like(level)

    @classmethod
    def of(cls, years: Numbers, lines: Numbers) -> "_Fit":
        there = np.isfinite(lines)
        count = there.sum(axis=1).astype(np.float64)
        known = np.where(count > 0, count, np.nan)
        filled, x = np.where(there, lines, 0.0), np.where(there, years, 0.0)
        centre, level = x.sum(axis=1) / known, filled.sum(axis=1) / known
        off = np.where(there, years - centre[:, None], 0.0)
        spread = (off**2).sum(axis=1)
        enough = (count >= LEAST) & (spread > 0)
        slope = np.full(len(count), np.nan)
        slope[enough] = (off * filled).sum(axis=1)[enough] / spread[enough]
        fit = cls(count, centre, spread, level, slope)
        rest = np.where(there, lines - level[:, None] - slope[:, None] * off, 0.0)
        fit.error = np.sqrt((rest**2).sum(axis=1) / np.where(enough, count - 2, np.nan))
        return fit

    @property
    def enough(self) -> npt.NDArray[np.bool_]:
        """Return which areas have a line."""
        return np.isfinite(self.slope)

    def bands(self, years: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Return lower end, line and upper end on each of ``years``, a row per area."""
        off = years[None, :] - self.centre[:, None]
        line = self.level[:, None] + self.slope[:, None] * off
        spread = np.where(self.enough, self.spread, 1.0)[:, None]
        reach = np.sqrt(1 + 1 / np.where(self.enough, self.count, 1.0)[:, None] + off**2 / spread)
        sure = stats.t.ppf(_SURE, np.where(self.enough, self.count - 2, 1.0))[:, None]
        width = sure * self.error[:, None] * reach
        return line - width, line, line + width


def _ahead() -> Numbers:
    return np.arange(0, HORIZON_YEARS * _QUARTERS + 1, dtype=np.float64) / _QUARTERS


def _met(band: Numbers, goal: float, start: pd.Timestamp) -> pd.Series:
    """Return the first quarter in which each band is below ``goal``, missing where it never is."""
    below = band < goal
    first = _ahead()[below.argmax(axis=1)] if len(band) else np.zeros(0)
    days = start + pd.to_timedelta(np.round(first * _YEAR_DAYS), unit="D")
    return pd.Series(days).where(pd.Series(below.any(axis=1)))


def _last(values: Numbers) -> Numbers:
    """Return the last value of each row that is there."""
    return pd.DataFrame(values).ffill(axis=1).iloc[:, -1].to_numpy() if values.size else np.zeros(len(values))
