"""One form: the source that reads answers, the returned table and the form of a visit say the same."""

import pytest

from reconcile.resurvey.form import load_form
from reconcile.resurvey.village_book import LIST_SHEET, NEW_SHEET, locked_columns
from reconcile.resurvey.xlsform import survey
from reconcile.sources.headers import Known, fold_heading
from reconcile.sources.parsers import PARSERS
from reconcile.sources.parsing.choices import fold
from reconcile.sources.spec import load_source
from reconcile.tables import PROVENANCE, RETURNS
from reconcile.vocab import FieldForm, Language, VisitResult

FORM, SPEC = load_form(), load_source("visit_returns")
KNOWN = Known(SPEC)


def test_the_source_reads_every_column_of_the_returned_table() -> None:
    own = [name for name in RETURNS.names if name not in {column.name for column in PROVENANCE}]
    assert list(SPEC.fields) == own
    assert [name for name in own if name in FORM.questions] == list(FORM.questions)


@pytest.mark.parametrize("name", FORM.questions)
def test_a_question_is_found_by_its_name_and_both_labels(name: str) -> None:
    asked = FORM.questions[name]
    headings = {fold_heading(heading) for heading in SPEC.fields[name].headings}
    assert headings == {fold_heading(word) for word in (name, *asked.label.values())}
    kind = {"choice": "text", "photo": "text", "digits16": "text", "decimal": "number"}.get(
        asked.type, asked.type
    )
    assert PARSERS[SPEC.fields[name].parse].kind == kind
    assert SPEC.fields[name].required == asked.required


@pytest.mark.parametrize("name", [name for name, one in FORM.questions.items() if one.choices])
def test_a_choice_is_read_as_value_or_label(name: str) -> None:
    listed = FORM.choices[FORM.questions[name].choices]
    expected = {fold(word): value for value, words in listed.items() for word in (value, *words.values())}
    assert {fold(word): value for word, value in SPEC.fields[name].table.items()} == expected


def test_results_and_forms_are_the_closed_lists() -> None:
    assert set(FORM.choices["hasil"]) == set(VisitResult)
    assert set(SPEC.fields["formulir"].table.values()) == set(FieldForm)


def test_groups_may_stand_in_front_of_a_heading() -> None:
    for name, words in FORM.groups.items():
        for group in (name, *words.values()):
            for sign in ("/", "-", " / "):
                assert KNOWN.fold(f"{group}{sign}Tanggal kunjungan") == fold_heading("Tanggal kunjungan")


@pytest.mark.parametrize("language", Language)
def test_what_the_list_says_is_read_or_passed_over(language: Language) -> None:
    for column in locked_columns(language):
        target = KNOWN.targets.get(KNOWN.fold(column.title))
        assert target == ((("id_tugas", 0),) if column.key == "id_tugas" else None), column.title
        assert target or KNOWN.ignores(KNOWN.fold(column.title)), column.title
    assert not {fold_heading(LIST_SHEET), fold_heading(NEW_SHEET)} & set(
        map(fold_heading, SPEC.ignore_sheets)
    )


def test_what_the_phone_asks_is_read_or_passed_over() -> None:
    """A heading of an export is the name, or the label in a language, with its groups in front or not."""
    table = survey(FORM, "2026-03-31-0123456789")
    asked = table[~table["type"].str.contains("group|note")]
    labels = [asked[column].dropna() for column in asked if column.startswith("label::")]
    headings = [*asked["name"], *(heading for column in labels for heading in column)]
    assert [heading for heading in headings if not KNOWN.knows(heading)] == []
    groups = table[table["type"] == "begin_group"]
    words = [*groups["name"], *(w for c in groups if c.startswith("label::") for w in groups[c].dropna())]
    assert [word for word in words if KNOWN.fold(f"{word}/hasil") != "hasil"] == []
