"""What coordinate, code and names say of a household's village: do they agree, how sure is it, why not."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.vocab import (
    Agreement,
    Certainty,
    CodeStatus,
    NameMatch,
    Placement,
    PointFall,
    PointReading,
    Unplaced,
)

Truth = npt.NDArray[np.bool_]


def how(placed: pd.DataFrame) -> pd.Series:
    """Return what placed each household (Placement)."""
    coded = placed["desa_kode"].notna()
    return _chosen(
        placed,
        {
            Placement.COORDINATE_AND_CODE: coded & (placed["desa_kode"] == placed["desa_titik"]),
            Placement.CODE: coded,
            Placement.COORDINATE: placed["desa_titik"].notna(),
            Placement.NAME: placed["desa_nama"].notna(),
        },
        Placement.NONE,
    )


def agreement(placed: pd.DataFrame) -> pd.Series:
    """Return whether coordinate, code and names that lead to a village lead to the same (Agreement)."""
    point, code, name = (placed[c] for c in ("desa_titik", "desa_kode", "desa_nama"))
    said = point.notna().astype(int) + code.notna() + name.notna()
    by_code, by_name, named = (point == code), (point == name), (code == name)
    pointed = point.notna()
    equal = by_code.astype(int) + by_name + named
    return _chosen(
        placed,
        {
            Agreement.NOTHING: said == 0,
            Agreement.ALONE: said == 1,
            Agreement.ALL: (equal == 3) | ((said == 2) & (equal == 1)),
            Agreement.NAME_DIFFERS: ((said == 3) & by_code) | ((said == 2) & ~pointed),
            Agreement.CODE_DIFFERS: (said == 3) & by_name,
            Agreement.POINT_DIFFERS: ((said == 3) & named) | (said == 2),
        },
        Agreement.EACH_DIFFERS,
    )


def certainty(placed: pd.DataFrame) -> pd.Series:
    """Return how sure the village is (Certainty).

    High: two kinds of evidence agree and none contradicts. Low: one contradicts, or the only one is weak: a
    point that was snapped, read with its axes or sign turned, or in an overlap; a name in another spelling or
    without its kecamatan. Medium: one sound kind of evidence.
    """
    weak_point = (placed["letak_titik"] != PointFall.INSIDE) | (placed["baca_titik"] != PointReading.AS_GIVEN)
    weak_name = placed["cara_nama"] != NameMatch.SAME
    alone = placed["kesepakatan"] == Agreement.ALONE
    method = placed["cara_lokasi"]
    weak = ((method == Placement.COORDINATE) & weak_point) | ((method == Placement.NAME) & weak_name)
    return _chosen(
        placed,
        {
            Certainty.NONE: method == Placement.NONE,
            Certainty.HIGH: placed["kesepakatan"] == Agreement.ALL,
            Certainty.MEDIUM: alone & ~weak,
        },
        Certainty.LOW,
    )


def reasons(placed: pd.DataFrame) -> pd.Series:
    """Return why an unplaced household has no village: each Unplaced that applies, parted by commas."""
    reading, code = placed["baca_titik"], placed["status_kode"]
    name = placed["nama_desa"].notna()
    conditions = {
        Unplaced.POINT_MISSING: reading.isin([PointReading.MISSING, PointReading.ZERO]),
        Unplaced.POINT_HALF: reading == PointReading.HALF,
        Unplaced.POINT_OUTSIDE: reading == PointReading.OUTSIDE,
        Unplaced.POINT_FAR: placed["letak_titik"] == PointFall.NOWHERE,
        Unplaced.CODE_MISSING: code == CodeStatus.MISSING,
        Unplaced.CODE_UNKNOWN: code == CodeStatus.UNKNOWN,
        Unplaced.CODE_AMBIGUOUS: code == CodeStatus.AMBIGUOUS,
        Unplaced.NAME_MISSING: ~name,
        Unplaced.NAME_UNKNOWN: name & placed["desa_nama"].isna(),
    }
    lost = (placed["cara_lokasi"] == Placement.NONE).to_numpy()
    said = pd.DataFrame({k.value: np.asarray(v, dtype=bool)[lost] for k, v in conditions.items()})
    # few of the combinations occur: each is put into words once
    group = said.groupby(list(said.columns), sort=False).ngroup()
    first = said.loc[~group.duplicated()]
    words = [", ".join(said.columns[row]) for row in first.to_numpy()]
    answer = np.full(len(placed), None, dtype=object)
    answer[lost] = np.array(words, dtype=object)[group.to_numpy()]
    return pd.Series(answer, index=placed.index, dtype="str")


def _chosen(placed: pd.DataFrame, cases: dict[object, pd.Series], otherwise: object) -> pd.Series:
    """Return the first value whose condition holds."""
    conditions = [np.asarray(case, dtype=bool) for case in cases.values()]
    chosen = np.select(conditions, [str(value) for value in cases], str(otherwise))
    return pd.Series(chosen, index=placed.index, dtype="str")
