"""Files of one JSON object a line, read as bytes and never held whole."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

LONGEST_LINE = 1 << 20
CHUNK = 1 << 16

TOO_LONG = b"\0too long"
"""Stands for a line that was passed over unread; told by identity. It is no JSON."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Chunk(NamedTuple):
    """Lines that follow each other in a file: the number of the first, the byte it begins at, and
    the lines without their line feeds. Blank lines are among them."""

    first: int
    start: int
    lines: list[bytes]


def chunks(read: Callable[[], bytes], first: int = 1, start: int = 0) -> Iterator[Chunk]:
    """The lines of what `read` gives, as many at a time as are whole, until it gives nothing.

    `first` and `start` are the number and the place of the first line. Of a line longer than
    `LONGEST_LINE` nothing more than that is held at any time.
    """
    rest, is_skipping, read_through = b"", False, start
    while data := read():
        read_through += len(data)
        lines = data.split(b"\n")
        lines[0] = rest + lines[0]
        rest = lines.pop()
        if lines:
            if is_skipping or len(lines[0]) > LONGEST_LINE:
                lines[0], is_skipping = TOO_LONG, False
            elif first == 1:
                lines[0] = lines[0].removeprefix(_BYTE_ORDER_MARK)
            yield Chunk(first, start, lines)
            first += len(lines)
            start = read_through - len(rest)
        if is_skipping or len(rest) > LONGEST_LINE:
            rest, is_skipping = b"", True
    if is_skipping:
        yield Chunk(first, start, [TOO_LONG])
    elif rest:
        yield Chunk(first, start, [rest.removeprefix(_BYTE_ORDER_MARK) if first == 1 else rest])
