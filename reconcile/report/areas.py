"""Tables of the kabupaten side by side: counts and shares, the province below, small cells kept back.

A plan declares the columns of such a table and which of them are sums of others. From it follow the figures
with their sources, and every relation by which a hidden cell might be reckoned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from reconcile.language import text
from reconcile.report.book import Book, share, together
from reconcile.report.model import Figure, Grid, Head, Sentence, Value
from reconcile.report.suppression import Relation, hidden_cells
from reconcile.vocab import Language

#: The table that tells which areas there are.
INDICATORS = "indikator"
KABUPATEN = "kabupaten"
#: Stands for the code of the families without village among those of areas.
UNPLACED = "-"
_PROVINCE_COST = 2.0
#: Columns of level and code where a table does not call them ``tingkat`` and ``kode``.
_AREA_COLUMNS = {"ringkasan": ("tingkat_wilayah", "kode_wilayah")}


def area_columns(table: str) -> tuple[str, str]:
    """Return how a table of the run calls level and code of an area."""
    return _AREA_COLUMNS.get(table, ("tingkat", "kode"))


@dataclass(frozen=True)
class Area:
    """A kabupaten; without code the families that have no village."""

    code: str | None
    name: str


@dataclass(frozen=True)
class Count:
    """A column that counts: the sum of ``add`` less that of ``less``, columns of ``table``.

    ``of``: names of columns that this one is a part of, so that the rest of them follows. ``dear``: hidden
    only where nothing else will do. ``shown``: False where it only serves another column.
    """

    name: str
    table: str
    add: tuple[str, ...]
    less: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    dear: bool = False
    where: Mapping[str, str] = field(default_factory=dict)
    shown: bool = True


@dataclass(frozen=True)
class Share:
    """A column of percent: ``part`` of ``whole``, names of Count columns."""

    name: str
    part: str
    whole: str


@dataclass(frozen=True)
class Plan:
    """An area table. ``sums``: the name of a Count, and of the Counts that it is the sum of.

    Titles of columns are ``report_col_<name>`` of the catalogue, that of the table ``report_grid_<key>``.
    """

    key: str
    columns: tuple[Count | Share, ...]
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()
    notes: tuple[Sentence, ...] = ()

    @property
    def counts(self) -> list[Count]:
        """Return the columns that count."""
        return [column for column in self.columns if isinstance(column, Count)]


@dataclass(frozen=True)
class Filled:
    """The figures of a plan: by name of the column, per area, the province last; ``hidden`` are kept back."""

    areas: Sequence[Area]
    figures: Mapping[str, Sequence[Figure]]

    @property
    def province(self) -> Mapping[str, Figure]:
        """Return the figures of the province."""
        return {name: figures[-1] for name, figures in self.figures.items()}

    def hidden(self, *names: str) -> frozenset[str]:
        """Return the codes of the areas of which one of the columns ``names`` is kept back."""
        told = [(area.code, self.figures[name][n]) for n, area in enumerate(self.areas) for name in names]
        return frozenset(code or UNPLACED for code, figure in told if figure.hidden)


def areas_of(book: Book, language: Language) -> list[Area]:
    """Return the kabupaten by code, and the families without village where there are any."""
    rows = book.rows(INDICATORS, tingkat=KABUPATEN)
    placed = rows.dropna(subset=["kode"]).sort_values("kode")
    areas = [Area(str(code), str(name)) for code, name in zip(placed["kode"], placed["nama"], strict=True)]
    lost = rows[rows["kode"].isna()]
    return [*areas, *([Area(None, text("report_unplaced", language))] if len(lost) else [])]


def fill(
    book: Book,
    plans: Sequence[Plan],
    areas: Sequence[Area],
    k: int,
    further: Plan | None = None,
) -> dict[str, Filled]:
    """Return the figures of ``plans`` by their keys, those kept back without value.

    All are protected together, for what one table hides another must not tell. ``further`` declares counts
    that no table shows, but that tie tables together.
    """
    joined = [*plans, *([further] if further else [])]
    columns = {column.name: column for plan in joined for column in plan.counts}
    counts = {
        name: [_figure(book, column, area) for area in (*areas, None)] for name, column in columns.items()
    }
    sums = [(total, parts) for plan in joined for total, parts in plan.sums]
    hidden = _hidden(list(columns.values()), sums, counts, k)
    return {plan.key: Filled(areas, _figures(plan, counts, hidden)) for plan in plans}


def _figures(
    plan: Plan, counts: Mapping[str, Sequence[Figure]], hidden: Mapping[str, Sequence[bool]]
) -> dict[str, list[Figure]]:
    """Return the figures of one plan: counts without what is hidden, and the shares made of them."""
    figures = {
        column.name: [
            figure.kept_back() if kept else figure
            for figure, kept in zip(counts[column.name], hidden[column.name], strict=True)
        ]
        for column in plan.counts
    }
    for column in plan.columns:
        if isinstance(column, Share):
            pairs = zip(figures[column.part], figures[column.whole], strict=True)
            figures[column.name] = [share(part, whole) for part, whole in pairs]
    return figures


def _figure(book: Book, column: Count, area: Area | None) -> Figure:
    """Return a count of an area; of the province (None) as the sum of the kabupaten and of the unplaced."""
    level, code = area_columns(column.table)
    where: dict[str, str | None] = {**column.where, level: KABUPATEN}
    if area is not None:
        where[code] = area.code
    add, less = (
        [_or_zero(book, book.total(column.table, name, **where), column.table, where) for name in names]
        for names in (column.add, column.less)
    )
    return together(add, less)


def _or_zero(book: Book, figure: Figure, table: str, where: Mapping[str, str | None]) -> Figure:
    """Return a count for which the table has no row as what it is, none; what a row leaves open stays so."""
    return figure if len(book.rows(table, **where)) else Figure(figure.source, 0.0)


def _hidden(
    counted: Sequence[Count],
    sums: Sequence[tuple[str, tuple[str, ...]]],
    counts: Mapping[str, Sequence[Figure]],
    k: int,
) -> dict[str, list[bool]]:
    """Return per column and row what must not be shown."""
    height = len(next(iter(counts.values())))
    columns = {name: np.array([float(f.value or 0) for f in figures]) for name, figures in counts.items()}
    pairs = list(sums)
    for whole, part in ((whole, column.name) for column in counted for whole in column.of):
        rest = f"{whole} - {part}"
        columns[rest] = columns[whole] - columns[part]
        pairs.append((whole, (part, rest)))
    place = {name: n * height for n, name in enumerate(columns)}
    relations = [
        Relation(start + height - 1, tuple(range(start, start + height - 1))) for start in place.values()
    ]
    for total, parts in pairs:
        relations += [
            Relation(place[total] + row, tuple(place[part] + row for part in parts)) for row in range(height)
        ]
    wanted = {column.name for column in counted if column.dear}
    dear = np.repeat([float(name in wanted) for name in columns], height)
    # other tables and sentences build on the figures of the province
    dear[[start + height - 1 for start in place.values()]] += _PROVINCE_COST
    mask = hidden_cells(np.concatenate(list(columns.values())), relations, k, dear)
    return {name: [bool(mask[place[name] + row]) for row in range(height)] for name in counts}


def grid(plan: Plan, filled: Filled, language: Language, title: str = "") -> Grid:
    """Return the table of a plan; its title is ``report_grid_<key>`` where none is given."""
    shown = [column for column in plan.columns if isinstance(column, Share) or column.shown]
    heads = [Head(text("report_col_area", language), "words")]
    heads += [
        Head(text(f"report_col_{c.name}", language), "share" if isinstance(c, Share) else "number")
        for c in shown
    ]
    names = [*(area.name for area in filled.areas), text("report_province", language)]
    rows: list[list[Value]] = [
        [name, *(filled.figures[column.name][n] for column in shown)] for n, name in enumerate(names)
    ]
    title = title or text(f"report_grid_{plan.key}", language)
    return Grid(plan.key, title, heads, rows, plan.notes, total=True)
