"""One line of `padan doctor`: what was looked at, and what is to be done about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reconcile.errors import Fault


class Verdict(StrEnum):
    """What a person is to make of a line."""

    FINE = "fine"
    LOOK = "look"
    WRONG = "wrong"


@dataclass(frozen=True)
class Line:
    """What was looked at: ``doctor_<topic>`` in the catalogue, ``doctor_<topic>_fine`` where all is well.

    A fault whose code begins with W wants a look, any other is wrong. ``fields`` are those of the sentence.
    """

    topic: str
    faults: tuple[Fault, ...] = ()
    fields: Mapping[str, object] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """Return the worst that is to be said."""
        if not self.faults:
            return Verdict.FINE
        look = all(fault.code.startswith("W_") for fault in self.faults)
        return Verdict.LOOK if look else Verdict.WRONG
