"""The main job as a user runs it: a true Prefect flow on a small sample, and what its outputs must hold."""

import csv
import json
import os
import shutil
import sqlite3
import sys
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyogrio
import pytest
import yaml
from command import padan, padan_here, table
from leaks import leaks
from package_check import package_faults
from province import OUTPUT, generate
from whole_run import run_here

from flows.audit import LOG
from flows.findings_files import BY_FAMILY, BY_KABUPATEN, FINDINGS_BOOK, IDENTIFIED_BOOK
from flows.outputs import HOUSEHOLD_LAYERS, QUARANTINE_BOOK
from flows.package import PACKAGE
from flows.programs import BY_PROGRAM
from flows.publish import MANIFEST, newest_run
from flows.review_run import REVIEW
from flows.runner import STEPS
from flows.sample import write_sample
from flows.scan_classes import declared_class
from reconcile.disclosure import CSV_OUTPUTS, Disclosure

ROOT = Path(__file__).parents[2]
LEVELS = ["desa", "kecamatan", "kabupaten"]
TABLES = ["tidak_terpetakan", "asal_data", "kamus_data"]


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


def test_every_output_is_there_and_named(project: Path, run: Path) -> None:
    said = (project / "said").read_text(encoding="utf-8")
    files = {p.relative_to(run).as_posix() for p in run.rglob("*") if p.is_file()}
    assert {output.path for output in CSV_OUTPUTS} < files
    for name in files:
        folder = name.rpartition("/")[0]
        shown = folder if folder in (BY_KABUPATEN, BY_FAMILY, BY_PROGRAM) else name
        shown = REVIEW if folder.startswith(f"{REVIEW}/") else shown
        assert f": {run.relative_to(project)}/{shown}\n" in said
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
    assert [state for _, state in states] == ["COMPLETED"] * STEPS
    assert [state for state, _ in flows] == ["COMPLETED"]
    households = table(run / "rekonsiliasi/keluarga.csv")
    niks = {nik for side in ("p3ke", "bps") for nik in households[f"nik_{side}"] if nik}
    assert len(niks) > 300
    assert not [path.name for path in (home, *home.rglob("*")) if path.stat().st_mode & 0o077]
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
    parts = [path for folder in (BY_KABUPATEN, BY_FAMILY) for path in (run / folder).iterdir()]
    for path in (*internal, *parts, run / MANIFEST, run / PACKAGE, run / "layers/padan.gpkg"):
        content = path.read_bytes()
        assert not [value for value in values if value.encode() in content], path.name
    with zipfile.ZipFile(run / FINDINGS_BOOK) as book:
        content = b"".join(book.read(name) for name in book.namelist())
    assert not [value for value in values if value.encode() in content]


def test_every_csv_file_is_as_the_data_package_says(run: Path) -> None:
    package = json.loads((run / PACKAGE).read_text(encoding="utf-8"))
    described = {resource["path"] for resource in package["resources"]}
    assert described == {path.relative_to(run).as_posix() for path in run.rglob("*.csv")}
    assert package_faults(run / PACKAGE) == set()


def test_parts_of_the_findings_are_the_whole(run: Path) -> None:
    whole = table(run / "temuan/temuan.csv")
    for folder in (BY_KABUPATEN, BY_FAMILY):
        together = pd.concat([table(path) for path in (run / folder).iterdir()], ignore_index=True)
        together = together.sort_values("kasus", ignore_index=True)
        pd.testing.assert_frame_equal(together, whole.sort_values("kasus", ignore_index=True))
    who = table(run / "temuan/TERBATAS/temuan_identitas.csv")
    pd.testing.assert_frame_equal(who[whole.columns], whole)


def test_restricted_files_are_private(run: Path) -> None:
    for output in CSV_OUTPUTS:
        mode = (run / output.path).stat().st_mode & 0o777
        assert mode == (0o600 if output.disclosure is Disclosure.RESTRICTED else 0o640)
    assert {path.stat().st_mode & 0o777 for path in (run / BY_PROGRAM).iterdir()} == {0o600}
    books = [path.relative_to(run).as_posix() for path in (run / REVIEW).rglob("*.xlsx")]
    for name in (HOUSEHOLD_LAYERS, QUARANTINE_BOOK, IDENTIFIED_BOOK, *books):
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
    # one about a file, a list or an official figure belongs to no household
    findings = table(run / "temuan/temuan.csv")
    assert totals["n_temuan"] == (findings["id_rekon"] != "").sum()
    for level in LEVELS:
        areas = pyogrio.read_dataframe(layers, layer=level)
        assert {name: int(areas[name].sum() + unplaced[name].sum()) for name in totals} == totals
    visits = pyogrio.read_dataframe(run / "layers/keluarga.gpkg", layer="survei_ulang")
    assert totals["n_survei_ulang"] == len(visits)


def test_findings_are_unique_cases_with_their_origin(run: Path) -> None:
    findings = table(run / "temuan/temuan.csv")
    assert findings["kasus"].is_unique
    of_household = findings[findings["id_rekon"] != ""]
    assert (of_household["berkas_p3ke"] + of_household["berkas_bps"] != "").all()
    assert set(findings["perubahan"]) == {"baru"}


def test_the_same_again_is_the_same_run_in_any_row_order(project: Path, run: Path) -> None:
    """Byte for byte where no row is named; findings name theirs, and keep their case ids."""
    for path in (project / "data/raw/contoh").rglob("*_dtsen_*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = file.readlines()
        path.write_text(header + "".join(sorted(rows)), encoding="utf-8", newline="")
    again = run_here(project)
    assert again == newest_run(project / "data/processed") != run
    # that files were altered is a finding (M03), and nothing else of it is
    summaries = [table(folder / "temuan/ringkasan.csv").query("kode != 'M03'") for folder in (run, again)]
    assert summaries[0].to_csv(index=False) == summaries[1].to_csv(index=False)
    assert (run / "indikator/indikator.csv").read_bytes() == (again / "indikator/indikator.csv").read_bytes()
    one, two = (table(folder / "temuan/temuan.csv") for folder in (run, again))
    assert set(two["kasus"]) - set(one["kasus"]) == set(two.loc[two["kode"] == "M03", "kasus"]) != set()
    assert set(one["kasus"]) <= set(two["kasus"])
    assert set(two.loc[two["kode"] != "M03", "perubahan"]) == {"tetap"}


def test_maps_are_drawn_into_the_last_run(project: Path) -> None:
    run = newest_run(project / "data/processed")
    assert run is not None
    before = {p: p.read_bytes() for p in run.rglob("*") if p.is_file()}
    drawn = []
    # in two processes, whose hash seeds differ
    for way in (padan, padan_here):
        done = way(project, "map")
        assert (done.returncode, done.stderr) == (0, "")
        drawn.append({p.name: p.read_bytes() for p in (run / "peta").iterdir()})
    assert drawn[0] == drawn[1]
    assert {"provinsi_cocok_a4.png", "provinsi_cocok_a4.pdf"} <= set(drawn[0])
    assert len(drawn[0]) == 2 * (1 + 2)
    assert before.items() <= {p: p.read_bytes() for p in run.rglob("*") if p.is_file()}.items()


def test_the_last_run_is_evaluated(project: Path) -> None:
    truth = "data/raw/contoh/kebenaran/pasangan.csv"
    done = padan_here(project, "evaluate", truth)
    assert (done.returncode, done.stderr) == (0, "")
    run = newest_run(project / "data/processed")
    assert run is not None
    total = table(run / "evaluasi/jenis.csv").iloc[0]
    true = pd.read_csv(project / truth, dtype="str", encoding="utf-8-sig")
    assert int(total["sebenarnya"]) == len(true)
    assert float(total["f1"]) > 0.95
    # errors and right pairs are all that is true or found
    errors = len(table(run / "evaluasi/kesalahan.csv"))
    counts = total[["sebenarnya", "ditemukan", "tepat"]].astype(int)
    assert errors == counts["sebenarnya"] + counts["ditemukan"] - 2 * counts["tepat"]


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
    done = padan_here(tmp_path, "check")
    assert done.returncode == 2
    assert code in done.stderr
    assert name in done.stderr
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
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data/processed").exists()


@pytest.mark.skipif(not os.environ.get("PADAN_REAL_DATA"), reason="needs PADAN_REAL_DATA")
def test_eight_thousand_families_on_the_real_villages(tmp_path: Path) -> None:
    """Every family with a valid code is placed, in the right kabupaten of both systems; nothing is lost."""
    regions = Path(os.environ["PADAN_REAL_DATA"]) / "wilayah"
    generate(tmp_path, 8_000, regions)
    run = run_here(tmp_path)
    assert run == newest_run(tmp_path / OUTPUT)
    households = table(run / "rekonsiliasi/keluarga.csv")
    with (regions / "crosswalk_64.csv").open(encoding="utf-8") as file:
        bridge = [row for row in csv.DictReader(file) if row["level"] == "desa"]
    kemendagri_of = {row["kode_bps"]: row["kode_kemendagri_2025"] for row in bridge}
    current = {row["kode_kemendagri_2025"].replace(".", "") for row in bridge}
    bps = households[households["kode_wilayah_bps"].isin(kemendagri_of)]
    assert len(bps) > 7_600
    assert (bps["kode_desa_bps"] == bps["kode_wilayah_bps"].map(kemendagri_of)).all()
    p3ke = households[households["kode_wilayah_p3ke"].isin(current)]
    assert len(p3ke) > 7_200
    assert (p3ke["kode_desa_p3ke"].str.replace(".", "") == p3ke["kode_wilayah_p3ke"]).all()
    counted = table(run / "indikator/indikator.csv")
    for _, rows in counted.groupby("tingkat"):
        assert rows["n_keluarga"].astype(int).sum() == len(households)


def explained(project: Path, *arguments: str) -> str:
    done = padan_here(project, "explain", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_finding_is_explained_from_the_raw_row_to_the_decision(project: Path, tmp_path: Path) -> None:
    run = newest_run(project / "data/processed")
    assert run is not None
    findings = table(run / "temuan/temuan.csv")
    finding = findings[findings["kode"] == "I06"].iloc[0]
    said = explained(project, finding["kasus"], "--out", str(tmp_path))
    assert f"Hitung ulang sama dengan yang terbit: {float(finding['bobot']):g} bit." in said
    pack = tmp_path / f"bukti_{finding['kasus']}.xlsx"
    assert pack.stat().st_mode & 0o777 == 0o600
    book = openpyxl.load_workbook(pack)
    assert {"Temuan", "Asal baris", "Baris seperti diterima", "Bobot pasangan (bit)"} <= set(book.sheetnames)
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    who = table(run / "temuan/TERBATAS/temuan_identitas.csv").set_index("kasus").loc[finding["kasus"]]
    for side in ("p3ke", "bps"):
        # as received, as read, and where: the NIK, the row and the hash of its file
        assert {who[f"nik_{side}"], finding[f"baris_{side}"], finding[f"sha256_{side}"]} <= cells
    again = explained(project, "--pair", who["record_id_bps"], who["record_id_p3ke"])
    assert "Hitung ulang sama dengan yang terbit" in again
    lonely = findings[findings["kode"] == "K01"].iloc[0]
    assert "Baris seperti diterima" in explained(project, lonely["kasus"])


def test_what_cannot_be_explained_is_said(project: Path) -> None:
    for arguments, code in (
        (["KS-TIDAK-ADA"], "E_EXPLAIN_CASE"),
        (["--pair", "x", "y"], "E_EXPLAIN_PAIR"),
        ([], "E_EXPLAIN_WHAT"),
    ):
        done = padan_here(project, "explain", *arguments)
        assert (done.returncode, code in done.stderr) == (2, True), done.stderr


def test_the_published_run_is_verified_and_a_changed_byte_is_named(project: Path) -> None:
    done = padan_here(project, "verify")
    assert done.returncode == 0, done.stdout
    log = (project / "data/processed" / LOG).read_text(encoding="utf-8")
    assert '"peristiwa":"bukti"' in log
    run = newest_run(project / "data/processed")
    assert run is not None
    households = table(run / "rekonsiliasi/keluarga.csv")
    kk = households["no_kk_bps"][households["no_kk_bps"] != ""]
    assert not [number for number in kk if number in log]
    path = run / "temuan/ringkasan.csv"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"I01", b"I99", 1))
    done = padan_here(project, "verify")
    path.write_bytes(whole)
    assert done.returncode == 1
    assert "temuan/ringkasan.csv" in done.stdout
    assert "E_VERIFY_CHANGED_AT" in done.stdout


def test_a_run_whose_files_have_changed_is_not_explained(project: Path) -> None:
    run = newest_run(project / "data/processed")
    assert run is not None
    case = table(run / "temuan/temuan.csv")["kasus"].iloc[0]
    path = project / "data/raw/contoh/p3ke/p3ke_keluarga_2023_64.07.csv"
    whole = path.read_bytes()
    path.write_bytes(whole + whole.splitlines(keepends=True)[-1])
    done = padan_here(project, "explain", case)
    path.write_bytes(whole)
    assert done.returncode == 2
    assert "E_EXPLAIN_INPUT" in done.stderr


def test_the_run_comes_out_the_same_where_everything_else_is_other(project: Path) -> None:
    """Made again from its manifest, whole: another zone, locale, hash seed, processor count, umask, home.

    Half a minute, once: it is the promise of the same bytes, and of `padan verify --rerun`.
    """
    root = project / "data/processed"
    before = {p: p.read_bytes() for p in root.rglob("*") if p.is_file() and ".prefect" not in p.parts}
    one = (shutil.which("taskset"), "-c", "0")
    settings = {"TZ": "America/New_York", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "77"}
    settings |= {"HOME": str(project), "OMP_NUM_THREADS": "1", "GDAL_NUM_THREADS": "1"}
    umask = os.umask(0o077)
    try:
        done = padan(project, "verify", "--rerun", before=one if one[0] else (), **settings)
    finally:
        os.umask(umask)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "keluar lagi persis sama, setiap bita" in done.stdout
    after = {p: p.read_bytes() for p in root.rglob("*") if p.is_file() and ".prefect" not in p.parts}
    assert after == before


#: The flow with a step that fails and says of whom it was reading, in every way in which libraries do.
FAILING = """
import logging, threading, warnings
import flows.steps
from flows.cli import main
def fail(who):
    raise ValueError(who)
def find_in(config, sources, *given, **options):
    who = sources.both("members").iloc[0].to_string()
    warnings.warn(who)
    logging.getLogger("pyogrio").error(who)
    logging.getLogger("prefect.flow_runs").info(who)
    thread = threading.Thread(target=fail, args=(who,))
    thread.start()
    thread.join()
    fail(who)
flows.steps.find_in = find_in
main(["run", "--fresh"])
"""


def test_nothing_but_what_is_restricted_tells_of_anybody(project: Path, tmp_path: Path) -> None:
    """After whole runs, and after one that failed: outputs, logs, Prefect's records, temporary files.

    Some ten seconds, once: a failure is where a text of somebody gets out.
    """
    assert leaks(project).to_dict("records") == []
    run = newest_run(project / "data/processed")
    assert run is not None
    for path in run.rglob("*"):
        if path.is_file() and path.parent.name not in {"peta", "evaluasi"}:
            restricted = declared_class(path.relative_to(run).as_posix()) is Disclosure.RESTRICTED
            assert (path.stat().st_mode & 0o777 == 0o600) == restricted, path
    (tmp_path / "sementara").mkdir()
    failing = (sys.executable, "-c", FAILING)
    done = padan(project, before=failing, TMPDIR=str(tmp_path / "sementara"))
    assert done.returncode == 3
    # each was told, without a word of it: warning, log, thread and step
    told = [done.stderr.count(code) for code in ("[W_LIBRARY]", "W_LIBRARY pyogrio ERROR", "E_STEP")]
    assert told == [1, 1, 2], done.stderr
    (tmp_path / "kata").write_text(done.stdout + done.stderr, encoding="utf-8")
    assert leaks(project, tmp_path).to_dict("records") == []
