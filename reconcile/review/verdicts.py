"""What stands of all that people said of pairs: the later word of each, and an arbiter's over reviewers'.

Reviewers who disagree are no fault: their pair is contested until a third person, in the part of arbiter,
decides it. Who cannot tell leaves the decision to the others.
"""

from dataclasses import dataclass

import pandas as pd

from reconcile.errors import Fault
from reconcile.review.tables import VERDICTS
from reconcile.review.vocab import ReviewRole, Verdict
from reconcile.vocab import PairDecision

PAIR = ["record_p3ke", "record_bps"]
_PLACE = ["source_file", "source_sheet", "source_row"]
#: Ways that people write a day; ISO is what padan writes.
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")


@dataclass(frozen=True, eq=False)
class Verdicts:
    """``table`` (VERDICTS) has a row per judged pair; ``faults`` what contradicts itself."""

    table: pd.DataFrame
    faults: tuple[Fault, ...]


def verdicts(decisions: pd.DataFrame) -> Verdicts:
    """Return what stands of DECISIONS, whatever the order of their rows.

    Of one person's words on a pair the one with the latest day counts, of arbiters' words too. Faults:
    ``E_DECISION_WORD``, no known word; ``E_DECISION_BOTH``, one person, or two arbiters, say both on one day.
    """
    rows = _read(decisions)
    known = rows["said"].isin([one.value for one in PairDecision])
    faults = faults_of("E_DECISION_WORD", rows[~known])
    rows = rows[known]
    rows = _latest(rows, [*PAIR, "by", "judge"])
    unlike = rows.groupby([*PAIR, "by", "judge"])["said"].transform("nunique") > 1
    spoken = rows[~unlike]
    judges = spoken[spoken["judge"] & (spoken["said"] != PairDecision.UNSURE)]
    judges = _latest(judges, PAIR)
    split = judges.groupby(PAIR)["said"].transform("nunique") > 1
    both = pd.concat([rows[unlike], judges[split]]).sort_values(_PLACE)
    faults += faults_of("E_DECISION_BOTH", both)
    return Verdicts(_per_pair(spoken, judges[~split]), tuple(faults))


def latest_words(decisions: pd.DataFrame) -> pd.DataFrame:
    """Return the word that counts of each reviewer on each pair: PAIR, ``by`` (folded name) and ``said``."""
    rows = _read(decisions)
    rows = rows[~rows["judge"] & rows["said"].isin([one.value for one in PairDecision]) & (rows["by"] != "")]
    rows = _latest(rows, [*PAIR, "by"])
    unlike = rows.groupby([*PAIR, "by"])["said"].transform("nunique") > 1
    return rows.loc[~unlike, [*PAIR, "by", "said"]].drop_duplicates(ignore_index=True)


def folded(names: pd.Series) -> pd.Series:
    """Return names of people as they are compared: blanks and capitals do not tell persons apart."""
    return names.fillna("").str.split().str.join(" ").str.casefold()


def iso_days(written: pd.Series) -> pd.Series:
    """Return days as yyyy-mm-dd; missing for what is no day. Day before month, or ISO."""
    text = written.astype("str").str.strip().str.slice(0, 10)
    days = pd.Series(pd.NaT, index=written.index, dtype="datetime64[s]")
    for form in _DAYS:
        days = days.fillna(pd.to_datetime(text, format=form, errors="coerce").astype("datetime64[s]"))
    told: pd.Series = days.dt.strftime("%Y-%m-%d").astype("str")
    return told


def faults_of(code: str, rows: pd.DataFrame) -> list[Fault]:
    """Return a fault for each row, by its place."""
    places = zip(rows["source_file"], rows["source_row"], strict=True)
    return [Fault.of(code, file=file, row=int(row)) for file, row in places]


def contested_warnings(decisions: pd.DataFrame) -> list[Fault]:
    """Return ``W_DECISION_CONTESTED`` for each pair of DECISIONS that reviewers disagree on."""
    table = verdicts(decisions).table
    return faults_of("W_DECISION_CONTESTED", table[table["putusan"] == Verdict.CONTESTED])


def _read(decisions: pd.DataFrame) -> pd.DataFrame:
    return decisions.assign(
        said=decisions["keputusan"].str.strip().str.lower(),
        by=folded(decisions["oleh"]),
        judge=decisions["peran"].fillna("").str.strip().str.lower() == ReviewRole.ARBITER,
        day=iso_days(decisions["tanggal"]).fillna(""),
    )


def _latest(rows: pd.DataFrame, of: list[str]) -> pd.DataFrame:
    """Return the rows with the latest day of each group; a word without a day comes before all."""
    rank = rows["day"].rank(method="dense")
    return rows[rank == rank.groupby([rows[name] for name in of]).transform("max")]


def _per_pair(spoken: pd.DataFrame, judges: pd.DataFrame) -> pd.DataFrame:
    spoken = spoken.sort_values(_PLACE)
    told = spoken[~spoken["judge"]].drop_duplicates([*PAIR, "by", "said"])
    counts = pd.DataFrame(
        {
            f"n_{one.value}": (told["said"] == one.value).groupby([told[n] for n in PAIR]).sum()
            for one in PairDecision
        }
    )
    table = spoken.assign(place=spoken["source_file"] + ":" + spoken["source_row"].astype("str"))
    table = table.groupby(PAIR).agg(letak=("place", "; ".join), terakhir=("day", "max"))
    table = table.join(counts).fillna(dict.fromkeys(counts, 0))
    ruled = judges.drop_duplicates(PAIR).set_index(PAIR)["said"]
    same, other = table["n_sama"] > 0, table["n_beda"] > 0
    word = pd.Series(Verdict.UNSURE.value, index=table.index, dtype="str")
    word = word.mask(same, Verdict.SAME.value).mask(other, Verdict.OTHER.value)
    word = word.mask(same & other, Verdict.CONTESTED.value)
    table["putusan"] = ruled.reindex(table.index).fillna(word)
    # the row that is named where the verdict fits nothing: the first that says it
    first = spoken.drop_duplicates([*PAIR, "said"]).set_index([*PAIR, "said"])[_PLACE]
    keys = table.set_index("putusan", append=True).index
    place = first.reindex(keys).set_axis(table.index)
    table = table.join(place)
    any_row = spoken.drop_duplicates(PAIR).set_index(PAIR)[_PLACE]
    table = table.fillna({name: any_row[name].reindex(table.index) for name in _PLACE})
    table["terakhir"] = table["terakhir"].where(table["terakhir"] != "")
    return VERDICTS.build(table.reset_index().sort_values(PAIR))
