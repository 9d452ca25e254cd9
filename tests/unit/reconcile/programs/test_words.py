"""Occupation, schooling and marital status as the sources write them."""

import numpy as np
import pandas as pd
import pytest

from reconcile.programs.columns import PERSON_COLUMNS
from reconcile.programs.vocab import Education
from reconcile.programs.words import at_school, not_understood, read_words
from reconcile.resources import read_yaml

WRITTEN = [
    # column, as written, value; the words of P3KE are those of its public value lists
    ("pekerjaan", "TIDAK/BELUM BEKERJA", "tidak_bekerja"),
    ("pekerjaan", "Belum/Tidak Bekerja", "tidak_bekerja"),
    ("pekerjaan", "NELAYAN", "nelayan"),
    ("pekerjaan", "PEDAGANG", "pedagang"),
    ("pekerjaan", "PEGAWAI SWASTA", "pegawai_swasta"),
    ("pekerjaan", "PEJABAT NEGARA", "pejabat_negara"),
    ("pekerjaan", "PEKERJA LEPAS", "pekerja_lepas"),
    ("pekerjaan", "BURUH HARIAN LEPAS", "pekerja_lepas"),
    ("pekerjaan", "PENSIUNAN", "pensiunan"),
    ("pekerjaan", "Pensiunan PNS", "pensiunan"),
    ("pekerjaan", "PETANI", "petani"),
    ("pekerjaan", "Petani/Pekebun", "petani"),
    ("pekerjaan", "PNS/TNI/POLRI", "asn_tni_polri"),
    ("pekerjaan", "WIRASWASTA", "wiraswasta"),
    ("pekerjaan", "Pelajar/Mahasiswa", "pelajar"),
    ("pekerjaan", "Mengurus Rumah Tangga", "rumah_tangga"),
    ("pekerjaan", "TUKANG SIHIR", None),
    ("pekerjaan", "KOSONG", None),
    ("pendidikan", "TIDAK/BELUM SEKOLAH", "tidak_sekolah"),
    ("pendidikan", "TDK TAMAT SD/SEDERAJAT", "tidak_tamat_sd"),
    ("pendidikan", "MASIH SD/SEDERAJAT", "masih_sd"),
    ("pendidikan", "TAMAT SD/SEDERAJAT", "tamat_sd"),
    ("pendidikan", "MASIH/TAMAT SLTP/SEDERAJAT", "smp"),
    ("pendidikan", "MASIH/TAMAT SLTA/SEDERAJAT", "sma"),
    ("pendidikan", "MASIH/TAMAT PT/AKADEMI", "perguruan_tinggi"),
    ("pendidikan", "Tamat PT/Akademik", "perguruan_tinggi"),
    ("pendidikan", "D4/S1", "perguruan_tinggi"),
    ("pendidikan", "SMP/sederajat", "smp"),
    ("pendidikan", "Tidak punya ijazah SD", "tidak_tamat_sd"),
    ("status_kawin", "BELUM KAWIN", "belum_kawin"),
    ("status_kawin", "Kawin Tercatat", "kawin"),
    ("status_kawin", "CERAI HIDUP", "cerai_hidup"),
    ("status_kawin", "CERAI MATI", "cerai_mati"),
]


@pytest.mark.parametrize(("column", "written", "value"), WRITTEN, ids=[f"{c}: {w}" for c, w, _ in WRITTEN])
def test_what_is_written_is_a_value_or_unknown(column: str, written: str, value: str | None) -> None:
    found = read_words(pd.Series([written, None], dtype="str"), column)
    assert found.words is not None
    assert [
        w if k else None for w, k in zip(np.array(found.words)[found.data], found.known, strict=True)
    ] == [
        value,
        None,
    ]


def test_what_is_not_understood_is_counted_but_not_what_says_nothing() -> None:
    written = pd.Series(["PETANI", "TUKANG SIHIR", "tukang sihir", "KOSONG", "-", "", None], dtype="str")
    assert not_understood(written, "pekerjaan") == 2


def test_only_schooling_that_tells_it_says_who_goes_to_school() -> None:
    said = ["MASIH SD", "TAMAT SD", "TIDAK/BELUM SEKOLAH", "MASIH/TAMAT SLTP", None]
    found = at_school(read_words(pd.Series(said, dtype="str"), "pendidikan"))
    told = [bool(d) if k else None for d, k in zip(found.data, found.known, strict=True)]
    assert told == [True, False, False, None, None]


def test_the_words_are_of_the_vocabularies() -> None:
    declared = read_yaml("reconcile.programs", "words.yaml")
    subjects = {subject.name: set(subject.words) for subject in PERSON_COLUMNS}
    for column in ("pekerjaan", "pendidikan", "status_kawin"):
        assert set(declared[column]) == subjects[column]
    assert {word for words in declared["bersekolah"].values() for word in words} <= {
        e.value for e in Education
    }
