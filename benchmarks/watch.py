"""Watches a command while it runs: seconds and peak memory per step that it tells of, over all its processes.

Linux only: memory is the resident memory of the process and of those that it started, out of /proc.
"""

import re
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: What a step says on stderr when it ends: number, title, seconds.
_STEP = re.compile(r"^\[\d+/\d+\] (?P<title>.+): (?P<seconds>\d+\.\d) s")
_EVERY_S = 0.1
#: More than enough to tell a step from the next.
_GB = 1e9


@dataclass(frozen=True)
class Step:
    """A step as it was watched: its peak is that of everything in memory while it ran."""

    title: str
    seconds: float
    peak_gb: float


@dataclass
class Watched:
    """What was seen of a run; ``told`` is what it said on stderr."""

    seconds: float = 0.0
    code: int = 0
    steps: list[Step] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    rest_gb: float = 0.0

    @property
    def peak_gb(self) -> float:
        """Return the peak of the whole run."""
        return max([self.rest_gb, *(step.peak_gb for step in self.steps)])

    def table(self) -> str:
        """Return seconds and peak per step as Markdown."""
        rows = [f"| {step.title} | {step.seconds:.1f} | {step.peak_gb:.2f} |" for step in self.steps]
        whole = f"| all | {self.seconds:.1f} | {self.peak_gb:.2f} |"
        return "\n".join(["| step | seconds | peak memory GB |", "|---|---|---|", *rows, whole])


def watch(command: Sequence[str], folder: Path) -> Watched:
    """Run ``command`` in ``folder`` and return what was seen."""
    seen, peak, done = Watched(), [0.0], threading.Event()
    start = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:

        def sample() -> None:
            while not done.wait(_EVERY_S):
                peak[0] = max(peak[0], _resident(process.pid) / _GB)

        sampler = threading.Thread(target=sample)
        sampler.start()
        for line in process.stderr or ():
            seen.told.append(line.rstrip())
            if match := _STEP.match(line):
                seen.steps.append(Step(match["title"], float(match["seconds"]), peak[0]))
                peak[0] = 0.0
        seen.code = process.wait()
        done.set()
        sampler.join()
    seen.seconds, seen.rest_gb = time.perf_counter() - start, peak[0]
    return seen


def _resident(root: int) -> int:
    """Return the resident bytes of a process and of all that it started."""
    parents: dict[int, int] = {}
    pages: dict[int, int] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            # behind the name, which may hold blanks and brackets
            told = (place / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(place.name)], pages[int(place.name)] = int(told[1]), int(told[21])
    family, fresh = {root}, {root}
    while fresh := {one for one, parent in parents.items() if parent in fresh} - family:
        family |= fresh
    return sum(pages.get(one, 0) for one in family) * 4096
