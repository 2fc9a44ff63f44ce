"""What a process and its workers say to each other: frames over a pair of sockets.

A request is the numbers of some lines in the file, and the lines. Its reply is the answers in the
same order, and where they are to be kept the fingerprints. A worker that is sent no more gives its
counts, and ends; one that cannot go on says why.
"""

from struct import Struct
from typing import NamedTuple

_HEAD = Struct("<cQQ")
HEAD_SIZE = _HEAD.size

REQUEST, REPLY, COUNTS, UNUSABLE, DEFECT = b"R", b"A", b"C", b"U", b"D"


class Frame(NamedTuple):
    """A kind and two parts."""

    kind: bytes
    first: bytes
    second: bytes = b""

    def pieces(self) -> tuple[bytes, bytes, bytes]:
        """The frame as it is sent."""
        return _HEAD.pack(self.kind, len(self.first), len(self.second)), self.first, self.second


class Incoming:
    """A frame that is coming: its head first, then what the head says is to come."""

    def __init__(self) -> None:
        self.missing = HEAD_SIZE
        self._kind = b""
        self._middle = 0
        self._pieces: list[bytes] = []

    def take(self, data: bytes) -> Frame | None:
        """Take in no more than is `missing`; the frame, once it is whole."""
        self._pieces.append(data)
        self.missing -= len(data)
        if self.missing == 0 and not self._kind:
            self._kind, first, second = _HEAD.unpack(b"".join(self._pieces))
            self._middle, self.missing, self._pieces = first, first + second, []
        if self.missing or not self._kind:
            return None
        whole = b"".join(self._pieces)
        return Frame(self._kind, whole[: self._middle], whole[self._middle :])
