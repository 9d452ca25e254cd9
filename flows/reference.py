"""What `padan regions check` and `padan boundaries check` share: the reference data, and how tables look."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.box import SIMPLE
from rich.table import Table

from flows import steps
from flows.config import PipelineConfig, load_config
from flows.deliveries import Sources, read_sources
from flows.log import Reporter, reported, reporting
from geo.villages import VillageMap
from reconcile.errors import ConfigError, Fault
from reconcile.language import text
from reconcile.regions import Register
from reconcile.vocab import Language

STEPS = 3
#: Keys of config.yaml whose files tell of people or of figures, not of areas.
PEOPLE_FILES = ("inputs", "figures", "decisions", "references")
#: So many codes stand in a line of the terminal; the CSV has all.
SHOWN = 8


@dataclass(frozen=True, eq=False)
class Reference:
    """What both checks read: configuration, reference lists, register, polygons."""

    config: PipelineConfig
    sources: Sources
    register: Register
    polygons: VillageMap


def read_reference(config_path: Path, language: Language, csv: Path | None) -> Reference:
    """Return the reference data of a configuration; no file of people is opened.

    Raises a PadanError where a list or the polygons cannot be used, or ``csv`` has no folder to stand in.
    """
    config = load_config(config_path)
    if csv is not None and not csv.parent.is_dir():
        raise ConfigError([Fault.of("E_PAGE_FOLDER", file=str(csv))])
    with reporting(Reporter(language, STEPS)):
        with reported("read"):
            sources = read_sources(config.model_copy(update=dict.fromkeys(PEOPLE_FILES, ())))
        with reported("register"):
            register = steps.village_register(sources)
        with reported("boundaries"):
            polygons = steps.village_map(config, register)
    return Reference(config, sources, register, polygons)


def columns_of(name: str, columns: Iterable[str], language: Language, *, left: int = 1) -> Table:
    """Return a table whose title and headings are keys of the catalogue, the first ``left`` of them text."""
    table = Table(title=text(name, language), box=SIMPLE)
    for number, column in enumerate(columns):
        table.add_column(
            text(column, language), justify="left" if number < left else "right", overflow="fold"
        )
    return table


def some(codes: Sequence[str]) -> str:
    """Return the first codes for a line of the terminal."""
    return ", ".join(codes[:SHOWN]) + (", …" if len(codes) > SHOWN else "")
