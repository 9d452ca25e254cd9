"""The secret key: from the environment, or made once and kept private."""

import stat
from pathlib import Path

import pytest

from flows.key import FILE, VARIABLE, load_key
from reconcile.errors import ConfigError


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
