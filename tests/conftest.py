"""For every test: no way to the network, and what a command changes in its process is put back."""

import gc
import os
from collections.abc import Iterator

import pytest
from hooks import hooks_put_back
from network_guard import guard_this_process, tried

# before anything is imported, and for every program that a test starts
guard_this_process(os.environ)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    # modules and tests stay to the end: nobody looks for garbage among them, now or in a test
    gc.disable()
    done = yield
    gc.enable()
    gc.freeze()
    return done


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    yield
    out = tried()
    assert not out, out


@pytest.fixture(autouse=True)
def _hooks_of_the_process() -> Iterator[None]:
    with hooks_put_back():
        yield
