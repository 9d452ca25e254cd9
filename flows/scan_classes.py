"""What each file of a run was declared to be: TERBATAS may hold identities, everything else may not."""

from flows.findings_files import IDENTIFIED_BOOK
from flows.outputs import HOUSEHOLD_LAYERS, QUARANTINE_BOOK
from flows.programs import BY_PROGRAM
from flows.review_run import REVIEW
from reconcile.disclosure import CSV_OUTPUTS, Disclosure

#: Beside the CSV files. In an evaluation the errors are named with the families that they are about.
_RESTRICTED = frozenset(
    {
        HOUSEHOLD_LAYERS,
        QUARANTINE_BOOK,
        IDENTIFIED_BOOK,
        "evaluasi/kesalahan.csv",
        *(output.path for output in CSV_OUTPUTS if output.disclosure is Disclosure.RESTRICTED),
    }
)
_RESTRICTED_BOOKS = f"{REVIEW}/"


def declared_class(name: str) -> Disclosure:
    """Return the class of a file of a run by its name below the run; what nobody declared is INTERNAL."""
    restricted = (
        name in _RESTRICTED
        or name.startswith(f"{BY_PROGRAM}/")
        or (name.startswith(_RESTRICTED_BOOKS) and name.endswith(".xlsx"))
    )
    return Disclosure.RESTRICTED if restricted else Disclosure.INTERNAL
