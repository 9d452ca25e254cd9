"""padan regions check and padan boundaries check: what they count, what they say, what they end with."""

import csv
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
import yaml
from click.testing import CliRunner

from flows.cli import build
from reconcile.vocab import Language

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "data/raw/contoh"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with the shipped configuration and reference data, and no readable file of people."""
    for path in SAMPLE.rglob("*.*"):
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.parent.name in {"wilayah", "batas"}:
            shutil.copy(path, target)
        else:
            target.write_text("these commands never open it", encoding="utf-8")
    shutil.copy(ROOT / "config.yaml", tmp_path)
    return tmp_path


@dataclass(frozen=True)
class Done:
    exit_code: int
    output: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """Return a runner of ``padan <group> check`` that keeps what it prints and what it ends with."""
    monkeypatch.setenv("COLUMNS", "140")

    def checked(project: Path, group: str, *options: str, language: Language = Language.INDONESIAN) -> Done:
        arguments = [group, "check", "--config", str(project / "config.yaml"), *options]
        code = build(language).main(args=arguments, standalone_mode=False)
        return Done(int(code), capsys.readouterr().out)

    return checked


def configured(project: Path, **boundaries: Any) -> None:
    path = project / "config.yaml"
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    values["boundaries"].update(boundaries)
    path.write_text(yaml.safe_dump(values), encoding="utf-8")


def listed(project: Path, source: str, rows: list[tuple[str, str]]) -> None:
    """Add a list of region codes to the configuration."""
    text = "kode,nama\n" + "".join(f"{code},{name}\n" for code, name in rows)
    (project / f"{source}.csv").write_text(text, encoding="utf-8")
    path = project / "config.yaml"
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    entry = {"source": source, "path": f"{source}.csv", "vintage": "2025"}
    values["regions"]["lists"] = [*values["regions"]["lists"], entry]
    path.write_text(yaml.safe_dump(values), encoding="utf-8")


def kemendagri(project: Path) -> list[tuple[str, str]]:
    """Return codes and names that the bridging of the sample has."""
    with (project / "data/raw/contoh/wilayah/bridging.csv").open(encoding="utf-8-sig") as file:
        return [(row["kode_kemendagri_2025"], row["nama_kemendagri"]) for row in csv.DictReader(file)]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_regions_that_agree(project: Path, run: Callable[..., Done]) -> None:
    listed(project, "regions_kemendagri", kemendagri(project))
    done = run(project, "regions")
    assert done.exit_code == 0, done.output
    assert "saling cocok" in done.output
    assert "langsung" in done.output


def test_regions_that_differ_are_told_both_ways_and_written(project: Path, run: Callable[..., Done]) -> None:
    *rows, (left_out, _) = [row for row in kemendagri(project) if len(row[0]) > 8]
    rest = [row for row in kemendagri(project) if len(row[0]) <= 8]
    listed(project, "regions_kemendagri", [*rest, *rows, (f"{left_out[:9]}2999", "Baru Sekali")])
    page = project / "beda.csv"
    done = run(project, "regions", "--csv", str(page))
    assert done.exit_code == 1
    told = {(row["kode"], row["keadaan"]) for row in table(page)}
    assert told == {
        (f"{left_out[:9]}2999".replace(".", ""), "Hanya kiri"),
        (left_out.replace(".", ""), "Hanya kanan"),
    }
    assert left_out.replace(".", "") in done.output


def test_a_list_with_faults_is_told(project: Path, run: Callable[..., Done]) -> None:
    rows = kemendagri(project)
    listed(project, "regions_kemendagri", [*rows, rows[0], ("64.99.01", "Tanpa Induk")])
    done = run(project, "regions", language=Language.ENGLISH)
    assert done.exit_code == 1
    for code in ("E_LIST_CODE_TWICE", "E_LIST_NO_PARENT", "E_LIST_NO_CHILDREN"):
        assert code in done.output


def test_boundaries_that_need_nothing(project: Path, run: Callable[..., Done]) -> None:
    done = run(project, "boundaries")
    assert done.exit_code == 0, done.output
    assert "62 poligon menjadi 62 desa" in done.output
    assert "EPSG:6933" in done.output


def test_boundaries_that_need_something(project: Path, run: Callable[..., Done]) -> None:
    target = project / "data/raw/contoh/batas/desa.gpkg"
    villages = pyogrio.read_dataframe(target)
    lost = villages["kode"].iloc[-1]
    wider = villages.iloc[:-1].copy()
    # two metres of one village lie in its neighbours
    grown = wider.geometry.to_numpy().copy()
    grown[0] = shapely.buffer(grown[0], 2 / 111_319.5)
    target.unlink()
    pyogrio.write_dataframe(wider.set_geometry(grown, crs=wider.crs), target, layer="desa")
    page = project / "batas.csv"
    done = run(project, "boundaries", "--csv", str(page))
    assert done.exit_code == 1
    assert "64.02" in done.output
    rows = table(page)
    assert [row["kode"] for row in rows if row["keadaan"] == "desa tanpa poligon"] == [lost]
    assert [row["kode"] for row in rows if row["keadaan"].startswith("perubahan")] == ["64.02", "64.07"]
    configured(project, tolerance_m=0)
    assert "Tumpang tindih dibiarkan" in run(project, "boundaries").output


@pytest.mark.parametrize("group", ["regions", "boundaries"])
def test_a_group_alone_shows_its_help(group: str) -> None:
    assert "check" in CliRunner().invoke(build(Language.ENGLISH), [group]).output
