import os
from hashlib import sha256
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from flows.sample import MOST_FAMILIES, REFERENCE_FILES, write_sample
from reconcile.errors import InputError
from reconcile.language import describe
from reconcile.vocab import Language

REAL = os.environ.get("PADAN_REAL_DATA")
FILES = [
    "BACA_SAYA.txt",
    "batas/desa.gpkg",
    "bps/anggota_keluarga_dtsen_v3_2026_64.02.csv",
    "bps/anggota_keluarga_dtsen_v3_2026_64.07.csv",
    "bps/keluarga_dtsen_v3_2026_64.02.csv",
    "bps/keluarga_dtsen_v3_2026_64.07.csv",
    "bps/regsosek_2022_64.02.05.xlsx",
    "kebenaran/hanya_bps.csv",
    "kebenaran/hanya_p3ke.csv",
    "kebenaran/pasangan.csv",
    "kebenaran/temuan.csv",
    "p3ke/p3ke_individu_2022_64.02.xlsx",
    "p3ke/p3ke_individu_2023_64.07.csv",
    "p3ke/p3ke_keluarga_2022_64.02.xlsx",
    "p3ke/p3ke_keluarga_2023_64.07.csv",
    "resmi/angka_resmi.csv",
    "wilayah/bridging.csv",
    "wilayah/recode.csv",
]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("contoh")
    write_sample(families=300, seed=64, out=out)
    return out


def comma(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", encoding="utf-8-sig")


def piped(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", sep="|")


def sheet(path: Path, heading_row: int, name: str) -> pd.DataFrame:
    rows = list(openpyxl.load_workbook(path)[name].iter_rows(values_only=True))
    return pd.DataFrame(rows[heading_row:], columns=rows[heading_row - 1])


def p3ke_families(sample: Path) -> pd.DataFrame:
    workbook = sheet(sample / "p3ke/p3ke_keluarga_2022_64.02.xlsx", 4, "Keluarga")
    return pd.concat([workbook, comma(sample / "p3ke/p3ke_keluarga_2023_64.07.csv")], ignore_index=True)


def bps_keys(sample: Path) -> set[str]:
    dtsen = [piped(sample / f"bps/keluarga_dtsen_v3_2026_{kab}.csv") for kab in ("64.02", "64.07")]
    regsosek = sheet(sample / "bps/regsosek_2022_64.02.05.xlsx", 1, "Keluarga")
    return {*pd.concat(dtsen)["nomor_kartu_keluarga"], *regsosek["kd_kk"]}


def test_every_file_is_written_and_named(tmp_path: Path) -> None:
    written = write_sample(families=20, seed=1, out=tmp_path / "baru" / "contoh")
    assert [path.relative_to(tmp_path / "baru" / "contoh").as_posix() for path in written] == FILES
    assert all(path.stat().st_size > 0 for path in written)


def test_the_same_arguments_give_the_same_bytes(sample: Path, tmp_path: Path) -> None:
    again = write_sample(families=300, seed=64, out=tmp_path)
    hashes = [
        [sha256((folder / name).read_bytes()).hexdigest() for name in FILES] for folder in (sample, tmp_path)
    ]
    assert hashes[0] == hashes[1]
    other = write_sample(families=300, seed=65, out=tmp_path)
    assert [sha256(path.read_bytes()).hexdigest() for path in other] != hashes[0]
    assert len(again) == len(other)


@pytest.mark.parametrize("families", [1, 2, 5])
def test_the_smallest_samples_can_be_written(tmp_path: Path, families: int) -> None:
    assert len(write_sample(families=families, seed=3, out=tmp_path)) >= len(FILES) - 1


def test_the_workbook_of_2022_has_its_heading_on_row_four(sample: Path) -> None:
    page = openpyxl.load_workbook(sample / "p3ke/p3ke_individu_2022_64.02.xlsx")["Individu"]
    assert page["A1"].value == "DATA INDIVIDU P3KE 64.02"
    assert page["A2"].value == "TAHUN 2022"
    assert page["A3"].value is None
    assert [page.cell(4, column).value for column in (1, 2, 32)] == [
        "No",
        "ID Keluarga P3KE",
        "Resiko Stunting",
    ]
    assert {cell.data_type for row in page.iter_rows(min_row=5) for cell in row if cell.value} == {"s"}


def test_the_csv_of_2023_has_bom_and_crlf(sample: Path) -> None:
    content = (sample / "p3ke/p3ke_keluarga_2023_64.07.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfID Keluarga P3KE,")
    assert content.count(b"\r\n") == content.count(b"\n") == len(content.splitlines())
    # a value with a comma is quoted, others are not
    assert b'"AIR PERMUKAAN (SUNGAI, DANAU, DLL)"' in content
    assert b'"NORMAL"' not in content


def test_dtsen_is_piped_and_quoted(sample: Path) -> None:
    lines = (sample / "bps/anggota_keluarga_dtsen_v3_2026_64.07.csv").read_text("utf-8").splitlines()
    assert lines[0].startswith('"nomor_induk_kependudukan"|"nomor_kartu_keluarga"|"nama"')
    assert {line.count("|") for line in lines} == {14}


def test_codes_of_both_systems_stand_where_they_belong(sample: Path) -> None:
    west = piped(sample / "bps/keluarga_dtsen_v3_2026_64.07.csv")
    assert set(west["kode_kabupaten_kota"]) == {"6402"}
    west_p3ke = comma(sample / "p3ke/p3ke_keluarga_2023_64.07.csv")
    assert set(west_p3ke["Kode Kemdagri"].dropna().str.slice(0, 4)) == {"6407"}


def test_the_truth_names_families_that_are_in_the_files(sample: Path) -> None:
    pairs = comma(sample / "kebenaran/pasangan.csv").query("jenis != 'tanpa_baris'")
    p3ke, bps = set(p3ke_families(sample)["ID Keluarga P3KE"]), bps_keys(sample)
    assert set(pairs["kunci_p3ke"]) <= p3ke
    assert set(pairs["kunci_bps"]) <= bps
    assert set(comma(sample / "kebenaran/hanya_p3ke.csv")["kunci_p3ke"]) <= p3ke
    assert set(comma(sample / "kebenaran/hanya_bps.csv")["kunci_bps"]) <= bps


def test_the_regsosek_families_are_in_no_dtsen_file(sample: Path) -> None:
    regsosek = set(sheet(sample / "bps/regsosek_2022_64.02.05.xlsx", 1, "Keluarga")["kd_kk"])
    dtsen = piped(sample / "bps/keluarga_dtsen_v3_2026_64.02.csv")
    assert regsosek
    assert not regsosek & set(dtsen["nomor_kartu_keluarga"])


def test_the_villages_are_a_clean_coverage_in_the_kemendagri_schema(sample: Path) -> None:
    villages = gpd.read_file(sample / "batas/desa.gpkg")
    bridging = comma(sample / "wilayah/bridging.csv")
    assert villages.columns.tolist() == ["kode", "nama", "geometry"]
    assert villages.crs == "EPSG:4326"
    assert set(villages["kode"]) == set(bridging.query("level == 'desa'")["kode_kemendagri_2025"])
    assert shapely.coverage_is_valid(villages.geometry.to_numpy())


def test_most_measured_points_lie_in_the_village_of_their_code(sample: Path) -> None:
    families = piped(sample / "bps/keluarga_dtsen_v3_2026_64.02.csv").dropna(
        subset=["lintang", "kode_kelurahan_desa"]
    )
    bridging = comma(sample / "wilayah/bridging.csv").set_index("kode_bps")["kode_kemendagri_2025"]
    villages = gpd.read_file(sample / "batas/desa.gpkg").set_index("kode").geometry
    polygons = villages.reindex(families["kode_kelurahan_desa"].map(bridging)).to_numpy()
    points = shapely.points(families["bujur"].astype(float), families["lintang"].astype(float))
    assert 0.9 < shapely.intersects(polygons, points).mean() < 1.0


def test_the_note_says_that_all_people_are_invented(sample: Path) -> None:
    note = (sample / "BACA_SAYA.txt").read_text("utf-8")
    assert "SEMUA ORANG DI SINI REKAAN" in note
    assert "--families 300 --seed 64" in note


@pytest.mark.parametrize(
    ("families", "seed", "codes"),
    [
        (0, 1, ["SAMPLE_FAMILIES"]),
        (-5, 1, ["SAMPLE_FAMILIES"]),
        (MOST_FAMILIES + 1, 1, ["SAMPLE_FAMILIES"]),
        (0, -1, ["SAMPLE_FAMILIES", "SAMPLE_SEED"]),
    ],
)
def test_wrong_arguments_are_named_together_and_nothing_is_written(
    tmp_path: Path, families: int, seed: int, codes: list[str]
) -> None:
    with pytest.raises(InputError) as error:
        write_sample(families=families, seed=seed, out=tmp_path / "out")
    assert [fault.code for fault in error.value.faults] == codes
    assert not (tmp_path / "out").exists()
    for fault in error.value.faults:
        assert all(describe(fault, language) for language in Language)


def test_missing_reference_files_are_named_together(tmp_path: Path) -> None:
    (tmp_path / REFERENCE_FILES[0]).touch()
    with pytest.raises(InputError) as error:
        write_sample(families=5, seed=1, out=tmp_path / "out", reference=tmp_path)
    assert [fault.file for fault in error.value.faults] == list(REFERENCE_FILES[1:])
    assert "SAMPLE_REFERENCE" in describe(error.value.faults[0], Language.INDONESIAN)


@pytest.mark.skipif(not REAL, reason="PADAN_REAL_DATA is not set: no real villages to build on")
def test_on_the_real_villages_every_kabupaten_has_its_csv_files(tmp_path: Path) -> None:
    folder = Path(str(REAL)) / "wilayah"
    written = write_sample(families=4000, seed=64, out=tmp_path, reference=folder)
    names = [path.relative_to(tmp_path).as_posix() for path in written]
    assert sum(name.startswith("p3ke/p3ke_keluarga_2022_64.") for name in names) == 10
    assert sum(name.startswith("bps/keluarga_dtsen_v3_2026_64.") for name in names) == 10
    assert not any(name.startswith(("wilayah/", "batas/")) or name.endswith(".xlsx") for name in names)
    crosswalk = pd.read_csv(folder / "crosswalk_64.csv", dtype="str").query("level == 'desa'")
    bps = pd.concat(piped(path) for path in written if path.name.startswith("keluarga_dtsen"))
    known = bps["kode_kelurahan_desa"].dropna().isin(crosswalk["kode_bps"])
    assert known.mean() > 0.99
    assert bps["kode_kelurahan_desa"].nunique() > 800


def test_p3ke_may_have_fewer_families(tmp_path: Path) -> None:
    write_sample(families=300, seed=64, out=tmp_path, p3ke=100)
    pairs = comma(tmp_path / "kebenaran/pasangan.csv")
    alone = comma(tmp_path / "kebenaran/hanya_p3ke.csv")
    assert 100 <= pairs["kunci_p3ke"].nunique() + len(alone) <= 110
    assert len(comma(tmp_path / "kebenaran/hanya_bps.csv")) > 200 - len(alone)
