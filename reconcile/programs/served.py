"""Who is served by a programme, by what evidence, and who twice."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from reconcile.discrepancies.evidence import PLACE
from reconcile.discrepancies.listed import BY_NIK, people_on
from reconcile.frames import among
from reconcile.programs.logic import Mask, Truth
from reconcile.programs.people import Rows
from reconcile.programs.settings import Program, ServedBy
from reconcile.programs.values import SIDES, Columns, yesno
from reconcile.programs.vocab import Unit, View
from reconcile.text.names import clean_names
from reconcile.vocab import Content


@dataclass(frozen=True)
class Served:
    """For each family or person: whether it is served, whether twice, and what tells so.

    ``entry`` is the row of ``paid`` that has it, -1 without one; ``covered`` where the list of recipients
    tells. ``rows`` and ``strangers`` count the list's rows of the programme, and those of people in neither
    registry.
    """

    truth: Truth
    twice: Mask
    entry: Rows
    covered: Mask
    paid: pd.DataFrame
    rows: int
    strangers: int


@dataclass(frozen=True)
class Recipients:
    """The list of recipients, and who of it stands in the registries."""

    columns: Columns

    @cached_property
    def listed(self) -> pd.DataFrame:
        """Return the rows of the list with ``key``, the programme's name as names are compared."""
        listed = self.columns.context.listed(Content.RECIPIENTS)
        return listed.assign(key=_folded(listed["program"])).reset_index(drop=True)

    @cached_property
    def found(self) -> pd.DataFrame:
        """Return each person of the registries per row of the list: PLACE, key, periode, family, person."""
        people, context = self.columns.people, self.columns.context
        if self.listed.empty:
            return pd.DataFrame(columns=["entry", "program", "periode", *PLACE, "key", "family", "person"])
        found = people_on(context, Content.RECIPIENTS)
        on_list = among(people.source["record_id"], found["record_id"]).to_numpy()[people.written]
        rows = people.source.iloc[people.written[on_list]].assign(person=people.person[on_list])
        born = rows["tanggal_lahir"].dt.strftime("%Y-%m-%d").astype("str")
        by_name = clean_names(rows["nama"]) + "|" + born
        keyed = pd.concat([rows.assign(who=rows["nik"]), rows.assign(who=by_name)])
        keyed = keyed.dropna(subset=["who"]).drop_duplicates(["record_id", "who"])
        found = found.merge(keyed[["record_id", "who", "person"]], on=["record_id", "who"])
        own = self.columns.own[found["record_id"].map(context.row_of).to_numpy(dtype=np.int64)]
        told = found[["entry", "program", "periode", *PLACE]].assign(
            key=_folded(found["program"]), family=own, person=found["person"], sure=found["by"] == BY_NIK
        )
        return told.sort_values([*PLACE, "family", "person"], ignore_index=True)


def _folded(names: pd.Series) -> pd.Series:
    return names.str.casefold().str.strip().astype("str")


def who_is_served(program: Program, columns: Columns, recipients: Recipients) -> Served:
    """Return who is served: by the list of recipients where it covers the kabupaten, else by the columns.

    A list covers a kabupaten when somebody of it was found there; without rows of the programme, none.
    """
    by = program.served_by or ServedBy()
    count = len(columns.own) if program.unit is Unit.FAMILY else len(columns.people.family)
    names = {name.casefold().strip() for name in by.recipients}
    listed = recipients.listed[recipients.listed["key"].isin(names)]
    paid = recipients.found[recipients.found["key"].isin(names)].reset_index(drop=True)
    whose = paid["family" if program.unit is Unit.FAMILY else "person"].to_numpy(dtype=np.int64)
    on_list, covered = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    on_list[whose] = True
    if len(paid):
        regency = columns.get("kode_kab", View.IN_FORCE, program.unit)
        covered = regency.known & np.isin(regency.data, np.unique(regency.data[whose])) | on_list
    flags = _flags(by, columns, program.unit, count)
    truth = Truth(np.where(covered, on_list, flags.yes), np.where(covered, ~on_list, flags.no))
    entry = np.full(count, -1, dtype=np.int64)
    first = ~pd.Series(whose).duplicated().to_numpy()
    entry[whose[first]] = np.flatnonzero(first)
    twice = _paid_twice(paid, whose, count) | (~covered & _flagged_twice(by, columns, program.unit, count))
    strangers = len(listed) - paid["entry"].nunique()
    return Served(truth, twice, entry, covered, paid, len(listed), strangers)


def _flags(by: ServedBy, columns: Columns, unit: Unit, count: int) -> Truth:
    """Return whether a column says yes; no where one says no and none says yes."""
    yes, no = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    for name in by.columns:
        values = columns.get(name, View.IN_FORCE, unit)
        yes |= values.known & (values.data == 1)
        no |= values.known & (values.data == 0)
    return Truth(yes, no & ~yes)


def _paid_twice(paid: pd.DataFrame, whose: Rows, count: int) -> Mask:
    """Return who has two rows of the list in one period; the rows of one family count together."""
    once = pd.DataFrame({"whose": whose, "entry": paid["entry"], "periode": paid["periode"].fillna("")})
    once = once.drop_duplicates(["whose", "entry"])
    twice = np.zeros(count, dtype=np.bool_)
    twice[once.loc[once.duplicated(["whose", "periode"]), "whose"].to_numpy(dtype=np.int64)] = True
    return twice


def _flagged_twice(by: ServedBy, columns: Columns, unit: Unit, count: int) -> Mask:
    """Return the families that stand twice in one registry, as a copy or merged, both times served."""
    if unit is Unit.PERSON or not by.columns:
        return np.zeros(count, dtype=np.bool_)
    times = []
    for side in SIDES:
        said = [yesno(columns.context.reconciled[f"{name}_{side}"]) for name in by.columns]
        served = np.logical_or.reduce([one.known & (one.data == 1) for one in said])
        times.append(np.bincount(columns.own[served], minlength=count))
    return np.asarray(np.maximum(*times) > 1)
