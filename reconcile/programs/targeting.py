"""Every programme of the configuration against one reconciliation."""

from collections.abc import Mapping, Sequence

import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.programs.coverage import coverage, listing, profile
from reconcile.programs.eligible import assess
from reconcile.programs.named import by_identity, named, together
from reconcile.programs.people import gather_people
from reconcile.programs.served import Recipients
from reconcile.programs.settings import Program
from reconcile.programs.tables import COVERAGE, LISTING, PEOPLE, PROFILE
from reconcile.programs.values import Columns

#: The persons whom PEOPLE speaks of.
PERSONS = "program_persons"


def target_programs(
    programs: Sequence[Program], context: Context, days: Mapping[str, pd.Timestamp], *, key: bytes
) -> dict[str, pd.DataFrame]:
    """Return COVERAGE, LISTING and PROFILE of all ``programs``, and both of ``named`` for PEOPLE, by name.

    ``days`` are the days that the data of each file stand for. Without programmes each table is empty.
    """
    if not programs:
        empty = {table.name: table.empty() for table in (COVERAGE, LISTING, PROFILE, PEOPLE)}
        return {**empty, PERSONS: pd.DataFrame()}
    columns = Columns.of(context, gather_people(context, days), days)
    recipients = Recipients(columns)
    places = {unit: by_identity(unit, columns) for unit in {program.unit for program in programs}}
    covered, listed, profiles, people = [], [], [], []
    for program in programs:
        # one at a time: what is known of every person is much
        assessed = assess(program, columns, recipients, key=key)
        covered.append(coverage(assessed, columns))
        listed.append(listing([assessed], columns))
        if program.profile and assessed.tested:
            profiles.append(profile(assessed, columns))
        people.append(named(assessed, columns, places[program.unit]))
    found, persons = together(people, columns)
    return {
        COVERAGE.name: pd.concat(covered, ignore_index=True),
        LISTING.name: pd.concat(listed, ignore_index=True),
        PROFILE.name: pd.concat(profiles, ignore_index=True) if profiles else PROFILE.empty(),
        PEOPLE.name: found,
        PERSONS: persons,
    }
