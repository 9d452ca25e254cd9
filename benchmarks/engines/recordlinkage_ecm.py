"""recordlinkage on persons: ``python -m benchmarks.engines.recordlinkage_ecm KIND FOLDER OUT``.

It holds pandas below 3, so it runs in a Python of its own, which needs `recordlinkage` and `pyarrow`.
Blocking is that of the Splink engine where recordlinkage can say it; fields agree or not, as its ECM asks.
The rules were chosen as the Splink engine says, with the truth in view.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import recordlinkage

from benchmarks.engines.common import Job, Links, Stopwatch, one_to_one, read_pair, run_engine

#: The columns that each rule of blocking asks to be equal.
BLOCKING = {
    "febrl4": (
        ("soc_sec_id",), ("date_of_birth",), ("given_name", "surname"), ("surname", "postcode"),
        ("given_name", "postcode"), ("address_1", "street_number"), ("suburb", "street_number"),
    ),
    "h50k": (
        ("postcode_fake",), ("dob",), ("surname",), ("surname_start",), ("birth_place", "district"),
        ("birth_place", "year"), ("birth_place", "occupation"), ("year", "district"), ("name_start", "year"),
        ("initial", "surname_begin"),
    ),
}  # fmt: skip
#: Which fields agree when they are equal, and which when their Jaro-Winkler similarity reaches the value.
EXACT = {
    "febrl4": ("soc_sec_id", "street_number", "state"),
    "h50k": ("postcode_fake", "district", "year", "gender", "occupation"),
}
SIMILAR = {
    "febrl4": {"given_name": 0.85, "surname": 0.85, "date_of_birth": 0.92, "address_1": 0.85,
               "address_2": 0.85, "suburb": 0.85, "postcode": 0.9},
    "h50k": {"first_name": 0.85, "surname": 0.88, "full_name": 0.85, "dob": 0.94, "birth_place": 0.9},
}  # fmt: skip


def clean(kind: str, table: pa.Table) -> pd.DataFrame:
    """Return the columns to block and to compare."""
    if kind == "h50k":
        year = pc.utf8_slice_codeunits(table["dob"], 0, 4)
        table = table.append_column("year", year)
        district = pc.replace_substring_regex(table["postcode_fake"], " .*", "")
        table = table.append_column("district", district)
        starts = {"surname_start": ("surname", 4), "name_start": ("first_name", 3),
                  "surname_begin": ("surname", 3), "initial": ("first_name", 1)}  # fmt: skip
        for name, (field, letters) in starts.items():
            table = table.append_column(name, pc.utf8_slice_codeunits(table[field], 0, letters))
    return table.to_pandas()


def link(job: Job, watch: Stopwatch) -> tuple[pa.Table, pa.Table, Links]:
    """Read, clean, block, compare and classify; the classifier's own default accepts from probability 0.5."""
    left, right = read_pair(job)
    watch.lap("read")
    tables = [clean(job.kind, table) for table in (left, right)]
    watch.cleaned()
    index = recordlinkage.Index()
    for columns in BLOCKING[job.kind]:
        index.block(list(columns), list(columns))
    pairs = index.index(*tables)
    watch.lap("blocking")
    compare = recordlinkage.Compare()
    for name in EXACT[job.kind]:
        compare.exact(name, name, label=name)
    for name, cutoff in SIMILAR[job.kind].items():
        compare.string(name, name, method="jarowinkler", threshold=cutoff, label=name)
    features = compare.compute(pairs, *tables)
    watch.lap("comparing")
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(features)
    watch.lap("ECM")
    return left, right, _links(features, classifier, watch)


def _links(features: pd.DataFrame, classifier: recordlinkage.ECMClassifier, watch: Stopwatch) -> Links:
    probability = classifier.prob(features).to_numpy()
    pairs = features.index
    row_left, row_right = (pairs.get_level_values(level).to_numpy() for level in (0, 1))
    score = _log_odds(features, classifier)
    accepted = np.zeros(len(score), bool)
    likely = np.flatnonzero(probability >= 0.5)
    accepted[likely] = one_to_one(row_left[likely], row_right[likely], score[likely])
    watch.lap("classify and one-to-one")
    return Links(row_left, row_right, score, accepted, probability)


def _log_odds(features: pd.DataFrame, classifier: recordlinkage.ECMClassifier) -> np.ndarray:
    # in bits; probabilities near one are all 1.0 and cannot be put in order
    likelihood = {}
    for kind, weights in (("m", classifier.log_m_probs), ("u", classifier.log_u_probs)):
        table = pd.DataFrame(weights)
        likelihood[kind] = sum(
            table.loc[0, name] + (table.loc[1, name] - table.loc[0, name]) * features[name].to_numpy()
            for name in features
        )
    prior = np.log(classifier.p) - np.log1p(-classifier.p)
    return (likelihood["m"] - likelihood["u"] + prior) / np.log(2)


if __name__ == "__main__":
    run_engine("recordlinkage_ecm", link)
