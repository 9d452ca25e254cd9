"""The command line. Exit codes: 0 done, 1 done with exceptions, 2 wrong use or configuration, 3 failed."""

import locale
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import click
import yaml

from flows.commands import DEFAULT_CONFIG, ExitCode, build
from flows.help import usage_sentence
from flows.redaction import fault_of, install
from reconcile.errors import PadanError
from reconcile.language import describe, text
from reconcile.vocab import Language

LANGUAGE_VARIABLE = "PADAN_BAHASA"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code; never shows a traceback."""
    _same_letters_everywhere()
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = chosen_language(given)
    install(language)
    try:
        code = build(language).main(args=given, prog_name="padan", standalone_mode=False)
        sys.exit(int(code or ExitCode.DONE))
    except click.UsageError as error:
        click.echo(usage_sentence(error, language), err=True)
        sys.exit(ExitCode.USAGE)
    except PadanError as error:
        for fault in error.faults:
            click.echo(describe(fault, language), err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo(text("stopped", language), err=True)
        sys.exit(ExitCode.FAILED)
    except Exception as error:  # noqa: BLE001 - the text of an unforeseen error may hold a person's data
        click.echo(describe(fault_of("padan", error), language), err=True)
        sys.exit(ExitCode.FAILED)


def _same_letters_everywhere() -> None:
    """Let libraries in C take letters as they are: by the rules of Turkish, I is no capital of i for GDAL."""
    with suppress(locale.Error):
        # Windows has no such locale, and takes letters that way without it
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")


def chosen_language(arguments: Sequence[str]) -> Language:
    """Return the language of help and messages: --language, then the environment, then config.yaml."""
    given = _given(arguments, "--language") or os.environ.get(LANGUAGE_VARIABLE)
    return _language(given or _configured(Path(_given(arguments, "--config") or DEFAULT_CONFIG)))


def _given(arguments: Sequence[str], option: str) -> str:
    """Return the value of an option as written, ``--name value`` or ``--name=value``, else empty."""
    for argument, following in pairwise((*arguments, "")):
        name, equals, value = argument.partition("=")
        if name == option:
            return value if equals else following
    return ""


def _configured(path: Path) -> str:
    """Return the language of a config file that may be missing or broken: load_config judges it later."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, yaml.YAMLError):
        return ""
    return str(values.get("language", "")) if isinstance(values, dict) else ""


def _language(value: str) -> Language:
    return Language(value) if value in set(Language) else Language.INDONESIAN
