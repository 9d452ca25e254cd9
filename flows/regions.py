"""Edge module: `padan regions check`: whether code lists, bridging and polygons agree, both ways."""

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.csvfile import write_csv
from flows.reference import SHOWN, Reference, columns_of, read_reference, some
from reconcile.disclosure import REGIONS_APART, allowed
from reconcile.errors import Fault
from reconcile.language import describe, text
from reconcile.regions import Register
from reconcile.regions.lists import (
    LEVELS,
    AreaList,
    Comparison,
    area_list,
    bridge_counts,
    compare,
    list_faults,
    moved_kecamatan,
    register_list,
    reissued_codes,
    same_digits,
)
from reconcile.vocab import CodeSystem, Content, Language


def check_regions(config_path: Path, language: Language, csv: Path | None) -> int:
    """Say whether lists, bridging and polygons agree, both ways; return 0, or 1 where they do not.

    Raises a PadanError where one of them cannot be read at all.
    """
    read = read_reference(config_path, language, csv)
    lists = _lists(read, language)
    # a BPS code may keep the kecamatan of before a split: only a list of BPS itself is complete per parent
    judged = [entry for entry in lists if entry != lists[-1]]
    faults = [fault for areas, system in judged for fault in list_faults(areas, system)]
    comparisons = _comparisons(read, lists, language)
    out = Console(highlight=False)
    out.print(_counts(read, [areas for areas, _ in lists], language))
    out.print(_agreement(comparisons, language))
    out.print(_bridges(read.register, language))
    lines = [*_listed(comparisons, language), *_notes(read.register, language)]
    lines += [describe(fault, language) for fault in faults[:SHOWN]]
    if len(faults) > SHOWN:
        lines.append(text("more_faults", language, n=len(faults) - SHOWN))
    fine = not faults and all(one.agrees for one in comparisons)
    lines.append(text("regions_fine" if fine else "regions_apart", language))
    out.print("\n".join(lines), markup=False, soft_wrap=True)
    if csv is not None:
        write_csv(csv, allowed(REGIONS_APART, _disagreements(comparisons, faults, language)))
    return 0 if fine else 1


def _lists(read: Reference, language: Language) -> list[tuple[AreaList, CodeSystem]]:
    """Return every list: those of the configuration, then what the bridging has of each system."""
    told = [
        (area_list(d.conformed.table, d.code_system, label=d.label.rpartition("/")[2]), d.code_system)
        for d in read.sources.deliveries
        if d.spec.content is Content.REGIONS and d.code_system is not None
    ]
    bridged = [
        (register_list(read.register, s, label=text(f"bridging_{s.value}", language)), s) for s in CodeSystem
    ]
    return [*told, *bridged]


def _comparisons(
    read: Reference, lists: Sequence[tuple[AreaList, CodeSystem]], language: Language
) -> list[Comparison]:
    """Return each list against the bridging of its system, and the polygons against that of Kemendagri."""
    bridged = {system: areas for areas, system in lists[-len(CodeSystem) :]}
    told = lists[: -len(CodeSystem)]
    found = list(chain.from_iterable(compare(areas, bridged[system]) for areas, system in told))
    keys = read.polygons.keys.str.replace(".", "", regex=False)
    drawn = pd.DataFrame({"tingkat": "desa", "kode": [*keys, *read.polygons.report.without_listing]})
    drawn["nama"] = pd.Series(pd.NA, index=drawn.index, dtype="str")
    polygons = AreaList(text("polygons", language), drawn)
    return [*found, *(c for c in compare(bridged[CodeSystem.KEMENDAGRI], polygons) if c.level == "desa")]


def _counts(read: Reference, lists: Iterable[AreaList], language: Language) -> Table:
    table = columns_of("areas_title", ["list", *(f"level_{level}" for level in LEVELS)], language)
    for areas in lists:
        table.add_row(Text(areas.label), *(str(n) for n in areas.counts().values()))
    keys = read.polygons.keys
    drawn = (keys.str.slice(0, 5).nunique(), keys.str.slice(0, 8).nunique(), len(keys))
    table.add_row(text("polygons", language), *(str(n) for n in drawn))
    return table


def _agreement(comparisons: Iterable[Comparison], language: Language) -> Table:
    columns = ("left", "right", "level", "both", "only_left", "only_right", "renamed")
    table = columns_of("agree_title", [f"agree_{name}" for name in columns], language, left=3)
    for one in comparisons:
        counts = (one.both, len(one.only_left), len(one.only_right), len(one.renamed))
        names = (one.left, one.right, text(f"level_{one.level}", language))
        table.add_row(*(Text(name) for name in names), *(str(n) for n in counts))
    return table


def _bridges(register: Register, language: Language) -> Table:
    table = columns_of("bridges_title", ["bridge_status", "bridge_pairs"], language)
    for status, count in bridge_counts(register).items():
        table.add_row(text(f"bridge_{status.value}", language), str(count))
    return table


def _listed(comparisons: Iterable[Comparison], language: Language) -> list[str]:
    """Return a line per direction in which a list has what the other lacks."""
    return [
        text(
            "only_in",
            language,
            n=len(codes),
            level=text(f"level_{one.level}", language),
            list=here,
            other=there,
            codes=some(codes),
        )
        for one in comparisons
        for here, there, codes in (
            (one.left, one.right, one.only_left),
            (one.right, one.left, one.only_right),
        )
        if codes
    ]


def _notes(register: Register, language: Language) -> list[str]:
    """Return what is right but misleads: each with its count."""
    notes = {
        "note_same_digits": same_digits(register),
        "note_moved_kecamatan": moved_kecamatan(register),
        "note_reissued": reissued_codes(register),
        "note_former": tuple(register.former["kode_lama"].drop_duplicates()),
    }
    return [text(key, language, n=len(codes), codes=some(codes)) for key, codes in notes.items() if codes]


def _disagreements(
    comparisons: Iterable[Comparison], faults: Iterable[Fault], language: Language
) -> pd.DataFrame:
    rows = [
        (one.left, one.right, one.level, code, text(f"agree_{what}", language))
        for one in comparisons
        for what in ("only_left", "only_right", "renamed")
        for code in getattr(one, what)
    ]
    rows += [(f.file, "", "", dict(f.details)["area"], describe(f, language)) for f in faults]
    columns = ["daftar", "dibandingkan_dengan", "tingkat", "kode", "keadaan"]
    return pd.DataFrame(rows, columns=columns, dtype="str")
