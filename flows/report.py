"""Edge module: `padan report`: the progress report of a period, made from a published run's own files.

Page, PDF and workbook lie below ``laporan/<period>_<run>``, put in place together. They are PUBLIK: counts of
areas only, small cells kept back. The same run gives the same bytes.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console

from flows.audit import Event, Fingerprint, append
from flows.config import PipelineConfig, load_config
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
from flows.reference import some
from flows.report_book import write_book
from flows.report_files import Drawings, read_book, read_drawings, read_manifest
from flows.report_page import MapView, ThemeView, Unshown, render
from flows.report_paper import as_pdf, face
from geo.report_map import Drawing
from reconcile.disclosure import MODES, Disclosure
from reconcile.errors import Fault, InputError, PublishError
from reconcile.language import describe, text
from reconcile.report.desk import Desk, Issue, open_desk
from reconcile.report.model import Section
from reconcile.report.period import period_of
from reconcile.report.protect import Protected, protect
from reconcile.report.sections import sections
from reconcile.report.themes import THEMES, themed, unavailable
from reconcile.vocab import Language

REPORTS = "laporan"
PAGE, PAPER, BOOK = "laporan.html", "laporan.pdf", "laporan.xlsx"
_STEPS = 4


@dataclass(frozen=True)
class _Made:
    """What was made of a report: its sections, themes and drawings, and the proof of its small cells."""

    issue: Issue
    sections: list[Section]
    themes: list[ThemeView]
    absent: list[Unshown]
    drawings: Drawings
    safe: Protected

    def view(self, drawing: Drawing | None) -> MapView:
        """Return the maps as they are drawn in ``drawing``."""
        return MapView(drawing, self.themes, self.absent)


def write_report(config_path: Path, language: Language, *, period: str | None, run: str | None) -> int:
    """Write the report of ``period`` (that of the run where none is named) and say where; return 0.

    Without ``run``, the newest published run of the period is taken, the last one where none is named.
    Return 1 where the PDF could not be made. InputError where there is no such run, PublishError where the
    folder cannot be written, or a small cell could be reckoned.
    """
    config = load_config(config_path)
    folder = _run_folder(config, period, run)
    manifest = read_manifest(folder)
    issue = _issue(config, folder, manifest, period)
    with reporting(Reporter(language, _STEPS)), run_lock(config.output_root):
        made = _make(folder, manifest, config.output_root, issue)
        target = config.output_root / REPORTS / f"{issue.period}_{issue.run}"
        recover_folder(target)
        with staging_folder(target.parent, target.name) as staging, reported("report_write"):
            missing = _write(staging, made)
            fresh = _put(staging, target, config.output_root, made)
    out = Console(highlight=False, soft_wrap=True)
    said = text(
        "report_done" if fresh else "report_same", language, period=issue.period, folder=config.label(target)
    )
    out.print(said, markup=False)
    for fault in missing:
        out.print(describe(fault, language), markup=False)
    return 1 if missing else 0


def _run_folder(config: PipelineConfig, period: str | None, run: str | None) -> Path:
    """Return the folder of the run that is asked for; InputError names those that there are."""
    root = config.output_root
    newest, published = run_folder(root, None), published_runs(root)
    if run is not None or period is None:
        named = run_folder(root, run)
        fitting = [named] if named is not None else []
    else:
        fitting = [path for path in published if _period(config, read_manifest(path)) == period]
    if not fitting:
        names = some([path.name for path in published]) or "-"
        raise InputError([Fault.of("E_REPORT_RUN", period=period or run or "-", runs=names)])
    # of several of a period the one that is pointed to, else that of the latest reference date
    return newest if newest in fitting and newest is not None else fitting[0]


def _period(config: PipelineConfig, manifest: dict[str, Any]) -> str:
    return period_of(date.fromisoformat(manifest["reference_date"]), config.report.cadence)


def _issue(config: PipelineConfig, run: Path, manifest: dict[str, Any], period: str | None) -> Issue:
    own, day = _period(config, manifest), manifest["reference_date"]
    if period is not None and period != own:
        raise InputError([Fault.of("E_REPORT_PERIOD", run=run.name, day=day, period=period, own=own)])
    previous = (manifest.get("history") or {}).get("run")
    return Issue(own, run.name, day, config.report.small_cells, config.language, previous)


def _make(run: Path, manifest: dict[str, Any], root: Path, issue: Issue) -> _Made:
    with reported("read"):
        book = read_book(run, manifest, root, issue)
    with reported("report_tables"):
        desk = open_desk(issue, book)
        themes, absent = _themes(desk)
        safe = protect(sections(desk), [view.themed for view in themes], desk, _hidden_before(root, issue))
        if not safe.proof.holds:
            raise PublishError([Fault.of("E_REPORT_CELLS", count=len(safe.proof.narrow), k=issue.k)])
        themes = [ThemeView(one, desk.language) for one in safe.themes]
    with reported("report_map"):
        drawings = read_drawings(run) if themes else Drawings(None, None)
    return _Made(issue, safe.sections, themes, absent, drawings, safe)


def _hidden_before(root: Path, issue: Issue) -> frozenset[str]:
    """Return the sources that the reports of the previous run kept back; none where it has no report."""
    told = (root / REPORTS).glob(f"*_{issue.previous}/{MANIFEST}")
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(told)]
    return frozenset(source for one in read for source in one.get("disembunyikan", ()))


def _themes(desk: Desk) -> tuple[list[ThemeView], list[Unshown]]:
    why = {theme.key: unavailable(theme, desk) for theme in THEMES}
    shown = [ThemeView(themed(theme, desk), desk.language) for theme in THEMES if not why[theme.key]]
    absent = [Unshown(desk.say(f"map_{key}"), said) for key, said in why.items() if said]
    return shown, absent


def _write(staging: Path, made: _Made) -> list[Fault]:
    """Write page, workbook and PDF; return what was wrong with the last."""
    page = render(made.issue, made.sections, made.view(made.drawings.page), paper=False)
    _file(staging / PAGE, lambda path: path.write_text(page, encoding="utf-8", newline="\n"))
    _file(staging / BOOK, lambda path: write_book(path, made.issue, made.sections, made.themes))
    paper = render(made.issue, made.sections, made.view(made.drawings.paper), paper=True, face=face())
    try:
        pdf = as_pdf(paper)
    except PublishError as error:
        return list(error.faults)
    _file(staging / PAPER, lambda path: path.write_bytes(pdf))
    return []


def _file(path: Path, write: Callable[[Path], object]) -> None:
    write(path)
    path.chmod(MODES[Disclosure.PUBLIC])


def _put(staging: Path, target: Path, output_root: Path, made: _Made) -> bool:
    """Put the report in place; return False where the same one lies there already."""
    issue, proof = made.issue, made.safe.proof
    files = {path.name: sha256(path) for path in sorted(staging.iterdir())}
    told = {
        "padan": version("padan"),
        "kelas": Disclosure.PUBLIC.value,
        "periode": issue.period,
        "jalan": issue.run,
        "tanggal_acuan": issue.day,
        "sel_kecil": issue.k,
        "bukti_sel": {
            "sel": proof.cells,
            "disembunyikan": proof.hidden,
            "dijaga": proof.guarded,
            "rentang_tersempit": proof.tightest,
        },
        "disembunyikan": made.safe.hidden,
        "berkas": files,
    }
    written = json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    try:
        if _same(target, written, files):
            return False
        _file(staging / MANIFEST, lambda path: path.write_text(written, encoding="utf-8", newline="\n"))
        for place in (*staging.rglob("*"), staging):
            flush(place)
        event = {"jalan": issue.run, "periode": issue.period, "berkas": files}
        event["manifes"] = vars(Fingerprint.of(staging / MANIFEST))
        append(output_root, [(Event.REPORT, event)])
        replace_folder(staging, target)
    except OSError:
        raise PublishError([Fault.of("E_REPORT_FOLDER", file=target.name)]) from None
    return True


def _same(target: Path, manifest: str, files: dict[str, str]) -> bool:
    standing = target / MANIFEST
    return (
        standing.is_file()
        and standing.read_text(encoding="utf-8") == manifest
        and all(
            (target / name).is_file() and sha256(target / name) == digest for name, digest in files.items()
        )
    )
