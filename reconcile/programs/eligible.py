"""One programme held against every family or person: eligible, served, in which order; or unknown."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.programs.criteria import Node, leaves
from reconcile.programs.logic import Mask, Truth, Values, all_true, evaluate
from reconcile.programs.people import Rows
from reconcile.programs.ranking import Ranking, rank
from reconcile.programs.served import Recipients, Served, who_is_served
from reconcile.programs.settings import Program, ServedBy
from reconcile.programs.values import Columns
from reconcile.programs.vocab import Outcome, Unit, View
from reconcile.vocab import CheckState, Content, MatchStatus


@dataclass(frozen=True)
class Assessment:
    """A programme and all that is judged of it, an entry per judged family or person.

    ``units`` are rows of the reconciled table (families), or numbers of persons; ``family`` is the
    reconciled row that each is counted in. ``eligible`` is by the values in force, ``by_side`` by each
    registry's own, ``outcome`` are categories in the order of vocab.Outcome. ``state`` says whether it could
    be tested, ``lacking`` what was missing. Untested, everything is unknown.
    """

    program: Program
    state: CheckState
    lacking: tuple[str, ...]
    units: Rows
    family: Rows
    eligible: Truth
    by_side: Mapping[View, Truth]
    untested_exclusion: Mask
    served: Served
    outcome: pd.Categorical
    doubtful: Mask
    ranking: Ranking

    @property
    def tested(self) -> bool:
        """Return whether eligibility could be judged at all."""
        return self.state is not CheckState.UNTESTED

    @property
    def tells_service(self) -> bool:
        """Return whether anything tells who is served."""
        return bool((self.served.truth.yes | self.served.truth.no).any())


def assess(program: Program, columns: Columns, recipients: Recipients, *, key: bytes) -> Assessment:
    """Return what the programme is to every family or person.

    It is untested when no source fills a column of its criteria, tested in part when none fills one of an
    exclusion or nothing tells who is served.
    """
    units = _units(program, columns)
    family = units if program.unit is Unit.FAMILY else columns.people.family
    served = _of_units(who_is_served(program, columns, recipients), units)
    lacking = _lacking(program.needed, program, columns)
    partly = (*_lacking(program.barred, program, columns), *_no_service(program, served, columns))
    views = {view: _eligible(program, columns, view, units) for view in View}
    if lacking:
        nothing = np.zeros(len(units), dtype=np.bool_)
        views = {view: (Truth(nothing, nothing), nothing) for view in View}
    state = CheckState.UNTESTED if lacking else CheckState.PARTLY if partly else CheckState.TESTED
    eligible, open_ = views[View.IN_FORCE]
    by_side = {view: views[view][0] for view in (View.P3KE, View.BPS)}
    doubtful = columns.context.reconciled["status_padan"] == MatchStatus.REVIEW
    return Assessment(
        program=program,
        state=state,
        lacking=(*lacking, *partly),
        units=units,
        family=family,
        eligible=eligible,
        by_side=by_side,
        untested_exclusion=open_,
        served=served,
        outcome=_outcomes(eligible, by_side, served.truth),
        doubtful=eligible.yes & doubtful.to_numpy(dtype=np.bool_)[family],
        ranking=_ranked(program, columns, units, family, eligible.yes, key=key),
    )


def _units(program: Program, columns: Columns) -> Rows:
    if program.unit is Unit.PERSON:
        return np.arange(len(columns.people.family))
    return np.asarray(np.flatnonzero(columns.own == np.arange(len(columns.own))), dtype=np.int64)


def _of_units(served: Served, units: Rows) -> Served:
    truth = Truth(served.truth.yes[units], served.truth.no[units])
    covered, twice, entry = served.covered[units], served.twice[units], served.entry[units]
    return Served(truth, twice, entry, covered, served.paid, served.rows, served.strangers)


def columns_for(program: Program, columns: Columns, view: View, units: Rows) -> dict[str, Values]:
    """Return every column that the programme speaks of, for its units."""
    return {name: columns.get(name, view, program.unit).take(units) for name in program.columns}


def _eligible(program: Program, columns: Columns, view: View, units: Rows) -> tuple[Truth, Mask]:
    """Return who is eligible by what ``view`` knows, and where an exclusion of these is unknown.

    A registry that does not have the family or person says nothing of it.
    """
    told = columns_for(program, columns, view, units)
    needed = all_true([evaluate(node, told) for node in program.needed], len(units))
    bars = [evaluate(node, told) for node in program.barred]
    barred = np.logical_or.reduce([bar.yes for bar in bars]) if bars else np.zeros(len(units), dtype=np.bool_)
    there = columns.present(view, program.unit)[units]
    eligible = Truth(there & needed.yes & ~barred, there & (needed.no | barred))
    unknown = [bar.unknown for bar in bars]
    open_ = np.logical_or.reduce(unknown) if bars else np.zeros(len(units), dtype=np.bool_)
    return eligible, eligible.yes & open_


def _lacking(nodes: tuple[Node, ...], program: Program, columns: Columns) -> tuple[str, ...]:
    """Return the columns of ``nodes`` that no source fills for anybody."""
    spoken = dict.fromkeys(leaf.column for node in nodes for leaf in leaves(node))
    return tuple(n for n in spoken if not columns.get(n, View.IN_FORCE, program.unit).known.any())


def _no_service(program: Program, served: Served, columns: Columns) -> tuple[str, ...]:
    """Return what is missing to say who is served, where the programme says that something should."""
    by = program.served_by or ServedBy()
    if (served.truth.yes | served.truth.no).any():
        return ()
    lists = (
        (Content.RECIPIENTS.value,) if by.recipients and not columns.context.has(Content.RECIPIENTS) else ()
    )
    absent = ("recipients_program",) if by.recipients and not lists and not served.rows else ()
    return (*by.columns, *lists, *absent)


def _outcomes(eligible: Truth, by_side: Mapping[View, Truth], served: Truth) -> pd.Categorical:
    """Return the vocab.Outcome of each."""
    neither = by_side[View.P3KE].no & by_side[View.BPS].no
    cases = [
        (eligible.yes & served.yes, Outcome.REACHED),
        (eligible.yes & served.no, Outcome.EXCLUDED),
        (eligible.yes, Outcome.UNTOLD),
        (eligible.no & served.yes & neither, Outcome.INCLUDED),
        (eligible.no & served.yes, Outcome.DOUBTED),
        (eligible.no, Outcome.NOT_MEANT),
        (served.yes, Outcome.UNSURE),
    ]
    masks, outcomes = zip(*cases, strict=True)
    words = [outcome.value for outcome in Outcome]
    places = [np.int8(words.index(outcome)) for outcome in outcomes]
    chosen = np.select(list(masks), places, default=np.int8(words.index(Outcome.UNKNOWN)))
    return pd.Categorical.from_codes(chosen, categories=pd.Index(words, dtype="str"))


def _ranked(
    program: Program, columns: Columns, units: Rows, family: Rows, eligible: Mask, *, key: bytes
) -> Ranking:
    by = [(columns.get(n, View.IN_FORCE, program.unit).take(units), down) for n, down in program.ranks]
    regency = columns.areas["kode_kab"].take(family)
    quota = dict(program.quota) if isinstance(program.quota, Mapping) else program.quota
    rows = np.flatnonzero(eligible)
    ids = identities(program, columns, units[rows], family[rows])
    return rank(eligible, by, ids, quota, regency, key=key)


def identities(program: Program, columns: Columns, units: Rows, family: Rows) -> pd.Series:
    """Return what each is drawn by lot under: the household's id, and who the person is."""
    parts = [columns.context.reconciled["id_rekon"].array.take(family)]
    if program.unit is Unit.PERSON:
        told = columns.people.told
        born = told["tanggal_lahir"].iloc[units].dt.strftime("%Y-%m-%d").astype("str")
        parts += [told["nik"].array.take(units), told["nama"].array.take(units), born.array]
    texts = [pa.array(part, pa.large_string(), from_pandas=True) for part in parts]
    name, between = (pa.scalar(one, pa.large_string()) for one in (program.name, "|"))
    named = pc.binary_join_element_wise(name, *texts, between, null_handling="replace", null_replacement="")
    return pd.Series(named, dtype="str")
