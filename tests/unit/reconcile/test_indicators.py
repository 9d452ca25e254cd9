"""Counts per area: they add up, name every area, and carry the newest official figures."""

from typing import Any

import factory
import pandas as pd
import pytest
import visit_world
from finding_world import KEY, REGISTER, pairs_of

from reconcile.indicators import COUNT_NAMES, INDICATORS, area_indicators, unplaced_families
from reconcile.merge import merge_households
from reconcile.tables import FIGURES, FINDINGS, RECONCILED, RELATIONS, TASKS

VILLAGES = REGISTER.villages
ULU, ILIR, JATI, BESIQ = "64.02.06.1001", "64.02.06.2002", "64.02.19.2001", "64.07.01.2001"
LOST = {"kode_desa": None, "cara_lokasi": "tidak_terpetakan", "posisi": "tanpa_titik"}
MEASURED = {"posisi": "terukur"}
LEVELS = ("desa", "kecamatan", "kabupaten")
#: A part of the counts, which the table of areas below spells out.
COUNTS = [
    "n_keluarga",
    "n_p3ke",
    "n_bps",
    "n_cocok",
    "n_tinjau",
    "n_hanya_p3ke",
    "n_hanya_bps",
    "n_desil1_p3ke",
    "n_desil1_bps",
    "n_desil1_keduanya",
    "n_titik_terukur",
    "n_temuan",
    "n_temuan_mendesak",
]


def figures(*rows: tuple[Any, ...]) -> pd.DataFrame:
    columns = ["kode_wilayah", "tahun", "indikator", "persen", "ribu_jiwa", "penghitung"]
    if not rows:
        return FIGURES.empty()
    table = pd.DataFrame(list(rows), columns=columns)
    return FIGURES.build(
        table.assign(registry="bps", source="official_figures", source_row=range(len(rows)), **factory.ORIGIN)
    )


def reconciled() -> pd.DataFrame:
    p3ke = factory.placed(
        "p3ke", {}, {"desil": 2}, {"kode_desa": ILIR}, {"kode_desa": JATI}, {"kode_desa": BESIQ}, LOST
    )
    bps = factory.placed("bps", MEASURED, {}, {"kode_desa": ILIR, "desil": None}, {"kode_desa": BESIQ}, LOST)
    return merge_households(
        p3ke,
        bps,
        pairs_of(
            ("p3ke:1", "bps:1", "cocok", 0.99, "nik_same"),
            ("p3ke:2", "bps:2", "cocok", 0.95, "nik_same"),
            ("p3ke:3", "bps:3", "tinjau", 0.5, "nama_same"),
        ),
        RELATIONS.empty(),
        key=KEY,
    )


def findings(rows: pd.DataFrame) -> pd.DataFrame:
    """Return three findings of the pair p3ke:1 (K, T, R) and one (S) of each household without place."""
    pair = rows.loc[rows["record_id_p3ke"] == "p3ke:1", "id_rekon"].tolist()
    lost = rows.loc[rows["kode_desa"].isna(), "id_rekon"].tolist()
    table = pd.DataFrame({"id_rekon": pair * 3 + lost, "tingkat": ["K", "T", "R", *"S" * len(lost)]})
    return FINDINGS.build(table.assign(kasus=[f"KS-{n}" for n in range(len(table))], kode="-", sidik="-"))


def visits(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a visit asked of the pair p3ke:1, and one of another household that was answered."""
    pair = rows.loc[rows["record_id_p3ke"] == "p3ke:1", "id_rekon"].tolist()
    other = rows.loc[rows["record_id_p3ke"] != "p3ke:1", "id_rekon"].tolist()[:1]
    return visit_world.tasks(*pair, *other, status_tugas=["diminta", "dijawab"])


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    rows = reconciled()
    return area_indicators(rows, findings(rows), visits(rows), VILLAGES, figures())


@pytest.fixture(scope="module")
def by_area(table: pd.DataFrame) -> pd.DataFrame:
    return table.dropna(subset=["kode"]).set_index(["tingkat", "kode"])


AREAS = [
    # level, code, then: families, P3KE, BPS, matched, doubtful, only P3KE, only BPS, decile 1 of P3KE, BPS,
    # both, measured, findings, urgent ones
    ("desa", ULU, (2, 2, 2, 2, 0, 0, 0, 1, 2, 1, 1, 3, 2)),
    ("desa", ILIR, (2, 1, 1, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0)),
    ("desa", JATI, (1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0)),
    ("desa", BESIQ, (2, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0)),
    ("desa", "64.07.01.2002", (0,) * 13),
    ("kecamatan", "64.02.06", (4, 3, 3, 2, 2, 0, 0, 2, 2, 1, 1, 3, 2)),
    ("kecamatan", "64.02.19", (1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0)),
    ("kabupaten", "64.02", (5, 4, 3, 2, 2, 1, 0, 3, 2, 1, 1, 3, 2)),
    ("kabupaten", "64.07", (2, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0)),
]


@pytest.mark.parametrize(("level", "code", "counts"), AREAS)
def test_counts_of_an_area(level: str, code: str, counts: tuple[int, ...], by_area: pd.DataFrame) -> None:
    assert tuple(by_area.loc[(level, code), COUNTS]) == counts


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_adds_up_to_the_whole_with_those_who_have_no_village(
    level: str, table: pd.DataFrame
) -> None:
    of_level = table[table["tingkat"] == level]
    assert of_level[COUNTS].sum().tolist() == [9, 6, 5, 2, 2, 3, 2, 5, 4, 1, 1, 5, 2]
    lost = of_level[of_level["kode"].isna()]
    assert lost[["n_keluarga", "n_temuan", "n_temuan_mendesak"]].to_numpy().tolist() == [[2, 2, 0]]


@pytest.mark.parametrize("column", COUNT_NAMES)
def test_every_count_is_the_same_at_every_level(column: str, table: pd.DataFrame) -> None:
    assert len(set(table.groupby("tingkat")[column].sum())) == 1


PEOPLE = [
    # what is tried, row, people, of unknown size
    ("as stated", {"jumlah_anggota": 5}, 5, 0),
    ("member rows where nothing is stated", {"jumlah_anggota": None, "jumlah_baris_anggota": 4}, 4, 0),
    ("stated goes before rows", {"jumlah_anggota": 5, "jumlah_baris_anggota": 4}, 5, 0),
    ("neither", {"jumlah_anggota": None, "jumlah_baris_anggota": 0}, 0, 1),
]


@pytest.mark.parametrize(("row", "people", "unknown"), [c[1:] for c in PEOPLE], ids=[c[0] for c in PEOPLE])
def test_people(row: dict[str, Any], people: int, unknown: int) -> None:
    rows = merge_households(
        factory.placed("p3ke", row), factory.placed("bps"), pairs_of(), RELATIONS.empty(), key=KEY
    )
    table = area_indicators(rows, FINDINGS.empty(), TASKS.empty(), VILLAGES, figures())
    counted = table[table["tingkat"] == "kabupaten"][["n_jiwa_p3ke", "n_tanpa_jiwa_p3ke", "n_jiwa_bps"]]
    assert counted.sum().tolist() == [people, unknown, 0]


COMPLETE = [
    ("all there", {}, 1),
    ("no NIK", {"nik": None}, 0),
    ("no decile", {"desil": None}, 0),
    ("no code", {"kode_wilayah": None}, 0),
    ("no size", {"jumlah_anggota": None}, 0),
    # addresses are not what a family is matched or targeted by
    ("no RT", {"rt": None}, 1),
]


@pytest.mark.parametrize(("row", "complete"), [c[1:] for c in COMPLETE], ids=[c[0] for c in COMPLETE])
def test_completeness(row: dict[str, Any], complete: int) -> None:
    given = {"kode_wilayah": "6402061001", **row}
    rows = merge_households(
        factory.placed("p3ke", given), factory.placed("bps"), pairs_of(), RELATIONS.empty(), key=KEY
    )
    table = area_indicators(rows, FINDINGS.empty(), TASKS.empty(), VILLAGES, figures()).query(
        "tingkat == 'kabupaten'"
    )
    assert table["n_lengkap_p3ke"].sum() == complete
    assert table["persen_lengkap"].dropna().tolist() == [complete * 100.0]


DECILES = [
    # P3KE, BPS: compared, differ, P3KE poorer, BPS poorer
    (1, 1, (1, 0, 0, 0)),
    (1, 3, (1, 1, 1, 0)),
    (4, 2, (1, 1, 0, 1)),
    (None, 2, (0, 0, 0, 0)),
]


@pytest.mark.parametrize(("p3ke", "bps", "expected"), DECILES)
def test_decile_differences(p3ke: int | None, bps: int | None, expected: tuple[int, ...]) -> None:
    rows = merge_households(
        factory.placed("p3ke", {"desil": p3ke}),
        factory.placed("bps", {"desil": bps}),
        pairs_of(("p3ke:1", "bps:1", "cocok", 0.99, "nik_same")),
        RELATIONS.empty(),
        key=KEY,
    )
    table = area_indicators(rows, FINDINGS.empty(), TASKS.empty(), VILLAGES, figures()).query(
        "tingkat == 'kabupaten'"
    )
    columns = ("dibanding", "beda", "p3ke_lebih_miskin", "bps_lebih_miskin")
    assert tuple(int(table[f"n_desil_{column}"].sum()) for column in columns) == expected


def test_findings_count_by_severity(by_area: pd.DataFrame) -> None:
    names = ["kritis", "tinggi", "sedang", "rendah", "info"]
    row = by_area.loc[("desa", ULU)]
    assert [row[f"n_temuan_{name}"] for name in names] == [1, 1, 0, 1, 0]
    assert row["n_survei_ulang"] == 1


def test_families_without_a_village_stand_by_their_reason() -> None:
    rows = reconciled()
    lost = rows["kode_desa"].isna()
    rows.loc[lost & rows["record_id_bps"].notna(), "sebab_lokasi_bps"] = "kode_kosong"
    rows.loc[lost & rows["record_id_p3ke"].notna(), "sebab_lokasi_p3ke"] = "kode_tidak_dikenal"
    table = unplaced_families(rows, findings(rows), TASKS.empty()).set_index("sebab")
    assert table["n_keluarga"].to_dict() == {"kode_kosong": 1, "kode_tidak_dikenal": 1}
    assert table["n_temuan_sedang"].sum() == 2


def test_the_table_is_declared(table: pd.DataFrame) -> None:
    assert table.columns.tolist() == INDICATORS.names


def test_parts_add_up_in_every_row(table: pd.DataFrame) -> None:
    states = ["n_cocok", "n_tinjau", "n_bagian", "n_hanya_p3ke", "n_hanya_bps"]
    assert (table[states].sum(axis="columns") == table["n_keluarga"]).all()
    assert (table["n_p3ke"] + table["n_bps"] - table["n_cocok"] == table["n_keluarga"]).all()


@pytest.mark.parametrize(
    ("level", "column"), [*zip(LEVELS, ("kode_desa", "kode_kec", "kode_kab"), strict=True)]
)
def test_every_area_of_the_register_stands_once(level: str, column: str, table: pd.DataFrame) -> None:
    assert table.loc[table["tingkat"] == level, "kode"].dropna().tolist() == sorted(set(VILLAGES[column]))


NAMES = [
    # level, code, BPS code, name, kecamatan, kabupaten
    ("desa", JATI, "6403010003", "Bukit Jati I", "Muara Contoh Darat", "Kabupaten Kutai Kartanegara"),
    # the BPS code of a kecamatan that was split is its own, not the head of its villages'
    (
        "kecamatan",
        "64.02.19",
        "6403011",
        "Muara Contoh Darat",
        "Muara Contoh Darat",
        "Kabupaten Kutai Kartanegara",
    ),
    ("kabupaten", "64.07", "6402", "Kabupaten Kutai Barat", None, "Kabupaten Kutai Barat"),
]


@pytest.mark.parametrize(("level", "code", "bps", "name", "kec", "kab"), NAMES)
def test_names_and_codes_of_an_area(
    level: str, code: str, bps: str, name: str, kec: str | None, kab: str, by_area: pd.DataFrame
) -> None:
    row = by_area.loc[(level, code), ["kode_bps", "nama", "nama_kec", "nama_kab"]]
    assert [None if pd.isna(value) else value for value in row] == [bps, name, kec, kab]


SHARES = [
    ("desa", ULU, 100.0),
    ("desa", ILIR, 0.0),
    ("kecamatan", "64.02.06", 50.0),
    ("kabupaten", "64.02", 40.0),
    # nobody lives there: there is nothing to share
    ("desa", "64.07.01.2002", None),
]


@pytest.mark.parametrize(("level", "code", "percent"), SHARES)
def test_share_matched(level: str, code: str, percent: float | None, by_area: pd.DataFrame) -> None:
    share = by_area.loc[(level, code), "persen_cocok"]
    assert (None if pd.isna(share) else share) == percent


FIGURE_CASES: list[tuple[str, tuple[tuple[Any, ...], ...], str, tuple[Any, ...]]] = [
    # what is tried, official figures, BPS code, (percent, thousand, year, who) of extreme poverty
    (
        "the newest",
        (
            ("6403", 2022, "miskin_ekstrem", 1.5, 12.0, "BPS"),
            ("6403", 2024, "miskin_ekstrem", 0.8, 6.0, "BPS"),
        ),
        "6403",
        (0.8, 6.0, 2024, "BPS"),
    ),
    (
        "the newest of the indicator, not of the file",
        (("6403", 2022, "miskin_ekstrem", 1.5, 12.0, "TNP2K"), ("6403", 2024, "miskin", 7.0, 55.0, "BPS")),
        "6403",
        (1.5, 12.0, 2022, "TNP2K"),
    ),
    # 6402 is Kutai Barat for BPS, and Kutai Kartanegara for Kemendagri
    ("BPS codes", (("6402", 2024, "miskin_ekstrem", 2.0, 3.0, "BPS"),), "6402", (2.0, 3.0, 2024, "BPS")),
    ("another area's", (("6402", 2024, "miskin_ekstrem", 2.0, 3.0, "BPS"),), "6403", (None,) * 4),
    ("no year", (("6403", None, "miskin_ekstrem", 2.0, 3.0, "BPS"),), "6403", (None,) * 4),
    ("no area", ((None, 2024, "miskin_ekstrem", 2.0, 3.0, "BPS"),), "6403", (None,) * 4),
    ("none", (), "6403", (None,) * 4),
]


@pytest.mark.parametrize(
    ("tried", "given", "code", "figure"), FIGURE_CASES, ids=[case[0] for case in FIGURE_CASES]
)
def test_official_figures(
    tried: str, given: tuple[tuple[Any, ...], ...], code: str, figure: tuple[Any, ...]
) -> None:
    table = area_indicators(RECONCILED.empty(), FINDINGS.empty(), TASKS.empty(), VILLAGES, figures(*given))
    row = table[(table["tingkat"] == "kabupaten") & (table["kode_bps"] == code)].iloc[0]
    found = row[[f"{name}_miskin_ekstrem" for name in ("persen", "ribu_jiwa", "tahun", "penghitung")]]
    assert tuple(None if pd.isna(value) else value for value in found) == figure
    assert table.loc[table["tingkat"] != "kabupaten", "persen_miskin_ekstrem"].isna().all()


def test_order_of_the_figures_does_not_count() -> None:
    given = figures(
        *(("6403", year, "miskin", year / 1000, 1.0, who) for year in (2022, 2024) for who in "AB")
    )
    one, other = (
        area_indicators(RECONCILED.empty(), FINDINGS.empty(), TASKS.empty(), VILLAGES, rows)
        for rows in (given, given[::-1])
    )
    pd.testing.assert_frame_equal(one, other)


def test_without_households_every_area_counts_nothing() -> None:
    table = area_indicators(RECONCILED.empty(), FINDINGS.empty(), TASKS.empty(), VILLAGES, figures())
    assert (table[COUNTS] == 0).all(axis=None)
    assert table["kode"].notna().all()
    assert table["persen_cocok"].isna().all()


def test_row_order_changes_nothing(table: pd.DataFrame) -> None:
    rows = reconciled()
    mixed = area_indicators(
        rows.sample(frac=1, random_state=1),
        findings(rows).sample(frac=1, random_state=2),
        visits(rows),
        VILLAGES.sample(frac=1, random_state=3),
        figures(),
    )
    pd.testing.assert_frame_equal(mixed, table)
