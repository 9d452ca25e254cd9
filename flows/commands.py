"""Every command, declared: its options, and the function that does it.

The function is called as ``function(config, language, **options)``, without ``config`` where the command has
none, and returns the exit code. It is named and imported when its command is called, so that help answers at
once; a test holds the names and the options against the functions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from flows.help import Command, Group, Option
from flows.sizes import Size
from reconcile.language import text
from reconcile.review.vocab import ReviewRole
from reconcile.vocab import FieldForm, Language

DEFAULT_CONFIG = "config.yaml"
#: Anywhere, a folder, one that is there, a file or folder that is there.
FILE = click.Path(path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
OLD_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
PLACE = click.Path(exists=True, path_type=Path)
DAY, SHAPE = click.DateTime(formats=["%Y-%m-%d"]), "YYYY-MM-DD"
CLASSES = ["TERBATAS", "INTERNAL", "PUBLIK"]
COUNT, FROM_ZERO = click.IntRange(min=1), click.IntRange(min=0)


class ExitCode(IntEnum):
    """What the command ends with."""

    DONE = 0
    EXCEPTIONS = 1
    USAGE = 2
    FAILED = 3


@dataclass(frozen=True)
class Way:
    """One command: ``does`` is module:function; a group has ``ways``, and may do something itself.

    ``about`` names its sentence in the catalogue (``help_*``) where that is not its name.
    """

    name: str
    does: str = ""
    params: tuple[click.Parameter, ...] = ()
    ways: tuple["Way", ...] = ()
    about: str = ""


def build(language: Language) -> click.Group:
    """Return the whole command line with its help in ``language``."""
    commands = [_command(way, language) for way in ways(language)]
    commands.append(_command(Way("version"), language, callback=_version))
    return Group(language, "padan", commands, params=_language_option(language))


def ways(language: Language) -> tuple[Way, ...]:
    """Return every command, in the order in which they are used."""
    option, into = partial(_option, language), partial(_into, language)
    config, run, csv = _config(language), option("run", click.STRING), option("csv", FILE)
    first, second = (_argument(language, name) for name in ("first", "second"))
    flag = partial(_flag, language)
    score = flag("show-score")
    level = option("level", click.Choice(["desa", "kecamatan", "kabupaten", "provinsi"]), default="kabupaten")
    return (
        Way("run", "flows.runner:run_flow", (config, flag("fresh"), option("memory", Size()))),
        Way("check", "flows.check:check", (config, option("html", FILE, into="page"))),
        Way(
            "sample",
            "flows.sample:make_sample",
            (
                option("families", COUNT, default=3000),
                option("seed", FROM_ZERO, default=64),
                option("out", FOLDER, required=True),
                option("reference", FOLDER),
            ),
        ),
        Way(
            "sources",
            "flows.check:list_sources",
            ways=(Way("new", "flows.check:show_draft", (click.Argument(["file"], type=FILE),)),),
        ),
        Way(
            "regions",
            ways=(Way("check", "flows.regions:check_regions", (config, csv), about="regions_check"),),
        ),
        Way(
            "boundaries",
            ways=(
                Way("check", "flows.boundaries:check_boundaries", (config, csv), about="boundaries_check"),
            ),
        ),
        Way(
            "map",
            "flows.maps:draw_maps",
            (
                config,
                into("into"),
                option("paper", click.Choice(["a4", "a3"]), default="a4"),
                option("theme", click.Choice(["cocok", "beda_desil", "lengkap"]), default="cocok"),
            ),
        ),
        Way(
            "evaluate",
            "flows.evaluate:evaluate",
            (_argument(language, "truth", type=FILE), config, run, into("evaluate_out")),
        ),
        Way(
            "worklists",
            "flows.worklists:publish_worklists",
            (
                config,
                run,
                option("kab", click.STRING, multiple=True),
                option("form", click.Choice([one.value for one in FieldForm]), multiple=True, into="forms"),
            ),
        ),
        Way("incoming", "flows.incoming:take_incoming", (config,)),
        Way("serve", "flows.serve:serve", (config,)),
        Way("server", "flows.server:run_server", (config,)),
        Way("report", "flows.report:write_report", (option("period", click.STRING), run, config)),
        Way(
            "returns",
            ways=(
                Way(
                    "read",
                    "flows.returns:read_returns",
                    (_argument(language, "place", about="returns", type=PLACE), config),
                    about="returns_read",
                ),
            ),
        ),
        Way(
            "review",
            "flows.review_terminal:review",
            (
                config,
                option("by", click.STRING),
                option(
                    "role", click.Choice([one.value for one in ReviewRole]), default=ReviewRole.REVIEWER.value
                ),
                run,
                score,
            ),
            ways=(
                Way(
                    "write",
                    "flows.review:write_review",
                    (config, into("review_out", required=True), run, score),
                    about="review_write",
                ),
                Way(
                    "read",
                    "flows.review:read_review",
                    (_argument(language, "folder", type=OLD_FOLDER), config),
                    about="review_read",
                ),
            ),
        ),
        Way(
            "explain",
            "flows.explain:explain",
            (
                _argument(language, "case", required=False),
                Option(["--pair"], nargs=2, type=click.STRING, help=text("opt_pair", language)),
                config,
                run,
                into("explain_out"),
            ),
        ),
        Way("doctor", "flows.doctor:doctor", (config,)),
        Way(
            "purge",
            "flows.purge:purge",
            (
                config,
                Option(["--older-than"], type=click.STRING, help=text("opt_older_than", language)),
                Option(
                    ["--class", "kind"], type=click.Choice(CLASSES), help=text("opt_purge_class", language)
                ),
                flag("yes"),
            ),
        ),
        Way(
            "record",
            "flows.processing:record",
            (
                config,
                option("since", DAY, metavar=SHAPE),
                option("until", DAY, metavar=SHAPE),
                into("record_out"),
            ),
        ),
        Way(
            "scan",
            "flows.scan:scan",
            (_argument(language, "paths", about="scan_paths", nargs=-1, type=click.STRING), config, csv),
        ),
        Way(
            "release",
            "flows.release:release",
            (
                _argument(language, "run", required=False),
                config,
                option("class", click.Choice(["PUBLIK", "INTERNAL"]), into="kind", default="PUBLIK"),
                Option(["--by", "asked_by"], type=click.STRING, help=text("opt_release_by", language)),
                option("approve", click.STRING, into="approved_by"),
            ),
        ),
        Way(
            "bundle",
            "flows.bundle:bundle",
            (config, option("for", click.STRING, into="recipient"), run),
            ways=(
                Way(
                    "open",
                    "flows.bundle_open:open_bundle",
                    (
                        _argument(language, "file", about="bundle_file", type=FILE),
                        option("identity", FILE),
                        into("bundle_out"),
                    ),
                    about="bundle_open",
                ),
                Way(
                    "key",
                    ways=(
                        Way(
                            "new",
                            "flows.bundle_open:new_identity",
                            (_file_into(language, "bundle_key_out"),),
                            about="bundle_key_new",
                        ),
                    ),
                    about="bundle_key",
                ),
            ),
        ),
        Way(
            "key",
            "flows.key_command:show_key",
            (config,),
            ways=(Way("new", "flows.key_command:new_key", (config, flag("rotate")), about="key_new"),),
        ),
        Way(
            "verify",
            "flows.verify:verify",
            (
                _argument(language, "run", required=False),
                config,
                option("head", click.STRING),
                flag("rerun"),
                flag("any-version"),
            ),
        ),
        Way(
            "history",
            "flows.history_command:list_history",
            (config, csv),
            ways=(
                Way(
                    "compare",
                    "flows.history_command:compare_runs",
                    (first, second, config, level, option("indicator", click.STRING, multiple=True), csv),
                    about="history_compare",
                ),
                Way(
                    "explain",
                    "flows.history_command:explain_runs",
                    (first, second, config),
                    about="history_explain",
                ),
            ),
        ),
    )


def _command(way: Way, language: Language, callback: Callable[..., object] | None = None) -> click.Command:
    done = callback or (partial(_do, way.does, language) if way.does else None)
    settings: dict[str, Any] = {"callback": done} if done else {}
    params = [*way.params, *_language_option(language)]
    if way.ways:
        inner = [_command(one, language) for one in way.ways]
        settings |= {"params": params} if way.params else {}
        return Group(language, way.name, inner, about=way.about, **settings)
    return Command(language, way.name, about=way.about, params=params, **settings)


def _do(does: str, language: Language, **given: Any) -> ExitCode:
    """Call the function of a command; a group whose command was given does nothing itself."""
    if click.get_current_context().invoked_subcommand:
        return ExitCode.DONE
    module, _, name = does.partition(":")
    place = (given.pop("config"),) if "config" in given else ()
    return ExitCode(getattr(import_module(module), name)(*place, language, **given))


def _version() -> None:
    click.echo(f"padan {version('padan')}")


def _config(language: Language) -> Option:
    return _option(language, "config", FILE, default=Path(DEFAULT_CONFIG))


def _option(
    language: Language, name: str, kind: click.ParamType[Any], *, into: str = "", **settings: Any
) -> Option:
    """Return ``--name``, handed to the function as ``into`` where that is another name."""
    said = text(f"opt_{name}", language, default=settings.get("default", ""))
    return Option([f"--{name}", *([into] if into else [])], type=kind, help=said, **settings)


def _flag(language: Language, name: str) -> Option:
    """Return ``--name``, which is given or not."""
    key = name.replace("-", "_")
    return Option([f"--{name}", key], is_flag=True, help=text(f"opt_{key}", language))


def _into(language: Language, about: str, *, required: bool = False) -> Option:
    """Return ``--out``, a folder, with a sentence of its own."""
    said = text(f"opt_{about}", language)
    return Option(["--out", "into"], type=FOLDER, required=required, help=said)


def _file_into(language: Language, about: str) -> Option:
    """Return ``--out``, a file that is to be, with a sentence of its own."""
    return Option(["--out", "into"], type=FILE, required=True, help=text(f"opt_{about}", language))


def _argument(language: Language, name: str, *, about: str = "", **settings: Any) -> click.Argument:
    return click.Argument([name], metavar=text(f"arg_{about or name}", language), **settings)


def _language_option(language: Language) -> list[click.Parameter]:
    """Return --language, which main() has already read: here it is checked and explained."""
    choice = click.Choice([one.value for one in Language])
    return [
        click.Option(["--language"], type=choice, expose_value=False, help=text("opt_language", language))
    ]
