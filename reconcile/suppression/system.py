"""Everything that a publication tells, as one system of linear equations over counts.

A reader knows every shown cell, every total, that counts are whole and not below zero, and how percentages
are rounded. Sensitive is a count of 1 to k - 1, and a rest of nought where the whole shares an attribute
("everybody here is poor"). Source: Hundepool et al., Statistical Disclosure Control (2012), chapter 4.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]

#: Counts are whole; what differs by less is rounding of the computer.
SLACK = 1e-6
#: A reader is taken to know that no count is so many times the largest that there is.
_MOST_TIMES = 2.0
#: The row holds whatever is shown.
ALWAYS = -1


@dataclass(frozen=True, eq=False)
class System:
    """Cells and the rows that tie them: ``low <= matrix @ values <= high``.

    ``published``: cells that may be shown; the others nobody prints, but they can be reckoned.
    ``sensitive``: cells that must stay open by ``k``. ``dear``: the more, the later a cell is hidden. A
    ``percent`` cell is no count: it stands in no row, but the rows whose ``told_by`` it is hold only while
    it is shown.
    """

    names: tuple[str, ...]
    values: Values
    published: Mask
    sensitive: Mask
    percent: Mask
    dear: Values
    matrix: csr_array
    low: Values
    high: Values
    told_by: Places
    k: int

    @property
    def most(self) -> float:
        """Return what a reader takes for the largest count that may be."""
        return _MOST_TIMES * (float(self.values.max(initial=0.0)) + self.k)

    @property
    def small(self) -> Mask:
        """Return the published cells that are hidden for their own sake (primary)."""
        mask: Mask = self.sensitive & self.published
        return mask

    def active(self, hidden: Mask) -> Mask:
        """Return which rows a reader has."""
        mask: Mask = (self.told_by == ALWAYS) | ~hidden[self.told_by]
        return mask

    def unknown(self, hidden: Mask) -> Mask:
        """Return the counts that no figure shows."""
        mask: Mask = (hidden | ~self.published) & ~self.percent
        return mask

    def targets(self, hidden: Mask) -> Mask:
        """Return the counts that must stay open: the sensitive ones, and whatever is hidden."""
        mask: Mask = self.sensitive | (hidden & ~self.percent)
        return mask


@dataclass
class _Row:
    places: tuple[int, ...]
    factors: tuple[float, ...]
    low: float
    high: float
    told_by: int = ALWAYS


@dataclass
class Sheet:
    """Gathers cells and rows; ``system`` returns them. A cell is named by its place."""

    k: int
    names: list[str] = field(default_factory=list)
    amounts: list[float] = field(default_factory=list)
    published: list[bool] = field(default_factory=list)
    sensitive: list[bool] = field(default_factory=list)
    percent: list[bool] = field(default_factory=list)
    dear: list[float] = field(default_factory=list)
    rows: list[_Row] = field(default_factory=list)

    def count(
        self, name: str, value: float, *, published: bool = True, personal: bool = True, dear: float = 0.0
    ) -> int:
        """Add a count; ``personal``: of people or families, so that a small one is sensitive."""
        return self._cell(
            name, value, published=published, sensitive=personal and 0 < value < self.k, dear=dear
        )

    def rest(
        self, name: str, whole: int, part: int, *, personal: bool = True, attribute: bool = False
    ) -> int:
        """Add what of ``whole`` is not ``part``: printed nowhere, never below zero.

        ``attribute``: to be a part is something about a person, so that a rest of nought is sensitive too.
        """
        value = self.amounts[whole] - self.amounts[part]
        place = self.count(name, value, published=False, personal=personal)
        if attribute and value == 0 and self.amounts[whole] > 0:
            self.sensitive[place] = True
        self.total(whole, (part, place))
        return place

    def total(self, total: int, parts: Sequence[int], less: Sequence[int] = ()) -> bool:
        """Say that ``total`` is the sum of ``parts`` without ``less``.

        What does not hold in the values tells a reader nothing: it is left out, and False returned.
        """
        places = (total, *parts, *less)
        factors = (-1.0, *[1.0] * len(parts), *[-1.0] * len(less))
        gap = sum(factor * self.amounts[place] for factor, place in zip(factors, places, strict=True))
        if abs(gap) > SLACK:
            return False
        self.rows.append(_Row(places, factors, 0.0, 0.0))
        return True

    def same(self, one: int, other: int) -> bool:
        """Say that two cells count the same; False where they do not."""
        return self.total(one, (other,))

    def share(self, name: str, part: int, whole: int, digits: int, *, dear: float = 0.0) -> int:
        """Add the percentage of ``part`` in ``whole`` as it is printed with so many digits."""
        exact = 100 * self.amounts[part] / self.amounts[whole] if self.amounts[whole] else 0.0
        printed, half = round(exact, digits), 0.5 * 10.0**-digits
        place = self._cell(name, printed, published=True, sensitive=False, dear=dear)
        self.percent[place] = True
        if self.amounts[whole]:
            for edge, low, high in ((printed - half, 0.0, np.inf), (printed + half, -np.inf, 0.0)):
                self.rows.append(_Row((part, whole), (100.0, -edge), low - SLACK, high + SLACK, place))
        return place

    def _cell(self, name: str, value: float, *, published: bool, sensitive: bool, dear: float) -> int:
        self.names.append(name)
        self.amounts.append(float(value))
        self.published.append(published)
        self.sensitive.append(sensitive)
        self.percent.append(False)
        self.dear.append(dear)
        return len(self.names) - 1

    def system(self) -> System:
        """Return the whole."""
        lengths = [len(row.places) for row in self.rows]
        columns = np.array([place for row in self.rows for place in row.places], dtype=np.int64)
        factors = np.array([factor for row in self.rows for factor in row.factors])
        lines = np.repeat(np.arange(len(self.rows)), lengths)
        shape = (len(self.rows), len(self.names))
        return System(
            tuple(self.names),
            np.array(self.amounts),
            np.array(self.published, dtype=np.bool_),
            np.array(self.sensitive, dtype=np.bool_),
            np.array(self.percent, dtype=np.bool_),
            np.array(self.dear),
            csr_array((factors, (lines, columns)), shape=shape),
            np.array([row.low for row in self.rows]),
            np.array([row.high for row in self.rows]),
            np.array([row.told_by for row in self.rows], dtype=np.int64),
            self.k,
        )
