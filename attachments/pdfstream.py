"""A stream of a PDF: how large it is unpacked, and whether it is what it says."""

from typing import NamedTuple

from pikepdf import Array, Integer, Name, Object, Pdf, Stream, StreamDecodeLevel
from pikepdf.exceptions import DataDecodingError

from attachments.jpeg import structure
from attachments.limits import LARGEST_UNPACKED, MOST_PIXELS
from attachments.verdict import Flaw

_PACKINGS = {
    "/ASCIIHexDecode", "/ASCII85Decode", "/LZWDecode", "/FlateDecode", "/RunLengthDecode"
}  # fmt: skip
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
    packings = filters[:-1] if filters and filters[-1] in _PICTURES else filters
    if not _PACKINGS.issuperset(packings):
        return Unpacked(0, [Flaw("format_variant")])
    try:
        content = _content(pdf, stream, filters, packings)
    except DataDecodingError as error:
        if "limit exceeded" in str(error):  # nothing else tells the two apart
            return Unpacked(0, [Flaw("unpacks_too_large", LARGEST_UNPACKED)])
        raise
    flaws = []
    if _number(stream, "/Width") * _number(stream, "/Height") > MOST_PIXELS:
        flaws.append(Flaw("too_many_pixels", MOST_PIXELS))
    if filters[-1:] == ["/DCTDecode"]:
        flaws += structure(content).flaws if content[:2] == b"\xff\xd8" else [Flaw("damaged")]
    return Unpacked(len(content), flaws)


def _content(pdf: Pdf, stream: Stream, filters: list[str], packings: list[str]) -> bytes:
    """What is packed, to the picture where it is one: that is left as it is."""
    if filters == packings:
        return stream.read_bytes(StreamDecodeLevel.specialized)
    if not packings:
        return stream.read_raw_bytes()
    outer = pdf.make_stream(stream.read_raw_bytes())
    outer["/Filter"] = Array([Name(one) for one in packings])
    parameters = stream.get("/DecodeParms")
    if isinstance(parameters, Array):
        outer["/DecodeParms"] = Array(list(parameters)[: len(packings)])
    return outer.read_bytes(StreamDecodeLevel.specialized)


def _filters(stream: Stream) -> list[str]:
    found = stream.get("/Filter")
    some = list(found) if isinstance(found, Array) else [found]
    return [str(one) for one in some if isinstance(one, Name)]


def _number(stream: Object, key: str) -> int:
    found = stream.get(key)
    return int(found) if isinstance(found, Integer) else 0
