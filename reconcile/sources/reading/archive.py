"""ZIP archives with several files, with or without a password; runs in the reading process."""

import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

import pyzipper

from reconcile.sources.reading.kinds import foreign, shape
from reconcile.sources.reading.limits import Limits, RefusedError
from reconcile.sources.reading.text import decode, is_prose, split_lines
from reconcile.vocab import SkipReason

_SYSTEM_FOLDERS = frozenset({"__macosx", ".git"})
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})
#: What reading a damaged archive raises; pyzipper has an error of that name of its own.
_DAMAGED = (
    BadZipFile,
    pyzipper.BadZipFile,
    NotImplementedError,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
)
_ARCHIVES = frozenset({"GZIP", "RAR", "7Z"})
_OFFICE_PARTS = ("xl/workbook.xml", "xl/workbook.bin")
#: Parts that make a ZIP a document without tables for us.
OTHER_OFFICE = ("word/document.xml", "ppt/presentation.xml")


@dataclass(frozen=True)
class Member:
    """One file of an archive: its bytes, or why it is no table."""

    name: str
    content: bytes
    reason: SkipReason | None

    def told(self) -> dict[str, Any]:
        """Return what the asking process is told besides the bytes."""
        return {"name": self.name, "reason": self.reason}


def read_archive(content: bytes, password: str | None, limits: Limits) -> list[Member]:
    """Return every file of the archive, sorted by name.

    RefusedError ``E_ZIP_UNSAFE`` with ``why`` (paths outside, archives in it, absurd ratio, too many files),
    ``E_TOO_LARGE``, ``E_ENCRYPTED``, ``E_PASSWORD``, ``E_WORKBOOK`` when it is damaged (hazards.md H38).
    """
    try:
        with pyzipper.AESZipFile(BytesIO(content)) as archive:
            listed = [info for info in archive.infolist() if not info.is_dir()]
            _refuse(listed, password, limits)
            if password:
                archive.setpassword(password.encode())
            return [_member(archive, info, limits) for info in sorted(listed, key=lambda i: i.filename)]
    except RuntimeError:
        # how zipfile and pyzipper say that a password is wrong
        raise RefusedError("E_PASSWORD" if password else "E_ENCRYPTED") from None
    except _DAMAGED:
        locked = password and any(info.flag_bits & 1 for info in _listed(content))
        raise RefusedError("E_PASSWORD" if locked else "E_WORKBOOK") from None


def _listed(content: bytes) -> list[ZipInfo]:
    try:
        with ZipFile(BytesIO(content)) as archive:
            return archive.infolist()
    except BadZipFile:
        return []


def _refuse(listed: list[ZipInfo], password: str | None, limits: Limits) -> None:
    if not listed:
        raise RefusedError("E_EMPTY_FILE")
    if len(listed) > limits.members:
        raise RefusedError("E_ZIP_UNSAFE", why=f"> {limits.members}")
    if any(_outside(info) for info in listed):
        raise RefusedError("E_ZIP_UNSAFE", why="../")
    if len({info.filename for info in listed}) < len(listed):
        raise RefusedError("E_ZIP_UNSAFE", why="2 x")
    if any(_swells(info, limits) for info in listed):
        raise RefusedError("E_ZIP_UNSAFE", why=f"> {limits.ratio}:1")
    if sum(info.file_size for info in listed) > limits.unpacked:
        raise RefusedError("E_TOO_LARGE", most=f"{limits.unpacked / 2**30:g} GB")
    if not password and any(info.flag_bits & 1 for info in listed):
        raise RefusedError("E_ENCRYPTED")


def _outside(info: ZipInfo) -> bool:
    path = PurePosixPath(info.orig_filename.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in path.parts[0]


def _swells(info: ZipInfo, limits: Limits) -> bool:
    return info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(1, info.compress_size)


def _member(archive: pyzipper.AESZipFile, info: ZipInfo, limits: Limits) -> Member:
    path = PurePosixPath(info.filename)
    if _SYSTEM_FOLDERS & {part.casefold() for part in path.parts} or _is_system(path.name.casefold()):
        return Member(info.filename, b"", SkipReason.SYSTEM)
    with archive.open(info) as stream:
        # one byte more than promised is enough to see that the directory lies
        content = stream.read(info.file_size + 1)
    if len(content) > info.file_size or len(content) > limits.unpacked:
        raise RefusedError("E_ZIP_UNSAFE", why=f"> {limits.ratio}:1")
    reason = _no_table(content)
    return Member(info.filename, b"" if reason else content, reason)


def _is_system(name: str) -> bool:
    return name in _SYSTEM_FILES or name.startswith((".", "~$"))


def _no_table(content: bytes) -> SkipReason | None:
    """Return why ``content`` is no table; RefusedError when it is an archive again."""
    kind = foreign(content)
    if kind in _ARCHIVES:
        raise RefusedError("E_ZIP_UNSAFE", why=kind)
    if kind:
        return SkipReason.FOREIGN
    if shape(content) == "package":
        return _package_reason(content)
    if shape(content) != "text":
        return None
    lines = [line for line in split_lines(decode(content).text) if line.strip()]
    if not lines:
        return SkipReason.EMPTY
    return SkipReason.PROSE if is_prose(lines) else None


def _package_reason(content: bytes) -> SkipReason | None:
    names = {info.filename for info in _listed(content)}
    if names & set(_OFFICE_PARTS) or {"mimetype", "content.xml"} <= names or not names:
        return None
    if names & set(OTHER_OFFICE):
        return SkipReason.FOREIGN
    raise RefusedError("E_ZIP_UNSAFE", why="ZIP")
