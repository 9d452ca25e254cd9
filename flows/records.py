"""Prefect's records of a run: where they begin, and that they are whole.

Without a server set up, prefect starts one for the run and ends it when the program does; records that have
not reached the database by then are lost.
"""

import os
import time
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

PATIENCE_SECONDS = 30.0


def open_records() -> None:
    """Let Prefect's server start, where none answers, so that what it writes is for its owner alone."""
    before = os.umask(0o077)
    try:
        get_client(sync_client=True)
    finally:
        os.umask(before)


def wait_for_records(flow_run: UUID, steps: int) -> int:
    """Return how many of ``steps`` task runs are recorded as ended; wait at most PATIENCE_SECONDS for all."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    chosen = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run]))
    with get_client(sync_client=True) as client:
        while True:
            runs = client.read_task_runs(flow_run_filter=chosen)
            # parts that a cluster works on have records too, and a name of several words
            ended = sum(run.state is not None and run.state.is_final() for run in runs if " " not in run.name)
            if ended >= steps or time.monotonic() > deadline:
                return ended
            time.sleep(0.1)
