"""Files of one JSON object a line, read as bytes and never held whole."""

import os
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
    """The lines of whatever `read` gives, some at a time, until it gives nothing.

    All lines that are there are given before more is read, so a pipe is answered as it speaks.
    `first` and `start` are the number and the place of the first line read. Of a line over
    `LONGEST_LINE` no more than that is ever held.
    """
    rest, is_skipping = b"", False
    while data := read():
        lines = (rest + data).split(b"\n")
        rest = lines.pop()
        if lines:
            if is_skipping or len(lines[0]) > LONGEST_LINE:
                skipped = len(lines[0])
                lines[0] = TOO_LONG
