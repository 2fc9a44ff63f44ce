"""How much comes out of what is packed (deflate), without holding it."""

import zlib
from collections.abc import Iterable
from typing import NamedTuple

_AT_ONCE = 1 << 20


class Inflated(NamedTuple):
    """So many bytes came out, as far as it was read; whether it ended well, and whether something
    stands after its end."""

    size: int
    is_whole: bool
    has_more: bool


def inflated(pieces: Iterable[bytes], most: int) -> Inflated:
    """Read packed pieces until they end, are broken, or are more than `most`."""
    unpacking, size = zlib.decompressobj(), 0
    try:
        for piece in pieces:
            waiting = piece
            while waiting and size <= most:
                size += len(unpacking.decompress(waiting, _AT_ONCE))
                waiting = unpacking.unconsumed_tail
            if size > most:
                return Inflated(size, is_whole=False, has_more=False)
    except zlib.error:
        return Inflated(size, is_whole=False, has_more=False)
    return Inflated(size, unpacking.eof, bool(unpacking.unused_data))
