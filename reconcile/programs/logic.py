"""Criteria on whole columns, in three values: yes, no, unknown (Kleene's strong logic).

A test of an unknown value is unknown; ``dan`` is no as soon as one term is no, ``atau`` yes as soon as one
is yes; the opposite of unknown is unknown. What is unknown is never taken for no.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from reconcile.programs.criteria import (
    All,
    Between,
    Compare,
    Either,
    Flag,
    Known,
    Leaf,
    Member,
    Node,
    Not,
    Value,
)

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Values:
    """A column of n values: ``data`` (whole), which of them are known, and the words that data are places in.

    A yes-or-no column holds 1 and 0, a vocabulary or code the place in ``words``.
    """

    data: npt.NDArray[np.integer[Any]]
    known: Mask
    words: tuple[str, ...] | None = None

    def place(self, value: Value) -> int:
        """Return what ``value`` is in ``data``; -1 where no row has it."""
        if self.words is None or isinstance(value, int):
            return int(value)
        return self.words.index(value) if value in self.words else -1

    def take(self, rows: npt.NDArray[np.int64]) -> "Values":
        """Return the values of ``rows``."""
        return Values(self.data[rows], self.known[rows], self.words)


@dataclass(frozen=True)
class Truth:
    """For each of n rows whether something is so, and whether it is not; neither is unknown, never both."""

    yes: Mask
    no: Mask

    @property
    def unknown(self) -> Mask:
        """Return where neither is known."""
        return ~(self.yes | self.no)

    def opposite(self) -> "Truth":
        """Return the opposite."""
        return Truth(self.no, self.yes)

    def both(self, other: "Truth") -> "Truth":
        """Return whether this and the other are so."""
        return Truth(self.yes & other.yes, self.no | other.no)

    def either(self, other: "Truth") -> "Truth":
        """Return whether this or the other is so."""
        return Truth(self.yes | other.yes, self.no & other.no)


def evaluate(node: Node, columns: Mapping[str, Values]) -> Truth:
    """Return what the criterion is for each row of ``columns``, which holds every column that it names."""
    match node:
        case Not(term):
            return evaluate(term, columns).opposite()
        case All(terms):
            return reduce(Truth.both, (evaluate(term, columns) for term in terms))
        case Either(terms):
            return reduce(Truth.either, (evaluate(term, columns) for term in terms))
        case _:
            return _leaf(node, columns[node.column])


def all_true(truths: Sequence[Truth], rows: int) -> Truth:
    """Return whether all are so; of none, yes for each of ``rows``."""
    whole = Truth(np.ones(rows, dtype=np.bool_), np.zeros(rows, dtype=np.bool_))
    return reduce(Truth.both, truths, whole)


def _leaf(leaf: Leaf, values: Values) -> Truth:
    if isinstance(leaf, Known):
        return Truth(values.known, ~values.known)
    met = _met(leaf, values)
    return Truth(values.known & met, values.known & ~met)


def _met(leaf: Flag | Compare | Between | Member, values: Values) -> Mask:
    data = values.data
    match leaf:
        case Flag():
            return np.asarray(data == 1, dtype=np.bool_)
        case Between(_, low, high):
            return np.asarray((data >= low) & (data <= high), dtype=np.bool_)
        case Member(_, wanted):
            return np.asarray(np.isin(data, [values.place(value) for value in wanted]), dtype=np.bool_)
        case Compare(_, operator, value):
            compare = _OPERATORS[operator]
            return np.asarray(compare(data, values.place(value)), dtype=np.bool_)


_OPERATORS = {
    "=": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
