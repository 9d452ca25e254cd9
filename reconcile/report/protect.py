"""Small cells of a whole report: page, workbook and maps taken together, and the proof that they are safe.

What the sections kept back already stays so. Whatever else a reader could reckon by holding all of it
together is kept back here, in every place where it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from reconcile.report.areas import KABUPATEN, Count, area_columns
from reconcile.report.cells import OPEN, PERSONAL, SHADOWS, Atom, Cells, Source, declared, parse
from reconcile.report.desk import Desk
from reconcile.report.model import Figure, Section
from reconcile.report.themes import KEPT_BACK, LEVELS, WIDTH, Themed, above, areas_at, counts
from reconcile.report.ties import tie, within
from reconcile.report.walk import changed, figures_of
from reconcile.suppression.choose import choose
from reconcile.suppression.prove import Proof, prove
from reconcile.suppression.system import Mask, Sheet

#: The larger an area, the later it is hidden.
_DEAR = {"desa": 0.0, "kecamatan": 0.3, "kabupaten": 0.6}


@dataclass(frozen=True)
class Protected:
    """The sections and themes without what must not be told, and the proof."""

    sections: list[Section]
    themes: list[Themed]
    proof: Proof

    @property
    def hidden(self) -> list[str]:
        """Return the sources of indicators that are kept back: the next report must not tell them either."""
        told = {one.source for one in figures_of(self.sections) if one.hidden}
        return sorted(one for one in told if one.startswith("indikator:") and " / " not in one)


def protect(
    sections: Sequence[Section],
    themes: Sequence[Themed],
    desk: Desk,
    before: frozenset[str] = frozenset(),
) -> Protected:
    """Return a report in which no small count can be reckoned; ``proof`` says whether that was reached.

    ``before``: sources that the report of the previous run kept back; their values of then stay so now.
    TypeError where a figure comes from a column that reconcile.report.cells does not name.
    """
    cells = Cells(desk.book, Sheet(desk.issue.k))
    tie(cells)
    told = _Told(cells, before)
    for figure in figures_of(sections):
        told.note(figure)
    maps = [_on_map(cells, told, themed, desk) for themed in themes]
    system = cells.sheet.system()
    start = np.zeros(len(system.names), dtype=np.bool_)
    start[sorted(told.hidden)] = True
    hidden = choose(system, start)
    return Protected(
        [changed(section, lambda one: told.kept(one, hidden, desk.issue.k)) for section in sections],
        [_kept_on_map(themed, places, hidden) for themed, places in zip(themes, maps, strict=True)],
        prove(system, hidden),
    )


@dataclass(eq=False)
class _Told:
    """Which cells figures show or hide, and which cells each source rests on."""

    cells: Cells
    before: frozenset[str]
    hidden: set[int] = field(default_factory=set)
    roots: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def note(self, figure: Figure) -> None:
        """Take note of a figure: what it shows is published, what it keeps back is hidden."""
        if figure.value is None and not figure.hidden:
            return
        source = parse(figure.source)
        own = [self._expression(one) for one in (source, source.whole) if one]
        there = [place for place in own if place is not None]
        if figure.hidden and source.whole:
            return
        for place in there:
            self.cells.sheet.published[place] = True
        self.hidden.update(one for atom in source.atoms if (one := self._former(atom)) is not None)
        if figure.hidden:
            self.hidden.update(there)

    def _former(self, atom: Atom) -> int | None:
        """Return the cell of a value of then that the report of then kept back."""
        if (atom.table, atom.column) != ("perubahan", "nilai_awal"):
            return None
        source = f"indikator:{atom.where['indikator']}:tingkat={KABUPATEN};kode={atom.where['kode']}"
        place = self.cells.atom(atom.table, atom.column, **atom.where) if source in self.before else None
        if place is not None:
            self.cells.sheet.published[place] = True
            self.cells.sheet.sensitive[place] = True
        return place

    def kept(self, figure: Figure, hidden: Mask, k: int) -> Figure:
        """Return a figure as it may be shown."""
        if figure.value is None:
            return figure
        shadow = any(declared(atom, SHADOWS) for atom in parse(figure.source).atoms)
        small = shadow and 0 < figure.value < k
        closed = any(hidden[place] for place in self._rests_on(figure.source))
        return figure.kept_back() if small or closed else figure

    def _rests_on(self, words: str) -> tuple[int, ...]:
        if words not in self.roots:
            source = parse(words)
            own = [self._expression(one) for one in (source, source.whole) if one]
            own += [place for atom in source.atoms for place in _shadowed(self.cells, atom)]
            self.roots[words] = tuple(place for place in own if place is not None)
        return self.roots[words]

    def _expression(self, source: Source) -> int | None:
        for atom in source.atoms:
            if not any(declared(atom, kind) for kind in (PERSONAL, SHADOWS, OPEN)):
                message = f"nobody declared whether {atom.table}:{atom.column} counts people"
                raise TypeError(message)
        add, less = (
            tuple(atom for atom in part if declared(atom, PERSONAL)) for part in (source.add, source.less)
        )
        return self.cells.expression(Source(add, less))


def _shadowed(cells: Cells, atom: Atom) -> list[int | None]:
    """Return the cells that a figure was reckoned from, where it is a shadow of counts."""
    if not declared(atom, SHADOWS):
        return []
    area = None if atom.where.get("tingkat") == "provinsi" else atom.where.get("kode") or ""
    if atom.table == "mutu_padanan":
        name = atom.column.rsplit("_", 1)[0]
        return [cells.at("indikator", column, area) for column in ("n_cocok", f"n_{name}")]
    if atom.table == "selisih":
        return [cells.atom("selisih", "keluarga_daftar", **atom.where)]
    if atom.table == "kesiapan":
        there = "kemajuan" in cells.book
        return [cells.at("kemajuan", name, area) for name in ("n_diminta", "n_dijawab")] if there else []
    return [cells.at("indikator", "n_desil1_keduanya", area)] if "kode" in atom.where else []


def _on_map(cells: Cells, told: _Told, themed: Themed, desk: Desk) -> list[tuple[int, int]]:
    """Return the cells of part and whole per row of a theme, tied along the tree of areas."""
    theme = themed.theme
    parts, wholes = (_tree(cells, desk, count) for count in (theme.part, theme.whole))
    found = []
    for code, kind in zip(themed.rows["kode"], themed.rows["kelas"], strict=True):
        part, whole = parts[code], wholes[code]
        within(cells, whole, part, attribute=theme.attribute)
        cells.sheet.published[part] = True
        if kind == KEPT_BACK:
            told.hidden.add(part)
        else:
            cells.sheet.published[whole] = True
        found.append((part, whole))
    return found


def _tree(cells: Cells, desk: Desk, count: Count) -> dict[str, int]:
    """Return the cell of a count per area, each the sum of the areas in it."""
    own = (count.table, count.add, count.less, *sorted(count.where.items()))
    values = counts(desk, count)
    places: dict[str, int] = {}
    children: dict[str, list[int]] = {}
    for level in LEVELS:
        codes = areas_at(desk, level)["kode"].tolist()
        for code, value in zip(codes, values[level].tolist(), strict=True):
            place = _of_kabupaten(cells, count, code) if level == KABUPATEN else None
            places[code] = cells.put(("peta", *own, code), value, _DEAR[level]) if place is None else place
            if above(code):
                children.setdefault(code[: WIDTH[above(code)]], []).append(places[code])
    if own not in cells.trees:
        cells.trees.add(own)
        for code, inner in children.items():
            cells.sheet.total(places[code], inner)
    return places


def _of_kabupaten(cells: Cells, count: Count, code: str) -> int | None:
    """Return the cell that the tables of kabupaten have of a count; None where there is no row."""
    level, name = area_columns(count.table)
    where = {level: KABUPATEN, **count.where, name: code}
    add, less = (
        tuple(Atom(count.table, column, where) for column in part) for part in (count.add, count.less)
    )
    return cells.expression(Source(add, less))


def _kept_on_map(themed: Themed, places: Sequence[tuple[int, int]], hidden: Mask) -> Themed:
    """Return a theme without the areas of which part or whole is hidden."""
    rows = themed.rows
    closed = np.array([bool(hidden[part] or hidden[whole]) for part, whole in places], dtype=np.bool_)
    kept = rows.assign(
        part=rows["part"].mask(closed),
        whole=rows["whole"].mask(closed),
        kelas=rows["kelas"].mask(closed, KEPT_BACK),
    )
    return replace(themed, rows=kept)
