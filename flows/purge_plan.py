"""Edge module: what `padan purge` would remove, unit by unit, and what it must leave although it is old.

Age is counted from a day: of results that of the data (their reference date), of files that people sent the
later of when they changed and when they came here. Links are never followed, and nothing outside the output
folder and the folders of deliveries below the project folder is ever looked at.
"""

import os
import re
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from flows.bundle import BUNDLES
from flows.config import PipelineConfig
from flows.fingerprint import bordering
from flows.place import ASIDE, FRESH
from flows.publish import MANIFEST, RUNS, newest_run, sha256
from flows.published import manifest_of
from flows.release import RELEASES
from flows.report import REPORTS
from flows.retention import DISCARDED
from flows.scan_classes import declared_class
from flows.series import KEPT
from flows.staging import FOLDER as STAGING
from flows.worklists import WORKLISTS
from reconcile.disclosure import Disclosure

#: Class -> files whose day is before this one go; a class that is absent stays whole.
Limits = Mapping[Disclosure, date]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: Begin the names of what is being made, or was left by a killed run.
_STAGING = (STAGING, FRESH, ASIDE, DISCARDED, ".bagian-")
#: Below the folders that answers of the field and of reviewers are kept in: what was read into the store.
_READ_FROM = ("masuk", "buku")


class Kind(StrEnum):
    """What a unit is."""

    LANDING = "masuk"
    DELIVERY = "kiriman"
    RETURNED = "balasan"
    CORRECTION = "perbaikan"
    RUN = "hasil"
    STAGING = "antara"
    WORKLISTS = "daftar_kunjungan"
    REPORT = "laporan"
    BUNDLE = "bundel"
    RELEASE = "rilis"
    SERIES = "riwayat"


class Needed(StrEnum):
    """Why something stays although it is old."""

    NEWEST = "terbaru"
    PAST = "pembanding"
    IN_USE = "dipakai"
    LINK = "tautan"


@dataclass(frozen=True)
class Unit:
    """Files that go together: below ``folder``, of one class and one day; ``run`` where they are of a run."""

    folder: Path
    kind: Kind
    disclosure: Disclosure
    day: date
    files: tuple[Path, ...]
    run: str = ""


@dataclass(frozen=True)
class Stays:
    """Something old that is not removed, and why."""

    path: Path
    why: Needed


@dataclass
class Plan:
    """What would go, and what is old and stays."""

    units: list[Unit] = field(default_factory=list)
    stays: list[Stays] = field(default_factory=list)


def planned(config: PipelineConfig, limits: Limits) -> Plan:
    """Return what goes and what stays of everything that is older than ``limits``; removes nothing."""
    plan = Plan()
    root = config.output_root
    newest = newest_run(root)
    past = str((manifest_of(newest).get("history") or {}).get("run") or "")
    needed = {newest.name: Needed.NEWEST} if newest else {}
    compared = {**({past: Needed.PAST} if past else {}), **needed}
    _runs(plan, root, limits, compared)
    # the report of the run before says what it kept back, which the next must not tell either
    for one in _folders(plan, root / REPORTS, root):
        _whole(plan, one, Kind.REPORT, limits, compared, root)
    for folder, kind in ((WORKLISTS, Kind.WORKLISTS), (RELEASES, Kind.RELEASE)):
        for one in _folders(plan, root / folder, root):
            _whole(plan, one, kind, limits, needed, root)
    for recipient in _folders(plan, root / BUNDLES, root):
        for one in _folders(plan, recipient, root):
            _whole(plan, one, Kind.BUNDLE, limits, needed, root)
    _lookups(plan, root, limits, needed)
    for one in _folders(plan, root / KEPT, root):
        _series(plan, one, limits, needed, root)
    _staging(plan, root, limits)
    _delivered(plan, config, limits, newest)
    return plan


def within(path: Path, base: Path) -> bool:
    """Return whether a plain file really lies below ``base``, and no link leads to it from there."""
    try:
        plain = stat.S_ISREG(path.lstat().st_mode)
        return plain and path.parent.resolve().is_relative_to(base.resolve())
    except OSError:
        return False


def _runs(plan: Plan, root: Path, limits: Limits, needed: Mapping[str, Needed]) -> None:
    for folder in _folders(plan, root / RUNS, root):
        day = _day_of(folder.name) or _changed(folder)
        by_class: dict[Disclosure, list[Path]] = defaultdict(list)
        for path in _files(plan, folder, root):
            by_class[declared_class(path.relative_to(folder).as_posix())].append(path)
        old = {kind: files for kind, files in by_class.items() if _is_old(day, kind, limits)}
        if old and folder.name in needed:
            plan.stays.append(Stays(folder, needed[folder.name]))
            continue
        for kind, files in sorted(old.items()):
            plan.units.append(Unit(folder, Kind.RUN, kind, day, _in_order(files), folder.name))


def _whole(
    plan: Plan, folder: Path, kind: Kind, limits: Limits, needed: Mapping[str, Needed], root: Path
) -> None:
    """Plan a folder that goes whole, as its name or its place says of which class it is."""
    day = _day_of(folder.name) or _changed(folder)
    disclosure = {
        Kind.REPORT: Disclosure.PUBLIC,
        Kind.RELEASE: Disclosure.PUBLIC if folder.name.endswith("PUBLIK") else Disclosure.INTERNAL,
    }.get(kind, Disclosure.RESTRICTED)
    if not _is_old(day, disclosure, limits):
        return
    of_needed = [why for run, why in needed.items() if run in folder.name]
    if of_needed:
        plan.stays.append(Stays(folder, of_needed[0]))
        return
    files = _in_order(_files(plan, folder, root))
    if files:
        plan.units.append(Unit(folder, kind, disclosure, day, files))


def _lookups(plan: Plan, root: Path, limits: Limits, needed: Mapping[str, Needed]) -> None:
    """Plan the files that say which id of a bundle is which of ours; they go with the bundles."""
    folder = root / BUNDLES / Disclosure.RESTRICTED.value
    for path in _plain(plan, sorted(folder.glob("*.csv")), root):
        day = _day_of(path.name) or _changed(path)
        if _is_old(day, Disclosure.RESTRICTED, limits) and not any(run in path.name for run in needed):
            plan.units.append(Unit(folder, Kind.BUNDLE, Disclosure.RESTRICTED, day, (path,)))


def _series(plan: Plan, folder: Path, limits: Limits, needed: Mapping[str, Needed], root: Path) -> None:
    """Plan what is kept of one reference date; `padan history` and the trend of reports lose it."""
    day = _day_of(folder.name) or _changed(folder)
    if not _is_old(day, Disclosure.INTERNAL, limits):
        return
    files = _in_order(_files(plan, folder, root))
    of_newest = [path for path in files if any(path.name.startswith(f"{run}.") for run in needed)]
    if of_newest:
        plan.stays.append(Stays(folder, Needed.NEWEST))
    elif files:
        plan.units.append(Unit(folder, Kind.SERIES, Disclosure.INTERNAL, day, files))


def _staging(plan: Plan, root: Path, limits: Limits) -> None:
    places = [root, *_folders(plan, root, root), *_folders(plan, root / RUNS, root)]
    for place in places:
        for left in sorted(place.glob(".*")) if place.is_dir() else ():
            if not left.name.startswith(_STAGING):
                continue
            files = _in_order(_files(plan, left, root) if left.is_dir() else _plain(plan, [left], root))
            day = max(map(_changed, files), default=date.max)
            if files and _is_old(day, Disclosure.RESTRICTED, limits):
                folder = left if left.is_dir() else left.parent
                plan.units.append(Unit(folder, Kind.STAGING, Disclosure.RESTRICTED, day, files))


def _delivered(plan: Plan, config: PipelineConfig, limits: Limits, newest: Path | None) -> None:
    """Plan what people sent: each folder is a unit per day, and what config.yaml names is left out."""
    named = _named(config)
    taken = {one["sha256"] for one in manifest_of(newest).get("corrections", {}).get("books", [])}
    seen: set[Path] = set()
    for folder, kind, deep in _delivery_folders(config):
        files = _files(plan, folder, config.folder) if deep else _plain(plan, _direct(folder), config.folder)
        by_day: dict[date, list[Path]] = defaultdict(list)
        for path in files:
            day = _changed(path)
            apart = path in seen or _is_below(path, config.output_root) or path.name.startswith(".")
            if apart or not _is_old(day, Disclosure.RESTRICTED, limits):
                continue
            seen.add(path)
            if _in_use(path, named) and not (kind is Kind.CORRECTION and sha256(path) not in taken):
                if kind is not Kind.DELIVERY:
                    plan.stays.append(Stays(path, Needed.IN_USE))
                continue
            by_day[day].append(path)
        for day, old in sorted(by_day.items()):
            plan.units.append(Unit(folder, kind, Disclosure.RESTRICTED, day, _in_order(old)))


def _delivery_folders(config: PipelineConfig) -> Iterator[tuple[Path, Kind, bool]]:
    """Return the folders that people's files come to: below the project folder, never itself."""
    incoming = config.schedule.incoming
    found: list[tuple[Path, Kind, bool]] = [(config.folder / incoming.folder, Kind.LANDING, True)]
    for store in (config.resurvey.answers, config.review.decisions):
        beside = (config.folder / store).parent
        found += [(beside / name, Kind.RETURNED, True) for name in _READ_FROM]
    found.append(((config.folder / config.corrections).parent, Kind.CORRECTION, False))
    found += [(config.folder / rule.into, Kind.DELIVERY, False) for rule in incoming.rules]
    found += [((config.folder / one.path).parent, Kind.DELIVERY, False) for one in config.inputs]
    for folder, kind, deep in found:
        fixed = "*" not in str(folder) and "?" not in str(folder) and ".." not in folder.parts
        if fixed and folder != config.folder and folder.is_relative_to(config.folder) and folder.is_dir():
            yield folder, kind, deep


def _named(config: PipelineConfig) -> set[Path]:
    """Return every file that the next run or a command would read."""
    patterns = [one.path for one in config.all_inputs()]
    patterns += [config.corrections, config.objections, config.office.files]
    patterns += [config.resurvey.answers, config.review.decisions]
    patterns += [config.matching.parameters] if config.matching.parameters else []
    return {*(path for pattern in patterns for path in config.files(pattern)), *bordering(config)}


def _in_use(path: Path, named: set[Path]) -> bool:
    # beside a store lie its earlier versions, named after it
    return path in named or any(
        one.parent == path.parent and path.stem.startswith(f"{one.stem}_") for one in named
    )


def _folders(plan: Plan, folder: Path, root: Path) -> list[Path]:
    """Return the folders in a folder, without hidden ones; a link is told, and not followed."""
    if folder.is_symlink() or not folder.is_dir() or not _is_below(folder, root):
        if folder.is_symlink():
            plan.stays.append(Stays(folder, Needed.LINK))
        return []
    found = []
    for one in sorted(folder.iterdir()):
        if one.is_symlink():
            plan.stays.append(Stays(one, Needed.LINK))
        elif one.is_dir() and not one.name.startswith("."):
            found.append(one)
    return found


def _files(plan: Plan, folder: Path, base: Path) -> list[Path]:
    """Return every plain file below a folder."""
    found: list[Path] = []
    if folder.is_symlink():
        plan.stays.append(Stays(folder, Needed.LINK))
        return found
    for place, folders, names in os.walk(folder, followlinks=False):
        links = [Path(place) / name for name in folders if (Path(place) / name).is_symlink()]
        found += _plain(plan, [*links, *(Path(place) / name for name in names)], base)
    return found


def _direct(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_symlink() or path.is_file()]


def _plain(plan: Plan, paths: Iterable[Path], base: Path) -> list[Path]:
    """Return the plain files among ``paths``; links are told."""
    found = []
    for path in paths:
        if path.is_symlink():
            plan.stays.append(Stays(path, Needed.LINK))
        elif within(path, base):
            found.append(path)
    return found


def _in_order(files: Iterable[Path]) -> tuple[Path, ...]:
    """Return files as they go: the manifest first, so that no set is met that is whole in name only."""
    return tuple(sorted(files, key=lambda path: (path.name != MANIFEST, path.as_posix())))


def _is_below(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root.resolve())


def _is_old(day: date, disclosure: Disclosure, limits: Limits) -> bool:
    return disclosure in limits and day < limits[disclosure]


def _day_of(name: str) -> date | None:
    """Return the last day that a name tells: the reference date of the run in it."""
    for written in reversed(_DAY.findall(name)):
        try:
            return date.fromisoformat(written)
        except ValueError:
            continue
    return None


def _changed(path: Path) -> date:
    """Return the later of when a file changed and when it came here, as a local day."""
    seen = path.lstat()
    return datetime.fromtimestamp(max(seen.st_mtime, seen.st_ctime)).astimezone().date()
