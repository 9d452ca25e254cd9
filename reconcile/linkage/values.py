"""Kinds of values as numbers: a column becomes codes once, and distinct values are worked on once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.text.names import name_words

Codes = npt.NDArray[np.int32]
MISSING = -1
#: Days that registrars write when only the year is known (month, day).
DEFAULT_DAYS = ((1, 1), (7, 1), (12, 31))
#: Words of a name that are compared; the rare longer name is compared by its first ones.
MAX_WORDS = 6


@dataclass(frozen=True)
class Category:
    """A value that is the same or is not: ``code`` per row, MISSING where unknown; ``texts`` distinct."""

    code: Codes
    texts: pa.StringArray

    def key(self, part: str) -> Codes:
        """Return the code per row of the whole value, or of its ``startN`` or ``endN`` characters."""
        return self.code if not part else self._of_distinct(_part(self.texts, part))

    def _of_distinct(self, values: pa.StringArray) -> Codes:
        coded = values.dictionary_encode()
        per_value = coded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False).astype(np.int32)
        return _taken(per_value, self.code)

    @cached_property
    def list(self) -> list[str]:
        """Return the distinct values as Python text."""
        return list(self.texts.to_pylist())


@dataclass(frozen=True)
class Number:
    """A whole number per row, MISSING where unknown."""

    code: Codes

    def key(self, part: str) -> Codes:
        """Return the number itself; it has no parts."""
        return _no_part(self.code, part)


@dataclass(frozen=True)
class Dates:
    """Birth dates: ``code`` is a day number, ``year``, ``month`` and ``day`` as written; MISSING apart."""

    code: Codes
    year: Codes
    month: Codes
    day: Codes

    @cached_property
    def filled_in(self) -> npt.NDArray[np.bool_]:
        """Return per row whether the day is one of DEFAULT_DAYS."""
        told = np.zeros(len(self.code), dtype=np.bool_)
        for month, day in DEFAULT_DAYS:
            told |= (self.month == month) & (self.day == day)
        return told

    def key(self, part: str) -> Codes:
        """Return the day number, or with ``year`` the year."""
        return self.year if part == "year" else _no_part(self.code, part)


@dataclass(frozen=True)
class Names:
    """Personal names: ``code`` of the sound and ``spelling`` as written, per row.

    Of distinct sounds: ``words`` (sounds, MAX_WORDS) word numbers, ``texts``, and ``letter`` per word
    number: the word's first letter where it is longer, with 256 added where it is that letter alone.
    ``counted`` is the rarity of words where it was counted over more names than these.
    """

    code: Codes
    spelling: Codes
    words: Codes
    word_texts: pa.StringArray
    texts: pa.StringArray
    counted: npt.NDArray[np.float32] | None = None

    def key(self, part: str) -> Codes:
        """Return the code of the whole sound, its ``startN`` letters, its ``first`` or ``rarest`` word."""
        if part == "rarest":
            return _taken(self._rarest(), self.code)
        if part == "first":
            return _taken(self.words[:, 0] if len(self.words) else np.empty(0, np.int32), self.code)
        if not part:
            return self.code
        compact = pc.replace_substring(self.texts, " ", "")
        starts = pc.utf8_slice_codeunits(compact, 0, int(part.removeprefix("start"))).dictionary_encode()
        return _taken(starts.indices.to_numpy().astype(np.int32), self.code)

    @cached_property
    def list(self) -> list[str]:
        """Return the distinct sounds as Python text, words apart."""
        return list(self.texts.to_pylist())

    def _rarest(self) -> Codes:
        """Return the rarest word of each sound; of equally rare ones the first in the alphabet."""
        order = np.lexsort((_ranks(self.word_texts), -self.rarity))
        rank = np.empty(len(order) + 1, dtype=np.int64)
        rank[order], rank[-1] = np.arange(len(order)), len(order)
        place = rank[self.words].argmin(axis=1) if len(self.words) else np.empty(0, dtype=np.int64)
        rarest: Codes = self.words[np.arange(len(self.words)), place]
        return rarest

    @cached_property
    def rarity(self) -> npt.NDArray[np.float32]:
        """Return per word number how rare the word is, in bits: log2 of all words by those like it."""
        if self.counted is not None:
            return self.counted
        per_name = np.bincount(self.code[self.code >= 0], minlength=len(self.words))
        there = self.words >= 0
        weight = np.broadcast_to(per_name[:, None], self.words.shape)[there]
        count = np.bincount(self.words[there], weight, minlength=len(self.word_texts))
        rarity = np.log2(max(count.sum(), 1) / np.maximum(count, 1))
        return np.asarray(rarity, dtype=np.float32)

    @cached_property
    def letters(self) -> Codes:
        """Return per word number its first letter's code, plus 256 where the word is one letter only."""
        first = [ord(text[0]) % 256 if text else 0 for text in self.word_texts.to_pylist()]
        alone = [256 if len(text) == 1 else 0 for text in self.word_texts.to_pylist()]
        return np.array(first, dtype=np.int32) + np.array(alone, dtype=np.int32)


Feature = Category | Number | Dates | Names


def _taken(per_value: Codes, code: Codes) -> Codes:
    """Return ``per_value[code]`` with MISSING where the code is."""
    return np.append(per_value, np.int32(MISSING))[code]


def _no_part(code: Codes, part: str) -> Codes:
    if part:
        raise ValueError(part)
    return code


def _part(texts: pa.StringArray, part: str) -> pa.StringArray:
    kind, length = part.rstrip("0123456789"), int(part.lstrip("abcdefghijklmnopqrstuvwxyz"))
    long_enough = pc.greater_equal(pc.utf8_length(texts), length)
    cut = (
        pc.utf8_slice_codeunits(texts, 0, length)
        if kind == "start"
        else pc.utf8_slice_codeunits(texts, -length)
    )
    return pc.if_else(long_enough, cut, pa.scalar(None, pa.string()))


def category(values: pa.StringArray) -> Category:
    """Return the codes of ``values``; null and empty text are missing."""
    coded = pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values).dictionary_encode()
    code = coded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False).astype(np.int32)
    return Category(code, coded.dictionary)


def number(values: pd.Series) -> Number:
    """Return whole numbers; missing ones are MISSING."""
    whole = pd.to_numeric(values).astype("Int64").fillna(MISSING)
    return Number(whole.to_numpy().astype(np.int32))


def dates(values: pd.Series, years: pd.Series | None = None) -> Dates:
    """Return the parts of ``datetime64`` values; where only the year is known, ``years`` gives it."""
    known = values.notna().to_numpy()
    day = values.to_numpy().astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    year = month.astype("datetime64[Y]")

    def whole(numbers: npt.NDArray[np.int64]) -> Codes:
        return np.where(known, numbers, MISSING).astype(np.int32)

    # counted from 1700, so that nobody's day is negative
    code = whole((day - np.datetime64("1700-01-01", "D")).astype(np.int64))
    of_year = whole(year.astype(np.int64) + 1970)
    if years is not None:
        of_year = np.where(of_year == MISSING, number(years).code, of_year).astype(np.int32)
    return Dates(
        code,
        of_year,
        whole((month - year).astype(np.int64) + 1),
        whole((day - month).astype(np.int64) + 1),
    )


def names(values: pa.StringArray) -> Names:
    """Return names by sound: words are put together for the code, so ``NUR HAYATI`` is ``NURHAYATI``."""
    coded = values.dictionary_encode()
    spelling = coded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False).astype(np.int32)
    sounds = name_words(coded.dictionary).sounds
    joined = pc.binary_join(sounds, "")
    whole = pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined).dictionary_encode()
    of_spelling = whole.indices.fill_null(MISSING).to_numpy(zero_copy_only=False).astype(np.int32)
    # one spelling stands for each sound: the first in the alphabet, whatever the order of the rows
    texts = pc.binary_join(sounds, " ")
    first = _first_in_alphabet(of_spelling, texts)
    words, word_texts = word_matrix(sounds.take(pa.array(first)))
    return Names(_taken(of_spelling, spelling), spelling, words, word_texts, texts.take(pa.array(first)))


def _first_in_alphabet(group: Codes, texts: pa.StringArray) -> Codes:
    """Return for each group the position of the text that comes first in the alphabet."""
    size = int(group.max(initial=MISSING)) + 1
    members = np.bincount(group[group >= 0], minlength=size)
    first = np.empty(size, dtype=np.int32)
    present = np.flatnonzero(group >= 0)
    several = present[members[group[present]] > 1]
    first[group[present[::-1]]] = present[::-1]
    if len(several):
        ranked = several[np.lexsort((_ranks(texts.take(pa.array(several))), group[several]))]
        heads = np.flatnonzero(np.append(True, group[ranked][1:] != group[ranked][:-1]))
        first[group[ranked[heads]]] = ranked[heads]
    return first


def _ranks(texts: pa.StringArray) -> npt.NDArray[np.int64]:
    order = pc.sort_indices(texts).to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def word_matrix(sounds: pa.ListArray) -> tuple[Codes, pa.StringArray]:
    """Return the numbers of the first MAX_WORDS words of each name, and the words by number."""
    coded = (
        sounds.flatten().dictionary_encode() if len(sounds) else pa.array([], pa.string()).dictionary_encode()
    )
    offsets = sounds.offsets.to_numpy()
    row = np.repeat(np.arange(len(sounds)), np.diff(offsets))
    place = np.arange(len(row)) - (offsets - offsets[0])[row]
    word = coded.indices.to_numpy()[: len(row)]
    fits = place < MAX_WORDS
    matrix = np.full((len(sounds), MAX_WORDS), MISSING, dtype=np.int32)
    matrix[row[fits], place[fits]] = word[fits]
    return matrix, coded.dictionary
