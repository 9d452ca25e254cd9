"""What `padan returns read` says: a line per file, what was held and why, what to do; never an answer."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.config import PipelineConfig
from flows.reference import columns_of
from reconcile.errors import Fault
from reconcile.language import describe, entries, text
from reconcile.resurvey.form import load_form
from reconcile.resurvey.returned import Returned, count_answered
from reconcile.resurvey.store import KEY, Taken
from reconcile.sources.parsing.base import kept
from reconcile.vocab import AnswerStatus, Language

#: So many rows of one sheet are named; the workbook names all.
_SHOWN = 12
#: Said once for all files of one run.
_OF_RUN = "W_RETURN_RUN"
_STATUSES = (AnswerStatus.APPLIED, AnswerStatus.HELD)
#: What else becomes of an answer.
_OTHERS = (AnswerStatus.PROPOSED, AnswerStatus.SUPERSEDED, AnswerStatus.OUTDATED)


@dataclass(frozen=True, eq=False)
class Report:
    """What was read: the files, what it did to the store, every judged line, and what could not be read.

    ``flags`` are the values of the store that are not trusted (KEY, column, code), ``aside`` QUARANTINE,
    ``beside`` counts files that are no tables, ``book`` is the workbook for mending, where there is one.
    """

    files: tuple[Returned, ...]
    taken: Taken
    answers: pd.DataFrame
    flags: pd.DataFrame
    aside: pd.DataFrame
    beside: int
    store: str
    book: Path | None

    @property
    def held(self) -> pd.DataFrame:
        """Return the held lines of the files that were read now."""
        return self.became(AnswerStatus.HELD)

    @property
    def unreadable(self) -> pd.DataFrame:
        """Return the values of these files that could not be read."""
        return self._now(self.flags)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return what is odd about the files."""
        return tuple(fault for one in self.files for fault in one.faults)

    @property
    def exit_code(self) -> int:
        """Return 0, 1 when something needs a hand, 3 when no file could be read."""
        if not any(one.form for one in self.files):
            return 3
        stopped = any(fault.code.startswith("E_") for fault in self.faults)
        return int(bool(stopped or len(self.held) or len(self.unreadable) or len(self.aside)))

    def counts(self, one: Returned) -> dict[str, int]:
        """Return how many lines of a file there are, and what became of those with an answer."""
        mine = self.answers[self.answers["asal_sha256"].isin(one.accounts["source_sha256"])]
        sheets = mine["asal_lembar"].fillna("").isin(one.accounts["source_sheet"].fillna(""))
        found = mine.loc[sheets, "status_jawaban"].value_counts()
        told = {status.value: int(found.get(status.value, 0)) for status in _STATUSES}
        filled = count_answered(one)
        return {
            "lines": len(one.lines),
            "filled": filled,
            **told,
            "others": filled - sum(told.values()),
            "open": len(one.lines) - filled,
            "aside": len(one.aside),
        }

    def became(self, status: AnswerStatus) -> pd.DataFrame:
        """Return the lines of the files that were read now of which that became."""
        return self._now(self.answers[self.answers["status_jawaban"] == status])

    def _now(self, rows: pd.DataFrame) -> pd.DataFrame:
        read = {sha for one in self.files for sha in one.accounts["source_sha256"]}
        return rows[rows["asal_sha256"].isin(read)]


def say(report: Report, config: PipelineConfig, language: Language) -> None:
    """Print the report."""
    out = Console(highlight=False)
    out.print(_table(report, language))
    lines = [describe(fault, language) for fault in report.faults if fault.code != _OF_RUN]
    lines += _other_runs(report, language)
    lines += [*_held(report, language), *_unreadable(report, language), *_aside(report, language)]
    lines += [*_doubtful(report, language), *_account(report, config, language)]
    out.print("\n".join(lines), markup=False, soft_wrap=True)


def _table(report: Report, language: Language) -> Table:
    names = ("lines", "filled", *(status.value for status in _STATUSES), "others", "open", "aside")
    columns = [f"returns_{name}" for name in ("file", "form", *names)]
    table = columns_of("returns_title", columns, language, left=2)
    # nine columns in a terminal of eighty signs
    table.collapse_padding, table.pad_edge = True, False
    for one in report.files:
        counts = report.counts(one)
        form = text(f"returns_form_{one.form.value}" if one.form else "returns_form_none", language)
        table.add_row(Text(one.label), form, *(str(counts[name]) for name in names))
    return table


def _other_runs(report: Report, language: Language) -> Iterator[str]:
    """Return how many lists were of each other run: after a new run that is every list that is out."""
    runs = Counter(fault.details for fault in report.faults if fault.code == _OF_RUN)
    for details, count in sorted(runs.items()):
        said = describe(Fault(_OF_RUN, details=details), language)
        yield said if count == 1 else f"{count} x {said}"


def _places(rows: pd.DataFrame, language: Language) -> Iterator[str]:
    """Return the files, sheets and rows of ``rows``, a line per sheet."""
    told = rows.assign(**{name: rows[name].astype("str").fillna("") for name in ("asal_berkas", *KEY)})
    for (file, sheet), part in told.groupby(["asal_berkas", "asal_lembar"], sort=True):
        numbers = sorted({int(row) for row in part["asal_baris"]})
        shown = ", ".join(map(str, numbers[:_SHOWN]))
        more = text("returns_more", language, n=len(numbers) - _SHOWN) if len(numbers) > _SHOWN else ""
        where = ", ".join(
            part
            for part in (str(file), f"{text('returns_sheet', language)} {sheet}" if sheet else "")
            if part
        )
        yield text("returns_place", language, where=where, rows=shown, more=more)


def _group(rows: pd.DataFrame, code: str, what: str, language: Language) -> Iterator[str]:
    entry = entries()[code]
    told = f"{what}{entry[language]} {entry.get(f'fix_{language}', '')}".strip()
    yield text("returns_group", language, n=len(rows), said=told, code=code)
    yield from _places(rows, language)


def _held(report: Report, language: Language) -> Iterator[str]:
    for code, rows in report.held.groupby("sebab", sort=True):
        yield from _group(rows, str(code), "", language)


def _unreadable(report: Report, language: Language) -> Iterator[str]:
    asked = load_form().questions
    for (code, column), rows in report.unreadable.groupby(["code", "column"], sort=True):
        label = asked[str(column)].label[language] if column in asked else str(column)
        yield from _group(rows, str(code), f"{label}: ", language)


def _aside(report: Report, language: Language) -> Iterator[str]:
    names = {
        "source_file": "asal_berkas",
        "source_sha256": KEY[0],
        "source_sheet": KEY[1],
        "source_row": KEY[2],
    }
    for code, rows in report.aside.rename(columns=names).groupby("code", sort=True):
        yield from _group(rows, str(code), "", language)


def _doubtful(report: Report, language: Language) -> Iterator[str]:
    """Return what was read and might have been meant otherwise, such as a date of two readings."""
    flags = pd.concat([one.flags for one in report.files], ignore_index=True)
    doubts = flags[kept(flags["code"])]
    for code, rows in doubts.groupby("code", sort=True):
        yield text("returns_doubt", language, n=len(rows), said=entries()[str(code)][language], code=code)


def _account(report: Report, config: PipelineConfig, language: Language) -> Iterator[str]:
    taken = report.taken
    others = {status.value: len(report.became(status)) for status in _OTHERS}
    if any(others.values()):
        yield text("returns_of_others", language, **others)
    if report.beside:
        yield text("returns_beside", language, n=report.beside)
    yield text(
        "returns_done",
        language,
        store=report.store,
        n=len(taken.store.lines),
        added=taken.added,
        mended=taken.mended,
        withdrawn=taken.withdrawn,
    )
    earlier = int((report.answers["status_jawaban"] == AnswerStatus.HELD).sum()) - len(report.held)
    if earlier:
        yield text("returns_earlier", language, n=earlier)
    if report.book:
        yield text("returns_mend", language, file=config.label(report.book))
