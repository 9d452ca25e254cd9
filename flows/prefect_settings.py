"""Prefect on one machine without a server set up: read before prefect is imported for the first time."""

import os
from pathlib import Path

#: Settings that hold unless the office has set its own in the environment.
DEFAULTS = {
    # nothing is sent to anybody
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # without PREFECT_API_URL a temporary server on the loopback keeps the records in PREFECT_HOME
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    # our own lines tell what a user needs; Prefect would print tracebacks
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    # results are files that the run publishes, never pickles
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
}


def settle(output_root: Path) -> None:
    """Set Prefect's environment; its home is a private folder below ``output_root``."""
    home = output_root / ".prefect"
    if "PREFECT_HOME" not in os.environ:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("PREFECT_HOME", str(home))
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
