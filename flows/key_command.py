"""`padan key`: which key the ids of an output folder are made with, and a new one."""

import os
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from flows.audit import Event, append
from flows.config import PipelineConfig, load_config
from flows.fingerprint import secret
from flows.key import FILE, VARIABLE, has_key, load_key, make_key, set_aside
from flows.publish import newest_run, run_lock
from flows.published import manifest_of
from reconcile.errors import ConfigError, Fault
from reconcile.language import text
from reconcile.vocab import Language

_SHOWN_DIGITS = 16


def ready_key(config: PipelineConfig, language: Language) -> None:
    """Refuse a bad key before anything is read; say where one is made, or is not that of the last result."""
    root = config.output_root
    made = not has_key(root)
    load_key(root, required=config.key.required)
    out = Console(stderr=True, highlight=False, soft_wrap=True)
    if made:
        out.print(text("key_made", language, file=config.label(root / FILE)), markup=False)
    if manifest_of(newest_run(root)).get("key", secret(config)) != secret(config):
        out.print(text("key_other", language), markup=False)


def show_key(config_path: Path, language: Language) -> int:
    """Say place, fingerprint, age and mode of the key, never the key; return 0. ConfigError for a bad one."""
    config = load_config(config_path)
    root = config.output_root
    if not has_key(root):
        _say(text("key_none", language, file=config.label(root / FILE), variable=VARIABLE))
        return 0
    load_key(root)
    print_of = secret(config)[:_SHOWN_DIGITS]
    if VARIABLE in os.environ:
        _say(text("key_environment", language, variable=VARIABLE, fingerprint=print_of))
        return 0
    seen = (root / FILE).stat()
    since = datetime.fromtimestamp(seen.st_mtime, UTC)
    told = {"file": config.label(root / FILE), "fingerprint": print_of, "day": since.date().isoformat()}
    days = (datetime.now(UTC) - since).days
    _say(text("key_file", language, **told, days=days, mode=f"{seen.st_mode & 0o777:04o}"))
    return 0


def new_key(config_path: Path, language: Language, *, rotate: bool) -> int:
    """Make a key; with ``rotate`` in place of the one there is, which is kept beside it; return 0.

    ConfigError where the environment gives the key, or there is one and nobody said that it is to be changed.
    """
    config = load_config(config_path)
    root = config.output_root
    if VARIABLE in os.environ:
        raise ConfigError([Fault.of("E_KEY_ENVIRONMENT", variable=VARIABLE)])
    with run_lock(root):
        old = ""
        if has_key(root):
            if not rotate:
                raise ConfigError([Fault.of("E_KEY_STANDS", file=config.label(root / FILE))])
            before = secret(config)
            old = set_aside(root, datetime.now(UTC).date())
        make_key(root)
        if old:
            append(root, [(Event.KEY, {"lama": before, "baru": secret(config), "disimpan": old})])
    _say(text("key_made", language, file=config.label(root / FILE)))
    if old:
        key = "key_rotated" if newest_run(root) else "key_rotated_unused"
        _say(text(key, language, old=old))
    return 0


def _say(sentence: str) -> None:
    Console(highlight=False, soft_wrap=True).print(sentence, markup=False)
