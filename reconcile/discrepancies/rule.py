"""What a rule is: what it finds, how grave it is, and what it needs before its answer means anything."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.vocab import Content, Severity


class Basis(StrEnum):
    """What a rule looks at: the two extracts, an earlier run, a returned visit, a reference list."""

    EXTRACTS = "A"
    HISTORY = "H"
    RETURNS = "V"
    LISTS = "X"


#: Stands among the needs of a rule that looks back at the last published run.
LAST_RUN = "riwayat"

Need = Content | str


@dataclass(frozen=True)
class Rule:
    """One rule: its code, how grave it is, and the function that finds it.

    ``needs`` are the lists (vocab.Content) and LAST_RUN without which it is not tested at all; ``also`` those
    without which it is tested in part, as it is without any of ``either``, of which one at least must be
    there. ``fields`` are columns of the registries of which at least one must have a value somewhere.
    ``version`` goes up when the rule changes what it finds. ``field``: only a visit settles it, so that a
    grave finding sends somebody there.
    """

    code: str
    severity: Severity
    find: Callable[[Context], pd.DataFrame]
    basis: tuple[Basis, ...] = (Basis.EXTRACTS,)
    needs: tuple[Need, ...] = ()
    also: tuple[Need, ...] = ()
    either: tuple[Need, ...] = ()
    fields: tuple[str, ...] = ()
    version: int = 1
    field: bool = False

    @property
    def looks_at(self) -> str:
        """Return the letters of ``basis``."""
        return "/".join(basis.value for basis in self.basis)

    def missing(self, context: Context) -> list[str]:
        """Return what is not there of all that the rule needs; anything of it: the rule is not tested."""
        lists = [str(need) for need in self.needs if not context.has(need)]
        lacking = [str(need) for need in self.either if not context.has(need)]
        lists += lacking if len(lacking) == len(self.either) else []
        return lists + ([] if self._told(context) else list(self.fields))

    def partly_missing(self, context: Context) -> list[str]:
        """Return which lists that the rule would look at too are not there."""
        return [str(need) for need in (*self.also, *self.either) if not context.has(need)]

    def _told(self, context: Context) -> bool:
        tables = (context.households, context.members)
        told = (bool(t[field].notna().any()) for field in self.fields for t in tables if field in t)
        return not self.fields or any(told)
