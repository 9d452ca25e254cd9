"""How good a linkage is, where the truth is known."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Accuracy:
    """Counts over pairs; the ratios are 0 where they are not defined."""

    right: int
    found: int
    true: int

    @property
    def precision(self) -> float:
        """Return the share of found pairs that are true."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Return the share of true pairs that were found."""
        return self.right / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        total = self.found + self.true
        return 2 * self.right / total if total else 0.0


def accuracy(found: pd.DataFrame, truth: pd.DataFrame) -> Accuracy:
    """Return the accuracy of ``found`` against ``truth``; both have two columns of keys in the same order."""
    a = found.drop_duplicates().set_axis(["left", "right"], axis="columns")
    b = truth.drop_duplicates().set_axis(["left", "right"], axis="columns")
    return Accuracy(right=len(a.merge(b)), found=len(a), true=len(b))
