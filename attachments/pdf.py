"""PDF: whole as it stands, within the limits, and holding nothing but pages."""

from collections.abc import Iterator
from io import BytesIO

from pikepdf import PasswordError, Pdf, PikepdfError, Stream
from pikepdf.settings import set_qpdf_limits

from attachments.activity import activity
from attachments.limits import (
    DEEPEST,
    LARGEST_AT_ONCE,
    LARGEST_UNPACKED,
    MOST_PAGES,
    MOST_PARTS,
)
from attachments.pdfstream import unpacked
from attachments.polyglot import other_formats
from attachments.verdict import Flaw, Sound, Verdict, refused

_SPACE = b"\0\t\n\f\r "
_ENDING = b"%%EOF"
_BROKEN = (PikepdfError, RuntimeError, ValueError, TypeError, IndexError, KeyError)
"""What the library raises at what is broken."""

# Of the whole process, which is one of its own (storage/examination.py).
set_qpdf_limits(
    parser_max_nesting=DEEPEST,
    parser_max_errors=1,
    max_stream_filters=4,
    flate_max_memory=LARGEST_AT_ONCE,
    png_max_memory=LARGEST_AT_ONCE,
    tiff_max_memory=LARGEST_AT_ONCE,
)


def examine_pdf(content: bytes) -> Verdict:
    """Read a PDF, without mending it."""
    flaws = [*_ending_flaws(content), *other_formats(content)]
    pages = 0
    try:
        with Pdf.open(BytesIO(content), attempt_recovery=False, conversion_mode="explicit") as pdf:
            if pdf.is_encrypted:
                return refused(Flaw("encrypted"), *flaws)
            pages = len(pdf.pages)
            _look_through(pdf, pages, flaws)
            if pdf.get_warnings() and not flaws:
                flaws.append(Flaw("damaged"))
    except PasswordError:
        return refused(Flaw("encrypted"), *flaws)
    except _BROKEN:
        flaws.append(Flaw("damaged"))
    return refused(*flaws) if flaws else Verdict(Sound("pdf", pages))


def _ending_flaws(content: bytes) -> Iterator[Flaw]:
    """It ends with its ending: what stands after is no part of it."""
    if not content.rstrip(_SPACE).endswith(_ENDING):
        yield Flaw("trailing_data" if _ENDING in content else "incomplete")


def _look_through(pdf: Pdf, pages: int, flaws: list[Flaw]) -> None:
    """Add what is wrong to what is known. Raises what is among `_BROKEN`."""
    if len(pdf.get_xref_table()) > MOST_PARTS:
        flaws.append(Flaw("too_many_parts", MOST_PARTS))
        return
    if pages > MOST_PAGES:
        flaws.append(Flaw("too_many_pages", MOST_PAGES))
    if pages == 0:
        flaws.append(Flaw("no_pages"))
    flaws += activity(pdf.trailer)
    left = LARGEST_UNPACKED
    for one in list(pdf.objects):
        flaws += activity(one)
        if not isinstance(one, Stream):
            continue
        found = unpacked(pdf, one)
        flaws += found.flaws
        left -= found.size
        if left < 0:
            flaws.append(Flaw("unpacks_too_large", LARGEST_UNPACKED))
            return
