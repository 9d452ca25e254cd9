"""How the two processes talk: a JSON header, then blobs of bytes, each behind its length."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

_WIDTH = 8


@dataclass(frozen=True)
class Message:
    """A header of plain JSON values, and the blobs it speaks of."""

    header: dict[str, Any]
    blobs: Sequence[Any] = ()


def send(stream: IO[bytes], message: Message) -> None:
    """Write ``message``; OSError where nobody listens any more."""
    header = {**message.header, "blobs": len(message.blobs)}
    for blob in (json.dumps(header).encode(), *message.blobs):
        stream.write(memoryview(blob).nbytes.to_bytes(_WIDTH, "big"))
        stream.write(blob)
    stream.flush()


def receive(stream: IO[bytes]) -> Message:
    """Read one message; EOFError where the other side has ended, before or within it."""
    header = json.loads(_blob(stream))
    return Message(header, [_blob(stream) for _ in range(header.pop("blobs"))])


def _blob(stream: IO[bytes]) -> bytes:
    length = int.from_bytes(_exactly(stream, _WIDTH), "big")
    return _exactly(stream, length)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content
