"""The language of criteria: it reads what offices write, and nothing else."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from program_criteria import CRITERIA

from reconcile.programs.columns import check, columns_of
from reconcile.programs.criteria import (
    All,
    Between,
    Compare,
    CriterionError,
    Either,
    Flag,
    Known,
    Member,
    Not,
    leaves,
    parse,
    show,
)
from reconcile.programs.vocab import Unit

READ = [
    ("desil <= 4", Compare("desil", "<=", 4)),
    ("DESIL ≤ 4", Compare("desil", "<=", 4)),
    ("desil<>4", Compare("desil", "!=", 4)),
    ("punya_lansia", Flag("punya_lansia")),
    ("punya_lansia = ya", Flag("punya_lansia")),
    ("punya_lansia = tidak", Not(Flag("punya_lansia"))),
    ("punya_lansia != yes", Not(Flag("punya_lansia"))),
    ("tidak punya_lansia", Not(Flag("punya_lansia"))),
    ("bukan not punya_lansia", Not(Not(Flag("punya_lansia")))),
    ("umur antara 18 dan 59", Between("umur", 18, 59)),
    ("umur between 18 and 59", Between("umur", 18, 59)),
    ("pekerjaan termasuk (petani, Nelayan)", Member("pekerjaan", ("petani", "nelayan"))),
    ("pekerjaan not in (petani)", Not(Member("pekerjaan", ("petani",)))),
    ("pekerjaan diketahui", Known("pekerjaan")),
    ("pekerjaan is unknown", Not(Known("pekerjaan"))),
    ("pekerjaan is not known", Not(Known("pekerjaan"))),
    ("kode_kab termasuk (64.02, 64.07)", Member("kode_kab", ("64.02", "64.07"))),
    ("kode_desa = 64.02.05.2003", Compare("kode_desa", "=", "64.02.05.2003")),
    (
        "desil = 1 atau desil = 2 dan punya_lansia",
        Either((Compare("desil", "=", 1), All((Compare("desil", "=", 2), Flag("punya_lansia"))))),
    ),
    (
        "(desil = 1\n or desil = 2) and punya_lansia",
        All((Either((Compare("desil", "=", 1), Compare("desil", "=", 2))), Flag("punya_lansia"))),
    ),
    ("umur antara 18 dan 59 dan desil = 1", All((Between("umur", 18, 59), Compare("desil", "=", 1)))),
]


@pytest.mark.parametrize(("text", "node"), READ, ids=[text for text, _ in READ])
def test_what_is_written_is_understood(text: str, node: object) -> None:
    assert parse(text) == node


LETTERS = {
    "nothing": "",
    "blanks": "   ",
    "a call": "__import__('os').system('id')",
    "an attribute": "desil.__class__",
    "a subscript": "desil[0]",
    "a lambda": "lambda: 1",
    "a formula": '=cmd|"/c calc"!A1',
    "a format field": "{desil.__init__}",
    "a string": "'a' = 'a'",
    "two statements": "desil = 1; desil = 2",
    "SQL": "desil = 1 -- x",
    "a comment": "desil = 1 # x",
    "NUL": "desil\0 = 1",
    "an escape": "desil \x1b[2J = 1",
    "Cyrillic letters": "dеsil = 1",
    "full-width letters": "ｄesil = 1",
    "a soft hyphen": "de\u00adsil = 1",
    "a text turned round": "\u202edesil = 1",
    "a no-break space": "desil\u00a0= 1",
    "Arabic digits": "desil = ١",
    "a combining accent": "désil = 1",
    "an exponent": "desil = 1e9",
    "a huge number": "desil = 99999999999999999999",
    "a negative number": "desil = -1",
    "a decimal": "desil = 1.5",
    "half a criterion": "desil <=",
    "a chain": "1 < desil < 4",
    "an order of yes and no": "punya_lansia < ya",
    "a list of yes and no": "punya_lansia termasuk (ya, tidak)",
    "an empty list": "pekerjaan termasuk ()",
    "open brackets": "(desil = 1",
    "a word of the language as a column": "dan = 1",
    "a very long name": "a" * 41,
}


@pytest.mark.parametrize("text", LETTERS.values(), ids=LETTERS)
def test_what_is_no_criterion_is_refused(text: str) -> None:
    with pytest.raises(CriterionError) as refused:
        parse(text)
    assert refused.value.fault == "criteria_syntax"
    # nothing of what was written is repeated
    assert set(refused.value.details) == {"at"}
    assert 0 <= int(refused.value.details["at"]) <= len(text) + 1


SIZES = {
    "a hundred million signs": "a" * 10**8,
    "deep brackets": "(" * 100_000 + "desil = 1" + ")" * 100_000,
    "deep negation": "not " * 400 + "punya_lansia",
    "deep negation in brackets": "not (" * 300 + "punya_lansia" + ")" * 300,
    "repeated terms": "desil = 1 dan " * 10**6,
    "deep alternation": "(desil=1 atau " * 60 + "(desil=1 dan " * 60 + "desil=1" + ")" * 120,
}


@pytest.mark.parametrize("text", SIZES.values(), ids=SIZES)
def test_size_is_bounded_and_so_is_time(text: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(CriterionError) as refused:
        parse(text)
    assert refused.value.fault == "criteria_size"
    assert time.perf_counter() - begun < 1


def test_the_longest_criterion_allowed_is_read_at_once() -> None:
    text = " dan ".join(["desil = 1"] * 142)
    begun = time.perf_counter()
    assert len(list(leaves(parse(text)))) == 142
    assert parse("(" * 900 + "desil = 1" + ")" * 900) == Compare("desil", "=", 1)
    assert time.perf_counter() - begun < 1


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        node = parse(text)
    except CriterionError:
        return
    assert parse(show(node)) == node


@settings(deadline=None)
@given(CRITERIA)
def test_what_is_written_back_is_the_same_criterion(node: Not) -> None:
    assert parse(show(node)) == node
    check(node, columns_of(Unit.PERSON))


WRONG = [
    # criterion, fault, what is said
    ("dezil <= 4", "criteria_column", {"nearest": "desil"}),
    ("penghasilan <= 4", "criteria_column", {"nearest": "pe"}),
    ("hamil", "criteria_column", {"nearest": ""}),
    ("desil = petani", "criteria_type", {"column": "desil", "kind": "whole"}),
    ("desil <= umur", "criteria_type", {"column": "desil"}),
    ("desil", "criteria_type", {"column": "desil", "kind": "whole"}),
    ("desil termasuk (1, dua)", "criteria_type", {"column": "desil"}),
    ("punya_lansia = 1", "criteria_type", {"column": "punya_lansia", "kind": "yesno"}),
    ("punya_lansia >= 1", "criteria_type", {"column": "punya_lansia"}),
    ("pekerjaan = petni", "criteria_value", {"column": "pekerjaan", "nearest": "petani, "}),
    ("pekerjaan termasuk (petani, guru)", "criteria_value", {"column": "pekerjaan"}),
    ("pekerjaan < petani", "criteria_type", {"column": "pekerjaan", "kind": "choice"}),
    ("pekerjaan = 3", "criteria_value", {"column": "pekerjaan"}),
    ("pekerjaan antara 1 dan 3", "criteria_type", {"column": "pekerjaan"}),
    ("pendidikan <= smk", "criteria_value", {"column": "pendidikan", "nearest": "smp"}),
    ("kode_kab = 64.02.05", "criteria_type", {"column": "kode_kab", "kind": "area"}),
    ("kode_kab = kukar", "criteria_type", {"column": "kode_kab", "kind": "area"}),
    ("kode_desa = 64", "criteria_type", {"column": "kode_desa"}),
    ("desil <= 4 dan bukan (punya_lansia atau dezil = 1)", "criteria_column", {"nearest": "desil"}),
]


@pytest.mark.parametrize(("text", "fault", "said"), WRONG, ids=[w[0] for w in WRONG])
def test_what_speaks_of_nothing_known_is_told_what_is(text: str, fault: str, said: dict[str, str]) -> None:
    with pytest.raises(CriterionError) as refused:
        check(parse(text), columns_of(Unit.PERSON))
    assert refused.value.fault == fault
    for name, begin in said.items():
        assert refused.value.details[name].startswith(begin)


def test_a_closed_vocabulary_with_an_order_is_compared_by_it() -> None:
    check(parse("pendidikan <= smp"), columns_of(Unit.PERSON))


def test_columns_of_persons_are_none_of_families() -> None:
    with pytest.raises(CriterionError):
        check(parse("umur >= 18"), columns_of(Unit.FAMILY))
