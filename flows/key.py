"""The secret that makes case ids and household ids irreversible."""

import os
import secrets
from pathlib import Path

from reconcile.errors import ConfigError, Fault
from reconcile.identifiers import KEY_BYTES

VARIABLE = "PADAN_KUNCI"
FILE = ".kunci"


def load_key(output_root: Path) -> bytes:
    """Return the key: from the environment (64 hexadecimal digits or more), else from its file.

    A key file (mode 0600) is made in the output folder where there is none, so that a first run needs no
    setting up; ids stay the same as long as it is kept. Raises ConfigError for a key that is too short.
    """
    given = os.environ.get(VARIABLE)
    if given is not None:
        return _checked(given, VARIABLE)
    path = output_root / FILE
    if not path.exists():
        output_root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES))
    return _checked(path.read_text(encoding="ascii").strip(), FILE)


def _checked(written: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(written)
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise ConfigError([Fault.of("E_KEY", file=where)])
    return key
