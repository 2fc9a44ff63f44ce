"""What is this file? Told by its content alone: no name, and no type that somebody gives it."""

from attachments.jpeg import examine_jpeg
from attachments.limits import LARGEST
from attachments.png import examine_png
from attachments.verdict import Flaw, Verdict, refused


def examine(content: bytes) -> Verdict:
    """Read a file wholly. It is sound, or told everything that could be found wrong.

    May take memory and time as the limits allow, and a defect of a library is possible: whoever
    does not trust the sender asks in a process of its own (storage/examination.py).
    """
    if len(content) > LARGEST:
        return refused(Flaw("too_large", LARGEST))
    if content.startswith(b"%PDF-"):
        from attachments.pdf import examine_pdf  # noqa: PLC0415 – a picture needs no qpdf

        return examine_pdf(content)
    if content.startswith(b"\xff\xd8\xff"):
        return examine_jpeg(content)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return examine_png(content)
    return refused(Flaw("format_unknown"))
