"""From configured paths to the two registries: every file opened, conformed, corrected, gathered."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch

import pandas as pd

from flows.config import InputConfig, PipelineConfig
from reconcile.errors import Fault, InputError
from reconcile.sources.conform import Conformed, conform
from reconcile.sources.corrections import Corrections, apply_corrections, unmatched_corrections
from reconcile.sources.expectations import unmet_expectations
from reconcile.sources.gather import Gathered, gather
from reconcile.sources.headings import check_headings
from reconcile.sources.profile import FileProfile, profile
from reconcile.sources.quarantine_files import read_corrections
from reconcile.sources.raw import RawFile
from reconcile.sources.readers import open_delivery
from reconcile.sources.spec import SourceSpec, load_source
from reconcile.tables import FIGURES
from reconcile.vocab import CodeSystem, Content, Registry

PEOPLE = (Content.FAMILIES, Content.MEMBERS)


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

    @property
    def code_system(self) -> CodeSystem | None:
        """Return the declared code system of the file; reference lists of both systems have none."""
        return self.entry.code_system or self.spec.code_system


@dataclass(frozen=True)
class Sources:
    """Every delivery, and the two registries gathered from them.

    ``set_aside`` names the files that could not be read at all, ``unused`` the files and members of
    archives that were not read, with the reason; ``warnings`` the fields that are emptier than their source expects.
    """

    deliveries: tuple[Delivery, ...]
    registries: Mapping[Registry, Gathered]
    set_aside: tuple[Fault, ...]
    unused: tuple[tuple[str, str], ...]
    warnings: tuple[Fault, ...]
    open_corrections: int

    def reference(self, content: Content) -> pd.DataFrame:
        """Return the rows of all deliveries of one kind of reference list."""
        tables = [d.conformed.table for d in self.deliveries if d.spec.content is content]
        return pd.concat(tables, ignore_index=True) if tables else FIGURES.empty()

    def both(self, table: str) -> pd.DataFrame:
        """Return one table of Gathered for both registries together, P3KE first."""
        frames: list[pd.DataFrame] = [getattr(self.registries[r], table) for r in Registry]
        return pd.concat(frames, ignore_index=True)

    def exceptions(self) -> bool:
        """Return whether anything was set aside: a row or a whole file."""
        return bool(self.set_aside) or bool(self.both("accounts")["quarantined"].sum())


@dataclass(frozen=True)
class _Opened:
    entry: InputConfig
    spec: SourceSpec
    raw: RawFile


def read_sources(config: PipelineConfig) -> Sources:
    """Read and conform every declared file, with the corrections that offices sent back.

    InputError with every fault of all files: headings that are not declared, reference lists that cannot be
    read, corrections that match nothing. A file of people that cannot be read as a file costs that file only,
    unless nothing is left of its registry.
    """
    opened, unused, set_aside, faults = _open(config)
    if faults:
        raise InputError(faults)
    corrections = read_corrections(config.files(config.corrections))
    deliveries = tuple(_conformed(config, one, corrections) for one in opened)
    stray = unmatched_corrections(corrections, [d.conformed for d in deliveries])
    if stray:
        raise InputError(stray)
    registries = {registry: _gathered(config, deliveries, registry) for registry in Registry}
    warnings = [warning for d in deliveries for warning in unmet_expectations(d.conformed)]
    return Sources(deliveries, registries, set_aside, unused, tuple(warnings), corrections.open)


def _open(
    config: PipelineConfig,
) -> tuple[list[_Opened], tuple[tuple[str, str], ...], tuple[Fault, ...], list[Fault]]:
    opened: list[_Opened] = []
    unused: list[tuple[str, str]] = []
    unreadable: dict[Registry | None, list[Fault]] = {}
    faults: list[Fault] = []
    seen: set[tuple[str, str]] = set()
    for entry in config.all_inputs():
        spec = load_source(entry.source)
        for path in config.files(entry.path):
            try:
                delivery = open_delivery(path, label=config.label(path), password=_password(entry))
            except InputError as error:
                unreadable.setdefault(spec.registry, []).extend(error.faults)
                continue
            unused += [(f"{delivery.label}!{one.name}", one.reason.value) for one in delivery.skipped]
            for raw in delivery.files:
                if not _wanted(entry, raw):
                    unused.append((raw.label, "member_not_chosen"))
                elif (spec.name, raw.sha256) in seen:
                    # the same delivery under another name would double every family in it
                    unused.append((raw.label, "delivered_twice"))
                else:
                    seen.add((spec.name, raw.sha256))
                    faults += check_headings(raw, spec)
                    opened.append(_Opened(entry, spec, raw))
    left = {one.spec.registry for one in opened}
    for registry, unread in unreadable.items():
        # a reference list cannot be done without, nor can a whole registry
        if registry is None or registry not in left:
            faults += unread
    set_aside = tuple(fault for unread in unreadable.values() for fault in unread if fault not in faults)
    return opened, tuple(unused), set_aside, faults


def _password(entry: InputConfig) -> str | None:
    return os.environ.get(entry.password_variable) if entry.password_variable else None


def _wanted(entry: InputConfig, raw: RawFile) -> bool:
    """Return whether a member of an archive is the one that the entry asks for; a plain file always is."""
    _, archive, member = raw.label.rpartition("!")
    return not archive or fnmatch(member.casefold(), entry.inside.casefold())


def _conformed(config: PipelineConfig, one: _Opened, corrections: Corrections) -> Delivery:
    table = conform(
        one.raw, one.spec, code_system=one.entry.code_system, reference_date=config.reference_date
    )
    table = apply_corrections(table, corrections.of(one.raw.sha256), reference_date=config.reference_date)
    raw = one.raw
    return Delivery(one.entry, one.spec, raw.label, raw.sha256, raw.size, table, profile(raw, table))


def _gathered(config: PipelineConfig, deliveries: Iterable[Delivery], registry: Registry) -> Gathered:
    own = [d.conformed for d in deliveries if d.spec.registry is registry and d.spec.content in PEOPLE]
    return gather(own, registry, config.reference_date)
