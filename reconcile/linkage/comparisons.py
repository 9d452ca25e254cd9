"""How far two households of a pair agree, field by field: a level of the model, or MISSING."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, JaroWinkler

from reconcile.linkage import model
from reconcile.linkage.keys import MAX_PERSONS, Ints, Keys
from reconcile.linkage.model import MISSING

Levels = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

CLOSE = 0.92
SIMILAR = 0.82
#: Days that registrars write when only the year is known.
DEFAULT_DAYS = ((1, 1), (1, 7), (31, 12))
_CHUNK = 250_000


def compare(keys: Keys, left: Ints, right: Ints) -> Mapping[str, Levels]:
    """Return per field of the model the level of each pair (``left[i]``, ``right[i]``)."""
    both = keys.households
    a, b = both.iloc[left].reset_index(drop=True), both.iloc[right].reset_index(drop=True)
    nik = _nik(keys, a, b, left, right)
    birth = _birth(a, b)
    beside_nik = nik == model.NIK.index("same")
    levels = {
        "nik": nik,
        "nama": _name(keys, left, right),
        "lahir": np.where(beside_nik, MISSING, birth).astype(np.int8),
        "lahir_nik": np.where(beside_nik, birth, MISSING).astype(np.int8),
        "jk": _ordered([_equal(a, b, "sex")], _known(a, b, "sex")),
        "desa": _ordered(
            [_equal(a, b, c) for c in ("village", "district", "regency")], _known(a, b, "village")
        ),
        "rtrw": _rtrw(a, b),
    }
    common, smaller, crossed = _shared_members(keys, left, right)
    levels["anggota"] = _members(common, smaller)
    levels["kepala"] = _changed_head(levels["nama"], crossed)
    moved_on = levels["kepala"] != MISSING
    # the heads that changed places are the common members then: without others, the lists do not disagree
    levels["anggota"] = np.where(moved_on & (common == 0), MISSING, levels["anggota"]).astype(np.int8)
    for field in ("nik", "nama", "lahir", "lahir_nik", "jk"):
        levels[field] = np.where(moved_on, MISSING, levels[field]).astype(np.int8)
    return levels


def _ordered(conditions: list[Flags], known: Flags) -> Levels:
    """Return the place of the first condition that holds, one past the last for none, MISSING if unknown."""
    level = np.select(conditions, list(range(len(conditions))), default=len(conditions))
    return np.where(known, level, MISSING).astype(np.int8)


def _known(a: pd.DataFrame, b: pd.DataFrame, column: str) -> Flags:
    return ((a[column] >= 0) & (b[column] >= 0)).to_numpy()


def _equal(a: pd.DataFrame, b: pd.DataFrame, column: str) -> Flags:
    return ((a[column] == b[column]) & (a[column] >= 0)).to_numpy()


def _nik(keys: Keys, a: pd.DataFrame, b: pd.DataFrame, left: Ints, right: Ints) -> Levels:
    known, same = _known(a, b, "nik"), _equal(a, b, "nik")
    near = np.zeros(len(left), dtype=np.bool_)
    apart = np.flatnonzero(known & ~same)
    text = keys.names["nik"].to_numpy(dtype=object)
    distance = process.cpdist(
        text[left[apart]], text[right[apart]], scorer=OSA.distance, score_cutoff=1, dtype=np.uint8, workers=-1
    )
    near[apart] = distance <= 1
    return _ordered([same, near], known)


def _name(keys: Keys, left: Ints, right: Ints) -> Levels:
    """Compare each distinct pair of phonetic names once: most pairs repeat."""
    name = keys.households["name"].to_numpy()
    known = (name[left] >= 0) & (name[right] >= 0)
    width = int(name.max(initial=0)) + 1
    distinct, back = np.unique(name[left[known]] * width + name[right[known]], return_inverse=True)
    of_distinct = _name_levels(distinct // width, distinct % width, _texts(keys, width))
    level = np.full(len(left), MISSING, dtype=np.int8)
    level[known] = of_distinct[back]
    return level


def _texts(keys: Keys, width: int) -> npt.NDArray[np.object_]:
    """Return the phonetic name behind each code."""
    code = keys.households["name"].to_numpy()
    texts = np.full(width, "", dtype=object)
    texts[code[code >= 0]] = keys.names["phonetic"].to_numpy(dtype=object)[code >= 0]
    return texts


def _name_levels(one: Ints, two: Ints, texts: npt.NDArray[np.object_]) -> Levels:
    level = np.full(len(one), model.NAME.index("same"), dtype=np.int8)
    apart = np.flatnonzero(one != two)
    a, b = texts[one[apart]], texts[two[apart]]
    joined = pd.factorize(pd.Series(texts, dtype="str").str.replace(" ", "", regex=False))[0]
    # 100 is told of two names exactly where all words of one stand in the other, in any order
    words = process.cpdist(a, b, scorer=fuzz.token_set_ratio, score_cutoff=100, dtype=np.float32, workers=-1)
    part = (words == 100) | (joined[one[apart]] == joined[two[apart]])
    similarity = process.cpdist(a, b, scorer=JaroWinkler.normalized_similarity, dtype=np.float32, workers=-1)
    conditions = [np.zeros(len(apart), dtype=np.bool_), part, similarity >= CLOSE, similarity >= SIMILAR]
    level[apart] = _ordered(conditions, np.ones(len(apart), dtype=np.bool_))
    return level


def _birth(a: pd.DataFrame, b: pd.DataFrame) -> Levels:
    year, month, day = (_equal(a, b, c) for c in ("year", "month", "day"))
    swapped = year & (a["month"] == b["day"]).to_numpy() & (a["day"] == b["month"]).to_numpy()
    near_year = ((a["year"] - b["year"]).abs() <= 3).to_numpy()
    default = np.zeros(len(a), dtype=np.bool_)
    for one_day, one_month in DEFAULT_DAYS:
        for side in (a, b):
            default |= ((side["day"] == one_day) & (side["month"] == one_month)).to_numpy()
    same = year & month & day
    parts = swapped | (year & (month | day)) | (near_year & month & day)
    return _ordered([same & ~default, year & default, parts, year], _known(a, b, "birth"))


def _rtrw(a: pd.DataFrame, b: pd.DataFrame) -> Levels:
    """RT and RW count within a village only: every village has an RT 1."""
    rt, rw = _equal(a, b, "rt"), _equal(a, b, "rw")
    return _ordered([rt & rw, rt | rw], _known(a, b, "rt") & _known(a, b, "rw") & _equal(a, b, "village"))


def _shared_members(keys: Keys, left: Ints, right: Ints) -> tuple[Ints, Ints, Ints]:
    """Return per pair: members in common, size of the smaller list, heads among the other's members."""
    heads = (
        (keys.member_names, keys.households["head"].to_numpy()),
        (keys.member_niks, keys.households["nik"].to_numpy()),
    )
    sizes = keys.sizes
    common, smaller, crossed = (np.zeros(len(left), dtype=np.int64) for _ in range(3))
    for start in range(0, len(left), _CHUNK):
        part = slice(start, start + _CHUNK)
        one, two = left[part], right[part]
        alike = np.zeros((len(one), MAX_PERSONS, MAX_PERSONS), dtype=np.bool_)
        of_left, of_right = (np.zeros(len(one), dtype=np.bool_) for _ in range(2))
        for members, head in heads:
            x, y = members[one], members[two]
            alike |= (x[:, :, None] == y[:, None, :]) & (x[:, :, None] >= 0)
            of_left |= (y == head[one, None]).any(axis=1) & (head[one] >= 0)
            of_right |= (x == head[two, None]).any(axis=1) & (head[two] >= 0)
        common[part] = np.minimum(alike.any(axis=2).sum(axis=1), alike.any(axis=1).sum(axis=1))
        smaller[part] = np.minimum(sizes[one], sizes[two])
        crossed[part] = of_left.astype(np.int64) + of_right
    return common, smaller, crossed


def _members(common: Ints, smaller: Ints) -> Levels:
    return _ordered([common >= 2, (common == 1) & (smaller == 1), common == 1], smaller > 0)


def _changed_head(name: Levels, crossed: Ints) -> Levels:
    differs = name >= model.NAME.index("similar")
    return _ordered([crossed == 2, crossed == 1], differs & (crossed > 0))
