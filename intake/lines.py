"""Files of one JSON object a line, read as bytes and never held whole."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import NamedTuple

LONGEST_LINE = 1 << 20
CHUNK = 1 << 16

TOO_LONG = b"\0too long"
"""Stands for a line that was passed over unread; told by identity. It is no JSON."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def bare(line: bytes) -> bytes:
    """A line without its line feed."""
    return line if line is TOO_LONG else line.removesuffix(b"\n")


class Chunk(NamedTuple):
    """Lines that follow each other in a file: the number of the first, the byte it begins at, and
    the lines as they stand there, each with its line feed. Blank lines are among them."""

    first: int
    start: int
    lines: list[bytes]


class Lines:
    """Lines of bytes that come piece by piece. `first` and `start` are the number and the place of
    the first line. Of a line longer than `LONGEST_LINE` nothing more than that is held at any time.
    """

    def __init__(self, first: int = 1, start: int = 0) -> None:
        self._first = first
        self._start = start
        self._read_through = start
        self._rest = b""
        self._is_skipping = False

    def take(self, data: bytes) -> Chunk | None:
        """The lines that are whole with this piece; None where there is none."""
        self._read_through += len(data)
        lines = BytesIO(data).readlines() or [b""]  # at a fourth of what a split takes
        lines[0] = self._rest + lines[0]
        self._rest = b"" if data.endswith(b"\n") else lines.pop()
        chunk = None
        if lines:
            if self._is_skipping or len(lines[0]) > LONGEST_LINE + len(b"\n"):
                lines[0], self._is_skipping = TOO_LONG, False
            elif self._first == 1:
                lines[0] = lines[0].removeprefix(_BYTE_ORDER_MARK)
            chunk = Chunk(self._first, self._start, lines)
            self._first += len(lines)
            self._start = self._read_through - len(self._rest)
        if self._is_skipping or len(self._rest) > LONGEST_LINE:
            self._rest, self._is_skipping = b"", True
        return chunk

    def end(self) -> Chunk | None:
        """The line that no line feed ends, where there is one."""
        if self._is_skipping:
            return Chunk(self._first, self._start, [TOO_LONG])
        if not self._rest:
            return None
        rest = self._rest.removeprefix(_BYTE_ORDER_MARK) if self._first == 1 else self._rest
        return Chunk(self._first, self._start, [rest])


def chunks(read: Callable[[], bytes], first: int = 1, start: int = 0) -> Iterator[Chunk]:
    """The lines of what `read` gives, as many at a time as are whole, until it gives nothing."""
    lines = Lines(first, start)
    while data := read():
        chunk = lines.take(data)
        if chunk is not None:
            yield chunk
    last = lines.end()
    if last is not None:
        yield last
