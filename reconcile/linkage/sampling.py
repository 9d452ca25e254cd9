"""Rows in an order of their content and random pairs of them: the same whatever the order of the rows."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.linkage.blocking import mixed
from reconcile.linkage.features import Features
from reconcile.linkage.values import Category, Codes, Dates, Names, Number

Hashes = npt.NDArray[np.uint64]
#: Random pairs: of so many rows a side, so many pairs, or so many shifts of one side against the other.
SAMPLE_ROWS, SAMPLE_PAIRS, SAMPLE_SHIFTS = 20_000, 100_000, 15
#: Texts of a feature are part of the content of a row while there are at most so many.
FEW_TEXTS = 200_000


def random_pairs(features: Features, order: Codes) -> tuple[Codes, Codes]:
    """Return the rows of pairs that are as good as random; ``order`` is what ``content_order`` returns."""
    left = np.argsort(order[: features.n_left])[:SAMPLE_ROWS].astype(np.int32)
    right = (np.argsort(order[features.n_left :])[:SAMPLE_ROWS] + features.n_left).astype(np.int32)
    size = min(len(left), len(right))
    if not size:
        return left[:0], right[:0]
    # rows of equal content are neighbours in this order: shifts by a good part of the list avoid them
    count = max(SAMPLE_SHIFTS, min(SAMPLE_PAIRS // size, size // 2))
    half = np.linspace(size / 4, size / 2, count // 2 + 1).astype(np.int64)
    # to either side, so that the tables may change places
    shifts = np.unique(np.concatenate([half, size - half]) % size).tolist()
    return np.tile(left[:size], len(shifts)), np.concatenate([np.roll(right[:size], s) for s in shifts])


def content_order(features: Features, ids: npt.NDArray[np.object_]) -> Codes:
    """Return the rank of each row by its content and then its id: the same whatever the order of the rows.

    Only what is cheap to hash is content here: dates, numbers, values of which there are few. It decides
    which rows are sampled, and between pairs that are equal in every other way.
    """
    parts: list[npt.NDArray[np.int32] | Hashes] = []
    for feature in features.by_name.values():
        match feature:
            case Dates():
                parts += [feature.code[: features.n], feature.year[: features.n]]
            case Number():
                parts.append(feature.code[: features.n])
            case Names():
                parts.append(_hashed(feature.word_texts.to_pylist(), feature.key("first")[: features.n]))
            case Category() if len(feature.texts) <= FEW_TEXTS:
                parts.append(_hashed(feature.list, feature.code[: features.n]))
    content = mixed(parts) if parts else np.zeros(features.n, dtype=np.uint64)
    order = np.argsort(content, kind="stable")
    order = _by_id_among_equals(order, content[order], ids)
    rank = np.empty(features.n, dtype=np.int32)
    rank[order] = np.arange(features.n, dtype=np.int32)
    return rank


def _by_id_among_equals(
    order: npt.NDArray[np.int64], content: Hashes, ids: npt.NDArray[np.object_]
) -> npt.NDArray[np.int64]:
    same = np.append(False, content[1:] == content[:-1])
    among = np.flatnonzero(same | np.append(same[1:], False)) if len(content) else np.empty(0, dtype=np.int64)
    if not len(among):
        return order
    tied = pd.DataFrame({"content": content[among], "id": ids[order[among]], "row": order[among]})
    order = order.copy()
    order[among] = tied.sort_values(["content", "id"])["row"].to_numpy()
    return order


def _hashed(texts: list[str], code: Codes) -> Hashes:
    hashes = pd.util.hash_array(np.array([*texts, ""], dtype=object), categorize=False)
    return np.asarray(hashes, dtype=np.uint64)[code]
