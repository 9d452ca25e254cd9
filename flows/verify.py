"""Edge module: `padan verify` holds a published set against what the audit log and its manifest say of it.

With ``--rerun`` the run is also made again from its manifest, and compared to the byte.
"""

from pathlib import Path

from rich.console import Console

from flows.audit import LOG
from flows.beside import Beside, look_beside
from flows.config import load_config
from flows.publish import MANIFEST, RUNS, newest_run
from flows.published import Set, file_faults, published_set
from flows.reference import some
from flows.rerun import repeat
from reconcile.errors import Fault, InputError
from reconcile.language import describe, text
from reconcile.vocab import Language


def verify(
    config_path: Path,
    language: Language,
    *,
    run: str | None,
    head: str | None,
    rerun: bool,
    any_version: bool,
) -> int:
    """Hash a published set again and say what is not as it was published; return 0, or 1 where something is.

    ``run`` is the name of a run, a folder (a copy of a run, anywhere), or None for the last one. ``head`` is
    a fingerprint of the log that was noted down earlier. What lies beside the runs (series, reports, lists)
    is looked at too. Needs no network, and writes nothing. ``rerun`` makes the run again in a folder that is
    gone afterwards, ``any_version`` also with another version of padan or of a library. InputError where
    there is no such run, or nothing to hold it against; RepeatError where it cannot be made again.
    """
    out = Console(highlight=False, soft_wrap=True)
    published = published_set(_folder(config_path, run))
    beside = look_beside(published) if published.log else Beside()
    faults = [*published.faults, *file_faults(published), *beside.faults]
    known = {one.digest for one in published.log.entries} if published.log else set()
    if head is not None and head not in known:
        faults.append(Fault.of("E_AUDIT_NOT_THERE", file=LOG))
    lines = [describe(fault, language) for fault in faults]
    lines += _notes(published, beside, language)
    said = "verify_fine" if not faults else "verify_apart"
    lines.append(text(said, language, run=published.folder.name, files=len(published.files), n=len(faults)))
    out.print("\n".join(lines), markup=False)
    if faults or not rerun:
        if rerun:
            out.print(text("verify_no_rerun", language), markup=False)
        return 1 if faults else 0
    return _rerun(config_path, published, language, any_version=any_version)


def _rerun(config_path: Path, published: Set, language: Language, *, any_version: bool) -> int:
    out = Console(highlight=False, soft_wrap=True)
    out.print(text("rerun_starts", language, run=published.folder.name), markup=False)
    found = repeat(load_config(config_path), published.folder, language, any_version=any_version)
    lines = [describe(fault, language) for fault in found.faults]
    files = len({fault.file for fault in found.faults})
    said = "rerun_apart" if found.faults else "rerun_same"
    lines.append(text(said, language, run=published.folder.name, files=found.files, n=files))
    out.print("\n".join(lines), markup=False)
    return 1 if found.faults else 0


def _folder(config_path: Path, run: str | None) -> Path:
    if run is not None and (Path(run) / MANIFEST).is_file():
        return Path(run).resolve()
    root = load_config(config_path).output_root
    if run is None:
        newest = newest_run(root)
        if newest is None or not newest.is_dir():
            raise InputError([Fault.of("E_VERIFY_NO_RUN", file=root.name)])
        return newest
    runs = sorted(path.name for path in (root / RUNS).glob("*") if path.is_dir())
    if run not in runs:
        raise InputError([Fault.of("E_VERIFY_RUN_NAME", name=run, runs=some(runs[::-1]) or "-")])
    return root / RUNS / run


def _notes(published: Set, beside: Beside, language: Language) -> list[str]:
    """Return what a person should know besides: files that were added, and where the log ends."""
    there = {p.relative_to(published.folder).as_posix() for p in published.folder.rglob("*") if p.is_file()}
    added = sorted(there - set(published.files) - {MANIFEST})
    lines = [text("verify_added", language, n=len(added), files=some(added))] if added else []
    log = published.log
    if log is None:
        return [*lines, text("verify_without_log", language)]
    if beside.filled:
        lines.append(text("verify_filled", language, n=len(beside.filled), files=some(beside.filled)))
    if any(beside.counts.values()):
        lines.append(text("verify_beside", language, **beside.counts))
    if log.interrupted:
        lines.append(text("verify_interrupted", language, n=log.interrupted))
    if log.entries:
        last = log.entries[-1]
        lines.append(text("verify_head", language, n=last.number, time=last.time, digest=last.digest))
    return lines
