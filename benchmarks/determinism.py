"""Same bytes anywhere: `padan run`, `report`, `worklists` and `map` where conditions must not matter.

    python -m benchmarks.determinism            # the whole matrix, about a minute and a half per condition
    python -m benchmarks.determinism --families 3000 --only zone locale all
    python -m benchmarks.determinism --keep /tmp/matrix

Each condition is a project folder of its own, and every file that comes out is hashed, manifests among them.
Time zones, locales, hash seeds, one and two processors, file order, clock, home, working folder, umask. Where
a compiler (for the clock) or a locale is not on the machine, its condition is named as not done. With rows
shuffled, files that name rows must differ, and ids and counts must not: that is held apart.
"""

import argparse
import csv
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path

import pandas as pd

from flows.sample import write_sample

ROOT = Path(__file__).parents[1]
OUTPUT = "data/processed"
COMMANDS = (["run"], ["report"], ["worklists"], ["map"])
#: Records of one machine: Prefect's, the key, locks, and the audit log, which tells when.
OF_THE_MACHINE = (".prefect", ".kunci", ".antara", "jejak-audit.", ".")
_EXCEPTIONS = 1
_SEED = 6403
#: Put before the C library, this moves the wall clock and leaves all clocks that programs wait by.
_CLOCK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
#include <sys/time.h>
#define YEARS (5L * 365 * 86400 + 12345)
int clock_gettime(clockid_t id, struct timespec *t) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int code = real(id, t);
  if (!code && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) t->tv_sec += YEARS;
  return code;
}
int gettimeofday(struct timeval *t, void *zone) {
  struct timespec now;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
  t->tv_sec = now.tv_sec;
  t->tv_usec = now.tv_nsec / 1000;
  return 0;
}
time_t time(time_t *t) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (t) *t = now.tv_sec;
  return now.tv_sec;
}
"""


@dataclass(frozen=True)
class Condition:
    """What is other than in the first condition: environment, words before the command, the way files lie."""

    name: str
    environment: Mapping[str, str] = field(default_factory=dict)
    before: Sequence[str] = ()
    later: bool = False
    umask: int = 0o022
    reverse: bool = False
    elsewhere: bool = False
    shuffle: bool = False


def _thread_limits(count: int) -> dict[str, str]:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_IO_THREADS", "GDAL_NUM_THREADS")
    return dict.fromkeys(names, str(count))


def conditions() -> list[Condition]:
    """Return the matrix; the first is what all others are held against."""
    one = ("taskset", "-c", "0") if shutil.which("taskset") else ()
    home = {"HOME": tempfile.gettempdir(), "XDG_CONFIG_HOME": tempfile.gettempdir(), "USER": "lain"}
    zone, turkish = {"TZ": "America/New_York"}, {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}
    return [
        Condition("base", {"TZ": "Asia/Makassar", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}),
        Condition("zone", zone),
        Condition("locale", {"LC_ALL": "id_ID.UTF-8"}),
        Condition("locale_turkish", turkish),
        Condition("locale_none", {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}),
        Condition("seed", {"PYTHONHASHSEED": "1"}),
        Condition("one_worker", _thread_limits(1), before=one),
        Condition("order", reverse=True),
        Condition("clock", later=True),
        Condition("place", home, umask=0o077, elsewhere=True),
        Condition(
            "all",
            {**zone, **turkish, "PYTHONHASHSEED": "77", **_thread_limits(1), **home},
            before=one,
            later=shutil.which("cc") is not None,
            umask=0o077,
            reverse=True,
            elsewhere=True,
        ),
        Condition("rows", shuffle=True),
    ]


def missing(condition: Condition) -> str:
    """Return what this machine lacks for a condition, empty where nothing."""
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.lower()
    wanted = condition.environment.get("LC_ALL", "C").lower().replace("utf-8", "utf8")
    if wanted not in {"c", "c.utf8"} and wanted not in known:
        return f"locale {condition.environment['LC_ALL']}"
    if condition.name == "one_worker" and not condition.before:
        return "taskset"
    return "cc" if condition.later and not shutil.which("cc") else ""


def later_clock(folder: Path) -> dict[str, str]:
    """Return the environment in which the clock is five years on."""
    source, library = folder / "jam.c", folder / "jam.so"
    source.write_text(_CLOCK, encoding="ascii")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library)}


def sample(folder: Path, families: int) -> Path:
    """Return the folder of a sample of ``families``, made there."""
    made = folder / "contoh"
    if not made.exists():
        write_sample(families=families, seed=64, out=made)
    return made


def lay(folder: Path, sample: Path, condition: Condition) -> None:
    """Write config.yaml and the files of ``sample`` into ``folder``, in the order of the condition."""
    folder.mkdir(parents=True)
    shutil.copyfile(ROOT / "config.yaml", folder / "config.yaml")
    files = sorted(path for path in sample.rglob("*") if path.is_file())
    for path in reversed(files) if condition.reverse else files:
        target = folder / "data/raw/contoh" / path.relative_to(sample)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        if condition.shuffle and path.suffix == ".csv" and path.parent.name in {"p3ke", "bps"}:
            shuffle_rows(target)


def shuffle_rows(path: Path) -> None:
    """Bring the rows below the heading into another order, to the byte as they were."""
    with path.open(encoding="utf-8", newline="") as file:
        heading, *rows = file.readlines()
    with path.open(encoding="utf-8", newline="") as file:
        if sum(1 for _ in csv.reader(file)) != len(rows) + 1:
            return  # a row of several lines
    rows = [row if row.endswith("\n") else f"{row}\n" for row in rows]
    random.Random(_SEED).shuffle(rows)  # noqa: S311 - an order, no secret
    path.write_text(heading + "".join(rows), encoding="utf-8", newline="")


def run(folder: Path, condition: Condition, commands: Sequence[Sequence[str]] = COMMANDS) -> float:
    """Run every command under the condition and return the seconds; SystemExit where one fails."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "PADAN_", "LC_", "LANG"))}
    environment = {**kept, **conditions()[0].environment, **condition.environment}
    environment |= {"PADAN_KUNCI": "5a" * 32, "PYTHONPATH": str(ROOT)}
    environment |= later_clock(folder.parent) if condition.later else {}
    start = time.perf_counter()
    for command in commands:
        arguments = [sys.executable, "-c", "from flows.cli import main; main()", *command]
        cwd = folder
        if condition.elsewhere:
            cwd = Path(tempfile.gettempdir())
            arguments += ["--config", str(folder / "config.yaml")]
        done = subprocess.run(
            [*condition.before, *arguments],
            cwd=cwd,
            env=environment,
            umask=condition.umask,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode > _EXCEPTIONS:
            print(done.stdout[-2000:], done.stderr[-4000:])
            raise SystemExit(f"{condition.name}: padan {' '.join(command)} ended with {done.returncode}")
    return time.perf_counter() - start


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file that came out, by its path."""
    root = folder / OUTPUT
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not name.startswith(OF_THE_MACHINE):
            with path.open("rb") as file:
                found[name] = file_digest(file, "sha256").hexdigest()
    return found


def apart(first: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Return the files that are not the same in both, or not in both."""
    return sorted(name for name in {*first, *other} if first.get(name) != other.get(name))


def same_but_rows(first: Path, other: Path) -> list[str]:
    """Return what differs between two projects with the same rows in another order, besides their numbers.

    That files were altered is a finding of its own (M03), and does not count here.
    """
    one, two = (next((folder / OUTPUT / "runs").iterdir()) for folder in (first, other))
    wrong = []
    for name, columns in (
        ("temuan/temuan.csv", ["kasus", "kode", "id_rekon"]),
        ("rekonsiliasi/keluarga.csv", ["id_rekon", "status_padan", "nik_p3ke", "nik_bps", "skor"]),
        ("verval/tugas.csv", ["id_tugas", "id_rekon"]),
    ):
        tables = [_table(run / name, columns) for run in (one, two)]
        if not tables[0].equals(tables[1]):
            wrong.append(name)
    plain = "indikator/indikator.csv"
    return [*wrong, *([plain] if (one / plain).read_bytes() != (two / plain).read_bytes() else [])]


def _table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    read = pd.read_csv(path, sep=";", dtype="str", encoding="utf-8-sig", keep_default_na=False)
    if "kode" in columns:
        read = read[read["kode"] != "M03"]
    return read[list(columns)].sort_values(list(columns), ignore_index=True)


def main() -> None:
    """Run the matrix and print a line per condition; exit 1 where any byte differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--families", type=int, default=3000)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="padan-") as made:
        sys.exit(_matrix(arguments.keep or Path(made), arguments.families, arguments.only))


def _matrix(root: Path, families: int, only: Sequence[str]) -> int:
    root.mkdir(parents=True, exist_ok=True)
    first: dict[str, str] = {}
    bad = 0
    print(f"{'condition':<16}{'seconds':>8}{'files':>7}  result")
    for condition in conditions():
        if only and condition.name not in {*only, "base"}:
            continue
        lacking = missing(condition)
        if lacking:
            print(f"{condition.name:<16}{'':>15}  NOT DONE: no {lacking} on this machine")
            continue
        folder = root / condition.name / "proyek"
        if condition.elsewhere:
            folder = root / condition.name / "folder lain" / "proyek padan"
        folder.parent.mkdir(parents=True, exist_ok=True)
        lay(folder, sample(root, families), condition)
        seconds = run(folder, condition, COMMANDS[:1] if condition.shuffle else COMMANDS)
        found = hashes(folder)
        first = first or found
        wrong = same_but_rows(root / "base/proyek", folder) if condition.shuffle else apart(first, found)
        bad += bool(wrong)
        told = f"{len(wrong)} DIFFER: {', '.join(wrong[:6])}" if wrong else "identical"
        if condition.shuffle and not wrong:
            told = "ids, pairs, scores, findings and counts identical"
        print(f"{condition.name:<16}{seconds:>8.0f}{len(found):>7}  {told}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    main()
