"""The catalogue holds every sentence, in both languages, and the code asks for none that it does not hold."""

import ast
import re
from collections.abc import Iterator
from string import Formatter

import pytest
from our_code import SOURCES, called, name_of, nodes

from reconcile.errors import Fault
from reconcile.language import CATALOGUE, describe, entries, text
from reconcile.resources import read_yaml, yaml_names
from reconcile.vocab import Language, Reason

FAULT = re.compile(r"(E|W|GEO|SAMPLE)_[A-Z0-9_]*[A-Z0-9]")
NIK = "6402065705800001"
PLACE = {"file", "sheet", "row", "column"}
FAULTS = sorted(key for key in entries() if FAULT.fullmatch(key))


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def wanted(code: str) -> set[str]:
    """Return every field of the sentences of a code, in both languages."""
    return set().union(*(fields(sentence) for sentence in entries()[code].values()))


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """Return every call of one of ``names`` in the packages, with where it stands."""
    last = {name.rpartition(".")[2] for name in names}
    for path in SOURCES:
        for node in nodes(path):
            # the last name first: to write a call out as text takes its time
            if (
                isinstance(node, ast.Call)
                and node.args
                and called(node) in last
                and ast.unparse(node.func) in names
            ):
                yield f"{name_of(path)}:{node.lineno}", node


def literals(node: ast.expr) -> list[str]:
    """Return the keys that an argument may be, its unknown parts as ``*``; none when it is a variable."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    if isinstance(node, ast.JoinedStr):
        parts = [str(p.value) if isinstance(p, ast.Constant) else "*" for p in node.values]
        return ["".join(parts)]
    if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant):
        return [f"{node.left.value}*"]
    return []


def test_an_entry_has_both_languages_and_nothing_unknown() -> None:
    kinds = ({"id", "en"}, {"id", "en", "fix_id", "fix_en"})
    assert [key for key, entry in entries().items() if set(entry) not in kinds] == []


def test_no_sentence_is_empty() -> None:
    assert [key for key, entry in entries().items() if not all(s.strip() for s in entry.values())] == []


@pytest.mark.parametrize(("one", "other"), [("id", "en"), ("fix_id", "fix_en")])
def test_both_languages_fill_in_the_same_fields(one: str, other: str) -> None:
    told = {key: (entry[one], entry[other]) for key, entry in entries().items() if one in entry}
    assert [key for key, (a, b) in told.items() if fields(a) != fields(b)] == []


def test_a_fault_says_what_to_do_in_whole_sentences() -> None:
    parts = [(key, part) for key in FAULTS for part in ("id", "en", "fix_id", "fix_en")]
    told = {(key, part): entries()[key].get(part, "") for key, part in parts}
    assert [which for which, said in told.items() if not said.endswith((".", "`", "`."))] == []


def test_nothing_but_a_fault_has_a_remedy() -> None:
    assert [key for key, entry in entries().items() if "fix_id" in entry and key not in FAULTS] == []


def test_the_code_asks_for_no_sentence_that_is_not_there() -> None:
    asked = [
        (where, key)
        for where, call in calls("text", "Fault.of", "Fault")
        for key in literals(call.args[0])
        if key not in entries()
    ]
    patterns = [(where, key, re.compile(re.escape(key).replace(r"\*", ".+"))) for where, key in asked]
    assert [(w, key) for w, key, pattern in patterns if not any(map(pattern.fullmatch, entries()))] == []


def test_every_code_that_stands_in_the_code_has_a_sentence() -> None:
    named = {
        (node.value, name_of(path))
        for path in SOURCES
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and FAULT.fullmatch(node.value)
    }
    assert len(named) > 100
    assert sorted((code, file) for code, file in named if code not in entries()) == []


def test_a_fault_is_raised_with_every_field_of_its_sentence() -> None:
    raised = [
        (where, key, {word.arg for word in call.keywords})
        for where, call in calls("Fault.of")
        for key in literals(call.args[0])
        if "*" not in key and all(word.arg for word in call.keywords)
    ]
    assert len(raised) > 100
    missing = [(where, code, wanted(code) - PLACE - given) for where, code, given in raised]
    assert [one for one in missing if one[2]] == []


def test_every_reason_to_set_aside_has_a_sentence_that_needs_no_value() -> None:
    kinds = {reason.value: set(entries()[reason.value]) for reason in Reason}
    assert [code for code, parts in kinds.items() if parts != {"id", "en", "fix_id", "fix_en"}] == []
    assert [code for code in kinds if wanted(code)] == []


def test_a_key_stands_in_one_file() -> None:
    assert sum(len(read_yaml(CATALOGUE, name)) for name in yaml_names(CATALOGUE)) == len(entries())


PARENT = Fault.of("E_NO_PARENT", level="kecamatan", area="64.02.06")
EMPTY = {"id": "Berkas ini kosong. Minta kiriman ulang dari pengirimnya. [E_EMPTY_FILE]"}
EMPTY["en"] = "This file is empty. Ask the sender to deliver it again. [E_EMPTY_FILE]"
DESCRIBED = [
    # fault, language, what is told
    (Fault.of("E_EMPTY_FILE"), "id", EMPTY["id"]),
    (Fault.of("E_EMPTY_FILE"), "en", EMPTY["en"]),
    (Fault.of("E_EMPTY_FILE", file="a.csv"), "en", f"a.csv: {EMPTY['en']}"),
    # a file name with braces is printed, never filled in
    (Fault.of("E_EMPTY_FILE", file="{row}.csv", row=3), "id", f"{{row}}.csv, baris 3: {EMPTY['id']}"),
    (
        Fault.of("E_EMPTY_FILE", file="a.xlsx", sheet="Isi", row=7, column="nik"),
        "id",
        f"a.xlsx, lembar Isi, baris 7, kolom nik: {EMPTY['id']}",
    ),
    (
        Fault.of("E_EMPTY_FILE", file="a.xlsx", sheet="Isi", row=7, column="nik"),
        "en",
        f"a.xlsx, sheet Isi, row 7, column nik: {EMPTY['en']}",
    ),
    (
        PARENT,
        "id",
        entries()["E_NO_PARENT"]["id"].replace("{level}", "kecamatan").replace("{area}", "64.02.06"),
    ),
]


@pytest.mark.parametrize(("fault", "language", "told"), DESCRIBED)
def test_a_fault_is_told_with_place_and_remedy(fault: Fault, language: str, told: str) -> None:
    assert describe(fault, Language(language)).startswith(told)


@pytest.mark.parametrize("language", Language)
def test_a_description_prints_the_fields_of_its_sentence_and_nothing_else(language: Language) -> None:
    for code in FAULTS:
        fillable = wanted(code) - PLACE
        given = {name: f"<{name}>" for name in fillable}
        told = describe(Fault.of(code, file="a.csv", row=7, **given, besides=NIK), language)
        assert NIK not in told, code
        assert set(re.findall(r"<(\w+)>", told)) <= fillable, code
        assert told.startswith("a.csv, "), code
        assert told.endswith(f" [{code}]")
        assert not fields(told), code


def test_an_unknown_key_is_an_error_and_no_empty_sentence() -> None:
    with pytest.raises(KeyError):
        text("no_such_key", Language.INDONESIAN)
    with pytest.raises(KeyError):
        describe(Fault.of("E_NO_SUCH"), Language.ENGLISH)
