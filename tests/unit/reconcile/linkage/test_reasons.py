"""Why a pair is one family, in words: every level has its sentence in both languages."""

import pandas as pd
import pytest

from reconcile.language import text
from reconcile.linkage.compare import level_names
from reconcile.linkage.reasons import DECIDED, HEAD_CHANGED, UNSAID, sentences
from reconcile.linkage.spec import household_spec
from reconcile.resources import read_yaml
from reconcile.vocab import Language

LEVELS = [f"{one.name}_{level}" for one in household_spec().comparisons for level in level_names(one)]


@pytest.mark.parametrize("level", [level for level in LEVELS if level not in UNSAID])
@pytest.mark.parametrize("language", Language)
def test_every_level_has_its_sentence(level: str, language: Language) -> None:
    said = text(f"level_{level}", language, same="2", of="3")
    assert said
    assert "{" not in said


def test_no_sentence_is_about_a_level_that_is_none() -> None:
    catalogue = read_yaml("reconcile.catalogue", "linkage.yaml")
    about = {key.removeprefix("level_") for key in catalogue if key.startswith("level_")}
    assert about == {*LEVELS, DECIDED} - UNSAID


def test_a_changed_head_is_told_by_levels_of_the_comparison() -> None:
    assert {*HEAD_CHANGED, *UNSAID} == {level for level in LEVELS if level.startswith("kepala_")}


SAID = [
    # keys, Indonesian, English
    ("nik_same desa_same", "NIK kepala sama; desa sama", "same NIK of the head; same village"),
    ("anggota_all_strong:3/4", "3 dari 4 anggota sama", "3 of 4 members in common"),
    ("anggota_none:0/2", "tidak ada anggota yang sama", "no member in common"),
    (
        "keputusan_sama nik_other",
        "diputuskan orang sebagai satu keluarga; NIK kepala berbeda",
        "decided by a person to be one family; other NIK of the head",
    ),
    ("", "", ""),
]


@pytest.mark.parametrize(("keys", "indonesian", "english"), SAID)
def test_reasons_are_read_in_words_of_the_catalogue(keys: str, indonesian: str, english: str) -> None:
    said = [sentences(pd.Series([keys], dtype="str"), language)[0] for language in Language]
    assert dict(zip(Language, said, strict=True)) == {
        Language.INDONESIAN: indonesian,
        Language.ENGLISH: english,
    }


def test_a_column_keeps_its_index_and_its_missing_values() -> None:
    reasons = pd.Series(["nik_same", None, "", "nik_same"], index=[4, 2, 9, 1], dtype="str")
    said = sentences(reasons, Language.ENGLISH)
    wanted = pd.Series(
        ["same NIK of the head", None, "", "same NIK of the head"], index=[4, 2, 9, 1], dtype="str"
    )
    pd.testing.assert_series_equal(said, wanted)
