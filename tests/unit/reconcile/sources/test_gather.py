"""Families with their members: nobody lost, ids that do not depend on the order of rows or files."""

import random
from datetime import date
from typing import Any

import pandas as pd
import pytest

from reconcile.sources.conform import Conformed, conform
from reconcile.sources.gather import Gathered, gather
from reconcile.sources.raw import RawFile, TextSheet
from reconcile.sources.spec import load_source
from reconcile.tables import ACCOUNTS, HOUSEHOLDS, MEMBERS, QUARANTINE, VALUE_FLAGS
from reconcile.vocab import Registry

DAY = date(2024, 6, 30)
FAMILY_HEAD = "nomor_kartu_keluarga|nama_anggota_keluarga|kode_kelurahan_desa|alamat"
MEMBER_HEAD = (
    "nomor_kartu_keluarga|nik|nama|tanggal_lahir|jenis_kelamin|status_hubungan_keluarga|kode_desa|alamat"
)
KK1, KK2, KK3 = (f"640000010115000{n}" for n in (1, 2, 3))
BUDI, SITI, AJI, ANAK = ("6400001708850001", "6400005708900002", "6400000101700003", "6400000101150004")

BUDI_ROW = f"{KK1}|{BUDI}|BUDI|1985-08-17|L|Kepala Keluarga|6403050012|GG 1"
SITI_ROW = f"{KK1}|{SITI}|SITI|1990-08-17|P|Istri|6403050012|GG 1"
CHILD_ROW = f"{KK1}|{ANAK}|TONO|2015-01-01|L|Anak|6403050012|GG 1"


def text_file(name: str, *lines: str) -> RawFile:
    return RawFile(name, name.ljust(64, "0"), 1, "text", "utf-8", (TextSheet(list(lines)),))


def families(
    *rows: str, name: str = "f.csv", source: str = "dtsen_families_v3", head: str = FAMILY_HEAD
) -> Conformed:
    return conform(text_file(name, head, *rows), load_source(source), reference_date=DAY)


def members(
    *rows: str, name: str = "m.csv", source: str = "dtsen_members_v3", head: str = MEMBER_HEAD
) -> Conformed:
    return conform(text_file(name, head, *rows), load_source(source), reference_date=DAY)


def gathered(*files: Conformed) -> Gathered:
    return gather(files, Registry.BPS, DAY)


def plain(value: Any) -> Any:
    return None if pd.isna(value) else value


def only(frame: pd.DataFrame, *columns: str) -> list[tuple]:
    return [tuple(plain(v) for v in row) for row in frame[list(columns)].itertuples(index=False)]


def test_tables_are_the_declared_ones_even_without_files() -> None:
    result = gathered()
    assert result.households.columns.tolist() == HOUSEHOLDS.names
    assert result.members.columns.tolist() == MEMBERS.names
    assert result.value_flags.columns.tolist() == VALUE_FLAGS.names
    assert result.quarantine.columns.tolist() == QUARANTINE.names
    assert result.accounts.columns.tolist() == ACCOUNTS.names
    assert len(result.households) == len(result.members) == 0


def test_family_takes_missing_person_columns_from_its_head() -> None:
    result = gathered(families(f"{KK1}|BUDI|6403050012|GG 1"), members(CHILD_ROW, SITI_ROW, BUDI_ROW))
    assert only(result.households, "record_id", "nik", "nama", "jenis_kelamin") == [
        (f"bps:dtsen:{KK1}", BUDI, "BUDI", "L")
    ]
    assert only(result.households, "jumlah_baris_anggota", "jumlah_kepala", "punya_dewasa") == [(3, 1, True)]
    assert set(result.members["record_id"]) == {f"bps:dtsen:{KK1}"}
    assert result.households["tanggal_lahir"].tolist() == [pd.Timestamp("1985-08-17")]


HEADS = [
    ("the head by name, though another is called head", "SITI", [BUDI_ROW, SITI_ROW], SITI),
    ("the one called head, where nobody has the name", "BUDDI", [SITI_ROW, BUDI_ROW], BUDI),
    (
        "of two heads the one with the family's name",
        "AJI",
        [BUDI_ROW, BUDI_ROW.replace("BUDI", "AJI").replace(BUDI, AJI)],
        AJI,
    ),
    ("nobody, where there is neither", "BUDI", [SITI_ROW, CHILD_ROW], None),
    ("case does not matter", "siti", [BUDI_ROW, SITI_ROW], SITI),
]


@pytest.mark.parametrize(
    ("name", "rows", "nik"), [case[1:] for case in HEADS], ids=[case[0] for case in HEADS]
)
def test_who_fills_the_head(name: str, rows: list[str], nik: str | None) -> None:
    result = gathered(families(f"{KK1}|{name}|6403050012|GG 1"), members(*rows))
    assert only(result.households, "nama", "nik") == [(name, nik)]


def test_nothing_is_filled_from_another_person() -> None:
    head = FAMILY_HEAD + "|nik"
    result = gathered(families(f"{KK1}|AJI|6403050012|GG 1|{AJI}", head=head), members(BUDI_ROW))
    assert only(result.households, "nama", "nik", "tanggal_lahir") == [("AJI", AJI, None)]


ADULTS = [
    ([CHILD_ROW], False),
    ([CHILD_ROW, SITI_ROW], True),
    ([CHILD_ROW.replace("2015-01-01", "2007-06-30")], True),  # seventeen on the day
    ([CHILD_ROW.replace("2015-01-01", "2007-07-01")], False),
    ([CHILD_ROW, SITI_ROW.replace("1990-08-17", "")], None),  # who knows
    ([], None),
]


def test_adults() -> None:
    keys = [f"64000001011501{place:02d}" for place in range(len(ADULTS))]
    people = [row.replace(KK1, key) for key, (rows, _) in zip(keys, ADULTS, strict=True) for row in rows]
    result = gathered(families(*(f"{key}|BUDI|6403050012|GG 1" for key in keys)), members(*people))
    found = dict(only(result.households, "family_key", "punya_dewasa"))
    assert [found[key] for key in keys] == [adult for _, adult in ADULTS]


def test_members_without_family_become_one_with_what_their_rows_say() -> None:
    lost = BUDI_ROW.replace("6403050012", "")
    result = gathered(members(SITI_ROW, lost))
    assert only(
        result.households, "record_id", "nama", "nik", "no_kk", "kode_wilayah", "alamat", "code_system"
    ) == [(f"bps:dtsen:{KK1}", "BUDI", BUDI, KK1, "6403050012", "GG 1", "bps")]
    assert only(result.households, "jumlah_baris_anggota", "source") == [(2, "dtsen_members_v3")]


def test_without_head_the_first_by_content_stands_for_the_family() -> None:
    for rows in ([CHILD_ROW, SITI_ROW], [SITI_ROW, CHILD_ROW]):
        assert only(gathered(members(*rows)).households, "nama", "jumlah_kepala") == [("TONO", 0)]


def test_a_head_without_key_is_a_family_and_others_without_key_stay_members() -> None:
    result = gathered(members(BUDI_ROW.replace(KK1, ""), SITI_ROW.replace(KK1, "0")))
    assert only(result.households, "nama", "family_key", "jumlah_baris_anggota") == [("BUDI", None, 1)]
    (record,) = result.households["record_id"]
    assert record.startswith("bps:dtsen::")
    assert only(result.members, "nama", "record_id") == [("BUDI", record), ("SITI", None)]


def test_placeholder_keys_join_nobody() -> None:
    result = gathered(families("0|BUDI|6403050012|GG 1", "0|AJI|6403050012|GG 2"))
    assert len(result.households) == 2
    assert result.households["family_key"].isna().all()


def test_two_families_of_one_key_are_kept_and_one_has_the_members() -> None:
    result = gathered(
        families(f"{KK1}|BUDI|6403050012|GG 1", f"{KK1}|AJI|6403050012|GG 2", f"{KK2}|X|6403050012|"),
        members(BUDI_ROW),
    )
    ids = result.households["record_id"].tolist()
    assert len(set(ids)) == 3
    assert sum(record.startswith(f"bps:dtsen:{KK1}:") for record in ids) == 2
    assert only(result.households[result.households["nik"].notna()], "nama", "nik") == [("BUDI", BUDI)]
    assert set(result.members["record_id"]) <= set(ids)


def test_rows_alike_in_everything_are_counted() -> None:
    row = f"{KK1}|BUDI|6403050012|GG 1"
    first, second = gathered(families(row), families(row, name="g.csv")).households["record_id"]
    assert second == f"{first}.2"


def test_keys_of_different_sources_never_meet() -> None:
    regsosek = conform(
        text_file("r.csv", "kd_kk|402|403|409|406", f"{KK1}|AJI|{AJI}|1|1970-01-01"),
        load_source("regsosek_members_2022"),
        reference_date=DAY,
    )
    result = gathered(families(f"{KK1}|BUDI|6403050012|GG 1"), regsosek)
    assert only(result.households, "record_id", "nama", "jumlah_baris_anggota") == [
        (f"bps:dtsen:{KK1}", "BUDI", 0),
        (f"bps:regsosek:{KK1}", "AJI", 1),
    ]


def test_the_other_registry_is_left_out() -> None:
    assert gather([families(f"{KK1}|A||")], Registry.P3KE, DAY).households.empty


def test_flags_quarantine_and_accounts_are_all_there() -> None:
    result = gathered(families("1|A||X", "short"), members(BUDI_ROW.replace(BUDI, "6.4E+15")))
    assert only(result.value_flags, "source_file", "column") == [("f.csv", "no_kk"), ("m.csv", "nik")]
    assert only(result.quarantine, "source_file", "raw") == [("f.csv", "short")]
    assert only(result.accounts, "source_file", "accepted", "quarantined") == [
        ("f.csv", 1, 1),
        ("m.csv", 1, 0),
    ]


def village(count: int) -> tuple[list[str], list[str]]:
    source = random.Random(7)  # noqa: S311  # a fixed village, nothing secret
    kks = [source.choice([f"64000001011500{n:02d}", "", "0", KK1]) for n in range(count)]
    household = [f"{kk}|NAMA {source.randrange(9)}|6403050012|GG {source.randrange(3)}" for kk in kks]
    kinds = ["Kepala Keluarga", "Istri", "Anak", ""]
    people = [
        f"{source.choice([*kks, KK2, KK3])}|{source.choice([BUDI, SITI, ''])}|NAMA {source.randrange(9)}"
        f"|{source.choice(['1985-08-17', '2015-01-01', ''])}|L|{source.choice(kinds)}||"
        for _ in range(3 * count)
    ]
    return household, people


def test_result_does_not_depend_on_the_order_of_rows_and_files() -> None:
    household, people = village(40)
    reference = gathered(families(*household), members(*people))
    told = [c for c in HOUSEHOLDS.names if c != "source_row"]
    for seed in range(2):
        source = random.Random(seed)  # noqa: S311  # as above
        files = [
            families(*source.sample(household, len(household))),
            members(*source.sample(people, len(people))),
        ]
        source.shuffle(files)
        result = gathered(*files)
        pd.testing.assert_frame_equal(result.households[told], reference.households[told])
        people_told = [c for c in MEMBERS.names if c != "source_row"]
        order = ["record_id", "nik", "nama", "tanggal_lahir", "hubungan", "family_key"]
        pd.testing.assert_frame_equal(
            result.members[people_told].sort_values(order, ignore_index=True),
            reference.members[people_told].sort_values(order, ignore_index=True),
        )


def test_everybody_is_somewhere() -> None:
    household, people = village(40)
    result = gathered(families(*household), members(*people))
    assert len(result.members) == len(people)
    assert len(result.households) >= len(household)
    assert result.households["record_id"].is_unique
    keyless = result.members["record_id"].isna()
    assert result.members.loc[keyless, "family_key"].isna().all()
    assert (result.members.loc[keyless, "hubungan"] != "kepala").all()
    assert set(result.members["record_id"].dropna()) <= set(result.households["record_id"])
