"""Edge module: `padan check` and `padan sources`: all that can be known without matching."""

from pathlib import Path

import click
from jinja2 import Environment, PackageLoader, StrictUndefined
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows import steps
from flows.config import PipelineConfig, load_config
from flows.deliveries import Sources, read_sources
from flows.log import Reporter, reported, reporting
from flows.office import issue_lines
from geo.villages import VillageMap
from reconcile.errors import ConfigError, Fault
from reconcile.language import describe, entries, text
from reconcile.regions import Register, code_households
from reconcile.sources.drafting import draft_source
from reconcile.sources.readers import read_file
from reconcile.sources.spec import load_source, source_names
from reconcile.vocab import CodeStatus, Language, Registry

STEPS = 3
#: Troubles of a file that the terminal names; the page names all.
WORST = 3


def check(config_path: Path, language: Language, page: Path | None) -> int:
    """Check configuration, headings, code systems and boundaries; say what a run would do.

    Writes nothing but ``page`` (HTML), where one is asked for. Return 0, or 1 when rows or files would be set
    aside. Raises a PadanError with every fault found.
    """
    config = load_config(config_path)
    if page is not None and not page.parent.is_dir():
        raise ConfigError([Fault.of("E_PAGE_FOLDER", file=str(page))])
    with reporting(Reporter(language, STEPS)):
        with reported("read"):
            sources = read_sources(config)
        with reported("register"):
            register = steps.village_register(sources)
        with reported("boundaries"):
            polygons = steps.village_map(config, register)
    out = Console(highlight=False)
    out.print(_overview(sources, language))
    wrong = issue_lines(config, sources, register, language)
    said = [*_troubles(sources, language), *wrong, *_summary(sources, register, polygons, language)]
    out.print("\n".join(said), markup=False)
    if page is not None:
        page.write_text(_page(config, sources, said, language), encoding="utf-8")
    return 1 if sources.exceptions() else 0


def _overview(sources: Sources, language: Language) -> Table:
    table = Table(title=text("check_title", language), box=SIMPLE)
    for name in ("file", "form", "header_row", "accepted", "aside", "used", "left", "flags", "fill"):
        right = name not in {"file", "form"}
        table.add_column(
            text(f"check_{name}", language), justify="right" if right else "left", overflow="fold"
        )
    for delivery in sources.deliveries:
        found = delivery.profile
        for sheet in found.sheets:
            form = " ".join(
                part for part in (found.kind, found.encoding, repr(sheet.delimiter)[1:-1]) if part
            )
            name = " / ".join(part for part in (found.label.rpartition("/")[2], sheet.name) if part)
            counts = (
                sheet.header_row,
                sheet.fates["accepted"],
                sheet.fates["quarantined"],
                len(sheet.mapped),
                len(sheet.ignored),
            )
            flags = len(delivery.conformed.value_flags)
            least = min(found.fill.values(), default=0.0)
            table.add_row(Text(name), Text(form), *(str(n) for n in counts), str(flags), f"{least:.0%}")
    return table


def _troubles(sources: Sources, language: Language) -> list[str]:
    """Return the worst troubles of each file: code, field, how often, where first."""
    lines = []
    for found in (delivery.profile for delivery in sources.deliveries):
        for one in found.troubles[:WORST]:
            rows = ", ".join(str(row) for row in one.rows)
            lines.append(
                text(
                    "check_trouble",
                    language,
                    file=found.label,
                    said=_said(one.code, language),
                    column=one.column,
                    count=one.count,
                    rows=rows,
                )
            )
    return lines


def _said(code: str, language: Language) -> str:
    return f"{entries()[code][language]} [{code}]"


def _summary(sources: Sources, register: Register, polygons: VillageMap, language: Language) -> list[str]:
    report = polygons.report
    areas = text(
        "check_areas",
        language,
        villages=len(register.villages),
        polygons=report.villages,
        repaired=report.repaired,
        without=len(report.without_polygon),
        unlisted=len(report.without_listing),
    )
    said = [describe(fault, language) for fault in (*sources.set_aside, *sources.warnings)]
    for name, why in sources.unused:
        said.append(text("done_unused", language, file=name, why=text(why, language)))
    for registry, gathered in sources.registries.items():
        status = code_households(gathered.households, register)["status_kode"].value_counts()
        counts = {one.name.lower(): int(status.get(one.value, 0)) for one in CodeStatus}
        said.append(text("check_codes", language, registry=registry.value, **counts))
    sizes = {r.value: len(sources.registries[r].households) for r in Registry}
    return [*said, areas, text("check_would", language, **sizes)]


def _page(config: PipelineConfig, sources: Sources, said: list[str], language: Language) -> str:
    """Return the whole page; it asks nothing of any host and holds no value of any row."""
    environment = Environment(
        loader=PackageLoader("flows"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("check.html").render(
        language=language.value,
        reference_date=config.reference_date.isoformat(),
        said=said,
        files=[delivery.profile for delivery in sources.deliveries],
        titles={d.profile.source: getattr(d.spec.title, language) for d in sources.deliveries},
        unused=[(name, text(why, language)) for name, why in sources.unused],
        say=lambda key: text(key, language),
        reason=lambda code: _said(code, language),
    )


def draft(file: Path) -> str:
    """Return the draft of a source declaration for ``file``, for a person to finish; it holds no value."""
    name = "_".join("".join(c if c.isalnum() else " " for c in file.stem.lower()).split())
    return draft_source(read_file(file, label=file.name), name=name)


def show_draft(language: Language, *, file: Path) -> int:  # noqa: ARG001 - every command is told the language
    """Print the draft of a source declaration for ``file``; return 0."""
    click.echo(draft(file), nl=False)
    return 0


def list_sources(language: Language) -> int:
    """Print every source that is declared; return 0."""
    table = Table()
    for name in ("name", "registry", "content", "title"):
        table.add_column(text(f"sources_{name}", language), overflow="fold")
    for name in source_names():
        spec = load_source(name)
        registry = spec.registry.value if spec.registry else ""
        table.add_row(name, registry, spec.content.value, getattr(spec.title, language))
    Console(highlight=False).print(table)
    return 0
