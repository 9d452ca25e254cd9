"""How every Splink engine trains and links; what differs between them is the settings and the `Training`."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.comparison_level_library import CustomLevel
from splink.comparison_library import CustomComparison

from benchmarks.engines.common import Links, Stopwatch, one_to_one

#: Pairs below this weight in bits are not fetched: no best threshold lies there.
LOW_BOUND = -20.0
_SEED = 1

#: A rule of blocking, whose class Splink keeps to itself.
Rule = Any


@dataclass(frozen=True)
class Training:
    """How parameters are learnt without labels.

    ``certain`` rules find ``recall`` of all matches almost without error; each of ``rounds`` blocks the pairs
    of one round of expectation maximisation; ``u_pairs`` random pairs give u.
    """

    certain: Sequence[Rule]
    recall: float
    rounds: Sequence[Rule]
    u_pairs: float = 1e6


def settings(comparisons: Sequence[Any], blocking: Sequence[Rule], **others: object) -> SettingsCreator:
    """Return the settings of a link of two files by row number, nothing kept that is not asked for."""
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="row",
        comparisons=list(comparisons),
        blocking_rules_to_generate_predictions=list(blocking),
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
        **others,
    )


def comparison(name: str, *levels: Any) -> CustomComparison:
    """Return a comparison out of its levels, from missing to different."""
    return CustomComparison(output_column_name=name, comparison_levels=list(levels))


def custom(condition: str, label: str) -> CustomLevel:
    """Return a level of pairs for which an SQL condition holds."""
    return CustomLevel(condition, label)


def missing(condition: str) -> CustomLevel:
    """Return the level of pairs that a comparison says nothing about."""
    return custom(condition, "missing").configure(is_null_level=True)


def link_tables(
    left: pa.Table, right: pa.Table, model: SettingsCreator, training: Training, watch: Stopwatch
) -> Links:
    """Return all scored pairs of two clean tables; Splink's own default accepts from probability 0.5."""
    database = DuckDBAPI()
    tables = [
        database.register(
            table.append_column("row", pa.array(np.arange(len(table)))), dataset_display_name=name
        )
        for name, table in (("a_left", left), ("b_right", right))
    ]
    linker = Linker(tables, model, log_level=logging.ERROR)
    watch.lap("register")
    _train(linker, training, watch)
    found = linker.inference.predict(threshold_match_weight=LOW_BOUND)
    watch.lap("predict")
    links = _links(found.as_pyarrow_table())
    watch.lap("fetch and one-to-one")
    return links


def _train(linker: Linker, training: Training, watch: Stopwatch) -> None:
    teach = linker.training
    teach.estimate_probability_two_random_records_match(list(training.certain), recall=training.recall)
    watch.lap("prior")
    teach.estimate_u_using_random_sampling(max_pairs=training.u_pairs, seed=_SEED)
    watch.lap("u")
    for blocked in training.rounds:
        teach.estimate_parameters_using_expectation_maximisation(
            blocked, estimate_without_term_frequencies=True
        )
    watch.lap("EM")


def _links(pairs: pa.Table) -> Links:
    if pairs.num_rows and set(pairs["source_dataset_l"].unique().to_pylist()) != {"a_left"}:
        raise ValueError("Splink turned the sides round")
    left, right = pairs["row_l"].to_numpy(), pairs["row_r"].to_numpy()
    score = pairs["match_weight"].to_numpy()
    accepted = np.zeros(len(score), bool)
    likely = np.flatnonzero(score >= 0)
    accepted[likely] = one_to_one(left[likely], right[likely], score[likely])
    return Links(left, right, score, accepted, pairs["match_probability"].to_numpy())
