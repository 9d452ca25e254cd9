"""One pair of rows weighed again: what each comparison says, in bits, and who else was near."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.language import text
from reconcile.linkage.blocking import Candidates, pass_names
from reconcile.linkage.compare import compare, counting, level_names
from reconcile.linkage.link import Links
from reconcile.linkage.members import shared_members
from reconcile.linkage.patterns import Patterns, patterns
from reconcile.linkage.reasons import UNSAID
from reconcile.linkage.score import evidence
from reconcile.linkage.spec import ComparisonSpec, LinkageSpec
from reconcile.vocab import Language

#: So many other candidates of each row are told.
RIVALS = 5


@dataclass(frozen=True)
class Weighing:
    """``comparisons``: a row per comparison, its level in words, m, u, bits of the level and of rarity.

    ``prior`` and ``bits`` are log2 of the odds before and after; ``score`` is the probability and ``passes``
    what found the pair, both missing for a pair that no pass brought together. ``chosen``: taken one-to-one.
    """

    comparisons: pd.DataFrame
    prior: float
    bits: float
    score: float | None
    passes: str
    chosen: bool


def weigh(links: Links, spec: LinkageSpec, left: int, right: int, language: Language) -> Weighing:
    """Return the weighing of rows ``left`` and ``right`` (numbers of rows in ``links``, as in Features)."""
    one, two = (np.array([row], dtype=links.candidates.left.dtype) for row in (left, right))
    levels = counting(spec, compare(links.features, spec, one, two))
    found = patterns(levels, [len(c.m) for c in spec.comparisons])
    pair = Candidates(one, two, np.zeros(1, dtype=np.uint32))
    told = [_comparison(links, spec, found, pair, place, language) for place in range(len(spec.comparisons))]
    at = _candidate(links, left, right)
    return Weighing(
        pd.DataFrame(told),
        float(np.log2(links.parameters.odds)),
        float(evidence(links.features, spec, pair, found, links.parameters)[0]),
        None if at is None else float(links.probability[at]),
        "" if at is None else str(pass_names(links.candidates.passes[[at]], spec.passes)[0]),
        at is not None and bool(np.isin(at, links.chosen)),
    )


def _candidate(links: Links, left: int, right: int) -> int | None:
    at = np.flatnonzero((links.candidates.left == left) & (links.candidates.right == right))
    return int(at[0]) if len(at) else None


def _comparison(
    links: Links, spec: LinkageSpec, found: Patterns, pair: Candidates, place: int, language: Language
) -> dict[str, object]:
    """Return what one comparison adds: weighed alone, without a prior, it is level and rarity."""
    one = spec.comparisons[place]
    level = int(found.levels[0, place]) - 1
    said = text("explain_not_compared", language) if level < 0 else _words(links, one, level, pair, language)
    row: dict[str, object] = {"pembanding": one.name, "tingkat": said}
    if level < 0:
        return {**row, "m": None, "u": None, "bit_tingkat": 0.0, "bit_kelangkaan": 0.0, "bit": 0.0}
    alone = spec.model_copy(update={"comparisons": (one,)})
    only = Patterns(found.of_pair, found.levels[:, [place]], found.count)
    even = replace(links.parameters, odds=1.0)
    bits = float(evidence(links.features, alone, pair, only, even)[0])
    own = float(links.parameters.bits(one.name)[level])
    shares = {"m": links.parameters.m[one.name][level], "u": links.parameters.u[one.name][level]}
    return {
        **row,
        **shares,
        "bit_tingkat": _bits(own),
        "bit_kelangkaan": _bits(bits - own),
        "bit": _bits(bits),
    }


def _bits(value: float) -> float:
    return round(value, 4) + 0.0


def _words(links: Links, one: ComparisonSpec, level: int, pair: Candidates, language: Language) -> str:
    name = f"{one.name}_{level_names(one)[level]}"
    if name in UNSAID:
        return text("explain_no_news", language)
    if one.kind != "members":
        return text(f"level_{name}", language)
    shared = shared_members(links.features, one.features, pair.left, pair.right)
    same, smaller = int(shared.same[0]), int(shared.smaller[0])
    return text(f"level_{name}", language, same=same, of=max(same, smaller))


def best_of(links: Links, row: int) -> npt.NDArray[np.int64]:
    """Return the candidates of a row, the one with most evidence first."""
    own = np.flatnonzero((links.candidates.left == row) | (links.candidates.right == row))
    return own[np.lexsort((own, -links.bits[own]))]


def rivals(links: Links, rows: list[int], ids: npt.NDArray[np.object_]) -> pd.DataFrame:
    """Return the best candidates of each of ``rows``: whose, the other row, bits, probability, if taken."""
    told = [
        {
            "keluarga": ids[row],
            "calon": ids[links.candidates.left[at] + links.candidates.right[at] - row],
            "bobot": round(float(links.bits[at]), 2),
            "skor": float(links.probability[at]),
            "diambil": bool(np.isin(at, links.chosen)),
        }
        for row in rows
        for at in best_of(links, row)[:RIVALS]
    ]
    return pd.DataFrame(told, columns=["keluarga", "calon", "bobot", "skor", "diambil"])
