"""What a run was made from, and the counts that must add up before it may be published."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from importlib.metadata import version

import pandas as pd

from flows.config import PipelineConfig
from flows.deliveries import Delivery, Sources
from flows.fingerprint import program, secret, settings
from flows.libraries import libraries
from flows.origins import origins
from geo.villages import VillageMap
from reconcile.errors import ConservationError, Fault
from reconcile.indicators import COUNT_NAMES
from reconcile.linkage.households import Linkage
from reconcile.programs.coverage import equations as program_equations
from reconcile.vocab import MatchStatus, Registry

#: Variable by which `padan verify --rerun --any-version` gives a run the name of the one that it repeats.
NAME_VARIABLE = "PADAN_NAMA_JALAN"


def run_name(config: PipelineConfig, sources: Sources, villages: VillageMap) -> str:
    """Return the name of the run: reference date and a hash of configuration, inputs and program."""
    given = os.environ.get(NAME_VARIABLE)
    if given:
        return given
    parts = [settings(config), program(), villages.report.sha256]
    parts += sorted(f"{label} {digest}" for label, digest in _contents(sources))
    return f"{config.reference_date.isoformat()}-{sha256('|'.join(parts).encode()).hexdigest()[:10]}"


def _contents(sources: Sources) -> list[tuple[str, str]]:
    """Return every file that the result is made from, with its SHA-256."""
    return [*((d.label, d.sha256) for d in sources.deliveries), *sources.corrections]


def _read(sources: Sources) -> dict[str, str]:
    """Return the SHA-256 of every whole file as it was read; members of archives are left out."""
    return {label: digest for label, digest in _contents(sources) if "!" not in label}


def build_manifest(
    config: PipelineConfig,
    sources: Sources,
    villages: VillageMap,
    linkage: Linkage,
    tables: Mapping[str, pd.DataFrame],
) -> dict[str, object]:
    """Return the manifest; ``tables`` are reconciled, findings and indicators.

    Raises ConservationError when households are lost or doubled between the registries and the result.
    """
    return {
        "padan": version("padan"),
        "code": program(),
        "libraries": libraries(),
        "key": secret(config),
        "configuration": json.loads(settings(config)),
        "files": origins(config, _read(sources)),
        "reference_date": config.reference_date.isoformat(),
        "inputs": [_input(delivery) for delivery in sources.deliveries],
        "corrections": {
            "books": [{"file": label, "sha256": digest} for label, digest in sources.corrections],
            "undecided": sources.open_corrections,
        },
        "set_aside": [str(fault) for fault in sources.set_aside],
        "unused_members": [{"file": name, "why": why} for name, why in sources.unused],
        "warnings": [{"warning": str(fault), "details": dict(fault.details)} for fault in sources.warnings],
        "rows": _rows(sources),
        "families": {r.value: vars(sources.registries[r].grouped) for r in Registry},
        "boundaries": {
            "publisher": config.boundaries.publisher,
            "vintage": config.boundaries.vintage,
            **asdict(villages.report),
            "repaired": villages.report.repaired,
            "area_change_m2": villages.report.area_change_m2,
        },
        "blocking": [vars(one) for one in linkage.passes] + [{"name": "semua", "pairs": linkage.candidates}],
        "matching": {"expected": vars(linkage.quality), "parameters": asdict(linkage.parameters)},
        "counts": _counts(sources, linkage, tables),
    }


def _rows(sources: Sources) -> list[dict[str, object]]:
    """Return where the rows of each sheet of each file went, sheets that were not read among them."""
    rows: list[dict[str, object]] = []
    for delivery in sources.deliveries:
        found = delivery.profile
        rows += [{"file": found.label, "sheet": s.name, "used": True, **s.fates} for s in found.sheets]
        rows += [
            {"file": found.label, "sheet": name, "used": False, "physical": count, "why": why}
            for name, count, why in found.unused
        ]
    return rows


def _input(delivery: Delivery) -> dict[str, object]:
    return {
        "file": delivery.label,
        "sha256": delivery.sha256,
        "bytes": delivery.size,
        "source": delivery.spec.name,
        "vintage": delivery.entry.vintage,
        "code_system": delivery.code_system,
        "kind": delivery.profile.kind,
        "encoding": delivery.profile.encoding,
        "lines_as_windows_1252": delivery.profile.recoded,
        "lines_with_lost_signs": delivery.profile.replaced,
    }


def _counts(sources: Sources, linkage: Linkage, tables: Mapping[str, pd.DataFrame]) -> dict[str, object]:
    reconciled, indicators = tables["reconciled"], tables["indicators"]
    matched = int((linkage.pairs["status_padan"] == MatchStatus.MATCHED).sum())
    households = {r.value: sources.registries[r].grouped.households for r in Registry}
    equations = {
        "households = rows of both registries - matched pairs": (
            len(reconciled),
            sum(households.values()) - matched,
        )
    }
    for registry, count in households.items():
        held = reconciled[f"record_id_{registry}"]
        equations[f"{registry}: every household once"] = (int(held.nunique()), count)
        equations[f"{registry}: no household twice"] = (int(held.notna().sum()), count)
    for level, rows in indicators.groupby("tingkat"):
        equations[f"{level}: areas add up"] = (int(rows["n_keluarga"].sum()), len(reconciled))
        # a finding about a file, a list or a lost record belongs to no household
        of_households = int(tables["findings"]["id_rekon"].notna().sum())
        equations[f"{level}: findings add up"] = (int(rows["n_temuan"].sum()), of_households)
    covered, listed = tables["program_coverage"], tables["program_list"]
    equations |= program_equations(covered, listed, len(reconciled))
    wrong = [name for name, (one, other) in equations.items() if one != other]
    if wrong:
        raise ConservationError([Fault.of("E_COUNTS", equation=name) for name in wrong])
    # every level has the same totals: the layers refuse to be written otherwise
    top = indicators[indicators["tingkat"] == "kabupaten"]
    return {
        "households": households,
        "totals": {name: int(top[name].sum()) for name in COUNT_NAMES},
        "reconciled": {
            str(k): int(v) for k, v in reconciled["status_padan"].value_counts().sort_index().items()
        },
        "placed_by": {
            str(k): int(v) for k, v in reconciled["cara_lokasi"].value_counts().sort_index().items()
        },
        "findings": {
            str(k): int(v) for k, v in tables["findings"]["kode"].value_counts().sort_index().items()
        },
        "equations": {name: f"{one} = {other}" for name, (one, other) in equations.items()},
    }
