"""Edge module: what `padan doctor` looks at of the office: its files, disk and key, Prefect's records."""

import os
import shutil
import socket
import sqlite3
import stat
import sys
import time
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from flows.config import PipelineConfig
from flows.doctor_line import Line
from flows.fingerprint import secret
from flows.key import FILE, VARIABLE
from flows.lock import holder, is_held
from flows.memory import plan_memory
from flows.origins import origin_files
from flows.place import ASIDE, FRESH
from flows.prefect_settings import HOST, answering
from flows.publish import MANIFEST, RUNS, newest_run
from flows.published import manifest_of
from flows.reference import some
from flows.retention import DISCARDED
from flows.sizes import GB
from flows.staging import FOLDER as STAGING
from reconcile.errors import Fault
from reconcile.identifiers import KEY_BYTES

_MIB, _GIB = 1 << 20, 1 << 30
#: Disk of a run: its outputs are about as large as its inputs, and what is written lies beside what stands.
_LEAST_ROOM, _ROOM_FACTOR = 1 * _GIB, 4
#: A disk that is slower than this makes the writing of a province take minutes.
_TRIED_BYTES, _SLOW_MIB, _SLOW_FLUSH = 32 * _MIB, 20, 0.2
_FLUSHES = 5
#: File systems that lie on another machine: locks and flushes do not hold there.
_SHARES = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs"}
_DAY_SECONDS = 86_400
_FIRST_YEAR = 2025
_LONG_PATH = 120
_PATIENCE_SECONDS = 2


def inputs(config: PipelineConfig) -> Line:
    """Return whether every file that the configuration names can be read."""
    paths = list(origin_files(config))
    closed = [config.label(path) for path in paths if not _readable(path)]
    if closed:
        return Line("inputs", tuple(Fault.of("E_DOCTOR_INPUT", file=name) for name in closed))
    size = sum(path.stat().st_size for path in paths)
    return Line("inputs", fields={"n": len(paths), "mib": f"{size / _MIB:.0f}"})


def _readable(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError:
        return False
    return True


def clock(config: PipelineConfig) -> Line:
    """Return whether the clock can be right: no file is of tomorrow, and the reference date has come."""
    now = datetime.now(UTC)
    paths = chain(origin_files(config), (config.output_root / RUNS).glob(f"*/{MANIFEST}"))
    newest = max((path.stat().st_mtime for path in paths), default=0.0)
    told: dict[str, Any] = {"now": _day(now.timestamp()), "newest": _day(newest)}
    if newest > now.timestamp() + _DAY_SECONDS or now.year < _FIRST_YEAR:
        return Line("clock", (Fault.of("E_DOCTOR_CLOCK", **told),))
    if config.reference_date > date.today():  # noqa: DTZ011 - the day in the office
        day = config.reference_date.isoformat()
        return Line("clock", (Fault.of("W_DOCTOR_DATE", day=day, now=told["now"]),))
    return Line("clock", fields=told)


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone().date().isoformat()


def memory(config: PipelineConfig) -> Line:
    """Return whether the memory that is free will do for the inputs, or at least for one thing at a time."""
    budget, free = plan_memory(config, None, config.language), _free_memory()
    told: dict[str, Any] = {"free": f"{free / GB:.1f}", "need": f"{budget.beside / GB:.1f}"}
    if free >= budget.beside:
        return Line("memory", fields=told)
    least = f"{budget.one_by_one / GB:.1f}"
    if free >= budget.one_by_one:
        return Line("memory", (Fault.of("W_DOCTOR_MEMORY", least=least, **told),))
    return Line("memory", (Fault.of("E_DOCTOR_MEMORY", free=told["free"], need=least),))


def _free_memory() -> int:
    """Return bytes of memory that a program may still take."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - only there

        class Status(ctypes.Structure):
            _fields_ = (
                ("length", ctypes.c_ulong),
                ("load", ctypes.c_ulong),
                *((f"bytes{n}", ctypes.c_ulonglong) for n in range(7)),
            )

        status = Status(length=ctypes.sizeof(Status))
        ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return int(status.bytes1)
    told = Path("/proc/meminfo")
    if told.is_file():
        rows = dict(line.split(":", 1) for line in told.read_text(encoding="ascii").splitlines())
        return int(rows["MemAvailable"].split()[0]) * 1024
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def output(config: PipelineConfig) -> Line:
    """Return whether results can be written, on a disk of this machine, where not everybody reads them."""
    root = config.output_root
    told: dict[str, Any] = {"folder": config.label(root)}
    if not _writable(root):
        return Line("output", (Fault.of("E_DOCTOR_OUTPUT", **told),))
    faults = []
    if _on_share(root):
        faults.append(Fault.of("W_DOCTOR_SHARE", **told))
    if os.name == "posix" and root.exists() and stat.S_IMODE(root.stat().st_mode) & stat.S_IWOTH:
        faults.append(Fault.of("E_DOCTOR_OPEN", **told))
    return Line("output", tuple(faults), told)


def _writable(root: Path) -> bool:
    """Return whether a file can be written in the folder, or in the one that it will be made in."""
    place = _standing(root)
    probe = place / f"{FRESH}periksa"
    try:
        probe.write_bytes(b"padan")
        probe.unlink()
    except OSError:
        return False
    return True


def _standing(root: Path) -> Path:
    return next((one for one in (root, *root.parents) if one.is_dir()), root)


def _on_share(path: Path) -> bool:
    place = _standing(path).resolve()
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - only there

        remote = 4
        kind = ctypes.windll.kernel32.GetDriveTypeW(place.anchor)
        return place.anchor.startswith("\\\\") or kind == remote
    mounts = Path("/proc/mounts")
    if not mounts.is_file():
        return False
    rows = [line.split() for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines()]
    above = [(len(row[1]), row[2]) for row in rows if place.is_relative_to(row[1])]
    return max(above, default=(0, ""))[1] in _SHARES


def room(config: PipelineConfig) -> Line:
    """Return whether the disk has room for a run beside what lies there."""
    place = _standing(config.output_root)
    size = sum(path.stat().st_size for path in origin_files(config))
    need, free = max(_LEAST_ROOM, _ROOM_FACTOR * size), shutil.disk_usage(place).free
    told: dict[str, Any] = {"free": f"{free / _GIB:.1f}", "need": f"{need / _GIB:.1f}"}
    return Line("room", () if free >= need else (Fault.of("E_DOCTOR_ROOM", **told),), told)


def speed(config: PipelineConfig) -> Line:
    """Return how fast the disk writes and how long it takes until a small file is safe; measured."""
    place = _standing(config.output_root)
    probe = place / f"{FRESH}kecepatan"
    try:
        start = time.perf_counter()
        with probe.open("wb") as file:
            for _ in range(_TRIED_BYTES // _MIB):
                file.write(os.urandom(_MIB))
            file.flush()
            os.fsync(file.fileno())
        per_second = _TRIED_BYTES / _MIB / (time.perf_counter() - start)
        waits = []
        with probe.open("wb") as file:
            for _ in range(_FLUSHES):
                start = time.perf_counter()
                file.write(b"padan")
                file.flush()
                os.fsync(file.fileno())
                waits.append(time.perf_counter() - start)
    except OSError:
        return Line("speed", (Fault.of("E_DOCTOR_OUTPUT", folder=config.label(config.output_root)),))
    finally:
        probe.unlink(missing_ok=True)
    wait = sorted(waits)[len(waits) // 2]
    told: dict[str, Any] = {"mib": f"{per_second:.0f}", "ms": f"{1000 * wait:.0f}"}
    slow = per_second < _SLOW_MIB or wait > _SLOW_FLUSH
    return Line("speed", (Fault.of("W_DOCTOR_SLOW", **told),) if slow else (), told)


def paths(config: PipelineConfig) -> Line:
    """Return whether the project lies where Windows and synchronising programs leave it alone."""
    place = str(config.folder)
    faults = []
    if sys.platform == "win32" and (" " in place or len(place) > _LONG_PATH):
        faults.append(Fault.of("W_DOCTOR_PATH", length=len(place)))
    if any(part in place.lower() for part in ("onedrive", "dropbox", "google drive")):
        faults.append(Fault.of("W_DOCTOR_SYNC"))
    return Line("paths", tuple(faults), {"length": len(place)})


def key(config: PipelineConfig) -> Line:
    """Return whether the key is there, whole, private, written nowhere else, and that of the last run."""
    path = config.output_root / FILE
    given = os.environ.get(VARIABLE)
    if given is None and not path.is_file():
        newest = newest_run(config.output_root)
        code = "E_DOCTOR_KEY_GONE" if newest and newest.is_dir() else "W_DOCTOR_NO_KEY"
        return Line("key", (Fault.of(code, file=FILE),))
    where = VARIABLE if given is not None else FILE
    written = (path.read_text(encoding="ascii", errors="replace") if given is None else given).strip()
    if not _is_key(written):
        return Line("key", (Fault.of("E_DOCTOR_KEY", file=where),))
    faults = []
    if given is None and os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        # no command takes such a key
        return Line("key", (Fault.of("E_DOCTOR_KEY_MODE", file=FILE),))
    if any(written in p.read_text(encoding="utf-8", errors="replace") for p in config.folder.glob("*.yaml")):
        faults.append(Fault.of("E_DOCTOR_KEY_TOLD", file=where))
    before = manifest_of(newest_run(config.output_root)).get("key")
    if before is not None and before != secret(config):
        faults.append(Fault.of("E_DOCTOR_KEY_OTHER", file=where))
    return Line("key", tuple(faults), {"where": where})


def _is_key(written: str) -> bool:
    try:
        return len(bytes.fromhex(written)) >= KEY_BYTES
    except ValueError:
        return False


def records(config: PipelineConfig) -> Line:
    """Return whether Prefect's records can be kept: private, on a disk of this machine, in a sound file."""
    home = _home(config)
    database = home / "prefect.db"
    told: dict[str, Any] = {"folder": config.label(home)}
    if not _writable(home):
        return Line("records", (Fault.of("E_DOCTOR_HOME", **told),))
    faults = []
    if _on_share(home):
        faults.append(Fault.of("E_DOCTOR_HOME_SHARE", **told))
    if os.name == "posix" and home.is_dir() and stat.S_IMODE(home.stat().st_mode) & 0o077:
        faults.append(Fault.of("W_DOCTOR_HOME_MODE", **told))
    code = _database(database) if database.is_file() else ""
    if code:
        faults.append(Fault.of(code, file=config.label(database)))
    size = database.stat().st_size / _MIB if database.is_file() else 0
    return Line("records", tuple(faults), {**told, "mib": f"{size:.0f}"})


def _home(config: PipelineConfig) -> Path:
    return Path(os.environ.get("PREFECT_HOME") or config.output_root.absolute() / ".prefect")


def _database(path: Path) -> str:
    """Return the code of what is wrong with a database, empty where nothing; only reads."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=2)) as database:
            sound = database.execute("pragma quick_check(1)").fetchone() == ("ok",)
            return "" if sound else "E_DOCTOR_DATABASE"
    except sqlite3.OperationalError:
        return "W_DOCTOR_LOCKED"
    except sqlite3.DatabaseError:
        return "E_DOCTOR_DATABASE"


def port(config: PipelineConfig) -> Line:
    """Return whether the port of `padan server` is free, or answered by it."""
    number = config.schedule.port
    ours = answering(_home(config)) == number
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PATIENCE_SECONDS)
        taken = probe.connect_ex((HOST, number)) == 0
    told: dict[str, Any] = {"port": number}
    return Line("port", (Fault.of("W_DOCTOR_PORT", **told),) if taken and not ours else (), told)


def outside(config: PipelineConfig) -> Line:  # noqa: ARG001 - asked as all others are
    """Return whether nothing is told to anybody: no analytics, no records on another machine."""
    faults = []
    if os.environ.get("PREFECT_SERVER_ANALYTICS_ENABLED", "false").lower() not in {"false", "0", "off", "no"}:
        faults.append(Fault.of("E_DOCTOR_ANALYTICS"))
    server = os.environ.get("PREFECT_API_URL", "")
    if server and not any(f"//{name}" in server for name in (HOST, "localhost", "[::1]")):
        faults.append(Fault.of("W_DOCTOR_SERVER"))
    return Line("outside", tuple(faults))


def leftovers(config: PipelineConfig) -> Line:
    """Return whether killed runs left anything behind."""
    root = config.output_root
    marks = (f"{FRESH}*", f"{ASIDE}*", f"{DISCARDED}*", STAGING)
    names = sorted(p.name for mark in marks for at in ("", "*/") for p in root.glob(f"{at}{mark}"))
    told: dict[str, Any] = {"n": len(names), "names": some(names)}
    left = bool(names) and not is_held(root)
    return Line("leftovers", (Fault.of("W_DOCTOR_LEFT", **told),) if left else ())


def running(config: PipelineConfig) -> Line:
    """Return whether a run goes on, and whose it is."""
    root = config.output_root
    if not is_held(root):
        return Line("running")
    noted = holder(root)
    told: dict[str, Any] = dict.fromkeys(("pid", "user", "since"), "?")
    if noted:
        told = {"pid": noted.pid, "user": noted.user, "since": noted.since}
    return Line("running", (Fault.of("W_DOCTOR_RUNNING", **told),))
