"""Personal names: what is dropped, what is spelled out, what sounds alike, and what stays itself."""

import pandas as pd
import pytest

from reconcile.text.names import clean_name, clean_names, phonetic_name, phonetic_names

CLEAN = [
    ("H. Muh. Yusuf, S.Pd", "MUHAMMAD YUSUF S PD"),
    ("Hj. Siti Aminah", "SITI AMINAH"),
    ("ALM. ACHMAD BIN SALEH", "AHMAD"),
    ("ABD RAHMAN", "ABDUL RAHMAN"),
    ("Nur'aini", "NURAINI"),
    ("A I S Y A H", "AISYAH"),
    # M. may be Made or Martinus: never spelled out
    ("M. ARSYAD", "M ARSYAD"),
    # a title that is the whole name is the name
    ("HAJI", "HAJI"),
    ("BINTI", "BINTI"),
    ("  slamet ", "SLAMET"),
    ("123", ""),
]

ALIKE = [
    ("SOEKARNO", "SUKARNO"),
    ("JUSUF", "JUSUP"),
    ("DJOKO", "JOKO"),
    ("RACHMAT", "RAHMAT"),
    ("THAMRIN", "TAMRIN"),
    ("NURHASSANAH", "NURHASANAH"),
    ("SYAIFUL", "SAIFUL"),
    ("FITRI", "PITRI"),
]

UNLIKE = [("SUHARTI", "SUHARTO"), ("AHMAD", "ABDUL"), ("MADE", "MUHAMMAD"), ("SITI", "SRI")]


@pytest.mark.parametrize(("written", "cleaned"), CLEAN)
def test_clean_name(written: str, cleaned: str) -> None:
    assert clean_name(written) == cleaned


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_spellings_that_sound_alike_share_a_key(one: str, other: str) -> None:
    assert phonetic_name(one) == phonetic_name(other)


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_other_names_do_not(one: str, other: str) -> None:
    assert phonetic_name(one) != phonetic_name(other)


def test_columns_keep_their_index_and_their_missing_values() -> None:
    names = pd.Series(["Hj. Siti", None, "123", "Hj. Siti"], index=[5, 3, 8, 9], dtype="str")
    cleaned = clean_names(names)
    assert cleaned.index.tolist() == [5, 3, 8, 9]
    assert cleaned.isna().tolist() == [False, True, True, False]
    assert phonetic_names(cleaned).loc[9] == "SITI"
