from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from flows.handover import get_tables, put_tables
from geo.boundaries import BoundaryFile
from geo.locate import locate
from geo.villages import VillageMap, key_villages
from reconcile.executor import Tables, Work
from reconcile.regions import Register
from reconcile.tables import PLACED

A, B, C, D, E = "64.02.05.2001", "64.02.05.2002", "64.02.06.1001", "64.07.01.2001", "64.07.01.2002"
NAMES_B = {"nama_kabupaten": "Kutai Kartanegara", "nama_kecamatan": "Hilir Contoh", "nama_desa": "Bakung"}

#: Degrees of longitude that make one metre at half a degree south.
METRE = 1 / 111_316


def at(bujur: float, lintang: float, code: str | None = None, **more: str) -> dict[str, Any]:
    return {"bujur": bujur, "lintang": lintang, "desa_kode": code, **more}


#: household, desa_titik, kode_desa, cara_lokasi, jarak_m, posisi
CASES = {
    "point and code agree": (at(117.05, -0.45, A), A, A, "koordinat_dan_kode", 0, "terukur"),
    "a coordinate never moves a coded household": (at(117.05, -0.45, B), A, B, "kode", 5566, "terukur"),
    "without code the coordinate decides": (at(117.05, -0.45), A, A, "koordinat", None, "terukur"),
    # without a code, the names state the village that the distance is told to
    "the coordinate goes before the names": (
        at(117.05, -0.45, **NAMES_B),
        A,
        A,
        "koordinat",
        5566,
        "terukur",
    ),
    "border: the lowest key": (at(117.1, -0.45), A, A, "koordinat", None, "terukur"),
    "border: the written code if it is one of them": (
        at(117.1, -0.45, B),
        B,
        B,
        "koordinat_dan_kode",
        0,
        "terukur",
    ),
    "corner of four: the lowest key": (at(117.1, -0.4), A, A, "koordinat", None, "terukur"),
    "corner of four: the written code": (at(117.1, -0.4, D), D, D, "koordinat_dan_kode", 0, "terukur"),
    "outer corner belongs to its village": (at(117.2, -0.3), D, D, "koordinat", None, "terukur"),
    "10 m off the coast": (at(117.0 - 10 * METRE, -0.45), A, A, "koordinat", None, "terukur"),
    "10 m off, coded": (at(117.0 - 10 * METRE, -0.45, A), A, A, "koordinat_dan_kode", 10, "terukur"),
    "30 m off is nowhere": (at(117.0 - 30 * METRE, -0.45), None, None, "tidak_terpetakan", None, "terukur"),
    "30 m off, coded": (at(117.0 - 30 * METRE, -0.45, A), None, A, "kode", 30, "terukur"),
    "at sea, named": (at(119.0, 1.0, **NAMES_B), None, B, "nama", 253202, "terukur"),
    "10 m off two villages: the lower key": (
        at(117.0 - 10 * METRE, -0.4),
        A,
        A,
        "koordinat",
        None,
        "terukur",
    ),
    "10 m off two villages: the written code": (
        at(117.0 - 10 * METRE, -0.4, C),
        C,
        C,
        "koordinat_dan_kode",
        10,
        "terukur",
    ),
    "swapped is read the other way round": (
        at(-0.45, 117.05, A),
        A,
        A,
        "koordinat_dan_kode",
        0,
        "terukur",
    ),
    "a longitude with the wrong sign": (at(-117.05, -0.45, B), A, B, "kode", 5566, "terukur"),
    "swapped into no village": (at(1.0, 119.0, A), None, A, "kode", None, "wakil_desa"),
    "swapped and turned is not guessed": (at(-0.45, -117.05, A), None, A, "kode", None, "wakil_desa"),
    "a latitude with the wrong sign, in the stated kabupaten": (
        at(117.05, 0.45, B),
        A,
        B,
        "kode",
        5566,
        "terukur",
    ),
    "a latitude of another kabupaten stays as it is": (
        at(117.05, 0.45, D),
        None,
        D,
        "kode",
        83117,
        "terukur",
    ),
    "a latitude that nothing speaks for": (
        at(117.05, 0.45),
        None,
        None,
        "tidak_terpetakan",
        None,
        "terukur",
    ),
    "zero is no coordinate": (at(0.0, 0.0, A), None, A, "kode", None, "wakil_desa"),
    "out of the province": (at(106.8, -6.2), None, None, "tidak_terpetakan", None, "tanpa_titik"),
    "only a code": ({"desa_kode": C}, None, C, "kode", None, "wakil_desa"),
    "half a coordinate is none": ({"bujur": 117.05, "desa_kode": C}, None, C, "kode", None, "wakil_desa"),
    "a village without polygon": ({"desa_kode": E}, None, E, "kode", None, "tanpa_titik"),
    "a point elsewhere, coded where no polygon is": (at(117.05, -0.45, E), A, E, "kode", None, "terukur"),
    "only names": (NAMES_B, None, B, "nama", None, "wakil_desa"),
    "the code goes before the names": ({"desa_kode": C, **NAMES_B}, None, C, "kode", None, "wakil_desa"),
    "nothing": ({}, None, None, "tidak_terpetakan", None, "tanpa_titik"),
}


@pytest.fixture(scope="module")
def placed(
    coded: Callable[..., pd.DataFrame], villages: VillageMap, register: Register
) -> dict[str, pd.Series]:
    table = locate(coded([case[0] for case in CASES.values()]), villages, register)
    return dict(zip(CASES, (row for _, row in table.iterrows()), strict=True))


@pytest.mark.parametrize("case", CASES)
def test_placing(case: str, placed: dict[str, pd.Series]) -> None:
    household, titik, kode, how, metres, position = CASES[case]
    row = placed[case]
    found = [
        None if pd.isna(row[c]) else row[c] for c in ("desa_titik", "kode_desa", "cara_lokasi", "posisi")
    ]
    assert found == [titik, kode, how, position]
    assert (
        pd.isna(row["jarak_m"])
        if metres is None
        else row["jarak_m"] == pytest.approx(metres, abs=1, rel=1e-3)
    )
    assert (row["bujur"], row["lintang"]) == (household.get("bujur"), household.get("lintang")) or position
    if position == "terukur":
        given = {abs(household["bujur"]), abs(household["lintang"])}
        assert {abs(row["titik_bujur"]), abs(row["titik_lintang"])} == given


@pytest.mark.parametrize("case", [name for name, case in CASES.items() if case[5] != "terukur"])
def test_a_drawn_point_that_was_not_measured(
    case: str, placed: dict[str, pd.Series], villages: VillageMap
) -> None:
    row = placed[case]
    if CASES[case][5] == "tanpa_titik":
        assert pd.isna(row["titik_bujur"])
        assert pd.isna(row["titik_lintang"])
        return
    polygon = villages.polygons[villages.keys.tolist().index(row["kode_desa"])]
    assert polygon.contains(shapely.Point(row["titik_bujur"], row["titik_lintang"]))


def test_names_are_told_beside_whatever_decided(placed: dict[str, pd.Series]) -> None:
    assert placed["the code goes before the names"]["desa_nama"] == B
    assert placed["the coordinate goes before the names"]["desa_nama"] == B
    assert pd.isna(placed["only a code"]["desa_nama"])


@pytest.fixture(scope="module")
def crowd(coded: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    """Return 400 households around the squares, each coded to A or D."""
    random = np.random.default_rng(7)
    rows = zip(
        random.uniform(116.98, 117.22, 400), random.uniform(-0.52, -0.28, 400), range(400), strict=True
    )
    return coded([at(float(x), float(y), (A, D)[number % 2]) for x, y, number in rows])


def test_every_point_falls_where_it_lies(
    crowd: pd.DataFrame, villages: VillageMap, register: Register
) -> None:
    table = locate(crowd, villages, register)
    polygons = dict(zip(villages.keys, villages.polygons, strict=True))
    for row in table.itertuples():
        point = shapely.Point(row.bujur, row.lintang)
        holders = [key for key, polygon in polygons.items() if polygon.covers(point)]
        holders = holders or [k for k, polygon in polygons.items() if polygon.distance(point) < 20 * METRE]
        assert holders == ([] if pd.isna(row.desa_titik) else [row.desa_titik])


def test_distance_is_geodesic_to_a_thousandth(
    crowd: pd.DataFrame, villages: VillageMap, register: Register
) -> None:
    table = locate(crowd, villages, register).query("jarak_m > 100")
    geod = Geod(ellps="WGS84")
    polygons = dict(zip(villages.keys, villages.polygons, strict=True))
    assert len(table) > 200
    for row in table.itertuples():
        point = shapely.Point(row.bujur, row.lintang)
        near = shapely.shortest_line(polygons[row.desa_kode], point)
        assert row.jarak_m == pytest.approx(geod.geometry_length(near), rel=2e-3)


def test_order_of_rows_does_not_matter(crowd: pd.DataFrame, villages: VillageMap, register: Register) -> None:
    one = locate(crowd, villages, register)
    shuffled = locate(crowd.sample(frac=1, random_state=3), villages, register)
    back = shuffled.sort_values("source_row", ignore_index=True)
    pd.testing.assert_frame_equal(one, back)


class _Paper:
    """Hands every part over as Parquet, as a cluster does."""

    partitions = 2

    def __init__(self, folder: Path) -> None:
        self.folder, self.rows = folder, list[int]()

    def map(self, work: Work, parts: Iterable[Tables], shared: Tables) -> Iterator[Tables]:
        put_tables(self.folder / "shared", shared)
        for number, part in enumerate(parts):
            self.rows.append(len(part["households"]))
            put_tables(self.folder / str(number), part)
            opened = work.opened(get_tables(self.folder / "shared"))
            yield work.done(get_tables(self.folder / str(number)), opened)


def test_parts_place_households_as_the_whole_does(
    crowd: pd.DataFrame,
    villages: VillageMap,
    register: Register,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = locate(crowd, villages, register)
    monkeypatch.setattr("geo.locate.MOST_ROWS", 100)
    paper = _Paper(tmp_path)
    pd.testing.assert_frame_equal(locate(crowd, villages, register, paper), one)
    assert len(paper.rows) > 3
    assert sum(paper.rows) == len(crowd)


def test_overlap_and_gap(
    boundary: Callable[..., BoundaryFile], coded: Callable[..., pd.DataFrame], register: Register
) -> None:
    left, right = shapely.box(117.0, 0.0, 117.1, 0.1), shapely.box(117.09, 0.0, 117.2, 0.1)
    gapped = shapely.box(117.2 + 15 * METRE, 0.0, 117.3, 0.1)
    villages = key_villages(boundary([(B, left), (A, right), (C, gapped)]), register)
    in_both, nearer_c = at(117.095, 0.05), at(117.2 + 10 * METRE, 0.05)
    table = locate(coded([in_both, {**in_both, "desa_kode": B}, nearer_c]), villages, register)
    assert table["desa_titik"].tolist() == [A, B, C]


def test_no_households_and_no_polygons(
    coded: Callable[..., pd.DataFrame],
    villages: VillageMap,
    register: Register,
    boundary: Callable[..., BoundaryFile],
) -> None:
    none = locate(coded([at(117.05, -0.45, A)]).head(0), villages, register)
    assert list(none.columns) == PLACED.names
    assert len(none) == 0
    empty = VillageMap("uji", villages.villages.head(0), villages.report)
    (row,) = locate(coded([at(117.05, -0.45, A)]), empty, register).to_dict("records")
    assert (row["cara_lokasi"], row["posisi"]) == ("kode", "terukur")
    assert pd.isna(row["desa_titik"])


#: household, baca_titik, letak_titik, jarak_titik_m, kesepakatan, kepastian, sebab_lokasi
EVIDENCE = {
    "all three agree": (
        at(117.15, -0.45, B, **NAMES_B),
        ("asli", "di_dalam", 0, "sepakat", "tinggi", None),
    ),
    "only a point": (at(117.05, -0.45), ("asli", "di_dalam", 0, "satu_bukti", "sedang", None)),
    "on a border": (at(117.1, -0.45), ("asli", "di_garis_batas", 0, "satu_bukti", "rendah", None)),
    "on a border, coded": (at(117.1, -0.45, B), ("asli", "di_garis_batas", 0, "sepakat", "tinggi", None)),
    "off the coast": (
        at(117.0 - 10 * METRE, -0.45),
        ("asli", "didekatkan", 10, "satu_bukti", "rendah", None),
    ),
    "the point differs from code and names": (
        at(117.05, -0.45, B, **NAMES_B),
        ("asli", "di_dalam", 0, "titik_lain", "rendah", None),
    ),
    "the names differ from point and code": (
        at(117.05, -0.45, A, **NAMES_B),
        ("asli", "di_dalam", 0, "nama_lain", "rendah", None),
    ),
    "the code differs from point and names": (
        at(117.15, -0.45, C, **NAMES_B),
        ("asli", "di_dalam", 0, "kode_lain", "rendah", None),
    ),
    "three villages": (
        at(117.15, -0.35, C, **NAMES_B),
        ("asli", "di_dalam", 0, "semua_berbeda", "rendah", None),
    ),
    "code and names differ": (
        {"desa_kode": C, **NAMES_B},
        ("kosong", None, None, "nama_lain", "rendah", None),
    ),
    "point and code differ": (at(117.05, -0.45, C), ("asli", "di_dalam", 0, "titik_lain", "rendah", None)),
    "swapped": (at(-0.45, 117.05), ("ditukar", "di_dalam", 0, "satu_bukti", "rendah", None)),
    "swapped, coded": (at(-0.45, 117.05, A), ("ditukar", "di_dalam", 0, "sepakat", "tinggi", None)),
    "sign of the longitude": (
        at(-117.05, -0.45),
        ("tanda_bujur_dibalik", "di_dalam", 0, "satu_bukti", "rendah", None),
    ),
    "sign of the latitude": (
        at(117.05, 0.45, A),
        ("tanda_lintang_dibalik", "di_dalam", 0, "sepakat", "tinggi", None),
    ),
    "only a code": ({"desa_kode": C}, ("kosong", None, None, "satu_bukti", "sedang", None)),
    "only names": (NAMES_B, ("kosong", None, None, "satu_bukti", "sedang", None)),
    "names in another spelling": (
        {**NAMES_B, "nama_desa": "Bakungg"},
        ("kosong", None, None, "satu_bukti", "rendah", None),
    ),
    "nothing at all": (
        {},
        ("kosong", None, None, "tanpa_bukti", "tidak_ada", "titik_kosong, kode_kosong, nama_kosong"),
    ),
    "lost: half a point, an unknown code, an unknown name": (
        {"bujur": 117.0, "status_kode": "tidak_dikenal", "nama_desa": "Tiada"},
        (
            "tidak_lengkap",
            None,
            None,
            "tanpa_bukti",
            "tidak_ada",
            "titik_tidak_lengkap, kode_tidak_dikenal, nama_tidak_dikenal",
        ),
    ),
    "lost: far off, a code of several villages": (
        {**at(119.0, 1.0), "status_kode": "bercabang"},
        (
            "asli",
            "di_luar_poligon",
            None,
            "tanpa_bukti",
            "tidak_ada",
            "titik_jauh_dari_desa, kode_bercabang, nama_kosong",
        ),
    ),
    "lost: another island": (
        at(106.8, -6.2),
        (
            "luar_provinsi",
            None,
            None,
            "tanpa_bukti",
            "tidak_ada",
            "titik_luar_provinsi, kode_kosong, nama_kosong",
        ),
    ),
    "lost: zero": (
        at(0.0, 0.0),
        ("nol", None, None, "tanpa_bukti", "tidak_ada", "titik_kosong, kode_kosong, nama_kosong"),
    ),
}


@pytest.fixture(scope="module")
def told(
    coded: Callable[..., pd.DataFrame], villages: VillageMap, register: Register
) -> dict[str, pd.Series]:
    table = locate(coded([case[0] for case in EVIDENCE.values()]), villages, register)
    return dict(zip(EVIDENCE, (row for _, row in table.iterrows()), strict=True))


@pytest.mark.parametrize("case", EVIDENCE)
def test_what_the_evidence_says(case: str, told: dict[str, pd.Series]) -> None:
    _, (reading, fall, metres, agree, sure, why) = EVIDENCE[case]
    row = told[case]
    columns = ("baca_titik", "letak_titik", "kesepakatan", "kepastian", "sebab_lokasi")
    assert [None if pd.isna(row[c]) else row[c] for c in columns] == [reading, fall, agree, sure, why]
    assert (
        pd.isna(row["jarak_titik_m"])
        if metres is None
        else row["jarak_titik_m"] == pytest.approx(metres, 0.01)
    )


def test_a_wider_snap_takes_points_farther_off(
    coded: Callable[..., pd.DataFrame], villages: VillageMap, register: Register
) -> None:
    table = coded([at(117.0 - 90 * METRE, -0.45)])
    assert locate(table, villages, register)["desa_titik"].isna().all()
    wider = locate(table, replace(villages, snap_m=100.0), register)
    assert wider["desa_titik"].tolist() == [A]
    assert wider["jarak_titik_m"][0] == pytest.approx(90, abs=1)


def test_a_point_in_an_overlap_is_said_to_be(
    boundary: Callable[..., BoundaryFile], coded: Callable[..., pd.DataFrame], register: Register
) -> None:
    left, right = shapely.box(117.0, 0.0, 117.1, 0.1), shapely.box(117.05, 0.0, 117.2, 0.1)
    villages = key_villages(boundary([(B, left), (A, right)]), register)
    table = locate(coded([at(117.07, 0.05), at(117.07, 0.05, B)]), villages, register)
    assert table["letak_titik"].tolist() == ["di_tumpang_tindih"] * 2
    assert table["desa_titik"].tolist() == [A, B]
    assert table["kepastian"].tolist() == ["rendah", "tinggi"]


def test_polygons_of_a_map_are_never_prepared_for_others(
    crowd: pd.DataFrame, villages: VillageMap, register: Register
) -> None:
    locate(crowd, villages, register)
    assert not shapely.is_prepared(villages.polygons).any()
