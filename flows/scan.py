"""Edge module: `padan scan` says where in files the people of the inputs can be recognised.

The identities are read from the inputs of config.yaml and held in memory only. What is found is told by
file, place and form, never as what it is; a file that was not understood is never called clean.
"""

import os
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from flows import steps
from flows.config import PipelineConfig, load_config
from flows.csvfile import write_csv
from flows.deliveries import Sources, read_sources
from flows.publish import MANIFEST, RUNS, newest_run
from flows.reference import columns_of, some
from flows.scan_classes import declared_class
from flows.scan_open import PIXELS, Unread, open_file
from reconcile.disclosure import SCANNED, Disclosure, allowed
from reconcile.errors import Fault, InputError
from reconcile.identities.forms import Form
from reconcile.identities.known import Known, known_identities
from reconcile.identities.look import Part, Shape, identities_in
from reconcile.language import text
from reconcile.vocab import Language

FOUND, NOT_OPENED = 1, 3
SCAN = SCANNED.table
_SHOWN = ("berkas", "tempat", "kelas", "bentuk", "jumlah")


@dataclass(frozen=True)
class File:
    """A file to look into: where it lies, how it is named in what is said, its declared class."""

    path: Path
    name: str
    declared: Disclosure | None = None


@dataclass(frozen=True)
class Scan:
    """What was looked for and where: SCAN of what was found and not opened, and remarks.

    ``passed`` says that nothing was found in anything, and everything was understood.
    """

    identities: int
    files: int
    size: int
    skipped: int
    found: pd.DataFrame
    unread: pd.DataFrame
    remarks: pd.DataFrame

    @property
    def passed(self) -> bool:
        """Return whether nothing stands in the way of handing the files on."""
        return self.found.empty and self.unread.empty

    @property
    def code(self) -> int:
        """Return the exit code: identities count for more than files that nobody could open."""
        return FOUND if len(self.found) else NOT_OPENED if len(self.unread) else 0


def scan(config_path: Path, language: Language, *, paths: tuple[str, ...], csv: Path | None) -> int:
    """Look for every identity of the inputs in ``paths``, files and folders, and say where; return the code.

    A run (its folder or name; without ``paths`` the last one) is judged by what it declares: its TERBATAS
    files are left out. InputError where there is no such place, or nothing to look for.
    """
    config = load_config(config_path)
    files = list(_files(config, paths))
    seen = scan_files(files, identities_of(config))
    tell_scan(seen, language)
    if csv is not None:
        every = pd.concat([seen.found, seen.unread, seen.remarks], ignore_index=True)
        write_csv(csv, allowed(SCANNED, every))
    return seen.code


def identities_of(config: PipelineConfig) -> Known:
    """Return every identity of the inputs, of what was set aside too; InputError where there is none."""
    sources = read_sources(config)
    people = pd.concat([sources.both("households"), sources.both("members")], ignore_index=True)
    register = steps.village_register(sources).villages.drop_duplicates("kode_kec")
    codes = register["kode_kec"].str.replace(".", "", regex=False)
    known = known_identities(
        list(_numbers(sources)),
        people[["nama", "tanggal_lahir"]],
        dict(zip(codes, register["nama_kec"], strict=True)),
    )
    if not known.size:
        raise InputError([Fault.of("E_SCAN_NO_IDENTITIES")])
    return known


def _numbers(sources: Sources) -> Iterator[pd.Series]:
    """Return every column that holds NIK or KK, and whatever was set aside."""
    for table in ("households", "members"):
        frame = sources.both(table)
        yield from (frame[name] for name in frame.columns if name.startswith(("nik", "no_kk")))
    for delivery in sources.deliveries:
        frame = delivery.conformed.table
        yield from (frame[name] for name in frame.columns if str(name).startswith(("nik", "no_kk")))
    yield sources.both("quarantine")["raw"]
    yield sources.both("value_flags")["original"]


def scan_files(files: Sequence[File], known: Known) -> Scan:
    """Look into every file that is not declared TERBATAS."""
    judged = [file for file in files if file.declared is not Disclosure.RESTRICTED]
    named = bool(_in_name("\n".join(file.name for file in judged), known))
    found: list[tuple[object, ...]] = []
    unread: list[tuple[object, ...]] = []
    remarks: list[tuple[object, ...]] = []
    for file in judged:
        counts = Counter({("", form): n for form, n in _in_name(file.name, known).items()} if named else {})
        troubles: list[Unread] = []
        for part in open_file(file.path):
            if isinstance(part, Unread):
                troubles.append(part)
            else:
                counts.update({(part.place, form): n for form, n in identities_in(part, known).items()})
        shown = _covered(file.name, known) if named else file.name
        declared = file.declared.value if file.declared else None
        for (place, form), count in sorted(counts.items()):
            found.append((shown, _covered(place, known), declared, form.value, count))
        for one in troubles:
            rows = remarks if one.why == PIXELS else unread
            rows.append((shown, _covered(one.place, known), declared, f"why_{one.why}", None))
    size = sum(file.path.stat().st_size for file in judged if file.path.is_file())
    tables = [
        SCAN.build(pd.DataFrame(rows, columns=SCAN.names).drop_duplicates(ignore_index=True))
        for rows in (found, unread, remarks)
    ]
    return Scan(known.size, len(judged), size, len(files) - len(judged), *tables)


def _in_name(name: str, known: Known) -> Counter[Form]:
    return identities_in(Part("", name.encode("utf-8", "replace"), Shape.DELIMITED), known)


def _covered(name: str, known: Known) -> str:
    """Return a name as it may be said: parts that hold an identity are covered."""
    if not name or not _in_name(name, known):
        return name
    return "/".join("•••" if _in_name(part, known) else part for part in name.split("/"))


def _files(config: PipelineConfig, paths: Sequence[str]) -> Iterator[File]:
    """Return every file of every place that was named."""
    for place in paths or (None,):
        folder = run_folder(config, place) if place is None or not Path(place).exists() else Path(place)
        judge = declared_class if _is_run(folder) else None
        found = list(_below(folder, judge))
        if not found:
            raise InputError([Fault.of("E_SCAN_NOTHING", file=folder.name)])
        yield from found


def run_folder(config: PipelineConfig, run: str | None) -> Path:
    """Return the folder of a run by its name, of the last one for None; InputError names those there are."""
    root = config.output_root
    newest = newest_run(root)
    folder = newest if run is None else root / RUNS / run
    if folder is None or not _is_run(folder):
        runs = sorted(path.parent.name for path in (root / RUNS).glob(f"*/{MANIFEST}"))
        raise InputError([Fault.of("E_SCAN_NO_PLACE", name=run or "-", runs=some(runs[::-1]) or "-")])
    return folder


def _is_run(folder: Path) -> bool:
    return folder.resolve().parent.name == RUNS and (folder / MANIFEST).is_file()


def _below(place: Path, judge: Callable[[str], Disclosure] | None) -> Iterator[File]:
    """Return the files of a folder, sorted; a folder that is a link or cannot be listed stands for itself."""
    if place.is_file():
        yield File(place, place.name)
        return
    refused: list[OSError] = []
    for folder, inner, names in os.walk(place, onerror=refused.append):
        inner.sort()
        links = [name for name in inner if (Path(folder) / name).is_symlink()]
        for name in sorted([*names, *links]):
            path = Path(folder) / name
            label = path.relative_to(place).as_posix()
            yield File(path, label, judge(label) if judge else None)
    for error in refused:
        path = Path(str(error.filename))
        yield File(path, path.relative_to(place).as_posix())


def tell_scan(seen: Scan, language: Language) -> None:
    """Say what was found, not opened, and is left for a person to look at."""
    out = Console(highlight=False, soft_wrap=True)
    for title, table in (("found", seen.found), ("unread", seen.unread), ("remarks", seen.remarks)):
        if table.empty:
            continue
        shown = columns_of(f"scan_{title}", [f"scan_{name}" for name in _SHOWN], language, left=4)
        for row in table.to_dict("records"):
            shown.add_row(*_cells(row, language))
        out.print(shown)
    said = {"files": seen.files, "n": seen.identities, "mb": f"{seen.size / 1e6:.1f}"}
    out.print(text("scan_looked", language, **said), markup=False)
    if seen.skipped:
        out.print(text("scan_skipped", language, n=seen.skipped), markup=False)
    if len(seen.found):
        out.print(text("scan_dirty", language, n=int(seen.found["jumlah"].sum())), markup=False)
    if len(seen.unread):
        out.print(text("scan_not_clean", language, n=seen.unread["berkas"].nunique()), markup=False)
    elif seen.passed:
        out.print(text("scan_clean", language), markup=False)


def _cells(row: Mapping[Hashable, Any], language: Language) -> Iterator[str]:
    for name in _SHOWN:
        value = row[name]
        if name == "bentuk":
            yield text(f"scan_{value}" if str(value).startswith("why_") else f"scan_form_{value}", language)
        else:
            yield "" if pd.isna(value) else str(value)
