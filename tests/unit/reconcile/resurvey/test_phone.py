"""What of a family may stand on a phone."""

import pandas as pd
import phone_world
import pytest

from reconcile.resurvey.phone import PHONE_LINES, phone_lines, short_names
from reconcile.tables import WORKLIST


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("SITI AMINAH", "S..i A..h"),
        ("siti aminah", "S..i A..h"),
        # of a short word the last letter would leave next to nothing open
        ("ALI", "A.."),
        ("Bo", "B.."),
        ("H. AHMAD, S.PD", "H.. A..d S.. P.."),
        ("O'NEIL", "O.. N..l"),
        ("ABDURRAHMAN", "A..n"),
        ("ÉLAN", "É..n"),
        ("BUDI 2", "B..i"),
        ("...", None),
        ("", None),
        (None, None),
    ],
)
def test_a_short_name_shows_the_ends_of_each_word(name: str | None, short: str | None) -> None:
    (found,) = short_names(pd.Series([name], dtype="str"))
    assert (None if pd.isna(found) else found) == short


def line(**given: object) -> pd.Series:
    base = {
        "id_tugas": "TG-A",
        "urutan": 1,
        "alasan_dicek": "Pastikan.",
        "alasan_kode": "tempat_kosong",
        "jatuh_tempo": "2026-05-15",
        "posisi": "tanpa_titik",
    }
    return phone_lines(WORKLIST.build(pd.DataFrame([{**base, **given}]))).iloc[0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"nama_p3ke": "SITI AMINAH"}, "S..i A..h"),
        ({"nama_bps": "SITI AMINAH"}, "S..i A..h"),
        ({"nama_p3ke": "SITI AMINAH", "nama_bps": "Siti Aminah"}, "S..i A..h"),
        # who looks for the family must know that the lists name two people
        ({"nama_p3ke": "SITI AMINAH", "nama_bps": "BUDI"}, "S..i A..h / B..i"),
    ],
)
def test_names_of_both_lists(given: dict[str, object], said: str) -> None:
    assert line(**given)["nama_singkat"] == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"rt_p3ke": 2, "rw_p3ke": 1}, "RT 002 RW 001"),
        ({"rt_p3ke": 2, "rt_bps": 3, "rw_bps": 1}, "RT 002/003 RW 001"),
        ({"rw_bps": 12}, "RW 012"),
        ({}, None),
    ],
)
def test_rt_and_rw_of_both_lists(given: dict[str, object], said: str | None) -> None:
    found = line(**given)["rt_rw"]
    assert (None if pd.isna(found) else found) == said


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("JL. MAWAR NO. 5", "JL. MAWAR NO. 5"),
        ("Rumah Siti  Aminah, belakang masjid", "Rumah .. .. belakang masjid"),
        ("JL. (AMINAH) 5", "JL. .. 5"),
        # the name of the other list too
        ("RUMAH SANTOSO", "RUMAH .."),
        # a word of two letters is no name
        ("JL. H 5", "JL. H 5"),
        ("KM 12 NIK 6402050101800001", "KM 12 NIK .."),
        ("HP 0812-3456-7890", "HP .."),
        ("KAV 12-14", "KAV 12-14"),
    ],
)
def test_an_address_has_no_name_of_the_family_and_no_long_number(address: str, said: str) -> None:
    found = line(nama_p3ke="SITI H AMINAH", nama_bps="BUDI SANTOSO", alamat_p3ke=address)
    assert found["alamat_singkat"] == said


def test_every_family_has_a_line_in_the_order_of_the_list() -> None:
    rows = phone_world.rows()
    backwards = rows.iloc[::-1]
    found = phone_lines(backwards)
    assert list(found.columns) == PHONE_LINES.names
    assert list(found["id_tugas"]) == list(backwards["id_tugas"])
    there = phone_lines(rows).iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, there)


def test_a_list_without_families() -> None:
    assert phone_lines(phone_world.rows().iloc[:0]).empty
