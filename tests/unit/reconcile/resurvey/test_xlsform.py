"""The sheets of the XLSForm, which nobody writes but the form of a visit."""

import pandas as pd
import phone_world
import pytest

from reconcile.resurvey.form import load_form
from reconcile.resurvey.xlsform import NO_VILLAGE, choices, families, settings, survey
from reconcile.sources.headers import Known
from reconcile.sources.spec import load_source
from reconcile.tables import RETURNS
from reconcile.vocab import Language

FORM = load_form()
LABELS = {language: f"label::{name}" for language, name in (("id", "Indonesia (id)"), ("en", "English (en)"))}
#: Questions that a phone answers otherwise than by asking.
COMPUTED = {"lintang", "bujur"}


@pytest.fixture(scope="module")
def asked() -> pd.DataFrame:
    sheet = survey(FORM, phone_world.RUN)
    return sheet[~sheet["type"].isin(["begin_group", "end_group"])].set_index("name").fillna("")


def test_a_phone_asks_what_the_form_has_for_phones(asked: pd.DataFrame) -> None:
    wanted = {name for name, one in FORM.questions.items() if one.phone} | COMPUTED
    assert set(FORM.questions) & set(asked.index) == wanted
    assert asked.index.is_unique


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_question_is_asked_in_both_languages(asked: pd.DataFrame, language: str) -> None:
    shown = asked[asked["type"] != "calculate"]
    assert (shown[LABELS[language]] != "").all()
    for name in set(FORM.questions) & set(shown.index):
        assert shown.loc[name, LABELS[language]] == FORM.questions[name].label[Language(language)]


MET = "${hasil} = 'ditemukan' or ${hasil} = 'pindah_dalam'"
ASKED_AS = [
    # question, column, what stands there
    ("hasil", "type", "select_one hasil"),
    ("hasil", "required", "yes"),
    ("hasil", "relevant", ""),
    ("tanggal", "constraint", ". <= today()"),
    ("tanggal", "default", "today()"),
    ("tanggal_lahir_perbaikan", "constraint", ". <= today()"),
    ("tanggal_lahir_perbaikan", "default", ""),
    ("responden", "relevant", MET),
    ("ganda_dengan", "relevant", "${hasil} = 'ganda'"),
    ("nik_perbaikan", "type", "text"),
    ("nik_perbaikan", "appearance", "numbers"),
    ("nik_perbaikan", "constraint", "regex(., '^[0-9]{16}$')"),
    ("rt_perbaikan", "constraint", ". >= 0 and . <= 999"),
    ("jumlah_anggota", "type", "integer"),
    ("jumlah_anggota", "constraint", ". >= 0 and . <= 30"),
    ("jumlah_anggota", "constraint_message::Indonesia (id)", "Isi bilangan 0 sampai 30."),
    ("jumlah_anggota", "constraint_message::English (en)", "Fill in a number from 0 to 30."),
    ("jumlah_anggota", "required", "yes"),
    ("nama_perbaikan", "required", "${pilih_isian} = 'baru'"),
    ("alasan_tidak_layak", "relevant", "${masih_miskin} = 'tidak'"),
    ("foto_rumah", "parameters", "max-pixels=1280"),
    ("lokasi", "type", "geopoint"),
    ("lokasi", "relevant", MET),
    ("pilih_desa", "choice_filter", "kec = ${pilih_kecamatan}"),
    ("pilih_keluarga", "type", "select_one_from_file keluarga.csv"),
    ("pilih_keluarga", "choice_filter", "kode_desa = ${pilih_desa}"),
    ("info_alasan", "calculation", "pulldata('keluarga', 'alasan', 'name', ${id_tugas})"),
    ("jalan", "calculation", f"'{phone_world.RUN}'"),
    ("formulir", "calculation", "'odk'"),
]


@pytest.mark.parametrize(("name", "column", "expected"), ASKED_AS)
def test_how_a_question_is_asked(asked: pd.DataFrame, name: str, column: str, expected: str) -> None:
    assert asked.loc[name, column] == expected


def test_choices_are_those_of_the_form_and_the_areas_of_one_kabupaten() -> None:
    villages = phone_world.villages().iloc[:3]
    listed = choices(FORM, villages, unplaced=True)
    for name, said in FORM.choices.items():
        assert list(listed.loc[listed["list_name"] == name, "name"]) == list(said)
    areas = listed[listed["list_name"] == "desa"].set_index("name")
    assert dict(areas["kec"]) == {
        "64.02.05.2001": "64.02.05",
        "64.02.05.2002": "64.02.05",
        "64.02.06.1001": "64.02.06",
        NO_VILLAGE: NO_VILLAGE,
    }
    assert not listed[list(LABELS.values())].isna().any().any()


def test_without_unplaced_families_there_is_no_place_for_them() -> None:
    assert NO_VILLAGE not in set(choices(FORM, phone_world.villages(), unplaced=False)["name"])


@pytest.mark.parametrize(
    ("language", "title", "spoken"),
    [
        (Language.INDONESIAN, "Verval Paser 2026-TW1", "Indonesia (id)"),
        (Language.ENGLISH, "Visits Paser 2026-TW1", "English (en)"),
    ],
)
def test_the_form_is_named_after_kabupaten_and_period(language: Language, title: str, spoken: str) -> None:
    made = settings(area="Paser", code="64.01", run=phone_world.RUN, period="2026-TW1", language=language)
    told = made.iloc[0]
    assert told["form_title"] == title
    assert told["default_language"] == spoken
    assert (told["form_id"], told["version"]) == ("padan_verval_64_01_2026_TW1", phone_world.RUN)


def test_the_list_names_every_family_once() -> None:
    rows = phone_world.rows()
    listed = families(rows, Language.INDONESIAN)
    assert list(listed["name"]) == list(rows["id_tugas"])
    assert list(listed["kode_desa"].iloc[-2:]) == ["64.02.06.1001", NO_VILLAGE]
    assert listed["label"].iloc[1] == "2. B..i / B..i S..o, RT 002/003 RW 001 [TG-CHJKLMNP]"
    assert listed["label"].iloc[-1] == "1. tanpa nama [TG-GHJKLMNP]"
    assert not listed[["name", "label", "kode_desa", "nama", "alasan", "jatuh_tempo"]].isna().any().any()


def test_an_export_has_only_headings_that_the_reader_of_returns_knows() -> None:
    known = Known(load_source("visit_returns"))
    sheet = survey(FORM, phone_world.RUN)
    group, heads = "", []
    for kind, name in zip(sheet["type"], sheet["name"], strict=True):
        if kind in ("begin_group", "end_group"):
            group = name if kind == "begin_group" else ""
        elif kind != "note":
            # Kobo parts groups by a stroke, ODK Central by a hyphen, both leave them out if told to
            heads += [name, *(f"{group}{sign}{name}" for sign in "/-" if group)]
    assert [head for head in heads if not known.knows(head)] == []
    fields = set(RETURNS.names) & set(sheet["name"])
    assert {"id_tugas", "kode_desa", "jalan", "formulir", *COMPUTED} <= fields
