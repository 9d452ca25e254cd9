"""What a command changes in the process that it runs in is put back."""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def hooks_put_back() -> Iterator[None]:
    """Put back, at the end, the hooks of this process by which errors, warnings and records are told."""
    factory = logging.getLogRecordFactory()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "excepthook", sys.excepthook)
        patch.setattr(sys, "unraisablehook", sys.unraisablehook)
        patch.setattr(threading, "excepthook", threading.excepthook)
        patch.setattr(warnings, "showwarning", warnings.showwarning)
        patch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
        yield
    logging.setLogRecordFactory(factory)
