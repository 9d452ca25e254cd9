"""Edge module: `padan bundle open` and `padan bundle key new`: what the recipient of a bundle does."""

import json
from pathlib import Path

from rich.console import Console

from flows.bundle_seal import changed, make_identity, read_identity, unpack, unseal
from flows.place import flush, removed, replace_folder
from flows.publish import MANIFEST, sha256, staging_folder
from reconcile.disclosure import Disclosure
from reconcile.errors import Fault, InputError, PublishError
from reconcile.language import text
from reconcile.vocab import Language


def open_bundle(language: Language, *, file: Path, identity: Path | None, into: Path | None) -> int:
    """Decrypt the archive of a bundle, hold every file against its hash, write them (0600); return 0.

    They go into the folder ``into``, beside the archive where none is named. The INTERNAL files that lie
    beside the archive are held against their hashes too. ConfigError without a key, InputError where the
    archive is not for it or anything is not what was handed over, PublishError where the folder is there.
    """
    if not file.is_file():
        raise InputError([Fault.of("E_BUNDLE_NOT_ONE", file=file.name)])
    key = read_identity(identity)
    target = into or file.with_name(file.name.removesuffix(".age").removesuffix(".zip"))
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise PublishError([Fault.of("E_BUNDLE_OPEN_FOLDER", file=target.name)])
    try:
        with staging_folder(target.absolute().parent, target.name) as staging:
            plain, inside = staging / "plain.zip", staging / "isi"
            inside.mkdir(mode=0o700)
            unseal(file, plain, key)
            digest = sha256(plain)
            told = unpack(plain, inside, file.name)
            _beside(file, told["berkas"], digest)
            removed(plain)
            for place in (*inside.rglob("*"), inside):
                flush(place)
            replace_folder(inside, target)
    except OSError:
        raise PublishError([Fault.of("E_BUNDLE_OPEN_FOLDER", file=target.name)]) from None
    said = {"n": sum(one["kelas"] == Disclosure.RESTRICTED for one in told["berkas"].values())}
    said |= {name: told[name] for name in ("judul", "jalan", "keperluan", "dasar", "berlaku_sampai")}
    out = Console(highlight=False, soft_wrap=True)
    out.print(text("bundle_opened", language, folder=target.name, digest=digest, **said), markup=False)
    return 0


def _beside(file: Path, files: dict[str, dict[str, str]], digest: str) -> None:
    """Hold what lies beside the archive against what the archive says of it."""
    folder = file.parent
    if not (folder / MANIFEST).is_file():
        return
    try:
        outer = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        same = outer["berkas"] == files and outer["arsip"]["sha256_isi"] == digest
    except (ValueError, KeyError, TypeError):
        same = False
    open_parts = {n: one["sha256"] for n, one in files.items() if one["kelas"] == Disclosure.INTERNAL}
    apart = list(changed(folder, open_parts))
    if apart or not same:
        raise InputError([Fault.of("E_BUNDLE_CHANGED", file=file.name, n=len(apart) + (not same))])


def new_identity(language: Language, *, into: Path) -> int:
    """Make the key pair of an office: the private half (0600) goes to ``into``; return 0."""
    public = make_identity(into)
    out = Console(highlight=False, soft_wrap=True)
    out.print(text("bundle_key_made", language, file=into.name, public=public), markup=False)
    return 0
