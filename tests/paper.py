"""Paper, as a reader has it."""

import re

import pypdfium2


def pages(content: bytes) -> list[str]:
    """The text of each page, with plain blanks."""
    document = pypdfium2.PdfDocument(content)
    try:
        found = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return [re.sub(r"[ \u00a0]+", " ", text.replace("\u200b", "")) for text in found]
