"""A published run made again: what it is given, what is left alone, and every reason why it cannot be."""

import json
import shutil
import stat
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows import rerun
from flows.config import PipelineConfig, load_config
from flows.fingerprint import program, secret, settings
from flows.libraries import libraries
from flows.manifest import NAME_VARIABLE
from flows.origins import origin_files, origins
from flows.publish import MANIFEST, POINTER, RUNS, newest_run, publish, staging_folder
from flows.rerun import WORKSHOP, Repeated, repeat
from flows.sample import write_sample
from reconcile.errors import RepeatError
from reconcile.vocab import Language

ROOT = Path(__file__).parents[3]
TABLE = "temuan/temuan.csv"


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contoh") / "contoh"
    write_sample(families=40, seed=3, out=folder)
    return folder


@pytest.fixture
def config(tmp_path: Path, delivered: Path, monkeypatch: pytest.MonkeyPatch) -> PipelineConfig:
    """Return the configuration of a project with two published runs, the second held against the first."""
    monkeypatch.setenv("PADAN_KUNCI", "ab" * 32)
    project = tmp_path / "proyek"
    (project / "data/raw").mkdir(parents=True)
    shutil.copy(ROOT / "config.yaml", project)
    shutil.copytree(delivered, project / "data/raw/contoh")
    config = load_config(project / "config.yaml")
    released(config, "r1", past=None)
    released(config, "r2", past="r1")
    return config


def told(config: PipelineConfig, past: str | None) -> dict[str, object]:
    return {
        "padan": version("padan"),
        "code": program(),
        "libraries": libraries(),
        "key": secret(config),
        "configuration": json.loads(settings(config)),
        "files": origins(config, {}),
        "history": {"run": past},
    }


def released(config: PipelineConfig, name: str, *, past: str | None) -> Path:
    with staging_folder(config.output_root, name) as staging:
        (staging / "temuan").mkdir()
        (staging / TABLE).write_text(f"kasus;jalan\nKS-1;{name}\n", encoding="utf-8")
        return publish(staging, config.output_root, name, told(config, past))


def prints(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file() and not p.name.startswith(".kunci")
    }


def repeated(
    config: PipelineConfig, made: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch, **settings: Any
) -> Repeated:
    """Repeat the last run; ``made`` stands for the flow and is given the folder that it fills."""

    def run(project: Path, told: Mapping[str, str], language: Language) -> Path:
        folder = project / "hasil" / RUNS / "r2"
        shutil.copytree(config.output_root / RUNS / "r2", folder)
        made(project)
        return folder

    monkeypatch.setattr(rerun, "_made", run)
    newest = newest_run(config.output_root)
    assert newest is not None
    return repeat(config, newest, Language.INDONESIAN, **{"any_version": False, **settings})


def test_the_run_is_given_what_it_was_made_from_and_nothing_else_is_touched(
    config: PipelineConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    # what came later is not given to it
    late = config.folder / "data/raw/contoh/bps/keluarga_dtsen_v3_2026_99.99.csv"
    late.write_text("x")
    before = prints(config.output_root)

    def look(project: Path) -> None:
        then = load_config(project / "config.yaml")
        assert settings(then) == settings(config)
        late.unlink()
        same = {config.label(p): sha256(p.read_bytes()).hexdigest() for p in origin_files(config)}
        late.write_text("x")
        given = {then.label(p): sha256(p.read_bytes()).hexdigest() for p in origin_files(then)}
        assert given == same
        assert newest_run(then.output_root) == then.output_root / RUNS / "r1"
        assert stat.S_IMODE((config.output_root / WORKSHOP).stat().st_mode) == 0o700

    assert repeated(config, look, monkeypatch) == Repeated(2, ())
    assert prints(config.output_root) == before
    assert not (config.output_root / WORKSHOP).exists()


def test_what_comes_out_otherwise_is_named(config: PipelineConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    def spoil(project: Path) -> None:
        path = project / "hasil" / RUNS / "r2" / TABLE
        path.write_text("kasus;jalan\nKS-2;r2\n")

    found = repeated(config, spoil, monkeypatch)
    assert [(fault.code, fault.file, fault.row, fault.column) for fault in found.faults] == [
        ("E_RERUN_CELL", TABLE, 2, "kasus")
    ]


def manifest_with(**values: object) -> Callable[[PipelineConfig], object]:
    def change(config: PipelineConfig) -> None:
        path = config.output_root / RUNS / "r2" / MANIFEST
        kept = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**kept, **values}), encoding="utf-8")

    return change


def older(config: PipelineConfig) -> None:
    path = config.output_root / RUNS / "r2" / MANIFEST
    path.write_text(json.dumps({"padan": "0.0.1", "outputs": {}}))


INPUT = "data/raw/contoh/wilayah/recode.csv"
REFUSED: list[tuple[str, Callable[[PipelineConfig], object], str]] = [
    ("E_RERUN_GONE", lambda c: (c.folder / INPUT).unlink(), INPUT),
    ("E_RERUN_CHANGED", lambda c: (c.folder / INPUT).write_text("lain"), INPUT),
    ("E_RERUN_PAST", lambda c: shutil.rmtree(c.output_root / RUNS / "r1"), ""),
    ("E_RERUN_PAST_CHANGED", lambda c: (c.output_root / RUNS / "r1" / TABLE).write_text("x"), ""),
    ("E_RERUN_OLD", older, MANIFEST),
    ("E_RERUN_CONFIG", manifest_with(configuration={"bahasa": "id"}), MANIFEST),
    ("E_RERUN_VERSION", manifest_with(libraries={**libraries(), "numpy": "1.0"}), ""),
    ("E_RERUN_VERSION", manifest_with(padan="0.0.1"), ""),
    ("E_RERUN_CODE", manifest_with(code="x"), ""),
    ("E_RERUN_KEY", manifest_with(key="x"), ""),
]


@pytest.mark.parametrize(("code", "spoil", "file"), REFUSED, ids=[r[0] for r in REFUSED])
def test_a_run_that_cannot_be_made_again_is_refused_with_the_reason(
    config: PipelineConfig,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    spoil: Callable[[PipelineConfig], object],
    file: str,
) -> None:
    spoil(config)
    with pytest.raises(RepeatError) as refused:
        repeated(config, lambda _: None, monkeypatch)
    assert (code, file) in {(fault.code, fault.file) for fault in refused.value.faults}
    assert refused.value.exit_code == 3
    assert not (config.output_root / WORKSHOP).exists()


def test_other_versions_are_tried_where_asked(
    config: PipelineConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest_with(padan="0.0.1", code="x", libraries={})(config)
    assert repeated(config, lambda _: None, monkeypatch, any_version=True).faults == ()


def test_another_version_is_given_the_name_of_the_run_that_it_repeats(
    config: PipelineConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "2026-03-31-0123456789"
    published = released(config, f"{name}-2", past=None)
    given = []

    def look(project: Path, told: Mapping[str, str], language: Language) -> Path:
        given.append(told[NAME_VARIABLE])
        return published

    monkeypatch.setattr(rerun, "_made", look)
    for any_version in (False, True):
        assert repeat(config, published, Language.ENGLISH, any_version=any_version).faults == ()
    assert given == ["", name]


def test_files_outside_the_project_stay_there_and_none_may_have_been_added(
    config: PipelineConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "kiriman"
    outside.mkdir()
    (outside / "keputusan_1.csv").write_text("x")
    values = yaml.safe_load((config.folder / "config.yaml").read_text(encoding="utf-8"))
    entry = {"source": "pair_decisions", "path": f"{outside}/keputusan_*.csv", "vintage": "2026"}
    (config.folder / "config.yaml").write_text(yaml.safe_dump({**values, "decisions": [entry]}))
    config = load_config(config.folder / "config.yaml")
    shutil.rmtree(config.output_root / RUNS / "r2")
    released(config, "r2", past="r1")
    assert repeated(config, lambda _: None, monkeypatch).faults == ()
    (outside / "keputusan_2.csv").write_text("y")
    with pytest.raises(RepeatError) as refused:
        repeated(config, lambda _: None, monkeypatch)
    assert [(f.code, f.file) for f in refused.value.faults] == [("E_RERUN_EXTRA", "keputusan_2.csv")]


def test_the_pointer_does_not_decide_which_run_is_repeated(
    config: PipelineConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    (config.output_root / POINTER).write_text(f"{RUNS}/r1\n")
    seen = []

    def look(project: Path, told: Mapping[str, str], language: Language) -> Path:
        seen.append(newest_run(project / "hasil"))
        return shutil.copytree(config.output_root / RUNS / "r1", project / "hasil" / RUNS / "r1")

    monkeypatch.setattr(rerun, "_made", look)
    first = config.output_root / RUNS / "r1"
    assert repeat(config, first, Language.ENGLISH, any_version=False).faults == ()
    assert seen == [None]
