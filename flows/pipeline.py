"""The whole data path on one screen."""

from pathlib import Path

from prefect import flow

from flows import tasks
from flows.config import load_config
from flows.key import load_key
from flows.publish import run_lock


@flow(name="padan", persist_result=False, log_prints=False, validate_parameters=True)
def reconcile_registries(config_path: str) -> Path:
    """Reconcile BPS and P3KE as ``config_path`` declares; return the folder of the published run.

    Raises a PadanError, which carries codes and positions only; then the last published run is untouched.
    """
    config = load_config(Path(config_path))
    with run_lock(config.output_root):
        load_key(config.output_root)  # a bad key ends the run before anything is read
        sources = tasks.read(config)
        register = tasks.register(sources)
        polygons = tasks.boundaries(config, register)
        placed = tasks.place(sources, register, polygons)
        past = tasks.recall(config, sources, polygons)
        field = tasks.receive(sources, register, polygons, placed, past)
        linkage = tasks.match(config, sources, field)
        named = tasks.merge(config, sources, placed, linkage, field, past)
        found = tasks.find(config, sources, register, placed, named, field, past)
        indicators = tasks.count(sources, register, named.reconciled, found)
        targets = tasks.target(config, sources, register, placed, named.reconciled)
        tables = {**found, "reconciled": named.reconciled, "history": named.history, "indicators": indicators}
        return tasks.write(config, sources, register, polygons, linkage, {**tables, **targets}, past)
