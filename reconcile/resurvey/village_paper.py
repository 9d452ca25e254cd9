"""The sheet of a village's workbook that is filled in on paper: a block per family with all that is asked."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from math import ceil

import pandas as pd

from reconcile.language import text
from reconcile.reports.forms import Cell, Line, PaperSheet, Style
from reconcile.resurvey.form import Question, load_form
from reconcile.resurvey.village_words import SIDES, TOLD, ListOf
from reconcile.vocab import Language

PAPER_SHEET = "LEMBAR_CETAK"

#: Questions that are written down under what the lists tell.
_UNDER: Mapping[str, tuple[str, ...]] = {
    "nama": ("nama_perbaikan",),
    "nik": ("nik_perbaikan",),
    "no_kk": ("no_kk_perbaikan",),
    "tanggal_lahir": ("tanggal_lahir_perbaikan",),
    "rt_rw": ("rt_perbaikan", "rw_perbaikan"),
    "jumlah_anggota": ("jumlah_anggota",),
    "alamat": ("alamat_perbaikan",),
}
#: Questions that have one answer for a whole sheet of paper.
_ONCE = ("petugas", "no_ba")
#: Too long to be copied by hand without a slip: measured with a phone, or filled in on the computer.
_NOT_ON_PAPER = ("lintang", "bujur")
#: Characters of the columns of LEMBAR_CETAK: together A4 landscape, narrower fonts of another program too.
_WIDTHS = (8.5, 28.0, 18.5, 18.5, 11.5, 8.5, 8.5, 30.0)
#: Characters of the small print on one line of that width, and of the reason in its part of it.
_MOST_ON_LINE, _MOST_OF_REASON = 222, 145
#: Points between the margins of A4 landscape, with a little to spare for another printer.
_PAGE = 526.0
_STRIP, _LINE, _WRITE, _ANSWER = 11.5, 10.5, 15.0, 12.5
#: Characters to write in, by type of the question.
_ROOM = {"text": 16, "whole": 4, "date": 11, "digits16": 18}
_TICKED = 2
#: Capital letters of small print in the width of one of the columns' characters.
_SMALL = 1.2
_NEW_BLOCKS = 2


def printed(lines: pd.DataFrame, of: ListOf, marked: pd.DataFrame) -> PaperSheet:
    """Return the sheet for paper: a block per family of ``listed`` lines, then blocks for new families.

    A block is never parted by the end of a page. ``marked`` says where both lists differ. What the codes of
    the answers mean stands on the last page.
    """
    head = _head(of)
    blocks = [
        [Line((Cell(text("paper_once", of.language), len(_WIDTHS), Style.SMALL),), 12)],
        *_families(lines, marked, of.language),
        *([_block_of_new(of.language)] * _NEW_BLOCKS),
        list(_codes(of.language)),
    ]
    body, breaks = _paged(blocks, room=_PAGE - sum(line.height for line in head), first=len(head))
    return PaperSheet(
        PAPER_SHEET,
        _WIDTHS,
        (*head, *body),
        repeated=len(head),
        breaks=breaks,
        landscape=True,
        footer=of.footer,
    )


def _paged(blocks: Sequence[list[Line]], *, room: float, first: int) -> tuple[list[Line], tuple[int, ...]]:
    """Return the lines of all blocks, and the rows that begin a page, ``first`` being that of the first."""
    body: list[Line] = []
    breaks: list[int] = []
    used = 0.0
    for block in blocks:
        height = sum(line.height for line in block)
        if used and used + height > room:
            breaks.append(first + len(body))
            used = 0.0
        body += block
        used += height
    return body, tuple(breaks)


def _head(of: ListOf) -> list[Line]:
    """Return what stands at the top of every page."""
    questions = load_form().questions
    once = "   ".join(f"{questions[name].label[of.language]}: {'_' * 16}" for name in _ONCE)
    titles = [text("paper_source", of.language), *(text(f"paper_{name}", of.language) for name in TOLD)]
    return [
        Line((Cell(of.title("list_title"), 4, Style.SMALL), Cell(once, 4, Style.SMALL)), 22),
        Line(tuple(Cell(title, 1, Style.HEAD) for title in titles), 12),
    ]


def _families(lines: pd.DataFrame, marked: pd.DataFrame, language: Language) -> Iterator[list[Line]]:
    """Return the block of each family: why, what each list says, and room for the answers."""
    columns = ["urutan", "id_tugas", "alasan_dicek", *(f"{name}_{side}" for side in SIDES for name in TOLD)]
    differ = marked[[f"{name}_{SIDES[0]}" for name in TOLD]].to_numpy()
    answers = _answer_block(language)
    for row, differs in zip(lines[columns].itertuples(index=False, name=None), differ, strict=True):
        number, task, why, *told = row
        high = _STRIP + _LINE * (max(1, ceil(len(why) / _MOST_OF_REASON)) - 1)
        styles = [Style.MARKED if one else Style.BOX for one in differs]
        yield [
            Line((Cell(number, 1, Style.STRIP), Cell(task, 1, Style.STRIP), Cell(why, 6, Style.STRIP)), high),
            *(
                Line(
                    (
                        Cell(side.upper(), 1, Style.BOX),
                        *map(Cell, told[place : place + len(TOLD)], [1] * len(TOLD), styles),
                    ),
                    _LINE * _rows_of(told[place : place + len(TOLD)]),
                )
                for side, place in zip(SIDES, (0, len(TOLD)), strict=True)
            ),
            *answers,
        ]


def _rows_of(cells: Sequence[str]) -> int:
    """Return how many rows of small print the longest of the cells under TOLD needs."""
    return max(
        1, *(ceil(len(cell) / (width * _SMALL)) for cell, width in zip(cells, _WIDTHS[1:], strict=True))
    )


def _block_of_new(language: Language) -> list[Line]:
    strip = (Cell("", 1, Style.STRIP), Cell(text("paper_new", language), len(_WIDTHS) - 1, Style.STRIP))
    return [Line(strip, _STRIP), *_answer_block(language)]


@cache
def _answer_block(language: Language) -> tuple[Line, ...]:
    """Return the lines to write on, the same for every family."""
    right = (Cell(text("paper_right", language), 1, Style.BOX), *(Cell("", 1, Style.BOX) for _ in TOLD))
    said = _answer_lines(language)
    styles = [Style.ANSWER] * (len(said) - 1) + [Style.LAST]
    return (
        Line(right, _WRITE),
        *(Line((Cell(one, len(_WIDTHS), style),), _ANSWER) for one, style in zip(said, styles, strict=True)),
    )


def _answer_lines(language: Language) -> list[str]:
    """Return every question that has no place under the lists, as many on a line as it holds."""
    elsewhere = {*_ONCE, *_NOT_ON_PAPER, *(name for names in _UNDER.values() for name in names)}
    asked = [
        _asked(name, question, language)
        for name, question in load_form().questions.items()
        if question.sheet and name not in elsewhere
    ]
    lines = asked[:1]
    for item in asked[1:]:
        longer = f"{lines[-1]}   {item}"
        if len(longer) > _MOST_ON_LINE:
            lines.append(item)
        else:
            lines[-1] = longer
    return lines


def _asked(name: str, question: Question, language: Language) -> str:
    """Return a question with boxes to tick, or with room for its answer or the code of it."""
    label = question.label[language]
    if _ticked(name, question):
        labels = load_form().labels(name, language).values()
        return f"{label}{'' if label.endswith('?') else ':'} " + "  ".join(f"☐ {one}" for one in labels)
    if question.choices:
        return f"{label} [___]"
    return f"{label}: {'_' * _ROOM.get(question.type, _ROOM['text'])}"


def _ticked(name: str, question: Question) -> bool:
    """Return whether a question is short enough to be ticked, or the one that all others hang on."""
    first = next(iter(load_form().questions))
    return bool(question.choices) and (name == first or len(load_form().choices[question.choices]) <= _TICKED)


def _codes(language: Language) -> Iterator[Line]:
    """Return what the codes mean, a line per question."""
    form = load_form()
    yield Line((), 8)
    yield Line((Cell(text("paper_codes", language), len(_WIDTHS), Style.STRONG),), 15)
    for name, question in form.questions.items():
        if question.choices and question.sheet and not _ticked(name, question):
            labels = form.labels(name, language).values()
            meant = "   ".join(f"{code} {one}" for code, one in enumerate(labels, start=1))
            yield Line((Cell(f"{question.label[language]}: {meant}", len(_WIDTHS)),), 14)
