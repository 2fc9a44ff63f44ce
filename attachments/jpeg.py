"""JPEG: segments, scans and an end, with nothing after it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from PIL.JpegImagePlugin import JpegImageFile

from attachments.limits import MOST_FILL, MOST_PARTS, MOST_PIXELS, MOST_SCANS
from attachments.pixels import can_be_shown
from attachments.polyglot import other_formats
from attachments.verdict import Flaw, Sound, Verdict, refused

_END, _SCAN = 0xD9, 0xDA
_FRAMES = {0xC0, 0xC1, 0xC2}
"""Baseline, extended and progressive: what everybody shows. The others are lossless, arithmetic or
of several resolutions."""
_OTHER_FRAMES = {0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_WITHOUT_LENGTH = {0x00, 0x01, 0xD8, *range(0xD0, 0xD8)}
_FRAME_BYTES = 6
_BITS = 8
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""In a scan a byte FF is followed by 00, or is a restart; whatever else it begins comes after."""


class Structure(NamedTuple):
    """What the markers of a JPEG say: where it ends (None where it does not), and what is wrong."""

    ends: int | None
    flaws: list[Flaw]


def examine_jpeg(content: bytes) -> Verdict:
    """Read a JPEG."""
    found = structure(content)
    flaws = [*found.flaws, *other_formats(content)]
    if found.ends is not None and found.ends < len(content):
        flaws.append(Flaw("trailing_data"))
    if not found.flaws and not can_be_shown(JpegImageFile, content):
        flaws.append(Flaw("damaged"))
    return refused(*flaws) if flaws else Verdict(Sound("jpeg", 1))


def structure(content: bytes) -> Structure:
    """Go through the markers of what begins as a JPEG."""
    frames, scans, place = 0, 0, 2
    flaws: list[Flaw] = []
    for count, (marker, data, place) in enumerate(_segments(content), 1):  # noqa: B007 – used after
        if marker == _END:
            break
        if count > MOST_PARTS:
            return Structure(None, [Flaw("too_many_parts", MOST_PARTS)])
        if marker in _FRAMES or marker in _OTHER_FRAMES:
            frames += 1
            flaws += _frame_flaws(marker, data)
        elif marker == _SCAN:
            scans += 1
            if scans > MOST_SCANS:
                return Structure(None, [Flaw("too_many_parts", MOST_SCANS)])
    else:
        return Structure(None, [*flaws, Flaw("incomplete")])
    if frames != 1 or scans == 0:
        flaws.append(Flaw("damaged"))
    return Structure(place, flaws)


def _segments(content: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Each marker with what belongs to it and the place after it, as far as they are whole."""
    place = 2
    while content[place : place + 1] == b"\xff":
        begins = place
        while content[place : place + 1] == b"\xff" and place - begins <= MOST_FILL:
            place += 1
        if place >= len(content) or content[place] == 0xFF:  # noqa: PLR2004 – more fill
            return
        marker = content[place]
        place += 1
        if marker == _END:
            yield marker, b"", place
            return
        length = int.from_bytes(content[place : place + 2], "big")
        if marker in _WITHOUT_LENGTH or length < 2 or place + length > len(content):  # noqa: PLR2004 – its own two bytes
            return
        data = content[place + 2 : place + length]
        place += length
        if marker == _SCAN:
            after = _AFTER_SCAN.search(content, place)
            if after is None:
                return
            place = after.start()
        yield marker, data, place


def _pixels(frame: bytes) -> int:
    return int.from_bytes(frame[1:3], "big") * int.from_bytes(frame[3:5], "big")


def _frame_flaws(marker: int, frame: bytes) -> Iterator[Flaw]:
    if len(frame) < _FRAME_BYTES or _pixels(frame) == 0:
        yield Flaw("damaged")
    elif marker in _OTHER_FRAMES or frame[0] != _BITS:
        yield Flaw("format_variant")
    if _pixels(frame) > MOST_PIXELS:
        yield Flaw("too_many_pixels", MOST_PIXELS)
