"""Edge module: what a result depends on, as hashes: the program, settings, files and the secret."""

import json
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import blake2b, sha256
from importlib.metadata import version
from pathlib import Path

from flows import publish
from flows.config import PipelineConfig
from flows.key import load_key
from flows.libraries import libraries
from flows.place import fresh_file, put_file

#: The packages whose code and word lists make a result.
OWN = tuple(Path(__file__).parents[1] / package for package in ("flows", "reconcile", "geo"))
_ENDINGS = {".py", ".yaml", ".html", ".css", ".js"}
#: What no result depends on: where things lie, when and where runs are made and how long they are kept.
_NO_MATTER = {"folder", "output", "schedule", "retention", "processing", "cluster", "key", "recipients"}
#: Below the output folder: the newest run and the hash of what it was made from.
MADE_FROM = ".dibuat-dari"
_MODE = 0o640


@cache
def program() -> str:
    """Return the hash of the program itself: a changed rule or word makes a new result."""
    found = sorted(path for package in OWN for path in package.rglob("*") if path.suffix in _ENDINGS)
    return digest(f"{path.relative_to(OWN[0].parent).as_posix()} {publish.sha256(path)}" for path in found)


@cache
def software() -> str:
    """Return the hash of the program and of the libraries that it works with."""
    return digest([program(), version("padan"), json.dumps(libraries())])


def digest(parts: Iterable[str]) -> str:
    """Return the hash of texts in their order."""
    return sha256(json.dumps(list(parts)).encode()).hexdigest()


def settings(config: PipelineConfig, sections: Collection[str] | None = None) -> str:
    """Return some sections of the configuration as text, all that results depend on where none are named."""
    whole = config.model_dump(mode="json", include=set(sections) if sections is not None else None)
    return json.dumps({name: whole[name] for name in sorted(set(whole) - _NO_MATTER)})


def view(config: PipelineConfig, sections: Collection[str]) -> PipelineConfig:
    """Return the configuration with some sections only: to look at another is an AttributeError.

    So nothing can depend on a setting that its hash does not tell of.
    """
    seen = config.model_copy()
    for name in set(type(config).model_fields) - set(sections) - _NO_MATTER:
        del seen.__dict__[name]
    return seen


def secret(config: PipelineConfig) -> str:
    """Return a keyed hash that is another for another key, and tells nothing of it."""
    return blake2b(b"padan", key=load_key(config.output_root), digest_size=16).hexdigest()


def contents(config: PipelineConfig, paths: Iterable[Path]) -> str:
    """Return the hash of files, by name and content; an absent one counts as such."""
    return digest(
        f"{config.label(path)} {_content(path, *_state(path)) if path.is_file() else '-'}" for path in paths
    )


def opened(config: PipelineConfig) -> str:
    """Return a keyed hash of the passwords of deliveries: one that is given now opens what was shut."""
    names = sorted({entry.password_variable for entry in config.all_inputs() if entry.password_variable})
    given = json.dumps([[name, os.environ.get(name)] for name in names])
    return blake2b(given.encode(), key=load_key(config.output_root), digest_size=16).hexdigest()


def read_from(config: PipelineConfig) -> str:
    """Return the hash of all that people sent, as far as it can be opened."""
    return digest([contents(config, delivered(config)), opened(config)])


def _state(path: Path) -> tuple[int, int]:
    seen = path.stat()
    return seen.st_mtime_ns, seen.st_size


@cache
def _content(path: Path, changed: int, size: int) -> str:  # noqa: ARG001 - a changed file is hashed anew
    return publish.sha256(path)


def delivered(config: PipelineConfig) -> list[Path]:
    """Return every file that people sent, and what offices corrected."""
    found = {path for entry in config.all_inputs() for path in config.files(entry.path)}
    return sorted({*found, *config.files(config.corrections)})


def bordering(config: PipelineConfig) -> list[Path]:
    """Return the files of the village polygons: a shapefile is several of one stem."""
    return sorted({one for path in config.files(config.boundaries.path) for one in _beside(path)})


def _beside(path: Path) -> Iterator[Path]:
    return (one for one in path.parent.glob(f"{path.stem}.*") if one.is_file())


def learnt(config: PipelineConfig) -> list[Path]:
    """Return the file of parameters that the matching is told to use, if any."""
    declared = config.matching.parameters
    return [config.folder / declared] if declared else []


def remembered(config: PipelineConfig) -> list[Path]:
    """Return what tells which run was published last."""
    newest = publish.newest_run(config.output_root)
    return [newest / publish.MANIFEST] if newest else []


def run_fingerprint(config: PipelineConfig) -> str:
    """Return the hash of all that a run depends on, but for the run that it is held against."""
    # before anything is read of what people sent
    load_key(config.output_root, required=config.key.required)
    beside = contents(config, [*bordering(config), *learnt(config)])
    return digest([software(), settings(config), read_from(config), beside, secret(config)])


def remember(config: PipelineConfig, published: Path, fingerprint: str) -> None:
    """Note what the newest run was made from; it is no part of the run, whose bytes tell of data only.

    The run is published by now: where the disk does not take the note, the next run makes it again.
    """
    noted, place = json.dumps({"run": published.name, "from": fingerprint}), config.output_root / MADE_FROM
    with suppress(OSError):
        put_file(fresh_file(place, lambda fresh: fresh.write_text(noted, encoding="utf-8"), _MODE), place)


def standing_run(config: PipelineConfig, fingerprint: str) -> Path | None:
    """Return the newest published run where the same would come out again and it is whole, else None."""
    newest = publish.newest_run(config.output_root)
    try:
        noted = json.loads((config.output_root / MADE_FROM).read_bytes())
        outputs = json.loads((newest / publish.MANIFEST).read_bytes())["outputs"] if newest else {}
    except (OSError, ValueError, KeyError):
        return None
    if newest is None or noted != {"run": newest.name, "from": fingerprint}:
        return None
    whole = all(
        (newest / name).is_file() and publish.sha256(newest / name) == wanted
        for name, wanted in outputs.items()
    )
    return newest if whole else None
