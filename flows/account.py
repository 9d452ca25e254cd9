"""Who is at work: the login name on this machine, and the words of the command."""

import getpass

import click


def account() -> str:
    """Return the login name; "?" for a number without a name, as in a container."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "?"


def command() -> str:
    """Return the words of the command, without its arguments, which may name anything."""
    context = click.get_current_context(silent=True)
    return context.command_path if context else "padan"
