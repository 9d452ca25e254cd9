"""Edge module: `padan review write` and `padan review read`: books out, decisions back."""

from collections.abc import Iterable
from datetime import date, datetime
from io import StringIO
from itertools import product
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.config import PipelineConfig, load_config
from flows.reference import columns_of
from flows.review_books import read_review_books, write_review_books
from flows.review_run import read_pairs, read_people, read_scores, review_run, runs_named
from flows.review_store import alone, as_decisions, keep, stored
from reconcile.disclosure import MODES, Disclosure
from reconcile.errors import Fault, InputError, PublishError
from reconcile.language import describe, text
from reconcile.review.agreement import Agreement, agreement
from reconcile.review.answers import Judged, judged, lines_of
from reconcile.review.verdicts import verdicts
from reconcile.review.vocab import Verdict
from reconcile.vocab import Language

#: Lies beside the store, and says what the last reading said.
REPORT = "laporan_tinjauan.txt"
_COUNTS = ("pairs", "decided", "new", "known", "refused", "open")


def write_review(
    config_path: Path, language: Language, *, into: Path, run: str | None, show_score: bool
) -> int:
    """Write the books of the last run, or the run of that name, into ``into``; return 0.

    With ``show_score`` they are books for a second look. InputError where there is no such run,
    PublishError where the folder cannot be written.
    """
    config = load_config(config_path)
    folder = review_run(config.output_root, run)
    pairs = read_pairs(folder)
    try:
        books = write_review_books(
            into,
            pairs,
            read_people(folder),
            config.review,
            run=folder.name,
            language=config.language,
            scores=read_scores(folder) if show_score else None,
        )
    except OSError:
        raise PublishError([Fault.of("E_REVIEW_STORE", file=str(into))]) from None
    said = text("review_written", language, pairs=len(pairs), books=len(books), folder=into)
    out = Console(highlight=False, soft_wrap=True)
    out.print(said if books else text("review_written_none", language), markup=False)
    return 0


def read_review(config_path: Path, language: Language, *, folder: Path) -> int:
    """Read every book below ``folder``, store what it decides, print and keep a report.

    Return 0, or 1 where a book or a line could not be taken; each is named. The same books read twice change
    nothing. InputError E_REVIEW_FOLDER where there is no workbook at all.
    """
    config = load_config(config_path)
    pages, unread, others = read_review_books(folder)
    if not pages and not unread:
        raise InputError([Fault.of("E_REVIEW_FOLDER", file=folder.name)])
    lines = lines_of(pages)
    known = _pairs_of_runs(config, lines.table["jalan"].unique())
    store = config.folder / config.review.decisions
    with alone(store):
        found = judged(lines.table, known, stored(store), today=today())
        every = keep(store, found.taken)
    faults = [*unread, *lines.faults, *found.faults]
    said = [
        *(describe(fault, language) for fault in faults),
        *(text("review_read_unread", language, file=name) for name in others),
        text(
            "review_read_done",
            language,
            new=len(found.taken),
            file=config.review.decisions,
            total=len(every),
        ),
        *_standing(every, language),
    ]
    _report(store.with_name(REPORT), _books(found, language), said)
    out = Console(highlight=False, soft_wrap=True)
    out.print(_books(found, language))
    out.print("\n".join(said), markup=False)
    out.print(text("review_report_at", language, file=_shown(config, store.with_name(REPORT))), markup=False)
    return 1 if faults else 0


def today() -> date:
    """Return the day on which a person decides: the one thing that is taken from the clock."""
    return datetime.now().astimezone().date()


def _pairs_of_runs(config: PipelineConfig, runs: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Return the pairs of each run that a book names, where the output folder has it."""
    found = {}
    for run in runs:
        folders = runs_named(config.output_root, run) if run else []
        if folders:
            found[run] = pd.concat([read_pairs(folder) for folder in folders], ignore_index=True)
    return found


def _books(found: Judged, language: Language) -> Table:
    columns = ["review_read_file", *(f"review_read_{name}" for name in _COUNTS)]
    table = columns_of("review_read_title", columns, language)
    for row in found.books.to_dict("records"):
        table.add_row(Text(str(row["file"])), *(str(row[name]) for name in _COUNTS))
    return table


def _standing(judgements: pd.DataFrame, language: Language) -> list[str]:
    """Return what the store says as a whole: the agreement of reviewers, and what waits for an arbiter."""
    decisions = as_decisions(judgements, "")
    table = verdicts(decisions).table
    contested = int((table["putusan"] == Verdict.CONTESTED).sum())
    lines = _agreement(agreement(decisions), language)
    return [*lines, *([text("review_contested", language, count=contested)] if contested else [])]


def _agreement(found: Agreement, language: Language) -> list[str]:
    if not found.pairs:
        return [text("review_agreement_none", language)]
    kappa = "–" if found.kappa is None else _decimal(f"{found.kappa:.3f}", language)
    share = _decimal(f"{100 * found.agreed / found.pairs:.1f}", language)
    lines = [
        text("review_agreement", language, pairs=found.pairs, agreed=found.agreed, share=share, kappa=kappa)
    ]
    words = {word: text(f"review_word_{word}", language) for word in found.table.index}
    cells = [(one, two, int(found.table.loc[one, two])) for one, two in product(words, repeat=2)]
    for first, second, count in cells:
        told = {"first": words[first], "second": words[second], "count": count}
        lines += [text("review_agreement_cell", language, **told)] if count else []
    return lines


def _decimal(written: str, language: Language) -> str:
    return written.replace(".", ",") if language is Language.INDONESIAN else written


def _report(path: Path, books: Table, said: list[str]) -> None:
    """Keep what was said, for whoever asks later; file names and counts only."""
    page = StringIO()
    out = Console(file=page, highlight=False, width=160)
    out.print(books)
    out.print("\n".join(said), markup=False, soft_wrap=True)
    try:
        path.touch(mode=MODES[Disclosure.INTERNAL])
        path.write_text(page.getvalue(), encoding="utf-8", newline="\n")
    except OSError:
        raise PublishError([Fault.of("E_REVIEW_STORE", file=path.name)]) from None


def _shown(config: PipelineConfig, path: Path) -> str:
    return str(path.relative_to(config.folder)) if path.is_relative_to(config.folder) else str(path)
