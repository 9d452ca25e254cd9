"""The questions of a visit as QField asks them."""

from collections.abc import Iterator

import pytest

from geo.forms import Box, Field
from geo.visit_form import KEYS, TOLD, asked, questions, visit_fields, visit_tabs
from reconcile.resurvey.form import load_form
from reconcile.tables import RETURNS
from reconcile.vocab import Language

FORM = load_form()


def fields(*, points: bool = True, language: Language = Language.INDONESIAN) -> dict[str, Field]:
    made = visit_fields(FORM, run="2026-03-31-0a", villages="Desa", points=points, language=language)
    return {one.name: one for one in made}


def held(boxes: tuple[str | Box, ...] | list[Box]) -> Iterator[str]:
    for one in boxes:
        if isinstance(one, Box):
            yield from held(one.holds)
        else:
            yield one


def test_every_question_of_a_phone_is_a_field_and_stands_in_the_form_once() -> None:
    wanted = [name for name, one in FORM.questions.items() if one.phone or name in ("lintang", "bujur")]
    assert list(questions(FORM)) == wanted
    assert list(fields()) == [*KEYS, *TOLD, *wanted]
    assert sorted(held(visit_tabs(FORM, Language.INDONESIAN))) == sorted([*TOLD, *wanted])
    # what comes back has a place in the returned table
    assert {"id_tugas", "kode_desa", "jalan", "formulir", *wanted} <= set(RETURNS.names)


@pytest.mark.parametrize("language", list(Language))
def test_questions_are_headed_by_their_label(language: Language) -> None:
    made = fields(language=language)
    assert all(made[name].title == one.label[language] for name, one in questions(FORM).items())
    # a column that has no words would be headed by its own name
    assert [name for name, one in made.items() if one.title == name] == []


MET = "coalesce(\"hasil\", '') IN ('ditemukan', 'pindah_dalam')"


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("hasil", ""),
        ("jumlah_anggota", MET),
        ("ganda_dengan", "coalesce(\"hasil\", '') IN ('ganda')"),
        # QField does not empty what is no longer seen: the condition holds the whole chain
        ("alasan_tidak_layak", f"coalesce(\"masih_miskin\", '') IN ('tidak') AND {MET}"),
    ],
)
def test_when_a_question_is_asked(name: str, condition: str) -> None:
    assert asked(FORM, name) == condition
    opened = [
        box.seen_if
        for tab in visit_tabs(FORM, Language.INDONESIAN)
        for box in tab.holds
        if isinstance(box, Box) and name in box.holds
    ]
    assert opened == ([condition] if condition else [])


@pytest.mark.parametrize(
    ("name", "widget", "hard"),
    [
        ("hasil", "ValueMap", False),
        ("tanggal", "DateTime", False),
        ("petugas", "TextEdit", False),
        ("nik_perbaikan", "TextEdit", True),
        ("tanggal_lahir_perbaikan", "DateTime", True),
        ("rt_perbaikan", "Range", True),
        # wanted, but a form that is half filled in can be saved
        ("jumlah_anggota", "Range", False),
        ("foto_rumah", "ExternalResource", False),
        ("catatan", "TextEdit", False),
        ("uuid", "Hidden", False),
        ("titik_bujur", "Hidden", False),
        ("posisi", "ValueMap", False),
    ],
)
def test_how_a_field_is_edited(name: str, widget: str, hard: bool) -> None:
    one = fields()[name]
    assert (one.widget.kind, one.hard) == (widget, hard)


def test_what_is_told_and_where_the_house_is_are_not_typed() -> None:
    made = fields()
    assert [name for name, one in made.items() if not one.editable] == [*TOLD, "lintang", "bujur"]


def test_a_table_without_geometry_asks_nothing_of_one() -> None:
    spoken = [one.default for one in fields(points=False).values()]
    assert not any("$geometry" in default or "overlay" in default for default in spoken)
    assert any("@gnss_coordinate" in default for default in spoken)
