"""The whole data path on one screen."""

from functools import partial
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State

from flows import tasks
from flows.artifacts import show
from flows.config import PipelineConfig, load_config
from flows.fingerprint import remember, run_fingerprint, standing_run
from flows.memory import AT_ONCE, working
from flows.publish import run_lock
from flows.redaction import only_codes
from flows.staging import drop_kept, resumable
from flows.states import concluded, unchanged


@flow(name="padan", persist_result=False, log_prints=False, validate_parameters=True)
def reconcile_registries(config_path: str, *, fresh: bool = False, at_once: int = AT_ONCE) -> State[Path]:
    """Reconcile BPS and P3KE as ``config_path`` declares; the state holds the folder of the published run.

    Nothing is done where the last run came from the same files, settings and program, unless ``fresh`` asks
    for it. Within a step, ``at_once`` things are done at a time. A PadanError, which carries codes and
    positions only, is a failed state; then the last published run is untouched.
    """
    with only_codes("padan"):
        config = load_config(Path(config_path))
        with run_lock(config.output_root):
            made_from = run_fingerprint(config)
            standing = None if fresh else standing_run(config, made_from)
            if standing:
                drop_kept(config.output_root)
                return unchanged(standing)
            return concluded(partial(_reconcile, config, made_from, fresh=fresh, at_once=at_once))


def _reconcile(config: PipelineConfig, made_from: str, *, fresh: bool, at_once: int) -> Path:
    with resumable(config.output_root, fresh=fresh), working(at_once):
        sources = tasks.read(config)
        register = tasks.register(sources)
        polygons = tasks.boundaries(config, register)
        placed = tasks.place(config, sources, register, polygons)
        past = tasks.recall(config, sources, polygons)
        field = tasks.receive(sources, register, polygons, placed, past)
        linkage = tasks.match(config, sources, field)
        named = tasks.merge(config, sources, placed, linkage, field, past)
        found = tasks.find(config, sources, register, placed, named, field, past)
        followed = tasks.follow(config, sources, register, named, field, past, found)
        indicators = tasks.count(sources, register, named, followed)
        targets = tasks.target(config, sources, register, placed, named)
        results = linkage, named, followed, indicators, targets
        published = tasks.write(config, sources, register, polygons, past, *results).value
        remember(config, published, made_from)
    show(published, config.language)
    return published
