"""What an officer reads of columns, in both languages."""

import pandas as pd
import pytest
from layer_world import tables

from geo.columns import about, alias, data_dictionary, kind, reasons, words
from geo.layers import HOUSEHOLD_COLUMNS, RESURVEY_COLUMNS
from geo.villages import VillageMap
from reconcile.regions import Register
from reconcile.vocab import Language, Unplaced


@pytest.mark.parametrize(
    ("column", "language", "expected"),
    [
        ("nik_p3ke", Language.INDONESIAN, "NIK kepala keluarga (P3KE)"),
        ("desil_bps", Language.ENGLISH, "Decile (BPS)"),
        ("n_desil1_p3ke", Language.INDONESIAN, "Keluarga desil 1 (P3KE)"),
        # its own entry goes before that of its stem
        ("n_p3ke", Language.INDONESIAN, "Keluarga di P3KE"),
        ("nama_bps", Language.ENGLISH, "Name of the head (BPS)"),
        ("n_yang_baru", Language.INDONESIAN, "n_yang_baru"),
    ],
)
def test_alias(column: str, language: Language, expected: str) -> None:
    assert alias(column, language) == expected


@pytest.mark.parametrize("language", list(Language))
def test_every_column_of_every_table_has_a_title_and_a_meaning(
    language: Language, villages: VillageMap, register: Register
) -> None:
    for name, table in tables(villages, register).items():
        for column in table.columns.drop("geometry", errors="ignore"):
            assert alias(str(column), language) != column, f"{name}: {column}"
            assert about(str(column), language), f"{name}: {column}"


@pytest.mark.parametrize(
    ("column", "value", "word"),
    [
        ("status_padan", "cocok", "Cocok"),
        ("kelas_cocok", "tidak_ada_data", "tidak ada data"),
        ("jenis_kelamin_bps", "L", "laki-laki"),
        ("status_kode_p3ke", "kode_lama", "kode lama"),
        ("kepastian_bps", "tinggi", "tinggi"),
    ],
)
def test_words_of_values(column: str, value: str, word: str) -> None:
    assert words(column, Language.INDONESIAN)[value] == word


@pytest.mark.parametrize("language", list(Language))
def test_every_closed_vocabulary_has_all_its_words(language: Language) -> None:
    said = [words(column, language) for column in {*HOUSEHOLD_COLUMNS, *RESURVEY_COLUMNS}]
    assert sum(map(bool, said)) >= 8
    assert all(word for one in said for word in one.values())
    codes = pd.Series([", ".join(one.value for one in Unplaced), None], dtype="str")
    written = reasons(codes, language)
    assert len(written[0].split("; ")) == len(Unplaced)
    assert pd.isna(written[1])


KINDS = [
    (pd.Series(["a"], dtype="str"), "text"),
    (pd.Series([1, None], dtype="Int64"), "whole"),
    (pd.Series([1.5], dtype="Float64"), "number"),
    (pd.Series([True, None], dtype="boolean"), "yesno"),
    (pd.Series(["2026-01-02"], dtype="datetime64[s]"), "date"),
    (pd.Series(pd.to_datetime(["2026-01-02T03:00Z"])), "moment"),
]


@pytest.mark.parametrize(("column", "expected"), KINDS, ids=[kind for _, kind in KINDS])
def test_kind_of_values(column: pd.Series, expected: str) -> None:
    assert kind(column) == expected


def test_the_dictionary_names_every_column_in_its_order() -> None:
    frame = pd.DataFrame({"kode": ["64"], "status_padan": ["cocok"], "geometry": [None]})
    rows = data_dictionary({"desa": frame}, Language.INDONESIAN)
    assert rows[["lapisan", "urutan", "kolom", "judul", "jenis"]].to_numpy().tolist() == [
        ["desa", 1, "kode", "Kode Kemendagri", "teks"],
        ["desa", 2, "status_padan", "Status pemadanan", "teks"],
    ]
    assert rows["nilai"].tolist()[1].startswith("cocok = Cocok; tinjau = Perlu ditinjau")
