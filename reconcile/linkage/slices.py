"""The features of some rows, as tables that a worker makes features of again: what comparing them needs.

Values travel in dictionary columns, each once. What is counted over all rows, how rare a name and a word
are, travels beside them: a worker sees few rows and could not count it.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.executor import Tables
from reconcile.linkage.features import Features, Persons, ranges
from reconcile.linkage.spec import LinkageSpec
from reconcile.linkage.values import (
    MISSING,
    Category,
    Codes,
    Dates,
    Feature,
    Names,
    Number,
    word_matrix,
)

Rows = npt.NDArray[np.integer]
DATE_PARTS = ("code", "year", "month", "day")


def used_features(spec: LinkageSpec) -> tuple[str, ...]:
    """Return the features that the comparisons of ``spec`` look at, in the order of the spec."""
    used = {name for one in spec.comparisons for name in (*one.features, one.within)}
    return tuple(name for name in spec.features if name in used)


def sliced(features: Features, names: Sequence[str], rows: Rows) -> dict[str, pa.Table]:
    """Return the features ``names`` of ``rows`` (distinct, sorted) and of the persons in them."""
    start = features.persons.start[rows]
    size = features.persons.start[rows + 1] - start
    first = np.cumsum(size) - size
    at = ranges(start, start + size)
    behind = np.ones(len(at), dtype=np.bool_)
    behind[first] = False
    # as in Features: the heads, which are the rows, then every other person
    at = np.concatenate([at[first], at[behind]])
    household = np.concatenate([np.arange(len(rows)), np.repeat(np.arange(len(rows)), size)[behind]])
    persons = features.persons.person[at]
    tables: dict[str, pa.Table] = {}
    columns: dict[str, dict[str, pa.Array]] = {
        "rows": {"row": pa.array(rows, pa.int32())},
        "people": {"household": pa.array(household, pa.int32())},
    }
    for name in names:
        people = features.of_persons(name)
        feature = features.by_name[name]
        columns["people" if people else "rows"] |= _columns(name, feature, persons if people else rows)
        if isinstance(feature, Names):
            tables[f"words_{name}"] = _words(feature, persons if people else rows)
            if people:
                columns["people"][f"{name}.rarity"] = pa.array(features.rarity(name)[at])
    return {**tables, **{name: pa.table(found) for name, found in columns.items()}}


def from_slice(tables: Tables, spec: LinkageSpec) -> Features:
    """Return the features of a slice; row ``i`` is the i-th of the rows that it was made of."""
    household = _numbers(tables["people"], "household")
    n = len(tables["rows"])
    order = np.argsort(household, kind="stable").astype(np.int32)
    start = np.concatenate([[0], np.cumsum(np.bincount(household, minlength=n))])
    by_name: dict[str, Feature] = {}
    rarities: dict[str, npt.NDArray[np.float32]] = {}
    for name in used_features(spec):
        people = spec.features[name].persons
        by_name[name] = _feature(
            tables, name, spec.features[name].kind, tables["people" if people else "rows"]
        )
        if f"{name}.rarity" in tables["people"].column_names:
            rarities[name] = tables["people"][f"{name}.rarity"].to_numpy()[order]
    with_persons = frozenset(name for name in by_name if spec.features[name].persons)
    return Features(0, n, household, Persons(order, start), by_name, with_persons, rarities=rarities)


def _columns(name: str, feature: Feature, at: Rows) -> dict[str, pa.Array]:
    match feature:
        case Category():
            return {name: _coded(feature.code[at], feature.texts)}
        case Number():
            return {name: pa.array(feature.code[at])}
        case Dates():
            return {f"{name}.{part}": pa.array(getattr(feature, part)[at]) for part in DATE_PARTS}
    return {
        name: _coded(feature.code[at], feature.texts),
        f"{name}.spelling": pa.array(feature.spelling[at]),
    }


def _coded(code: Codes, texts: pa.StringArray) -> pa.DictionaryArray:
    """Return the values as a dictionary column that holds no other values than those."""
    coded = pa.array(code, pa.int32(), mask=code == MISSING).dictionary_encode()
    return pa.DictionaryArray.from_arrays(coded.indices, texts.take(coded.dictionary))


def _words(feature: Names, at: Rows) -> pa.Table:
    used = np.unique(feature.code[at])
    words = np.unique(feature.words[used[used >= 0]])
    words = words[words >= 0]
    return pa.table({"word": feature.word_texts.take(pa.array(words)), "rarity": feature.rarity[words]})


def _feature(tables: Tables, name: str, kind: str, table: pa.Table) -> Feature:
    if kind == "number":
        return Number(_numbers(table, name))
    if kind == "date":
        return Dates(*(_numbers(table, f"{name}.{part}") for part in DATE_PARTS))
    column = table[name].unify_dictionaries()
    column = column.chunk(0) if column.num_chunks else pa.array([], column.type)
    code = column.indices.fill_null(MISSING).to_numpy(zero_copy_only=False).astype(np.int32)
    texts = column.dictionary
    if kind != "name":
        return Category(code, texts)
    words, word_texts = word_matrix(pc.split_pattern(texts, " "))
    told = tables[f"words_{name}"]
    place = pc.index_in(word_texts, value_set=told["word"].combine_chunks())
    # words behind the last one that is compared have no rarity, and none is asked for
    rarity = np.append(told["rarity"].to_numpy(), np.float32(0))[
        place.fill_null(len(told)).to_numpy(zero_copy_only=False)
    ]
    return Names(code, _numbers(table, f"{name}.spelling"), words, word_texts, texts, rarity)


def _numbers(table: pa.Table, name: str) -> Codes:
    return np.asarray(table[name].to_numpy(), dtype=np.int32)
