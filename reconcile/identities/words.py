"""Names as numbers: each run of words in a text as one hash, so that a million are looked up at once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]

#: Longest name that is looked for, in words.
MOST_WORDS = 8
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Runs:
    """Runs of ``length`` words: the hash of each, the text it stands in, whether it is the whole of it."""

    length: int
    hashes: Hashes
    texts: Rows
    whole: npt.NDArray[np.bool_]


def word_runs(texts: pa.StringArray) -> Iterator[Runs]:
    """Return all runs of 1 to MOST_WORDS words of each text, a length at a time.

    Words are letters only, in capitals: signs, digits and spaces of any kind part them.
    """
    lists = pc.split_pattern_regex(pc.utf8_upper(texts), r"[^\p{L}]+")
    words, parents = pc.list_flatten(lists), pc.list_parent_indices(lists)
    kept = pc.greater(pc.utf8_length(words), 0)
    words, of = words.filter(kept), parents.filter(kept).to_numpy().astype(np.int64)
    hashes = _hashes(words)
    counts = np.bincount(of, minlength=len(texts)) if len(of) else np.zeros(len(texts), dtype=np.int64)
    run = hashes
    for length in range(1, MOST_WORDS + 1):
        if length > 1:
            run = run[: max(len(hashes) - length + 1, 0)] * _FACTOR + hashes[length - 1 :]
        first = of[: len(run)]
        inside = first == of[length - 1 :]
        if not inside.any():
            return
        starts = first[inside]
        yield Runs(length, run[inside], starts, counts[starts] == length)


def whole_names(names: pd.Series) -> tuple[Hashes, Rows]:
    """Return hash and number of words of each name; those without words, or with too many, have 0 words."""
    texts = pa.array(names.fillna("").astype("str"), pa.string())
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    coded = texts.dictionary_encode()
    hashes = np.zeros(len(coded.dictionary), dtype=np.uint64)
    words = np.zeros(len(coded.dictionary), dtype=np.int64)
    for runs in word_runs(coded.dictionary):
        at = runs.texts[runs.whole]
        hashes[at], words[at] = runs.hashes[runs.whole], runs.length
    codes = coded.indices.to_numpy()
    return hashes[codes], words[codes]


def paired(names: Hashes, days: Rows) -> Hashes:
    """Return one hash for each name together with its birth date (yyyymmdd)."""
    return names * _FACTOR ^ (days.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F))


def _hashes(words: pa.StringArray) -> Hashes:
    coded = words.dictionary_encode()
    distinct = np.asarray(coded.dictionary.to_pylist(), dtype=object)
    if not len(distinct):
        return np.zeros(0, dtype=np.uint64)
    hashes = pd.util.hash_array(distinct, categorize=False)
    return np.asarray(hashes[coded.indices.to_numpy()], dtype=np.uint64)
