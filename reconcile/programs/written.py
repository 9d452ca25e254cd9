"""The names of a programme as they are written: wide rows, made a block at a time (class TERBATAS)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from reconcile.discrepancies.evidence import PLACE
from reconcile.frames import places_in
from reconcile.language import text
from reconcile.programs.named import PERSON
from reconcile.programs.sentences import order_said
from reconcile.programs.settings import Program
from reconcile.programs.tables import PEOPLE
from reconcile.programs.values import SIDES
from reconcile.programs.vocab import Unit
from reconcile.reports.blocks import Blocks, Places, rows_at
from reconcile.vocab import Language
from reconcile.wording import text_each

_HEAD = ("nama", "nik", "tanggal_lahir")
_FAMILY = ("no_kk", "alamat", "kode_desa", "status_padan", "id_rekon")
_AREA = ("nama_desa", "nama_kec", "nama_kab")
#: Columns of PLACE as PEOPLE has them, before the side or the list.
_PLACE = dict(zip(PLACE, ("berkas", "lembar", "baris"), strict=True))


@dataclass(frozen=True)
class Names:
    """What the rows of ``named`` speak of: the reconciled table, the persons, the list of recipients.

    ``villages`` are those of the register.
    """

    named: pd.DataFrame
    persons: pd.DataFrame
    reconciled: pd.DataFrame
    recipients: pd.DataFrame
    villages: pd.DataFrame

    def of(self, program: Program, language: Language) -> Blocks:
        """Return PEOPLE of one programme."""

        def make(places: Places) -> pd.DataFrame:
            rows = rows_at(self.named, places).reset_index(drop=True)
            own = {name: _words(rows[name].array) for name in PEOPLE.names if name in rows}
            told = {**self._who(program, rows), **self._family(rows), **self._paid(rows)}
            return PEOPLE.build(pd.DataFrame({**own, **told, **self._rank(program, rows, language)}))

        return Blocks(PEOPLE.names, np.flatnonzero(self.named["program"] == program.name), make)

    def _who(self, program: Program, rows: pd.DataFrame) -> Mapping[str, ExtensionArray]:
        """Return the person, or the head of the family as the values in force have it."""
        if program.unit is Unit.FAMILY:
            return _columns(self.reconciled, {name: name for name in _HEAD}, rows["keluarga"])
        return _columns(self.persons, {name: name for name in PERSON}, rows["orang"])

    def _family(self, rows: pd.DataFrame) -> Mapping[str, ExtensionArray]:
        place = {f"{own}_{side}": f"{name}_{side}" for side in SIDES for own, name in _PLACE.items()}
        told = _columns(self.reconciled, {**{name: name for name in _FAMILY}, **place}, rows["keluarga"])
        return {**told, **_columns(self.villages, {name: name for name in _AREA}, self._village(rows))}

    def _paid(self, rows: pd.DataFrame) -> Mapping[str, ExtensionArray]:
        """Return the first row of the list of recipients that has each."""
        place = {own: f"{name}_penerima" for own, name in _PLACE.items()}
        return _columns(self.recipients, place, rows["penerima"])

    def _rank(self, program: Program, rows: pd.DataFrame, language: Language) -> Mapping[str, pd.Series]:
        """Return the rank, and why it is that one where a quota applies."""
        rank, said = rows["urutan"].astype("Int64"), pd.Series(pd.NA, index=rows.index, dtype="str")
        limited = rows["dalam_kuota"].notna()
        if limited.any():
            some = rows[limited]
            codes = self.villages["kode_kab"].iloc[self._village(some)].set_axis(some.index)
            said[limited] = _rank_said(program, some, codes, self._regencies, language)
        return {"urutan": rank.mask(rank == 0), "alasan_urutan": said}

    def _village(self, rows: pd.DataFrame) -> pd.Series:
        """Return the row of ``villages`` of each; -1 without one."""
        return self._villages.iloc[rows["keluarga"]]

    @cached_property
    def _villages(self) -> pd.Series:
        """Return the row of ``villages`` of each reconciled household; -1 without one."""
        return pd.Series(places_in(self.reconciled["kode_desa"], self.villages["kode_desa"]))

    @cached_property
    def _regencies(self) -> pd.Series:
        return self.villages.drop_duplicates("kode_kab").set_index("kode_kab")["nama_kab"]


def _columns(table: pd.DataFrame, names: Mapping[str, str], rows: pd.Series) -> dict[str, ExtensionArray]:
    """Return columns of ``table`` under other names, at ``rows``: nothing at -1."""
    places = rows.to_numpy(dtype=np.int64)
    return {new: _words(table[name].array.take(places, allow_fill=True)) for name, new in names.items()}


def _words(column: ExtensionArray) -> ExtensionArray:
    """Return categories as their words: pandas would make an object of every row on the way."""
    if not isinstance(column, pd.Categorical):
        return column
    words: ExtensionArray = pd.Index(column.categories, dtype="str").array
    return words.take(column.codes, allow_fill=True)


def _rank_said(
    program: Program, rows: pd.DataFrame, regency: pd.Series, names: pd.Series, language: Language
) -> pd.Series:
    """Return why each is at its rank, and how many places there are in its area."""
    everywhere = text("program_province", language)
    if isinstance(program.quota, Mapping):
        places, area = regency.map(dict(program.quota)), regency.map(names).astype("str").fillna(everywhere)
    else:
        places, area = pd.Series(program.quota, index=rows.index), pd.Series(everywhere, index=rows.index)
    order = pd.Series(order_said(program, language), index=rows.index)
    why = text_each("program_rank", language, rank=rows["urutan"], of=rows["dari"], area=area, order=order)
    return why + text_each("program_places", language, places=places.astype("int64"))
