"""`padan doctor`: looks an office machine over before work begins, and says what to do; needs no network."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from flows import doctor_machine, doctor_office
from flows.config import PipelineConfig, load_config
from flows.doctor_line import Line, Verdict
from reconcile.errors import ConfigError, Fault
from reconcile.language import describe, text
from reconcile.vocab import Language

#: What needs no configuration, in the order in which it is shown.
MACHINE: tuple[Callable[[], Line], ...] = (
    doctor_machine.python,
    doctor_machine.letters,
    doctor_machine.zone,
    doctor_machine.maps,
    doctor_machine.paper,
)
OFFICE: tuple[Callable[[PipelineConfig], Line], ...] = (
    doctor_office.inputs,
    doctor_office.clock,
    doctor_office.memory,
    doctor_office.output,
    doctor_office.room,
    doctor_office.speed,
    doctor_office.paths,
    doctor_office.key,
    doctor_office.records,
    doctor_office.port,
    doctor_office.outside,
    doctor_office.leftovers,
    doctor_office.running,
)
_EXIT = {Verdict.FINE: 0, Verdict.LOOK: 1, Verdict.WRONG: 3}


def doctor(config_path: Path, language: Language) -> int:
    """Look everything over and print a line each; return 0, 1 where something wants a look, 3 where wrong."""
    lines = list(look_over(config_path))
    table = Table(box=SIMPLE, show_edge=False, pad_edge=False)
    for name in ("what", "verdict", "found"):
        table.add_column(text(f"doctor_column_{name}", language))
    for line in lines:
        said = [describe(fault, language) for fault in line.faults]
        found = "\n".join(said) or text(f"doctor_{line.topic}_fine", language, **line.fields)
        verdict = text(f"doctor_{line.verdict.value}", language)
        table.add_row(text(f"doctor_{line.topic}", language), verdict, found)
    out = Console(highlight=False, markup=False)
    out.print(table, markup=False)
    counts = {one: sum(line.verdict is one for line in lines) for one in Verdict}
    out.print(text("doctor_sum", language, **{one.value: n for one, n in counts.items()}), soft_wrap=True)
    return max(_EXIT[line.verdict] for line in lines)


def look_over(config_path: Path) -> Iterator[Line]:
    """Return every line; without a configuration that can be read, those of the machine and what is wrong."""
    yield from (_looked(check.__name__, check) for check in MACHINE)
    yield _looked("libraries", partial(doctor_machine.libraries, config_path.parent))
    try:
        config = load_config(config_path)
    except ConfigError as error:
        yield Line("config", error.faults)
        return
    yield Line("config", fields={"file": config_path.name})
    yield from (_looked(check.__name__, partial(check, config)) for check in OFFICE)


def _looked(topic: str, check: Callable[[], Line]) -> Line:
    """Return the line of a check; one that fails on this machine is a line too, and ends no other."""
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever a strange machine does, the rest is still looked at
        return Line(topic, (Fault.of("W_DOCTOR_FAILED", kind=type(error).__name__),))
