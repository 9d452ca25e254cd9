"""Edge module: review books, one pair on four lines, written with xlsxwriter and read back by any office."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from reconcile.disclosure import MODES, Disclosure
from reconcile.errors import Fault, InputError
from reconcile.language import text
from reconcile.review.answers import Page
from reconcile.review.compare import FIELDS
from reconcile.review.pairs import ARBITER, REVIEWERS
from reconcile.review.settings import ReviewSettings
from reconcile.review.sheet import HIDDEN, LINES, OPEN, Sheet, heading, sheet
from reconcile.review.vocab import ReviewRole
from reconcile.sources.readers import read_file
from reconcile.vocab import Language, PairDecision

#: Stands in the book instead of the clock.
_CREATED = datetime(2026, 1, 2)  # noqa: DTZ001  # xlsxwriter takes no zone
_OPTIONS = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
_ENDINGS = {".xlsx", ".xls", ".ods", ".xlsm", ".xlsb"}
#: Characters that a column is wide; all that a reviewer needs stands on 1366 pixels.
_WIDTHS = {
    "no": 4, "daftar": 8, "nama": 23, "nik": 18, "no_kk": 18, "tanggal_lahir": 11, "jenis_kelamin": 4,
    "alamat": 22, "rt_rw": 8, "desa": 19, "jumlah_anggota": 5, "skor": 7, "bobot": 7, "alasan_mesin": 36,
    "keputusan": 20, "oleh": 9, "tanggal": 10, "alasan": 16, "kunci": 22, "jalan": 10, "peran": 10,
}  # fmt: skip
_ZOOM = 85
_LINE_POINTS = 13.5
#: Words that are set bold, and whole words that do not fit, take so much more than their letters.
_BOLD_WIDER = 1.15
_NUMBERS = ("nik", "no_kk")
#: Columns whose text may take several lines.
_LONG = ("nama", "alamat", "desa", "alasan_mesin")
_GUIDE = range(1, 8)


def write_review_books(
    folder: Path,
    pairs: pd.DataFrame,
    people: pd.DataFrame,
    settings: ReviewSettings,
    *,
    run: str,
    language: Language,
    scores: pd.DataFrame | None = None,
) -> list[Path]:
    """Write REVIEW_PAIRS as books of at most ``per_book`` pairs below A, B and penengah; return their paths.

    Every cell is text, only the decision's can be changed, and the same tables give the same bytes. Class
    TERBATAS. ``scores`` as of ``review.sheet.sheet``; without them the books are blind.
    """
    written = []
    named = dict(zip(REVIEWERS, settings.reviewers, strict=True))
    for part in (*REVIEWERS, ARBITER):
        mine = pairs["penelaah"].str.contains(part, regex=False)
        own = pairs[mine & (pairs["penelaah"] != ARBITER)] if part in REVIEWERS else pairs[mine]
        role = ReviewRole.ARBITER if part == ARBITER else ReviewRole.REVIEWER
        for number, start in enumerate(range(0, len(own), settings.per_book), start=1):
            path = folder / part / f"tinjauan_{part}_{number:03}.xlsx"
            path.parent.mkdir(parents=True, exist_ok=True)
            chosen, by = own.iloc[start : start + settings.per_book], named.get(part, "")
            lines = sheet(chosen, people, run=run, role=role.value, by=by, language=language, scores=scores)
            _write(path, lines, part, language, scored=scores is not None)
            written.append(path)
    return written


def _write(path: Path, lines: Sheet, part: str, language: Language, *, scored: bool) -> None:
    path.touch(mode=MODES[Disclosure.RESTRICTED])
    path.chmod(MODES[Disclosure.RESTRICTED])
    with xlsxwriter.Workbook(path, _OPTIONS) as book:
        book.set_properties({"created": _CREATED})
        _write_guide(book, part, language, scored=scored)
        _write_pairs(book, lines, language)


def _write_guide(book: Any, part: str, language: Language, *, scored: bool) -> None:
    page = book.add_worksheet(text("review_sheet_guide", language))
    bold, wrap = book.add_format({"bold": True, "font_size": 13}), book.add_format({"text_wrap": True})
    warn = book.add_format({"text_wrap": True, "bold": True, "font_color": "#9C0006"})
    label = book.add_format({"bold": True, "border": 1})
    free = book.add_format({"num_format": "@", "locked": False, "border": 1, "bg_color": "#FFF2CC"})
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 76)
    page.write_string(0, 0, text("review_guide_title", language), bold)
    said = [(text("review_guide_restricted", language), warn)]
    said += [(text("review_guide_arbiter", language), warn)] if part == ARBITER else []
    said += [(text("review_guide_scored", language), warn)] if scored else []
    # the sentence on the missing score does not hold for a second look
    said += [(text(f"review_guide_{n}", language), wrap) for n in _GUIDE if not (scored and n == 5)]
    for row, (sentence, form) in enumerate(said, start=2):
        page.merge_range(row, 0, row, 1, sentence, form)
        page.set_row(row, 30)
    for row, name in enumerate(("by", "on"), start=len(said) + 3):
        page.write_string(row, 0, text(f"review_label_{name}", language), label)
        page.write_blank(row, 1, None, free)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 1)
    page.protect("", {"format_columns": True, "format_rows": True})


def _write_pairs(book: Any, lines: Sheet, language: Language) -> None:
    page = book.add_worksheet(text("review_sheet_pairs", language))
    names = list(map(str, lines.cells))
    _set_up(book, page, names, len(lines.cells), language)
    forms = _Formats(book)
    last = len(FIELDS) + names.index(next(iter(FIELDS))) - 1
    for row, (cells, differs, line) in enumerate(
        zip(lines.cells.itertuples(index=False, name=None), lines.differs, lines.line, strict=True), start=1
    ):
        kind = LINES[line]
        for place, name in enumerate(names):
            page.write_string(row, place, cells[place], forms.of(name, kind, differs=bool(differs[place])))
        if kind == "anggota":
            first = names.index("nama")
            page.merge_range(row, first, row, last, cells[first], forms.of("nama", kind, differs=False))
        page.set_row(row, _LINE_POINTS * _lines(cells, names, kind))


def _lines(cells: Sequence[str], names: Sequence[str], kind: str) -> int:
    """Return how many lines of text the highest cell of a row takes."""
    if kind == "anggota":
        return cells[names.index("nama")].count("\n") + 1
    sizes = [
        ceil(len(cells[n]) * _BOLD_WIDER / _WIDTHS[name]) for n, name in enumerate(names) if name in _LONG
    ]
    return max(1, *sizes)


def _set_up(book: Any, page: Any, names: Sequence[str], rows: int, language: Language) -> None:
    style = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
    bold = book.add_format({**style, "bg_color": "#D9E2F3", "num_format": "@"})
    for place, name in enumerate(names):
        page.set_column(place, place, _WIDTHS[name], None, {"hidden": name in HIDDEN})
        page.write_string(0, place, heading(name, language), bold)
    words = [text(f"review_word_{one.value}", language) for one in PairDecision]
    decision = names.index("keputusan")
    page.data_validation(1, decision, rows, decision, {"validate": "list", "source": words})
    page.set_row(0, 2 * _LINE_POINTS)
    page.freeze_panes(1, 2)
    page.set_zoom(_ZOOM)
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(0.4, 0.4, 0.5, 0.6)
    page.repeat_rows(0)
    page.print_area(0, 0, rows, names.index("alasan"))
    page.fit_to_pages(1, 0)
    number = text("review_print_page", language)
    page.set_footer(f"&L{text('review_print_footer', language)}&R{number} &P / &N")
    page.protect("", {"format_columns": True, "format_rows": True})


class _Formats:
    """The formats of cells, each made once."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.made: dict[tuple[object, ...], Any] = {}

    def of(self, name: str, line: str, *, differs: bool) -> Any:
        """Return the format of a column on a line of a pair."""
        free = name in OPEN and line == LINES[0]
        digits = name in _NUMBERS and line != "anggota"
        key = (free, digits, line, differs, name in {"kunci", "no"})
        if key not in self.made:
            self.made[key] = self.book.add_format(_style(*key))
        return self.made[key]


def _style(free: object, digits: object, line: object, differs: object, quiet: object) -> dict[str, Any]:
    style: dict[str, Any] = {"num_format": "@", "valign": "top", "text_wrap": True, "font_size": 10}
    # two numbers above one another are compared digit by digit
    style |= {"font_name": "Courier New"} if digits else {}
    style |= {"font_color": "#7F7F7F", "font_size": 8} if quiet else {}
    style |= {"locked": False, "bg_color": "#FFF2CC", "border": 1} if free else {}
    if line == "tanda":
        style |= {"font_name": "Calibri", "italic": not differs}
    if differs:
        style |= {"bg_color": "#F8CBAD", "bold": True}
        style |= {"underline": 1} if line in {"p3ke", "bps"} else {}
    if line == "anggota":
        style |= {"bottom": 2, "font_size": 9}
    return style


def read_review_books(folder: Path) -> tuple[list[Page], list[Fault], list[str]]:
    """Return the sheets of every workbook below ``folder``, what could not be read, other files."""
    pages: list[Page] = []
    faults: list[Fault] = []
    others: list[str] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        label = path.relative_to(folder).as_posix()
        if path.name.startswith((".", "~$")):
            continue
        if path.suffix.lower() not in _ENDINGS:
            others.append(label)
            continue
        try:
            raw = read_file(path, label=label)
        except InputError as error:
            faults += error.faults
            continue
        pages += [Page(label, one.name, getattr(one, "rows", ())) for one in raw.sheets]
    return pages, faults, others
