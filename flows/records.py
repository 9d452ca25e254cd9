"""Waits until Prefect has written down what it did.

Without a server set up, prefect starts one for the run and ends it when the program does; records that have
not reached the database by then are lost.
"""

import time
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

PATIENCE_SECONDS = 30.0


def wait_for_records(flow_run: UUID, steps: int) -> int:
    """Return how many of ``steps`` task runs are recorded as ended; wait at most PATIENCE_SECONDS for all."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    chosen = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run]))
    with get_client(sync_client=True) as client:
        while True:
            runs = client.read_task_runs(flow_run_filter=chosen)
            ended = sum(run.state is not None and run.state.is_final() for run in runs)
            if ended >= steps or time.monotonic() > deadline:
                return ended
            time.sleep(0.1)
