"""Criteria by chance, for properties of their language."""

from __future__ import annotations

from hypothesis import strategies as st

from reconcile.programs.columns import FAMILY_COLUMNS, PERSON_COLUMNS
from reconcile.programs.criteria import All, Between, Compare, Either, Flag, Known, Member, Not

SUBJECTS = {subject.name: subject for subject in (*PERSON_COLUMNS, *FAMILY_COLUMNS)}
NUMBERS = [s.name for s in SUBJECTS.values() if s.kind == "whole"]
WORDS = [s.name for s in SUBJECTS.values() if s.words]
YES_NO = [s.name for s in SUBJECTS.values() if s.kind == "yesno"]
FEW = st.integers(0, 70)


@st.composite
def words_tested(draw: st.DrawFn) -> Compare | Member:
    subject = SUBJECTS[draw(st.sampled_from(WORDS))]
    if draw(st.booleans()):
        return Member(subject.name, tuple(draw(st.lists(st.sampled_from(subject.words), min_size=1))))
    operators = ["=", "!="] if subject.kind == "choice" else ["=", "!=", "<", "<=", ">", ">="]
    word = draw(st.sampled_from(subject.words))
    return Compare(subject.name, draw(st.sampled_from(operators)), word)


LEAVES = st.one_of(
    st.builds(Flag, st.sampled_from(YES_NO)),
    st.builds(Known, st.sampled_from(list(SUBJECTS))),
    st.builds(Between, st.sampled_from(NUMBERS), FEW, FEW),
    st.builds(Compare, st.sampled_from(NUMBERS), st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), FEW),
    st.builds(Member, st.sampled_from(NUMBERS), st.lists(FEW, min_size=1, max_size=4).map(tuple)),
    words_tested(),
)


def _grown(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(All, several), st.builds(Either, several))


CRITERIA = st.recursive(LEAVES, _grown, max_leaves=8)
