"""Linkage quality by group: who is left unmatched more often, list by list."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from reconcile.indicators import INDICATORS
from reconcile.language import entries
from reconcile.reports.groups import GROUPS, group_quality, remote_districts
from reconcile.reports.settings import ReportSettings
from reconcile.tables import RECONCILED
from reconcile.vocab import Language

HERE = "64.02.06.1001"
PERSON = {
    "nik": "6402065705800001", "nama": "SITI AMINAH", "jenis_kelamin": "L", "jumlah_anggota": 4,
    "jumlah_baris_anggota": 0,
}  # fmt: skip


def areas(points: int = 1) -> pd.DataFrame:
    zero = {column.name: 0 for column in INDICATORS.columns if column.required and column.name != "tingkat"}
    rows = [
        {"tingkat": "kabupaten", "kode": "64.02", "nama": "Kutai Kartanegara"},
        {"tingkat": "kecamatan", "kode": "64.02.06", "n_titik_terukur": points, "n_keluarga": 9},
        {"tingkat": "kecamatan", "kode": "64.02.07", "n_titik_terukur": 0, "n_keluarga": 0},
    ]
    return INDICATORS.build(pd.DataFrame([{**zero, **row} for row in rows]))


def families(*rows: tuple[str, str, dict[str, Any]]) -> pd.DataFrame:
    """Return RECONCILED of (status, lists, changes of PERSON on both)."""
    told = []
    for number, (status, lists, changes) in enumerate(rows):
        row: dict[str, Any] = {"id_rekon": f"K{number}", "status_padan": status, "kode_desa": HERE}
        row |= {name: changes[name] for name in ("kode_desa",) if name in changes}
        for side in lists.split():
            person = {**PERSON, **{k: v for k, v in changes.items() if k != "kode_desa"}}
            row |= {f"record_id_{side}": f"{side}{number}", **{f"{k}_{side}": v for k, v in person.items()}}
        told.append(row)
    return RECONCILED.build(pd.DataFrame(told).assign(cara_lokasi="kode", posisi="x"))


def table(rows: pd.DataFrame, indicators: pd.DataFrame | None = None, **settings: Any) -> pd.DataFrame:
    return group_quality(
        rows, areas() if indicators is None else indicators, ReportSettings(**settings), Language.INDONESIAN
    )


def line(found: pd.DataFrame, group: str, side: str = "p3ke", level: str = "kabupaten") -> Any:
    rows = found[(found["kelompok"] == group) & (found["daftar"] == side) & (found["tingkat"] == level)]
    assert len(rows) == 1
    return rows.iloc[0]


MATCHED = ("cocok", "p3ke bps", {})
MEMBERS = [
    ("tanpa_nik", {"nik": None}),
    ("kepala_perempuan", {"jenis_kelamin": "P"}),
    ("nama_satu_kata", {"nama": "SITI"}),
    ("sendiri", {"jumlah_anggota": 1}),
    ("sendiri", {"jumlah_anggota": None, "jumlah_baris_anggota": 1}),
    ("nik_luar", {"nik": "3502065705800001"}),
]


@pytest.mark.parametrize(("group", "changes"), MEMBERS)
def test_who_is_in_a_group(group: str, changes: dict[str, Any]) -> None:
    found = table(families(MATCHED, ("hanya_p3ke", "p3ke", changes)))
    own = line(found, group)
    assert (own["keluarga"], own["tidak_padan"], own["persen_tidak_padan"], own["rasio"]) == (1, 1, 100, 2)
    assert line(found, group, "bps")["keluarga"] == 0
    others = {one for one, _ in MEMBERS} - {group}
    assert [one for one in others if line(found, one)["keluarga"]] == []


def test_a_matched_family_is_in_a_group_by_the_values_of_each_list() -> None:
    rows = families(MATCHED)
    found = table(rows.assign(nik_bps=pd.Series([None], dtype="str")))
    assert (line(found, "tanpa_nik", "p3ke")["keluarga"], line(found, "tanpa_nik", "bps")["keluarga"]) == (
        0,
        1,
    )


def test_part_of_a_matched_family_is_not_left_behind_and_doubt_is() -> None:
    found = table(families(MATCHED, ("bagian", "p3ke", {}), ("tinjau", "p3ke", {})))
    assert (line(found, "semua")["keluarga"], line(found, "semua")["tidak_padan"]) == (3, 1)


def test_a_group_is_marked_where_it_is_large_enough_and_left_behind() -> None:
    rows = families(*[MATCHED] * 8, *[("hanya_p3ke", "p3ke", {"nik": None})] * 2)
    assert line(table(rows, group_least=2), "tanpa_nik")["tanda"]
    assert not line(table(rows, group_least=3), "tanpa_nik")["tanda"]
    assert not line(table(rows, group_least=2, group_ratio=6.0), "tanpa_nik")["tanda"]


def test_remote_is_as_set_else_a_kecamatan_without_any_measured_point() -> None:
    assert remote_districts(areas(points=3), ReportSettings()) == frozenset()
    assert remote_districts(areas(points=0), ReportSettings()) == {"64.02.06"}
    assert remote_districts(areas(), ReportSettings(remote_kecamatan=("64.02.07",))) == {"64.02.07"}
    found = table(families(MATCHED), areas(points=0))
    assert line(found, "kecamatan_terpencil")["keluarga"] == 1


def test_families_without_village_have_a_line_and_the_province_has_all() -> None:
    found = table(families(MATCHED, ("hanya_p3ke", "p3ke", {"kode_desa": None})))
    assert line(found, "semua", level="provinsi")["keluarga"] == 2
    lost = found[(found["nama"] == "Tanpa desa") & (found["kelompok"] == "semua")]
    assert lost["keluarga"].sum() == 1


def test_order_does_not_count_and_every_group_has_words() -> None:
    rows = families(MATCHED, ("hanya_p3ke", "p3ke", {"nama": "SITI"}))
    pd.testing.assert_frame_equal(table(rows), table(rows.iloc[::-1]))
    assert {f"group_{group}" for group in GROUPS} <= set(entries())
