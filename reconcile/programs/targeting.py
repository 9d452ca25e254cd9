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


def target_programs(
    programs: Sequence[Program], context: Context, days: Mapping[str, pd.Timestamp], *, key: bytes
) -> dict[str, pd.DataFrame]:
    """Return COVERAGE, LISTING, PROFILE and PEOPLE of all ``programs``, by the names of the tables.

    ``days`` are the days that the data of each file stand for. Without programmes each table is empty.
    """
    empty = {table.name: table.empty() for table in (COVERAGE, LISTING, PROFILE, PEOPLE)}
    if not programs:
        return empty
    columns = Columns.of(context, gather_people(context, days), days)
    recipients = Recipients(columns)
    assessed = [assess(program, columns, recipients, key=key) for program in programs]
    profiles = [profile(one, columns) for one in assessed if one.program.profile and one.tested]
    return {
        COVERAGE.name: _together([coverage(one, columns) for one in assessed], COVERAGE.empty()),
        LISTING.name: listing(assessed, columns),
        PROFILE.name: _together(profiles, PROFILE.empty()),
        PEOPLE.name: _together([named(one, columns) for one in assessed], PEOPLE.empty()),
    }


def _together(tables: Sequence[pd.DataFrame], empty: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else empty
