"""Personal names to comparable forms; every list of words and letters is in names.yaml.

Names are taken apart once and every rule is applied to distinct words only: a province has a few ten thousand
of them, whatever the number of people.
"""

import re
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.resources import read_yaml

_REPEATED = re.compile(r"(.)\1+")
_APOSTROPHES = "'’‘`´ʻʼ"


@dataclass(frozen=True)
class NameWords:
    """Names as lists of words, an entry per name: ``clean`` spelled out, ``sounds`` as they sound.

    Without titles and filiation; a name of which nothing is left, and a missing one, has no words.
    """

    clean: pa.ListArray
    sounds: pa.ListArray


def name_words(names: pa.StringArray) -> NameWords:
    """Return the words of ``names``, best given once each: the rules of names.yaml in one pass."""
    if isinstance(names, pa.ChunkedArray):
        names = names.combine_chunks()
    word, offsets, texts = _words(pc.fill_null(names, ""))
    word, offsets, texts = _spelled_apart_joined(word, offsets, texts)
    lists = read_yaml("reconcile.text", "names.yaml")
    word, offsets = _essential(word, offsets, texts, lists)
    forms = [_spelled_out(text, lists) for text in texts]
    word, offsets, clean = _expanded(word, offsets, forms)
    sounds = _sounds(pa.array(clean, pa.string()))
    index, bounds = pa.array(word), pa.array(offsets)
    return NameWords(
        clean=pa.ListArray.from_arrays(bounds, pa.array(clean, pa.string()).take(index)),
        sounds=pa.ListArray.from_arrays(bounds, sounds.take(index)),
    )


def clean_names(names: pd.Series) -> pd.Series:
    """Return names in capitals, letters only, without titles and filiation, common short forms spelled out.

    Missing stays missing; a name of which nothing is left becomes missing.
    """
    return _over_distinct(names, "clean", " ")


def phonetic_names(names: pd.Series) -> pd.Series:
    """Return the phonetic key of names: equal for spellings that sound alike, joined or apart."""
    return _over_distinct(names, "sounds", "")


def phonetic_words(names: pd.Series) -> pd.Series:
    """Return the phonetic keys of the words of names, a space between: whatever order they stand in."""
    return _over_distinct(names, "sounds", " ")


def _sounds(words: pa.StringArray) -> pa.StringArray:
    """Return the phonetic key of each cleaned word."""
    for written, sound in read_yaml("reconcile.text", "names.yaml")["sounds"]:
        words = pc.replace_substring(words, written, sound)
    # arrow has no word for "the same letter again": only words that have one go through Python
    doubled = pc.match_substring_regex(words, "|".join(letter * 2 for letter in ascii_uppercase))
    single = [_REPEATED.sub(r"\1", word) for word in words.filter(doubled).to_pylist()]
    return pc.replace_with_mask(words, doubled, pa.array(single, pa.string()))


def _over_distinct(values: pd.Series, form: str, between: str) -> pd.Series:
    codes, distinct = pd.factorize(values)
    words = getattr(name_words(pa.array(distinct, pa.string())), form)
    joined = pc.binary_join(words, between)
    answers = pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined).to_pylist()
    text = pd.Series([*answers, None], dtype="str")
    return pd.Series(text.array.take(codes), index=values.index)


def _words(names: pa.StringArray) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], list[str]]:
    """Return word number per word, bounds per name, and the distinct words in capitals, letters only."""
    pieces = pc.utf8_split_whitespace(names)
    coded = pieces.flatten().dictionary_encode()
    split = [_letters(piece) for piece in coded.dictionary.to_pylist()]
    return _expanded(coded.indices.to_numpy(), pieces.offsets.to_numpy(), split)


def _letters(piece: str) -> list[str]:
    """Return the words of one piece between blanks: an apostrophe joins, any other sign parts."""
    if piece.isalpha() and piece.isascii():
        return [piece.upper()]
    return "".join(c if c.isalpha() else "" if c in _APOSTROPHES else " " for c in piece.upper()).split()


def _expanded(
    word: npt.NDArray[np.int32], offsets: npt.NDArray[np.int32], replaced: list[list[str]]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], list[str]]:
    """Return words, bounds and distinct texts when word ``i`` stands for the words ``replaced[i]``."""
    number: dict[str, int] = {}
    ids = [[number.setdefault(text, len(number)) for text in texts] for texts in replaced]
    count = np.array([len(one) for one in ids], dtype=np.int32)
    if (count == 1).all():
        single = np.array([one[0] for one in ids], dtype=np.int32)
        return (single[word] if len(single) else word.astype(np.int32)), offsets, list(number)
    flat = np.array([i for one in ids for i in one], dtype=np.int32)
    start = np.cumsum(count) - count
    sizes = count[word]
    ends = np.concatenate([[0], np.cumsum(sizes)])
    within = np.arange(ends[-1]) - np.repeat(ends[:-1], sizes)
    return flat[np.repeat(start[word], sizes) + within], ends[offsets].astype(np.int32), list(number)


def _spelled_apart_joined(
    word: npt.NDArray[np.int32], offsets: npt.NDArray[np.int32], texts: list[str]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], list[str]]:
    """Return the names with those that are spelled letter by letter, ``A I S Y A H``, as one word."""
    long_word = np.array([len(text) > 1 for text in texts], dtype=np.int64)
    long_before = np.concatenate([[0], np.cumsum(long_word[word])])
    spelled = np.flatnonzero((np.diff(offsets) > 2) & (np.diff(long_before[offsets]) == 0))
    if not len(spelled):
        return word, offsets, texts
    texts = list(texts)
    keep, word = np.ones(len(word), dtype=np.bool_), word.copy()
    for name in spelled:
        first, last = offsets[name], offsets[name + 1]
        texts.append("".join(texts[i] for i in word[first:last]))
        word[first], keep[first + 1 : last] = len(texts) - 1, False
    return word[keep], _bounds(offsets, keep), texts


def _essential(
    word: npt.NDArray[np.int32], offsets: npt.NDArray[np.int32], texts: list[str], lists: Any
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return the names without filiation, what follows it, and titles; the last word left always stays."""
    filiation, titles = set(lists["filiation"]), set(lists["titles"])
    parts = np.array([text in filiation for text in texts], dtype=np.bool_)
    title = np.array([text in titles for text in texts], dtype=np.bool_)
    name = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    first = np.zeros(len(word), dtype=np.bool_)
    first[offsets[:-1][np.diff(offsets) > 0]] = True
    cut = np.concatenate([[0], np.cumsum(parts[word] & ~first)])
    kept = cut[1:] == cut[offsets[name]] if len(word) else np.zeros(0, dtype=np.bool_)
    last = kept & np.append((name[1:] != name[:-1]) | ~kept[1:], True)[: len(word)]
    plain = kept & ~title[word]
    has_plain = np.bincount(name[plain], minlength=len(offsets) - 1) > 0
    kept = np.where(has_plain[name], plain, last) if len(word) else kept
    return word[kept], _bounds(offsets, kept)


def _bounds(offsets: npt.NDArray[np.int32], keep: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """Return the bounds of the names when only the words that ``keep`` marks are left."""
    return np.concatenate([[0], np.cumsum(keep)])[offsets].astype(np.int32)


def _spelled_out(word: str, lists: Any) -> list[str]:
    """Return the words that a short or joined form stands for."""
    if word in lists["forms"]:
        return str(lists["forms"][word]).split()
    for opening, found in lists["openings"].items():
        if not word.startswith(opening[:3]):
            continue
        match = re.fullmatch(found["joined"], word)
        if match and word not in found["except"]:
            return [opening, match.group(1)]
    return [word]
