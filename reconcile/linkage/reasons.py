"""Why a pair is one family: its levels as keys of the catalogue, and the sentence a person reads."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.language import text
from reconcile.linkage.compare import level_names
from reconcile.linkage.link import Links
from reconcile.linkage.members import shared_members
from reconcile.linkage.spec import LinkageSpec
from reconcile.vocab import Language

#: Stands first where people decided the pair.
DECIDED = "keputusan_sama"
#: Levels that say nothing a reader needs: heads that are one person speak by their own fields.
UNSAID = frozenset({"kepala_same"})

#: Levels that say that the heads are two persons of one family.
HEAD_CHANGED = ("kepala_both", "kepala_one_rare", "kepala_one", "kepala_likely", "kepala_another")


def reasons(links: Links, spec: LinkageSpec, pairs: npt.NDArray[np.int64]) -> pd.Series:
    """Return for each of ``pairs`` its levels joined by blanks; members' with how many of how many."""
    found, back = np.unique(links.patterns.of_pair[pairs], return_inverse=True)
    said = []
    for levels in links.patterns.levels[found]:
        names = [
            f"{one.name}_{level_names(one)[level - 1]}"
            for one, level in zip(spec.comparisons, levels.tolist(), strict=True)
            if level > 0
        ]
        said.append(" ".join(name for name in names if name not in UNSAID))
    patterns = np.array(said, dtype=object)[back] if said else np.empty(0, dtype=object)
    household = next((one for one in spec.comparisons if one.kind == "members"), None)
    if household is None or not len(pairs):
        return pd.Series(patterns, dtype="str")
    shared = shared_members(
        links.features, household.features, links.candidates.left[pairs], links.candidates.right[pairs]
    )
    counts = (
        pd.Series(shared.same).astype("str")
        + "/"
        + pd.Series(np.maximum(shared.smaller, shared.same)).astype("str")
    )
    texts = pd.Series(patterns, dtype="str")
    # the members stand last in a pattern
    tells = texts.str.contains(f"{household.name}_", regex=False)
    return (texts + (":" + counts).where(tells, "")).astype("str")


def sentences(reasons: pd.Series, language: Language) -> pd.Series:
    """Return what ``reasons`` made in the words of the catalogue, joined by semicolons; missing stays so."""
    said = {
        pattern: "; ".join(filter(None, (_phrase(token, language) for token in pattern.split())))
        for pattern in reasons.dropna().unique()
    }
    return reasons.map(said).astype("str")


def _phrase(token: str, language: Language) -> str:
    name, _, counts = token.partition(":")
    same, _, of = counts.partition("/")
    return text(f"level_{name}", language, same=same, of=of)
