"""What a reviewer sees of a pair: signs, digits, people."""

from typing import Any

import pandas as pd
import pytest
from review_world import RUN, make_review_world

from reconcile.review.compare import differing_digits, people_lines, signs
from reconcile.review.sheet import LINES, SCORES, sheet
from reconcile.review.tables import REVIEW_PAIRS, REVIEW_PEOPLE
from reconcile.vocab import Language

NIK = "6402061708850001"


def pair(p3ke: dict[str, Any], bps: dict[str, Any]) -> pd.DataFrame:
    """Return REVIEW_PAIRS of one pair with what both sides say."""
    row = {f"{name}_p3ke": value for name, value in p3ke.items()}
    row |= {f"{name}_bps": value for name, value in bps.items()}
    known = {"id_pasangan": "PS-X", "urutan": 1, "penelaah": "A", "record_p3ke": "p", "record_bps": "b"}
    return REVIEW_PAIRS.build(pd.DataFrame([{**known, **row}]))


SIGNS = [
    # column, what P3KE says, what BPS says, sign
    ("nama", {"nama": "SITI  Aminah"}, {"nama": "Siti Aminah"}, "="),
    ("nama", {"nama": "SITI"}, {"nama": "SITTI"}, "≠"),
    ("nik", {"nik": NIK}, {"nik": NIK}, "="),
    ("nik", {"nik": NIK}, {"nik": None}, "–"),
    ("nik", {"nik": None}, {"nik": None}, "–"),
    (
        "tanggal_lahir",
        {"tanggal_lahir": pd.Timestamp("1980-05-17")},
        {"tanggal_lahir": pd.Timestamp("1980-05-17")},
        "=",
    ),
    ("rt_rw", {"rt": 1, "rw": 2}, {"rt": 1, "rw": 3}, "≠"),
    ("rt_rw", {"rt": 1, "rw": 2}, {}, "–"),
    ("alamat", {"alamat": "JL. MELATI NO. 86 RT 005 RW 003"}, {"alamat": "Jalan Melati No 86"}, "="),
    ("alamat", {"alamat": "JL. MELATI NO 86"}, {"alamat": "JL. MELATI NO 8"}, "≠"),
    (
        "desa",
        {"nama_desa": "SEI MERANTI", "kode_desa": "64.02.06.1001"},
        {"nama_desa": "Sungai Meranti", "kode_desa": "64.02.06.1001"},
        "=",
    ),
    ("desa", {"nama_desa": "SUKA MAJU"}, {"nama_desa": "Suka Maju", "kode_desa": "64.02.06.1001"}, "="),
    ("jumlah_anggota", {"jumlah_anggota": 3}, {"jumlah_anggota": 4}, "≠"),
]


@pytest.mark.parametrize(("column", "p3ke", "bps", "sign"), SIGNS)
def test_signs(column: str, p3ke: dict[str, Any], bps: dict[str, Any], sign: str) -> None:
    assert signs(pair(p3ke, bps))[column].tolist() == [sign]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (NIK, ""),
        ("6402061708850007", "angka ke-16"),
        ("7402061708850007", "angka ke-1, 16"),
        ("7313092211700002", ""),
        ("640206170885000", ""),
        (None, ""),
    ],
)
def test_few_digits_that_differ_are_named(other: str | None, said: str) -> None:
    found = differing_digits(pair({"nik": NIK}, {"nik": other}), Language.INDONESIAN)
    assert found["nik"].tolist() == [said]


def people(p3ke: list[tuple[str | None, ...]], bps: list[tuple[str | None, ...]]) -> list[str]:
    """Return the lines on persons, each as name, NIK, birth date, sex, relationship."""
    names = ["nama", "nik", "tanggal_lahir", "jenis_kelamin", "hubungan"]
    rows = [
        dict(zip(names, one, strict=True), sisi=side)
        for side, own in (("p3ke", p3ke), ("bps", bps))
        for one in own
    ]
    table = pd.DataFrame(rows).assign(id_pasangan="PS-X")
    table["tanggal_lahir"] = pd.to_datetime(table["tanggal_lahir"]).astype("datetime64[s]")
    return str(people_lines(REVIEW_PEOPLE.build(table), Language.INDONESIAN)["PS-X"]).splitlines()


ANI = ("ANI", NIK, "1985-08-17", "P", "kepala")
TOGETHER = [
    ("one person", [ANI], [ANI], ["= ANI (kepala, 1985-08-17, NIK sama)"]),
    (
        "by NIK, whatever else",
        [ANI],
        [("ANNI", NIK, "1985-08-18", "P", "anak")],
        ["≠ ANI ~ ANNI (kepala ~ anak, 1985-08-17 ~ 1985-08-18, NIK sama)"],
    ),
    (
        "by birth date and sex",
        [ANI],
        [("ANNI", "7313092211700002", "1985-08-17", "P", "kepala")],
        ["≠ ANI ~ ANNI (kepala, 1985-08-17, NIK beda)"],
    ),
    ("by name", [ANI], [("Ani", None, None, "P", "kepala")], ["= ANI (kepala, 1985-08-17)"]),
    (
        "nobody in common",
        [ANI],
        [("BUDI", None, "1990-01-01", "L", "kepala")],
        ["P3KE saja: ANI (kepala, 1985-08-17)", "BPS saja: BUDI (kepala, 1990-01-01)"],
    ),
    (
        "twins meet once each",
        [("A", None, "2010-01-01", "L", "anak"), ("B", None, "2010-01-01", "L", "anak")],
        [("B", None, "2010-01-01", "L", "anak")],
        ["≠ A ~ B (anak, 2010-01-01)", "P3KE saja: B (anak, 2010-01-01)"],
    ),
    ("nothing but a name", [("A", None, None, None, None)], [], ["P3KE saja: A (?, ?)"]),
]


@pytest.mark.parametrize(("p3ke", "bps", "lines"), [t[1:] for t in TOGETHER], ids=[t[0] for t in TOGETHER])
def test_people_are_brought_together(
    p3ke: list[tuple[str | None, ...]], bps: list[tuple[str | None, ...]], lines: list[str]
) -> None:
    assert people(p3ke, bps) == lines


def test_a_sheet_has_four_lines_a_pair_each_with_its_key() -> None:
    world = make_review_world()
    found = sheet(
        world.pairs.head(7), world.people, run=RUN, role="penelaah", by="", language=Language.INDONESIAN
    )
    assert found.cells["kunci"].tolist() == [one for one in world.pairs["id_pasangan"].head(7) for _ in LINES]
    assert found.line.tolist() == [0, 1, 2, 3] * 7
    assert not set(SCORES) & set(found.cells)
    nik = found.cells["nik"].iloc[[0, 1]].tolist()
    assert nik == world.pairs[["nik_p3ke", "nik_bps"]].iloc[0].fillna("").tolist()
    # what is coloured is what the sign says, and the people's line never is
    place = list(found.cells).index("nik")
    signed = found.cells["nik"].iloc[2::4].str.startswith("≠").tolist()
    assert found.differs[0::4, place].tolist() == found.differs[2::4, place].tolist() == signed
    assert not found.differs[3::4].any()
