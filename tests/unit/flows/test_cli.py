"""The command line as a user meets it: help in both languages, exit codes, never a traceback."""

import locale
import subprocess
import sys
from pathlib import Path

import pytest

from flows import commands
from flows.cli import chosen_language, main
from reconcile.errors import Fault, InputError
from reconcile.vocab import Language

USES = [
    # arguments, exit code, a word of what is said
    ([], 2, "Perintah:"),
    (["--help"], 0, "Pemakaian: padan"),
    (["--language", "en", "--help"], 0, "Usage: padan"),
    (["run", "--help"], 0, "Jalankan rekonsiliasi"),
    (["run", "--language", "en", "--help"], 0, "Run the reconciliation"),
    (["sample", "--language=en", "--help"], 0, "Families per registry"),
    (["returns"], 2, "Jawaban lapangan"),
    (["returns", "read", "--language", "en", "--help"], 0, "Read answers from the field"),
    (["returns", "read"], 2, "FOLDER wajib disebut"),
    (["returns", "read", "tidak_ada"], 2, "Isi opsi FOLDER tidak sah"),
    (["version"], 0, "padan 0."),
    (["sources"], 0, "p3ke_families_2022"),
    (["sourcs"], 2, "Perintah tidak dikenal"),
    (["run", "--konfig", "x"], 2, "Opsi --konfig tidak dikenal"),
    (["sample"], 2, "Opsi --out wajib diisi"),
    (["sample", "--out", "x", "--families", "nol"], 2, "Isi opsi --families tidak sah"),
    (["--language", "jv", "run"], 2, "Isi opsi --language tidak sah"),
    (["run", "--config", "tidak_ada.yaml"], 2, "E_CONFIG_FILE"),
    (["check", "--config", "tidak_ada.yaml", "--language", "en"], 2, "There is no such configuration file"),
]


@pytest.mark.parametrize(("arguments", "code", "word"), USES)
def test_uses(
    arguments: list[str],
    code: int,
    word: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    said = capsys.readouterr()
    assert ended.value.code == code
    assert word in said.out + said.err
    assert "Traceback" not in said.out + said.err


def raising(error: BaseException) -> object:
    def command(*_: object, **__: object) -> None:
        raise error

    return command


ERRORS = [
    (InputError([Fault.of("E_COUNTS", equation="a"), Fault.of("E_COUNTS", equation="b")]), 2, "(b)"),
    (ValueError("NIK 6402061708850001 SITI AMINAH"), 3, "ValueError"),
    (KeyboardInterrupt(), 3, "Dihentikan"),
]


@pytest.mark.parametrize(("error", "code", "word"), ERRORS)
def test_errors_end_in_a_sentence_and_never_in_a_value(
    error: BaseException,
    code: int,
    word: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(commands, "_do", raising(error))
    with pytest.raises(SystemExit) as ended:
        main(["run"])
    said = capsys.readouterr().err
    assert ended.value.code == code
    assert word in said
    assert "6402061708850001" not in said
    assert "AMINAH" not in said


def test_the_language_is_chosen_by_option_environment_config(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PADAN_BAHASA", raising=False)
    assert chosen_language([]) is Language.INDONESIAN
    Path("config.yaml").write_text("language: en\n", encoding="utf-8")
    assert chosen_language(["run"]) is Language.ENGLISH
    Path("lain.yaml").write_text("language: id\n", encoding="utf-8")
    assert chosen_language(["run", "--config", "lain.yaml"]) is Language.INDONESIAN
    assert chosen_language(["run", "--config=lain.yaml"]) is Language.INDONESIAN
    monkeypatch.setenv("PADAN_BAHASA", "id")
    assert chosen_language(["run"]) is Language.INDONESIAN
    assert chosen_language(["run", "--language", "en"]) is Language.ENGLISH
    Path("config.yaml").write_text("language: [", encoding="utf-8")
    monkeypatch.delenv("PADAN_BAHASA")
    assert chosen_language(["run"]) is Language.INDONESIAN


def test_help_answers_without_the_heavy_libraries() -> None:
    heavy = "{'prefect', 'pandas', 'geopandas'}"
    program = f"import sys, flows.cli; print(sorted({heavy} & set(sys.modules)))"
    seen = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"


def test_letters_are_taken_as_they_are_whatever_the_locale_of_the_machine() -> None:
    """Under a Turkish locale GDAL takes I for no capital of i, and wrote other bytes."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C")
        with pytest.raises(SystemExit):
            main(["version"])
        assert locale.setlocale(locale.LC_CTYPE) in {"C.UTF-8", "C.utf8"}
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
