"""Edge module: what memory a run needs by the size of its input, and how it stays within what there is.

The need is an estimate from measured runs (benchmarks/pipeline.py), rather too high than too low: what a row
costs depends on how long its texts are. A step holds what it looks at and nothing else. Where memory is
short, one thing is done at a time within it: slower, and to the byte the same outputs.
"""

import ctypes
import gc
import sys
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from flows.config import PipelineConfig
from flows.sizes import GB
from reconcile.errors import Fault, MemoryNeedError
from reconcile.language import text
from reconcile.vocab import Language

#: The program and its libraries, with the polygons of the villages.
_PROGRAM = int(0.6 * GB)
#: Bytes in memory at the peak per byte of delivered text: with AT_ONCE things at a time, and one by one.
_BESIDE, _ONE_BY_ONE = 9.0, 8.0
#: Of the XML in a workbook, and of the members of another archive, so much is text.
_TEXT = {".xlsx": 0.3, ".xlsm": 0.3}

#: Number of the setting of glibc for the most heaps that threads have (M_ARENA_MAX of malloc.h).
_HEAPS = -8
#: What is done at the same time within a step, where there is room.
AT_ONCE = 2

_at_once: ContextVar[int] = ContextVar("at_once", default=AT_ONCE)


def at_once() -> int:
    """Return how many things a step of this run may do at a time."""
    return _at_once.get()


@contextmanager
def working(things: int) -> Iterator[None]:
    """Do so many ``things`` at a time while the block runs."""
    # modules stay to the end: nobody looks for garbage among them after each step
    gc.freeze()
    # what a pool of Arrow's own, or a heap per thread, lets go of stays theirs: a fifth of the peak
    pa.set_memory_pool(pa.system_memory_pool())
    _glibc("mallopt", _HEAPS, 1)
    token = _at_once.set(things)
    try:
        yield
    finally:
        _at_once.reset(token)


@dataclass(frozen=True)
class Budget:
    """Bytes that a run may use (None: what there is) and needs: AT_ONCE things at a time, and one by one."""

    limit: int | None
    beside: int
    one_by_one: int

    @property
    def at_once(self) -> int:
        """Return how many things may be done at a time."""
        return AT_ONCE if self.limit is None or self.beside <= self.limit else 1

    @property
    def need(self) -> int:
        """Return the bytes that the run will need as it is going to be done."""
        return self.beside if self.at_once > 1 else self.one_by_one

    def said(self, language: Language) -> str:
        """Return in words what the run will need, and how it is going to be done."""
        key = "memory_beside" if self.at_once > 1 else "memory_one_by_one"
        return text(key, language, need=_gigabytes(self.need, language))


def give_back() -> None:
    """Give memory that nothing is in any more back to the system: what a step leaves would else stay ours."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    # glibc keeps what Python and NumPy let go of: 0.3 GB once a quarter of a province is read
    _glibc("malloc_trim", 0)


def _glibc(name: str, *given: int) -> None:
    """Call a function of the C library where it has it: other systems do not."""
    function = getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
    if function:
        function(*given)


def plan_memory(config: PipelineConfig, limit: int | None, language: Language) -> Budget:
    """Return the budget of a run; MemoryNeedError where even one by one it needs more than ``limit``."""
    delivered = sum(_text_bytes(path) for path in _files(config))
    budget = Budget(limit, *(_PROGRAM + int(delivered * cost) for cost in (_BESIDE, _ONE_BY_ONE)))
    if limit is not None and budget.one_by_one > limit:
        need, given = (_gigabytes(one, language) for one in (budget.one_by_one, limit))
        raise MemoryNeedError([Fault.of("E_MEMORY_NEED", need=need, limit=given)])
    return budget


def _files(config: PipelineConfig) -> Iterable[Path]:
    """Return every file of people and lists that is going to be read, each once."""
    return sorted({path for entry in config.all_inputs() for path in config.files(entry.path)})


def _text_bytes(path: Path) -> float:
    """Return about how many bytes of text a delivered file holds; none where it cannot be opened."""
    try:
        if not zipfile.is_zipfile(path):
            return path.stat().st_size
        with zipfile.ZipFile(path) as archive:
            packed = sum(one.file_size for one in archive.infolist())
    except (OSError, zipfile.BadZipFile):
        # reading says what is wrong with it
        return 0
    return packed * _TEXT.get(path.suffix.lower(), 1.0)


def _gigabytes(size: int, language: Language) -> str:
    written = f"{size / GB:.1f} GB"
    return written.replace(".", ",") if language is Language.INDONESIAN else written
