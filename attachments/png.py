"""PNG: chunks one after another, exactly the pixels that the first one promises, and an end with
nothing after it."""

from collections.abc import Iterator
from typing import NamedTuple

from PIL.PngImagePlugin import PngImageFile

from attachments.inflating import inflated
from attachments.limits import LARGEST_TEXT, MOST_PARTS, MOST_PIXELS
from attachments.pixels import can_be_shown
from attachments.polyglot import other_formats
from attachments.verdict import Flaw, Sound, Verdict, refused

_SIGNATURE_BYTES = 8
_HEADER_BYTES = 13
_FRAME_BYTES = 12
"""Length, name and sum around a chunk's data."""

_BITS_A_PIXEL = {
    (0, 1): 1, (0, 2): 2, (0, 4): 4, (0, 8): 8, (0, 16): 16,
    (2, 8): 24, (2, 16): 48,
    (3, 1): 1, (3, 2): 2, (3, 4): 4, (3, 8): 8,
    (4, 8): 16, (4, 16): 32,
    (6, 8): 32, (6, 16): 64,
}  # fmt: skip
"""By kind of colour and bits of a sample; there are no others."""

_BY_NUMBER = 3
"""The kind of colour that needs a list of colours."""

_PASSES = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)
)  # fmt: skip
"""Of an interlaced picture: first column and row, and how far to the next ones."""

_KNOWN = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
"""The chunks that no reader may pass over."""
_ANIMATION = {b"acTL", b"fcTL", b"fdAT"}
_PACKED_TEXTS = {b"zTXt", b"iTXt", b"iCCP"}


class _Chunk(NamedTuple):
    name: bytes
    data: bytes
    ends: int


def examine_png(content: bytes) -> Verdict:
    """Read a PNG."""
    chunks: list[_Chunk] = []
    for chunk in _chunks(content):
        if len(chunks) >= MOST_PARTS:
            return refused(Flaw("too_many_parts", MOST_PARTS))
        chunks.append(chunk)
    flaws = list(_flaws(content, chunks))
    if not flaws and not can_be_shown(PngImageFile, content):
        flaws.append(Flaw("damaged"))
    flaws += other_formats(content)
    return refused(*flaws) if flaws else Verdict(Sound("png", 1))


def _chunks(content: bytes) -> Iterator[_Chunk]:
    """The chunks to the end, or to the first that is broken."""
    place = _SIGNATURE_BYTES
    while place + _FRAME_BYTES <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        ends = place + _FRAME_BYTES + length
        name, data = content[place + 4 : place + 8], content[place + 8 : ends - 4]
        if ends > len(content) or not name.isalpha():
            return
        yield _Chunk(name, data, ends)
        if name == b"IEND":
            return
        place = ends


def _flaws(content: bytes, chunks: list[_Chunk]) -> Iterator[Flaw]:
    if not chunks or chunks[-1].name != b"IEND":
        reached = chunks[-1].ends if chunks else _SIGNATURE_BYTES
        is_cut = reached + _FRAME_BYTES > len(content) or (
            reached + _FRAME_BYTES + int.from_bytes(content[reached : reached + 4], "big")
            > len(content)
        )
        yield Flaw("incomplete" if is_cut else "damaged")
    elif chunks[-1].ends < len(content):
        yield Flaw("trailing_data")
    names = [one.name for one in chunks]
    if _ANIMATION.intersection(names):
        yield Flaw("animated")
    if any(name[:1].isupper() and name not in _KNOWN for name in names):
        yield Flaw("damaged")
    if any(_unpacks_too_large(one) for one in chunks if one.name in _PACKED_TEXTS):
        yield Flaw("unpacks_too_large", LARGEST_TEXT)
    if names[:1] == [b"IHDR"] and names.count(b"IHDR") == 1:
        yield from _picture_flaws(chunks)
    elif names:
        yield Flaw("damaged")


def _picture_flaws(chunks: list[_Chunk]) -> Iterator[Flaw]:
    header = chunks[0].data
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    bits = _BITS_A_PIXEL.get((header[9], header[8])) if len(header) == _HEADER_BYTES else None
    if bits is None or header[10:12] != b"\0\0" or header[12] > 1 or not width * height:
        yield Flaw("damaged")
        return
    if header[9] == _BY_NUMBER and all(one.name != b"PLTE" for one in chunks):
        yield Flaw("damaged")
    if width * height > MOST_PIXELS:
        yield Flaw("too_many_pixels", MOST_PIXELS)
        return
    if chunks[-1].name != b"IEND":
        return  # its pixels are not all there
    promised = sum(_pass_bytes(width, height, bits, is_interlaced=header[12] == 1))
    packed = (one.data for one in chunks if one.name == b"IDAT")
    if inflated(packed, promised) != (promised, True, False):
        yield Flaw("damaged")


def _pass_bytes(width: int, height: int, bits: int, *, is_interlaced: bool) -> Iterator[int]:
    """The bytes of each pass: every row has one more than its pixels need."""
    for column, row, right, down in _PASSES if is_interlaced else ((0, 0, 1, 1),):
        columns, rows = -(-(width - column) // right), -(-(height - row) // down)
        if columns > 0 and rows > 0:
            yield rows * (1 + (columns * bits + 7) // 8)


def _unpacks_too_large(chunk: _Chunk) -> bool:
    """Whether a text or a profile is larger than it may be."""
    _, _, rest = chunk.data.partition(b"\0")
    if chunk.name == b"iTXt":
        if rest[:1] != b"\1":
            return len(rest) > LARGEST_TEXT
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    else:
        rest = rest[1:]
    return inflated([rest], LARGEST_TEXT).size > LARGEST_TEXT
