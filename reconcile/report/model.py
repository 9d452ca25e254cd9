"""What the report is made of: figures that know where they come from, and the blocks that hold them.

Nothing here knows HTML. A figure that must not be seen has no value, so no page can show it by mistake.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconcile.language import text
from reconcile.vocab import Language


@dataclass(frozen=True)
class Figure:
    """A number with its source: what it was taken from (reconcile.report.book tells how that is written).

    Without ``value`` there is nothing to show: ``hidden`` says that it is kept back (a small cell).
    """

    source: str
    value: float | None = None
    digits: int = 0
    hidden: bool = False

    def to(self, digits: int) -> "Figure":
        """Return the figure as it is written with so many digits."""
        return replace(self, digits=digits)

    def kept_back(self) -> "Figure":
        """Return the figure without its value."""
        return replace(self, value=None, hidden=True)


#: What a sentence or a cell may hold: a figure, or words.
Value = Figure | str


@dataclass(frozen=True)
class Sentence:
    """A sentence of the catalogue and what stands in its places."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Bullets:
    """A list of sentences; ``ordered`` where their order means something."""

    items: Sequence[Sentence]
    ordered: bool = False


@dataclass(frozen=True)
class Tiles:
    """The headline figures: what is counted, the figure, its unit."""

    items: Sequence[tuple[str, Figure, str]]


@dataclass(frozen=True)
class Title:
    """A heading within a section."""

    words: str


@dataclass(frozen=True)
class Head:
    """The heading of a column. ``kind``: words, number, or share (percent, drawn as a bar beside it).

    ``broken``: a line is drawn before the column, because it does not go on from the one before.
    """

    title: str
    kind: str = "number"
    broken: bool = False


@dataclass(frozen=True)
class Grid:
    """A table: its key, its title (with the unit), its columns and rows, notes below it.

    The first column heads the rows; ``total`` says that the last row is one.
    """

    key: str
    title: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Value]]
    notes: Sequence[Sentence] = ()
    total: bool = False


@dataclass(frozen=True)
class Bars:
    """Steps of a funnel: a label and a figure each, drawn against ``whole``."""

    title: str
    steps: Sequence[tuple[str, Figure]]
    whole: float


@dataclass(frozen=True)
class Stack:
    """Bars of parts that are a whole, a row per area; ``parts`` are their names."""

    title: str
    parts: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Figure]]]


@dataclass(frozen=True)
class Dots:
    """Figures of one unit side by side on one line per area; ``series`` are their names."""

    title: str
    series: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Figure]]]
    most: float


@dataclass(frozen=True)
class Line:
    """One area's course: days as text and figures, and a projection as a range (day, low, high)."""

    name: str
    points: Sequence[tuple[str, Figure]]
    ahead: Sequence[tuple[str, Figure, Figure]] = ()


@dataclass(frozen=True)
class Lines:
    """Courses of several areas, each drawn for itself."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class MapPlace:
    """Where the maps stand."""


@dataclass(frozen=True)
class Absent:
    """What is not there, and why: never zero."""

    what: str
    why: str


Block = Sentence | Bullets | Tiles | Title | Grid | Bars | Stack | Dots | Lines | MapPlace | Absent


@dataclass(frozen=True)
class Section:
    """One part of the report with a heading of its own."""

    key: str
    title: str
    blocks: Sequence[Block]


def written(value: float, digits: int, language: Language) -> str:
    """Return a number as the language writes it: 1.234,5 or 1,234.5."""
    said = f"{value:,.{digits}f}"
    if float(said.replace(",", "")) == 0:
        said = said.removeprefix("-")
    if language is Language.INDONESIAN:
        said = said.replace(",", " ").replace(".", ",").replace(" ", ".")
    return said.replace("-", "−")


def plain(value: Value, language: Language) -> str:
    """Return a value as plain text."""
    if isinstance(value, str):
        return value
    if value.value is None:
        return text("report_hidden_sign" if value.hidden else "report_none_sign", language)
    return written(value.value, value.digits, language)


def spoken(sentence: Sentence, language: Language) -> str:
    """Return a sentence as plain text."""
    return text(sentence.key, language, **{k: plain(v, language) for k, v in sentence.values.items()})
