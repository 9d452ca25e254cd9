"""Every programme of the configuration against one reconciliation."""

from collections.abc import Mapping, Sequence

import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.programs.coverage import coverage, listing, profile
from reconcile.programs.eligible import assess
from reconcile.programs.named import named
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
    assessed = [assess(program, columns, recipients, key=key) for program in programs]
    people, persons = named(assessed, columns)
    profiles = [profile(one, columns) for one in assessed if one.program.profile and one.tested]
    return {
        COVERAGE.name: _together([coverage(one, columns) for one in assessed], COVERAGE.empty()),
        LISTING.name: listing(assessed, columns),
        PROFILE.name: _together(profiles, PROFILE.empty()),
        PEOPLE.name: people,
        PERSONS: persons,
    }


def _together(tables: Sequence[pd.DataFrame], empty: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else empty
