"""The words that people of the sample are named with, and how clerks misspell them.

A name is a few numbers: places in ``Lexicon.words``. Misspelling is then looking up another number, for
millions of people at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from reconcile.resources import read_yaml
from reconcile.sample.columns import NONE, Ints, generator, words

SPELLINGS = 12
_STAGE = 1
_LETTERS = "ABCDEFGHIJKLMNOPRSTUWY"


class Parts(BaseModel):
    """Opening words, given names and closing words of one sex in one tradition."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    awal: tuple[str, ...]
    depan: tuple[str, ...]
    belakang: tuple[str, ...]


class Tradition(BaseModel):
    """How people of one tradition are named; see the head of ``kata.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    bobot: int
    awalan: float
    tunggal: float
    pria: Parts
    wanita: Parts


class Stems(BaseModel):
    """Stems and endings of less common given names of one sex."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    pangkal: tuple[str, ...]
    ujung: tuple[str, ...]

    def names(self) -> list[str]:
        """Return every stem with every ending."""
        return [stem + ending for ending in self.ujung for stem in self.pangkal]


class WordLists(BaseModel):
    """``kata.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    budaya: dict[str, Tradition]
    tambahan: dict[str, Stems]
    singkatan: dict[str, tuple[str, ...]]
    ejaan: tuple[tuple[str, str], ...]
    gelar: dict[str, tuple[str, ...]]
    jalan: tuple[str, ...]
    dusun: tuple[str, ...]
    asal: tuple[int, ...]


@dataclass(frozen=True)
class Lexicon:
    """Every spelling that can be written, by number.

    ``variants`` and ``typos`` have a row per word of the lists and ``SPELLINGS`` columns: short forms and
    old spellings, slips of the keyboard. A word without variants has ``NONE`` there.
    """

    lists: WordLists
    words: pa.Array
    place: Mapping[str, int]
    variants: Ints
    typos: Ints

    def index(self, chosen: Iterable[str]) -> Ints:
        """Return the numbers of ``chosen`` words."""
        return np.array([self.place[word] for word in chosen], dtype=np.int64)


def load_lexicon(seed: int) -> Lexicon:
    """Return the word lists with their misspellings; the slips of the keyboard depend on ``seed``."""
    lists = WordLists.model_validate(read_yaml("reconcile.sample", "kata.yaml"))
    rng = generator(seed, _STAGE)
    base = _base_words(lists)
    spelled = [_variants(word, lists) for word in base]
    slips = [[_slip(rng, word) for _ in range(SPELLINGS)] for word in base]
    every = list(dict.fromkeys([*base, *(w for row in [*spelled, *slips] for w in row)]))
    place = {word: number for number, word in enumerate(every)}
    return Lexicon(lists, words(every), place, _table(spelled, place), _table(slips, place))


def _base_words(lists: WordLists) -> list[str]:
    parts = [p for t in lists.budaya.values() for p in (t.pria, t.wanita)]
    named = [w for p in parts for group in (p.awal, p.depan, p.belakang) for w in group]
    named += [w for stems in lists.tambahan.values() for w in stems.names()]
    return sorted({*named, *(w for titles in lists.gelar.values() for w in titles)})


def _variants(word: str, lists: WordLists) -> list[str]:
    old = [word.replace(modern, former, 1) for modern, former in lists.ejaan if modern in word]
    return [*lists.singkatan.get(word, ()), *old]


def _slip(rng: np.random.Generator, word: str) -> str:
    """Return ``word`` with one letter dropped, doubled, replaced or swapped with the next."""
    at, kind = int(rng.integers(0, len(word))), int(rng.integers(0, 4))
    before, letter, after = word[:at], word[at], word[at + 1 :]
    other = _LETTERS[int(rng.integers(0, len(_LETTERS)))]
    if len(word) < 4:
        return before + letter * 2 + after
    middle = ("", letter * 2, other, after[:1] + letter)[kind]
    return before + middle + (after[1:] if kind == 3 else after)


def _table(rows: list[list[str]], place: Mapping[str, int]) -> Ints:
    table = np.full((len(rows), SPELLINGS), NONE, dtype=np.int64)
    for number, row in enumerate(rows):
        if row:
            table[number] = np.resize([place[word] for word in row], SPELLINGS)
    return table
