"""Reading against others: ``python -m benchmarks.reading [loss] [speed]``; needs the extra ``bench``.

``loss``: the same damaged files through every reader, and who lost whom without a word. ``speed``: a clean
file of 1,000,000 rows and 40 columns against ``pandas.read_csv(dtype=str)``, and a workbook of 200,000 rows
against calamine alone, all in one run. Everything is measured in child processes: some readers crash.
"""

import argparse
import json
import mmap
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineWorkbook

from benchmarks.clean_files import SOURCE, write_csv, write_xlsx
from reconcile.sources.conform import conform
from reconcile.sources.raw import RawFile, TextSheet
from reconcile.sources.readers import read_file, split_lines
from reconcile.sources.spec import load_source
from reconcile.vocab import FileKind
from tests.damaged_csv import Damaged, damaged_file

_DAY = date(2024, 1, 1)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("parts", nargs="*", default=["loss", "speed"])
    arguments.add_argument("--files", type=int, default=1500)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--xlsx-rows", type=int, default=200_000)
    arguments.add_argument("--child", nargs=3, metavar=("KIND", "WHAT", "WHERE"), help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.child:
        _child(*chosen.child)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        if "loss" in chosen.parts:
            report_loss(chosen.files, Path(folder))
        if "speed" in chosen.parts:
            report_speed(chosen.rows, chosen.xlsx_rows, Path(folder))
    return 0


def _child(kind: str, what: str, where: str) -> None:
    if kind == "loss":
        # the peers are an extra: whoever only measures speed needs none of them
        from benchmarks.peers import READERS  # noqa: PLC0415 - the peers are an extra

        first, last, path = where.split(":", 2)
        _read_damaged(READERS[what], range(int(first), int(last)), path)
        return
    begun = time.perf_counter()
    _TIMED[what](Path(where))
    seconds = time.perf_counter() - begun
    # of this program alone: getrusage would tell the peak of the one that started it
    status = Path("/proc/self/status").read_text("ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) / 2**20
    print(json.dumps({"seconds": seconds, "peak": peak}))


def _read_damaged(reader: Callable[..., object], numbers: range, path: str) -> None:
    """Print what ``reader`` did with each file; where it ends the process a fork goes on with the next."""
    reached = mmap.mmap(-1, 8)
    first = numbers.start
    while first < numbers.stop:
        if child := os.fork():
            _, status = os.waitpid(child, 0)
            first = int.from_bytes(reached[:8]) + 1
            if status:
                print(json.dumps({"crashed": 1}), flush=True)
            continue
        for number in range(first, numbers.stop):
            reached[:8] = number.to_bytes(8)
            print(json.dumps(_loss(reader, damaged_file(number, plain=True), path)), flush=True)
        os._exit(0)


def _loss(reader: Callable[..., object], damaged: Damaged, path: str) -> dict[str, int]:
    """Return how many NIKs that are whole in the file a reader lost or moved, or that it refused the file."""
    Path(path).write_bytes(damaged.content)
    try:
        answer = reader(Path(path))
    except BaseException:  # noqa: BLE001  # polars panics with a BaseException; any of them is a refusal
        return {"refused": 1}
    intact = [nik for nik in damaged.niks if nik.encode() in damaged.content]
    lost = [n for n in intact if n not in answer.cells and n not in answer.aside]
    kept = [n for n in intact if n in answer.cells and n not in answer.aside]
    moved = [n for n in kept if not any(n in cell for cell in answer.niks)]
    counts = {"niks lost": len(lost), "niks moved": len(moved)}
    return counts | {"files lost": bool(lost), "files moved": bool(moved)}


def report_loss(files: int, folder: Path) -> None:
    """Print, per reader, what it did with the same damaged files."""
    names = ("refused", "crashed", "files lost", "niks lost", "files moved", "niks moved")
    print(f"{files} damaged files; lost: nowhere in the answer, no error; moved: in another column")
    print(f"{'reader':22}" + "".join(f"{name:>13}" for name in names))
    readers = ("pandas default", "pandas text", "pandas skip", "polars text", "polars lenient")
    for reader in (*readers, "duckdb text", "duckdb ignore_errors", "pyogrio", "padan"):
        counts = _counted(reader, files, folder / "x.csv")
        print(f"{reader:22}" + "".join(f"{counts[name]:>13}" for name in names), flush=True)


def _counted(reader: str, files: int, path: Path) -> Counter[str]:
    counts = Counter[str]()
    for line in _run("loss", reader, f"0:{files}:{path}"):
        counts.update(line)
    return counts


def _run(kind: str, what: str, where: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "benchmarks.reading", "--child", kind, what, where]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def _with_pandas(path: Path) -> None:
    pd.read_csv(path, sep="|", dtype=str)


def _with_padan(path: Path) -> None:
    conform(read_file(path, label="x"), load_source(SOURCE), reference_date=_DAY)


def _with_padan_carefully(path: Path) -> None:
    lines = split_lines(path.read_text("utf-8"))
    raw = RawFile("x", "0" * 64, 0, FileKind.CSV, "utf-8", (TextSheet(lines),))
    conform(raw, load_source(SOURCE), reference_date=_DAY)


def _with_calamine(path: Path) -> None:
    CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def _read_only(path: Path) -> None:
    read_file(path, label="x")


_TIMED = {
    "pandas": _with_pandas,
    "padan": _with_padan,
    "padan, careful": _with_padan_carefully,
    "calamine": _with_calamine,
    "padan, read only": _read_only,
}


def report_speed(rows: int, xlsx_rows: int, folder: Path) -> None:
    """Print seconds, peak memory and the ratio to the first reader, for each clean file."""
    plain, quoted, book = folder / "plain.csv", folder / "quoted.csv", folder / "book.xlsx"
    write_csv(plain, rows)
    write_csv(quoted, rows, quoted=True)
    write_xlsx(book, xlsx_rows)
    _compare(f"CSV, {rows} rows x 40", plain, ("pandas", "padan", "padan, careful"))
    _compare(f"the same, all in quotes, {rows} rows", quoted, ("pandas", "padan"))
    _compare(f"XLSX, {xlsx_rows} rows x 40", book, ("calamine", "padan, read only", "padan"))


def _compare(title: str, path: Path, readers: tuple[str, ...]) -> None:
    print(f"{title}, {path.stat().st_size / 2**20:.0f} MB")
    base = 0.0
    for reader in readers:
        (told,) = _run("speed", reader, str(path))
        base = base or told["seconds"]
        ratio = told["seconds"] / base
        print(f"  {reader:18}{told['seconds']:8.2f} s{ratio:8.2f} x{told['peak']:8.2f} GB", flush=True)


if __name__ == "__main__":
    sys.exit(main())
