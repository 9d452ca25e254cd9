"""`padan map` before anything is drawn: what is said when there is nothing to draw, or nowhere to draw it."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from gpkg_world import write

from flows import maps
from flows.outputs import AREA_LAYERS
from flows.publish import POINTER
from reconcile.errors import InputError
from reconcile.vocab import Language


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project folder of which nothing has been published."""
    settings = SimpleNamespace(output_root=tmp_path / "hasil", folder=tmp_path, language=Language.INDONESIAN)
    monkeypatch.setattr(maps, "load_config", lambda _: settings)
    settings.output_root.mkdir()
    return tmp_path


def published(project: Path) -> Path:
    run = project / "hasil/runs/satu"
    (run / AREA_LAYERS).parent.mkdir(parents=True)
    (project / "hasil" / POINTER).write_text("runs/satu\n", encoding="utf-8")
    return run


def draw(project: Path) -> int:
    return maps.draw_maps(project / "config.yaml", Language.INDONESIAN, into=None, paper="a4", theme="cocok")


def test_nothing_published(project: Path) -> None:
    with pytest.raises(InputError, match="E_MAP_NO_RUN"):
        draw(project)


def test_a_run_that_somebody_removed(project: Path) -> None:
    published(project).rename(project / "dipindah")
    with pytest.raises(InputError, match="E_MAP_NO_RUN"):
        draw(project)


@pytest.mark.parametrize("state", ["missing", "damaged", "older"])
def test_layers_that_cannot_be_drawn(project: Path, state: str) -> None:
    path = published(project) / AREA_LAYERS
    if state == "damaged":
        path.write_bytes(b"SQLite format 3\0 and no more")
    if state == "older":
        # no layer kecamatan, no table of the unplaced
        write(path)
    with pytest.raises(InputError, match="E_MAP_LAYERS"):
        draw(project)
    assert not (path.parents[1] / maps.MAPS).exists()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Kabupaten Kutai Barat", "kabupaten-kutai-barat"),
        ("Kota  Samarinda", "kota-samarinda"),
        ("A/B", "a-b"),
    ],
)
def test_names_of_files(name: str, expected: str) -> None:
    assert maps._plain(name) == expected
