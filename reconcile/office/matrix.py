"""Programmes and budget (Matriks 2): what offices told, checked and laid beside what is asked.

Asked is every programme in every kabupaten for each quarter that has begun. Numbers of a quarter count from
January on where the settings say so; of such a line the last quarter that was told stands for the year.
"""

from dataclasses import dataclass

import pandas as pd

from reconcile.office.issues import NO, YES, Troubles, folded, said
from reconcile.office.settings import Known
from reconcile.office.tables import MATRIX
from reconcile.office.vocab import FillState
from reconcile.vocab import Language

SHEET = "matriks"
NUMBERS = ["target", "realisasi", "anggaran", "realisasi_anggaran"]
#: What was reached beside what it is a part of.
_PAIRS = (("realisasi", "target"), ("realisasi_anggaran", "anggaran"))
_QUARTERS = (1, 2, 3, 4)
_LINE = ["program", "opd", "kode"]
_PLACE = ["source_file", "source_sheet", "source_row"]
_AREA_CODE = r"(?<![0-9])([0-9]{2})\.?([0-9]{2})(?![0-9])"
_AREA_PREFIX = r"^(?:kab\.?|kabupaten|kota) "


@dataclass(frozen=True)
class Checked:
    """A sheet as it stands, and ISSUES."""

    table: pd.DataFrame
    issues: pd.DataFrame


def plan_matrix(
    delivered: pd.DataFrame,
    found: tuple[pd.DataFrame, pd.DataFrame],
    known: Known,
    *,
    year: int,
    quarter: int,
    cumulative: bool,
    language: Language,
) -> Checked:
    """Return MATRIX of ``year`` and what is wrong with the lines of ``delivered`` (PLANS).

    ``found`` are VALUE_FLAGS and QUARANTINE of the same files, ``quarter`` the one of the reference date.
    """
    flags, quarantine = found
    rows = _told(delivered, flags)
    troubles = Troubles(SHEET, rows)
    # a flag of a line that nobody filled in is of what was written into it before
    troubles.say_of(flags)
    troubles.say_of(quarantine)
    rows = _resolved(rows, known, troubles, year)
    _judge(rows, known, troubles)
    good = _once(rows, troubles)
    _follow(good, troubles, cumulative=cumulative)
    good = good[~troubles.held.reindex(good.index)]
    table = _standing(good, rows[troubles.held], known, year=year, quarter=quarter, cumulative=cumulative)
    return Checked(table, troubles.table(language))


def _told(delivered: pd.DataFrame, flags: pd.DataFrame) -> pd.DataFrame:
    """Return the lines in which anything was told: a number, or something where one should stand."""
    unread = flags[flags["column"].isin(NUMBERS)][_PLACE].apply(tuple, axis="columns")
    place = delivered[_PLACE].apply(tuple, axis="columns")
    if delivered.empty:
        return delivered
    told = delivered[NUMBERS].notna().any(axis="columns") | place.isin(list(unread))
    return delivered[told].reset_index(drop=True)


def _resolved(rows: pd.DataFrame, known: Known, troubles: Troubles, year: int) -> pd.DataFrame:
    """Return the lines with programme, office, kabupaten and quarter as they are called here."""
    titles = {_fold(title): one for one in known.programs for title in one.titles}
    program = folded(rows["program"]).map({title: one.name for title, one in titles.items()})
    office = folded(rows["opd"]).map({_fold(one): one for one in known.offices})
    area = _areas(rows["wilayah"], known.areas)
    quarter = pd.to_numeric(rows["triwulan"], errors="coerce").astype("Int64")
    declared = program.map({one.name: one.strategy for one in known.programs if one.strategy}).astype("str")
    told = rows["strategi"]
    troubles.say(program.isna(), "E_PLAN_PROGRAM", "program")
    troubles.say(office.isna(), "E_PLAN_OFFICE", "opd")
    troubles.say(area.isna(), "E_PLAN_AREA", "wilayah")
    troubles.say(quarter.isna(), "E_PLAN_QUARTER", "triwulan")
    troubles.say(rows["tahun"].isna() | (rows["tahun"] != year), "E_PLAN_YEAR", "tahun")
    troubles.say(told.isna() & declared.isna() & program.notna(), "E_PLAN_STRATEGY", "strategi")
    other = told.notna() & declared.notna() & (told != declared)
    troubles.say(other, "E_PLAN_STRATEGY_OTHER", "strategi", hold=False)
    return rows.assign(
        program=program.astype("str"),
        opd=office.astype("str"),
        kode=area,
        triwulan=quarter,
        strategi=declared.fillna(told).astype("str"),
    )


def _fold(name: str) -> str:
    return " ".join(name.split()).casefold()


def _areas(written: pd.Series, areas: dict[str, str]) -> pd.Series:
    """Return the code of each kabupaten: by its code, else by its name."""
    parts = written.str.extract(_AREA_CODE)
    code = parts[0] + "." + parts[1]
    names = {_bare(name): code for code, name in areas.items()}
    by_name = folded(written).str.replace(_AREA_PREFIX, "", regex=True).map(names)
    found: pd.Series = code.where(code.isin(areas)).fillna(by_name.where(code.isna())).astype("str")
    return found


def _bare(name: str) -> str:
    return str(pd.Series([_fold(name)]).str.replace(_AREA_PREFIX, "", regex=True).iloc[0])


def _judge(rows: pd.DataFrame, known: Known, troubles: Troubles) -> None:
    """Say what is wrong within a line."""
    for name in NUMBERS:
        troubles.say(rows[name] < 0, "E_PLAN_NEGATIVE", name)
    personal = rows["program"].isin([one.name for one in known.programs if one.personal])
    for name in _PAIRS[0]:
        # there is no half of a family, and what is proven of small counts holds for whole numbers
        troubles.say(personal & (rows[name] % 1 != 0) & rows[name].notna(), "E_PLAN_WHOLE", name)
    for reached, of in _PAIRS:
        troubles.say(rows[reached].notna() & rows[of].isna(), "E_PLAN_BASE", of)
        troubles.say(rows[reached] > rows[of], "E_PLAN_OVER", reached, hold=False)
    no_target = rows["target"].isna() | (rows["target"] == 0)
    troubles.say((rows["anggaran"] > 0) & no_target, "E_PLAN_MONEY", "target", hold=False)


def _once(rows: pd.DataFrame, troubles: Troubles) -> pd.DataFrame:
    """Return one line per programme, office, kabupaten and quarter; unlike ones are held back together."""
    good = rows[~troubles.held]
    key = [*_LINE, "triwulan"]
    unlike = said(good, NUMBERS).groupby([good[name] for name in key]).transform("nunique") > 1
    troubles.say(unlike.reindex(rows.index, fill_value=False), "E_PLAN_TWICE")
    return good[~unlike].sort_values(_PLACE).drop_duplicates(key)


def _follow(good: pd.DataFrame, troubles: Troubles, *, cumulative: bool) -> None:
    """Say what is wrong from quarter to quarter: one is left out, or a sum goes down."""
    ordered = good.sort_values([*_LINE, "triwulan"])
    lines = ordered.groupby(_LINE)
    before = lines["triwulan"].shift().fillna(0)
    index = troubles.rows.index
    gap = (ordered["triwulan"] - before > 1).reindex(index, fill_value=False)
    troubles.say(gap, "E_PLAN_MISSING", "triwulan", hold=False)
    if cumulative:
        for name, _ in _PAIRS:
            last = lines[name].transform(lambda column: column.ffill().shift())
            falls = (ordered[name] < last).fillna(value=False).astype(bool)
            troubles.say(falls.reindex(index, fill_value=False), "E_PLAN_FALLS", name, hold=False)


def _standing(
    good: pd.DataFrame, held: pd.DataFrame, known: Known, *, year: int, quarter: int, cumulative: bool
) -> pd.DataFrame:
    """Return MATRIX: every line that counts, and what is asked and was not told."""
    spot = ["program", "kode", "triwulan"]
    asked = _asked(known)
    there = good.merge(asked.drop(columns=["opd", "strategi"]), on=spot, how="left")
    rest = asked.merge(good[spot].drop_duplicates(), on=spot, how="left", indicator=True)
    rest = rest[rest["_merge"] == "left_only"].drop(columns="_merge")
    stopped = held[spot].dropna().drop_duplicates().assign(keadaan_isian=FillState.HELD.value)
    rest = rest.merge(stopped, on=spot, how="left")
    rest["keadaan_isian"] = rest["keadaan_isian"].fillna(FillState.EMPTY.value)
    whole = there[NUMBERS].notna().all(axis="columns")
    there["keadaan_isian"] = whole.map({True: FillState.FILLED.value, False: FillState.PARTLY.value})
    table = pd.concat([there, rest], ignore_index=True)
    table["tahun"] = year
    due = table["triwulan"] <= quarter
    counts = due & table["keadaan_isian"].isin([FillState.FILLED, FillState.PARTLY])
    if cumulative:
        last = table["triwulan"].where(counts).groupby([table[name] for name in _LINE]).transform("max")
        counts &= (table["triwulan"] == last).fillna(value=False)
    table["diminta"] = due.map({True: YES, False: NO})
    table["dihitung"] = counts.astype(bool).map({True: YES, False: NO})
    for reached, of in _PAIRS:
        table[f"{of}_dibanding"] = table[of].where(table[reached].notna())
    table = table[[name for name in MATRIX.names if name in table]]
    return MATRIX.build(table.sort_values(["program", "opd", "kode", "triwulan"], ignore_index=True))


def _asked(known: Known) -> pd.DataFrame:
    """Return a row per programme, kabupaten and quarter."""
    programs = pd.DataFrame(
        [
            (one.name, one.title, one.office, one.strategy, one.unit, YES if one.personal else NO)
            for one in known.programs
        ],
        columns=["program", "judul", "opd", "strategi", "satuan_program", "perorangan"],
    )
    programs["strategi"] = programs["strategi"].astype("str")
    places = pd.DataFrame(sorted(known.areas.items()), columns=["kode", "nama"], dtype="str")
    quarters = pd.DataFrame({"triwulan": pd.array(_QUARTERS, dtype="Int64")})
    return programs.merge(places, how="cross").merge(quarters, how="cross")
