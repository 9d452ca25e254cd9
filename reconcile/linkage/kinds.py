"""How far two rows agree in one feature: the kinds of comparison, each with its levels, strongest first.

A level is its place in the kind's list; MISSING says that one side does not know the value.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.fuzz import token_set_ratio

from reconcile.linkage.values import MISSING, Category, Codes, Dates, Names, Number

Levels = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

CLOSE, SIMILAR, WEAK = 0.92, 0.85, 0.75
NEAR_YEARS = 3
#: Bits from which words in common are rare: together where one name is in the other, else.
RARE_WORDS, RARE_WORD = 13.0, 9.0
#: Signs of a NIK or KK number before the serial: region and date.
START = 12


def ranked(conditions: list[Flags], known: Flags) -> Levels:
    """Return the place of the first condition that holds, one past the last for none, MISSING if unknown."""
    level = np.full(len(known), len(conditions), dtype=np.int8)
    for place in range(len(conditions) - 1, -1, -1):
        level[conditions[place]] = place
    level[~known] = MISSING
    return level


def identifier(feature: Category, a: Codes, b: Codes) -> Levels:
    """Return same, one_edit, two_edits, serial, same_start, other.

    An edit is a sign other, more, fewer, or two neighbours swapped. Of a NIK and a KK number the first twelve
    signs are region and date: where they agree, a difference of one sign in the serial behind them is as
    likely another person, so it is a level of its own.
    """
    x, y = feature.code[a], feature.code[b]
    known = (x >= 0) & (y >= 0)
    level = np.where(known, np.int8(5), np.int8(MISSING))
    level[known & (x == y)] = 0
    apart = np.flatnonzero(known & (x != y))
    if not len(apart):
        return level
    signs, length = _sign_matrix(feature)
    left, right = x[apart], y[apart]
    wrong = np.zeros(len(apart), dtype=np.int8)
    start = np.ones(len(apart), dtype=np.bool_)
    for place in range(signs.shape[1]):
        other = signs[left, place] != signs[right, place]
        wrong += other
        if place < START:
            start &= ~other
    # an edit of one sign, or two signs swapped, changes so few places unless signs are lost
    near = np.flatnonzero((wrong <= 4) | (length[left] != length[right]))
    distance = _distances(feature.list, left[near], right[near], OSA.distance, np.uint8, cutoff=2)
    edits = np.full(len(apart), 3, dtype=np.uint8)
    edits[near] = distance
    start &= (length[left] > START) & (length[right] > START)
    level[apart] = ranked(
        [
            np.zeros(len(apart), dtype=np.bool_),
            (edits <= 1) & ~start,
            (edits == 2) & ~start,
            start & (edits <= 1),
            start,
        ],
        np.ones(len(apart), dtype=np.bool_),
    )
    return level


def _sign_matrix(feature: Category) -> tuple[npt.NDArray[np.uint8], Codes]:
    """Return the first 16 signs of each distinct value as bytes, 0 behind its end, and its length."""
    texts = feature.texts
    bounds = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(texts.buffers()[2], dtype=np.uint8)
    length = np.diff(bounds).astype(np.int32)
    width = int(min(16, length.max(initial=0)))
    place = bounds[:-1, None] + np.arange(width)
    signs = data[np.minimum(place, len(data) - 1)]
    signs[np.arange(width) >= length[:, None]] = 0
    return signs, length


def _distances(
    texts: list[str], left: Codes, right: Codes, scorer: Any, dtype: Any, *, cutoff: float | None = None
) -> npt.NDArray[Any]:
    one = [texts[i] for i in left.tolist()]
    two = [texts[i] for i in right.tolist()]
    return process.cpdist(one, two, scorer=scorer, score_cutoff=cutoff, dtype=dtype, workers=-1)


def name(feature: Names, a: Codes, b: Codes) -> Levels:
    """Return written, sound, words_rare, words, close, similar, weak_rare, weak, other.

    ``words``: every word of the one is in the other, in any order, or its initial; ``weak``: a word in
    common, or a faint likeness. Both are ``_rare`` where the words in common are.
    """
    x, y = feature.code[a], feature.code[b]
    known = (x >= 0) & (y >= 0)
    level = np.where(known, np.int8(1), np.int8(MISSING))
    level[known & (feature.spelling[a] == feature.spelling[b])] = 0
    apart = np.flatnonzero(known & (x != y))
    width = len(feature.texts) + 1
    distinct, back = np.unique(x[apart].astype(np.int64) * width + y[apart], return_inverse=True)
    level[apart] = _name_levels(
        feature, (distinct // width).astype(np.int32), (distinct % width).astype(np.int32)
    )[back]
    return level


def _name_levels(feature: Names, x: Codes, y: Codes) -> Levels:
    letters = np.append(feature.letters, np.int32(MISSING))
    one, two = feature.words[x], feature.words[y]
    matched_one, matched_two = np.zeros((2, len(x), one.shape[1]), dtype=np.bool_)
    same_one, same_two = np.zeros((2, len(x), one.shape[1]), dtype=np.bool_)
    rarity = np.append(feature.rarity, np.float32(0))
    for i in range(one.shape[1]):
        for j in range(two.shape[1]):
            u, v = one[:, i], two[:, j]
            some = (u >= 0) & (v >= 0)
            if not some.any():
                continue
            same = some & (u == v)
            p, q = letters[u], letters[v]
            initial = some & ((p & 255) == (q & 255)) & ((p >= 256) | (q >= 256))
            fit = same | initial
            matched_one[:, i] |= fit
            matched_two[:, j] |= fit
            same_one[:, i] |= same
            same_two[:, j] |= same
    # a word that one name has twice counts once
    shared = np.minimum(*((same * rarity[w]).sum(axis=1) for same, w in ((same_one, one), (same_two, two))))
    count_one, count_two = (one >= 0).sum(axis=1), (two >= 0).sum(axis=1)
    fewer = np.minimum(count_one, count_two)
    fitting = np.minimum(matched_one.sum(axis=1), matched_two.sum(axis=1))
    # initials alone say nothing: one whole word must be the same
    words = (fitting >= fewer) & (shared > 0)
    similarity = _distances(feature.list, x, y, JaroWinkler.similarity, np.float32)
    return ranked(
        [
            np.zeros(len(x), dtype=np.bool_),
            np.zeros(len(x), dtype=np.bool_),
            words & (shared >= RARE_WORDS),
            words,
            similarity >= CLOSE,
            similarity >= SIMILAR,
            shared >= RARE_WORD,
            (similarity >= WEAK) | (shared > 0),
        ],
        np.ones(len(x), dtype=np.bool_),
    )


def date(feature: Dates, a: Codes, b: Codes) -> Levels:
    """Return same, default (same year, a filled-in day), swapped, parts (two of three), year, near, other."""
    year_a, year_b = feature.year[a], feature.year[b]
    month_a, month_b = feature.month[a], feature.month[b]
    day_a, day_b = feature.day[a], feature.day[b]
    same_year, same_month, same_day = year_a == year_b, month_a == month_b, day_a == day_b
    near = np.abs(year_a - year_b) <= NEAR_YEARS
    default = feature.filled_in[a] | feature.filled_in[b]
    swapped = same_year & (month_a == day_b) & (day_a == month_b)
    off = near | (np.abs(year_a - year_b) == 10)
    parts = (same_year & (same_month | same_day)) | (off & same_month & same_day)
    return ranked(
        [same_year & same_month & same_day & ~default, same_year & default, swapped, parts, same_year, near],
        (feature.code[a] >= 0) & (feature.code[b] >= 0),
    )


def category(feature: Category, a: Codes, b: Codes) -> Levels:
    """Return same, other."""
    x, y = feature.code[a], feature.code[b]
    return ranked([x == y], (x >= 0) & (y >= 0))


def number(feature: Number, a: Codes, b: Codes) -> Levels:
    """Return same, near (one apart), other."""
    x, y = feature.code[a], feature.code[b]
    return ranked([x == y, np.abs(x - y) == 1], (x >= 0) & (y >= 0))


def text(feature: Category, a: Codes, b: Codes) -> Levels:
    """Return same, words (of one in the other), similar, other."""
    x, y = feature.code[a], feature.code[b]
    known = (x >= 0) & (y >= 0)
    level = np.where(known, np.int8(0), np.int8(MISSING))
    apart = np.flatnonzero(known & (x != y))
    width = len(feature.texts) + 1
    distinct, back = np.unique(x[apart].astype(np.int64) * width + y[apart], return_inverse=True)
    left, right = (distinct // width).astype(np.int32), (distinct % width).astype(np.int32)
    words = _distances(feature.list, left, right, token_set_ratio, np.float32, cutoff=100)
    similarity = _distances(feature.list, left, right, JaroWinkler.similarity, np.float32)
    none = np.zeros(len(left), dtype=np.bool_)
    found = ranked(
        [none, words == 100, similarity >= CLOSE, similarity >= WEAK], np.ones(len(left), dtype=np.bool_)
    )
    level[apart] = found[back]
    return level


def area(parts: Sequence[Codes], a: Codes, b: Codes) -> Levels:
    """Return the narrowest of ``parts``, narrowest first, that both rows lie in, or none."""
    known = (parts[0][a] >= 0) & (parts[0][b] >= 0)
    return ranked([part[a] == part[b] for part in parts], known)


def pair(two: tuple[Codes, Codes], within: Codes | None, a: Codes, b: Codes) -> Levels:
    """Return both, one, other: of two numbers that count ``within`` one area only, as RT and RW do."""
    known = np.ones(len(a), dtype=np.bool_)
    for code in two:
        known &= (code[a] >= 0) & (code[b] >= 0)
    if within is not None:
        known &= (within[a] == within[b]) & (within[a] >= 0)
    first, second = (code[a] == code[b] for code in two)
    return ranked([first & second, first | second], known)
