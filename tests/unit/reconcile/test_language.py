"""The catalogue holds every sentence, in both languages, and the code asks for none that it does not hold."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import flows
import geo
import reconcile
from reconcile.errors import Fault
from reconcile.language import CATALOGUE, describe, entries, text
from reconcile.resources import read_yaml, yaml_names
from reconcile.vocab import Language, Reason

SOURCES = sorted(
    path for package in (flows, geo, reconcile) for path in Path(str(package.__file__)).parent.rglob("*.py")
)
FAULT = re.compile(r"(E|W|GEO|SAMPLE)_[A-Z0-9_]*[A-Z0-9]")
NIK = "6402065705800001"
PLACE = {"file", "sheet", "row", "column"}
FAULTS = sorted(key for key in entries() if FAULT.fullmatch(key))


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """Return every call of one of ``names`` in the packages, with where it stands."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in names and node.args:
                yield f"{path.parent.name}/{path.name}:{node.lineno}", node


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


ASKED = [
    pytest.param(key, id=f"{where} {key}")
    for where, call in calls("text", "Fault.of", "Fault")
    for key in literals(call.args[0])
]
RAISED = [
    pytest.param(key, {word.arg for word in call.keywords}, id=f"{where} {key}")
    for where, call in calls("Fault.of")
    for key in literals(call.args[0])
    if "*" not in key and all(word.arg for word in call.keywords)
]
NAMED = sorted(
    {
        (node.value, path.name)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and FAULT.fullmatch(node.value)
    }
)


def test_an_entry_has_both_languages_and_nothing_unknown() -> None:
    kinds = ({"id", "en"}, {"id", "en", "fix_id", "fix_en"})
    assert [key for key, entry in entries().items() if set(entry) not in kinds] == []


def test_no_sentence_is_empty() -> None:
    assert [key for key, entry in entries().items() if not all(s.strip() for s in entry.values())] == []


@pytest.mark.parametrize(("one", "other"), [("id", "en"), ("fix_id", "fix_en")])
def test_both_languages_fill_in_the_same_fields(one: str, other: str) -> None:
    told = {key: (entry[one], entry[other]) for key, entry in entries().items() if one in entry}
    assert [key for key, (a, b) in told.items() if fields(a) != fields(b)] == []


@pytest.mark.parametrize("key", FAULTS)
def test_a_fault_says_what_to_do_in_whole_sentences(key: str) -> None:
    for part in ("id", "en", "fix_id", "fix_en"):
        assert entries()[key][part].endswith((".", "`", "`.")), part


def test_nothing_but_a_fault_has_a_remedy() -> None:
    assert [key for key, entry in entries().items() if "fix_id" in entry and key not in FAULTS] == []


@pytest.mark.parametrize("key", ASKED)
def test_the_code_asks_for_no_sentence_that_is_not_there(key: str) -> None:
    pattern = re.compile(re.escape(key).replace(r"\*", ".+"))
    assert any(pattern.fullmatch(known) for known in entries())


@pytest.mark.parametrize(("code", "file"), NAMED)
def test_every_code_that_stands_in_the_code_has_a_sentence(code: str, file: str) -> None:
    assert code in entries()


@pytest.mark.parametrize(("code", "given"), RAISED)
def test_a_fault_is_raised_with_every_field_of_its_sentence(code: str, given: set[str]) -> None:
    wanted = set().union(*(fields(sentence) for sentence in entries()[code].values()))
    assert wanted - PLACE <= given


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_to_set_aside_has_a_sentence_that_needs_no_value(reason: Reason) -> None:
    entry = entries()[reason.value]
    assert {"id", "en", "fix_id", "fix_en"} == set(entry)
    assert not set().union(*(fields(sentence) for sentence in entry.values()))


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
@pytest.mark.parametrize("code", FAULTS)
def test_a_description_prints_the_fields_of_its_sentence_and_nothing_else(
    code: str, language: Language
) -> None:
    wanted = set().union(*(fields(sentence) for sentence in entries()[code].values())) - PLACE
    given = {name: f"<{name}>" for name in wanted}
    told = describe(Fault.of(code, file="a.csv", row=7, **given, besides=NIK), language)
    assert NIK not in told
    assert set(re.findall(r"<(\w+)>", told)) <= wanted
    assert told.startswith("a.csv, ")
    assert told.endswith(f" [{code}]")
    assert not fields(told)


def test_an_unknown_key_is_an_error_and_no_empty_sentence() -> None:
    with pytest.raises(KeyError):
        text("no_such_key", Language.INDONESIAN)
    with pytest.raises(KeyError):
        describe(Fault.of("E_NO_SUCH"), Language.ENGLISH)
