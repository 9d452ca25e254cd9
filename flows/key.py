"""Edge module: the secret that makes case ids and household ids irreversible, and where it must not stand."""

import os
import re
import secrets
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from flows.place import fresh_file, put_new
from reconcile.errors import ConfigError, Fault
from reconcile.identifiers import KEY_BYTES

VARIABLE = "PADAN_KUNCI"
FILE = ".kunci"
_OTHERS = 0o077
#: A key, or the private half of a pair, however it is called; and a setting that is called like one.
_SECRET = re.compile(
    r"(?<![0-9a-z])[0-9a-f]{64,}(?![0-9a-z])|age-secret-key-1|^[\s{-]*[\"']?(padan_)?kunci[\"']?\s*:",
    re.IGNORECASE,
)


class KeySettings(BaseModel):
    """``required``: a run without a key is refused, instead of making one for itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    required: bool = False


def load_key(output_root: Path, *, required: bool = False) -> bytes:
    """Return the key: from the environment (64 hexadecimal digits or more), else from its file.

    A key file (mode 0600) is made in the output folder where there is none, so that a first run needs no
    setting up; ids stay the same as long as it is kept. Raises ConfigError for a key that is too short or no
    key, for a file that others can read, and where one is ``required`` and there is none.
    """
    given = os.environ.get(VARIABLE)
    if given is not None:
        return _checked(given, VARIABLE)
    path = output_root / FILE
    if not has_key(output_root):
        if required:
            raise ConfigError([Fault.of("E_KEY_MISSING", file=FILE, variable=VARIABLE)])
        make_key(output_root)
    private(path, FILE)
    return _checked(path.read_text(encoding="ascii", errors="replace").strip(), FILE)


def has_key(output_root: Path) -> bool:
    """Return whether there is a key: in the environment or in its file."""
    path = output_root / FILE
    # an empty one was left by a run that was killed, and no id was ever made with it
    if path.exists() and not path.stat().st_size:
        path.unlink()
    return VARIABLE in os.environ or path.exists()


def make_key(output_root: Path) -> None:
    """Make the key file of ``output_root``; one that another process made in the meantime stays."""
    output_root.mkdir(parents=True, exist_ok=True)
    path = output_root / FILE
    put_new(fresh_file(path, _make, 0o600), path)


def set_aside(output_root: Path, day: date) -> str:
    """Move the key file to ``.kunci-<day>`` beside it, never over another; return that name."""
    path = output_root / FILE
    names = (f"{FILE}-{day.isoformat()}{behind}" for behind in ("", *(f"-{n}" for n in range(2, 100))))
    name = next(name for name in names if not (output_root / name).exists())
    path.rename(output_root / name)
    return name


def private(path: Path, label: str) -> None:
    """Refuse a file of secrets that others than its owner can read; Windows keeps that elsewhere."""
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & _OTHERS:
        raise ConfigError([Fault.of("E_KEY_MODE", file=label)])


def written_keys(name: str, text: str) -> Iterator[Fault]:
    """Return a fault for each line of a configuration that looks like a key, a remark too."""
    for number, line in enumerate(text.splitlines(), start=1):
        if _SECRET.search(line):
            yield Fault.of("E_KEY_TOLD", file=name, row=number, variable=VARIABLE)


def _make(path: Path) -> None:
    path.write_text(secrets.token_hex(KEY_BYTES), encoding="ascii")


def _checked(written: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(written)
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise ConfigError([Fault.of("E_KEY", file=where)])
    return key
