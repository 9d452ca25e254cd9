"""What offices send, as a whole: bad files among good ones, archives, passwords, corrections."""

import csv
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import pyzipper
import yaml

from flows.cli import ExitCode
from flows.config import load_config
from flows.deliveries import Sources, read_sources
from flows.sample import write_sample
from reconcile.errors import InputError
from reconcile.sources.quarantine_files import label, write_quarantine
from reconcile.vocab import Language, Registry

ROOT = Path(__file__).parents[2]
DTSEN = "data/raw/contoh/bps"
SECRET = "kata-sandi-rekaan"  # noqa: S105 - made up, for a file that the test itself locks


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contoh")
    write_sample(families=150, seed=9, out=folder)
    return folder


@pytest.fixture
def project(tmp_path: Path, sample: Path) -> Path:
    return delivered(tmp_path, sample)


def delivered(folder: Path, sample: Path) -> Path:
    shutil.copytree(sample, folder / "data/raw/contoh")
    shutil.copy(ROOT / "config.yaml", folder)
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> "Sizes":
    """Return the sizes of both registries when every delivery is as it should be."""
    return sizes(read(delivered(tmp_path_factory.mktemp("utuh"), sample)))


def read(project: Path, **changes: Any) -> Sources:
    path = project / "config.yaml"
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    for source, change in changes.items():
        for entry in values["inputs"]:
            if entry["source"] == source:
                entry.update(change)
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    return read_sources(load_config(path))


Sizes = dict[str, tuple[int, int]]


def sizes(sources: Sources) -> Sizes:
    return {
        registry.value: (len(gathered.households), len(gathered.members))
        for registry, gathered in sources.registries.items()
    }


BROKEN = {
    # a file that cannot be read as one: bytes, code
    "kosong": (b"", "E_EMPTY_FILE"),
    "arsip": (b"PK\x03\x04 no archive at all", "E_"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "E_TYPE"),
    "biner": (bytes(range(1, 32)) * 40, "E_TYPE"),
}


def test_one_bad_file_among_twenty_costs_itself_only(project: Path, whole: Sizes) -> None:
    """The other nineteen are read whole, and the bad one is named."""
    families = project / DTSEN / "keluarga_dtsen_v3_2026_64.07.csv"
    header, *rows = families.read_text(encoding="utf-8").splitlines(keepends=True)
    families.unlink()
    for number in range(19):
        part = families.with_name(f"keluarga_dtsen_v3_2026_64.07_{number:02d}.csv")
        # the part's number makes each content its own, though some parts have no row
        part.write_text(header + "".join(rows[number::19]) + "\n" * number, encoding="utf-8")
    families.with_name("keluarga_dtsen_v3_2026_rusak.csv").write_bytes(b"PK\x03\x04 no archive at all")
    sources = read(project)
    assert sizes(sources) == whole
    assert [fault.file.rpartition("_")[2] for fault in sources.set_aside] == ["rusak.csv"]
    assert sources.exceptions()


def test_a_file_that_is_no_table_is_set_aside_with_its_reason(project: Path, whole: Sizes) -> None:
    for name, (content, _) in BROKEN.items():
        (project / DTSEN / f"keluarga_dtsen_v3_2026_{name}.csv").write_bytes(content)
    sources = read(project)
    assert sizes(sources) == whole
    told = {Path(fault.file).stem.rpartition("_")[2]: fault.code for fault in sources.set_aside}
    assert len(sources.set_aside) == len(told)
    assert told.keys() == BROKEN.keys()
    assert [name for name, (_, code) in BROKEN.items() if not told[name].startswith(code)] == []


def test_a_file_named_by_the_number_of_somebody_is_refused_and_the_number_not_said(project: Path) -> None:
    source = project / DTSEN / "keluarga_dtsen_v3_2026_64.02.csv"
    source.rename(source.with_name("keluarga_dtsen_v3_2026_6472014505880002.csv"))
    with pytest.raises(InputError) as caught:
        read(project)
    told = [(fault.code, fault.file) for fault in caught.value.faults]
    assert told == [("E_FILE_NAME", f"{DTSEN}/keluarga_dtsen_v3_2026_•••.csv")]


def test_a_run_with_a_file_set_aside_ends_with_one(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from flows.check import check

    (project / DTSEN / "keluarga_dtsen_v3_2026_rusak.csv").write_bytes(b"")
    assert check(project / "config.yaml", Language.INDONESIAN, project / "p.html") == ExitCode.EXCEPTIONS
    assert "rusak.csv" in capsys.readouterr().out
    assert "rusak.csv" in (project / "p.html").read_text(encoding="utf-8")


def test_the_same_delivery_twice_is_read_once_and_said(project: Path, whole: Sizes) -> None:
    path = project / DTSEN / "keluarga_dtsen_v3_2026_64.07.csv"
    shutil.copy(path, path.with_name("keluarga_dtsen_v3_2026_64.07 (1).csv"))
    sources = read(project)
    assert sizes(sources) == whole
    # the name of the first in order is kept
    assert [why for _, why in sources.unused] == ["delivered_twice"]
    assert not sources.exceptions()


def test_a_revision_beside_the_original_is_said(project: Path) -> None:
    path = project / "data/raw/contoh/p3ke/p3ke_keluarga_2023_64.07.csv"
    whole = len(read(project).registries[Registry.P3KE].households)
    revised = path.with_name("p3ke_keluarga_2023_64.07_rev.csv")
    revised.write_bytes(path.read_bytes() + b"\r\n")
    sources = read(project)
    again = [w for w in sources.warnings if w.code == "W_KEYS_AGAIN"]
    assert [w.file.rpartition("/")[2] for w in again] == [revised.name]
    assert len(sources.registries[Registry.P3KE].households) == whole + int(dict(again[0].details)["count"])


TOTALS = [",,,,TOTAL,,,15", ",,,,,JUMLAH,,15", ",,,,Sub Total Kec. Baru,,,15", "Jumlah,,,,,,,15"]


def test_a_total_row_is_no_family(project: Path, whole: Sizes) -> None:
    path = project / "data/raw/contoh/p3ke/p3ke_keluarga_2023_64.07.csv"
    content = path.read_bytes()
    width = content.splitlines()[0].count(b",")
    lines = [total + "," * (width - total.count(",")) for total in TOTALS]
    path.write_bytes(content + b"".join(line.encode() + b"\r\n" for line in lines))
    sources = read(project)
    assert sizes(sources) == whole
    (account,) = (d.conformed.accounts for d in sources.deliveries if d.profile.label.endswith(path.name))
    assert account["non_data"].sum() == len(TOTALS)


def test_what_is_in_its_registry_is_in_memory_once(project: Path, whole: Sizes) -> None:
    sources = read(project)
    assert sizes(sources) == whole
    people = [one for one in sources.deliveries if one.spec.registry]
    assert people
    for one in people:
        assert set(one.conformed.table) <= {"kode_wilayah", "nama_desa", "no_kk"}
        assert len(one.conformed.table) == one.conformed.accounts["accepted"].sum()
        assert one.profile.fill


def test_a_file_with_headings_only_is_said(project: Path) -> None:
    path = project / "data/raw/contoh/p3ke/p3ke_keluarga_2023_64.07.csv"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    assert "W_NO_ROWS" in {warning.code for warning in read(project).warnings}


def test_a_registry_of_which_nothing_can_be_read_stops_the_run(project: Path) -> None:
    for path in (project / "data/raw/contoh/p3ke").iterdir():
        path.write_bytes(b"")
    with pytest.raises(InputError) as refused:
        read(project)
    assert {fault.code for fault in refused.value.faults} == {"E_EMPTY_FILE"}
    assert len(refused.value.faults) == 4


def test_a_reference_list_that_cannot_be_read_stops_the_run(project: Path) -> None:
    (project / "data/raw/contoh/wilayah/bridging.csv").write_bytes(b"")
    with pytest.raises(InputError):
        read(project)


def locked(path: Path, members: list[Path]) -> None:
    with pyzipper.AESZipFile(path, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(SECRET.encode())
        for member in members:
            archive.write(member, member.name)
        archive.writestr("BAST.pdf", b"%PDF-1.7 berita acara")


def test_a_locked_archive_of_both_files_is_read_with_its_password(
    project: Path, whole: Sizes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P3KE is delivered with a password; families and members lie in one archive, beside a letter."""
    folder = project / "data/raw/contoh/p3ke"
    members = sorted(folder.glob("p3ke_*_2023_*.csv"))
    locked(folder / "kiriman_2023.zip", members)
    for member in members:
        member.unlink()
    archive = {"path": "data/raw/contoh/p3ke/kiriman_2023.zip", "password_variable": "PADAN_UJI_SANDI"}
    changes = {
        "p3ke_families_2023": {**archive, "inside": "*keluarga*"},
        "p3ke_members_2023": {**archive, "inside": "*individu*"},
    }
    monkeypatch.setenv("PADAN_UJI_SANDI", SECRET)
    sources = read(project, **changes)
    assert sizes(sources) == whole
    why = dict(sources.unused)
    # both members are chosen by one of the two inputs; the letter is no table
    assert why == {"data/raw/contoh/p3ke/kiriman_2023.zip!BAST.pdf": "member_foreign"}
    wrong = {**changes, "p3ke_families_2023": {**archive, "inside": "*tidak_ada*"}}
    with pytest.raises(InputError) as refused:
        read(project, **wrong)
    assert [fault.code for fault in refused.value.faults] == ["E_INSIDE"]
    monkeypatch.setenv("PADAN_UJI_SANDI", "salah")
    assert {fault.code for fault in read(project, **changes).set_aside} == {"E_PASSWORD"}
    monkeypatch.delenv("PADAN_UJI_SANDI")
    without = read(project, **changes)
    assert {fault.code for fault in without.set_aside} == {"E_ENCRYPTED"}
    assert SECRET not in str(without.set_aside)


def test_what_an_office_corrects_is_taken_in_at_the_next_run(project: Path, whole: Sizes) -> None:
    """The whole loop: a broken row and a broken value, the workbook, its return, the next run."""
    path = project / DTSEN / "keluarga_dtsen_v3_2026_64.07.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    (cut,) = csv.reader([lines[3]], delimiter="|")
    lines[3] = "|".join(f'"{cell}"' for cell in cut[:9]) + "\n"
    path.write_text("".join(lines), encoding="utf-8")
    first = read(project)
    gathered = first.registries[Registry.BPS]
    assert gathered.quarantine["code"].tolist() == ["E_FIELD_COUNT"]
    assert first.exceptions()
    book = project / "karantina.xlsx"
    write_quarantine(book, first.both("quarantine"), first.both("value_flags"), language=Language.INDONESIAN)
    fill_in(
        book,
        project / "data/raw/perbaikan/balasan.xlsx",
        dict(zip(next(csv.reader([lines[0]], delimiter="|")), cut, strict=True)),
    )
    second = read(project)
    assert sizes(second) == whole
    assert second.registries[Registry.BPS].quarantine["diselesaikan"].tolist() == [True]
    assert not second.exceptions()
    corrected = second.registries[Registry.BPS].households
    row = corrected[(corrected["source_row"] == 4) & corrected["source_file"].str.endswith("64.07.csv")]
    assert row["no_kk"].tolist() == [
        cut[lines[0].replace('"', "").strip().split("|").index("nomor_kartu_keluarga")]
    ]


def fill_in(book: Path, returned: Path, cells: dict[str, str]) -> None:
    """Do what an office does: fill the row's columns in and choose that it is done."""
    fields = {
        "family_key": "nomor_kartu_keluarga",
        "no_kk": "nomor_kartu_keluarga",
        "nama": "nama_anggota_keluarga",
        "nama_kabupaten": "kabupaten_kota",
        "nama_kecamatan": "kecamatan",
        "nama_desa": "kelurahan_desa",
        "kode_wilayah": "kode_kelurahan_desa",
        "alamat": "alamat",
        "jumlah_anggota": "jumlah_anggota_keluarga",
        "desil": "desil_nasional",
        "lintang": "lintang",
        "bujur": "bujur",
    }
    workbook = openpyxl.load_workbook(book)
    sheet = workbook["Baris"]
    headings = {cell.value: cell.column for cell in sheet[1]}
    for field, heading in fields.items():
        name = label(field, Language.INDONESIAN)
        if name in headings:
            sheet.cell(2, headings[name]).value = cells[heading]
    sheet.cell(2, headings["Selesai"]).value = "ya"
    returned.parent.mkdir(parents=True)
    workbook.save(returned)


def test_a_correction_of_a_file_that_is_gone_is_named(project: Path) -> None:
    read(project)
    path = project / DTSEN / "keluarga_dtsen_v3_2026_64.07.csv"
    text = path.read_text(encoding="utf-8")
    header, first, *rest = text.splitlines(keepends=True)
    path.write_text(header + first[:20] + "\n" + "".join(rest), encoding="utf-8")
    spoiled = read(project)
    book = project / "data/raw/perbaikan/balasan.xlsx"
    book.parent.mkdir(parents=True)
    write_quarantine(
        book, spoiled.both("quarantine"), spoiled.both("value_flags"), language=Language.INDONESIAN
    )
    workbook = openpyxl.load_workbook(book)
    sheet = workbook["Baris"]
    headings = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, headings["Selesai"]).value = "bukan data"
    workbook.save(book)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read(project)
    assert {fault.code for fault in refused.value.faults} <= {"E_CORRECTION_STALE", "E_CORRECTION_UNMATCHED"}


def test_every_sheet_and_row_is_in_the_manifest(project: Path) -> None:
    from flows.manifest import _rows

    sources = read(project)
    rows = pd.DataFrame(_rows(sources))
    book = rows[rows["file"].str.contains("regsosek")]
    assert set(zip(book["sheet"], book["used"], strict=True)) >= {
        ("Keluarga", True),
        ("Anggota", True),
        ("Anggota", False),
    }
    parts = ["header", "preamble", "blank", "continuation", "non_data", "accepted", "quarantined"]
    used = rows[rows["used"]]
    assert (used[parts].sum(axis="columns") == used["physical"]).all()
