"""Errors that name file, sheet, row, column and code, and never the value: it is personal data."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with what was given, in a form that may stand in any log.

    ``code`` is a key of the catalogue. ``details`` are fields of its sentence: headings, file names,
    region codes, counts, configuration keys. A NIK, a KK number or a name never goes in there.
    """

    code: str
    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""
    details: tuple[tuple[str, str], ...] = field(default=())

    @classmethod
    def of(
        cls, code: str, *, file: str = "", sheet: str = "", row: int = 0, column: str = "", **details: object
    ) -> "Fault":
        """Return a fault whose details are given by name."""
        return cls(code, file, sheet, row, column, tuple((k, str(v)) for k, v in sorted(details.items())))

    def __str__(self) -> str:
        """Return code and position: enough to find the place, nothing of what stands there."""
        place = ", ".join(
            part
            for part in (self.file, self.sheet, f"row {self.row}" if self.row else "", self.column)
            if part
        )
        return f"{self.code} ({place})" if place else self.code


class PadanError(Exception):
    """Base of all errors that a user is meant to see; ``exit_code`` is what the command ends with."""

    exit_code = 3

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type["PadanError"], tuple[tuple[Fault, ...]]]:
        """Rebuild from the faults; Prefect pickles exceptions."""
        return type(self), (self.faults,)


class ConfigError(PadanError):
    """The configuration is wrong; raised once with every fault of the file."""

    exit_code = 2


class InputError(PadanError):
    """What was delivered cannot be used as declared; raised once with every fault found."""

    exit_code = 2


class ConservationError(PadanError):
    """Counts that must be equal are not: nothing is published."""


class PublishError(PadanError):
    """The result could not be put in place; the last good one is untouched."""


class RepeatError(PadanError):
    """A published run cannot be made again here; raised once with every reason."""


class ClusterError(PadanError):
    """The cluster that was asked for cannot do the work; the last result is untouched."""


class MemoryNeedError(PadanError):
    """The run needs more memory than it was allowed, whatever its batches; nothing was begun."""


class StepError(PadanError):
    """A step failed for a reason nobody foresaw; carries step and kind of error, not its text."""
