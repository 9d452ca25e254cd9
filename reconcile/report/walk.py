"""Every figure of a block, and the block with other figures in its places."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from reconcile.report.model import (
    Bars,
    Block,
    Bullets,
    Dots,
    Figure,
    Grid,
    Line,
    Lines,
    Section,
    Sentence,
    Stack,
    Tiles,
    Value,
)

Change = Callable[[Figure], Figure]


def figures_of(sections: Sequence[Section]) -> Iterator[Figure]:
    """Return every figure that ``sections`` hold, wherever it stands."""
    found: list[Figure] = []

    def note(figure: Figure) -> Figure:
        found.append(figure)
        return figure

    for section in sections:
        changed(section, note)
    yield from found


def changed(section: Section, change: Change) -> Section:
    """Return a section whose figures went through ``change``."""
    return replace(section, blocks=[_block(block, change) for block in section.blocks])


def _block(block: Block, change: Change) -> Block:
    if isinstance(block, Sentence):
        return _sentence(block, change)
    if isinstance(block, Bullets):
        return replace(block, items=[_sentence(one, change) for one in block.items])
    if isinstance(block, Tiles):
        return replace(block, items=[(name, change(one), unit) for name, one, unit in block.items])
    if isinstance(block, Grid):
        notes = [_sentence(one, change) for one in block.notes]
        return replace(block, rows=[[_value(one, change) for one in row] for row in block.rows], notes=notes)
    return _drawn(block, change)


def _drawn(block: Block, change: Change) -> Block:
    """Return a drawing; its scale is that of the figures that still show."""
    if isinstance(block, Bars):
        steps = [(name, change(one)) for name, one in block.steps]
        return replace(block, steps=steps, whole=max((one.value or 0.0 for _, one in steps), default=0.0))
    if isinstance(block, Stack):
        return replace(block, rows=[(name, [change(one) for one in row]) for name, row in block.rows])
    if isinstance(block, Dots):
        rows = [(name, [change(one) for one in row]) for name, row in block.rows]
        most = max((one.value or 0.0 for _, row in rows for one in row), default=0.0)
        return replace(block, rows=rows, most=most)
    if isinstance(block, Lines):
        lines = [_line(line, change) for line in block.lines]
        return replace(block, lines=[line for line in lines if not _kept(line)])
    return block


def _line(line: Line, change: Change) -> Line:
    points = [(day, change(one)) for day, one in line.points]
    return replace(line, points=points, ahead=[(day, change(a), change(b)) for day, a, b in line.ahead])


def _kept(line: Line) -> bool:
    """Return whether a course has a figure that is kept back: it is not drawn at all then."""
    ahead = [one for _, *ends in line.ahead for one in ends]
    return any(one.hidden for one in (*(point for _, point in line.points), *ahead))


def _sentence(sentence: Sentence, change: Change) -> Sentence:
    return replace(sentence, values={name: _value(one, change) for name, one in sentence.values.items()})


def _value(value: Value, change: Change) -> Value:
    return change(value) if isinstance(value, Figure) else value
