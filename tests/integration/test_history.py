"""Two periods with a kecamatan split between them: the whole path twice, and what `padan history` says."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import split_world
from command import table
from whole_run import run_here

from flows.cli import main
from flows.config import load_config
from flows.history_command import LISTING, listing
from flows.publish import newest_run
from flows.report_files import trend_series
from flows.sample import write_sample
from flows.series import AREA_FILES, read_notes, read_series
from reconcile.report.official import LISTED
from reconcile.series.areas import LEVELS, Areas, at_level
from reconcile.series.trend import Scale, trend
from reconcile.vocab import Language

ROOT = Path(__file__).parents[2]
FIRST, SECOND = "2025-12-31", "2026-03-31"
FAMILIES = 120


def run(folder: Path, day: str) -> None:
    """Make a run of the whole path on ``day``."""
    text = (ROOT / "config.yaml").read_text("utf-8")
    changed = text.replace(f"reference_date: {SECOND}", f"reference_date: {day}")
    (folder / "config.yaml").write_text(changed, "utf-8")
    run_here(folder)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with a run before the split, and one after it of which three families are gone."""
    folder = tmp_path_factory.mktemp("riwayat")
    sample = folder / "data/raw/contoh"
    write_sample(families=FAMILIES, seed=5, out=sample)
    now = split_world.before_the_split(sample)
    run(folder, FIRST)
    for name, content in now.items():
        (sample / name).write_bytes(content)
    for file in ("p3ke/p3ke_keluarga_2023_64.07.csv", "p3ke/p3ke_individu_2023_64.07.csv"):
        without(sample / file, 3)
    run(folder, SECOND)
    return folder


def without(path: Path, families: int) -> None:
    """Take the last families out of a P3KE file of 2023."""
    rows = pd.read_csv(
        path, sep=None, engine="python", dtype="str", encoding="utf-8-sig", keep_default_na=False
    )
    key = next(name for name in rows if "keluarga" in name.lower() and "id" in name.lower())
    kept = sorted(rows[key].unique())[:-families]
    separator = ";" if ";" in path.read_text("utf-8-sig").splitlines()[0] else ","
    rows[rows[key].isin(kept)].to_csv(path, sep=separator, index=False, encoding="utf-8-sig")


def padan(project: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--config", str(project / "config.yaml")])
    said = capsys.readouterr()
    assert ended.value.code == 0, said.err
    return " ".join(said.out.split())


@pytest.mark.parametrize("level", LEVELS)
def test_the_trend_goes_on_and_the_totals_are_equal(project: Path, level: str) -> None:
    root = load_config(project / "config.yaml").output_root
    notes = read_notes(root)
    assert [note.tanggal_acuan.isoformat() for note in notes] == [FIRST, SECOND]
    series = read_series(root, notes)
    editions = {note.jalan: note.wilayah.edition for note in notes}
    found = at_level(series, Areas.of(notes[-1]), level, editions, notes[0].wilayah.nama)
    families = found[found["indikator"] == "n_keluarga"]
    for note in notes:
        own = families[families["jalan"] == note.jalan]
        assert own["nilai"].sum() == note.total["n_keluarga"]
        assert set(own["status"]) <= {"berlaku", "kosong"}
    if level == "kecamatan":
        split = families[families["kode"] == split_world.NEW].set_index("jalan")["nilai"]
        assert len(split) == 2
        assert split.iloc[0] == split.iloc[1] > 0
        # before the split no run knew that kecamatan
        raw = series[series["jalan"] == notes[0].jalan]["kode"].dropna()
        assert not raw.str.startswith(split_world.NEW).any()
        # two points are no trend
        line = trend(families, Scale.LOG, until=notes[1].tanggal_acuan, language=Language.INDONESIAN)
        assert not line["cukup"].any()


def test_the_explanation_names_the_split_and_the_families_that_are_gone(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = padan(project, capsys, "history", "explain", FIRST, SECOND)
    assert f"({split_world.OLD}) dipecah: 6 desa" in said
    assert f"({split_world.NEW})" in said
    assert "berkas berubah isinya: data/raw/contoh/p3ke/p3ke_individu_2023_64.07.csv" in said
    assert "Berkas batas desa berubah." in said
    assert (
        "keluarga hilang dari semua daftar" in said or "kini di keluarga lain" in said or "berpisah" in said
    )


def test_two_runs_are_compared_on_the_areas_of_today(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project / "banding.csv"
    arguments = ["--level", "kecamatan", "--indicator", "n_keluarga", "--csv", str(path)]
    padan(project, capsys, "history", "compare", FIRST, SECOND, *arguments)
    rows = table(path).set_index("kode")
    assert rows.loc[split_world.NEW, "nilai_awal"] == rows.loc[split_world.NEW, "nilai_akhir"] != "0"
    assert set(rows["indikator"]) == {"n_keluarga"}
    assert "Seluruh provinsi" in padan(
        project, capsys, "history", "compare", SECOND, SECOND, "--level", "provinsi"
    )


def test_the_trend_of_the_report_is_that_of_the_series(project: Path) -> None:
    root = load_config(project / "config.yaml").output_root
    drawn = trend_series(root, date.fromisoformat(SECOND)).dropna(subset=["kode"])
    drawn = drawn[drawn["indikator"] == LISTED]
    kept = read_series(root, read_notes(root))
    villages = kept[(kept["indikator"] == LISTED) & (kept["tingkat"] == "desa")].dropna(subset=["kode"])
    sums = drawn.groupby("tanggal_acuan")["nilai"].sum()
    assert len(sums) == 2
    assert sums.tolist() == villages.groupby("tanggal_acuan")["nilai"].sum().tolist()
    # the run before is not asked of what came after it
    assert len(trend_series(root, date.fromisoformat(FIRST))["tanggal_acuan"].drop_duplicates()) == 1


def test_every_kept_run_is_listed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = project / "daftar.csv"
    said = padan(project, capsys, "history", "--csv", str(path))
    assert FIRST in said
    assert "TERBARU" in said
    listed = listing(load_config(project / "config.yaml"))
    assert listed["berlaku"].tolist() == [True, True]
    assert listed["terbaru"].tolist() == [False, True]
    assert table(path).columns.tolist() == LISTING.names


def test_the_ledger_of_the_second_run_opens_with_the_closing_of_the_first(project: Path) -> None:
    root = load_config(project / "config.yaml").output_root
    first, second = (table(root / "runs" / note.jalan / "neraca/neraca.csv") for note in read_notes(root))
    closing, opening = first[first["pos"] == "akhir"], second[second["pos"] == "awal"]
    assert closing["jumlah_keluarga"].tolist() == opening["jumlah_keluarga"].tolist()
    assert set(first.loc[first["pos"] == "masuk", "alasan"]) == {"jalan_pertama"}
    flows = second[second["pos"].isin(["masuk", "keluar"])]
    assert len(flows)
    # nobody moved: the split is no flow
    assert "tempat_dikoreksi" not in set(flows["alasan"])


def test_areas_of_a_run_are_geoparquet_with_its_indicators(project: Path) -> None:
    published = newest_run(load_config(project / "config.yaml").output_root)
    assert published is not None
    counted = table(published / "indikator/indikator.csv")
    for level, file in AREA_FILES.items():
        areas = gpd.read_parquet(published / file)
        assert areas.crs.to_epsg() == 4326
        assert areas.geometry.notna().all()
        rows = counted[(counted["tingkat"] == level) & (counted["kode"] != "")]
        assert areas["n_keluarga"].sum() == rows["n_keluarga"].astype(int).sum()


def test_a_history_is_not_overwritten_when_a_run_is_made_again(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "salinan"
    shutil.copytree(project, copy)
    kept = copy / "data/processed/riwayat"
    before = {p: p.read_bytes() for p in kept.rglob("*") if p.is_file()}
    assert len(before) == 4
    said = padan(copy, capsys, "history")
    assert said.count(SECOND) == 2
    assert {p: p.read_bytes() for p in kept.rglob("*") if p.is_file()} == before
