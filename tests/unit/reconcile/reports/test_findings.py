"""Findings as auditors get them: nothing lost on the way to parts, counts and the identified version."""

import pandas as pd
import pytest

from reconcile import tables
from reconcile.discrepancies.rules import RULES
from reconcile.indicators import INDICATORS
from reconcile.language import entries, text
from reconcile.reports.blocks import Blocks
from reconcile.reports.findings import (
    IDENTIFIED,
    REPORT,
    by_family,
    by_kabupaten,
    family_of,
    family_title,
    file_part,
    identified,
    report,
    summary,
)
from reconcile.tables import DTYPES, FINDINGS, RECONCILED, Table
from reconcile.vocab import Language

SAMPLE = {"text": "x", "whole": 1, "number": 0.5, "date": pd.Timestamp("2026-01-02"), "yesno": True}


def filled(table: Table, rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return ``table`` with the required columns filled in and ``rows`` over them."""
    frame = pd.DataFrame(rows)
    for column in table.columns:
        if column.required and column.name not in frame:
            frame[column.name] = pd.Series(SAMPLE[column.kind], index=frame.index, dtype=DTYPES[column.kind])
    return table.build(frame)


FOUND = filled(
    FINDINGS,
    [
        {"kasus": "KS-B", "kode": "I01", "id_rekon": "R1", "kode_desa": "64.02.05.2003"},
        {"kasus": "KS-C", "kode": "I06", "id_rekon": "R1", "kode_desa": "64.02.05.2003"},
        {"kasus": "KS-D", "kode": "K01", "id_rekon": "R2", "kode_desa": "64.07.01.2001"},
        {"kasus": "KS-F", "kode": "W08", "id_rekon": "R3", "kode_desa": None},
        {"kasus": "KS-G", "kode": "K01", "id_rekon": None, "kode_desa": None, "kode_kab": "64.07"},
        {"kasus": "KS-H", "kode": "K01", "id_rekon": "gone", "kode_desa": "64.07.01.2001"},
    ],
)
HOUSEHOLDS = filled(
    RECONCILED,
    [
        {"id_rekon": "R3"},
        {"id_rekon": "R2", "nik_p3ke": "6407010101800001", "source_sha256_p3ke": "aa"},
        {"id_rekon": "R1", "source_sha256_bps": "bb", "nik_bps": "6402050101800001"},
    ],
)
VILLAGES = filled(
    tables.VILLAGES,
    [
        {"kode_desa": "64.02.05.2003", "kode_kab": "64.02", "nama_kab": "Kutai", "nama_desa": "Loa"},
        {"kode_desa": "64.07.01.2001", "kode_kab": "64.07", "nama_kab": "Barat", "nama_desa": "Muara"},
    ],
)
AREAS = filled(
    INDICATORS,
    [
        {"kode": "64.02", "kode_bps": "6403", "nama": "Kutai"},
        {"kode": "64.02.05.2003", "kode_bps": "6403050012", "nama": "Loa"},
        {"kode": None},
    ],
)


def written(found: pd.DataFrame, households: pd.DataFrame = HOUSEHOLDS) -> Blocks:
    return report(found, households, VILLAGES, Language.INDONESIAN, run="jalan")


def test_every_finding_stands_in_the_report_with_the_hashes_of_its_files() -> None:
    rows = written(FOUND).whole()
    assert list(rows.columns) == REPORT.names
    assert rows["kasus"].tolist() == FOUND["kasus"].tolist()
    assert rows["sha256_p3ke"].tolist()[2] == "aa"
    assert rows["sha256_p3ke"].isna().sum() == 5
    assert rows["sha256_bps"].tolist()[:2] == ["bb", "bb"]


def test_a_finding_without_a_village_names_the_kabupaten_that_its_rule_knows() -> None:
    rows = written(FOUND).whole()
    assert rows["kab_kota"].fillna("-").tolist() == ["Kutai", "Kutai", "Barat", "-", "Barat", "Barat"]
    assert rows["desa_kel"].fillna("-").tolist() == ["Loa", "Loa", "Muara", "-", "-", "Muara"]


def test_the_report_holds_nothing_of_a_person_and_the_identified_version_does() -> None:
    rows = written(FOUND)
    named = {"nik", "nama", "no_kk", "tanggal_lahir", "alamat", "record_id"}
    assert not [c for c in REPORT.names if c.removesuffix("_p3ke").removesuffix("_bps") in named]
    who = identified(rows, FOUND, HOUSEHOLDS).whole()
    assert list(who.columns) == IDENTIFIED.names
    assert who["nik_bps"].tolist()[0] == "6402050101800001"
    assert who["nik_p3ke"].dropna().tolist() == ["6407010101800001"]


def test_no_household_at_all() -> None:
    none = written(FOUND, RECONCILED.empty()).whole()
    assert none["sha256_bps"].isna().all()
    assert len(written(FINDINGS.empty())) == 0
    assert list(written(FINDINGS.empty()).whole().columns) == REPORT.names
    assert by_kabupaten(FINDINGS.empty(), VILLAGES) == {}


def test_parts_are_the_whole() -> None:
    rows = written(FOUND)
    areas = by_kabupaten(FOUND, VILLAGES)
    assert {area: rows.only(at).whole()["kasus"].tolist() for area, at in areas.items()} == {
        ("", ""): ["KS-F", "KS-G"],
        ("64.02", "Kutai"): ["KS-B", "KS-C"],
        ("64.07", "Barat"): ["KS-D", "KS-H"],
    }
    families = by_family(FOUND, ["I", "K", "W", "B"])
    assert {family: len(part) for family, part in families.items()} == {"I": 2, "K": 3, "W": 1, "B": 0}
    assert list(rows.only(families["B"]).whole().columns) == REPORT.names


def test_a_block_says_what_the_whole_says() -> None:
    who = identified(written(FOUND), FOUND, HOUSEHOLDS)
    pd.testing.assert_frame_equal(pd.concat(who.cut(2), ignore_index=True), who.whole())


def test_every_level_of_the_summary_counts_every_finding() -> None:
    counted = summary(FOUND, AREAS, Language.INDONESIAN)
    levels = counted.groupby("tingkat_wilayah")["jumlah"].sum()
    assert levels.to_dict() == dict.fromkeys(["provinsi", "kabupaten", "kecamatan", "desa"], len(FOUND))
    row = counted[(counted["kode"] == "I01") & (counted["tingkat_wilayah"] == "kabupaten")].iloc[0]
    assert (row["kode_wilayah"], row["kode_wilayah_bps"], row["nama_wilayah"]) == ("64.02", "6403", "Kutai")
    lost = counted[(counted["kode"] == "W08") & counted["kode_wilayah"].isna()]
    assert set(lost["tingkat_wilayah"]) == {"provinsi", "kabupaten", "kecamatan", "desa"}


def test_two_findings_of_a_rule_in_one_family_are_one_family() -> None:
    twice = pd.concat([FOUND.iloc[:1], FOUND.iloc[:1].assign(kasus="KS-Z")], ignore_index=True)
    assert summary(twice, AREAS, Language.INDONESIAN)["jumlah_keluarga"].tolist() == [1, 1, 1, 1]


def test_a_row_says_all_that_an_auditor_needs() -> None:
    needed = {
        "kasus", "kode", "tingkat", "status", "kode_desa", "kode_desa_bps", "kab_kota", "kecamatan",
        "desa_kel", "nilai_p3ke", "nilai_bps", "skor", "bobot", "alasan",
        "pertama_muncul", "terakhir_muncul", "jalan",
    }  # fmt: skip
    places = {
        f"{what}_{side}" for what in ("berkas", "lembar", "baris", "sha256") for side in ("p3ke", "bps")
    }
    assert needed | places <= set(REPORT.names)


@pytest.mark.parametrize("language", Language)
def test_every_rule_family_has_a_name_that_fits_a_sheet(language: Language) -> None:
    families = family_of(pd.Series([rule.code for rule in RULES], dtype="str")).unique()
    for family in families:
        assert f"family_{family}" in entries()
        assert len(family_title(family, language)) <= 31
        assert file_part(text(f"family_{family}", language)).replace("-", "").isalnum()


@pytest.mark.parametrize(
    ("name", "part"),
    [("Kutai Kartanegara", "kutai-kartanegara"), ("Kota Samarinda/Ulu", "kota-samarinda-ulu"), ("", "")],
)
def test_names_become_parts_of_file_names(name: str, part: str) -> None:
    assert file_part(name) == part
