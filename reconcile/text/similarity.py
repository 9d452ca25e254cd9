"""How alike names of people and places are, row by row."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import fuzz, process

#: From here on two names are alike.
ALIKE = 0.85
#: From here on two names under one NIK and birth date are one person's, for two facts speak for it already.
ALIKE_SAME_DAY = 0.6


def name_similarity(one: pd.Series, two: pd.Series) -> npt.NDArray[np.float64]:
    """Return how alike names are (0 to 1), row by row; word order and further words do not count."""
    percent: npt.NDArray[np.float64] = process.cpdist(
        one.fillna("").to_numpy(dtype=object),
        two.fillna("").to_numpy(dtype=object),
        scorer=fuzz.token_set_ratio,
        dtype=np.float64,
        workers=-1,
    )
    return percent / 100


def one_person(names: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Return row by row whether two bearers of one NIK are one person; a missing birth date is not the same.

    Both have ``words`` (of the name, as phonetic_words gives them) and ``tanggal_lahir``.
    """
    asked = np.where(names["tanggal_lahir"] == others["tanggal_lahir"], ALIKE_SAME_DAY, ALIKE)
    return pd.Series(name_similarity(names["words"], others["words"]) >= asked, index=names.index)
