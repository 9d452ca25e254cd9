"""The command line. Exit codes: 0 done, 1 done with exceptions, 2 wrong use or configuration, 3 failed.

prefect and the geo libraries are imported by the commands that need them, so that help answers at once.
"""

import os
import sys
from collections.abc import Callable, Sequence
from enum import IntEnum
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import yaml

from flows.help import Command, Group, Option, usage_sentence
from reconcile.errors import Fault, PadanError
from reconcile.language import describe, text
from reconcile.vocab import Language

DEFAULT_CONFIG = "config.yaml"
LANGUAGE_VARIABLE = "PADAN_BAHASA"


class ExitCode(IntEnum):
    """What the command ends with."""

    DONE = 0
    EXCEPTIONS = 1
    USAGE = 2
    FAILED = 3


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code; never shows a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = chosen_language(given)
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
        click.echo(
            describe(Fault.of("E_STEP", step="padan", kind=type(error).__name__, place=""), language),
            err=True,
        )
        sys.exit(ExitCode.FAILED)


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


def build(language: Language) -> click.Group:
    """Return the whole command line with its help in ``language``."""

    def command(name: str, callback: Callable[..., object], *options: click.Parameter) -> Command:
        return Command(language, name, callback=callback, params=[*options, *_language_option(language)])

    def option(name: str, kind: click.ParamType[Any], **settings: Any) -> Option:
        said = text(f"opt_{name}", language, default=settings.get("default", ""))
        return Option([f"--{name}"], type=kind, help=said, **settings)

    file, folder = click.Path(path_type=Path), click.Path(file_okay=False, path_type=Path)
    config = option("config", file, default=Path(DEFAULT_CONFIG))
    draft = command("new", _draft, click.Argument(["file"], type=file))
    sources = Group(language, "sources", [draft], callback=lambda: _sources(language))
    regions, boundaries = (
        Group(language, name, [_checking(language, name, option, config, file)])
        for name in ("regions", "boundaries")
    )
    commands: list[click.Command] = [
        command("run", lambda config: _run(config, language), config),
        command("check", lambda config, html: _check(config, language, html), config, option("html", file)),
        command(
            "sample",
            lambda **given: _sample(language, **given),
            option("families", click.IntRange(min=1), default=3000),
            option("seed", click.IntRange(min=0), default=64),
            option("out", folder, required=True),
            option("reference", folder),
        ),
        sources,
        regions,
        boundaries,
        command(
            "map",
            lambda **given: _map(language, **given),
            config,
            Option(["--out", "into"], type=folder, help=text("opt_into", language)),
            option("paper", click.Choice(["a4", "a3"]), default="a4"),
            option("theme", click.Choice(["cocok", "beda_desil", "lengkap"]), default="cocok"),
        ),
        command(
            "evaluate",
            lambda **given: _evaluate(language, **given),
            click.Argument(["truth"], type=file, metavar=text("arg_truth", language)),
            config,
            option("run", click.STRING),
            Option(["--out", "into"], type=folder, help=text("opt_evaluate_out", language)),
        ),
        command(
            "explain",
            lambda **given: _explain(language, **given),
            click.Argument(["case"], required=False, metavar=text("arg_case", language)),
            Option(["--pair"], nargs=2, type=click.STRING, help=text("opt_pair", language)),
            config,
            option("run", click.STRING),
            Option(["--out", "into"], type=folder, help=text("opt_explain_out", language)),
        ),
        command(
            "verify",
            lambda **given: _verify(language, **given),
            click.Argument(["run"], required=False, metavar=text("arg_run", language)),
            config,
            option("head", click.STRING),
        ),
        command("version", lambda: click.echo(f"padan {version('padan')}")),
    ]
    return Group(language, "padan", commands, params=_language_option(language))


def _checking(
    language: Language, name: str, option: Callable[..., Option], config: Option, file: click.Path
) -> Command:
    """Return the command ``check`` of a group of reference data."""
    return Command(
        language,
        "check",
        about=f"{name}_check",
        callback=lambda **given: _check_reference(name, language, **given),
        params=[config, option("csv", file), *_language_option(language)],
    )


def _language_option(language: Language) -> list[click.Parameter]:
    """Return --language, which main() has already read: here it is checked and explained."""
    choice = click.Choice([one.value for one in Language])
    return [
        click.Option(["--language"], type=choice, expose_value=False, help=text("opt_language", language))
    ]


def _run(config: Path, language: Language) -> ExitCode:
    from flows.runner import run_flow  # noqa: PLC0415 - prefect takes a second to import

    return ExitCode(run_flow(config, language))


def _check(config: Path, language: Language, page: Path | None) -> ExitCode:
    from flows.check import check  # noqa: PLC0415 - pandas and the geo libraries take a second to import

    return ExitCode(check(config, language, page))


def _check_reference(name: str, language: Language, *, config: Path, csv: Path | None) -> ExitCode:
    from flows.boundaries import check_boundaries  # noqa: PLC0415 - as above
    from flows.regions import check_regions  # noqa: PLC0415 - as above

    check = {"regions": check_regions, "boundaries": check_boundaries}[name]
    return ExitCode(check(config, language, csv))


def _map(language: Language, *, config: Path, into: Path | None, paper: str, theme: str) -> ExitCode:
    from flows.maps import draw_maps  # noqa: PLC0415 - as above

    return ExitCode(draw_maps(config, language, into=into, paper=paper, theme=theme))


def _evaluate(
    language: Language, *, config: Path, truth: Path, run: str | None, into: Path | None
) -> ExitCode:
    from flows.evaluate import evaluate  # noqa: PLC0415 - as above

    return ExitCode(evaluate(config, language, truth=truth, run=run, into=into))


def _explain(language: Language, *, config: Path, **given: Any) -> ExitCode:
    from flows.explain import explain  # noqa: PLC0415 - as above

    return ExitCode(explain(config, language, **given))


def _verify(language: Language, *, config: Path, run: str | None, head: str | None) -> ExitCode:
    from flows.verify import verify  # noqa: PLC0415 - as above

    return ExitCode(verify(config, language, run=run, head=head))


def _sample(language: Language, *, families: int, seed: int, out: Path, reference: Path | None) -> ExitCode:
    from flows.sample import write_sample  # noqa: PLC0415 - as above

    for path in write_sample(families=families, seed=seed, out=out, reference=reference):
        click.echo(path)
    click.echo(text("sample_done", language, families=families, out=out))
    return ExitCode.DONE


def _sources(language: Language) -> ExitCode:
    from flows.check import list_sources  # noqa: PLC0415 - as above

    if not click.get_current_context().invoked_subcommand:
        list_sources(language)
    return ExitCode.DONE


def _draft(file: Path) -> ExitCode:
    from flows.check import draft  # noqa: PLC0415 - as above

    click.echo(draft(file), nl=False)
    return ExitCode.DONE
