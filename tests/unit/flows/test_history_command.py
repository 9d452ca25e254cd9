"""`padan history` on kept series alone: no file of a run is needed, and what is wrong is said."""

from __future__ import annotations

from pathlib import Path

import pytest
import series_world as world

from flows.history_command import compare_runs, explain_runs, list_history
from flows.series import SERIES_FILE, keep_series, write_series
from reconcile.errors import ConfigError, InputError
from reconcile.language import describe
from reconcile.vocab import Language

ROOT = Path(__file__).parents[3]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Return a config whose output folder keeps two runs, a split between them, and no run's files."""
    text = (ROOT / "config.yaml").read_text("utf-8").replace("data/raw/contoh", f"{ROOT}/data/raw/contoh")
    (tmp_path / "config.yaml").write_text(text, "utf-8")
    root = tmp_path / "data/processed"
    counts = (
        (world.note(world.BEFORE, wilayah=world.old_places()), {"64.02.06.2005": 7, "64.02.06.1001": 2}),
        (world.note(world.AFTER), {"64.02.19.2001": 9, "64.02.06.1001": 2}),
    )
    for note, families in counts:
        folder = root / "runs" / note.jalan
        (folder / "indikator").mkdir(parents=True)
        write_series(folder / SERIES_FILE, world.series(note.jalan, families))
        keep_series(root, note, folder)
        (folder / SERIES_FILE).unlink()
    return tmp_path / "config.yaml"


def test_runs_are_compared_and_explained_when_their_files_are_gone(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"first": world.BEFORE, "second": world.AFTER[:10]}
    assert explain_runs(config, Language.INDONESIAN, **given) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "dipecah: 1 desa (Bukit Jati I) kini di Muara Contoh Darat (64.02.19); 7 keluarga" in said
    # without the ids of the runs nothing is made up
    assert "riwayat id tidak tersimpan lagi" in said
    assert compare_runs(config, Language.ENGLISH, **given, level="kecamatan", indicator=(), csv=None) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Muara Contoh Darat Families 7 9 2 28.57" in said


def test_the_list_shows_every_version(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list_history(config, Language.INDONESIAN, csv=None) == 0
    said = capsys.readouterr().out
    assert world.BEFORE in said
    assert world.AFTER in said


def test_an_empty_history_is_said(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = config.read_text("utf-8").replace("output: data/processed", "output: data/lain")
    config.write_text(text, "utf-8")
    assert list_history(config, Language.INDONESIAN, csv=None) == 0
    assert "Belum ada jalan" in capsys.readouterr().out


WRONG = [
    ("no such run", {"second": "2024-01-01"}, InputError, "E_SERIES_UNKNOWN"),
    ("no such indicator", {"indicator": ("n_keluargaa",)}, InputError, "E_SERIES_INDICATOR"),
    ("no folder for the CSV", {"csv": Path("/tidak/ada/x.csv")}, ConfigError, "E_CSV_FOLDER"),
]


@pytest.mark.parametrize(("what", "changed", "error", "code"), WRONG, ids=[w[0] for w in WRONG])
def test_what_cannot_be_shown_is_said(
    config: Path, what: str, changed: dict[str, object], error: type[InputError], code: str
) -> None:
    given = {"first": world.BEFORE, "second": world.AFTER, "level": "desa", "indicator": (), "csv": None}
    with pytest.raises(error) as caught:
        compare_runs(config, Language.INDONESIAN, **{**given, **changed})  # type: ignore[arg-type]
    (fault,) = caught.value.faults
    assert fault.code == code
    assert all(describe(fault, language) for language in Language)
    assert "n_keluarga" in describe(fault, Language.INDONESIAN) or code != "E_SERIES_INDICATOR"
