"""Who may see a file, and what a file of a run is."""

from dataclasses import dataclass
from enum import StrEnum

from reconcile.tables import Table


class Disclosure(StrEnum):
    """Who may see a file."""

    RESTRICTED = "TERBATAS"
    INTERNAL = "INTERNAL"
    PUBLIC = "PUBLIK"


#: Only the owner reads identities; colleagues of the office read the rest.
MODES = {Disclosure.RESTRICTED: 0o600, Disclosure.INTERNAL: 0o640, Disclosure.PUBLIC: 0o640}


@dataclass(frozen=True)
class Output:
    """One table written as CSV: where, who may see it, the name of its rows; ``table`` is its allow-list."""

    path: str
    disclosure: Disclosure
    rows: str
    table: Table
