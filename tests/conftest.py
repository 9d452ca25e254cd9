"""For every test: no way to the network, and what a command changes in its process is put back."""

import logging
import os
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest
from network_guard import guard_this_process, tried

# before anything is imported, and for every program that a test starts
guard_this_process(os.environ)


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    yield
    out = tried()
    assert not out, out


@pytest.fixture(autouse=True)
def _hooks_of_the_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    factory = logging.getLogRecordFactory()
    yield
    logging.setLogRecordFactory(factory)
