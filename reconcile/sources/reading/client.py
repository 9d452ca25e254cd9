"""Edge module: the reading process, kept warm, and ended by a clock when it takes too long."""

import atexit
import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from threading import Lock, Timer
from typing import IO

from reconcile.sources.reading.frames import Message, receive, send
from reconcile.sources.reading.limits import Limits, RefusedError

_MODULE = "reconcile.sources.reading.child"
#: Contents above this size leave a process behind that has grown: the next file gets a new one.
_GROWS = 16 * 2**20


@dataclass
class Child:
    """A process that reads what might crash, hang or swell; started when first asked, again after it died."""

    memory: int
    process: subprocess.Popen[bytes] | None = None
    lock: Lock = field(default_factory=Lock)

    def ask(self, content: bytes, limits: Limits, password: str | None = None) -> Message:
        """Return what the process read; RefusedError with its fault, or ``E_READER_CRASH`` when it ended."""
        with self.lock:
            answer = self._answer(content, limits, password)
            if len(content) > _GROWS or answer.header.get("code") == "E_READER_CRASH":
                self.stop()
        if code := answer.header.pop("code", ""):
            raise RefusedError(code, **answer.header.get("details", {}))
        return answer

    def _answer(self, content: bytes, limits: Limits, password: str | None) -> Message:
        process = self._running()
        clock = Timer(limits.seconds, process.kill)
        clock.daemon = True
        clock.start()
        try:
            # the password goes through the pipe: a command line or a file could be read by others
            send(_open(process.stdin), Message({"limits": limits.told(), "password": password}, [content]))
            return receive(_open(process.stdout))
        except (OSError, EOFError, ValueError):
            self.stop()
            return Message({"code": "E_READER_CRASH"})
        except BaseException:
            self.stop()  # an answer that nobody took would pass for that of the next file
            raise
        finally:
            clock.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self.stop()
            # what foreign readers print may be personal data: nobody hears it
            self.process = subprocess.Popen(  # noqa: S603  # our own module, no shell
                [sys.executable, "-m", _MODULE, str(self.memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )
        return self.process

    def stop(self) -> None:
        """End the process, if there is one, and wait for it."""
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                _open(stream).close()
        process.wait()


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise EOFError
    return stream


@cache
def warm(memory: int) -> Child:
    """Return the one process of this program for that much memory; it ends with the program."""
    child = Child(memory)
    atexit.register(child.stop)
    return child
