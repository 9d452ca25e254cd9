"""What becomes of a flow, in words that Prefect shows: done, nothing new, unusable data, failed."""

from collections.abc import Callable
from pathlib import Path

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from reconcile.errors import ConservationError, InputError, PadanError

#: Names of states beside Prefect's own.
UNCHANGED = "TanpaPerubahan"
BAD_DATA = "MutuDataGagal"


def concluded(work: Callable[[], Path]) -> State[Path]:
    """Return what became of ``work``; what offices must mend in their data is a failure of its own name."""
    try:
        published = work()
    except (InputError, ConservationError) as error:
        return Failed(name=BAD_DATA, message=str(error), data=error)
    except PadanError as error:
        return Failed(message=str(error), data=error)
    return Completed(message=published.name, data=published)


def unchanged(standing: Path) -> State[Path]:
    """Return the state of a flow that found nothing new since the run ``standing``."""
    return Completed(name=UNCHANGED, message=standing.name, data=standing)
