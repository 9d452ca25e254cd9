"""Programmes in a run: who is judged with what, and the files of program/."""

from collections.abc import Iterator, Mapping

import pandas as pd

from flows.config import PipelineConfig
from flows.deliveries import Sources
from reconcile.disclosure import Disclosure, Output
from reconcile.discrepancies.context import Context
from reconcile.frames import Stacked
from reconcile.programs.tables import PEOPLE
from reconcile.programs.targeting import PERSONS, target_programs
from reconcile.programs.written import Names
from reconcile.regions import Register
from reconcile.reports.blocks import Blocks
from reconcile.vocab import Content

#: Folder of the names, a file per programme.
BY_PROGRAM = "program/TERBATAS"


def judge_programs(
    config: PipelineConfig,
    sources: Sources,
    register: Register,
    households: Stacked,
    reconciled: pd.DataFrame,
    *,
    key: bytes,
) -> dict[str, pd.DataFrame]:
    """Return the tables of every programme; ``households`` is PLACED of both registries."""
    context = Context(
        reconciled=reconciled,
        households=households,
        members=sources.stacked("members"),
        flags=sources.both("value_flags"),
        register=register,
        tolerances=config.findings.tolerances,
        language=config.language,
        references={content: sources.reference(content) for content in sources.lists()},
        reference_date=config.reference_date,
    )
    return target_programs(config.programs, context, sources.days(), key=key)


def named_parts(
    config: PipelineConfig, sources: Sources, register: Register, tables: Mapping[str, pd.DataFrame]
) -> Iterator[tuple[Output, Blocks]]:
    """Return the names of each programme with the file that they go to; one without any has an empty file."""
    names = Names(
        named=tables[PEOPLE.name],
        persons=tables[PERSONS],
        reconciled=tables["reconciled"],
        recipients=sources.reference(Content.RECIPIENTS),
        villages=register.villages,
    )
    for program in config.programs:
        path = f"{BY_PROGRAM}/{program.name}.csv"
        output = Output(path, Disclosure.RESTRICTED, PEOPLE.name, PEOPLE)
        yield output, names.of(program, config.language)
