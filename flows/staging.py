"""Edge module: what the steps of a run made, kept as Parquet until the run is published.

Each step has a folder of its own that is named by the step and by the hash of all that it depends on. It is
written beside and renamed, and every file in it is known by its hash: a run that was killed leaves whole
steps or none, and the next run takes up those on which nothing has changed. Identities lie in there: only
the owner reads it, and it is gone when the run is published.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Generic, TypeVar

import geopandas as gpd
import pandas as pd

from flows.codec import Tree, pack, unpack
from flows.publish import sha256
from reconcile.errors import Fault, PublishError

#: Below the output folder.
FOLDER = ".antara"
_TOLD = "hasil.json"
_FRESH = ".baru"

T = TypeVar("T")


class Kept(Generic[T]):
    """A result of a step: ``key`` is the hash of what it depends on, ``value`` is read when asked for."""

    def __init__(self, key: str, load: Callable[[], T], *, reused: bool = False) -> None:
        self.key = key
        self.reused = reused
        self._load = load

    @property
    def value(self) -> T:
        """Return the result itself; nobody but who asks for it holds it."""
        return self._load()


class Staging:
    """The kept results of one output folder: each step reads what it needs and lets go of it."""

    def __init__(self, output_root: Path) -> None:
        self._folder = output_root / FOLDER

    def find(self, name: str, key: str, kind: Any) -> Kept[Any] | None:
        """Return the kept result of a step, None where there is none or a file of it is gone or damaged."""
        folder = self._place(name, key)
        try:
            told = json.loads((folder / _TOLD).read_text(encoding="utf-8"))
            whole = all(sha256(folder / file) == wanted for file, wanted in told["files"].items())
        except (OSError, ValueError, KeyError):
            whole = False
        if not whole:
            shutil.rmtree(folder, ignore_errors=True)
            return None
        return Kept(key, lambda: _read(folder, told["tree"], kind), reused=True)

    def keep(self, name: str, key: str, value: T, kind: Any) -> Kept[T]:
        """Write the result of a step; PublishError where the disk does not take it."""
        folder = self._place(name, key)
        try:
            tree = _write(folder, value)
        except OSError as error:
            raise PublishError([Fault.of("E_STAGING", file=FOLDER, kind=type(error).__name__)]) from None
        return Kept(key, lambda: _read(folder, tree, kind))

    def _place(self, name: str, key: str) -> Path:
        return self._folder / f"{name}-{key[:16]}"


def _write(folder: Path, value: object) -> Tree:
    """Write a result beside its place, move it there and return its tree; what lies there is of its key."""
    fresh = folder.with_name(f"{folder.name}{_FRESH}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh.mkdir(mode=0o700)
    files: dict[str, str] = {}

    def save(frame: pd.DataFrame) -> str:
        name = f"{len(files)}.parquet"
        frame.to_parquet(fresh / name)
        (fresh / name).chmod(0o600)
        files[name] = sha256(fresh / name)
        return name

    told = {"tree": pack(value, save), "files": files}
    (fresh / _TOLD).write_text(json.dumps(told), encoding="utf-8")
    (fresh / _TOLD).chmod(0o600)
    # of each step one result is kept: what was made of other files or settings is of no use
    for earlier in folder.parent.glob(f"{folder.name.rpartition('-')[0]}-*"):
        if earlier != fresh:
            shutil.rmtree(earlier, ignore_errors=True)
    fresh.rename(folder)
    return told["tree"]


def _read(folder: Path, tree: Tree, kind: Any) -> Any:
    def read(name: str, geo: bool) -> pd.DataFrame:  # noqa: FBT001 - codec.Read
        return gpd.read_parquet(folder / name) if geo else pd.read_parquet(folder / name)

    return unpack(tree, kind, read)


_current: ContextVar[Staging | None] = ContextVar("staging", default=None)


def current() -> Staging | None:
    """Return where the steps of this run keep what they make; None: nothing is kept."""
    return _current.get()


@contextmanager
def resumable(output_root: Path, *, fresh: bool = False) -> Iterator[Staging]:
    """Keep what the steps make while the block runs; ``fresh``: nothing of before is taken up.

    Where the block ends well nothing is left: what it made is published.
    """
    staging = Staging(output_root)
    if fresh:
        drop_kept(output_root)
    token = _current.set(staging)
    try:
        yield staging
    finally:
        _current.reset(token)
    drop_kept(output_root)


def drop_kept(output_root: Path) -> None:
    """Remove every kept result: identities lie in there, and no run needs them any more."""
    shutil.rmtree(output_root / FOLDER, ignore_errors=True)
