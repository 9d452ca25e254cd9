"""What everybody who writes a section has before them, and how a section is declared."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reconcile.language import text
from reconcile.report.areas import Area, Filled, areas_of, fill
from reconcile.report.book import Book
from reconcile.report.model import Absent, Block, Section
from reconcile.report.plans import PLANS, TIES
from reconcile.vocab import Language


@dataclass(frozen=True)
class Issue:
    """Which report it is: period, run, its reference date, small cells below ``k``, language.

    ``previous`` is the published run that this one was held against; None for the first.
    """

    period: str
    run: str
    day: str
    k: int
    language: Language
    previous: str | None = None


@dataclass(frozen=True, eq=False)
class Desk:
    """The tables of the run, the kabupaten, and the figures of every plan whose tables there are."""

    issue: Issue
    book: Book
    areas: Sequence[Area]
    filled: Mapping[str, Filled]

    @property
    def language(self) -> Language:
        """Return the language of the report."""
        return self.issue.language

    def rule(self, code: str, part: str = "") -> str:
        """Return the words of a rule; ``part``: _why, _do, _who, or nothing for its title."""
        return text(f"rule_{code}{part}", self.language)

    def say(self, key: str, **values: object) -> str:
        """Return words of the catalogue, whose keys all begin with ``report_``."""
        return text(f"report_{key}", self.language, **values)


@dataclass(frozen=True)
class Part:
    """A part of a section: the tables without which it cannot be told, and who tells it."""

    tables: tuple[str, ...]
    build: Callable[[Desk], Iterable[Block]]

    def blocks(self, desk: Desk) -> list[Block]:
        """Return its blocks, or what is absent and why."""
        missing = [name for name in self.tables if name not in desk.book]
        if not missing:
            return list(self.build(desk))
        what = ", ".join(desk.say(f"table_{name}") for name in missing)
        return [Absent(what, desk.say("absent_table", what=what))]


@dataclass(frozen=True)
class SectionKind:
    """A section as declared: key and parts; its title is ``report_section_<key>``."""

    key: str
    parts: tuple[Part, ...]

    def section(self, desk: Desk) -> Section:
        """Return the section of one report."""
        blocks = [block for part in self.parts for block in part.blocks(desk)]
        return Section(self.key, desk.say(f"section_{self.key}"), blocks)


def open_desk(issue: Issue, book: Book) -> Desk:
    """Return the desk of a run; KeyError without the table of indicators."""
    areas = areas_of(book, issue.language)
    ready = [plan for plan in PLANS if all(count.table in book for count in plan.counts)]
    return Desk(issue, book, areas, fill(book, ready, areas, issue.k, TIES))
