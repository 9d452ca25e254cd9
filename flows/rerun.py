"""Edge module: a published run made again from its manifest, in a folder of its own that is gone afterwards.

The published set, its pointer, the kept series and the audit log are only read. The run is a child process
with a project of its own: links to the very files that the manifest names, the configuration as it was, and
the past run that it was held against.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from pydantic import ValidationError

from flows.config import PipelineConfig
from flows.differences import differences
from flows.fingerprint import program, secret
from flows.key import VARIABLE, load_key
from flows.libraries import libraries
from flows.manifest import NAME_VARIABLE
from flows.origins import origin_files
from flows.place import FRESH
from flows.publish import MANIFEST, POINTER, RUNS, newest_run, run_lock, sha256
from flows.published import file_faults, published_set
from reconcile.errors import Fault, RepeatError
from reconcile.vocab import Language

#: Where a run is made again, below the output folder; what a killed repeat left is swept as of any run.
WORKSHOP = f"{FRESH}ulang"
_OUTPUT = "hasil"
_EXCEPTIONS = 1
_NAME = re.compile(r"\d{4}-\d\d-\d\d-[0-9a-f]{10}")
_PROGRAM = "from flows.cli import main; main()"


@dataclass(frozen=True)
class Repeated:
    """How many files were compared, and a fault for each that is not the same."""

    files: int
    faults: tuple[Fault, ...]


def repeat(config: PipelineConfig, published: Path, language: Language, *, any_version: bool) -> Repeated:
    """Make the run of ``published`` again and compare every byte; ``any_version`` allows other versions.

    RepeatError with every reason why it cannot be made again here. PublishError where another run goes on.
    """
    root = config.output_root
    manifest = json.loads((published / MANIFEST).read_text(encoding="utf-8"))
    then = _configuration(manifest, config.folder)
    past = (manifest.get("history") or {}).get("run")
    inputs, missing = _inputs(manifest, then)
    faults = [] if any_version else list(_program_faults(manifest))
    if secret(config) != manifest["key"]:
        faults.append(Fault.of("E_RERUN_KEY"))
    faults += [*missing, *_past_faults(root, past)]
    if faults:
        raise RepeatError(faults)
    with run_lock(root), _workshop(root) as place:
        project = _laid(place, manifest["configuration"], inputs, root / RUNS / past if past else None)
        # by its name a run of another version would differ in every file that tells it
        name = _NAME.match(published.name) if any_version else None
        told = {NAME_VARIABLE: name.group() if name else "", VARIABLE: load_key(root).hex()}
        made = _made(project, told, language)
        names = {*manifest["outputs"], MANIFEST}
        return Repeated(len(names), tuple(differences(published, made, names)))


def _configuration(manifest: Mapping[str, Any], folder: Path) -> PipelineConfig:
    """Return the configuration as it was; RepeatError where the manifest does not hold it, or not for us."""
    if not {"configuration", "files", "key"} <= set(manifest):
        raise RepeatError([Fault.of("E_RERUN_OLD", file=MANIFEST)])
    try:
        return PipelineConfig.model_validate(
            {**manifest["configuration"], "folder": folder, "output": _OUTPUT}
        )
    except ValidationError:
        raise RepeatError([Fault.of("E_RERUN_CONFIG", file=MANIFEST, padan=manifest["padan"])]) from None


def _program_faults(manifest: Mapping[str, Any]) -> Iterator[Fault]:
    then, now = manifest["libraries"], libraries()
    pairs = {"padan": (manifest["padan"], version("padan"))}
    pairs |= {name: (then.get(name, "-"), now.get(name, "-")) for name in sorted({*then, *now})}
    for name, (before, here) in pairs.items():
        if before != here:
            yield Fault.of("E_RERUN_VERSION", name=name, then=before, now=here)
    if manifest["padan"] == version("padan") and manifest.get("code") != program():
        yield Fault.of("E_RERUN_CODE")


def _inputs(manifest: Mapping[str, Any], then: PipelineConfig) -> tuple[dict[str, Path], list[Fault]]:
    """Return label -> file of what lies in the project, and a fault for each file that is not as it was.

    Files outside the project folder stay where they are, so that none may have been added to them.
    """
    outside = [p for p in origin_files(then) if not p.is_relative_to(then.folder)]
    elsewhere = Counter((path.name, sha256(path)) for path in outside)
    inside: dict[str, Path] = {}
    faults = []
    for one in manifest["files"]:
        label, path = one["file"], then.folder / one["file"]
        if elsewhere[label, one["sha256"]]:
            elsewhere[label, one["sha256"]] -= 1
        elif path.is_file() and sha256(path) == one["sha256"]:
            inside[label] = path
        else:
            there = path.is_file() or any(name == label for name, _ in elsewhere)
            faults.append(Fault.of("E_RERUN_CHANGED" if there else "E_RERUN_GONE", file=label))
    left = sorted(name for (name, _), count in elsewhere.items() if count)
    told = {fault.file for fault in faults}
    faults += [Fault.of("E_RERUN_EXTRA", file=name) for name in left if name not in told]
    return inside, faults


def _past_faults(root: Path, past: str | None) -> Iterator[Fault]:
    if past is None:
        return
    folder = root / RUNS / past
    if not (folder / MANIFEST).is_file():
        yield Fault.of("E_RERUN_PAST", run=past)
    elif any(file_faults(published_set(folder))):
        yield Fault.of("E_RERUN_PAST_CHANGED", run=past)


@contextmanager
def _workshop(root: Path) -> Iterator[Path]:
    """Give an empty private folder; it is gone afterwards."""
    place = root / WORKSHOP
    place.mkdir(mode=0o700)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _laid(
    place: Path, configuration: Mapping[str, Any], inputs: Mapping[str, Path], past: Path | None
) -> Path:
    """Return a project with the files of ``inputs`` under their labels, and the past run published in it."""
    # a label that leads out of the project folder must not lead out of ``place``
    depth = max((PurePosixPath(label).parts.count("..") for label in inputs), default=0)
    project = place.joinpath(*["p"] * (depth + 1))
    project.mkdir(parents=True)
    for label, path in inputs.items():
        _link(path, project / label)
    text = yaml.safe_dump({**configuration, "output": _OUTPUT}, allow_unicode=True)
    (project / "config.yaml").write_text(text, encoding="utf-8", newline="\n")
    root = project / _OUTPUT
    root.mkdir()
    if past is not None:
        for path in (path for path in past.rglob("*") if path.is_file()):
            _link(path, root / RUNS / past.name / path.relative_to(past))
        (root / POINTER).write_text(f"{RUNS}/{past.name}\n", encoding="utf-8", newline="\n")
    return project


def _link(path: Path, target: Path) -> None:
    """Put a file in a second place without its bytes, where the system lets us; else copy it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)


def _made(project: Path, told: Mapping[str, str], language: Language) -> Path:
    """Run the flow on ``project`` and return the folder that it published; RepeatError where it failed.

    ``told`` is what the environment tells it besides.
    Its steps are shown as they go. It keeps Prefect's records to itself: nobody's server learns of it.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    command = [sys.executable, "-P", "-c", _PROGRAM, "run", "--config", str(project / "config.yaml")]
    done = subprocess.run(  # noqa: S603 - our own program, with a file that we wrote
        [*command, "--language", language.value],
        cwd=project,
        env={**environment, **told},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    made = newest_run(project / _OUTPUT)
    if done.returncode > _EXCEPTIONS or done.returncode < 0 or made is None:
        raise RepeatError([Fault.of("E_RERUN_FAILED", number=done.returncode)])
    return made
