"""Finding the heading line, and with it the delimiter, by the headings that a source declares."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from reconcile.sources.raw import MOST_LINES, CellSheet, RawSheet, TextSheet, split_line
from reconcile.sources.spec import SourceSpec

DELIMITERS = (",", ";", "\t", "|")
SEARCHED_ROWS = 30

#: A NIK or KK, whatever stands between its digits: such a line is data, whatever else it looks like.
SIXTEEN_DIGITS = re.compile(r"\d(?:[ .\-]?\d){15}")
_SPACES = re.compile(r"[\s_]+")


def fold_heading(heading: str) -> str:
    """Return how headings are compared: NFKC, lower case, ``_`` and any run of space as one space."""
    plain = unicodedata.normalize("NFKC", heading).replace("\ufeff", "").replace("\u200b", "")
    return _SPACES.sub(" ", plain).strip().casefold()


@dataclass(frozen=True)
class Known:
    """The headings of one source, folded."""

    spec: SourceSpec

    @cached_property
    def targets(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """Return heading -> the fields, and which part of each, that are read from it."""
        found: dict[str, tuple[tuple[str, int], ...]] = {}
        for name, field in self.spec.all_fields.items():
            for part, spellings in enumerate(field.columns):
                for heading in {fold_heading(spelling) for spelling in spellings}:
                    found[heading] = (*found.get(heading, ()), (name, part))
        return found

    @cached_property
    def ignored(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """Return headings that are known and not used: exact ones, and patterns with ``*``."""
        folded = [fold_heading(heading) for heading in self.spec.ignore]
        return frozenset(f for f in folded if "*" not in f), tuple(f for f in folded if "*" in f)

    def ignores(self, heading: str) -> bool:
        """Return whether the folded ``heading`` is declared as not used."""
        exact, patterns = self.ignored
        return heading in exact or any(fnmatchcase(heading, pattern) for pattern in patterns)

    def count(self, cells: list[str]) -> int:
        """Return how many different known headings stand in ``cells``."""
        folded = {fold_heading(cell) for cell in cells if cell}
        return sum(heading in self.targets or self.ignores(heading) for heading in folded)

    @property
    def needed(self) -> int:
        """Return how many known headings make a heading line: three, or half of the required ones."""
        required = sum(len(f.columns) for f in self.spec.all_fields.values() if f.required)
        return min(3, max(1, (required + 1) // 2))


@dataclass(frozen=True)
class Layout:
    """Where the heading stands: ``start`` is its first row from 0, ``span`` its physical lines."""

    delimiter: str
    start: int
    span: int
    headings: tuple[str, ...]

    @property
    def end(self) -> int:
        """Return the first row below the heading, from 0."""
        return self.start + self.span


def find_header(sheet: RawSheet, known: Known) -> Layout | None:
    """Return the line of the first thirty that holds most known headings, or None where none holds enough.

    A line with a run of sixteen digits is never a heading: a lost line break can glue data to it.
    """
    best: tuple[int, Layout] | None = None
    for layout in _candidates(sheet):
        found = known.count(list(layout.headings))
        if found >= known.needed and (best is None or found > best[0]):
            best = found, layout
    return best[1] if best else None


def _candidates(sheet: RawSheet) -> Iterator[Layout]:
    if isinstance(sheet, CellSheet):
        for start, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
            if not any(SIXTEEN_DIGITS.search(cell) for cell in row):
                yield Layout("", start, 1, _trimmed(row))
        return
    for start, line in enumerate(sheet.lines[:SEARCHED_ROWS]):
        if not SIXTEEN_DIGITS.search(line):
            yield from (layout for d in DELIMITERS if (layout := _text_candidate(sheet, start, d)))


def _text_candidate(sheet: TextSheet, start: int, delimiter: str) -> Layout | None:
    for span in range(1, MOST_LINES + 1):
        text = "\n".join(sheet.lines[start : start + span])
        if (cells := split_line(text, delimiter)) is not None:
            return None if SIXTEEN_DIGITS.search(text) else Layout(delimiter, start, span, _trimmed(cells))
    return None


def _trimmed(cells: list[str]) -> tuple[str, ...]:
    """Return the cells up to the last one that holds a heading; trailing delimiters end no column."""
    last = max((place for place, cell in enumerate(cells, start=1) if fold_heading(cell)), default=0)
    return tuple(cells[:last])
