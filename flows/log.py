"""What a user sees while a run goes on: a bar per step in a terminal, plain lines elsewhere.

Only codes, counts, file names and seconds are ever said here.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from reconcile.language import text
from reconcile.vocab import Language


@dataclass
class Told:
    """What a step says of itself while it runs: ``reused``, its result was there already."""

    reused: bool = False


class Reporter:
    """Says which step runs and how long each took."""

    def __init__(self, language: Language, steps: int) -> None:
        self.language = language
        self.steps = steps
        self.started = 0
        self.seconds: dict[str, float] = {}
        self.console = Console(file=sys.stderr, highlight=False, soft_wrap=True)

    @contextmanager
    def step(self, name: str) -> Iterator[Told]:
        """Show ``name`` (a key of the catalogue, behind ``step_``) while the block runs."""
        title = text(f"step_{name}", self.language)
        self.started += 1
        head = f"[{self.started}/{self.steps}]"
        start, told = time.monotonic(), Told()
        if self.console.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
            with Progress(*columns, console=self.console, transient=True) as bar:
                bar.add_task(f"{head} {title}", total=self.steps, completed=self.started - 1)
                yield told
        else:
            yield told
        self.seconds[name] = time.monotonic() - start
        again = f" ({text('step_reused', self.language)})" if told.reused else ""
        self.console.print(f"{head} {title}: {self.seconds[name]:.1f} s{again}", markup=False)


_current: ContextVar[Reporter | None] = ContextVar("reporter", default=None)


@contextmanager
def reporting(reporter: Reporter) -> Iterator[Reporter]:
    """Make ``reporter`` the one that steps report to."""
    token = _current.set(reporter)
    try:
        yield reporter
    finally:
        _current.reset(token)


@contextmanager
def reported(name: str) -> Iterator[Told]:
    """Report the block as step ``name`` where anyone listens."""
    reporter = _current.get()
    if reporter is None:
        yield Told()
        return
    with reporter.step(name) as told:
        yield told


def tell(key: str, **fields: object) -> None:
    """Say the sentence of ``key`` where anyone listens."""
    reporter = _current.get()
    if reporter is not None:
        reporter.console.print(text(key, reporter.language, **fields), markup=False)
