"""Finding the heading line, and with it the delimiter, by the headings that a source declares."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property
from itertools import zip_longest

from reconcile.sources.raw import MOST_LINES, CellSheet, Merge, RawSheet, TextSheet, split_line
from reconcile.sources.spec import SourceSpec

DELIMITERS = (",", ";", "\t", "|")
SEARCHED_ROWS = 30
#: Most rows of one heading.
MOST_LEVELS = 3

#: A first line that tells Excel the delimiter, and no heading.
SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=([^\"\w]?)\"?\s*", re.IGNORECASE)

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

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Return what finds a heading that a pattern ignores; without patterns, nothing."""
        return re.compile("|".join(translate(pattern) for pattern in self.ignored[1]) or r"(?!)")

    @cached_property
    def _grouped(self) -> re.Pattern[str] | None:
        """Return what finds names of groups in front of a folded heading."""
        names = "|".join(re.escape(fold_heading(name)) for name in self.spec.groups)
        return re.compile(rf"(?:(?:{names}) ?[-/.:] ?)+") if names else None

    def fold(self, heading: str) -> str:
        """Return ``heading`` folded, without the groups in front where it is known without them only."""
        folded = fold_heading(heading)
        if folded in self.targets or self.ignores(folded) or self._grouped is None:
            return folded
        front = self._grouped.match(folded)
        bare = folded[front.end() :] if front else folded
        return bare if bare in self.targets or self.ignores(bare) else folded

    def ignores(self, heading: str) -> bool:
        """Return whether the folded ``heading`` is declared as not used."""
        return heading in self.ignored[0] or self._pattern.fullmatch(heading) is not None

    def count(self, cells: list[str]) -> int:
        """Return how many different known headings stand in ``cells``."""
        return sum(self.knows(heading) for heading in {fold_heading(cell) for cell in cells if cell})

    def knows(self, heading: str) -> bool:
        """Return whether ``heading`` is declared, as a field's or as one that is not used."""
        folded = self.fold(heading)
        return folded in self.targets or self.ignores(folded)

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
    """Return the rows of the first thirty that hold most known headings, or None where none holds enough.

    A heading of two or three rows is joined per column, ``A / B``, where that makes more headings known: one
    more where cells are merged there, two where none are. A row with a run of sixteen digits is never part
    of a heading: a lost line break can glue data to it.
    """
    best: tuple[int, Layout] | None = None
    for depth in range(1, MOST_LEVELS + 1):
        single = best
        for layout, merged in _candidates(sheet, known, depth):
            found = known.count(list(layout.headings))
            gain = 0 if depth == 1 or single is None or merged else 1
            if found >= known.needed and (best is None or found > best[0] + (gain if best is single else 0)):
                best = found, layout
    return best[1] if best else None


def _candidates(sheet: RawSheet, known: Known, depth: int) -> Iterator[tuple[Layout, bool]]:
    """Return headings ``depth`` rows deep with whether merged cells stand in them."""
    if isinstance(sheet, CellSheet):
        top = [list(row) for row in sheet.rows[: SEARCHED_ROWS + MOST_LEVELS]]
        for start in range(min(len(top) - depth + 1, SEARCHED_ROWS)):
            if layout := _joined("", start, depth, _spread(sheet.merges, top, start, depth), known):
                yield layout, any(m.top < start + depth and m.bottom >= start for m in sheet.merges)
        return
    for start in range(min(len(sheet.lines), SEARCHED_ROWS)):
        for delimiter in delimiters(sheet):
            if levels := _text_levels(sheet, start, delimiter, depth):
                span = sum(lines for _, lines in levels)
                if layout := _joined(delimiter, start, span, [cells for cells, _ in levels], known):
                    yield layout, False


def delimiters(sheet: TextSheet) -> tuple[str, ...]:
    """Return the delimiters to try: the one that a ``sep=`` line names, else the four in use."""
    named = SEPARATOR_LINE.fullmatch(sheet.lines[0]) if sheet.lines else None
    return (named[1],) if named and named[1] else DELIMITERS


def _text_levels(
    sheet: TextSheet, start: int, delimiter: str, depth: int
) -> list[tuple[list[str], int]] | None:
    """Return ``depth`` records from line ``start`` on, each with its number of lines."""
    levels: list[tuple[list[str], int]] = []
    for _ in range(depth):
        record = _record(sheet, start + sum(lines for _, lines in levels), delimiter)
        if record is None:
            return None
        levels.append(record)
    return levels


def _record(sheet: TextSheet, start: int, delimiter: str) -> tuple[list[str], int] | None:
    for span in range(1, MOST_LINES + 1):
        text = "\n".join(sheet.lines[start : start + span])
        if (cells := split_line(text, delimiter)) is not None:
            return None if SIXTEEN_DIGITS.search(text) or start >= len(sheet) else (cells, span)
    return None


def _spread(merges: tuple[Merge, ...], top: list[list[str]], start: int, depth: int) -> list[list[str]]:
    """Return heading rows in which a merged cell stands in all its columns."""
    levels = [list(row) for row in top[start : start + depth]]
    if depth == 1:
        return levels
    for merge in merges:
        for row in range(max(merge.top, start), min(merge.bottom, start + depth - 1) + 1):
            cells = levels[row - start]
            last = min(merge.right + 1, len(cells))
            cells[merge.left : last] = [top[merge.top][merge.left]] * max(0, last - merge.left)
    return levels


def _joined(delimiter: str, start: int, span: int, levels: list[list[str]], known: Known) -> Layout | None:
    if any(SIXTEEN_DIGITS.search(cell) for cells in levels for cell in cells):
        return None
    if len(levels) == 1:
        return Layout(delimiter, start, span, _trimmed(levels[0]))
    columns = zip_longest(*levels, fillvalue="")
    return Layout(delimiter, start, span, _trimmed([_heading(column, known) for column in columns]))


def _heading(levels: tuple[str, ...], known: Known) -> str:
    """Return the heading of one column: its levels joined, or the lowest that is known by itself."""
    parts = list(dict.fromkeys(" ".join(level.split()) for level in levels if level.strip()))
    joined = " / ".join(parts)
    return next((part for part in (joined, *reversed(parts)) if known.knows(part)), joined)


def _trimmed(cells: list[str]) -> tuple[str, ...]:
    """Return the cells up to the last one that holds a heading; trailing delimiters end no column."""
    last = max((place for place, cell in enumerate(cells, start=1) if fold_heading(cell)), default=0)
    return tuple(cells[:last])
