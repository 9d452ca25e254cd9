"""The reading process: what crashes, hangs or swells there costs that file only."""

import contextlib
import io
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import delivered as d
import pytest

from reconcile.errors import InputError
from reconcile.sources.readers import open_delivery
from reconcile.sources.reading import client
from reconcile.sources.reading.client import Child, warm
from reconcile.sources.reading.frames import Message, receive, send
from reconcile.sources.reading.limits import Limits, RefusedError

MEMORY = Limits().memory
BOOK = d.sheets(Satu=[["nik"], ["6400001708850001"]])

#: Stands for a foreign reader that goes wrong, each in its own way, when asked for the named content.
STUB = """
import os, sys, time
from reconcile.sources.reading import child, foreign
from reconcile.sources.reading.frames import Message
class PanicException(BaseException): pass
def read(content, password, limits):
    if content == b"hang": time.sleep(60)
    if content == b"die": os._exit(139)
    if content == b"abort": os.abort()
    if content == b"swell": return Message({}, [bytearray(2**34)])
    if content == b"panic": raise PanicException("6400001708850001")
    if content == b"chatter": print("6400001708850001")
    return Message({"sheets": [], "pid": os.getpid()})
child.read_foreign = read
child.main(int(sys.argv[1]))
"""


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Child]:
    (tmp_path / "stub_of_child.py").write_text(STUB, encoding="utf-8")
    monkeypatch.setattr(client, "_MODULE", "stub_of_child")
    monkeypatch.syspath_prepend(tmp_path)
    started = Child(MEMORY)
    yield started
    started.stop()


@pytest.mark.parametrize(
    ("content", "seconds"),
    [(b"die", 60), (b"abort", 60), (b"hang", 0.5), (b"panic", 60), (b"swell", 60)],
)
def test_going_wrong_is_one_fault_and_the_next_file_is_read(
    child: Child, content: bytes, seconds: float
) -> None:
    begun = time.monotonic()
    with pytest.raises(RefusedError) as caught:
        child.ask(content, Limits(seconds=seconds))
    assert (caught.value.code, str(caught.value)) == ("E_READER_CRASH", "E_READER_CRASH")
    assert time.monotonic() - begun < 10
    assert child.ask(b"fine", Limits()).header["sheets"] == []


def test_what_a_library_prints_does_not_get_between(child: Child) -> None:
    first = child.ask(b"chatter", Limits()).header["pid"]
    assert child.ask(b"fine", Limits()).header["pid"] == first  # the process is kept


def test_a_process_that_has_grown_is_not_kept(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_GROWS", 2)
    first = child.ask(b"fine", Limits()).header["pid"]
    assert child.ask(b"fine", Limits()).header["pid"] != first


def test_a_process_that_was_killed_is_started_again(child: Child) -> None:
    child.ask(b"fine", Limits())
    assert child.process is not None
    child.process.kill()
    child.process.wait()
    assert child.ask(b"fine", Limits()).header["sheets"] == []


def test_an_answer_that_nobody_took_is_not_given_to_the_next(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(client, "receive", stopped)
        with pytest.raises(KeyboardInterrupt):
            child.ask(b"fine", Limits())
    assert child.process is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds RLIMIT_AS and has /proc")
def test_the_real_process_has_its_limit_and_no_pandas(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(BOOK)
    open_delivery(path, label="x.xlsx")
    process = warm(MEMORY).process
    assert process is not None
    limits = Path(f"/proc/{process.pid}/limits").read_text(encoding="utf-8")
    assert any("address space" in line and str(MEMORY) in line for line in limits.splitlines())
    assert "/pandas/" not in Path(f"/proc/{process.pid}/maps").read_text(encoding="utf-8")


def test_too_much_memory_is_refused(tmp_path: Path) -> None:
    # two cells at the far ends: a reader that holds what lies between needs hundreds of gigabytes
    path = tmp_path / "x.xlsx"
    path.write_bytes(d.one_sheet(lambda sheet, _: (sheet.write("A1", "nik"), sheet.write("XFD1048576", "x"))))
    with pytest.raises(InputError) as caught:
        open_delivery(path, label="x.xlsx", limits=Limits(seconds=30))
    assert [fault.code for fault in caught.value.faults] == ["E_READER_CRASH"]


def test_nothing_is_written_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    (tmp_path / "x.zip").write_bytes(d.aes_zip({"a.xlsx": BOOK}, "rahasia"))
    before = sorted(tmp_path.iterdir())
    with contextlib.closing(ChildScope()):
        open_delivery(tmp_path / "x.zip", label="x.zip", password="rahasia")  # noqa: S106  # made up
    assert sorted(tmp_path.iterdir()) == before
    assert not list(scratch.iterdir())


class ChildScope:
    """A fresh reading process, so that it sees the environment of its test."""

    def __init__(self) -> None:
        warm(MEMORY).stop()

    def close(self) -> None:
        warm(MEMORY).stop()


@pytest.mark.parametrize("blobs", [[], [b""], [b"a", b"b" * 100_000]])
def test_messages_arrive_as_sent(blobs: list[bytes]) -> None:
    pipe = io.BytesIO()
    send(pipe, Message({"kind": "xlsx", "n": 1}, blobs))
    content = pipe.getvalue()
    assert receive(io.BytesIO(content)) == Message({"kind": "xlsx", "n": 1}, blobs)
    for cut in (0, 3, len(content) - 1):
        with pytest.raises(EOFError):
            receive(io.BytesIO(content[:cut]))
