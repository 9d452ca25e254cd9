import os
from pathlib import Path

import pandas as pd
import pytest

from reconcile.sample.places import BRIDGING, RECODE, invented_places, reference_places

REAL = os.environ.get("PADAN_REAL_DATA")
PLACES = invented_places()
VILLAGES = PLACES.villages


def undotted(codes: pd.Series) -> pd.Series:
    return codes.str.replace(".", "", regex=False)


def test_two_kabupaten_whose_codes_are_each_others_trap() -> None:
    codes = set(zip(VILLAGES["kode_kab"], VILLAGES["kode_bps"].str.slice(0, 4), strict=True))
    assert codes == {("64.02", "6403"), ("64.07", "6402")}


@pytest.mark.parametrize(
    ("column", "pattern"),
    [("kode", r"64\.\d{2}\.\d{2}\.[12]\d{3}"), ("kode_bps", r"64\d{8}"), ("kode_kec", r"64\.\d{2}\.\d{2}")],
)
def test_codes_have_the_shape_of_their_system(column: str, pattern: str) -> None:
    assert VILLAGES[column].str.fullmatch(pattern).all()


@pytest.mark.parametrize("column", ["kode", "kode_bps"])
def test_no_village_shares_a_code(column: str) -> None:
    assert VILLAGES[column].is_unique


def test_some_bps_codes_of_kutai_barat_are_kemendagri_codes_of_other_villages() -> None:
    barat = VILLAGES[VILLAGES["kode_kab"] == "64.07"]
    kartanegara = VILLAGES[VILLAGES["kode_kab"] == "64.02"]
    assert barat["kode_bps"].isin(undotted(kartanegara["kode"])).sum() >= 5


@pytest.mark.parametrize(("jenis", "digit"), [("kelurahan", "1"), ("desa", "2")])
def test_the_last_four_digits_tell_kelurahan_from_desa(jenis: str, digit: str) -> None:
    of_kind = VILLAGES[VILLAGES["jenis"] == jenis]
    assert len(of_kind) > 0
    assert (of_kind["kode"].str.get(9) == digit).all()


def test_one_kecamatan_was_split_and_its_villages_recoded_out_of_order() -> None:
    moved = VILLAGES[VILLAGES["kode_lama"] != ""].sort_values("kode_lama")
    assert moved["kode_kec"].unique().tolist() == ["64.02.19"]
    assert moved["kode_lama"].str.slice(0, 8).unique().tolist() == ["64.02.08"]
    assert not moved["kode"].is_monotonic_increasing
    # a dead code that lives on as another village's would be a riddle, not a recode
    assert not moved["kode_lama"].isin(VILLAGES["kode"]).any()
    # BPS left the village codes in the old kecamatan
    assert moved["kode_bps"].str.slice(0, 7).unique().tolist() == ["6403080"]


def test_one_name_stands_in_two_kecamatan_but_never_twice_in_one() -> None:
    assert VILLAGES.groupby("nama")["kode_kec"].nunique().max() == 2
    assert not VILLAGES.duplicated(["kode_kec", "nama"]).any()


@pytest.mark.parametrize("ending", [" Ulu", " Ilir", " I", " II"])
def test_names_that_differ_by_one_telling_word(ending: str) -> None:
    assert VILLAGES["nama"].str.endswith(ending).any()


def test_the_bridging_gives_split_villages_their_dead_code() -> None:
    bridging = PLACES.bridging
    assert bridging.columns.tolist() == BRIDGING
    stale = bridging[bridging["kode_dagri_bridging"] != bridging["kode_kemendagri_2025"]]
    assert set(stale["kode_dagri_bridging"]) == set(PLACES.recode["kode_lama_2020"])
    assert stale["kode_bps"].isin(VILLAGES["kode_bps"]).all()
    assert bridging["level"].value_counts().to_dict() == {"desa": len(VILLAGES), "kec": 9, "kab": 2}


def test_the_recode_list_leads_to_living_villages() -> None:
    assert PLACES.recode.columns.tolist() == RECODE
    assert PLACES.recode["kode_baru_2022"].isin(VILLAGES["kode"]).all()


def test_bps_spells_some_names_otherwise() -> None:
    assert (VILLAGES["nama"].str.upper() != VILLAGES["nama_bps"]).sum() >= 5


def test_a_reference_village_takes_its_names_from_both_lists() -> None:
    crosswalk = pd.DataFrame(
        [
            ("kab", "6403", "KAB. UJI", "64.02", "64.02", "Kabupaten Uji", "kabupaten"),
            ("kec", "6403010", "LAMA", "64.02.13", "64.02.13", "Lama", ""),
            (
                "desa",
                "6403010001",
                "RANTAU UJI ",
                "64.02.13.1001",
                "64.02.20.1007",
                "Rantau Uji ",
                "kelurahan",
            ),
        ],
        columns=BRIDGING[:7],
    )
    kemendagri = pd.DataFrame(
        [("64.02", "Kabupaten Uji"), ("64.02.13", "Lama"), ("64.02.20", "Baru")], columns=["kode", "nama"]
    )
    recode = pd.DataFrame([("64.02.13.1001", "x", "64.02.20.1007", "x")], columns=RECODE)
    village = reference_places(crosswalk, kemendagri, recode).villages.iloc[0]
    assert village["kode_lama"] == "64.02.13.1001"
    assert village["nama"] == "Rantau Uji"
    assert (village["nama_kec"], village["nama_kec_lama"]) == ("Baru", "Lama")
    assert (village["nama_kab"], village["nama_kab_bps"]) == ("Uji", "KAB. UJI")


@pytest.mark.skipif(not REAL, reason="PADAN_REAL_DATA is not set: no reference villages to read")
def test_the_real_villages_are_complete() -> None:
    folder = Path(str(REAL)) / "wilayah"
    crosswalk, kemendagri, recode = (
        pd.read_csv(folder / name, dtype="str", keep_default_na=False)
        for name in ("crosswalk_64.csv", "kemendagri_64.csv", "kemendagri_2020_to_2022_recode_64.csv")
    )
    villages = reference_places(crosswalk, kemendagri, recode).villages
    assert len(villages) == 1038
    assert villages.notna().all().all()
    assert (villages["kode_lama"] != "").sum() == 20
    assert villages["kode_kab"].nunique() == 10
