"""Rules on official figures (codes AR): what the figures say of each other."""

import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.discrepancies.evidence import of_no_household
from reconcile.discrepancies.rule import Basis, Rule
from reconcile.figures import LISTED, gaps, regency_codes
from reconcile.vocab import Content, Severity

#: So much may a population that two figures imply differ: those of one area and year are of one population.
_POPULATION = 0.25
#: Figures of the province stand under one of these.
_PROVINCE = ("64", "6400")


def list_against_estimate(context: Context) -> pd.DataFrame:
    """A list of families and an estimate from a survey stand side by side; they never agree, and need not."""
    gap = gaps(context.figures, context.households[list(LISTED)], context.register.villages)
    gap = gap.dropna(subset=["jiwa_perkiraan", "jiwa_daftar"])
    said = context.say_each(
        "gap",
        listed=gap["jiwa_daftar"],
        estimate=gap["jiwa_perkiraan"],
        year=gap["tahun"],
    )
    return of_no_household(gap["kode_kab"] + "|" + gap["daftar"], said, kode_kab=gap["kode_kab"])


def parts_do_not_add_up(context: Context) -> pd.DataFrame:
    """The thousands of people of the kabupaten do not add up to the figure of the province."""
    figures = context.figures.dropna(subset=["kode_wilayah", "tahun", "indikator", "ribu_jiwa"])
    top = figures["kode_wilayah"].isin(_PROVINCE)
    by = ["tahun", "indikator"]
    whole = figures[top].drop_duplicates(by).set_index(by)["ribu_jiwa"]
    regencies = figures[~top].drop_duplicates([*by, "kode_wilayah"])
    parts = regencies.groupby(by)["ribu_jiwa"].agg(["sum", "size"])
    both = parts.join(whole.rename("whole"), how="inner").reset_index()
    # with some kabupaten only there is nothing to add up
    both = both[both["size"] == context.register.villages["kode_kab"].nunique()]
    off = (both["sum"] - both["whole"]).abs() > both["whole"] * context.tolerances.sum_percent / 100
    wrong = both[off]
    said = context.say_each("sum", whole=wrong["whole"].round(2), parts=wrong["sum"].round(2))
    return of_no_household(wrong["tahun"].astype("str") + "|" + wrong["indikator"], said)


def mixed_units(context: Context) -> pd.DataFrame:
    """Extreme poverty is above poverty, or percent and people of one area cannot be of one population."""
    figures = _told(context)
    by = ["kode_wilayah", "tahun"]
    general, extreme = (
        figures[figures["indikator"] == name].drop_duplicates(by).set_index(by)
        for name in ("miskin", "miskin_ekstrem")
    )
    both = general.reset_index().merge(extreme.reset_index(), on=by, suffixes=("", "_ekstrem"))
    above = (both["persen_ekstrem"] > both["persen"]) | (both["ribu_jiwa_ekstrem"] > both["ribu_jiwa"])
    population = both["ribu_jiwa"] / both["persen"]
    other = (both["ribu_jiwa_ekstrem"] / both["persen_ekstrem"] / population - 1).abs() > _POPULATION
    wrong = both[(above | other).fillna(value=False)]
    said = pd.Series(context.say("units"), index=wrong.index, dtype="str")
    said = said.mask(above[wrong.index].fillna(value=False), context.say("extreme_above"))
    return _of_areas(context, wrong, said)


def quoted_again(context: Context) -> pd.DataFrame:
    """Percent and people of an area are those of an earlier year, to the digit."""
    figures = _told(context).dropna(subset=["persen", "ribu_jiwa"])
    by = ["kode_wilayah", "indikator", "persen", "ribu_jiwa"]
    figures = figures.sort_values("tahun")
    first = figures.groupby(by)["tahun"].transform("min")
    again = figures[figures["tahun"] > first]
    said = context.say_each("quoted", year=again["tahun"], first=first[again.index])
    return _of_areas(context, again, said)


def old_figure(context: Context) -> pd.DataFrame:
    """The newest figure of an area is older than the tolerance."""
    figures = _told(context)
    newest = figures.sort_values(["tahun"]).drop_duplicates(["kode_wilayah", "indikator"], keep="last")
    old = newest[context.reference_date.year - newest["tahun"] > context.tolerances.years]
    return _of_areas(context, old, context.say_each("newest", year=old["tahun"]))


def _told(context: Context) -> pd.DataFrame:
    figures = context.figures.dropna(subset=["kode_wilayah", "tahun", "indikator"])
    return figures.sort_values(["kode_wilayah", "indikator", "tahun", "penghitung"])


def _of_areas(context: Context, rows: pd.DataFrame, said: pd.Series) -> pd.DataFrame:
    about = rows["kode_wilayah"] + "|" + rows["tahun"].astype("str") + "|" + rows["indikator"]
    regency = regency_codes(rows["kode_wilayah"], context.register.villages)
    return of_no_household(about, said, place=rows, kode_kab=regency)


RULES = (
    Rule("AR01", Severity.INFO, list_against_estimate, (Basis.LISTS,), needs=(Content.FIGURES,)),
    Rule("AR02", Severity.MEDIUM, parts_do_not_add_up, (Basis.LISTS,), needs=(Content.FIGURES,)),
    Rule("AR03", Severity.MEDIUM, mixed_units, (Basis.LISTS,), needs=(Content.FIGURES,)),
    Rule("AR04", Severity.LOW, quoted_again, (Basis.LISTS,), needs=(Content.FIGURES,)),
    Rule("AR05", Severity.LOW, old_figure, (Basis.LISTS,), needs=(Content.FIGURES,)),
)
