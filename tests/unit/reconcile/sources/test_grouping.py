"""Rows of one family are grouped, never dropped, and every accepted row is accounted for."""

from datetime import date

import pandas as pd
import pytest

from reconcile.errors import ConservationError
from reconcile.language import describe
from reconcile.sources.conform import Conformed, conform
from reconcile.sources.gather import Gathered, gather
from reconcile.sources.grouping import Grouped, grouped, groups_of_one_family
from reconcile.sources.raw import RawFile, TextSheet
from reconcile.sources.spec import load_source
from reconcile.vocab import Language, Registry

DAY = date(2024, 6, 30)
HEAD = "nomor_kartu_keluarga|nama_anggota_keluarga|kode_kelurahan_desa|alamat|nik|tanggal_lahir"
PEOPLE = "nomor_kartu_keluarga|nik|nama|tanggal_lahir|jenis_kelamin|status_hubungan_keluarga"
KK1, KK2, KK3 = (f"640000010115000{n}" for n in (1, 2, 3))
BUDI, SITI = "6400001708850001", "6400005708900002"
BUDI_ROW = f"{KK1}|{BUDI}|BUDI|1985-08-17|L|Kepala Keluarga"
SITI_ROW = f"{KK1}|{SITI}|SITI|1990-08-17|P|Istri"
CHILD_ROW = f"{KK1}||TONO|2015-01-01|L|Anak"


def delivered(source: str, head: str, rows: tuple[str, ...]) -> Conformed:
    raw = RawFile(f"{source}.csv", source.ljust(64, "0"), 1, "csv", "utf-8", (TextSheet([head, *rows]),))
    return conform(raw, load_source(source), reference_date=DAY)


def family_file(*rows: str) -> Conformed:
    return delivered("dtsen_families_v3", HEAD, rows)


def member_file(*rows: str) -> Conformed:
    return delivered("dtsen_members_v3", PEOPLE, rows)


def gathered(*files: Conformed) -> Gathered:
    return gather(files, Registry.BPS, DAY)


def row(kk: str, name: str, nik: str = "", born: str = "", village: str = "6403050012") -> str:
    return f"{kk}|{name}|{village}|GG 1|{nik}|{born}"


GROUPS = [
    ("same NIK, same name", [row(KK1, "BUDI", BUDI), row(KK2, "BUDI", BUDI)], [[0, 1]]),
    (
        "a name that sounds alike",
        [row(KK1, "MUHAMMAD YUSUF", BUDI), row(KK2, "MOCHAMAD YUSUP", BUDI)],
        [[0, 1]],
    ),
    (
        "the words in another order",
        [row(KK1, "ANDI HAMID DARRIANTO", BUDI), row(KK2, "ANDI DARRIANTO HAMID", BUDI)],
        [[0, 1]],
    ),
    ("a word less", [row(KK1, "SARMANTO PRATAMA", BUDI), row(KK2, "SARMANTO", BUDI)], [[0, 1]]),
    ("a letter wrong", [row(KK1, "ISYADI LAING", BUDI), row(KK2, "ISYADI LING", BUDI)], [[0, 1]]),
    (
        "a letter wrong in a short name, same birth date",
        [row(KK1, "TEKWAN", BUDI, "1985-08-17"), row(KK2, "TEKWMN", BUDI, "1985-08-17")],
        [[0, 1]],
    ),
    (
        "a short name, another birth date",
        [row(KK1, "TEKWAN", BUDI, "1985-08-17"), row(KK2, "TEKWMN", BUDI, "1965-02-10")],
        [],
    ),
    (
        "three of one NIK, two of them one family",
        [row(KK1, "BUDI SANTOSO", BUDI), row(KK2, "SITI AMINAH", BUDI), row(KK3, "BUDI SANTOSO JAYA", BUDI)],
        [[0, 2]],
    ),
    ("same NIK, another person", [row(KK1, "BUDI", BUDI), row(KK2, "HERMAN", BUDI)], []),
    (
        "same name, birth date and village",
        [row(KK1, "BUDI", born="1985-08-17"), row(KK2, "BUDI", born="1985-08-17")],
        [[0, 1]],
    ),
    (
        "in two villages",
        [row(KK1, "BUDI", born="1985-08-17"), row(KK2, "BUDI", born="1985-08-17", village="6403050013")],
        [],
    ),
    (
        "same birth date and village, the words in another order",
        [
            row(KK1, "DAENG MAPPAGAU TANG", born="1985-08-17"),
            row(KK2, "DAENG TANG MAPPAGAU", born="1985-08-17"),
        ],
        [[0, 1]],
    ),
    (
        "same birth date and village, a word less: many are called so",
        [row(KK1, "SITI AMINAH", born="1985-08-17"), row(KK2, "SITI", born="1985-08-17")],
        [],
    ),
    ("same name, no birth date", [row(KK1, "BUDI"), row(KK2, "BUDI")], []),
    ("same NIK, no name", [row(KK1, "", BUDI), row(KK2, "", BUDI)], []),
    (
        "the first and the third over the second",
        [row(KK1, "BUDI", BUDI), row(KK2, "BUDI", BUDI, "1985-08-17"), row(KK3, "BUDI", SITI, "1985-08-17")],
        [[0, 1, 2]],
    ),
    (
        "two groups",
        [row(KK1, "BUDI", BUDI), row(KK2, "BUDI", BUDI), row(KK3, "SITI", SITI), row("1", "SITI", SITI)],
        [[0, 1], [2, 3]],
    ),
]


@pytest.mark.parametrize(("rows", "groups"), [case[1:] for case in GROUPS], ids=[case[0] for case in GROUPS])
def test_rows_that_are_one_family(rows: list[str], groups: list[list[int]]) -> None:
    households = gathered(family_file(*rows)).households
    by_row = households.sort_values("source_row")["kelompok_ganda"]
    found = {}
    for place, group in enumerate(by_row):
        if not pd.isna(group):
            found.setdefault(group, []).append(place)
    assert len(households) == len(rows)
    assert list(found.values()) == groups
    assert set(found) <= set(households["record_id"])


def test_groups_do_not_depend_on_the_order_of_rows() -> None:
    rows = [row for _, case, _ in GROUPS for row in case]
    one = gathered(family_file(*rows)).households
    two = gathered(family_file(*rows[::-1])).households
    pd.testing.assert_series_equal(one["kelompok_ganda"], two["kelompok_ganda"])


ACCOUNTS = [
    ("nothing", [], [], {}),
    ("a family with its members", [row(KK1, "BUDI")], [BUDI_ROW, SITI_ROW], {"households": 1, "members": 2}),
    (
        "members whose family no file tells",
        [],
        [BUDI_ROW, SITI_ROW],
        {"households": 1, "members": 2, "told_by_members": 1},
    ),
    ("a family without members", [row(KK1, "BUDI")], [], {"households": 1, "without_members": 1}),
    (
        "a family without head",
        [row(KK1, "X")],
        [CHILD_ROW],
        {"households": 1, "members": 1, "without_head": 1},
    ),
    (
        "two heads",
        [row(KK1, "BUDI")],
        [BUDI_ROW, BUDI_ROW.replace("BUDI", "AJI")],
        {"households": 1, "members": 2, "many_heads": 1},
    ),
    (
        "one key for two families",
        [row(KK1, "BUDI"), row(KK1, "AJI")],
        [],
        {"households": 2, "same_key": 2, "without_members": 2},
    ),
    ("a member without family", [], [SITI_ROW.replace(KK1, "")], {"members": 1, "homeless": 1}),
    (
        "one family twice",
        [row(KK1, "BUDI", BUDI), row(KK2, "BUDI", BUDI)],
        [],
        {"households": 2, "twice": 2, "without_members": 2},
    ),
]


@pytest.mark.parametrize(
    ("rows", "people", "expected"), [case[1:] for case in ACCOUNTS], ids=[case[0] for case in ACCOUNTS]
)
def test_every_accepted_row_is_in_one_table(
    rows: list[str], people: list[str], expected: dict[str, int]
) -> None:
    files = [family_file(*rows)] if rows else []
    files += [member_file(*people)] if people else []
    result = gathered(*files)
    account = Grouped(accepted=len(rows) + len(people), **{**dict.fromkeys(COUNTS, 0), **expected})
    assert result.grouped == account
    assert account.accepted == account.households + account.members - account.told_by_members


COUNTS = [name for name in Grouped.__dataclass_fields__ if name != "accepted"]


def test_a_lost_row_stops_the_run_and_names_nobody() -> None:
    result = gathered(family_file(row(KK1, "BUDI", BUDI)))
    families = result.households.assign(told=False, bond=result.households["family_key"])
    with pytest.raises(ConservationError) as caught:
        grouped(Registry.BPS, families, result.members, accepted=2)
    (fault,) = caught.value.faults
    assert fault.code == "E_GROUPED"
    assert not any(
        secret in describe(fault, language) for language in Language for secret in (BUDI, KK1, "BUDI")
    )


def test_no_families_no_groups() -> None:
    assert groups_of_one_family(gathered().households).empty
