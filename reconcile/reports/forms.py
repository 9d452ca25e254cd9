"""What a workbook holds that people fill in, declared sheet by sheet; flows.formbook writes it as XLSX."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import pandas as pd

FieldKind = Literal["text", "whole", "date", "digits16", "decimal"]


class Style(StrEnum):
    """How a cell of a printed sheet looks; none needs colour to be told from the others."""

    PLAIN = "plain"
    STRONG = "strong"
    TITLE = "title"
    CENTRED = "centred"
    HEAD = "head"
    STRIP = "strip"
    ROW = "row"
    SMALL = "small"
    BOX = "box"
    MARKED = "marked"
    ANSWER = "answer"
    LAST = "last"
    COUNT = "count"


@dataclass(frozen=True)
class FormColumn:
    """One column of a sheet to fill in; all its cells are text.

    ``open`` columns can be changed, all others are locked. ``choices`` are what its drop-down offers.
    ``asked_if`` names for other columns the answers after which this one is asked at all; ``required``: an
    answer is wanted wherever it is asked. ``group`` is the heading above neighbours of one group.
    """

    key: str
    title: str
    width: float
    open: bool = False
    kind: FieldKind = "text"
    choices: tuple[str, ...] = ()
    hint: str = ""
    group: str = ""
    asked_if: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: bool = False


@dataclass(frozen=True, eq=False)
class FormSheet:
    """A table to fill in on a computer.

    ``rows`` has a text column for each locked column's key. ``marked`` (the same rows, yes or no per key) are
    cells to be seen at a glance. ``blank`` empty lines follow. The first ``fixed`` columns stay in sight, the
    first ``printed`` go on paper.
    """

    name: str
    titles: tuple[str, ...]
    columns: tuple[FormColumn, ...]
    rows: pd.DataFrame
    marked: pd.DataFrame | None = None
    blank: int = 0
    fixed: int = 0
    printed: int = 0
    footer: str = ""

    @property
    def heading(self) -> int:
        """Return the row of the heading from 0; above it stand the titles and the groups."""
        return len(self.titles) + 1

    @property
    def lines(self) -> int:
        """Return how many lines can be filled in."""
        return max(1, len(self.rows) + self.blank)


@dataclass(frozen=True)
class Cell:
    """A cell of a printed sheet over ``span`` columns; a ``formula`` shows nothing until it is worked out."""

    text: str = ""
    span: int = 1
    style: Style = Style.PLAIN
    formula: str = ""


@dataclass(frozen=True)
class Line:
    """A row of a printed sheet; ``height`` in points."""

    cells: tuple[Cell, ...]
    height: float = 15


@dataclass(frozen=True)
class PaperSheet:
    """A sheet to be read or filled in on paper (A4).

    ``widths`` of the columns are in characters, ``repeated`` rows stand at the top of every page, ``breaks``
    are the rows that begin a page. Without breaks it is as wide as the page.
    """

    name: str
    widths: tuple[float, ...]
    lines: tuple[Line, ...]
    repeated: int = 0
    breaks: tuple[int, ...] = ()
    landscape: bool = False
    footer: str = ""


@dataclass(frozen=True)
class FormBook:
    """A workbook: its sheets in their order, and what a program reads of it (hidden sheet META)."""

    sheets: tuple[FormSheet | PaperSheet, ...]
    meta: Mapping[str, str]
