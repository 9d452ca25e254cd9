"""The gazetteer: village names as written, in their kecamatan, brought to the village key or to none.

Three steps, from the surest on: the same key; the same name but for a part that lists add or leave out; the
same words but for a slip of spelling. A step that fits two villages ends the search. Words that tell villages
apart (places.yaml: Ulu, Baru, numerals) must be the same in all of them, so that "Memahak Ilir" is never
"Memahak Ulu" however few letters they differ in. Source of the traps: names of the Kemendagri, BPS and HDX
lists of Kalimantan Timur.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from rapidfuzz.distance import OSA

from reconcile.regions.register import Register
from reconcile.text.places import (
    alternatives,
    is_common,
    is_telling,
    optional_prefixes,
    place_key,
    place_keys,
    place_words,
)
from reconcile.vocab import NameMatch

#: Shorter words differ in a letter and are two words: Ayap, Ayan; Jone, Jan.
_LEAST_LETTERS = 5
#: From so many letters on a word may hold two slips.
_LONG_WORD = 9
#: Words of one name that may hold a slip.
_MOST_WORDS = 2

Words = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Gazetteer:
    """The register's names by kecamatan and by kabupaten."""

    names: pd.DataFrame

    @cached_property
    def by_kecamatan(self) -> Mapping[tuple[str, str], list[tuple[str, str, Words]]]:
        """Return (kabupaten, kecamatan) -> village key, name key and words of each name there."""
        return {
            (str(kab), str(kec)): [
                (code, key, tuple(words.split()))
                for code, key, words in zip(part["kode_desa"], part["desa"], part["kata"], strict=True)
            ]
            for (kab, kec), part in self.names.groupby(["kab", "kec"])
        }

    @cached_property
    def in_kabupaten(self) -> frozenset[tuple[str, str]]:
        """Return every kabupaten with every name key in it."""
        return frozenset(zip(self.names["kab"], self.names["desa"], strict=True))


def resolve_names(names: pd.DataFrame, register: Register) -> pd.Series:
    """Return the village key of each row of names, or missing: ``match_names`` without how it was found."""
    return match_names(names, register)["desa_nama"]


def match_names(names: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Return ``desa_nama`` (village key or missing) and ``cara_nama`` (NameMatch or missing) per row.

    ``names``: ``nama_kabupaten``, ``nama_kecamatan``, ``nama_desa`` as written. The kecamatan decides where
    it is known, under today's or a former name; without one, a village name that is unique in its kabupaten
    does. A name that fits two villages is never resolved.
    """
    keys = _keys(names)
    full = _lookup(keys, register.names, ["kab", "kec", "desa"])
    known = keys["kec"].isin(register.names["kec"])
    loose = _lookup(keys, register.names, ["kab", "desa"]).where(~known)
    how = pd.Series(pd.NA, index=names.index, dtype="str")
    how = how.mask(loose.notna(), NameMatch.KABUPATEN.value).mask(full.notna(), NameMatch.SAME.value)
    found = full.fillna(loose)
    open_rows = found.isna() & known & keys.notna().all(axis="columns")
    # a key that two villages of the kecamatan share is settled: it is neither
    shared = keys.merge(register.names[["kab", "kec", "desa"]].drop_duplicates(), how="left", indicator=True)
    open_rows &= (shared["_merge"] == "left_only").to_numpy()
    variants = _variants(names[open_rows], keys[open_rows], _Gazetteer(register.names))
    answers = variants.reindex(names.index)
    return pd.DataFrame(
        {"desa_nama": found.fillna(answers), "cara_nama": how.mask(answers.notna(), NameMatch.VARIANT.value)}
    )


def match_listed_names(names: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Return what ``match_names`` does for a list in which every village stands once, such as polygons.

    Two different names that lead to one village lead to none, unless only one of them is its name exactly.
    What is left in a kecamatan then finds its village by elimination: the only name and the only village
    left there that share a word of their own.
    """
    keys = _keys(names)
    found = match_names(names, register)
    found = found.where(_single_claims(found, keys["desa"]))
    rest = _eliminate(names, keys, found["desa_nama"], _Gazetteer(register.names))
    return pd.DataFrame(
        {
            "desa_nama": found["desa_nama"].fillna(rest),
            "cara_nama": found["cara_nama"].mask(rest.notna(), NameMatch.LEFT_OVER.value),
        }
    )


def _keys(names: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "kab": place_keys(names["nama_kabupaten"], "kabupaten"),
            "kec": place_keys(names["nama_kecamatan"], "kecamatan"),
            "desa": place_keys(names["nama_desa"], "desa"),
        }
    )


def _lookup(keys: pd.DataFrame, index: pd.DataFrame, on: list[str]) -> pd.Series:
    one = index[[*on, "kode_desa"]].drop_duplicates()
    one = one[~one.duplicated(on, keep=False)]
    found = keys[on].merge(one, on=on, how="left")["kode_desa"]
    found.index = keys.index
    return found.astype("str").where(keys[on].notna().all(axis="columns"))


def _variants(names: pd.DataFrame, keys: pd.DataFrame, gazetteer: _Gazetteer) -> pd.Series:
    """Return the village of each name that is written in another way, asking once per distinct triple."""
    written = pd.DataFrame({"kab": keys["kab"], "kec": keys["kec"], "nama": names["nama_desa"]})
    distinct = written.drop_duplicates()
    answers = {
        (kab, kec, name): _variant(str(kab), str(kec), str(name), gazetteer)
        for kab, kec, name in distinct.itertuples(index=False, name=None)
    }
    found = [answers[row] for row in written.itertuples(index=False, name=None)]
    return pd.Series(found, index=names.index, dtype="str")


def _variant(kab: str, kec: str, name: str, gazetteer: _Gazetteer) -> str | None:
    known = gazetteer.by_kecamatan.get((kab, kec), [])
    for codes in (_by_alternative(name, known), _by_prefix(name, kec, known)):
        if codes:
            return codes.pop() if len(codes) == 1 else None
    if (kab, place_key(name, "desa")) in gazetteer.in_kabupaten:
        # the name of a village of another kecamatan is no slip of spelling
        return None
    codes = _by_spelling(name, kec, known)
    return codes.pop() if len(codes) == 1 else None


def _by_alternative(name: str, known: Iterable[tuple[str, str, Words]]) -> set[str]:
    wanted = {place_key(part, "desa") for part in alternatives(name)}
    return {code for code, key, _ in known if key in wanted}


def _by_prefix(name: str, kec: str, known: Iterable[tuple[str, str, Words]]) -> set[str]:
    wanted = {"".join(form) for form in _forms(place_words(name, "desa"), kec)}
    return {code for code, _, words in known if wanted & {"".join(form) for form in _forms(words, kec)}}


def _forms(words: Words, kec: str) -> list[Words]:
    """Return the words as they are, and without each that only some lists put in front."""
    forms = [words]
    while len(words) > 1 and (words[0] in optional_prefixes() or words[0] == kec):
        words = words[1:]
        forms.append(words)
    return forms


def _by_spelling(name: str, kec: str, known: Iterable[tuple[str, str, Words]]) -> set[str]:
    wanted = _forms(place_words(name, "desa"), kec)[-1]
    return {code for code, _, words in known if _spelt_alike(wanted, _forms(words, kec)[-1])}


def _spelt_alike(one: Words, other: Words) -> bool:
    """Return whether two names are the same words but for slips in at most two of them."""
    if len(one) != len(other):
        return False
    differing = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return len(differing) <= _MOST_WORDS and all(_slip(a, b) for a, b in differing)


def _slip(one: str, other: str) -> bool:
    """Return whether two words may be one: long, the same first letter, one slip, in the longest two."""
    length = max(len(one), len(other))
    if is_telling(one) or is_telling(other) or length < _LEAST_LETTERS or one[0] != other[0]:
        return False
    allowed = 2 if min(len(one), len(other)) >= _LONG_WORD else 1
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed


def _single_claims(found: pd.DataFrame, key: pd.Series) -> pd.Series:
    """Return which rows may keep their village: no row of another name has as good a claim on it."""
    claims = pd.DataFrame({"desa": found["desa_nama"], "key": key, "exact": found["cara_nama"] == "sama"})
    best = claims.groupby("desa")["exact"].transform("max").fillna(value=False).astype(bool)
    claims = claims[claims["exact"] == best]
    alone = claims.groupby("desa")["key"].transform("nunique") == 1
    return alone.reindex(found.index, fill_value=False)


def _eliminate(names: pd.DataFrame, keys: pd.DataFrame, found: pd.Series, gazetteer: _Gazetteer) -> pd.Series:
    """Return the village of each name that is the only one left to share a word with the only one left."""
    taken = set(found.dropna())
    rows = keys[found.isna() & keys.notna().all(axis="columns")]
    pairs = [
        (row, code)
        for row, kab, kec in zip(rows.index, rows["kab"], rows["kec"], strict=True)
        for code in _sharing(str(names.loc[row, "nama_desa"]), gazetteer.by_kecamatan.get((kab, kec), []))
        if code not in taken
    ]
    left = pd.DataFrame(pairs, columns=["row", "desa"])
    left = left[~left["row"].duplicated(keep=False) & ~left["desa"].duplicated(keep=False)]
    return pd.Series(left["desa"].array, index=left["row"].array, dtype="str").reindex(found.index)


def _sharing(name: str, known: Iterable[tuple[str, str, Words]]) -> set[str]:
    """Return the villages with a word of ``name`` that says something, and the same telling words."""
    wanted = set(place_words(name, "desa"))
    own = {word for word in wanted if _says_something(word)}
    telling = {word for word in wanted if is_telling(word)}
    return {
        code
        for code, _, words in known
        if own & set(words) and telling == {word for word in words if is_telling(word)}
    }


def _says_something(word: str) -> bool:
    return len(word) >= _LEAST_LETTERS and not is_telling(word) and not is_common(word)
