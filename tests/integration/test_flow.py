"""The main job as a user runs it: a true Prefect flow on a small sample, and what its outputs must hold."""

import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
import yaml
from province import OUTPUT, generate

from flows.outputs import CSV_OUTPUTS, HOUSEHOLD_LAYERS, QUARANTINE_BOOK, Disclosure
from flows.publish import MANIFEST, newest_run
from flows.sample import write_sample

ROOT = Path(__file__).parents[2]
LEVELS = ["desa", "kecamatan", "kabupaten"]
TABLES = ["tidak_terpetakan", "asal_data", "kamus_data"]


def padan(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "PADAN_"))}
    return subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", *arguments],
        cwd=folder,
        env={**environment, "PADAN_KUNCI": "ab" * 32, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project folder with a small sample that `padan run` has been run on."""
    folder = tmp_path_factory.mktemp("proyek")
    shutil.copy(ROOT / "config.yaml", folder)
    write_sample(families=300, seed=5, out=folder / "data/raw/contoh")
    done = padan(folder, "run")
    assert done.returncode == 0, done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    (folder / "said").write_text(done.stdout, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(project: Path) -> Path:
    published = newest_run(project / "data/processed")
    assert published is not None
    return published


def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep=";", dtype="str", encoding="utf-8-sig", keep_default_na=False)


def test_every_output_is_there_and_named(project: Path, run: Path) -> None:
    said = (project / "said").read_text(encoding="utf-8")
    files = {p.relative_to(run).as_posix() for p in run.rglob("*") if p.is_file()}
    assert {output.path for output in CSV_OUTPUTS} < files
    for name in files:
        assert f"{run.relative_to(project)}/{name}" in said
    manifest = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    assert set(manifest["outputs"]) == files - {MANIFEST}
    assert all(" = " in equation for equation in manifest["counts"]["equations"].values())


def test_totals_before_and_after_are_equal(run: Path) -> None:
    households = table(run / "rekonsiliasi/keluarga.csv")
    manifest = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    for registry, count in manifest["counts"]["households"].items():
        assert (households[f"record_id_{registry}"] != "").sum() == count
    for level, counted in table(run / "indikator/indikator.csv").groupby("tingkat"):
        assert counted["n_keluarga"].astype(int).sum() == len(households), level


def test_prefect_recorded_every_step_and_no_identity(project: Path, run: Path) -> None:
    home = project / "data/processed/.prefect"
    with sqlite3.connect(home / "prefect.db") as database:
        states = database.execute("select name, state_type from task_run order by start_time").fetchall()
        flows = database.execute("select state_type, parameters from flow_run").fetchall()
    assert [state for _, state in states] == ["COMPLETED"] * 9
    assert [state for state, _ in flows] == ["COMPLETED"]
    households = table(run / "rekonsiliasi/keluarga.csv")
    niks = {nik for side in ("p3ke", "bps") for nik in households[f"nik_{side}"] if nik}
    assert len(niks) > 300
    stored = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert not [nik for nik in niks if nik.encode() in stored]


def test_internal_outputs_hold_no_identity(run: Path) -> None:
    households = table(run / "rekonsiliasi/keluarga.csv")
    values = {
        value
        for column in ("nik", "no_kk", "nama")
        for side in ("p3ke", "bps")
        for value in households[f"{column}_{side}"]
        if len(value) > 8
    }
    internal = [run / o.path for o in CSV_OUTPUTS if o.disclosure is Disclosure.INTERNAL]
    for path in (*internal, run / MANIFEST, run / "layers/padan.gpkg"):
        content = path.read_bytes()
        assert not [value for value in values if value.encode() in content], path.name


def test_restricted_files_are_private(run: Path) -> None:
    for output in CSV_OUTPUTS:
        mode = (run / output.path).stat().st_mode & 0o777
        assert mode == (0o600 if output.disclosure is Disclosure.RESTRICTED else 0o640)
    for name in (HOUSEHOLD_LAYERS, QUARANTINE_BOOK):
        assert (run / name).stat().st_mode & 0o777 == 0o600


def test_layers_open_with_the_right_crs_and_every_area(run: Path) -> None:
    layers = run / "layers/padan.gpkg"
    assert pyogrio.list_layers(layers)[:, 0].tolist() == [*LEVELS, *TABLES, "layer_styles"]
    assert pyogrio.read_info(layers, layer="desa")["crs"] == "EPSG:4326"
    restricted = pyogrio.list_layers(run / "layers/keluarga.gpkg")[:, 0].tolist()
    assert restricted == [*LEVELS, "keluarga", "survei_ulang", *TABLES, "layer_styles"]
    families = pyogrio.read_dataframe(run / "layers/keluarga.gpkg", layer="keluarga")
    assert len(families) == len(table(run / "rekonsiliasi/keluarga.csv"))


def test_every_level_of_the_map_has_the_totals_of_the_manifest(run: Path) -> None:
    layers = run / "layers/padan.gpkg"
    totals = json.loads((run / MANIFEST).read_text(encoding="utf-8"))["counts"]["totals"]
    unplaced = pyogrio.read_dataframe(layers, layer="tidak_terpetakan")
    assert totals["n_keluarga"] == len(table(run / "rekonsiliasi/keluarga.csv"))
    assert totals["n_temuan"] == len(table(run / "temuan/temuan.csv"))
    for level in LEVELS:
        areas = pyogrio.read_dataframe(layers, layer=level)
        assert {name: int(areas[name].sum() + unplaced[name].sum()) for name in totals} == totals
    visits = pyogrio.read_dataframe(run / "layers/keluarga.gpkg", layer="survei_ulang")
    assert totals["n_survei_ulang"] == len(visits)


def test_findings_are_unique_cases_with_their_origin(run: Path) -> None:
    findings = table(run / "temuan/temuan.csv")
    assert findings["kasus"].is_unique
    assert (findings["berkas_p3ke"] + findings["berkas_bps"] != "").all()


def test_the_same_again_is_the_same_run_in_any_row_order(project: Path, run: Path) -> None:
    """Byte for byte where no row is named; findings name theirs, and keep their case ids."""
    for path in (project / "data/raw/contoh").rglob("*_dtsen_*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = file.readlines()
        path.write_text(header + "".join(sorted(rows)), encoding="utf-8", newline="")
    done = padan(project, "run")
    assert done.returncode == 0, done.stderr
    again = newest_run(project / "data/processed")
    assert again is not None
    assert again != run
    for name in ("indikator/indikator.csv", "temuan/ringkasan.csv"):
        assert (run / name).read_bytes() == (again / name).read_bytes()
    ids = [set(table(r / "temuan/temuan.csv")["kasus"]) for r in (run, again)]
    assert ids[0] == ids[1]


def test_maps_are_drawn_into_the_last_run(project: Path) -> None:
    run = newest_run(project / "data/processed")
    assert run is not None
    before = {p: p.read_bytes() for p in run.rglob("*") if p.is_file()}
    drawn = []
    for _ in range(2):
        done = padan(project, "map")
        assert (done.returncode, done.stderr) == (0, "")
        drawn.append({p.name: p.read_bytes() for p in (run / "peta").iterdir()})
    assert drawn[0] == drawn[1]
    assert {"provinsi_cocok_a4.png", "provinsi_cocok_a4.pdf"} <= set(drawn[0])
    assert len(drawn[0]) == 2 * (1 + 2)
    assert before.items() <= {p: p.read_bytes() for p in run.rglob("*") if p.is_file()}.items()


FAMILIES_2023 = "p3ke/p3ke_keluarga_2023_64.07.csv"
FAMILIES_DTSEN = "bps/keluarga_dtsen_v3_2026_64.07.csv"
SPOILED = [
    # what goes wrong, file, what is replaced in its heading, code that is said
    ("a heading that no source declares", FAMILIES_2023, ("Alamat", "Alamatnya"), "E_HEADING_UNKNOWN"),
    (
        "a required heading is gone",
        FAMILIES_DTSEN,
        ("nomor_kartu_keluarga", "alamat_ktp"),
        "E_HEADING_MISSING",
    ),
]


@pytest.mark.parametrize(("what", "name", "swap", "code"), SPOILED, ids=[s[0] for s in SPOILED])
def test_bad_input_ends_before_matching_and_writes_nothing(
    tmp_path: Path, what: str, name: str, swap: tuple[str, str], code: str
) -> None:
    shutil.copy(ROOT / "config.yaml", tmp_path)
    shutil.copytree(ROOT / "data/raw/contoh", tmp_path / "data/raw/contoh")
    path = tmp_path / "data/raw/contoh" / name
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace(*swap, 1), encoding="utf-8", newline="")
    done = padan(tmp_path, "check")
    assert done.returncode == 2
    assert code in done.stderr
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data/processed").exists()


def test_a_file_in_the_other_code_system_stops_before_matching(tmp_path: Path) -> None:
    shutil.copy(ROOT / "config.yaml", tmp_path)
    shutil.copytree(ROOT / "data/raw/contoh", tmp_path / "data/raw/contoh")
    path = tmp_path / "config.yaml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    config["inputs"][2]["code_system"] = "bps"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    done = padan(tmp_path, "check")
    assert done.returncode == 2
    assert "E_CODE_SYSTEM_WRONG" in done.stderr
    assert not (tmp_path / "data/processed").exists()


@pytest.mark.skipif(not os.environ.get("PADAN_REAL_DATA"), reason="needs PADAN_REAL_DATA")
def test_twenty_thousand_families_on_the_real_villages(tmp_path: Path) -> None:
    """Every family with a valid code is placed, in the right kabupaten of both systems; nothing is lost."""
    regions = Path(os.environ["PADAN_REAL_DATA"]) / "wilayah"
    generate(tmp_path, 20_000, regions)
    done = padan(tmp_path, "run")
    assert done.returncode == 0, done.stderr
    run = newest_run(tmp_path / OUTPUT)
    assert run is not None
    households = table(run / "rekonsiliasi/keluarga.csv")
    with (regions / "crosswalk_64.csv").open(encoding="utf-8") as file:
        bridge = [row for row in csv.DictReader(file) if row["level"] == "desa"]
    kemendagri_of = {row["kode_bps"]: row["kode_kemendagri_2025"] for row in bridge}
    current = {row["kode_kemendagri_2025"].replace(".", "") for row in bridge}
    bps = households[households["kode_wilayah_bps"].isin(kemendagri_of)]
    assert len(bps) > 19_000
    assert (bps["kode_desa_bps"] == bps["kode_wilayah_bps"].map(kemendagri_of)).all()
    p3ke = households[households["kode_wilayah_p3ke"].isin(current)]
    assert len(p3ke) > 18_000
    assert (p3ke["kode_desa_p3ke"].str.replace(".", "") == p3ke["kode_wilayah_p3ke"]).all()
    counted = table(run / "indikator/indikator.csv")
    for _, rows in counted.groupby("tingkat"):
        assert rows["n_keluarga"].astype(int).sum() == len(households)
