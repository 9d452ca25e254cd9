"""`padan check` and `padan sources`: everything that can be known without matching, and nothing written."""

from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from flows import steps
from flows.config import load_config
from flows.log import Reporter, reported, reporting
from reconcile.language import text
from reconcile.sources.spec import load_source, source_names
from reconcile.vocab import Language, Registry

STEPS = 3


def check(config_path: Path, language: Language) -> int:
    """Check configuration, headings, code systems and boundaries; say what a run would do.

    Return 0, or 1 when rows would be set aside. Raises a PadanError with every fault found.
    """
    config = load_config(config_path)
    with reporting(Reporter(language, STEPS)):
        with reported("read"):
            sources = steps.read_sources(config)
        with reported("register"):
            register = steps.village_register(sources)
        with reported("boundaries"):
            polygons = steps.village_map(config, register)
    out = Console(highlight=False)
    out.print(_files(sources, language))
    report = polygons.report
    out.print(
        text(
            "check_areas",
            language,
            villages=len(register.villages),
            polygons=report.villages,
            repaired=report.repaired,
            without=len(report.without_polygon),
            unlisted=len(report.without_listing),
        )
    )
    sizes = {r.value: len(sources.registries[r].households) for r in Registry}
    out.print(text("check_would", language, **sizes))
    return 1 if sources.both("accounts")["quarantined"].sum() else 0


def _files(sources: steps.Sources, language: Language) -> Table:
    table = Table(title=text("check_title", language))
    for name in ("file", "source", "system", "accepted", "aside", "flags"):
        table.add_column(
            text(f"check_{name}", language), justify="left" if name in {"file", "source"} else "right"
        )
    for delivery in sources.deliveries:
        done = delivery.conformed
        table.add_row(
            delivery.label,
            delivery.spec.name,
            delivery.code_system or "",
            _number(done.accounts["accepted"]),
            _number(done.accounts["quarantined"]),
            str(len(done.value_flags)),
        )
    return table


def _number(column: pd.Series) -> str:
    return str(int(column.sum()))


def list_sources(language: Language) -> None:
    """Print every source that is declared."""
    table = Table()
    for name in ("name", "registry", "content", "title"):
        table.add_column(text(f"sources_{name}", language))
    for name in source_names():
        spec = load_source(name)
        table.add_row(
            name,
            spec.registry.value if spec.registry else "",
            spec.content.value,
            getattr(spec.title, language),
        )
    Console(highlight=False).print(table)
