"""The cells that a report is made of, told by the sources of its figures, and whom they count.

A figure names its source (reconcile.report.book). From it follow the cells of the run's tables that it adds
up. A column that stands in no list here is refused: nobody decided whether it counts people.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from reconcile.office.issues import YES
from reconcile.report.areas import area_columns
from reconcile.report.book import ROWS, Book
from reconcile.suppression.system import Places, Sheet

_EVERY = frozenset({"*"})
#: Tables whose columns count people, families, or what concerns one of them; "*": all columns.
PERSONAL: Mapping[str, frozenset[str]] = {
    "indikator": _EVERY,
    "kemajuan": _EVERY,
    "cakupan": _EVERY,
    "ringkasan": _EVERY,
    "umur_kasus": frozenset({"jumlah_kasus"}),
    "neraca": frozenset({"jumlah_keluarga"}),
    "mutu_kelompok": frozenset({"keluarga", "tidak_padan"}),
    "mutu_padanan": frozenset({"cocok", "hanya_p3ke", "hanya_bps"}),
    "selisih": frozenset({"keluarga_daftar"}),
    "perubahan": frozenset({"nilai_awal", "nilai_akhir"}),
    "pemeriksaan": frozenset({"jumlah"}),
    "kasus": frozenset({ROWS}),
    "matriks": frozenset({"target", "realisasi", "target_dibanding"}),
}
#: Figures that are reckoned from counts, though not by adding: kept back with what they are made of.
SHADOWS: Mapping[str, frozenset[str]] = {
    "mutu_padanan": frozenset(
        f"{name}_{end}" for name in ("cocok", "hanya_p3ke", "hanya_bps") for end in ("rendah", "tinggi")
    ),
    "selisih": frozenset({"jiwa_daftar"}),
    "kesiapan": frozenset({"persen_dikunjungi", "skor"}),
    "tren_daftar": frozenset({"nilai", "nilai_akhir", "proyeksi_rendah", "proyeksi_tinggi"}),
}
#: Nobody's data: estimates of surveys, money of offices, numbers of rules, villages, files, recommendations.
OPEN: Mapping[str, frozenset[str]] = {
    "resmi": _EVERY,
    "selisih": frozenset({"jiwa_perkiraan"}),
    "manifes": _EVERY,
    "masukan": _EVERY,
    "setelan": _EVERY,
    "sebab": _EVERY,
    "tren_resmi": _EVERY,
    "tren_daftar": frozenset({"n_titik"}),
    "tindak_lanjut": _EVERY,
    "pemeriksaan": frozenset({ROWS}),
    "kesiapan": frozenset({"desa_diminta", "desa_kembali", "skor_dari"}),
    "matriks": frozenset({ROWS, "anggaran", "realisasi_anggaran", "anggaran_dibanding"}),
}
#: What a cell of a table is told apart by, where that is less than a row.
_TOLD_BY = {
    "umur_kasus": ("tingkat_temuan", "keadaan_kasus", "umur"),
    "ringkasan": ("tingkat_wilayah", "kode_wilayah", "kode"),
}
#: Counts that sentences and maps build on: hidden only where nothing else will do.
_DEAR = frozenset({"n_keluarga", "n_cocok", "n_diminta", "n_dijawab", "n_layak"})
_DEAR_SUM, _DEAR_COLUMN = 2.0, 1.0
#: Words of an office may hold such signs themselves: what begins no atom belongs to them.
_SIGN = re.compile(r" ([+-]) (?=\w+:[\w#]+:)")
_PAIRS = re.compile(r";(?=\w+=)")
_SHARE = re.compile(r" / (?=\w+:[\w#]+:|\d+$)")


@dataclass(frozen=True)
class Atom:
    """One piece of a source: a column of a table over the rows that match."""

    table: str
    column: str
    where: Mapping[str, str | None]


@dataclass(frozen=True)
class Source:
    """A source in its pieces: what is added, what is taken away; ``whole``: what it is a share of."""

    add: tuple[Atom, ...]
    less: tuple[Atom, ...]
    whole: "Source | None" = None

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """Return every piece of it."""
        return (*self.add, *self.less, *(self.whole.atoms if self.whole else ()))


def parse(source: str) -> Source:
    """Return the pieces of a source; plain numbers are left out."""
    part, *whole = _SHARE.split(source, maxsplit=1)
    add: list[Atom] = []
    less: list[Atom] = []
    signs = ["+", *_SIGN.split(part)]
    for sign, piece in zip(signs[::2], signs[1::2], strict=True):
        if not piece.isdigit():
            (add if sign == "+" else less).append(_atom(piece))
    return Source(tuple(add), tuple(less), parse(whole[0]) if whole else None)


def _atom(words: str) -> Atom:
    table, column, *rest = words.split(":", 2)
    pairs = [pair.partition("=") for pair in _PAIRS.split(rest[0])] if rest and rest[0] else []
    return Atom(table, column, {name: value or None for name, _, value in pairs})


def declared(atom: Atom, kind: Mapping[str, frozenset[str]]) -> bool:
    """Return whether a column is among those of a list above."""
    names = kind.get(atom.table, frozenset())
    return "*" in names or atom.column in names


@dataclass(eq=False)
class Cells:
    """The cells that were met so far, by what they are; ``sheet`` holds them and what ties them."""

    book: Book
    sheet: Sheet
    places: dict[object, int] = field(default_factory=dict)
    groups: dict[str, Places] = field(default_factory=dict)
    met: dict[tuple[object, ...], int | None] = field(default_factory=dict)
    #: Counts of the maps whose areas are tied already.
    trees: set[object] = field(default_factory=set)

    def atom(self, table: str, column: str, **where: str | None) -> int | None:
        """Return the cell of a column over matching rows; None where no row has a value: it is none."""
        key = (table, column, *sorted(where.items(), key=str))
        if key not in self.met:
            self.met[key] = self._atom(key, table, column, where)
        return self.met[key]

    def _atom(
        self, key: tuple[object, ...], table: str, column: str, where: Mapping[str, str | None]
    ) -> int | None:
        rows = self.book.rows(table, **where)
        if column == ROWS:
            return self._cell(key, len(rows))
        personal = table != "matriks" or bool((rows["perorangan"] == YES).all())
        values = rows[column].dropna()
        if values.empty:
            return None
        sums = self._groups(table, column, values)
        if sums is None:
            return self._cell(key, float(values.sum()), personal=personal)
        cells = [self._cell((table, column, name), value, personal=personal) for name, value in sums.items()]
        return cells[0] if len(cells) == 1 else self.sum_of((table, column, *sums), cells)

    def at(self, table: str, column: str, area: str | None, **where: str) -> int | None:
        """Return the cell of an area: its code, "" for the families without village, None: all kabupaten."""
        level, code = area_columns(table)
        own: dict[str, str | None] = {level: "kabupaten", **where}
        if area is not None:
            own[code] = area or None
        return self.atom(table, column, **own)

    def expression(self, source: Source) -> int | None:
        """Return the cell of what is added less what is taken away; None where there is nothing to count."""
        add, less = ([self._met(atom) for atom in part] for part in (source.add, source.less))
        plus, minus = ([one for one in part if one is not None] for part in (add, less))
        if len(plus) == 1 and not minus:
            return plus[0]
        return self.sum_of((tuple(sorted(plus)), tuple(sorted(minus))), plus, minus) if plus else None

    def _met(self, atom: Atom) -> int | None:
        return self.atom(atom.table, atom.column, **atom.where) if atom.table in self.book else None

    def sum_of(self, key: object, add: list[int], less: list[int] | None = None) -> int:
        """Return the cell of a sum of cells; of several it is dearer than any."""
        if key not in self.places:
            amounts, less = self.sheet.amounts, less or []
            total = sum(amounts[n] for n in add) - sum(amounts[n] for n in less)
            dear = max(self.sheet.dear[n] for n in add) + (0.0 if less else _DEAR_SUM)
            place = self.put(key, total, dear)
            self.sheet.total(place, add, less)
        return self.places[key]

    def put(self, key: object, value: float, dear: float, *, personal: bool = True) -> int:
        """Return the cell called ``key``; no figure shows it yet."""
        if key not in self.places:
            self.places[key] = self.sheet.count(
                _named(key), value, published=False, personal=personal, dear=dear
            )
        return self.places[key]

    def _cell(self, key: tuple[object, ...], value: float, *, personal: bool = True) -> int:
        """Return the cell of ``key``: table, column, and which rows."""
        return self.put(key, value, _DEAR_COLUMN if key[1] in _DEAR else 0.0, personal=personal)

    def _groups(self, table: str, column: str, values: pd.Series) -> dict[int, float] | None:
        """Return the sum of ``values`` per cell of the table; None where they are no whole cells."""
        told = _TOLD_BY.get(table)
        if told is None:
            return dict(zip(values.index.tolist(), values.astype("float64").tolist(), strict=True))
        if table not in self.groups:
            grouped = self.book.tables[table].groupby(list(told), dropna=False, sort=False)
            self.groups[table] = np.asarray(grouped.ngroup(), dtype=np.int64)
        groups = pd.Series(self.groups[table], index=self.book.tables[table].index)
        own = groups[values.index].to_numpy()
        filled = self.book.tables[table][column].notna().to_numpy()
        if int((filled & np.isin(self.groups[table], own)).sum()) != len(values):
            return None
        names, places = np.unique(own, return_inverse=True)
        sums = np.bincount(places, weights=values.to_numpy(dtype=np.float64))
        return dict(zip(names.tolist(), sums.tolist(), strict=True))


def _named(key: object) -> str:
    return ":".join(str(part) for part in key) if isinstance(key, tuple) else str(key)
