"""Physical lines of a text file, kept as bytes: decoded only where somebody looks at one."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

_HEAD = 64  # lines that are looked at one by one: titles and headings stand above them
_BLOCK = 4 * 2**20


class Lines(Sequence[str]):
    """The lines of ``text`` between CRLF, LF or CR, without them; one at the very end begins no line.

    ``block`` is the least number of bytes that ``blocks`` gives at a time, but for the last.
    """

    def __init__(self, text: str, *, block: int = _BLOCK) -> None:
        self._block = block
        content = text.encode()
        if b"\r" in content:
            content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        self._content = content if content.endswith(b"\n") or not content else content + b"\n"

    @cached_property
    def _count(self) -> int:
        return self._content.count(b"\n")

    @cached_property
    def _head(self) -> list[str]:
        return decoded_lines(self._content[: self._offset(_HEAD)])

    def _offset(self, line: int) -> int:
        """Return where ``line``, from 0, begins."""
        place = 0
        for _ in range(min(line, self._count)):
            place = self._content.index(b"\n", place) + 1
        return place

    def __len__(self) -> int:
        """Return the number of lines."""
        return self._count

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        """Return a line or some lines; beyond the first ones all lines are decoded."""
        if isinstance(place, int):
            return self._head[place] if 0 <= place < len(self._head) else decoded_lines(self._content)[place]
        _, stop, _ = place.indices(len(self))
        return (self._head if stop <= len(self._head) else decoded_lines(self._content))[place]

    def __iter__(self) -> Iterator[str]:
        """Yield the lines, decoding one block at a time."""
        for _, block in self.blocks(0):
            yield from decoded_lines(block)

    def blocks(self, line: int) -> Iterator[tuple[int, bytes]]:
        """Yield the text from ``line``, from 0, on in blocks of whole lines, each with its first line."""
        start = self._offset(line)
        while start < len(self._content):
            end = self._content.find(b"\n", start + self._block) + 1 or len(self._content)
            block = self._content[start:end]
            yield line, block
            line += block.count(b"\n")
            start = end


def decoded_lines(block: bytes) -> list[str]:
    """Return the lines of ``block``, which ends with a line end."""
    return block.decode().split("\n")[:-1]
