"""click's own words in the user's language: headings of the help, and what was wrong with the call."""

from collections.abc import Sequence
from typing import Any

import click

from reconcile.language import text
from reconcile.vocab import Language


class _Formatter(click.HelpFormatter):
    def __init__(self, language: Language, width: int | None) -> None:
        super().__init__(width=width)
        self.language = language

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix=prefix or text("usage", self.language) + ": ")

    def write_heading(self, heading: str) -> None:
        words = {"Options": "options", "Commands": "commands"}
        super().write_heading(text(words[heading], self.language) if heading in words else heading)


class Option(click.Option):
    """An option whose help says in words what click would say in English: that it is needed, its default."""

    def get_help_extra(self, ctx: click.Context) -> Any:  # noqa: ARG002 - click's own signature
        """Return nothing: the catalogue's sentence is the whole help."""
        return {}


class _Spoken:
    """What commands and groups share: a help page and a --help option in ``language``."""

    language: Language

    def get_help(self, ctx: click.Context) -> str:
        """Return the help page."""
        formatter = _Formatter(self.language, ctx.terminal_width)
        ctx.command.format_help(ctx, formatter)
        return formatter.getvalue().rstrip("\n")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the --help option."""
        option: click.Option | None = super().get_help_option(ctx)  # type: ignore[misc]  # click's, by the order of bases
        if option is not None:
            option.help = text("opt_help", self.language)
        return option


class Command(_Spoken, click.Command):
    """A command whose help speaks ``language``; ``about`` names its sentence where that is not its name."""

    def __init__(self, language: Language, name: str, *, about: str = "", **settings: Any) -> None:
        said = text(f"help_{about or name}", language)
        super().__init__(name, help=said, short_help=said, **settings)
        self.language = language


class Group(_Spoken, click.Group):
    """A group of commands; without a command it does its own, or shows its help."""

    def __init__(
        self,
        language: Language,
        name: str,
        commands: Sequence[click.Command],
        *,
        about: str = "",
        **settings: Any,
    ) -> None:
        said = text(f"help_{about or name}", language)
        alone = "callback" in settings
        super().__init__(
            name,
            help=said,
            short_help=said,
            commands=commands,
            invoke_without_command=alone,
            no_args_is_help=not alone,
            **settings,
        )
        self.language = language

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """Return the commands in the order in which they are used."""
        return list(self.commands)


def usage_sentence(error: click.UsageError, language: Language) -> str:
    """Return what was wrong with the call; a click error of a kind not known here keeps its own words."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    if isinstance(error, click.NoSuchOption):
        said = text("use_no_option", language, name=error.option_name)
    elif isinstance(error, click.MissingParameter):
        argument = isinstance(error.param, click.Argument)
        said = text("use_missing_argument" if argument else "use_missing", language, name=_name(error))
    elif isinstance(error, click.BadParameter):
        said = text("use_bad", language, name=_name(error))
    elif "command" in error.message:
        said = text("use_no_command", language)
    else:
        said = error.format_message()
    path = error.ctx.command_path if error.ctx else "padan"
    return f"{said} {text('use_help', language, path=path)}"


def _name(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Argument):
        return error.param.human_readable_name
    return error.param.opts[0] if error.param and error.param.opts else ""
