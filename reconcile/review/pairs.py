"""Which doubtful pairs are handed out, in which order, and to whom.

Worth of a judgement. A doubtful pair is not merged, so a judgement changes the result where it says "one
family": with the pair's probability, two families become one, and the findings of both rows are settled or
come about anew. Worth is therefore probability x (1 + findings of both rows): the families and findings that
are expected to change.

What the order tells. Sorted by worth alone, the pairs would stand nearly in the order of their scores, and
reviewers would learn to say "one family" at the top. So worth only cuts the pairs into STRATA thirds, of at
least LEAST pairs each, whose bounds nobody sees; within one the order is that of a keyed hash. The place of
a pair then tells no more than that its worth, of which the number of findings is a part, is in the upper,
middle or lower third.
"""

import numpy as np
import pandas as pd

from reconcile.frames import Stacked, among, looked_up
from reconcile.identifiers import keyed_shares, pseudonyms
from reconcile.review.settings import ReviewSettings
from reconcile.review.tables import CONTESTED, REVIEW_PAIRS, REVIEW_PEOPLE, SHOWN, SIDES
from reconcile.review.verdicts import PAIR, folded, latest_words, verdicts
from reconcile.review.vocab import ReviewRole, Verdict
from reconcile.vocab import MatchStatus, PairDecision, Relationship

REVIEWERS = ("A", "B")
BOTH = "AB"
ARBITER = "penengah"
STRATA = 3
LEAST = 30
_PERSON = ("nama", "nik", "tanggal_lahir", "jenis_kelamin", "hubungan")


def pair_ids(p3ke: pd.Series, bps: pd.Series, *, key: bytes) -> pd.Series:
    """Return the id of each pair of records, letters only; the same whichever record stands first."""
    first, second = p3ke.where(p3ke < bps, bps), bps.where(p3ke < bps, p3ke)
    return "PS-" + pseudonyms(first + "|" + second, key=key, purpose="pasangan")


def review_pairs(
    reconciled: pd.DataFrame,
    findings: pd.DataFrame,
    decisions: pd.DataFrame,
    settings: ReviewSettings,
    *,
    key: bytes,
) -> pd.DataFrame:
    """Return REVIEW_PAIRS: every doubtful pair of RECONCILED that somebody is still to judge.

    Pairs that reviewers disagree on go to an arbiter. Of the others a pair is left out of a reviewer's part
    where that reviewer, or as many people as it was meant for, have judged it (DECISIONS).
    """
    pairs = _doubtful(reconciled)
    pairs["id_pasangan"] = pair_ids(pairs["record_p3ke"], pairs["record_bps"], key=key)
    pairs = _in_order(pairs, findings)
    pairs["penelaah"] = _parts(pairs, decisions, settings, key=key)
    pairs = pairs[pairs["penelaah"] != ""]
    pairs = pairs.assign(urutan=np.arange(1, len(pairs) + 1))
    return REVIEW_PAIRS.build(pairs[REVIEW_PAIRS.names])


def _doubtful(reconciled: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs, both records' values, score and ids in one row each."""
    rows = reconciled[reconciled["status_padan"] == MatchStatus.REVIEW]
    columns = {side: [f"{name}_{side}" for name, *_ in SHOWN] for side in SIDES}
    left = rows[rows["record_id_p3ke"].notna()]
    left = left[["id_rekon", "id_tinjau", "skor", "record_id_p3ke", *columns["p3ke"]]]
    right = rows[rows["record_id_bps"].notna()]
    right = right[["id_rekon", "record_id_bps", *columns["bps"]]]
    pairs = left.merge(right, left_on="id_tinjau", right_on="id_rekon", suffixes=("", "_right"))
    return pairs.rename(columns={"record_id_p3ke": "record_p3ke", "record_id_bps": "record_bps"})


def _in_order(pairs: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    hang = findings["id_rekon"].value_counts()
    count = sum(pairs[name].map(hang).astype("float64").fillna(0) for name in ("id_rekon", "id_tinjau"))
    worth = (pairs["skor"].astype("float64") * (1 + count)).round(6)
    ranked = pairs.assign(worth=-worth).sort_values(["worth", "id_pasangan"], ignore_index=True)
    strata = max(1, min(STRATA, len(ranked) // LEAST))
    stratum = np.arange(len(ranked)) * strata // max(len(ranked), 1)
    # the id is a keyed hash: its order knows nothing of the score
    return ranked.assign(stratum=stratum).sort_values(["stratum", "id_pasangan"], ignore_index=True)


def _parts(
    pairs: pd.DataFrame, decisions: pd.DataFrame, settings: ReviewSettings, *, key: bytes
) -> pd.Series:
    """Return who gets each pair: by lot with a key, less those who have judged it; empty: nobody."""
    lot = keyed_shares(pairs["id_pasangan"], key=key, purpose="penelaah")
    double = is_double(pairs["id_pasangan"], settings, key=key)
    part = pd.Series(np.where(double, BOTH, np.where(lot < 0.5, *REVIEWERS)), index=pairs.index, dtype="str")
    words = latest_words(decisions)
    number = pd.MultiIndex.from_frame(pairs[PAIR])
    spoken = words.groupby(PAIR)["by"].nunique().reindex(number, fill_value=0).to_numpy()
    named = [folded(pd.Series([name], dtype="str")).iloc[0] for name in settings.reviewers]
    enough = part.mask(spoken >= part.str.len(), "")
    part = _left_for(part, words, named, number) if all(named) else enough
    table = verdicts(decisions).table
    contested = pd.MultiIndex.from_frame(table.loc[table["putusan"] == Verdict.CONTESTED, PAIR])
    return part.mask(number.isin(contested), ARBITER)


def _left_for(part: pd.Series, words: pd.DataFrame, named: list[str], number: pd.MultiIndex) -> pd.Series:
    """Return the parts less the named reviewers who judged; who cannot tell leaves the pair to the other."""
    met, unsure = (
        [
            number.isin(pd.MultiIndex.from_frame(words.loc[(words["by"] == name) & said, PAIR]))
            for name in named
        ]
        for said in (words["said"] != "", words["said"] == PairDecision.UNSURE)
    )
    left = pd.Series("", index=part.index, dtype="str")
    for me, letter in enumerate(REVIEWERS):
        gets = (part.str.contains(letter, regex=False) | unsure[1 - me]) & ~met[me]
        left = left.mask(gets, left + letter)
    return left


def is_double(ids: pd.Series, settings: ReviewSettings, *, key: bytes) -> "pd.Series[bool]":
    """Return which pairs two reviewers judge: a share of all by lot with a key, whatever the other pairs."""
    return pd.Series(keyed_shares(ids, key=key, purpose="ganda") < settings.double_share, index=ids.index)


def review_people(pairs: pd.DataFrame, members: pd.DataFrame | Stacked) -> pd.DataFrame:
    """Return REVIEW_PEOPLE of REVIEW_PAIRS: the head as the family's own row has it, then MEMBERS."""
    asked = pd.concat([pairs[f"record_{side}"] for side in SIDES])
    others = members[["record_id", "registry", *_PERSON]]
    others = others[among(others["record_id"], asked)]
    others = others[(others["hubungan"] != Relationship.HEAD) | others["hubungan"].isna()]
    parts = []
    for side in SIDES:
        heads = pairs[["id_pasangan", *(f"{name}_{side}" for name in _PERSON[:-1])]]
        heads = heads.set_axis(["id_pasangan", *_PERSON[:-1]], axis="columns")
        own = pairs[["id_pasangan", f"record_{side}"]].set_axis(["id_pasangan", "record_id"], axis="columns")
        rest = own.merge(others[others["registry"] == side], on="record_id")
        parts += [
            heads.assign(hubungan=Relationship.HEAD.value, sisi=side, first=0),
            rest[["id_pasangan", *_PERSON]].assign(sisi=side, first=1),
        ]
    people = pd.concat(parts, ignore_index=True)
    # who has nothing written about him but his row is nobody to compare
    people = people.dropna(subset=["nama", "nik", "tanggal_lahir"], how="all")
    order = ["id_pasangan", "sisi", "first", "tanggal_lahir", "nama", "nik", "jenis_kelamin", "hubungan"]
    people = people.sort_values(order, ignore_index=True)
    return REVIEW_PEOPLE.build(people[REVIEW_PEOPLE.names])


def contested_pairs(decisions: pd.DataFrame, reconciled: pd.DataFrame, *, key: bytes) -> pd.DataFrame:
    """Return CONTESTED of DECISIONS, with the households of RECONCILED that the records stand in now."""
    table = verdicts(decisions).table
    table = table[table["putusan"] == Verdict.CONTESTED].reset_index(drop=True)
    table["id_pasangan"] = pair_ids(table["record_p3ke"], table["record_bps"], key=key)
    for side in SIDES:
        told = looked_up(table[f"record_{side}"], reconciled[f"record_id_{side}"], reconciled["id_rekon"])
        table[f"id_rekon_{side}"] = told
    table["kode_desa"] = looked_up(table["id_rekon_p3ke"], reconciled["id_rekon"], reconciled["kode_desa"])
    return CONTESTED.build(table[CONTESTED.names].sort_values("id_pasangan"))


def waiting(pairs: pd.DataFrame, decisions: pd.DataFrame, *, by: str, role: ReviewRole) -> pd.DataFrame:
    """Return the REVIEW_PAIRS that are to be shown to ``by``, in their order.

    Reviewers get the pairs that fewer people judged than were meant to, and those that the others could not
    tell; an arbiter those that reviewers disagree on. Nobody gets a pair that they judged, in either part.
    """
    number = pd.MultiIndex.from_frame(pairs[PAIR])
    own = decisions[folded(decisions["oleh"]) == folded(pd.Series([by], dtype="str")).iloc[0]]
    met = number.isin(pd.MultiIndex.from_frame(own[PAIR]))
    table = verdicts(decisions).table.set_index(PAIR).reindex(number)
    contested = (table["putusan"] == Verdict.CONTESTED).to_numpy()
    if role is ReviewRole.ARBITER:
        return pairs[contested & ~met].reset_index(drop=True)
    said = table[["n_sama", "n_beda", "n_ragu"]].fillna(0).sum(axis="columns").to_numpy(dtype="int64")
    wanted = np.where(pairs["penelaah"] == BOTH, 2, 1)
    unsure = (table["putusan"] == Verdict.UNSURE).to_numpy()
    open_to_all = (pairs["penelaah"] != ARBITER).to_numpy() & ~contested
    return pairs[open_to_all & ((said < wanted) | unsure) & ~met].reset_index(drop=True)
