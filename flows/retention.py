"""Edge module: what goes from an output folder: runs that are no longer kept, leftovers of killed ones."""

import os
import re
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from flows.audit import HEAD, Event, append, read_log
from flows.place import ASIDE, FRESH, flush, patiently, recover_folder, removed

#: Begins the name of a run that is being removed.
DISCARDED = ".dibuang-"
#: Below the runs, where commands that hold no lock write beside; what is so old there is of no living one.
_UNLOCKED = (f"*/*/{FRESH}*", "*/*/.sedang-digambar-*")
#: How padan names a run: reference date, hash, and a number behind it where there were several.
_RUN = re.compile(r"\d{4}-\d\d-\d\d-[0-9a-f]+(-\d+)?")
_ABANDONED_SECONDS = 24 * 3600
_DAY = timedelta(days=1)
#: A hundred years: a calendar ends before today minus much more.
_MOST_DAYS = 36_500


class PurgeSettings(BaseModel):
    """Days that files of each class are kept where `padan purge` is told nothing else; None: without end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    TERBATAS: int | None = Field(default=None, ge=1, le=_MOST_DAYS)
    INTERNAL: int | None = Field(default=None, ge=1, le=_MOST_DAYS)
    PUBLIK: int | None = Field(default=None, ge=1, le=_MOST_DAYS)


class RetentionSettings(BaseModel):
    """Which old runs go after a new one is published: those that neither limit keeps; without any, none.

    ``runs``: so many of the last published are kept, the newest among them. ``days``: what was published in
    the last so many days is kept. ``purge`` is for `padan purge` alone, which nothing calls by itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    runs: int | None = Field(default=None, ge=1)
    days: int | None = Field(default=None, ge=1, le=_MOST_DAYS)
    purge: PurgeSettings = PurgeSettings()


@dataclass(frozen=True)
class Removal:
    """Names of the runs that were removed, and of those of which a program has a file open."""

    gone: tuple[str, ...] = ()
    postponed: tuple[str, ...] = ()


def remove_old(runs: Path, needed: Collection[str], settings: RetentionSettings) -> Removal:
    """Remove the runs that ``settings`` keep no longer, but not those ``needed``. The log tells of each.

    A run is first moved out of the folder ``runs`` whole, so that none is ever met in part.
    """
    gone, postponed = [], []
    for folder in list(_surplus(runs, needed, settings)):
        aside = runs.parent / f"{DISCARDED}{folder.name}"
        removed(aside)
        try:
            patiently(partial(folder.rename, aside))
        except PermissionError:
            postponed.append(folder.name)
            continue
        flush(runs)
        _discard(aside, settings)
        gone.append(folder.name)
    return Removal(tuple(gone), tuple(postponed))


def _surplus(runs: Path, needed: Collection[str], settings: RetentionSettings) -> Iterator[Path]:
    """Return the folders that are to go, the oldest first."""
    if settings.runs is None and settings.days is None:
        return
    when = _published(runs.parent)
    # what was renamed into place but never published is older than all; what people put there is theirs
    ours = (path for path in runs.iterdir() if path.name in when or _RUN.fullmatch(path.name))
    ranked = sorted(
        (path for path in ours if path.is_dir()),
        key=lambda path: (when[path.name][0] if path.name in when else 0, path.name),
    )
    last = ranked[-settings.runs :] if settings.runs else []
    earliest = datetime.now(UTC) - (settings.days or 0) * _DAY
    for folder in ranked:
        young = bool(settings.days) and folder.name in when and when[folder.name][1] > earliest
        if folder.name not in needed and folder not in last and not young:
            yield folder


def _published(output_root: Path) -> dict[str, tuple[int, datetime]]:
    """Return run -> number and time of the line of the audit log that tells of its last publication."""
    log = read_log(output_root)
    told = [one for one in log.entries if one.event == Event.RELEASE] if log else []
    return {str(one.content["jalan"]): (one.number, datetime.fromisoformat(one.time)) for one in told}


def _discard(aside: Path, settings: RetentionSettings | None) -> None:
    """Tell the audit log of a run that was taken out, and remove its files."""
    told: dict[str, Any] = {"jalan": aside.name.removeprefix(DISCARDED)}
    told |= {"simpan": settings.model_dump(exclude={"purge"})} if settings else {}
    append(aside.parent, [(Event.REMOVAL, told)])
    removed(aside)


def sweep(runs: Path) -> None:
    """Remove what killed runs left beside ``runs`` and in it; call it under the lock.

    What cannot be removed waits for the next run. A run that was moved into ``runs`` but never pointed to is
    whole, and stays: the same run, made again, takes it up. What commands without a lock write
    beside stays until it is a day old.
    """
    for aside in runs.parent.glob(f"{DISCARDED}*"):
        _discard(aside, None)
    for folder in _places(runs):
        # an older padan named them otherwise
        for left in (*folder.glob(f"{FRESH}*"), *folder.glob(".*.baru"), *folder.glob("TERBARU.baru")):
            # the log has a lock of its own, and its next writer writes over this
            if left.name != f"{FRESH}{HEAD}":
                removed(left)
        for aside in folder.glob(f"{ASIDE}*"):
            recover_folder(aside.with_name(aside.name.removeprefix(ASIDE)))
    long_ago = time.time() - _ABANDONED_SECONDS
    for pattern in _UNLOCKED:
        for left in runs.glob(pattern):
            if left.stat().st_mtime < long_ago:
                removed(left)


def _places(runs: Path) -> Iterator[Path]:
    """Return the output folder and all below it in which something is put in place."""
    yield runs.parent
    for folder in _folders(runs.parent):
        yield folder
        yield from _folders(folder) if folder != runs else ()


def _folders(folder: Path) -> Iterator[Path]:
    """Return the visible folders below; of one that is not ours to read, as a disk's lost+found, none."""
    if not os.access(folder, os.R_OK | os.X_OK):
        return iter(())
    return (path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
