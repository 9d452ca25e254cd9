"""Edge module: what a disk refuses (full, read-only, forbidden, broken, gone), as a fault with a remedy."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pyogrio.errors import DataLayerError, DataSourceError, GeometryError
from xlsxwriter.exceptions import XlsxFileError

from reconcile.errors import Fault, PadanError, PublishError, StepError

#: Catalogue code -> names of the errors of the operating system; Windows lacks some of them.
_REASONS = {
    "E_DISK_FULL": ("ENOSPC", "EDQUOT"),
    "E_DISK_READ_ONLY": ("EROFS",),
    "E_DISK_FILE_SIZE": ("EFBIG",),
    "E_DISK_BROKEN": ("EIO", "ENXIO", "ENODEV", "ESTALE", "ENOTCONN", "EREMOTEIO", "ENOMEDIUM"),
}
_CODES = {
    getattr(errno, name): code for code, names in _REASONS.items() for name in names if hasattr(errno, name)
}
_DENIED = {errno.EACCES, errno.EPERM}
#: What SQLite says, alone or inside GDAL.
_SAID = {
    "disk is full": "E_DISK_FULL",
    "disk I/O error": "E_DISK_BROKEN",
}
#: Errors of libraries that write.
_LIBRARIES: tuple[type[Exception], ...] = (
    sqlite3.Error,
    XlsxFileError,
    DataSourceError,
    DataLayerError,
    GeometryError,
)
#: With less room than this, whatever failed failed for want of room.
_FULL_BYTES = 1 << 20
_MIB = 1 << 20
#: With less room than this nothing is begun.
LEAST_BYTES = 32 * _MIB


@contextmanager
def plainly(folder: Path, *, writes: bool = True) -> Iterator[None]:
    """Raise what a disk refuses inside the block as a PublishError; ``folder`` is where is written.

    ``writes``: the block does nothing but write, so that every OSError of it, and every error of a library
    that writes, is of that kind; else only those that can be nothing else.
    """
    try:
        yield
    except Exception as error:
        fault = _fault(error, folder, writes=writes)
        if fault is None:
            raise
        raise PublishError([fault]) from None


def require_room(folder: Path) -> None:
    """Raise PublishError E_DISK_FULL where the disk of ``folder`` has hardly any room left."""
    if _free(folder) < LEAST_BYTES:
        raise PublishError([_full(folder, "")])


def _fault(error: Exception, folder: Path, *, writes: bool) -> Fault | None:
    if isinstance(error, PadanError) and not isinstance(error, StepError):
        return None
    causes = list(_causes(error))
    code, cause = _certain(causes, folder) or (_likely(causes) if writes else None) or ("", error)
    return _of(code, folder, cause) if code else None


def _certain(causes: Sequence[BaseException], folder: Path) -> tuple[str, BaseException] | None:
    """Return code and error where nothing but the disk can be to blame."""
    for one in causes:
        if isinstance(one, OSError) and one.errno in _CODES:
            return _CODES[one.errno], one
    if _free(folder) < _FULL_BYTES:
        return "E_DISK_FULL" if folder.exists() else "E_DISK_BROKEN", causes[0]
    told = [one for one in causes if isinstance(one, _LIBRARIES)]
    return next(((code, one) for one in told for words, code in _SAID.items() if words in str(one)), None)


def _likely(causes: Sequence[BaseException]) -> tuple[str, BaseException] | None:
    """Return code and error where something that writes was at work."""
    for one in causes:
        if isinstance(one, OSError):
            return "E_DISK_DENIED" if one.errno in _DENIED else "E_DISK_OTHER", one
    return ("E_DISK_OTHER", causes[0]) if isinstance(causes[0], _LIBRARIES) else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Return an error and those that it came of; xlsxwriter hands on an OSError as its argument."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = [argument for argument in one.args if isinstance(argument, BaseException)]
        waiting += [*inner, one.__cause__, one.__context__]


def _of(code: str, folder: Path, error: BaseException) -> Fault:
    file = _file(folder, error)
    if code == "E_DISK_FULL":
        return _full(folder, file)
    return Fault.of(code, file=file, kind=type(error).__name__)


def _full(folder: Path, file: str) -> Fault:
    return Fault.of("E_DISK_FULL", file=file or folder.name, free=_free(folder) // _MIB)


def _file(folder: Path, error: BaseException) -> str:
    """Return which file it was: the one that the error names, else the one that was written last."""
    named = getattr(error, "filename", None)
    if isinstance(named, str) and Path(named).is_relative_to(folder):
        return Path(named).relative_to(folder).as_posix()
    try:
        files = [(path.stat().st_mtime_ns, path) for path in folder.rglob("*") if path.is_file()]
    except OSError:
        files = []
    return max(files)[1].relative_to(folder).as_posix() if files else folder.name


def _free(folder: Path) -> int:
    """Return the free bytes of the disk of ``folder``; 0 where it is gone."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0
