"""Edge module: every file that a run is made from, by its content.

A manifest that names them all is enough to make the run again, or to say why it cannot be.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from flows.config import PipelineConfig
from flows.fingerprint import bordering, delivered, learnt
from flows.publish import sha256


def origins(config: PipelineConfig, known: Mapping[str, str]) -> list[dict[str, str]]:
    """Return label and SHA-256 of every file that ``config`` names, sorted: also those that were set aside.

    ``known`` is label -> SHA-256 of what was read, which is not hashed again: a file that changed in the
    meantime is told as it was read.
    """
    paths = list(origin_files(config))
    often = Counter(config.label(path) for path in paths)
    told = []
    for path in paths:
        label = config.label(path)
        # files of two folders outside the project may have one name
        digest = known[label] if label in known and often[label] == 1 else sha256(path)
        told.append({"file": label, "sha256": digest})
    return sorted(told, key=lambda one: (one["file"], one["sha256"]))


def origin_files(config: PipelineConfig) -> Iterator[Path]:
    """Return every file that a run of ``config`` opens, each once."""
    yield from dict.fromkeys((*delivered(config), *bordering(config), *learnt(config)))
