"""From physical lines to records: every line below and above the heading gets exactly one fate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.sources.headers import SEPARATOR_LINE, SIXTEEN_DIGITS, Layout
from reconcile.sources.lines import Lines, decoded_lines
from reconcile.sources.raw import CellRows, CellSheet, RawSheet, TextSheet
from reconcile.sources.sorting import Aside, Sorter
from reconcile.vocab import Reason

_ROWS = 20_000  # rows of a sheet that are looked at together


@dataclass(frozen=True)
class Records:
    """The records of one sheet: ``cells`` all text, named by their places, ``rows`` where each begins.

    ``lost`` counts, by the names of tables.ACCOUNTS, the physical lines that are no record.
    """

    cells: pd.DataFrame
    rows: npt.NDArray[np.int64]
    aside: tuple[Aside, ...]
    lost: dict[str, int]


def split_records(
    sheet: RawSheet, layout: Layout, footer: Sequence[str] = (), wanted: Sequence[int] | None = None
) -> Records:
    """Return the records below the heading, of them the columns ``wanted`` (all, if None).

    ``footer`` holds first words of total rows, lower case. A quoted field spans at most three lines, else its
    first line is taken alone: one stray quote sets one row aside and swallows none (hazards.md H24). Surplus
    fields are accepted when empty (H14). A record without anything in a wanted column is set aside with
    ``E_NO_VALUE``: notes and signatures, not people.
    """
    above, lost = _above(sheet, layout)
    columns = tuple(range(len(layout.headings)) if wanted is None else wanted)
    sorter = Sorter(layout, tuple(footer), columns)
    _sort(sorter, sheet, layout)
    lost |= {"physical": len(sheet), "header": layout.span, "continuation": sorter.continued}
    lost |= {"blank": lost["blank"] + sorter.blank, "non_data": lost["non_data"] + sorter.non_data}
    cells, rows = sorter.gathered()
    aside = sorted((*above, *sorter.aside), key=lambda one: one.row)
    return Records(cells, rows, tuple(aside), lost)


def _above(sheet: RawSheet, layout: Layout) -> tuple[list[Aside], dict[str, int]]:
    """Return what stands above the heading; a line with a NIK in it is no title and is set aside."""
    aside: list[Aside] = []
    lost = {"preamble": 0, "blank": 0, "non_data": 0}
    for row in range(layout.start):
        text = sheet.lines[row] if isinstance(sheet, TextSheet) else "\t".join(sheet.rows[row])
        if SIXTEEN_DIGITS.search(text):
            aside.append(Aside(row + 1, Reason.FIELD_COUNT, text))
        elif not text.strip(layout.delimiter + ' \t"'):
            lost["blank"] += 1
        else:
            lost["non_data" if SEPARATOR_LINE.fullmatch(text) else "preamble"] += 1
    return aside, lost


def _sort(sorter: Sorter, sheet: RawSheet, layout: Layout) -> None:
    if isinstance(sheet, CellSheet):
        for start in range(layout.end, len(sheet), _ROWS):
            _sort_cells(sorter, sheet, slice(start, min(start + _ROWS, len(sheet))))
    elif isinstance(sheet.lines, Lines):
        _sort_blocks(sorter, sheet.lines, layout)
    else:
        sorter.take_lines(list(sheet.lines[layout.end :]), layout.end)


def _sort_cells(sorter: Sorter, sheet: CellSheet, part: slice) -> None:
    rows = np.arange(part.start + 1, part.stop + 1)
    columns = None
    if isinstance(sheet.rows, CellRows):
        columns = sorter.clean_cells(sheet.rows.table.slice(part.start, len(rows)))
    if columns is None:
        sorter.take(sheet.rows[part], rows)
    else:
        sorter.keep(columns, rows)


def _sort_blocks(sorter: Sorter, lines: Lines, layout: Layout) -> None:
    """Let Arrow split the clean blocks; the lines between them go the careful way.

    No quote reaches from there into a clean block: each of its lines has all the delimiters of a record.
    """
    rough: list[str] = []
    for first, block in lines.blocks(layout.end):
        columns = sorter.clean(block)
        if columns is None:
            rough += decoded_lines(block)
            continue
        sorter.take_lines(rough, first - len(rough))
        rough = []
        sorter.keep(columns, np.arange(first + 1, first + 1 + len(columns[0])))
    sorter.take_lines(rough, len(lines) - len(rough))
