"""How full the fields of a delivery are, and which are emptier than its declaration expects."""

from reconcile.errors import Fault
from reconcile.sources.conform import Conformed
from reconcile.tables import PROVENANCE

_ORIGIN = {column.name for column in PROVENANCE} | {"code_system"}


def fill_rates(conformed: Conformed) -> dict[str, float]:
    """Return field -> share of accepted rows with a value, 0 to 1, for every field that the file has.

    A delivery without rows has no rates.
    """
    fields = conformed.table[[name for name in conformed.table if name not in _ORIGIN]]
    return {} if fields.empty else {str(name): float(rate) for name, rate in fields.notna().mean().items()}


def unmet_expectations(conformed: Conformed) -> tuple[Fault, ...]:
    """Return ``W_FILL`` for every field that is emptier than ``expect`` says: a warning, never a refusal.

    A field that the file has no column for counts as empty.
    """
    rates = fill_rates(conformed)
    file = str(conformed.accounts["source_file"].iloc[0]) if len(conformed.accounts) else ""
    return tuple(
        Fault.of("W_FILL", file=file, column=name, rate=_percent(rates.get(name, 0.0)), least=_percent(least))
        for name, least in conformed.spec.expect.items()
        if rates and rates.get(name, 0.0) < least
    )


def _percent(share: float) -> str:
    return f"{share:.1%}"
