"""What the maps of the report show: a part of a whole per area, in fixed classes; small cells kept back."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from reconcile.report.areas import UNPLACED, Count, area_columns
from reconcile.report.desk import Desk
from reconcile.report.suppression import hidden_areas

#: Levels from the largest to the smallest; a code of a level begins with that of the level above.
LEVELS = ("kabupaten", "kecamatan", "desa")
WIDTH = {"kabupaten": 5, "kecamatan": 8}
NO_DATA, KEPT_BACK = "kosong", "rahasia"


@dataclass(frozen=True)
class MapTheme:
    """A share on the map: ``part`` of ``whole``; ``breaks``: first percent of each class but the lowest.

    ``plan`` names the table of kabupaten (reconcile.report.plans) whose ``columns`` say the same: what is
    kept back there is kept back here. ``rule``: the rule whose findings are the part, which must have been
    tested. ``attribute``: to be a part is something about a family, so that all of the whole is too much to
    tell. Words: ``report_map_<key>``.
    """

    key: str
    part: Count
    whole: Count
    breaks: tuple[float, ...]
    ramp: tuple[str, ...]
    plan: str = ""
    columns: tuple[str, ...] = ()
    rule: str = ""
    attribute: bool = False

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the tables that it is made from."""
        return (self.part.table, self.whole.table)


_POOREST = Count("desil1", "indikator", ("n_desil1_p3ke", "n_desil1_bps"), ("n_desil1_keduanya",))
_FIFTHS = (20.0, 40.0, 60.0, 80.0)

#: Ramps: ColorBrewer YlGnBu, YlOrBr, Purples, Reds; safe for the colour-blind.
THEMES = (
    MapTheme(
        "cocok",
        Count("n_cocok", "indikator", ("n_cocok",)),
        Count("n_keluarga", "indikator", ("n_keluarga",)),
        _FIFTHS,
        ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494"),
        plan="rekonsiliasi",
        columns=("n_cocok", "n_keluarga"),
    ),
    MapTheme(
        "desil1",
        _POOREST,
        Count("n_keluarga", "indikator", ("n_keluarga",)),
        (10.0, 20.0, 30.0, 40.0),
        ("#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404"),
        plan="desil1",
        columns=("desil1",),
        attribute=True,
    ),
    MapTheme(
        "kunjungan",
        Count("n_dijawab", "kemajuan", ("n_dijawab",)),
        Count("n_diminta", "kemajuan", ("n_diminta",)),
        _FIFTHS,
        ("#f2f0f7", "#cbc9e2", "#9e9ac8", "#756bb1", "#54278f"),
        plan="lapangan",
        columns=("n_dijawab", "n_diminta", "n_belum"),
    ),
    MapTheme(
        "tanpa_bantuan",
        Count("tanpa_bantuan", "ringkasan", ("jumlah_keluarga",), where={"kode": "B02"}),
        _POOREST,
        _FIFTHS,
        ("#fee5d9", "#fcae91", "#fb6a4a", "#de2d26", "#a50f15"),
        plan="desil1",
        columns=("desil1",),
        attribute=True,
        rule="B02",
    ),
)


@dataclass(frozen=True, eq=False)
class Themed:
    """A theme of a run per area: ``rows`` has tingkat, kode, nama, nama_kec, nama_kab, part, whole, kelas.

    ``kelas`` is the number of its class as text, NO_DATA or KEPT_BACK; of the last, part and whole are
    missing. ``labels`` are the words of the classes, low to high.
    """

    theme: MapTheme
    rows: pd.DataFrame
    labels: tuple[str, ...]


def unavailable(theme: MapTheme, desk: Desk) -> str:
    """Return why a theme cannot be shown; nothing where it can."""
    missing = [name for name in theme.tables if name not in desk.book]
    if missing:
        what = ", ".join(desk.say(f"table_{name}") for name in missing)
        return desk.say("absent_table", what=what)
    if theme.rule and not desk.book.rows("pemeriksaan", kode=theme.rule)["jumlah"].notna().any():
        return desk.say("absent_rule", rule=theme.rule)
    whole, part = (counts(desk, one)["desa"].sum() for one in (theme.whole, theme.part))
    # a rule that was told to look at more deciles counts families that the whole does not hold
    beyond = any((counts(desk, theme.part)[one] > counts(desk, theme.whole)[one]).any() for one in LEVELS)
    return desk.say("absent_empty") if not whole or part > whole or beyond else ""


def themed(theme: MapTheme, desk: Desk) -> Themed:
    """Return a theme on every area; what is kept back has no figure."""
    parts, wholes = counts(desk, theme.part), counts(desk, theme.whole)
    names = pd.concat([areas_at(desk, level) for level in LEVELS], ignore_index=True)
    part = pd.concat([parts[level] for level in LEVELS], ignore_index=True)
    whole = pd.concat([wholes[level] for level in LEVELS], ignore_index=True)
    kept = _kept_back(theme, desk, names["kode"], part, whole)
    share = (part / whole.where(whole > 0) * 100).round(6)
    kelas = pd.Series(np.digitize(share.fillna(0), theme.breaks), index=names.index).astype("str")
    kelas = kelas.mask(share.isna(), NO_DATA).mask(kept, KEPT_BACK)
    rows = names.assign(part=part.mask(kept), whole=whole.mask(kept), kelas=kelas)
    return Themed(theme, rows, _labels(theme, desk))


def _kept_back(
    theme: MapTheme, desk: Desk, codes: pd.Series, part: pd.Series, whole: pd.Series
) -> "pd.Series[bool]":
    """Return which areas must not show the theme.

    The whole alone comes first, so that themes that share it hide it alike; the theme hides at least that.
    """
    parents = {c: c[: WIDTH[above(c)]] if above(c) else "" for c in (*codes, UNPLACED)}
    told = pd.DataFrame({"whole": whole.to_numpy(), "part": part.to_numpy()}, index=pd.Index(codes))
    told.loc[UNPLACED] = [_unplaced(desk, theme.whole), _unplaced(desk, theme.part)]
    told["rest"] = told["whole"] - told["part"]
    start = desk.filled[theme.plan].hidden(*theme.columns) if theme.plan in desk.filled else frozenset()
    base = hidden_areas(told[["whole"]], parents, desk.issue.k)
    hidden = hidden_areas(told[["part", "rest"]], parents, desk.issue.k, base | start)
    return codes.isin(hidden)


def _unplaced(desk: Desk, count: Count) -> float:
    """Return a count of the families without village, which lie in the province beside its kabupaten."""
    column, code = area_columns(count.table)
    rows = desk.book.rows(count.table, **{**count.where, column: LEVELS[0], code: None})
    return float(rows[list(count.add)].sum().sum() - rows[list(count.less)].sum().sum())


def above(code: str) -> str:
    """Return the level above that of an area; nothing above a kabupaten."""
    return {8: "kabupaten", 13: "kecamatan"}.get(len(code), "")


def areas_at(desk: Desk, level: str) -> pd.DataFrame:
    """Return tingkat, kode, nama, nama_kec, nama_kab of the areas of a level, by code."""
    rows = desk.book.rows("indikator", tingkat=level).dropna(subset=["kode"]).sort_values("kode")
    table = rows[["tingkat", "kode", "nama", "nama_kec", "nama_kab"]].reset_index(drop=True)
    return table.astype("str")


def counts(desk: Desk, count: Count) -> dict[str, pd.Series]:
    """Return a count per level, in the order of its areas; an area without row has none."""
    found = {}
    for level in LEVELS:
        codes = areas_at(desk, level)["kode"]
        column, code = area_columns(count.table)
        rows = desk.book.rows(count.table, **{**count.where, column: level})
        sums = rows.groupby(code)[list({*count.add, *count.less})].sum()
        value = sum((sums[name] for name in count.add), start=pd.Series(0.0, index=sums.index))
        value = value - sum((sums[name] for name in count.less), start=pd.Series(0.0, index=sums.index))
        found[level] = value.reindex(codes).fillna(0.0).astype("float64").reset_index(drop=True)
    return found


def _labels(theme: MapTheme, desk: Desk) -> tuple[str, ...]:
    """Return the words of the classes, such as 20 – <40 %."""
    edges = [0.0, *theme.breaks, 100.0]
    return tuple(
        desk.say("map_class" if high < 100 else "map_class_last", low=f"{low:.0f}", high=f"{high:.0f}")
        for low, high in pairwise(edges)
    )
