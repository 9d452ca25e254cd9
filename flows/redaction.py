"""What may be said aloud: codes and places. The text of a library may hold a person's data.

The first net is each step, which lets nothing but coded errors out. This is the second, for what nobody
foresaw: every line of a log, every warning and every error that nothing caught. The text of lines and errors
of libraries is not shown at all, since a name in it cannot be known from another word; of Prefect's own
lines, digits that may be a NIK or KK number are hidden.
"""

import logging
import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Any, TextIO

from reconcile.errors import Fault, PadanError, StepError
from reconcile.language import describe, text
from reconcile.vocab import Language

HIDDEN = "•••"
_ROOT = Path(__file__).parents[1]
_OWN = tuple(_ROOT / package for package in ("flows", "reconcile", "geo"))
#: Fifteen digits or more, masked or with something between them: of a number that was stored as a floating
#: point one, the last digit may be gone. And what is left of it in a short form, 6.472E+15.
_NUMBER = re.compile(r"\d(?:[\s.\-/,_'’]{0,2}[\d*•#xX]){14,}(?:[eE]\+?\d+)?|\d[.,]\d{3,}[eE]\+?1[45]\b")
#: A file that people sent may be named by the number of somebody.
_IN_NAME = re.compile(r"\d{15,}")
#: Libraries whose lines tell of their own work.
_TALKERS = frozenset({"prefect", "uvicorn", "distributed"})
#: Its formatter takes the fields apart by itself.
_FIELDS = "uvicorn.access"


def masked(said: str) -> str:
    """Return a text without whatever may be a NIK or KK number."""
    return _NUMBER.sub(HIDDEN, said)


def without_numbers(name: str) -> str:
    """Return the name of a file without what may be the NIK or KK number of somebody."""
    return _IN_NAME.sub(HIDDEN, name)


def fault_of(step: str, error: BaseException) -> Fault:
    """Return an unforeseen error as step, kind and place; nothing of its text."""
    return Fault.of("E_STEP", step=step, kind=type(error).__name__, place=place_of(error.__traceback__))


def place_of(traceback: TracebackType | None) -> str:
    """Return file and line of the innermost frame of our own code, else of the innermost of all."""
    frames = extract_tb(traceback)
    own = [frame for frame in frames if any(Path(frame.filename).is_relative_to(one) for one in _OWN)]
    last = (own or frames)[-1:]
    return f"{_short(last[0].filename)}:{last[0].lineno}" if last else ""


@contextmanager
def only_codes(step: str) -> Iterator[None]:
    """Let nothing but coded errors out of the block, and set up the second net in this process."""
    install()
    try:
        yield
    except PadanError:
        raise
    except Exception as error:  # noqa: BLE001 - its text must not reach Prefect's records
        raise StepError([fault_of(step, error)]) from None


def install(language: Language = Language.INDONESIAN) -> None:
    """Set up the second net in this process, once; it stays until the process ends.

    A filter of a logger does not see what other loggers hand on to it, so the lines are made safe where they
    are made.
    """
    if isinstance(logging.getLogRecordFactory(), _Records):
        return
    logging.setLogRecordFactory(_Records(logging.getLogRecordFactory()))
    # it would print the arguments of a line that cannot be put together
    logging.raiseExceptions = False
    hooks = _Hooks(language)
    sys.excepthook = hooks.uncaught
    sys.unraisablehook = hooks.unraisable
    threading.excepthook = hooks.thread
    warnings.showwarning = hooks.warned


class _Records:
    """Makes the records of every logger, of Prefect's too, with nothing in them but what may be read."""

    def __init__(self, factory: Callable[..., logging.LogRecord]) -> None:
        self._factory = factory

    def __call__(self, *given: Any, **more: Any) -> logging.LogRecord:
        record = self._factory(*given, **more)
        if record.name == _FIELDS and isinstance(record.args, tuple):
            record.args = tuple(masked(one) if isinstance(one, str) else one for one in record.args)
            return record
        record.msg, record.args = self._said(record), ()
        record.exc_info = record.exc_text = record.stack_info = None
        return record

    @staticmethod
    def _said(record: logging.LogRecord) -> str:
        if record.name.split(".")[0] in _TALKERS and record.levelno < logging.WARNING:
            try:
                return masked(record.getMessage())
            except Exception:  # noqa: BLE001 - a line that cannot be put together
                return _line(record)
        return _line(record)


def _line(record: logging.LogRecord) -> str:
    """Return a line as who said it, how grave, where, and the kind of error."""
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    kind = f" {type(error).__name__} {place_of(error.__traceback__)}" if error else ""
    return f"W_LIBRARY {record.name} {record.levelname} {_short(record.pathname)}:{record.lineno}{kind}"


class _Hooks:
    """What Python calls for errors that nothing caught, and for warnings."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def uncaught(
        self, kind: type[BaseException], error: BaseException, _traceback: TracebackType | None
    ) -> None:
        """Say of an error that ended the program what it is and where."""
        if not issubclass(kind, KeyboardInterrupt):
            self._tell("padan", error)

    def thread(self, given: Any) -> None:
        """Say of an error that ended a thread what it is and where."""
        if given.exc_value is not None and not isinstance(given.exc_value, SystemExit):
            self._tell("padan", given.exc_value)

    def unraisable(self, given: Any) -> None:
        """Say of an error that could not be raised what it is and where."""
        if given.exc_value is not None:
            self._tell("padan", given.exc_value)

    def warned(
        self,
        message: Warning | str,  # noqa: ARG002 - what is not to be shown
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,  # noqa: ARG002 - a line of a program may hold a value
    ) -> None:
        """Say of a warning what it is and where."""
        place = f"{_short(filename)}:{lineno}"
        _say(text("library_warned", self._language, kind=category.__name__, place=place), file)

    def _tell(self, step: str, error: BaseException) -> None:
        with suppress(Exception):
            _say(describe(fault_of(step, error), self._language))


def _say(line: str, file: TextIO | None = None) -> None:
    # a program without a terminal has none, and one that ends may have closed it
    with suppress(OSError, ValueError, AttributeError):
        print(line, file=file or sys.stderr)


def _short(filename: str) -> str:
    """Return a file of ours from its package on, one of a library by its last two parts."""
    path = Path(filename)
    own = path.is_relative_to(_ROOT) and any(path.is_relative_to(one) for one in _OWN)
    return path.relative_to(_ROOT).as_posix() if own else "/".join(path.parts[-2:])
