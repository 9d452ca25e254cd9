"""All programmes together: counts that add up, names with their reasons, nothing of identity in counts."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from program_world import DAYS, KEY, Family, person, program, told, world

from reconcile.discrepancies.context import Context
from reconcile.programs.coverage import equations
from reconcile.programs.tables import COUNT_NAMES, COVERAGE, LISTING, PROFILE
from reconcile.programs.targeting import target_programs
from reconcile.vocab import Language

VILLAGES = ("64.02.06.1001", "64.02.06.2002", "64.07.01.2001", None)
WORK = ("PETANI", "PNS/TNI/POLRI", "TUKANG SIHIR", None)
SCHOOL = ("TAMAT SD/SEDERAJAT", "MASIH/TAMAT SLTA/SEDERAJAT", None)
PROGRAMS = (
    program(
        name="pkh",
        criteria=["desil <= 4", "punya_anak_sekolah atau punya_lansia"],
        exclusions=["punya_pekerja_negara", "dinyatakan_mampu"],
        served_by={"columns": ["terima_pkh"], "recipients": ["PKH"]},
        quota={"64.02": 3},
    ),
    program(name="tanpa_sumber", criteria=["terima_blt"]),
    person(
        name="pelatihan",
        criteria=["umur antara 18 dan 59", "bukan pekerjaan = asn_tni_polri"],
        order=["desil", "umur turun"],
        quota=2,
        profile=True,
    ),
)


def families(seed: int, count: int) -> list[Family]:
    """Return families by chance: on either list, with people, values here and there unknown."""
    rng = np.random.default_rng(seed)

    def pick(*values: Any) -> Any:
        return values[rng.integers(len(values))]

    def people(number: int) -> tuple[dict[str, Any], ...]:
        born = [pick("1950-01-01", "1990-05-05", "2015-02-02", None) for _ in range(number)]
        return tuple(
            {
                "nama": f"ORANG {rng.integers(10**9)}",
                "nik": pick(f"64020657{rng.integers(10**7, 10**8)}", None),
                "tanggal_lahir": day,
                "jenis_kelamin": pick("L", "P", None),
                "pekerjaan": pick(*WORK),
                "pendidikan": pick(*SCHOOL),
            }
            for day in born
        )

    found = []
    for _ in range(count):
        lists = pick(("p3ke",), ("bps",), ("p3ke", "bps"))
        place = pick(*VILLAGES)
        lost = {} if place else {"cara_lokasi": "tidak_terpetakan", "posisi": "tanpa_titik"}
        row = {"kode_desa": place, **lost}
        told = {
            side: {**row, "desil": pick(1, 3, 7, None), "terima_pkh": pick(True, False, None)}
            for side in lists
        }
        who = people(int(rng.integers(0, 4)))
        members = {f"{side}_members": who for side in lists}
        status = pick("cocok", "cocok", "tinjau")
        found.append(Family(**told, **members, status=status))
    return found


PAID = (
    {"nik": "6402065710000000", "program": "PKH", "periode": "2026-01"},
    {"nik": "6402065799999999", "program": "PKH", "periode": "2026-01"},
)


@pytest.fixture(scope="module")
def context() -> Context:
    some = [
        *families(1, 40),
        Family(
            {"desil": 1, "nik": "6402065710000000"},
            p3ke_members=(
                {"nama": "SITI PENERIMA", "nik": "6402065710000000", "tanggal_lahir": "1950-01-01"},
            ),
        ),
        Family({"desil": 2, "terima_pkh": True}, {"desil": 2, "terima_pkh": True}),
        Family({"desil": 2, "terima_pkh": True}, part="ganda"),
    ]
    return world(*some, paid=PAID)


@pytest.fixture(scope="module")
def made(context: Context) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    return told(PROGRAMS, context)


@pytest.fixture(scope="module")
def tables(made: tuple[dict[str, pd.DataFrame], pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return made[0]


@pytest.fixture(scope="module")
def people(made: tuple[dict[str, pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    return made[1]


def test_counts_add_up(context: Context, tables: dict[str, pd.DataFrame]) -> None:
    sums = equations(tables[COVERAGE.name], tables[LISTING.name], len(context.reconciled))
    assert {name: pair for name, pair in sums.items() if pair[0] != pair[1]} == {}
    assert len(sums) > 80
    # the wholes are not empty, so that the equations say something
    pkh = tables[LISTING.name].set_index("program").loc["pkh"]
    assert pkh[["n_layak", "n_tidak_layak", "n_kelayakan_tidak_diketahui", "n_terlayani"]].gt(0).all()
    assert pkh["n_baris_penerima_tidak_ditemukan"] == 1


@pytest.mark.parametrize("column", ["n_layak", "n_dinilai", "n_layak_belum"])
def test_a_count_that_is_wrong_is_seen(
    context: Context, tables: dict[str, pd.DataFrame], column: str
) -> None:
    listed = tables[LISTING.name].copy()
    listed.loc[0, column] += 1
    sums = equations(tables[COVERAGE.name], listed, len(context.reconciled))
    assert [name for name, pair in sums.items() if pair[0] != pair[1]]


def test_the_names_are_those_that_are_counted(tables: dict[str, pd.DataFrame], people: pd.DataFrame) -> None:
    listed = tables[LISTING.name].set_index("program")
    for name, own in people.groupby("program"):
        for outcome, count in own["hasil_program"].value_counts().items():
            if f"n_{outcome}" in COUNT_NAMES and pd.notna(listed.loc[name, f"n_{outcome}"]):
                assert listed.loc[name, f"n_{outcome}"] >= count
                served = str(outcome).startswith(("layak", "terlayani"))
                assert not served or listed.loc[name, f"n_{outcome}"] == count
    assert "tanpa_sumber" not in set(people["program"])
    assert "tidak_layak" not in set(people["hasil_program"])


def test_every_row_of_names_says_why_and_where_it_comes_from(people: pd.DataFrame) -> None:
    assert (people["mengapa"].str.len() > len("Layak: ")).all()
    assert people["layanan"].ne("").all()
    assert people[["berkas_p3ke", "berkas_bps"]].notna().any(axis="columns").all()
    eligible = people["hasil_program"].str.startswith("layak")
    assert people.loc[eligible, "mengapa"].str.startswith("Layak:").all()
    assert people.loc[eligible, "urutan"].notna().all()
    paid = people[people["nama"] == "SITI PENERIMA"]
    assert paid.loc[paid["program"] == "pkh", "berkas_penerima"].notna().all()


SENTENCES = [
    # criteria, family, why
    (["desil <= 4"], {"desil": 2}, "Layak: desil 2"),
    (["desil <= 4"], {"desil": 6, "terima_pkh": True}, "Tidak layak: desil 6"),
    (["desil <= 4"], {}, "Belum dapat dinilai: desil tidak diketahui"),
    (["desil <= 4 atau terima_sembako"], {"terima_sembako": True}, "Layak: menerima Sembako/BPNT"),
    (["bukan terima_sembako"], {"terima_sembako": False}, "Layak: tidak menerima Sembako/BPNT"),
    (
        ["desil <= 4", "terima_sembako"],
        {"desil": 1},
        "Belum dapat dinilai: tidak diketahui apakah menerima Sembako/BPNT",
    ),
    (["desil <= 4", "desil >= 2"], {"desil": 3}, "Layak: desil 3"),
    (["kode_kab = 64.02"], {}, "Layak: kabupaten/kota: 64.02"),
    (["desil tidak diketahui"], {}, "Layak: desil tidak diketahui"),
    (["status_padan = hanya_p3ke"], {}, "Layak: status padan: hanya di P3KE"),
]


@pytest.mark.parametrize(("criteria", "row", "why"), SENTENCES, ids=[s[2] for s in SENTENCES])
def test_reasons_name_the_values_that_decide(criteria: list[str], row: dict[str, Any], why: str) -> None:
    # the second family makes every column known
    known = Family({"desil": 9, "terima_sembako": True, "terima_pkh": True})
    declared = program(criteria=criteria, served_by={"columns": ["terima_pkh"]})
    context = world(Family(row), known)
    _, people = told([declared], context)
    own = context.reconciled.set_index("record_id_p3ke").loc["p3ke:1", "id_rekon"]
    assert people.loc[people["id_rekon"] == own, "mengapa"].tolist() == [why]


def test_in_english_every_sentence_is(context: Context) -> None:
    tables, people = told(PROGRAMS, replace(context, language=Language.ENGLISH))
    assert people["mengapa"].str.match("Eligible:|Not eligible:|Cannot be judged yet:").all()
    assert not tables[LISTING.name]["prioritas"].str.contains("rendah|tinggi").any()


def test_counts_hold_no_identity(context: Context, tables: dict[str, pd.DataFrame]) -> None:
    names = set(context.members["nama"].dropna()) | set(context.members["nik"].dropna())
    for name in (COVERAGE.name, LISTING.name, PROFILE.name):
        assert not set(tables[name]) & {"nama_kepala", "nik", "no_kk", "alamat", "id_rekon", "tanggal_lahir"}
        values = set(tables[name].astype("str").to_numpy().ravel())
        assert not values & names


def test_the_profile_counts_every_candidate_of_every_village(tables: dict[str, pd.DataFrame]) -> None:
    profile, listed = tables[PROFILE.name], tables[LISTING.name].set_index("program")
    assert set(profile["program"]) == {"pelatihan"}
    assert profile["n_calon"].sum() == listed.loc["pelatihan", "n_layak"]
    assert profile["n_dalam_kuota"].sum() == listed.loc["pelatihan", "n_dalam_kuota"] == 2
    assert not profile.duplicated(["kode_desa", "kelamin", "kelas_umur", "jenjang", "kerja"]).any()
    assert set(profile["kelas_umur"]) <= {"18-24", "25-34", "35-44", "45-59"}


def test_the_order_of_rows_changes_no_byte(tables: dict[str, pd.DataFrame]) -> None:
    some = families(3, 25)
    (first, people), (second, same) = (
        told(PROGRAMS, world(*some, paid=PAID, turned=turned)) for turned in (False, True)
    )
    for name in tables:
        pd.testing.assert_frame_equal(first[name], second[name])
    pd.testing.assert_frame_equal(people, same)


def test_the_lot_favours_nobody_and_stays() -> None:
    some = [Family({"desil": 1, "nama": chr(65 + n)}) for n in range(20)]
    declared = program(quota=5)
    first, again, other = (
        told([declared], world(*some), key=key)[1].query("dalam_kuota") for key in (KEY, KEY, bytes(32))
    )
    assert first["nama"].tolist() == again["nama"].tolist()
    assert first["nama"].tolist() != [chr(65 + n) for n in range(5)]
    assert set(first["nama"]) != set(other["nama"])


def test_without_programmes_every_table_is_empty(context: Context) -> None:
    found = target_programs([], context, DAYS, key=KEY)
    assert {name: len(table) for name, table in found.items()} == dict.fromkeys(found, 0)
    assert list(found[COVERAGE.name]) == COVERAGE.names


def test_a_run_without_any_family_still_tells_its_programmes() -> None:
    empty = world(Family({"desil": 1}))
    empty = replace(
        empty,
        reconciled=empty.reconciled.head(0),
        households=empty.households.head(0),
        members=empty.members.head(0),
    )
    found, people = told(PROGRAMS, empty)
    assert set(found[LISTING.name]["keadaan"]) == {"TIDAK DIUJI"}
    assert len(people) == 0
