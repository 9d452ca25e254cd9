"""Dated recodes: what a code that is no longer valid leads to, over as many recodes as there were.

A recode says that from the year ``berlaku`` on the village of ``kode_lama`` bears ``kode_baru``. Codes are
issued again: one that was given up in 2010 may name another village in 2015, so that only the edition of a
file tells which is meant. A row whose two codes are equal is a new name, not a new code.
"""

from collections.abc import Iterator

import pandas as pd

from reconcile.errors import Fault, InputError
from reconcile.identifiers import dotted_village_code
from reconcile.tables import FORMER

#: Stands for an unknown year: such a recode may have come at any time.
_ANY = 0

#: code before -> the recodes of it, as (year, code after)
_Steps = dict[str, list[tuple[int, str]]]


def former_codes(recodes: pd.DataFrame, bridged: pd.DataFrame) -> pd.DataFrame:
    """Return FORMER: each dead code, until which year it was valid, and the code that it leads to now.

    ``recodes`` is table RECODES; ``bridged`` has ``kode_lama`` and ``kode_desa``, pairs without a date that a
    bridging of an older edition tells. A code that was split leads to several. InputError where undated
    recodes lead in a circle: which code is the last cannot be told.
    """
    steps = _steps(recodes)
    rows = [
        (code, year or pd.NA, end)
        for code, after in steps.items()
        for year, following in after
        for end in sorted(_ends(following, year, steps, _named(recodes)))
    ]
    told = pd.DataFrame(rows, columns=["kode_lama", "sampai", "kode_desa"])
    told = told.astype({"sampai": "Int64"})
    missing = bridged[~bridged["kode_lama"].isin(told["kode_lama"])]
    every = pd.concat([told, missing.reindex(columns=told.columns)], ignore_index=True)
    every = every.astype({"sampai": "Int64"}).drop_duplicates()
    return FORMER.build(every.sort_values(["kode_lama", "sampai", "kode_desa"], na_position="last"))


def _steps(recodes: pd.DataFrame) -> _Steps:
    table = pd.DataFrame(
        {
            "old": dotted_village_code(recodes["kode_lama"]),
            "new": dotted_village_code(recodes["kode_baru"]),
            "year": recodes["berlaku"].fillna(_ANY).astype("int64"),
        }
    ).dropna()
    table = table[table["old"] != table["new"]].drop_duplicates()
    table = table.sort_values(["old", "year", "new"])
    return {
        str(old): list(zip(rows["year"].tolist(), rows["new"].tolist(), strict=True))
        for old, rows in table.groupby("old", sort=True)
    }


def _ends(code: str, year: int, steps: _Steps, file: str) -> set[str]:
    """Return the codes that ``code``, issued in ``year``, leads to at last: itself where it still stands."""
    ends: set[str] = set()
    # a path is remembered whole: the same code twice on one is a circle
    open_paths: list[tuple[tuple[str, int], ...]] = [((code, year),)]
    while open_paths:
        path = open_paths.pop()
        current, since = path[-1]
        following = [(after, when or since) for when, after in _later(steps.get(current, []), since)]
        if not following:
            ends.add(current)
        for step in following:
            if step in path or (len(path) > len(steps)):
                raise InputError([Fault.of("E_RECODE_CIRCLE", file=file, area=current)])
            open_paths.append((*path, step))
    return ends


def _later(after: list[tuple[int, str]], since: int) -> Iterator[tuple[int, str]]:
    """Return the recodes that come next for a code issued in ``since``: the first later year, all undated."""
    years = [year for year, _ in after if year != _ANY and year > since]
    first = min(years, default=None)
    return ((year, code) for year, code in after if year in (_ANY, first))


def _named(recodes: pd.DataFrame) -> str:
    return str(recodes["source_file"].iloc[0]) if len(recodes) else ""


def valid_in(former: pd.DataFrame, edition: int) -> pd.DataFrame:
    """Return the rows of FORMER that hold for a file of the year ``edition``: each code's first later end."""
    then = former[former["sampai"].fillna(_ANY) > edition]
    first = then.groupby("kode_lama")["sampai"].transform("min")
    return then[then["sampai"] == first]


def reissued(former: pd.DataFrame, current: pd.Series) -> list[str]:
    """Return the former codes that stand for a village again, so that only a file's edition tells."""
    codes = former.loc[former["kode_lama"].isin(current), "kode_lama"]
    return sorted(set(codes))
