"""Who is eligible, who is served, who is missed: hits and misses, one family or person at a time.

More than 400 lines: a table of hits and misses per shipped programme.
"""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from program_world import Family, covered, judged, outcomes, person, program, totals, world

from reconcile.discrepancies.context import Context
from reconcile.programs.settings import Program
from reconcile.programs.vocab import View
from reconcile.vocab import CheckState

ROOT = Path(__file__).parents[4]
SHIPPED = {
    one["name"]: Program.model_validate(one)
    for one in yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["programs"]
}
NIK, OTHER = "6402065705800001", "6402061508700002"
CHILD = {"nama": "CICI", "nik": NIK, "tanggal_lahir": "2016-01-01", "hubungan": "anak"}
ADULT = {
    "nama": "BUDI",
    "nik": OTHER,
    "tanggal_lahir": "1990-01-01",
    "hubungan": "kepala",
    "pekerjaan": "PETANI",
    "pendidikan": "TAMAT SD/SEDERAJAT",
}
OLD = {**ADULT, "tanggal_lahir": "1950-01-01"}
POOR, RICH = {"desil": 2, "jumlah_anggota": 1}, {"desil": 8, "jumlah_anggota": 1}
PAID = {"nik": OTHER, "periode": "2026-01"}

#: A second family makes known what the programme needs, so that it is tested.
KNOWN = Family(
    {**RICH, "terima_pkh": False, "terima_sembako": False},
    {**RICH, "terima_pbi": False},
    (
        {
            "nama": "X",
            "tanggal_lahir": "1990-01-01",
            "pekerjaan": "PNS/TNI/POLRI",
            "pendidikan": "SMA",
            "status_kawin": "KAWIN",
        },
    ),
    (),
)

FAMILIES = [
    # programme, what is tried, family, outcome
    ("pkh", "poor with a child, served", {**POOR, "terima_pkh": True}, (CHILD,), "layak_terlayani"),
    ("pkh", "poor with a child, not served", {**POOR, "terima_pkh": False}, (CHILD,), "layak_belum"),
    ("pkh", "poor with an old person", {**POOR, "terima_pkh": False}, (OLD,), "layak_belum"),
    ("pkh", "poor, nobody says whether served", POOR, (CHILD,), "layak_layanan_tidak_diketahui"),
    ("pkh", "poor without child or old person", {**POOR, "terima_pkh": False}, (ADULT,), "tidak_layak"),
    (
        "pkh",
        "members are missing: nobody knows",
        {**POOR, "jumlah_anggota": 4, "terima_pkh": False},
        (ADULT,),
        "kelayakan_tidak_diketahui",
    ),
    (
        "pkh",
        "an age is missing: nobody knows",
        {**POOR, "terima_pkh": False},
        ({"nama": "A"},),
        "kelayakan_tidak_diketahui",
    ),
    (
        "pkh",
        "no decile, served",
        {"jumlah_anggota": 1, "terima_pkh": True},
        (CHILD,),
        "terlayani_kelayakan_tidak_diketahui",
    ),
    (
        "pkh",
        "not poor, served, on one list only",
        {**RICH, "terima_pkh": True},
        (CHILD,),
        "terlayani_tidak_layak",
    ),
    ("pkh", "not poor, not served", {**RICH, "terima_pkh": False}, (CHILD,), "tidak_layak"),
    (
        "pkh",
        "a public servant is excluded",
        {**POOR, "jumlah_anggota": 2, "terima_pkh": False},
        (CHILD, {**ADULT, "pekerjaan": "PNS/TNI/POLRI"}),
        "tidak_layak",
    ),
    ("sembako", "poor, served", {**POOR, "terima_sembako": True}, (ADULT,), "layak_terlayani"),
    ("sembako", "poor, not served", {**POOR, "terima_sembako": False}, (ADULT,), "layak_belum"),
    ("sembako", "decile 5", {"desil": 5, "terima_sembako": False}, (ADULT,), "tidak_layak"),
    ("pbi_jk", "decile 5", {"desil": 5, "terima_pbi": False}, (ADULT,), "layak_belum"),
    ("pbi_jk", "decile 6", {"desil": 6, "terima_pbi": False}, (ADULT,), "tidak_layak"),
]


@pytest.fixture(scope="module")
def families() -> Context:
    """Return a world with the families of all cases, one behind the other."""
    sides = ["bps" if name == "pbi_jk" else "p3ke" for name, *_ in FAMILIES]
    rows = [
        Family(**{side: row, f"{side}_members": _own(n, people)})
        for n, (side, (_, _, row, people, _)) in enumerate(zip(sides, FAMILIES, strict=True), start=1)
    ]
    return world(*rows, KNOWN)


def _own(n: int, people: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
    """Return people whom no other case has: the same person in two families would be one."""
    return tuple({**one, "nama": f"{one['nama']} {n}", "nik": None} for one in people)


@pytest.mark.parametrize("n", range(1, len(FAMILIES) + 1), ids=[f"{f[0]}: {f[1]}" for f in FAMILIES])
def test_shipped_programmes_of_families(n: int, families: Context) -> None:
    name, *_, outcome = FAMILIES[n - 1]
    side = "bps" if name == "pbi_jk" else "p3ke"
    assert outcomes(SHIPPED[name], families)[f"{side}:{n}"] == outcome


PERSONS = [
    ("pip", "a child of school age", {"desil": 3}, CHILD, "layak_layanan_tidak_diketahui"),
    (
        "pip",
        "not poor, but the family receives PKH",
        {"desil": 6, "terima_pkh": True},
        CHILD,
        "layak_layanan_tidak_diketahui",
    ),
    ("pip", "not poor", {"desil": 6, "terima_pkh": False}, CHILD, "tidak_layak"),
    ("pip", "grown up", {"desil": 3}, {**CHILD, "tanggal_lahir": "2000-01-01"}, "tidak_layak"),
    (
        "pip",
        "married",
        {"desil": 3},
        {**CHILD, "tanggal_lahir": "2006-01-01", "status_kawin": "KAWIN"},
        "tidak_layak",
    ),
    ("pip", "no birth date", {"desil": 3}, {**CHILD, "tanggal_lahir": None}, "kelayakan_tidak_diketahui"),
    ("pelatihan", "a farmer", {"desil": 1}, ADULT, "layak_layanan_tidak_diketahui"),
    (
        "pelatihan",
        "not working",
        {"desil": 1},
        {**ADULT, "pekerjaan": "TIDAK/BELUM BEKERJA"},
        "layak_layanan_tidak_diketahui",
    ),
    ("pelatihan", "an employee", {"desil": 1}, {**ADULT, "pekerjaan": "PEGAWAI SWASTA"}, "tidak_layak"),
    (
        "pelatihan",
        "59 years old",
        {"desil": 1},
        {**ADULT, "tanggal_lahir": "1966-04-01"},
        "layak_layanan_tidak_diketahui",
    ),
    ("pelatihan", "60 years old", {"desil": 1}, {**ADULT, "tanggal_lahir": "1966-03-31"}, "tidak_layak"),
    ("pelatihan", "17 years old", {"desil": 1}, {**ADULT, "tanggal_lahir": "2008-04-01"}, "tidak_layak"),
    (
        "pelatihan",
        "still in school",
        {"desil": 1},
        {**ADULT, "pendidikan": "MASIH SD/SEDERAJAT"},
        "tidak_layak",
    ),
    (
        "pelatihan",
        "occupation not known",
        {"desil": 1},
        {**ADULT, "pekerjaan": None},
        "kelayakan_tidak_diketahui",
    ),
    ("pelatihan", "not poor", {"desil": 8}, ADULT, "tidak_layak"),
]


@pytest.fixture(scope="module")
def persons() -> Context:
    """Return a world with the persons of all cases, each in a family of its own."""
    rows = [
        Family(row, p3ke_members=_own(n, (member,)))
        for n, (_, _, row, member, _) in enumerate(PERSONS, start=1)
    ]
    return world(*rows, KNOWN)


@pytest.mark.parametrize("n", range(1, len(PERSONS) + 1), ids=[f"{p[0]}: {p[1]}" for p in PERSONS])
def test_shipped_programmes_of_persons(n: int, persons: Context) -> None:
    name, _, _, member, outcome = PERSONS[n - 1]
    assert outcomes(SHIPPED[name], persons)[f"{member['nama']} {n}"] == outcome


def test_every_shipped_programme_has_hits_and_misses() -> None:
    tried = {(name, outcome.startswith("layak")) for name, *_, outcome in (*FAMILIES, *PERSONS)}
    assert tried == {(name, hit) for name in SHIPPED for hit in (True, False)}


PKH = program(served_by={"columns": ["terima_pkh"], "recipients": ["PKH", "Keluarga Harapan"]})


def test_the_decile_in_force_is_that_of_the_newer_list() -> None:
    context = world(
        Family({"desil": 1}, {"desil": 7}), Family({"desil": 7}, {"desil": 1}), Family({"desil": 3}, {})
    )
    assert outcomes(program(), context) == {
        "p3ke:1": "tidak_layak",
        "p3ke:2": "layak_layanan_tidak_diketahui",
        "p3ke:3": "layak_layanan_tidak_diketahui",
    }
    either = program(criteria=["desil_p3ke <= 4 atau desil_bps <= 4"])
    assert set(outcomes(either, context).values()) == {"layak_layanan_tidak_diketahui"}


INCLUSION = [
    ("both say not poor", {"desil": 6}, {"desil": 7}, "terlayani_tidak_layak_keduanya"),
    ("only the older list says poor", {"desil": 2}, {"desil": 7}, "terlayani_tidak_layak"),
    ("the older list does not know", {}, {"desil": 7}, "terlayani_tidak_layak"),
    ("on one list only", None, {"desil": 7}, "terlayani_tidak_layak"),
    ("the newer list says poor", {"desil": 7}, {"desil": 2}, "layak_terlayani"),
]


@pytest.mark.parametrize(
    ("p3ke", "bps", "outcome"), [i[1:] for i in INCLUSION], ids=[i[0] for i in INCLUSION]
)
def test_inclusion_needs_both_registries(
    p3ke: dict[str, Any] | None, bps: dict[str, Any], outcome: str
) -> None:
    context = world(Family(p3ke, {**bps, "terima_pkh": True}))
    assert list(outcomes(PKH, context).values()) == [outcome]


SERVED = [
    # columns of either list, rows of recipients, outcome
    ("one list says yes", {"terima_pkh": True}, {"terima_pkh": False}, None, "layak_terlayani"),
    ("one list says no, the other nothing", {"terima_pkh": False}, {}, None, "layak_belum"),
    ("nothing tells", {}, {}, None, "layak_layanan_tidak_diketahui"),
    (
        "on the list of recipients",
        {"terima_pkh": False},
        {},
        [{**PAID, "program": "pkh "}],
        "layak_terlayani",
    ),
    (
        "under another name of the programme",
        {},
        {},
        [{**PAID, "program": "KELUARGA HARAPAN"}],
        "layak_terlayani",
    ),
    ("paid by another programme", {"terima_pkh": True}, {}, [{**PAID, "program": "BLT"}], "layak_terlayani"),
    (
        "the list covers the kabupaten and has it not",
        {"terima_pkh": True},
        {},
        [{"nik": NIK, "program": "PKH"}],
        "layak_belum",
    ),
    (
        "the list covers another kabupaten",
        {"terima_pkh": True},
        {},
        [{"nik": "6402061508700009", "program": "PKH"}],
        "layak_terlayani",
    ),
]


@pytest.mark.parametrize(
    ("p3ke", "bps", "paid", "outcome"), [s[1:] for s in SERVED], ids=[s[0] for s in SERVED]
)
def test_the_list_of_recipients_decides_where_it_is(
    p3ke: dict[str, Any], bps: dict[str, Any], paid: Any, outcome: str
) -> None:
    first = Family({"desil": 1, **p3ke}, {"desil": 1, **bps}, (ADULT,))
    here = Family(bps={"desil": 9}, bps_members=(CHILD,))
    there = Family(
        bps={"desil": 9, "kode_desa": "64.07.01.2001"}, bps_members=({**CHILD, "nik": "6402061508700009"},)
    )
    context = world(first, here, there, paid=None if paid is None else tuple(paid))
    assert outcomes(PKH, context)["p3ke:1"] == outcome


def test_recipients_are_found_by_name_and_birth_date_where_there_is_no_nik() -> None:
    family = Family({"desil": 1}, p3ke_members=({**ADULT, "nik": None},))
    named = {"nama": "BUDI", "tanggal_lahir": "1990-01-01", "program": "PKH"}
    assert outcomes(PKH, world(family, paid=(named,))) == {"p3ke:1": "layak_terlayani"}


def test_recipients_in_neither_registry_are_counted() -> None:
    paid = (
        {**PAID, "program": "PKH"},
        {"nik": "6402061508709999", "program": "PKH"},
        {**PAID, "program": "BLT"},
    )
    row = totals(PKH, world(Family({"desil": 1}, p3ke_members=(ADULT,)), paid=paid))
    assert (row["n_baris_penerima"], row["n_baris_penerima_tidak_ditemukan"]) == (2, 1)


TWICE = [
    ("two periods", [{**PAID, "program": "PKH"}, {**PAID, "program": "PKH", "periode": "2026-02"}], 0),
    ("one period twice", [{**PAID, "program": "PKH"}, {**PAID, "program": "PKH"}], 1),
    ("two names of one programme", [{**PAID, "program": "PKH"}, {**PAID, "program": "Keluarga Harapan"}], 1),
    (
        "two persons of one family",
        [{**PAID, "program": "PKH"}, {"nik": NIK, "periode": "2026-01", "program": "PKH"}],
        1,
    ),
    ("two programmes", [{**PAID, "program": "PKH"}, {**PAID, "program": "BLT"}], 0),
]


@pytest.mark.parametrize(("paid", "twice"), [t[1:] for t in TWICE], ids=[t[0] for t in TWICE])
def test_served_twice(paid: list[dict[str, Any]], twice: int) -> None:
    context = world(Family({"desil": 1}, p3ke_members=(ADULT, CHILD)), paid=tuple(paid))
    assert totals(PKH, context)["n_terlayani_ganda"] == twice


PARTS = [
    # relation, how many are judged, served twice
    ("ganda", 1, 1),
    ("gabungan", 1, 1),
    ("pecahan", 2, 0),
]


@pytest.mark.parametrize(("part", "units", "twice"), PARTS)
def test_a_copy_counts_with_its_family_and_one_that_split_off_by_itself(
    part: str, units: int, twice: int
) -> None:
    whole = Family({"desil": 1, "terima_pkh": True}, {"desil": 1, "terima_pkh": True})
    side = "bps" if part == "pecahan" else "p3ke"
    copy = Family(**{side: {"desil": 1, "terima_pkh": True}}, part=part)
    context = world(whole, copy)
    row = totals(PKH, context)
    assert (row["n_dinilai"], row["n_terlayani_ganda"]) == (units, twice)
    assert row["n_dinilai"] + row["n_baris_bagian"] == len(context.reconciled)


def test_a_doubtful_pair_is_said_to_count_twice_perhaps() -> None:
    context = world(Family({"desil": 1}, {"desil": 1}, status="tinjau"))
    row = totals(program(), context)
    assert (row["n_layak"], row["n_layak_pasangan_meragukan"]) == (2, 2)


def test_a_visit_excludes_and_without_visit_nothing_is_unknown() -> None:
    declared = program(exclusions=["dinyatakan_mampu", "hasil_kunjungan = pindah_keluar"])
    context = world(
        Family({"desil": 1}),
        Family({"desil": 1}, visit={"masih_miskin": "tidak"}),
        Family({"desil": 1}, visit={"masih_miskin": "ya", "hasil_kunjungan": "pindah_keluar"}),
    )
    row = totals(declared, context)
    assert (row["n_layak"], row["n_tidak_layak"], row["n_layak_pengecualian_belum_diuji"]) == (1, 2, 0)


def test_an_exclusion_that_is_unknown_is_said() -> None:
    declared = program(exclusions=["punya_pekerja_negara"])
    known = Family({"desil": 1, "jumlah_anggota": 1}, p3ke_members=(ADULT,))
    unknown = Family({"desil": 1, "jumlah_anggota": 1}, p3ke_members=({"nama": "A"},))
    row = totals(declared, world(known, unknown))
    assert (row["n_layak"], row["n_layak_pengecualian_belum_diuji"]) == (2, 1)


def test_a_programme_whose_column_no_source_fills_is_not_tested() -> None:
    context = world(Family({"desil": 1, "terima_pkh": True}))
    declared = program(criteria=["desil <= 4", "terima_pbi"], served_by={"columns": ["terima_pkh"]})
    row = totals(declared, context)
    assert row["keadaan"] == "TIDAK DIUJI"
    assert "terima_pbi" in row["sebab"]
    told = {name for name, value in row.items() if name.startswith("n_") and pd.notna(value)}
    assert not any(name.startswith(("n_layak", "n_tidak", "n_kelayakan")) for name in told)
    assert (row["n_dinilai"], row["n_terlayani"]) == (1, 1)
    areas = covered(declared, context)
    assert areas["n_layak"].isna().all()
    assert set(areas["keadaan"]) == {"TIDAK DIUJI"}


PARTLY = [
    ("nothing tells who is served", {"served_by": {"columns": ["terima_blt"]}}, None, "terima_blt"),
    ("there is no list of recipients", {"served_by": {"recipients": ["PKH"]}}, None, "daftar penerima"),
    ("the list has not this programme", {"served_by": {"recipients": ["PKH"]}}, (), "tidak memuat"),
    ("a column of an exclusion", {"exclusions": ["punya_pekerja_negara"]}, None, "punya_pekerja_negara"),
]


@pytest.mark.parametrize(("given", "paid", "why"), [p[1:] for p in PARTLY], ids=[p[0] for p in PARTLY])
def test_what_is_missing_of_the_rest_is_said(given: dict[str, Any], paid: Any, why: str) -> None:
    row = totals(program(**given), world(Family({"desil": 1}), paid=paid))
    assert row["keadaan"] == "DIUJI SEBAGIAN"
    assert why in row["sebab"]
    assert row["n_layak"] == 1
    assert pd.isna(row["n_layak_belum"])


def test_with_everything_there_it_is_tested() -> None:
    found = judged(PKH, world(Family({"desil": 1, "terima_pkh": True})))
    assert found.state is CheckState.TESTED
    assert found.lacking == ()
    assert found.by_side[View.P3KE].yes.tolist() == [True]
    assert found.by_side[View.BPS].unknown.tolist() == [True]


QUOTA = [
    # order, quota, who is inside
    (["desil", "jumlah_anggota turun"], 2, {"p3ke:1", "p3ke:2"}),
    (["jumlah_anggota turun"], 2, {"p3ke:3", "p3ke:2"}),
    (["desil turun"], 1, {"p3ke:3"}),
    (["desil"], {"64.02": 1, "64.07": 1}, {"p3ke:1", "p3ke:4"}),
    (["desil"], {"64.02": 0}, set()),
    (["desil"], 10, {"p3ke:1", "p3ke:2", "p3ke:3", "p3ke:4"}),
]


@pytest.fixture(scope="module")
def ranked() -> Context:
    """Return five families, of which the last is not eligible."""
    return world(
        Family({"desil": 1, "jumlah_anggota": 3}),
        Family({"desil": 2, "jumlah_anggota": 5}),
        Family({"desil": 4, "jumlah_anggota": 6}),
        Family({"desil": 3, "jumlah_anggota": None, "kode_desa": "64.07.01.2001"}),
        Family({"desil": 9, "jumlah_anggota": 9}),
    )


@pytest.mark.parametrize(("order", "quota", "inside"), QUOTA)
def test_the_quota_goes_to_the_first_of_the_declared_order(
    ranked: Context, order: list[str], quota: Any, inside: set[str]
) -> None:
    found = judged(program(order=order, quota=quota), ranked)
    records = ranked.reconciled["record_id_p3ke"].iloc[found.units]
    assert set(records[found.ranking.inside]) == inside
    places = found.ranking.rank[found.eligible.yes]
    assert sorted(found.ranking.rank[~found.eligible.yes]) == [0]
    assert sorted(places) == ([1, 1, 2, 3] if isinstance(quota, dict) else [1, 2, 3, 4])


def test_persons_without_place_belong_to_no_quota_of_a_kabupaten() -> None:
    lost = {"kode_desa": None, "cara_lokasi": "tidak_terpetakan", "posisi": "tanpa_titik", "desil": 1}
    found = judged(person(quota={"64.02": 5}), world(Family(lost, p3ke_members=(ADULT,))))
    assert found.eligible.yes.tolist() == [True]
    assert found.ranking.limited.tolist() == [False]
