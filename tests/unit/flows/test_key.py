"""The secret key: from the environment, or made once and kept private."""

import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows.audit import Event, read_log
from flows.fingerprint import run_fingerprint
from flows.key import FILE, VARIABLE, load_key, written_keys
from flows.key_command import new_key, ready_key, show_key
from flows.publish import MANIFEST, POINTER
from reconcile.errors import ConfigError
from reconcile.language import text
from reconcile.vocab import Language


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = load_key(tmp_path)
    assert len(first) == 32
    assert load_key(tmp_path) == first
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert load_key(tmp_path / "lain") != first


def test_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "ab" * 32)
    assert load_key(tmp_path) == b"\xab" * 32
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("written", ["", "ab" * 31, "bukan heksadesimal" * 8])
def test_a_bad_key_is_refused_without_being_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv(VARIABLE, written)
    with pytest.raises(ConfigError) as refused:
        load_key(tmp_path)
    assert refused.value.faults[0].code == "E_KEY"
    assert not written or written not in str(refused.value)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps who may read a file elsewhere")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    load_key(tmp_path)
    (tmp_path / FILE).chmod(mode)
    with pytest.raises(ConfigError) as refused:
        load_key(tmp_path)
    assert refused.value.faults[0].code == "E_KEY_MODE"


def test_where_a_key_is_required_none_is_made_and_no_delivery_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.fingerprint.contents", lambda *_: pytest.fail("a delivery was read"))
    with pytest.raises(ConfigError) as refused:
        run_fingerprint(SimpleNamespace(output_root=tmp_path, key=SimpleNamespace(required=True)))  # type: ignore[arg-type]
    assert refused.value.faults[0].code == "E_KEY_MISSING"
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("sandi: " + "ab" * 32, True),
        ("# dulu " + "AB" * 40, True),
        ("kunci: rahasia", True),
        ("  - {PADAN_KUNCI: x}", True),
        ("identity: AGE-SECRET-KEY-1QQQ", True),
        ("key: {required: true}", False),
        ("public_key: age1" + "q" * 58, False),
        ("# kunci publik kantor itu: lihat panduan", False),
        ("sha: " + "ab" * 20, False),
    ],
)
def test_a_key_in_the_configuration_is_seen(line: str, told: bool) -> None:
    faults = list(written_keys("config.yaml", f"language: id\n{line}\n"))
    assert [(fault.code, fault.row) for fault in faults] == ([("E_KEY_TOLD", 2)] if told else [])
    assert not faults or "ab" * 32 not in str(faults[0]).lower()


def test_a_key_is_replaced_only_when_asked_and_the_old_one_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = SimpleNamespace(output_root=tmp_path, label=lambda path: path.name)
    monkeypatch.setattr("flows.key_command.load_config", lambda _: config)
    asked = Path("config.yaml"), Language.INDONESIAN
    assert show_key(*asked) == 0
    assert new_key(*asked, rotate=False) == 0
    first = (tmp_path / FILE).read_text(encoding="ascii")
    with pytest.raises(ConfigError) as refused:
        new_key(*asked, rotate=False)
    assert refused.value.faults[0].code == "E_KEY_STANDS"
    assert new_key(*asked, rotate=True) == 0
    assert show_key(*asked) == 0
    second = (tmp_path / FILE).read_text(encoding="ascii")
    kept = list(tmp_path.glob(f"{FILE}-*-*-*"))
    assert [path.read_text(encoding="ascii") for path in kept] == [first]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / FILE, *kept)} == {0o600}
    assert second != first
    said = capsys.readouterr().out
    assert not {first, second} & set(said.split())
    log = read_log(tmp_path)
    assert log
    assert [entry.event for entry in log.entries] == [Event.KEY]
    monkeypatch.setenv(VARIABLE, "ab" * 32)
    with pytest.raises(ConfigError) as refused:
        new_key(*asked, rotate=True)
    assert refused.value.faults[0].code == "E_KEY_ENVIRONMENT"


def test_a_first_run_says_once_that_it_made_a_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = SimpleNamespace(
        output_root=tmp_path, label=lambda path: path.name, key=SimpleNamespace(required=False)
    )
    ready_key(config, Language.INDONESIAN)  # type: ignore[arg-type]
    said = capsys.readouterr().err
    assert FILE in said
    assert (tmp_path / FILE).read_text(encoding="ascii") not in said
    ready_key(config, Language.INDONESIAN)  # type: ignore[arg-type]
    assert capsys.readouterr().err == ""


def test_a_run_says_that_its_key_is_not_that_of_the_last_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = SimpleNamespace(
        output_root=tmp_path, label=lambda path: path.name, key=SimpleNamespace(required=False)
    )
    (tmp_path / "runs/r1").mkdir(parents=True)
    (tmp_path / POINTER).write_text("runs/r1\n", encoding="utf-8")
    (tmp_path / "runs/r1" / MANIFEST).write_text('{"key": "0123"}', encoding="utf-8")
    ready_key(config, Language.INDONESIAN)  # type: ignore[arg-type]
    assert text("key_other", Language.INDONESIAN) in capsys.readouterr().err
