"""`padan scan`: what is judged, what is said, and what it ends with."""

import os
from pathlib import Path

import pytest
from command import table
from identity_world import NIK, known

from flows.publish import publish, staging_folder
from flows.scan import SCAN, scan
from flows.scan_classes import declared_class
from reconcile.disclosure import CSV_OUTPUTS, Disclosure
from reconcile.errors import InputError
from reconcile.vocab import Language


class Config:
    def __init__(self, root: Path) -> None:
        self.output_root = root


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an output folder with one run: a clean file, and one that is TERBATAS."""
    monkeypatch.setattr("flows.scan.load_config", lambda _: Config(tmp_path / "hasil"))
    monkeypatch.setattr("flows.scan.identities_of", lambda _: known())
    with staging_folder(tmp_path / "hasil", "r1") as staging:
        for name, content in (
            ("temuan/temuan.csv", "kasus\n"),
            ("rekonsiliasi/keluarga.csv", f"nik\n{NIK}\n"),
        ):
            (staging / name).parent.mkdir()
            (staging / name).write_text(content, encoding="utf-8")
        publish(staging, tmp_path / "hasil", "r1", {"padan": "1"})
    return tmp_path / "hasil"


def called(*paths: object, csv: Path | None = None) -> int:
    return scan(Path("config.yaml"), Language.INDONESIAN, paths=tuple(map(str, paths)), csv=csv)


def test_a_run_is_judged_by_what_it_declares(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for place in ((), ("r1",), (root / "runs/r1",)):
        assert called(*place) == 0
        assert "Tidak diperiksa: 1 berkas" in capsys.readouterr().out
    # anywhere else a file is what it is
    assert called(root / "runs") == 1
    assert called(root / "runs/r1/rekonsiliasi/keluarga.csv") == 1


def test_what_was_found_is_said_by_place_and_never_as_what_it_is(
    root: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (root / "runs/r1/temuan/temuan.csv").write_text(f"kasus\n{NIK}\n", encoding="utf-8")
    (root / "runs/r1/peta.bin").write_bytes(b"\0\1\2")
    assert called(csv=tmp_path / "pindai.csv") == 1
    said = capsys.readouterr().out
    assert "temuan/temuan.csv" in said
    assert "INTERNAL" in said
    assert "nomor utuh" in said
    assert "jenis tidak dikenal" in said
    assert NIK not in said
    rows = table(tmp_path / "pindai.csv")
    assert list(rows.columns) == SCAN.names
    assert rows["bentuk"].tolist() == ["utuh", "why_unknown"]


def test_there_must_be_something_to_look_for_and_into(root: Path) -> None:
    (root / "kosong").mkdir()
    for place, code in (("r2", "E_SCAN_NO_PLACE"), (root / "kosong", "E_SCAN_NOTHING")):
        with pytest.raises(InputError) as caught:
            called(place)
        assert caught.value.faults[0].code == code


def test_what_lies_behind_a_link_or_a_pipe_is_not_called_clean(
    tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = tmp_path / "serah"
    given.mkdir()
    (given / "dalam").symlink_to(root / "runs/r1")
    os.mkfifo(given / "pipa")
    assert called(given) == 3
    said = capsys.readouterr().out
    assert "dalam" in said
    assert "pipa" in said


def test_every_restricted_output_is_one_here() -> None:
    assert all(declared_class(output.path) is output.disclosure for output in CSV_OUTPUTS)
    assert declared_class("layers/padan.gpkg") is Disclosure.INTERNAL
    assert declared_class("program/TERBATAS/baru.csv") is Disclosure.RESTRICTED
