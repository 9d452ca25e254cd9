"""Everything that running padan left in a project, looked through for the identities of its inputs."""

from pathlib import Path

import pandas as pd

from flows.config import load_config
from flows.scan import File, identities_of, scan_files
from flows.scan_classes import declared_class
from reconcile.disclosure import Disclosure

#: Folders below the output root that hold identities and are nobody's but the owner's.
PRIVATE = (".antara", "verval")


def leaks(project: Path, *more: Path) -> pd.DataFrame:
    """Return what tells of somebody, or could not be opened, in all that is not TERBATAS, and in ``more``."""
    config = load_config(project / "config.yaml")
    root = config.output_root
    files = [path for folder in (root, *more) for path in sorted(folder.rglob("*")) if path.is_file()]
    seen = scan_files([File(path, str(path), declared(path, root)) for path in files], identities_of(config))
    assert seen.identities > 100
    assert seen.files > 3
    return pd.concat([seen.found, seen.unread])


def declared(path: Path, root: Path) -> Disclosure | None:
    parts = path.relative_to(root).parts if path.is_relative_to(root) else ()
    if parts and parts[0] in PRIVATE:
        assert (root / parts[0]).stat().st_mode & 0o077 == 0 or path.stat().st_mode & 0o077 == 0, path
        return Disclosure.RESTRICTED
    return declared_class("/".join(parts[2:])) if parts[:1] == ("runs",) else None
