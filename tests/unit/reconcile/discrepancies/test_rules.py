"""Every rule against its cases (tests/finding_cases.py): findings, their sides, and nobody's identity."""

import re
from dataclasses import replace

import pytest
from _pytest.mark import ParameterSet
from finding_cases import CASES, ENGLISH
from finding_world import RULE, Case, contexts_of, evidence

from reconcile.discrepancies.context import Context
from reconcile.language import entries
from reconcile.vocab import Language

#: The first hit of each rule.
HITS = list({case.code: case for case in reversed(CASES) if case.said}.values())
#: Rules that compare the two sides of an accepted pair.
PAIR_RULES = {"I06", "I10", "I11", "W05", "E04", "E05", "D01", "D05", "B04"}
#: Rules that are not the same the other way round: they name a registry, or measure each by its own range.
ONE_WAY = {"K01", "K02", "D02", "W03", "T01", "T02", "T03", "P05", "AR01", "G06"}

MIRRORED = [case.mirrored() for case in HITS if case.code not in ONE_WAY]
UNPAIRED = [
    replace(case, tried=f"{case.tried}: {status}", status=status)
    for case in HITS
    if case.code in PAIR_RULES
    for status in (None, "tinjau")
]
CLEAN = Case("", "clean", lists={"decrees": ({"kode_wilayah": "64.02"},)})
EVERY = [*CASES, *MIRRORED, *UNPAIRED, CLEAN]


@pytest.fixture(scope="module")
def contexts() -> list[Context]:
    """Return the context of each of EVERY."""
    return contexts_of(EVERY)


@pytest.fixture
def context(contexts: list[Context], place: int) -> Context:
    return contexts[place]


def told(cases: list[Case], first: int = 0) -> list[ParameterSet]:
    """Return each case with its place in EVERY; ``first`` is the place of the first one."""
    return [
        pytest.param(case, place, id=f"{case.code} {case.tried}") for place, case in enumerate(cases, first)
    ]


@pytest.mark.parametrize(("case", "place"), told(CASES))
def test_a_rule_finds_this_and_nothing_else(case: Case, context: Context) -> None:
    assert evidence(case.code, context) == sorted(case.said)


@pytest.mark.parametrize(("case", "place"), told(MIRRORED, len(CASES)))
def test_evidence_stands_on_the_side_that_it_is_about(case: Case, context: Context) -> None:
    assert evidence(case.code, context) == sorted(case.said)


@pytest.mark.parametrize(("case", "place"), told(UNPAIRED, len(CASES) + len(MIRRORED)))
def test_rules_of_pairs_say_nothing_of_households_without_an_accepted_partner(
    case: Case, context: Context
) -> None:
    assert evidence(case.code, context) == []


@pytest.mark.parametrize(("code", "tried", "said"), ENGLISH, ids=[f"{e[0]} {e[1]}" for e in ENGLISH])
def test_evidence_speaks_english_too(
    contexts: list[Context], code: str, tried: str, said: list[tuple[str, str]]
) -> None:
    place = next(n for n, case in enumerate(CASES) if (case.code, case.tried) == (code, tried))
    assert evidence(code, replace(contexts[place], language=Language.ENGLISH)) == sorted(said)


@pytest.mark.parametrize("language", Language)
def test_every_word_of_evidence_is_said_by_a_case(language: Language) -> None:
    told = [case.said for case in CASES] if language == Language.INDONESIAN else [e[2] for e in ENGLISH]
    shown = [side for said in told for pair in said for side in pair]
    for key, entry in entries().items():
        pattern = re.sub(r"\\{\w+\\}", ".+", re.escape(entry[language]))
        assert not key.startswith("evidence_") or any(re.search(pattern, side) for side in shown), key


@pytest.mark.parametrize("code", RULE)
def test_every_rule_has_hits_and_misses(code: str) -> None:
    assert {bool(case.said) for case in CASES if case.code == code} == {True, False}


def test_every_case_is_of_a_rule_and_stands_once() -> None:
    assert {case.code for case in CASES} == set(RULE)
    assert len({(case.code, case.tried) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("code", RULE)
def test_a_pair_without_fault_is_no_finding(contexts: list[Context], code: str) -> None:
    assert evidence(code, contexts[-1]) == []


@pytest.mark.parametrize(("case", "place"), told(CASES))
def test_no_evidence_shows_who_it_is_about(case: Case, context: Context) -> None:
    people = [context.households, context.members]
    names = {word for table in people for name in table["nama"].dropna() for word in name.split()}
    days = {day for table in people for day in table["tanggal_lahir"].dropna()}
    birth = {f"{day:{form}}" for day in days for form in ("%Y-%m-%d", "%d/%m/%Y", "%d%m%y", "%Y")}
    shown = " | ".join(" | ".join(said) for said in case.said).upper()
    assert not names & set(re.findall(r"\w+", shown))
    assert not any(day in shown for day in birth)
    # a NIK or KK number has 16 digits, a village code ten
    assert not re.search(r"\d{11}", shown)
