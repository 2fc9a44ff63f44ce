"""Is a file of one format at once a file of another? Some readers look further than the beginning:
for a PDF within the first KiB, for a packed archive at the end."""

from collections.abc import Iterator

from attachments.verdict import Flaw

_PDF_BEGINS_WITHIN = 1024
_ARCHIVE_ENDS = b"PK\x05\x06"
_ENDING_BYTES = 22
_LONGEST_COMMENT = 0xFFFF


def other_formats(content: bytes) -> Iterator[Flaw]:
    """A flaw for a PDF that begins after the first byte, and for an archive (ZIP; so are office
    documents and programs in Java) that ends where the file does."""
    if content.find(b"%PDF-", 1, _PDF_BEGINS_WITHIN) > 0 or _ends_as_archive(content):
        yield Flaw("other_format_within")


def _ends_as_archive(content: bytes) -> bool:
    """An archive's ending says how long the comment after it is."""
    place = content.find(_ARCHIVE_ENDS, max(0, len(content) - _ENDING_BYTES - _LONGEST_COMMENT))
    while place >= 0:
        comment = content[place + _ENDING_BYTES - 2 : place + _ENDING_BYTES]
        if place + _ENDING_BYTES + int.from_bytes(comment, "little") == len(content):
            return True
        place = content.find(_ARCHIVE_ENDS, place + 1)
    return False
