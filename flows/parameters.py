"""Edge module: what the matching learnt, kept beside a run and read again where config.yaml asks for it."""

from pathlib import Path

from flows.config import PipelineConfig
from reconcile.errors import ConfigError, Fault
from reconcile.linkage.parameters import Parameters
from reconcile.linkage.spec import household_spec


def read_parameters(config: PipelineConfig) -> Parameters | None:
    """Return the parameters of an earlier run that the configuration names; ConfigError where unfit."""
    declared = config.matching.parameters
    if declared is None:
        return None
    path = config.folder / declared
    try:
        return Parameters.from_json(path.read_text(encoding="utf-8"), household_spec())
    except (OSError, ValueError, KeyError):
        raise ConfigError([Fault.of("E_PARAMETERS", file=config.label(path))]) from None


def write_parameters(path: Path, parameters: Parameters) -> None:
    """Write the parameters as JSON; they are counts, nobody's data."""
    path.write_text(parameters.to_json(), encoding="utf-8", newline="\n")
    path.chmod(0o640)
