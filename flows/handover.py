"""Edge module: tables handed from one process to another as Parquet files in a folder for nobody else.

They hold identities. So the folder and all in it are for the owner only, it is gone when the work is done,
and what a killed run left is gone at the next start.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from uuid import uuid4

import pyarrow.parquet as pq

from reconcile.executor import Tables

#: Begins the name of the folder that parts of a run are handed over in.
FOLDER = ".bagian-"
_ENDING = ".parquet"


def sweep(root: Path, owner: Path) -> None:
    """Remove what killed runs of the output folder ``owner`` left in ``root``; one at a time uses it."""
    for leftover in root.glob(f"{FOLDER}{_mark(owner)}-*"):
        shutil.rmtree(leftover, ignore_errors=True)


@contextmanager
def handover_folder(root: Path, owner: Path) -> Iterator[Path]:
    """Give an empty folder below ``root`` for a run of the output folder ``owner``; it is gone afterwards."""
    sweep(root, owner)
    folder = root.resolve() / f"{FOLDER}{_mark(owner)}-{uuid4().hex[:12]}"
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _mark(owner: Path) -> str:
    return blake2b(str(owner.resolve()).encode(), digest_size=4).hexdigest()


def put_tables(folder: Path, tables: Tables) -> int:
    """Write ``tables`` as the folder ``folder``, whole or not at all; return their bytes.

    Where another process has written it before, it stays: the same part gives the same tables.
    """
    fresh = folder.with_name(f"{folder.name}.{uuid4().hex[:12]}")
    fresh.mkdir(mode=0o700, parents=True)
    size = 0
    for name, table in tables.items():
        path = fresh / f"{name}{_ENDING}"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            pq.write_table(table, file, compression="zstd", compression_level=1)
            size += file.tell()
    try:
        fresh.rename(folder)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        if not folder.is_dir():
            raise
    return size


def get_tables(folder: Path) -> Tables:
    """Return the tables of ``folder``; FileNotFoundError where there is none."""
    paths = sorted(folder.glob(f"*{_ENDING}"))
    if not paths:
        raise FileNotFoundError
    return {path.name.removesuffix(_ENDING): pq.ParquetFile(path, memory_map=False).read() for path in paths}


def drop_tables(folder: Path) -> None:
    """Remove the tables of ``folder``, which nobody needs any more."""
    shutil.rmtree(folder, ignore_errors=True)
