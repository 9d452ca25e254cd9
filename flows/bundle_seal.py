"""Edge module: what makes a bundle readable for its recipient alone: age, or a workbook with a password.

The plain archive is the same to the byte for the same files; what age and Office make of it never is, for
each time has a key of its own. Hashes are therefore of what is inside.
"""

import json
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pyrage
from msoffcrypto.format.ooxml import OOXMLFile

from flows.key import private
from flows.place import fresh_file, put_new
from flows.publish import MANIFEST, sha256
from reconcile.disclosure import MODES, Disclosure
from reconcile.errors import ConfigError, Fault, InputError, PublishError

#: Holds the key file's content, where there is no file.
IDENTITY_VARIABLE = "PADAN_IDENTITAS"
SEALED = "TERBATAS.zip.age"
LEAST_PASSWORD = 12
#: Stands in the archive instead of the clock.
_DATED = (1980, 1, 1, 0, 0, 0)
_BLOCK = 1 << 20
#: Where every age file begins.
_MARK = b"age-encryption.org/v1"
#: No archive unpacks to more than this.
_MOST_BYTES = 50 << 30


def archive(folder: Path, path: Path) -> None:
    """Write every file below ``folder`` into a ZIP of mode 0600, by name: the same files, the same bytes."""
    path.touch(mode=MODES[Disclosure.RESTRICTED])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as book:
        for one in sorted(p for p in folder.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(one.relative_to(folder).as_posix(), _DATED)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = (0o100000 | MODES[Disclosure.RESTRICTED]) << 16
            with one.open("rb") as source, book.open(entry, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, _BLOCK)


def seal(plain: Path, sealed: Path, public_key: str) -> None:
    """Encrypt a file for the holder of the private half of ``public_key``; ConfigError for no such key."""
    try:
        recipient = pyrage.x25519.Recipient.from_str(public_key)
    except pyrage.RecipientError:
        raise ConfigError([Fault.of("E_BUNDLE_PUBLIC_KEY")]) from None
    sealed.touch(mode=MODES[Disclosure.RESTRICTED])
    pyrage.encrypt_file(str(plain), str(sealed), [recipient])


def password(variable: str) -> str:
    """Return the password that an environment variable holds; ConfigError where it is missing or short."""
    given = os.environ.get(variable, "")
    if len(given) < LEAST_PASSWORD:
        raise ConfigError([Fault.of("E_BUNDLE_PASSWORD", variable=variable, least=LEAST_PASSWORD)])
    return given


def seal_book(plain: Path, sealed: Path, secret: str) -> None:
    """Write a workbook again so that Excel and LibreOffice ask for the password."""
    sealed.touch(mode=MODES[Disclosure.RESTRICTED])
    with plain.open("rb") as source, sealed.open("wb") as target:
        OOXMLFile(source).encrypt(secret, target)


def make_identity(path: Path) -> str:
    """Write a new private key (0600) to ``path``, never over another; return its public half.

    PublishError where something lies there or cannot be written.
    """
    if path.exists():
        raise PublishError([Fault.of("E_BUNDLE_KEY_TAKEN", file=path.name)])
    identity = pyrage.x25519.Identity.generate()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = fresh_file(path, lambda new: new.write_text(f"{identity}\n", encoding="ascii"), 0o600)
        put_new(fresh, path)
    except OSError:
        raise PublishError([Fault.of("E_BUNDLE_OPEN_FOLDER", file=path.name)]) from None
    if _text(path).strip() != str(identity):
        raise PublishError([Fault.of("E_BUNDLE_KEY_TAKEN", file=path.name)])
    return str(identity.to_public())


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii", errors="replace")


def read_identity(path: Path | None) -> Any:
    """Return the private key of a file that only its owner reads, else of the environment.

    ConfigError where there is none, it is no key, or others can read the file. Lines that begin with # are
    remarks, as age writes them.
    """
    where = path.name if path else IDENTITY_VARIABLE
    if path is None:
        told = os.environ.get(IDENTITY_VARIABLE, "")
    else:
        if not path.is_file():
            raise ConfigError([Fault.of("E_BUNDLE_IDENTITY", file=where, variable=IDENTITY_VARIABLE)])
        private(path, where)
        told = _text(path)
    lines = [line.strip() for line in told.splitlines() if line.strip() and not line.startswith("#")]
    try:
        return pyrage.x25519.Identity.from_str("".join(lines[:1]))
    except pyrage.IdentityError:
        raise ConfigError([Fault.of("E_BUNDLE_IDENTITY", file=where, variable=IDENTITY_VARIABLE)]) from None


def unseal(sealed: Path, plain: Path, identity: Any) -> None:
    """Decrypt an age file to ``plain`` (0600).

    InputError where it is no such file, was damaged or changed, or is not for this key.
    """
    with sealed.open("rb") as file:
        if file.read(len(_MARK)) != _MARK:
            raise InputError([Fault.of("E_BUNDLE_NOT_ONE", file=sealed.name)])
    plain.touch(mode=MODES[Disclosure.RESTRICTED])
    try:
        pyrage.decrypt_file(str(sealed), str(plain), [identity])
    except (pyrage.DecryptError, OSError) as error:
        # age tells a changed block as an error of reading, without a number of the system
        if isinstance(error, OSError) and error.errno is not None:
            raise
        plain.unlink(missing_ok=True)
        raise InputError([Fault.of("E_BUNDLE_WRONG_KEY", file=sealed.name)]) from None


def unpack(plain: Path, folder: Path, label: str) -> dict[str, Any]:
    """Unpack an archive into ``folder`` with mode 0600, hold every file against its manifest, return that.

    InputError where a name leads elsewhere, or a file is missing, added or not what the manifest tells.
    """
    try:
        with zipfile.ZipFile(plain) as book:
            entries = book.infolist()
            fits = sum(entry.file_size for entry in entries) <= _MOST_BYTES
            if not fits or not all(_inside(entry.filename) for entry in entries):
                raise InputError([Fault.of("E_BUNDLE_NOT_ONE", file=label)])
            for entry in entries:
                path = folder / entry.filename
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                path.touch(mode=MODES[Disclosure.RESTRICTED])
                with book.open(entry) as source, path.open("wb") as target:
                    shutil.copyfileobj(source, target, _BLOCK)
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        restricted = {n: one["sha256"] for n, one in told["berkas"].items() if one["kelas"] == "TERBATAS"}
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError([Fault.of("E_BUNDLE_NOT_ONE", file=label)]) from None
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {MANIFEST}
    apart = set(restricted) ^ there | set(changed(folder, restricted))
    if apart:
        raise InputError([Fault.of("E_BUNDLE_CHANGED", file=label, n=len(apart))])
    return told


def _inside(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and ".." not in parts and not any(sign in name for sign in "\\:") and name[0] != "/"


def changed(folder: Path, hashes: Mapping[str, str]) -> Iterator[str]:
    """Return the files of ``folder`` that are not what their SHA-256 says."""
    for name, digest in hashes.items():
        path = folder / name
        if not path.is_file() or sha256(path) != digest:
            yield name
