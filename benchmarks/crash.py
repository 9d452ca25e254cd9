"""Kills and disk faults at every call that changes the disk: always the old set or the new one, whole.

    python -m benchmarks.crash                    # the write phase of a sample of 60 families, every call
    python -m benchmarks.crash --set small        # a small set with one file of each kind, as the suite does
    python -m benchmarks.crash --kinds kill --every 5 --moments 200 --kills 40 --pairs 50 --tmpfs

A process runs the flow up to its write phase and forks a child for each fault, in which the n-th call is hit
(benchmarks/fault.c): ``kill`` (a write is torn in half first), ``full`` (ENOSPC from then on) or ``broken``
(one EIO). After each, the pointer must name a set whose every file matches its manifest, the old one or the
new one to the byte; audit log and series must be sound; and a child without a fault must then publish the new
set and leave nothing behind. ``--moments`` kills children at random moments instead, ``--kills`` whole runs
of `padan run` with Prefect, ``--pairs`` starts two of them at once, ``--tmpfs`` (as root) fills a real small
disk. Exits with 1 where anything is otherwise. Needs Linux and a C compiler.

Longer than other files: the forking, the judging and the five ways of breaking a run are read together.
"""

import argparse
import contextlib
import ctypes
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).parents[1]
PADAN = (sys.executable, "-c", "from flows.cli import main; main()")
KINDS = {"kill": 1, "full": 2, "broken": 3}
OUTPUT = "data/processed"
#: What is of the machine or of the moment, not of a set.
APART = (".prefect", ".antara")
_HANGS_SECONDS = 180
_LIBRARY = "PADAN_FAULT_LIBRARY"

Write = Callable[[], object]


@dataclass
class Result:
    """What came of the faults of one kind: how they ended, and everything that was not as it should be."""

    kind: str
    calls: int
    ended: Counter[str] = field(default_factory=Counter)
    sets: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return one line."""
        ended = ", ".join(f"{n} {name}" for name, n in sorted(self.ended.items()))
        sets = ", ".join(f"{n} {name}" for name, n in sorted(self.sets.items()))
        hit = sum(self.sets.values())
        return f"{self.kind}: {hit} of {self.calls}; {ended}; {sets}; {len(self.wrong)} wrong"


class Bench:
    """Forks children that do the write phase below ``root``, each from the same old state."""

    def __init__(self, root: Path, write: Write) -> None:
        self.root, self.write = root, write
        self.fault = ctypes.CDLL(os.environ[_LIBRARY])
        self.saved = Path(tempfile.mkdtemp(prefix="crash-", dir=root.parent))
        for path in _own(root):
            _copied(path, self.saved / path.name)
        self.old = _pointed(root)
        start = time.monotonic()
        calls = self.names(KINDS["kill"])
        self.seconds = time.monotonic() - start
        self.calls = {"kill": calls, "broken": calls, "full": self.names(KINDS["full"])}
        self.new, self.whole = _pointed(root), _listing(root)
        if self.old == self.new:
            raise SystemExit("the write phase published nothing new")

    def names(self, kind: int) -> list[str]:
        """Return the calls that there are to hit, having published the new set."""
        self.restore()
        with tempfile.TemporaryFile() as log:
            told = self.child(0, kind, log=log.fileno())
            log.seek(0)
            names = log.read().decode().split()
        if told["ended"] != "published" or len(names) != int(told["calls"]):
            raise SystemExit(f"without any fault: {told}")
        return names

    def restore(self) -> None:
        """Bring back the old state."""
        for path in _own(self.root):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path in self.saved.iterdir():
            _copied(path, self.root / path.name)

    def child(self, n: int, kind: int, *, killed_after: float | None = None, log: int = -1) -> dict[str, str]:
        """Do the write phase in a child with a fault at call ``n``; return how it ended."""
        reading, writing = os.pipe()
        if (pid := os.fork()) == 0:
            self._write(n, kind, writing, log)
        os.close(writing)
        if killed_after is not None:
            time.sleep(killed_after)
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        with os.fdopen(reading, "rb") as pipe:
            said = pipe.read()
        if os.WIFSIGNALED(status):
            return {"ended": signal.Signals(os.WTERMSIG(status)).name, "calls": "0"}
        told: dict[str, str] = json.loads(said)
        return told

    def _write(self, n: int, kind: int, pipe: int, log: int) -> None:
        signal.alarm(_HANGS_SECONDS)
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        self.fault.padan_fault_arm(ctypes.c_long(n), kind, str(self.root).encode(), log)
        try:
            self.write()
            ended = "published"
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is looked at
            codes = sorted({fault.code for fault in getattr(error, "faults", ())})
            ended = "+".join((type(error).__name__, *codes))
        calls = self.fault.padan_fault_calls()
        os.write(pipe, json.dumps({"ended": ended, "calls": str(calls)}).encode())
        os._exit(0)

    def every(self, kind: str, every: int, always: Collection[str] = ()) -> Result:
        """Hit each call (of ``every`` many one, and those named) with the fault of that kind."""
        result = Result(kind, len(self.calls[kind]))
        for n, name in enumerate(self.calls[kind], start=1):
            if n % every and name not in always:
                continue
            self.restore()
            self.judge(result, f"{kind} {n}", self.child(n, KINDS[kind])["ended"])
        return result

    def moments(self, count: int) -> Result:
        """Kill at random moments of the write phase."""
        result = Result("moments", count)
        chance = random.Random(64)  # noqa: S311 - no secret
        for n in range(count):
            self.restore()
            after = chance.uniform(0, self.seconds)
            self.judge(result, f"moment {n}", self.child(0, KINDS["kill"], killed_after=after)["ended"])
        return result

    def judge(self, result: Result, name: str, ended: str) -> None:
        """Look at what a fault left behind, and at what the next run makes of it."""
        result.ended[ended] += 1
        if ended not in {"SIGKILL", "published"} and not ended.startswith("PublishError"):
            result.wrong.append(f"{name}: ended with {ended}")
        found = self.state(result, name)
        if ended == "published" and found != "new set":
            result.wrong.append(f"{name}: said to be published, and was not")
        told = self.child(0, 0)
        if told["ended"] != "published":
            result.wrong.append(f"{name}: the next run ended with {told['ended']}")
        elif (left := _listing(self.root)) != self.whole:
            names = sorted(set(left.items()) ^ set(self.whole.items()))
            result.wrong.append(f"{name}: the next run left {[one for one, _ in names][:5]}")
        else:
            self.state(result, name, again=True)
        # many points take an hour: what has come out so far
        print(result, file=sys.stderr, flush=True)

    def state(self, result: Result, name: str, *, again: bool = False) -> str:
        """Return which set is pointed to, having looked whether it is whole."""
        try:
            manifest = _pointed(self.root)
            found = {self.old: "old set", self.new: "new set"}.get(manifest, "another set")
            faults = list(unsound(self.root))
        except (OSError, ValueError, KeyError) as error:
            found, faults = "no set", [type(error).__name__]
        if faults or found in {"another set", "no set"}:
            result.wrong.append(f"{name}: {found} {faults[:3]}")
        if not again:
            result.sets[found] += 1
        return found


def unsound(root: Path) -> Iterator[str]:
    """Return what is wrong with the set that is pointed to, the audit log, or the kept series."""
    from flows.audit import read_log  # noqa: PLC0415 - after this process has its libraries
    from flows.publish import MANIFEST, newest_run, sha256  # noqa: PLC0415
    from flows.series import read_notes, read_series  # noqa: PLC0415
    from reconcile.errors import InputError  # noqa: PLC0415

    folder = newest_run(root)
    if folder is None:
        yield "no pointer"
        return
    outputs = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["outputs"]
    for name, digest in outputs.items():
        if not (folder / name).is_file() or sha256(folder / name) != digest:
            yield name
    log = read_log(root)
    yield from (fault.code for fault in log.faults) if log else ["no log"]
    try:
        read_series(root, read_notes(root))
    except InputError as error:
        yield from (fault.code for fault in error.faults)


def _pointed(root: Path) -> bytes:
    pointer = (root / "TERBARU").read_text(encoding="utf-8").strip()
    return (root / pointer / "manifest.json").read_bytes()


def _own(root: Path) -> list[Path]:
    return [path for path in root.iterdir() if path.name not in APART]


def _copied(path: Path, to: Path) -> None:
    """Copy a file; of a folder, whose files are never changed in place, link them."""
    if path.is_dir():
        shutil.copytree(path, to, copy_function=os.link)
    else:
        shutil.copy2(path, to)


def _listing(root: Path) -> dict[str, int]:
    """Return the size of every file, -1 of every folder; the log grows with every attempt."""
    files = {}
    for top in _own(root):
        for path in (top, *(top.rglob("*") if top.is_dir() else ())):
            grows = path.name.startswith("jejak-audit") or path.name.startswith(".kunci-jalan")
            files[path.relative_to(root).as_posix()] = -1 if path.is_dir() or grows else path.stat().st_size
    files.pop(".kunci-jalan-pemegang.json", None)
    return files


def small(folder: Path) -> Bench:
    """Return the bench of a small set with one file of each kind."""
    from tests.crash_world import NEW, OLD, OLDEST, publish_small  # noqa: PLC0415 - needs its path

    for run in (OLDEST, OLD):
        publish_small(folder, run)
    return Bench(folder, lambda: publish_small(folder, NEW))


def through_flow(folder: Path, use: Callable[[Bench], None]) -> None:
    """Run the flow on the project in ``folder`` up to its write phase, and hand ``use`` the bench of that."""
    from flows.prefect_settings import settle  # noqa: PLC0415 - after this process has its libraries

    settle(folder / OUTPUT)
    from flows import tasks  # noqa: PLC0415 - reads the settings of Prefect, which are made first
    from flows.disk import require_room  # noqa: PLC0415
    from flows.publish import RUNS, publish, run_lock, staging_folder  # noqa: PLC0415
    from flows.retention import sweep  # noqa: PLC0415

    root, nowhere = folder / OUTPUT, Path("/nowhere")
    asked: list[Callable[[Path], object]] = []

    def noted(function: Callable[..., object]) -> Callable[..., None]:
        def note(place: Path, *args: object, **named: object) -> None:
            below = place.relative_to(nowhere)
            asked.append(lambda staging: function(staging / below, *args, **named))

        return note

    def bench(_: Path, output_root: Path, run: str, *args: object, **named: object) -> Path:
        def write() -> None:
            require_room(output_root)
            sweep(output_root / RUNS)
            with staging_folder(output_root, run) as staging:
                for one in asked:
                    one(staging)
                publish(staging, output_root, run, *args, **named)  # type: ignore[arg-type]

        use(Bench(root, write))
        return output_root / _pointer(output_root)

    names = ("write_outputs", "write_parameters")
    with contextlib.ExitStack() as patched:
        for name in names:
            patched.enter_context(patch.object(tasks, name, noted(getattr(tasks, name))))
        patched.enter_context(
            patch.object(tasks, "staging_folder", lambda *_: contextlib.nullcontext(nowhere))
        )
        patched.enter_context(patch.object(tasks, "publish", bench))
        patched.enter_context(run_lock(root))
        from flows.pipeline import reconcile_registries  # noqa: PLC0415

        state: Any = reconcile_registries(str(folder / "config.yaml"), return_state=True)
    if state.is_failed():
        raise SystemExit(state.message)


def _pointer(root: Path) -> str:
    return (root / "TERBARU").read_text(encoding="utf-8").strip()


def project(folder: Path, families: int) -> Path:
    """Make a project with a sample of so many families, and its first published run."""
    shutil.copy(ROOT / "config.yaml", folder)
    padan(folder, "sample", "--families", str(families), "--out", "data/raw/contoh")
    padan(folder, "run")
    return folder


def padan(folder: Path, *arguments: str) -> None:
    """Run a command that must succeed."""
    done = subprocess.run([*PADAN, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode > 1:
        raise SystemExit(done.stderr)


def next_day(folder: Path) -> None:
    """Change the configuration, so that the next run has something new to publish."""
    config = folder / "config.yaml"
    text = config.read_text(encoding="utf-8")
    day = re.search(r"reference_date: \d{4}-\d\d-(\d\d)", text)
    if day is None:
        raise SystemExit("config.yaml has no reference_date")
    new = f"{int(day[1]) % 28 + 1:02d}"
    config.write_text(text[: day.start(1)] + new + text[day.end(1) :], encoding="utf-8")


def kills(folder: Path, count: int) -> Result:
    """Kill whole runs at random moments; every fifth is let through, and must succeed."""
    root, result = folder / OUTPUT, Result("kills", count)
    chance, start = random.Random(64), time.monotonic()  # noqa: S311 - no secret
    padan(folder, "run")
    seconds = time.monotonic() - start
    next_day(folder)
    sound = Counter(_runs(root))
    for n in range(count):
        started(folder, chance.uniform(0, seconds))
        result.ended["SIGKILL"] += 1
        faults = list(unsound(root))
        result.sets["new set" if _pointer(root) not in sound else "old set"] += 1
        sound[_pointer(root)] += 1
        if faults:
            result.wrong.append(f"kill {n}: {faults[:3]}")
        if n % 5 == 4:
            padan(folder, "run")
            faults = [*unsound(root), *_leftovers(root)]
            sound[_pointer(root)] += 1
            next_day(folder)
            if faults:
                result.wrong.append(f"after kill {n}: {faults[:3]}")
    return result


def started(folder: Path, killed_after: float) -> None:
    """Start `padan run` and kill it, but not what it started."""
    with (folder / "keluar.txt").open("wb") as said:
        run = subprocess.Popen([*PADAN, "run"], cwd=folder, stdout=said, stderr=said)
        try:
            run.wait(killed_after)
        except subprocess.TimeoutExpired:
            run.kill()
            run.wait()


def _runs(root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in (root / "runs").iterdir()]


def _leftovers(root: Path) -> list[str]:
    names = (".sedang-ditulis-", ".lama-", ".dibuang-")
    left = [path.name for path in root.rglob("*") if path.name.startswith(names)]
    return left + [f"{n} servers" for n in [_servers(root)] if n]


def _servers(root: Path) -> int:
    """Return how many servers of Prefect for this output folder live."""
    count = 0
    for process in Path("/proc").glob("[1-9]*"):
        with contextlib.suppress(OSError):
            count += f"PREFECT_HOME={root}/.prefect" in (process / "environ").read_text().split("\0") and (
                b"uvicorn" in (process / "cmdline").read_bytes()
            )
    return count


def pairs(folder: Path, count: int) -> Result:
    """Start two runs at once: one is refused and names the other, which goes on (and is killed)."""
    result, slowest = Result("pairs", count), 0.0
    for n in range(count):
        said = [folder / f"keluar{side}.txt" for side in range(2)]
        start = time.monotonic()
        both = [_begun(folder, one) for one in said]
        while all(run.poll() is None for run in both):
            time.sleep(0.01)
        slowest = max(slowest, time.monotonic() - start)
        refused, running = sorted(both, key=lambda run: run.poll() is None)
        time.sleep(0.5)
        told = said[both.index(refused)].read_text(encoding="utf-8")
        fine = refused.returncode == 3 and running.poll() is None and f"proses {running.pid} " in told
        result.ended["one of two runs" if fine else "otherwise"] += 1
        result.sets["named" if f"proses {running.pid} " in told else "unnamed"] += 1
        if not fine:
            result.wrong.append(f"pair {n}: {[run.poll() for run in both]} {told[:200]}")
        for run in both:
            run.kill()
            run.wait()
    result.ended[f"refused within {slowest:.1f} s of the start of its process"] += count
    return result


def filled(folder: Path) -> Result:
    """Publish on a small disk that is really full after so many KiB; with room again, the run succeeds."""
    from flows import disk  # noqa: PLC0415 - after this process has its libraries
    from reconcile.errors import PublishError  # noqa: PLC0415
    from tests.crash_world import NEW, OLD, OLDEST, publish_small  # noqa: PLC0415 - needs its path

    result = Result("tmpfs", 0)
    for free in (0, 4, 16, 64, 128, 256, 512, 768, 1024):
        small_disk = folder / f"disk{free}"
        small_disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", small_disk], check=True)
        try:
            root = small_disk / "hasil"
            for run in (OLDEST, OLD):
                publish_small(root, run)
            old = _pointed(root)
            room = shutil.disk_usage(root).free - free * 1024
            (small_disk / "isi").write_bytes(bytes(room))
            with patch.object(disk, "LEAST_BYTES", 0):
                try:
                    publish_small(root, NEW)
                    ended = "published"
                except PublishError as error:
                    ended = f"PublishError+{error.faults[0].code}"
            result.ended[ended] += 1
            fine = ended in {"published", "PublishError+E_DISK_FULL"}
            result.sets["old set" if _pointed(root) == old else "new set"] += 1
            faults = list(unsound(root))
            (small_disk / "isi").unlink()
            publish_small(root, NEW)
            faults += [*unsound(root), *_leftovers(root)]
            if faults or not fine or _pointed(root) == old:
                result.wrong.append(f"{free} KiB: {ended} {faults[:3]}")
            result.calls += 1
        finally:
            subprocess.run(["umount", small_disk], check=True)
    return result


def _begun(folder: Path, said: Path) -> "subprocess.Popen[bytes]":
    with said.open("wb") as file:
        return subprocess.Popen([*PADAN, "run"], cwd=folder, stdout=file, stderr=file)


def main() -> None:
    """Print a line per kind of fault; exit with 1 where anything is otherwise than it should be."""
    given = arguments().parse_args()
    if _LIBRARY not in os.environ:
        again()
    results: list[Result] = []
    with tempfile.TemporaryDirectory(dir=given.dir) as name:
        for result in measured(Path(name).resolve(), given):
            print(result, flush=True)
            results.append(result)
    for one in results:
        print("\n".join(one.wrong[:20]), file=sys.stderr)
    sys.exit(1 if any(one.wrong for one in results) or not results else 0)


def measured(folder: Path, given: argparse.Namespace) -> Iterator[Result]:
    """Return a result per kind of fault that is asked for."""
    if given.tmpfs:
        yield filled(folder)
    if given.set == "small":
        (folder / "hasil").mkdir()
        yield from faults(small(folder / "hasil"), given)
        return
    project(folder, given.families)
    if given.kills:
        yield kills(folder, given.kills)
    if given.pairs:
        next_day(folder)
        yield pairs(folder, given.pairs)
        padan(folder, "run")
    if given.kinds or given.moments:
        next_day(folder)
        found: list[Result] = []
        through_flow(folder, lambda bench: found.extend(faults(bench, given)))
        yield from found


def faults(bench: Bench, given: argparse.Namespace) -> Iterator[Result]:
    for kind in given.kinds:
        yield bench.every(kind, given.every, given.always)
    if given.moments:
        yield bench.moments(given.moments)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", choices=["small", "flow"], default="flow")
    parser.add_argument("--kinds", nargs="*", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument(
        "--always", nargs="*", default=[], help="calls that --every never passes over: rename"
    )
    parser.add_argument("--tmpfs", action="store_true", help="fill a small disk for real; as root")
    parser.add_argument("--moments", type=int, default=0)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--pairs", type=int, default=0)
    parser.add_argument("--families", type=int, default=60)
    parser.add_argument("--dir", type=Path, help="where to work: a small tmpfs, another disk")
    return parser


def again() -> None:
    """Compile the library that makes the faults, and begin again with it loaded."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "fault.so"
        source = Path(__file__).with_name("fault.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
        paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
        environment = {**os.environ, _LIBRARY: str(library), "LD_PRELOAD": str(library), "PYTHONPATH": paths}
        run = [sys.executable, "-m", "benchmarks.crash", *sys.argv[1:]]
        done = subprocess.run(run, cwd=ROOT, env=environment, check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
