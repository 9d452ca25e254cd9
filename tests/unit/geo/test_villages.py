from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.boundaries import BoundaryFile
from geo.villages import VillageMap, key_villages
from reconcile.errors import InputError
from reconcile.regions import Register
from reconcile.vocab import CodeSystem

A, B, C, D, E = "64.02.05.2001", "64.02.05.2002", "64.02.06.1001", "64.07.01.2001", "64.07.01.2002"
SQUARE, OTHER, FAR = (shapely.box(x, -0.5, x + 0.1, -0.4) for x in (117.0, 117.2, 118.0))
BOWTIE = shapely.from_wkt("POLYGON ((117 0, 117.1 0.1, 117.1 0, 117 0.1, 117 0))")
FLAT = shapely.from_wkt("POLYGON ((117 0, 117.1 0, 117.2 0, 117 0))")

NAMES = ("Kab. Kutai Kartanegara", "HILIR CONTOH", "alang jaya")

KEYED = [
    (CodeSystem.KEMENDAGRI, A, A),
    # undotted and outdated codes of the declared system
    (CodeSystem.KEMENDAGRI, "6402052001", A),
    (CodeSystem.KEMENDAGRI, "64.02.05.2009", C),
    (CodeSystem.BPS, "6403050001", A),
    (CodeSystem.BPS, "6402010001", D),
    (None, NAMES, A),
]


@pytest.mark.parametrize(("system", "code", "village"), KEYED)
def test_one_key_whatever_the_schema(
    system: CodeSystem | None,
    code: str,
    village: str,
    boundary: Callable[..., BoundaryFile],
    register: Register,
) -> None:
    keyed = key_villages(boundary([(code, SQUARE)], system), register)
    assert keyed.keys.tolist() == [village]
    assert keyed.report.without_listing == ()
    assert set(keyed.report.without_polygon) == {A, B, C, D, E} - {village}


@pytest.mark.parametrize(
    ("system", "code", "written"),
    [
        (CodeSystem.KEMENDAGRI, "64.02.05.2777", "64.02.05.2777"),
        # a code of the other system is not tried there
        (CodeSystem.KEMENDAGRI, "6403050001", "6403050001"),
        (None, ("Kutai Kartanegara", "Hilir Contoh", "Tiada"), "Kutai Kartanegara / Hilir Contoh / Tiada"),
    ],
)
def test_an_unknown_polygon_is_listed_and_not_guessed(
    system: CodeSystem | None,
    code: str,
    written: str,
    boundary: Callable[..., BoundaryFile],
    register: Register,
) -> None:
    known = NAMES if system is None else A
    keyed = key_villages(boundary([(known, SQUARE), (code, OTHER)], system), register)
    assert keyed.keys.tolist() == [A]
    assert keyed.report.without_listing == (written,)
    assert (keyed.report.features, keyed.report.keyed, keyed.report.villages) == (2, 1, 1)


def test_nothing_keyed_is_a_fault(boundary: Callable[..., BoundaryFile], register: Register) -> None:
    with pytest.raises(InputError, match="GEO_NOTHING_KEYED"):
        key_villages(boundary([("31.71.01.1001", SQUARE)]), register)


def test_pieces_of_one_village_are_united(boundary: Callable[..., BoundaryFile], register: Register) -> None:
    keyed = key_villages(boundary([(A, SQUARE), (B, FAR), (A, OTHER)]), register)
    assert keyed.keys.tolist() == [A, B]
    assert keyed.polygons[0].equals(shapely.union(SQUARE, OTHER))
    assert keyed.report.merged == (A,)


def test_report_counts_what_was_mended_and_what_is_left_empty(
    boundary: Callable[..., BoundaryFile], register: Register
) -> None:
    overlapping = shapely.box(117.05, -0.5, 117.15, -0.4)
    pairs = [(A, SQUARE), (B, overlapping), (C, BOWTIE), (D, FLAT), (E, None)]
    report = key_villages(boundary(pairs), register).report
    assert [r.kode_desa for r in report.repairs] == [C, D]
    assert report.repaired == 2
    assert report.area_change_m2 == pytest.approx(123.09e6 / 2, rel=1e-3)
    assert report.empty == (D, E)
    assert report.without_polygon == (D, E)
    assert report.before.overlaps == report.after.overlaps == 1
    assert (report.features, report.keyed, report.villages) == (5, 5, 3)


def test_gap_between_villages_is_counted(boundary: Callable[..., BoundaryFile], register: Register) -> None:
    ring = shapely.box(117.0, 0.0, 117.3, 0.3).difference(shapely.box(117.1, 0.1, 117.2, 0.2))
    assert key_villages(boundary([(A, ring)]), register).report.after.gaps == 1


def test_order_of_the_file_does_not_matter(boundary: Callable[..., BoundaryFile], register: Register) -> None:
    pairs = [(A, SQUARE), (B, FAR), (A, OTHER), (C, BOWTIE)]
    one, other = (key_villages(boundary(p), register) for p in (pairs, pairs[::-1]))
    assert one.keys.tolist() == other.keys.tolist()
    assert [g.wkb for g in one.polygons] == [g.wkb for g in other.polygons]
    assert one.report == other.report


def test_a_map_apart_is_equal_and_shares_no_geometry(villages: VillageMap) -> None:
    apart = villages.apart()
    assert [g.wkb for g in apart.polygons] == [g.wkb for g in villages.polygons]
    assert not {id(g) for g in apart.polygons} & {id(g) for g in villages.polygons}
    assert apart.villages.crs == "EPSG:4326"


def test_positions(villages: VillageMap) -> None:
    found = villages.positions(pd.Series([D, None, E, A], dtype="str"))
    assert found.tolist() == [3, -1, -1, 0]
    assert found.dtype == np.int64


def named(boundary: BoundaryFile, *names: str | None) -> BoundaryFile:
    features = boundary.features.assign(nama_desa=pd.Series(names, dtype="str"))
    return replace(boundary, features=features)


def test_one_code_with_two_names_is_refused_with_one_name_merged(
    boundary: Callable[..., BoundaryFile], register: Register
) -> None:
    twice = boundary([(A, SQUARE), (A, OTHER), (B, FAR)])
    for names in (("Alang Jaya", "ALANG JAYA", "Bakung"), ("Alang Jaya", None, "Bakung")):
        assert key_villages(named(twice, *names), register).report.merged == (A,)
    with pytest.raises(InputError) as refused:
        key_villages(named(twice, "Alang Jaya", "Enau", "Bakung"), register)
    assert [(f.code, dict(f.details)["area"]) for f in refused.value.faults] == [("GEO_CODE_TWICE", A)]


def test_codes_of_the_other_system_are_refused_by_their_names(
    boundary: Callable[..., BoundaryFile], register: Register
) -> None:
    bps = boundary([("6403050001", SQUARE), ("6403050002", OTHER), ("6403060003", FAR)])
    with pytest.raises(InputError, match="E_CODE_SYSTEM_WRONG"):
        key_villages(named(bps, "Alang Jaya", "Bakung", "Cempaka"), register)
    with pytest.raises(InputError, match="E_CODE_SYSTEM_WRONG"):
        key_villages(bps, register)


def test_narrow_seams_are_closed_and_told(boundary: Callable[..., BoundaryFile], register: Register) -> None:
    near = shapely.box(117.1 - 5 / 111_319.5, -0.5, 117.2, -0.4)
    given = boundary([(A, SQUARE), (D, near)])
    report = key_villages(given, register).report
    assert (report.before.overlaps, report.after.overlaps, report.left) == (1, 0, ())
    assert 5 <= report.moved_m <= 20
    assert [(a.kode_kab, a.villages) for a in report.areas] == [("64.02", 1), ("64.07", 1)]
    lost = sum(area.change_m2 for area in report.areas)
    assert lost == pytest.approx(-report.before.overlap_m2, abs=1)
    untouched = key_villages(given, register, tolerance_m=0)
    assert (untouched.report.after.overlaps, len(untouched.report.left)) == (1, 1)
    assert untouched.report.moved_m == 0
    assert untouched.polygons[0].equals(SQUARE)
