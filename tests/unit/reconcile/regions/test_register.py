"""One village key: codes of both systems and both editions, names, and files that contradict themselves."""

import os
from pathlib import Path

import factory
import pandas as pd
import pytest

from reconcile.errors import InputError
from reconcile.regions import (
    build_register,
    code_households,
    contradicted_system,
    resolve_codes,
    resolve_names,
)
from reconcile.vocab import CodeSystem

KEM, BPS = CodeSystem.KEMENDAGRI, CodeSystem.BPS

CODES = [
    # system, written, village key, status
    (KEM, "64.02.06.1001", "64.02.06.1001", "berlaku"),
    (KEM, "6402061001", "64.02.06.1001", "berlaku"),
    # the same ten digits are another village, in another kabupaten, for BPS
    (BPS, "6402061001", "64.07.01.2001", "berlaku"),
    (BPS, "6403010004", "64.02.19.2002", "berlaku"),
    # the kecamatan was split: the dead code leads to today's, whose last digits differ
    (KEM, "64.02.06.2005", "64.02.19.2001", "kode_lama"),
    (KEM, "6402062006", "64.02.19.2002", "kode_lama"),
    (BPS, "64.02.06.1001", None, "tidak_dikenal"),
    (KEM, "64.99.99.9999", None, "tidak_dikenal"),
    (KEM, "640206", None, "tidak_dikenal"),
    (KEM, "bukan kode", None, "tidak_dikenal"),
    (KEM, None, None, "kosong"),
]


@pytest.mark.parametrize(("system", "written", "key", "status"), CODES)
def test_codes_lead_to_one_key(system: CodeSystem, written: str | None, key: str | None, status: str) -> None:
    found = resolve_codes(pd.Series([written], dtype="str"), system, factory.register()).iloc[0]
    assert (None if pd.isna(found["desa_kode"]) else found["desa_kode"]) == key
    assert found["status_kode"] == status


NAMES = [
    # kabupaten, kecamatan, desa, village key
    ("Kutai Kartanegara", "Muara Contoh", "Sungai Meranti Ulu", "64.02.06.1001"),
    ("KAB. KUTAI KARTANEGARA", "KEC. MUARA CONTOH", "Sei  Meranti ulu", "64.02.06.1001"),
    # Ulu and Ilir are never spelling noise
    ("Kutai Kartanegara", "Muara Contoh", "Sungai Meranti Ilir", "64.02.06.2002"),
    ("Kutai Kartanegara", "Muara Contoh", "Sungai Meranti", None),
    # numerals spelled out or Roman are one; another numeral is another village
    ("Kutai Kartanegara", "Muara Contoh Darat", "Bukit Jati Dua", "64.02.19.2002"),
    ("Kutai Kartanegara", "Muara Contoh Darat", "BUKIT JATI I", "64.02.19.2001"),
    ("Kutai Kartanegara", "Muara Contoh Darat", "Bukit Jati III", None),
    # the kecamatan before the split still finds its village
    ("Kutai Kartanegara", "Muara Contoh", "Bukit Jati I", "64.02.19.2001"),
    # Dayak q and k, apostrophes
    ("Kutai Barat", "Long Contoh", "Long Besi'k", "64.07.01.2001"),
    # no kecamatan: a name that is unique in its kabupaten will do; a wrong one will not
    ("Kutai Barat", None, "Suka Maju", "64.07.01.2002"),
    ("Kutai Barat", "Muara Contoh", "Suka Maju", None),
    ("Kutai Kartanegara", None, "Suka Maju", None),
    (None, None, "Suka Maju", None),
    ("Kutai Barat", "Long Contoh", None, None),
]


@pytest.mark.parametrize(("kab", "kec", "desa", "key"), NAMES)
def test_names_lead_to_a_village_or_to_none(
    kab: str | None, kec: str | None, desa: str | None, key: str | None
) -> None:
    written = pd.DataFrame(
        {"nama_kabupaten": [kab], "nama_kecamatan": [kec], "nama_desa": [desa]}, dtype="str"
    )
    found = resolve_names(written, factory.register()).iloc[0]
    assert (None if pd.isna(found) else found) == key


def test_a_name_of_two_villages_is_never_resolved() -> None:
    twin = (*factory.AREAS, ("desa", "6402061003", "SUKA MAJU", "64.07.01.2003", None, "Suka Maju"))
    register = build_register(factory.bridging(twin), factory.recodes())
    written = pd.DataFrame(
        {"nama_kabupaten": ["Kutai Barat"], "nama_kecamatan": ["Long Contoh"], "nama_desa": ["Suka Maju"]},
        dtype="str",
    )
    assert resolve_names(written, register).isna().all()


def test_a_bridging_of_an_older_edition_is_brought_to_todays_codes() -> None:
    older = tuple(
        (level, bps, name, None, old or new, official)
        for level, bps, name, new, old, official in factory.AREAS
    )
    register = build_register(factory.bridging(older), factory.recodes())
    assert register.villages.equals(factory.register().villages)


def test_both_kabupaten_codes_stand_beside_each_village() -> None:
    villages = factory.register().villages.set_index("kode_desa")
    # the kecamatan's BPS code is its own: the village's still begins with that of before the split
    assert villages.loc["64.02.19.2001", ["kode_kab", "kode_kab_bps", "kode_kec_bps"]].tolist() == [
        "64.02",
        "6403",
        "6403011",
    ]


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        ((*factory.AREAS, factory.AREAS[5]), "E_CODE_TWICE"),
        (factory.AREAS[1:], "E_NO_PARENT"),
        (factory.AREAS[:5], "E_REGISTER_EMPTY"),
    ],
)
def test_a_list_that_cannot_be_right_is_refused(
    spoilt: tuple[tuple[str | None, ...], ...], code: str
) -> None:
    with pytest.raises(InputError) as refused:
        build_register(factory.bridging(spoilt), factory.recodes())
    assert code in {fault.code for fault in refused.value.faults}


def rows(*pairs: tuple[str, str | None], times: int = 10) -> pd.DataFrame:
    return pd.DataFrame(list(pairs) * times, columns=["kode_wilayah", "nama_desa"], dtype="str")


KEM_ROW = ("6402061001", "Sungai Meranti Ulu")
BPS_ROW = ("6402061001", "Long Besiq")

DECLARED = [
    # what stands in the file, what was declared, fault
    (rows(KEM_ROW), KEM, None),
    (rows(BPS_ROW), BPS, None),
    (rows(KEM_ROW), BPS, "E_CODE_SYSTEM_WRONG"),
    (rows(BPS_ROW), KEM, "E_CODE_SYSTEM_WRONG"),
    (rows(KEM_ROW, BPS_ROW), KEM, "E_CODE_SYSTEM_MIXED"),
    (rows(KEM_ROW, BPS_ROW), BPS, "E_CODE_SYSTEM_MIXED"),
    # a few slips of an office are findings, not a file in the wrong system
    (pd.concat([rows(KEM_ROW, times=500), rows(BPS_ROW, times=2)]), KEM, None),
    # codes without names tell nothing
    (rows(("6402061001", None)), KEM, None),
]


@pytest.mark.parametrize(("table", "declared", "code"), DECLARED)
def test_a_file_that_contradicts_its_declared_system_is_named(
    table: pd.DataFrame, declared: CodeSystem, code: str | None
) -> None:
    faults = contradicted_system(table, declared, factory.register(), file="keluarga.csv")
    assert [fault.code for fault in faults] == ([code] if code else [])
    assert all(fault.file == "keluarga.csv" for fault in faults)


def test_households_get_the_key_of_their_own_system() -> None:
    both = pd.concat(
        [
            factory.households("p3ke", {"kode_wilayah": "6402061001"}),
            factory.households("bps", {"kode_wilayah": "6402061001"}),
        ],
        ignore_index=True,
    )
    coded = code_households(both, factory.register())
    assert coded["desa_kode"].tolist() == ["64.02.06.1001", "64.07.01.2001"]


@pytest.mark.skipif(not os.environ.get("PADAN_REAL_DATA"), reason="needs PADAN_REAL_DATA")
def test_real_lists_bridge_every_village_and_names_find_no_wrong_one() -> None:
    folder = Path(os.environ["PADAN_REAL_DATA"]) / "wilayah"
    cross = pd.read_csv(folder / "crosswalk_64.csv", dtype="str")
    bridging = factory.bridging(
        tuple(
            cross[
                [
                    "level",
                    "kode_bps",
                    "nama_bps",
                    "kode_kemendagri_2025",
                    "kode_dagri_bridging",
                    "nama_kemendagri",
                ]
            ].itertuples(index=False, name=None)
        )
    )
    register = build_register(bridging, factory.recodes().iloc[:0])
    assert len(register.villages) == 1038
    assert len(register.outdated) == 20
    villages = register.villages
    names = villages[["nama_kab", "nama_kec", "nama_desa"]].set_axis(
        ["nama_kabupaten", "nama_kecamatan", "nama_desa"], axis="columns"
    )
    assert (resolve_names(names, register) == villages["kode_desa"]).all()
    without_district = resolve_names(
        names.assign(nama_kecamatan=pd.Series(pd.NA, index=names.index, dtype="str")), register
    )
    wrong = without_district.notna() & (without_district != villages["kode_desa"])
    assert not wrong.any()


RECODES = [
    # old and new codes of the list, what the first old code leads to
    ((("64.02.06.2005", "64.02.19.2001"),), "64.02.19.2001"),
    # recoded twice: the code before both still finds its village
    ((("64.02.03.2001", "64.02.06.2005"), ("64.02.06.2005", "64.02.19.2001")), "64.02.19.2001"),
    # a recode to a village that the list does not have leads nowhere, and stops nobody
    ((("64.02.03.2001", "64.99.01.2001"),), None),
    ((("64.02.03.2001", "rusak"),), None),
]


@pytest.mark.parametrize(("pairs", "key"), RECODES)
def test_recodes_lead_to_a_village_that_exists(pairs: tuple[tuple[str, str], ...], key: str | None) -> None:
    rows = factory.recodes().iloc[[0] * len(pairs)].reset_index(drop=True)
    rows[["kode_lama", "kode_baru"]] = pd.DataFrame(pairs, dtype="str")
    register = build_register(factory.bridging(), rows)
    found = resolve_codes(pd.Series([pairs[0][0]], dtype="str"), KEM, register)["desa_kode"].iloc[0]
    assert (None if pd.isna(found) else found) == key


def test_recodes_in_a_circle_are_refused() -> None:
    rows = factory.recodes()
    rows["kode_lama"], rows["kode_baru"] = (
        ["64.02.03.2001", "64.02.03.2002"],
        ["64.02.03.2002", "64.02.03.2001"],
    )
    with pytest.raises(InputError) as refused:
        build_register(factory.bridging(), rows)
    assert [fault.code for fault in refused.value.faults] == ["E_RECODE_CIRCLE"]
