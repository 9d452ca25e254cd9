"""From configured paths to the two registries: every file opened, conformed, corrected, gathered."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

import pandas as pd

from flows.config import InputConfig, PipelineConfig
from flows.memory import give_back
from flows.publish import sha256
from flows.redaction import without_numbers
from reconcile.errors import Fault, InputError
from reconcile.frames import Stacked
from reconcile.review.verdicts import contested_warnings
from reconcile.sources.conform import Conformed, conform
from reconcile.sources.corrections import Corrections, apply_corrections, unmatched_corrections
from reconcile.sources.expectations import unmet_expectations
from reconcile.sources.gather import Gathered, gather
from reconcile.sources.headings import Plan, plan_sheets
from reconcile.sources.profile import FileProfile, profile
from reconcile.sources.quarantine_files import read_corrections
from reconcile.sources.raw import Container, RawFile
from reconcile.sources.readers import open_delivery
from reconcile.sources.spec import PEOPLE, TABLES, SourceSpec, load_source
from reconcile.vocab import CodeSystem, Content, Registry

#: What is asked of the rows of people in a file when they are in their registry: codes against names, and
#: whatever number may not come out.
_STILL_ASKED = ("kode_wilayah", "nama_desa", "no_kk")


@dataclass(frozen=True)
class Delivery:
    """One delivered file, conformed, with what was declared of it and what was found in it."""

    entry: InputConfig
    spec: SourceSpec
    label: str
    sha256: str
    size: int
    conformed: Conformed
    profile: FileProfile

    def without_people(self) -> "Delivery":
        """Return the delivery without what is in its registry now: two provinces in memory are too much."""
        table = self.conformed.table
        kept = table[[name for name in _STILL_ASKED if name in table]]
        return replace(self, conformed=replace(self.conformed, table=kept))

    @property
    def code_system(self) -> CodeSystem | None:
        """Return the declared code system of the file; reference lists of both systems have none."""
        return self.entry.code_system or self.spec.code_system


@dataclass(frozen=True)
class Sources:
    """Every delivery, and the two registries gathered from them.

    ``set_aside`` names the files that could not be read at all, ``unused`` the files and members of archives
    that were not read, with the reason; ``warnings`` what somebody should look at: fields that are emptier
    than their source expects, hidden sheets, family keys delivered before. ``corrections`` are the workbooks
    that came back, with their SHA-256, and ``open_corrections`` how many of their lines nobody has decided.
    ``repeats`` names each file that came twice with the name under which it came again.
    """

    deliveries: tuple[Delivery, ...]
    registries: Mapping[Registry, Gathered]
    set_aside: tuple[Fault, ...]
    unused: tuple[tuple[str, str], ...]
    warnings: tuple[Fault, ...]
    corrections: tuple[tuple[str, str], ...]
    open_corrections: int
    repeats: tuple[tuple[str, str], ...] = ()

    def reference(self, content: Content) -> pd.DataFrame:
        """Return the rows of all deliveries of one kind of reference list."""
        return _reference(self.deliveries, content)

    def lists(self) -> frozenset[Content]:
        """Return which reference lists were delivered at all: an absent one is not an empty one."""
        return frozenset(d.spec.content for d in self.deliveries) - PEOPLE

    def editions(self) -> dict[str, int]:
        """Return the year of each delivery whose vintage begins with one, by the file's label."""
        years = {d.label: d.entry.vintage[:4] for d in self.deliveries}
        return {label: int(year) for label, year in years.items() if year.isdigit() and len(year) == 4}

    def days(self) -> dict[str, pd.Timestamp]:
        """Return the day from which on the data of each file stand, by its label: its vintage as a date.

        ``2026`` is the first day of that year, ``2026-06`` of that month; other vintages tell no day.
        """
        told = {
            d.label: pd.to_datetime(d.entry.vintage, format="ISO8601", errors="coerce")
            for d in self.deliveries
        }
        return {label: day for label, day in told.items() if not pd.isna(day)}

    def stacked(self, table: str) -> Stacked:
        """Return one table of Gathered for both registries together, P3KE first, to ask for its columns."""
        return Stacked(*(getattr(self.registries[registry], table) for registry in Registry))

    def both(self, table: str) -> pd.DataFrame:
        """Return one table of Gathered for both registries together, P3KE first."""
        return self.stacked(table).whole()

    def exceptions(self) -> bool:
        """Return whether anything was set aside: a row or a whole file, of people or of a list."""
        rows = (delivery.conformed.accounts["quarantined"].sum() for delivery in self.deliveries)
        return bool(self.set_aside) or any(rows)


def _reference(deliveries: Iterable[Delivery], content: Content) -> pd.DataFrame:
    tables = [d.conformed.table for d in deliveries if d.spec.content is content]
    return pd.concat(tables, ignore_index=True) if tables else TABLES[content].empty()


@dataclass(frozen=True)
class _Planned:
    entry: InputConfig
    spec: SourceSpec
    raw: RawFile
    plan: Plan


def read_sources(config: PipelineConfig) -> Sources:
    """Read and conform every declared file, with the corrections that offices sent back.

    InputError with every fault of all files: headings that are not declared, reference lists that cannot be
    read, corrections that match nothing. A file of people that cannot be read as a file costs that file only,
    unless nothing is left of its registry.
    """
    planned, unused, set_aside, faults, repeats = _plan(config)
    if faults:
        raise InputError(faults)
    books = config.files(config.corrections)
    corrections = read_corrections(books)
    # each is let go of once it is conformed: a province as text and as tables at once is too much
    deliveries = tuple(_conformed(config, planned.popleft(), corrections) for _ in range(len(planned)))
    stray = unmatched_corrections(corrections, [d.conformed for d in deliveries])
    if stray:
        raise InputError(stray)
    warnings = [warning for delivery in deliveries for warning in _warnings(delivery)]
    registries = {}
    for registry in Registry:
        give_back()
        # these are the last to hold the rows, so that gathering can let go of them
        own = (d.conformed for d in deliveries if d.spec.registry is registry and d.spec.content in PEOPLE)
        deliveries = tuple(d.without_people() if d.spec.registry is registry else d for d in deliveries)
        registries[registry] = gather(own, registry, config.reference_date)
    for gathered in registries.values():
        warnings += _delivered_before(gathered.households)
    warnings += contested_warnings(_reference(deliveries, Content.DECISIONS))
    returned = tuple((config.label(book), sha256(book)) for book in books)
    return Sources(
        deliveries, registries, set_aside, unused, tuple(warnings), returned, corrections.open, repeats
    )


def _warnings(delivery: Delivery) -> list[Fault]:
    """Return what is odd about a file that was read."""
    found = delivery.profile
    hidden = [
        Fault.of("W_HIDDEN_SHEET", file=found.label, sheet=s.name) for s in found.sheets if s.hidden_sheet
    ]
    empty = [] if len(delivery.conformed.table) else [Fault.of("W_NO_ROWS", file=found.label)]
    return [*unmet_expectations(delivery.conformed), *hidden, *empty]


def _delivered_before(households: pd.DataFrame) -> list[Fault]:
    """Return a warning per file and sheet with family keys that an earlier one of its source has too.

    A revision beside the original, or a copy of a sheet: nothing is dropped, but families are doubled.
    """
    told = households.dropna(subset=["family_key"])
    told = told[told.duplicated(["source", "family_key"], keep=False)]
    place = ["source_file", "source_sheet"]
    told = told.sort_values(["source", "family_key", *place, "source_row"])
    first = told.groupby(["source", "family_key"])[place].transform("first")
    again = told[(told[place] != first).any(axis="columns")]
    return [
        Fault.of("W_KEYS_AGAIN", file=str(file), sheet=str(sheet), count=len(rows))
        for (file, sheet), rows in again.groupby(place)
    ]


def _plan(
    config: PipelineConfig,
) -> tuple[
    deque[_Planned],
    tuple[tuple[str, str], ...],
    tuple[Fault, ...],
    list[Fault],
    tuple[tuple[str, str], ...],
]:
    planned: deque[_Planned] = deque()
    unused: list[tuple[str, str]] = []
    unreadable: dict[Registry | None, list[Fault]] = {}
    seen: dict[tuple[str, str], str] = {}
    repeats: list[tuple[str, str]] = []
    passed: list[str] = []
    faults: list[Fault] = []
    opened = list(_containers(config))
    if telling := _telling_names(config, [found for _, found in opened]):
        # alone: other faults would say the names
        raise InputError(telling)
    for entry, found in opened:
        spec = load_source(entry.source)
        if not isinstance(found, Container):
            unreadable.setdefault(spec.registry, []).extend(found)
            continue
        unused += [(f"{found.label}!{without_numbers(one.name)}", one.reason.value) for one in found.skipped]
        if not any(_wanted(entry, raw) for raw in found.files):
            members = ", ".join(raw.label.rpartition("!")[2] for raw in found.files)
            faults.append(Fault.of("E_INSIDE", file=found.label, pattern=entry.inside, members=members))
        for raw in found.files:
            if not _wanted(entry, raw):
                passed.append(raw.label)
            elif (spec.name, raw.sha256) in seen:
                # the same delivery under another name would double every family in it
                unused.append((raw.label, "delivered_twice"))
                repeats.append((seen[spec.name, raw.sha256], raw.label))
            else:
                seen[spec.name, raw.sha256] = raw.label
                planned.append(_Planned(entry, spec, raw, plan_sheets(raw, spec)))
    faults += [fault for one in planned for fault in one.plan.faults]
    chosen = {one.raw.label for one in planned}
    unused += [(label, "member_not_chosen") for label in passed if label not in chosen]
    left = {one.spec.registry for one in planned}
    for registry, unread in unreadable.items():
        # a reference list cannot be done without, nor can a whole registry
        if registry is None or registry not in left:
            faults += unread
    set_aside = (fault for unread in unreadable.values() for fault in unread if fault not in faults)
    # what two inputs name is said once
    return planned, tuple(dict.fromkeys(unused)), tuple(dict.fromkeys(set_aside)), faults, tuple(repeats)


def _containers(config: PipelineConfig) -> Iterator[tuple[InputConfig, Container | tuple[Fault, ...]]]:
    """Return what lies at each path of each input, or its faults; opened once, though two inputs name it."""
    known: dict[tuple[Path, str | None], Container | tuple[Fault, ...]] = {}
    for entry in config.all_inputs():
        for path in config.files(entry.path):
            key = path, _password(entry)
            if key not in known:
                known[key] = _container(path, config.label(path), key[1])
            yield entry, known[key]


def _telling_names(config: PipelineConfig, opened: Iterable[Container | tuple[Fault, ...]]) -> list[Fault]:
    """Return a fault per file whose name holds the number of somebody: every output would repeat it."""
    paths = [path for entry in config.all_inputs() for path in config.files(entry.path)]
    labels = [config.label(path) for path in [*paths, *config.files(config.corrections)]]
    labels += [raw.label for found in opened if isinstance(found, Container) for raw in found.files]
    told = {label: without_numbers(label) for label in labels}
    return [Fault.of("E_FILE_NAME", file=hidden) for label, hidden in told.items() if hidden != label]


def _container(path: Path, label: str, password: str | None) -> Container | tuple[Fault, ...]:
    try:
        return open_delivery(path, label=label, password=password)
    except InputError as error:
        return error.faults


def _password(entry: InputConfig) -> str | None:
    return os.environ.get(entry.password_variable) if entry.password_variable else None


def _wanted(entry: InputConfig, raw: RawFile) -> bool:
    """Return whether a member of an archive is the one that the entry asks for; a plain file always is."""
    _, archive, member = raw.label.rpartition("!")
    return not archive or fnmatch(member.casefold(), entry.inside.casefold())


def _conformed(config: PipelineConfig, one: _Planned, corrections: Corrections) -> Delivery:
    raw, day = one.raw, config.reference_date
    done = conform(raw, one.spec, reference_date=day, code_system=one.entry.code_system, plan=one.plan)
    done = apply_corrections(done, corrections, reference_date=day)
    return Delivery(
        one.entry, one.spec, raw.label, raw.sha256, raw.size, done, profile(raw, done, plan=one.plan)
    )
