"""The codes of old runs brought to today's areas, so that a series does not break when a kecamatan splits.

A village of then is one village of today, by its code or by the recodes; kecamatan and kabupaten are sums of
villages of today. A code that was split leads to several villages: nobody can tell which family went where,
so it keeps a row of its own (``bercabang``), and belongs to a kecamatan or kabupaten only where all of them
do. A code that no list knows keeps its row as well. What is carried has the same totals as before.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from reconcile.errors import ConservationError, Fault
from reconcile.indicators import SHARES
from reconcile.regions.recodes import valid_in
from reconcile.series.note import Note
from reconcile.series.tidy import PERCENT, unit_of
from reconcile.tables import Column, Table
from reconcile.vocab import CodeStatus

#: How much of a village code is the code of each level.
WIDTH = {"desa": 13, "kecamatan": 8, "kabupaten": 5}
PROVINCE = "provinsi"
LEVELS = (*WIDTH, PROVINCE)

#: What became of each code of a run.
CARRIED = Table(
    "carried",
    (
        Column("kode_lama", "text", "village code of the run", required=True),
        Column("status", "text", "vocab.CodeStatus", required=True),
        Column("kode_desa", "text", "village of today; missing: several, or none"),
        Column("kode_kec", "text", "kecamatan of today; missing: not told"),
        Column("kode_kab", "text", "kabupaten of today; missing: not told"),
        Column("menjadi", "text", "every village that a split code leads to, parted by commas"),
    ),
)

#: Indicators of runs on today's areas of one level; shares are made of the sums.
AT_LEVEL = Table(
    "at_level",
    (
        Column("tanggal_acuan", "date", "reference date", required=True),
        Column("jalan", "text", "run", required=True),
        Column("tingkat", "text", "desa, kecamatan, kabupaten or provinsi", required=True),
        Column("kode", "text", "today's code, or the old one that leads nowhere; missing: no village"),
        Column("nama", "text", "its name"),
        Column("status", "text", "vocab.CodeStatus of the code", required=True),
        Column("indikator", "text", "indicator", required=True),
        Column("nilai", "number", "value", required=True),
        Column("satuan_nilai", "text", "unit", required=True),
        Column("penghitung", "text", "who computed it", required=True),
    ),
)
#: Sums of whole numbers differ by less in their last bits.
_ROUNDING = 1e-6
_PERIOD = ["tanggal_acuan", "jalan"]
_AREA = ["kode", "status"]


@dataclass(frozen=True)
class Areas:
    """Today's areas: code -> name of every level, and FORMER, the dead village codes."""

    names: Mapping[str, str]
    former: pd.DataFrame

    @classmethod
    def of(cls, note: Note) -> "Areas":
        """Return the areas of a run."""
        return cls(note.wilayah.nama, note.wilayah.former())


def carry(codes: pd.Series, areas: Areas, edition: int | None) -> pd.DataFrame:
    """Return CARRIED: a row per distinct village code of a run; ``edition`` is the year of its codes."""
    old = pd.Series(sorted(codes.dropna().unique()), dtype="str")
    led = _leads(areas, edition)
    led = led[led["kode_lama"].isin(old)]
    table = pd.DataFrame({"kode_lama": old}).join(_ends(led), on="kode_lama")
    known = old.isin(areas.names)
    alone = table["ends"].isna() & known
    table["kode_desa"] = table["kode_desa"].fillna(old.where(alone))
    for level, column in (("kecamatan", "kode_kec"), ("kabupaten", "kode_kab")):
        table[column] = table[column].fillna(old.where(alone).str.slice(0, WIDTH[level]))
    status = pd.Series(CodeStatus.UNKNOWN.value, index=old.index, dtype="str")
    status = status.mask(alone, CodeStatus.CURRENT.value).mask(table["ends"] == 1, CodeStatus.OUTDATED.value)
    table["status"] = status.mask(table["ends"] > 1, CodeStatus.AMBIGUOUS.value)
    return CARRIED.build(table.drop(columns="ends"))


def _leads(areas: Areas, edition: int | None) -> pd.DataFrame:
    """Return kode_lama and kode_desa of each code that a run of that edition may mean another village by."""
    former = areas.former
    dead = former[~former["kode_lama"].isin(areas.names)]
    if edition is not None:
        # a code that was issued again since means the village that bore it then
        then = valid_in(former, edition)
        dead = pd.concat([then, dead[~dead["kode_lama"].isin(then["kode_lama"])]])
    return dead[["kode_lama", "kode_desa"]].drop_duplicates()


def _ends(led: pd.DataFrame) -> pd.DataFrame:
    """Return per dead code how many villages it leads to, the one, and the areas that all of them share."""
    parts = led.assign(
        kode_kec=led["kode_desa"].str.slice(0, WIDTH["kecamatan"]),
        kode_kab=led["kode_desa"].str.slice(0, WIDTH["kabupaten"]),
    )
    by = parts.sort_values(["kode_lama", "kode_desa"]).groupby("kode_lama")
    first, several = by.first(), by.nunique()
    table = first.where(several == 1)
    many = by["kode_desa"].agg(", ".join).where(several["kode_desa"] > 1)
    return table.assign(menjadi=many, ends=several["kode_desa"])


def at_level(
    series: pd.DataFrame, areas: Areas, level: str, editions: Mapping[str, int | None], old: Mapping[str, str]
) -> pd.DataFrame:
    """Return AT_LEVEL of SERIES of one run or many: sums over today's areas, and shares of the sums.

    ``editions`` tells the year of the codes per run, ``old`` the names of codes that are no more. For
    kabupaten the official figures stand beside. ConservationError where a sum differs from before.
    """
    counts = series[series["tingkat"] == "desa"]
    wide = _wide(counts, areas, level, editions)
    _conserve(counts, wide)
    for name, (part, whole) in SHARES.items():
        over = wide.reindex(columns=[*whole]).sum(axis="columns")
        wide[name] = (wide.reindex(columns=[*part]).sum(axis="columns") / over.where(over > 0) * 100).round(2)
    names = [str(name) for name in wide.columns]
    long = wide.reset_index().melt([*_PERIOD, *_AREA], names, "indikator", "nilai").dropna(subset=["nilai"])
    long = long.assign(penghitung="padan", kode=long["kode"].where(long["kode"] != ""))
    if level == "kabupaten":
        long = pd.concat([long, _official(series, areas)], ignore_index=True)
    long = long.assign(
        tingkat=level,
        satuan_nilai=long["indikator"].map({name: unit_of(name) for name in long["indikator"].unique()}),
        nama=_names(long["kode"], areas, old),
    )
    return AT_LEVEL.build(long[AT_LEVEL.names].sort_values([*_PERIOD, "kode", "status", "indikator"]))


def _wide(counts: pd.DataFrame, areas: Areas, level: str, editions: Mapping[str, int | None]) -> pd.DataFrame:
    """Return the sums, a row per run and area and a column per indicator."""
    placed = _placed(counts, areas, level, editions)
    keys = counts["jalan"] + "|" + counts["kode"].fillna("")
    spot = keys.map(pd.Series(range(len(placed)), index=placed.index)).to_numpy()
    at = placed.reset_index(drop=True).take(spot).reset_index(drop=True)
    rows = counts[[*_PERIOD, "indikator", "nilai"]].reset_index(drop=True).join(at)
    rows["nilai"] = rows["nilai"].astype("float64")
    by = [*_PERIOD, *_AREA]
    return rows.pivot_table(index=by, columns="indikator", values="nilai", aggfunc="sum", fill_value=0.0)


def _placed(
    counts: pd.DataFrame, areas: Areas, level: str, editions: Mapping[str, int | None]
) -> pd.DataFrame:
    """Return ``kode`` and ``status`` at the level of each code of each run; "run|code" is the index."""
    pairs = counts[["jalan", "kode"]].drop_duplicates()
    parts = []
    for edition in sorted(set(editions.values()), key=str):
        own = pairs[pairs["jalan"].isin([run for run, year in editions.items() if year == edition])]
        told = own.merge(carry(own["kode"], areas, edition), left_on="kode", right_on="kode_lama", how="left")
        parts.append(told.assign(**_at(told, level)))
    table = pd.concat(parts, ignore_index=True)
    return table.set_index(table["jalan"] + "|" + table["kode_lama"].fillna(""))[_AREA]


def _at(told: pd.DataFrame, level: str) -> dict[str, pd.Series]:
    """Return code and status of rows of CARRIED at a level; "" is the code of what has no village."""
    missing, status = told["kode_lama"].isna(), told["status"].astype("str")
    if level == PROVINCE:
        code = pd.Series(pd.NA, index=told.index, dtype="str")
    else:
        code = told[{"desa": "kode_desa", "kecamatan": "kode_kec", "kabupaten": "kode_kab"}[level]]
    # what is brought to an area of today counts there as any other
    status = status.mask(code.notna(), CodeStatus.CURRENT.value)
    if level == PROVINCE:
        status = pd.Series(CodeStatus.CURRENT.value, index=told.index, dtype="str")
        return {"kode": code.fillna(""), "status": status}
    code = code.fillna(told["kode_lama"]).mask(missing, "").fillna("")
    return {"kode": code.astype("str"), "status": status.mask(missing, CodeStatus.MISSING.value)}


def _conserve(counts: pd.DataFrame, wide: pd.DataFrame) -> None:
    """Refuse sums that are not those of the villages."""
    told = counts.assign(nilai=counts["nilai"].astype("float64"))
    before = told.pivot_table(index="jalan", columns="indikator", values="nilai", aggfunc="sum")
    after = wide.groupby(level="jalan").sum().reindex(index=before.index, columns=before.columns)
    apart = ~((before.fillna(0.0) - after).abs() <= _ROUNDING)
    wrong = [(run, name) for name in apart for run in apart.index[apart[name]]]
    if wrong:
        raise ConservationError([Fault.of("E_SERIES_TOTAL", run=run, name=name) for run, name in wrong])


def _official(series: pd.DataFrame, areas: Areas) -> pd.DataFrame:
    figures = series[series["tingkat"] == "kabupaten"]
    known = figures["kode"].isin(areas.names)
    status = known.map({True: CodeStatus.CURRENT.value, False: CodeStatus.UNKNOWN.value})
    return figures[[*_PERIOD, "kode", "indikator", "nilai", "penghitung"]].assign(status=status)


def _names(codes: pd.Series, areas: Areas, old: Mapping[str, str]) -> pd.Series:
    known = {code: areas.names.get(code, old.get(code)) for code in codes.dropna().unique()}
    return codes.map(known).astype("str")


def is_share(indicator: str) -> bool:
    """Return whether an indicator is a percentage: it is never added up."""
    return unit_of(indicator) == PERCENT
