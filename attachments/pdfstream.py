"""A stream of a PDF: how large it is unpacked, and whether it is what it says."""

from typing import NamedTuple

from pikepdf import Array, Dictionary, Integer, Name, Object, Pdf, Stream, StreamDecodeLevel
from pikepdf.exceptions import DataDecodingError, QpdfRuntimeError

from attachments.inflating import inflated
from attachments.jpeg import structure
from attachments.limits import LARGEST_AT_ONCE, LARGEST_UNPACKED, MOST_PIXELS
from attachments.verdict import Flaw

_PACKINGS = {"/ASCIIHexDecode", "/ASCII85Decode", "/FlateDecode"}
"""The others are of the nineties, or for pictures that nobody scans: not worth their risk."""
_PICTURES = {"/DCTDecode", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode"}
"""What packs a picture's own way, and stands last."""


class Unpacked(NamedTuple):
    """The bytes of a stream (of a picture as it is packed), and what is wrong."""

    size: int
    flaws: list[Flaw]


def unpacked(pdf: Pdf, stream: Stream) -> Unpacked:
    """Unpack a stream. Raises PikepdfError where its content is damaged."""
    filters = _filters(stream)
    if "/Crypt" in filters:
        return Unpacked(0, [Flaw("encrypted")])
    packings = filters[:-1] if filters[-1:] and filters[-1] in _PICTURES else filters
    if not _PACKINGS.issuperset(packings):
        return Unpacked(0, [Flaw("format_variant")])
    found = _deflated(stream) if filters == ["/FlateDecode"] else _held(pdf, stream, packings)
    if _number(stream, "/Width") * _number(stream, "/Height") > MOST_PIXELS:
        found.flaws.append(Flaw("too_many_pixels", MOST_PIXELS))
    return found


def _deflated(stream: Stream) -> Unpacked:
    """What nearly all streams are. Some programs write nothing where nothing is packed, and some
    count the end of the line after it."""
    raw = stream.read_raw_bytes()
    if not raw:
        return Unpacked(0, [])
    found = inflated([raw], LARGEST_UNPACKED)
    is_damaged = not found.is_whole and found.size <= LARGEST_UNPACKED
    return Unpacked(found.size, [Flaw("damaged")] if is_damaged else [])


def _held(pdf: Pdf, stream: Stream, packings: list[str]) -> Unpacked:
    """What is packed otherwise: held in memory, to the picture where it is one."""
    filters = _filters(stream)
    raw = stream.read_raw_bytes()
    try:
        content = _opened(pdf, stream, raw, packings) if packings else raw
    except (DataDecodingError, QpdfRuntimeError) as error:
        if "limit exceeded" in str(error):  # nothing else tells the two apart
            return Unpacked(0, [Flaw("unpacks_too_large", LARGEST_AT_ONCE)])
        raise
    flaws = []
    if filters[-1:] == ["/DCTDecode"]:
        flaws += structure(content).flaws if content[:2] == b"\xff\xd8" else [Flaw("damaged")]
    return Unpacked(len(content), flaws)


def _opened(pdf: Pdf, stream: Stream, raw: bytes, packings: list[str]) -> bytes:
    """What is within the packings, which may stand before a picture's own."""
    outer = pdf.make_stream(raw)
    outer["/Filter"] = Array([Name(one) for one in packings])
    parameters = stream.get("/DecodeParms")
    if isinstance(parameters, Array):
        outer["/DecodeParms"] = Array(list(parameters)[: len(packings)])
    elif isinstance(parameters, Dictionary) and len(packings) == len(_filters(stream)):
        outer["/DecodeParms"] = parameters
    return outer.read_bytes(StreamDecodeLevel.generalized)


def _filters(stream: Stream) -> list[str]:
    found = stream.get("/Filter")
    some = list(found) if isinstance(found, Array) else [found]
    return [str(one) for one in some if isinstance(one, Name)]


def _number(stream: Object, key: str) -> int:
    found = stream.get(key)
    return int(found) if isinstance(found, Integer) else 0
