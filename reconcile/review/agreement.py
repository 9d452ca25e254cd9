"""How far two reviewers of the same pairs agree, beyond chance: Cohen's kappa (Cohen 1960)."""

from dataclasses import dataclass

import pandas as pd

from reconcile.review.verdicts import PAIR, latest_words
from reconcile.vocab import PairDecision


@dataclass(frozen=True, eq=False)
class Agreement:
    """``table`` counts pairs: the first reviewer's word in rows, the second's in columns.

    ``kappa`` is missing where it is not defined: no pair was judged twice, or all have one word.
    """

    table: pd.DataFrame
    kappa: float | None

    @property
    def pairs(self) -> int:
        """Return how many pairs were judged twice."""
        return int(self.table.to_numpy().sum())

    @property
    def agreed(self) -> int:
        """Return on how many of them both say the same."""
        return int(sum(self.table.loc[word, word] for word in self.table.index))


def agreement(decisions: pd.DataFrame) -> Agreement:
    """Return the agreement of the first two reviewers, by name, of each pair of DECISIONS.

    The word that counts is each one's latest; arbiters, who know of the disagreement, are left out. Where
    more than two people share the work, first and second are a part in it rather than a person.
    """
    words = latest_words(decisions).sort_values([*PAIR, "by"], ignore_index=True)
    place = words.groupby(PAIR).cumcount()
    first, second = (words[place == n].set_index(PAIR)["said"] for n in (0, 1))
    both = pd.DataFrame({"first": first.reindex(second.index), "second": second})
    labels = [one.value for one in PairDecision]
    table = pd.crosstab(both["first"], both["second"]).reindex(index=labels, columns=labels, fill_value=0)
    return Agreement(table, kappa(table))


def kappa(table: pd.DataFrame) -> float | None:
    """Return Cohen's kappa of a square table of counts, both reviewers' words in the same order."""
    counts = table.to_numpy(dtype="float64")
    total = counts.sum()
    if not total:
        return None
    observed = counts.trace() / total
    chance = float(counts.sum(axis=0) @ counts.sum(axis=1)) / total**2
    return None if chance == 1 else float((observed - chance) / (1 - chance))
