"""Edge module: the reading process. It reads contents from its standard input until that ends."""

import importlib
import importlib.util
import os
import sys
from typing import BinaryIO

from reconcile.sources.reading.foreign import read_foreign
from reconcile.sources.reading.frames import Message, receive, send
from reconcile.sources.reading.limits import Limits, RefusedError


def main(memory: int) -> None:
    """Answer one message after the other; ``memory`` is the most bytes this process may have."""
    _limit_memory(memory)
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a library prints must not get between the answers
        _serve(sys.stdin.buffer, answers)


def _limit_memory(memory: int) -> None:
    if importlib.util.find_spec("resource") is None:  # Windows has none; the clock is what is left
        return
    resource = importlib.import_module("resource")
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    allowed = memory if most == resource.RLIM_INFINITY else min(memory, most)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold the file


def _serve(questions: BinaryIO, answers: BinaryIO) -> None:
    while True:
        try:
            question = receive(questions)
        except EOFError:
            return
        send(answers, _answer(question))


def _answer(question: Message) -> Message:
    try:
        limits = Limits(**question.header["limits"])
        return read_foreign(question.blobs[0], question.header["password"], limits)
    except RefusedError as refused:
        return Message({"code": refused.code, "details": refused.details})
    except BaseException:  # noqa: BLE001  # a panic of a foreign reader is a BaseException
        return Message({"code": "E_READER_CRASH"})


if __name__ == "__main__":
    main(int(sys.argv[1]))
