"""A result depends on the program, its settings, its files and the secret; and on nothing else."""

import json
import shutil
from pathlib import Path

import pytest

from flows import fingerprint
from flows.config import PipelineConfig, load_config
from flows.fingerprint import delivered, remember, run_fingerprint, standing_run, view
from flows.publish import MANIFEST, POINTER, RUNS, sha256
from reconcile.vocab import Language

ROOT = Path(__file__).parents[3]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PipelineConfig:
    monkeypatch.setenv("PADAN_KUNCI", "ab" * 32)
    shutil.copy(ROOT / "config.yaml", tmp_path)
    shutil.copytree(ROOT / "data/raw/contoh", tmp_path / "data/raw/contoh")
    return load_config(tmp_path / "config.yaml")


def test_files_settings_and_secret_make_another_result(
    config: PipelineConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {run_fingerprint(config)}
    seen.add(run_fingerprint(config.model_copy(update={"language": Language.ENGLISH})))
    monkeypatch.setenv("PADAN_KUNCI", "cd" * 32)
    seen.add(run_fingerprint(config))
    path = delivered(config)[0]
    path.write_bytes(path.read_bytes() + b"\n")
    seen.add(run_fingerprint(config))
    assert len(seen) == 4


def test_a_password_that_is_given_now_makes_another_result(
    config: PipelineConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = config.inputs[0].model_copy(update={"password_variable": "SANDI"})
    config = config.model_copy(update={"inputs": (locked, *config.inputs[1:])})
    shut = run_fingerprint(config)
    monkeypatch.setenv("SANDI", "rahasia-kantor")
    assert run_fingerprint(config) != shut


def test_another_version_of_a_library_makes_another_result(
    config: PipelineConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run_fingerprint(config)
    monkeypatch.setattr(fingerprint, "libraries", lambda: {"numpy": "1"})
    fingerprint.software.cache_clear()
    after = run_fingerprint(config)
    fingerprint.software.cache_clear()
    assert after != before


def test_a_note_that_the_disk_does_not_take_does_not_undo_the_run(config: PipelineConfig) -> None:
    (config.output_root / fingerprint.MADE_FROM).mkdir(parents=True)
    remember(config, config.output_root / RUNS / "r1", "f")
    assert standing_run(config, "f") is None


def test_place_and_schedule_do_not(config: PipelineConfig, tmp_path: Path) -> None:
    elsewhere = config.model_copy(update={"output": "hasil"})
    assert run_fingerprint(elsewhere) == run_fingerprint(config)
    shutil.copytree(tmp_path, tmp_path / "salinan", ignore=shutil.ignore_patterns("salinan"))
    assert run_fingerprint(load_config(tmp_path / "salinan/config.yaml")) == run_fingerprint(config)


def test_a_step_sees_the_settings_that_it_declares_and_no_other(config: PipelineConfig) -> None:
    seen = view(config, ("matching",))
    assert seen.matching == config.matching
    assert seen.output_root == config.output_root
    with pytest.raises(AttributeError):
        _ = seen.findings


def test_the_last_run_stands_where_nothing_has_changed_and_it_is_whole(config: PipelineConfig) -> None:
    run = config.output_root / RUNS / "jalan"
    run.mkdir(parents=True)
    (run / "a.csv").write_text("a")
    (run / MANIFEST).write_text(json.dumps({"outputs": {"a.csv": sha256(run / "a.csv")}}))
    (config.output_root / POINTER).write_text(f"{RUNS}/jalan\n")
    assert standing_run(config, "f") is None
    remember(config, run, "f")
    assert standing_run(config, "f") == run
    assert standing_run(config, "g") is None
    (run / "a.csv").write_text("b")
    assert standing_run(config, "f") is None
