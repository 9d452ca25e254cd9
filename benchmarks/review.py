"""What clerical review is worth: accuracy before and after the truth judges the 1 % most doubtful pairs.

    python -m benchmarks.review                          # 3,000 families a side on made-up villages
    python -m benchmarks.review --families 20000 100000  # on the villages of PADAN_REAL_DATA

Doubt is the lesser of a pair's probability and what it lacks to 1; of equals the pair with less evidence.
"""

import argparse
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from flows import steps
from flows.config import PipelineConfig, load_config
from flows.deliveries import Sources, read_sources
from flows.review_store import as_decisions
from flows.sample import write_sample
from flows.truthfile import read_truth
from reconcile.linkage.evaluate import KEYS, Accuracy, judge
from reconcile.linkage.households import Linkage, link_households
from reconcile.merge import merge_households
from reconcile.review.tables import JUDGEMENTS
from reconcile.tables import DECISIONS
from reconcile.vocab import MatchStatus, PairDecision, Registry
from tests.province import generate

ROOT = Path(__file__).parents[1]
#: Share of the families of a side whose pairs are judged.
SHARE = 0.01
_KEY = b"k" * 32
_SMALL = 3000


@dataclass(frozen=True, eq=False)
class Lists:
    """What a matching gets, and the true pairs."""

    config: PipelineConfig
    sources: Sources
    placed: steps.Frames
    true: pd.DataFrame

    def linked(self, decisions: pd.DataFrame) -> Linkage:
        """Return the matching after ``decisions``."""
        p3ke, bps = Registry.P3KE, Registry.BPS
        return link_households(
            self.placed[p3ke],
            self.placed[bps],
            self.sources.registries[p3ke].members,
            self.sources.registries[bps].members,
            self.config.matching,
            decisions=decisions,
        )

    def accuracy(self, linkage: Linkage) -> Accuracy:
        """Return the accuracy as `padan evaluate` has it: accepted pairs and parts of families."""
        p3ke, bps = (self.placed[side] for side in Registry)
        rows = merge_households(p3ke, bps, linkage.pairs, linkage.relations, key=_KEY)
        return judge(rows, self.true).accuracy()


def main() -> None:
    """Print one table row per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, nargs="*", default=[])
    given = parser.parse_args()
    print("| families | judged | doubtful | one family | P | R | F1 | P after | R after | F1 after | s |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for families in given.families or [_SMALL]:
        with tempfile.TemporaryDirectory() as folder:
            print(measured(read(Path(folder), families), families), flush=True)


def read(folder: Path, families: int) -> Lists:
    """Return generated lists of ``families`` a side: on the real villages where they are named."""
    real = os.environ.get("PADAN_REAL_DATA")
    if real:
        truth, path = generate(folder, families, Path(real) / "wilayah"), folder / "config.yaml"
    else:
        write_sample(families=families, seed=7, out=folder / "data/raw/contoh")
        truth, path = folder / "data/raw/contoh/kebenaran", folder / "config.yaml"
        path.write_text((ROOT / "config.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    config = load_config(path)
    sources = read_sources(config)
    register = steps.village_register(sources)
    placed = steps.place_households(sources, register, steps.village_map(config, register))
    return Lists(config, sources, placed, read_truth(truth / "pasangan.csv").pairs)


def measured(lists: Lists, families: int) -> str:
    """Return the row of one size."""
    linkage = lists.linked(DECISIONS.empty())
    before = lists.accuracy(linkage)
    chosen = most_doubtful(linkage.pairs, round(SHARE * families))
    judged = by_truth(lists, chosen)
    start = time.perf_counter()
    after = lists.accuracy(lists.linked(judged))
    seconds = time.perf_counter() - start
    doubtful = int((chosen["status_padan"] == MatchStatus.REVIEW).sum())
    same = int((judged["keputusan"] == PairDecision.SAME).sum())
    shares = (before.precision, before.recall, before.f1, after.precision, after.recall, after.f1)
    told = " | ".join(f"{share:.4f}" for share in shares)
    return f"| {families:,} | {len(judged)} | {doubtful} | {same} | {told} | {seconds:.0f} |"


def most_doubtful(pairs: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return the ``count`` most doubtful of PAIRS, accepted ones among them."""
    score = pairs["skor"].astype("float64")
    doubt = np.minimum(score, 1 - score)
    ranked = pairs.assign(doubt=-doubt).sort_values(["doubt", "bobot", "record_p3ke"])
    return ranked.head(count)


def by_truth(lists: Lists, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return DECISIONS of ``pairs`` by a reviewer who knows the truth."""
    keys = [lists.placed[side].set_index("record_id")["family_key"] for side in Registry]
    own = pd.DataFrame(
        {
            KEYS[0]: pairs["record_p3ke"].map(keys[0]).array,
            KEYS[1]: pairs["record_bps"].map(keys[1]).array,
        }
    )
    true = pd.MultiIndex.from_frame(own).isin(pd.MultiIndex.from_frame(lists.true[KEYS]))
    word = np.where(true, PairDecision.SAME.value, PairDecision.OTHER.value)
    told = pairs[["record_p3ke", "record_bps"]].assign(keputusan=word, oleh="kebenaran", peran="penelaah")
    return as_decisions(JUDGEMENTS.build(told), "kebenaran")


if __name__ == "__main__":
    main()
