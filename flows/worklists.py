"""Edge module: `padan worklists`: the lists of families to visit, as files for villages and phones.

The set of a run lies below ``verval/<run>``. It is put in place whole or not at all; a further call adds the
kabupaten and forms that are not there yet. A file that was filled in where it lies stays as it is.
"""

import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from flows.audit import Event, Fingerprint, append
from flows.config import load_config
from flows.log import Reporter, reported, reporting
from flows.place import flush, recover_folder, replace_folder
from flows.publish import (
    MANIFEST,
    published_runs,
    run_folder,
    run_lock,
    sha256,
    staging_folder,
)
from flows.reference import columns_of, some
from flows.worklist_files import Lists, Regency, read_lists, regencies, write_form
from geo.cartography import whole
from reconcile.disclosure import MODES, Disclosure
from reconcile.errors import Fault, InputError, PublishError
from reconcile.language import text
from reconcile.vocab import FieldForm, Language

WORKLISTS = "verval"
_COLUMNS = ("regency", "villages", "families", *(f"files_{form.value}" for form in FieldForm))


@dataclass(frozen=True)
class _Set:
    """The files of a set of lists, by path: SHA-256, bytes, kabupaten and form of each."""

    run: str
    period: str
    files: Mapping[str, Mapping[str, Any]]
    program: str = field(default_factory=partial(version, "padan"))

    @property
    def manifest(self) -> str:
        """Return the manifest as it is written."""
        told = {"padan": self.program, "jalan": self.run, "periode": self.period, "berkas": self.files}
        return json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n"

    def without(self, other: "_Set") -> dict[str, Mapping[str, Any]]:
        """Return the files of this set whose kabupaten and form ``other`` has nothing of."""
        made = {(one["kode_kab"], one["bentuk"]) for one in other.files.values()}
        return {path: one for path, one in self.files.items() if (one["kode_kab"], one["bentuk"]) not in made}


@dataclass(frozen=True)
class _Placed:
    """Whether a set was put in place, and the files there that somebody had filled in or added."""

    fresh: bool
    touched: Sequence[str]


def publish_worklists(
    config_path: Path, language: Language, *, run: str | None, kab: Sequence[str], forms: Sequence[str]
) -> int:
    """Write the lists of a published run (the last one where none is named) and say where; return 0.

    ``kab`` are codes of kabupaten, all where there are none; the same for ``forms``. InputError where there
    is no such run or kabupaten, PublishError where the folder cannot be written.
    """
    config = load_config(config_path)
    published = _run_folder(config.output_root, run)
    chosen = tuple(FieldForm(one) for one in dict.fromkeys(forms)) or tuple(FieldForm)
    out = Console(highlight=False, soft_wrap=True)
    with reporting(Reporter(language, len(chosen) + 1)), run_lock(config.output_root):
        with reported("read"):
            lists = read_lists(published, config.language, config.resurvey.contact)
            parts = _chosen(lists, kab)
        if not parts:
            out.print(text("worklist_nobody", language, run=published.name), markup=False)
            return 0
        target = config.output_root / WORKLISTS / published.name
        recover_folder(target)
        with staging_folder(target.parent, target.name) as staging:
            made = _written(staging, parts, chosen, lists)
            placed = _put(staging, target, made, config.output_root)
    out.print(_table(parts, made, language))
    said = text(
        "worklist_done" if placed.fresh else "worklist_same",
        language,
        folder=config.label(target),
        families=sum(len(part.lines) for part in parts),
    )
    out.print(said, markup=False)
    if placed.touched:
        told = {"count": len(placed.touched), "files": some(placed.touched)}
        out.print(text("worklist_touched", language, **told), markup=False)
    return 0


def _run_folder(root: Path, run: str | None) -> Path:
    folder = run_folder(root, run)
    if folder is None:
        names = [path.name for path in published_runs(root)]
        raise InputError([Fault.of("E_WORKLIST_RUN", runs=some(names) or "-")])
    return folder


def _chosen(lists: Lists, kab: Sequence[str]) -> list[Regency]:
    """Return the parts of the kabupaten that are asked for, with or without dots in their codes."""
    known = {code.replace(".", ""): code for code in sorted(lists.villages["kode_kab"].unique())}
    unknown = sorted(code for code in set(kab) if code.replace(".", "") not in known)
    if unknown:
        codes = ", ".join(known.values())
        raise InputError([Fault.of("E_WORKLIST_KAB", kab=code, known=codes) for code in unknown])
    wanted = {known[code.replace(".", "")] for code in kab}
    return [part for part in regencies(lists.lines) if not wanted or part.code in wanted]


def _written(staging: Path, parts: Sequence[Regency], forms: Sequence[FieldForm], lists: Lists) -> _Set:
    """Write every form of every part below ``staging`` and return the set that it makes."""
    files: dict[str, Mapping[str, Any]] = {}
    for form in forms:
        with reported(f"worklist_{form.value}"):
            for part, path in write_form(form, staging, parts, lists):
                told = {"kode_kab": part.code, "bentuk": form.value}
                files[path.relative_to(staging).as_posix()] = {**_print(path), **told}
    return _Set(lists.round.run, lists.round.period, files)


def _print(path: Path) -> dict[str, Any]:
    return {"sha256": sha256(path), "bytes": path.stat().st_size}


def _put(staging: Path, target: Path, made: _Set, output_root: Path) -> _Placed:
    """Put what was made in the place of ``target``, with what lies there of other kabupaten and forms.

    A file there that is no longer what was written, or was added, may hold answers: it stays as it is. The
    audit log tells of the set before it is there. PublishError where the folder cannot be written.
    """
    try:
        standing, there = _standing(target), _there(target)
        told = standing.files if standing else {}
        touched = sorted(
            name for name, path in there.items() if name not in told or sha256(path) != told[name]["sha256"]
        )
        kept = {
            name: one for name, one in (standing.without(made) if standing else {}).items() if name in there
        }
        whole_set = _Set(made.run, made.period, {**kept, **made.files})
        if standing and standing.manifest == whole_set.manifest and set(whole_set.files) <= set(there):
            return _Placed(fresh=False, touched=touched)
        for name in {*kept, *touched}:
            (staging / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(there[name], staging / name)
        manifest = staging / MANIFEST
        manifest.write_text(whole_set.manifest, encoding="utf-8", newline="\n")
        manifest.chmod(MODES[Disclosure.RESTRICTED])
        for place in (*staging.rglob("*"), staging):
            flush(place)
        append(output_root, [(Event.WORKLISTS, _told(whole_set, manifest))])
        replace_folder(staging, target)
    except (OSError, ValueError, KeyError):
        raise PublishError([Fault.of("E_WORKLIST_FOLDER", file=target.name)]) from None
    return _Placed(fresh=True, touched=touched)


def _standing(target: Path) -> _Set | None:
    """Return the set that lies at ``target`` as its manifest tells; OSError, ValueError or KeyError."""
    if not target.exists():
        return None
    told = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    return _Set(told["jalan"], told["periode"], told["berkas"], told["padan"])


def _there(target: Path) -> dict[str, Path]:
    """Return every file that lies below ``target``, by its name there."""
    files = (path for path in target.rglob("*") if path.is_file() and path != target / MANIFEST)
    return {path.relative_to(target).as_posix(): path for path in files}


def _told(made: _Set, manifest: Path) -> dict[str, Any]:
    """Return what the audit log says of a set: names, counts and hashes only."""
    files = made.files.values()
    return {
        "jalan": made.run,
        "periode": made.period,
        "kabupaten": sorted({one["kode_kab"] for one in files}),
        "bentuk": sorted({one["bentuk"] for one in files}),
        "berkas": len(made.files),
        "manifes": vars(Fingerprint.of(manifest)),
    }


def _table(parts: Sequence[Regency], made: _Set, language: Language) -> Table:
    table = columns_of("worklist_table", (f"worklist_{name}" for name in _COLUMNS), language)
    for part in parts:
        counts = Counter(one["bentuk"] for one in made.files.values() if one["kode_kab"] == part.code)
        numbers = (part.lines["kode_desa"].nunique(), len(part.lines), *(counts[f.value] for f in FieldForm))
        name = f"{part.code} {part.name}".strip() or text("worklist_nowhere", language)
        table.add_row(name, *(whole(number, language) for number in numbers))
    return table
