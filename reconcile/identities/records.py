"""What only a whole row gives away: a name beside its birth date, a masked number beside a birth date."""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.identities.forms import Form
from reconcile.identities.known import Known, Numbers, among
from reconcile.identities.words import Rows, paired, word_runs

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february pebruari feb peb",
            "maret march mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agu ags agt aug",
            "september sept sep",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        start=1,
    )
    for name in names.split()
}
_NAMES_OF_MONTHS = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    r"(?<!\d)(?:"
    r"(?P<y1>\d{4})[-/. ](?P<m1>\d{1,2})[-/. ](?P<d1>\d{1,2})"
    r"|(?P<d2>\d{1,2})[-/. ](?P<m2>\d{1,2})[-/. ](?P<y2>\d{4}|\d{2})"
    rf"|(?P<d3>\d{{1,2}})[-/. ](?P<m3>{_NAMES_OF_MONTHS})[-/., ]{{1,2}}(?P<y3>\d{{4}}|\d{{2}})"
    r"|(?P<y4>(?:19|20)\d{2})(?P<m4>\d{2})(?P<d4>\d{2})"
    r"|(?P<d5>\d{2})(?P<m5>\d{2})(?P<y5>(?:19|20)\d{2})"
    r")(?!\d)",
    re.IGNORECASE,
)
#: What a text has that may hold a date, for the engine that is fast and knows less.
_MAY_BE_DATE = r"\d{1,4}[-/. ][0-9A-Za-z]{1,9}[-/., ]{1,2}\d{2}|(?:^|[^\d.])\d{8}(?:\D|$)"
_SIGNS = "*#•●█…?_Xx"
#: Signs that hide a part of a number, in groups or not; and the digits that are shown before and behind them.
_MASK = re.compile(rf"[{_SIGNS}][{_SIGNS}.\- ]{{2,}}|…")
_BEFORE, _BEHIND = re.compile(r"[\d.\- ]{0,20}$"), re.compile(r"\d{0,12}(?!\w)")
#: Four last digits of a number without any sign of a mask, in a field of their own.
_TAIL = re.compile(r"(?<![^\n])['\"]?(\d{4})['\"]?(?![^\n])")
_DISTRICT = re.compile(r"(?<![\d.])(\d{2})\.?(\d{2})\.?(\d{2})(?:\.?\d{4})?(?![\d.])")
_MAY_BE_MASK = rf"[{_SIGNS}][{_SIGNS}.\- ]{{2}}|…|^['\"]?\d{{4}}['\"]?$"
_MAY_BE_DISTRICT = r"\d{2}\.?\d{2}\.?\d{2}"
#: Of more candidates than so many, a mask with a birth date tells of nobody.
_MOST_CANDIDATES = 64
_CENTURIES = (1900, 2000)
_WOMEN = 40 * 10**8


@dataclass(frozen=True)
class Fields:
    """Fields of a table or a page: each text with the row that it stands in."""

    texts: pa.StringArray
    rows: Rows

    @classmethod
    def of_lines(cls, content: bytes, separators: str) -> "Fields":
        """Return the fields of each line, parted by any of ``separators`` (a regular expression)."""
        lines = pc.split_pattern(pa.array([content.decode("utf-8", "replace")]), "\n").flatten()
        lists = pc.split_pattern_regex(lines, separators)
        return cls(lists.flatten(), pc.list_parent_indices(lists).to_numpy().astype(np.int64))


def people_in(fields: Fields, known: Known) -> Counter[Form]:
    """Return how many rows name a known person, by form.

    A name with its birth date in one row (the exact pair of the inputs); a name alone, where only one person
    of the inputs bears it and it is long; a masked number that the birth date of its row completes to one
    known number, or that its kecamatan does.
    """
    coded = fields.texts.dictionary_encode()
    texts = coded.dictionary
    filled = coded.indices.is_valid().to_numpy(zero_copy_only=False)
    codes = coded.indices.fill_null(0).to_numpy().astype(np.int64)
    held = pd.DataFrame({"text": codes[filled], "row": fields.rows[filled]}).drop_duplicates()
    names, rare, places = _words(texts, known)
    found = Counter({Form.NAME: int(held["text"].isin(rare).sum())})
    days = _dates(texts, known)
    if days.empty:
        return +found
    dated = held.merge(days, on="text")[["row", "day"]].drop_duplicates()
    held = held[held["row"].isin(dated["row"])]
    found[Form.NAME_AND_BIRTH] = _named(held, names, dated, known)
    masks = held.merge(_masks(_likely(texts, held, _MAY_BE_MASK)), on="text").drop(columns="text")
    if len(masks):
        held = held[held["row"].isin(masks["row"])]
        districts = pd.concat([_districts(_likely(texts, held, _MAY_BE_DISTRICT)), places], ignore_index=True)
        where = held.merge(districts, on="text")[["row", "district"]].drop_duplicates()
        found[Form.MASKED] = _completed(masks.merge(dated, on="row"), where, known)
    return +found


@dataclass(frozen=True)
class _Joined:
    """Some of the texts as one, a line each, and which text each line is."""

    text: str
    starts: Rows
    chosen: Rows

    @classmethod
    def of(cls, texts: pa.StringArray, chosen: Rows) -> "_Joined":
        lines = [one.replace("\n", " ") for one in texts.take(pa.array(chosen)).to_pylist()]
        lengths = np.array([len(one) + 1 for one in lines], dtype=np.int64)
        return cls("\n".join(lines), np.cumsum(lengths) - lengths, chosen)

    def at(self, places: list[int]) -> Rows:
        """Return which text each place lies in."""
        line = np.searchsorted(self.starts, np.array(places, dtype=np.int64), side="right") - 1
        return self.chosen[line]


def _likely(texts: pa.StringArray, held: pd.DataFrame, pattern: str) -> _Joined:
    """Return those of the texts of ``held`` that may have what is looked for, by a fast look at each."""
    used = np.zeros(len(texts), dtype=np.bool_)
    used[held["text"]] = True
    chosen = np.flatnonzero(used)
    fits = np.asarray(pc.match_substring_regex(texts.take(pa.array(chosen)), pattern), dtype=np.bool_)
    return _Joined.of(texts, chosen[fits])


def _words(texts: pa.StringArray, known: Known) -> tuple[pd.DataFrame, Rows, pd.DataFrame]:
    """Return names with birth dates (text, name), texts with a rare name, texts with a kecamatan's name."""
    chosen = np.flatnonzero(np.asarray(pc.match_substring_regex(texts, r"\p{L}{2}")))
    found: dict[str, list[Rows]] = {"names": [], "rare": [], "places": []}
    hashes, codes = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.int64)]
    for runs in word_runs(texts.take(pa.array(chosen))):
        # a single word is a name only where nothing stands beside it
        fits = among(runs.hashes, known.names) & (runs.whole | (runs.length > 1))
        at = among(runs.hashes, known.places)
        found["names"].append(runs.texts[fits])
        found["rare"].append(runs.texts[among(runs.hashes, known.rare)])
        found["places"].append(runs.texts[at])
        hashes.append(runs.hashes[fits])
        codes.append(known.place_codes[np.searchsorted(known.places, runs.hashes[at])])
    none = [np.zeros(0, dtype=np.int64)]
    named, rare, placed = (chosen[np.concatenate(none + found[name])] for name in found)
    return (
        pd.DataFrame({"text": named, "name": np.concatenate(hashes)}),
        np.unique(rare),
        pd.DataFrame({"text": placed, "district": np.concatenate(codes)}),
    )


def _named(held: pd.DataFrame, names: pd.DataFrame, dated: pd.DataFrame, known: Known) -> int:
    pairs = held.merge(names, on="text").merge(dated, on="row")
    fits = among(paired(pairs["name"].to_numpy(np.uint64), pairs["day"].to_numpy(np.int64)), known.people)
    return int(pairs.loc[fits, "row"].nunique())


def _dates(texts: pa.StringArray, known: Known) -> pd.DataFrame:
    """Return every known birth date that is written (text, day)."""
    likely = np.asarray(pc.match_substring_regex(texts, _MAY_BE_DATE), dtype=np.bool_)
    joined = _Joined.of(texts, np.flatnonzero(likely))
    written = [(found.start(), day) for found in _DATE.finditer(joined.text) for day in _days(found)]
    days = np.array([day for _, day in written], dtype=np.int64)
    table = pd.DataFrame({"text": joined.at([place for place, _ in written]), "day": days})
    return table[among(days, known.days)].drop_duplicates()


def _days(found: re.Match[str]) -> list[int]:
    form = next(n for n in "12345" if found[f"y{n}"])
    written, year = found[f"m{form}"], int(found[f"y{form}"])
    month = _MONTHS[written.casefold()] if form == "3" else int(written)
    years = [year] if year > 99 else [century + year for century in _CENTURIES]  # two digits
    return [one * 10000 + month * 100 + int(found[f"d{form}"]) for one in years]


def _masks(joined: _Joined) -> pd.DataFrame:
    """Return every masked number: text, the digits before and behind what is hidden, whether it is marked."""
    rows = []
    for found in _MASK.finditer(joined.text):
        start, end = found.span()
        before, behind = (
            _BEFORE.search(joined.text[max(start - 20, 0) : start]),
            _BEHIND.match(joined.text, end),
        )
        head = "".join(one for one in (before[0] if before else "") if one.isdigit())
        if len(head) > 12:  # what stands further before is another number
            head = "".join(one for one in (before[0] if before else "").split()[-1] if one.isdigit())
        tail = behind[0] if behind else ""
        if len(head) + len(tail) >= 4:  # less tells nothing
            rows.append((start, head, tail, True))
    rows += [(found.start(1), "", found[1], False) for found in _TAIL.finditer(joined.text)]
    at, heads, tails, marked = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pd.DataFrame(
        {
            "text": joined.at(list(at)),
            "head": np.array([int(one or 0) for one in heads], dtype=np.int64),
            "head_digits": np.array([len(one) for one in heads], dtype=np.int64),
            "tail": np.array([int(one or 0) for one in tails], dtype=np.int64),
            "tail_digits": np.array([len(one) for one in tails], dtype=np.int64),
            "marked": np.array(marked, dtype=np.bool_),
        }
    )


def _districts(joined: _Joined) -> pd.DataFrame:
    found = [(one.start(), int(one[1] + one[2] + one[3])) for one in _DISTRICT.finditer(joined.text)]
    codes = np.array([code for _, code in found], dtype=np.int64)
    return pd.DataFrame({"text": joined.at([place for place, _ in found]), "district": codes})


def _completed(masks: pd.DataFrame, where: pd.DataFrame, known: Known) -> int:
    """Return in how many rows a mask and a birth date (``day``) lead to one known number."""
    day = masks["day"].to_numpy(np.int64)
    written = (day % 100) * 10**8 + (day // 100 % 100) * 10**6 + (day // 10000 % 100) * 10**4
    both = pd.concat([masks.assign(key=written), masks.assign(key=written + _WOMEN)], ignore_index=True)
    ending = both[both["tail_digits"] >= 4]
    ranges = [
        _range(known.tails, ending["key"].to_numpy() + ending["tail"].to_numpy() % 10000, 1),
    ]
    beginning = both[(both["tail_digits"] < 4) & (both["head_digits"] >= 6)]
    head = beginning["head"].to_numpy() // 10 ** (beginning["head_digits"].to_numpy() - 6)
    ranges.append(_range(known.numbers, head * 10**10 + beginning["key"].to_numpy(), 10**4))
    seen = [
        _candidates(part, *span, source)
        for part, span, source in zip((ending, beginning), ranges, (known.behind, known.numbers), strict=True)
    ]
    every = pd.concat(seen, ignore_index=True)
    shown = every["head"] == every["number"] // 10 ** (16 - every["head_digits"])
    every = every[shown].drop_duplicates(["row", "number", "marked"])
    spoken = pd.MultiIndex.from_frame(where.astype("int64"))
    at_home = pd.MultiIndex.from_arrays([every["row"], every["number"] // 10**10]).isin(spoken)
    alone = every["marked"] & (every.groupby(["row", "marked"])["number"].transform("size") == 1)
    return int(every.loc[at_home | alone, "row"].nunique())


def _range(sorted_numbers: Numbers, least: Numbers, width: int) -> tuple[Rows, Rows]:
    return np.searchsorted(sorted_numbers, least), np.searchsorted(sorted_numbers, least + width)


def _candidates(masks: pd.DataFrame, first: Rows, behind: Rows, source: Numbers) -> pd.DataFrame:
    """Return each mask with every number that it may stand for."""
    counts = np.minimum(behind - first, _MOST_CANDIDATES)
    picked = np.repeat(np.arange(len(masks)), counts)
    offsets = np.arange(len(picked)) - np.repeat(np.cumsum(counts) - counts, counts)
    return masks.iloc[picked].assign(number=source[first[picked] + offsets])
