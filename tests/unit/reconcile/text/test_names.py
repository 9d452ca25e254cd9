"""Personal names: what is dropped, what is spelled out, what sounds alike, and what stays itself."""

import pandas as pd
import pyarrow as pa
import pytest

from reconcile.text.names import clean_names, name_words, phonetic_names

CLEAN = [
    # titles, before and behind
    ("H. Muh. Yusuf, S.Pd", "MUHAMMAD YUSUF S PD"),
    ("Hj. Siti Aminah", "SITI AMINAH"),
    ("HAJI DRS. SYAHRANI, SE", "SYAHRANI"),
    ("BPK. TAMRIN", "TAMRIN"),
    ("IBU NY. SUMIATI", "SUMIATI"),
    ("ALMH. KASMAWATI", "KASMAWATI"),
    # a title that is the whole name is the name; of two the last stays
    ("HAJI", "HAJI"),
    ("H. HAJI", "HAJI"),
    # filiation ends the name, but never begins it
    ("ALM. ACHMAD BIN SALEH", "AHMAD"),
    ("NURHAYATI BINTI HASAN BASRI", "NURHAYATI"),
    ("SITI BT. UMAR", "SITI"),
    ("BINTI", "BINTI"),
    ("BINTI ROHMAH", "BINTI ROHMAH"),
    ("BINTANG", "BINTANG"),
    # what stands behind the filiation says nothing, titles neither
    ("HAJI BIN UMAR", "HAJI"),
    # Muhammad
    ("MOH. ARIFIN", "MUHAMMAD ARIFIN"),
    ("MUHD ARIFIN", "MUHAMMAD ARIFIN"),
    ("Mochamad Arifin", "MUHAMMAD ARIFIN"),
    ("MHD. ARIFIN", "MUHAMMAD ARIFIN"),
    # M. may be Made or Martinus: never spelled out
    ("M. ARSYAD", "M ARSYAD"),
    ("I MADE SUDARMA", "I MADE SUDARMA"),
    ("MADE S.", "MADE S"),
    # Abdul, short, apart and joined; Abdullah is a name of its own
    ("ABD RAHMAN", "ABDUL RAHMAN"),
    ("ABDUR RAHMAN", "ABDUL RAHMAN"),
    ("ABDUL RAHMAN", "ABDUL RAHMAN"),
    ("ABDURRAHMAN", "ABDUL RAHMAN"),
    ("ABDURAHMAN", "ABDUL RAHMAN"),
    ("ABDULRAHMAN", "ABDUL RAHMAN"),
    ("ABDUSSAMAD", "ABDUL SAMAD"),
    ("ABDUL", "ABDUL"),
    ("ABDULLAH", "ABDULLAH"),
    ("ABDULAH", "ABDULAH"),
    ("ABDI", "ABDI"),
    # other short forms
    ("SITTI AMINAH", "SITI AMINAH"),
    ("NYM. SUKERTI", "NYOMAN SUKERTI"),
    ("NOER HAYATI", "NUR HAYATI"),
    # old spelling is not rewritten, and neither are Dayak k and q
    ("SOEKARNO", "SOEKARNO"),
    ("DJOKO", "DJOKO"),
    ("LONG BESIQ", "LONG BESIQ"),
    # apostrophes join, other signs part
    ("Nur'aini", "NURAINI"),
    ("NUR`AINI", "NURAINI"),
    ("Ma’ruf", "MARUF"),
    ("SITI-AMINAH", "SITI AMINAH"),
    ("ANDI/ACHMAD", "ANDI AHMAD"),
    ("R.A. KARTINI", "R A KARTINI"),
    # letters spelled apart are one word from three letters on
    ("A I S Y A H", "AISYAH"),
    ("A. B. C.", "ABC"),
    ("A B", "A B"),
    ("  slamet   riyadi ", "SLAMET RIYADI"),
    ("BUDI 2", "BUDI"),
]

NOTHING_LEFT = [None, "", "   ", "123", "- . -", "''"]

ALIKE = [
    ("SOEKARNO", "SUKARNO"),
    ("JUSUF", "JUSUP"),
    ("DJOKO", "JOKO"),
    ("TJAHYONO", "CAHYONO"),
    ("SJAMSOEDDIN", "SYAMSUDIN"),
    ("NJOMAN", "NYOMAN"),
    ("RACHMAT", "RAHMAT"),
    ("KHAIRUL", "HAIRUL"),
    ("THAMRIN", "TAMRIN"),
    ("NURHASSANAH", "NURHASANAH"),
    ("SYAIFUL", "SAIFUL"),
    ("FITRI", "PITRI"),
    ("EVI", "EFI"),
    ("BESIQ", "BESIK"),
    ("ZAINAB", "JAINAB"),
    # joined and apart
    ("NUR HAYATI", "NURHAYATI"),
    ("SITIAMINAH", "HJ. SITI AMINAH"),
    ("ABDURRAHMAN", "ABD. RAHMAN"),
    ("MOH. ALI", "MUHAMMADALI"),
    # a word written with one more of the same letter
    ("HASSAN", "HASAN"),
    ("AAN", "AN"),
]

UNLIKE = [
    ("SUHARTI", "SUHARTO"),
    ("AHMAD", "ABDUL"),
    ("MADE", "MUHAMMAD"),
    ("SITI", "SRI"),
    ("M. ARSYAD", "MUHAMMAD ARSYAD"),
    ("ABDULLAH", "ABDUL"),
    ("BUDI", "RUDI"),
    ("RINA", "RANI"),
]

WORDS = [
    # name, its words, their sounds
    ("HJ. SITTI CHADIJAH", ["SITI", "CHADIJAH"], ["SITI", "HADIJAH"]),
    ("NUR HAYATI", ["NUR", "HAYATI"], ["NUR", "HAIATI"]),
    ("M. JUSUF", ["M", "JUSUF"], ["M", "JUSUP"]),
    ("ABDURROHMAN", ["ABDUL", "ROHMAN"], ["ABDUL", "ROHMAN"]),
    ("123", [], []),
    (None, [], []),
]


def series(*names: str | None) -> pd.Series:
    return pd.Series(list(names), dtype="str")


@pytest.mark.parametrize(("written", "cleaned"), CLEAN, ids=[case[0] for case in CLEAN])
def test_cleaned(written: str, cleaned: str) -> None:
    assert clean_names(series(written)).tolist() == [cleaned]


@pytest.mark.parametrize("written", NOTHING_LEFT, ids=repr)
def test_a_name_of_which_nothing_is_left_is_missing(written: str | None) -> None:
    assert clean_names(series(written, "BUDI")).isna().tolist() == [True, False]
    assert phonetic_names(series(written, "BUDI")).isna().tolist() == [True, False]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_spellings_that_sound_alike_share_a_key(one: str, other: str) -> None:
    first, second = phonetic_names(series(one, other))
    assert first == second


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_other_names_do_not(one: str, other: str) -> None:
    first, second = phonetic_names(series(one, other))
    assert first != second


def test_the_words_of_names_and_their_sounds() -> None:
    words = name_words(pa.array([case[0] for case in WORDS], pa.string()))
    assert words.clean.to_pylist() == [case[1] for case in WORDS]
    assert words.sounds.to_pylist() == [case[2] for case in WORDS]


def test_no_names_have_no_words() -> None:
    words = name_words(pa.array([], pa.string()))
    assert (words.clean.to_pylist(), words.sounds.to_pylist()) == ([], [])
    assert clean_names(series()).tolist() == []


def test_columns_keep_their_index_and_their_missing_values() -> None:
    names = pd.Series(["Hj. Siti", None, "123", "Hj. Siti"], index=[5, 3, 8, 9], dtype="str")
    for made in (clean_names(names), phonetic_names(names)):
        assert made.index.tolist() == [5, 3, 8, 9]
        assert made.isna().tolist() == [False, True, True, False]
        assert made.loc[[5, 9]].tolist() == ["SITI", "SITI"]


def test_a_name_is_read_the_same_whatever_stands_beside_it() -> None:
    every = [case[0] for case in CLEAN]
    together = clean_names(series(*every, *every[::-1])).tolist()
    assert together == [case[1] for case in CLEAN] + [case[1] for case in CLEAN[::-1]]


def test_cleaning_twice_changes_nothing_more() -> None:
    once = clean_names(series(*(case[0] for case in CLEAN)))
    pd.testing.assert_series_equal(clean_names(once), once)
