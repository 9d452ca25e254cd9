"""Families that one registry holds as one row and the other as two: split, merged, or written twice.

One-to-one leaves the second row without a partner although its people are known. Such a row is found by its
persons: they stand in a row of the other registry that is matched already. It is a relation of its own, never
a second match.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.linkage.link import Links
from reconcile.linkage.people import People, in_common, people_of
from reconcile.linkage.values import Codes
from reconcile.tables import RELATIONS
from reconcile.vocab import FamilyPart

Rows = npt.NDArray[np.int64]


def family_parts(links: Links, ids: npt.NDArray[np.object_], matched: Rows, taken: Rows) -> pd.DataFrame:
    """Return RELATIONS columns: for each free row its matched row of the other side that has its people.

    ``matched`` are the accepted pairs, ``taken`` all pairs that are shown; a row in neither is free.
    """
    people = people_of(links.features)
    if people is None:
        return RELATIONS.empty()
    left, right = links.candidates.left, links.candidates.right
    partner = np.full(links.features.n, -1, dtype=np.int64)
    partner[left[matched]], partner[right[matched]] = right[matched], left[matched]
    free = np.ones(links.features.n, dtype=np.bool_)
    free[left[taken]] = free[right[taken]] = False
    found = []
    for whole, part, is_left in ((left, right, False), (right, left, True)):
        places = np.flatnonzero((partner[whole] >= 0) & free[part])
        rows = _parts(people, links, whole[places], part[places], partner)
        names = ("record_bps", "record_p3ke") if is_left else ("record_p3ke", "record_bps")
        rows = rows.assign(**{names[0]: ids[rows["whole"]], names[1]: ids[rows["part"]]})
        split = FamilyPart.MERGED if is_left else FamilyPart.SPLIT
        rows["relasi"] = np.where(rows["copied"], FamilyPart.COPY.value, split.value)
        found.append(rows[["record_p3ke", "record_bps", "relasi", "anggota_sama"]])
    return pd.concat(found, ignore_index=True)


def _parts(people: People, links: Links, whole: Codes, part: Codes, partner: Rows) -> pd.DataFrame:
    """Return ``whole``, ``part``, ``anggota_sama`` and ``copied`` of the best whole for each free part.

    The head of the part, or most of it, must be among the whole's persons: a child that is written into a
    second family, or a borrowed NIK, makes no part of it.
    """
    common = in_common(people, whole, part)
    table = pd.DataFrame({"whole": whole, "part": part, "anggota_sama": common.count, "kin": common.kin})
    table = table[table["kin"]].assign(order=links.rank[whole[common.kin]])
    table = table.sort_values(["part", "anggota_sama", "order"], ascending=[True, False, True])
    table = table.drop_duplicates("part")
    repeated = in_common(people, partner[table["whole"]], table["part"].to_numpy())
    return table.assign(copied=repeated.kin & (repeated.count >= table["anggota_sama"].to_numpy()))
