"""Programmes in a run: who is judged with what, and the files of program/."""

from collections.abc import Iterator

import pandas as pd

from flows.config import PipelineConfig
from flows.deliveries import Sources
from reconcile.disclosure import Disclosure, Output
from reconcile.discrepancies.context import Context
from reconcile.programs.tables import PEOPLE
from reconcile.programs.targeting import target_programs
from reconcile.regions import Register

#: Folder of the names, a file per programme.
BY_PROGRAM = "program/TERBATAS"


def judge_programs(
    config: PipelineConfig,
    sources: Sources,
    register: Register,
    households: pd.DataFrame,
    reconciled: pd.DataFrame,
    *,
    key: bytes,
) -> dict[str, pd.DataFrame]:
    """Return the tables of every programme; ``households`` is PLACED of both registries."""
    context = Context(
        reconciled=reconciled,
        households=households,
        members=sources.both("members"),
        flags=sources.both("value_flags"),
        register=register,
        tolerances=config.findings.tolerances,
        language=config.language,
        references={content: sources.reference(content) for content in sources.lists()},
        reference_date=config.reference_date,
    )
    return target_programs(config.programs, context, sources.days(), key=key)


def named_parts(people: pd.DataFrame, config: PipelineConfig) -> Iterator[tuple[Output, pd.DataFrame]]:
    """Return the names of each programme with the file that they go to; one without any has an empty file."""
    for program in config.programs:
        path = f"{BY_PROGRAM}/{program.name}.csv"
        output = Output(path, Disclosure.RESTRICTED, PEOPLE.name, PEOPLE)
        yield output, people[people["program"] == program.name]
