"""Reference lists: unique, complete, and in agreement both ways."""

import os

import factory
import pandas as pd
import pytest
import real_places

from reconcile.regions.lists import (
    area_list,
    bridge_counts,
    compare,
    list_faults,
    moved_kecamatan,
    register_list,
    same_digits,
)
from reconcile.tables import REGIONS
from reconcile.vocab import CodeSystem

KEM, BPS = CodeSystem.KEMENDAGRI, CodeSystem.BPS

GOOD = (
    ("64", "Kalimantan Timur"),
    ("64.02", "Kutai Kartanegara"),
    ("64.02.05", "Uji"),
    ("64.02.05.2001", "Satu"),
    ("64.02.05.2002", "Dua"),
)


def delivered(*areas: tuple[str | None, str | None], system: CodeSystem = KEM) -> pd.DataFrame:
    rows = pd.DataFrame(areas, columns=["kode_wilayah", "nama_wilayah"])
    return REGIONS.build(
        rows.assign(registry="acuan", source="regions", source_row=range(len(rows)), **factory.ORIGIN)
    )


#: list, code system, faults
LISTS = [
    (GOOD, KEM, []),
    (tuple((code.replace(".", ""), name) for code, name in GOOD), KEM, []),
    ((("6403", "a"), ("6403050", "b"), ("6403050001", "c")), BPS, []),
    ((*GOOD, GOOD[4]), KEM, [("E_LIST_CODE_TWICE", "6402052002")]),
    ((*GOOD, ("64.02.06.2001", "x")), KEM, [("E_LIST_NO_PARENT", "6402062001")]),
    ((*GOOD, ("64.02.06", "x")), KEM, [("E_LIST_NO_CHILDREN", "640206")]),
    ((*GOOD, ("64.03", "x")), KEM, [("E_LIST_NO_CHILDREN", "6403")]),
    ((*GOOD, ("6402050", "x")), KEM, [("E_LIST_CODE_FORM", "6402050")]),
    ((*GOOD[:4], ("64.02.05.2002", None)), KEM, [("E_LIST_NO_NAME", "6402052002")]),
    # two spellings of one name
    (
        (*GOOD, ("64.02.05.2003", "II")),
        KEM,
        [("E_LIST_NAME_TWICE", "6402052002"), ("E_LIST_NAME_TWICE", "6402052003")],
    ),
]


@pytest.mark.parametrize(("areas", "system", "faults"), LISTS)
def test_what_a_list_cannot_be(
    areas: tuple[tuple[str, str], ...], system: CodeSystem, faults: list[tuple[str, str]]
) -> None:
    found = list_faults(area_list(delivered(*areas), system, label="a.csv"), system)
    assert [(fault.code, dict(fault.details)["area"]) for fault in found] == faults
    assert all(fault.file == "a.csv" for fault in found)


def test_agreement_is_told_both_ways() -> None:
    one = area_list(delivered(*GOOD), KEM, label="satu")
    other = area_list(delivered(*GOOD[:4], ("64.02.05.2003", "Tiga")), KEM, label="dua")
    *upper, desa = compare(one, other)
    assert all(level.agrees for level in upper)
    assert not desa.agrees
    assert (desa.both, desa.only_left, desa.only_right) == (1, ("6402052002",), ("6402052003",))


def test_another_name_is_told_another_spelling_is_not() -> None:
    one = area_list(delivered(*GOOD), KEM, label="satu")
    renamed = (*GOOD[:3], ("64.02.05.2001", "I"), ("64.02.05.2002", "Lain"))
    *_, desa = compare(one, area_list(delivered(*renamed), KEM, label="dua"))
    assert desa.agrees
    assert desa.renamed == ("6402052002",)


@pytest.mark.parametrize("system", [KEM, BPS])
def test_the_register_is_a_list_of_either_system(system: CodeSystem) -> None:
    areas = register_list(factory.register(), system, label="bridging")
    assert areas.counts() == {"kab": 2, "kec": 3, "desa": 6}
    assert [f.code for f in list_faults(areas, KEM)] == [] or system is BPS


def test_what_misleads_is_told() -> None:
    register = factory.register()
    assert moved_kecamatan(register) == ("64.02.19.2001", "64.02.19.2002")
    assert same_digits(register) == ("6402061001",)


@pytest.mark.skipif(not os.environ.get("PADAN_REAL_DATA"), reason="PADAN_REAL_DATA is not set")
def test_real_lists_and_bridging() -> None:
    register = real_places.register()
    for name, system, villages, faults in (
        ("kemendagri_64.csv", KEM, 1038, 0),
        # the two kecamatan made in 2025 have no village in the list of 2024
        ("bps_64.csv", BPS, 1037, 2),
    ):
        rows = pd.read_csv(real_places.FOLDER / name, dtype="str")[["kode", "nama"]]
        areas = area_list(delivered(*rows.itertuples(index=False, name=None)), system, label=name)
        assert areas.counts() == {"kab": 10, "kec": 105, "desa": villages}
        assert len(list_faults(areas, system)) == faults
        desa = compare(areas, register_list(register, system, label="bridging"))[-1]
        assert (desa.both, len(desa.only_left), len(desa.only_right)) == (villages, 0, 1038 - villages)
    counts = {status.value: count for status, count in bridge_counts(register).items() if count}
    assert counts == {"langsung": 1018, "kode_lama": 20}
    assert len(same_digits(register)) == 35
    assert len(moved_kecamatan(register)) == 20
