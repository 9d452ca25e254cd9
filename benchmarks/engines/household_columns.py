"""Cleaning of the generator's households for Splink: whole columns at a time, once per distinct value.

Names become what they sound like, by rules of our own that both Splink engines share; members and persons
become lists of numbers, which DuckDB joins and intersects faster than text.
"""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.engines.common import on_distinct

_TITLES = "^(|H|HJ|HAJI|HAJJAH|DRS|DRA|DR|IR|BPK|BAPAK|IBU|ALM|ALMH|KH|TGK|SPD|SE|SH)$"
_FATHER = r"\s(BIN|BINTI|BT|BTE)\s.*$"
#: Short forms of the commonest names.
_LONG = {
    **dict.fromkeys(("M", "MOH", "MUH", "MOCH", "MOHAMMAD", "MOHAMAD", "MUHAMAD", "MUHAMMED"), "MUHAMMAD"),
    **dict.fromkeys(("ACHMAD", "AKHMAD"), "AHMAD"),
    **dict.fromkeys(("ST", "SITTI"), "SITI"),
    **dict.fromkeys(("NOER", "NUUR"), "NUR"),
    "ABD": "ABDUL",
    "KT": "KETUT",
    "MD": "MADE",
    "WYN": "WAYAN",
}
#: Spellings of one sound, old and new, in the order in which they are settled.
_SOUNDS = (("OE", "U"), ("DJ", "J"), ("TJ", "C"), ("SY", "S"), ("KH", "H"), ("CH", "H"), ("DH", "D"),
           ("TH", "T"), ("PH", "P"), ("F", "P"), ("V", "P"), ("Z", "J"), ("Y", "I"), ("Q", "K"))  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")
_YEARS = 10_000  # a person is a name's number and a year in one number


def clean_households(left: pa.Table, right: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Return both files with the columns that Splink's settings ask for, heads and members coded alike."""
    both = pa.concat_tables([left, right]).combine_chunks()
    listed = both["anggota"].combine_chunks().fill_null("")
    persons = pc.split_pattern(listed, ";")
    persons = kept_in_lists(persons, pc.not_equal(persons.values, ""))
    names, years = _names_and_years(persons.values)
    heads = both["nama"].combine_chunks()
    sounds = on_distinct(pa.chunked_array([heads, names]), sound_names).dictionary_encode()
    codes = sounds.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    code, members = codes[: len(heads)], pa.ListArray.from_arrays(persons.offsets, codes[len(heads) :])
    table = _plain_columns(both).append_column("name", sounds.slice(0, len(heads)).dictionary_decode())
    table = table.append_column("name_code", pa.array(code)).append_column("members", members)
    everyone = with_heads(members, code, code >= 0)
    table = table.append_column("everyone", everyone)
    table = table.append_column("persons", _persons(table, code, members, years))
    return table.slice(0, len(left)), table.slice(len(left))


def kept_in_lists(lists: pa.ListArray, keep: pa.Array) -> pa.ListArray:
    """Return ``lists`` less the values that ``keep`` is false for; a list that loses all is empty."""
    before = np.concatenate(([0], np.cumsum(keep.to_numpy(zero_copy_only=False))))
    offsets = pa.array(before[lists.offsets.to_numpy()].astype(np.int32))
    return pa.ListArray.from_arrays(offsets, lists.values.filter(keep))


def sound_names(names: pa.Array) -> pa.Array:
    """Return names as they sound, without titles and the father's name; worked out once per distinct word."""
    letters = pc.replace_substring_regex(pc.utf8_upper(names), "[^A-Z]+", " ")
    words = pc.split_pattern(pc.utf8_trim_whitespace(pc.replace_substring_regex(letters, _FATHER, "")), " ")
    words = kept_in_lists(words, pc.invert(pc.match_substring_regex(words.values, _TITLES)))
    coded = words.values.dictionary_encode()
    sounds = pa.array([_sound(_LONG.get(word, word)) for word in coded.dictionary.to_pylist()], pa.string())
    joined = pc.binary_join(pa.ListArray.from_arrays(words.offsets, sounds.take(coded.indices)), " ")
    return pc.if_else(pc.equal(joined, ""), None, joined)


def _sound(word: str) -> str:
    for spelling, sound in _SOUNDS:
        word = word.replace(spelling, sound)
    return _DOUBLED.sub(r"\1", word)


def _names_and_years(persons: pa.Array) -> tuple[pa.Array, np.ndarray]:
    # a person is written as name, colon, four digits of the year
    years = pc.utf8_slice_codeunits(persons, -4).cast(pa.int64()).to_numpy()
    return pc.utf8_slice_codeunits(persons, 0, -5), years


def _plain_columns(both: pa.Table) -> pa.Table:
    def part(name: str, start: int, stop: int | None) -> pa.Array:
        return pc.utf8_slice_codeunits(both[name], start, stop)

    kept = both.select(["nik", "kk", "tgl_lahir", "jk", "kode_desa", "rt", "rw", "jml"])
    parts = {"year": part("tgl_lahir", 0, 4), "kec": part("kode_desa", 0, 6), "kab": part("kode_desa", 0, 4),
             "nik_person": part("nik", 6, None), "nik_day": part("nik", 0, 12)}  # fmt: skip
    for name, values in parts.items():
        kept = kept.append_column(name, values)
    return kept


def _persons(table: pa.Table, code: np.ndarray, members: pa.ListArray, years: np.ndarray) -> pa.ListArray:
    year = table["year"].cast(pa.int64()).fill_null(0).to_numpy()
    person = members.values.to_numpy() * _YEARS + years
    listed = pa.ListArray.from_arrays(members.offsets, person)
    return with_heads(listed, code * _YEARS + year, (code >= 0) & (year > 0))


def with_heads(lists: pa.ListArray, heads: np.ndarray, known: np.ndarray) -> pa.ListArray:
    """Return ``lists`` with each row's head in front, where it is known."""
    offsets = lists.offsets.to_numpy()
    values = np.insert(lists.values.to_numpy(), offsets[:-1][known], heads[known])
    moved = offsets + np.concatenate(([0], np.cumsum(known)))
    return pa.ListArray.from_arrays(pa.array(moved.astype(np.int32)), pa.array(values))
