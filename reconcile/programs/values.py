"""The columns of criteria as arrays, for families and persons, in force and as each registry has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.programs.columns import FAMILY_COLUMNS, FLAGS, PERSON_COLUMNS
from reconcile.programs.logic import Mask, Truth, Values
from reconcile.programs.people import People, Rows, first_of_each, own_families
from reconcile.programs.vocab import NOT_VISITED, SEXES, Occupation, Unit, View
from reconcile.programs.words import at_school, read_words
from reconcile.vocab import Sex

SIDES = ("p3ke", "bps")
_SUBJECTS = {subject.name: subject for subject in (*FAMILY_COLUMNS, *PERSON_COLUMNS)}
_WRITTEN = ("status_kawin", "pekerjaan", "pendidikan")
#: Ages that criteria of families speak of: first and last year.
_AGES = {"punya_anak_dini": (0, 6), "punya_anak_sekolah": (7, 18), "punya_lansia": (60, 130)}
#: Columns of ``areas``.
_CODES = ("kode_desa", "kode_kec", "kode_kab")
_SERVANTS = (Occupation.SERVANT.value, Occupation.OFFICIAL.value)
_OLDEST = 130


def ages(born: pd.Series, day: date) -> Values:
    """Return full years from ``born`` to ``day``; what is not between 0 and 130 is unknown."""
    # there are fewer days than people
    places, born_on = pd.factorize(born)
    days = pd.DatetimeIndex(born_on)
    before = days.month * 100 + days.day > day.month * 100 + day.day
    # a missing day has place -1, which is the last
    years = np.array([*(day.year - days.year - before), -1], dtype=np.int16)[places]
    known = (years >= 0) & (years <= _OLDEST)
    return Values(np.where(known, years, 0), known)


def whole(column: pd.Series) -> Values:
    """Return a column of whole numbers."""
    return Values(column.fillna(0).to_numpy(dtype=np.int64), column.notna().to_numpy())


def yesno(column: pd.Series) -> Values:
    """Return a column of yes, no and unknown."""
    return Values(column.fillna(value=False).to_numpy(dtype=np.int8), column.notna().to_numpy())


def choice(column: pd.Series, words: tuple[str, ...] | None = None) -> Values:
    """Return a column of words as places in ``words`` (left out: in its own, sorted); others are unknown."""
    listed = words if words is not None else tuple(sorted(column.dropna().unique()))
    places = pd.Categorical(column, categories=list(listed)).codes
    return Values(np.maximum(places, 0), places >= 0, listed)


def of_truth(truth: Truth) -> Values:
    """Return a truth as a yes-or-no column."""
    return Values(truth.yes.astype(np.int8), truth.yes | truth.no)


@dataclass(frozen=True)
class Columns:
    """Every column of criteria, made when it is asked for.

    ``newer`` tells for each reconciled household whether the P3KE row is newer than the BPS row.
    """

    context: Context
    people: People
    newer: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, context: Context, people: People, days: Mapping[str, pd.Timestamp]) -> "Columns":
        """Return the columns; ``days`` are the days that the data of each file stand for."""
        day = {s: context.reconciled[f"source_file_{s}"].map(days).astype("datetime64[s]") for s in SIDES}
        return cls(context, people, (day["p3ke"] > day["bps"]).to_numpy(dtype=np.bool_))

    @cached_property
    def own(self) -> Rows:
        """Return the row that each row of the reconciled table is counted in."""
        return own_families(self.context.reconciled)

    @cached_property
    def _cache(self) -> dict[tuple[str, View], Values]:
        return {}

    @cached_property
    def _held(self) -> dict[tuple[View, Unit], Mask]:
        return {}

    def get(self, name: str, view: View, unit: Unit) -> Values:
        """Return the column ``name`` of every family or person; its family's for a person."""
        if (name, view) not in self._cache:
            self._cache[name, view] = self._made(name, view)
        values = self._cache[name, view]
        of_family = name not in _PERSONAL
        return values.take(self.people.family) if of_family and unit is Unit.PERSON else values

    def present(self, view: View, unit: Unit) -> Mask:
        """Return whether the view's registry has the family or person at all."""
        if (view, unit) not in self._held:
            self._held[view, unit] = self._present(view, unit)
        return self._held[view, unit]

    def _present(self, view: View, unit: Unit) -> Mask:
        if unit is Unit.FAMILY:
            held = self.context.reconciled[[f"record_id_{side}" for side in sides_of(view)]]
            return held.notna().any(axis="columns").to_numpy(dtype=np.bool_)
        there = np.zeros(len(self.people.family), dtype=np.bool_)
        there[self.people.person[self._rows_of(view)]] = True
        return there

    def _made(self, name: str, view: View) -> Values:
        if name in _PERSONAL:
            return self._of_persons(name, view)
        if name in _AGES or name == "punya_pekerja_negara":
            return of_truth(self._some_member(name, view))
        return self._of_families(name, view)

    def _of_families(self, name: str, view: View) -> Values:
        table = self.context.reconciled
        if name in _CODES:
            return self.areas[name]
        if name == "jumlah_anggota":
            return self._size(view)
        if name in FLAGS:
            return of_truth(self.received(name, view))
        if name == "dinyatakan_mampu":
            # without a visit, no visit says so: that is known
            return yesno(table["masih_miskin"] == "tidak")
        if name == "kepala_perempuan":
            sex = self._told("jenis_kelamin", view)
            return yesno((sex == Sex.FEMALE).astype("boolean").mask(sex.isna()))
        return _as_kind(name, self._told(name, view) if name == "desil" else table[name])

    @cached_property
    def areas(self) -> Mapping[str, Values]:
        """Return kode_desa, kode_kec and kode_kab of each reconciled household."""
        village = choice(self.context.reconciled["kode_desa"])
        words = pd.Index([*(village.words or ()), None], dtype="str")
        register = self.context.register.villages.set_index("kode_desa").reindex(words)
        # a household without a village is in no area: its place is the last
        places = np.where(village.known, village.data, len(words) - 1)
        return {"kode_desa": village, **{name: choice(register[name]).take(places) for name in _CODES[1:]}}

    def _told(self, name: str, view: View) -> pd.Series:
        """Return a field as the view's registry tells it; in force, as the newer list that tells it."""
        table = self.context.reconciled
        if view is not View.IN_FORCE:
            return table[f"{name}_{view}"]
        p3ke, bps = table[f"{name}_p3ke"], table[f"{name}_bps"]
        return bps.mask((self.newer & p3ke.notna().to_numpy()) | bps.isna().to_numpy(), p3ke)

    def _stated(self, view: View) -> pd.Series:
        table = self.context.reconciled
        return table["jumlah_anggota" if view is View.IN_FORCE else f"jumlah_anggota_{view}"]

    def _size(self, view: View) -> Values:
        table = self.context.reconciled
        rows = [table[f"jumlah_baris_anggota_{side}"] for side in sides_of(view)]
        listed = pd.concat(rows, axis="columns").max(axis="columns").astype("Int64")
        return whole(self._stated(view).fillna(listed.where(listed > 0)))

    def received(self, name: str, view: View) -> Truth:
        """Return whether a list says that the family receives; no where one tells and none says so.

        A copy of the family, or a row that was merged into it, speaks for it.
        """
        yes, no = (np.zeros(len(self.own), dtype=np.bool_) for _ in range(2))
        for side in sides_of(view):
            said = yesno(self.context.reconciled[f"{name}_{side}"])
            yes[self.own[said.known & (said.data == 1)]] = True
            no[self.own[said.known & (said.data == 0)]] = True
        return Truth(yes, no & ~yes)

    def _some_member(self, name: str, view: View) -> Truth:
        """Return whether a member is known to fit; no only where all members are listed, and none may fit."""
        if name in _AGES:
            low, high = _AGES[name]
            age = self.get("umur", view, Unit.PERSON)
            fits, known = (age.data >= low) & (age.data <= high), age.known
        else:
            work = self.get("pekerjaan", view, Unit.PERSON)
            fits, known = np.isin(work.data, [work.place(word) for word in _SERVANTS]), work.known
        there, count = self.present(view, Unit.PERSON), len(self.own)
        family = self.people.family
        yes = np.bincount(family[there & known & fits], minlength=count) > 0
        open_ = np.bincount(family[there & ~known], minlength=count) > 0
        listed = np.bincount(family[there], minlength=count)
        stated = self.get("jumlah_anggota", view, Unit.FAMILY)
        complete = (listed > 0) & stated.known & (listed >= stated.data)
        return Truth(yes, ~yes & ~open_ & complete)

    def _rows_of(self, view: View) -> Mask:
        registry = self.people.rows["registry"]
        return registry.isin(list(sides_of(view))).to_numpy(dtype=np.bool_)

    def _of_persons(self, name: str, view: View) -> Values:
        if name == "bersekolah":
            return at_school(self.get("pendidikan", view, Unit.PERSON))
        if name == "umur" and view is View.IN_FORCE:
            # a visit may have corrected the birth date
            return ages(self.people.told["tanggal_lahir"], self.context.reference_date)
        values = self._read(name, self.people.rows["tanggal_lahir" if name == "umur" else name])
        known = np.flatnonzero(self._rows_of(view) & values.known)
        persons = self.people.person[known]
        first = first_of_each(persons)
        data = np.zeros(len(self.people.family), dtype=values.data.dtype)
        told = np.zeros(len(data), dtype=np.bool_)
        data[persons[first]], told[persons[first]] = values.data[known[first]], True
        return Values(data, told, values.words)

    def _read(self, name: str, column: pd.Series) -> Values:
        if name == "umur":
            return ages(column, self.context.reference_date)
        if name in _WRITTEN:
            return read_words(column, name)
        if name == "jenis_kelamin":
            written = choice(column, tuple(SEXES))
            return Values(written.data, written.known, tuple(SEXES.values()))
        return choice(column, _SUBJECTS[name].words)


_PERSONAL = frozenset(subject.name for subject in PERSON_COLUMNS)


def _as_kind(name: str, column: pd.Series) -> Values:
    """Return a column of the reconciled table as the kind that criteria know it as."""
    subject = _SUBJECTS[name]
    if subject.kind == "whole":
        return whole(column)
    # no visit was made where there is no result: that is known
    return choice(column.fillna(NOT_VISITED), subject.words)


def sides_of(view: View) -> tuple[str, ...]:
    """Return the registries that a view looks at."""
    return SIDES if view is View.IN_FORCE else (view.value,)
